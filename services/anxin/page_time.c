/* SPDX-License-Identifier: Apache-2.0 */
/* What would raise the rating, what time alone will do to it, and how long each record lasts. */
#include <string.h>

#include "services/anxin/page.h"

enum {
    WIDTH_RECORD = 50,
    WIDTH_DAY = 14,
};

/* What an improvement would bring. */
static void put_gain(const struct ax_page *page, const json_t *item)
{
    char number[AX_PAGE_NUMBER_SIZE];
    long long points = ax_show_number(item, "levelPoints");
    long long score = ax_show_number(item, "scorePoints");
    bool moves = ax_show_text(item, "symbol")[0] != '\0' &&
                 !ax_page_is(page->rating, "symbol", ax_show_text(item, "symbol"));
    const char *between = "";
    if (moves) {
        ax_word_put(page->cli, AX_WORD_LEVEL_THEN, ax_page_symbol(page, item));
        between = ax_cli_text(page->cli, ", ", "，");
    }
    if (points != 0) {
        (void)fputs(between, stdout);
        ax_word_put(page->cli, AX_WORD_POINTS_GAINED, ax_page_number(points, true, number));
        between = ax_cli_text(page->cli, ", ", "，");
    }
    if (score != 0) {
        (void)fputs(between, stdout);
        ax_word_put(page->cli, AX_WORD_SCORE_GAINED, ax_page_number(score, true, number));
    } else if (!moves && points == 0 && !ax_page_is(item, "kind", "IMPROVEMENT_KIND_STATE_EXPOSURE") &&
               !ax_page_is(item, "kind", "IMPROVEMENT_KIND_PROVIDE")) {
        (void)fputs(ax_word_text(page->cli, AX_WORD_NOTHING_GAINED), stdout);
    }
}

/* Is there anything to say of what it would bring? Of what only makes the rating surer there is not. */
static bool gains(const struct ax_page *page, const json_t *item)
{
    bool moves = ax_show_text(item, "symbol")[0] != '\0' &&
                 !ax_page_is(page->rating, "symbol", ax_show_text(item, "symbol"));
    bool informs = ax_page_is(item, "kind", "IMPROVEMENT_KIND_STATE_EXPOSURE") ||
                   ax_page_is(item, "kind", "IMPROVEMENT_KIND_PROVIDE");
    return moves || ax_show_number(item, "levelPoints") != 0 || ax_show_number(item, "scorePoints") != 0 || !informs;
}

static void put_improvement(const struct ax_page *page, const json_t *item)
{
    const char *subject = ax_show_text(item, "subject");
    const char *from = ax_show_text(item, "from");
    (void)printf("  · %s", ax_page_text(page, item, "text"));
    if (subject[0] != '\0') {
        (void)printf("  %s  %s", subject, ax_show_text(item, "occurredOn"));
    }
    bool later = strcmp(from, ax_show_text(page->rating, "ratedOn")) > 0;
    if (gains(page, item) || later) {
        (void)fputs("\n      → ", stdout);
        put_gain(page, item);
    }
    if (later) {
        ax_word_put(page->cli, AX_WORD_FROM_DAY, from);
    }
    (void)fputc('\n', stdout);
}

void ax_page_raise(const struct ax_page *page)
{
    size_t i = 0;
    json_t *item = NULL;
    ax_page_head(page, AX_WORD_HEAD_RAISE);
    json_array_foreach(json_object_get(page->answer, "improvements"), i, item)
    {
        put_improvement(page, item);
    }
    if (i == 0) {
        (void)printf("  %s\n", ax_word_text(page->cli, AX_WORD_NO_RAISE));
    }
    if (json_is_true(json_object_get(page->answer, "improvementsLeftOff"))) {
        (void)printf("  %s\n", ax_word_text(page->cli, AX_WORD_RAISE_LEFT_OFF));
    }
}

/* Which rules make a change, one a line. */
static void put_differences(const struct ax_page *page, const json_t *change)
{
    size_t i = 0;
    json_t *d = NULL;
    json_array_foreach(json_object_get(change, "differences"), i, d)
    {
        char before[AX_PAGE_NUMBER_SIZE];
        char after[AX_PAGE_NUMBER_SIZE];
        bool held = json_is_true(json_object_get(d, "holdsBefore"));
        bool holds = json_is_true(json_object_get(d, "holdsAfter"));
        (void)fputs("      ", stdout);
        ax_word_put(page->cli,
                !holds  ? AX_WORD_RULE_ENDS
                : !held ? AX_WORD_RULE_BEGINS
                        : AX_WORD_RULE_CHANGES,
                ax_page_text(page, d, "title"), ax_page_number(ax_show_number(d, "pointsBefore"), true, before),
                ax_page_number(ax_show_number(d, "pointsAfter"), true, after));
        (void)fputc('\n', stdout);
    }
}

