/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A CSV file of a panel (base/csv.h; a row is a line) whose first line names the columns. Columns are asked for by name, in any
 * order, and may not stand twice; others are left alone. Errors name file, line, column, value and rule. The sheet owns its text; cells borrow from it
 * and are there until the next row. One thread.
 */
#include "base/csv.h"

enum {
    AX_PANEL_SHEET_COLUMNS_MAX = 128,
    AX_PANEL_SHEET_WANTED_MAX = 32,
    AX_PANEL_SHEET_MAX_BYTES = 512 * 1024 * 1024,
};

struct ax_panel_sheet_column {
    const char *name;
    bool may_be_absent; /* the column; its cells are then empty */
};

struct ax_panel_sheet {
    const char *path;
    const struct ax_panel_sheet_column *wanted;
    size_t wanted_count;
    size_t line; /* of the row last read, from 1 */
    ax_str cells[AX_PANEL_SHEET_WANTED_MAX];
    /* Private. */
    struct ax_buf text;
    size_t at;
    size_t column_count;
    size_t column_of[AX_PANEL_SHEET_WANTED_MAX]; /* AX_PANEL_SHEET_COLUMNS_MAX: absent */
    struct ax_arena arena;                       /* of the row */
    struct ax_csv_row row;
};

/* Reads the file and its first line. `path` and `wanted` must outlive the sheet. Deinit it in any case. */
ax_rc ax_panel_sheet_open(struct ax_panel_sheet *s, const char *path, const struct ax_panel_sheet_column *wanted,
        size_t wanted_count, struct ax_err *err) AX_MUST_CHECK;
void ax_panel_sheet_deinit(struct ax_panel_sheet *s);
/* The next row, blank lines skipped; `more` is false at the end. */
ax_rc ax_panel_sheet_next(struct ax_panel_sheet *s, bool *more, struct ax_err *err) AX_MUST_CHECK;
/* A whole number from min to max ("12" or "12.0"). */
ax_rc ax_panel_sheet_whole(const struct ax_panel_sheet *s, size_t wanted, int64_t min, int64_t max, int64_t *out,
        struct ax_err *err) AX_MUST_CHECK;
/* A number without exponent, from 0 to max. */
ax_rc ax_panel_sheet_number(
        const struct ax_panel_sheet *s, size_t wanted, double max, double *out, struct ax_err *err) AX_MUST_CHECK;
/* AX_INVALID about this cell. */
ax_rc ax_panel_sheet_fail(const struct ax_panel_sheet *s, size_t wanted, const char *rule, struct ax_err *err);
