/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/pack_check.h"

#include "scoring/rate.h"

ax_rc ax_pack_check_source(ax_str id, ax_str legal_basis, enum ax_provenance provenance, struct ax_err *err)
{
    if (provenance == AX_PROVENANCE_NONE) {
        return ax_pack_broken(err, id, "provenance", "must be T, S, K or ours");
    }
    if (!ax_provenance_holds(provenance, legal_basis)) {
        return ax_pack_broken(err, id, "legal_basis", "must be given, or provenance must say ours");
    }
    return AX_RC(OK);
}

static ax_rc check_head(const struct ax_pack *p, struct ax_err *err)
{
    const char *silent = ax_scope_silent_key(p->id, p->title_zh, p->title_en);
    if (silent != NULL) {
        return ax_pack_broken(err, p->id, silent, "a pack has an id and a title in Chinese and English");
    }
    AX_TRY(ax_pack_check_source(p->id, p->legal_basis, p->provenance, err));
    if (p->rule_count == 0 || p->rule_count > AX_PACK_RULES_MAX) {
        return ax_pack_broken(err, p->id, "rules", "1 to 128");
    }
    if (p->jurisdictions.count == 0) {
        return ax_pack_broken(err, p->id, "jurisdictions", "at least one prefix; \"\" covers all");
    }
    if (!ax_scope_is_in_order(p->effective_from, p->effective_to)) {
        return ax_pack_broken(err, p->id, "effective_to", "must not be before effective_from");
    }
    if (p->rated_kinds == 0) {
        return ax_pack_broken(err, p->id, "rated_kinds", "at least one kind that makes an enterprise rated");
    }
    return AX_RC(OK);
}

/* Before the bands, which lie within them. */
static ax_rc check_points(const struct ax_pack *p, struct ax_err *err)
{
    if (p->points_min >= p->points_max || p->points_min < -AX_PACK_POINTS_MAX || p->points_max > AX_PACK_POINTS_MAX) {
        return ax_pack_broken(err, p->id, "points", "min must be below max, both within 100,000");
    }
    return AX_RC(OK);
}

static ax_rc check_scale(const struct ax_pack *p, struct ax_err *err)
{
    for (int i = 0; i < AX_PACK_BASE_COUNT; i++) {
        if (p->base[i] < p->points_min || p->base[i] > p->points_max) {
            return ax_pack_broken(err, p->id, "base", "must be within the points");
        }
    }
    if (ax_pack_base_rewards(p) != NULL) {
        return ax_pack_broken(err, p->id, "base", ax_pack_base_rewards(p));
    }
    for (int i = 0; i < AX_PARTS; i++) {
        if (p->part_base[i] < -AX_PACK_POINTS_MAX || p->part_base[i] > AX_PACK_POINTS_MAX) {
            return ax_pack_broken(err, p->id, "parts", "within 100,000 either way");
        }
    }
    if (p->missing_best_band < 0 || (size_t)p->missing_best_band + 1 >= p->band_count) {
        return ax_pack_broken(err, p->id, "missing_best_level", "must be a symbol of the scale, not the last");
    }
    if (p->shift_worst_band < 0 || (size_t)p->shift_worst_band >= p->band_count) {
        return ax_pack_broken(err, p->id, "shift_worst_level", "must be a symbol of the scale");
    }
    if (p->bonus_cap < 0 || p->bonus_cap > AX_PACK_POINTS_MAX) {
        return ax_pack_broken(err, p->id, "bonus_cap", "0 to 100,000");
    }
    return ax_pack_is_months(p->exposure_months) ? AX_RC(OK)
                                                 : ax_pack_broken(err, p->id, "exposure_months", "0 to 1200");
}

static ax_rc check_bands(const struct ax_pack *p, struct ax_err *err)
{
    if (p->band_count < 2 || p->band_count > AX_PACK_BANDS_MAX) {
        return ax_pack_broken(err, p->id, "scale", "2 to 16 bands");
    }
    AX_TRY(ax_pack_check_source(p->id, p->scale_basis, p->scale_provenance, err));
    if (p->level_provenance == AX_PROVENANCE_NONE) {
        return ax_pack_broken(err, p->id, "level_provenance", "must be T, S, K or ours");
    }
    for (size_t i = 0; i < p->band_count; i++) {
        const struct ax_band *b = &p->bands[i];
        bool last = i + 1 == p->band_count;
        bool falls = i == 0 || b->least < p->bands[i - 1].least;
        if (b->symbol.len == 0 || ax_pack_band(p, b->symbol) != (int32_t)i) {
            return ax_pack_broken(err, p->id, "scale", "every band has a symbol of its own");
        }
        if (!falls || b->least > p->points_max || (last ? b->least != p->points_min : b->least <= p->points_min)) {
            return ax_pack_broken(
                    err, p->id, "scale", "must fall within the points, and only the last band has their least");
        }
        if (b->level < AX_LEVEL_A1 || b->level > AX_LEVEL_D || (i > 0 && b->level < p->bands[i - 1].level)) {
            return ax_pack_broken(err, p->id, "scale", "levels are A1 to D and grow no better from band to band");
        }
        if (b->top_percent > 99 || (last && b->top_percent != 0)) {
            return ax_pack_broken(err, p->id, "top_percent", "1 to 99, and not of the last band");
        }
    }
    return AX_RC(OK);
}

