/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/model/panel_store.h"

#include "base/digest.h"
#include "base/file.h"
#include "services/lib/model/sheet.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATH_MAX_BYTES = 4096, COUNT_MAX = 100000000, MIDDLE_DAY = 15 };

#define HOURS_MAX 1e12

enum kind { MINES, QUARTERS, YEARS, KINDS };

static const char *const prefixes[KINDS] = {"mines", "mine_quarter", "coal_mine_year"};

enum { M_ID, M_NAME, M_COAL };
static const struct ax_panel_sheet_column mine_columns[] = {{"mine_id", false}, {"name", true}, {"in_eia_coal", false}};

enum { Q_ID, Q_YEAR, Q_QUARTER, Q_VIOLATIONS, Q_LOST, Q_RESTRICTED, Q_DEATHS, Q_DISABLED };
static const struct ax_panel_sheet_column quarter_columns[] = {{"mine_id", false}, {"year", false}, {"quarter", false},
        {"violations", false}, {"days_lost", false}, {"days_restricted", false}, {"deaths", false},
        {"perm_disab", false}};

enum { Y_ID, Y_YEAR, Y_HOURS, Y_EMPLOYEES, Y_TYPE, Y_REGION, Y_COMPANY, Y_INJURIES };
static const struct ax_panel_sheet_column year_columns[] = {{"mine_id", false}, {"year", false}, {"labor_hours", false},
        {"avg_employees", true}, {"mine_type", false}, {"region", true}, {"company_type", true},
        {"injuries_reported", true}};

/* Makes room for one more. */
static void *grow(void *rows, size_t count, size_t *size, size_t each)
{
    if (count < *size) {
        return rows;
    }
    *size = *size == 0 ? 4096 : 2 * *size;
    return ax_xrealloc(rows, *size * each);
}

static ax_rc keep_text(struct ax_panel_rows *rows, ax_str *text, struct ax_err *err)
{
    *text = ax_arena_dup(rows->texts, *text);
    return text->ptr != NULL ? AX_RC(OK) : ax_fail(err, AX_LIMIT, "the panel's texts are too long");
}

static ax_rc read_id(const struct ax_panel_sheet *s, uint32_t *id, struct ax_err *err)
{
    int64_t value;
    AX_TRY(ax_panel_sheet_whole(s, 0, 1, UINT32_MAX, &value, err));
    *id = (uint32_t)value;
    return AX_RC(OK);
}

static ax_rc read_count(const struct ax_panel_sheet *s, size_t column, uint32_t *out, struct ax_err *err)
{
    int64_t value;
    AX_TRY(ax_panel_sheet_whole(s, column, 0, COUNT_MAX, &value, err));
    *out = (uint32_t)value;
    return AX_RC(OK);
}

static struct ax_panel_place place_of(const struct ax_panel_rows *rows, const struct ax_panel_sheet *s)
{
    return (struct ax_panel_place){(uint32_t)rows->path_count - 1, (uint32_t)s->line};
}

static ax_rc add_mine(struct ax_panel_rows *rows, const struct ax_panel_sheet *s, struct ax_err *err)
{
    struct ax_panel_named row = {.name = s->cells[M_NAME], .place = place_of(rows, s)};
    int64_t coal;
    AX_TRY(read_id(s, &row.id, err));
    AX_TRY(ax_panel_sheet_whole(s, M_COAL, 0, 1, &coal, err));
    AX_TRY(keep_text(rows, &row.name, err));
    row.coal = coal == 1;
    rows->named = grow(rows->named, rows->named_count, &rows->named_size, sizeof row);
    rows->named[rows->named_count++] = row;
    return AX_RC(OK);
}

