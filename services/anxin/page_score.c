/* SPDX-License-Identifier: Apache-2.0 */
/* How the score came about, channel by channel, and what it says of the next 12 months. */
#include <string.h>

#include "services/anxin/page.h"

enum {
    WIDTH_POINTS = 10,
    WIDTH_INDENT = 4,
    WIDTH_TITLE = 48,
    WIDTH_FACT = 38,
    WIDTH_DAY = 13,
    PPM_IN_PERCENT = 10000,
};

static void put_points(long long points, int indent)
{
    char text[AX_PAGE_NUMBER_SIZE];
    (void)printf("  %*s", indent, "");
    ax_show_cell(ax_page_number(points, true, text), WIDTH_POINTS);
}

static void put_fact(const struct ax_page *page, const json_t *line)
{
    char text[AX_PAGE_TEXT_SIZE];
    char number[AX_PAGE_NUMBER_SIZE];
    long long facts = ax_show_number(line, "facts");
    bool aside = ax_page_is(line, "kind", "SCORE_LINE_KIND_ASIDE");
    int indent = aside ? 0 : WIDTH_INDENT;
    struct ax_page_rest rest = {"", 2 + indent + WIDTH_POINTS, WIDTH_FACT};
    put_points(ax_show_number(line, "points"), indent);
    if (aside) {
        rest.text = ax_page_cell(ax_page_subject(page, line, text), WIDTH_FACT);
        ax_show_cell(ax_show_text(line, "occurredOn"), WIDTH_DAY);
        (void)fputs(ax_page_text(page, line, "title"), stdout);
    } else if (facts > 1) {
        ax_word_put(page->cli, AX_WORD_MORE_FACTS, ax_page_number(facts, false, number));
    } else {
        rest.text = ax_page_cell(ax_page_subject(page, line, text), WIDTH_FACT);
        ax_show_cell(ax_show_text(line, "occurredOn"), WIDTH_DAY);
        long long share = (ax_show_number(line, "sharePpm") + PPM_IN_PERCENT / 2) / PPM_IN_PERCENT;
        ax_word_put(page->cli, AX_WORD_SHARE, ax_page_number(share, false, number));
    }
    (void)fputc('\n', stdout);
    ax_page_more(&rest, 1);
}

/* Lines of a channel: facts one by one up to a number, the others summed up, then what is credited. */
static void put_lines(const struct ax_page *page, const json_t *lines, const char *channel)
{
    size_t i = 0;
    json_t *line = NULL;
    long long shown = 0;
    long long rest = 0;
    long long points = 0;
    char number[AX_PAGE_NUMBER_SIZE];
    json_array_foreach(lines, i, line)
    {
        bool fact = ax_page_is(line, "kind", "SCORE_LINE_KIND_FACT");
        if (!ax_page_is(line, "channel", channel)) {
            continue;
        }
        if (fact && shown++ >= AX_PAGE_RULE_LINES) {
            rest += ax_show_number(line, "facts");
            points += ax_show_number(line, "points");
        } else if (fact) {
            put_fact(page, line);
        }
    }
    if (rest > 0) {
        put_points(points, WIDTH_INDENT);
        ax_word_put(page->cli, AX_WORD_MORE_FACTS, ax_page_number(rest, false, number));
        (void)fputc('\n', stdout);
    }
    json_array_foreach(lines, i, line)
    {
        if (!ax_page_is(line, "channel", channel) || ax_page_is(line, "kind", "SCORE_LINE_KIND_FACT")) {
            continue;
        }
        if (ax_page_is(line, "kind", "SCORE_LINE_KIND_ASIDE")) {
            put_fact(page, line);
        } else {
            put_points(ax_show_number(line, "points"), channel[0] == '\0' ? 0 : WIDTH_INDENT);
            (void)puts(ax_page_text(page, line, "title"));
        }
    }
}

static void put_channel(const struct ax_page *page, const json_t *channel)
{
    char found[AX_PAGE_NUMBER_SIZE];
    char expected[AX_PAGE_NUMBER_SIZE];
    put_points(ax_show_number(channel, "points"), 0);
    ax_show_cell(ax_page_text(page, channel, "title"), WIDTH_TITLE);
    ax_word_put(page->cli, AX_WORD_CHANNEL_WEIGHT, ax_page_decimal(ax_show_number(channel, "foundMicro"), found),
            ax_page_decimal(ax_show_number(channel, "expectedMicro"), expected));
    (void)fputc('\n', stdout);
}

