/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/model/panel_store.h"

#include "base/digest.h"

#include <stdlib.h>

enum {
    TEXT_CHUNK_BYTES = 1024 * 1024,
    TEXT_MAX_BYTES = 1024 * 1024 * 1024,
    SCRATCH_CHUNK_BYTES = 256 * 1024,
    SCRATCH_MAX_BYTES = 64 * 1024 * 1024,
    QUARTER_MONTHS = 3,
    YEARS = AX_PANEL_YEAR_MAX - AX_PANEL_YEAR_MIN + 1,
};

/* Rows by what they are about, then as the files have them. */
static int compare_places(const struct ax_panel_place *a, const struct ax_panel_place *b)
{
    if (a->file != b->file) {
        return a->file < b->file ? -1 : 1;
    }
    return a->line < b->line ? -1 : a->line > b->line;
}

static int compare_named(const void *x, const void *y)
{
    const struct ax_panel_named *a = x;
    const struct ax_panel_named *b = y;
    return a->id != b->id ? (a->id < b->id ? -1 : 1) : compare_places(&a->place, &b->place);
}

static int compare_quarters(const void *x, const void *y)
{
    const struct ax_panel_quarter_row *a = x;
    const struct ax_panel_quarter_row *b = y;
    if (a->quarter.mine != b->quarter.mine) {
        return a->quarter.mine < b->quarter.mine ? -1 : 1;
    }
    if (a->quarter.day != b->quarter.day) {
        return a->quarter.day < b->quarter.day ? -1 : 1;
    }
    return compare_places(&a->place, &b->place);
}

static int compare_years(const void *x, const void *y)
{
    const struct ax_panel_year_row *a = x;
    const struct ax_panel_year_row *b = y;
    if (a->year.mine != b->year.mine) {
        return a->year.mine < b->year.mine ? -1 : 1;
    }
    if (a->year.year != b->year.year) {
        return a->year.year < b->year.year ? -1 : 1;
    }
    return compare_places(&a->place, &b->place);
}

static ax_rc contradict(const struct ax_panel_rows *rows, const struct ax_panel_place *a,
        const struct ax_panel_place *b, uint32_t id, const char *what, struct ax_err *err)
{
    return ax_fail(err, AX_INVALID, "%s:%u: mine %u has this %s in %s:%u already, with other values",
            rows->paths[b->file], (unsigned)b->line, (unsigned)id, what, rows->paths[a->file], (unsigned)a->line);
}

static bool same_quarter(const struct ax_panel_quarter *a, const struct ax_panel_quarter *b)
{
    return a->violations == b->violations && a->days_lost == b->days_lost && a->days_restricted == b->days_restricted &&
           a->deaths == b->deaths && a->disabled == b->disabled;
}

static bool same_number(double a, double b)
{
    return !(a < b) && !(a > b);
}

static bool same_year(const struct ax_panel_year *a, const struct ax_panel_year *b)
{
    return same_number(a->hours, b->hours) && same_number(a->employees, b->employees) && a->type == b->type &&
           same_number(a->injuries, b->injuries) && ax_str_eq(a->region, b->region) &&
           ax_str_eq(a->company, b->company);
}

static ax_rc take_quarters(struct ax_panel_rows *rows, struct ax_panel *p, struct ax_err *err)
{
    qsort(rows->quarters, rows->quarter_count, sizeof rows->quarters[0], compare_quarters);
    p->quarters = ax_xcalloc(rows->quarter_count, sizeof p->quarters[0]);
    const struct ax_panel_quarter_row *before = NULL;
    for (size_t i = 0; i < rows->quarter_count; i++) {
        const struct ax_panel_quarter_row *r = &rows->quarters[i];
        if (before == NULL || before->quarter.mine != r->quarter.mine || before->quarter.day != r->quarter.day) {
            p->quarters[p->quarter_count++] = r->quarter;
        } else if (!same_quarter(&before->quarter, &r->quarter)) {
            return contradict(rows, &before->place, &r->place, r->quarter.mine, "quarter", err);
        }
        before = r;
    }
    return AX_RC(OK);
}

