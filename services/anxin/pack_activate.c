/* SPDX-License-Identifier: Apache-2.0 */
/* pack propose, approve and list: another bundle rates from a day on once two people have said so. */
#include "services/anxin/pack.h"
#include "services/anxin/pack_side.h"
#include "services/anxin/query.h"
#include "services/anxin/session.h"
#include "services/anxin/show.h"

#include <string.h>

enum {
    WIDTH_ID_LEAST = 20,
    WIDTH_GAP = 2,
    WIDTH_DIGEST = 16,
    WIDTH_DAY = 13,
    WIDTH_STAGE = 12,
    WIDTH_BY = 24,
    SHORT_DIGEST = 12
};

static void put_short(const char *digest)
{
    char text[SHORT_DIGEST + 1];
    (void)snprintf(text, sizeof text, "%s", digest);
    ax_show_cell(text, WIDTH_DIGEST);
}

static const char *stage_of(const struct ax_cli *cli, const json_t *proposal)
{
    if (json_is_true(json_object_get(proposal, "isReplaced"))) {
        return ax_cli_text(cli, "replaced", "已被取代");
    }
    return strcmp(ax_show_text(proposal, "stage"), "PACK_STAGE_APPROVED") == 0 ? ax_cli_text(cli, "approved", "已批准")
                                                                               : ax_cli_text(cli, "proposed", "待批准");
}

/* An id is what `approve` asks for: whole, however long. */
static int id_width(const json_t *proposal, int least)
{
    int width = (int)strlen(ax_show_text(proposal, "id")) + WIDTH_GAP;
    return width > least ? width : least;
}

static void show_proposal(const struct ax_cli *cli, const json_t *p, int width)
{
    const char *second = ax_show_text(p, "approvedBy");
    ax_show_cell(ax_show_text(p, "id"), id_width(p, width));
    put_short(ax_show_text(p, "bundleDigest"));
    ax_show_cell(ax_show_text(p, "effectiveOn"), WIDTH_DAY);
    ax_show_cell(stage_of(cli, p), WIDTH_STAGE);
    ax_show_cell(ax_show_text(p, "proposedBy"), WIDTH_BY);
    ax_show_cell(second[0] == '\0' ? "–" : second, WIDTH_BY);
    (void)puts(ax_show_text(p, "reason"));
}

/* From when until when a bundle rates. */
static void show_days(const struct ax_cli *cli, const json_t *bundle)
{
    size_t i = 0;
    json_t *span = NULL;
    json_array_foreach(json_object_get(bundle, "rates"), i, span)
    {
        const char *from = ax_show_text(span, "from");
        const char *to = ax_show_text(span, "to");
        (void)printf("%s%s%s", i == 0 ? "  " : ax_cli_text(cli, ", ", "、"),
                from[0] == '\0' ? "" : ax_cli_text(cli, "from ", "自 "), from);
        (void)printf("%s%s%s", from[0] == '\0' || to[0] == '\0' ? "" : " ",
                to[0] == '\0' ? "" : ax_cli_text(cli, "to ", "至 "), to);
        if (from[0] == '\0' && to[0] == '\0') {
            (void)fputs(ax_cli_text(cli, "every day", "每日"), stdout);
        }
    }
}

static void show_list(const struct ax_cli *cli, const json_t *answer)
{
    size_t i = 0;
    size_t j = 0;
    json_t *item = NULL;
    json_t *pack = NULL;
    json_array_foreach(json_object_get(answer, "bundles"), i, item)
    {
        (void)printf("%s", ax_show_text(item, "digest"));
        show_days(cli, item);
        (void)printf("%s%s ",
                json_is_true(json_object_get(item, "champion")) ? ax_cli_text(cli, "  rates today", "  当日适用") : "",
                json_is_true(json_object_get(item, "challenger")) ? ax_cli_text(cli, "  challenger", "  对照") : "");
        json_array_foreach(json_object_get(item, "packs"), j, pack)
        {
            (void)printf(" %s", json_string_value(pack));
        }
        (void)putchar('\n');
    }
    if (ax_show_text(answer, "missingDigest")[0] != '\0') {
        (void)printf("%s: %s\n", ax_cli_text(cli, "Approved and not at hand", "已批准但未找到"),
                ax_show_text(answer, "missingDigest"));
    }
    if (json_array_size(json_object_get(answer, "proposals")) == 0) {
        return;
    }
    int width = WIDTH_ID_LEAST;
    json_array_foreach(json_object_get(answer, "proposals"), i, item)
    {
        width = id_width(item, width);
    }
    (void)putchar('\n');
    ax_show_cell(ax_cli_text(cli, "ID", "编号"), width);
    ax_show_cell(ax_cli_text(cli, "BUNDLE", "规则包集"), WIDTH_DIGEST);
    ax_show_cell(ax_cli_text(cli, "FROM", "生效日"), WIDTH_DAY);
    ax_show_cell(ax_cli_text(cli, "STAGE", "状态"), WIDTH_STAGE);
    ax_show_cell(ax_cli_text(cli, "PROPOSED BY", "提出人"), WIDTH_BY);
    ax_show_cell(ax_cli_text(cli, "APPROVED BY", "批准人"), WIDTH_BY);
    (void)puts(ax_cli_text(cli, "REASON", "理由"));
    json_array_foreach(json_object_get(answer, "proposals"), i, item)
    {
        show_proposal(cli, item, width);
    }
}