/* Whose rules rate from that day on, where they are others. */
static void put_edition(const struct ax_page *page, const json_t *change)
{
    const char *pack = ax_show_text(change, "pack");
    const char *digest = ax_show_text(change, "packDigest");
    if (digest[0] == '\0') {
        return;
    }
    (void)fputs("      ", stdout);
    if (pack[0] == '\0') {
        ax_word_put(page->cli, AX_WORD_EDITION_NONE, digest);
    } else {
        ax_word_put(page->cli, AX_WORD_EDITION, pack, digest);
    }
    (void)fputc('\n', stdout);
}

static bool same_level(const json_t *a, const json_t *b)
{
    return ax_page_is(a, "level", ax_show_text(b, "level")) &&
           ax_show_number(a, "levelPoints") == ax_show_number(b, "levelPoints");
}

/* Days on which level or points change; on others something else does, such as a note. */
static void put_changes(const struct ax_page *page)
{
    size_t i = 0;
    json_t *change = NULL;
    const json_t *before = page->rating;
    json_array_foreach(json_object_get(page->answer, "upcoming"), i, change)
    {
        char from[AX_PAGE_TEXT_SIZE];
        char to[AX_PAGE_TEXT_SIZE];
        (void)ax_page_standing(page, before, from);
        (void)ax_page_standing(page, change, to);
        if (i == 0) {
            (void)fputs("  ", stdout);
            ax_word_put(page->cli, AX_WORD_NEXT, ax_show_text(change, "on"), from, to);
            (void)fputc('\n', stdout);
            put_edition(page, change);
            put_differences(page, change);
        } else if (!same_level(before, change)) {
            (void)fputs("  ", stdout);
            ax_word_put(page->cli, AX_WORD_LATER, ax_show_text(change, "on"), to);
            (void)fputc('\n', stdout);
            put_edition(page, change);
        }
        before = change;
    }
    if (i == 0) {
        (void)printf("  %s\n", ax_word_text(page->cli, AX_WORD_NEVER));
    }
}

static void put_outlook(const struct ax_page *page, const json_t *score)
{
    static const struct {
        const char *outlook;
        enum ax_word word;
        bool negative;
    } outlooks[] = {
            {"OUTLOOK_POSITIVE", AX_WORD_OUTLOOK_POSITIVE, false},
            {"OUTLOOK_STABLE", AX_WORD_OUTLOOK_STABLE, false},
            {"OUTLOOK_NEGATIVE", AX_WORD_OUTLOOK_NEGATIVE, true},
    };
    char points[AX_PAGE_NUMBER_SIZE];
    char threshold[AX_PAGE_NUMBER_SIZE];
    for (size_t i = 0; i < sizeof outlooks / sizeof outlooks[0]; i++) {
        if (ax_page_is(score, "outlook", outlooks[i].outlook)) {
            long long from = ax_show_number(score, "outlookThreshold");
            (void)fputs("  ", stdout);
            ax_word_put(page->cli, outlooks[i].word,
                    ax_page_number(ax_show_number(score, "outlookPoints"), true, points),
                    ax_page_number(outlooks[i].negative ? -from : from, outlooks[i].word == AX_WORD_OUTLOOK_POSITIVE,
                            threshold));
            (void)fputc('\n', stdout);
        }
    }
}

void ax_page_time(const struct ax_page *page)
{
    const json_t *score = json_object_get(page->answer, "score");
    ax_page_head(page, AX_WORD_HEAD_TIME);
    put_changes(page);
    if (json_object_get(page->rating, "riskScore") == NULL) {
        return;
    }
    const char *on = ax_show_text(score, "nextGradeOn");
    (void)fputs("  ", stdout);
    bool best = strcmp(ax_page_grade(page->rating, "riskGrade"), "AAA") == 0;
    ax_word_put(page->cli,
            on[0] != '\0' ? AX_WORD_GRADE_ON
            : best        ? AX_WORD_GRADE_BEST
                          : AX_WORD_GRADE_NEVER,
            ax_page_grade(score, "nextGrade"), on);
    (void)fputc('\n', stdout);
    put_outlook(page, score);
}

/* A record whose clocks are known, or a hazard that is open, whose clocks do not run yet. One that counts for nothing is told as
 * long as it may be used where it is published or is an accident, such as the side of an event that the other outweighs. */
static bool is_record(const struct ax_page *page, const json_t *line)
{
    bool counts = !ax_page_is(line, "kind", "LINE_KIND_NOT_COUNTED");
    bool open = counts && ax_page_is(line, "factKind", "hazard") && ax_show_text(line, "countsUntil")[0] == '\0';
    bool known = ax_show_text(line, "publishUntil")[0] != '\0' || ax_show_text(line, "archiveUntil")[0] != '\0' ||
                 ax_show_text(line, "repairFrom")[0] != '\0' || open;
    if (!known || ax_show_text(line, "factDigest")[0] == '\0' || counts) {
        return known && ax_show_text(line, "factDigest")[0] != '\0';
    }
    static const char *const lifted[] = {"FACT_STATE_REPAIRED", "FACT_STATE_WITHDRAWN", "FACT_STATE_EXPIRED"};
    for (size_t i = 0; i < sizeof lifted / sizeof lifted[0]; i++) {
        if (ax_page_is(line, "state", lifted[i])) {
            return false;
        }
    }
    bool outlasts = ax_show_text(line, "publishUntil")[0] != '\0' || ax_page_is(line, "factKind", "accident");
    return outlasts && strcmp(ax_show_text(line, "useUntil"), ax_show_text(page->rating, "ratedOn")) >= 0;
}

