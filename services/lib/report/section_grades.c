/* SPDX-License-Identifier: Apache-2.0 */
/* Grades: what came of them, and how they moved. */
#include "services/lib/actuary/transition.h"
#include "services/lib/report/sections.h"

#include <math.h>

struct grade_sums {
    double rows, lost, severe, days, cost;
};

static void sum_grades(const struct ax_report_population *pop, int date, struct grade_sums g[AX_REPORT_GRADES])
{
    for (size_t i = 0; i < pop->count; i++) {
        const struct ax_report_row *r = &pop->rows[i];
        if (date == AX_ALL_DATES || r->date == (uint32_t)date) {
            g[r->grade].rows++;
            g[r->grade].lost += ax_report_event(r, AX_REPORT_LOST_TIME);
            g[r->grade].severe += ax_report_event(r, AX_REPORT_SEVERE);
            g[r->grade].days += r->days_lost;
        }
    }
}

/* From AAA to C no rate is lower than the one before; grades without rows are passed over. */
static bool is_monotone(const struct grade_sums g[AX_REPORT_GRADES], bool severe)
{
    double before = 0;
    for (size_t k = 0; k < AX_REPORT_NR; k++) {
        double rate = g[k].rows > 0 ? (severe ? g[k].severe : g[k].lost) / g[k].rows : before;
        if (rate < before) {
            return false;
        }
        before = rate;
    }
    return true;
}

static void outcomes(struct ax_doc_section *s, const struct ax_report_input *in)
{
    static const struct ax_doc_column columns[] = {{"date", "rated on", "评分日", AX_DOC_TEXT},
            {"grade", "grade", "等级", AX_DOC_TEXT}, {"rows", "rows", "行数", AX_DOC_COUNT},
            {"share", "share of rows", "行数占比", AX_DOC_SHARE}, {"lost_time", "lost time", "损失工时", AX_DOC_SHARE},
            {"severe", "severe", "死亡或致残", AX_DOC_SHARE},
            {"days_lost", "days lost a row", "每行损失工日", AX_DOC_NUMBER}};
    static const struct ax_doc_column flags[] = {{"date", "rated on", "评分日", AX_DOC_TEXT},
            {"lost_time", "lost time rises from AAA to C", "损失工时由 AAA 至 C 递增", AX_DOC_TEXT},
            {"severe", "severe rises", "死亡或致残递增", AX_DOC_TEXT}};
    struct ax_doc_table *t = ax_doc_table(s, "outcomes", "Outcomes of grades", "各等级结果", columns, 7);
    struct ax_doc_table *m = ax_doc_table(s, "monotone", "Order of grades", "等级次序", flags, 3);
    double lost[AX_REPORT_GRADES], severe[AX_REPORT_GRADES];
    for (int d = AX_ALL_DATES; d < (int)in->date_count; d++) {
        struct grade_sums g[AX_REPORT_GRADES] = {0};
        sum_grades(&in->all, d, g);
        double all = 0;
        for (size_t k = 0; k < AX_REPORT_GRADES; k++) {
            all += g[k].rows;
        }
        for (size_t k = 0; k < AX_REPORT_GRADES; k++) {
            double rows = g[k].rows > 0 ? g[k].rows : (double)NAN;
            double cells[] = {g[k].rows, g[k].rows / all, g[k].lost / rows, g[k].severe / rows, g[k].days / rows};
            ax_doc_put_text(t, ax_report_date(in, d));
            ax_doc_put_text(t, ax_report_grades[k]);
            for (size_t c = 0; c < 5; c++) {
                ax_doc_put(t, cells[c]);
            }
            if (d == AX_ALL_DATES) {
                lost[k] = cells[2];
                severe[k] = cells[3];
            }
        }
        ax_doc_put_text(m, ax_report_date(in, d));
        ax_doc_put_text(m, is_monotone(g, false) ? "true" : "false");
        ax_doc_put_text(m, is_monotone(g, true) ? "true" : "false");
    }
    struct ax_doc_plot *p =
            ax_doc_plot(s, "grades", "Events within 12 months by grade", "各等级十二个月内事件占比", AX_DOC_BARS);
    ax_doc_axes(p, "grade", "等级", "share of rows", "占比");
    ax_doc_labels(p, ax_report_grades, AX_REPORT_GRADES);
    ax_doc_series(p, "lost time", "损失工时", NULL, lost, AX_REPORT_GRADES, false);
    ax_doc_series(p, "severe", "死亡或致残", NULL, severe, AX_REPORT_GRADES, false);
}

void ax_section_grades(struct ax_doc *doc, const struct ax_report_input *in)
{
    struct ax_doc_section *s = ax_doc_section(doc, "grades", "Grades", "等级",
            "Grades are cut on the score at fixed points of the pack. NR: too little is known of the enterprise, and "
            "it stands at its "
            "peers' mean.",
            "等级按规则包中的固定分数划分；NR 表示信息不足，按同业均值处理。");
    outcomes(s, in);
}