void ax_page_score(const struct ax_page *page)
{
    size_t i = 0;
    json_t *channel = NULL;
    const json_t *score = json_object_get(page->answer, "score");
    bool rated = json_object_get(page->rating, "riskScore") != NULL;
    char number[AX_PAGE_NUMBER_SIZE];
    if (score == NULL) {
        return;
    }
    ax_page_head(page, AX_WORD_HEAD_SCORE);
    (void)fputs("  ", stdout);
    ax_word_put(
            page->cli, rated ? AX_WORD_SCORE_INTRO : AX_WORD_SCORE_NR_INTRO, ax_page_text(page, score, "peerTitle"));
    (void)fputc('\n', stdout);
    if (rated) {
        (void)fputs("  ", stdout);
        ax_show_cell(ax_page_number(ax_show_number(score, "start"), false, number), WIDTH_POINTS);
        (void)puts(ax_word_text(page->cli, AX_WORD_START));
    }
    const json_t *lines = json_object_get(score, "lines");
    json_array_foreach(json_object_get(score, "channels"), i, channel)
    {
        put_channel(page, channel);
        put_lines(page, lines, ax_show_text(channel, "channel"));
    }
    put_lines(page, lines, "");
    if (rated) {
        (void)fputs("  ", stdout);
        ax_word_put(
                page->cli, AX_WORD_SUM_SCORE, ax_page_number(ax_show_number(page->rating, "riskScore"), false, number));
        (void)fputc('\n', stdout);
    }
}

static void put_exposure(const struct ax_page *page, const json_t *score)
{
    enum { MILLI = 1000 };
    char number[AX_PAGE_NUMBER_SIZE];
    long long micro = ax_show_number(score, "exposureMicro");
    double per = (double)ax_show_number(score, "exposurePerMilli") / MILLI;
    (void)fputs("  ", stdout);
    if (ax_page_is(score, "exposureUnit", "hours")) {
        ax_word_put(page->cli, AX_WORD_EXPOSURE_HOURS, ax_page_decimal((long long)((double)micro * per), number));
    } else {
        ax_word_put(page->cli, AX_WORD_EXPOSURE_DAYS, ax_page_decimal(micro, number));
    }
    (void)fputc('\n', stdout);
}

static void put_events(const struct ax_page *page, const json_t *events)
{
    char own[AX_PAGE_NUMBER_SIZE];
    char peers[AX_PAGE_NUMBER_SIZE];
    char chance[AX_PAGE_NUMBER_SIZE + 2];
    bool severe = ax_page_is(events, "head", "RISK_HEAD_SEVERE");
    (void)snprintf(chance, sizeof chance, "%.1f%s", (double)ax_show_number(events, "probabilityPpm") / PPM_IN_PERCENT,
            ax_cli_text(page->cli, " %", "%"));
    (void)fputs("  ", stdout);
    ax_word_put(page->cli, AX_WORD_EXPECTED, ax_word_text(page->cli, severe ? AX_WORD_SEVERE : AX_WORD_LOST_TIME),
            ax_page_decimal(ax_show_number(events, "expectedMicro"), own),
            ax_page_decimal(ax_show_number(events, "peerExpectedMicro"), peers), chance);
    (void)fputc('\n', stdout);
}

void ax_page_expected(const struct ax_page *page)
{
    enum { FEN_IN_YUAN = 100 };
    size_t i = 0;
    json_t *events = NULL;
    const json_t *score = json_object_get(page->answer, "score");
    char own[AX_PAGE_NUMBER_SIZE];
    char peers[AX_PAGE_NUMBER_SIZE];
    if (score == NULL) {
        return;
    }
    ax_page_head(page, AX_WORD_HEAD_EXPECTED);
    put_exposure(page, score);
    json_array_foreach(json_object_get(score, "expected"), i, events)
    {
        put_events(page, events);
    }
    (void)fputs("  ", stdout);
    ax_word_put(page->cli, AX_WORD_COST,
            ax_page_number(ax_show_number(score, "expectedCostFen") / FEN_IN_YUAN, false, own),
            ax_page_number(ax_show_number(score, "peerExpectedCostFen") / FEN_IN_YUAN, false, peers));
    (void)fputc('\n', stdout);
    if (ax_page_is(score, "provenance", "ours")) {
        (void)printf("  %s\n", ax_word_text(page->cli, AX_WORD_MODEL_OURS));
    }
}
