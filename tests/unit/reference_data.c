/* SPDX-License-Identifier: Apache-2.0 */
/* Tables in CSV, and facts that must be found in them. */
#include "tests/unit/reference_case.h"

#include "base/file.h"
#include "base/csv.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define KNOWN_FOLDER AX_SOURCE_DIR "/../shared/data/"
enum { FILE_SIZE_MAX = 64 << 20, ARENA_MAX = 1 << 30, GOLDEN_ROWS_MAX = 10000 };

static ax_rc read_anywhere(const struct ref_case *c, const char *file, struct ax_buf *text, struct ax_err *err)
{
    char *path = ax_file_beside(c->folder, file);
    ax_rc rc = ax_file_read(path, text, err);
    ax_xfree(path);
    if (!ax_ok(rc)) {
        path = ax_file_beside(KNOWN_FOLDER, file);
        struct ax_err again;
        ax_buf_clear(text);
        if (ax_ok(ax_file_read(path, text, &again))) {
            rc = AX_RC(OK);
        }
        ax_xfree(path);
    }
    return rc;
}

static ax_rc parse(struct ref_table *t, ax_str text, struct ax_err *err)
{
    size_t room = 0;
    while (text.len > 0) {
        ax_str line = ax_str_trim(ax_str_split(&text, '\n'));
        struct ax_csv_row row = {0};
        if (line.len == 0) {
            continue;
        }
        AX_TRY(ax_csv_split(line, t->arena, &row, err));
        if (t->name == NULL) {
            t->name = row.text;
            t->columns = row.count;
            continue;
        }
        if (row.count != t->columns || t->rows >= REF_ROWS_MAX) {
            return ax_fail(err, AX_INVALID, "row %zu has %zu cells, the header %zu", t->rows, row.count, t->columns);
        }
        if (t->rows == room) {
            room = room == 0 ? 1024 : room * 2;
            t->cell = ax_xrealloc(t->cell, room * t->columns * sizeof *t->cell);
        }
        for (size_t k = 0; k < t->columns; k++) {
            t->cell[t->rows * t->columns + k] = row.text[k];
        }
        t->rows++;
    }
    return AX_RC(OK);
}

struct ref_table *ref_table_read(const struct ref_case *c, const char *file, struct ax_err *err)
{
    struct ref_table *t = ax_xcalloc(1, sizeof *t);
    t->arena = ax_xcalloc(1, sizeof *t->arena);
    ax_arena_init(t->arena, 1 << 20, ARENA_MAX);
    struct ax_buf text;
    ax_buf_init(&text, FILE_SIZE_MAX);
    ax_rc rc = read_anywhere(c, file, &text, err);
    if (ax_ok(rc)) {
        ax_str copy = ax_arena_dup(t->arena, ax_buf_str(&text));
        rc = copy.ptr == NULL ? ax_fail(err, AX_LIMIT, "%s is too large", file) : parse(t, copy, err);
    }
    ax_buf_deinit(&text);
    if (!ax_ok(rc)) {
        ref_table_free(t);
        return NULL;
    }
    return t;
}

void ref_table_free(struct ref_table *t)
{
    if (t != NULL) {
        ax_arena_deinit(t->arena);
        ax_xfree(t->arena);
        ax_xfree(t->cell);
        ax_xfree(t);
    }
}

bool ref_table_column(const struct ref_table *t, ax_str name, size_t *column)
{
    char wanted[64], own[64];
    for (size_t k = 0; k < t->columns; k++) {
        if (ax_str_to_c(name, wanted, sizeof wanted) && ax_str_to_c(t->name[k], own, sizeof own) &&
                ref_same_name(wanted, own)) {
            *column = k;
            return true;
        }
    }
    return false;
}

double ref_table_number(const struct ref_table *t, size_t row, size_t column)
{
    char text[64], *end;
    if (!ax_str_to_c(t->cell[row * t->columns + column], text, sizeof text) || text[0] == '\0') {
        return (double)NAN;
    }
    double value = strtod(text, &end);
    return *end == '\0' ? value : (double)NAN;
}

/* What of a table is asked for. */
struct golden {
    double mine;     /* NAN: all */
    double from, to; /* 4 · year + quarter − 1, or 4 · year for years */
    bool by_quarter;
    json_t *rows;
    json_t *sums; /* by column */
    size_t count;
};

static json_t *cell_of(const struct ref_table *t, size_t row, size_t column)
{
    double value = ref_table_number(t, row, column);
    ax_str text = t->cell[row * t->columns + column];
    return isnan(value)            ? json_stringn(text.ptr, text.len)
           : value == floor(value) ? json_integer((json_int_t)value)
                                   : json_real(value);
}

static void take_row(struct golden *g, const struct ref_table *t, size_t row, const json_t *columns)
{
    json_t *cells = json_array();
    for (size_t k = 0; k < (columns == NULL ? t->columns : json_array_size(columns)); k++) {
        size_t column = k;
        if (columns != NULL && !ref_table_column(t, ax_str_c(json_string_value(json_array_get(columns, k))), &column)) {
            continue;
        }
        json_array_append_new(cells, cell_of(t, row, column));
    }
    for (size_t k = 0; k < t->columns; k++) {
        char name[64];
        double value = ref_table_number(t, row, k);
        if (!isnan(value) && ax_str_to_c(t->name[k], name, sizeof name)) {
            ref_put(g->sums, name, ref_number(g->sums, name, 0) + value);
        }
    }
    if (g->count++ < GOLDEN_ROWS_MAX) {
        json_array_append_new(g->rows, cells);
    } else {
        json_decref(cells);
    }
}

