/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/show.h"

#include "scoring/tariff.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    WIDTH_CODE = 20,
    WIDTH_LEVEL = 10,
    WIDTH_CLASS = 12,
    WIDTH_POINTS = 8,
    WIDTH_RISK = 10,
    WIDTH_DAY = 13,
    LAW_SIZE = 4096,
};

const char *ax_show_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text == NULL ? "" : text;
}

long long ax_show_number(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    if (json_is_string(value)) { /* 64-bit integers are strings in proto3's mapping */
        return strtoll(json_string_value(value), NULL, 10);
    }
    return json_is_integer(value) ? (long long)json_integer_value(value) : 0;
}

const char *ax_show_level(const struct ax_cli *cli, const char *name)
{
    static const char prefix[] = "LEVEL_";
    const char *short_name = strncmp(name, prefix, sizeof prefix - 1) == 0 ? name + sizeof prefix - 1 : name;
    return strcmp(short_name, "UNRATED") == 0 ? ax_cli_text(cli, "unrated", "未评") : short_name;
}

const char *ax_show_class(const struct ax_cli *cli, const char *level)
{
    switch (ax_show_level(cli, level)[0]) {
    case 'A':
        return ax_cli_text(cli, "excellent", "优秀");
    case 'B':
        return ax_cli_text(cli, "good", "良好");
    case 'C':
        return ax_cli_text(cli, "medium", "中等");
    case 'D':
        return ax_cli_text(cli, "poor", "差");
    default:
        return "–";
    }
}

void ax_show_json_line(const json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);
    AX_ASSERT(text != NULL);
    (void)puts(text);
    ax_xfree(text);
}

void ax_show_cell(const char *text, int width)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
    utf8proc_ssize_t left = (utf8proc_ssize_t)strlen(text);
    int used = 0;
    while (left > 0) {
        utf8proc_int32_t rune = 0;
        utf8proc_ssize_t len = utf8proc_iterate(at, left, &rune);
        if (len <= 0) {
            break;
        }
        int wide = utf8proc_charwidth(rune);
        if (used + wide > width - 2 && len < left) {
            (void)fputs("…", stdout);
            used++;
            break;
        }
        (void)fwrite(at, 1, (size_t)len, stdout);
        used += wide;
        at += len;
        left -= len;
    }
    for (; used < width; used++) {
        (void)fputc(' ', stdout);
    }
}

const char *ax_show_part(const char *text, int width, char out[AX_SHOW_PART_SIZE], int *used)
{
    size_t len = 0;
    size_t blank = 0;
    int column = 0;
    int at_blank = 0;
    while (text[len] != '\0') {
        utf8proc_int32_t rune = 0;
        utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)text + len, -1, &rune);
        int wide = step <= 0 ? 1 : utf8proc_charwidth(rune);
        size_t bytes = step <= 0 ? 1 : (size_t)step;
        if (column + wide > width - 2 || len + bytes >= AX_SHOW_PART_SIZE) {
            break;
        }
        if (text[len] == ' ') {
            blank = len;
            at_blank = column;
        }
        len += bytes;
        column += wide;
    }
    if (text[len] != '\0' && text[len] != ' ' && at_blank > width / 2) {
        len = blank;
        column = at_blank;
    }
    memcpy(out, text, len);
    out[len] = '\0';
    *used = column;
    text += len;
    return text + strspn(text, " ");
}

/* One clause of a legal basis. */
static size_t put_clause(const struct ax_cli *cli, const char *clause, size_t len, char *out, size_t size)
{
    char text[AX_SHOW_PART_SIZE];
    (void)snprintf(text, sizeof text, "%.*s", (int)len, clause);
    char *english = strstr(text, " (ours");
    char *end = english == NULL ? NULL : strchr(english, ')');
    if (end == NULL || strlen(text) != len) {
        return (size_t)snprintf(out, size, "%.*s", (int)len, clause);
    }
    bool both = strstr(text, "本项目") != NULL;
    *end = '\0';
    if (!cli->chinese) {
        return both ? (size_t)snprintf(out, size, "%s%s", english + 2, end + 1)
                    : (size_t)snprintf(out, size, "%s)%s", text, end + 1);
    }
    *english = '\0';
    return (size_t)snprintf(out, size, "%s%s%s", text, both ? "" : "（本项目设定）", end + 1);
}

