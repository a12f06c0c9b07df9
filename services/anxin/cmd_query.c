/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about ratings: rating, history, list, find. */
#include <string.h>

#include "base/bytes.h"
#include "services/anxin/page.h"
#include "services/anxin/query.h"
#include "services/anxin/session.h"
#include "services/anxin/show.h"

enum { PAGE_SIZE = 1000, LEVELS_MAX = 10, US_PER_S = 1000000, S_PER_DAY = 86400, UTC8_S = 8 * 3600 };

/* "2026-01-31", "2026-01-31T08:00" or "…:30", all UTC+8, or UTC microseconds as a number. */
static bool parse_instant(const char *text, int64_t *utc_us)
{
    if (ax_ok(ax_str_to_i64(ax_str_c(text), utc_us)) && strlen(text) > 8) {
        return *utc_us > 0;
    }
    ax_str rest = ax_str_c(text);
    int32_t day = AX_DAY_NONE;
    if (!ax_day_parse(ax_str_split(&rest, 'T'), &day)) {
        return false;
    }
    int64_t clock_s = 0;
    static const int64_t unit_s[] = {3600, 60, 1};
    static const int64_t below[] = {24, 60, 60};
    for (size_t i = 0; rest.len > 0 && i < 3; i++) {
        int64_t value = 0;
        if (!ax_ok(ax_str_to_i64(ax_str_split(&rest, ':'), &value)) || value < 0 || value >= below[i]) {
            return false;
        }
        clock_s += value * unit_s[i];
    }
    *utc_us = ((int64_t)day * S_PER_DAY + clock_s - UTC8_S) * US_PER_S;
    return rest.len == 0;
}

static int finish(struct ax_cli *cli, struct ax_session *session, ax_rc rc, const struct ax_err *err)
{
    ax_session_close(session);
    return ax_ok(rc) ? AX_EXIT_DONE : ax_cli_fail(cli, err);
}

bool ax_query_day(const struct ax_cli *cli, const char *option, const char *text, char out[AX_DAY_TEXT_SIZE])
{
    int32_t day = AX_DAY_NONE;
    out[0] = '\0';
    if (text == NULL) {
        return true;
    }
    if (!ax_day_parse(ax_str_c(text), &day)) {
        ax_cli_say(cli, "anxin %s: --%s: a day like 2010-06-30, not \"%s\"",
                "anxin %s: --%s: 应为日期，如 2010-06-30，而不是“%s”", cli->command, option, text);
        return false;
    }
    (void)ax_day_format(day, out);
    return true;
}

bool ax_query_time(struct ax_cli *cli, json_t *request, const char *as_of, const char *known_at)
{
    char day[AX_DAY_TEXT_SIZE];
    if (request == NULL) {
        ax_cli_say(cli, "anxin: what is asked for must be UTF-8 text", "anxin: 查询内容应为 UTF-8 文字");
        return false;
    }
    if (!ax_query_day(cli, "as-of", as_of, day)) {
        return false;
    }
    AX_ASSERT(json_object_set_new(request, "asOf", json_string(day)) == 0);
    if (known_at != NULL) {
        int64_t instant = 0;
        char number[32];
        if (!parse_instant(known_at, &instant)) {
            ax_cli_say(cli,
                    "anxin: --known-at: a day or a time like 2026-01-31T08:00 (UTC+8), or UTC microseconds, not \"%s\"",
                    "anxin: --known-at: 应为日期或时间，如 2026-01-31T08:00（北京时间），或 UTC 微秒数，而不是“%s”",
                    known_at);
            return false;
        }
        (void)snprintf(number, sizeof number, "%lld", (long long)instant);
        AX_ASSERT(json_object_set_new(request, "knownAtUs", json_string(number)) == 0);
    }
    return true;
}

int ax_cmd_rating(struct ax_cli *cli)
{
    const char *as_of = NULL;
    const char *known_at = NULL;
    bool explain = false;
    const struct ax_option options[] = {
            {"as-of", &as_of, NULL}, {"known-at", &known_at, NULL}, {"explain", NULL, &explain}};
    if (!ax_cli_options(cli, options, 3, 1, 1)) {
        return AX_EXIT_USAGE;
    }
    json_t *request = json_pack("{s:s}", "enterprise", cli->argv[0]);
    if (!ax_query_time(cli, request, as_of, known_at)) {
        json_decref(request);
        return AX_EXIT_USAGE;
    }
    struct ax_err err = {0};
    struct ax_session *session = NULL;
    json_t *answer = NULL;
    ax_rc rc = ax_session_open(cli, &session, &err);
    if (ax_ok(rc)) {
        rc = ax_session_call(
                session, explain ? "RatingService/ExplainRating" : "RatingService/GetRating", request, &answer, &err);
    } else {
        json_decref(request);
    }
    if (ax_ok(rc)) {
        const json_t *rating = json_object_get(answer, "rating");
        if (cli->json) {
            ax_show_json_line(explain ? answer : rating);
        } else if (explain) {
            ax_page_show(cli, answer);
        } else {
            ax_show_rating(cli, rating);
        }
    }
    json_decref(answer);
    return finish(cli, session, rc, &err);
}

struct table {
    const struct ax_cli *cli;
    bool headed; /* the head stands above what came, not above an error */
};

static void show_head(struct table *table)
{
    if (!table->headed && !table->cli->json) {
        ax_show_rating_head(table->cli);
    }
    table->headed = true;
}

static bool each_row(void *state, json_t *rating)
{
    struct table *table = state;
    show_head(table);
    if (table->cli->json) {
        ax_show_json_line(rating);
    } else {
        ax_show_rating_row(table->cli, rating);
    }
    return true;
}

