/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/pack.h"

#include "scoring/rate.h"

_Static_assert(
        (int)AX_PACK_LEVEL_RULES_MAX == (int)AX_RATE_OVERRIDES_MAX, "every level rule has its place in a rating");
_Static_assert((int)AX_PACK_FLAG_RULES_MAX == (int)AX_RATE_FLAGS_MAX, "every flag has its place in a rating");

const char *ax_provenance_name(enum ax_provenance provenance)
{
    static const char *const names[] = {"", "T", "S", "K", "ours"};
    return names[provenance];
}

static ax_rc broken(struct ax_err *err, ax_str rule, const char *field, const char *why)
{
    ax_rc rc = ax_fail_field(err, AX_INVALID, field, rule.ptr, rule.len, "%s", why);
    return rc;
}

static bool is_months(int32_t months)
{
    return months >= 0 && months <= AX_PACK_MONTHS_MAX;
}

static bool is_kind(int32_t kind)
{
    return kind >= AX_FACT_ENFORCEMENT_PENALTY && kind <= AX_FACT_KIND_LAST;
}

static bool is_in_order(int32_t from, int32_t to)
{
    return from == AX_DAY_NONE || to == AX_DAY_NONE || from <= to;
}

/* "ours" may stand alone; whatever claims a source must name it, and what names none must say "ours". */
static ax_rc check_source(ax_str id, ax_str legal_basis, enum ax_provenance provenance, struct ax_err *err)
{
    if (provenance == AX_PROVENANCE_NONE) {
        return broken(err, id, "provenance", "must be T, S, K or ours");
    }
    if (provenance != AX_PROVENANCE_OURS && legal_basis.len == 0) {
        return broken(err, id, "legal_basis", "must be given, or provenance must say ours");
    }
    return AX_RC(OK);
}

static ax_rc check_window(const struct ax_rule *r, struct ax_err *err)
{
    if (!is_months(r->window_months) || r->window_days < 0 || r->window_days > AX_PACK_DAYS_MAX) {
        return broken(err, r->id, "window", "must be from 0 to 100 years");
    }
    bool listed = r->kind == AX_FACT_LIST_ENTRY && (r->span == AX_SPAN_STANDING || r->span == AX_SPAN_TERM);
    if (r->span != AX_SPAN_WINDOW && !listed && (r->window_months != 0 || r->window_days != 0)) {
        return broken(err, r->id, "window", "a rule that holds while something stands or for a year has no window");
    }
    if (r->basis == AX_BASIS_DUE && r->kind != AX_FACT_HAZARD) {
        return broken(err, r->id, "basis", "only a hazard has a day on which it is due");
    }
    return AX_RC(OK);
}

static ax_rc check_effect(const struct ax_rule *r, struct ax_err *err)
{
    bool points = r->effect == AX_EFFECT_POINTS_EACH || r->effect == AX_EFFECT_POINTS_ONCE;
    if (points && (r->points == 0 || r->points < -AX_PACK_POINTS_MAX || r->points > AX_PACK_POINTS_MAX)) {
        return broken(err, r->id, "points", "must be given and within 100,000 either way");
    }
    if (!points && r->points != 0) {
        return broken(err, r->id, "points", "only where the effect is points");
    }
    if (r->cap < 0 || r->cap > AX_PACK_POINTS_MAX || (r->cap > 0 && r->effect != AX_EFFECT_POINTS_EACH)) {
        return broken(err, r->id, "cap", "0 to 100,000, and only where the effect is points for each");
    }
    if (r->effect == AX_EFFECT_POINTS_EACH && (r->per == 0 || r->absent)) {
        return broken(err, r->id, "per", "points for each need `per` of at least 1 and something that is there");
    }
    if ((r->effect == AX_EFFECT_SHIFT) != (r->shift != 0) || r->shift < -8 || r->shift > 8) {
        return broken(err, r->id, "shift", "1 to 8 levels either way, only where the effect is a shift");
    }
    return AX_RC(OK);
}

static bool can_answer(int32_t kind)
{
    return kind == AX_FACT_ENFORCEMENT_PENALTY || kind == AX_FACT_INSURANCE_CLAIM;
}

