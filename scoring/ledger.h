/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A ledger: the set of everything known about one enterprise.
 *
 * Its members are contents: (key, revision, digest), where key stands for (source, reference). Merging is set union, with
 * the earliest known_at of equal members, so it is commutative, associative and idempotent: duplicates, lateness, order
 * and two owners at once cannot change a ledger. Of the members with one key the head counts: greatest revision, then
 * greatest digest; two digests at the head's revision are a conflict. Superseded members stay (as-of needs them).
 * Of heads that are one act seen by two systems (same document: scoring/act.h; same accident, same claim) one is the
 * witness that counts, with what is gravest in any of them (scoring/witness.h), and the others are its echoes. A penalty
 * or claim that answers an accident which is there and counts is a face of that accident: one event must not count twice.
 *
 * An entry is what rate() needs of a fact, small enough to keep by the million; the whole fact stays in the store.
 * The ledger owns its memory. One thread at a time. Pure otherwise.
 */
#include "scoring/fact.h"

/* What tells one content from another; looked at where ledgers are merged, not where they are rated. */
struct ax_entry_id {
    uint8_t digest[AX_DIGEST_SIZE]; /* of the canonical encoding */
    uint8_t key[AX_KEY_SIZE];       /* of (source, reference) */
    int64_t revision;
    int64_t known_at_us;
};

/*
 * What rate() needs of one content: 56 bytes beside 64 that say which it is, so that a million fit beside everything else. Days are kept as a count from
 * AX_DAY_MIN, 0 = not stated: read them with the functions below. What the other numbers mean by kind: scoring/entry.c.
 */
struct ax_entry {
    struct ax_entry_id *id; /* the ledger's */
    uint64_t act;           /* the same for one act seen by two systems; 0 = cannot be told */
    uint64_t link;          /* penalty, claim: the act of the accident that it answers; indicator: its item; 0 = none */
    uint32_t number;        /* lost workdays (accident), heads (policy), days allowed (hazard) … */
    uint32_t amount;        /* fine (penalty), paid and reserved (claim) in yuan, labour hours (exposure) … */
    uint32_t extra;         /* disabilities, injuries, share (accident), vehicles (exposure), event (claim) … */
    uint32_t profile;       /* where its profile begins in the ledger's texts */
    uint32_t occurred_day : 17;
    uint32_t flags : 8; /* AX_ENTRY_* */
    uint32_t kind : 6;  /* enum ax_fact_kind */
    uint32_t
            told : 1; /* penalty, claim: the accident that it names is reported, whether it counts or not; set by the ledger */
    uint32_t from_day : 17;  /* decided, valid, listed, found from */
    uint32_t bits : 14;      /* penalty categories (value 1 = bit 0); accident: deaths; licence: its kind */
    uint32_t until_day : 17; /* last day on which it stands: valid, listed, covered; the day before it was closed */
    uint32_t state : 3;      /* enum ax_fact_state */
    uint32_t grade : 3; /* accident grade counted, penalty tier, standardisation, hazard level, list, licence state */
    uint32_t liability : 2; /* enum ax_liability */
    uint32_t marks : 4;     /* AX_MARK_*, set by the ledger */
    uint32_t stage : 3;     /* accident: enum ax_accident_stage */
    uint32_t use_until_day : 17;
    uint32_t count : 15; /* acts counted in this fact, at least 1, at most AX_ENTRY_COUNT_MAX */
};

_Static_assert(sizeof(struct ax_entry) + sizeof(struct ax_entry_id) == 120,
        "50,000 ledgers of 20 facts must stay under 128 MiB");

enum {
    AX_MARK_HEAD = 1,
    AX_MARK_CONFLICT = 2, /* two contents at this revision */
    AX_MARK_ECHO = 4,     /* the same act is counted by another head */
    AX_MARK_FACE = 8,     /* it answers an accident that is there and counts: one event, seen from another side */
    AX_MARK_ALL = 15,
};

