/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/profile.h"
#include "scoring/rate_view.h"

/* The days of an entry that rules measure from, split once since windows of months are added to them. */
struct basis {
    int32_t day;
    int year;
    int month;
    int day_of_month;
};

struct days {
    struct basis act;   /* decided, found, listed, valid from; else occurred */
    struct basis event; /* occurred; else as above */
    int32_t legal;      /* the day by which the law's version is picked: of the accident, else of the decision */
    int32_t last;       /* use-until */
};

static struct basis basis_of(int32_t day)
{
    struct basis b = {.day = day};
    if (day != AX_DAY_NONE) {
        ax_day_split(day, &b.year, &b.month, &b.day_of_month);
    }
    return b;
}

static int32_t months_after(const struct basis *b, int32_t months)
{
    return ax_day_months_from(b->year, b->month, b->day_of_month, months);
}

static bool is_within(int32_t day, int32_t from, int32_t to)
{
    return day >= from && (to == AX_DAY_NONE || day <= to);
}

static bool is_in_mask(uint32_t mask, uint32_t value)
{
    return mask == 0 || (mask >> value & 1) != 0;
}

static int32_t use_until(const struct ax_pack *p, const struct ax_entry *e, const struct days *d)
{
    if (e->use_until_day != 0) {
        return ax_entry_use_until(e);
    }
    for (size_t i = 0; i < p->use_count; i++) {
        const struct ax_use *u = &p->uses[i];
        if (u->kind == (int32_t)e->kind && is_in_mask(u->grades, e->grade) && d->act.day != AX_DAY_NONE &&
                is_within(d->legal, u->effective_from, u->effective_to)) {
            return months_after(&d->act, u->months) - 1;
        }
    }
    return AX_DAY_MAX;
}

static void days_of(const struct ax_pack *p, const struct ax_entry *e, struct days *d)
{
    int32_t occurred = ax_entry_occurred_on(e);
    int32_t from = ax_entry_from(e);
    d->act = basis_of(from == AX_DAY_NONE ? occurred : from);
    d->event = occurred == AX_DAY_NONE || occurred == d->act.day ? d->act : basis_of(occurred);
    d->legal = e->kind == AX_FACT_ACCIDENT ? d->event.day : d->act.day;
    d->last = use_until(p, e, d);
}

static bool meets(const struct ax_rule *r, const struct ax_entry *e)
{
    return is_in_mask(r->grades, e->grade) && is_in_mask(r->liabilities, e->liability) &&
           (r->categories == 0 || (r->categories & (uint32_t)e->bits << 1) != 0) &&
           (e->flags & r->flags_all) == r->flags_all && (e->flags & r->flags_none) == 0;
}

static uint32_t measure_of(const struct ax_rule *r, const struct ax_entry *e)
{
    switch (r->measure) {
    case AX_MEASURE_COUNT:
        return e->count;
    case AX_MEASURE_NUMBER:
        return e->number;
    case AX_MEASURE_DEATHS:
        return e->bits;
    case AX_MEASURE_ACTS:
        break;
    }
    return 1;
}

static int32_t points_of(const struct ax_rule *r, uint32_t measure)
{
    if (r->effect != AX_EFFECT_POINTS_EACH) {
        return 0;
    }
    int64_t points = (int64_t)r->points * (measure / r->per);
    return points > AX_PACK_POINTS_MAX    ? AX_PACK_POINTS_MAX
           : points < -AX_PACK_POINTS_MAX ? -AX_PACK_POINTS_MAX
                                          : (int32_t)points;
}

static bool first_and_last(
        const struct ax_rule *r, const struct ax_entry *e, const struct days *d, struct ax_rate_span *s)
{
    const struct basis *b = r->basis == AX_BASIS_EVENT ? &d->event : &d->act;
    if (b->day == AX_DAY_NONE) {
        return false;
    }
    s->from = b->day;
    if (r->basis == AX_BASIS_DUE) {
        if (e->number > AX_PACK_DAYS_MAX) {
            return false;
        }
        s->from = b->day + (int32_t)e->number + 1;
    }
    s->until = AX_DAY_MAX;
    if (r->span == AX_SPAN_STANDING) {
        s->until = e->until_day == 0 ? AX_DAY_MAX : ax_entry_until(e);
    } else if (r->window_months != 0 || r->window_days != 0) {
        s->until = (r->window_months == 0 ? b->day : months_after(b, r->window_months)) + r->window_days - 1;
    }
    s->until = s->until > d->last ? d->last : s->until;
    return s->from <= s->until;
}

static bool has_effect(const struct ax_rate_view *v, const struct ax_entry *e)
{
    if ((e->marks & (AX_MARK_HEAD | AX_MARK_ECHO)) != AX_MARK_HEAD) {
        return false;
    }
    switch ((enum ax_fact_state)e->state) {
    case AX_FACT_STATE_OBJECTED:
        return !v->without_objected;
    case AX_FACT_STATE_REPAIRED:
    case AX_FACT_STATE_WITHDRAWN:
    case AX_FACT_STATE_EXPIRED:
        return false;
    case AX_FACT_STATE_UNSPECIFIED:
    case AX_FACT_STATE_ACTIVE:
    case AX_FACT_STATE_CORRECTED:
        break;
    }
    return true;
}

