/* SPDX-License-Identifier: Apache-2.0 */
/* From the text of a pack.yaml to a compiled struct ax_pack. */
#include "services/lib/pack/bundle.h"
#include "services/lib/pack/pack_faults.h"
#include "services/lib/pack/pack_place.h"
#include "services/lib/pack/pack_text.h"

#include "scoring/rate.h"

#include <stdio.h>

struct building {
    struct ax_pack_text *text;
    const char *name; /* of the file */
    ax_str yaml;
    struct ax_err *err;
    struct ax_pack_faults *faults; /* where all are wanted: a fault is noted, and building goes on */
};

/* An error about a key of a rule, or of the pack's own; without a value what the file says there. */
static ax_rc broken(const struct building *b, const char *id, const char *key, const char *value, const char *why)
{
    struct ax_pack_place at;
    ax_pack_place_find(b->yaml, id, strcmp(key, "id") == 0 ? AX_PACK_PLACE_LAST : 0, key, value, &at);
    if (b->faults != NULL) {
        ax_pack_fault_add(b->faults, at.line, key, at.value, "%s: %s", id, why);
        return AX_RC(OK);
    }
    return ax_pack_place_fail(&at, b->name, id, key, why, b->err);
}

static ax_rc mask_of(const struct building *b, const char *id, const char *key, int32_t kind, char **words,
        uint32_t count, uint32_t *mask)
{
    *mask = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t value;
        if (ax_pack_name_value(kind, key, words[i], &value)) {
            *mask |= UINT32_C(1) << value;
        } else {
            AX_TRY(broken(b, id, key, words[i], "not a name of this kind of fact"));
        }
    }
    return AX_RC(OK);
}

static ax_rc day_of(const struct building *b, const char *id, const char *key, const char *words, int32_t *day)
{
    return ax_pack_day(words, day) ? AX_RC(OK) : broken(b, id, key, words, "must be a day of the calendar, YYYY-MM-DD");
}

/* Numbers of the file that are too great for an int32 become one that ax_pack_compile refuses. */
static int32_t bounded(uint32_t value)
{
    return value > INT32_MAX ? INT32_MAX : (int32_t)value;
}

static ax_rc build_when(const struct building *b, const struct ax_pack_rule_text *t, struct ax_rule *r)
{
    AX_TRY(day_of(b, t->id, "effective_from", t->effective_from, &r->effective_from));
    AX_TRY(day_of(b, t->id, "effective_to", t->effective_to, &r->effective_to));
    r->industries = ax_pack_strs(b->text, t->industries, t->industries_count);
    r->kind = t->kind;
    AX_TRY(mask_of(b, t->id, "grades", t->kind, t->grades, t->grades_count, &r->grades));
    AX_TRY(mask_of(b, t->id, "stages", t->kind, t->stages, t->stages_count, &r->stages));
    AX_TRY(mask_of(b, t->id, "liabilities", t->kind, t->liabilities, t->liabilities_count, &r->liabilities));
    AX_TRY(mask_of(b, t->id, "categories", t->kind, t->categories, t->categories_count, &r->categories));
    AX_TRY(mask_of(b, t->id, "with", t->kind, t->with, t->with_count, &r->flags_all));
    AX_TRY(mask_of(b, t->id, "without", t->kind, t->without, t->without_count, &r->flags_none));
    r->basis = (enum ax_basis)t->basis;
    r->span = (enum ax_span)t->span;
    r->window_months = bounded(t->window.months);
    r->window_days = bounded(t->window.days);
    r->measure = (enum ax_measure)t->measure;
    r->scheme = ax_str_c(t->scheme);
    r->item = ax_str_c(t->item);
    r->share_at_least = t->share_at_least;
    r->each_at_least = t->each_at_least;
    r->part = (enum ax_part)t->part;
    return AX_RC(OK);
}

/* The band of a symbol; -1 where there is none to name. */
static ax_rc band_of(const struct building *b, const struct ax_pack *p, const char *id, const char *key,
        const char *symbol, int32_t *band)
{
    *band = symbol == NULL ? -1 : ax_pack_band(p, ax_str_c(symbol));
    return symbol == NULL || *band >= 0 ? AX_RC(OK) : broken(b, id, key, symbol, "not a symbol of the scale");
}

