/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For made-up panels (seeded): fits and scores look at nothing on or after their day, do not depend on the order of rows or how
 * they are spread over files, and more or graver adverse facts never make a mine look better.
 */
#include "services/lib/model/fit.h"
#include "services/lib/model/predict.h"
#include "services/lib/pack/bundle.h"
#include "tests/unit/panel_files.h"

enum {
    MINES = 400,
    YEARS = 8,
    FIRST = 2000,
    ON_YEAR = 2006,
    TEXT_MAX = 16 * 1024 * 1024,
    SEEDS = T_CASES(3),
    SPREAD = 3,
    CUTS = 6, /* random days a seed */
};

#define QUARTER_HEAD "mine_id,year,quarter,violations,days_lost,days_restricted,deaths,perm_disab\n"
#define YEAR_HEAD "mine_id,year,mine_type,labor_hours\n"
#define MINE_HEAD "mine_id,in_eia_coal\n"

static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static uint32_t below(uint64_t *seed, uint32_t n)
{
    return (uint32_t)(next(seed) >> 33) % n;
}

struct quarter {
    uint32_t mine;
    int year;
    int quarter;
    uint32_t x[5]; /* violations, days lost, days restricted, deaths, disabled */
};

struct made_up {
    struct quarter *rows;
    size_t count;
    struct ax_buf years; /* rows of coal_mine_year */
};

static void make_quarter(struct made_up *w, uint64_t *seed, uint32_t mine, int year, int quarter)
{
    bool bad = mine % 5 == 0;
    struct quarter q = {.mine = mine, .year = year, .quarter = quarter};
    q.x[0] = below(seed, bad ? 20 : 6);
    q.x[1] = below(seed, bad ? 3 : 12) == 0 ? 1 + below(seed, 90) : 0;
    q.x[2] = below(seed, 10) == 0 ? below(seed, 30) : 0;
    q.x[3] = below(seed, bad ? 60 : 400) == 0;
    q.x[4] = below(seed, bad ? 40 : 300) == 0;
    if (below(seed, 4) != 0) {
        w->rows[w->count++] = q;
    }
}

static struct made_up make(uint64_t seed)
{
    struct made_up w = {.rows = ax_xcalloc((size_t)MINES * YEARS * 4, sizeof w.rows[0])};
    ax_buf_init(&w.years, TEXT_MAX);
    for (uint32_t mine = 1; mine <= MINES; mine++) {
        for (int year = FIRST; year < FIRST + YEARS; year++) {
            for (int quarter = 1; quarter <= 4; quarter++) {
                make_quarter(&w, &seed, mine, year, quarter);
            }
        }
    }
    return w;
}

/* The years that are over by a day. Every other mine has hours, some only of the last years; types change now and then. */
static void put_years(struct made_up *w, uint64_t seed, int32_t until)
{
    ax_buf_clear(&w->years);
    ax_buf_put_str(&w->years, AX_STR(YEAR_HEAD));
    for (uint32_t mine = 2; mine <= MINES; mine += 2) {
        for (int year = FIRST; year < FIRST + YEARS; year++) {
            uint32_t hours = 5000 + below(&seed, 200000);
            bool underground = (mine % 4 == 0) != (below(&seed, 20) == 0);
            if (ax_day_of(year + 1, 1, 1) <= until && (mine % 5 != 0 || year >= ON_YEAR - 1)) {
                ax_buf_printf(&w->years, "%u,%d,%s,%u\n", (unsigned)mine, year, underground ? "Underground" : "Surface",
                        (unsigned)hours);
            }
        }
    }
}

static bool has_row(const struct made_up *w, uint32_t mine, int32_t until)
{
    for (size_t i = 0; i < w->count; i++) {
        const struct quarter *q = &w->rows[i];
        if (q->mine == mine && ax_day_of(q->year, 3 * q->quarter - 1, 15) < until) {
            return true;
        }
    }
    return false;
}

/* Half of the mines stand in mines.csv, those that have a row before `until`. */
static void put_names(const struct made_up *w, int32_t until, const struct panel_files *files)
{
    struct ax_buf text;
    ax_buf_init(&text, TEXT_MAX);
    ax_buf_put_str(&text, AX_STR(MINE_HEAD));
    for (uint32_t mine = 1; mine <= MINES; mine++) {
        if (mine % 4 > 1 && has_row(w, mine, until)) {
            ax_buf_printf(&text, "%u,%d\n", (unsigned)mine, mine % 4 == 2);
        }
    }
    panel_files_put(files, "mines.csv", ax_buf_str(&text));
    ax_buf_deinit(&text);
}

