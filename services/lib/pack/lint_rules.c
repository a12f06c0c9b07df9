/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of a compiled pack that can never hold, never decide, or contradict each other. A rule "always holds with" another
 * when its condition is the wider one in every part; that is looked at part by part, so what is found is certain, and what
 * only a combination of facts shows is not found.
 */
#include "services/lib/pack/lint_rules.h"

#include "scoring/rate.h"

enum { LONGEST_MONTH = 31, PER_FACT_UNBOUNDED = AX_PACK_MEASURE_MAX, ACTS_MAX = 100000 };

#define NAME(rule) AX_ARG((rule)->id)

/* The most that one fact can measure. */
static uint32_t most_of(const struct ax_rule *r)
{
    switch (r->measure) {
    case AX_MEASURE_ACTS:
        return 1;
    case AX_MEASURE_COUNT:
        return AX_ENTRY_COUNT_MAX;
    case AX_MEASURE_DEATHS:
        return AX_ENTRY_BITS_MAX;
    case AX_MEASURE_INJURIES:
        return r->kind == AX_FACT_ACCIDENT ? AX_ENTRY_INJURED_MAX : PER_FACT_UNBOUNDED;
    case AX_MEASURE_TIER:
        return 3 * AX_ENTRY_COUNT_MAX;
    case AX_MEASURE_NUMBER:
    case AX_MEASURE_YUAN:
    case AX_MEASURE_VALUE:
    case AX_MEASURE_EMPLOYEES:
    case AX_MEASURE_HOURS:
    case AX_MEASURE_VEHICLES:
        break;
    }
    return PER_FACT_UNBOUNDED;
}

/* Acts, deaths and injuries, not money, hours or values. */
static bool counts_acts(const struct ax_rule *r)
{
    return r->measure == AX_MEASURE_ACTS || r->measure == AX_MEASURE_COUNT || r->measure == AX_MEASURE_TIER ||
           r->measure == AX_MEASURE_DEATHS || r->measure == AX_MEASURE_INJURIES;
}

static bool overlaps(const struct ax_strs *a, const struct ax_strs *b)
{
    for (size_t i = 0; i < a->count; i++) {
        for (size_t j = 0; j < b->count; j++) {
            if (ax_str_starts(a->items[i], b->items[j]) || ax_str_starts(b->items[j], a->items[i])) {
                return true;
            }
        }
    }
    return a->count == 0 || b->count == 0;
}

static const char *no_mask_can_be_met(const struct ax_rule *r)
{
    bool total = (r->flags_all & AX_ENTRY_AGGREGATE) != 0;
    const uint32_t ungraded = 1U << AX_ACCIDENT_GRADE_UNSPECIFIED;
    if ((r->flags_all & r->flags_none) != 0) {
        return "asks for what it leaves out (with, without)";
    }
    if (r->kind == AX_FACT_HAZARD && (r->flags_all & AX_ENTRY_BY_AUTHORITY) != 0 &&
            (r->flags_all & AX_ENTRY_BY_INSURER) != 0) {
        return "a hazard has one finder";
    }
    if (r->kind == AX_FACT_ACCIDENT && total && r->grades != 0 && (r->grades & ungraded) == 0) {
        return "a total of accidents is never graded";
    }
    if (r->kind == AX_FACT_ACCIDENT && !total && r->grades == ungraded) {
        return "an accident that is no total is always graded";
    }
    return NULL;
}

static const char *no_day_can_be_met(const struct ax_pack *p, const struct ax_rule *r)
{
    if (p->effective_to != AX_DAY_NONE && r->effective_from != AX_DAY_NONE && r->effective_from > p->effective_to) {
        return "applies to acts after the last day of the pack";
    }
    bool windowed = r->span == AX_SPAN_WINDOW && (r->window_months != 0 || r->window_days != 0);
    int32_t longest = r->span == AX_SPAN_CALENDAR_YEAR ? 366 : LONGEST_MONTH * r->window_months + r->window_days;
    if (p->effective_from != AX_DAY_NONE && r->effective_to != AX_DAY_NONE &&
            (windowed || r->span == AX_SPAN_CALENDAR_YEAR) && r->effective_to + longest < p->effective_from) {
        return "its last act counts no longer on the first day of the pack";
    }
    return NULL;
}

