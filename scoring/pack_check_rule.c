/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/pack_check.h"

#include "scoring/pack_face.h"

static ax_rc check_window(const struct ax_rule *r, struct ax_err *err)
{
    if (!ax_pack_is_months(r->window_months) || r->window_days < 0 || r->window_days > AX_PACK_DAYS_MAX) {
        return ax_pack_broken(err, r->id, "window", "must be from 0 to 100 years");
    }
    bool listed = r->kind == AX_FACT_LIST_ENTRY && (r->span == AX_SPAN_STANDING || r->span == AX_SPAN_TERM);
    if (r->span != AX_SPAN_WINDOW && !listed && (r->window_months != 0 || r->window_days != 0)) {
        return ax_pack_broken(
                err, r->id, "window", "a rule that holds while something stands or for a year has no window");
    }
    if (r->basis == AX_BASIS_DUE && r->kind != AX_FACT_HAZARD) {
        return ax_pack_broken(err, r->id, "basis", "only a hazard has a day on which it is due");
    }
    return AX_RC(OK);
}

static ax_rc check_effect(const struct ax_rule *r, struct ax_err *err)
{
    bool points = r->effect == AX_EFFECT_POINTS_EACH || r->effect == AX_EFFECT_POINTS_ONCE;
    if (points && (r->points == 0 || r->points < -AX_PACK_POINTS_MAX || r->points > AX_PACK_POINTS_MAX)) {
        return ax_pack_broken(err, r->id, "points", "must be given and within 100,000 either way");
    }
    if (!points && r->points != 0) {
        return ax_pack_broken(err, r->id, "points", "only where the effect is points");
    }
    if (r->cap < 0 || r->cap > AX_PACK_POINTS_MAX || (r->cap > 0 && r->effect != AX_EFFECT_POINTS_EACH)) {
        return ax_pack_broken(err, r->id, "cap", "0 to 100,000, and only where the effect is points for each");
    }
    if (r->effect == AX_EFFECT_POINTS_EACH && (r->per == 0 || r->absent)) {
        return ax_pack_broken(
                err, r->id, "per", "points for each need `per` of at least 1 and something that is there");
    }
    if ((r->effect == AX_EFFECT_SHIFT) != (r->shift != 0) || r->shift < -8 || r->shift > 8) {
        return ax_pack_broken(err, r->id, "shift", "1 to 8 levels either way, only where the effect is a shift");
    }
    return AX_RC(OK);
}

/* One thing counts once: points or a shift beside those of the accident take a source. And what answers an accident must not
 * count less for the accident's being known than its accident takes: that is for the rating to see to, not for a rule. */
static ax_rc check_faces(const struct ax_rule *r, struct ax_err *err)
{
    if (ax_pack_can_answer(r->kind) && (r->flags_none & AX_ENTRY_FOR_ACCIDENT) != 0 && r->effect != AX_EFFECT_FLAG) {
        return ax_pack_broken(err, r->id, "without",
                "an accident that becomes known would help: only a flag may leave out what answers one");
    }
    if (ax_pack_asks_for_face(r) && !ax_pack_holds_by_itself(r) && r->provenance == AX_PROVENANCE_OURS) {
        return ax_pack_broken(
                err, r->id, "with", "what answers an accident that counts has points of its own only by a source");
    }
    return AX_RC(OK);
}

