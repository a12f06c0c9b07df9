/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/model/sheet.h"

#include "base/file.h"

#include <stdio.h>

enum { NUMBER_TEXT_MAX = 32, ROW_CHUNK_BYTES = 16 << 10, ROW_MAX_BYTES = 16 << 20 };

ax_rc ax_panel_sheet_fail(const struct ax_panel_sheet *s, size_t wanted, const char *rule, struct ax_err *err)
{
    ax_str cell = s->cells[wanted];
    return ax_fail_field(
            err, AX_INVALID, s->wanted[wanted].name, cell.ptr, cell.len, "%s:%zu: %s", s->path, s->line, rule);
}

static ax_rc fail_line(const struct ax_panel_sheet *s, const char *rule, struct ax_err *err)
{
    return ax_fail(err, AX_INVALID, "%s:%zu: %s", s->path, s->line, rule);
}

/* One line into s->row. */
static ax_rc read_line(struct ax_panel_sheet *s, struct ax_err *err)
{
    const char *begin = (const char *)s->text.ptr + s->at;
    const char *end = memchr(begin, '\n', s->text.len - s->at);
    ax_str line = ax_str_of(begin, end == NULL ? s->text.len - s->at : (size_t)(end - begin));
    s->at += line.len + (end == NULL ? 0 : 1);
    s->line++;
    line.len -= line.len > 0 && line.ptr[line.len - 1] == '\r' ? 1 : 0;
    ax_arena_reset(&s->arena);
    ax_rc rc = ax_csv_split(line, &s->arena, &s->row, err);
    if (rc.code == AX_LIMIT) {
        ax_err_prefix(err, "%s:%zu", s->path, s->line);
        return rc;
    }
    if (s->row.count > AX_PANEL_SHEET_COLUMNS_MAX) {
        return fail_line(s, "more than 128 cells", err);
    }
    if (!ax_ok(rc)) {
        return fail_line(s, "text stands behind a closing quote", err);
    }
    return s->row.open ? fail_line(s, "a quoted cell must end on its line", err) : rc;
}

/* Which column has that name. */
static ax_rc find_column(struct ax_panel_sheet *s, size_t wanted, struct ax_err *err)
{
    const char *name = s->wanted[wanted].name;
    size_t found = AX_PANEL_SHEET_COLUMNS_MAX;
    for (size_t j = 0; j < s->column_count; j++) {
        if (!ax_str_eq(s->row.text[j], ax_str_c(name))) {
            continue;
        }
        if (found != AX_PANEL_SHEET_COLUMNS_MAX) {
            return ax_fail_field(
                    err, AX_INVALID, name, "", 0, "%s:%zu: the first line names this column twice", s->path, s->line);
        }
        found = j;
    }
    s->column_of[wanted] = found;
    return found < AX_PANEL_SHEET_COLUMNS_MAX || s->wanted[wanted].may_be_absent
                   ? AX_RC(OK)
                   : ax_fail_field(err, AX_INVALID, name, "", 0, "%s:%zu: the first line must name this column",
                             s->path, s->line);
}

static ax_rc read_head(struct ax_panel_sheet *s, struct ax_err *err)
{
    static const char mark[] = "\xEF\xBB\xBF";
    if (ax_str_starts(ax_buf_str(&s->text), AX_STR("\xEF\xBB\xBF"))) {
        s->at = sizeof mark - 1;
    }
    AX_TRY(read_line(s, err));
    s->column_count = s->row.count;
    for (size_t i = 0; i < s->wanted_count; i++) {
        AX_TRY(find_column(s, i, err));
    }
    return AX_RC(OK);
}

ax_rc ax_panel_sheet_open(struct ax_panel_sheet *s, const char *path, const struct ax_panel_sheet_column *wanted,
        size_t wanted_count, struct ax_err *err)
{
    AX_ASSERT(wanted_count <= AX_PANEL_SHEET_WANTED_MAX);
    memset(s, 0, sizeof *s);
    s->path = path;
    s->wanted = wanted;
    s->wanted_count = wanted_count;
    ax_buf_init(&s->text, AX_PANEL_SHEET_MAX_BYTES);
    ax_arena_init(&s->arena, ROW_CHUNK_BYTES, ROW_MAX_BYTES);
    AX_TRY(ax_file_read(path, &s->text, err));
    if (s->text.len == 0) {
        return ax_fail(err, AX_INVALID, "%s:1: the first line must name the columns", path);
    }
    if (!ax_utf8_valid(ax_buf_str(&s->text))) {
        return ax_fail(err, AX_INVALID, "%s: must be UTF-8", path);
    }
    return read_head(s, err);
}

void ax_panel_sheet_deinit(struct ax_panel_sheet *s)
{
    ax_buf_deinit(&s->text);
    ax_arena_deinit(&s->arena);
}

ax_rc ax_panel_sheet_next(struct ax_panel_sheet *s, bool *more, struct ax_err *err)
{
    do {
        if (s->at >= s->text.len) {
            *more = false;
            return AX_RC(OK);
        }
        AX_TRY(read_line(s, err));
    } while (s->row.count == 1 && s->row.text[0].len == 0);
    if (s->row.count != s->column_count) {
        return ax_fail(err, AX_INVALID, "%s:%zu: %zu cells, but the first line names %zu columns", s->path, s->line,
                s->row.count, s->column_count);
    }
    for (size_t i = 0; i < s->wanted_count; i++) {
        s->cells[i] =
                s->column_of[i] == AX_PANEL_SHEET_COLUMNS_MAX ? AX_STR("") : ax_str_trim(s->row.text[s->column_of[i]]);
    }
    *more = true;
    return AX_RC(OK);
}

/* Digits, and a point with digits behind it. */
static bool parse(ax_str text, double *out)
{
    double value = 0;
    double scale = 1;
    bool fraction = false;
    if (text.len == 0 || text.len > NUMBER_TEXT_MAX) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '.' && !fraction && i > 0 && i + 1 < text.len) {
            fraction = true;
        } else if (c >= '0' && c <= '9') {
            value = value * 10 + (c - '0');
            scale *= fraction ? 10 : 1;
        } else {
            return false;
        }
    }
    *out = value / scale;
    return true;
}

ax_rc ax_panel_sheet_number(const struct ax_panel_sheet *s, size_t wanted, double max, double *out, struct ax_err *err)
{
    if (!parse(s->cells[wanted], out)) {
        return ax_panel_sheet_fail(s, wanted, "must be a number, 0 or more", err);
    }
    return *out <= max ? AX_RC(OK) : ax_panel_sheet_fail(s, wanted, "is greater than such a number can be", err);
}

ax_rc ax_panel_sheet_whole(
        const struct ax_panel_sheet *s, size_t wanted, int64_t min, int64_t max, int64_t *out, struct ax_err *err)
{
    double value;
    if (!parse(s->cells[wanted], &value) || value > 1e15 || value - (double)(int64_t)value > 0) {
        return ax_panel_sheet_fail(s, wanted, "must be a whole number, 0 or more", err);
    }
    *out = (int64_t)value;
    if (*out < min || *out > max) {
        char rule[64];
        (void)snprintf(rule, sizeof rule, "must be from %lld to %lld", (long long)min, (long long)max);
        return ax_panel_sheet_fail(s, wanted, rule, err);
    }
    return AX_RC(OK);
}
