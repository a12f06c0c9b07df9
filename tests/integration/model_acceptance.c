/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The figures of docs/MODEL.md on the real US mine panel, read in place from AX_SHARED_DATA or ../shared/data; skipped where
 * it is not there. Fitted on facts before 2009, scored on each 1 January of 2009 to 2012, 12 months ahead.
 */
#include "base/file.h"
#include "services/lib/actuary/calibration.h"
#include "services/lib/actuary/discrimination.h"
#include "services/lib/model/fit.h"
#include "services/lib/model/predict.h"
#include "services/lib/pack/bundle.h"
#include "tests/unit/t.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    YEARS = 4,
    FIRST_YEAR = 2009,
    ROWS_MAX = 100000,
    TENTHS = 10,
    SKIPPED = 77,
    UPPER_BIG_BRANCH = 4608436,
    TOLD_MAX = 200
};

#define LN2 0.69314718055994530942

struct world {
    struct ax_panel *panel;
    struct ax_fit *fit;
    struct ax_predictions all[YEARS];
    struct ax_predictions coal[YEARS];
};

static struct world world;

/* Columns over the four years. */
struct columns {
    double *p;
    double *y;
    size_t n;
};

static struct columns columns_of(enum ax_risk_head head)
{
    struct columns c = {ax_xcalloc(ROWS_MAX, sizeof(double)), ax_xcalloc(ROWS_MAX, sizeof(double)), 0};
    for (size_t k = 0; k < YEARS; k++) {
        for (size_t i = 0; i < world.all[k].count; i++) {
            const struct ax_prediction *row = &world.all[k].rows[i];
            assert_true(row->known && c.n < ROWS_MAX);
            c.p[c.n] = row->risk.p_any[head];
            c.y[c.n++] = head == AX_RISK_LOST_TIME ? row->lost_quarters > 0 : row->severe;
        }
    }
    return c;
}

static void free_columns(struct columns *c)
{
    ax_xfree(c->p);
    ax_xfree(c->y);
}

static double observed_over_expected(const struct columns *c)
{
    double o = 0;
    double e = 0;
    for (size_t i = 0; i < c->n; i++) {
        o += c->y[i];
        e += c->p[i];
    }
    return o / e;
}

static void check_tenths(const struct columns *c)
{
    struct ax_calibration_group tenths[TENTHS];
    ax_calibration_groups(c->p, c->y, c->n, TENTHS, tenths);
    for (size_t i = 0; i < TENTHS; i++) {
        print_message("  tenth %zu: expected %.1f, O/E %.2f\n", i + 1, tenths[i].expected,
                tenths[i].observed / tenths[i].expected);
        if (tenths[i].expected > 30) {
            assert_true(tenths[i].observed / tenths[i].expected <= 1.25);
        }
    }
}

static void the_worst_are_found(void **state)
{
    (void)state;
    struct columns lost = columns_of(AX_RISK_LOST_TIME);
    struct columns severe = columns_of(AX_RISK_SEVERE_HEAD);
    assert_int_equal(lost.n, 61348);
    double auc_lost = ax_discrimination_of(lost.p, lost.y, lost.n).auc;
    double auc_severe = ax_discrimination_of(severe.p, severe.y, severe.n).auc;
    double worst = ax_capture(severe.p, severe.y, severe.n, 0.1);
    print_message("AUC lost time %.4f, severe %.4f, worst tenth %.4f\n", auc_lost, auc_severe, worst);
    assert_true(auc_lost >= 0.875);
    assert_true(auc_severe >= 0.898);
    assert_true(worst >= 0.74);
    free_columns(&lost);
    free_columns(&severe);
}

static void levels_are_right(void **state)
{
    (void)state;
    struct columns lost = columns_of(AX_RISK_LOST_TIME);
    struct columns severe = columns_of(AX_RISK_SEVERE_HEAD);
    double oe_lost = observed_over_expected(&lost);
    double oe_severe = observed_over_expected(&severe);
    print_message("O/E lost time %.3f, severe %.3f\n", oe_lost, oe_severe);
    assert_true(oe_lost >= 0.9 && oe_lost <= 1.1);
    assert_true(oe_severe >= 0.8 && oe_severe <= 1.25);
    check_tenths(&lost);
    check_tenths(&severe);
    free_columns(&lost);
    free_columns(&severe);
}