static const char *no_measure_can_be_met(const struct ax_rule *r)
{
    uint32_t most = most_of(r);
    if (r->each_at_least > most) {
        return "each_at_least is more than one fact can measure";
    }
    if (counts_acts(r) && r->at_least > ACTS_MAX) {
        return "at_least is more than an enterprise ever has (100,000)";
    }
    if (r->latest && r->at_least > most) {
        return "at_least is more than the one fact that counts can measure";
    }
    if (r->effect == AX_EFFECT_POINTS_EACH && r->per_exposure == AX_EXPOSED_NONE && r->per > most) {
        return "per is more than one fact can measure: no points ever";
    }
    return NULL;
}

static const char *why_never(const struct ax_pack *p, const struct ax_rule *r)
{
    const char *why = no_mask_can_be_met(r);
    why = why != NULL ? why : no_day_can_be_met(p, r);
    why = why != NULL ? why : no_measure_can_be_met(r);
    return why != NULL || overlaps(&r->industries, &p->industries) ? why : "its industries are none of the pack's";
}

static bool is_mask_within(uint32_t narrow, uint32_t wide)
{
    return wide == 0 || (narrow != 0 && (narrow & ~wide) == 0);
}

static bool are_industries_within(const struct ax_strs *narrow, const struct ax_strs *wide)
{
    for (size_t i = 0; i < narrow->count; i++) {
        bool within = wide->count == 0;
        for (size_t j = 0; j < wide->count; j++) {
            within = within || ax_str_starts(narrow->items[i], wide->items[j]);
        }
        if (!within) {
            return false;
        }
    }
    return narrow->count > 0 || wide->count == 0;
}

/* Every fact that meets a meets b. */
static bool are_facts_within(const struct ax_rule *a, const struct ax_rule *b)
{
    bool dates =
            (b->effective_from == AX_DAY_NONE ||
                    (a->effective_from != AX_DAY_NONE && a->effective_from >= b->effective_from)) &&
            (b->effective_to == AX_DAY_NONE || (a->effective_to != AX_DAY_NONE && a->effective_to <= b->effective_to));
    return dates && a->kind == b->kind && is_mask_within(a->grades, b->grades) &&
           is_mask_within(a->stages, b->stages) && is_mask_within(a->liabilities, b->liabilities) &&
           is_mask_within(a->categories, b->categories) && (b->flags_all & ~a->flags_all) == 0 &&
           (b->flags_none & ~a->flags_none) == 0 && (b->link == 0 || a->link == b->link) &&
           a->share_at_least >= b->share_at_least && are_industries_within(&a->industries, &b->industries);
}

/* Whenever a fact counts for a it counts for b. */
static bool are_spans_within(const struct ax_rule *a, const struct ax_rule *b)
{
    bool endless = b->span == AX_SPAN_WINDOW && b->window_months == 0 && b->window_days == 0;
    bool shorter = a->span == b->span && a->window_months <= b->window_months && a->window_days <= b->window_days &&
                   (a->span != AX_SPAN_WINDOW || a->window_months != 0 || a->window_days != 0);
    return a->basis == b->basis && (endless || shorter);
}

static bool is_measure_within(const struct ax_rule *a, const struct ax_rule *b)
{
    bool below = b->below == 0 || (a->below != 0 && a->below <= b->below);
    bool same = a->measure == b->measure && a->neutral == b->neutral && a->latest == b->latest &&
                a->each_at_least == b->each_at_least && a->at_least >= b->at_least;
    /* Whatever is there is an act. */
    bool any = b->measure == AX_MEASURE_ACTS && b->at_least == 1 && b->each_at_least <= 1 && !a->latest;
    return below && (same || any) && (b->needs < 0 || a->needs == b->needs) &&
           (b->unless < 0 || a->unless == b->unless);
}