static bool asks_for_face(const struct ax_rule *r)
{
    return can_answer(r->kind) && (r->flags_all & AX_ENTRY_FOR_ACCIDENT) != 0;
}

/* One thing counts once: points or a shift beside those of the accident take a source. */
static ax_rc check_faces(const struct ax_rule *r, struct ax_err *err)
{
    bool by_itself = r->effect == AX_EFFECT_LEVEL || r->effect == AX_EFFECT_FLAG;
    if (asks_for_face(r) && !by_itself && r->provenance == AX_PROVENANCE_OURS) {
        return broken(
                err, r->id, "with", "what answers an accident that counts has points of its own only by a source");
    }
    return AX_RC(OK);
}

static ax_rc check_level(const struct ax_pack *p, const struct ax_rule *r, struct ax_err *err)
{
    bool sets = r->band >= 0 && (size_t)r->band < p->band_count;
    if ((r->effect == AX_EFFECT_LEVEL) != sets) {
        return broken(err, r->id, "level", "a symbol of the scale, only where the effect is a level");
    }
    return AX_RC(OK);
}

static bool measures(const struct ax_rule *r)
{
    switch (r->measure) {
    case AX_MEASURE_ACTS:
    case AX_MEASURE_COUNT:
        return true;
    case AX_MEASURE_NUMBER:
        return r->kind == AX_FACT_ACCIDENT;
    case AX_MEASURE_DEATHS:
    case AX_MEASURE_INJURIES:
        return r->kind == AX_FACT_ACCIDENT || r->kind == AX_FACT_INSURANCE_CLAIM;
    case AX_MEASURE_TIER:
        return r->kind == AX_FACT_ENFORCEMENT_PENALTY;
    case AX_MEASURE_YUAN:
        return r->kind == AX_FACT_ENFORCEMENT_PENALTY || r->kind == AX_FACT_INSURANCE_CLAIM;
    case AX_MEASURE_VALUE:
        return r->kind == AX_FACT_INDICATOR;
    case AX_MEASURE_EMPLOYEES:
    case AX_MEASURE_HOURS:
    case AX_MEASURE_VEHICLES:
        return r->kind == AX_FACT_EXPOSURE;
    }
    return false;
}

static ax_rc check_measure(const struct ax_rule *r, struct ax_err *err)
{
    const uint32_t most = AX_PACK_MEASURE_MAX;
    if (!measures(r)) {
        return broken(err, r->id, "measure", "facts of this kind do not measure it");
    }
    if (r->at_least == 0 || r->at_least > most || r->each_at_least > most || r->per > most || r->neutral > most) {
        return broken(err, r->id, "at_least", "at least 1; like each_at_least, per and neutral at most 1,000,000,000");
    }
    if (r->below != 0 && (r->below <= r->at_least || r->below > most || r->absent)) {
        return broken(err, r->id, "below", "more than at_least, and only of something that is there");
    }
    if ((r->scheme.len == 0) != (r->item.len == 0) || (r->scheme.len > 0) != (r->kind == AX_FACT_INDICATOR)) {
        return broken(err, r->id, "item", "scheme and item are for an indicator, which has both");
    }
    if (r->neutral > 0 && r->measure != AX_MEASURE_VALUE) {
        return broken(err, r->id, "neutral", "only where the measure is an indicator's value");
    }
    bool accident = r->kind == AX_FACT_ACCIDENT;
    if (!accident && (r->stages != 0 || r->share_at_least != 0 || r->by_share)) {
        return broken(err, r->id, "stages", "stages and shares are of accidents");
    }
    if (r->share_at_least > 100 || (r->by_share && r->effect != AX_EFFECT_POINTS_EACH)) {
        return broken(err, r->id, "by_share", "1 to 100 percent; by_share where the effect is points for each");
    }
    return AX_RC(OK);
}

/* The measure of an exposure that a rule per exposure divides by. */
static enum ax_measure measure_of_exposure(enum ax_exposed exposed)
{
    return exposed == AX_EXPOSED_VEHICLES    ? AX_MEASURE_VEHICLES
           : exposed == AX_EXPOSED_EMPLOYEES ? AX_MEASURE_EMPLOYEES
                                             : AX_MEASURE_HOURS;
}

