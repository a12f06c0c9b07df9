/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/model/sheet.h"

#include "base/file.h"

#include <stdio.h>

enum { NUMBER_TEXT_MAX = 32 };

ax_rc ax_sheet_fail(const struct ax_sheet *s, size_t wanted, const char *rule, struct ax_err *err)
{
    ax_str cell = s->cells[wanted];
    return ax_fail_field(
            err, AX_INVALID, s->wanted[wanted].name, cell.ptr, cell.len, "%s:%zu: %s", s->path, s->line, rule);
}

static ax_rc fail_line(const struct ax_sheet *s, const char *rule, struct ax_err *err)
{
    return ax_fail(err, AX_INVALID, "%s:%zu: %s", s->path, s->line, rule);
}

/* A quoted cell; doubled quotes are made single in place. `at` stands behind the opening quote. */
static ax_rc read_quoted(struct ax_sheet *s, ax_str *cell, struct ax_err *err)
{
    char *text = (char *)s->text.ptr;
    char *begin = text + s->at;
    char *to = begin;
    for (;;) {
        if (s->at >= s->text.len || text[s->at] == '\n') {
            return fail_line(s, "a quoted cell must end on its line", err);
        }
        char c = text[s->at++];
        if (c == '"') {
            if (s->at >= s->text.len || text[s->at] != '"') {
                break;
            }
            s->at++;
        }
        *to++ = c;
    }
    *cell = ax_str_of(begin, (size_t)(to - begin));
    if (s->at < s->text.len && text[s->at] != ',' && text[s->at] != '\n' && text[s->at] != '\r') {
        return fail_line(s, "text stands behind a closing quote", err);
    }
    return AX_RC(OK);
}

static ax_str read_bare(struct ax_sheet *s)
{
    const char *text = (const char *)s->text.ptr;
    size_t begin = s->at;
    while (s->at < s->text.len && text[s->at] != ',' && text[s->at] != '\n') {
        s->at++;
    }
    size_t end = s->at;
    if (end > begin && text[end - 1] == '\r' && (s->at == s->text.len || text[s->at] == '\n')) {
        end--;
    }
    return ax_str_of(text + begin, end - begin);
}

/* One line into s->row. */
static ax_rc read_line(struct ax_sheet *s, size_t *count, struct ax_err *err)
{
    const char *text = (const char *)s->text.ptr;
    *count = 0;
    s->line++;
    for (;;) {
        if (*count == AX_SHEET_COLUMNS_MAX) {
            return fail_line(s, "more than 128 cells", err);
        }
        if (s->at < s->text.len && text[s->at] == '"') {
            s->at++;
            AX_TRY(read_quoted(s, &s->row[(*count)++], err));
            s->at += s->at < s->text.len && text[s->at] == '\r' ? 1 : 0;
        } else {
            s->row[(*count)++] = read_bare(s);
        }
        if (s->at >= s->text.len || text[s->at++] == '\n') {
            return AX_RC(OK);
        }
    }
}

static ax_rc read_head(struct ax_sheet *s, struct ax_err *err)
{
    static const char mark[] = "\xEF\xBB\xBF";
    if (ax_str_starts(ax_buf_str(&s->text), AX_STR("\xEF\xBB\xBF"))) {
        s->at = sizeof mark - 1;
    }
    AX_TRY(read_line(s, &s->column_count, err));
    for (size_t i = 0; i < s->wanted_count; i++) {
        s->column_of[i] = AX_SHEET_COLUMNS_MAX;
        for (size_t j = 0; j < s->column_count; j++) {
            if (ax_str_eq(s->row[j], ax_str_c(s->wanted[i].name))) {
                s->column_of[i] = j;
            }
        }
        if (s->column_of[i] == AX_SHEET_COLUMNS_MAX && !s->wanted[i].may_be_absent) {
            return ax_fail_field(err, AX_INVALID, s->wanted[i].name, "", 0,
                    "%s:%zu: the first line must name this column", s->path, s->line);
        }
    }
    return AX_RC(OK);
}

ax_rc ax_sheet_open(struct ax_sheet *s, const char *path, const struct ax_sheet_column *wanted, size_t wanted_count,
        struct ax_err *err)
{
    AX_ASSERT(wanted_count <= AX_SHEET_WANTED_MAX);
    memset(s, 0, sizeof *s);
    s->path = path;
    s->wanted = wanted;
    s->wanted_count = wanted_count;
    ax_buf_init(&s->text, AX_SHEET_MAX_BYTES);
    AX_TRY(ax_file_read(path, &s->text, err));
    if (s->text.len == 0) {
        return ax_fail(err, AX_INVALID, "%s:1: the first line must name the columns", path);
    }
    if (!ax_utf8_valid(ax_buf_str(&s->text))) {
        return ax_fail(err, AX_INVALID, "%s: must be UTF-8", path);
    }
    return read_head(s, err);
}

void ax_sheet_deinit(struct ax_sheet *s)
{
    ax_buf_deinit(&s->text);
}

ax_rc ax_sheet_next(struct ax_sheet *s, bool *more, struct ax_err *err)
{
    size_t count = 0;
    do {
        if (s->at >= s->text.len) {
            *more = false;
            return AX_RC(OK);
        }
        AX_TRY(read_line(s, &count, err));
    } while (count == 1 && s->row[0].len == 0);
    if (count != s->column_count) {
        return ax_fail(err, AX_INVALID, "%s:%zu: %zu cells, but the first line names %zu columns", s->path, s->line,
                count, s->column_count);
    }
    for (size_t i = 0; i < s->wanted_count; i++) {
        s->cells[i] = s->column_of[i] == AX_SHEET_COLUMNS_MAX ? AX_STR("") : ax_str_trim(s->row[s->column_of[i]]);
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

ax_rc ax_sheet_number(const struct ax_sheet *s, size_t wanted, double max, double *out, struct ax_err *err)
{
    if (!parse(s->cells[wanted], out)) {
        return ax_sheet_fail(s, wanted, "must be a number, 0 or more", err);
    }
    return *out <= max ? AX_RC(OK) : ax_sheet_fail(s, wanted, "is greater than such a number can be", err);
}

ax_rc ax_sheet_whole(
        const struct ax_sheet *s, size_t wanted, int64_t min, int64_t max, int64_t *out, struct ax_err *err)
{
    double value;
    if (!parse(s->cells[wanted], &value) || value > 1e15 || value - (double)(int64_t)value > 0) {
        return ax_sheet_fail(s, wanted, "must be a whole number, 0 or more", err);
    }
    *out = (int64_t)value;
    if (*out < min || *out > max) {
        char rule[64];
        (void)snprintf(rule, sizeof rule, "must be from %lld to %lld", (long long)min, (long long)max);
        return ax_sheet_fail(s, wanted, rule, err);
    }
    return AX_RC(OK);
}