/* Whenever a holds b holds. */
static bool implies(const struct ax_rule *a, const struct ax_rule *b)
{
    if (a->absent != b->absent) {
        return false;
    }
    if (a->absent) { /* the wider condition is the one that is absent more rarely */
        return are_facts_within(b, a) && are_spans_within(b, a) && is_measure_within(b, a) &&
               a->known_months >= b->known_months && b->needs < 0 && b->unless < 0;
    }
    return are_facts_within(a, b) && are_spans_within(a, b) && is_measure_within(a, b);
}

/* Both say the same condition, but for whether it is there. */
static bool is_same_condition(const struct ax_rule *a, const struct ax_rule *b)
{
    struct ax_rule x = *a;
    struct ax_rule y = *b;
    x.absent = y.absent = false;
    x.known_months = y.known_months = 0;
    return implies(&x, &y) && implies(&y, &x);
}

static int32_t points_sign(const struct ax_rule *r)
{
    int32_t amount = r->effect == AX_EFFECT_SHIFT ? r->shift : r->points;
    return amount > 0 ? 1 : amount < 0 ? -1 : 0;
}

/* Whether it is told of a that it never decides. */
static bool compare(const struct ax_linting *l, const struct ax_rule *a, const struct ax_rule *b)
{
    bool both_levels = a->effect == AX_EFFECT_LEVEL && b->effect == AX_EFFECT_LEVEL;
    bool never = both_levels && a->band <= b->band && implies(a, b);
    if (never) {
        ax_lint_add(l, AX_LINT_UNREACHABLE, a->id, "never decides: %.*s always holds with it and is %s", NAME(b),
                a->band == b->band ? "the same level" : "worse");
    }
    return never;
}

/* Of a pair, once. */
static void compare_pair(const struct ax_linting *l, const struct ax_rule *a, const struct ax_rule *b)
{
    if (!compare(l, a, b)) {
        (void)compare(l, b, a);
    }
    if (!is_same_condition(a, b)) {
        return;
    }
    int32_t sign_a = points_sign(a);
    int32_t sign_b = points_sign(b);
    if (a->absent == b->absent && sign_a * sign_b < 0) {
        ax_lint_add(l, AX_LINT_CONTRADICTION, b->id, "takes what %.*s gives on the same condition", NAME(a));
    }
    if (a->absent != b->absent && a->effect == b->effect && sign_a * sign_b > 0) {
        ax_lint_add(l, AX_LINT_CONTRADICTION, b->id, "says of what is there the same as %.*s of what is not", NAME(a));
    }
    if (a->absent == b->absent && a->effect == b->effect && a->effect != AX_EFFECT_LEVEL && sign_a * sign_b >= 0) {
        ax_lint_add(l, AX_LINT_SUSPECT, b->id, "the same condition and kind of effect as %.*s: counts twice", NAME(a));
    }
}

static void look_at_needs(
        const struct ax_linting *l, const struct ax_pack *p, const struct ax_rule *r, const bool *never)
{
    if (r->needs < 0) {
        return;
    }
    const struct ax_rule *needed = &p->rules[r->needs];
    if (never[r->needs]) {
        ax_lint_add(l, AX_LINT_UNREACHABLE, r->id, "needs %.*s, which can never hold", NAME(needed));
    } else if (!overlaps(&r->industries, &needed->industries)) {
        ax_lint_add(l, AX_LINT_UNREACHABLE, r->id, "needs %.*s, which is for other industries", NAME(needed));
    } else if (r->absent != needed->absent) {
        struct ax_rule plain = *r;
        struct ax_rule other = *needed;
        plain.absent = other.absent = false;
        plain.needs = -1;
        plain.unless = other.unless = -1;
        if (implies(r->absent ? &other : &plain, r->absent ? &plain : &other)) {
            ax_lint_add(l, AX_LINT_UNREACHABLE, r->id, "needs %.*s, which holds only while it does not", NAME(needed));
        }
    }
}

