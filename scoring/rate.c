/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One day's tally: points of what counts, capped; the level read from them; shifts; missing standardisation; levels that
 * rules allow at best. Levels grow worse with their number, so "no better than" is a maximum.
 */
#include "scoring/rate_faces.h"
#include "scoring/rate_sums.h"

/* Boundaries looked at for the next or last change: as many as there can be while all spans are at hand (two each, and what
 * rules for absent things add); where every look works them out again, as many as cost so many looks at a fact. */
enum { CHANGE_TRIES_MAX = 2 * AX_RATE_SPANS_MAX + 4 * AX_PACK_RULES_MAX, CHANGE_LOOKS_OF_MANY = 1 << 16 };
enum { LEDGER_SMALL = 32 }; /* facts: what is past costs little, so one view serves for looking ahead and back */

static int32_t saturated(int64_t points)
{
    return points > INT32_MAX / 4 ? INT32_MAX / 4 : points < INT32_MIN / 4 ? INT32_MIN / 4 : (int32_t)points;
}

/* A day on which something begins, seen from `day`: the last not after it and the first after it. */
static void see_boundary(int32_t boundary, int32_t day, struct ax_rate_tally *t)
{
    if (boundary <= day) {
        t->last_boundary = boundary > t->last_boundary ? boundary : t->last_boundary;
    } else if (t->next_boundary == AX_DAY_NONE || boundary < t->next_boundary) {
        t->next_boundary = boundary;
    }
}

/* The last day not after the one looked at, and the first after it, on which a span begins or is over. */
struct nearest {
    int32_t last;
    int32_t next;
};

static inline void look_at_span(const struct ax_rate_view *v, const struct ax_rate_span *s, int32_t day,
        struct ax_rate_sums *sums, struct nearest *near)
{
    if (s->from > day) {
        near->next = s->from < near->next ? s->from : near->next;
    } else if (s->until < day) {
        near->last = s->until + 1 > near->last ? s->until + 1 : near->last;
    } else {
        near->last = s->from > near->last ? s->from : near->last;
        near->next = s->until + 1 < near->next ? s->until + 1 : near->next;
        if (s->rule >= AX_SPAN_EXPOSURE) {
            ax_rate_count_standing(sums, v->ledger, s);
        } else {
            ax_rate_count(sums, v->ledger, s);
        }
    }
}

static void add_up(struct ax_rate_view *v, int32_t day, struct ax_rate_sums *sums, struct ax_rate_tally *t)
{
    ax_rate_sums_init(sums, v->pack);
    struct ax_rate_walk walk = {v, 0};
    const struct ax_rate_span *spans;
    size_t count;
    struct nearest near = {
            AX_DAY_MIN, AX_DAY_MAX + 1}; /* nothing begins on the first day of all, or ends on the last */
    while (ax_rate_walk_next(&walk, &spans, &count)) {
        for (size_t i = 0; i < count; i++) {
            look_at_span(v, &spans[i], day, sums, &near);
        }
    }
    if (near.last > AX_DAY_MIN) {
        see_boundary(near.last, day, t);
    }
    if (near.next <= AX_DAY_MAX) {
        see_boundary(near.next, day, t);
    }
    if (v->ledger->faces > 0) {
        ax_rate_faces_settle(v, day, sums);
    }
}

static bool rule_holds(const struct ax_rate_view *v, const struct ax_rate_sums *sums, const struct ax_rate_tally *t,
        size_t rule, int32_t day)
{
    const struct ax_rule *r = &v->pack->rules[rule];
    uint64_t measure = sums->of[rule].measure;
    bool enough = (ax_rate_holds(sums->touched, rule) & (measure >= r->at_least)) != 0 &&
                  (r->below == 0 || measure < r->below);
    if (enough == r->absent || (r->needs >= 0 && !ax_rate_holds(t->holds, (size_t)r->needs))) {
        return false;
    }
    if (r->unless >= 0 && ax_rate_holds(t->holds, (size_t)r->unless)) {
        return false;
    }
    if (!r->absent) {
        return true;
    }
    int32_t enabled = v->enabled[rule];
    return enabled != AX_DAY_NONE && day >= enabled && day >= r->effective_from &&
           (r->effective_to == AX_DAY_NONE || day <= r->effective_to);
}