const char *ax_show_law(const struct ax_cli *cli, const char *basis, char *out, size_t size)
{
    size_t at = 0;
    out[0] = '\0';
    for (const char *clause = basis; *clause != '\0' && at < size;) {
        const char *next = strstr(clause, "; ");
        size_t len = next == NULL ? strlen(clause) : (size_t)(next - clause);
        at += put_clause(cli, clause, len, out + at, size - at);
        if (next != NULL && at < size) {
            at += (size_t)snprintf(out + at, size - at, "; ");
        }
        clause = next == NULL ? clause + len : next + 2;
    }
    return at < size ? out : basis;
}

bool ax_show_says_ours(const char *law)
{
    return strstr(law, "ours") != NULL || strstr(law, "本项目") != NULL;
}

void ax_show_rating_head(const struct ax_cli *cli)
{
    ax_show_cell(ax_cli_text(cli, "CODE", "统一社会信用代码"), WIDTH_CODE);
    ax_show_cell(ax_cli_text(cli, "LEVEL", "等级"), WIDTH_LEVEL);
    ax_show_cell(ax_cli_text(cli, "CLASS", "类别"), WIDTH_CLASS);
    ax_show_cell(ax_cli_text(cli, "POINTS", "分值"), WIDTH_POINTS);
    ax_show_cell(ax_cli_text(cli, "RISK", "风险评分"), WIDTH_RISK);
    ax_show_cell(ax_cli_text(cli, "CHANGES ON", "下次变动"), WIDTH_DAY);
    (void)puts(ax_cli_text(cli, "NAME", "名称"));
}

/* Made-up enterprises are marked wherever they show. */
static const char *name_mark(const struct ax_cli *cli, const json_t *rating)
{
    return json_is_true(json_object_get(rating, "synthetic")) ? ax_cli_text(cli, "  [synthetic]", "  [虚构数据]") : "";
}

static const char *incomplete_mark(const struct ax_cli *cli, const json_t *rating)
{
    return json_is_true(json_object_get(rating, "incomplete")) ? ax_cli_text(cli, "  [incomplete]", "  [不完整]") : "";
}

void ax_show_risk(const json_t *rating, char *out, size_t size)
{
    const ax_str prefix = AX_STR("RISK_GRADE_");
    ax_str grade = ax_str_c(ax_show_text(rating, "riskGrade"));
    grade = ax_str_starts(grade, prefix) ? ax_str_of(grade.ptr + prefix.len, grade.len - prefix.len) : AX_STR("");
    if (json_object_get(rating, "riskScore") == NULL) {
        bool none = grade.len == 0 || ax_str_eq(grade, AX_STR("UNSPECIFIED"));
        (void)snprintf(out, size, "%.*s", AX_ARG(none ? AX_STR("–") : grade));
        return;
    }
    (void)snprintf(out, size, "%lld %.*s", ax_show_number(rating, "riskScore"), AX_ARG(grade));
}

