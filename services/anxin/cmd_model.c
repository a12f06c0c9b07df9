/* SPDX-License-Identifier: Apache-2.0 */
/* anxin fit, anxin predict: a risk edition from a panel, and the scores of a panel's mines (docs/MODEL.md). */
#include "services/anxin/cli.h"

#include "base/clock.h"
#include "base/file.h"
#include "services/anxin/risk_file.h"
#include "services/anxin/show.h"
#include "services/lib/model/fit.h"
#include "services/lib/model/predict.h"
#include "services/lib/pack/bundle.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { PREDICTION_TEXT_MAX_BYTES = 1024 * 1024 * 1024 };

#define YUAN_FEN 100.0

struct run {
    struct ax_cli *cli;
    int64_t began_us;
};

static double seconds(const struct run *r)
{
    return (double)(ax_mono_us() - r->began_us) / 1e6;
}

/* What has been done so far, on a terminal. */
static void show(const struct run *r, const char *en, const char *zh, size_t count)
{
    if (r->cli->progress) {
        (void)fprintf(stderr, "%6.1f s  %s: %zu\n", seconds(r), ax_cli_text(r->cli, en, zh), count);
    }
}

static ax_rc load_panel(const struct run *r, const char *dir, struct ax_panel **panel, struct ax_err *err)
{
    AX_TRY(ax_panel_load(dir, panel, err));
    show(r, "mines read", "已读入矿山", (*panel)->mine_count);
    return AX_RC(OK);
}

static void watch_fit(const struct ax_fit_step *step, void *state)
{
    const struct run *r = state;
    if (r->cli->progress) {
        (void)fprintf(stderr, "%6.1f s  %s / %s: %zu rows, %.0f events, loss %.6f, %d evaluations\n", seconds(r),
                step->model, step->head, step->rows, step->events, step->loss, step->evaluations);
    }
}

static ax_rc write_fit(const struct ax_fit *fit, const char *pack, char path[AX_RISK_FILE_PATH_MAX], struct ax_err *err)
{
    struct ax_buf text;
    bool folder;
    AX_TRY(ax_risk_file_path(pack, path, &folder, err));
    AX_TRY(folder ? ax_file_mkdirs(pack, 0755, err) : AX_RC(OK));
    ax_buf_init(&text, AX_PACK_FILE_MAX_BYTES);
    ax_risk_write(&fit->edition, &text);
    ax_rc rc = text.failed ? ax_fail(err, AX_LIMIT, "the edition is longer than a pack file may be")
                           : ax_file_write(path, ax_buf_str(&text), 0644, err);
    ax_buf_deinit(&text);
    return rc;
}

static void put_fit_summary(
        const struct run *r, const struct ax_panel *panel, const struct ax_fit *fit, const char *path)
{
    char from[AX_DAY_TEXT_SIZE];
    char until[AX_DAY_TEXT_SIZE];
    const struct ax_risk_edition *e = &fit->edition;
    (void)ax_day_format(e->fit_from, from);
    (void)ax_day_format(e->fit_until, until);
    if (!r->cli->json) {
        (void)printf("%s: %s, %zu %s, %s – %s, %.1f s\n", path, fit->id, e->model_count,
                ax_cli_text(r->cli, "models", "个模型"), from, until, seconds(r));
        return;
    }
    json_t *models = json_array();
    for (size_t m = 0; m < e->model_count; m++) {
        AX_ASSERT(json_array_append_new(models, json_stringn(e->models[m].id.ptr, e->models[m].id.len)) == 0);
    }
    json_t *file = json_string(path); /* none of a name that is no UTF-8 */
    json_t *line = json_pack("{s:o*,s:s,s:s,s:s,s:s,s:I,s:o,s:f}", "file", file, "id", fit->id, "from", from, "until",
            until, "data", fit->digest, "mines", (json_int_t)panel->mine_count, "models", models, "seconds",
            seconds(r));
    AX_ASSERT(line != NULL);
    ax_show_json_line(line);
    json_decref(line);
}

/* The edition says until when facts made it, whatever was asked for. */
static void check_until(const struct run *r, const struct ax_fit *fit, int32_t until)
{
    char asked[AX_DAY_TEXT_SIZE];
    char end[AX_DAY_TEXT_SIZE];
    if (fit->edition.fit_until < until) {
        ax_cli_say(r->cli, "warning: the panel has nothing from %s on: fitted until then, not until %s",
                "警告：面板数据自 %s 起无记录：拟合截至该日，而非 %s", ax_day_format(fit->edition.fit_until, end),
                ax_day_format(until, asked));
    }
}

