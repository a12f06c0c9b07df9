/* SPDX-License-Identifier: Apache-2.0 */
/* The explanation's page, in both languages, of an answer that a deployment gave to made-up facts (tests/e2e/explain.py).
 * Run from the top of the tree; with AX_GOLDEN_WRITE set it writes the pages anew, to be read before they are kept. */
#include "services/anxin/page.h"
#include "tests/unit/t.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FOLDER "tests/unit/page/"

enum { PAGE_MAX_BYTES = 1 << 20 };

static char said[PAGE_MAX_BYTES];
static char kept[PAGE_MAX_BYTES];

static void read_all(FILE *file, char *out)
{
    size_t len = fread(out, 1, PAGE_MAX_BYTES - 1, file);
    assert_true(len < PAGE_MAX_BYTES - 1);
    out[len] = '\0';
}

/* What is put on stdout meanwhile. */
static bool all; /* also facts that do not count */

static void catch_page(const struct ax_cli *cli, const json_t *answer)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    (void)fflush(stdout);
    int before = dup(STDOUT_FILENO);
    assert_true(before >= 0 && dup2(fileno(file), STDOUT_FILENO) >= 0);
    ax_page_show(cli, answer, all);
    (void)fflush(stdout);
    assert_true(dup2(before, STDOUT_FILENO) >= 0);
    (void)close(before);
    rewind(file);
    read_all(file, said);
    (void)fclose(file);
}

static void compare(const char *name, bool chinese, const json_t *answer)
{
    struct ax_cli cli = {.command = "rating", .chinese = chinese};
    bool write_anew = getenv("AX_GOLDEN_WRITE") != NULL;
    catch_page(&cli, answer);
    FILE *file = fopen(name, write_anew ? "wb" : "rb");
    assert_non_null(file);
    if (write_anew) {
        (void)fputs(said, file);
    } else {
        read_all(file, kept);
        assert_string_equal(said, kept);
    }
    (void)fclose(file);
}

static json_t *answer_of(void)
{
    json_error_t error;
    json_t *answer = json_load_file(FOLDER "answer.json", 0, &error);
    assert_non_null(answer);
    return answer;
}

static void the_page_in_both_languages(void **state)
{
    (void)state;
    json_t *answer = answer_of();
    compare(FOLDER "en.txt", false, answer);
    compare(FOLDER "zh.txt", true, answer);
    json_decref(answer);
}

static bool says(const json_t *answer, bool chinese, const char *text)
{
    struct ax_cli cli = {.command = "rating", .chinese = chinese};
    catch_page(&cli, answer);
    return strstr(said, text) != NULL;
}

/* Nobody is praised for what was not reported. */
static void silence_is_no_praise(void **state)
{
    (void)state;
    json_t *answer = answer_of();
    json_t *rating = json_object_get(answer, "rating");
    assert_true(says(answer, false, "Of 100 of its peers"));
    assert_int_equal(json_object_set_new(rating, "silent", json_true()), 0);
    assert_true(says(answer, false, "not the same as nothing happened"));
    assert_true(says(answer, true, "没有上报不等于没有发生"));
    assert_false(says(answer, false, "Of 100 of its peers"));
    assert_false(says(answer, true, "家同行中有"));
    for (int ppm = 100000; ppm < 1000000; ppm += 400000) { /* what is believed is silence, not a record */
        assert_int_equal(json_object_set_new(rating, "credibilityPpm", json_integer(ppm)), 0);
        assert_false(says(answer, false, "own record, about") || says(answer, false, "rests mostly on"));
        assert_false(says(answer, true, "依据企业自身记录") || says(answer, true, "依据自身记录"));
        assert_true(says(answer, false, "of which nothing is known but silence"));
        assert_true(says(answer, true, "除静默外并无记录"));
    }
    json_decref(answer);
}

