/* SPDX-License-Identifier: Apache-2.0 */
/* Lift by tenths, and Lorenz curves by hours. */
#include "services/lib/actuary/discrimination.h"
#include "services/lib/actuary/lorenz.h"
#include "services/lib/report/sections.h"

#include <math.h>
#include <stdio.h>

enum { TENTHS = 10, STEPS = 100, JUDGED = 30 };

struct tenth {
    double rows, exposure, expected, observed;
};

/* Worst first; parts of equal exposure, which is a row each where nothing is counted. */
static void split(const struct ax_vectors *v, bool counted, struct tenth tenths[TENTHS])
{
    size_t *order = ax_order_worst_first(counted ? v->rate : v->p, v->n);
    double all = 0, so_far = 0;
    for (size_t i = 0; i < v->n; i++) {
        all += v->exposure[i];
    }
    for (size_t i = 0; i < v->n; i++) {
        size_t at = (size_t)(so_far * TENTHS / all);
        struct tenth *t = &tenths[at < TENTHS ? at : TENTHS - 1];
        t->rows++;
        t->exposure += v->exposure[order[i]];
        t->expected += v->mu[order[i]];
        t->observed += v->count[order[i]];
        so_far += v->exposure[order[i]];
    }
    ax_xfree(order);
}

static void lift_of(struct ax_doc_section *s, struct ax_doc_table *t, struct ax_doc_plot *captured,
        const struct ax_report_population *pop, enum ax_report_head head)
{
    struct ax_vectors v = ax_vectors_of(pop, head, AX_ALL_DATES);
    struct tenth tenths[TENTHS] = {0};
    split(&v, pop->counted && head == AX_REPORT_LOST_TIME, tenths);
    double all = 0, exposure = 0, so_far = 0, lift[TENTHS], predicted[TENTHS], x[TENTHS + 1] = {0}, y[TENTHS + 1] = {0};
    for (size_t k = 0; k < TENTHS; k++) {
        all += tenths[k].observed;
        exposure += tenths[k].exposure;
    }
    for (size_t k = 0; k < TENTHS; k++) {
        const struct tenth *d = &tenths[k];
        double mean = all / exposure;
        so_far += d->observed;
        lift[k] = d->observed / d->exposure / mean;
        predicted[k] = d->expected / d->exposure / mean;
        x[k + 1] = (double)(k + 1) / TENTHS;
        y[k + 1] = so_far / all;
        ax_doc_put_text(t, pop->id);
        ax_doc_put_text(t, ax_report_heads_en[head]);
        double cells[] = {(double)k + 1, d->rows, d->expected, d->observed, d->observed / d->expected,
                d->expected > JUDGED, d->observed / d->rows, lift[k], d->observed / all, so_far / all};
        for (size_t c = 0; c < sizeof cells / sizeof cells[0]; c++) {
            ax_doc_put(t, cells[c]);
        }
    }
    static const char *const labels[TENTHS] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"};
    char id[64], en[96], zh[96];
    snprintf(id, sizeof id, "lift-%s-%d", pop->id, (int)head);
    snprintf(en, sizeof en, "Lift, %s, %s", pop->en, ax_report_heads_en[head]);
    snprintf(zh, sizeof zh, "提升度：%s，%s", pop->zh, ax_report_heads_zh[head]);
    struct ax_doc_plot *p = ax_doc_plot(s, id, en, zh, AX_DOC_BARS);
    ax_doc_axes(p, "tenth, worst first", "十分位（最差在前）", "times the mean", "均值倍数");
    ax_doc_labels(p, labels, TENTHS);
    snprintf(en, sizeof en, "%s, %s", pop->en, ax_report_heads_en[head]);
    snprintf(zh, sizeof zh, "%s，%s", pop->zh, ax_report_heads_zh[head]);
    ax_doc_series(captured, en, zh, x, y, TENTHS + 1, false);
    ax_doc_series(p, "observed", "实际", NULL, lift, TENTHS, false);
    ax_doc_series(p, "predicted", "预测", NULL, predicted, TENTHS, false);
    ax_vectors_deinit(&v);
}

void ax_section_lift(struct ax_doc *doc, const struct ax_report_input *in)
{
    static const struct ax_doc_column columns[] = {{"population", "population", "总体", AX_DOC_TEXT},
            {"head", "outcome", "结果", AX_DOC_TEXT}, {"tenth", "tenth", "十分位", AX_DOC_COUNT},
            {"rows", "rows", "行数", AX_DOC_COUNT}, {"expected", "expected", "预期", AX_DOC_NUMBER},
            {"observed", "observed", "实际", AX_DOC_COUNT}, {"oe", "O/E", "实际/预期", AX_DOC_NUMBER},
            {"judged", "more than 30 expected", "预期超过 30", AX_DOC_COUNT},
            {"rate", "observed a row", "每行实际", AX_DOC_NUMBER},
            {"lift", "times the mean", "均值倍数", AX_DOC_NUMBER},
            {"share", "share of events", "事件占比", AX_DOC_SHARE}, {"cumulative", "cumulated", "累计", AX_DOC_SHARE}};
    struct ax_doc_section *s = ax_doc_section(doc, "lift", "Lift", "提升度",
            "Rows in ten parts of equal number, or of equal hours where quarters are counted, the worst first. A part "
            "with 30 expected events or fewer proves nothing.",
            "按风险从高到低分为十等份（计数总体按工时等分）；预期不足 30 起的部分不作判断。");
    struct ax_doc_table *t = ax_doc_table(s, "lift", "Tenths", "十分位", columns, 12);
    struct ax_doc_plot *captured = ax_doc_plot(s, "captured", "Events captured", "捕获的事件", AX_DOC_DOTS);
    ax_doc_axes(captured, "share of rows or hours, worst first", "行数或工时占比（最差在前）", "share of events",
            "事件占比");
    for (enum ax_report_head head = 0; head < AX_REPORT_HEADS; head++) {
        lift_of(s, t, captured, &in->all, head);
    }
    if (in->hours.count > 0) {
        lift_of(s, t, captured, &in->hours, AX_REPORT_LOST_TIME);
    }
}

