/* SPDX-License-Identifier: Apache-2.0 */
/* What was rated, how well it was told apart, and how sure that is. */
#include "services/lib/actuary/calibration.h"
#include "services/lib/actuary/discrimination.h"
#include "services/lib/actuary/lorenz.h"
#include "services/lib/report/resample.h"
#include "services/lib/report/sections.h"

#include <math.h>

const char *const ax_report_heads_en[AX_REPORT_HEADS] = {"lost time", "severe"};
const char *const ax_report_heads_zh[AX_REPORT_HEADS] = {"损失工时", "死亡或致残"};
const char *const ax_report_grades[AX_REPORT_GRADES] = {"AAA", "AA", "A", "BBB", "BB", "B", "C", "NR"};

const char *ax_report_date(const struct ax_report_input *in, int date)
{
    return date == AX_ALL_DATES ? "all" : in->dates[date];
}

static void rows_table(
        struct ax_doc_section *s, const struct ax_report_input *in, const struct ax_report_population *pop)
{
    static const struct ax_doc_column columns[] = {{"population", "population", "总体", AX_DOC_TEXT},
            {"date", "rated on", "评分日", AX_DOC_TEXT}, {"rows", "rows", "行数", AX_DOC_COUNT},
            {"unrated", "not rated (NR)", "未评级", AX_DOC_COUNT},
            {"lost_time", "with lost time", "有损失工时", AX_DOC_COUNT},
            {"lost_quarters", "lost-time quarters", "损失工时季度数", AX_DOC_COUNT},
            {"severe", "with a severe accident", "有死亡或致残", AX_DOC_COUNT},
            {"deaths", "deaths", "死亡人数", AX_DOC_COUNT}, {"days_lost", "days lost", "损失工日", AX_DOC_COUNT}};
    struct ax_doc_table *t = pop == &in->all ? ax_doc_table(s, "rows", "Rows and outcomes in the 12 months after",
                                                       "评分行数与其后十二个月的结果", columns, 9)
                                             : &s->tables[0];
    for (int d = AX_ALL_DATES; d < (int)in->date_count; d++) {
        double sum[7] = {0};
        for (size_t i = 0; i < pop->count; i++) {
            const struct ax_report_row *r = &pop->rows[i];
            bool counts = d == AX_ALL_DATES || r->date == (uint32_t)d;
            double add[7] = {1, r->grade == AX_REPORT_NR, r->lost_quarters > 0, r->lost_quarters, r->severe > 0,
                    r->deaths, r->days_lost};
            for (size_t k = 0; k < 7; k++) {
                sum[k] += counts ? add[k] : 0;
            }
        }
        ax_doc_put_text(t, pop->id);
        ax_doc_put_text(t, ax_report_date(in, d));
        for (size_t k = 0; k < 7; k++) {
            ax_doc_put(t, sum[k]);
        }
    }
}

static void measures_row(struct ax_doc_table *t, const struct ax_report_input *in,
        const struct ax_report_population *pop, enum ax_report_head head, int date)
{
    struct ax_vectors v = ax_vectors_of(pop, head, date);
    struct ax_discrimination d = ax_discrimination_of(v.p, v.event, v.n);
    bool counted = pop->counted && head == AX_REPORT_LOST_TIME;
    double observed = 0, expected = 0;
    for (size_t i = 0; i < v.n; i++) {
        observed += v.count[i];
        expected += v.mu[i];
    }
    ax_doc_put_text(t, pop->id);
    ax_doc_put_text(t, ax_report_heads_en[head]);
    ax_doc_put_text(t, ax_report_date(in, date));
    ax_doc_put(t, (double)v.n);
    ax_doc_put(t, d.events);
    ax_doc_put(t, d.auc);
    ax_doc_put(t, d.gini);
    ax_doc_put(t, d.ks);
    ax_doc_put(t, ax_brier(v.p, v.event, v.n));
    ax_doc_put(t, ax_log_loss(v.p, v.event, v.n));
    ax_doc_put(t, ax_capture(v.p, v.event, v.n, 0.1));
    ax_doc_put(t, expected);
    ax_doc_put(t, observed / expected);
    ax_doc_put(t, counted ? ax_d2(v.mu, v.count, v.exposure, v.n) : (double)NAN);
    ax_doc_put(t, counted ? ax_exposure_gini(v.rate, v.count, v.exposure, v.n) : (double)NAN);
    ax_doc_put(t, counted ? 2 * ax_lorenz(v.rate, v.count, v.exposure, v.n, NULL, 0) : (double)NAN);
    ax_vectors_deinit(&v);
}

