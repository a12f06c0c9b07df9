/* SPDX-License-Identifier: Apache-2.0 */
/* anxin profile: what an insurer is told of one enterprise. */
#include "base/bytes.h"
#include "services/anxin/page.h"
#include "services/anxin/query.h"
#include "services/anxin/session.h"
#include "services/anxin/show.h"

enum { WIDTH_YEAR = 10, WIDTH_COUNT = 12 };

static const struct {
    const char *field;
    const char *en;
    const char *zh;
} columns[] = {{"accidents", "accidents", "事故"}, {"deaths", "deaths", "死亡"},
        {"lostWorkdays", "lost days", "损失日"}, {"penalties", "penalties", "处罚"},
        {"majorHazards", "hazards", "重大隐患"}, {"claims", "claims", "索赔"}};

enum { COLUMNS = sizeof columns / sizeof columns[0] };

static void show_year(const json_t *year)
{
    char text[32];
    (void)snprintf(text, sizeof text, "  %lld", ax_show_number(year, "year"));
    ax_show_cell(text, WIDTH_YEAR);
    for (size_t c = 0; c < COLUMNS; c++) {
        (void)snprintf(text, sizeof text, "%lld", ax_show_number(year, columns[c].field));
        ax_show_cell(text, WIDTH_COUNT);
    }
    ax_show_yuan(ax_show_number(year, "paidFen"), text, sizeof text);
    (void)printf("%s + ", text);
    ax_show_yuan(ax_show_number(year, "reservedFen"), text, sizeof text);
    (void)puts(text);
}

/* They stand in the columns like any other. */
static void show_not_liable(const struct ax_cli *cli, const json_t *years)
{
    size_t i = 0;
    json_t *year = NULL;
    json_array_foreach(years, i, year)
    {
        long long of = ax_show_number(year, "year");
        long long accidents = ax_show_number(year, "accidentsNotLiable");
        long long deaths = ax_show_number(year, "deathsNotLiable");
        if (accidents > 0 && cli->chinese) {
            (void)printf("  %lld：其中 %lld 起事故认定无责任（死亡 %lld 人）\n", of, accidents, deaths);
        } else if (accidents > 0) {
            (void)printf("  %lld: not liable for %lld accident%s (%lld death%s)\n", of, accidents,
                    accidents == 1 ? "" : "s", deaths, deaths == 1 ? "" : "s");
        }
    }
}

/* A year of which nothing is known is no clean year. */
static void show_unknown_year(long long year)
{
    char text[32];
    (void)snprintf(text, sizeof text, "  %lld", year);
    ax_show_cell(text, WIDTH_YEAR);
    for (size_t c = 0; c < COLUMNS; c++) {
        ax_show_cell("–", WIDTH_COUNT);
    }
    (void)puts("–");
}

/* Newest first, as the answer has them, with those between of which it has none. */
static void show_years(const struct ax_cli *cli, const json_t *years)
{
    size_t i = 0;
    json_t *year = NULL;
    long long next = 0;
    ax_show_cell(ax_cli_text(cli, "  year", "  年度"), WIDTH_YEAR);
    for (size_t c = 0; c < COLUMNS; c++) {
        ax_show_cell(ax_cli_text(cli, columns[c].en, columns[c].zh), WIDTH_COUNT);
    }
    (void)puts(ax_cli_text(cli, "paid + reserved, yuan", "已付+未决（元）"));
    json_array_foreach(years, i, year)
    {
        for (long long gap = next; i > 0 && gap > ax_show_number(year, "year"); gap--) {
            show_unknown_year(gap);
        }
        next = ax_show_number(year, "year") - 1;
        show_year(year);
    }
    show_not_liable(cli, years);
}