/* A rate is nothing without its exposure: the pack must say how good an enterprise can be whose exposure is not known. */
static ax_rc check_exposure(const struct ax_pack *p, const struct ax_rule *r, struct ax_err *err)
{
    if (r->per_exposure == AX_EXPOSED_NONE) {
        return r->step_ppm == 0 ? AX_RC(OK) : broken(err, r->id, "step_ppm", "only of a rule per exposure");
    }
    if (r->effect != AX_EFFECT_POINTS_EACH || r->latest || r->by_share || r->per != 1) {
        return broken(err, r->id, "per_exposure", "only of points for each, without latest, by_share and per");
    }
    if (r->step_ppm == 0 || r->step_ppm > AX_PACK_MEASURE_MAX) {
        return broken(err, r->id, "step_ppm", "1 to 1,000,000,000");
    }
    for (size_t i = 0; i < p->rule_count; i++) {
        const struct ax_rule *other = &p->rules[i];
        if (other->kind == AX_FACT_EXPOSURE && other->measure == measure_of_exposure(r->per_exposure) &&
                other->absent && other->effect == AX_EFFECT_LEVEL && other->span == AX_SPAN_STANDING) {
            return AX_RC(OK);
        }
    }
    return broken(err, r->id, "per_exposure", "needs a rule that bounds the level while that exposure is absent");
}

static ax_rc check_rule(const struct ax_pack *p, size_t index, struct ax_err *err)
{
    const struct ax_rule *r = &p->rules[index];
    if (r->id.len == 0 || r->title_zh.len == 0 || r->title_en.len == 0) {
        return broken(err, r->id, "id", "a rule has an id and a title in Chinese and English");
    }
    for (size_t i = 0; i < index; i++) {
        if (ax_str_eq(p->rules[i].id, r->id)) {
            return broken(err, r->id, "id", "is there twice");
        }
    }
    AX_TRY(check_source(r->id, r->legal_basis, r->provenance, err));
    if (!is_kind(r->kind)) {
        return broken(err, r->id, "kind", "must be a kind of fact");
    }
    if (!is_in_order(r->effective_from, r->effective_to)) {
        return broken(err, r->id, "effective_to", "must not be before effective_from");
    }
    if (r->needs >= 0 && (size_t)r->needs >= index) {
        return broken(err, r->id, "needs", "must be an earlier rule of the pack");
    }
    if (r->unless >= 0 && (size_t)r->unless >= index) {
        return broken(err, r->id, "unless", "must be an earlier rule of the pack");
    }
    if (!is_months(r->known_months) || (r->known_months > 0 && !r->absent)) {
        return broken(err, r->id, "known_months", "0 to 1200, and only for what is absent");
    }
    AX_TRY(check_window(r, err));
    AX_TRY(check_measure(r, err));
    AX_TRY(check_exposure(p, r, err));
    AX_TRY(check_level(p, r, err));
    AX_TRY(check_faces(r, err));
    AX_TRY(check_effect(r, err));
    const char *rewards = ax_pack_rule_rewards(p, r);
    return rewards == NULL ? AX_RC(OK) : broken(err, r->id, "effect", rewards);
}

static ax_rc check_scale(const struct ax_pack *p, struct ax_err *err)
{
    if (p->points_min >= p->points_max || p->points_min < -AX_PACK_POINTS_MAX || p->points_max > AX_PACK_POINTS_MAX) {
        return broken(err, p->id, "points", "min must be below max, both within 100,000");
    }
    for (int i = 0; i < AX_PACK_BASE_COUNT; i++) {
        if (p->base[i] < p->points_min || p->base[i] > p->points_max) {
            return broken(err, p->id, "base", "must be within the points");
        }
    }
    if (ax_pack_base_rewards(p) != NULL) {
        return broken(err, p->id, "base", ax_pack_base_rewards(p));
    }
    for (int i = 0; i < AX_PARTS; i++) {
        if (p->part_base[i] < -AX_PACK_POINTS_MAX || p->part_base[i] > AX_PACK_POINTS_MAX) {
            return broken(err, p->id, "parts", "within 100,000 either way");
        }
    }
    if (p->missing_best_band < 0 || (size_t)p->missing_best_band + 1 >= p->band_count) {
        return broken(err, p->id, "missing_best_level", "must be a symbol of the scale, not the last");
    }
    if (p->shift_worst_band < 0 || (size_t)p->shift_worst_band >= p->band_count) {
        return broken(err, p->id, "shift_worst_level", "must be a symbol of the scale");
    }
    if (p->bonus_cap < 0 || p->bonus_cap > AX_PACK_POINTS_MAX) {
        return broken(err, p->id, "bonus_cap", "0 to 100,000");
    }
    return is_months(p->exposure_months) ? AX_RC(OK) : broken(err, p->id, "exposure_months", "0 to 1200");
}

