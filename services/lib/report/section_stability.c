/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the population drifts, and what scores are lost for. */
#include "services/lib/actuary/stability.h"
#include "services/lib/report/sections.h"

#include <math.h>
#include <stdlib.h>

enum { BINS = 10, REASONS_MAX = 4, SCORE = -1 };

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* The score, or the points of a channel, of one date. */
static double *values_on(const struct ax_report_population *pop, uint32_t date, int channel, size_t *n)
{
    double *values = ax_xcalloc(pop->count + 1, sizeof *values);
    *n = 0;
    for (size_t i = 0; i < pop->count; i++) {
        const struct ax_report_row *r = &pop->rows[i];
        double x = channel == SCORE ? r->score : r->points[channel];
        if (r->date == date && isfinite(x)) {
            values[(*n)++] = x;
        }
    }
    qsort(values, *n, sizeof *values, by_value);
    return values;
}

/* Classes are the tenths of the earlier date; values that many share make fewer. */
static double drift(const struct ax_report_population *pop, uint32_t from, uint32_t to, int channel)
{
    size_t n, m, bin = 0;
    double *base = values_on(pop, from, channel, &n), *next = values_on(pop, to, channel, &m), cuts[BINS],
           e[BINS] = {0}, a[BINS] = {0};
    size_t cut_count = 0;
    for (size_t k = 1; k < BINS && n > 0; k++) {
        double cut = base[n * k / BINS];
        if (cut_count == 0 || cut > cuts[cut_count - 1]) {
            cuts[cut_count++] = cut;
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (bin = 0; bin < cut_count && base[i] >= cuts[bin];) {
            bin++;
        }
        e[bin]++;
    }
    for (size_t i = 0; i < m; i++) {
        for (bin = 0; bin < cut_count && next[i] >= cuts[bin];) {
            bin++;
        }
        a[bin]++;
    }
    ax_xfree(base);
    ax_xfree(next);
    return ax_psi(e, a, cut_count + 1);
}

static void put_drift(struct ax_doc_table *t, const struct ax_report_input *in, uint32_t from, uint32_t to)
{
    for (int c = SCORE; c < (int)in->channel_count; c++) {
        double psi = drift(&in->all, from, to, c);
        ax_doc_put_text(t, c == SCORE ? "PSI" : "CSI");
        ax_doc_put_text(t, c == SCORE ? "score" : in->channels_en[c]);
        ax_doc_put_text(t, c == SCORE ? "分数" : in->channels_zh[c]);
        ax_doc_put_text(t, in->dates[from]);
        ax_doc_put_text(t, in->dates[to]);
        ax_doc_put(t, psi);
        ax_doc_put_text(t, ax_psi_word(psi));
    }
}

void ax_section_stability(struct ax_doc *doc, const struct ax_report_input *in)
{
    static const struct ax_doc_column columns[] = {{"index", "index", "指数", AX_DOC_TEXT},
            {"of", "of", "对象", AX_DOC_TEXT}, {"of_zh", "in Chinese", "中文", AX_DOC_TEXT},
            {"from", "from", "自", AX_DOC_TEXT}, {"to", "to", "至", AX_DOC_TEXT},
            {"value", "value", "数值", AX_DOC_NUMBER}, {"reading", "reading", "判读", AX_DOC_TEXT}};
    struct ax_doc_section *s = ax_doc_section(doc, "stability", "Stability: PSI and CSI", "稳定性：PSI 与 CSI",
            "Σ (a − e) ln(a / e) over the tenths of the earlier date: below 0.10 stable, to 0.25 watch, above it "
            "shift.",
            "以前一评分日的十分位为组：低于 0.10 稳定，至 0.25 关注，超过为漂移。");
    struct ax_doc_table *t = ax_doc_table(s, "stability", "Between dates", "评分日之间", columns, 7);
    for (uint32_t d = 0; d + 1 < in->date_count; d++) {
        put_drift(t, in, d, d + 1);
    }
    if (in->date_count > 2) {
        put_drift(t, in, 0, (uint32_t)in->date_count - 1);
    }
}

/* The channels that cost most points, at most four. */
static size_t reasons_of(const struct ax_report_row *r, size_t channels, size_t reason[REASONS_MAX])
{
    size_t n = 0;
    bool used[AX_REPORT_CHANNELS_MAX] = {false};
    while (n < REASONS_MAX) {
        size_t worst = channels;
        for (size_t c = 0; c < channels; c++) {
            if (!used[c] && r->points[c] < -0.5 && (worst == channels || r->points[c] < r->points[worst])) {
                worst = c;
            }
        }
        if (worst == channels) {
            break;
        }
        used[worst] = true;
        reason[n++] = worst;
    }
    return n;
}

void ax_section_reasons(struct ax_doc *doc, const struct ax_report_input *in)
{
    struct ax_doc_column columns[AX_REPORT_GRADES + 4] = {{"channel", "reason", "原因", AX_DOC_TEXT},
            {"channel_zh", "in Chinese", "中文", AX_DOC_TEXT}, {"first", "as the first", "为首要原因", AX_DOC_SHARE},
            {"any", "among four", "为四项之一", AX_DOC_SHARE}};
    for (size_t g = 0; g < AX_REPORT_GRADES; g++) {
        columns[4 + g] = (struct ax_doc_column){ax_report_grades[g], ax_report_grades[g], "", AX_DOC_SHARE};
    }
    double first[AX_REPORT_CHANNELS_MAX] = {0}, any[AX_REPORT_CHANNELS_MAX] = {0}, rows[AX_REPORT_GRADES] = {0};
    double by_grade[AX_REPORT_CHANNELS_MAX][AX_REPORT_GRADES] = {0};
    for (size_t i = 0; i < in->all.count; i++) {
        const struct ax_report_row *r = &in->all.rows[i];
        size_t reason[REASONS_MAX], n = reasons_of(r, in->channel_count, reason);
        rows[r->grade]++;
        for (size_t k = 0; k < n; k++) {
            first[reason[k]] += k == 0;
            any[reason[k]]++;
            by_grade[reason[k]][r->grade]++;
        }
    }
    struct ax_doc_section *s = ax_doc_section(doc, "reasons", "Reasons", "原因",
            "Channels by the points they cost against the peers' mean: how often each is the first reason, and one of "
            "at most four; "
            "by grade, the share of rows that have it among them.",
            "按相对同业均值所失分数排列的渠道：作为首要原因及四项原因之一的频率，并按等级列出占比。");
    struct ax_doc_table *t = ax_doc_table(s, "reasons", "Frequencies", "频率", columns, AX_REPORT_GRADES + 4);
    for (size_t c = 0; c < in->channel_count; c++) {
        ax_doc_put_text(t, in->channels_en[c]);
        ax_doc_put_text(t, in->channels_zh[c]);
        ax_doc_put(t, first[c] / (double)in->all.count);
        ax_doc_put(t, any[c] / (double)in->all.count);
        for (size_t g = 0; g < AX_REPORT_GRADES; g++) {
            ax_doc_put(t, rows[g] > 0 ? by_grade[c][g] / rows[g] : (double)NAN);
        }
    }
}