struct effects {
    int64_t bonus;
    int64_t deduction;
    int64_t x; /* of both, in part X */
    int32_t shift;
    int32_t best; /* band */
};

int64_t ax_rate_per_exposure(const struct ax_rule *r, uint64_t measure, const struct ax_rate_sums *sums)
{
    if (!sums->has_exposed[r->per_exposure]) {
        return 0;
    }
    enum { MEASURE_MAX = 1 << 30 }; /* so that nothing below is too great */
    measure = measure > MEASURE_MAX ? MEASURE_MAX : measure;
    uint64_t step = (uint64_t)sums->exposed[r->per_exposure].measure * r->step_ppm;
    uint64_t steps = measure * AX_PACK_PPM / step;
    return r->points * (int64_t)(steps > AX_PACK_POINTS_MAX ? AX_PACK_POINTS_MAX : steps);
}

static void apply(const struct ax_rate_view *v, const struct ax_rate_sums *sums, size_t rule, struct ax_rate_tally *t,
        struct effects *e)
{
    const struct ax_rule *r = &v->pack->rules[rule];
    ax_rate_hold(t->holds, rule);
    int32_t points = r->effect == AX_EFFECT_POINTS_ONCE ? r->points : 0;
    if (r->effect == AX_EFFECT_POINTS_EACH) {
        points = saturated(r->per_exposure == AX_EXPOSED_NONE ? sums->of[rule].points
                                                              : ax_rate_per_exposure(r, sums->of[rule].measure, sums));
    }
    bool moves = r->effect == AX_EFFECT_SHIFT || r->effect == AX_EFFECT_LEVEL || r->effect == AX_EFFECT_FLAG;
    t->moved[rule / 64] |= (uint64_t)moves << rule % 64;
    e->shift += r->effect == AX_EFFECT_SHIFT ? r->shift : 0;
    e->best = r->effect == AX_EFFECT_LEVEL && r->band > e->best ? r->band : e->best;
    t->taken[rule] = points;
    if (r->latest) {
        t->last[rule] = sums->last[rule];
    }
    points = ax_rate_capped(r, points);
    e->bonus += points > 0 ? points : 0;
    e->deduction += points < 0 ? points : 0;
    e->x += r->part == AX_PART_X ? points : 0;
}

static int32_t band_of(const struct ax_rate_view *v, struct ax_rate_tally *t)
{
    const struct ax_pack *p = v->pack;
    int32_t last = (int32_t)p->band_count - 1;
    int32_t band = 0;
    while (band < last && t->points < v->least[band]) {
        band++;
    }
    t->top = band > 0 && t->points >= p->bands[band - 1].least; /* bands fall: of those missed it asks for the least */
    return band;
}

/* Shifts lead no further down than the pack lets them, and never out of the last band. */
static int32_t shifted(const struct ax_pack *p, int32_t band, int32_t shift)
{
    if (shift == 0 || (size_t)band + 1 == p->band_count) {
        return band;
    }
    int32_t worst = band > p->shift_worst_band ? band : p->shift_worst_band;
    int32_t to = band - shift;
    return to < 0 ? 0 : to > worst ? worst : to;
}

