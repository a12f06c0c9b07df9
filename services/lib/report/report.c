/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/report/report.h"

#include "base/file.h"
#include "services/lib/report/sections.h"

#include <math.h>
#include <stdio.h>

enum { OUT_MAX_BYTES = 256 << 20, PATH_SIZE = 4096, WARNING_SIZE = 512, MODE = 0644, FOLDER_MODE = 0755 };

static void warn_in_sample(struct ax_doc *doc, const struct ax_report_input *in)
{
    char en[WARNING_SIZE], zh[WARNING_SIZE];
    if (in->in_sample == 0) {
        return;
    }
    (void)snprintf(en, sizeof en,
            "Not out of sample: the parameters were fitted on facts up to %s, and %zu of the %zu dates lie before "
            "that. "
            "What stands here does not show how well they predict.",
            in->fitted_until, in->in_sample, in->date_count);
    (void)snprintf(zh, sizeof zh,
            "非样本外检验：参数所用事实截至 %s（不含），%zu/%zu 个评分日早于该日，不能证明预测能力。", in->fitted_until,
            in->in_sample, in->date_count);
    ax_doc_warn(doc, en, zh);
}

struct ax_doc *ax_report_make(const struct ax_report_input *in, ax_report_progress *progress, void *state)
{
    static const struct {
        const char *en, *zh;
        void (*make)(struct ax_doc *doc, const struct ax_report_input *in);
    } sections[] = {{"summary", "概要", ax_section_summary}, {"comparators", "对照", ax_section_rivals},
            {"lift", "提升度", ax_section_lift}, {"calibration", "校准", ax_section_calibration},
            {"Lorenz curves", "洛伦兹曲线", ax_section_lorenz}, {"grades", "等级", ax_section_grades},
            {"transition", "迁移", ax_section_transition}, {"audit", "审计", ax_section_audit},
            {"stability", "稳定性", ax_section_stability}, {"reasons", "原因", ax_section_reasons},
            {"sensitivity", "敏感性", ax_section_sensitivity}, {"intervals", "区间", ax_section_intervals},
            {"disasters", "重大事故", ax_section_disasters}, {"claims (simulated)", "索赔（模拟）", ax_section_claims}};
    struct ax_doc *doc = ax_doc_new("Back-test of the risk score", "风险评分回测报告");
    ax_doc_stamp(doc, "pack", "pack", "规则包", "%s", in->pack);
    ax_doc_stamp(doc, "parameters", "digest of the parameters", "参数摘要", "%s", in->parameter_digest);
    ax_doc_stamp(doc, "fitted_until", "fitted on facts before", "拟合所用事实截止（不含）", "%s",
            in->fitted_until[0] == '\0' ? "not fitted 未拟合" : in->fitted_until);
    ax_doc_stamp(
            doc, "in_sample", "dates before that: in sample", "其中早于该日的评分日（样本内）", "%zu", in->in_sample);
    ax_doc_stamp(doc, "data", "digest of the data", "数据摘要", "%s", in->data_digest);
    ax_doc_stamp(doc, "from", "from", "自", "%s", in->from);
    ax_doc_stamp(doc, "to", "to", "至", "%s", in->to);
    ax_doc_stamp(doc, "dates", "dates", "评分日数", "%zu", in->date_count);
    ax_doc_stamp(doc, "rows", "rows", "行数", "%zu all, %zu hours", in->all.count, in->hours.count);
    ax_doc_stamp(
            doc, "bootstrap", "bootstrap", "自助法", "%u rounds, seed %llu", in->rounds, (unsigned long long)in->seed);
    ax_doc_stamp(doc, "tariff", "tariff", "费率表", "%s", in->tariff == NULL ? "none 无" : in->tariff);
    ax_doc_stamp(doc, "claims", "claims", "索赔", "simulated 模拟");
    warn_in_sample(doc, in);
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        if (progress != NULL) {
            progress(sections[i].en, sections[i].zh, state);
        }
        sections[i].make(doc, in);
    }
    return doc;
}

static ax_rc write_file(const char *folder, const char *name, const struct ax_buf *content, struct ax_err *err)
{
    char path[PATH_SIZE];
    if (content->failed) {
        return ax_fail(err, AX_LIMIT, "%s is larger than %d bytes", name, OUT_MAX_BYTES);
    }
    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path) {
        return ax_fail(err, AX_INVALID, "the path of the folder is too long");
    }
    return ax_file_write(path, ax_buf_str(content), MODE, err);
}

