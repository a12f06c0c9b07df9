/* SPDX-License-Identifier: Apache-2.0 */
/* The shape of a pack.yaml. */
#include "services/lib/pack/bundle.h"
#include "services/lib/pack/pack_text.h"
#include "services/lib/pack/yaml_rows.h"

#include "scoring/rate.h"

static const cyaml_strval_t kinds[] = {{"enforcement_penalty", AX_FACT_ENFORCEMENT_PENALTY},
        {"accident", AX_FACT_ACCIDENT}, {"insurance_claim", AX_FACT_INSURANCE_CLAIM},
        {"insurance_policy", AX_FACT_INSURANCE_POLICY}, {"prevention_service", AX_FACT_PREVENTION_SERVICE},
        {"hazard", AX_FACT_HAZARD}, {"inspection", AX_FACT_INSPECTION}, {"monitoring_alarm", AX_FACT_MONITORING_ALARM},
        {"licence", AX_FACT_LICENCE}, {"certificate", AX_FACT_CERTIFICATE},
        {"standardisation", AX_FACT_STANDARDISATION}, {"list_entry", AX_FACT_LIST_ENTRY},
        {"exposure", AX_FACT_EXPOSURE}, {"indicator", AX_FACT_INDICATOR}};
static const cyaml_strval_t bases[] = {{"act", AX_BASIS_ACT}, {"event", AX_BASIS_EVENT}, {"due", AX_BASIS_DUE}};
static const cyaml_strval_t spans[] = {{"window", AX_SPAN_WINDOW}, {"standing", AX_SPAN_STANDING},
        {"term", AX_SPAN_TERM}, {"calendar_year", AX_SPAN_CALENDAR_YEAR}};
static const cyaml_strval_t measures[] = {{"acts", AX_MEASURE_ACTS}, {"count", AX_MEASURE_COUNT},
        {"lost_workdays", AX_MEASURE_NUMBER}, {"deaths", AX_MEASURE_DEATHS}, {"serious_injuries", AX_MEASURE_INJURIES},
        {"tier", AX_MEASURE_TIER}, {"yuan", AX_MEASURE_YUAN}, {"value", AX_MEASURE_VALUE},
        {"employees", AX_MEASURE_EMPLOYEES}, {"hours", AX_MEASURE_HOURS}, {"vehicles", AX_MEASURE_VEHICLES}};
static const cyaml_strval_t parts[] = {{"x", AX_PART_X}, {"y", AX_PART_Y}, {"z", AX_PART_Z}, {"w", AX_PART_W}};
static const cyaml_strval_t exposures[] = {
        {"vehicles", AX_EXPOSED_VEHICLES}, {"employees", AX_EXPOSED_EMPLOYEES}, {"hours", AX_EXPOSED_HOURS}};
static const cyaml_strval_t ceilings_by[] = {
        {"class", AX_CEILING_BY_CLASS}, {"standardisation", AX_CEILING_BY_STANDARDISATION}};
static const cyaml_strval_t effects[] = {{"points_each", AX_EFFECT_POINTS_EACH}, {"points_once", AX_EFFECT_POINTS_ONCE},
        {"shift", AX_EFFECT_SHIFT}, {"level", AX_EFFECT_LEVEL}, {"flag", AX_EFFECT_FLAG}};

static const cyaml_schema_value_t kind_word = {
        CYAML_VALUE_ENUM(CYAML_FLAG_STRICT, int32_t, kinds, (uint32_t)AX_YAML_COUNT(kinds))};

static const cyaml_schema_field_t window_fields[] = {AX_YAML_AMOUNT("months", AX_YAML_MAY, ax_pack_window, months),
        AX_YAML_AMOUNT("days", AX_YAML_MAY, ax_pack_window, days), CYAML_FIELD_END};