/* S = θ(αX + Y + Z + W), rounded once, half away from zero. */
static int64_t by_formula(const struct ax_formula *f, int64_t x, int64_t others)
{
    const int64_t most = 2 * AX_PACK_POINTS_MAX;
    x = x > most ? most : x < -most ? -most : x;
    others = others > most ? most : others < -most ? -most : others;
    int64_t sum = (int64_t)f->alpha_ppm * x + (int64_t)AX_PACK_PPM * others; /* below 10^12, so below 4 * 10^18 next */
    const int64_t one = (int64_t)AX_PACK_PPM * AX_PACK_PPM;
    int64_t scaled = f->theta_ppm * sum;
    return (scaled + (scaled < 0 ? -one / 2 : one / 2)) / one;
}

static void conclude(
        const struct ax_rate_view *v, const struct ax_rate_sums *sums, const struct effects *e, struct ax_rate_tally *t)
{
    const struct ax_pack *p = v->pack;
    t->missing = !v->standardisation_known;
    t->base_entry = sums->has_base ? sums->base.entry : UINT32_MAX;
    size_t standing = sums->has_base ? v->ledger->entries[sums->base.entry].grade
                      : t->missing   ? AX_PACK_BASE_MISSING
                                     : (size_t)AX_STANDARDISATION_LEVEL_NONE;
    t->base = p->base[standing < AX_PACK_BASE_COUNT ? standing : AX_PACK_BASE_MISSING];
    t->bonus_taken = e->bonus > p->bonus_cap ? saturated(p->bonus_cap - e->bonus) : 0;
    int64_t sum = t->base + p->parts + e->bonus + t->bonus_taken + e->deduction;
    t->formula = 0;
    if (v->formula != NULL) {
        int64_t x = p->part_base[AX_PART_X] + e->x;
        int64_t made = by_formula(v->formula, x, sum - x);
        t->formula = saturated(made - sum);
        sum = made;
    }
    t->points = sum < p->points_min ? p->points_min : sum > p->points_max ? p->points_max : (int32_t)sum;
    t->clamp = saturated(t->points - sum);
    int32_t band = shifted(p, band_of(v, t), e->shift);
    band = t->missing && band < p->missing_best_band ? p->missing_best_band : band;
    t->band = band < e->best ? e->best : band;
    t->level = (enum ax_level)p->bands[t->band].level;
}

static void see_absent(const struct ax_rate_view *v, int32_t day, struct ax_rate_tally *t)
{
    for (size_t i = 0; i < v->absent_count; i++) {
        see_boundary(v->absent[i], day, t);
    }
}

/* What the sums of a day come to. */
static void tally_sums(
        const struct ax_rate_view *v, const struct ax_rate_sums *sums, int32_t day, struct ax_rate_tally *out)
{
    struct effects effects = {0, 0, 0, 0, 0};
    for (size_t word = 0; word < AX_PACK_RULE_WORDS; word++) {
        uint64_t bits = sums->touched[word] | (v->pack->absent[word] & ~v->barred->rules[word]);
        for (; bits != 0; bits &= bits - 1) {
            size_t rule = word * 64 + (size_t)__builtin_ctzll(bits);
            if (rule_holds(v, sums, out, rule, day)) {
                apply(v, sums, rule, out, &effects);
            }
        }
    }
    conclude(v, sums, &effects, out);
}

static void tally_unrated(const struct ax_rate_view *v, struct ax_rate_tally *out)
{
    out->level = AX_LEVEL_UNRATED;
    out->band = AX_RATE_NO_BAND;
    out->points = out->base = out->bonus_taken = out->clamp = out->formula = 0;
    out->top = false;
    out->missing = !v->standardisation_known;
    out->base_entry = UINT32_MAX;
}

static void begin_tally(struct ax_rate_tally *out)
{
    memset(out->holds, 0, sizeof out->holds);
    memset(out->moved, 0, sizeof out->moved);
    out->last_boundary = out->next_boundary = AX_DAY_NONE;
}