/* Not rated, silent, estimated, no pack, no parameters: each is said and nothing is made up in its place. */
static void what_is_not_known_is_said(void **state)
{
    (void)state;
    json_t *answer = answer_of();
    json_t *rating = json_object_get(answer, "rating");
    assert_int_equal(json_object_del(rating, "riskScore"), 0);
    assert_int_equal(json_object_set_new(rating, "riskGrade", json_string("RISK_GRADE_NR")), 0);
    assert_int_equal(json_object_set_new(rating, "silent", json_true()), 0);
    assert_int_equal(json_object_set_new(rating, "exposureEstimated", json_true()), 0);
    assert_true(says(answer, false, "NR, not rated."));
    assert_true(says(answer, true, "NR（不予评分）"));
    assert_true(says(answer, false, "Silent: "));
    assert_true(says(answer, false, "Estimated: "));
    assert_false(says(answer, false, "Outlook"));
    assert_int_equal(json_object_del(answer, "score"), 0);
    assert_true(says(answer, false, "no parameters cover this enterprise"));
    assert_false(says(answer, false, "How the score came about"));
    assert_int_equal(json_object_set_new(rating, "level", json_string("LEVEL_UNRATED")), 0);
    assert_true(says(answer, true, "等级：未评"));
    json_decref(answer);
}

static void symbols_of_the_pack_stand_beside_the_level(void **state)
{
    (void)state;
    json_t *answer = answer_of();
    json_t *rating = json_object_get(answer, "rating");
    assert_int_equal(json_object_set_new(rating, "symbol", json_string("C-")), 0);
    assert_true(says(answer, false, "Level: C-, that is D (poor)"));
    assert_true(says(answer, true, "等级：C-，对应 D（差）"));
    json_decref(answer);
}

/* Every word has both languages, and the same places in both. */
static void every_word_is_in_both_languages(void **state)
{
    (void)state;
    const struct ax_cli en = {.chinese = false};
    const struct ax_cli zh = {.chinese = true};
    for (int word = 0; word < AX_WORD_COUNT; word++) {
        const char *a = ax_word_text(&en, (enum ax_word)word);
        const char *b = ax_word_text(&zh, (enum ax_word)word);
        assert_non_null(a);
        assert_non_null(b);
        assert_true(a[0] != '\0' && b[0] != '\0');
        for (const char *place = "1234"; *place != '\0'; place++) {
            char text[] = {'{', *place, '}', '\0'};
            assert_int_equal(strstr(a, text) != NULL, strstr(b, text) != NULL);
        }
    }
}

static json_t *find(const json_t *items, const char *name, const char *value)
{
    size_t i = 0;
    json_t *item = NULL;
    json_array_foreach(items, i, item)
    {
        if (strcmp(json_string_value(json_object_get(item, name)), value) == 0) {
            return item;
        }
    }
    return NULL;
}

static void set(json_t *object, const char *name, json_t *value)
{
    assert_int_equal(json_object_set_new(object, name, value), 0);
}

/* What was known at an instant, and another edition of the rules. */
static void what_it_is_made_by_is_said(void **state)
{
    (void)state;
    json_t *answer = answer_of();
    assert_false(says(answer, false, "By what was known at"));
    json_t *as_of = json_object_get(json_object_get(answer, "rating"), "asOf");
    set(as_of, "knownAtUs", json_string("1764547200000000"));
    assert_true(says(answer, false, "By what was known at 2025-12-01 08:00:00 UTC+8: what came to be known later"));
    assert_true(says(answer, true, "依据截至 2025-12-01 08:00:00 UTC+8 已知的事实"));
    json_t *next = json_array_get(json_object_get(answer, "upcoming"), 0);
    assert_false(says(answer, false, "by other rules"));
    set(next, "pack", json_string("shanxi-2027"));
    set(next, "packDigest", json_string("00ff"));
    assert_true(says(answer, false, "      by other rules: shanxi-2027 (of the packs 00ff)\n"));
    assert_true(says(answer, true, "规则更换：shanxi-2027（规则包 00ff）"));
    set(next, "pack", json_string(""));
    assert_true(says(answer, false, "no rule pack covers it any more"));
    json_decref(answer);
}

