/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/tariff_look.h"

#include <stdlib.h>

/* Pro rata of its days within the months and before cover: what is not earned yet has had no time for a loss. */
void ax_tariff_see_policy(struct ax_tariff_looking *l, const struct ax_entry *e)
{
    int32_t from = ax_entry_from(e);
    int32_t until = ax_entry_until(e);
    if (e->amount == 0 || from == AX_DAY_NONE || until == AX_DAY_NONE || until < from) {
        return;
    }
    l->covers[l->cover_count++] = (struct ax_tariff_cover){from, until};
    int32_t since = ax_day_add_months(l->day, -l->tariff->loss_months);
    int32_t first = from > since ? from : since;
    int32_t last = until < l->day ? until : l->day - 1;
    if (first <= last) {
        uint64_t days = (uint64_t)(until - from) + 1;
        l->out->premiums_yuan += ((uint64_t)e->amount * ((uint64_t)(last - first) + 1) + days / 2) / days;
    }
}

static int by_first_day(const void *a, const void *b)
{
    const struct ax_tariff_cover *x = a;
    const struct ax_tariff_cover *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

void ax_tariff_settle_policies(struct ax_tariff_looking *l)
{
    qsort(l->covers, l->cover_count, sizeof l->covers[0], by_first_day);
    for (size_t i = 1; i < l->cover_count; i++) {
        int32_t before = l->covers[i - 1].until;
        l->covers[i].until = l->covers[i].until > before ? l->covers[i].until : before;
    }
}

static bool is_covered(const struct ax_tariff_looking *l, int32_t day)
{
    size_t low = 0;
    size_t high = l->cover_count;
    while (low < high) { /* how many begin no later */
        size_t middle = low + (high - low) / 2;
        if (l->covers[middle].from <= day) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 && l->covers[low - 1].until >= day;
}

void ax_tariff_weigh_claim(const struct ax_tariff_looking *l, const struct ax_entry *e, struct ax_tariff_losses *sum)
{
    int32_t day = ax_tariff_event_day(e);
    if (!ax_tariff_is_within(day, l->day, l->tariff->loss_months)) {
        return;
    }
    sum->claims++;
    if (e->grade == AX_CLAIM_STATE_REFUSED || e->grade == AX_CLAIM_STATE_CLOSED_WITHOUT_PAYMENT) {
        return;
    }
    if (!is_covered(l, day)) {
        sum->unmatched++;
        return;
    }
    uint64_t cap = (uint64_t)(l->tariff->large_loss_cap_fen / AX_FEN_PER_YUAN);
    sum->capped += e->amount > cap ? 1 : 0;
    sum->yuan += e->amount > cap ? cap : e->amount;
}