enum { AX_ENTRY_COUNT_MAX = 0x7FFF, AX_ENTRY_BITS_MAX = 0x3FFF };

enum {
    AX_ENTRY_AGGREGATE = 1,      /* penalty, accident: a total over a period */
    AX_ENTRY_MULTIPLIED = 2,     /* penalty: fined at 2 to 5 times */
    AX_ENTRY_UNLICENSED = 4,     /* penalty */
    AX_ENTRY_FOR_ACCIDENT = 8,   /* penalty, claim: AX_MARK_FACE as rules ask for it; never in `flags` */
    AX_ENTRY_ACCIDENT_TOLD = 16, /* penalty, claim: `told`, likewise */
    AX_ENTRY_CONCEALED = 2,      /* accident */
    AX_ENTRY_CONTRACTOR = 4,     /* accident: of the unit at whose site it happened */
    AX_ENTRY_REPORTED_LATE = 8,  /* accident: by the unit, more than an hour after it */
    AX_ENTRY_SUPERVISED = 2,     /* hazard */
    AX_ENTRY_PRODUCED = 4,       /* hazard: found producing with it */
    AX_ENTRY_BY_AUTHORITY = 8,   /* hazard: who found it */
    AX_ENTRY_BY_INSURER = 16,    /* hazard */
    AX_ENTRY_REVOKED = 2,        /* consent */
    AX_ENTRY_REMOVED = 2,        /* list entry: by a decision */
    AX_ENTRY_NOT_APPLICABLE = 2, /* indicator */
    AX_ENTRY_SYNTHETIC = 128,    /* any */
};

_Static_assert((int)AX_MARK_FACE == (int)AX_ENTRY_FOR_ACCIDENT && AX_ENTRY_ACCIDENT_TOLD == 1 << 4, "read as flags");

/* Flags as rules ask for them: what an entry answers is known only beside that accident. */
static inline uint32_t ax_entry_rule_flags(const struct ax_entry *e)
{
    return e->flags | (e->marks & AX_MARK_FACE) | (uint32_t)e->told << 4;
}

static inline int32_t ax_entry_day(uint32_t kept)
{
    return kept == 0 ? AX_DAY_NONE : (int32_t)kept - 1 + AX_DAY_MIN;
}

static inline int32_t ax_entry_occurred_on(const struct ax_entry *e)
{
    return ax_entry_day(e->occurred_day);
}

static inline int32_t ax_entry_from(const struct ax_entry *e)
{
    return ax_entry_day(e->from_day);
}

static inline int32_t ax_entry_until(const struct ax_entry *e)
{
    return ax_entry_day(e->until_day);
}

static inline int32_t ax_entry_use_until(const struct ax_entry *e)
{
    return ax_entry_day(e->use_until_day);
}

/* What an accident's entry keeps in `extra`. */
enum { AX_ENTRY_DISABLED_MAX = 0xFFF, AX_ENTRY_INJURED_MAX = 0xFFF };

static inline uint32_t ax_entry_disabled(const struct ax_entry *e)
{
    return e->extra & AX_ENTRY_DISABLED_MAX;
}

static inline uint32_t ax_entry_injured(const struct ax_entry *e)
{
    return e->extra >> 12 & AX_ENTRY_INJURED_MAX;
}

/* Of the liability, percent; 1 to 100. */
static inline uint32_t ax_entry_share(const struct ax_entry *e)
{
    return e->extra >> 24;
}

/*
 * What a claim's entry keeps in `extra`, set by the ledger: 0, or 1 + the index of the entry that is the event behind it.
 * Where people came to harm and no accident that counts is there, the gravest claim of that accident is the event: its own
 * index, and that of its fellows. Where the accident is there, its gravest claim has the accident's.
 */
static inline const struct ax_entry *ax_entry_event(const struct ax_entry *entries, const struct ax_entry *claim)
{
    return claim->extra == 0 ? NULL : &entries[claim->extra - 1];
}