size_t ax_rate_view_entry(const struct ax_rate_view *v, uint32_t entry, struct ax_rate_span *out)
{
    const struct ax_pack *p = v->pack;
    const struct ax_entry *e = &v->ledger->entries[entry];
    size_t kind = (size_t)e->kind - AX_FACT_ENFORCEMENT_PENALTY;
    if (kind >= AX_PACK_KINDS || !has_effect(v, e)) {
        return 0;
    }
    bool base = e->kind == AX_FACT_STANDARDISATION;
    if (p->kind_first[kind] == p->kind_first[kind + 1] && !base) {
        return 0;
    }
    struct days d;
    days_of(p, e, &d);
    size_t n = 0;
    for (size_t i = p->kind_first[kind]; i < p->kind_first[kind + 1]; i++) {
        uint16_t index = p->by_kind[i];
        const struct ax_rule *r = &p->rules[index];
        if (!ax_rate_holds(v->applies, index) || !meets(r, e) || d.legal == AX_DAY_NONE ||
                !is_within(d.legal, r->effective_from, r->effective_to)) {
            continue;
        }
        struct ax_rate_span *s = &out[n];
        if (first_and_last(r, e, &d, s)) {
            s->rule = index;
            s->entry = entry;
            s->measure = measure_of(r, e);
            s->points = points_of(r, s->measure);
            n++;
        }
    }
    if (base) {
        int32_t last = e->until_day == 0 ? AX_DAY_MAX : ax_entry_until(e);
        int32_t from = d.act.day == AX_DAY_NONE ? AX_DAY_MIN : d.act.day;
        out[n++] = (struct ax_rate_span){from, last < d.last ? last : d.last, 0, 0, entry, AX_SPAN_BASE};
    }
    return n;
}

static void look_at_industry(struct ax_rate_view *v)
{
    v->applies[0] = v->applies[1] = UINT64_MAX;
    if (!v->pack->industry_matters) {
        return;
    }
    ax_str industry = ax_profile_best(v->ledger, AX_PROFILE_INDUSTRY);
    for (size_t i = 0; i < v->pack->rule_count; i++) {
        if (v->pack->rules[i].industries.count > 0 && !ax_pack_industry_in(&v->pack->rules[i].industries, industry)) {
            v->applies[i / 64] &= ~(UINT64_C(1) << i % 64);
        }
    }
}

static void earlier(int32_t *first, int32_t day)
{
    if (*first == AX_DAY_NONE || day < *first) {
        *first = day;
    }
}

/* What every head counts for, whatever rules say. */
static void look_at_head(struct ax_rate_view *v, const struct ax_entry *e)
{
    if ((e->marks & AX_MARK_HEAD) == 0 || e->state == AX_FACT_STATE_WITHDRAWN) {
        return;
    }
    v->facts++;
    v->conflicts += (e->marks & AX_MARK_CONFLICT) != 0 ? 1 : 0;
    v->objected += e->state == AX_FACT_STATE_OBJECTED ? 1 : 0;
    v->standardisation_known = v->standardisation_known || e->kind == AX_FACT_STANDARDISATION;
    if (v->pack == NULL || (v->without_objected && e->state == AX_FACT_STATE_OBJECTED) ||
            e->kind < AX_FACT_ENFORCEMENT_PENALTY ||
            (v->pack->rated_kinds >> (e->kind - AX_FACT_ENFORCEMENT_PENALTY) & 1) == 0) {
        return;
    }
    uint32_t first =
            e->occurred_day == 0 || (e->from_day != 0 && e->from_day < e->occurred_day) ? e->from_day : e->occurred_day;
    earlier(&v->rated_from, first == 0 ? AX_DAY_MIN : ax_entry_day(first));
    if (first != 0) {
        earlier(&v->known_from, ax_entry_day(first));
    }
}

void ax_rate_view_init(
        struct ax_rate_view *v, const struct ax_ledger *ledger, const struct ax_pack *pack, bool without_objected)
{
    v->ledger = ledger;
    v->pack = pack;
    v->without_objected = without_objected;
    v->facts = v->conflicts = v->objected = 0;
    v->rated_from = v->known_from = AX_DAY_NONE;
    v->standardisation_known = false;
    v->complete = true;
    v->count = 0;
    for (uint32_t i = 0; i < ledger->count; i++) {
        look_at_head(v, &ledger->entries[i]);
    }
    if (pack == NULL) {
        return;
    }
    look_at_industry(v);
    for (uint32_t i = 0; i < ledger->count && v->complete; i++) {
        v->count += ax_rate_view_entry(v, i, &v->spans[v->count]);
        v->complete = v->count <= AX_RATE_SPANS_MAX;
    }
}

bool ax_rate_walk_next(struct ax_rate_walk *w, const struct ax_rate_span **spans, size_t *count)
{
    struct ax_rate_view *v = w->v;
    *spans = v->spans;
    if (v->complete) {
        *count = v->count;
        return w->next++ == 0;
    }
    while (w->next < v->ledger->count) {
        *count = ax_rate_view_entry(v, w->next++, v->spans);
        if (*count > 0) {
            return true;
        }
    }
    return false;
}

int32_t ax_rate_view_enabled(const struct ax_rate_view *v, const struct ax_rule *rule)
{
    if (rule->known_months == 0) {
        return AX_DAY_MIN;
    }
    return v->known_from == AX_DAY_NONE ? AX_DAY_NONE : ax_day_add_months(v->known_from, rule->known_months);
}