static void measures_table(struct ax_doc_section *s, const struct ax_report_input *in)
{
    static const struct ax_doc_column columns[] = {{"population", "population", "总体", AX_DOC_TEXT},
            {"head", "outcome", "结果", AX_DOC_TEXT}, {"date", "rated on", "评分日", AX_DOC_TEXT},
            {"rows", "rows", "行数", AX_DOC_COUNT}, {"events", "events", "事件数", AX_DOC_COUNT},
            {"auc", "AUC", "AUC", AX_DOC_NUMBER}, {"gini", "accuracy ratio", "基尼", AX_DOC_NUMBER},
            {"ks", "KS", "KS", AX_DOC_NUMBER}, {"brier", "Brier", "Brier", AX_DOC_NUMBER},
            {"log_loss", "log loss", "对数损失", AX_DOC_NUMBER},
            {"worst_tenth", "events in the worst tenth", "最差一成所占事件", AX_DOC_SHARE},
            {"expected", "expected", "预期", AX_DOC_NUMBER}, {"oe", "O/E", "实际/预期", AX_DOC_NUMBER},
            {"d2", "D²", "D²", AX_DOC_NUMBER}, {"exposure_gini", "exposure Gini", "暴露基尼", AX_DOC_NUMBER},
            {"lorenz_gini", "Lorenz Gini", "洛伦兹基尼", AX_DOC_NUMBER}};
    struct ax_doc_table *t = ax_doc_table(s, "measures", "Measures by year", "各年指标", columns, 16);
    const struct ax_report_population *pops[] = {&in->all, &in->hours};
    for (size_t k = 0; k < 2; k++) {
        for (enum ax_report_head head = 0; head < AX_REPORT_HEADS; head++) {
            for (int d = AX_ALL_DATES; pops[k]->count > 0 && d < (int)in->date_count; d++) {
                measures_row(t, in, pops[k], head, d);
            }
        }
    }
}

static void interval_rows(struct ax_doc_table *t, const struct ax_report_input *in,
        const struct ax_report_population *pop, enum ax_report_head head)
{
    static const char *const names[AX_RESAMPLED_MEASURES] = {
            "auc", "worst_tenth", "oe", "d2", "exposure_gini", "lorenz_gini"};
    struct ax_vectors v = ax_vectors_of(pop, head, AX_ALL_DATES);
    struct ax_vectors rival = ax_vectors_of_rival(pop, head, AX_ALL_DATES, AX_REPORT_SHRINKAGE);
    struct ax_resample r = ax_resample(&v, &rival, in->units, in->rounds, in->seed);
    bool counted = pop->counted && head == AX_REPORT_LOST_TIME;
    for (size_t m = 0; m < AX_RESAMPLED_MEASURES; m++) {
        bool comparable = counted || m == AX_RESAMPLED_AUC || m == AX_RESAMPLED_CAPTURE;
        if (!counted && m >= AX_RESAMPLED_D2) {
            continue;
        }
        double cells[] = {r.point[m], r.of[m].low, r.of[m].high, r.rival[m], r.point[m] - r.rival[m],
                r.less_rival[m].low, r.less_rival[m].high};
        ax_doc_put_text(t, pop->id);
        ax_doc_put_text(t, ax_report_heads_en[head]);
        ax_doc_put_text(t, names[m]);
        for (size_t k = 0; k < 7; k++) {
            ax_doc_put(t, k < 3 || comparable ? cells[k] : (double)NAN);
        }
    }
    ax_vectors_deinit(&v);
    ax_vectors_deinit(&rival);
}

static void intervals_table(struct ax_doc_section *s, const struct ax_report_input *in)
{
    static const struct ax_doc_column columns[] = {{"population", "population", "总体", AX_DOC_TEXT},
            {"head", "outcome", "结果", AX_DOC_TEXT}, {"measure", "measure", "指标", AX_DOC_TEXT},
            {"value", "value", "数值", AX_DOC_NUMBER}, {"low", "90 % from", "90% 下限", AX_DOC_NUMBER},
            {"high", "to", "上限", AX_DOC_NUMBER}, {"shrinkage", "plain shrinkage", "单纯收缩", AX_DOC_NUMBER},
            {"advantage", "advantage", "优势", AX_DOC_NUMBER},
            {"advantage_low", "90 % from", "90% 下限", AX_DOC_NUMBER}, {"advantage_high", "to", "上限", AX_DOC_NUMBER}};
    struct ax_doc_table *t =
            ax_doc_table(s, "intervals", "90 % bootstrap intervals, enterprises drawn with all their years",
                    "90% 自助法区间（按企业整体抽样）", columns, 10);
    for (enum ax_report_head head = 0; head < AX_REPORT_HEADS; head++) {
        interval_rows(t, in, &in->all, head);
    }
    for (enum ax_report_head head = 0; in->hours.count > 0 && head < AX_REPORT_HEADS; head++) {
        interval_rows(t, in, &in->hours, head);
    }
}

void ax_section_summary(struct ax_doc *doc, const struct ax_report_input *in)
{
    struct ax_doc_section *s = ax_doc_section(doc, "summary", "Summary", "概要",
            "Each enterprise is scored on each date from facts dated before it, with parameters that stay; the 12 "
            "months after "
            "are the outcome. `all`: every enterprise with a fact in the 36 months before, outcome yes or no. `hours`: "
            "those with "
            "hours worked before and after, lost-time quarters counted at the hours that were worked, 4(1 − "
            "exp(−λ/4)).",
            "每个评分日仅使用该日之前的事实，参数不变；其后十二个月为结果。all：此前 36 "
            "个月内有事实的全部企业，结果为是或否；"
            "hours：前后均有工时的企业，按实际工时计损失工时季度数。");
    rows_table(s, in, &in->all);
    if (in->hours.count > 0) {
        rows_table(s, in, &in->hours);
    }
    measures_table(s, in);
    intervals_table(s, in);
}
