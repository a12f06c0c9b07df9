/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/bound.h"

#include "connectors/field.h"
#include "services/lib/wire/personal.h"

#include <stdio.h>

static ax_rc no_memory(struct ax_err *err)
{
    return ax_fail(err, AX_LIMIT, "the row needs more memory than is given");
}

/* Which cells of a record may say something about a natural person. */
struct shape {
    size_t shift;        /* a cell may stand for a column up to this far off */
    bool tail_uncertain; /* the last cell may hold more columns than one */
    bool natural_person; /* the subject is one, or may be */
};

static bool is_personal(
        const struct ax_bound *bound, const struct ax_csv_row *row, const struct shape *shape, size_t cell)
{
    if (bound->sheet == NULL) {
        return false;
    }
    bool last = cell + 1 == row->count && shape->tail_uncertain;
    for (size_t i = 0; i < bound->count; i++) {
        enum ax_mapping_personal personal = ax_sheet_personal(bound->sheet, i);
        size_t off = i > cell ? i - cell : cell - i;
        bool near = off <= shape->shift || (last && i >= cell);
        if (near && (personal == AX_PERSONAL_ALWAYS || (personal == AX_PERSONAL_ROW && shape->natural_person))) {
            return true;
        }
    }
    return false;
}

/* The record's bytes with personal cells as ***, and what looks like an identity number masked wherever it stands. */
static ax_rc mask(const struct ax_bound *bound, ax_str bytes, const struct ax_csv_row *row, const struct shape *shape,
        struct ax_arena *arena, ax_str *out)
{
    char *text = ax_arena_alloc(arena, bytes.len + row->count * 3 + 1);
    if (text == NULL) {
        return AX_RC(LIMIT);
    }
    size_t len = 0;
    size_t from = 0;
    for (size_t i = 0; i < row->count; i++) {
        if (row->raw[i].len == 0 || !is_personal(bound, row, shape, i)) {
            continue;
        }
        size_t at = (size_t)(row->raw[i].ptr - bytes.ptr);
        memcpy(text + len, bytes.ptr + from, at - from);
        len += at - from;
        memcpy(text + len, "***", 3);
        len += 3;
        from = at + row->raw[i].len;
    }
    if (bytes.len > from) {
        memcpy(text + len, bytes.ptr + from, bytes.len - from);
        len += bytes.len - from;
    }
    len = len > AX_SOURCE_ROW_MAX_BYTES ? AX_SOURCE_ROW_MAX_BYTES : len;
    ax_personal_mask_bytes(text, len, true);
    *out = ax_str_of(text, len);
    return AX_RC(OK);
}

static ax_rc reject(const struct ax_bound *bound, ax_str bytes, const struct ax_csv_row *row, const struct shape *shape,
        struct ax_arena *arena, struct ax_source_item *item, struct ax_err *err)
{
    item->kind = AX_SOURCE_REJECT;
    item->header = ax_arena_dup(arena, bound->header_bytes);
    if (item->header.ptr == NULL || !ax_ok(mask(bound, bytes, row, shape, arena, &item->content))) {
        return no_memory(err);
    }
    /* The value that is shown must not say what is masked. */
    if (shape->natural_person) {
        item->error.value[0] = '\0';
    }
    ax_personal_mask_bytes(item->error.value, strlen(item->error.value), true);
    return AX_RC(OK);
}

ax_rc ax_bound_reject(const struct ax_bound *bound, ax_str bytes, struct ax_arena *arena, struct ax_source_item *item,
        struct ax_err *err)
{
    struct ax_csv_row row;
    struct ax_err ignored;
    ax_rc rc = ax_csv_split(bytes, arena, &row, &ignored);
    if (rc.code == AX_LIMIT) {
        return no_memory(err);
    }
    struct shape shape = {.tail_uncertain = true, .natural_person = bound->sheet != NULL};
    item->fact_count = 0;
    return reject(bound, bytes, &row, &shape, arena, item, err);
}

static size_t count_without_spare(const struct ax_bound *bound, const struct ax_csv_row *row)
{
    size_t count = row->count;
    for (size_t i = 0; i < bound->spare && count > bound->count && ax_str_trim(row->text[count - 1]).len == 0; i++) {
        count--;
    }
    return count;
}

