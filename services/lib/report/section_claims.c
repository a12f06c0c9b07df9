/* SPDX-License-Identifier: Apache-2.0 */
/* Simulated claims: their development, loss ratios before and after the coefficient, NCCI's quintile test. */
#include "services/lib/report/sections.h"

#include <math.h>
#include <stdlib.h>

enum { QUINTILES = 5 };

/* Premiums: the peers' expected cost, scaled so that all premiums equal all claims; then times the coefficient, scaled so that
 * its mean by premium is 1. */
struct scales {
    double premium;
    double off_balance;
    double own;    /* of the enterprise's own expected cost as premium */
    double tariff; /* as off_balance, of the tariff's coefficient */
};

static struct scales scales_of(const struct ax_report_population *pop)
{
    double cost = 0, claims = 0, weighted = 0, own = 0, tariff = 0;
    for (size_t i = 0; i < pop->count; i++) {
        cost += pop->rows[i].peer_cost_fen;
        own += pop->rows[i].cost_fen;
        tariff += pop->rows[i].peer_cost_fen * pop->rows[i].tariff;
        claims += pop->rows[i].claims.ultimate;
        weighted += pop->rows[i].peer_cost_fen * pop->rows[i].coefficient;
    }
    return (struct scales){claims / cost, cost / weighted, claims / own, cost / tariff};
}

static void development(struct ax_doc_section *s, const struct ax_report_input *in)
{
    static const struct ax_doc_column columns[] = {{"date", "accident year from", "事故年起始", AX_DOC_TEXT},
            {"months", "as known after months", "经过月数", AX_DOC_COUNT},
            {"paid_yuan", "paid, yuan", "已付（元）", AX_DOC_COUNT},
            {"incurred_yuan", "paid and reserved, yuan", "已付及未决（元）", AX_DOC_COUNT},
            {"ultimate_yuan", "ultimate, yuan", "最终（元）", AX_DOC_COUNT}};
    struct ax_doc_table *t = ax_doc_table(s, "development", "Development (simulated)", "进展（模拟）", columns, 5);
    struct ax_doc_plot *p = ax_doc_plot(s, "development", "Development (simulated)", "进展（模拟）", AX_DOC_DOTS);
    double x[AX_REPORT_CLAIM_AGES], all[3][AX_REPORT_CLAIM_AGES] = {0}, share[2][AX_REPORT_CLAIM_AGES];
    for (uint32_t d = 0; d < in->date_count; d++) {
        for (size_t k = 0; k < AX_REPORT_CLAIM_AGES; k++) {
            double sum[3] = {0};
            for (size_t i = 0; i < in->all.count; i++) {
                const struct ax_report_row *r = &in->all.rows[i];
                sum[0] += r->date == d ? r->claims.paid[k] : 0;
                sum[1] += r->date == d ? r->claims.incurred[k] : 0;
                sum[2] += r->date == d ? r->claims.ultimate : 0;
            }
            ax_doc_put_text(t, in->dates[d]);
            ax_doc_put(t, 12.0 * (double)(k + 1));
            for (size_t c = 0; c < 3; c++) {
                ax_doc_put(t, sum[c] / 100);
                all[c][k] += sum[c];
            }
        }
    }
    for (size_t k = 0; k < AX_REPORT_CLAIM_AGES; k++) {
        x[k] = 12.0 * (double)(k + 1);
        share[0][k] = all[0][k] / all[2][k];
        share[1][k] = all[1][k] / all[2][k];
    }
    ax_doc_axes(p, "months since the rating date", "评分日后月数", "share of ultimate", "占最终额");
    ax_doc_series(p, "paid (simulated)", "已付（模拟）", x, share[0], AX_REPORT_CLAIM_AGES, false);
    ax_doc_series(p, "paid and reserved (simulated)", "已付及未决（模拟）", x, share[1], AX_REPORT_CLAIM_AGES, false);
}

struct book {
    double rows, claims, ultimate, before, after, own, tariff;
};

