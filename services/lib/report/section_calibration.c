/* SPDX-License-Identifier: Apache-2.0 */
/* Observed over expected: by tenth, by grade and industry, and by what is audited but never an input. */
#include "services/lib/actuary/calibration.h"
#include "services/lib/report/sections.h"

#include <math.h>
#include <stdio.h>

enum { GROUPS = 10 };

static const struct {
    const char *id, *en, *zh;
} axes[AX_REPORT_AXES] = {{"size", "size", "规模"}, {"region", "region", "地区"}, {"ownership", "ownership", "所有制"},
        {"industry", "industry", "行业"}};

static void reliability(struct ax_doc_section *s, struct ax_doc_table *t, const struct ax_report_population *pop,
        enum ax_report_head head)
{
    struct ax_vectors v = ax_vectors_of(pop, head, AX_ALL_DATES);
    if (v.n < GROUPS) {
        ax_vectors_deinit(&v);
        return;
    }
    struct ax_calibration_group groups[GROUPS];
    double x[GROUPS], y[GROUPS], most = 0;
    ax_calibration_groups(v.p, v.event, v.n, GROUPS, groups);
    struct ax_hosmer_lemeshow h = ax_hosmer_lemeshow_of(groups, GROUPS);
    for (size_t g = 0; g < GROUPS; g++) {
        x[g] = groups[g].expected / groups[g].n;
        y[g] = groups[g].observed / groups[g].n;
        most = x[g] > most ? x[g] : most;
    }
    ax_doc_put_text(t, pop->id);
    ax_doc_put_text(t, ax_report_heads_en[head]);
    ax_doc_put(t, h.statistic);
    ax_doc_put(t, h.freedom);
    ax_doc_put(t, h.p_value);
    char id[64], en[96], zh[96];
    snprintf(id, sizeof id, "calibration-%s-%d", pop->id, (int)head);
    snprintf(en, sizeof en, "Calibration, %s, %s", pop->en, ax_report_heads_en[head]);
    snprintf(zh, sizeof zh, "校准：%s，%s", pop->zh, ax_report_heads_zh[head]);
    struct ax_doc_plot *p = ax_doc_plot(s, id, en, zh, AX_DOC_DOTS);
    double ends[2] = {0, most};
    ax_doc_axes(p, "predicted probability", "预测概率", "observed share", "实际占比");
    ax_doc_series(p, "tenths", "十分位", x, y, GROUPS, false);
    ax_doc_series(p, "perfect", "完全一致", ends, ends, 2, true);
    ax_vectors_deinit(&v);
}

/* Which cell of a table a row falls into; -1: none. */
typedef int cell_of(const struct ax_report_row *row, int key);

static int grade_cell(const struct ax_report_row *row, int key)
{
    (void)key;
    return (int)row->grade;
}

static int axis_cell(const struct ax_report_row *row, int key)
{
    return row->label[key];
}

static int industry_grade_cell(const struct ax_report_row *row, int key)
{
    (void)key;
    return (int)(row->label[AX_REPORT_INDUSTRY] * AX_REPORT_GRADES + row->grade);
}

struct sums {
    double rows, expected, observed;
};

static void sum_cells(const struct ax_report_population *pop, enum ax_report_head head, int date, cell_of *of, int key,
        struct sums *cells)
{
    struct ax_vectors v = ax_vectors_of(pop, head, date);
    for (size_t i = 0; i < v.n; i++) {
        int c = of(v.row[i], key);
        cells[c].rows++;
        cells[c].expected += v.mu[i];
        cells[c].observed += v.count[i];
    }
    ax_vectors_deinit(&v);
}

static void put_sums(struct ax_doc_table *t, const struct sums *c)
{
    double low = (double)NAN, high = (double)NAN;
    if (c->expected > 0) {
        ax_oe_interval(c->observed, c->expected, &low, &high);
    }
    double cells[] = {c->rows, c->expected, c->observed, c->rows > 0 ? c->observed / c->rows : (double)NAN,
            c->expected > 0 ? c->observed / c->expected : (double)NAN, low, high};
    for (size_t k = 0; k < sizeof cells / sizeof cells[0]; k++) {
        ax_doc_put(t, cells[k]);
    }
}

