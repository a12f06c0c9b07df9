/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A table of the acts that are looked at while a ledger is marked. Its memory is the scratch's, its pointers go into the
 * ledger's entries: good until an entry moves. One thread. Private to scoring/ledger*.c. */
#include "scoring/ledger.h"
#include "scoring/ledger_scratch.h"

/* Acts whose witness has to be found again: open addressing, at most half full. */
struct ax_ledger_acts {
    struct ax_ledger_act {
        uint64_t act;
        const struct ax_entry *told; /* the accident, whether it counts or not */
        struct ax_entry *witness;
        struct ax_entry *claim; /* the gravest that answers it, of those with people harmed */
    } * slots;
    size_t mask;
};

static inline void ax_ledger_acts_init(struct ax_ledger_acts *acts, size_t most, struct ax_ledger_scratch *s)
{
    size_t size = 8;
    while (size < 2 * most) {
        size *= 2;
    }
    acts->slots = ax_ledger_scratch_alloc(s, size * sizeof *acts->slots);
    memset(acts->slots, 0, size * sizeof *acts->slots);
    acts->mask = size - 1;
}

static inline struct ax_ledger_act *ax_ledger_acts_find(const struct ax_ledger_acts *acts, uint64_t act)
{
    size_t at = (size_t)(act ^ act >> 29) & acts->mask;
    while (acts->slots[at].act != 0 && acts->slots[at].act != act) {
        at = (at + 1) & acts->mask;
    }
    return &acts->slots[at];
}