static ax_rc check_bands(const struct ax_pack *p, struct ax_err *err)
{
    if (p->band_count < 2 || p->band_count > AX_PACK_BANDS_MAX) {
        return broken(err, p->id, "scale", "2 to 16 bands");
    }
    AX_TRY(check_source(p->id, p->scale_basis, p->scale_provenance, err));
    if (p->level_provenance == AX_PROVENANCE_NONE) {
        return broken(err, p->id, "level_provenance", "must be T, S, K or ours");
    }
    for (size_t i = 0; i < p->band_count; i++) {
        const struct ax_band *b = &p->bands[i];
        bool last = i + 1 == p->band_count;
        bool falls = i == 0 || b->least < p->bands[i - 1].least;
        if (b->symbol.len == 0 || ax_pack_band(p, b->symbol) != (int32_t)i) {
            return broken(err, p->id, "scale", "every band has a symbol of its own");
        }
        if (!falls || b->least > p->points_max || (last ? b->least != p->points_min : b->least <= p->points_min)) {
            return broken(err, p->id, "scale", "must fall within the points, and only the last band has their least");
        }
        if (b->level < AX_LEVEL_A1 || b->level > AX_LEVEL_D || (i > 0 && b->level < p->bands[i - 1].level)) {
            return broken(err, p->id, "scale", "levels are A1 to D and grow no better from band to band");
        }
        if (b->top_percent > 99 || (last && b->top_percent != 0)) {
            return broken(err, p->id, "top_percent", "1 to 99, and not of the last band");
        }
    }
    return AX_RC(OK);
}

static ax_rc check_formulas(const struct ax_pack *p, struct ax_err *err)
{
    if (p->formula_count > AX_PACK_FORMULAS_MAX || p->distribution_count > AX_PACK_DISTRIBUTIONS_MAX) {
        return broken(err, p->id, "formula", "at most 32 rows, and 64 of distributions");
    }
    for (size_t i = 0; i < p->formula_count; i++) {
        const struct ax_formula *f = &p->formulas[i];
        AX_TRY(check_source(p->id, f->legal_basis, f->provenance, err));
        if (f->theta_ppm <= 0 || f->theta_ppm > AX_PACK_FACTOR_MAX_PPM || f->alpha_ppm <= 0 ||
                f->alpha_ppm > AX_PACK_FACTOR_MAX_PPM) {
            return broken(err, p->id, "formula", "theta_ppm and alpha_ppm are 1 to 4,000,000");
        }
    }
    for (size_t i = 0; i < p->distribution_count; i++) {
        const struct ax_distribution *d = &p->distributions[i];
        AX_TRY(check_source(p->id, d->legal_basis, d->provenance, err));
        if (d->jurisdictions.count == 0) {
            return broken(err, p->id, "distributions", "a row has jurisdictions");
        }
        for (size_t b = 0; b < p->band_count; b++) {
            if (p->bands[b].top_percent != 0 && (d->points[b] < p->points_min || d->points[b] > p->points_max)) {
                return broken(err, p->id, "distributions", "a row has points for every top_percent of the scale");
            }
        }
    }
    return AX_RC(OK);
}

static ax_rc check_ceilings(const struct ax_pack *p, struct ax_err *err)
{
    if (p->ceiling_count > AX_PACK_CEILINGS_MAX) {
        return broken(err, p->id, "inspections", "at most 16 rows");
    }
    for (size_t i = 0; i < p->ceiling_count; i++) {
        AX_TRY(check_source(p->id, p->ceilings[i].legal_basis, p->ceilings[i].provenance, err));
    }
    return AX_RC(OK);
}

