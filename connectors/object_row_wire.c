/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/object_row_wire.h"

#include "connectors/charset.h"
#include "connectors/connector.h"
#include "services/lib/wire/json.h"

#include <stdio.h>

enum { NUMBER_SIZE = 40 };

static ax_rc no_memory(struct ax_err *err)
{
    return ax_fail(err, AX_LIMIT, "the row needs more memory than is given");
}

static ax_rc parse(ax_str line, json_t **object, struct ax_err *err)
{
    AX_TRY(ax_json_parse(line, AX_SOURCE_ROW_MAX_BYTES, object, err));
    if (!json_is_object(*object)) {
        json_decref(*object);
        *object = NULL;
        return ax_fail(err, AX_INVALID, "the row is no JSON object");
    }
    return AX_RC(OK);
}

static bool is_list_of_objects(const json_t *value)
{
    return json_is_array(value) && json_is_object(json_array_get(value, 0));
}

static size_t plain_names(json_t *object, ax_str *names, size_t max)
{
    size_t count = 0;
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        if (!is_list_of_objects(value) && count < max) {
            names[count++] = ax_str_c(key);
        }
    }
    return count;
}

/* Names of all members, and of those of the first object of every list. */
static size_t member_names(json_t *object, ax_str *names, size_t max)
{
    size_t count = plain_names(object, names, max);
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        if (is_list_of_objects(value)) {
            count += plain_names(json_array_get(value, 0), names + count, max - count);
        }
    }
    return count;
}

ax_rc ax_object_header(const struct ax_mapping_loaded *mapping, ax_str line, struct ax_arena *arena, ax_str *header,
        struct ax_err *err)
{
    json_t *object = NULL;
    uint32_t best = 0;
    if (ax_ok(parse(line, &object, NULL))) { /* else its row says what is wrong */
        ax_str names[AX_MAPPING_COLUMNS_MAX];
        bool whole;
        size_t count = member_names(object, names, AX_MAPPING_COLUMNS_MAX);
        (void)ax_sheet_fit(mapping, names, count, arena, &best, &whole);
        json_decref(object);
    }
    struct ax_buf text;
    ax_buf_init(&text, AX_SOURCE_HEADER_MAX_BYTES);
    const struct ax_mapping_table *table = &mapping->yaml->tables[best];
    for (uint32_t i = 0; i < table->columns_count; i++) {
        ax_csv_put(&text, ax_str_c(table->columns[i].name), i == 0);
    }
    *header = ax_arena_dup(arena, ax_buf_str(&text));
    bool whole = !text.failed && header->ptr != NULL;
    ax_buf_deinit(&text);
    return whole ? AX_RC(OK) : no_memory(err);
}

/* A row on its way. */
struct object_row {
    const struct ax_sheet *sheet;
    struct ax_arena *arena;
    ax_str *cells;
    struct ax_err *err;
};

static ax_rc append(struct object_row *r, ax_str *cell, ax_str text, bool joined)
{
    const ax_str mark = AX_STR("；");
    size_t len = cell->len + text.len + (joined ? mark.len : 0);
    char *at = ax_arena_alloc(r->arena, len + 1);
    if (at == NULL) {
        return no_memory(r->err);
    }
    if (cell->len > 0) {
        memcpy(at, cell->ptr, cell->len);
    }
    if (joined) {
        memcpy(at + cell->len, mark.ptr, mark.len);
    }
    if (text.len > 0) {
        memcpy(at + len - text.len, text.ptr, text.len);
    }
    *cell = ax_str_of(at, len);
    return AX_RC(OK);
}

/* A scalar's text; 15 digits of a fraction, so that what was written with as many comes back as it was. */
static bool scalar_text(const json_t *value, char buf[NUMBER_SIZE], ax_str *text)
{
    *text = AX_STR("");
    if (json_is_string(value)) {
        *text = ax_str_of(json_string_value(value), json_string_length(value));
    } else if (json_is_integer(value)) {
        (void)snprintf(buf, NUMBER_SIZE, "%lld", (long long)json_integer_value(value));
        *text = ax_str_c(buf);
    } else if (json_is_real(value)) {
        (void)snprintf(buf, NUMBER_SIZE, "%.15g", json_real_value(value));
        *text = ax_str_c(buf);
    } else if (json_is_boolean(value)) {
        *text = json_is_true(value) ? AX_STR("true") : AX_STR("false");
    }
    return !json_is_array(value) && !json_is_object(value);
}

static ax_rc bad_member(const struct object_row *r, const char *key, const char *rule)
{
    return ax_fail_field(r->err, AX_INVALID, key, NULL, 0, "%s", rule);
}

