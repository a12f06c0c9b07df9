/* SPDX-License-Identifier: Apache-2.0 */
/* The model beside simpler predictions, and beside itself with other parameters, on the same rows. */
#include "services/lib/actuary/calibration.h"
#include "services/lib/actuary/discrimination.h"
#include "services/lib/actuary/lorenz.h"
#include "services/lib/report/sections.h"

#include <math.h>

static const struct {
    const char *id, *en, *zh;
} rivals[AX_REPORT_RIVALS] = {{"peer", "peer rate alone", "仅同业水平"},
        {"raw", "raw rate of the last 12 months", "近十二个月原始率"},
        {"fmcsa_lost_time", "weights 3/2/1 on lost-time quarters (FMCSA style)", "FMCSA 式 3/2/1 权重（损失工时）"},
        {"fmcsa_violations", "weights 3/2/1 on violations (FMCSA style)", "FMCSA 式 3/2/1 权重（违法）"},
        {"shrinkage", "plain shrinkage to the peers", "单纯向同业收缩"}};

static void one(struct ax_doc_table *t, const struct ax_report_population *pop, const char *id, const char *en,
        const char *zh, int rival)
{
    double auc[AX_REPORT_HEADS], tenth[AX_REPORT_HEADS], d2 = (double)NAN, gini = d2, lorenz = d2;
    for (enum ax_report_head head = 0; head < AX_REPORT_HEADS; head++) {
        struct ax_vectors v = rival < 0 ? ax_vectors_of(pop, head, AX_ALL_DATES)
                                        : ax_vectors_of_rival(pop, head, AX_ALL_DATES, (enum ax_report_rival)rival);
        auc[head] = ax_discrimination_of(v.p, v.event, v.n).auc;
        tenth[head] = ax_capture(v.p, v.event, v.n, 0.1);
        if (pop->counted && head == AX_REPORT_LOST_TIME) {
            d2 = ax_d2(v.mu, v.count, v.exposure, v.n);
            gini = ax_exposure_gini(v.rate, v.count, v.exposure, v.n);
            lorenz = 2 * ax_lorenz(v.rate, v.count, v.exposure, v.n, NULL, 0);
        }
        ax_vectors_deinit(&v);
    }
    ax_doc_put_text(t, pop->id);
    ax_doc_put_text(t, id);
    ax_doc_put_text(t, en);
    ax_doc_put_text(t, zh);
    double cells[] = {auc[0], auc[1], tenth[0], tenth[1], d2, gini, lorenz};
    for (size_t k = 0; k < sizeof cells / sizeof cells[0]; k++) {
        ax_doc_put(t, cells[k]);
    }
}

void ax_section_rivals(struct ax_doc *doc, const struct ax_report_input *in)
{
    static const struct ax_doc_column columns[] = {{"population", "population", "总体", AX_DOC_TEXT},
            {"model", "prediction", "预测", AX_DOC_TEXT}, {"model_en", "in English", "英文", AX_DOC_TEXT},
            {"model_zh", "in Chinese", "中文", AX_DOC_TEXT},
            {"auc_lost_time", "AUC lost time", "AUC 损失工时", AX_DOC_NUMBER},
            {"auc_severe", "AUC severe", "AUC 死亡或致残", AX_DOC_NUMBER},
            {"worst_tenth_lost_time", "lost time in the worst tenth", "最差一成：损失工时", AX_DOC_SHARE},
            {"worst_tenth_severe", "severe in the worst tenth", "最差一成：死亡或致残", AX_DOC_SHARE},
            {"d2", "D²", "D²", AX_DOC_NUMBER}, {"exposure_gini", "exposure Gini", "暴露基尼", AX_DOC_NUMBER},
            {"lorenz_gini", "Lorenz Gini", "洛伦兹基尼", AX_DOC_NUMBER}};
    struct ax_doc_section *s = ax_doc_section(doc, "comparators", "Comparators", "对照",
            "Simpler predictions on the same rows. A raw rate of zero is held at a thousandth of the peers' rate, as "
            "no "
            "deviance exists where something happens that had been given no chance.",
            "同一批数据上的简单预测。原始率为零时取同业水平的千分之一，否则偏差无定义。");
    struct ax_doc_table *t = ax_doc_table(s, "comparators", "Model and comparators", "模型与对照", columns, 11);
    const struct ax_report_population *pops[] = {&in->all, &in->hours};
    for (size_t k = 0; k < 2; k++) {
        if (pops[k]->count == 0) {
            continue;
        }
        one(t, pops[k], "model", "the model", "本模型", -1);
        for (int r = 0; r < AX_REPORT_RIVALS; r++) {
            one(t, pops[k], rivals[r].id, rivals[r].en, rivals[r].zh, r);
        }
    }
}

