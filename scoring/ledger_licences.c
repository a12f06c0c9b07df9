/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/ledger_licences.h"

#include <stdlib.h>

static bool is_taken(const struct ax_entry *e)
{
    return e->kind == AX_FACT_LICENCE && e->link != 0 &&
           (e->grade == AX_LICENCE_STATE_SUSPENDED || e->grade == AX_LICENCE_STATE_REVOKED);
}

static bool is_given_back(const struct ax_entry *e)
{
    return e->kind == AX_FACT_LICENCE && e->link != 0 && e->grade == AX_LICENCE_STATE_VALID &&
           (e->marks & (AX_MARK_HEAD | AX_MARK_ECHO)) == AX_MARK_HEAD && e->state != AX_FACT_STATE_WITHDRAWN &&
           e->state != AX_FACT_STATE_EXPIRED && e->state != AX_FACT_STATE_REPAIRED;
}

/* From when on it is as it says: a licence that was suspended, or given back, may be reported with the dates that it had before. */
static uint32_t day_of(const struct ax_entry *e)
{
    return e->from_day > e->occurred_day ? e->from_day : e->occurred_day;
}

/* That a licence is valid. */
struct valid {
    uint64_t link;
    uint32_t made_up;
    uint32_t day; /* as entries keep it */
};

static int compare(const void *a, const void *b)
{
    const struct valid *x = a;
    const struct valid *y = b;
    if (x->link != y->link) {
        return x->link < y->link ? -1 : 1;
    }
    if (x->made_up != y->made_up) {
        return x->made_up < y->made_up ? -1 : 1;
    }
    return x->day < y->day ? -1 : x->day > y->day;
}

/* The first day after `key`'s on which its licence is valid; UINT32_MAX: none. */
static uint32_t first_after(const struct valid *all, size_t count, struct valid key)
{
    size_t low = 0;
    for (size_t high = count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (compare(&all[middle], &key) <= 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool same = low < count && all[low].link == key.link && all[low].made_up == key.made_up;
    return same ? all[low].day : UINT32_MAX;
}

/* What is made up gives nothing real back. */
static void mark_taken(struct ax_entry *e, const struct valid *all, size_t count)
{
    uint32_t real = first_after(all, count, (struct valid){e->link, 0, day_of(e)});
    bool made_up = (e->flags & AX_ENTRY_SYNTHETIC) != 0;
    uint32_t other = made_up ? first_after(all, count, (struct valid){e->link, 1, day_of(e)}) : UINT32_MAX;
    uint32_t day = real < other ? real : other;
    e->extra = day == UINT32_MAX ? 0 : day - 1;
}

void ax_ledger_mark_licences(struct ax_ledger *l, struct ax_ledger_scratch *s)
{
    size_t taken = 0;
    size_t valid = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        struct ax_entry *e = &l->entries[i];
        if (is_taken(e)) {
            e->extra = 0;
            taken++;
        }
        valid += is_given_back(e) ? 1 : 0;
    }
    if (taken == 0 || valid == 0) {
        return; /* of most enterprises */
    }
    struct valid *all = ax_ledger_scratch_alloc(s, valid * sizeof *all);
    size_t n = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        const struct ax_entry *e = &l->entries[i];
        if (is_given_back(e)) {
            all[n++] = (struct valid){e->link, (e->flags & AX_ENTRY_SYNTHETIC) != 0 ? 1 : 0, day_of(e)};
        }
    }
    qsort(all, n, sizeof *all, compare);
    for (uint32_t i = 0; i < l->count; i++) {
        if (is_taken(&l->entries[i])) {
            mark_taken(&l->entries[i], all, n);
        }
    }
}