/* Rows dated before `until`, over `files` files; `backwards`: in the other order. */
static struct ax_panel *panel_of(const struct made_up *w, int32_t until, size_t file_count, bool backwards)
{
    struct panel_files files;
    struct ax_buf texts[SPREAD];
    struct ax_panel *panel = NULL;
    struct ax_err err = {0};
    panel_files_make(&files);
    for (size_t i = 0; i < file_count; i++) {
        ax_buf_init(&texts[i], TEXT_MAX);
        ax_buf_put_str(&texts[i], AX_STR(QUARTER_HEAD));
    }
    for (size_t i = 0; i < w->count; i++) {
        const struct quarter *q = &w->rows[backwards ? w->count - 1 - i : i];
        if (ax_day_of(q->year, 3 * q->quarter - 1, 15) < until) {
            ax_buf_printf(&texts[i % file_count], "%u,%d,%d,%u,%u,%u,%u,%u\n", (unsigned)q->mine, q->year, q->quarter,
                    (unsigned)q->x[0], (unsigned)q->x[1], (unsigned)q->x[2], (unsigned)q->x[3], (unsigned)q->x[4]);
        }
    }
    for (size_t i = 0; i < file_count; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "mine_quarter_%zu.csv", i);
        panel_files_put(&files, name, ax_buf_str(&texts[i]));
        ax_buf_deinit(&texts[i]);
    }
    panel_files_put(&files, "coal_mine_year.csv", ax_buf_str(&w->years));
    put_names(w, until, &files);
    assert_true(ax_ok(ax_panel_load(files.dir, &panel, &err)));
    panel_files_remove(&files);
    return panel;
}

static struct ax_fit *fit_of(const struct ax_panel *panel, int32_t until)
{
    struct ax_fit *fit = NULL;
    struct ax_err err = {0};
    char line[1024];
    if (!ax_ok(ax_fit_panel(panel, until, NULL, NULL, &fit, &err))) {
        fail_msg("%s", ax_err_line(&err, line, sizeof line));
    }
    return fit;
}

/* The edition without the digest and the sizes of the panel. */
static void text_of(struct ax_fit *fit, struct ax_buf *out)
{
    struct ax_risk_edition e = fit->edition;
    e.fit_data = AX_STR("");
    e.fit_note = AX_STR("");
    ax_buf_init(out, AX_PACK_FILE_MAX_BYTES);
    ax_risk_write(&e, out);
    assert_false(out->failed);
}

static void expect_same_scores(const struct ax_panel *a, const struct ax_panel *b,
        const struct ax_risk_edition *edition, int32_t on, bool coal)
{
    struct ax_predictions x;
    struct ax_predictions y;
    struct ax_err err = {0};
    assert_true(ax_ok(ax_model_predict(a, edition, on, coal, true, &x, &err)));
    assert_true(ax_ok(ax_model_predict(b, edition, on, coal, true, &y, &err)));
    assert_true(x.count > 0);
    assert_int_equal(x.count, y.count);
    for (size_t i = 0; i < x.count; i++) {
        assert_int_equal(x.rows[i].mine->id, y.rows[i].mine->id);
        assert_memory_equal(&x.rows[i].risk, &y.rows[i].risk, sizeof x.rows[i].risk);
    }
    ax_predictions_deinit(&x);
    ax_predictions_deinit(&y);
}

static void compare_panels(struct ax_panel *whole, struct ax_panel *other, int32_t on)
{
    struct ax_fit *a = fit_of(whole, on);
    struct ax_fit *b = fit_of(other, on);
    struct ax_buf x;
    struct ax_buf y;
    text_of(a, &x);
    text_of(b, &y);
    assert_true(ax_str_eq(ax_buf_str(&x), ax_buf_str(&y)));
    expect_same_scores(whole, other, &a->edition, on, false);
    expect_same_scores(whole, other, &a->edition, on, true);
    ax_buf_deinit(&x);
    ax_buf_deinit(&y);
    ax_fit_free(a);
    ax_fit_free(b);
    ax_panel_free(other);
}

