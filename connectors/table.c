/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/table.h"

#include "connectors/field.h"
#include "connectors/names_wire.h"

#include <stdio.h>

struct table_column {
    const struct ax_field *body;  /* NULL: of the envelope */
    const struct ax_field *field; /* NULL: `kind` */
};

struct ax_table {
    const ax_str *header;
    size_t count;
    struct table_column columns[AX_CSV_CELLS_MAX];
};

static bool is_scalar(const struct ax_field *field)
{
    switch ((enum ax_field_type)field->type) {
    case AX_T_STR:
    case AX_T_DATE:
    case AX_T_I64:
    case AX_T_I32:
    case AX_T_U64:
    case AX_T_U32:
    case AX_T_ENUM:
    case AX_T_BOOL:
    case AX_T_ENUM_SET:
        return (field->flags & AX_F_NOT_CONTENT) == 0;
    case AX_T_BYTES:
    case AX_T_HEX:
    case AX_T_MSG:
    case AX_T_STR_SET:
    case AX_T_MSG_LIST:
        break;
    }
    return false;
}

static const struct ax_field *find_field(const struct ax_message *m, ax_str name)
{
    for (size_t i = 0; i < m->field_count; i++) {
        if (ax_str_eq(ax_str_c(m->fields[i].name), name)) {
            return &m->fields[i];
        }
    }
    return NULL;
}

bool ax_table_fits(const ax_str *header, size_t count)
{
    static const ax_str needed[] = {{"kind", 4}, {"source", 6}, {"reference", 9}, {"enterprise", 10}};
    size_t found = 0;
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        for (size_t j = 0; j < count; j++) {
            if (ax_str_eq(ax_field_trim(header[j]), needed[i])) {
                found++;
                break;
            }
        }
    }
    return found == sizeof needed / sizeof needed[0];
}

static bool find_column(ax_str name, struct table_column *column)
{
    *column = (struct table_column){0};
    if (ax_str_eq(name, AX_STR("kind"))) {
        return true;
    }
    ax_str rest = name;
    ax_str first = ax_str_split(&rest, '.');
    const struct ax_field *field = find_field(&ax_fact_message, first);
    if (field != NULL && field->type == AX_T_MSG && rest.len > 0) {
        column->body = field;
        field = find_field(field->message, rest);
    } else if (rest.len > 0) {
        return false;
    }
    column->field = field;
    return field != NULL && is_scalar(field);
}

ax_rc ax_table_bind(
        const ax_str *header, size_t count, struct ax_arena *arena, struct ax_table **out, struct ax_err *err)
{
    struct ax_table *table = AX_ARENA_NEW(arena, struct ax_table);
    if (table == NULL || count > AX_CSV_CELLS_MAX) {
        return ax_fail(err, AX_LIMIT, "no memory for the header");
    }
    table->header = header;
    table->count = count;
    for (size_t i = 0; i < count; i++) {
        ax_str name = ax_field_trim(header[i]);
        if (!find_column(name, &table->columns[i])) {
            return ax_fail_field(err, AX_INVALID, "header", name.ptr, name.len,
                    "unknown column; known are kind and the fields of anxin.v1.Fact, e.g. occurred_on, "
                    "enforcement_penalty.fine_fen, accident.deaths");
        }
        for (size_t j = 0; j < i; j++) {
            if (ax_str_eq(ax_field_trim(header[j]), name)) {
                return ax_fail_field(err, AX_INVALID, "header", name.ptr, name.len, "this column stands there twice");
            }
        }
    }
    if (!ax_table_fits(header, count)) {
        return ax_fail_field(
                err, AX_INVALID, "header", NULL, 0, "the file lacks one of kind, source, reference, enterprise");
    }
    *out = table;
    return AX_RC(OK);
}

bool ax_table_find(const struct ax_table *table, ax_str name, size_t *cell)
{
    for (size_t i = 0; i < table->count; i++) {
        if (ax_str_eq(ax_field_trim(table->header[i]), name)) {
            *cell = i;
            return true;
        }
    }
    return false;
}

static ax_rc find_kind(
        const struct ax_table *table, const ax_str *cells, const struct ax_field **body, struct ax_err *err)
{
    for (size_t i = 0; i < table->count; i++) {
        if (table->columns[i].field == NULL) {
            ax_str kind = ax_field_trim(cells[i]);
            *body = find_field(&ax_fact_message, kind);
            if (*body == NULL || (*body)->type != AX_T_MSG) {
                return ax_fail_field(err, AX_INVALID, "kind", kind.ptr, kind.len,
                        "must name a body of anxin.v1.Fact, e.g. enforcement_penalty");
            }
        }
    }
    return AX_RC(OK);
}

static ax_rc check_share(
        const struct ax_table *table, const ax_str *cells, const struct ax_fact *made, struct ax_err *err)
{
    const char *fault = ax_field_share_fault(made);
    for (size_t i = 0; fault != NULL && i < table->count; i++) {
        const struct table_column *column = &table->columns[i];
        ax_str text = ax_field_trim(cells[i]);
        if (text.len > 0 && column->body != NULL && column->field != NULL &&
                strcmp(column->field->name, "share_percent") == 0) {
            return ax_fail_field(err, AX_INVALID, "accident.share_percent", text.ptr, text.len, "%s", fault);
        }
    }
    return AX_RC(OK);
}