static void put_book(struct ax_doc_table *t, const struct book *b)
{
    double cells[] = {b->rows, b->claims, b->ultimate / 100, b->before / 100,
            b->after > 0 ? b->after / b->before : (double)NAN, b->before > 0 ? b->ultimate / b->before : (double)NAN,
            b->after > 0 ? b->ultimate / b->after : (double)NAN, b->own > 0 ? b->ultimate / b->own : (double)NAN,
            b->tariff > 0 ? b->ultimate / b->tariff : (double)NAN};
    for (size_t k = 0; k < sizeof cells / sizeof cells[0]; k++) {
        ax_doc_put(t, cells[k]);
    }
}

#define BOOK_COLUMNS \
    {"rows", "rows", "行数", AX_DOC_COUNT}, {"claims", "claims (simulated)", "索赔件数（模拟）", AX_DOC_COUNT}, \
            {"ultimate_yuan", "claims, yuan (simulated)", "赔款（元，模拟）", AX_DOC_COUNT}, \
            {"premium_yuan", "premium of the peers, yuan (simulated)", "同业保费（元，模拟）", AX_DOC_COUNT}, \
            {"coefficient", "mean coefficient", "平均系数", AX_DOC_NUMBER}, \
            {"loss_ratio_before", "loss ratio before (simulated)", "系数前赔付率（模拟）", AX_DOC_NUMBER}, \
            {"loss_ratio_after", "after (simulated)", "系数后赔付率（模拟）", AX_DOC_NUMBER}, \
            {"loss_ratio_own", "by expected cost, unclamped (simulated)", "按预期损失计费（模拟）", AX_DOC_NUMBER}, \
    { \
        "loss_ratio_tariff", "by the tariff's coefficient (simulated)", "按费率表系数（模拟）", AX_DOC_NUMBER \
    }

static void add_row(struct book *b, const struct ax_report_row *r, struct scales k)
{
    double premium = r->peer_cost_fen * k.premium;
    b->rows++;
    b->claims += r->claims.count;
    b->ultimate += r->claims.ultimate;
    b->before += premium;
    b->after += premium * r->coefficient * k.off_balance;
    b->own += r->cost_fen * k.own;
    b->tariff += premium * r->tariff * k.tariff;
}

static void by_grade(struct ax_doc_section *s, const struct ax_report_input *in, struct scales k)
{
    static const struct ax_doc_column columns[] = {{"grade", "grade", "等级", AX_DOC_TEXT}, BOOK_COLUMNS};
    struct ax_doc_table *t =
            ax_doc_table(s, "by_grade", "Loss ratio by grade (simulated)", "各等级赔付率（模拟）", columns, 10);
    struct book books[AX_REPORT_GRADES] = {0};
    double ratio[3][AX_REPORT_GRADES];
    for (size_t i = 0; i < in->all.count; i++) {
        add_row(&books[in->all.rows[i].grade], &in->all.rows[i], k);
    }
    for (size_t g = 0; g < AX_REPORT_GRADES; g++) {
        ax_doc_put_text(t, ax_report_grades[g]);
        put_book(t, &books[g]);
        ratio[0][g] = books[g].ultimate / books[g].before;
        ratio[1][g] = books[g].ultimate / books[g].after;
        ratio[2][g] = books[g].ultimate / books[g].own;
    }
    struct ax_doc_plot *p =
            ax_doc_plot(s, "loss-ratio", "Loss ratio by grade (simulated)", "各等级赔付率（模拟）", AX_DOC_BARS);
    ax_doc_axes(p, "grade", "等级", "loss ratio", "赔付率");
    ax_doc_labels(p, ax_report_grades, AX_REPORT_GRADES);
    ax_doc_series(p, "before the coefficient", "系数前", NULL, ratio[0], AX_REPORT_GRADES, false);
    ax_doc_series(p, "after the coefficient", "系数后", NULL, ratio[1], AX_REPORT_GRADES, false);
    ax_doc_series(p, "by expected cost", "按预期损失", NULL, ratio[2], AX_REPORT_GRADES, false);
}

