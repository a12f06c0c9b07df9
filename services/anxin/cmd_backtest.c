/* SPDX-License-Identifier: Apache-2.0 */
/* backtest: a panel scored at past dates, and what came of it, as a report in JSON, CSV and one page. */
#include <stdio.h>
#include <unistd.h>

#include "scoring/day.h"
#include "services/anxin/cli.h"
#include "services/anxin/home.h"
#include "services/anxin/pack_side.h"
#include "services/anxin/risk_file.h"
#include "services/anxin/show.h"
#include "services/lib/backtest/backtest.h"

struct told {
    const struct ax_cli *cli;
    bool open; /* a line that the next one overwrites */
};

static void show(const char *en, const char *zh, size_t done, size_t all, void *state)
{
    struct told *t = state;
    if (!t->cli->progress) {
        return;
    }
    if (all > 0) {
        (void)fprintf(stderr, "\r%s %zu / %zu ", ax_cli_text(t->cli, en, zh), done, all);
        t->open = done < all;
        if (!t->open) {
            (void)fputc('\n', stderr);
        }
        return;
    }
    (void)fprintf(stderr, "%s %s\n", ax_cli_text(t->cli, "report:", "报告："), ax_cli_text(t->cli, en, zh));
}

/* The national reference tariff, as it is installed. */
static ax_rc open_tariff(struct ax_bundle **installed, struct ax_err *err)
{
    char packs[AX_HOME_PATH_MAX], file[AX_PACK_PATH_MAX];
    ax_home_packs(packs);
    if (!ax_pack_path(packs, "national-2026/tariff.yaml", file)) {
        return ax_fail(err, AX_LIMIT, "path too long: %s", packs);
    }
    return ax_bundle_load_file(file, installed, err);
}

static ax_rc run(
        const struct ax_cli *cli, struct ax_backtest *b, const char *panel_dir, const char *out, struct ax_err *err)
{
    struct ax_pack_text *texts = NULL;
    struct ax_risk_edition edition;
    struct ax_bundle *installed = NULL;
    struct ax_panel *panel = NULL;
    AX_TRY(ax_risk_file_load(b->pack, &texts, &edition, err));
    ax_rc rc = open_tariff(&installed, err);
    if (ax_ok(rc)) {
        rc = ax_panel_load(panel_dir, &panel, err);
    }
    if (ax_ok(rc)) {
        b->edition = &edition;
        b->tariff = &installed->tariffs[0];
        b->panel = panel;
        ax_risk_file_warn(cli, &edition, b->from);
        rc = ax_backtest_run(b, out, err);
    }
    ax_panel_free(panel);
    ax_bundle_free(installed);
    ax_risk_free(&edition);
    ax_pack_text_free(texts);
    return rc;
}

int ax_cmd_backtest(struct ax_cli *cli)
{
    const char *panel = NULL, *pack = NULL, *from = NULL, *to = NULL, *out = NULL;
    const struct ax_option options[] = {{"panel", &panel, NULL}, {"pack", &pack, NULL}, {"from", &from, NULL},
            {"to", &to, NULL}, {"out", &out, NULL}};
    if (!ax_cli_options(cli, options, sizeof options / sizeof options[0], 0, 0) || !ax_cli_given(cli, "panel", panel) ||
            !ax_cli_given(cli, "pack", pack) || !ax_cli_given(cli, "out", out)) {
        return AX_EXIT_USAGE;
    }
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    struct told told = {cli, false};
    struct ax_backtest b = {.pack = pack,
            .threads = processors > 0 ? (unsigned)processors : 1,
            .seed = AX_BACKTEST_SEED,
            .rounds = AX_BACKTEST_ROUNDS,
            .progress = show,
            .state = &told};
    if (!ax_cli_day(cli, "from", from, &b.from) || !ax_cli_day(cli, "to", to, &b.to)) {
        return AX_EXIT_USAGE;
    }
    struct ax_err err = {0};
    ax_rc rc = run(cli, &b, panel, out, &err);
    if (told.open) {
        (void)fputc('\n', stderr);
    }
    if (!ax_ok(rc)) {
        return ax_cli_fail(cli, &err);
    }
    json_t *said =
            cli->json ? json_pack("{s:s+,s:s+}", "html", out, "/backtest.html", "json", out, "/backtest.json") : NULL;
    if (said != NULL) { /* none of a folder whose name is no UTF-8 */
        ax_show_json_line(said);
        json_decref(said);
        return AX_EXIT_DONE;
    }
    (void)printf("%s/backtest.html\n%s/backtest.json\n", out, out);
    return AX_EXIT_DONE;
}