static ax_rc add_quarter(struct ax_panel_rows *rows, const struct ax_panel_sheet *s, struct ax_err *err)
{
    struct ax_panel_quarter_row row = {.place = place_of(rows, s)};
    struct ax_panel_quarter *q = &row.quarter;
    int64_t year;
    int64_t quarter;
    AX_TRY(read_id(s, &q->mine, err));
    AX_TRY(ax_panel_sheet_whole(s, Q_YEAR, AX_PANEL_YEAR_MIN, AX_PANEL_YEAR_MAX, &year, err));
    AX_TRY(ax_panel_sheet_whole(s, Q_QUARTER, 1, 4, &quarter, err));
    AX_TRY(read_count(s, Q_VIOLATIONS, &q->violations, err));
    AX_TRY(read_count(s, Q_LOST, &q->days_lost, err));
    AX_TRY(read_count(s, Q_RESTRICTED, &q->days_restricted, err));
    AX_TRY(read_count(s, Q_DEATHS, &q->deaths, err));
    AX_TRY(read_count(s, Q_DISABLED, &q->disabled, err));
    q->day = ax_day_of((int)year, (int)(3 * quarter - 1), MIDDLE_DAY);
    rows->quarters = grow(rows->quarters, rows->quarter_count, &rows->quarter_size, sizeof row);
    rows->quarters[rows->quarter_count++] = row;
    return AX_RC(OK);
}

static int32_t type_of(ax_str text)
{
    return ax_str_eq(text, AX_STR("Underground")) ? AX_MINE_UNDERGROUND
           : ax_str_eq(text, AX_STR("Surface"))   ? AX_MINE_SURFACE
           : text.len == 0                        ? AX_MINE_TYPE_UNKNOWN
                                                  : AX_MINE_TYPE_OTHER;
}

static ax_rc add_year(struct ax_panel_rows *rows, const struct ax_panel_sheet *s, struct ax_err *err)
{
    struct ax_panel_year_row row = {.place = place_of(rows, s)};
    struct ax_panel_year *y = &row.year;
    int64_t year;
    AX_TRY(read_id(s, &y->mine, err));
    AX_TRY(ax_panel_sheet_whole(s, Y_YEAR, AX_PANEL_YEAR_MIN, AX_PANEL_YEAR_MAX, &year, err));
    AX_TRY(ax_panel_sheet_number(s, Y_HOURS, HOURS_MAX, &y->hours, err));
    if (s->cells[Y_EMPLOYEES].len > 0) {
        AX_TRY(ax_panel_sheet_number(s, Y_EMPLOYEES, HOURS_MAX, &y->employees, err));
    }
    y->injuries = -1;
    if (s->cells[Y_INJURIES].len > 0) {
        AX_TRY(ax_panel_sheet_number(s, Y_INJURIES, HOURS_MAX, &y->injuries, err));
    }
    y->year = (int32_t)year;
    y->type = type_of(s->cells[Y_TYPE]);
    y->region = s->cells[Y_REGION];
    y->company = s->cells[Y_COMPANY];
    AX_TRY(keep_text(rows, &y->region, err));
    AX_TRY(keep_text(rows, &y->company, err));
    rows->years = grow(rows->years, rows->year_count, &rows->year_size, sizeof row);
    rows->years[rows->year_count++] = row;
    return AX_RC(OK);
}

typedef ax_rc add_row(struct ax_panel_rows *rows, const struct ax_panel_sheet *s, struct ax_err *err);

static ax_rc read_rows(struct ax_panel_rows *rows, const struct ax_panel_sheet_column *columns, size_t count,
        add_row *add, struct ax_err *err)
{
    struct ax_panel_sheet sheet;
    const char *path = rows->paths[rows->path_count - 1];
    ax_rc rc = ax_panel_sheet_open(&sheet, path, columns, count, err);
    bool more = true;
    while (ax_ok(rc) && more) {
        rc = ax_panel_sheet_next(&sheet, &more, err);
        if (ax_ok(rc) && more) {
            rc = rows->named_count + rows->quarter_count + rows->year_count < AX_PANEL_ROWS_MAX
                         ? add(rows, &sheet, err)
                         : ax_fail(err, AX_LIMIT, "%s: more than %d rows in a panel", path, AX_PANEL_ROWS_MAX);
        }
    }
    ax_panel_sheet_deinit(&sheet);
    return rc;
}

