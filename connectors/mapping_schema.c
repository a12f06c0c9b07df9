/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/mapping_schema.h"

#include <cyaml/cyaml.h>
#include <stdio.h>

enum { TEXT_MAX = 512, LIST_MAX = 256 };

static const cyaml_strval_t personal_names[] = {
        {"no", AX_PERSONAL_NO},
        {"row", AX_PERSONAL_ROW},
        {"always", AX_PERSONAL_ALWAYS},
};

static const cyaml_strval_t converter_names[] = {
        {"field", AX_AS_FIELD},
        {"code", AX_AS_CODE},
        {"wan", AX_AS_WAN},
        {"yuan", AX_AS_YUAN},
        {"rounded", AX_AS_ROUNDED},
        {"timestamp", AX_AS_TIMESTAMP},
        {"open_date", AX_AS_OPEN_DATE},
        {"complete", AX_AS_COMPLETE},
        {"set", AX_AS_SET},
        {"greatest", AX_AS_GREATEST},
        {"added", AX_AS_ADDED},
        {"milli", AX_AS_MILLI},
        {"percent", AX_AS_PERCENT},
};

#define COUNT(names) (sizeof(names) / sizeof((names)[0]))
#define TEXT(structure, member, optional) CYAML_FIELD_STRING_PTR(#member, (optional), structure, member, 0, TEXT_MAX)
#define LIST(structure, member, optional, entry) \
    CYAML_FIELD_SEQUENCE(#member, CYAML_FLAG_POINTER | (optional), structure, member, (entry), 0, LIST_MAX)
#define MAY CYAML_FLAG_OPTIONAL
#define MUST CYAML_FLAG_DEFAULT

static const cyaml_schema_value_t text_entry = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 0, TEXT_MAX)};

static const cyaml_schema_field_t value_fields[] = {
        TEXT(struct ax_mapping_value, is, MUST),
        TEXT(struct ax_mapping_value, becomes, MUST),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t value_entry = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_mapping_value, value_fields)};

static const cyaml_schema_field_t column_fields[] = {
        TEXT(struct ax_mapping_column, name, MUST),
        LIST(struct ax_mapping_column, aliases, MAY, &text_entry),
        CYAML_FIELD_BOOL("required", MAY, struct ax_mapping_column, required),
        CYAML_FIELD_BOOL("ignore", MAY, struct ax_mapping_column, ignore),
        CYAML_FIELD_ENUM("personal", MAY | CYAML_FLAG_STRICT, struct ax_mapping_column, personal, personal_names,
                COUNT(personal_names)),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t column_entry = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_mapping_column, column_fields)};

static const cyaml_schema_field_t derived_fields[] = {
        TEXT(struct ax_mapping_derived, name, MUST),
        TEXT(struct ax_mapping_derived, from, MUST),
        CYAML_FIELD_UINT("pad", MAY, struct ax_mapping_derived, pad),
        CYAML_FIELD_BOOL("code", MAY, struct ax_mapping_derived, code),
        CYAML_FIELD_BOOL("day", MAY, struct ax_mapping_derived, day),
        LIST(struct ax_mapping_derived, values, MAY, &value_entry),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t derived_entry = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_mapping_derived, derived_fields)};

static const cyaml_schema_field_t refuse_fields[] = {
        TEXT(struct ax_mapping_refuse, column, MUST),
        TEXT(struct ax_mapping_refuse, is, MUST),
        TEXT(struct ax_mapping_refuse, rule, MUST),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t refuse_entry = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_mapping_refuse, refuse_fields)};

static const cyaml_schema_field_t set_fields[] = {
        TEXT(struct ax_mapping_set, field, MUST),
        TEXT(struct ax_mapping_set, from, MUST),
        CYAML_FIELD_ENUM(
                "as", MAY | CYAML_FLAG_STRICT, struct ax_mapping_set, as, converter_names, COUNT(converter_names)),
        LIST(struct ax_mapping_set, values, MAY, &value_entry),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t set_entry = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_mapping_set, set_fields)};

