/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A ledger seen on one day: its entries by kind, with what both the level and the score ask of each of them. Made once for
 * both, for ledgers of up to AX_SEEN_MAX entries, which nearly all are. Kinds side by side are worth the sorting: what is
 * asked of a fact depends on its kind, and a processor guesses right what it did for the fact before. Borrows ledger and
 * day. Private to scoring.
 */
#include "scoring/rate.h"

enum { AX_SEEN_MAX = 256, AX_SEEN_END = UINT16_MAX, AX_SEEN_KINDS = 64 };

/* A set of kinds of facts has this bit. */
#define AX_SEEN_KIND(kind) (UINT64_C(1) << (kind))

enum {
    AX_SEEN_THERE = 1,  /* a head that is not withdrawn */
    AX_SEEN_EFFECT = 2, /* and neither echo, nor repaired, nor expired */
    AX_SEEN_USED = 4,   /* and states some day and may be used on the day */
};

/* Days as entries keep them, 0: none. */
struct ax_seen_entry {
    const struct ax_entry *entry;
    uint64_t counts; /* all bits where it is used, else none: what it may count for is masked by it */
    uint32_t act;    /* decided, found, listed, valid from; else occurred */
    uint32_t event;  /* occurred; else as above */
    uint16_t next;   /* of its kind, in the order of the ledger; AX_SEEN_END: none */
    uint8_t marks;   /* AX_SEEN_* */
};

struct ax_seen {
    const struct ax_ledger *ledger;
    const struct ax_rate_day *on;
    ax_str industry; /* of the enterprise */
    uint32_t facts;  /* heads that are not withdrawn */
    uint32_t conflicts;
    uint32_t objected;
    bool synthetic;                            /* at least one fact is made up */
    uint16_t first[AX_SEEN_KINDS];             /* by enum ax_fact_kind; AX_SEEN_END: none */
    struct ax_seen_entry entries[AX_SEEN_MAX]; /* as those of the ledger */
};

/* False: the ledger has too many entries. */
bool ax_seen_init(struct ax_seen *s, const struct ax_ledger *ledger, const struct ax_rate_day *on);
/* Whether a head of that kind is there. */
bool ax_seen_has(const struct ax_seen *s, enum ax_fact_kind kind);
/* The level of that day. */
void ax_rate_seen(const struct ax_seen *s, struct ax_rate *out);