static int show_pages(struct ax_cli *cli, const char *method, json_t *request)
{
    struct ax_err err = {0};
    struct ax_session *session = NULL;
    ax_rc rc = ax_session_open(cli, &session, &err);
    if (!ax_ok(rc)) {
        json_decref(request);
        return finish(cli, session, rc, &err);
    }
    struct table table = {.cli = cli};
    rc = ax_session_pages(session, method, request, "ratings", each_row, &table, &err);
    if (ax_ok(rc)) {
        show_head(&table);
    }
    return finish(cli, session, rc, &err);
}

static bool each_change(void *state, json_t *rating)
{
    const struct ax_cli *cli = state;
    if (cli->json) {
        ax_show_json_line(rating);
        return true;
    }
    const char *level = ax_show_text(rating, "level");
    (void)printf("%s  ", ax_show_text(rating, "ratedOn"));
    ax_show_cell(ax_show_level(cli, level), 10);
    ax_show_cell(ax_show_class(cli, level), 12);
    char risk[AX_SHOW_RISK_SIZE];
    ax_show_risk(rating, risk, sizeof risk);
    (void)printf("%-6lld%s\n", ax_show_number(rating, "levelPoints"), risk);
    return true;
}

int ax_cmd_history(struct ax_cli *cli)
{
    const char *as_of = NULL;
    const char *known_at = NULL;
    const struct ax_option options[] = {{"as-of", &as_of, NULL}, {"known-at", &known_at, NULL}};
    if (!ax_cli_options(cli, options, 2, 1, 1)) {
        return AX_EXIT_USAGE;
    }
    struct ax_err err = {0};
    struct ax_session *session = NULL;
    json_t *request = json_pack("{s:s,s:i}", "enterprise", cli->argv[0], "pageSize", 500);
    if (!ax_query_time(cli, request, as_of, known_at)) {
        json_decref(request);
        return AX_EXIT_USAGE;
    }
    ax_rc rc = ax_session_open(cli, &session, &err);
    if (ax_ok(rc)) {
        rc = ax_session_pages(session, "RatingService/GetRatingHistory", request, "ratings", each_change, cli, &err);
    } else {
        json_decref(request);
    }
    return finish(cli, session, rc, &err);
}

json_t *ax_query_levels(struct ax_cli *cli, const char *text)
{
    json_t *levels = json_array();
    ax_str rest = ax_str_c(text == NULL ? "" : text);
    while (levels != NULL && rest.len > 0) {
        ax_str level = ax_str_trim(ax_str_split(&rest, ','));
        char name[32];
        (void)snprintf(name, sizeof name, "LEVEL_%.*s", AX_ARG(level));
        for (char *at = name; *at != '\0'; at++) {
            *at = (char)(*at >= 'a' && *at <= 'z' ? *at - 'a' + 'A' : *at);
        }
        static const char known[] =
                " LEVEL_A1 LEVEL_A2 LEVEL_B1 LEVEL_B2 LEVEL_B3 LEVEL_C1 LEVEL_C2 LEVEL_C3 LEVEL_D LEVEL_UNRATED ";
        char word[40];
        (void)snprintf(word, sizeof word, " %s ", name);
        if (strstr(known, word) == NULL || json_array_size(levels) >= LEVELS_MAX) {
            ax_cli_say(cli, "anxin: --level: A1 A2 B1 B2 B3 C1 C2 C3 D or UNRATED, not \"%.*s\"",
                    "anxin: --level: 只能是 A1 A2 B1 B2 B3 C1 C2 C3 D 或 UNRATED，而不是“%.*s”", AX_ARG(level));
            json_decref(levels);
            return NULL;
        }
        AX_ASSERT(json_array_append_new(levels, json_string(name)) == 0);
    }
    return levels;
}

int ax_cmd_list(struct ax_cli *cli)
{
    const char *as_of = NULL;
    const char *level = NULL;
    const char *region = NULL;
    const char *industry = NULL;
    const struct ax_option options[] = {
            {"as-of", &as_of, NULL}, {"level", &level, NULL}, {"region", &region, NULL}, {"industry", &industry, NULL}};
    if (!ax_cli_options(cli, options, 4, 0, 0)) {
        return AX_EXIT_USAGE;
    }
    char day[AX_DAY_TEXT_SIZE];
    json_t *levels = ax_query_day(cli, "as-of", as_of, day) ? ax_query_levels(cli, level) : NULL;
    if (levels == NULL) {
        return AX_EXIT_USAGE;
    }
    json_t *request = json_pack("{s:i,s:s,s:s,s:s,s:o}", "pageSize", PAGE_SIZE, "asOf", day, "region",
            region == NULL ? "" : region, "industry", industry == NULL ? "" : industry, "levels", levels);
    return show_pages(cli, "RatingService/ListRatings", request);
}

int ax_cmd_find(struct ax_cli *cli)
{
    if (!ax_cli_options(cli, NULL, 0, 1, 1)) {
        return AX_EXIT_USAGE;
    }
    json_t *request = json_pack("{s:i,s:s}", "pageSize", PAGE_SIZE, "name", cli->argv[0]);
    if (request == NULL || cli->argv[0][0] == '\0') {
        json_decref(request);
        ax_cli_say(cli, "anxin find: NAME must be some characters of UTF-8", "anxin find: NAME 应为 UTF-8 文字");
        return AX_EXIT_USAGE;
    }
    return show_pages(cli, "RatingService/ListRatings", request);
}