static ax_rc fit_and_write(struct run *r, const char *dir, int32_t until, const char *pack, struct ax_err *err)
{
    struct ax_panel *panel = NULL;
    struct ax_fit *fit = NULL;
    char path[AX_RISK_FILE_PATH_MAX];
    AX_TRY(load_panel(r, dir, &panel, err));
    ax_rc rc = ax_fit_panel(panel, until, watch_fit, r, &fit, err);
    rc = ax_ok(rc) ? write_fit(fit, pack, path, err) : rc;
    if (ax_ok(rc)) {
        check_until(r, fit, until);
        put_fit_summary(r, panel, fit, path);
    }
    ax_fit_free(fit);
    ax_panel_free(panel);
    return rc;
}

int ax_cmd_fit(struct ax_cli *cli)
{
    const char *dir = NULL;
    const char *until = NULL;
    const char *pack = NULL;
    const struct ax_option options[] = {{"panel", &dir, NULL}, {"until", &until, NULL}, {"out", &pack, NULL}};
    struct run r = {.cli = cli, .began_us = ax_mono_us()};
    struct ax_err err = {0};
    int32_t day;
    if (!ax_cli_options(cli, options, sizeof options / sizeof options[0], 0, 0) || !ax_cli_given(cli, "panel", dir) ||
            !ax_cli_given(cli, "out", pack) || !ax_cli_day(cli, "until", until, &day)) {
        return AX_EXIT_USAGE;
    }
    return ax_ok(fit_and_write(&r, dir, day, pack, &err)) ? AX_EXIT_DONE : ax_cli_fail(cli, &err);
}

static void put_prediction(struct ax_buf *out, const struct ax_prediction *row, const char *on)
{
    ax_buf_printf(out, "%u,%s,%.10g,%.10g,%.10g,%.10g,%.2f,", (unsigned)row->mine->id, on, row->exposure,
            row->risk.expected[AX_RISK_LOST_TIME], row->risk.p_any[AX_RISK_LOST_TIME],
            row->risk.p_any[AX_RISK_SEVERE_HEAD], row->risk.expected_cost_fen / YUAN_FEN);
    if (row->risk.rated) {
        ax_buf_printf(out, "%d", (int)row->risk.score);
    }
    ax_buf_printf(out, ",%s,%.6f\n", ax_risk_grade_name(row->risk.grade), row->risk.credibility);
}

static ax_rc put_predictions(const struct ax_predictions *p, struct ax_err *err)
{
    struct ax_buf out;
    char on[AX_DAY_TEXT_SIZE];
    (void)ax_day_format(p->on, on);
    ax_buf_init(&out, PREDICTION_TEXT_MAX_BYTES);
    ax_buf_put_str(&out, AX_STR("mine_id,on,exposure,expected_events,p_lost_time,p_severe,expected_cost,score,grade,"
                                "credibility\n"));
    for (size_t i = 0; i < p->count; i++) {
        put_prediction(&out, &p->rows[i], on);
    }
    bool written = !out.failed && fwrite(out.ptr, 1, out.len, stdout) == out.len && fflush(stdout) == 0;
    ax_buf_deinit(&out);
    return written ? AX_RC(OK) : ax_fail(err, AX_IO, "writing failed: %s", strerror(errno));
}

static void put_predict_summary(
        const struct run *r, const struct ax_risk_edition *edition, const struct ax_predictions *p)
{
    double sums[AX_RISK_HEADS] = {0};
    size_t rated = 0;
    for (size_t i = 0; i < p->count; i++) {
        sums[0] += p->rows[i].risk.p_any[AX_RISK_LOST_TIME];
        sums[1] += p->rows[i].risk.p_any[AX_RISK_SEVERE_HEAD];
        rated += p->rows[i].risk.rated ? 1 : 0;
    }
    char on[AX_DAY_TEXT_SIZE];
    char until[AX_DAY_TEXT_SIZE];
    (void)printf("{\"on\":\"%s\",\"coal\":%s,\"fitted_until\":\"%s\",\"in_sample\":%s,\"mines\":%zu,\"rated\":%zu,"
                 "\"lost_time\":%.6f,\"severe\":%.6f,\"seconds\":%.3f}\n",
            ax_day_format(p->on, on), p->coal ? "true" : "false", ax_day_format(edition->fit_until, until),
            ax_model_in_sample(edition, p->on) ? "true" : "false", p->count, rated, sums[0], sums[1], seconds(r));
}