static ax_rc check_uses(const struct ax_pack *p, struct ax_err *err)
{
    if (p->use_count > AX_PACK_USES_MAX) {
        return broken(err, p->id, "use_until", "at most 32");
    }
    for (size_t i = 0; i < p->use_count; i++) {
        const struct ax_use *u = &p->uses[i];
        AX_TRY(check_source(p->id, u->legal_basis, u->provenance, err));
        if (!is_kind(u->kind) || u->months <= 0 || !is_months(u->months) ||
                !is_in_order(u->effective_from, u->effective_to)) {
            return broken(err, p->id, "use_until", "a kind, 1 to 1200 months, and dates in order");
        }
    }
    return AX_RC(OK);
}

static ax_rc check_counts(const struct ax_pack *p, struct ax_err *err)
{
    size_t levels = 0;
    size_t flags = 0;
    size_t by_kind[AX_PACK_KINDS] = {0};
    for (size_t i = 0; i < p->rule_count; i++) {
        if (++by_kind[p->rules[i].kind - AX_FACT_ENFORCEMENT_PENALTY] > AX_PACK_KIND_RULES_MAX) {
            return broken(err, p->rules[i].id, "kind", "at most 64 rules for one kind of fact");
        }
        levels += p->rules[i].effect == AX_EFFECT_LEVEL || p->rules[i].effect == AX_EFFECT_SHIFT ? 1 : 0;
        flags += p->rules[i].effect == AX_EFFECT_FLAG ? 1 : 0;
    }
    if (levels > AX_PACK_LEVEL_RULES_MAX || flags > AX_PACK_FLAG_RULES_MAX) {
        return broken(err, p->id, "rules", "at most 16 that move the level and 32 flags");
    }
    return AX_RC(OK);
}

static bool fits_mask(uint32_t mask, uint32_t value)
{
    return mask == 0 || (mask >> value & 1) != 0;
}

/* Whether four of a fact's flags, the others aside, let it meet the rule. */
static bool fits_flags(const struct ax_rule *r, uint32_t flags, uint32_t among)
{
    return (flags & r->flags_all) == (r->flags_all & among) && (flags & r->flags_none) == 0;
}

static void index_rule(struct ax_pack_index *index, const struct ax_rule *r, size_t at)
{
    uint64_t bit = UINT64_C(1) << at;
    for (uint32_t value = 0; value < 8; value++) {
        index->grade[value] |= fits_mask(r->grades, value) ? bit : 0;
        index->stage[value] |= fits_mask(r->stages, value) ? bit : 0;
    }
    for (uint32_t value = 0; value < 4; value++) {
        index->liability[value] |= fits_mask(r->liabilities, value) ? bit : 0;
    }
    for (uint32_t value = 0; value < 16; value++) {
        index->flags_low[value] |= fits_flags(r, value, 0x0F) ? bit : 0;
        index->flags_high[value] |= fits_flags(r, value << 4, 0xF0) ? bit : 0;
    }
    /* The effect of what answers an accident that counts is the accident's: no points of its own and no shift, unless a rule
     * asks for just that (check_faces), but what a law says of it by itself still holds. */
    bool by_itself = r->effect == AX_EFFECT_LEVEL || r->effect == AX_EFFECT_FLAG;
    index->face |= by_itself || asks_for_face(r) ? bit : 0;
}

/* Where the end of this window is worked out; NO_WINDOW: there is no room. */
enum { NO_WINDOW = 2 * AX_PACK_WINDOWS_MAX };

static size_t window_of(struct ax_pack *p, const struct ax_rule *r)
{
    size_t first = r->basis == AX_BASIS_EVENT ? AX_PACK_WINDOWS_MAX : 0;
    for (size_t i = first; i < first + AX_PACK_WINDOWS_MAX; i++) {
        struct ax_window_length *w = &p->windows[i];
        if (w->months == 0 && w->days == 0) {
            *w = (struct ax_window_length){r->window_months, r->window_days};
        }
        if (w->months == r->window_months && w->days == r->window_days) {
            return i;
        }
    }
    return NO_WINDOW;
}

