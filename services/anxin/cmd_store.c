/* SPDX-License-Identifier: Apache-2.0 */
/* What opens log and store itself, also while the services run: replay and audit-store. */
#include <string.h>

#include "base/bytes.h"
#include "scoring/day.h"
#include "services/anxin/home.h"
#include "services/lib/host/host.h"
#include "services/scorer/audit.h"
#include "services/scorer/rebuild.h"

struct opened {
    struct ax_config *config;
    struct ax_host *host;
};

static ax_rc open_store(const struct ax_cli *cli, struct opened *o, struct ax_err *err)
{
    AX_TRY(ax_home_config(cli, NULL, 0, &o->config, err));
    struct ax_host_options options = {.service = "anxin", .config = o->config};
    return ax_host_open(&options, &o->host, err);
}

static void close_store(struct opened *o)
{
    if (o->host != NULL) {
        ax_host_close(o->host);
    }
    ax_config_free(o->config);
}

static void show_progress(const struct ax_cli *cli, int64_t done, int64_t total)
{
    if (cli->progress) {
        (void)fprintf(stderr, "\r%lld / %lld ", (long long)done, (long long)total);
        if (done >= total) {
            (void)fputc('\n', stderr);
        }
    }
}

static void rebuild_progress(void *state, const struct ax_rebuild_progress *progress)
{
    show_progress(state, progress->done, progress->total);
}

int ax_cmd_replay(struct ax_cli *cli)
{
    if (!ax_cli_options(cli, NULL, 0, 0, 0)) {
        return AX_EXIT_USAGE;
    }
    struct ax_err err = {0};
    struct opened o = {0};
    struct ax_rebuild_result result = {0};
    ax_rc rc = open_store(cli, &o, &err);
    if (ax_ok(rc)) {
        struct ax_rebuild_options options = {
                .log = ax_host_log(o.host),
                .store = ax_host_store(o.host),
                .bundle = ax_host_bundle(o.host),
                .library = ax_host_library(o.host),
                .last_partition = -1,
                .progress = rebuild_progress,
                .state = cli,
        };
        rc = ax_scorer_rebuild(&options, &result, &err);
    }
    close_store(&o);
    if (!ax_ok(rc)) {
        return ax_cli_fail(cli, &err);
    }
    if (cli->json) {
        (void)printf("{\"records\":%lld,\"enterprises\":%lld,\"unreadable\":%lld}\n", (long long)result.records,
                (long long)result.enterprises, (long long)result.unreadable);
    } else {
        ax_cli_say(cli, "rebuilt from the log: %lld records, %lld enterprises, %lld unreadable",
                "已由日志重建：记录 %lld 条，企业 %lld 家，无法读取 %lld 条", (long long)result.records,
                (long long)result.enterprises, (long long)result.unreadable);
    }
    return AX_EXIT_DONE;
}

static void audit_progress(void *state, int64_t done, int64_t total)
{
    show_progress(state, done, total);
}

static void audit_difference(void *state, const struct ax_audit_difference *difference)
{
    const struct ax_cli *cli = state;
    ax_cli_say(cli, "differs: %s (partition %d): %s", "不一致：%s（分区 %d）：%s", difference->enterprise,
            difference->partition, difference->what);
}

static void show_audit(const struct ax_cli *cli, const struct ax_audit_result *result)
{
    char hex[AX_DIGEST_HEX_SIZE];
    char day[AX_DAY_TEXT_SIZE];
    ax_hex(result->digest, sizeof result->digest, hex);
    (void)ax_day_format(result->day, day);
    if (cli->json) {
        (void)printf("{\"enterprises\":%lld,\"facts\":%lld,\"differences\":%lld,\"records\":%lld,\"day\":\"%s\","
                     "\"digest\":\"%s\"}\n",
                (long long)result->enterprises, (long long)result->facts, (long long)result->differences,
                (long long)result->records, day, hex);
        return;
    }
    (void)printf("%s: %s\n", ax_cli_text(cli, "Day", "评价日"), day);
    (void)printf("%s: %lld  %s: %lld  %s: %lld\n", ax_cli_text(cli, "Enterprises", "企业"),
            (long long)result->enterprises, ax_cli_text(cli, "facts", "事实"), (long long)result->facts,
            ax_cli_text(cli, "differences", "不一致"), (long long)result->differences);
    (void)printf("%s: %s\n", ax_cli_text(cli, "Digest", "摘要"), hex);
}

int ax_cmd_audit_store(struct ax_cli *cli)
{
    const char *as_of = NULL;
    const struct ax_option options[] = {{"as-of", &as_of, NULL}};
    if (!ax_cli_options(cli, options, 1, 0, 0)) {
        return AX_EXIT_USAGE;
    }
    int32_t day = AX_DAY_NONE;
    if (as_of != NULL && !ax_day_parse(ax_str_c(as_of), &day)) {
        (void)ax_cli_wrong(cli, "--as-of", as_of, "must be a day of the calendar, such as 2010-06-30");
        return AX_EXIT_USAGE;
    }
    struct ax_err err = {0};
    struct opened o = {0};
    struct ax_audit_result result = {0};
    ax_rc rc = open_store(cli, &o, &err);
    if (ax_ok(rc)) {
        struct ax_audit_options audit = {
                .log = ax_host_log(o.host),
                .store = ax_host_store(o.host),
                .bundle = ax_host_bundle(o.host),
                .library = ax_host_library(o.host),
                .as_of = day,
                .difference = audit_difference,
                .progress = audit_progress,
                .state = cli,
        };
        rc = ax_scorer_audit(&audit, &result, &err);
    }
    close_store(&o);
    if (!ax_ok(rc)) {
        return ax_cli_fail(cli, &err);
    }
    show_audit(cli, &result);
    return result.differences == 0 ? AX_EXIT_DONE : AX_EXIT_FAILED;
}