/* Whether it was told before; now it is. */
static bool tell(json_t *told, const char *name)
{
    bool before = json_object_get(told, name) != NULL;
    int failed = before ? 0 : json_object_set_new_nocheck(told, name, json_true());
    AX_ASSERT(failed == 0);
    return before;
}

/* Which no line before it has told: neither of the fact nor, where it counts for nothing, of what another source reports as
 * well. `told` has a member for the fact of every record so far, and one for what it tells. */
static bool is_new_record(const struct ax_page *page, json_t *told, const json_t *line)
{
    char what[AX_PAGE_TEXT_SIZE];
    if (!is_record(page, line)) {
        return false;
    }
    (void)snprintf(what, sizeof what, "%s %s", ax_show_text(line, "factKind"), ax_show_text(line, "subject"));
    bool of_fact = tell(told, ax_show_text(line, "factDigest"));
    bool of_what = tell(told, what);
    return !of_fact && !(of_what && ax_page_is(line, "kind", "LINE_KIND_NOT_COUNTED"));
}

/* Until when a fact counts for anything: the last day of all its lines that count; "": one of them has none. */
static const char *counts_until(const json_t *lines, const json_t *line)
{
    size_t i = 0;
    json_t *other = NULL;
    const char *last = "";
    json_array_foreach(lines, i, other)
    {
        const char *until = ax_show_text(other, "countsUntil");
        if (!ax_page_is(other, "factDigest", ax_show_text(line, "factDigest"))) {
            continue;
        }
        if (until[0] == '\0' && !ax_page_is(other, "kind", "LINE_KIND_NOT_COUNTED")) {
            return "";
        }
        last = strcmp(until, last) > 0 ? until : last;
    }
    return last;
}

static void put_record(const struct ax_page *page, const json_t *lines, const json_t *line)
{
    char subject[AX_PAGE_TEXT_SIZE];
    const char *days[] = {counts_until(lines, line), ax_show_text(line, "publishUntil"), ax_show_text(line, "useUntil"),
            ax_show_text(line, "repairFrom")};
    (void)fputs("  ", stdout);
    struct ax_page_rest rest = {ax_page_cell(ax_page_subject(page, line, subject), WIDTH_RECORD), 2, WIDTH_RECORD};
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        ax_show_cell(days[i][0] == '\0' ? "–" : days[i], WIDTH_DAY);
    }
    const char *archive_until = ax_show_text(line, "archiveUntil");
    (void)puts(archive_until[0] == '\0' ? "–" : archive_until);
    ax_page_more(&rest, 1);
}

/* Those of the level and of the score: a record may count in one of them alone. */
static json_t *all_lines(const struct ax_page *page)
{
    json_t *lines = json_array();
    json_t *level = json_object_get(page->answer, "lines");
    json_t *score = json_object_get(json_object_get(page->answer, "score"), "lines");
    AX_ASSERT(lines != NULL && (level == NULL || json_array_extend(lines, level) == 0) &&
              (score == NULL || json_array_extend(lines, score) == 0));
    return lines;
}

void ax_page_clocks(const struct ax_page *page)
{
    static const enum ax_word columns[] = {
            AX_WORD_COLUMN_COUNTS, AX_WORD_COLUMN_PUBLISH, AX_WORD_COLUMN_USE, AX_WORD_COLUMN_REPAIR};
    size_t i = 0;
    json_t *line = NULL;
    long long records = 0;
    char number[AX_PAGE_NUMBER_SIZE];
    json_t *lines = all_lines(page);
    json_t *told = json_object();
    AX_ASSERT(told != NULL);
    json_array_foreach(lines, i, line)
    {
        if (!is_new_record(page, told, line) || records++ >= AX_PAGE_RECORDS) {
            continue;
        }
        if (records == 1) {
            ax_page_head(page, AX_WORD_HEAD_CLOCKS);
            (void)fputs("  ", stdout);
            ax_page_column(page, AX_WORD_COLUMN_RECORD, WIDTH_RECORD);
            for (size_t j = 0; j < sizeof columns / sizeof columns[0]; j++) {
                ax_page_column(page, columns[j], WIDTH_DAY);
            }
            (void)puts(ax_word_text(page->cli, AX_WORD_COLUMN_ARCHIVE));
        }
        put_record(page, lines, line);
    }
    json_decref(told);
    json_decref(lines);
    if (records > AX_PAGE_RECORDS) {
        (void)fputs("  ", stdout);
        ax_word_put(page->cli, AX_WORD_MORE_RECORDS, ax_page_number(records - AX_PAGE_RECORDS, false, number));
        (void)fputc('\n', stdout);
    }
}
