/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a panel is while it is read: rows of all files, with the place that each stands at. Private to this folder. */
#include "services/lib/model/panel.h"

#include "base/arena.h"

/* Where a row stands, for errors about two rows. */
struct ax_panel_place {
    uint32_t file; /* in paths */
    uint32_t line;
};

struct ax_panel_named {
    uint32_t id;
    bool coal;
    ax_str name;
    struct ax_panel_place place;
};

struct ax_panel_quarter_row {
    struct ax_panel_quarter quarter; /* mine: its id until all are known */
    struct ax_panel_place place;
};

struct ax_panel_year_row {
    struct ax_panel_year year;
    struct ax_panel_place place;
};

struct ax_panel_rows {
    struct ax_panel_named *named;
    size_t named_count;
    size_t named_size;
    struct ax_panel_quarter_row *quarters;
    size_t quarter_count;
    size_t quarter_size;
    struct ax_panel_year_row *years;
    size_t year_count;
    size_t year_size;
    char **paths;
    size_t path_count;
    struct ax_sha256_run *digest;
    struct ax_arena *texts;
};

struct ax_panel_store {
    struct ax_arena texts;
};

/* Reads every file of the folder. */
ax_rc ax_panel_read(const char *dir, struct ax_panel_rows *rows, struct ax_err *err) AX_MUST_CHECK;
void ax_panel_rows_deinit(struct ax_panel_rows *rows);
/* The mine's ledger from its rows. `covered` has a mark for each year, from AX_PANEL_YEAR_MIN, of which the panel has hours. */
void ax_panel_fill_ledger(const struct ax_panel *panel, struct ax_panel_mine *mine, const bool *covered,
        struct ax_arena *scratch, struct ax_buf *bytes);
/* 00:00 of a day of UTC+8. */
int64_t ax_panel_instant(int32_t day);