/* To people on stderr, else in the proposal that is printed. */
static void show_warnings(const struct ax_cli *cli, json_t *warnings, json_t *proposal)
{
    size_t i = 0;
    const json_t *text = NULL;
    if (cli->json) {
        AX_ASSERT(json_object_set(proposal, "warnings", warnings) == 0);
        return;
    }
    json_array_foreach(warnings, i, text)
    {
        ax_cli_put_rule(cli, stderr, ax_str_c(ax_cli_text(cli, "warning", "提示")), ax_str_c(json_string_value(text)),
                (ax_str){0});
        (void)fputc('\n', stderr);
    }
}

/* Calls, shows the whole answer or one member of it, and gives the exit code. Takes over `request`. */
static int call(struct ax_cli *cli, const char *method, json_t *request, const char *member)
{
    struct ax_err err = {0};
    json_t *answer = NULL;
    ax_rc rc = ax_session_ask(cli, method, request, &answer, &err);
    if (ax_ok(rc)) {
        json_t *shown = member == NULL ? answer : json_object_get(answer, member);
        if (member != NULL) {
            show_warnings(cli, json_object_get(answer, "warnings"), shown);
        }
        if (cli->json) {
            ax_show_json_line(shown);
        } else if (member == NULL) {
            show_list(cli, shown);
        } else {
            show_proposal(cli, shown, WIDTH_ID_LEAST);
        }
    }
    json_decref(answer);
    return ax_ok(rc) ? AX_EXIT_DONE : ax_cli_fail(cli, &err);
}

int ax_pack_list(struct ax_cli *cli)
{
    if (!ax_cli_options(cli, NULL, 0, 0, 0)) {
        return AX_EXIT_USAGE;
    }
    return call(cli, "AdminService/ListPacks", json_object(), NULL);
}

/* A folder of packs gives its digest; anything else is taken as one. */
static ax_rc digest_of(const char *name, char out[AX_DIGEST_HEX_SIZE], struct ax_err *err)
{
    struct ax_bundle *bundle = NULL;
    if (!ax_pack_is_dir(name)) {
        (void)snprintf(out, AX_DIGEST_HEX_SIZE, "%s", name);
        return AX_RC(OK);
    }
    AX_TRY(ax_bundle_load(name, &bundle, err));
    ax_hex(bundle->digest, AX_DIGEST_SIZE, out);
    ax_bundle_free(bundle);
    return AX_RC(OK);
}

int ax_pack_propose(struct ax_cli *cli)
{
    const char *from = NULL;
    const char *reason = NULL;
    const char *id = NULL;
    const struct ax_option options[] = {
            {"effective-on", &from, NULL}, {"reason", &reason, NULL}, {"request-id", &id, NULL}};
    char day[AX_DAY_TEXT_SIZE];
    char digest[AX_DIGEST_HEX_SIZE];
    struct ax_err err = {0};
    if (!ax_cli_options(cli, options, 3, 1, 1) || !ax_query_day(cli, "effective-on", from, day)) {
        return AX_EXIT_USAGE;
    }
    if (from == NULL || reason == NULL) {
        ax_cli_say(cli, "anxin pack propose: --effective-on DATE and --reason TEXT must be given",
                "anxin pack propose: 须给出 --effective-on 日期 和 --reason 理由");
        return AX_EXIT_USAGE;
    }
    if (!ax_ok(digest_of(cli->argv[0], digest, &err))) {
        return ax_cli_fail(cli, &err);
    }
    json_t *request = json_pack("{s:s,s:s,s:s,s:s}", "bundleDigest", digest, "effectiveOn", day, "reason", reason,
            "requestId", id == NULL ? "" : id);
    if (request == NULL) {
        ax_cli_say(cli, "anxin pack propose: the arguments must be UTF-8", "anxin pack propose: 参数应为 UTF-8 文字");
        return AX_EXIT_USAGE;
    }
    return call(cli, "AdminService/ProposePack", request, "proposal");
}

int ax_pack_approve(struct ax_cli *cli)
{
    const char *digest = NULL;
    const struct ax_option options[] = {{"digest", &digest, NULL}};
    if (!ax_cli_options(cli, options, 1, 1, 1)) {
        return AX_EXIT_USAGE;
    }
    json_t *request = json_pack("{s:s,s:s}", "id", cli->argv[0], "bundleDigest", digest == NULL ? "" : digest);
    if (request == NULL) {
        ax_cli_say(cli, "anxin pack approve: ID must be UTF-8", "anxin pack approve: 编号应为 UTF-8 文字");
        return AX_EXIT_USAGE;
    }
    return call(cli, "AdminService/ApprovePack", request, "proposal");
}