/* A penalty that is one event with its accident still has its clocks; one that was repaired, or that another source told, has
 * no row of its own. */
static void a_record_that_counts_for_nothing_lasts_too(void **state)
{
    (void)state;
    json_t *answer = answer_of();
    json_t *lines = json_object_get(answer, "lines");
    json_t *idle = find(lines, "reference", "工时2");
    json_t *other = find(lines, "reference", "工时1");
    const json_t *penalty = find(lines, "reference", "乙");
    assert_true(idle != NULL && other != NULL && penalty != NULL);
    static const char *const clocks[] = {"publishUntil", "useUntil", "archiveUntil"};
    for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
        set(idle, clocks[i], json_string("2027-11-06"));
        set(other, clocks[i], json_string("2027-11-06"));
    }
    set(idle, "factKind", json_string("enforcement_penalty"));
    set(idle, "subject", json_string("罚子号"));
    set(other, "factKind", json_string("enforcement_penalty"));
    set(other, "subject", json_string(json_string_value(json_object_get(penalty, "subject"))));
    assert_true(says(answer, false,
            "  penalty 罚子号                                    –             2027-11-06    2027-11-06"));
    assert_null(strstr(strstr(strstr(said, "REPAIR FROM"), "罚乙号") + 1, "罚乙号"));
    set(idle, "state", json_string("FACT_STATE_REPAIRED"));
    assert_false(says(answer, false, "罚子号"));
    json_decref(answer);
}

/* The facts are listed, and nothing is said of a table or of good and bad. */
static void what_no_pack_covers_is_said(void **state)
{
    (void)state;
    json_t *answer = answer_of();
    json_t *rating = json_object_get(answer, "rating");
    set(rating, "pack", json_string(""));
    set(rating, "level", json_string("LEVEL_UNRATED"));
    set(rating, "levelPoints", json_integer(0));
    set(rating, "symbol", json_string(""));
    json_t *lines = json_object_get(answer, "lines");
    size_t i = 0;
    json_t *line = NULL;
    json_array_foreach(lines, i, line)
    {
        set(line, "kind", json_string("LINE_KIND_NOT_COUNTED"));
        set(line, "titleEn", json_string("no rule pack rates it on this day"));
        set(line, "facts", json_integer(1));
    }
    assert_true(says(answer, false, "unrated: no rule pack covers its place and trade on this day"));
    assert_non_null(strstr(said, "15 facts are known, which no rule rates:\n"));
    assert_non_null(strstr(said, "    2026-08-30  hazard 隐患1  (no rule pack rates it on this day)\n"));
    assert_null(strstr(said, "nothing is known of it"));
    assert_null(strstr(said, "\n  = 0\n"));
    assert_null(strstr(said, "BASIS"));
    assert_true(says(answer, true, "没有适用于其地区和行业的规则包"));
    for (i = 0; i < 30; i++) {
        assert_int_equal(json_array_append(lines, json_array_get(lines, 0)), 0);
    }
    assert_true(says(answer, false, "    and 5 more (--all lists them).\n"));
    json_decref(answer);
}

/* Whichever of its lines has no last day. */
static void an_open_hazard_lasts_without_an_end(void **state)
{
    (void)state;
    static const char row[] = "  hazard 隐患1                                      –             –             –";
    json_t *answer = answer_of();
    json_t *first = find(json_object_get(answer, "lines"), "reference", "隐患1");
    assert_non_null(first);
    assert_true(says(answer, false, row));
    set(first, "countsUntil", json_string("2026-12-29"));
    assert_true(says(answer, false, row));
    json_decref(answer);
}