struct grade_count {
    double mines;
    double lost;
    double severe;
};

static void count_grades(size_t year, struct grade_count counts[AX_RISK_GRADES])
{
    for (size_t i = 0; i < world.all[year].count; i++) {
        const struct ax_prediction *row = &world.all[year].rows[i];
        if (row->risk.rated) {
            struct grade_count *g = &counts[ax_risk_grade_of(&world.fit->edition, row->risk.score) - AX_RISK_GRADE_AAA];
            g->mines += 1;
            g->lost += row->lost_quarters > 0;
            g->severe += row->severe;
        }
    }
}

static void grades_are_in_order(void **state)
{
    (void)state;
    struct grade_count pooled[AX_RISK_GRADES] = {0};
    for (size_t k = 0; k < YEARS; k++) {
        struct grade_count counts[AX_RISK_GRADES] = {0};
        count_grades(k, counts);
        count_grades(k, pooled);
        for (size_t g = 1; g < AX_RISK_GRADES; g++) {
            assert_true(counts[g].mines > 0);
            assert_true(counts[g].lost / counts[g].mines > counts[g - 1].lost / counts[g - 1].mines);
        }
    }
    for (size_t g = 1; g < AX_RISK_GRADES; g++) {
        assert_true(pooled[g].severe / pooled[g].mines > pooled[g - 1].severe / pooled[g - 1].mines);
    }
}

static void upper_big_branch_stands_out(void **state)
{
    (void)state;
    const struct ax_predictions *p = &world.all[2010 - FIRST_YEAR];
    const struct ax_prediction *it = NULL;
    size_t rank = 1;
    for (size_t i = 0; i < p->count; i++) {
        it = p->rows[i].mine->id == UPPER_BIG_BRANCH ? &p->rows[i] : it;
    }
    assert_non_null(it);
    double its = it == NULL ? 0 : it->risk.p_any[AX_RISK_SEVERE_HEAD];
    for (size_t i = 0; i < p->count; i++) {
        rank += p->rows[i].risk.p_any[AX_RISK_SEVERE_HEAD] > its;
    }
    print_message("Upper Big Branch: %zu of %zu\n", rank, p->count);
    assert_true(rank <= 100);
}

/* Area between the ordered curve and the diagonal, twice; the worst rate first. */
static double gini(const double *rate, const double *count, const double *hours, size_t n)
{
    size_t *order = ax_order_worst_first(rate, n);
    double all = 0;
    double all_hours = 0;
    double area = 0;
    double before = 0;
    for (size_t i = 0; i < n; i++) {
        all += count[i];
        all_hours += hours[i];
    }
    for (size_t i = 0; i < n; i++) {
        double now = before + count[order[i]];
        area += (before + now) / 2 * hours[order[i]];
        before = now;
    }
    ax_xfree(order);
    return 2 * area / all / all_hours - 1;
}

static void counts_in_actual_hours_are_right(void **state)
{
    (void)state;
    double *mean = ax_xcalloc(ROWS_MAX, sizeof(double));
    double *rate = ax_xcalloc(ROWS_MAX, sizeof(double));
    double *hours = ax_xcalloc(ROWS_MAX, sizeof(double));
    double *count = ax_xcalloc(ROWS_MAX, sizeof(double));
    size_t n = 0;
    for (size_t k = 0; k < YEARS; k++) {
        for (size_t i = 0; i < world.coal[k].count; i++) {
            const struct ax_prediction *row = &world.coal[k].rows[i];
            if (row->hours > 0) {
                mean[n] = ax_model_quarters(row, row->hours);
                rate[n] = mean[n] / row->hours;
                hours[n] = row->hours;
                count[n++] = row->lost_quarters;
            }
        }
    }
    double d2 = ax_d2(mean, count, hours, n);
    double g = gini(rate, count, hours, n);
    print_message("coal, %zu rows: D2 %.4f, Gini %.4f\n", n, d2, g);
    assert_int_equal(n, 5876); /* of 6,448 with hours in the year, those that had some before */
    assert_true(d2 >= 0.31);
    assert_true(g >= 0.37);
    ax_xfree(mean);
    ax_xfree(rate);
    ax_xfree(hours);
    ax_xfree(count);
}

