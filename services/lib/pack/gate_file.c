/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/pack/gate_file.h"

#include "services/lib/pack/bundle.h"
#include "services/lib/pack/pack_faults.h"
#include "services/lib/pack/pack_place.h"
#include "services/lib/pack/pack_text.h"
#include "services/lib/pack/yaml_rows.h"

struct rule_text {
    int32_t *purposes;
    uint32_t purposes_count;
    int32_t decision;
    struct ax_pack_rule_text rule;
};

struct rating_text {
    char *id;
    char *title_zh;
    char *title_en;
    char *legal_basis;
    int32_t provenance;
    int32_t *purposes;
    uint32_t purposes_count;
    int32_t at_or_below;
    bool incomplete;
};

struct root_text {
    struct ax_pack_head head;
    struct ax_pack_use_text *use_until;
    uint32_t use_until_count;
    struct rule_text *rules;
    uint32_t rules_count;
    struct rating_text *ratings;
    uint32_t ratings_count;
};

static const cyaml_strval_t purposes[] = {{"licensing", AX_PURPOSE_LICENSING}, {"procurement", AX_PURPOSE_PROCUREMENT},
        {"project_approval", AX_PURPOSE_PROJECT_APPROVAL}};
static const cyaml_strval_t decisions[] = {{"review", AX_DECISION_REVIEW}, {"deny", AX_DECISION_DENY}};
static const cyaml_schema_value_t purpose_word = {
        CYAML_VALUE_ENUM(CYAML_FLAG_STRICT, int32_t, purposes, (uint32_t)AX_YAML_COUNT(purposes))};

static const cyaml_schema_field_t rule_fields[] = {
        AX_YAML_ROWS("purposes", AX_YAML_MUST, rule_text, purposes, &purpose_word, 1, 3),
        AX_YAML_CHOICE("decision", AX_YAML_MUST, rule_text, decision, decisions),
        CYAML_FIELD_MAPPING("rule", AX_YAML_MUST, struct rule_text, rule, ax_pack_rule_fields),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t rule_value = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct rule_text, rule_fields)};

static const cyaml_schema_field_t rating_fields[] = {
        AX_YAML_TEXT("id", AX_YAML_MUST, rating_text, id),
        AX_YAML_TEXT("title_zh", AX_YAML_MUST, rating_text, title_zh),
        AX_YAML_TEXT("title_en", AX_YAML_MUST, rating_text, title_en),
        AX_YAML_TEXT("legal_basis", AX_YAML_MAY, rating_text, legal_basis),
        AX_YAML_CHOICE("provenance", AX_YAML_MUST, rating_text, provenance, ax_yaml_provenances),
        AX_YAML_ROWS("purposes", AX_YAML_MUST, rating_text, purposes, &purpose_word, 1, 3),
        AX_YAML_CHOICE("at_or_below", AX_YAML_MAY, rating_text, at_or_below, ax_yaml_levels),
        CYAML_FIELD_BOOL("incomplete", AX_YAML_MAY, struct rating_text, incomplete),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t rating_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct rating_text, rating_fields)};

static const cyaml_schema_field_t root_fields[] = {
        AX_YAML_HEAD(root_text, "legal_basis"),
        AX_YAML_ROWS("use_until", AX_YAML_MAY, root_text, use_until, &ax_pack_use_value, 0, AX_PACK_USES_MAX),
        AX_YAML_ROWS("rules", AX_YAML_MUST, root_text, rules, &rule_value, 1, AX_PACK_RULES_MAX),
        AX_YAML_ROWS("ratings", AX_YAML_MAY, root_text, ratings, &rating_value, 0, AX_GATE_RATING_RULES_MAX),
        CYAML_FIELD_END,
};
const cyaml_schema_value_t ax_gate_root_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct root_text, root_fields)};

struct building {
    struct ax_pack_text *text;
    const struct root_text *root;
    const char *name; /* of the file */
    ax_str yaml;
    struct ax_gate *gate;
    struct ax_err *err;
};

static uint32_t mask_of(const int32_t *values, uint32_t count)
{
    uint32_t mask = 0;
    for (uint32_t i = 0; i < count; i++) {
        mask |= UINT32_C(1) << values[i];
    }
    return mask;
}

enum { UNUSED_BANDS = 2 };

/* What a pack.yaml would say for a pack that has flags alone: the scale is there because a pack has one, and nobody looks at
 * what it gives. */