const cyaml_schema_field_t ax_pack_rule_fields[] = {
        AX_YAML_TEXT("id", AX_YAML_MUST, ax_pack_rule_text, id),
        AX_YAML_TEXT("title_zh", AX_YAML_MUST, ax_pack_rule_text, title_zh),
        AX_YAML_TEXT("title_en", AX_YAML_MUST, ax_pack_rule_text, title_en),
        AX_YAML_TEXT("legal_basis", AX_YAML_MAY, ax_pack_rule_text, legal_basis),
        AX_YAML_TEXT("reversible_by", AX_YAML_MAY, ax_pack_rule_text, reversible_by),
        AX_YAML_CHOICE("provenance", AX_YAML_MUST, ax_pack_rule_text, provenance, ax_yaml_provenances),
        AX_YAML_TEXT("effective_from", AX_YAML_MAY, ax_pack_rule_text, effective_from),
        AX_YAML_TEXT("effective_to", AX_YAML_MAY, ax_pack_rule_text, effective_to),
        AX_YAML_WORDS("industries", AX_YAML_MAY, ax_pack_rule_text, industries),
        AX_YAML_CHOICE("kind", AX_YAML_MUST, ax_pack_rule_text, kind, kinds),
        AX_YAML_WORDS("grades", AX_YAML_MAY, ax_pack_rule_text, grades),
        AX_YAML_WORDS("stages", AX_YAML_MAY, ax_pack_rule_text, stages),
        AX_YAML_WORDS("liabilities", AX_YAML_MAY, ax_pack_rule_text, liabilities),
        AX_YAML_WORDS("categories", AX_YAML_MAY, ax_pack_rule_text, categories),
        AX_YAML_WORDS("with", AX_YAML_MAY, ax_pack_rule_text, with),
        AX_YAML_WORDS("without", AX_YAML_MAY, ax_pack_rule_text, without),
        AX_YAML_TEXT("scheme", AX_YAML_MAY, ax_pack_rule_text, scheme),
        AX_YAML_TEXT("item", AX_YAML_MAY, ax_pack_rule_text, item),
        AX_YAML_AMOUNT("share_at_least", AX_YAML_MAY, ax_pack_rule_text, share_at_least),
        AX_YAML_AMOUNT("each_at_least", AX_YAML_MAY, ax_pack_rule_text, each_at_least),
        AX_YAML_CHOICE("part", AX_YAML_MAY, ax_pack_rule_text, part, parts),
        AX_YAML_CHOICE("basis", AX_YAML_MAY, ax_pack_rule_text, basis, bases),
        AX_YAML_CHOICE("span", AX_YAML_MAY, ax_pack_rule_text, span, spans),
        CYAML_FIELD_MAPPING("window", AX_YAML_MAY, struct ax_pack_rule_text, window, window_fields),
        AX_YAML_CHOICE("measure", AX_YAML_MAY, ax_pack_rule_text, measure, measures),
        AX_YAML_AMOUNT("neutral", AX_YAML_MAY, ax_pack_rule_text, neutral),
        AX_YAML_AMOUNT("at_least", AX_YAML_MAY, ax_pack_rule_text, at_least),
        AX_YAML_AMOUNT("below", AX_YAML_MAY, ax_pack_rule_text, below),
        CYAML_FIELD_BOOL("latest", AX_YAML_MAY, struct ax_pack_rule_text, latest),
        CYAML_FIELD_BOOL("absent", AX_YAML_MAY, struct ax_pack_rule_text, absent),
        AX_YAML_AMOUNT("known_months", AX_YAML_MAY, ax_pack_rule_text, known_months),
        AX_YAML_TEXT("needs", AX_YAML_MAY, ax_pack_rule_text, needs),
        AX_YAML_TEXT("unless", AX_YAML_MAY, ax_pack_rule_text, unless),
        AX_YAML_CHOICE("effect", AX_YAML_MUST, ax_pack_rule_text, effect, effects),
        AX_YAML_NUMBER("points", AX_YAML_MAY, ax_pack_rule_text, points),
        AX_YAML_AMOUNT("per", AX_YAML_MAY, ax_pack_rule_text, per),
        CYAML_FIELD_BOOL("by_share", AX_YAML_MAY, struct ax_pack_rule_text, by_share),
        AX_YAML_CHOICE("per_exposure", AX_YAML_MAY, ax_pack_rule_text, per_exposure, exposures),
        AX_YAML_AMOUNT("step_ppm", AX_YAML_MAY, ax_pack_rule_text, step_ppm),
        AX_YAML_AMOUNT("cap", AX_YAML_MAY, ax_pack_rule_text, cap),
        AX_YAML_NUMBER("shift", AX_YAML_MAY, ax_pack_rule_text, shift),
        AX_YAML_TEXT("level", AX_YAML_MAY, ax_pack_rule_text, level),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t rule_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_pack_rule_text, ax_pack_rule_fields)};