#define OE_COLUMNS \
    {"rows", "rows", "行数", AX_DOC_COUNT}, {"expected", "expected", "预期", AX_DOC_NUMBER}, \
            {"observed", "observed", "实际", AX_DOC_COUNT}, {"rate", "observed a row", "每行实际", AX_DOC_NUMBER}, \
            {"oe", "O/E", "实际/预期", AX_DOC_NUMBER}, {"oe_low", "90 % from", "90% 下限", AX_DOC_NUMBER}, \
    { \
        "oe_high", "to", "上限", AX_DOC_NUMBER \
    }

static void by_grade(struct ax_doc_section *s, const struct ax_report_input *in)
{
    static const struct ax_doc_column columns[] = {{"population", "population", "总体", AX_DOC_TEXT},
            {"head", "outcome", "结果", AX_DOC_TEXT}, {"date", "rated on", "评分日", AX_DOC_TEXT},
            {"grade", "grade", "等级", AX_DOC_TEXT}, OE_COLUMNS};
    struct ax_doc_table *t = ax_doc_table(s, "by_grade", "By grade", "按等级", columns, 11);
    const struct ax_report_population *pops[] = {&in->all, &in->hours};
    for (size_t k = 0; k < 2; k++) {
        for (enum ax_report_head head = 0; pops[k]->count > 0 && head < AX_REPORT_HEADS; head++) {
            for (int d = AX_ALL_DATES; d < (int)in->date_count; d++) {
                struct sums cells[AX_REPORT_GRADES] = {0};
                sum_cells(pops[k], head, d, grade_cell, 0, cells);
                for (size_t g = 0; g < AX_REPORT_GRADES; g++) {
                    ax_doc_put_text(t, pops[k]->id);
                    ax_doc_put_text(t, ax_report_heads_en[head]);
                    ax_doc_put_text(t, ax_report_date(in, d));
                    ax_doc_put_text(t, ax_report_grades[g]);
                    put_sums(t, &cells[g]);
                }
            }
        }
    }
}

static void by_industry_and_grade(struct ax_doc_section *s, const struct ax_report_input *in)
{
    static const struct ax_doc_column columns[] = {{"population", "population", "总体", AX_DOC_TEXT},
            {"head", "outcome", "结果", AX_DOC_TEXT}, {"industry", "industry", "行业", AX_DOC_TEXT},
            {"grade", "grade", "等级", AX_DOC_TEXT}, OE_COLUMNS};
    struct ax_doc_table *t =
            ax_doc_table(s, "by_industry_and_grade", "By industry and grade", "按行业与等级", columns, 11);
    const struct ax_report_population *pops[] = {&in->all, &in->hours};
    for (size_t k = 0; k < 2; k++) {
        const struct ax_report_axis_labels *labels = &pops[k]->axes[AX_REPORT_INDUSTRY];
        for (enum ax_report_head head = 0; pops[k]->count > 0 && head < AX_REPORT_HEADS; head++) {
            struct sums cells[AX_REPORT_LABELS_MAX * AX_REPORT_GRADES] = {0};
            sum_cells(pops[k], head, AX_ALL_DATES, industry_grade_cell, 0, cells);
            for (size_t c = 0; c < labels->count * AX_REPORT_GRADES; c++) {
                if (cells[c].rows > 0) {
                    ax_doc_put_text(t, pops[k]->id);
                    ax_doc_put_text(t, ax_report_heads_en[head]);
                    ax_doc_put_text(t, labels->labels[c / AX_REPORT_GRADES]);
                    ax_doc_put_text(t, ax_report_grades[c % AX_REPORT_GRADES]);
                    put_sums(t, &cells[c]);
                }
            }
        }
    }
}