static const cyaml_schema_field_t each_fields[] = {
        TEXT(struct ax_mapping_each, list, MUST),
        LIST(struct ax_mapping_each, columns, MUST, &text_entry),
        TEXT(struct ax_mapping_each, shares, MAY),
        TEXT(struct ax_mapping_each, without, MAY),
        CYAML_FIELD_END,
};

static const cyaml_schema_field_t fact_fields[] = {
        TEXT(struct ax_mapping_fact, kind, MUST),
        CYAML_FIELD_MAPPING_PTR("each", MAY | CYAML_FLAG_POINTER, struct ax_mapping_fact, each, each_fields),
        LIST(struct ax_mapping_fact, when, MAY, &text_entry),
        LIST(struct ax_mapping_fact, set, MUST, &set_entry),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t fact_entry = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_mapping_fact, fact_fields)};

static const cyaml_schema_field_t table_fields[] = {
        TEXT(struct ax_mapping_table, name, MUST),
        LIST(struct ax_mapping_table, columns, MUST, &column_entry),
        LIST(struct ax_mapping_table, derived, MAY, &derived_entry),
        LIST(struct ax_mapping_table, refuse, MAY, &refuse_entry),
        LIST(struct ax_mapping_table, facts, MUST, &fact_entry),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t table_entry = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_mapping_table, table_fields)};

static const cyaml_schema_field_t mapping_fields[] = {
        TEXT(struct ax_mapping, name, MUST),
        TEXT(struct ax_mapping, en, MUST),
        TEXT(struct ax_mapping, zh, MUST),
        TEXT(struct ax_mapping, jurisdiction, MUST),
        LIST(struct ax_mapping, tables, MUST, &table_entry),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t mapping_schema = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct ax_mapping, mapping_fields)};

/* libcyaml says what is wrong, and where, in its log: the first line of it is kept. */
struct complaint {
    char text[AX_ERR_TEXT_MAX];
};

__attribute__((format(printf, 3, 0))) static void note_complaint(
        cyaml_log_t level, void *context, const char *format, va_list args)
{
    struct complaint *complaint = context;
    if (level < CYAML_LOG_ERROR) {
        return;
    }
    size_t at = strlen(complaint->text);
    (void)vsnprintf(complaint->text + at, sizeof complaint->text - at, format, args);
    for (char *c = complaint->text; *c != '\0'; c++) {
        *c = *c == '\n' ? ' ' : *c;
    }
}

static const cyaml_config_t *config_for(struct complaint *complaint, cyaml_config_t *config)
{
    *config = (cyaml_config_t){
            .log_fn = note_complaint, .log_ctx = complaint, .mem_fn = cyaml_mem, .log_level = CYAML_LOG_ERROR};
    return config;
}

ax_rc ax_mapping_read(ax_str yaml, const char *origin, struct ax_mapping **out, struct ax_err *err)
{
    *out = NULL;
    if (yaml.len > AX_MAPPING_MAX_BYTES) {
        return ax_fail_field(err, AX_LIMIT, "mapping", origin, strlen(origin), "is more than 256 KiB");
    }
    struct complaint complaint = {{0}};
    cyaml_config_t config;
    cyaml_data_t *data = NULL;
    cyaml_err_t rc = CYAML_OK;
    if (yaml.len > 0) { /* libcyaml asserts that there is something */
        rc = cyaml_load_data(
                (const uint8_t *)yaml.ptr, yaml.len, config_for(&complaint, &config), &mapping_schema, &data, NULL);
    }
    if (rc == CYAML_OK && data == NULL) {
        return ax_fail_field(err, AX_INVALID, "mapping", origin, strlen(origin),
                "is empty: a mapping has at least name, en, zh, jurisdiction and tables");
    }
    if (rc != CYAML_OK) {
        return ax_fail_field(
                err, AX_INVALID, "mapping", origin, strlen(origin), "%s: %s", cyaml_strerror(rc), complaint.text);
    }
    *out = data;
    return AX_RC(OK);
}

void ax_mapping_release(struct ax_mapping *mapping)
{
    struct complaint complaint = {{0}};
    cyaml_config_t config;
    (void)cyaml_free(config_for(&complaint, &config), &mapping_schema, mapping, 0);
}