/* Grade by unit on one date; AX_REPORT_GRADES: not there. */
static void grades_on(const struct ax_report_population *pop, uint32_t date, uint8_t *grade, size_t units)
{
    memset(grade, AX_REPORT_GRADES, units);
    for (size_t i = 0; i < pop->count; i++) {
        if (pop->rows[i].date == date) {
            grade[pop->rows[i].unit] = (uint8_t)pop->rows[i].grade;
        }
    }
}

static struct ax_transition count_moves(const struct ax_report_input *in)
{
    struct ax_transition t;
    uint8_t *now = ax_xcalloc(in->units + 1, 1), *next = ax_xcalloc(in->units + 1, 1);
    ax_transition_init(&t, AX_REPORT_GRADES);
    for (uint32_t d = 0; d + 1 < in->date_count; d++) {
        grades_on(&in->all, d, now, in->units);
        grades_on(&in->all, d + 1, next, in->units);
        for (size_t u = 0; u < in->units; u++) {
            if (now[u] < AX_REPORT_GRADES) {
                ax_transition_add(&t, now[u], next[u]);
            }
        }
    }
    ax_xfree(now);
    ax_xfree(next);
    return t;
}

static void matrix(struct ax_doc_section *s, const struct ax_transition *t, const struct ax_doc_column *columns)
{
    struct ax_doc_table *m = ax_doc_table(s, "transition", "To", "至", columns, AX_REPORT_GRADES + 3);
    struct ax_doc_plot *p = ax_doc_plot(
            s, "transition", "Transition matrix, percent of the row", "迁移矩阵（行百分比）", AX_DOC_MATRIX);
    const char *labels[AX_REPORT_GRADES + 1];
    for (size_t k = 0; k <= AX_REPORT_GRADES; k++) {
        labels[k] = k < AX_REPORT_GRADES ? ax_report_grades[k] : "withdrawn";
    }
    ax_doc_axes(p, "to", "至", "from", "由");
    ax_doc_labels(p, labels, AX_REPORT_GRADES + 1);
    for (size_t i = 0; i < AX_REPORT_GRADES; i++) {
        double rows = 0, share[AX_REPORT_GRADES + 1];
        for (size_t k = 0; k <= AX_REPORT_GRADES; k++) {
            rows += (double)t->count[i][k];
        }
        ax_doc_put_text(m, ax_report_grades[i]);
        ax_doc_put(m, rows);
        for (size_t k = 0; k <= AX_REPORT_GRADES; k++) {
            share[k] = rows > 0 ? ax_transition_share(t, i, k) : (double)NAN;
            ax_doc_put(m, share[k]);
        }
        ax_doc_series(p, ax_report_grades[i], "", NULL, share, AX_REPORT_GRADES + 1, false);
    }
}

void ax_section_transition(struct ax_doc *doc, const struct ax_report_input *in)
{
    struct ax_doc_column columns[AX_REPORT_GRADES + 3] = {
            {"from", "from", "由", AX_DOC_TEXT}, {"rows", "rows", "行数", AX_DOC_COUNT}};
    for (size_t k = 0; k < AX_REPORT_GRADES; k++) {
        columns[2 + k] = (struct ax_doc_column){ax_report_grades[k], ax_report_grades[k], "", AX_DOC_SHARE};
    }
    columns[AX_REPORT_GRADES + 2] = (struct ax_doc_column){"withdrawn", "withdrawn", "退出", AX_DOC_SHARE};
    static const struct ax_doc_column summary[] = {{"measure", "measure", "指标", AX_DOC_TEXT},
            {"measure_zh", "in Chinese", "中文", AX_DOC_TEXT}, {"value", "value", "数值", AX_DOC_SHARE}};
    struct ax_doc_section *s = ax_doc_section(doc, "transition", "Transition matrix", "迁移矩阵",
            "From one date to the next, all pairs of dates together. Withdrawn: without a fact in the 36 months before "
            "the later date.",
            "相邻评分日之间的等级迁移（全部年份合计）；退出：后一评分日前 36 个月内已无事实。");
    struct ax_transition t = count_moves(in);
    matrix(s, &t, columns);
    struct ax_doc_table *kept =
            ax_doc_table(s, "stability", "Of those there on both dates", "两个评分日均在的企业", summary, 3);
    ax_doc_put_text(kept, "kept the grade");
    ax_doc_put_text(kept, "等级不变");
    ax_doc_put(kept, ax_transition_kept(&t));
    ax_doc_put_text(kept, "moved by more than one");
    ax_doc_put_text(kept, "变动超过一级");
    ax_doc_put(kept, ax_transition_far(&t));
}