/* The rule on whose absence it depends although it always holds with it, or with one that it needs; NULL: none. */
static const struct ax_rule *barred_by(const struct ax_pack *p, const struct ax_rule *r)
{
    for (const struct ax_rule *with = r; with != NULL; with = with->needs < 0 ? NULL : &p->rules[with->needs]) {
        for (const struct ax_rule *of = r; of != NULL; of = of->needs < 0 ? NULL : &p->rules[of->needs]) {
            const struct ax_rule *bar = of->unless < 0 ? NULL : &p->rules[of->unless];
            if (bar != NULL && (bar == with || implies(with, bar))) {
                return bar;
            }
        }
    }
    return NULL;
}

static bool look_at_bars(const struct ax_linting *l, const struct ax_pack *p, const struct ax_rule *r)
{
    const struct ax_rule *bar = barred_by(p, r);
    if (bar != NULL) {
        ax_lint_add(
                l, AX_LINT_UNREACHABLE, r->id, "can never hold: unless %.*s, which always holds with it", NAME(bar));
    }
    return bar != NULL;
}

/* A penalty takes by it, and the same one reported with others as a total does not. */
static bool spares_totals(const struct ax_rule *r)
{
    bool takes = r->points < 0 || r->shift < 0 || r->effect == AX_EFFECT_LEVEL;
    return r->kind == AX_FACT_ENFORCEMENT_PENALTY && takes && !r->absent && (r->flags_none & AX_ENTRY_AGGREGATE) != 0;
}

static bool look_at_rule(const struct ax_linting *l, const struct ax_pack *p, const struct ax_rule *r)
{
    const char *why = why_never(p, r);
    if (why != NULL) {
        ax_lint_add(l, AX_LINT_UNREACHABLE, r->id, "can never hold: %s", why);
    }
    if (r->cap > 0 && (r->points > r->cap || -r->points > r->cap)) {
        ax_lint_add(l, AX_LINT_SUSPECT, r->id, "one act is %d points, but the cap is %d", r->points, r->cap);
    }
    if (r->effect == AX_EFFECT_LEVEL && r->band == 0) {
        ax_lint_add(l, AX_LINT_UNREACHABLE, r->id, "never decides: no better than the best level");
    }
    if (r->effect == AX_EFFECT_SHIFT && r->shift < 0 && p->shift_worst_band == 0) {
        ax_lint_add(l, AX_LINT_UNREACHABLE, r->id, "never decides: shift_worst_level is the best level");
    }
    if (r->kind == AX_FACT_LIST_ENTRY && r->span == AX_SPAN_STANDING && r->window_months == 0 && r->window_days == 0 &&
            (points_sign(r) < 0 || r->effect == AX_EFFECT_LEVEL)) {
        ax_lint_add(l, AX_LINT_SUSPECT, r->id, "an entry that names no end counts for ever: no window");
    }
    if (r->effect == AX_EFFECT_POINTS_EACH && r->points > 0 && r->cap == 0 && r->per_exposure != AX_EXPOSED_NONE) {
        ax_lint_add(l, AX_LINT_CONTRADICTION, r->id, "the more happens the more it gives");
    }
    if (spares_totals(r)) {
        ax_lint_add(
                l, AX_LINT_SUSPECT, r->id, "takes for one act and not for a total of several: one act more may help");
    }
    return why != NULL;
}

/* The most and the least points that an enterprise can have; where a rule has no cap, the ends of the scale. */
struct reach {
    int64_t most;
    int64_t least;
};

/* What all rules together give and take at most, each up to its cap. */
static void add_rules(const struct ax_pack *p, struct reach *reach)
{
    int64_t gives = 0;
    for (size_t i = 0; i < p->rule_count; i++) {
        const struct ax_rule *r = &p->rules[i];
        int64_t once = r->points < 0 ? -r->points : r->points;
        int64_t all = r->effect == AX_EFFECT_POINTS_ONCE ? once : r->cap == 0 ? AX_PACK_POINTS_MAX : r->cap;
        gives += r->points > 0 ? all : 0;
        reach->least -= r->points < 0 ? all : 0;
    }
    reach->most += gives > p->bonus_cap ? p->bonus_cap : gives;
}