void ax_rate_tally_day(struct ax_rate_view *v, int32_t day, struct ax_rate_tally *out)
{
    begin_tally(out);
    bool ever = v->pack != NULL && v->rated_from != AX_DAY_NONE;
    if (ever && v->rated_from > AX_DAY_MIN) {
        see_boundary(v->rated_from, day, out);
    }
    if (!ever || day < v->rated_from) {
        tally_unrated(v, out);
        return;
    }
    if (v->past != AX_DAY_NONE) {
        see_boundary(v->past, day, out);
    }
    struct ax_rate_sums sums AX_UNSET;
    add_up(v, day, &sums, out);
    see_absent(v, day, out);
    tally_sums(v, &sums, day, out);
}

static bool is_same_tally(const struct ax_rate_tally *a, const struct ax_rate_tally *b)
{
    return a->band == b->band && a->points == b->points && a->moved[0] == b->moved[0] && a->moved[1] == b->moved[1];
}

static int tries_of(const struct ax_rate_view *v)
{
    if (v->complete) {
        return CHANGE_TRIES_MAX;
    }
    uint32_t tries = CHANGE_LOOKS_OF_MANY / v->ledger->count;
    return tries == 0 ? 1 : tries > CHANGE_TRIES_MAX ? CHANGE_TRIES_MAX : (int)tries;
}

static int32_t find_change(struct ax_rate_view *v, const struct ax_rate_tally *now)
{
    struct ax_rate_tally then AX_UNSET;
    int32_t boundary = now->next_boundary;
    for (int i = tries_of(v); i > 0 && boundary != AX_DAY_NONE; i--) {
        ax_rate_tally_day(v, boundary, &then);
        if (!is_same_tally(now, &then)) {
            return boundary;
        }
        boundary = then.next_boundary;
    }
    return boundary;
}

static void list_rules(const struct ax_pack *p, const struct ax_rate_tally *t, struct ax_rate *out)
{
    out->override_count = out->flag_count = 0;
    for (size_t word = 0; word < AX_PACK_RULE_WORDS; word++) {
        for (uint64_t bits = t->moved[word]; bits != 0; bits &= bits - 1) {
            size_t rule = word * 64 + (size_t)__builtin_ctzll(bits);
            if (p->rules[rule].effect == AX_EFFECT_FLAG) {
                out->flags[out->flag_count++] = (uint16_t)rule;
            } else {
                out->overrides[out->override_count++] = (uint16_t)rule;
            }
        }
    }
}

static void report(const struct ax_rate_view *v, const struct ax_rate_tally *t, struct ax_rate *out)
{
    out->level = t->level;
    out->band = t->band;
    out->points = t->points;
    out->base_points = t->base + (t->band == AX_RATE_NO_BAND ? 0 : v->pack->parts);
    out->facts = v->facts;
    out->conflicts = v->conflicts;
    out->objected = v->objected;
    out->standardisation_missing = t->missing;
    list_rules(v->pack, t, out);
    out->last_boundary = t->last_boundary;
    out->next_boundary = t->next_boundary;
    out->next_change_on = AX_DAY_NONE;
}

void ax_rate_view_conclude(struct ax_rate_view *v, int32_t day, struct ax_rate_tally *t, struct ax_rate *out)
{
    ax_rate_tally_day(v, day, t);
    report(v, t, out);
    out->next_change_on = find_change(v, t);
}

void ax_rate_seen(const struct ax_seen *s, struct ax_rate *out)
{
    struct ax_rate_view view AX_UNSET;
    struct ax_rate_sums sums AX_UNSET;
    struct ax_rate_tally tally AX_UNSET;
    begin_tally(&tally);
    if (ax_rate_view_init_on(&view, s, &sums)) {
        if (s->ledger->faces > 0) {
            view.complete = false; /* it has no spans */
            ax_rate_faces_settle(&view, s->on->day, &sums);
        }
        tally_sums(&view, &sums, s->on->day, &tally);
    } else {
        tally_unrated(&view, &tally);
    }
    report(&view, &tally, out);
}