static struct ax_pack_root pack_root(const struct building *b)
{
    const struct root_text *root = b->root;
    char *symbols = ax_pack_text_alloc(b->text, 2 * UNUSED_BANDS);
    struct ax_pack_band_text *scale = ax_pack_text_alloc(b->text, UNUSED_BANDS * sizeof *scale);
    memcpy(symbols, "1\0002\000", 2 * UNUSED_BANDS);
    scale[0] = (struct ax_pack_band_text){.symbol = symbols, .least = 1, .level = AX_LEVEL_A1};
    scale[1] = (struct ax_pack_band_text){.symbol = symbols + 2, .level = AX_LEVEL_D};
    return (struct ax_pack_root){
            .head = root->head,
            .missing_best_level = symbols,
            .shift_worst_level = symbols + 2,
            .points = {0, 1},
            .scale = scale,
            .scale_count = UNUSED_BANDS,
            .scale_provenance = AX_PROVENANCE_OURS,
            .level_provenance = AX_PROVENANCE_OURS,
            .use_until = root->use_until,
            .use_until_count = root->use_until_count,
    };
}

/* Every kind of fact makes an enterprise something to be looked at. */
static void all_kinds(const struct building *b, struct ax_pack_root *root)
{
    root->rated_kinds_count = AX_PACK_KINDS;
    root->rated_kinds = ax_pack_text_alloc(b->text, AX_PACK_KINDS * sizeof *root->rated_kinds);
    for (int i = 0; i < AX_PACK_KINDS; i++) {
        root->rated_kinds[i] = AX_FACT_ENFORCEMENT_PENALTY + i;
    }
}

/* The rules that are for a purpose, and what they decide. */
static struct ax_pack_root root_for(const struct building *b, int purpose)
{
    struct ax_pack_root root = pack_root(b);
    all_kinds(b, &root);
    root.rules = ax_pack_text_alloc(b->text, b->root->rules_count * sizeof *root.rules);
    for (uint32_t i = 0; i < b->root->rules_count; i++) {
        const struct rule_text *t = &b->root->rules[i];
        if ((mask_of(t->purposes, t->purposes_count) >> purpose & 1) != 0) {
            b->gate->decides[purpose][root.rules_count] = (uint8_t)t->decision;
            root.rules[root.rules_count++] = t->rule;
        }
    }
    return root;
}

static ax_rc build_purpose(const struct building *b, int purpose)
{
    struct ax_pack_root root = root_for(b, purpose);
    if (root.rules_count == 0) {
        return ax_fail_field(b->err, AX_INVALID, "purposes", NULL, 0, "%s: no rule is for %s", b->name,
                ax_purpose_name((enum ax_purpose)purpose));
    }
    return ax_pack_build(b->name, b->yaml, b->text, &root, &b->gate->rules[purpose], b->err);
}

static struct ax_gate_rating_rule rating_of(const struct rating_text *t)
{
    return (struct ax_gate_rating_rule){
            .id = ax_str_c(t->id),
            .title_zh = ax_str_c(t->title_zh),
            .title_en = ax_str_c(t->title_en),
            .legal_basis = ax_str_c(t->legal_basis),
            .provenance = (enum ax_provenance)t->provenance,
            .purposes = mask_of(t->purposes, t->purposes_count),
            .at_or_below = t->at_or_below,
            .incomplete = t->incomplete,
    };
}

static void build_ratings(const struct building *b)
{
    struct ax_gate *g = b->gate;
    g->rating_count = b->root->ratings_count;
    g->ratings = ax_pack_text_alloc(b->text, g->rating_count * sizeof *g->ratings);
    for (size_t i = 0; i < g->rating_count; i++) {
        g->ratings[i] = rating_of(&b->root->ratings[i]);
    }
}

static ax_rc build(const struct building *b)
{
    const struct ax_pack_head *head = &b->root->head;
    struct ax_gate *g = b->gate;
    memset(g, 0, sizeof *g);
    g->id = ax_str_c(head->id);
    g->title_zh = ax_str_c(head->title_zh);
    g->title_en = ax_str_c(head->title_en);
    g->legal_basis = ax_str_c(head->basis);
    g->provenance = (enum ax_provenance)head->provenance;
    for (int p = AX_PURPOSE_NONE + 1; p < AX_PURPOSE_COUNT; p++) {
        AX_TRY(build_purpose(b, p));
    }
    build_ratings(b);
    struct ax_err inner;
    ax_rc rc = ax_gate_compile(g, &inner);
    if (ax_ok(rc)) {
        return rc;
    }
    struct ax_pack_place at;
    ax_pack_place_find(b->yaml, inner.value, 0, inner.field, NULL, &at);
    return ax_pack_place_fail(&at, b->name, inner.value, inner.field, inner.text, b->err);
}