static ax_rc take_years(struct ax_panel_rows *rows, struct ax_panel *p, struct ax_err *err)
{
    if (rows->year_count == 0) {
        return AX_RC(OK);
    }
    qsort(rows->years, rows->year_count, sizeof rows->years[0], compare_years);
    p->years = ax_xcalloc(rows->year_count, sizeof p->years[0]);
    const struct ax_panel_year_row *before = NULL;
    for (size_t i = 0; i < rows->year_count; i++) {
        const struct ax_panel_year_row *r = &rows->years[i];
        if (before == NULL || before->year.mine != r->year.mine || before->year.year != r->year.year) {
            p->years[p->year_count++] = r->year;
        } else if (!same_year(&before->year, &r->year)) {
            return contradict(rows, &before->place, &r->place, r->year.mine, "year", err);
        }
        before = r;
    }
    return AX_RC(OK);
}

static ax_rc check_named(struct ax_panel_rows *rows, struct ax_err *err)
{
    if (rows->named_count == 0) {
        return AX_RC(OK);
    }
    qsort(rows->named, rows->named_count, sizeof rows->named[0], compare_named);
    for (size_t i = 1; i < rows->named_count; i++) {
        const struct ax_panel_named *a = &rows->named[i - 1];
        const struct ax_panel_named *b = &rows->named[i];
        if (a->id == b->id && a->coal != b->coal) {
            return contradict(rows, &a->place, &b->place, b->id, "line", err);
        }
    }
    return AX_RC(OK);
}

static uint32_t least_id(const struct ax_panel_rows *rows, const struct ax_panel *p, size_t n, size_t q, size_t y)
{
    uint32_t id = n < rows->named_count ? rows->named[n].id : UINT32_MAX;
    id = q < p->quarter_count && p->quarters[q].mine < id ? p->quarters[q].mine : id;
    return y < p->year_count && p->years[y].mine < id ? p->years[y].mine : id;
}

/* Three ascending lists of ids become one list of mines. A mine that mines.csv does not name is coal from when it has hours. */
static void list_mines(const struct ax_panel_rows *rows, struct ax_panel *p)
{
    size_t n = 0;
    size_t q = 0;
    size_t y = 0;
    p->mines = ax_xcalloc(rows->named_count + p->quarter_count + p->year_count, sizeof p->mines[0]);
    while (n < rows->named_count || q < p->quarter_count || y < p->year_count) {
        struct ax_panel_mine *m = &p->mines[p->mine_count];
        uint32_t id = least_id(rows, p, n, q, y);
        *m = (struct ax_panel_mine){.id = id, .quarter_begin = q, .year_begin = y, .coal_from = AX_DAY_MAX};
        bool named = false;
        for (; n < rows->named_count && rows->named[n].id == id; n++) {
            m->name = rows->named[n].name.len > 0 ? rows->named[n].name : m->name;
            m->coal_from = rows->named[n].coal ? AX_DAY_MIN : AX_DAY_MAX;
            named = true;
        }
        for (; q < p->quarter_count && p->quarters[q].mine == id; q++) {
            p->quarters[q].mine = (uint32_t)p->mine_count;
        }
        if (!named && y < p->year_count && p->years[y].mine == id) {
            m->coal_from = ax_day_of(p->years[y].year + 1, 1, 1);
        }
        for (; y < p->year_count && p->years[y].mine == id; y++) {
            p->years[y].mine = (uint32_t)p->mine_count;
        }
        m->quarter_end = q;
        m->year_end = y;
        p->mine_count++;
    }
}

/* Rows are dated in the middle month of their quarter. */
static int32_t quarter_end(int32_t dated)
{
    int year;
    int month;
    int day;
    ax_day_split(dated, &year, &month, &day);
    return ax_day_add_months(ax_day_of(year, month - 1, 1), QUARTER_MONTHS);
}

static void find_span(struct ax_panel *p)
{
    int32_t first = p->quarters[0].day;
    int32_t last = first;
    for (size_t i = 0; i < p->quarter_count; i++) {
        first = p->quarters[i].day < first ? p->quarters[i].day : first;
        last = p->quarters[i].day > last ? p->quarters[i].day : last;
    }
    int year;
    int month;
    int day;
    ax_day_split(first, &year, &month, &day);
    p->first_day = ax_day_of(year, month - 1, 1);
    p->end_day = quarter_end(last);
}