static void take_table(struct golden *g, const struct ref_table *t, const json_t *columns)
{
    size_t mine = 0, year = 0, quarter = 0;
    bool mines = ref_table_column(t, AX_STR("mine_id"), &mine), years = ref_table_column(t, AX_STR("year"), &year);
    bool quarters = ref_table_column(t, AX_STR("quarter"), &quarter);
    for (size_t r = 0; r < t->rows; r++) {
        if (!isnan(g->mine) && mines && ref_table_number(t, r, mine) != g->mine) {
            continue;
        }
        double at = years ? 4 * ref_table_number(t, r, year) : (double)NAN;
        at += quarters ? ref_table_number(t, r, quarter) - 1 : 0;
        if (years && !isnan(g->from) && (at < g->from || at > g->to)) {
            continue;
        }
        take_row(g, t, r, columns);
    }
}

/* "2009Q1..2010Q2", "2009..2010", "2009Q1", 2009 */
static void read_span(struct golden *g, const json_t *span)
{
    int from, to, q = 0, r = 0;
    const char *text = json_string_value(span);
    g->from = g->to = (double)NAN;
    if (json_is_integer(span)) {
        g->from = 4 * json_number_value(span);
        g->to = g->from + 3;
    } else if (text != NULL && sscanf(text, "%d%*[Qq]%d..%d%*[Qq]%d", &from, &q, &to, &r) == 4) {
        g->from = 4 * from + q - 1;
        g->to = 4 * to + r - 1;
        g->by_quarter = true;
    } else if (text != NULL && sscanf(text, "%d..%d", &from, &to) == 2) {
        g->from = 4 * from;
        g->to = 4 * to + 3;
    } else if (text != NULL && sscanf(text, "%d%*[Qq]%d", &from, &q) == 2) {
        g->from = g->to = 4 * from + q - 1;
        g->by_quarter = true;
    } else if (text != NULL && sscanf(text, "%d", &from) == 1) {
        g->from = 4 * from;
        g->to = g->from + 3;
    }
}

static bool is_in_folder(const char *folder, const char *file)
{
    char path[1024];
    snprintf(path, sizeof path, "%smsha/%s", folder, file);
    return ax_file_exists(path);
}

/* All files of a kind; those that `instead` has, too, are left to it. */
static size_t take_folder(struct golden *g, const struct ref_case *c, const char *folder, const char *instead,
        const char *prefix, const json_t *columns, struct ax_err *err)
{
    char *path = ax_file_beside(folder, "msha");
    struct dirent **names;
    int n = scandir(path, &names, NULL, alphasort);
    size_t read = 0;
    for (int i = 0; i < n; i++) {
        ax_str name = ax_str_c(names[i]->d_name);
        char *file = ax_file_beside(folder, "msha/"), full[1024];
        snprintf(full, sizeof full, "%s%s", file, names[i]->d_name);
        ax_xfree(file);
        struct ref_case absolute = *c;
        absolute.folder = "";
        bool wanted = ax_str_starts(name, ax_str_c(prefix)) && ax_str_ends(name, AX_STR(".csv"));
        struct ref_table *t = wanted && (instead == NULL || !is_in_folder(instead, names[i]->d_name))
                                      ? ref_table_read(&absolute, full, err)
                                      : NULL;
        if (t != NULL) {
            take_table(g, t, columns);
            ref_table_free(t);
            read++;
        }
        free(names[i]); /* scandir's */
    }
    if (n >= 0) {
        free(names);
    }
    ax_xfree(path);
    return read;
}

/* A quarter that is absent is one of zeros: said so where the case wants every quarter. */
static void fill_quarters(struct golden *g, size_t columns)
{
    json_t *all = json_array();
    size_t next = 0;
    for (double at = g->from; at <= g->to; at++) {
        json_t *row = json_array_get(g->rows, next);
        if (row != NULL && 4 * ref_value(json_array_get(row, 1)) + ref_value(json_array_get(row, 2)) - 1 == at) {
            json_array_append(all, row);
            next++;
            continue;
        }
        json_t *zeros = json_pack("[f,i,i]", g->mine, (int)at / 4, (int)at % 4 + 1);
        while (json_array_size(zeros) < columns) {
            json_array_append_new(zeros, json_integer(0));
        }
        json_array_append_new(all, zeros);
    }
    json_decref(g->rows);
    g->rows = all;
}

json_t *ref_golden(const struct ref_case *c, struct ax_err *err)
{
    struct golden g = {.mine = ref_number(c->input, "mine_id|mine", (double)NAN)};
    const char *file = ref_text(c->input, "file", NULL);
    const json_t *columns = ref_member(c->input, "columns"), *quarters = ref_member(c->input, "quarters|quarter");
    read_span(&g, quarters != NULL ? quarters : ref_member(c->input, "years|year"));
    g.rows = json_array();
    g.sums = json_object();
    size_t read = 1;
    if (file != NULL) {
        struct ref_table *t = ref_table_read(c, file, err);
        read = t != NULL;
        if (t != NULL) {
            take_table(&g, t, columns);
        }
        ref_table_free(t);
    } else {
        const char *prefix = quarters != NULL ? "mine_quarter" : "coal_mine_year";
        read = take_folder(&g, c, KNOWN_FOLDER, c->folder, prefix, columns, err);
        read += take_folder(&g, c, c->folder, NULL, prefix, columns, err);
    }
    if (g.by_quarter && columns == NULL && !isnan(g.mine) && json_is_array(c->expected) &&
            json_array_size(c->expected) == (size_t)(g.to - g.from + 1)) {
        fill_quarters(&g, json_array_size(json_array_get(c->expected, 0)));
    }
    ref_put_new(g.sums, "rows|count|n", json_integer((json_int_t)g.count));
    ref_put_new(g.sums, "values", g.rows);
    if (read == 0) {
        json_decref(g.sums);
        return NULL;
    }
    return g.sums;
}