static int by_coefficient(const void *a, const void *b)
{
    const struct ax_report_row *x = *(const struct ax_report_row *const *)a,
                               *y = *(const struct ax_report_row *const *)b;
    if (x->coefficient != y->coefficient) {
        return x->coefficient < y->coefficient ? -1 : 1;
    }
    return x < y ? -1 : x > y; /* rows are in one array, in an order of their own */
}

static double variance(const double *x, size_t n)
{
    double mean = 0, sum = 0;
    for (size_t i = 0; i < n; i++) {
        mean += x[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        sum += (x[i] - mean) * (x[i] - mean);
    }
    return sum / (double)n;
}

/* Rows by coefficient in five parts of equal premium. */
static void quintiles(struct ax_doc_section *s, const struct ax_report_input *in, struct scales k)
{
    static const struct ax_doc_column columns[] = {
            {"quintile", "fifth by coefficient", "按系数分五等份", AX_DOC_COUNT}, BOOK_COLUMNS};
    static const struct ax_doc_column test[] = {{"statistic", "variance of loss ratios after / before (simulated)",
            "赔付率方差比：后/前（模拟）", AX_DOC_NUMBER}};
    const struct ax_report_row **order = ax_xcalloc(in->all.count + 1, sizeof *order);
    double premium = 0, so_far = 0, before[QUINTILES], after[QUINTILES];
    struct book books[QUINTILES] = {0};
    for (size_t i = 0; i < in->all.count; i++) {
        order[i] = &in->all.rows[i];
        premium += order[i]->peer_cost_fen;
    }
    qsort((void *)order, in->all.count, sizeof *order, by_coefficient);
    for (size_t i = 0; i < in->all.count; i++) {
        size_t q = (size_t)(so_far / premium * QUINTILES);
        add_row(&books[q < QUINTILES ? q : QUINTILES - 1], order[i], k);
        so_far += order[i]->peer_cost_fen;
    }
    struct ax_doc_table *t =
            ax_doc_table(s, "quintiles", "Quintile test (simulated)", "五分位检验（模拟）", columns, 10);
    for (size_t q = 0; q < QUINTILES; q++) {
        ax_doc_put(t, (double)q + 1);
        put_book(t, &books[q]);
        before[q] = books[q].ultimate / books[q].before;
        after[q] = books[q].ultimate / books[q].after;
    }
    struct ax_doc_table *v = ax_doc_table(s, "quintile_test", "Test statistic (simulated), below 1 is good",
            "检验统计量（模拟），小于 1 为佳", test, 1);
    ax_doc_put(v, variance(after, QUINTILES) / variance(before, QUINTILES));
    ax_xfree((void *)order);
}

void ax_section_claims(struct ax_doc *doc, const struct ax_report_input *in)
{
    struct ax_doc_section *s = ax_doc_section(doc, "claims", "Claims", "索赔",
            "Simulated: no public data joins claims with enforcement, so liability claims are made up on the real "
            "accidents of the 12 months "
            "after each date (amounts, delays and development are ours, seeded). Premiums are the peers' expected "
            "cost, scaled to all "
            "claims. Two coefficients, each scaled so that its mean by premium is 1: of the score (relative expected "
            "cost within 0.7 and 1.5, "
            "ours), and of the tariff, which knows accidents of the year before and little else of a panel.",
            "模拟数据：没有将索赔与执法相联的公开数据，故在评分日后十二个月的真实事故上模拟责任险索赔（金额、延迟与进展"
            "均为本项目设定，固定种子）。"
            "保费为同业预期损失，按总赔款平衡；评分系数（相对预期损失，限于 0.7 至 "
            "1.5，本项目设定）与费率表系数均经调整使保费加权均值为 1；"
            "就面板数据而言，费率表所知主要为上年度事故。");
    s->simulated = true;
    struct scales k = scales_of(&in->all);
    development(s, in);
    by_grade(s, in, k);
    quintiles(s, in, k);
}
