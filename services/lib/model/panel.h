/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A panel: what is known of many enterprises over many years, as CSV files in a folder (docs/MODEL.md has the format, that
 * of the US mine panel). A panel is facts: each mine has a ledger of penalties, accidents, licences and labour hours, as an
 * enterprise of the exchange has one, and the same code scores it. Outcomes are read from the rows themselves.
 *
 * Files are known by the beginning of their names; several of a kind are read in the order of their names:
 *     mines*.csv            mine_id, name, in_eia_coal
 *     mine_quarter*.csv     what happened in a quarter; dated the 15th of its middle month
 *     coal_mine_year*.csv   labour hours, type and owner of coal mines in a year; known when the year is over
 * A row that stands twice in the same words counts once; in other words it is an error.
 *
 * A panel owns its memory and is immutable once loaded: any thread may read it.
 */
#include "scoring/ledger.h"

enum {
    AX_PANEL_FILES_MAX = 256, /* of each kind */
    AX_PANEL_ROWS_MAX = 20000000,
    AX_PANEL_YEAR_MIN = 1950,
    AX_PANEL_YEAR_MAX = 2150,
};

struct ax_panel_quarter {
    uint32_t mine; /* index; ascending by (mine, day) */
    int32_t day;   /* that its facts bear */
    uint32_t violations;
    uint32_t days_lost;
    uint32_t days_restricted;
    uint32_t deaths;
    uint32_t disabled;
};

enum ax_mine_type { AX_MINE_TYPE_UNKNOWN, AX_MINE_UNDERGROUND, AX_MINE_SURFACE, AX_MINE_TYPE_OTHER };

struct ax_panel_year {
    uint32_t mine; /* index; ascending by (mine, year) */
    int32_t year;
    double hours;
    double employees;
    int32_t type;    /* enum ax_mine_type */
    ax_str region;   /* audit only, never an input of a score */
    ax_str company;  /* likewise: operating subsidiary, independent … */
    double injuries; /* as reported; below 0: not stated */
};

struct ax_panel_mine {
    uint32_t id;
    ax_str name;
    int32_t coal_from;    /* the day from which it is known to be coal; AX_DAY_MAX: never */
    size_t quarter_begin; /* in panel->quarters */
    size_t quarter_end;
    size_t year_begin; /* in panel->years */
    size_t year_end;
    struct ax_ledger
            ledger; /* all of it; each fact known from the day that it bears, hours from the end of their year */
};

struct ax_panel {
    struct ax_panel_mine *mines; /* ascending by id */
    size_t mine_count;
    struct ax_panel_quarter *quarters;
    size_t quarter_count;
    struct ax_panel_year *years;
    size_t year_count;
    int32_t first_day;              /* on which the first quarter of the panel begins */
    int32_t end_day;                /* the day after its last quarter */
    uint8_t digest[AX_DIGEST_SIZE]; /* SHA-256 over name, length and bytes of every file */
    struct ax_panel_store *store;   /* texts */
};

ax_rc ax_panel_load(const char *dir, struct ax_panel **out, struct ax_err *err) AX_MUST_CHECK;
void ax_panel_free(struct ax_panel *panel);
/* The day until which what is known before `day` tells all that happened: that day, or where no quarter came since for more than
 * three months, the end of the last one. What lies on or after `day` says nothing here, so that a panel says the
 * same of a day whether it ends there or goes on. */
int32_t ax_panel_tells_until(const struct ax_panel *panel, int32_t day);
/* The mine of that id, or NULL. */
const struct ax_panel_mine *ax_panel_find(const struct ax_panel *panel, uint32_t id);
/* The ledger as it was known before a day began. Deinit it. */
void ax_panel_known(const struct ax_panel_mine *mine, int32_t day, struct ax_ledger *out);
/* Rows of a mine with from <= day < until. */
size_t ax_panel_quarters(const struct ax_panel *panel, const struct ax_panel_mine *mine, int32_t from, int32_t until,
        const struct ax_panel_quarter **first);
/* The row of a year, or NULL. */
const struct ax_panel_year *ax_panel_year_of(
        const struct ax_panel *panel, const struct ax_panel_mine *mine, int32_t year);
/* The latest row of a year that was over before `day`, or NULL. */
const struct ax_panel_year *ax_panel_year_before(
        const struct ax_panel *panel, const struct ax_panel_mine *mine, int32_t day);
