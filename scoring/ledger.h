/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A ledger: the set of everything known about one enterprise.
 *
 * Its members are contents: (key, revision, digest), where key stands for (source, reference). Merging is set union, with
 * the earliest known_at of equal members, so it is commutative, associative and idempotent: duplicates, lateness, order
 * and two owners at once cannot change a ledger. Of the members with one key the head counts: greatest revision, then
 * greatest digest; two digests at the head's revision are a conflict. Superseded members stay (as-of needs them).
 * Of heads that are one act seen by two systems (same authority and document number, same accident, same claim) one is
 * the witness that counts and the others are its echoes.
 *
 * An entry is what rate() needs of a fact, small enough to keep by the million; the whole fact stays in the store.
 * The ledger owns its memory. One thread at a time. Pure otherwise.
 */
#include "scoring/fact.h"

/* What rate() needs of one content. Meaning of the numbers by kind: scoring/ledger.c, ax_entry_fill. */
struct ax_entry {
    uint8_t digest[AX_DIGEST_SIZE]; /* of the canonical encoding */
    uint8_t key[AX_KEY_SIZE];       /* of (source, reference) */
    int64_t revision;
    int64_t known_at_us;
    uint64_t act; /* the same for one act seen by two systems; 0 = cannot be told */
    int32_t occurred_on;
    int32_t from; /* decided, valid, listed, found from; AX_DAY_NONE */
    int32_t until; /* valid, listed, covered until; closed on; AX_DAY_NONE */
    int32_t use_until;
    uint32_t count;
    uint32_t number; /* lost workdays (accident), heads (policy), deaths … */
    uint16_t bits;   /* penalty categories; AX_ENTRY_* */
    uint16_t profile; /* index into the ledger's profiles */
    uint8_t kind;    /* enum ax_fact_kind */
    uint8_t state;   /* FactState */
    uint8_t grade;   /* accident grade counted, penalty tier, standardisation level, hazard level, list, licence state */
    uint8_t liability;
    uint8_t marks; /* AX_MARK_*, set by the ledger */
    uint8_t flags; /* AX_ENTRY_* */
};

enum {
    AX_MARK_HEAD = 1,
    AX_MARK_CONFLICT = 2, /* two contents at this revision */
    AX_MARK_ECHO = 4,     /* the same act is counted by another head */
};

/* What enterprises are called, where they are and what they do, as facts say it. */
struct ax_profile {
    ax_str name;
    ax_str region;
    ax_str industry;
    ax_str industry_edition;
    ax_str jurisdiction;
    bool synthetic;
};

struct ax_ledger {
    struct ax_entry *entries; /* ascending by (key, revision, digest) */
    uint32_t count;
    uint32_t size;
    struct ax_profile *profiles; /* distinct; text owned by the ledger */
    uint32_t profile_count;
    uint32_t profile_size;
};

enum ax_ledger_outcome {
    AX_LEDGER_ADDED,      /* a new content */
    AX_LEDGER_EARLIER,    /* known, but this one was known earlier: known_at went down */
    AX_LEDGER_DUPLICATE,  /* changes nothing */
};

struct ax_ledger_item {
    const struct ax_fact *fact; /* in; known_at_us counts */
    const uint8_t *digest;      /* in: AX_DIGEST_SIZE bytes */
    const uint8_t *key;         /* in: AX_KEY_SIZE bytes */
    enum ax_ledger_outcome outcome; /* out; among equal items of one call one is ADDED */
    bool superseded;            /* out: not the head after the merge */
    bool conflict;              /* out: another content has the same key and revision */
};

void ax_ledger_init(struct ax_ledger *l);
void ax_ledger_deinit(struct ax_ledger *l);
size_t ax_ledger_bytes(const struct ax_ledger *l);
/* Merges; linear in ledger + items (which it may reorder internally, not in the array). Memory comes from ax_xrealloc. */
void ax_ledger_merge(struct ax_ledger *l, struct ax_ledger_item *items, size_t count, struct ax_arena *scratch);
/* A copy as it was known at an instant: contents with known_at_us <= known_at. */
void ax_ledger_as_known(const struct ax_ledger *l, int64_t known_at_us, struct ax_ledger *out);
/* The bytes whose SHA-256 is the ledger digest: every digest in ledger order. */
void ax_ledger_canonical(const struct ax_ledger *l, struct ax_buf *out);
/* The enterprise's profile field by field: of heads that are not withdrawn, latest occurred_on, then greatest digest. */
void ax_ledger_profile(const struct ax_ledger *l, struct ax_profile *out);