static void make_step(struct ax_pack *p, size_t rule, struct ax_pack_step *step)
{
    enum { LONGEST_MONTH = 31 };
    const struct ax_rule *r = &p->rules[rule];
    bool windowed =
            r->span == AX_SPAN_WINDOW && (r->window_months > 0 || r->window_days > 0) && r->basis != AX_BASIS_DUE;
    bool points = r->effect == AX_EFFECT_POINTS_EACH && r->per_exposure == AX_EXPOSED_NONE;
    size_t window = windowed ? window_of(p, r) : NO_WINDOW;
    *step = (struct ax_pack_step){
            .from = r->effective_from == AX_DAY_NONE ? INT32_MIN : r->effective_from,
            .to = r->effective_to == AX_DAY_NONE ? INT32_MAX : r->effective_to,
            .longest = windowed ? LONGEST_MONTH * r->window_months + r->window_days : AX_PACK_NO_END,
            .rule = (uint8_t)rule,
            .window = (uint8_t)window,
            .event = r->basis == AX_BASIS_EVENT,
            .plain = window != NO_WINDOW && r->categories == 0 && r->link == 0 && r->share_at_least == 0 &&
                     r->each_at_least == 0,
            .measured = r->measure != AX_MEASURE_ACTS && r->measure != AX_MEASURE_COUNT,
            .counts = r->measure == AX_MEASURE_COUNT,
            .scaled = points && (r->per != 1 || r->by_share || r->measure != AX_MEASURE_ACTS),
            .latest = r->latest,
            .each = points ? r->points : 0,
    };
    step->simple = step->plain && !step->measured && !step->scaled && !step->latest;
}

static void note_longest(int32_t by_grade[8], uint32_t grades, int32_t days)
{
    for (uint32_t value = 0; value < 8; value++) {
        by_grade[value] = fits_mask(grades, value) && days > by_grade[value] ? days : by_grade[value];
    }
}

static void make_steps(struct ax_pack *p)
{
    size_t n = 0;
    memset(p->windows, 0, sizeof p->windows);
    memset(p->window_steps, 0, sizeof p->window_steps);
    for (int kind = 0; kind < AX_PACK_KINDS; kind++) {
        p->kind_first[kind] = (uint8_t)n;
        memset(p->longest[kind], 0, sizeof p->longest[kind]);
        for (size_t i = 0; i < p->rule_count; i++) {
            if (p->rules[i].kind == kind + AX_FACT_ENFORCEMENT_PENALTY) {
                struct ax_pack_step *step = &p->steps[n];
                p->place[i] = (uint8_t)(n - p->kind_first[kind]);
                index_rule(&p->index[kind], &p->rules[i], p->place[i]);
                make_step(p, i, step);
                p->window_steps[kind][step->window] |= UINT64_C(1) << p->place[i];
                note_longest(p->longest[kind], p->rules[i].grades, step->longest);
                n++;
            }
        }
    }
    p->kind_first[AX_PACK_KINDS] = (uint8_t)n;
    note_longest(p->longest[AX_FACT_STANDARDISATION - AX_FACT_ENFORCEMENT_PENALTY], 0, AX_PACK_NO_END); /* the base */
    note_longest(p->longest[AX_FACT_EXPOSURE - AX_FACT_ENFORCEMENT_PENALTY], 0, AX_PACK_NO_END);
}

static void index_uses(struct ax_pack *p)
{
    memset(p->kind_uses, 0, sizeof p->kind_uses);
    for (size_t i = 0; i < p->use_count; i++) {
        uint32_t *by_grade = p->kind_uses[p->uses[i].kind - AX_FACT_ENFORCEMENT_PENALTY];
        for (uint32_t grade = 0; grade < 8; grade++) {
            by_grade[grade] |= fits_mask(p->uses[i].grades, grade) ? UINT32_C(1) << i : 0;
        }
    }
}

static void index_industries(const struct ax_strs *prefixes, struct ax_pack_industries *out)
{
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < AX_PACK_DIVISIONS; i++) {
        const char digits[] = {(char)('0' + i / 10), (char)('0' + i % 10)};
        for (size_t j = 0; j < prefixes->count; j++) {
            ax_str prefix = prefixes->items[j];
            bool within = prefix.len <= sizeof digits && memcmp(prefix.ptr, digits, prefix.len) == 0;
            bool cut = prefix.len > sizeof digits && memcmp(prefix.ptr, digits, sizeof digits) == 0;
            out->within[i / 64] |= (uint64_t)within << i % 64;
            out->cut[i / 64] |= (uint64_t)cut << i % 64;
        }
    }
}

