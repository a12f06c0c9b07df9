/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/ledger_place.h"

#include "scoring/ledger_id.h"
#include "scoring/profile.h"

#include <stdlib.h>

static int compare_places(const void *a, const void *b)
{
    const struct ax_ledger_place *x = a;
    const struct ax_ledger_place *y = b;
    int order = ax_ledger_id_order(ax_ledger_id_of_item(x->item), ax_ledger_id_of_item(y->item));
    if (order != 0) {
        return order;
    }
    /* Equal contents: the earliest known first, then as they came, so that the outcome is the same on every C library. */
    if (x->item->fact->known_at_us != y->item->fact->known_at_us) {
        return x->item->fact->known_at_us < y->item->fact->known_at_us ? -1 : 1;
    }
    return x->item < y->item ? -1 : 1;
}

/* Most batches have a few items: calling the library costs more than sorting them. */
void ax_ledger_places_sort(struct ax_ledger_place *places, size_t count)
{
    enum { FEW = 16 };
    if (count > FEW) {
        qsort(places, count, sizeof *places, compare_places);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct ax_ledger_place next = places[i];
        size_t at = i;
        for (; at > 0 && compare_places(&places[at - 1], &next) > 0; at--) {
            places[at] = places[at - 1];
        }
        places[at] = next;
    }
}

/* The first entry from `low` on that is not below the id. */
static uint32_t lower_bound(const struct ax_ledger *l, uint32_t low, struct ax_ledger_id id)
{
    uint32_t high = l->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ax_ledger_id_order(ax_ledger_id_of_entry(&l->entries[middle]), id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Decides each outcome; returns how many contents are new. Before the gaps are opened, place.at counts old entries. */
uint32_t ax_ledger_places_find(struct ax_ledger *l, struct ax_ledger_place *places, size_t count)
{
    uint32_t added = 0;
    uint32_t low = 0;
    for (size_t i = 0; i < count; i++) {
        struct ax_ledger_place *p = &places[i];
        struct ax_ledger_id id = ax_ledger_id_of_item(p->item);
        if (i > 0 && ax_ledger_id_order(ax_ledger_id_of_item(places[i - 1].item), id) == 0) {
            p->at = places[i - 1].at;
            p->added = false;
            p->item->outcome = AX_LEDGER_DUPLICATE;
            continue;
        }
        low = lower_bound(l, low, id);
        struct ax_entry *there = low < l->count ? &l->entries[low] : NULL;
        p->at = low + added;
        p->added = there == NULL || ax_ledger_id_order(ax_ledger_id_of_entry(there), id) != 0;
        if (p->added) {
            p->item->outcome = AX_LEDGER_ADDED;
            added++;
        } else if (p->item->fact->known_at_us < there->id->known_at_us) {
            there->id->known_at_us = p->item->fact->known_at_us;
            p->item->outcome = AX_LEDGER_EARLIER;
        } else {
            p->item->outcome = AX_LEDGER_DUPLICATE;
        }
    }
    return added;
}

void ax_ledger_places_fill(struct ax_ledger *l, const struct ax_ledger_place *places, size_t count, uint32_t added)
{
    ax_ledger_reserve(l, added);
    uint32_t old_end = l->count;
    uint32_t left = added;
    for (size_t i = count; left > 0 && i > 0; i--) {
        const struct ax_ledger_place *p = &places[i - 1];
        if (!p->added) {
            continue;
        }
        left--;
        uint32_t old_at = p->at - left;
        memmove(&l->entries[p->at + 1], &l->entries[old_at], (size_t)(old_end - old_at) * sizeof *l->entries);
        old_end = old_at;
        struct ax_entry *e = &l->entries[p->at];
        ax_entry_fill(p->item->fact, p->item->digest, p->item->key, &l->ids[l->count + left], e);
        e->profile = ax_profile_intern(l, p->item->fact);
    }
    l->count += added;
}