void ax_section_calibration(struct ax_doc *doc, const struct ax_report_input *in)
{
    static const struct ax_doc_column columns[] = {{"population", "population", "总体", AX_DOC_TEXT},
            {"head", "outcome", "结果", AX_DOC_TEXT},
            {"statistic", "Hosmer–Lemeshow", "Hosmer–Lemeshow", AX_DOC_NUMBER},
            {"freedom", "degrees of freedom", "自由度", AX_DOC_COUNT}, {"p_value", "p", "p 值", AX_DOC_NUMBER}};
    struct ax_doc_section *s = ax_doc_section(doc, "calibration", "Calibration", "校准",
            "Predicted against observed. Intervals of O/E take the observed number as Poisson. With many rows "
            "Hosmer–Lemeshow sees any "
            "departure; O/E says whether it matters.",
            "预测与实际对照；实际/预期的区间按泊松分布计算。样本量大时 Hosmer–Lemeshow "
            "对任何偏离均敏感，是否重要以实际/预期为准。");
    struct ax_doc_table *t =
            ax_doc_table(s, "hosmer_lemeshow", "Goodness of fit in tenths", "十分位拟合优度", columns, 5);
    for (enum ax_report_head head = 0; head < AX_REPORT_HEADS; head++) {
        reliability(s, t, &in->all, head);
    }
    by_grade(s, in);
    by_industry_and_grade(s, in);
}

static void audit_axis(
        struct ax_doc_section *s, struct ax_doc_table *t, const struct ax_report_population *pop, int axis)
{
    const struct ax_report_axis_labels *labels = &pop->axes[axis];
    double oe[AX_REPORT_HEADS][AX_REPORT_LABELS_MAX];
    for (enum ax_report_head head = 0; head < AX_REPORT_HEADS; head++) {
        struct sums cells[AX_REPORT_LABELS_MAX] = {0};
        sum_cells(pop, head, AX_ALL_DATES, axis_cell, axis, cells);
        for (size_t c = 0; c < labels->count; c++) {
            oe[head][c] = cells[c].expected > 0 ? cells[c].observed / cells[c].expected : (double)NAN;
            ax_doc_put_text(t, pop->id);
            ax_doc_put_text(t, axes[axis].id);
            ax_doc_put_text(t, labels->labels[c]);
            ax_doc_put_text(t, ax_report_heads_en[head]);
            put_sums(t, &cells[c]);
        }
    }
    char id[64], en[96], zh[96];
    snprintf(id, sizeof id, "audit-%s-%s", pop->id, axes[axis].id);
    snprintf(en, sizeof en, "O/E by %s, %s", axes[axis].en, pop->en);
    snprintf(zh, sizeof zh, "实际/预期，按%s：%s", axes[axis].zh, pop->zh);
    struct ax_doc_plot *p = ax_doc_plot(s, id, en, zh, AX_DOC_BARS);
    double x[2] = {-0.5, (double)labels->count - 0.5}, one[2] = {1, 1};
    ax_doc_axes(p, axes[axis].en, axes[axis].zh, "O/E", "实际/预期");
    ax_doc_labels(p, labels->labels, labels->count);
    for (enum ax_report_head head = 0; head < AX_REPORT_HEADS; head++) {
        ax_doc_series(p, ax_report_heads_en[head], ax_report_heads_zh[head], NULL, oe[head], labels->count, false);
    }
    ax_doc_series(p, "as expected", "符合预期", x, one, 2, true);
}

void ax_section_audit(struct ax_doc *doc, const struct ax_report_input *in)
{
    static const struct ax_doc_column columns[] = {{"population", "population", "总体", AX_DOC_TEXT},
            {"axis", "axis", "维度", AX_DOC_TEXT}, {"value", "value", "取值", AX_DOC_TEXT},
            {"head", "outcome", "结果", AX_DOC_TEXT}, OE_COLUMNS};
    struct ax_doc_section *s =
            ax_doc_section(doc, "audit", "Audit by size, region, ownership", "按规模、地区、所有制审计",
                    "Region, ownership and size class are never inputs; that the model is as right here as there is "
                    "looked at afterwards.",
                    "地区、所有制与规模等级从不作为输入；此处事后检验模型在各组是否同样准确。");
    struct ax_doc_table *t = ax_doc_table(s, "audit", "Observed over expected", "实际/预期", columns, 11);
    const struct ax_report_population *pops[] = {&in->all, &in->hours};
    for (size_t k = 0; k < 2; k++) {
        for (int axis = 0; pops[k]->count > 0 && axis < AX_REPORT_AXES; axis++) {
            if (pops[k]->axes[axis].count > 1) {
                audit_axis(s, t, pops[k], axis);
            }
        }
    }
}