static ax_rc read_file(struct ax_panel_rows *rows, enum kind kind, struct ax_err *err)
{
    switch (kind) {
    case MINES:
        return read_rows(rows, mine_columns, sizeof mine_columns / sizeof mine_columns[0], add_mine, err);
    case QUARTERS:
        return read_rows(rows, quarter_columns, sizeof quarter_columns / sizeof quarter_columns[0], add_quarter, err);
    case YEARS:
    case KINDS:
    default:
        return read_rows(rows, year_columns, sizeof year_columns / sizeof year_columns[0], add_year, err);
    }
}

/* The digest takes the file again as it is on disk, name and length before it. */
static ax_rc digest_file(struct ax_panel_rows *rows, const char *name, const char *path, struct ax_err *err)
{
    struct ax_buf bytes;
    struct ax_buf head;
    ax_buf_init(&bytes, AX_PANEL_SHEET_MAX_BYTES);
    ax_buf_init(&head, PATH_MAX_BYTES);
    ax_rc rc = ax_file_read(path, &bytes, err);
    if (ax_ok(rc)) {
        ax_buf_put_u64be(&head, strlen(name));
        ax_buf_put_str(&head, ax_str_c(name));
        ax_buf_put_u64be(&head, bytes.len);
        ax_sha256_add(rows->digest, ax_buf_str(&head));
        ax_sha256_add(rows->digest, ax_buf_str(&bytes));
    }
    ax_buf_deinit(&bytes);
    ax_buf_deinit(&head);
    return rc;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static enum kind kind_of(const char *name)
{
    for (int kind = 0; kind < KINDS; kind++) {
        if (strncmp(name, prefixes[kind], strlen(prefixes[kind])) == 0 && ax_str_ends(ax_str_c(name), AX_STR(".csv"))) {
            return (enum kind)kind;
        }
    }
    return KINDS;
}

static int is_ours(const struct dirent *entry)
{
    return kind_of(entry->d_name) != KINDS;
}

static ax_rc read_one(struct ax_panel_rows *rows, const char *dir, const char *name, struct ax_err *err)
{
    char path[PATH_MAX_BYTES];
    int len = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (len < 0 || len >= PATH_MAX_BYTES) {
        return ax_fail(err, AX_LIMIT, "path too long: %s", name);
    }
    rows->paths[rows->path_count++] = ax_xstrdup(path);
    AX_TRY(digest_file(rows, name, path, err));
    return read_file(rows, kind_of(name), err);
}

ax_rc ax_panel_read(const char *dir, struct ax_panel_rows *rows, struct ax_err *err)
{
    struct dirent **entries = NULL;
    int count = scandir(dir, &entries, is_ours, by_name);
    if (count < 0) {
        return ax_fail_field(
                err, AX_NOT_FOUND, "panel", dir, strlen(dir), "the folder cannot be read: %s", strerror(errno));
    }
    ax_rc rc = count <= AX_PANEL_FILES_MAX
                       ? AX_RC(OK)
                       : ax_fail(err, AX_LIMIT, "%s: more than %d files in a panel", dir, AX_PANEL_FILES_MAX);
    rows->paths = ax_xcalloc((size_t)count + 1, sizeof rows->paths[0]);
    for (int i = 0; ax_ok(rc) && i < count; i++) {
        rc = read_one(rows, dir, entries[i]->d_name, err);
    }
    for (int i = 0; i < count; i++) {
        ax_xfree(entries[i]);
    }
    ax_xfree(entries);
    if (ax_ok(rc) && rows->quarter_count == 0) {
        rc = ax_fail_field(
                err, AX_NOT_FOUND, "panel", dir, strlen(dir), "no mine_quarter*.csv with rows in this folder");
    }
    return rc;
}

void ax_panel_rows_deinit(struct ax_panel_rows *rows)
{
    for (size_t i = 0; i < rows->path_count; i++) {
        ax_xfree(rows->paths[i]);
    }
    ax_xfree(rows->paths);
    ax_xfree(rows->named);
    ax_xfree(rows->quarters);
    ax_xfree(rows->years);
}
