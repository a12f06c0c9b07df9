/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/profile.h"
#include "scoring/rate_view.h"

/* A day that rules measure from; split when a window of months is first added to it. */
struct basis {
    int32_t day;
    int year; /* 0: not split yet */
    int month;
    int day_of_month;
};

struct days {
    struct basis act;   /* decided, found, listed, valid from; else occurred */
    struct basis event; /* occurred; else as above */
    int32_t legal;      /* the day by which the law's version is picked: of the accident, else of the decision */
    bool last_known;
    int32_t last;        /* use-until, once last_months is 0 */
    int32_t last_months; /* use-until is so many months from the act and not earlier than `last` */
};

static int32_t months_after(struct basis *b, int32_t months)
{
    if (b->year == 0) {
        ax_day_split(b->day, &b->year, &b->month, &b->day_of_month);
    }
    return ax_day_months_from(b->year, b->month, b->day_of_month, months);
}

enum { SHORTEST_MONTH = 28, LONGEST_MONTH = 31 };

static bool is_within(int32_t day, int32_t from, int32_t to)
{
    return day >= from && (to == AX_DAY_NONE || day <= to);
}

static bool is_in_mask(uint32_t mask, uint32_t value)
{
    return mask == 0 || (mask >> value & 1) != 0;
}

/* Most windows end long before their fact may no longer be used: the last day is looked for only when it is asked for, and
 * worked out only where the shortest it can be is not enough. */
static void find_last(const struct ax_pack *p, const struct ax_entry *e, struct days *d)
{
    d->last_known = true;
    d->last = e->use_until_day == 0 ? AX_DAY_MAX : ax_entry_use_until(e);
    if (e->use_until_day != 0 || d->act.day == AX_DAY_NONE) {
        return;
    }
    for (size_t i = 0; i < p->use_count; i++) {
        const struct ax_use *u = &p->uses[i];
        if (u->kind == (int32_t)e->kind && is_in_mask(u->grades, e->grade) &&
                is_within(d->legal, u->effective_from, u->effective_to)) {
            d->last_months = u->months;
            d->last = d->act.day + SHORTEST_MONTH * u->months - 1;
            return;
        }
    }
}

static int32_t cut(const struct ax_pack *p, const struct ax_entry *e, int32_t until, struct days *d)
{
    if (!d->last_known) {
        find_last(p, e, d);
    }
    if (until > d->last && d->last_months != 0) {
        d->last = months_after(&d->act, d->last_months) - 1;
        d->last_months = 0;
    }
    return until > d->last ? d->last : until;
}

static void days_of(const struct ax_entry *e, struct days *d)
{
    int32_t occurred = ax_entry_occurred_on(e);
    int32_t from = ax_entry_from(e);
    d->act = (struct basis){.day = from == AX_DAY_NONE ? occurred : from};
    d->event = (struct basis){.day = occurred == AX_DAY_NONE ? from : occurred};
    d->legal = e->kind == AX_FACT_ACCIDENT ? d->event.day : d->act.day;
    d->last_known = false;
    d->last_months = 0;
}

int32_t ax_rate_use_until(const struct ax_pack *pack, const struct ax_entry *e)
{
    if (pack == NULL || e->use_until_day != 0) {
        return e->use_until_day == 0 ? AX_DAY_MAX : ax_entry_use_until(e);
    }
    struct days d;
    days_of(e, &d);
    return cut(pack, e, AX_DAY_MAX, &d);
}

static uint32_t measure_of(const struct ax_rule *r, const struct ax_entry *e)
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

static int32_t points_of(const struct ax_rule *r, const struct ax_entry *e, uint32_t measure)
{
    if (r->effect != AX_EFFECT_POINTS_EACH || r->per_exposure != AX_EXPOSED_NONE) {
        return 0;
    }
    int64_t points = (int64_t)r->points * (measure / r->per);
    points = r->by_share ? percent_of(points, ax_entry_share(e)) : points;
    return points > AX_PACK_POINTS_MAX    ? AX_PACK_POINTS_MAX
           : points < -AX_PACK_POINTS_MAX ? -AX_PACK_POINTS_MAX
                                          : (int32_t)points;
}

/* What is left out of a view: spans that ended before keep_from. */
struct past {
    int32_t keep_from;
    int32_t last; /* the latest day after one of them */
};

/* Whether a window is over for certain, and not the last that was, without working out its end. */
static bool is_long_past(const struct ax_rule *r, int32_t day, const struct past *past)
{
    if (r->span != AX_SPAN_WINDOW || (r->window_months == 0 && r->window_days == 0)) {
        return false;
    }
    int32_t latest = day + LONGEST_MONTH * r->window_months + r->window_days;
    return latest < past->keep_from && latest <= past->last;
}

/* An exposure is known once its period is over: it is used for some time after it. */
static int32_t stands_until(const struct ax_pack *p, const struct ax_entry *e)
{
    if (e->until_day == 0) {
        return AX_DAY_MAX;
    }
    int32_t until = ax_entry_until(e);
    return e->kind == AX_FACT_EXPOSURE && p->exposure_months > 0 ? ax_day_add_months(until, p->exposure_months) : until;
}