static void cell(struct ax_buf *out, double value)
{
    if (isfinite(value)) {
        ax_buf_printf(out, ",%.12g", value == 0 ? 0.0 : value);
    } else {
        ax_buf_put_u8(out, ',');
    }
}

static void put_rows(const struct ax_report_input *in, const struct ax_report_population *pop, struct ax_buf *out)
{
    ax_buf_put_str(out,
            AX_STR("enterprise,date,exposure,actual_exposure,expected_lost_time,expected_severe,p_lost_time,p_severe,"
                   "expected_cost_fen,peer_cost_fen,coefficient,tariff,score,grade,credibility,log_sd,peer,raw,fmcsa_"
                   "lost_"
                   "time,"
                   "fmcsa_violations,shrinkage,size,region,ownership,industry,lost_quarters,severe,deaths,days_lost,"
                   "simulated_claims,simulated_ultimate_fen\n"));
    for (size_t i = 0; i < pop->count; i++) {
        const struct ax_report_row *r = &pop->rows[i];
        ax_str id = ax_str_c(in->unit_names[r->unit]);
        id = ax_str_split(&id, ' ');
        ax_buf_printf(out, "%.*s,%s", AX_ARG(id), in->dates[r->date]);
        double first[] = {r->exposure, r->actual, r->expected[0], r->expected[1], r->p[0], r->p[1], r->cost_fen,
                r->peer_cost_fen, r->coefficient, r->tariff, r->score};
        for (size_t k = 0; k < sizeof first / sizeof first[0]; k++) {
            cell(out, first[k]);
        }
        ax_buf_printf(out, ",%s", ax_report_grades[r->grade]);
        cell(out, r->credibility);
        cell(out, r->log_sd);
        for (size_t k = 0; k < AX_REPORT_RIVALS; k++) {
            cell(out, r->rival[k]);
        }
        for (size_t k = 0; k < AX_REPORT_AXES; k++) {
            ax_buf_put_u8(out, ',');
            ax_doc_csv_text(out, pop->axes[k].count > 0 ? pop->axes[k].labels[r->label[k]] : "");
        }
        double last[] = {r->lost_quarters, r->severe, r->deaths, r->days_lost, r->claims.count, r->claims.ultimate};
        for (size_t k = 0; k < sizeof last / sizeof last[0]; k++) {
            cell(out, last[k]);
        }
        ax_buf_put_u8(out, '\n');
    }
}

static ax_rc write_tables(const struct ax_doc *doc, const char *folder, struct ax_buf *out, struct ax_err *err)
{
    char name[256];
    for (size_t i = 0; i < doc->section_count; i++) {
        const struct ax_doc_section *s = doc->sections[i];
        for (size_t k = 0; k < s->table_count; k++) {
            ax_buf_clear(out);
            ax_doc_write_csv(s, &s->tables[k], out);
            snprintf(name, sizeof name, "%s%s_%s.csv", s->simulated ? "simulated_" : "", s->id, s->tables[k].id);
            AX_TRY(write_file(folder, name, out, err));
        }
    }
    return AX_RC(OK);
}

static ax_rc write_all(const struct ax_report_input *in, const struct ax_doc *doc, const char *folder,
        struct ax_buf *out, struct ax_err *err)
{
    AX_TRY(ax_file_mkdirs(folder, FOLDER_MODE, err));
    ax_doc_write_json(doc, out);
    AX_TRY(write_file(folder, "backtest.json", out, err));
    ax_buf_clear(out);
    ax_doc_write_html(doc, out);
    AX_TRY(write_file(folder, "backtest.html", out, err));
    AX_TRY(write_tables(doc, folder, out, err));
    ax_buf_clear(out);
    put_rows(in, &in->all, out);
    AX_TRY(write_file(folder, "rows_all.csv", out, err));
    ax_buf_clear(out);
    put_rows(in, &in->hours, out);
    return write_file(folder, "rows_hours.csv", out, err);
}

ax_rc ax_report_write(
        const struct ax_report_input *in, const struct ax_doc *doc, const char *folder, struct ax_err *err)
{
    struct ax_buf out;
    ax_buf_init(&out, OUT_MAX_BYTES);
    ax_rc rc = write_all(in, doc, folder, &out, err);
    ax_buf_deinit(&out);
    return rc;
}
