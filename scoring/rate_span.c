/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/rate_span.h"

/* The pack's row that says until when a fact of that legal day may be used; NULL: none does. */
static inline const struct ax_use *use_of(const struct ax_pack *p, const struct ax_entry *e, int32_t legal)
{
    for (uint32_t rows = p->kind_uses[e->kind - AX_FACT_ENFORCEMENT_PENALTY][e->grade]; rows != 0; rows &= rows - 1) {
        const struct ax_use *u = &p->uses[__builtin_ctz(rows)];
        if (legal >= u->effective_from && (u->effective_to == AX_DAY_NONE || legal <= u->effective_to)) {
            return u;
        }
    }
    return NULL;
}

int32_t ax_rate_last_use(const struct ax_pack *p, const struct ax_entry *e, int32_t act, int32_t legal)
{
    if (e->use_until_day != 0) {
        return ax_entry_use_until(e);
    }
    const struct ax_use *u = act == AX_DAY_NONE ? NULL : use_of(p, e, legal);
    return u == NULL ? AX_DAY_MAX : ax_day_add_months(act, u->months) - 1;
}

int32_t ax_rate_use_until(const struct ax_pack *pack, const struct ax_entry *e)
{
    if (pack == NULL || e->use_until_day != 0) {
        return e->use_until_day == 0 ? AX_DAY_MAX : ax_entry_use_until(e);
    }
    int32_t act = ax_entry_day(e->from_day == 0 ? e->occurred_day : e->from_day);
    bool by_event = e->kind == AX_FACT_ACCIDENT && e->occurred_day != 0;
    return ax_rate_last_use(pack, e, act, by_event ? ax_entry_occurred_on(e) : act);
}

uint32_t ax_rate_measure(const struct ax_rule *r, const struct ax_entry *e)
{
    switch (r->measure) {
    case AX_MEASURE_ACTS:
        return 1;
    case AX_MEASURE_COUNT:
        return e->count;
    case AX_MEASURE_NUMBER:
    case AX_MEASURE_EMPLOYEES:
        return e->number;
    case AX_MEASURE_DEATHS:
        return e->bits;
    case AX_MEASURE_INJURIES:
        return e->kind == AX_FACT_ACCIDENT ? ax_entry_injured(e) : e->number;
    case AX_MEASURE_TIER:
        return e->count * (e->grade == 0 ? 1U : e->grade);
    case AX_MEASURE_YUAN:
    case AX_MEASURE_HOURS:
        return e->amount;
    case AX_MEASURE_VALUE:
        return (e->flags & AX_ENTRY_NOT_APPLICABLE) != 0 ? r->neutral : e->number;
    case AX_MEASURE_VEHICLES:
        return e->extra;
    }
    return 1;
}

/* Half away from zero. */
static int64_t percent_of(int64_t points, uint32_t percent)
{
    int64_t hundredths = points * percent;
    return (hundredths + (hundredths < 0 ? -50 : 50)) / 100;
}

int32_t ax_rate_points(const struct ax_rule *r, const struct ax_entry *e, uint32_t measure)
{
    int64_t points = (int64_t)r->points * (measure / r->per);
    points = r->by_share && ax_entry_share(e) != 100 ? percent_of(points, ax_entry_share(e)) : points;
    return points > AX_PACK_POINTS_MAX    ? AX_PACK_POINTS_MAX
           : points < -AX_PACK_POINTS_MAX ? -AX_PACK_POINTS_MAX
                                          : (int32_t)points;
}

/* An exposure is known once its period is over: it is used for some time after it. A licence is suspended or revoked until it is
 * valid again. */
static int32_t stands_until(const struct ax_pack *p, const struct ax_entry *e)
{
    if (e->kind == AX_FACT_LICENCE && e->extra != 0 && (e->until_day == 0 || e->extra < e->until_day)) {
        return ax_entry_day(e->extra);
    }
    if (e->until_day == 0) {
        return AX_DAY_MAX;
    }
    int32_t until = ax_entry_until(e);
    return e->kind == AX_FACT_EXPOSURE && p->exposure_months > 0 ? ax_day_add_months(until, p->exposure_months) : until;
}

bool ax_rate_first_and_last(const struct ax_pack *p, const struct ax_rule *r, const struct ax_entry *e,
        struct ax_rate_days *d, struct ax_rate_past *past, struct ax_rate_span *s)
{
    int32_t basis = r->basis == AX_BASIS_EVENT ? d->event : d->act;
    s->from = basis;
    if (r->basis == AX_BASIS_DUE) {
        if (e->number > AX_PACK_DAYS_MAX) {
            return false;
        }
        s->from = basis + (int32_t)e->number + 1;
    }
    s->until = AX_DAY_MAX;
    if (r->span == AX_SPAN_STANDING && (e->until_day != 0 || (r->window_months == 0 && r->window_days == 0))) {
        s->until = stands_until(p, e);
    } else if (r->span == AX_SPAN_CALENDAR_YEAR) {
        int year;
        int month;
        int day_of_month;
        ax_day_split(basis, &year, &month, &day_of_month);
        s->until = ax_day_of(year, 12, 31);
    } else if (r->window_months != 0 || r->window_days != 0) {
        s->until = ax_day_add_months(basis, (int)r->window_months) + r->window_days - 1;
    }
    if (r->span == AX_SPAN_TERM) {
        s->until = ax_entry_listed_until(e, s->until);
    }
    s->until = ax_rate_cut(p, e, s->until, d);
    return ax_rate_is_kept(past, s);
}

/* A standing that is no rule's: of standardisation, of what is exposed. */
static size_t base_span(const struct ax_pack *p, const struct ax_entry *e, struct ax_rate_days *d,
        struct ax_rate_past *past, struct ax_rate_span *s)
{
    s->from = d->act == AX_DAY_NONE ? AX_DAY_MIN : d->act;
    s->until = ax_rate_cut(p, e, stands_until(p, e), d);
    s->points = 0;
    s->measure = 0;
    s->rule = AX_SPAN_BASE;
    s->latest = false;
    return ax_rate_is_kept(past, s) ? 1 : 0;
}

bool ax_rate_meets(const struct ax_rule *r, const struct ax_entry *e)
{
    bool category = r->categories == 0 || (r->categories & (uint32_t)e->bits << 1) != 0;
    bool share = r->share_at_least == 0 || ax_entry_share(e) >= r->share_at_least;
    return category && share && (r->link == 0 || r->link == e->link) && ax_rate_measure(r, e) >= r->each_at_least;
}

size_t ax_rate_standing_spans(const struct ax_rate_view *v, const struct ax_entry *e, uint32_t entry,
        struct ax_rate_days *d, struct ax_rate_past *past, struct ax_rate_span *out)
{
    if (e->kind == AX_FACT_STANDARDISATION) {
        out->entry = entry;
        return base_span(v->pack, e, d, past, out);
    }
    if (e->kind != AX_FACT_EXPOSURE || v->pack->exposed == 0) {
        return 0;
    }
    const uint32_t values[AX_EXPOSED_COUNT] = {0, e->extra, e->number, e->amount};
    size_t n = 0;
    for (uint32_t i = AX_EXPOSED_VEHICLES; i < AX_EXPOSED_COUNT; i++) {
        if ((v->pack->exposed >> i & 1) != 0 && values[i] > 0 && base_span(v->pack, e, d, past, &out[n]) > 0) {
            out[n].rule = (uint16_t)(AX_SPAN_EXPOSURE + i);
            out[n].entry = entry;
            out[n++].measure = values[i];
        }
    }
    return n;
}