static void fill_ledgers(struct ax_panel *p)
{
    static const size_t fact_bytes = 64 * 1024;
    bool *covered = ax_xcalloc(YEARS, sizeof covered[0]);
    struct ax_arena scratch;
    struct ax_buf bytes;
    for (size_t i = 0; i < p->year_count; i++) {
        covered[p->years[i].year - AX_PANEL_YEAR_MIN] = true;
    }
    ax_arena_init(&scratch, SCRATCH_CHUNK_BYTES, SCRATCH_MAX_BYTES);
    ax_buf_init(&bytes, fact_bytes);
    for (size_t i = 0; i < p->mine_count; i++) {
        ax_panel_fill_ledger(p, &p->mines[i], covered, &scratch, &bytes);
    }
    ax_buf_deinit(&bytes);
    ax_arena_deinit(&scratch);
    ax_xfree(covered);
}

static ax_rc load(const char *dir, struct ax_panel_rows *rows, struct ax_panel *p, struct ax_err *err)
{
    AX_TRY(ax_panel_read(dir, rows, err));
    AX_TRY(check_named(rows, err));
    AX_TRY(take_quarters(rows, p, err));
    AX_TRY(take_years(rows, p, err));
    list_mines(rows, p);
    find_span(p);
    fill_ledgers(p);
    return AX_RC(OK);
}

ax_rc ax_panel_load(const char *dir, struct ax_panel **out, struct ax_err *err)
{
    struct ax_panel *p = ax_xcalloc(1, sizeof *p);
    p->store = ax_xcalloc(1, sizeof *p->store);
    ax_arena_init(&p->store->texts, TEXT_CHUNK_BYTES, TEXT_MAX_BYTES);
    struct ax_panel_rows rows = {.texts = &p->store->texts, .digest = ax_sha256_new()};
    ax_rc rc = load(dir, &rows, p, err);
    ax_sha256_end(rows.digest, p->digest);
    ax_panel_rows_deinit(&rows);
    if (!ax_ok(rc)) {
        ax_panel_free(p);
        return rc;
    }
    *out = p;
    return AX_RC(OK);
}

void ax_panel_free(struct ax_panel *panel)
{
    if (panel == NULL) {
        return;
    }
    for (size_t i = 0; i < panel->mine_count; i++) {
        ax_ledger_deinit(&panel->mines[i].ledger);
    }
    ax_arena_deinit(&panel->store->texts);
    ax_xfree(panel->store);
    ax_xfree(panel->mines);
    ax_xfree(panel->quarters);
    ax_xfree(panel->years);
    ax_xfree(panel);
}

const struct ax_panel_mine *ax_panel_find(const struct ax_panel *panel, uint32_t id)
{
    size_t low = 0;
    size_t high = panel->mine_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (panel->mines[middle].id == id) {
            return &panel->mines[middle];
        }
        if (panel->mines[middle].id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

void ax_panel_known(const struct ax_panel_mine *mine, int32_t day, struct ax_ledger *out)
{
    ax_ledger_as_known(&mine->ledger, ax_panel_instant(day) - 1, out);
}

size_t ax_panel_quarters(const struct ax_panel *panel, const struct ax_panel_mine *mine, int32_t from, int32_t until,
        const struct ax_panel_quarter **first)
{
    size_t begin = mine->quarter_begin;
    while (begin < mine->quarter_end && panel->quarters[begin].day < from) {
        begin++;
    }
    size_t end = begin;
    while (end < mine->quarter_end && panel->quarters[end].day < until) {
        end++;
    }
    *first = &panel->quarters[begin];
    return end - begin;
}

const struct ax_panel_year *ax_panel_year_of(
        const struct ax_panel *panel, const struct ax_panel_mine *mine, int32_t year)
{
    for (size_t i = mine->year_begin; i < mine->year_end; i++) {
        if (panel->years[i].year == year) {
            return &panel->years[i];
        }
    }
    return NULL;
}

const struct ax_panel_year *ax_panel_year_before(
        const struct ax_panel *panel, const struct ax_panel_mine *mine, int32_t day)
{
    const struct ax_panel_year *found = NULL;
    for (size_t i = mine->year_begin; i < mine->year_end; i++) {
        if (ax_day_of(panel->years[i].year + 1, 1, 1) <= day) {
            found = &panel->years[i];
        }
    }
    return found;
}

int32_t ax_panel_tells_until(const struct ax_panel *panel, int32_t day)
{
    int32_t last = AX_DAY_NONE;
    for (size_t i = 0; i < panel->quarter_count; i++) {
        int32_t its = panel->quarters[i].day;
        last = its < day && its > last ? its : last;
    }
    bool goes_on = last == AX_DAY_NONE || ax_day_add_months(last, QUARTER_MONTHS) >= day;
    return goes_on ? day : quarter_end(last);
}