/* The score with its interval, and what must be known beside it. */
static void risk_lines(const struct ax_cli *cli, const json_t *rating)
{
    char risk[AX_SHOW_RISK_SIZE];
    ax_show_risk(rating, risk, sizeof risk);
    if (ax_show_text(rating, "riskModel")[0] == '\0') {
        return;
    }
    (void)printf("%s: %s", ax_cli_text(cli, "Risk score", "风险评分"), risk);
    if (json_object_get(rating, "riskScore") != NULL) {
        (void)printf("  %s: %lld–%lld", ax_cli_text(cli, "90 % interval", "90% 区间"),
                ax_show_number(rating, "scoreLow"), ax_show_number(rating, "scoreHigh"));
    }
    if (json_object_get(rating, "riskScore") != NULL && !json_is_true(json_object_get(rating, "silent"))) {
        (void)printf(
                "  %s: %lld %%", ax_cli_text(cli, "better than", "优于同类"), ax_show_number(rating, "peerPercentile"));
    }
    (void)printf("  %s: %.2f  (%s)\n", ax_cli_text(cli, "credibility", "可信度"),
            (double)ax_show_number(rating, "credibilityPpm") / 1e6, ax_show_text(rating, "riskModel"));
    if (json_is_true(json_object_get(rating, "watch"))) {
        (void)puts(ax_cli_text(cli, "  On watch: something open may change the score soon.",
                "  列入观察：有未决事项可能很快影响评分。"));
    }
    if (json_is_true(json_object_get(rating, "silent"))) {
        (void)puts(ax_cli_text(cli, "  Silent: nothing was reported: that is not the same as nothing happened.",
                "  静默：没有任何上报；没有上报不等于没有发生。"));
    }
    if (json_is_true(json_object_get(rating, "exposureEstimated"))) {
        (void)puts(ax_cli_text(cli, "  No fact states its exposure: calendar time stands for it.",
                "  没有事实说明其用工规模：以存续时间代替。"));
    }
}

bool ax_show_known_at(const json_t *rating, char out[AX_SHOW_INSTANT_SIZE])
{
    enum { US_PER_S = 1000000, S_PER_DAY = 86400, S_PER_HOUR = 3600, S_PER_MINUTE = 60, UTC8_S = 8 * S_PER_HOUR };
    long long us = ax_show_number(json_object_get(rating, "asOf"), "knownAtUs");
    char day[AX_DAY_TEXT_SIZE];
    if (us <= 0 || us > (long long)AX_DAY_MAX * S_PER_DAY * US_PER_S) {
        return false;
    }
    int second = (int)((us / US_PER_S + UTC8_S) % S_PER_DAY);
    (void)snprintf(out, AX_SHOW_INSTANT_SIZE, "%s %02d:%02d:%02d UTC+8", ax_day_format(ax_day_of_us(us), day),
            second / S_PER_HOUR, second / S_PER_MINUTE % S_PER_MINUTE, second % S_PER_MINUTE);
    return true;
}

void ax_show_rating_row(const struct ax_cli *cli, const json_t *rating)
{
    const char *level = ax_show_text(rating, "level");
    const char *next = ax_show_text(rating, "nextChangeOn");
    char points[32];
    char risk[AX_SHOW_RISK_SIZE];
    (void)snprintf(points, sizeof points, "%lld", ax_show_number(rating, "levelPoints"));
    ax_show_cell(ax_show_text(rating, "enterprise"), WIDTH_CODE);
    ax_show_cell(ax_show_level(cli, level), WIDTH_LEVEL);
    ax_show_cell(ax_show_class(cli, level), WIDTH_CLASS);
    ax_show_cell(strcmp(level, "LEVEL_UNRATED") == 0 ? "–" : points, WIDTH_POINTS);
    ax_show_risk(rating, risk, sizeof risk);
    ax_show_cell(risk, WIDTH_RISK);
    ax_show_cell(next[0] == '\0' ? "–" : next, WIDTH_DAY);
    (void)printf("%s%s%s\n", ax_show_text(rating, "name"), name_mark(cli, rating), incomplete_mark(cli, rating));
}