/* Chance of fewer quarters than that, and half the chance of as many. */
static double place(double expected, uint32_t count)
{
    static const double ways[] = {1, 4, 6, 4, 1};
    double some = -expm1(-expected / 4);
    double below = 0;
    for (uint32_t k = 0; k <= count; k++) {
        below += (k == count ? 0.5 : 1) * ways[k] * pow(some, k) * pow(1 - some, 4 - k);
    }
    return below;
}

static void the_interval_holds_what_comes(void **state)
{
    (void)state;
    enum { NODES = 41 };
    double rows = 0;
    double held = 0;
    double below = 0;
    for (size_t k = 0; k < YEARS; k++) {
        for (size_t i = 0; i < world.coal[k].count; i++) {
            const struct ax_prediction *row = &world.coal[k].rows[i];
            double expected = row->risk.expected[AX_RISK_LOST_TIME] * row->hours / row->exposure;
            if (row->hours <= 0 || expected < 0.5 || !row->risk.rated) {
                continue;
            }
            double sd = row->risk.sd * LN2 / world.fit->edition.pdo;
            double sum = 0;
            double weights = 0;
            for (int j = 0; j < NODES; j++) {
                double z = -4 + 8.0 * j / (NODES - 1);
                double weight = exp(-z * z / 2);
                sum += weight * place(expected * exp(sd * z - sd * sd / 2), row->lost_quarters);
                weights += weight;
            }
            rows += 1;
            held += sum / weights >= 0.05 && sum / weights <= 0.95;
            below += sum / weights < 0.05;
        }
    }
    print_message("interval: %.0f rows, held %.4f, below %.4f\n", rows, held / rows, below / rows);
    assert_true(held / rows >= 0.85 && held / rows <= 0.95);
}

/* The most that a mine moves; but for those of which a day tells new things. */
struct moves {
    double points;
    double p_severe;
    size_t other_peers;
    size_t older; /* there since before their first row of a quarter */
    size_t jumps; /* of both, by more than 2 points */
};

/* On 1 January a coal mine's row of the year that is over becomes known: its type, and that it was there in that year. */
static bool is_told_of(const struct ax_prediction *before, const struct ax_prediction *after, struct moves *m)
{
    bool other = before->model != after->model || before->peer != after->peer;
    bool told = before->past != after->past;
    bool older = told && world.panel->quarters[after->mine->quarter_begin].day > ax_day_of(after->past->year, 1, 1);
    assert_true(told || !other);
    m->other_peers += other;
    m->older += older && !other;
    return other || older;
}

static void compare_rows(const struct ax_prediction *before, const struct ax_prediction *after, struct moves *m)
{
    const struct ax_risk *a = &before->risk;
    const struct ax_risk *b = &after->risk;
    double points = a->rated && b->rated ? fabs(a->exact - b->exact) : 0;
    double off = fabs(b->p_any[AX_RISK_SEVERE_HEAD] / a->p_any[AX_RISK_SEVERE_HEAD] - 1);
    assert_int_equal(before->mine->id, after->mine->id);
    if (is_told_of(before, after, m)) {
        m->jumps += points > 2;
        return;
    }
    m->p_severe = off > m->p_severe ? off : m->p_severe;
    m->points = points > m->points ? points : m->points;
}

static struct moves compare_days(int32_t day, bool coal)
{
    struct ax_predictions before;
    struct ax_predictions after;
    struct ax_err err;
    struct moves m = {0};
    char text[AX_DAY_TEXT_SIZE];
    assert_true(ax_ok(ax_model_predict(world.panel, &world.fit->edition, day - 1, coal, true, &before, &err)));
    assert_true(ax_ok(ax_model_predict(world.panel, &world.fit->edition, day, coal, true, &after, &err)));
    assert_int_equal(before.count, after.count);
    for (size_t i = 0; i < before.count; i++) {
        compare_rows(&before.rows[i], &after.rows[i], &m);
    }
    print_message("%s%s: %.3f points, p_severe %.4f; %zu mines get other peers, %zu an older beginning, %zu jump\n",
            ax_day_format(day, text), coal ? ", hours" : "", m.points, m.p_severe, m.other_peers, m.older, m.jumps);
    ax_predictions_deinit(&before);
    ax_predictions_deinit(&after);
    return m;
}