/* The rule that `key` names. */
static ax_rc find_earlier(const struct building *b, const struct ax_pack_root *root, uint32_t index, const char *key,
        const char *named, int32_t *earlier)
{
    *earlier = -1;
    if (named == NULL) {
        return AX_RC(OK);
    }
    for (uint32_t i = 0; i < index; i++) {
        if (strcmp(root->rules[i].id, named) == 0) {
            *earlier = (int32_t)i;
            return AX_RC(OK);
        }
    }
    return broken(b, root->rules[index].id, key, named, "must be an earlier rule of the pack");
}

static ax_rc build_rule(const struct building *b, const struct ax_pack_root *root, const struct ax_pack *p,
        uint32_t index, struct ax_rule *r)
{
    const struct ax_pack_rule_text *t = &root->rules[index];
    r->id = ax_str_c(t->id);
    r->title_zh = ax_str_c(t->title_zh);
    r->title_en = ax_str_c(t->title_en);
    r->legal_basis = ax_str_c(t->legal_basis);
    r->reversible_by = ax_str_c(t->reversible_by);
    r->provenance = (enum ax_provenance)t->provenance;
    AX_TRY(build_when(b, t, r));
    AX_TRY(find_earlier(b, root, index, "needs", t->needs, &r->needs));
    AX_TRY(find_earlier(b, root, index, "unless", t->unless, &r->unless));
    r->at_least = t->at_least == 0 ? 1 : t->at_least;
    r->below = t->below;
    r->neutral = t->neutral;
    r->latest = t->latest;
    r->absent = t->absent;
    r->known_months = bounded(t->known_months);
    r->effect = (enum ax_effect)t->effect;
    r->points = t->points;
    r->per = t->per == 0 ? 1 : t->per;
    r->by_share = t->by_share;
    r->per_exposure = (enum ax_exposed)t->per_exposure;
    r->step_ppm = t->step_ppm;
    r->cap = bounded(t->cap);
    r->shift = t->shift;
    return band_of(b, p, t->id, "level", t->level, &r->band);
}

static ax_rc build_uses(const struct building *b, const struct ax_pack_root *root, struct ax_pack *p)
{
    p->use_count = root->use_until_count;
    p->uses = ax_pack_text_alloc(b->text, p->use_count * sizeof *p->uses);
    for (size_t i = 0; i < p->use_count; i++) {
        const struct ax_pack_use_text *t = &root->use_until[i];
        struct ax_use *u = &p->uses[i];
        u->kind = t->kind;
        AX_TRY(mask_of(b, "use_until", "grades", t->kind, t->grades, t->grades_count, &u->grades));
        AX_TRY(day_of(b, "use_until", "effective_from", t->effective_from, &u->effective_from));
        AX_TRY(day_of(b, "use_until", "effective_to", t->effective_to, &u->effective_to));
        u->months = bounded(t->months);
        u->legal_basis = ax_str_c(t->legal_basis);
        u->provenance = (enum ax_provenance)t->provenance;
    }
    return AX_RC(OK);
}

static uint32_t kinds_of(const int32_t *kinds, uint32_t count)
{
    uint32_t mask = 0;
    for (uint32_t i = 0; i < count; i++) {
        mask |= UINT32_C(1) << (kinds[i] - AX_FACT_ENFORCEMENT_PENALTY);
    }
    return mask;
}

static ax_rc build_bands(const struct building *b, const struct ax_pack_root *root, struct ax_pack *p)
{
    p->band_count = root->scale_count;
    for (size_t i = 0; i < p->band_count; i++) {
        const struct ax_pack_band_text *t = &root->scale[i];
        bool last = i + 1 == p->band_count;
        p->bands[i] = (struct ax_band){ax_str_c(t->symbol), t->least, t->level, t->top_percent};
        if (last && t->least != 0 && t->least != root->points.min) {
            AX_TRY(broken(
                    b, root->head.id, "scale", t->symbol, "the last band has the least of the points and names none"));
        }
        p->bands[i].least = last ? root->points.min : t->least;
    }
    p->scale_basis = ax_str_c(root->scale_basis);
    p->scale_provenance = (enum ax_provenance)root->scale_provenance;
    p->level_provenance = (enum ax_provenance)root->level_provenance;
    AX_TRY(band_of(b, p, root->head.id, "missing_best_level", root->missing_best_level, &p->missing_best_band));
    return band_of(b, p, root->head.id, "shift_worst_level", root->shift_worst_level, &p->shift_worst_band);
}