/* Each of very many once, whichever of its lines, or of another source, tells it. */
static void many_records_are_told_once_each(void **state)
{
    enum { MANY = 4000, LINES_OF_EACH = 2 };
    (void)state;
    json_t *answer = answer_of();
    json_t *lines = json_object_get(answer, "lines");
    const json_t *penalty = find(lines, "reference", "乙");
    assert_non_null(penalty);
    for (int i = 0; i < MANY * LINES_OF_EACH; i++) {
        char text[32];
        json_t *line = json_copy((json_t *)(uintptr_t)penalty);
        bool idle = i % LINES_OF_EACH > 0 && i % 3 == 0; /* then of another source */
        (void)snprintf(text, sizeof text, "%08x", i / LINES_OF_EACH + (idle ? MANY : 0));
        set(line, "factDigest", json_string(text));
        (void)snprintf(text, sizeof text, "罚%d号", i / LINES_OF_EACH);
        set(line, "subject", json_string(text));
        if (idle) {
            set(line, "kind", json_string("LINE_KIND_NOT_COUNTED"));
        }
        assert_int_equal(json_array_append_new(lines, line), 0);
    }
    assert_true(says(answer, false, "  3,965 more records (--json names them).\n"));
    json_decref(answer);
}

static void one_is_not_many(void **state)
{
    (void)state;
    json_t *answer = answer_of();
    json_t *rating = json_object_get(answer, "rating");
    json_t *lines = json_object_get(answer, "lines");
    assert_true(says(answer, false, "  10 facts; 1 of them made up"));
    assert_true(says(answer, false, "  4 more facts do not count on this day (--all lists them)."));
    set(rating, "facts", json_integer(1));
    for (size_t i = json_array_size(lines), idle = 0; i-- > 0;) {
        if (strcmp(json_string_value(json_object_get(json_array_get(lines, i), "kind")), "LINE_KIND_NOT_COUNTED") ==
                        0 &&
                idle++ > 0) {
            assert_int_equal(json_array_remove(lines, i), 0);
        }
    }
    assert_true(says(answer, false, "  1 fact; it is made up\n"));
    assert_true(says(answer, false, "  1 more fact does not count on this day (--all lists it)."));
    set(json_array_get(lines, json_array_size(lines) - 1), "factKind", json_string("repair"));
    all = true;
    assert_true(says(answer, false, "  1 more fact does not count on this day:\n"));
    assert_non_null(strstr(said, "request for repair of "));
    assert_true(says(answer, true, "信用修复申请，针对 "));
    all = false;
    json_decref(answer);
}

static void how_often_it_may_be_inspected(void **state)
{
    (void)state;
    json_t *answer = answer_of();
    assert_false(says(answer, false, "How often it may be inspected"));
    json_t *ceiling = json_pack("{s:i,s:i,s:i,s:s,s:s}", "inspectionsAtMost", 6, "visitsAtMost", 1,
            "inspectionsAtMostStopped", 4, "inspectionsLegalBasis", "山西省应急管理厅", "inspectionsProvenance", "S");
    assert_int_equal(json_object_update_new(answer, ceiling), 0);
    assert_true(says(answer, false, "At most 6 inspections and 1 visit a year.\n"));
    assert_true(says(answer, false, "Of one that has long stopped, at most 4 inspections.\n  山西省应急管理厅 ("));
    assert_true(says(answer, true, "每年执法检查不超过 6 次，入企指导不超过 1 次。"));
    assert_int_equal(json_object_set_new(answer, "inspectionsAtMostStopped", json_integer(0)), 0);
    assert_false(says(answer, true, "长期停产的"));
    json_decref(answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(the_page_in_both_languages),
            cmocka_unit_test(silence_is_no_praise),
            cmocka_unit_test(what_is_not_known_is_said),
            cmocka_unit_test(symbols_of_the_pack_stand_beside_the_level),
            cmocka_unit_test(every_word_is_in_both_languages),
            cmocka_unit_test(what_it_is_made_by_is_said),
            cmocka_unit_test(a_record_that_counts_for_nothing_lasts_too),
            cmocka_unit_test(an_open_hazard_lasts_without_an_end),
            cmocka_unit_test(what_no_pack_covers_is_said),
            cmocka_unit_test(how_often_it_may_be_inspected),
            cmocka_unit_test(many_records_are_told_once_each),
            cmocka_unit_test(one_is_not_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
