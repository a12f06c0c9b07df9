/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A file of a bundle as libcyaml reads it, before it becomes a struct that borrows its text; and the shape of a pack.yaml. A
 * struct ax_pack_text owns it all, until ax_pack_text_free. Read and built from by one thread, then immutable; any thread.
 * Private to this folder. */
#include "services/lib/pack/pack_head.h"

enum { AX_PACK_TEXT_MAX_BYTES = 16 * 1024 * 1024 }; /* memory of one parsed file */

struct ax_pack_window {
    uint32_t months;
    uint32_t days;
};

struct ax_pack_rule_text {
    char *id;
    char *title_zh;
    char *title_en;
    char *legal_basis;
    char *reversible_by;
    int32_t provenance;
    char *effective_from;
    char *effective_to;
    char **industries;
    uint32_t industries_count;
    int32_t kind;
    char **grades;
    uint32_t grades_count;
    char **stages;
    uint32_t stages_count;
    char **liabilities;
    uint32_t liabilities_count;
    char **categories;
    uint32_t categories_count;
    char **with;
    uint32_t with_count;
    char **without;
    uint32_t without_count;
    char *scheme;
    char *item;
    uint32_t share_at_least;
    uint32_t each_at_least;
    int32_t part;
    int32_t basis;
    int32_t span;
    struct ax_pack_window window;
    int32_t measure;
    uint32_t neutral;
    uint32_t at_least;
    uint32_t below;
    bool latest;
    bool absent;
    uint32_t known_months;
    char *needs;
    char *unless;
    int32_t effect;
    int32_t points;
    uint32_t per;
    bool by_share;
    int32_t per_exposure;
    uint32_t step_ppm;
    uint32_t cap;
    int32_t shift;
    char *level; /* a symbol of the scale */
};

struct ax_pack_band_text {
    char *symbol;
    int32_t least;
    int32_t level;
    uint32_t top_percent;
};

struct ax_pack_formula_text {
    char **industries;
    uint32_t industries_count;
    uint32_t theta_ppm;
    uint32_t alpha_ppm;
    char *legal_basis;
    int32_t provenance;
};

struct ax_pack_best_text {
    uint32_t top_percent;
    int32_t points;
};

struct ax_pack_distribution_text {
    char **jurisdictions;
    uint32_t jurisdictions_count;
    char **industries;
    uint32_t industries_count;
    struct ax_pack_best_text *best;
    uint32_t best_count;
    char *legal_basis;
    int32_t provenance;
};

struct ax_pack_ceiling_text {
    char **industries;
    uint32_t industries_count;
    int32_t by;
    uint32_t *inspections;
    uint32_t stopped;
    uint32_t inspections_count;
    uint32_t visits;
    char *legal_basis;
    int32_t provenance;
};

struct ax_pack_use_text {
    int32_t kind;
    char **grades;
    uint32_t grades_count;
    char *effective_from;
    char *effective_to;
    uint32_t months;
    char *legal_basis;
    int32_t provenance;
};

struct ax_pack_root {
    struct ax_pack_head head;
    struct {
        int32_t level_one;
        int32_t level_two;
        int32_t level_three;
        int32_t none;
        int32_t missing;
    } base;
    struct {
        int32_t x, y, z, w;
    } parts;
    char *missing_best_level;
    char *shift_worst_level;
    struct {
        int32_t min;
        int32_t max;
    } points;
    struct ax_pack_band_text *scale;
    uint32_t scale_count;
    char *scale_basis;
    int32_t scale_provenance;
    int32_t level_provenance;
    struct ax_pack_formula_text *formula;
    uint32_t formula_count;
    struct ax_pack_distribution_text *distributions;
    uint32_t distributions_count;
    struct ax_pack_ceiling_text *inspections;
    uint32_t inspections_count;
    uint32_t bonus_cap;
    uint32_t exposure_months;
    int32_t *rated_kinds;
    uint32_t rated_kinds_count;
    int32_t *known_kinds;
    uint32_t known_kinds_count;
    struct ax_pack_use_text *use_until;
    uint32_t use_until_count;
    struct ax_pack_rule_text *rules;
    uint32_t rules_count;
};

struct ax_pack_text; /* owns the root, everything below it, and what the pack needs beside it */

struct cyaml_schema_value;

/* What the files of a bundle look like; the root of a pack.yaml is a struct ax_pack_root. */
extern const struct cyaml_schema_value ax_pack_root_value;
extern const struct cyaml_schema_value ax_gate_root_value;
extern const struct cyaml_schema_value ax_tariff_root_value;
extern const struct cyaml_schema_value ax_risk_root_value;
extern const struct cyaml_schema_value ax_calendar_root_value;
extern const struct cyaml_schema_value ax_deadlines_root_value;
extern const struct cyaml_schema_value ax_codes_root_value;

/* Reads YAML of any schema (its top value a pointer); the error has file and line. */
ax_rc ax_pack_text_read(const char *name, ax_str yaml, const struct cyaml_schema_value *schema,
        struct ax_pack_text **out, struct ax_err *err) AX_MUST_CHECK;
const void *ax_pack_text_root(const struct ax_pack_text *text);
/* Memory that lives as long as the text; zeroed. */
void *ax_pack_text_alloc(struct ax_pack_text *text, size_t size);
/* What is refused of a new edition, and kept by one that was approved: reading and building note it, the first stays. */
void ax_pack_text_note_new(struct ax_pack_text *text, const struct ax_err *fault);
/* The line, from 1, on which `words` first stand; 0: nowhere. */
size_t ax_pack_text_line(ax_str yaml, ax_str words);
/* The value (of a flag: the bit) of a word in packs, by kind of fact and key: grades, stages, liabilities, categories, with or
 * without. */
bool ax_pack_name_value(int32_t kind, const char *key, const char *word, uint32_t *value);

struct ax_pack;

/* A compiled pack of a root that was read or put together; what it needs beside is the text's memory. */
ax_rc ax_pack_build(const char *name, ax_str yaml, struct ax_pack_text *text, const struct ax_pack_root *root,
        struct ax_pack *out, struct ax_err *err) AX_MUST_CHECK;
