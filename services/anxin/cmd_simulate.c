/* SPDX-License-Identifier: Apache-2.0 */
/* simulate: what an enterprise's rating would be with facts added or taken out. Nothing is stored. */
#include "connectors/connector.h"
#include "scoring/uscc.h"
#include "services/anxin/page.h"
#include "services/anxin/query.h"
#include "services/anxin/session.h"
#include "services/anxin/show.h"
#include "services/lib/wire/fact_wire.h"

#include <string.h>

enum { ADDED_MAX = 1000, ARENA_CHUNK_BYTES = 256 << 10, ARENA_MAX_BYTES = 64 << 20 };

struct adding {
    const struct ax_cli *cli;
    const char *path;
    char code[AX_USCC_LEN + 1];
    json_t *facts;
    size_t others; /* of other enterprises */
    struct ax_arena arena;
    struct ax_buf line;
};

static ax_rc add_fact(struct adding *a, struct ax_fact *fact, struct ax_err *err)
{
    if (fact->enterprise.len > 0 && !ax_str_eq(fact->enterprise, ax_str_c(a->code))) {
        a->others++;
        return AX_RC(OK);
    }
    if (json_array_size(a->facts) == ADDED_MAX) {
        return ax_fail_field(err, AX_INVALID, "--add", a->path, strlen(a->path), "at most %d facts", ADDED_MAX);
    }
    ax_buf_clear(&a->line);
    AX_TRY(ax_fact_to_json(fact, &a->arena, &a->line, err));
    json_t *json = json_loadb((const char *)a->line.ptr, a->line.len, 0, NULL);
    AX_ASSERT(json != NULL && json_array_append_new(a->facts, json) == 0);
    return AX_RC(OK);
}

static ax_rc read_facts(struct adding *a, const char *system, struct ax_err *err)
{
    struct ax_source_options options = {.path = a->path, .system = system, .today = AX_DAY_NONE};
    struct ax_source_reader *reader = NULL;
    struct ax_source_item item = {0};
    ax_rc rc = ax_source_open(&options, &reader, err);
    while (ax_ok(rc)) {
        ax_arena_reset(&a->arena);
        rc = ax_source_next(reader, &a->arena, &item, err);
        if (!ax_ok(rc) || item.kind == AX_SOURCE_END) {
            break;
        }
        if (item.kind == AX_SOURCE_REJECT) { /* a simulation without a part of what was asked for would mislead */
            *err = item.error;
            ax_err_prefix(err, "%s, row %llu", a->path, (unsigned long long)item.row);
            rc = (ax_rc){err->code};
            break;
        }
        for (size_t i = 0; ax_ok(rc) && i < item.fact_count; i++) {
            rc = add_fact(a, &item.facts[i], err);
        }
    }
    ax_source_close(reader);
    if (ax_ok(rc) && json_array_size(a->facts) == 0) {
        return ax_fail_field(
                err, AX_INVALID, "--add", a->path, strlen(a->path), "has no fact of the enterprise %s", a->code);
    }
    if (a->others > 0) {
        ax_cli_say(a->cli, "%zu facts of other enterprises are left out", "其他企业的 %zu 条事实未计入", a->others);
    }
    return rc;
}

/* Takes every --remove with its two words out of the arguments; NULL (and said) where a word is missing. */
static json_t *take_removed(struct ax_cli *cli)
{
    json_t *removed = json_array();
    int kept = 0;
    for (int i = 0; i < cli->argc; i++) {
        if (strcmp(cli->argv[i], "--remove") != 0) {
            cli->argv[kept++] = cli->argv[i];
            continue;
        }
        json_t *name = i + 2 < cli->argc
                               ? json_pack("{s:s,s:s}", "source", cli->argv[i + 1], "reference", cli->argv[i + 2])
                               : NULL;
        if (name == NULL) {
            ax_cli_say(cli, "anxin simulate: --remove SOURCE REFERENCE", "anxin simulate: --remove 来源 编号");
            json_decref(removed);
            return NULL;
        }
        AX_ASSERT(json_array_append_new(removed, name) == 0);
        i += 2;
    }
    cli->argc = kept;
    return removed;
}

static void show_difference(const struct ax_cli *cli, const json_t *d)
{
    long long before = ax_show_number(d, "pointsBefore");
    long long after = ax_show_number(d, "pointsAfter");
    const char *id = ax_show_text(d, "ruleId");
    (void)printf("  %s%s%s: ", ax_show_text(d, cli->chinese ? "titleZh" : "titleEn"), id[0] == '\0' ? "" : "  ", id);
    if (before != after) {
        (void)printf("%+lld → %+lld\n", before, after);
    } else if (json_is_true(json_object_get(d, "holdsAfter"))) {
        (void)puts(ax_cli_text(cli, "now holds", "将适用"));
    } else {
        (void)puts(ax_cli_text(cli, "holds no more", "不再适用"));
    }
}