static void a_day_without_facts_moves_little(void **state)
{
    (void)state;
    static const struct {
        int month, day;
        bool hours;
    } days[] = {{1, 1, false}, {4, 1, false}, {9, 11, false}, {4, 1, true}, {9, 11, true}};
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        struct moves m = compare_days(ax_day_of(2010, days[i].month, days[i].day), days[i].hours);
        assert_true(m.points <= 2);
        assert_true(m.p_severe <= 0.05);
        assert_true(m.other_peers + m.older <= (days[i].month == 1 ? TOLD_MAX : 0));
    }
}

/* What a pack file says is what was fitted: reading it gives the same bits. */
static void the_written_edition_scores_the_same(void **state)
{
    (void)state;
    struct ax_buf text;
    struct ax_err err;
    struct ax_pack_text *texts = NULL;
    struct ax_risk_edition read;
    struct ax_predictions p;
    ax_buf_init(&text, AX_PACK_FILE_MAX_BYTES);
    ax_risk_write(&world.fit->edition, &text);
    assert_true(ax_ok(ax_risk_parse("fitted", ax_buf_str(&text), &texts, &read, &err)));
    assert_true(ax_ok(ax_model_predict(world.panel, &read, ax_day_of(FIRST_YEAR, 1, 1), false, true, &p, &err)));
    assert_int_equal(p.count, world.all[0].count);
    for (size_t i = 0; i < p.count; i++) {
        assert_memory_equal(&p.rows[i].risk, &world.all[0].rows[i].risk, sizeof p.rows[i].risk);
    }
    ax_predictions_deinit(&p);
    ax_risk_free(&read);
    ax_pack_text_free(texts);
    ax_buf_deinit(&text);
}

static int make_world(const char *dir)
{
    struct ax_err err;
    char line[1024];
    ax_rc rc = ax_panel_load(dir, &world.panel, &err);
    rc = ax_ok(rc) ? ax_fit_panel(world.panel, ax_day_of(FIRST_YEAR, 1, 1), NULL, NULL, &world.fit, &err) : rc;
    for (int k = 0; ax_ok(rc) && k < YEARS; k++) {
        int32_t on = ax_day_of(FIRST_YEAR + k, 1, 1);
        rc = ax_model_predict(world.panel, &world.fit->edition, on, false, true, &world.all[k], &err);
        rc = ax_ok(rc) ? ax_model_predict(world.panel, &world.fit->edition, on, true, true, &world.coal[k], &err) : rc;
    }
    if (!ax_ok(rc)) {
        print_error("%s\n", ax_err_line(&err, line, sizeof line));
        return 1;
    }
    return 0;
}

int main(void)
{
    char dir[4096];
    char file[4200];
    const char *root = getenv("AX_SHARED_DATA");
    (void)snprintf(dir, sizeof dir, "%s/msha", root == NULL ? "../shared/data" : root);
    (void)snprintf(file, sizeof file, "%s/mine_quarter.csv", dir);
    if (!ax_file_exists(file)) {
        print_message("skipped: %s is not there\n", file);
        return SKIPPED;
    }
    if (make_world(dir) != 0) {
        return 1;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_worst_are_found), cmocka_unit_test(levels_are_right),
            cmocka_unit_test(grades_are_in_order), cmocka_unit_test(upper_big_branch_stands_out),
            cmocka_unit_test(counts_in_actual_hours_are_right), cmocka_unit_test(the_interval_holds_what_comes),
            cmocka_unit_test(a_day_without_facts_moves_little), cmocka_unit_test(the_written_edition_scores_the_same)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    for (int k = 0; k < YEARS; k++) {
        ax_predictions_deinit(&world.all[k]);
        ax_predictions_deinit(&world.coal[k]);
    }
    ax_fit_free(world.fit);
    ax_panel_free(world.panel);
    return failed;
}