static void rule_lines(const struct ax_cli *cli, const json_t *rules, const char *head)
{
    size_t i = 0;
    json_t *rule = NULL;
    json_array_foreach(rules, i, rule)
    {
        char law[LAW_SIZE];
        const char *basis = ax_show_text(rule, "legalBasis");
        (void)printf("%s %s  (%s; %s)\n", i == 0 ? head : "    ",
                ax_show_text(rule, cli->chinese ? "titleZh" : "titleEn"), ax_show_text(rule, "ruleId"),
                basis[0] == '\0' ? ax_cli_text(cli, "ours, no source", "本项目设定，无出处")
                                 : ax_show_law(cli, basis, law, sizeof law));
    }
}

void ax_show_rating(const struct ax_cli *cli, const json_t *rating)
{
    const char *level = ax_show_text(rating, "level");
    const char *next = ax_show_text(rating, "nextChangeOn");
    (void)printf("%s  %s%s%s\n", ax_show_text(rating, "enterprise"), ax_show_text(rating, "name"),
            name_mark(cli, rating), incomplete_mark(cli, rating));
    (void)printf(
            "%s: %s (%s)", ax_cli_text(cli, "Level", "等级"), ax_show_level(cli, level), ax_show_class(cli, level));
    if (strcmp(level, "LEVEL_UNRATED") != 0) {
        (void)printf("  %s: %lld", ax_cli_text(cli, "points", "分值"), ax_show_number(rating, "levelPoints"));
    }
    (void)printf("  %s: %s  %s: %s\n", ax_cli_text(cli, "on", "评价日"), ax_show_text(rating, "ratedOn"),
            ax_cli_text(cli, "pack", "规则包"), ax_show_text(rating, "pack"));
    char known[AX_SHOW_INSTANT_SIZE];
    if (ax_show_known_at(rating, known)) {
        (void)printf("%s%s\n", ax_cli_text(cli, "  By what was known at ", "  依据的事实截至 "), known);
    }
    rule_lines(cli, json_object_get(rating, "overrides"), ax_cli_text(cli, "  ! ", "  ！"));
    rule_lines(cli, json_object_get(rating, "flags"), ax_cli_text(cli, "  * ", "  ＊"));
    risk_lines(cli, rating);
    if (json_is_true(json_object_get(rating, "incomplete"))) {
        (void)puts(ax_cli_text(cli,
                "  A record of this enterprise could not be read (see anxin rejects list): it is not in.",
                "  该企业有记录无法读取（见 anxin rejects list），未计入。"));
    }
    if (json_is_true(json_object_get(rating, "standardisationMissing"))) {
        (void)puts(
                ax_cli_text(cli, "  Nothing is known about its safety standardisation.", "  未见安全生产标准化信息。"));
    }
    if (ax_show_number(rating, "objected") > 0) {
        (void)printf("  %s: %lld\n", ax_cli_text(cli, "Facts under objection", "异议处理中的事实"),
                ax_show_number(rating, "objected"));
    }
    (void)printf("%s: %s\n", ax_cli_text(cli, "Without any new fact it changes on", "无新事实时下次变动日"),
            next[0] == '\0' ? ax_cli_text(cli, "never", "无") : next);
}

void ax_show_ratio(long long ppm, char *out, size_t size)
{
    long long rounded = (ppm + 50) / 100;
    (void)snprintf(out, size, "%lld.%04lld", rounded / 10000, rounded % 10000);
}

void ax_show_yuan(long long fen, char *out, size_t size)
{
    (void)snprintf(out, size, "%lld.%02lld", fen / AX_FEN_PER_YUAN, fen % AX_FEN_PER_YUAN);
}

void ax_show_notes(const struct ax_cli *cli, const json_t *items, const char *head)
{
    size_t i = 0;
    json_t *item = NULL;
    json_array_foreach(items, i, item)
    {
        char law[LAW_SIZE];
        const char *basis = ax_show_law(cli, ax_show_text(item, "legalBasis"), law, sizeof law);
        (void)printf("  %s %s%s%s%s\n", head, ax_show_text(item, cli->chinese ? "textZh" : "textEn"),
                basis[0] == '\0' ? "" : "  (", basis, basis[0] == '\0' ? "" : ")");
    }
}
