/* SPDX-License-Identifier: Apache-2.0 */
#include "base/csv.h"

static size_t count_cells(ax_str record)
{
    size_t count = 1;
    for (size_t i = 0; i < record.len; i++) {
        count += record.ptr[i] == ',' ? 1 : 0;
    }
    return count < AX_CSV_CELLS_MAX ? count : AX_CSV_CELLS_MAX;
}

/* The quoted cell at `at`: *text without quotes. Returns where it ends; *open where it does not. */
static size_t quoted_cell(ax_str record, size_t at, struct ax_arena *arena, ax_str *text, bool *open)
{
    size_t i = at + 1;
    size_t doubled = 0;
    while (i < record.len) {
        if (record.ptr[i] == '"') {
            if (i + 1 >= record.len || record.ptr[i + 1] != '"') {
                break;
            }
            doubled++;
            i++;
        }
        i++;
    }
    *open = i >= record.len;
    *text = ax_str_of(record.ptr + at + 1, i - at - 1);
    if (doubled > 0) {
        char *copy = ax_arena_alloc(arena, text->len);
        if (copy == NULL) {
            text->ptr = NULL;
            return i;
        }
        size_t len = 0;
        for (size_t j = 0; j < text->len; j++) {
            copy[len++] = text->ptr[j];
            j += text->ptr[j] == '"' ? 1 : 0;
        }
        *text = ax_str_of(copy, len);
    }
    return *open ? i : i + 1;
}

ax_rc ax_csv_split(ax_str record, struct ax_arena *arena, struct ax_csv_row *row, struct ax_err *err)
{
    *row = (struct ax_csv_row){0};
    size_t size = count_cells(record);
    row->raw = AX_ARENA_ARRAY(arena, ax_str, size);
    row->text = AX_ARENA_ARRAY(arena, ax_str, size);
    if (row->raw == NULL || row->text == NULL) {
        return ax_fail(err, AX_LIMIT, "no memory for %zu cells", size);
    }
    size_t at = 0;
    for (;;) {
        if (row->count == size) {
            return ax_fail(err, AX_INVALID, "the row has more than %d columns", AX_CSV_CELLS_MAX);
        }
        size_t from = at;
        ax_str text;
        if (at < record.len && record.ptr[at] == '"') {
            at = quoted_cell(record, at, arena, &text, &row->open);
            if (text.ptr == NULL) {
                return ax_fail(err, AX_LIMIT, "no memory for a cell");
            }
        } else {
            while (at < record.len && record.ptr[at] != ',') {
                at++;
            }
            text = ax_str_of(record.ptr + from, at - from);
        }
        row->raw[row->count] = ax_str_of(record.ptr + from, at - from);
        row->text[row->count++] = text;
        if (at >= record.len) {
            return AX_RC(OK);
        }
        if (record.ptr[at] != ',') {
            row->raw[row->count - 1].len = record.len - from;
            return ax_fail(err, AX_INVALID, "column %zu has text behind its closing quote", row->count);
        }
        at++;
    }
}

void ax_csv_put(struct ax_buf *out, ax_str text, bool first)
{
    if (!first) {
        ax_buf_put_u8(out, ',');
    }
    bool quoted = false;
    for (size_t i = 0; i < text.len && !quoted; i++) {
        quoted = strchr(",\"\r\n", text.ptr[i]) != NULL;
    }
    if (!quoted) {
        ax_buf_put_str(out, text);
        return;
    }
    ax_buf_put_u8(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') {
            ax_buf_put_u8(out, '"');
        }
        ax_buf_put_u8(out, (uint8_t)text.ptr[i]);
    }
    ax_buf_put_u8(out, '"');
}