ax_rc ax_table_map(const struct ax_table *table, const ax_str *cells, int64_t revision, int32_t today,
        struct ax_arena *arena, struct ax_fact *out, struct ax_err *err)
{
    const struct ax_field *body = NULL;
    AX_TRY(find_kind(table, cells, &body, err));
    AX_ASSERT(body != NULL); /* every table has the column kind */
    ax_fact_init(out);
    ax_field_set_body(out, body);
    out->revision = revision;
    for (size_t i = 0; i < table->count; i++) {
        const struct table_column *column = &table->columns[i];
        ax_str text = ax_field_trim(cells[i]);
        if (column->field == NULL || text.len == 0) {
            continue;
        }
        char name[AX_ERR_FIELD_MAX];
        (void)snprintf(name, sizeof name, "%s%s%s", column->body == NULL ? "" : column->body->name,
                column->body == NULL ? "" : ".", column->field->name);
        if (column->body != NULL && column->body != body) {
            return ax_fail_field(
                    err, AX_INVALID, name, text.ptr, text.len, "must be empty in a row of kind %s", body->name);
        }
        const char *rule = NULL;
        ax_rc rc = ax_field_put(out, column->body, column->field, text, arena, &rule);
        if (rc.code == AX_LIMIT) {
            return ax_fail(err, AX_LIMIT, "the row needs more memory than is given");
        }
        if (!ax_ok(rc)) {
            return ax_fail_field(err, AX_INVALID, name, text.ptr, text.len, "%s", rule);
        }
    }
    AX_TRY(check_share(table, cells, out, err));
    return ax_fact_check(out, today, err);
}

void ax_table_put_header(struct ax_buf *out)
{
    ax_csv_put(out, AX_STR("kind"), true);
    for (size_t i = 0; i < ax_fact_message.field_count; i++) {
        const struct ax_field *field = &ax_fact_message.fields[i];
        if (is_scalar(field)) {
            ax_csv_put(out, ax_str_c(field->name), false);
        }
        for (size_t j = 0; field->type == AX_T_MSG && j < field->message->field_count; j++) {
            if (is_scalar(&field->message->fields[j])) {
                char name[AX_ERR_FIELD_MAX];
                (void)snprintf(name, sizeof name, "%s.%s", field->name, field->message->fields[j].name);
                ax_csv_put(out, ax_str_c(name), false);
            }
        }
    }
    ax_buf_put_u8(out, '\n');
}

static void put_set(struct ax_buf *out, const struct ax_field *body, const struct ax_field *field, uint32_t mask)
{
    char text[512] = "";
    size_t at = 0;
    for (int32_t i = 1; i < 32; i++) {
        if ((mask >> (unsigned)i & 1) != 0 && at < sizeof text) {
            int n = snprintf(text + at, sizeof text - at, "%s%s", at == 0 ? "" : ";", ax_enum_name(body, field, i));
            at += n < 0 ? 0 : (size_t)n;
        }
    }
    ax_csv_put(out, ax_str_c(text), false);
}

static void put_cell(struct ax_buf *out, const struct ax_field *body, const struct ax_field *field, const void *at)
{
    char text[32] = "";
    switch ((enum ax_field_type)field->type) {
    case AX_T_STR:
        ax_csv_put(out, *(const ax_str *)at, false);
        return;
    case AX_T_ENUM_SET:
        put_set(out, body, field, *(const uint32_t *)at);
        return;
    case AX_T_ENUM:
        ax_csv_put(
                out, ax_str_c(*(const int32_t *)at == 0 ? "" : ax_enum_name(body, field, *(const int32_t *)at)), false);
        return;
    case AX_T_DATE:
        (void)ax_day_format(*(const int32_t *)at, text);
        break;
    case AX_T_I64:
        (void)snprintf(text, sizeof text, "%lld", (long long)*(const int64_t *)at);
        break;
    case AX_T_I32:
        (void)snprintf(text, sizeof text, "%d", *(const int32_t *)at);
        break;
    case AX_T_U64:
        (void)snprintf(text, sizeof text, "%llu", (unsigned long long)*(const uint64_t *)at);
        break;
    case AX_T_U32:
        (void)snprintf(text, sizeof text, "%u", *(const uint32_t *)at);
        break;
    case AX_T_BOOL:
        (void)snprintf(text, sizeof text, "%s", *(const bool *)at ? "true" : "");
        break;
    case AX_T_BYTES:
    case AX_T_HEX:
    case AX_T_MSG:
    case AX_T_STR_SET:
    case AX_T_MSG_LIST:
        break;
    }
    ax_csv_put(out, strcmp(text, "0") == 0 ? AX_STR("") : ax_str_c(text), false);
}

void ax_table_put_fact(const struct ax_fact *fact, struct ax_buf *out)
{
    ax_csv_put(out, ax_str_c(ax_fact_kind_name(fact->kind)), true);
    for (size_t i = 0; i < ax_fact_message.field_count; i++) {
        const struct ax_field *field = &ax_fact_message.fields[i];
        const char *at = (const char *)fact + field->offset;
        if (is_scalar(field)) {
            put_cell(out, NULL, field, at);
        }
        for (size_t j = 0; field->type == AX_T_MSG && j < field->message->field_count; j++) {
            const struct ax_field *inner = &field->message->fields[j];
            if (is_scalar(inner) && fact->kind == field->number) {
                put_cell(out, field, inner, at + inner->offset);
            } else if (is_scalar(inner)) {
                ax_buf_put_u8(out, ',');
            }
        }
    }
    ax_buf_put_u8(out, '\n');
}