ax_rc ax_gate_parse(const char *name, ax_str yaml, struct ax_pack_text **texts, struct ax_gate *out, struct ax_err *err)
{
    struct building b = {.name = name, .yaml = yaml, .gate = out, .err = err};
    AX_TRY(ax_pack_text_read(name, yaml, &ax_gate_root_value, &b.text, err));
    b.root = ax_pack_text_root(b.text);
    return ax_pack_settle(build(&b), b.text, texts);
}

/* What compiling says of a gate that has nothing else. */
static void look_at(const struct building *b, const struct ax_gate *alone, struct ax_pack_faults *out)
{
    struct ax_err err;
    if (!ax_ok(ax_gate_compile(alone, &err))) {
        struct ax_pack_place at;
        ax_pack_place_find(b->yaml, err.value, 0, err.field, NULL, &at);
        ax_pack_fault_add(out, at.line, err.field, at.value, "%s: %s", err.value, err.text);
    }
}

static void look_at_each(const struct building *b, struct ax_pack_faults *out)
{
    struct ax_gate *alone = b->gate;
    for (uint32_t i = 0; i < b->root->rules_count; i++) {
        const struct rule_text *t = &b->root->rules[i];
        struct ax_rule rule = {.id = ax_str_c(t->rule.id),
                .legal_basis = ax_str_c(t->rule.legal_basis),
                .provenance = (enum ax_provenance)t->rule.provenance,
                .effect = (enum ax_effect)t->rule.effect};
        memset(alone, 0, sizeof *alone);
        alone->rules[AX_PURPOSE_LICENSING] = (struct ax_pack){.rules = &rule, .rule_count = 1};
        alone->decides[AX_PURPOSE_LICENSING][0] = (uint8_t)t->decision;
        look_at(b, alone, out);
    }
    for (uint32_t i = 0; i < b->root->ratings_count; i++) {
        struct ax_gate_rating_rule rating = rating_of(&b->root->ratings[i]);
        memset(alone, 0, sizeof *alone);
        alone->ratings = &rating;
        alone->rating_count = 1;
        look_at(b, alone, out);
    }
}

static bool is_told(const struct ax_pack_faults *faults, const struct ax_pack_fault *f)
{
    for (size_t i = 0; i < faults->count; i++) {
        const struct ax_pack_fault *told = &faults->items[i];
        if (told->line == f->line && strcmp(told->err.field, f->err.field) == 0 &&
                strcmp(told->err.text, f->err.text) == 0 && strcmp(told->err.value, f->err.value) == 0) {
            return true;
        }
    }
    return false;
}

/* A rule that is for several purposes is told once. */
static void look_at_purpose(const struct building *b, int purpose, struct ax_pack_faults *out)
{
    struct ax_pack_root root = root_for(b, purpose);
    struct ax_pack_faults *found = ax_xcalloc(1, sizeof *found);
    if (root.rules_count == 0) {
        ax_pack_fault_add(found, 0, "purposes", NULL, "no rule is for %s", ax_purpose_name((enum ax_purpose)purpose));
    } else {
        ax_pack_root_faults(b->yaml, b->text, &root, found);
    }
    for (size_t i = 0; i < found->count; i++) {
        const struct ax_pack_fault *f = &found->items[i];
        if (!is_told(out, f)) {
            ax_pack_fault_add(out, f->line, f->err.field, f->err.value, "%s", f->err.text);
        }
    }
    out->is_cut = out->is_cut || found->is_cut;
    ax_xfree(found);
}

void ax_gate_rule_faults(ax_str yaml, struct ax_pack_faults *out)
{
    struct ax_err err;
    struct building b = {.yaml = yaml, .gate = ax_xcalloc(1, sizeof *b.gate), .err = &err};
    if (ax_ok(ax_pack_text_read("", yaml, &ax_gate_root_value, &b.text, &err))) {
        b.root = ax_pack_text_root(b.text);
        for (int p = AX_PURPOSE_NONE + 1; p < AX_PURPOSE_COUNT; p++) {
            look_at_purpose(&b, p, out);
        }
        look_at_each(&b, out);
        ax_pack_text_free(b.text);
    }
    ax_xfree(b.gate);
}
