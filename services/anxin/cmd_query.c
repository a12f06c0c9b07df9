/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about ratings: rating, history, list, find. */
#include <string.h>

#include "base/bytes.h"
#include "scoring/scope.h"
#include "services/anxin/page.h"
#include "services/anxin/query.h"
#include "services/anxin/session.h"
#include "services/anxin/show.h"

enum { PAGE_SIZE = 1000, LEVELS_MAX = 10, US_PER_S = 1000000, S_PER_DAY = 86400, UTC8_S = 8 * 3600 };

/* Takes "Z" or "+hh:mm" (RFC 3339) off the end of a time of day; without one it is UTC+8. */
static bool take_offset(ax_str *time, int64_t *offset_s)
{
    enum { OFFSET_LEN = 6 };
    *offset_s = UTC8_S;
    if (time->len > 0 && (time->ptr[time->len - 1] == 'Z' || time->ptr[time->len - 1] == 'z')) {
        *offset_s = 0;
        time->len--;
        return time->len > 0;
    }
    const char *sign = time->len <= OFFSET_LEN ? NULL : time->ptr + time->len - OFFSET_LEN;
    if (sign == NULL || (*sign != '+' && *sign != '-')) {
        return true;
    }
    int64_t hours = 0;
    int64_t minutes = 0;
    if (sign[3] != ':' || !ax_ok(ax_str_to_i64(ax_str_of(sign + 1, 2), &hours)) ||
            !ax_ok(ax_str_to_i64(ax_str_of(sign + 4, 2), &minutes)) || hours < 0 || hours > 23 || minutes < 0 ||
            minutes > 59) {
        return false;
    }
    *offset_s = (hours * 3600 + minutes * 60) * (*sign == '-' ? -1 : 1);
    time->len -= OFFSET_LEN;
    return true;
}

/* ".25" off the end, in microseconds; more than six digits are cut. */
static bool take_fraction(ax_str *time, int64_t *us)
{
    ax_str whole = *time;
    ax_str rest = *time;
    *us = 0;
    whole = ax_str_split(&rest, '.');
    int64_t unit = US_PER_S;
    for (size_t i = 0; i < rest.len; i++) {
        if (rest.ptr[i] < '0' || rest.ptr[i] > '9') {
            return false;
        }
        unit /= 10;
        *us += (rest.ptr[i] - '0') * unit;
    }
    *time = whole;
    return true;
}

/* "2026-01-31", "2026-01-31T08:00" or "…:30", UTC+8 unless an offset or Z says otherwise, or UTC microseconds as a number. */
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
    int64_t offset_s = 0;
    int64_t fraction_us = 0;
    if (!take_offset(&rest, &offset_s) || !take_fraction(&rest, &fraction_us)) {
        return false;
    }
    static const int64_t unit_s[] = {3600, 60, 1};
    static const int64_t below[] = {24, 60, 60};
    for (size_t i = 0; rest.len > 0 && i < 3; i++) {
        int64_t value = 0;
        if (!ax_ok(ax_str_to_i64(ax_str_split(&rest, ':'), &value)) || value < 0 || value >= below[i]) {
            return false;
        }
        clock_s += value * unit_s[i];
    }
    *utc_us = ((int64_t)day * S_PER_DAY + clock_s - offset_s) * US_PER_S + fraction_us;
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
        char name[64];
        (void)snprintf(name, sizeof name, "--%s", option);
        return ax_cli_wrong(cli, name, text, "must be a day of the calendar, such as 2010-06-30");
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
            return ax_cli_wrong(cli, "--known-at", known_at,
                    "must be a day or a time like 2026-01-31T08:00 (UTC+8 where no Z or +hh:mm follows), or UTC "
                    "microseconds");
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
    bool all = false;
    const struct ax_option options[] = {
            {"as-of", &as_of, NULL}, {"known-at", &known_at, NULL}, {"explain", NULL, &explain}, {"all", NULL, &all}};
    if (!ax_cli_options(cli, options, 4, 1, 1)) {
        return AX_EXIT_USAGE;
    }
    json_t *request = json_pack("{s:s}", "enterprise", cli->argv[0]);
    if (!ax_query_time(cli, request, as_of, known_at)) {
        json_decref(request);
        return AX_EXIT_USAGE;
    }
    struct ax_err err = {0};
    json_t *answer = NULL;
    ax_rc rc = ax_session_ask(
            cli, explain ? "RatingService/ExplainRating" : "RatingService/GetRating", request, &answer, &err);
    if (ax_ok(rc)) {
        const json_t *rating = json_object_get(answer, "rating");
        if (cli->json) {
            ax_show_json_line(explain ? answer : rating);
        } else if (explain) {
            ax_page_show(cli, answer, all);
        } else {
            ax_show_rating(cli, rating);
        }
    }
    json_decref(answer);
    return ax_ok(rc) ? AX_EXIT_DONE : ax_cli_fail(cli, &err);
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

struct changes {
    const struct ax_cli *cli;
    size_t shown;
};

static bool each_change(void *state, json_t *rating)
{
    struct changes *changes = state;
    const struct ax_cli *cli = changes->cli;
    changes->shown++;
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
    struct changes changes = {.cli = cli};
    ax_rc rc = ax_session_open(cli, &session, &err);
    if (ax_ok(rc)) {
        rc = ax_session_pages(
                session, "RatingService/GetRatingHistory", request, "ratings", each_change, &changes, &err);
    } else {
        json_decref(request);
    }
    if (ax_ok(rc) && changes.shown == 0) {
        ax_cli_say(cli, "anxin history: nothing that is rated was known of %s by then",
                "anxin history: 截至该日尚无 %s 的可评级事实", cli->argv[0]);
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
            char found[32];
            (void)snprintf(found, sizeof found, "%.*s", AX_ARG(level));
            ax_utf8_trim(found);
            (void)ax_cli_wrong(cli, "--level", found, "must be A1 A2 B1 B2 B3 C1 C2 C3 D or UNRATED");
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
    const char *place = ax_scope_place_fault(ax_str_c(region));
    const char *trade = industry == NULL ? NULL : ax_scope_industry_fault(ax_str_c(industry));
    bool good = ax_query_day(cli, "as-of", as_of, day) &&
                (place == NULL || ax_cli_wrong(cli, "--region", region, place)) &&
                (trade == NULL || ax_cli_wrong(cli, "--industry", industry, trade));
    json_t *levels = good ? ax_query_levels(cli, level) : NULL;
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
