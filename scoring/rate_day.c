/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/rate.h"

enum { GRADE_BITS = 3 }; /* below the kind */

/* The first day from which so many months and days reach `day`; ends grow with their beginnings. */
static int32_t first_reaching(int32_t day, int32_t months, int32_t days)
{
    enum { MONTH_LENGTHS_DIFFER = 3 };
    int32_t from = ax_day_add_any_months(day - days + 1, -months) - MONTH_LENGTHS_DIFFER;
    while (ax_day_add_months(from, months) + days - 1 < day) {
        from++;
    }
    return from;
}

/* As entries keep days: 0 is none, 1 the first there is. */
static uint32_t kept(int32_t day)
{
    return day <= AX_DAY_MIN ? 1 : (uint32_t)(day - AX_DAY_MIN) + 1;
}

/* Windows of one basis in the order of their beginnings, and what each reaches with all that are longer. */
static void put_windows(struct ax_rate_day *d, size_t basis)
{
    const struct ax_pack *p = d->pack;
    int32_t *since = d->since[basis];
    size_t window[AX_PACK_WINDOWS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < AX_PACK_WINDOWS_MAX; i++) {
        size_t from = basis * AX_PACK_WINDOWS_MAX + i;
        const struct ax_window_length *w = &p->windows[from];
        since[i] = INT32_MAX;
        if (w->months == 0 && w->days == 0) {
            continue;
        }
        int32_t first = (int32_t)kept(first_reaching(d->day, w->months, w->days));
        size_t at = count++;
        for (; at > 0 && since[at - 1] > first; at--) {
            since[at] = since[at - 1];
            window[at] = window[at - 1];
        }
        since[at] = first;
        window[at] = from;
    }
    for (uint32_t age = 0; age < AX_RATE_AGES; age++) {
        d->reaching[basis][age] = age < d->kept ? ax_rate_windows_from(d, basis, d->kept - age) : 0;
    }
    for (size_t kind = 0; kind < AX_PACK_KINDS; kind++) {
        uint64_t *steps = d->reach[basis][kind].steps;
        steps[0] = p->window_steps[kind][2 * AX_PACK_WINDOWS_MAX];
        for (size_t i = 0; i < AX_PACK_WINDOWS_MAX; i++) {
            steps[i + 1] = steps[i] | (i < count ? p->window_steps[kind][window[i]] : 0);
        }
    }
}

static bool may_use(const struct ax_rate_day *d, uint32_t rows, uint32_t act)
{
    for (; rows != 0; rows &= rows - 1) {
        const struct ax_rate_use *u = &d->uses[__builtin_ctz(rows)];
        if (act >= u->from && act <= u->to) {
            return act >= u->since;
        }
    }
    return true;
}

/* Of acts whose law is that of their own day: since when all may be used and before when none; AX_RATE_BY_ROWS: it is not so
 * simple. Within the days below all acts are alike. */
static uint32_t used_since(const struct ax_rate_day *d, uint32_t rows)
{
    uint32_t since = 1;
    for (uint32_t bits = rows; bits != 0; bits &= bits - 1) {
        const struct ax_rate_use *u = &d->uses[__builtin_ctz(bits)];
        since = u->since > since && may_use(d, rows, u->since) && !may_use(d, rows, u->since - 1) ? u->since : since;
    }
    for (uint32_t bits = rows; bits != 0; bits &= bits - 1) {
        const struct ax_rate_use *u = &d->uses[__builtin_ctz(bits)];
        const uint32_t days[] = {1, u->from, u->from - 1, u->to, u->to + 1, u->since, u->since - 1};
        for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
            if (days[i] != 0 && may_use(d, rows, days[i]) != (days[i] >= since)) {
                return AX_RATE_BY_ROWS;
            }
        }
    }
    return since;
}

static void put_uses(struct ax_rate_day *d)
{
    const struct ax_pack *p = d->pack;
    for (size_t i = 0; i < p->use_count; i++) {
        const struct ax_use *u = &p->uses[i];
        d->uses[i] = (struct ax_rate_use){
                .from = kept(u->effective_from),
                .to = u->effective_to == AX_DAY_NONE ? UINT32_MAX : kept(u->effective_to),
                .since = kept(first_reaching(d->day, u->months, 0)),
        };
    }
    for (size_t kind = 0; kind < AX_PACK_KINDS; kind++) {
        for (size_t grade = 0; grade < 8; grade++) {
            uint32_t rows = p->kind_uses[kind][grade];
            const struct ax_rate_use *first = rows == 0 ? NULL : &d->uses[__builtin_ctz(rows)];
            bool by_event = kind == AX_FACT_ACCIDENT - AX_FACT_ENFORCEMENT_PENALTY;
            bool one_law = first == NULL || (first->from == 1 && first->to == UINT32_MAX);
            d->used_since[(kind + AX_FACT_ENFORCEMENT_PENALTY) << GRADE_BITS | grade] =
                    by_event && !one_law ? AX_RATE_BY_ROWS : used_since(d, rows);
        }
    }
}

void ax_rate_day_init(struct ax_rate_day *d, const struct ax_pack *pack, int32_t day)
{
    memset(d, 0, sizeof *d);
    d->pack = pack;
    d->day = day;
    d->kept = day < AX_DAY_MIN ? 0 : kept(day);
    for (size_t i = 0; i <= AX_SORT_GRADE_MASK; i++) {
        d->used_since[i] = 1; /* for ever, but for what a pack says */
    }
    if (pack == NULL) {
        return;
    }
    for (size_t kind = 0; kind < AX_PACK_KINDS; kind++) {
        bool ruled = pack->kind_first[kind] != pack->kind_first[kind + 1];
        d->kinds |= (uint64_t)ruled << (kind + AX_FACT_ENFORCEMENT_PENALTY);
    }
    put_windows(d, 0);
    put_windows(d, 1);
    put_uses(d);
}