static void make_index(struct ax_pack *p)
{
    memset(p->index, 0, sizeof p->index);
    memset(p->absent, 0, sizeof p->absent);
    memset(p->by_industry, 0, sizeof p->by_industry);
    p->exposed = 0;
    for (size_t i = 0; i < p->rule_count; i++) {
        struct ax_rule *r = &p->rules[i];
        r->link = r->item.len == 0 ? 0 : ax_entry_item(r->scheme, r->item);
        p->exposed |= r->per_exposure == AX_EXPOSED_NONE ? 0U : 1U << r->per_exposure;
        p->absent[i / 64] |= (uint64_t)p->rules[i].absent << i % 64;
        p->by_industry[i / 64] |= (uint64_t)(p->rules[i].industries.count > 0) << i % 64;
        index_industries(&p->rules[i].industries, &p->industries_of[i]);
    }
    make_steps(p);
    index_uses(p);
}

/* The least points of each band, for an enterprise that a distribution covers and for one that none does. */
static void make_leasts(struct ax_pack *p)
{
    p->has_top = false;
    p->parts = 0;
    for (int i = 0; i < AX_PARTS; i++) {
        p->parts += p->part_base[i];
    }
    for (size_t b = 0; b < p->band_count; b++) {
        bool top = p->bands[b].top_percent != 0;
        p->has_top = p->has_top || top;
        p->least[b] = top ? INT32_MAX : p->bands[b].least;
        for (size_t i = 0; i < p->distribution_count; i++) {
            struct ax_distribution *d = &p->distributions[i];
            d->least[b] = top && d->points[b] > p->bands[b].least ? d->points[b] : p->bands[b].least;
        }
    }
}

ax_rc ax_pack_compile(struct ax_pack *pack, struct ax_err *err)
{
    if (pack->id.len == 0 || pack->title_zh.len == 0 || pack->title_en.len == 0) {
        return broken(err, pack->id, "id", "a pack has an id and a title in Chinese and English");
    }
    AX_TRY(check_source(pack->id, pack->legal_basis, pack->provenance, err));
    if (pack->rule_count == 0 || pack->rule_count > AX_PACK_RULES_MAX) {
        return broken(err, pack->id, "rules", "1 to 128");
    }
    if (pack->jurisdictions.count == 0) {
        return broken(err, pack->id, "jurisdictions", "at least one prefix; \"\" covers all");
    }
    if (pack->rated_kinds == 0 || !is_in_order(pack->effective_from, pack->effective_to)) {
        return broken(
                err, pack->id, "rated_kinds", "at least one kind that makes an enterprise rated, and dates in order");
    }
    AX_TRY(check_bands(pack, err));
    AX_TRY(check_scale(pack, err));
    AX_TRY(check_formulas(pack, err));
    AX_TRY(check_ceilings(pack, err));
    AX_TRY(check_uses(pack, err));
    for (size_t i = 0; i < pack->rule_count; i++) {
        AX_TRY(check_rule(pack, i, err));
    }
    AX_TRY(check_counts(pack, err));
    make_index(pack);
    make_leasts(pack);
    return AX_RC(OK);
}

static bool has_prefix_of(const struct ax_strs *prefixes, ax_str code)
{
    for (size_t i = 0; i < prefixes->count; i++) {
        if (ax_str_starts(code, prefixes->items[i])) {
            return true;
        }
    }
    return false;
}

/* "B0610" and "0610" are the same class: the letter only names the section. */
ax_str ax_industry_digits(ax_str industry)
{
    bool section = industry.len > 0 && industry.ptr[0] >= 'A' && industry.ptr[0] <= 'T';
    return section ? ax_str_of(industry.ptr + 1, industry.len - 1) : industry;
}