static ax_rc put_value(struct object_row *r, const char *key, const json_t *value, ax_str *cell, bool joined)
{
    char buf[NUMBER_SIZE];
    ax_str text;
    if (!scalar_text(value, buf, &text)) {
        return bad_member(r, key, "must be a text, a number, true or false");
    }
    return append(r, cell, text, joined);
}

static ax_rc put_member(struct object_row *r, const char *key, const json_t *value)
{
    size_t cell;
    if (!ax_sheet_find(r->sheet, ax_str_c(key), r->arena, &cell)) {
        return bad_member(r, key, "is no column of this system");
    }
    if (r->cells[cell].len > 0) {
        return bad_member(r, key, "is there twice");
    }
    if (!json_is_array(value)) {
        return put_value(r, key, value, &r->cells[cell], false);
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        AX_TRY(put_value(r, key, json_array_get(value, i), &r->cells[cell], i > 0));
    }
    return AX_RC(OK);
}

static const struct ax_mapping_each *find_list(const struct object_row *r, const char *key)
{
    const struct ax_mapping_table *table = ax_sheet_table(r->sheet);
    for (uint32_t i = 0; i < table->facts_count; i++) {
        const struct ax_mapping_each *each = table->facts[i].each;
        if (each != NULL && strcmp(each->list, key) == 0) {
            return each;
        }
    }
    return NULL;
}

/* One object of the list: a value for every column of it, an empty one where it has none. */
static ax_rc put_item(struct object_row *r, const struct ax_mapping_each *each, json_t *item, bool joined)
{
    const char *key;
    json_t *value;
    uint32_t given = 0;
    size_t cell;
    json_object_foreach(item, key, value)
    {
        uint32_t i = 0;
        size_t column = 0;
        bool known = ax_sheet_find(r->sheet, ax_str_c(key), r->arena, &cell);
        while (known && i < each->columns_count &&
                (!ax_sheet_find(r->sheet, ax_str_c(each->columns[i]), r->arena, &column) || column != cell)) {
            i++;
        }
        if (!known || i == each->columns_count || (given >> i & 1) != 0) {
            return bad_member(r, key, "is no column of this list, or there twice");
        }
        given |= UINT32_C(1) << i;
        AX_TRY(put_value(r, key, value, &r->cells[cell], joined));
    }
    for (uint32_t i = 0; i < each->columns_count; i++) {
        if ((given >> i & 1) == 0 && ax_sheet_find(r->sheet, ax_str_c(each->columns[i]), r->arena, &cell)) {
            AX_TRY(append(r, &r->cells[cell], AX_STR(""), joined));
        }
    }
    return AX_RC(OK);
}

static ax_rc put_list(struct object_row *r, const char *key, const json_t *list)
{
    const struct ax_mapping_each *each = find_list(r, key);
    if (each == NULL) {
        return bad_member(r, key, "is no list of this system");
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *item = json_array_get(list, i);
        if (!json_is_object(item)) {
            return bad_member(r, key, "must be a list of objects");
        }
        AX_TRY(put_item(r, each, item, i > 0));
    }
    return AX_RC(OK);
}

static ax_rc put_members(struct object_row *r, json_t *object)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        AX_TRY(is_list_of_objects(value) ? put_list(r, key, value) : put_member(r, key, value));
    }
    return AX_RC(OK);
}

static ax_rc write_row(const struct object_row *r, ax_str *row)
{
    struct ax_buf text;
    ax_buf_init(&text, AX_SOURCE_ROW_MAX_BYTES);
    for (size_t i = 0; i < ax_sheet_columns(r->sheet); i++) {
        ax_csv_put(&text, r->cells[i], i == 0);
    }
    bool whole = !text.failed;
    *row = ax_arena_dup(r->arena, ax_buf_str(&text));
    ax_buf_deinit(&text);
    if (!whole) {
        return ax_fail(r->err, AX_INVALID, "a row has at most 64 KiB (%d bytes)", AX_SOURCE_ROW_MAX_BYTES);
    }
    return row->ptr == NULL ? no_memory(r->err) : AX_RC(OK);
}

ax_rc ax_object_row(const struct ax_sheet *sheet, ax_str line, struct ax_arena *arena, ax_str *row, struct ax_err *err)
{
    json_t *object = NULL;
    *row = AX_STR("");
    AX_TRY(parse(line, &object, err));
    struct object_row r = {.sheet = sheet, .arena = arena, .err = err};
    r.cells = AX_ARENA_ARRAY(arena, ax_str, ax_sheet_columns(sheet));
    ax_rc rc = r.cells == NULL ? no_memory(err) : put_members(&r, object);
    json_decref(object);
    if (rc.code != AX_LIMIT) {
        struct ax_err ignored;
        struct object_row shown = r;
        shown.err = ax_ok(rc) ? err : &ignored;
        ax_rc written = write_row(&shown, row);
        rc = ax_ok(rc) ? written : rc;
    }
    return rc;
}
