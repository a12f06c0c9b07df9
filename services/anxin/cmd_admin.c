/* SPDX-License-Identifier: Apache-2.0 */
/* The operator's questions: status, withdraw. */
#include <string.h>

#include "services/anxin/session.h"
#include "services/anxin/show.h"

/* Sources that report late or with codes on no list. */
static void show_sources(const struct ax_cli *cli, const json_t *status)
{
    size_t i = 0;
    json_t *source = NULL;
    json_array_foreach(json_object_get(status, "sources"), i, source)
    {
        (void)printf("  %s %s: %s %lld  %s %lld  %s %lld\n", ax_cli_text(cli, "source", "来源"),
                ax_show_text(source, "source"), ax_cli_text(cli, "accepted", "接收"),
                ax_show_number(source, "accepted"), ax_cli_text(cli, "late", "迟报"), ax_show_number(source, "late"),
                ax_cli_text(cli, "unknown codes", "未知代码"), ax_show_number(source, "unknownCodes"));
    }
}

static void show_status(const struct ax_cli *cli, const json_t *status)
{
    bool ready = json_is_true(json_object_get(status, "ready"));
    (void)printf("%s: %s%s%s\n", ax_cli_text(cli, "Ready", "就绪"),
            ready ? ax_cli_text(cli, "yes", "是") : ax_cli_text(cli, "no", "否"), ready ? "" : " – ",
            ax_show_text(status, "reason"));
    (void)printf("%s: %lld  %s: %lld  %s: %lld  %s: %lld\n", ax_cli_text(cli, "Records on the log", "日志中记录"),
            ax_show_number(status, "facts"), ax_cli_text(cli, "enterprises", "企业"),
            ax_show_number(status, "enterprises"), ax_cli_text(cli, "not yet rated", "待评价"),
            ax_show_number(status, "lag"), ax_cli_text(cli, "rejects", "被拒记录"), ax_show_number(status, "rejects"));
    (void)printf("%s: %s %s\n", ax_cli_text(cli, "Rule pack", "规则包"), ax_show_text(status, "pack"),
            ax_show_text(status, "packDigest"));
    size_t i = 0;
    json_t *part = NULL;
    json_array_foreach(json_object_get(status, "partitions"), i, part)
    {
        (void)printf("  %s %lld: %lld / %lld  %s\n", ax_cli_text(cli, "partition", "分区"),
                ax_show_number(part, "partition"), ax_show_number(part, "nextOffset"), ax_show_number(part, "logEnd"),
                ax_show_text(part, "day"));
    }
    show_sources(cli, status);
}

/* Scripts are promised plain numbers here, where proto3's mapping has 64-bit integers as strings. */
static void make_plain(json_t *object, const char *const *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        AX_ASSERT(json_object_set_new(object, numbers[i], json_integer(ax_show_number(object, numbers[i]))) == 0);
    }
}

static json_t *plain_status(const json_t *status)
{
    json_t *plain = json_deep_copy(status);
    static const char *const numbers[] = {"facts", "enterprises", "lag", "rejects"};
    static const char *const of_source[] = {"accepted", "late", "unknownCodes"};
    make_plain(plain, numbers, sizeof numbers / sizeof numbers[0]);
    size_t i = 0;
    json_t *source = NULL;
    json_array_foreach(json_object_get(plain, "sources"), i, source)
    {
        make_plain(source, of_source, sizeof of_source / sizeof of_source[0]);
    }
    return plain;
}

int ax_cmd_status(struct ax_cli *cli)
{
    if (!ax_cli_options(cli, NULL, 0, 0, 0)) {
        return AX_EXIT_USAGE;
    }
    struct ax_err err = {0};
    json_t *status = NULL;
    ax_rc rc = ax_session_ask(cli, "AdminService/GetStatus", json_object(), &status, &err);
    if (ax_ok(rc) && cli->json) {
        json_t *plain = plain_status(status);
        ax_show_json_line(plain);
        json_decref(plain);
    } else if (ax_ok(rc)) {
        show_status(cli, status);
    }
    json_decref(status);
    return ax_ok(rc) ? AX_EXIT_DONE : ax_cli_fail(cli, &err);
}

int ax_cmd_withdraw(struct ax_cli *cli)
{
    const char *enterprise = NULL;
    const char *reason = NULL;
    const char *revision = NULL;
    const struct ax_option options[] = {
            {"enterprise", &enterprise, NULL}, {"reason", &reason, NULL}, {"revision", &revision, NULL}};
    if (!ax_cli_options(cli, options, 3, 2, 2)) {
        return AX_EXIT_USAGE;
    }
    json_t *request = json_pack("{s:s,s:s,s:s,s:s,s:s}", "source", cli->argv[0], "reference", cli->argv[1],
            "enterprise", enterprise == NULL ? "" : enterprise, "reason", reason == NULL ? "" : reason, "revision",
            revision == NULL ? "0" : revision);
    if (request == NULL) {
        ax_cli_say(cli, "anxin withdraw: the arguments must be UTF-8", "anxin withdraw: 参数应为 UTF-8 文字");
        return AX_EXIT_USAGE;
    }
    struct ax_err err = {0};
    json_t *answer = NULL;
    ax_rc rc = ax_session_ask(cli, "AdminService/WithdrawFact", request, &answer, &err);
    if (ax_ok(rc)) {
        const json_t *result = json_object_get(answer, "result");
        const json_t *error = json_object_get(result, "error");
        const char *status = ax_show_text(result, "status");
        if (strcmp(status, "SUBMIT_STATUS_REJECTED") == 0 || strcmp(status, "SUBMIT_STATUS_NOT_ACCEPTED") == 0) {
            rc = ax_fail_field(
                    &err, AX_STATE, ax_show_text(error, "field"), NULL, 0, "%s", ax_show_text(error, "rule"));
        } else if (cli->json) {
            ax_show_json_line(result);
        } else {
            ax_cli_say(cli, "withdrawn: %s %s (%s)", "已撤销：%s %s（%s）", cli->argv[0], cli->argv[1], status);
        }
    }
    json_decref(answer);
    return ax_ok(rc) ? AX_EXIT_DONE : ax_cli_fail(cli, &err);
}