static ax_rc check_level(const struct ax_pack *p, const struct ax_rule *r, struct ax_err *err)
{
    bool sets = r->band >= 0 && (size_t)r->band < p->band_count;
    if ((r->effect == AX_EFFECT_LEVEL) != sets) {
        return ax_pack_broken(err, r->id, "level", "a symbol of the scale, only where the effect is a level");
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
        return ax_pack_broken(err, r->id, "measure", "facts of this kind do not measure it");
    }
    if (r->at_least == 0 || r->at_least > most || r->each_at_least > most || r->per > most || r->neutral > most) {
        return ax_pack_broken(
                err, r->id, "at_least", "at least 1; like each_at_least, per and neutral at most 1,000,000,000");
    }
    if (r->below != 0 && (r->below <= r->at_least || r->below > most || r->absent)) {
        return ax_pack_broken(err, r->id, "below", "more than at_least, and only of something that is there");
    }
    if ((r->scheme.len == 0) != (r->item.len == 0) || (r->scheme.len > 0) != (r->kind == AX_FACT_INDICATOR)) {
        return ax_pack_broken(err, r->id, "item", "scheme and item are for an indicator, which has both");
    }
    if (r->neutral > 0 && r->measure != AX_MEASURE_VALUE) {
        return ax_pack_broken(err, r->id, "neutral", "only where the measure is an indicator's value");
    }
    bool accident = r->kind == AX_FACT_ACCIDENT;
    if (!accident && (r->stages != 0 || r->share_at_least != 0 || r->by_share)) {
        return ax_pack_broken(err, r->id, "stages", "stages and shares are of accidents");
    }
    if (r->share_at_least > 100 || (r->by_share && r->effect != AX_EFFECT_POINTS_EACH)) {
        return ax_pack_broken(err, r->id, "by_share", "1 to 100 percent; by_share where the effect is points for each");
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
        return r->step_ppm == 0 ? AX_RC(OK) : ax_pack_broken(err, r->id, "step_ppm", "only of a rule per exposure");
    }
    if (r->effect != AX_EFFECT_POINTS_EACH || r->latest || r->by_share || r->per != 1) {
        return ax_pack_broken(err, r->id, "per_exposure", "only of points for each, without latest, by_share and per");
    }
    if (r->step_ppm == 0 || r->step_ppm > AX_PACK_MEASURE_MAX) {
        return ax_pack_broken(err, r->id, "step_ppm", "1 to 1,000,000,000");
    }
    for (size_t i = 0; i < p->rule_count; i++) {
        const struct ax_rule *other = &p->rules[i];
        if (other->kind == AX_FACT_EXPOSURE && other->measure == measure_of_exposure(r->per_exposure) &&
                other->absent && other->effect == AX_EFFECT_LEVEL && other->span == AX_SPAN_STANDING) {
            return AX_RC(OK);
        }
    }
    return ax_pack_broken(
            err, r->id, "per_exposure", "needs a rule that bounds the level while that exposure is absent");
}

ax_rc ax_pack_check_rule(const struct ax_pack *p, size_t index, struct ax_err *err)
{
    const struct ax_rule *r = &p->rules[index];
    const char *silent = ax_scope_silent_key(r->id, r->title_zh, r->title_en);
    if (silent != NULL) {
        return ax_pack_broken(err, r->id, silent, "a rule has an id and a title in Chinese and English");
    }
    for (size_t i = 0; i < index; i++) {
        if (ax_str_eq(p->rules[i].id, r->id)) {
            return ax_pack_broken(err, r->id, "id", "is there twice");
        }
    }
    AX_TRY(ax_pack_check_source(r->id, r->legal_basis, r->provenance, err));
    if (!ax_pack_is_kind(r->kind)) {
        return ax_pack_broken(err, r->id, "kind", "must be a kind of fact");
    }
    if (!ax_scope_is_in_order(r->effective_from, r->effective_to)) {
        return ax_pack_broken(err, r->id, "effective_to", "must not be before effective_from");
    }
    if (r->needs >= 0 && (size_t)r->needs >= index) {
        return ax_pack_broken(err, r->id, "needs", "must be an earlier rule of the pack");
    }
    if (r->unless >= 0 && (size_t)r->unless >= index) {
        return ax_pack_broken(err, r->id, "unless", "must be an earlier rule of the pack");
    }
    if (!ax_pack_is_months(r->known_months) || (r->known_months > 0 && !r->absent)) {
        return ax_pack_broken(err, r->id, "known_months", "0 to 1200, and only for what is absent");
    }
    AX_TRY(check_window(r, err));
    AX_TRY(check_measure(r, err));
    AX_TRY(check_exposure(p, r, err));
    AX_TRY(check_level(p, r, err));
    AX_TRY(check_faces(r, err));
    AX_TRY(check_effect(r, err));
    const char *rewards = ax_pack_rule_rewards(p, r);
    return rewards == NULL ? AX_RC(OK) : ax_pack_broken(err, r->id, "effect", rewards);
}