bool ax_pack_industry_in(const struct ax_strs *prefixes, ax_str industry)
{
    return prefixes->count == 0 || has_prefix_of(prefixes, ax_industry_digits(industry));
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool ax_pack_rule_in(const struct ax_pack *pack, size_t rule, ax_str industry)
{
    ax_str digits = ax_industry_digits(industry);
    if (digits.len >= 2 && is_digit(digits.ptr[0]) && is_digit(digits.ptr[1])) {
        size_t division = (size_t)(digits.ptr[0] - '0') * 10 + (size_t)(digits.ptr[1] - '0');
        const struct ax_pack_industries *i = &pack->industries_of[rule];
        if ((i->cut[division / 64] >> division % 64 & 1) == 0) {
            return (i->within[division / 64] >> division % 64 & 1) != 0;
        }
    }
    return ax_pack_industry_in(&pack->rules[rule].industries, industry);
}

int32_t ax_pack_band(const struct ax_pack *pack, ax_str symbol)
{
    for (size_t i = 0; i < pack->band_count; i++) {
        if (ax_str_eq(pack->bands[i].symbol, symbol)) {
            return (int32_t)i;
        }
    }
    return -1;
}

const struct ax_formula *ax_pack_formula(const struct ax_pack *pack, ax_str industry)
{
    for (size_t i = 0; i < pack->formula_count; i++) {
        if (ax_pack_industry_in(&pack->formulas[i].industries, industry)) {
            return &pack->formulas[i];
        }
    }
    return NULL;
}

const struct ax_distribution *ax_pack_distribution(const struct ax_pack *pack, ax_str place, ax_str industry)
{
    for (size_t i = 0; i < pack->distribution_count; i++) {
        const struct ax_distribution *d = &pack->distributions[i];
        if (has_prefix_of(&d->jurisdictions, place) && ax_pack_industry_in(&d->industries, industry)) {
            return d;
        }
    }
    return NULL;
}

static size_t class_of(int32_t level)
{
    return level <= AX_LEVEL_A2 ? 0 : level <= AX_LEVEL_B3 ? 1 : level == AX_LEVEL_D ? 3 : 2;
}

bool ax_pack_ceiling(const struct ax_pack *pack, ax_str industry, int32_t level, int32_t standardisation,
        uint32_t *inspections, uint32_t *visits)
{
    for (size_t i = 0; i < pack->ceiling_count; i++) {
        const struct ax_ceiling *c = &pack->ceilings[i];
        if (!ax_pack_industry_in(&c->industries, industry)) {
            continue;
        }
        bool stands =
                standardisation >= AX_STANDARDISATION_LEVEL_ONE && standardisation < AX_STANDARDISATION_LEVEL_NONE;
        size_t standing = stands ? (size_t)standardisation - 1 : 3;
        *inspections = c->inspections[c->by == AX_CEILING_BY_CLASS ? class_of(level) : standing];
        *visits = c->visits;
        return true;
    }
    return false;
}

struct ax_scope ax_pack_scope(const struct ax_pack *pack)
{
    return (struct ax_scope){pack->jurisdictions, pack->industries, pack->effective_from, pack->effective_to};
}

bool ax_scope_covers(const struct ax_scope *scope, ax_str place, ax_str industry, int32_t day)
{
    return (scope->effective_from == AX_DAY_NONE || day >= scope->effective_from) &&
           (scope->effective_to == AX_DAY_NONE || day <= scope->effective_to) &&
           has_prefix_of(&scope->jurisdictions, place) && ax_pack_industry_in(&scope->industries, industry);
}

/* How closely prefixes fit a code: the length of the longest of it, one more so that "" is something. */
static size_t fit(const struct ax_strs *prefixes, ax_str code)
{
    size_t best = 0;
    for (size_t i = 0; i < prefixes->count; i++) {
        if (ax_str_starts(code, prefixes->items[i]) && prefixes->items[i].len + 1 > best) {
            best = prefixes->items[i].len + 1;
        }
    }
    return best;
}

bool ax_scope_fits_better(const struct ax_scope *a, const struct ax_scope *b, ax_str place, ax_str industry)
{
    size_t place_a = fit(&a->jurisdictions, place);
    size_t place_b = fit(&b->jurisdictions, place);
    if (place_a != place_b) {
        return place_a > place_b;
    }
    ax_str digits = ax_industry_digits(industry);
    size_t industry_a = fit(&a->industries, digits);
    size_t industry_b = fit(&b->industries, digits);
    return industry_a != industry_b ? industry_a > industry_b : a->effective_from > b->effective_from;
}