static bool first_and_last(const struct ax_pack *p, const struct ax_rule *r, const struct ax_entry *e, struct days *d,
        struct past *past, struct ax_rate_span *s)
{
    struct basis *b = r->basis == AX_BASIS_EVENT ? &d->event : &d->act;
    if (is_long_past(r, b->day, past)) {
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
    if (r->span == AX_SPAN_STANDING && (e->until_day != 0 || (r->window_months == 0 && r->window_days == 0))) {
        s->until = stands_until(p, e);
    } else if (r->span == AX_SPAN_CALENDAR_YEAR) {
        (void)months_after(b, 0);
        s->until = ax_day_of(b->year, 12, 31);
    } else if (r->window_months != 0 || r->window_days != 0) {
        s->until = (r->window_months == 0 ? b->day : months_after(b, r->window_months)) + r->window_days - 1;
    }
    s->until = cut(p, e, s->until, d);
    if (s->from > s->until) {
        return false;
    }
    if (s->until < past->keep_from) {
        past->last = s->until + 1 > past->last ? s->until + 1 : past->last;
        return false;
    }
    return true;
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

/* A standing that is no rule's: of standardisation, of what is exposed. */
static size_t base_span(
        const struct ax_pack *p, const struct ax_entry *e, struct days *d, struct past *past, struct ax_rate_span *s)
{
    s->from = d->act.day == AX_DAY_NONE ? AX_DAY_MIN : d->act.day;
    s->until = cut(p, e, stands_until(p, e), d);
    s->points = 0;
    s->measure = 0;
    s->rule = AX_SPAN_BASE;
    s->latest = false;
    if (s->until < past->keep_from && s->from <= s->until) {
        past->last = s->until + 1 > past->last ? s->until + 1 : past->last;
    }
    return s->from <= s->until && s->until >= past->keep_from ? 1 : 0;
}

static uint64_t rules_met(const struct ax_pack_index *index, const struct ax_entry *e)
{
    return index->grade[e->grade] & index->stage[e->stage] & index->liability[e->liability] &
           index->flags_low[e->flags & 0x0F] & index->flags_high[e->flags >> 4];
}

/* What the index does not know. The effect of what answers an accident that counts is the accident's: it gives and takes no
 * points and moves no level, but what a law says of it by itself still holds. */
static bool meets(const struct ax_rule *r, const struct ax_entry *e)
{
    bool category = r->categories == 0 || (r->categories & (uint32_t)e->bits << 1) != 0;
    bool face = (e->marks & AX_MARK_FACE) != 0 && r->effect < AX_EFFECT_LEVEL;
    bool share = r->share_at_least == 0 || ax_entry_share(e) >= r->share_at_least;
    return category && !face && share && (r->link == 0 || r->link == e->link);
}

/* What is exposed, as far as the pack asks for it. */
static size_t exposure_spans(const struct ax_rate_view *v, const struct ax_entry *e, uint32_t entry, struct days *d,
        struct past *past, struct ax_rate_span *out)
{
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

static size_t spans_of(const struct ax_rate_view *v, uint32_t entry, struct past *past, struct ax_rate_span *out)
{
    const struct ax_pack *p = v->pack;
    const struct ax_entry *e = &v->ledger->entries[entry];
    size_t kind = (size_t)e->kind - AX_FACT_ENFORCEMENT_PENALTY;
    if (kind >= AX_PACK_KINDS || !has_effect(v, e)) {
        return 0;
    }
    bool base = e->kind == AX_FACT_STANDARDISATION;
    bool exposure = e->kind == AX_FACT_EXPOSURE && p->exposed != 0;
    if (p->kind_first[kind] == p->kind_first[kind + 1] && !base && !exposure) {
        return 0;
    }
    struct days d;
    days_of(e, &d);
    size_t n = 0;
    uint64_t met = d.legal == AX_DAY_NONE ? 0 : rules_met(&p->index[kind], e);
    for (; met != 0; met &= met - 1) {
        uint16_t index = p->by_kind[p->kind_first[kind] + __builtin_ctzll(met)];
        const struct ax_rule *r = &p->rules[index];
        struct ax_rate_span *s = &out[n];
        if (!meets(r, e) || !ax_rate_holds(v->applies, index) ||
                !is_within(d.legal, r->effective_from, r->effective_to)) {
            continue;
        }
        s->measure = measure_of(r, e);
        if (s->measure >= r->each_at_least && first_and_last(p, r, e, &d, past, s)) {
            s->rule = index;
            s->latest = r->latest;
            s->entry = entry;
            s->points = points_of(r, e, s->measure);
            n++;
        }
    }
    if (exposure) {
        n += exposure_spans(v, e, entry, &d, past, &out[n]);
    }
    if (base) {
        out[n].entry = entry;
        n += base_span(p, e, &d, past, &out[n]);
    }
    return n;
}

size_t ax_rate_view_entry(const struct ax_rate_view *v, uint32_t entry, struct ax_rate_span *out)
{
    struct past all = {AX_DAY_NONE, AX_DAY_NONE};
    return spans_of(v, entry, &all, out);
}

/* Band by points of an enterprise's place and trade, and its formula. */
static void look_at_scale(struct ax_rate_view *v)
{
    const struct ax_pack *p = v->pack;
    v->least = p->least;
    v->formula = NULL;
    if (p->formula_count == 0 && !p->has_top) {
        return;
    }
    ax_str industry = ax_profile_best(v->ledger, AX_PROFILE_INDUSTRY);
    v->formula = ax_pack_formula(p, industry);
    if (p->has_top) {
        ax_str place = ax_profile_best(v->ledger, AX_PROFILE_JURISDICTION);
        place = place.len > 0 ? place : ax_profile_best(v->ledger, AX_PROFILE_REGION);
        const struct ax_distribution *d = ax_pack_distribution(p, place, industry);
        v->least = d == NULL ? p->least : d->least;
    }
}

static void look_at_industry(struct ax_rate_view *v)
{
    bool known = false;
    ax_str industry = AX_STR("");
    for (size_t word = 0; word < AX_PACK_RULE_WORDS; word++) {
        v->applies[word] = UINT64_MAX;
        for (uint64_t bits = v->pack->by_industry[word]; bits != 0; bits &= bits - 1) {
            size_t rule = word * 64 + (size_t)__builtin_ctzll(bits);
            if (!known) {
                industry = ax_profile_best(v->ledger, AX_PROFILE_INDUSTRY);
                known = true;
            }
            if (!ax_pack_industry_in(&v->pack->rules[rule].industries, industry)) {
                v->applies[word] &= ~(UINT64_C(1) << rule % 64);
            }
        }
    }
}

/* When rules for what is absent can hold at all: once something has been known for long enough. */
static void look_at_absent(struct ax_rate_view *v)
{
    for (size_t word = 0; word < AX_PACK_RULE_WORDS; word++) {
        for (uint64_t bits = v->pack->absent[word]; bits != 0; bits &= bits - 1) {
            size_t rule = word * 64 + (size_t)__builtin_ctzll(bits);
            int32_t months = v->pack->rules[rule].known_months;
            v->enabled[rule] = months == 0                    ? AX_DAY_MIN
                               : v->known_from == AX_DAY_NONE ? AX_DAY_NONE
                                                              : ax_day_add_months(v->known_from, months);
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
            e->kind < AX_FACT_ENFORCEMENT_PENALTY) {
        return;
    }
    uint32_t kind = UINT32_C(1) << (e->kind - AX_FACT_ENFORCEMENT_PENALTY);
    uint32_t first =
            e->occurred_day == 0 || (e->from_day != 0 && e->from_day < e->occurred_day) ? e->from_day : e->occurred_day;
    if ((v->pack->rated_kinds & kind) != 0) {
        earlier(&v->rated_from, first == 0 ? AX_DAY_MIN : ax_entry_day(first));
    }
    if ((v->pack->known_kinds & kind) != 0 && first != 0) {
        earlier(&v->known_from, ax_entry_day(first));
    }
}

void ax_rate_view_init(struct ax_rate_view *v, const struct ax_ledger *ledger, const struct ax_pack *pack,
        bool without_objected, int32_t keep_from)
{
    v->ledger = ledger;
    v->pack = pack;
    v->without_objected = without_objected;
    v->facts = v->conflicts = v->objected = 0;
    v->rated_from = v->known_from = v->past = AX_DAY_NONE;
    v->standardisation_known = false;
    v->keep_from = keep_from;
    v->complete = true;
    v->count = 0;
    for (uint32_t i = 0; i < ledger->count; i++) {
        look_at_head(v, &ledger->entries[i]);
    }
    if (pack == NULL) {
        return;
    }
    look_at_scale(v);
    look_at_industry(v);
    look_at_absent(v);
    struct past past = {keep_from, AX_DAY_NONE};
    for (uint32_t i = 0; i < ledger->count; i++) {
        v->count += spans_of(v, i, &past, &v->spans[v->complete ? v->count : 0]);
        v->complete = v->complete && v->count <= AX_RATE_SPANS_MAX;
    }
    v->past = past.last;
}

bool ax_rate_walk_next(struct ax_rate_walk *w, const struct ax_rate_span **spans, size_t *count)
{
    struct ax_rate_view *v = w->v;
    *spans = v->spans;
    if (v->complete) {
        *count = v->count;
        return w->next++ == 0;
    }
    struct past past = {v->keep_from, AX_DAY_NONE};
    while (w->next < v->ledger->count) {
        *count = spans_of(v, w->next++, &past, v->spans);
        if (*count > 0) {
            return true;
        }
    }
    return false;
}