/* Lost time, then severe: AUC, worst tenth, log loss, O/E. */
static void measure_variant(const struct ax_report_input *in, const struct ax_report_variant *x, double cells[8])
{
    for (enum ax_report_head head = 0; head < AX_REPORT_HEADS; head++) {
        struct ax_vectors v = ax_vectors_of(&in->all, head, AX_ALL_DATES);
        double observed = 0, expected = 0;
        for (size_t i = 0; i < v.n; i++) {
            v.p[i] = x == NULL ? v.p[i] : x->p[head][i];
            observed += v.event[i];
            expected += v.p[i];
        }
        cells[4 * head] = ax_discrimination_of(v.p, v.event, v.n).auc;
        cells[4 * head + 1] = ax_capture(v.p, v.event, v.n, 0.1);
        cells[4 * head + 2] = ax_log_loss(v.p, v.event, v.n);
        cells[4 * head + 3] = observed / expected;
        ax_vectors_deinit(&v);
    }
}

static void variant(struct ax_doc_table *t, const struct ax_report_input *in, const struct ax_report_variant *x)
{
    double cells[8];
    bool refused = x != NULL && x->refused != NULL;
    if (!refused) {
        measure_variant(in, x, cells);
    }
    ax_doc_put_text(t, x == NULL ? "as_fitted" : x->id);
    ax_doc_put_text(t, x == NULL ? "as fitted" : x->en);
    ax_doc_put_text(t, x == NULL ? "拟合值" : x->zh);
    for (size_t k = 0; k < 8; k++) {
        ax_doc_put(t, refused ? (double)NAN : cells[k]);
    }
    ax_doc_put_text(t, refused ? x->refused : "");
}

void ax_section_sensitivity(struct ax_doc *doc, const struct ax_report_input *in)
{
    static const struct ax_doc_column columns[] = {{"variant", "variant", "变体", AX_DOC_TEXT},
            {"variant_en", "in English", "英文", AX_DOC_TEXT}, {"variant_zh", "in Chinese", "中文", AX_DOC_TEXT},
            {"auc_lost_time", "AUC lost time", "AUC 损失工时", AX_DOC_NUMBER},
            {"worst_tenth_lost_time", "worst tenth", "最差一成", AX_DOC_SHARE},
            {"log_loss_lost_time", "log loss", "对数损失", AX_DOC_NUMBER},
            {"oe_lost_time", "O/E", "实际/预期", AX_DOC_NUMBER},
            {"auc_severe", "AUC severe", "AUC 死亡或致残", AX_DOC_NUMBER},
            {"worst_tenth_severe", "worst tenth", "最差一成", AX_DOC_SHARE},
            {"log_loss_severe", "log loss", "对数损失", AX_DOC_NUMBER},
            {"oe_severe", "O/E", "实际/预期", AX_DOC_NUMBER}, {"refused", "refused", "不可用", AX_DOC_TEXT}};
    struct ax_doc_section *s = ax_doc_section(doc, "sensitivity", "Sensitivity", "敏感性",
            "All half-lives, or all κ, multiplied by a factor; the other parameters stay as fitted. Parameters by "
            "which a score could move by more than two points a day are refused.",
            "全部半衰期或全部 κ 乘以同一系数，其余参数不变；若评分可能一日变动超过两分，则该组参数不可用。");
    struct ax_doc_table *t = ax_doc_table(s, "sensitivity", "Half-life and κ", "半衰期与 κ", columns, 12);
    variant(t, in, NULL);
    for (size_t i = 0; i < in->variant_count; i++) {
        variant(t, in, &in->variants[i]);
    }
}