/* The `link` of an indicator of this item. */
uint64_t ax_entry_item(ax_str scheme, ax_str item);
/* Everything but known_at's merging, profile and marks: the entry of one fact. */
void ax_entry_fill(const struct ax_fact *fact, const uint8_t digest[AX_DIGEST_SIZE], const uint8_t key[AX_KEY_SIZE],
        struct ax_entry_id *id, struct ax_entry *out);

/* What enterprises are called, where they are and what they do, as facts say it. Text is borrowed from the ledger. */
struct ax_profile {
    ax_str name;
    ax_str region;
    ax_str industry;
    ax_str industry_edition;
    ax_str jurisdiction;
    bool synthetic; /* at least one fact is made up */
};

enum { AX_LEDGER_FACTS_MAX = 2000000 }; /* of one enterprise; whoever reads records keeps to it */

/* A witness as its own report is, while its entry counts with what its echoes say, too. */
struct ax_ledger_own {
    struct ax_entry entry;
    uint32_t at; /* index of the witness */
};

struct ax_ledger {
    struct ax_entry *entries;  /* ascending by (key, revision, digest) */
    struct ax_entry_id *ids;   /* of the entries, in the order in which they came */
    struct ax_ledger_own *own; /* ascending by place; of most ledgers none */
    uint32_t own_count;
    uint8_t *texts; /* profiles, packed (scoring/profile.c) */
    uint32_t count;
    uint32_t size;
    uint32_t texts_len;
    uint32_t texts_size;
};

enum ax_ledger_outcome {
    AX_LEDGER_ADDED,     /* a new content */
    AX_LEDGER_EARLIER,   /* known, but this one was known earlier: known_at went down */
    AX_LEDGER_DUPLICATE, /* changes nothing */
};

struct ax_ledger_item {
    const struct ax_fact *fact;     /* in; known_at_us counts */
    const uint8_t *digest;          /* in: AX_DIGEST_SIZE bytes */
    const uint8_t *key;             /* in: AX_KEY_SIZE bytes */
    enum ax_ledger_outcome outcome; /* out; among equal items of one call one is ADDED */
    bool superseded;                /* out: not the head after the merge */
    bool conflict;                  /* out: another content has the same key and revision */
};

void ax_ledger_init(struct ax_ledger *l);
void ax_ledger_deinit(struct ax_ledger *l);
size_t ax_ledger_bytes(const struct ax_ledger *l);
/* Merges; linear in ledger + items (which it may reorder internally, not in the array). Memory comes from ax_xrealloc. */
void ax_ledger_merge(struct ax_ledger *l, struct ax_ledger_item *items, size_t count, struct ax_arena *scratch);
/* Many at once, whose outcomes nobody asks for: reserve, add each in any order, then settle, before which the ledger is
 * none. The same as merging them all, in n log n for the whole. */
void ax_ledger_reserve(struct ax_ledger *l, size_t more);
void ax_ledger_add(struct ax_ledger *l, const struct ax_fact *fact, const uint8_t digest[AX_DIGEST_SIZE],
        const uint8_t key[AX_KEY_SIZE]);
void ax_ledger_settle(struct ax_ledger *l, struct ax_arena *scratch);
/* A copy as it was known at an instant: contents with known_at_us <= known_at. */
void ax_ledger_as_known(const struct ax_ledger *l, int64_t known_at_us, struct ax_ledger *out);
/* A copy in which some keys never were, ascending by bytes. */
void ax_ledger_without(
        const struct ax_ledger *l, const uint8_t (*keys)[AX_KEY_SIZE], size_t key_count, struct ax_ledger *out);
/* The bytes whose SHA-256 is the ledger digest: every digest in ledger order. */
void ax_ledger_canonical(const struct ax_ledger *l, struct ax_buf *out);
/* The enterprise's profile field by field: of heads that are not withdrawn, latest occurred_on, then greatest digest. */
void ax_ledger_profile(const struct ax_ledger *l, struct ax_profile *out);