static ax_rc check_formulas(const struct ax_pack *p, struct ax_err *err)
{
    if (p->formula_count > AX_PACK_FORMULAS_MAX || p->distribution_count > AX_PACK_DISTRIBUTIONS_MAX) {
        return ax_pack_broken(err, p->id, "formula", "at most 32 rows, and 64 of distributions");
    }
    for (size_t i = 0; i < p->formula_count; i++) {
        const struct ax_formula *f = &p->formulas[i];
        AX_TRY(ax_pack_check_source(p->id, f->legal_basis, f->provenance, err));
        if (f->theta_ppm <= 0 || f->theta_ppm > AX_PACK_FACTOR_MAX_PPM || f->alpha_ppm <= 0 ||
                f->alpha_ppm > AX_PACK_FACTOR_MAX_PPM) {
            return ax_pack_broken(err, p->id, "formula", "theta_ppm and alpha_ppm are 1 to 4,000,000");
        }
    }
    for (size_t i = 0; i < p->distribution_count; i++) {
        const struct ax_distribution *d = &p->distributions[i];
        AX_TRY(ax_pack_check_source(p->id, d->legal_basis, d->provenance, err));
        if (d->jurisdictions.count == 0) {
            return ax_pack_broken(err, p->id, "distributions", "a row has jurisdictions");
        }
        for (size_t b = 0; b < p->band_count; b++) {
            if (p->bands[b].top_percent != 0 && (d->points[b] < p->points_min || d->points[b] > p->points_max)) {
                return ax_pack_broken(
                        err, p->id, "distributions", "a row has points for every top_percent of the scale");
            }
        }
    }
    return AX_RC(OK);
}

static ax_rc check_ceilings(const struct ax_pack *p, struct ax_err *err)
{
    if (p->ceiling_count > AX_PACK_CEILINGS_MAX) {
        return ax_pack_broken(err, p->id, "inspections", "at most 16 rows");
    }
    for (size_t i = 0; i < p->ceiling_count; i++) {
        AX_TRY(ax_pack_check_source(p->id, p->ceilings[i].legal_basis, p->ceilings[i].provenance, err));
    }
    return AX_RC(OK);
}

static ax_rc check_uses(const struct ax_pack *p, struct ax_err *err)
{
    if (p->use_count > AX_PACK_USES_MAX) {
        return ax_pack_broken(err, p->id, "use_until", "at most 32");
    }
    for (size_t i = 0; i < p->use_count; i++) {
        const struct ax_use *u = &p->uses[i];
        AX_TRY(ax_pack_check_source(p->id, u->legal_basis, u->provenance, err));
        if (!ax_pack_is_kind(u->kind) || u->months <= 0 || !ax_pack_is_months(u->months) ||
                !ax_scope_is_in_order(u->effective_from, u->effective_to)) {
            return ax_pack_broken(err, p->id, "use_until", "a kind, 1 to 1200 months, and dates in order");
        }
    }
    return AX_RC(OK);
}

ax_rc ax_pack_check_new(const struct ax_pack *p, struct ax_err *err)
{
    for (size_t i = 0; i < p->ceiling_count; i++) {
        const uint32_t *inspections = p->ceilings[i].inspections;
        for (size_t j = 1; j < 4; j++) {
            if (inspections[j] < inspections[j - 1]) {
                return ax_pack_broken(err, p->id, "ceilings",
                        "never fewer for the worse; a class of its source that is of who has long stopped is "
                        "`stopped`");
            }
        }
    }
    for (size_t i = 0; i < p->use_count; i++) {
        int32_t kind = p->uses[i].kind;
        if (kind == AX_FACT_HAZARD || kind == AX_FACT_LICENCE || kind == AX_FACT_LIST_ENTRY) {
            return ax_pack_broken(err, p->id, "use_until",
                    "not of hazard, licence or list_entry: what is open, suspended or listed is not over because it is "
                    "old");
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
            return ax_pack_broken(err, p->rules[i].id, "kind", "at most 64 rules for one kind of fact");
        }
        levels += p->rules[i].effect == AX_EFFECT_LEVEL || p->rules[i].effect == AX_EFFECT_SHIFT ? 1 : 0;
        flags += p->rules[i].effect == AX_EFFECT_FLAG ? 1 : 0;
    }
    if (levels > AX_PACK_LEVEL_RULES_MAX || flags > AX_PACK_FLAG_RULES_MAX) {
        return ax_pack_broken(err, p->id, "rules", "at most 16 that move the level and 32 flags");
    }
    return AX_RC(OK);
}

ax_rc ax_pack_check_whole(const struct ax_pack *p, struct ax_err *err)
{
    AX_TRY(check_head(p, err));
    AX_TRY(check_points(p, err));
    AX_TRY(check_bands(p, err));
    AX_TRY(check_scale(p, err));
    AX_TRY(check_formulas(p, err));
    AX_TRY(check_ceilings(p, err));
    AX_TRY(check_uses(p, err));
    for (size_t i = 0; i < p->rule_count; i++) {
        AX_TRY(ax_pack_check_rule(p, i, err));
    }
    return check_counts(p, err);
}
