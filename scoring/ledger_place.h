/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Where the items of one merge go. Places are the caller's and point at its items. One thread. Private to
 * scoring/ledger*.c. */
#include "scoring/ledger.h"

/* An item on its way in: where its content stands after the merge. */
struct ax_ledger_place {
    struct ax_ledger_item *item;
    uint32_t at;
    bool added;
};

/* By id; of equal ones the earliest known comes first. */
void ax_ledger_places_sort(struct ax_ledger_place *places, size_t count);
/* Decides each outcome of sorted places; returns how many contents are new. */
uint32_t ax_ledger_places_find(struct ax_ledger *l, struct ax_ledger_place *places, size_t count);
/* Opens the gaps, so many as are new, and fills them; nothing is marked. */
void ax_ledger_places_fill(struct ax_ledger *l, const struct ax_ledger_place *places, size_t count, uint32_t added);