/* Mines are left out and facts are missing where the panel ends before the day; where no mine is left, nothing is said. */
static ax_rc check_reach(
        const struct run *r, const struct ax_panel *panel, const struct ax_predictions *p, struct ax_err *err)
{
    char on[AX_DAY_TEXT_SIZE];
    char first[AX_DAY_TEXT_SIZE];
    char last[AX_DAY_TEXT_SIZE];
    (void)ax_day_format(p->on, on);
    (void)ax_day_format(panel->first_day, first);
    (void)ax_day_format(panel->end_day - 1, last);
    if (p->count == 0 && p->coal) {
        return ax_fail_field(err, AX_INVALID, "on", on, strlen(on),
                "no mine has labour hours of a year that was over; the panel covers %s to %s", first, last);
    }
    if (p->count == 0) {
        return ax_fail_field(err, AX_INVALID, "on", on, strlen(on),
                "no mine has a row in the 36 months before; the panel covers %s to %s", first, last);
    }
    if (ax_panel_tells_until(panel, p->on) < p->on) {
        ax_cli_say(r->cli,
                "warning: the panel ends on %s: from then to %s nothing is known, which counts as if nothing had "
                "happened, so "
                "that expectations are too low; mines without a row in the 36 months before are left out",
                "警告：面板数据止于 %s，其后至 %s 的事实未知，按无事发生计，预期偏低；此前 36 个月无记录的矿山不在其列",
                last, on);
    }
    return AX_RC(OK);
}

/* A pack that has a score for few of the mines says why. */
static void check_rated(const struct run *r, const struct ax_risk_edition *edition, const struct ax_predictions *p)
{
    size_t rated = 0;
    for (size_t i = 0; i < p->count; i++) {
        rated += p->rows[i].risk.rated ? 1 : 0;
    }
    if (2 * rated < p->count) {
        ax_cli_say(r->cli,
                "warning: %zu of %zu mines are NR: by this pack too little is to be expected of their exposure for "
                "their "
                "own record to count (credibility below %g); their probabilities are the peers'",
                "警告：%zu/%zu 座矿山未评级（NR）：按该规则包，其暴露量对应的预期过小，自身记录不足采信（可信度低于 "
                "%g）；其概率为同行水平",
                p->count - rated, p->count, edition->credibility_min);
    }
}

static ax_rc predict_and_put(
        struct run *r, const char *dir, const char *pack, int32_t on, bool coal, bool roll, struct ax_err *err)
{
    struct ax_panel *panel = NULL;
    struct ax_pack_text *texts = NULL;
    struct ax_risk_edition edition;
    struct ax_predictions p = {0};
    AX_TRY(ax_risk_file_load(pack, &texts, &edition, err));
    ax_rc rc = load_panel(r, dir, &panel, err);
    rc = ax_ok(rc) ? ax_model_predict(panel, &edition, on, coal, roll, &p, err) : rc;
    rc = ax_ok(rc) ? check_reach(r, panel, &p, err) : rc;
    if (ax_ok(rc)) {
        ax_risk_file_warn(r->cli, &edition, on);
        check_rated(r, &edition, &p);
        show(r, "mines scored", "已评分矿山", p.count);
        if (r->cli->json) {
            put_predict_summary(r, &edition, &p);
        } else {
            rc = put_predictions(&p, err);
        }
    }
    ax_predictions_deinit(&p);
    ax_panel_free(panel);
    ax_risk_free(&edition);
    ax_pack_text_free(texts);
    return rc;
}

int ax_cmd_predict(struct ax_cli *cli)
{
    const char *dir = NULL;
    const char *pack = NULL;
    const char *on = NULL;
    bool coal = false;
    bool frozen = false;
    const struct ax_option options[] = {{"panel", &dir, NULL}, {"pack", &pack, NULL}, {"on", &on, NULL},
            {"coal", NULL, &coal}, {"frozen", NULL, &frozen}};
    struct run r = {.cli = cli, .began_us = ax_mono_us()};
    struct ax_err err = {0};
    int32_t day;
    if (!ax_cli_options(cli, options, sizeof options / sizeof options[0], 0, 0) || !ax_cli_given(cli, "panel", dir) ||
            !ax_cli_given(cli, "pack", pack) || !ax_cli_day(cli, "on", on, &day)) {
        return AX_EXIT_USAGE;
    }
    return ax_ok(predict_and_put(&r, dir, pack, day, coal, !frozen, &err)) ? AX_EXIT_DONE : ax_cli_fail(cli, &err);
}
