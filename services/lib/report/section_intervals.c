/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the 90 % interval holds what comes, and where the mines with disasters stood. */
#include "services/lib/report/sections.h"

#include <math.h>

enum { NODES = 41, BANDS = 4, DISASTER_DEATHS = 5 };

/* Chance of k of four quarters with lost time at λ. */
static double quarters(double lambda, uint32_t k)
{
    static const double choose[] = {1, 4, 6, 4, 1};
    double q = -expm1(-lambda / AX_REPORT_QUARTERS);
    return choose[k] * pow(q, k) * pow(1 - q, AX_REPORT_QUARTERS - k);
}

/* Where the count stands in its predicted distribution, half of its own chance counted; λ is log-normal around the
 * prediction. Without an error of its own, `log_sd` is 0. */
static double place(double lambda, double log_sd, uint32_t count)
{
    double sum = 0, weights = 0;
    for (int i = 0; i < NODES; i++) {
        double z = -4 + 8.0 * i / (NODES - 1), w = exp(-z * z / 2), at = lambda * exp(log_sd * z - log_sd * log_sd / 2);
        double below = quarters(at, count) / 2;
        for (uint32_t k = 0; k < count; k++) {
            below += quarters(at, k);
        }
        sum += w * below;
        weights += w;
    }
    return sum / weights;
}

void ax_section_intervals(struct ax_doc *doc, const struct ax_report_input *in)
{
    static const struct ax_doc_column columns[] = {{"expected", "λ in the actual hours", "实际工时下的 λ", AX_DOC_TEXT},
            {"rows", "rows", "行数", AX_DOC_COUNT},
            {"covered", "within the 90 % interval", "落入 90% 区间", AX_DOC_SHARE},
            {"below", "below", "低于", AX_DOC_SHARE}, {"above", "above", "高于", AX_DOC_SHARE},
            {"covered_without", "without the score's own error", "不计评分自身误差", AX_DOC_SHARE}};
    static const char *const names[BANDS + 1] = {"0.5–1", "1–2", "2–4", "4+", "all ≥ 0.5"};
    static const double least[BANDS + 1] = {0.5, 1, 2, 4, INFINITY};
    struct ax_doc_section *s = ax_doc_section(doc, "intervals", "Intervals", "区间",
            "The count of lost-time quarters that came, within the middle 90 % of what was predicted: λ log-normal "
            "with the interval of the "
            "score, four quarters at 1 − exp(−λ/4). Half of a count's own chance is counted on either side. Rows that "
            "expect less than "
            "half a quarter test nothing.",
            "实际损失工时季度数是否落入预测分布的中间 90%（λ 按评分区间取对数正态）；预期不足 0.5 的行不作检验。");
    struct ax_doc_table *t = ax_doc_table(s, "coverage", "Coverage of the 90 % interval", "90% 区间覆盖率", columns, 6);
    double rows[BANDS + 1] = {0}, covered[BANDS + 1] = {0}, below[BANDS + 1] = {0}, above[BANDS + 1] = {0},
                        bare[BANDS + 1] = {0};
    for (size_t i = 0; i < in->hours.count; i++) {
        const struct ax_report_row *r = &in->hours.rows[i];
        double lambda = r->expected[AX_REPORT_LOST_TIME] * r->actual / r->exposure;
        if (!(lambda >= least[0])) {
            continue;
        }
        double u = place(lambda, r->log_sd, r->lost_quarters), v = place(lambda, 0, r->lost_quarters);
        size_t band = 0;
        while (lambda >= least[band + 1]) {
            band++;
        }
        for (size_t b = band;; b = BANDS) {
            rows[b]++;
            below[b] += u < 0.05;
            above[b] += u > 0.95;
            covered[b] += u >= 0.05 && u <= 0.95;
            bare[b] += v >= 0.05 && v <= 0.95;
            if (b == BANDS) {
                break;
            }
        }
    }
    for (size_t b = 0; b <= BANDS; b++) {
        double n = rows[b] > 0 ? rows[b] : (double)NAN;
        ax_doc_put_text(t, names[b]);
        ax_doc_put(t, rows[b]);
        ax_doc_put(t, covered[b] / n);
        ax_doc_put(t, below[b] / n);
        ax_doc_put(t, above[b] / n);
        ax_doc_put(t, bare[b] / n);
    }
}

/* 1 + how many on that date have a higher p. */
static double rank_of(
        const struct ax_report_population *pop, const struct ax_report_row *r, enum ax_report_head head, double *of)
{
    double rank = 1;
    *of = 0;
    for (size_t i = 0; i < pop->count; i++) {
        if (pop->rows[i].date == r->date) {
            ++*of;
            rank += pop->rows[i].p[head] > r->p[head];
        }
    }
    return rank;
}

void ax_section_disasters(struct ax_doc *doc, const struct ax_report_input *in)
{
    static const struct ax_doc_column columns[] = {{"date", "rated on", "评分日", AX_DOC_TEXT},
            {"enterprise", "enterprise", "企业", AX_DOC_TEXT},
            {"deaths", "deaths in the 12 months after", "其后十二个月死亡人数", AX_DOC_COUNT},
            {"rank_severe", "rank by severe", "死亡或致残排名", AX_DOC_COUNT},
            {"rank_lost_time", "rank by lost time", "损失工时排名", AX_DOC_COUNT}, {"of", "of", "总数", AX_DOC_COUNT},
            {"grade", "grade", "等级", AX_DOC_TEXT}, {"p_severe", "p severe", "死亡或致残概率", AX_DOC_SHARE}};
    struct ax_doc_section *s = ax_doc_section(doc, "disasters", "Disasters", "重大事故",
            "Every enterprise with five or more deaths in the 12 months after a date: its rank on that date, 1 the "
            "worst.",
            "评分日后十二个月内死亡五人及以上的全部企业及其当日排名（1 为最差）。");
    struct ax_doc_table *t = ax_doc_table(s, "disasters", "Ranks", "排名", columns, 8);
    for (size_t i = 0; i < in->all.count; i++) {
        const struct ax_report_row *r = &in->all.rows[i];
        if (r->deaths < DISASTER_DEATHS) {
            continue;
        }
        double of, severe = rank_of(&in->all, r, AX_REPORT_SEVERE, &of),
                   lost = rank_of(&in->all, r, AX_REPORT_LOST_TIME, &of);
        ax_doc_put_text(t, in->dates[r->date]);
        ax_doc_put_text(t, in->unit_names[r->unit]);
        ax_doc_put(t, r->deaths);
        ax_doc_put(t, severe);
        ax_doc_put(t, lost);
        ax_doc_put(t, of);
        ax_doc_put_text(t, ax_report_grades[r->grade]);
        ax_doc_put(t, r->p[AX_REPORT_SEVERE]);
    }
}