static void only_the_past_counts_in_any_order_of_rows(void **state)
{
    (void)state;
    int32_t end = ax_day_of(FIRST + YEARS, 1, 1);
    /* Also a day that comes after a quarter and before the next one's facts. */
    const int32_t days[] = {ax_day_of(ON_YEAR, 1, 1), ax_day_of(ON_YEAR, 5, 14), ax_day_of(ON_YEAR, 9, 30)};
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct made_up w = make(seed * 7919);
        int32_t on = days[seed - 1];
        put_years(&w, seed, end);
        struct ax_panel *whole = panel_of(&w, end, 1, false);
        compare_panels(whole, panel_of(&w, end, SPREAD, true), on);
        put_years(&w, seed, on);
        compare_panels(whole, panel_of(&w, on, 1, false), on);
        ax_panel_free(whole);
        ax_buf_deinit(&w.years);
        ax_xfree(w.rows);
    }
}

/* The weights are of one fit; what is compared is what of the panel a score looks at. */
static void a_panel_cut_on_any_day_scores_it_the_same(void **state)
{
    (void)state;
    int32_t end = ax_day_of(FIRST + YEARS, 1, 1);
    struct ax_fit *fit = NULL;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        uint64_t days = seed * 104729;
        struct made_up w = make(seed * 7919);
        put_years(&w, seed, end);
        struct ax_panel *whole = panel_of(&w, end, 1, false);
        fit = fit != NULL ? fit : fit_of(whole, ax_day_of(ON_YEAR, 1, 1));
        for (int i = 0; i < CUTS; i++) {
            int32_t on = ax_day_of(ON_YEAR - 2, 1, 1) + (int32_t)below(&days, 4 * 365);
            put_years(&w, seed, on);
            struct ax_panel *cut = panel_of(&w, on, 1, false);
            expect_same_scores(whole, cut, &fit->edition, on, false);
            expect_same_scores(whole, cut, &fit->edition, on, true);
            ax_panel_free(cut);
        }
        ax_panel_free(whole);
        ax_buf_deinit(&w.years);
        ax_xfree(w.rows);
    }
    ax_fit_free(fit);
}

static const struct ax_prediction *row_of(const struct ax_predictions *p, uint32_t id)
{
    for (size_t i = 0; i < p->count; i++) {
        if (p->rows[i].mine->id == id) {
            return &p->rows[i];
        }
    }
    return NULL;
}

static void expect_no_better(struct made_up *w, const struct ax_fit *fit, size_t at, size_t what, uint32_t more)
{
    struct ax_predictions before;
    struct ax_predictions after;
    struct ax_err err = {0};
    int32_t on = ax_day_of(ON_YEAR, 1, 1);
    struct ax_panel *a = panel_of(w, on, 1, false);
    w->rows[at].x[what] += more;
    struct ax_panel *b = panel_of(w, on, 1, false);
    w->rows[at].x[what] -= more;
    assert_true(ax_ok(ax_model_predict(a, &fit->edition, on, false, false, &before, &err)));
    assert_true(ax_ok(ax_model_predict(b, &fit->edition, on, false, false, &after, &err)));
    const struct ax_prediction *x = row_of(&before, w->rows[at].mine);
    const struct ax_prediction *y = row_of(&after, w->rows[at].mine);
    if (x != NULL) {
        assert_non_null(y);
        assert_true(y->risk.exact <= x->risk.exact);
        for (size_t head = 0; head < AX_RISK_HEADS; head++) {
            assert_true(y->risk.p_any[head] >= x->risk.p_any[head]);
        }
    }
    ax_predictions_deinit(&before);
    ax_predictions_deinit(&after);
    ax_panel_free(a);
    ax_panel_free(b);
}

static void more_or_graver_never_helps(void **state)
{
    (void)state;
    uint64_t seed = 20090101;
    struct made_up w = make(seed);
    put_years(&w, seed, ax_day_of(ON_YEAR, 1, 1));
    struct ax_panel *panel = panel_of(&w, ax_day_of(ON_YEAR, 1, 1), 1, false);
    struct ax_fit *fit = fit_of(panel, ax_day_of(ON_YEAR, 1, 1));
    ax_panel_free(panel);
    for (int i = 0; i < 40; i++) {
        size_t at;
        do {
            at = below(&seed, (uint32_t)w.count);
        } while (w.rows[at].year >= ON_YEAR);
        expect_no_better(&w, fit, at, below(&seed, 5), 1 + below(&seed, 20));
    }
    ax_fit_free(fit);
    ax_buf_deinit(&w.years);
    ax_xfree(w.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(only_the_past_counts_in_any_order_of_rows),
            cmocka_unit_test(a_panel_cut_on_any_day_scores_it_the_same), cmocka_unit_test(more_or_graver_never_helps)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
