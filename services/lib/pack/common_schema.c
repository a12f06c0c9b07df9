/* SPDX-License-Identifier: Apache-2.0 */
/* The shapes of calendar.yaml, deadlines.yaml and codes.yaml. */
#include "services/lib/pack/common_text.h"
#include "services/lib/pack/yaml_rows.h"

#include "scoring/codes.h"
#include "scoring/deadlines.h"

enum { DAYS_MAX = 64 };

static const cyaml_strval_t units[] = {{"hours", AX_DEADLINE_HOURS}, {"days", AX_DEADLINE_DAYS},
        {"working_days", AX_DEADLINE_WORKING_DAYS}, {"months", AX_DEADLINE_MONTHS}};
static const cyaml_strval_t clock_kinds[] = {{"enforcement_penalty", AX_FACT_ENFORCEMENT_PENALTY},
        {"accident", AX_FACT_ACCIDENT}, {"hazard", AX_FACT_HAZARD}, {"list_entry", AX_FACT_LIST_ENTRY}};

static const cyaml_schema_field_t year_fields[] = {
        AX_YAML_NUMBER("year", AX_YAML_MUST, ax_calendar_year_text, year),
        AX_YAML_TEXT("notice", AX_YAML_MUST, ax_calendar_year_text, notice),
        AX_YAML_CHOICE("provenance", AX_YAML_MUST, ax_calendar_year_text, provenance, ax_yaml_provenances),
        AX_YAML_ROWS("off", AX_YAML_MUST, ax_calendar_year_text, off, &ax_yaml_word, 0, DAYS_MAX),
        AX_YAML_ROWS("work", AX_YAML_MUST, ax_calendar_year_text, work, &ax_yaml_word, 0, DAYS_MAX),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t year_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_calendar_year_text, year_fields)};
static const cyaml_schema_field_t calendar_fields[] = {
        AX_YAML_TEXT("id", AX_YAML_MUST, ax_calendar_root, id),
        AX_YAML_TEXT("title_zh", AX_YAML_MUST, ax_calendar_root, title_zh),
        AX_YAML_TEXT("title_en", AX_YAML_MUST, ax_calendar_root, title_en),
        AX_YAML_ROWS("years", AX_YAML_MUST, ax_calendar_root, years, &year_value, 0, AX_CALENDAR_YEARS_MAX),
        CYAML_FIELD_END,
};
const cyaml_schema_value_t ax_calendar_root_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct ax_calendar_root, calendar_fields)};

static const cyaml_schema_field_t deadline_fields[] = {
        AX_YAML_TEXT("id", AX_YAML_MUST, ax_deadline_text, id),
        AX_YAML_TEXT("topic", AX_YAML_MUST, ax_deadline_text, topic),
        AX_YAML_TEXT("title_zh", AX_YAML_MUST, ax_deadline_text, title_zh),
        AX_YAML_TEXT("title_en", AX_YAML_MUST, ax_deadline_text, title_en),
        AX_YAML_TEXT("counts_from", AX_YAML_MUST, ax_deadline_text, counts_from),
        AX_YAML_WORDS("jurisdictions", AX_YAML_MAY, ax_deadline_text, jurisdictions),
        AX_YAML_WORDS("authorities", AX_YAML_MAY, ax_deadline_text, authorities),
        AX_YAML_NUMBER("amount", AX_YAML_MUST, ax_deadline_text, amount),
        AX_YAML_NUMBER("extension", AX_YAML_MAY, ax_deadline_text, extension),
        AX_YAML_CHOICE("unit", AX_YAML_MUST, ax_deadline_text, unit, units),
        AX_YAML_TEXT("legal_basis", AX_YAML_MAY, ax_deadline_text, legal_basis),
        AX_YAML_CHOICE("provenance", AX_YAML_MUST, ax_deadline_text, provenance, ax_yaml_provenances),
        AX_YAML_TEXT("effective_from", AX_YAML_MAY, ax_deadline_text, effective_from),
        AX_YAML_TEXT("effective_to", AX_YAML_MAY, ax_deadline_text, effective_to),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t deadline_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_deadline_text, deadline_fields)};
static const cyaml_schema_field_t clock_fields[] = {
        AX_YAML_TEXT("id", AX_YAML_MUST, ax_clock_text, id),
        AX_YAML_CHOICE("kind", AX_YAML_MUST, ax_clock_text, kind, clock_kinds),
        AX_YAML_WORDS("grades", AX_YAML_MAY, ax_clock_text, grades),
        AX_YAML_WORDS("categories", AX_YAML_MAY, ax_clock_text, categories),
        AX_YAML_WORDS("jurisdictions", AX_YAML_MAY, ax_clock_text, jurisdictions),
        AX_YAML_NUMBER("repair_months", AX_YAML_MUST, ax_clock_text, repair_months),
        AX_YAML_NUMBER("publish_months", AX_YAML_MUST, ax_clock_text, publish_months),
        AX_YAML_NUMBER("use_months", AX_YAML_MUST, ax_clock_text, use_months),
        AX_YAML_NUMBER("archive_months", AX_YAML_MUST, ax_clock_text, archive_months),
        AX_YAML_TEXT("legal_basis", AX_YAML_MAY, ax_clock_text, legal_basis),
        AX_YAML_CHOICE("provenance", AX_YAML_MUST, ax_clock_text, provenance, ax_yaml_provenances),
        AX_YAML_TEXT("effective_from", AX_YAML_MAY, ax_clock_text, effective_from),
        AX_YAML_TEXT("effective_to", AX_YAML_MAY, ax_clock_text, effective_to),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t clock_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_clock_text, clock_fields)};