static void show_expected(const struct ax_cli *cli, const json_t *expected)
{
    char lost[32];
    char severe[32];
    char cost[32];
    char weight[32];
    if (expected == NULL) {
        return;
    }
    ax_show_ratio(ax_show_number(expected, "lostTimePpm"), lost, sizeof lost);
    ax_show_ratio(ax_show_number(expected, "severePpm"), severe, sizeof severe);
    ax_show_yuan(ax_show_number(expected, "costFen"), cost, sizeof cost);
    ax_show_ratio(ax_show_number(expected, "credibilityPpm"), weight, sizeof weight);
    (void)printf("%s: %s %s, %s %s, %s %s, %s %s\n", ax_cli_text(cli, "Next 12 months", "未来十二个月"),
            ax_cli_text(cli, "accidents with lost time", "损失工时事故数"), lost,
            ax_cli_text(cli, "severe accidents", "严重事故数"), severe,
            ax_cli_text(cli, "cost, yuan", "预期成本（元）"), cost, ax_cli_text(cli, "credibility", "可信度"), weight);
}

/* A level as it is known now to have been; what was known then behind it where that is another. */
static void show_move(
        const struct ax_cli *cli, const json_t *of, const char *restated, const char *known, const char *now)
{
    const char *was = ax_show_text(of, restated);
    const char *then = ax_show_text(of, known);
    (void)printf("%s → %s", ax_show_level(cli, was), ax_show_level(cli, ax_show_text(of, now)));
    if (strcmp(was, then) != 0) {
        (void)printf(cli->chinese ? "（当时所知：%s）" : " (known then: %s)", ax_show_level(cli, then));
    }
    (void)fputc('\n', stdout);
}

static void show_policies(const struct ax_cli *cli, const json_t *policies)
{
    size_t i = 0;
    json_t *policy = NULL;
    json_array_foreach(policies, i, policy)
    {
        (void)printf("%s: %s %s  %s – %s  ", ax_cli_text(cli, "Policy", "保单"), ax_show_text(policy, "insurer"),
                ax_show_text(policy, "policyNumber"), ax_show_text(policy, "coveredFrom"),
                ax_show_text(policy, "coveredUntil"));
        show_move(cli, policy, "levelAtStartRestated", "levelAtStart", "levelNow");
        ax_show_notes(cli, json_object_get(policy, "hints"), ax_cli_text(cli, "note:", "注："));
    }
}

/* Everything of one day, where nothing was known before, is a loading; what the facts tell is older. */
static bool is_loading(const json_t *changes, const json_t *facts)
{
    size_t i = 0;
    json_t *fact = NULL;
    const char *day = ax_show_text(json_array_get(facts, 0), "knownOn");
    json_array_foreach(facts, i, fact)
    {
        if (strcmp(ax_show_text(fact, "knownOn"), day) != 0) {
            return false;
        }
    }
    return i > 1 && strcmp(ax_show_text(changes, "levelBefore"), "LEVEL_UNRATED") == 0;
}

static bool same_group(const json_t *a, const json_t *b)
{
    static const char *const members[] = {"knownOn", "change", "kind"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (strcmp(ax_show_text(a, members[i]), ax_show_text(b, members[i])) != 0) {
            return false;
        }
    }
    return true;
}

static const char *change_of(const struct ax_cli *cli, const json_t *fact)
{
    static const struct {
        const char *change;
        const char *en;
        const char *zh;
    } changes[] = {{"added", "added", "新增"}, {"revised", "revised", "更新"}, {"withdrawn", "withdrawn", "撤销"},
            {"objected", "under objection", "提出异议"}};
    const char *change = ax_show_text(fact, "change");
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        if (strcmp(changes[i].change, change) == 0) {
            return ax_cli_text(cli, changes[i].en, changes[i].zh);
        }
    }
    return change;
}

static void put_group_head(const struct ax_cli *cli, const json_t *first, size_t count)
{
    const char *kind = ax_show_text(first, "kind");
    ax_str said = ax_str_trim(ax_str_c(ax_page_kind(cli, kind)));
    (void)printf("  %s  %s %.*s: %zu\n", ax_show_text(first, "knownOn"), change_of(cli, first),
            AX_ARG(said.len == 0 ? ax_str_c(kind) : said), count);
}