static const cyaml_schema_field_t use_fields[] = {
        AX_YAML_CHOICE("kind", AX_YAML_MUST, ax_pack_use_text, kind, kinds),
        AX_YAML_WORDS("grades", AX_YAML_MAY, ax_pack_use_text, grades),
        AX_YAML_TEXT("effective_from", AX_YAML_MAY, ax_pack_use_text, effective_from),
        AX_YAML_TEXT("effective_to", AX_YAML_MAY, ax_pack_use_text, effective_to),
        AX_YAML_AMOUNT("months", AX_YAML_MUST, ax_pack_use_text, months),
        AX_YAML_TEXT("legal_basis", AX_YAML_MAY, ax_pack_use_text, legal_basis),
        AX_YAML_CHOICE("provenance", AX_YAML_MUST, ax_pack_use_text, provenance, ax_yaml_provenances),
        CYAML_FIELD_END,
};
const cyaml_schema_value_t ax_pack_use_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_pack_use_text, use_fields)};

static const cyaml_schema_field_t base_fields[] = {
        AX_YAML_NUMBER("level_one", AX_YAML_MUST, ax_pack_root, base.level_one),
        AX_YAML_NUMBER("level_two", AX_YAML_MUST, ax_pack_root, base.level_two),
        AX_YAML_NUMBER("level_three", AX_YAML_MUST, ax_pack_root, base.level_three),
        AX_YAML_NUMBER("none", AX_YAML_MUST, ax_pack_root, base.none),
        AX_YAML_NUMBER("missing", AX_YAML_MUST, ax_pack_root, base.missing),
        CYAML_FIELD_END,
};
static const cyaml_schema_field_t points_fields[] = {
        AX_YAML_NUMBER("min", AX_YAML_MUST, ax_pack_root, points.min),
        AX_YAML_NUMBER("max", AX_YAML_MUST, ax_pack_root, points.max),
        CYAML_FIELD_END,
};
static const cyaml_schema_field_t part_fields[] = {
        AX_YAML_NUMBER("x", AX_YAML_MAY, ax_pack_root, parts.x),
        AX_YAML_NUMBER("y", AX_YAML_MAY, ax_pack_root, parts.y),
        AX_YAML_NUMBER("z", AX_YAML_MAY, ax_pack_root, parts.z),
        AX_YAML_NUMBER("w", AX_YAML_MAY, ax_pack_root, parts.w),
        CYAML_FIELD_END,
};
#define ROW(type, fields) \
    { \
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct type, fields) \
    }