static ax_rc cut(const struct ax_bound *bound, const struct ax_bound_record *record, struct ax_arena *arena,
        struct ax_csv_row *row, struct shape *shape, struct ax_err *error)
{
    ax_rc rc = ax_csv_split(record->bytes, arena, row, error);
    size_t count = count_without_spare(bound, row);
    shape->tail_uncertain = row->open || !ax_ok(rc);
    shape->shift = count > bound->count ? count - bound->count : bound->count - count;
    if (ax_ok(rc) && count == bound->count && !row->open) {
        row->count = count;
        return rc;
    }
    shape->natural_person = true;
    if (rc.code == AX_LIMIT) {
        return rc;
    }
    if ((row->open || count < bound->count) && !record->ended) {
        shape->shift = 0;
        return ax_fail(
                error, AX_INVALID, "the file ends inside a row: %zu of %zu columns are there", count, bound->count);
    }
    if (ax_ok(rc)) {
        rc = row->open ? ax_fail(error, AX_INVALID, "a quote is not closed")
                       : ax_fail(error, AX_INVALID, "the row has %zu columns, the header has %zu", count, bound->count);
    }
    return rc;
}

static ax_rc bad_bytes(const struct ax_bound *bound, const struct ax_csv_row *row, size_t cell, struct ax_err *error)
{
    char name[AX_ERR_FIELD_MAX];
    (void)snprintf(name, sizeof name, "%.*s", AX_ARG(ax_field_trim(bound->names[cell])));
    const char *rule =
            bound->charset == AX_CHARSET_GB18030 ? "must be GB18030, as the file's header is" : "must be UTF-8";
    if (memchr(row->text[cell].ptr, 0, row->text[cell].len) != NULL) {
        rule = "must not hold NUL";
    }
    return ax_fail_field(error, AX_INVALID, name, row->text[cell].ptr, row->text[cell].len, "%s", rule);
}

static ax_rc replace(const struct ax_bound *bound, const struct ax_bound_record *record, struct ax_arena *arena,
        ax_str *cells, struct ax_err *err)
{
    for (size_t i = 0; i < record->override_count; i++) {
        const struct ax_source_override *o = &record->overrides[i];
        size_t cell = 0;
        bool found = bound->sheet != NULL ? ax_sheet_find(bound->sheet, o->column, arena, &cell)
                                          : ax_table_find(bound->table, o->column, &cell);
        if (!found) {
            return ax_fail_field(err, AX_INVALID, "column", o->column.ptr, o->column.len, "the row has no such column");
        }
        cells[cell] = o->value;
    }
    return AX_RC(OK);
}

static ax_rc map(const struct ax_bound *bound, const ax_str *cells, struct ax_arena *arena, struct ax_source_item *item,
        struct shape *shape)
{
    struct ax_mapper_output *out = AX_ARENA_NEW(arena, struct ax_mapper_output);
    if (out == NULL) {
        return AX_RC(LIMIT);
    }
    ax_rc rc;
    if (bound->sheet != NULL) {
        struct ax_mapper_input input = {.cells = cells, .revision = bound->revision, .today = bound->today};
        rc = ax_mapper_map(bound->sheet, &input, arena, out, &item->error);
        shape->natural_person = out->natural_person;
    } else {
        rc = ax_table_map(bound->table, cells, bound->revision, bound->today, arena, &out->facts[0], &item->error);
        out->count = ax_ok(rc) ? 1 : 0;
    }
    item->kind = AX_SOURCE_FACTS;
    item->facts = out->facts;
    item->fact_count = out->count;
    return rc;
}

/* In a file of which nothing was known but ASCII, the first other row decides. */
static void settle_charset(struct ax_bound *bound, ax_str bytes)
{
    if (bound->charset == AX_CHARSET_ASCII) {
        bound->charset = ax_charset_detect(bytes);
    }
}

ax_rc ax_bound_record(struct ax_bound *bound, const struct ax_bound_record *record, struct ax_arena *arena,
        struct ax_source_item *item, bool *broken, struct ax_err *err)
{
    struct ax_csv_row row;
    struct shape shape = {0};
    settle_charset(bound, record->bytes);
    ax_rc rc = cut(bound, record, arena, &row, &shape, &item->error);
    *broken = !ax_ok(rc);
    if (ax_ok(rc)) {
        ax_str *cells = NULL;
        size_t bad = 0;
        rc = ax_bound_decode(bound, &row, arena, &cells, &bad);
        if (ax_ok(rc)) {
            AX_TRY(replace(bound, record, arena, cells, err));
            rc = map(bound, cells, arena, item, &shape);
        } else if (rc.code == AX_INVALID) {
            shape.natural_person = bound->sheet != NULL && ax_mapper_refuses(bound->sheet, cells);
            rc = bad_bytes(bound, &row, bad, &item->error);
        }
    }
    if (rc.code == AX_LIMIT) {
        return no_memory(err);
    }
    return ax_ok(rc) ? rc : reject(bound, record->bytes, &row, &shape, arena, item, err);
}