/* The facts of one day, change and kind, below the first of them; one that stood in a group before is passed over. */
static void show_group(const struct ax_cli *cli, const json_t *facts, size_t at)
{
    enum { GROUP_SHOWN = 5 };
    const json_t *first = json_array_get(facts, at);
    size_t count = 0;
    for (size_t i = 0; i < at; i++) {
        if (same_group(json_array_get(facts, i), first)) {
            return;
        }
    }
    for (size_t i = at; i < json_array_size(facts); i++) {
        count += same_group(json_array_get(facts, i), first) ? 1 : 0;
    }
    put_group_head(cli, first, count);
    size_t shown = 0;
    for (size_t i = at; i < json_array_size(facts) && shown < GROUP_SHOWN; i++) {
        const json_t *fact = json_array_get(facts, i);
        if (same_group(fact, first)) {
            (void)printf("      %s  %s  [%s %s]\n", ax_show_text(fact, "occurredOn"), ax_show_text(fact, "subject"),
                    ax_show_text(fact, "source"), ax_show_text(fact, "reference"));
            shown++;
        }
    }
    if (count > shown) {
        (void)printf("      … %zu\n", count - shown);
    }
}

static void show_changes(const struct ax_cli *cli, const json_t *changes)
{
    const json_t *facts = json_object_get(changes, "facts");
    (void)printf("%s %s – %s: ", ax_cli_text(cli, "Changed", "变动"), ax_show_text(changes, "from"),
            ax_show_text(changes, "until"));
    show_move(cli, changes, "levelBeforeRestated", "levelBefore", "levelAfter");
    if (is_loading(changes, facts)) {
        (void)printf("  %s\n", ax_cli_text(cli,
                                       "All of it became known on one day, before which nothing was: data loaded; the "
                                       "levels above are "
                                       "by what is known now",
                                       "以下数据于同一日入库，此前一无所知：属数据加载；上列等级按现在所知认定"));
    }
    for (size_t i = 0; i < json_array_size(facts); i++) {
        show_group(cli, facts, i);
    }
    if (ax_show_number(changes, "factsLeftOff") > 0) {
        (void)printf("  … %lld\n", ax_show_number(changes, "factsLeftOff"));
    }
}

int ax_cmd_profile(struct ax_cli *cli)
{
    const char *from = NULL;
    const char *until = NULL;
    char from_day[AX_DAY_TEXT_SIZE];
    char until_day[AX_DAY_TEXT_SIZE];
    const struct ax_option options[] = {{"from", &from, NULL}, {"until", &until, NULL}};
    if (!ax_cli_options(cli, options, 2, 1, 1) || !ax_query_day(cli, "from", from, from_day) ||
            !ax_query_day(cli, "until", until, until_day)) {
        return AX_EXIT_USAGE;
    }
    struct ax_err err = {0};
    json_t *answer = NULL;
    json_t *request =
            json_pack("{s:s,s:s,s:s}", "enterprise", cli->argv[0], "changedFrom", from_day, "changedUntil", until_day);
    ax_rc rc = ax_session_ask(cli, "InsuranceService/GetUnderwritingProfile", request, &answer, &err);
    if (ax_ok(rc) && cli->json) {
        ax_show_json_line(answer);
    } else if (ax_ok(rc)) {
        ax_show_rating(cli, json_object_get(answer, "rating"));
        show_expected(cli, json_object_get(answer, "expected"));
        show_years(cli, json_object_get(answer, "years"));
        show_policies(cli, json_object_get(answer, "policies"));
        show_changes(cli, json_object_get(answer, "changes"));
        ax_show_notes(cli, json_object_get(answer, "missing"), ax_cli_text(cli, "missing:", "缺："));
    }
    json_decref(answer);
    return ax_ok(rc) ? AX_EXIT_DONE : ax_cli_fail(cli, &err);
}