static void show_page(const struct ax_cli *cli, const json_t *answer)
{
    size_t i = 0;
    json_t *item = NULL;
    const json_t *before = json_object_get(answer, "before");
    const json_t *after = json_object_get(answer, "rating");
    (void)puts(ax_cli_text(cli, "What if (nothing is stored):", "模拟结果（不予保存）："));
    if (json_is_true(json_object_get(answer, "packElsewhere"))) {
        (void)puts(ax_cli_text(cli,
                "This pack is of another place, industry or time: by law it does not rate this enterprise.",
                "该规则包属于其他地区、行业或时期，依法不适用于本企业。"));
    }
    ax_show_rating(cli, after);
    if (json_is_object(before)) {
        struct ax_page page = {.cli = cli, .rating = before};
        char standing[AX_PAGE_TEXT_SIZE];
        (void)printf("%s: %s\n", ax_cli_text(cli, "As it stands", "现评价"), ax_page_standing(&page, before, standing));
    }
    json_array_foreach(json_object_get(answer, "differences"), i, item)
    {
        show_difference(cli, item);
    }
    if (i == 0) {
        (void)puts(ax_cli_text(cli, "  no rule counts otherwise", "  各规则计算结果不变"));
    }
    json_array_foreach(json_object_get(answer, "scoreDifferences"), i, item)
    {
        (void)printf("  %s%s: %+lld → %+lld\n", ax_cli_text(cli, "score, ", "评分："),
                ax_show_text(item, cli->chinese ? "titleZh" : "titleEn"), ax_show_number(item, "pointsBefore"),
                ax_show_number(item, "pointsAfter"));
    }
}

static int ask(struct ax_cli *cli, json_t *request)
{
    struct ax_err err = {0};
    json_t *answer = NULL;
    ax_rc rc = ax_session_ask(cli, "RatingService/SimulateRating", request, &answer, &err);
    if (ax_ok(rc) && cli->json) {
        ax_show_json_line(answer);
    } else if (ax_ok(rc)) {
        show_page(cli, answer);
    }
    json_decref(answer);
    return ax_ok(rc) ? AX_EXIT_DONE : ax_cli_fail(cli, &err);
}

static int add_and_ask(struct ax_cli *cli, const char *add, const char *system, json_t *request)
{
    struct ax_err err = {0};
    struct adding a = {.cli = cli, .path = add, .facts = json_array()};
    if (!ax_uscc_normalise(ax_str_c(cli->argv[0]), a.code)) {
        (void)snprintf(a.code, sizeof a.code, "%s", cli->argv[0]);
    }
    ax_arena_init(&a.arena, ARENA_CHUNK_BYTES, ARENA_MAX_BYTES);
    ax_buf_init(&a.line, AX_FACT_JSON_BYTES_MAX);
    ax_rc rc = add == NULL ? AX_RC(OK) : read_facts(&a, system, &err);
    ax_buf_deinit(&a.line);
    ax_arena_deinit(&a.arena);
    AX_ASSERT(json_object_set_new(request, "add", a.facts) == 0);
    if (!ax_ok(rc)) {
        json_decref(request);
        return ax_cli_fail(cli, &err);
    }
    return ask(cli, request);
}

int ax_cmd_simulate(struct ax_cli *cli)
{
    const char *add = NULL;
    const char *system = NULL;
    const char *on = NULL;
    const char *known_at = NULL;
    const char *pack = NULL;
    const struct ax_option options[] = {{"add", &add, NULL}, {"system", &system, NULL}, {"on", &on, NULL},
            {"as-of", &on, NULL}, {"known-at", &known_at, NULL}, {"pack", &pack, NULL}};
    json_t *removed = take_removed(cli);
    if (removed == NULL || !ax_cli_options(cli, options, 6, 1, 1)) {
        json_decref(removed);
        return AX_EXIT_USAGE;
    }
    json_t *request =
            json_pack("{s:s,s:s,s:o}", "enterprise", cli->argv[0], "pack", pack == NULL ? "" : pack, "remove", removed);
    if (!ax_query_time(cli, request, on, known_at)) {
        json_decref(request);
        return AX_EXIT_USAGE;
    }
    return add_and_ask(cli, add, system, request);
}