static ax_rc build_scale(const struct building *b, const struct ax_pack_root *root, struct ax_pack *p)
{
    p->base[AX_PACK_BASE_MISSING] = root->base.missing;
    p->base[AX_STANDARDISATION_LEVEL_ONE] = root->base.level_one;
    p->base[AX_STANDARDISATION_LEVEL_TWO] = root->base.level_two;
    p->base[AX_STANDARDISATION_LEVEL_THREE] = root->base.level_three;
    p->base[AX_STANDARDISATION_LEVEL_NONE] = root->base.none;
    p->part_base[AX_PART_X] = root->parts.x;
    p->part_base[AX_PART_Y] = root->parts.y;
    p->part_base[AX_PART_Z] = root->parts.z;
    p->part_base[AX_PART_W] = root->parts.w;
    p->points_min = root->points.min;
    p->points_max = root->points.max;
    p->bonus_cap = bounded(root->bonus_cap);
    p->exposure_months = bounded(root->exposure_months);
    p->rated_kinds = kinds_of(root->rated_kinds, root->rated_kinds_count);
    p->known_kinds = kinds_of(root->known_kinds, root->known_kinds_count);
    return build_bands(b, root, p);
}

static void build_formulas(const struct building *b, const struct ax_pack_root *root, struct ax_pack *p)
{
    p->formula_count = root->formula_count;
    p->formulas = ax_pack_text_alloc(b->text, p->formula_count * sizeof *p->formulas);
    for (size_t i = 0; i < p->formula_count; i++) {
        const struct ax_pack_formula_text *t = &root->formula[i];
        p->formulas[i] =
                (struct ax_formula){ax_pack_strs(b->text, t->industries, t->industries_count), bounded(t->theta_ppm),
                        bounded(t->alpha_ppm), ax_str_c(t->legal_basis), (enum ax_provenance)t->provenance};
    }
}

static void build_distributions(const struct building *b, const struct ax_pack_root *root, struct ax_pack *p)
{
    p->distribution_count = root->distributions_count;
    p->distributions = ax_pack_text_alloc(b->text, p->distribution_count * sizeof *p->distributions);
    for (size_t i = 0; i < p->distribution_count; i++) {
        const struct ax_pack_distribution_text *t = &root->distributions[i];
        struct ax_distribution *d = &p->distributions[i];
        d->jurisdictions = ax_pack_strs(b->text, t->jurisdictions, t->jurisdictions_count);
        d->industries = ax_pack_strs(b->text, t->industries, t->industries_count);
        d->legal_basis = ax_str_c(t->legal_basis);
        d->provenance = (enum ax_provenance)t->provenance;
        for (size_t band = 0; band < p->band_count; band++) {
            d->points[band] = INT32_MIN; /* refused where the scale asks for it */
            for (uint32_t j = 0; j < t->best_count; j++) {
                d->points[band] =
                        t->best[j].top_percent == p->bands[band].top_percent ? t->best[j].points : d->points[band];
            }
        }
    }
}

static void build_ceilings(const struct building *b, const struct ax_pack_root *root, struct ax_pack *p)
{
    p->ceiling_count = root->inspections_count;
    p->ceilings = ax_pack_text_alloc(b->text, p->ceiling_count * sizeof *p->ceilings);
    for (size_t i = 0; i < p->ceiling_count; i++) {
        const struct ax_pack_ceiling_text *t = &root->inspections[i];
        struct ax_ceiling *c = &p->ceilings[i];
        c->industries = ax_pack_strs(b->text, t->industries, t->industries_count);
        c->by = (enum ax_ceiling_by)t->by;
        memcpy(c->inspections, t->inspections, sizeof c->inspections); /* the schema asks for four */
        c->stopped = t->stopped;
        c->visits = t->visits;
        c->legal_basis = ax_str_c(t->legal_basis);
        c->provenance = (enum ax_provenance)t->provenance;
    }
}