/* Factors above 1 lead further and those below less far: the greatest and the smallest that can be. */
static void stretch(const struct ax_pack *p, struct reach *reach)
{
    int64_t greatest = 0;
    int64_t smallest = (int64_t)AX_PACK_FACTOR_MAX_PPM * AX_PACK_FACTOR_MAX_PPM / AX_PACK_PPM;
    for (size_t i = 0; i < p->formula_count; i++) {
        const struct ax_formula *f = &p->formulas[i];
        int64_t high = f->alpha_ppm > AX_PACK_PPM ? f->alpha_ppm : AX_PACK_PPM;
        int64_t low = f->alpha_ppm < AX_PACK_PPM ? f->alpha_ppm : AX_PACK_PPM;
        high = f->theta_ppm * high / AX_PACK_PPM;
        low = f->theta_ppm * low / AX_PACK_PPM;
        greatest = high > greatest ? high : greatest;
        smallest = low < smallest ? low : smallest;
    }
    reach->most = reach->most * greatest / AX_PACK_PPM + 1;
    reach->least = reach->least * (reach->least < 0 ? greatest : smallest) / AX_PACK_PPM - 1;
}

static struct reach reach_of(const struct ax_pack *p)
{
    int32_t best = p->base[0];
    int32_t worst = p->base[0];
    for (int i = 1; i < AX_PACK_BASE_COUNT; i++) {
        best = p->base[i] > best ? p->base[i] : best;
        worst = p->base[i] < worst ? p->base[i] : worst;
    }
    struct reach reach = {best + p->parts, worst + p->parts};
    add_rules(p, &reach);
    if (p->formula_count > 0) {
        stretch(p, &reach);
    }
    return reach;
}

static bool some_rule_sets(const struct ax_pack *p, size_t band)
{
    bool sets = (size_t)p->missing_best_band == band;
    for (size_t i = 0; i < p->rule_count; i++) {
        const struct ax_rule *r = &p->rules[i];
        sets = sets || (r->effect == AX_EFFECT_LEVEL && (size_t)r->band == band) ||
               (r->effect == AX_EFFECT_SHIFT && r->shift < 0 && (size_t)p->shift_worst_band >= band && band > 0);
    }
    return sets;
}

static void look_at_bands(const struct ax_linting *l, const struct ax_pack *p)
{
    struct reach reach = reach_of(p);
    for (size_t i = 0; i < p->band_count; i++) {
        const struct ax_band *b = &p->bands[i];
        if (b->least > reach.most) {
            ax_lint_add(l, AX_LINT_UNREACHABLE, p->id, "band %.*s: takes %d points, and none can have more than %lld",
                    AX_ARG(b->symbol), b->least, (long long)reach.most);
        }
        if (i > 0 && p->bands[i - 1].least <= reach.least && p->bands[i - 1].top_percent == 0 &&
                !some_rule_sets(p, i)) {
            ax_lint_add(l, AX_LINT_UNREACHABLE, p->id,
                    "band %.*s: none can have less than %lld points, and no rule sets it", AX_ARG(b->symbol),
                    (long long)reach.least);
        }
        if (b->top_percent != 0 && p->distribution_count == 0) {
            ax_lint_add(l, AX_LINT_UNREACHABLE, p->id,
                    "band %.*s: for the best %u %%, and the pack has no distribution", AX_ARG(b->symbol),
                    b->top_percent);
        }
    }
    for (size_t i = 0; i + 1 < p->formula_count; i++) {
        for (size_t j = i + 1; j < p->formula_count; j++) {
            if (are_industries_within(&p->formulas[j].industries, &p->formulas[i].industries)) {
                ax_lint_add(
                        l, AX_LINT_UNREACHABLE, p->id, "formula row %zu: row %zu always fits before it", j + 1, i + 1);
            }
        }
    }
}

static bool is_use_within(const struct ax_use *narrow, const struct ax_use *wide)
{
    return narrow->kind == wide->kind && is_mask_within(narrow->grades, wide->grades) &&
           (wide->effective_from == AX_DAY_NONE ||
                   (narrow->effective_from != AX_DAY_NONE && narrow->effective_from >= wide->effective_from)) &&
           (wide->effective_to == AX_DAY_NONE ||
                   (narrow->effective_to != AX_DAY_NONE && narrow->effective_to <= wide->effective_to));
}