void ax_rate_on(const struct ax_ledger *ledger, const struct ax_rate_day *d, struct ax_rate *out)
{
    struct ax_seen seen AX_UNSET;
    if (ax_seen_init(&seen, ledger, d)) {
        ax_rate_seen(&seen, out);
        return;
    }
    struct ax_rate_view view AX_UNSET;
    struct ax_rate_tally tally AX_UNSET;
    ax_rate_view_init(&view, ledger, d->pack, d->day);
    ax_rate_tally_day(&view, d->day, &tally);
    report(&view, &tally, out);
    out->last_boundary = out->next_boundary = AX_DAY_NONE;
}

void ax_rate(const struct ax_ledger *ledger, const struct ax_pack *pack, int32_t day, struct ax_rate *out)
{
    struct ax_rate_view view AX_UNSET;
    struct ax_rate_tally tally AX_UNSET;
    ax_rate_view_init(&view, ledger, pack, day);
    ax_rate_view_conclude(&view, day, &tally, out);
}

bool ax_rate_same(const struct ax_rate *a, const struct ax_rate *b)
{
    return a->level == b->level && a->band == b->band && a->points == b->points &&
           a->override_count == b->override_count && a->flag_count == b->flag_count &&
           memcmp(a->overrides, b->overrides, a->override_count * sizeof a->overrides[0]) == 0 &&
           memcmp(a->flags, b->flags, a->flag_count * sizeof a->flags[0]) == 0;
}

/* Changes from `from` until the day whose tally `on` is, newest first, at most `max`, looking at no more than `tries`
 * boundaries. *left: where it gave up, a boundary not looked at; AX_DAY_NONE where it did not. */
static size_t find_changes(struct ax_rate_view *v, struct ax_rate_tally *on, int32_t from, int32_t *days, size_t max,
        size_t tries, int32_t *left)
{
    struct ax_rate_tally before AX_UNSET;
    size_t found = 0;
    /* The tally of a boundary holds until the next one, so each is made once. */
    while (found < max && on->last_boundary != AX_DAY_NONE && on->last_boundary >= from) {
        int32_t boundary = on->last_boundary;
        if (tries-- == 0) {
            *left = boundary;
            return found;
        }
        ax_rate_tally_day(v, boundary - 1, &before);
        if (!is_same_tally(on, &before)) {
            days[found++] = boundary;
        }
        *on = before;
    }
    *left = AX_DAY_NONE;
    return found;
}

size_t ax_rate_changes(const struct ax_ledger *ledger, const struct ax_pack *pack, int32_t from, int32_t until,
        int32_t *days, size_t max)
{
    struct ax_rate_view v AX_UNSET;
    struct ax_rate_tally on AX_UNSET;
    int32_t left;
    ax_rate_view_init(&v, ledger, pack, AX_DAY_NONE);
    ax_rate_tally_day(&v, until, &on);
    return find_changes(&v, &on, from, days, max, SIZE_MAX, &left);
}

void ax_rate_with_last_change(const struct ax_ledger *ledger, const struct ax_pack *pack, int32_t from, int32_t day,
        struct ax_rate *out, int32_t *last_change)
{
    struct ax_rate_view v AX_UNSET;
    struct ax_rate_tally tally AX_UNSET;
    bool is_small = ledger->count <= LEDGER_SMALL;
    ax_rate_view_init(&v, ledger, pack, is_small ? AX_DAY_NONE : day);
    ax_rate_view_conclude(&v, day, &tally, out);
    *last_change = AX_DAY_NONE;
    if (tally.last_boundary == AX_DAY_NONE || tally.last_boundary < from) {
        return;
    }
    if (!is_small) {
        ax_rate_view_init(&v, ledger, pack, AX_DAY_NONE);
    }
    int32_t on;
    int32_t left;
    *last_change = find_changes(&v, &tally, from, &on, 1, (size_t)tries_of(&v), &left) > 0 ? on : left;
}