struct curve {
    const char *id, *en, *zh;
    int rival; /* -1: the model, -2: the perfect order */
};

static void lorenz_curve(
        struct ax_doc_table *t, struct ax_doc_plot *p, const struct ax_report_population *pop, const struct curve *c)
{
    struct ax_vectors v =
            c->rival < 0 ? ax_vectors_of(pop, AX_REPORT_LOST_TIME, AX_ALL_DATES)
                         : ax_vectors_of_rival(pop, AX_REPORT_LOST_TIME, AX_ALL_DATES, (enum ax_report_rival)c->rival);
    struct ax_lorenz_point point[STEPS + 1];
    double x[STEPS + 1], y[STEPS + 1];
    for (size_t i = 0; c->rival == -2 && i < v.n; i++) {
        v.rate[i] = v.count[i] / v.exposure[i];
    }
    double gini = ax_exposure_gini(v.rate, v.count, v.exposure, v.n);
    ax_lorenz(v.rate, v.count, v.exposure, v.n, point, STEPS);
    for (size_t k = 0; k <= STEPS; k++) {
        x[k] = point[k].exposure;
        y[k] = point[k].loss;
    }
    ax_doc_series(p, c->en, c->zh, x, y, STEPS + 1, c->rival == -2);
    ax_doc_put_text(t, pop->id);
    ax_doc_put_text(t, c->id);
    ax_doc_put(t, gini);
    for (size_t k = STEPS / 10; k < STEPS; k += STEPS / 5) {
        ax_doc_put(t, y[k]);
    }
    ax_vectors_deinit(&v);
}

void ax_section_lorenz(struct ax_doc *doc, const struct ax_report_input *in)
{
    static const struct ax_doc_column columns[] = {{"population", "population", "总体", AX_DOC_TEXT},
            {"order", "order", "排序", AX_DOC_TEXT}, {"exposure_gini", "exposure Gini", "暴露基尼", AX_DOC_NUMBER},
            {"at_10", "losses of the worst 10 %", "最差 10% 的损失占比", AX_DOC_SHARE},
            {"at_30", "30 %", "30%", AX_DOC_SHARE}, {"at_50", "50 %", "50%", AX_DOC_SHARE},
            {"at_70", "70 %", "70%", AX_DOC_SHARE}, {"at_90", "90 %", "90%", AX_DOC_SHARE}};
    static const struct curve curves[] = {{"model", "model", "本模型", -1},
            {"shrinkage", "plain shrinkage", "单纯收缩", AX_REPORT_SHRINKAGE},
            {"raw", "raw rate", "原始率", AX_REPORT_RAW},
            {"fmcsa_lost_time", "FMCSA style", "FMCSA 式", AX_REPORT_FMCSA_LOST_TIME},
            {"peer", "peer rate", "同业水平", AX_REPORT_PEER}, {"perfect", "perfect order", "完美排序", -2}};
    const struct ax_report_population *pop = in->hours.count > 0 ? &in->hours : &in->all;
    struct ax_doc_section *s = ax_doc_section(doc, "lorenz", "Lorenz curves", "洛伦兹曲线",
            "Cumulated lost-time quarters against cumulated exposure, the worst predicted rate first. The Gini is the "
            "area above the "
            "diagonal over that of the perfect order.",
            "按预测率从高到低累计的损失工时季度数与累计暴露量；基尼为对角线以上面积与完美排序之比。");
    struct ax_doc_table *t = ax_doc_table(s, "lorenz", "Ordered Lorenz curves", "有序洛伦兹曲线", columns, 8);
    struct ax_doc_plot *p = ax_doc_plot(s, "lorenz", "Ordered Lorenz curves", "有序洛伦兹曲线", AX_DOC_LINES);
    double ends[2] = {0, 1};
    ax_doc_axes(p, "share of exposure", "暴露占比", "share of lost-time quarters", "损失占比");
    for (size_t k = 0; k < sizeof curves / sizeof curves[0]; k++) {
        lorenz_curve(t, p, pop, &curves[k]);
    }
    ax_doc_series(p, "diagonal", "对角线", ends, ends, 2, true);
}