static void look_at_uses(const struct ax_linting *l, const struct ax_pack *p)
{
    for (size_t j = 1; j < p->use_count; j++) {
        for (size_t i = 0; i < j; i++) {
            if (is_use_within(&p->uses[j], &p->uses[i])) {
                ax_lint_add(l, AX_LINT_UNREACHABLE, p->id, "use_until row %zu: row %zu always fits before it", j + 1,
                        i + 1);
            }
        }
    }
}

void ax_lint_rules(const struct ax_linting *l, const struct ax_pack *pack)
{
    bool never[AX_PACK_RULES_MAX] = {false};
    for (size_t i = 0; i < pack->rule_count; i++) {
        never[i] = look_at_rule(l, pack, &pack->rules[i]);
        never[i] = look_at_bars(l, pack, &pack->rules[i]) || never[i];
        look_at_needs(l, pack, &pack->rules[i], never);
        never[i] = never[i] || (pack->rules[i].needs >= 0 && never[pack->rules[i].needs]);
        for (size_t j = 0; j < i; j++) {
            compare_pair(l, &pack->rules[j], &pack->rules[i]);
        }
    }
    look_at_bands(l, pack);
    look_at_uses(l, pack);
    ax_lint_grades(l, pack);
}

static bool is_told_of(const struct ax_lint *out, ax_str rule)
{
    for (size_t i = 0; i < out->count; i++) {
        const struct ax_lint_finding *f = &out->findings[i];
        if (ax_str_eq(ax_str_c(f->rule), rule) && ax_str_starts(ax_str_c(f->reason), AX_STR("never decides"))) {
            return true;
        }
    }
    return false;
}

/* Of a gate's rule for one purpose: it says nothing that a graver one does not say whenever it holds. */
static void look_at_decisions(
        const struct ax_linting *l, const struct ax_gate *gate, enum ax_purpose purpose, size_t index)
{
    const struct ax_rule *r = &gate->rules[purpose].rules[index];
    const uint8_t *decides = gate->decides[purpose];
    for (size_t i = 0; i < gate->rules[purpose].rule_count && !is_told_of(l->out, r->id); i++) {
        const struct ax_rule *other = &gate->rules[purpose].rules[i];
        if (decides[i] > decides[index] && implies(r, other)) {
            ax_lint_add(l, AX_LINT_UNREACHABLE, r->id, "never decides: %.*s always holds with it and denies (%s)",
                    NAME(other), ax_purpose_name(purpose));
        }
    }
}

/* A rule that is for several purposes is the same for each. */
static bool is_of_earlier(const struct ax_gate *gate, enum ax_purpose purpose, const struct ax_rule *r)
{
    for (int p = AX_PURPOSE_NONE + 1; p < (int)purpose; p++) {
        for (size_t i = 0; i < gate->rules[p].rule_count; i++) {
            if (ax_str_eq(gate->rules[p].rules[i].id, r->id)) {
                return true;
            }
        }
    }
    return false;
}

void ax_lint_gate(const struct ax_linting *l, const struct ax_gate *gate)
{
    for (int purpose = AX_PURPOSE_NONE + 1; purpose < AX_PURPOSE_COUNT; purpose++) {
        const struct ax_pack *p = &gate->rules[purpose];
        bool never[AX_PACK_RULES_MAX] = {false};
        for (size_t i = 0; i < p->rule_count; i++) {
            const struct ax_rule *r = &p->rules[i];
            never[i] = why_never(p, r) != NULL || barred_by(p, r) != NULL || (r->needs >= 0 && never[r->needs]);
            if (!is_of_earlier(gate, (enum ax_purpose)purpose, r)) {
                (void)look_at_rule(l, p, r);
                (void)look_at_bars(l, p, r);
                look_at_needs(l, p, r, never);
            }
            look_at_decisions(l, gate, (enum ax_purpose)purpose, i);
        }
    }
}