static const cyaml_schema_field_t band_fields[] = {
        AX_YAML_TEXT("symbol", AX_YAML_MUST, ax_pack_band_text, symbol),
        AX_YAML_NUMBER("least", AX_YAML_MAY, ax_pack_band_text, least),
        AX_YAML_CHOICE("level", AX_YAML_MUST, ax_pack_band_text, level, ax_yaml_levels),
        AX_YAML_AMOUNT("top_percent", AX_YAML_MAY, ax_pack_band_text, top_percent),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t band_row = ROW(ax_pack_band_text, band_fields);

static const cyaml_schema_field_t formula_fields[] = {
        AX_YAML_WORDS("industries", AX_YAML_MAY, ax_pack_formula_text, industries),
        AX_YAML_AMOUNT("theta_ppm", AX_YAML_MUST, ax_pack_formula_text, theta_ppm),
        AX_YAML_AMOUNT("alpha_ppm", AX_YAML_MUST, ax_pack_formula_text, alpha_ppm),
        AX_YAML_TEXT("legal_basis", AX_YAML_MAY, ax_pack_formula_text, legal_basis),
        AX_YAML_CHOICE("provenance", AX_YAML_MUST, ax_pack_formula_text, provenance, ax_yaml_provenances),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t formula_row = ROW(ax_pack_formula_text, formula_fields);

static const cyaml_schema_field_t best_fields[] = {
        AX_YAML_AMOUNT("top_percent", AX_YAML_MUST, ax_pack_best_text, top_percent),
        AX_YAML_NUMBER("points", AX_YAML_MUST, ax_pack_best_text, points),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t best_row = ROW(ax_pack_best_text, best_fields);

static const cyaml_schema_field_t distribution_fields[] = {
        AX_YAML_WORDS("jurisdictions", AX_YAML_MUST, ax_pack_distribution_text, jurisdictions),
        AX_YAML_WORDS("industries", AX_YAML_MAY, ax_pack_distribution_text, industries),
        AX_YAML_ROWS("best", AX_YAML_MUST, ax_pack_distribution_text, best, &best_row, 1, AX_PACK_BANDS_MAX),
        AX_YAML_TEXT("legal_basis", AX_YAML_MAY, ax_pack_distribution_text, legal_basis),
        AX_YAML_CHOICE("provenance", AX_YAML_MUST, ax_pack_distribution_text, provenance, ax_yaml_provenances),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t distribution_row = ROW(ax_pack_distribution_text, distribution_fields);

static const cyaml_schema_value_t ceiling_number = {CYAML_VALUE_UINT(CYAML_FLAG_DEFAULT, uint32_t)};
static const cyaml_schema_field_t ceiling_fields[] = {
        AX_YAML_WORDS("industries", AX_YAML_MAY, ax_pack_ceiling_text, industries),
        AX_YAML_CHOICE("by", AX_YAML_MUST, ax_pack_ceiling_text, by, ceilings_by),
        AX_YAML_ROWS("ceilings", AX_YAML_MUST, ax_pack_ceiling_text, inspections, &ceiling_number, 4, 4),
        AX_YAML_AMOUNT("stopped", AX_YAML_MAY, ax_pack_ceiling_text, stopped),
        AX_YAML_AMOUNT("visits", AX_YAML_MUST, ax_pack_ceiling_text, visits),
        AX_YAML_TEXT("legal_basis", AX_YAML_MAY, ax_pack_ceiling_text, legal_basis),
        AX_YAML_CHOICE("provenance", AX_YAML_MUST, ax_pack_ceiling_text, provenance, ax_yaml_provenances),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t ceiling_row = ROW(ax_pack_ceiling_text, ceiling_fields);

static const cyaml_schema_field_t root_fields[] = {
        AX_YAML_HEAD(ax_pack_root, "legal_basis"),
        AX_YAML_INNER("base", AX_YAML_MUST, ax_pack_root, base_fields),
        AX_YAML_INNER("parts", AX_YAML_MAY, ax_pack_root, part_fields),
        AX_YAML_TEXT("missing_best_level", AX_YAML_MUST, ax_pack_root, missing_best_level),
        AX_YAML_TEXT("shift_worst_level", AX_YAML_MUST, ax_pack_root, shift_worst_level),
        AX_YAML_INNER("points", AX_YAML_MUST, ax_pack_root, points_fields),
        AX_YAML_ROWS("scale", AX_YAML_MUST, ax_pack_root, scale, &band_row, 2, AX_PACK_BANDS_MAX),
        AX_YAML_TEXT("scale_basis", AX_YAML_MAY, ax_pack_root, scale_basis),
        AX_YAML_CHOICE("scale_provenance", AX_YAML_MUST, ax_pack_root, scale_provenance, ax_yaml_provenances),
        AX_YAML_CHOICE("level_provenance", AX_YAML_MUST, ax_pack_root, level_provenance, ax_yaml_provenances),
        AX_YAML_ROWS("formula", AX_YAML_MAY, ax_pack_root, formula, &formula_row, 0, AX_PACK_FORMULAS_MAX),
        AX_YAML_ROWS("distributions", AX_YAML_MAY, ax_pack_root, distributions, &distribution_row, 0,
                AX_PACK_DISTRIBUTIONS_MAX),
        AX_YAML_ROWS("inspections", AX_YAML_MAY, ax_pack_root, inspections, &ceiling_row, 0, AX_PACK_CEILINGS_MAX),
        AX_YAML_AMOUNT("exposure_months", AX_YAML_MAY, ax_pack_root, exposure_months),
        AX_YAML_AMOUNT("bonus_cap", AX_YAML_MUST, ax_pack_root, bonus_cap),
        AX_YAML_ROWS("rated_kinds", AX_YAML_MUST, ax_pack_root, rated_kinds, &kind_word, 1, 32),
        AX_YAML_ROWS("known_kinds", AX_YAML_MAY, ax_pack_root, known_kinds, &kind_word, 0, 32),
        AX_YAML_ROWS("use_until", AX_YAML_MAY, ax_pack_root, use_until, &ax_pack_use_value, 0, AX_PACK_USES_MAX),
        AX_YAML_ROWS("rules", AX_YAML_MUST, ax_pack_root, rules, &rule_value, 1, AX_PACK_RULES_MAX),
        CYAML_FIELD_END,
};
const cyaml_schema_value_t ax_pack_root_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct ax_pack_root, root_fields)};