static ax_rc build_head(const struct building *b, const struct ax_pack_head *head, struct ax_pack *p)
{
    p->id = ax_str_c(head->id);
    p->title_zh = ax_str_c(head->title_zh);
    p->title_en = ax_str_c(head->title_en);
    p->legal_basis = ax_str_c(head->basis);
    p->provenance = (enum ax_provenance)head->provenance;
    p->jurisdictions = ax_pack_strs(b->text, head->jurisdictions, head->jurisdictions_count);
    p->industries = ax_pack_strs(b->text, head->industries, head->industries_count);
    AX_TRY(day_of(b, head->id, "effective_from", head->effective_from, &p->effective_from));
    return day_of(b, head->id, "effective_to", head->effective_to, &p->effective_to);
}

/* All but the rules, which are there and empty. */
static ax_rc build_frame(const struct building *b, const struct ax_pack_root *root, struct ax_pack *p)
{
    memset(p, 0, sizeof *p);
    AX_TRY(build_head(b, &root->head, p));
    AX_TRY(build_scale(b, root, p));
    build_formulas(b, root, p);
    build_distributions(b, root, p);
    build_ceilings(b, root, p);
    p->rule_count = root->rules_count;
    p->rules = ax_pack_text_alloc(b->text, p->rule_count * sizeof *p->rules);
    return build_uses(b, root, p);
}

static void note_new(const struct building *b, const struct ax_pack_root *root, const struct ax_pack *p)
{
    struct ax_err inner;
    struct ax_err fault;
    struct building at = *b;
    at.err = &fault;
    if (!ax_ok(ax_pack_check_new(p, &inner)) && !ax_ok(broken(&at, root->head.id, inner.field, NULL, inner.text))) {
        ax_pack_text_note_new(b->text, &fault);
    }
}

static ax_rc build(const struct building *b, const struct ax_pack_root *root, struct ax_pack *p)
{
    AX_TRY(build_frame(b, root, p));
    for (uint32_t i = 0; i < root->rules_count; i++) {
        AX_TRY(build_rule(b, root, p, i, &p->rules[i]));
    }
    struct ax_err inner;
    ax_rc rc = ax_pack_compile(p, &inner);
    if (ax_ok(rc)) {
        note_new(b, root, p);
        return rc;
    }
    return broken(b, inner.value[0] == '\0' ? root->head.id : inner.value, inner.field, NULL, inner.text);
}

ax_rc ax_pack_build(const char *name, ax_str yaml, struct ax_pack_text *text, const struct ax_pack_root *root,
        struct ax_pack *out, struct ax_err *err)
{
    const struct building b = {.text = text, .name = name, .yaml = yaml, .err = err};
    return build(&b, root, out);
}

ax_rc ax_pack_parse(const char *name, ax_str yaml, struct ax_pack_text **texts, struct ax_pack *out, struct ax_err *err)
{
    struct building b = {.name = name, .yaml = yaml, .err = err};
    AX_TRY(ax_pack_text_read(name, yaml, &ax_pack_root_value, &b.text, err));
    return ax_pack_settle(build(&b, ax_pack_text_root(b.text), out), b.text, texts);
}

/* A pack on its way to having all its faults told. A rule of which one is told is set aside: in its place stands one that has
 * none, so that the next can be found. */
struct telling {
    struct building b;
    const struct ax_pack_root *root;
    struct ax_pack pack;
    bool aside[AX_PACK_RULES_MAX];
};

static void set_aside(struct telling *t, size_t index, bool renamed)
{
    enum { ID_SIZE = 24 };
    struct ax_rule *r = &t->pack.rules[index];
    char *name = ax_pack_text_alloc(t->b.text, ID_SIZE);
    (void)snprintf(name, ID_SIZE, "#%zu", index);
    *r = (struct ax_rule){
            .id = renamed ? ax_str_c(name) : r->id,
            .title_zh = ax_str_c(name),
            .title_en = ax_str_c(name),
            .provenance = AX_PROVENANCE_OURS,
            .kind = r->kind == AX_FACT_INDICATOR ? AX_FACT_CERTIFICATE : r->kind,
            .at_least = 1,
            .needs = -1,
            .unless = -1,
            .effect = AX_EFFECT_POINTS_ONCE,
            .points = -1,
            .per = 1,
            .band = -1,
    };
    t->aside[index] = true;
}