static const cyaml_schema_field_t deadlines_fields[] = {
        AX_YAML_TEXT("id", AX_YAML_MUST, ax_deadlines_root, id),
        AX_YAML_TEXT("title_zh", AX_YAML_MUST, ax_deadlines_root, title_zh),
        AX_YAML_TEXT("title_en", AX_YAML_MUST, ax_deadlines_root, title_en),
        AX_YAML_ROWS("deadlines", AX_YAML_MUST, ax_deadlines_root, deadlines, &deadline_value, 0, AX_DEADLINES_MAX),
        AX_YAML_ROWS("clocks", AX_YAML_MUST, ax_deadlines_root, clocks, &clock_value, 0, AX_CLOCK_RULES_MAX),
        CYAML_FIELD_END,
};
const cyaml_schema_value_t ax_deadlines_root_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct ax_deadlines_root, deadlines_fields)};

static const cyaml_schema_field_t code_fields[] = {
        AX_YAML_TEXT("code", AX_YAML_MAY, ax_code_text, code),
        AX_YAML_TEXT("zh", AX_YAML_MUST, ax_code_text, zh),
        AX_YAML_TEXT("en", AX_YAML_MAY, ax_code_text, en),
        AX_YAML_TEXT("group", AX_YAML_MAY, ax_code_text, group),
        AX_YAML_CHOICE("provenance", AX_YAML_MAY, ax_code_text, provenance, ax_yaml_provenances),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t code_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_code_text, code_fields)};
static const cyaml_schema_field_t list_fields[] = {
        AX_YAML_TEXT("id", AX_YAML_MUST, ax_code_list_text, id),
        AX_YAML_TEXT("edition", AX_YAML_MUST, ax_code_list_text, edition),
        AX_YAML_TEXT("title_zh", AX_YAML_MUST, ax_code_list_text, title_zh),
        AX_YAML_TEXT("title_en", AX_YAML_MUST, ax_code_list_text, title_en),
        CYAML_FIELD_BOOL("prefixes", AX_YAML_MAY, struct ax_code_list_text, prefixes),
        CYAML_FIELD_BOOL("whole", AX_YAML_MAY, struct ax_code_list_text, whole),
        AX_YAML_TEXT("within", AX_YAML_MAY, ax_code_list_text, within),
        AX_YAML_TEXT("legal_basis", AX_YAML_MAY, ax_code_list_text, legal_basis),
        AX_YAML_TEXT("note", AX_YAML_MAY, ax_code_list_text, note),
        AX_YAML_CHOICE("provenance", AX_YAML_MUST, ax_code_list_text, provenance, ax_yaml_provenances),
        AX_YAML_TEXT("effective_from", AX_YAML_MAY, ax_code_list_text, effective_from),
        AX_YAML_TEXT("effective_to", AX_YAML_MAY, ax_code_list_text, effective_to),
        AX_YAML_ROWS("codes", AX_YAML_MUST, ax_code_list_text, codes, &code_value, 0, AX_CODES_MAX),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t list_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_code_list_text, list_fields)};
static const cyaml_schema_field_t pair_fields[] = {
        AX_YAML_TEXT("from", AX_YAML_MUST, ax_code_pair_text, from),
        AX_YAML_WORDS("to", AX_YAML_MUST, ax_code_pair_text, to),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t pair_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_code_pair_text, pair_fields)};
static const cyaml_schema_field_t map_fields[] = {
        AX_YAML_TEXT("list", AX_YAML_MUST, ax_code_map_text, list),
        AX_YAML_TEXT("from_edition", AX_YAML_MUST, ax_code_map_text, from_edition),
        AX_YAML_TEXT("to_edition", AX_YAML_MUST, ax_code_map_text, to_edition),
        AX_YAML_TEXT("note", AX_YAML_MAY, ax_code_map_text, note),
        AX_YAML_CHOICE("provenance", AX_YAML_MUST, ax_code_map_text, provenance, ax_yaml_provenances),
        AX_YAML_ROWS("pairs", AX_YAML_MUST, ax_code_map_text, pairs, &pair_value, 0, AX_CODE_PAIRS_MAX),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t map_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_code_map_text, map_fields)};
static const cyaml_schema_field_t codes_fields[] = {
        AX_YAML_TEXT("id", AX_YAML_MUST, ax_codes_root, id),
        AX_YAML_TEXT("title_zh", AX_YAML_MUST, ax_codes_root, title_zh),
        AX_YAML_TEXT("title_en", AX_YAML_MUST, ax_codes_root, title_en),
        AX_YAML_ROWS("lists", AX_YAML_MUST, ax_codes_root, lists, &list_value, 0, AX_CODE_LISTS_MAX),
        AX_YAML_ROWS("maps", AX_YAML_MAY, ax_codes_root, maps, &map_value, 0, AX_CODE_MAPS_MAX),
        CYAML_FIELD_END,
};
const cyaml_schema_value_t ax_codes_root_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct ax_codes_root, codes_fields)};
