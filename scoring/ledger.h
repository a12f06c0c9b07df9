/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A ledger: the set of everything known about one enterprise.
 *
 * Its members are contents: (key, revision, digest), where key stands for (source, reference). Merging is set union, with
 * the earliest known_at of equal members, so it is commutative, associative and idempotent: duplicates, lateness, order
 * and two owners at once cannot change a ledger. Of the members with one key the head counts: greatest revision, then what
 * withdraws, then greatest digest; two digests at the head's revision are a conflict. Superseded members stay (as-of needs
 * them).
 * Of heads that are one act seen by two systems (same document: scoring/act.h; same accident, same claim) one is the
 * witness that counts, with what is gravest in any of them (scoring/witness.h), and the others are its echoes. A penalty
 * or claim that answers an accident which is there and counts is a face of that accident: one event must not count twice, but
 * with the graver of its sides (scoring/rate_faces.h).
 *
 * The ledger owns its memory. One thread at a time. Pure otherwise.
 */
#include "scoring/entry.h"

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
    struct ax_entry *entries;  /* ascending by (key, revision, withdrawn, digest) */
    struct ax_entry_id *ids;   /* of the entries, in the order in which they came */
    struct ax_ledger_own *own; /* ascending by place; of most ledgers none */
    uint32_t own_count;
    uint32_t faces; /* entries with AX_MARK_FACE: most ledgers have none */
    uint32_t sides; /* penalties and claims of which the event behind them is known (ax_entry_event) */
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
/* Begins to read what rating looks at, or merging, without waiting for it: of the next of many ledgers, while this one is
 * worked at. */
void ax_ledger_fetch(const struct ax_ledger *l);
void ax_ledger_fetch_to_merge(const struct ax_ledger *l);
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
/* A copy in which what is under objection, by its head, never was. */
void ax_ledger_without_objected(const struct ax_ledger *l, struct ax_ledger *out);
/* The bytes whose SHA-256 is the ledger digest: every digest in ledger order. */
void ax_ledger_canonical(const struct ax_ledger *l, struct ax_buf *out);
/* The enterprise's profile field by field: of heads that are not withdrawn, latest occurred_on, then greatest digest. */
void ax_ledger_profile(const struct ax_ledger *l, struct ax_profile *out);