/* The rule that is to blame: the first of this id, but the last where the id itself is. */
static size_t blamed(const struct telling *t, const struct ax_err *err)
{
    bool of_id = strcmp(err->field, "id") == 0;
    size_t count = t->pack.rule_count;
    size_t found = count;
    for (size_t i = 0; i < count && (of_id || found == count); i++) {
        bool other = !ax_str_eq(t->pack.rules[i].id, ax_str_c(err->value)) || (t->aside[i] && !of_id);
        found = other ? found : i;
    }
    return found;
}

/* Rules before it may have its id, too. */
static void place_of_rule(const struct telling *t, size_t index, const char *key, struct ax_pack_place *out)
{
    const struct ax_pack_rule_text *rules = t->root->rules;
    size_t before = 0;
    for (size_t i = 0; i < index; i++) {
        before += strcmp(rules[i].id, rules[index].id) == 0 ? 1 : 0;
    }
    ax_pack_place_find(t->b.yaml, rules[index].id, before, key, NULL, out);
}

static void tell(struct telling *t, const struct ax_pack_place *at, const struct ax_err *err, bool rewards)
{
    if (rewards) {
        ax_pack_fault_add(t->b.faults, at->line, err->field, err->value, "%s", err->text);
        t->b.faults->items[t->b.faults->count - 1].rewards = true;
    } else {
        ax_pack_fault_add(t->b.faults, at->line, err->field, at->value, "%s: %s", err->value, err->text);
    }
}

/* The first fault that compiling shows; false: there is none, or none behind which more can be found. */
static bool tell_next(struct telling *t)
{
    struct ax_err err;
    struct ax_pack_place place;
    struct ax_pack *p = &t->pack;
    if (ax_ok(ax_pack_compile(p, &err))) {
        note_new(&t->b, t->root, p);
        return false;
    }
    const char *base = ax_pack_base_rewards(p);
    ax_pack_place_find(t->b.yaml, "", 0, err.field, NULL, &place);
    if (base != NULL && strcmp(err.text, base) == 0) {
        tell(t, &place, &err, true);
        for (size_t i = 0; i < AX_PACK_BASE_COUNT; i++) {
            p->base[i] = p->base[AX_STANDARDISATION_LEVEL_ONE];
        }
        return true;
    }
    size_t at = blamed(t, &err);
    if (at == p->rule_count) {
        tell(t, &place, &err, false);
        return false;
    }
    place_of_rule(t, at, err.field, &place);
    tell(t, &place, &err, strcmp(err.field, "effect") == 0 && ax_pack_rule_rewards(p, &p->rules[at]) != NULL);
    set_aside(t, at, strcmp(err.field, "id") == 0);
    return true;
}

void ax_pack_root_faults(
        ax_str yaml, struct ax_pack_text *text, const struct ax_pack_root *root, struct ax_pack_faults *out)
{
    struct ax_err err;
    struct telling *t = ax_xcalloc(1, sizeof *t);
    t->b = (struct building){.text = text, .yaml = yaml, .err = &err, .faults = out};
    t->root = root;
    ax_rc rc = build_frame(&t->b, root, &t->pack);
    bool whole = out->count == 0;
    for (uint32_t i = 0; i < root->rules_count && ax_ok(rc); i++) {
        size_t had = out->count;
        rc = build_rule(&t->b, root, &t->pack, i, &t->pack.rules[i]);
        if (out->count > had) {
            set_aside(t, i, false);
        }
    }
    while (whole && out->count < AX_PACK_FAULTS_MAX && tell_next(t)) {
    }
    out->is_cut = out->is_cut || out->count == AX_PACK_FAULTS_MAX;
    ax_xfree(t);
}

void ax_pack_rule_faults(ax_str yaml, struct ax_pack_faults *out)
{
    struct ax_pack_text *text;
    struct ax_err err;
    if (ax_ok(ax_pack_text_read("", yaml, &ax_pack_root_value, &text, &err))) {
        ax_pack_root_faults(yaml, text, ax_pack_text_root(text), out);
        ax_pack_text_free(text);
    }
}
