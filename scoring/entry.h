/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * An entry is what rate() needs of a fact, small enough to keep by the million; the whole fact stays in the store. It is the
 * ledger's in which it stands, and so is what its `id` points to; who may read the ledger may read it. Pure.
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
 * What rate() needs of one content: 56 bytes beside 64 that say which it is, so that a million fit beside everything else.
 * Days are kept as a count from AX_DAY_MIN, 0 = not stated: read them with the functions below. What the other numbers mean
 * by kind: scoring/entry.c.
 */
struct ax_entry {
    struct ax_entry_id *id; /* the ledger's */
    uint64_t act;           /* the same for one act seen by two systems; 0 = cannot be told */
    /* penalty, claim: the act of the accident that it answers; licence: its number; indicator: its item; 0 = none */
    uint64_t link;
    uint32_t number;     /* lost workdays (accident), heads (policy), days allowed (hazard) … */
    uint32_t amount;     /* fine (penalty), paid and reserved (claim) in yuan, labour hours (exposure) … */
    uint32_t extra;      /* disabilities, injuries, share (accident), vehicles (exposure), event (penalty, claim) */
    uint32_t profile;    /* where its profile begins in the ledger's texts */
    uint32_t count : 15; /* acts counted in this fact, at least 1, at most AX_ENTRY_COUNT_MAX */
    uint32_t occurred_day : 17;
    /* penalty, claim: the accident that it names is reported, whether it counts or not, with as many killed at least; set by
     * the ledger */
    uint32_t told : 1;
    uint32_t bits : 14;     /* penalty categories (value 1 = bit 0); accident: deaths; licence: its kind */
    uint32_t from_day : 17; /* decided, valid, listed, found from */
    union {
        uint32_t sort; /* what tables are asked by: AX_SORT_* */
        struct {
            uint32_t stage : 3;     /* accident: enum ax_accident_stage */
            uint32_t liability : 2; /* enum ax_liability */
            /* accident grade counted, penalty tier, standardisation, hazard level, list, licence state */
            uint32_t grade : 3;
            uint32_t kind : 6; /* enum ax_fact_kind */
            /* last day on which it stands: valid, listed, covered; the day before it was closed */
            uint32_t until_day : 17;
        };
    };
    union {
        uint32_t standing; /* likewise: AX_STANDING_* */
        struct {
            uint32_t marks : 4; /* AX_MARK_*, set by the ledger */
            uint32_t state : 3; /* enum ax_fact_state */
            uint32_t flags : 8; /* AX_ENTRY_* */
            uint32_t use_until_day : 17;
        };
    };
};

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "bit-fields begin with the lowest bit");
_Static_assert(sizeof(struct ax_entry) + sizeof(struct ax_entry_id) == 120,
        "50,000 ledgers of 20 facts must stay under 128 MiB");

enum {
    AX_MARK_HEAD = 1,
    AX_MARK_CONFLICT = 2, /* two contents at this revision */
    AX_MARK_ECHO = 4,     /* the same act is counted by another head */
    AX_MARK_FACE = 8,     /* it answers an accident that is there and counts: one event, seen from another side */
    AX_MARK_ALL = 15,
};

/* Of several fields of an entry in one number, which costs less to look up than each of them. */
enum {
    AX_SORT_TRAITS_MASK = 0xFF, /* stage, liability and grade */
    AX_SORT_GRADE_AT = 5,       /* grade and kind, from here on */
    AX_SORT_GRADE_MASK = 0x1FF,
    AX_STANDING_STATE_AT = 4, /* marks below it */
    AX_STANDING_MASK = 0x7F,
    AX_STANDING_FLAGS_AT = 7, /* flags above them */
};

enum { AX_ENTRY_COUNT_MAX = 0x7FFF, AX_ENTRY_BITS_MAX = 0x3FFF };

enum {
    AX_ENTRY_AGGREGATE = 1,      /* penalty, accident: a total over a period, and no report tells of the single act */
    AX_ENTRY_MULTIPLIED = 2,     /* penalty: fined at 2 to 5 times */
    AX_ENTRY_UNLICENSED = 4,     /* penalty */
    AX_ENTRY_FOR_ACCIDENT = 8,   /* penalty, claim: AX_MARK_FACE as rules ask for it; never in `flags` */
    AX_ENTRY_ACCIDENT_TOLD = 16, /* penalty, claim: `told`, likewise */
    AX_ENTRY_SEVERAL = 32,       /* penalty: of more than one act, also where another report tells of the single one */
    AX_ENTRY_INJURIES_TOLD = 32, /* claim: the accident tells of as many killed and injured; set by the ledger */
    AX_ENTRY_CONCEALED = 2,      /* accident */
    AX_ENTRY_CONTRACTOR = 4,     /* accident: of the unit at whose site it happened */
    AX_ENTRY_REPORTED_LATE = 8,  /* accident: by the unit, more than an hour after it */
    AX_ENTRY_UNCOUNTED = 16,     /* accident: a total that says neither of how many nor of anyone harmed */
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

/* The earlier of the days that it states, as entries keep them; 0: none. */
static inline uint32_t ax_entry_date(const struct ax_entry *e)
{
    uint32_t occurred = e->occurred_day - 1U;
    uint32_t from = e->from_day - 1U;
    return (occurred < from ? occurred : from) + 1;
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
 * The last day on a list from which nothing but a decision removes before its term by law is over: longer where the source says
 * so (extended, or restored on fraud), to the day before it was removed where it was.
 */
static inline int32_t ax_entry_listed_until(const struct ax_entry *e, int32_t term_end)
{
    int32_t stated = ax_entry_day(e->extra);
    int32_t until = stated != AX_DAY_NONE && stated > term_end ? stated : term_end;
    int32_t removed = ax_entry_day(e->number);
    return removed != AX_DAY_NONE && removed < until ? removed : until;
}

enum { AX_LIST_TERM_MONTHS = 36 }; /* of the list of seriously dishonest units: 令第11号 */

/*
 * What a penalty's or claim's entry keeps in `extra`, set by the ledger: 0, or 1 + the index of the entry that is the event
 * behind it. Of a face (AX_MARK_FACE) that is the accident. Where no accident that counts is there, but claims tell of people
 * harmed in it, the gravest of them is the event: its own index, and that of all that answers the same accident.
 */

static inline const struct ax_entry *ax_entry_event(const struct ax_entry *entries, const struct ax_entry *e)
{
    return e->extra == 0 ? NULL : &entries[e->extra - 1];
}

/* The `link` of an indicator of this item. */
uint64_t ax_entry_item(ax_str scheme, ax_str item);
/* Everything but known_at's merging, profile and marks: the entry of one fact. */
void ax_entry_fill(const struct ax_fact *fact, const uint8_t digest[AX_DIGEST_SIZE], const uint8_t key[AX_KEY_SIZE],
        struct ax_entry_id *id, struct ax_entry *out);
