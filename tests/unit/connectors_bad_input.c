/* SPDX-License-Identifier: Apache-2.0 */
/* Every kind of bad input: the row, the field, the value and the rule are named, and the rows beside it are facts. */
#include "connectors/connector.h"

#include "base/file.h"
#include "tests/unit/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define HEADER \
    "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),法定代表人,法定代表人证件号码," \
    "行政处罚决定书文号,违法事实,处罚类别," \
    "罚款金额(万元),处罚决定日期,处罚机关,处罚机关统一社会信用代码\n"
#define WIDE_HEADER \
    "行政相对人名称,行政相对人类别,行政相对人代码_1（统一社会信用代码）,法定代表人,法定代表人证件号码," \
    "行政处罚决定书文号,违法事实,处罚类别," \
    "罚款金额（万元）,处罚决定日期,处罚机关,处罚机关统一社会信用代码\n"
#define ROW(code, person, document, fact, category, fine, day) \
    "示例煤业有限公司,法人及非法人组织," code "," person ",11010519491231002X," document "," fact "," category \
    "," fine "," day ",示例市应急管理局,\n"
#define GOOD(document) ROW("91140100MA0HH0013W", "示例甲", document, "示例", "罚款", "5", "2024-03-01")
#define BAD_CODE(code) HEADER GOOD("1号") ROW(code, "示例甲", "2号", "示例", "罚款", "5", "2024-03-01") GOOD("3号")
#define BAD_CELLS(fact, category, fine, day) \
    HEADER GOOD("1号") ROW("91140100MA0HH0013W", "示例甲", "2号", fact, category, fine, day) GOOD("3号")

enum { ITEMS_MAX = 16, TODAY = 20000 /* 2024-10-04 */ };

struct outcome {
    struct ax_arena arena;
    ax_rc opened;
    struct ax_err open_error;
    struct ax_source_item items[ITEMS_MAX];
    size_t count;
    size_t facts;
    size_t rejects;
    struct ax_source_item *reject; /* the first */
    char system[32];
};

static void read_bytes(struct outcome *o, const void *bytes, size_t len, const char *system)
{
    char path[] = "/tmp/ax_bad_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    assert_true(ax_ok(ax_file_write(path, ax_str_of(bytes, len), 0600, NULL)));
    *o = (struct outcome){0};
    ax_arena_init(&o->arena, 64 << 10, 16 << 20);
    struct ax_source_options options = {.path = path, .system = system, .today = TODAY};
    struct ax_source_reader *reader;
    o->opened = ax_source_open(&options, &reader, &o->open_error);
    while (ax_ok(o->opened)) {
        assert_true(o->count < ITEMS_MAX);
        struct ax_source_item *item = &o->items[o->count];
        struct ax_err err;
        assert_true(ax_ok(ax_source_next(reader, &o->arena, item, &err)));
        if (item->kind == AX_SOURCE_END) {
            break;
        }
        o->count++;
        o->facts += item->fact_count;
        if (item->kind == AX_SOURCE_REJECT) {
            o->rejects++;
            o->reject = o->reject == NULL ? item : o->reject;
        }
    }
    if (ax_ok(o->opened)) {
        (void)snprintf(o->system, sizeof o->system, "%s", ax_source_system(reader));
        ax_source_close(reader);
    }
    (void)unlink(path);
}

static void read_text(struct outcome *o, const char *text)
{
    read_bytes(o, text, strlen(text), NULL);
}

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

static bool content_has(const struct ax_source_item *item, const char *part)
{
    return ax_str_find(item->content, ax_str_c(part), NULL);
}

/* One reject in the middle of good rows; its masked bytes name nobody. */
static void one_reject(struct outcome *o, uint64_t row, const char *field, const char *value, const char *rule)
{
    assert_true(ax_ok(o->opened));
    assert_int_equal(o->rejects, 1);
    assert_int_equal(o->facts, 2);
    const struct ax_source_item *r = o->reject;
    print_message("row %llu: %s: %s (%s)\n", (unsigned long long)r->row, r->error.field, r->error.text, r->error.value);
    assert_int_equal(r->row, row);
    assert_true(has(r->error.field, field));
    assert_true(has(r->error.value, value));
    assert_true(has(r->error.text, rule));
    assert_true(ax_str_starts(r->header, AX_STR("行政相对人名称")));
    assert_true(content_has(r, "示例煤业有限公司") || content_has(r, "***"));
    assert_false(content_has(r, "示例甲"));
    assert_false(content_has(r, "11010519491231002X"));
    ax_arena_deinit(&o->arena);
}

static void wrong_check_character(void **state)
{
    (void)state;
    struct outcome o;
    read_text(&o, BAD_CODE("91140100MA0HH0013X"));
    one_reject(&o, 2, "enterprise/行政相对人代码_1", "91140100MA0HH0013X", "GB 32100");
}

/* The official layout of 2018 has full-width brackets: what is said of a row stays UTF-8, however long the column's name. */
static void full_width_brackets(void **state)
{
    (void)state;
    static const char *const codes[] = {"91140100MA0HH0013X", "00000000000000000X"};
    for (size_t i = 0; i < 2; i++) {
        struct outcome o;
        struct ax_buf text;
        ax_buf_init(&text, 1 << 20);
        ax_buf_printf(&text, "%s", WIDE_HEADER GOOD("1号"));
        ax_buf_printf(&text, "示例煤业有限公司,法人及非法人组织,%s,示例甲,,2号,示例,罚款,5,2024-03-01,示例,\n%s",
                codes[i], GOOD("3号"));
        read_bytes(&o, text.ptr, text.len, NULL);
        assert_true(ax_utf8_valid(ax_str_c(o.reject->error.field)));
        one_reject(&o, 2, "enterprise/行政相对人代码_1（统一社会信用代码）", codes[i], "");
        ax_buf_deinit(&text);
    }
}

static void placeholder_code(void **state)
{
    (void)state;
    struct outcome o;
    read_text(&o, BAD_CODE("00000000000000000X"));
    one_reject(&o, 2, "enterprise", "00000000000000000X", "placeholder");
}

static void missing_code(void **state)
{
    (void)state;
    struct outcome o;
    read_text(&o, BAD_CODE(""));
    one_reject(&o, 2, "行政相对人代码_1", "", "must be given");
}

static void impossible_date(void **state)
{
    (void)state;
    struct outcome o;
    read_text(&o, BAD_CELLS("示例", "罚款", "5", "2023-02-29"));
    one_reject(&o, 2, "decided_on/处罚决定日期", "2023-02-29", "day of the calendar");
}

static void after_today(void **state)
{
    (void)state;
    struct outcome o;
    read_text(&o, BAD_CELLS("示例", "罚款", "5", "2024-10-05"));
    one_reject(&o, 2, "处罚决定日期", "2024-10-05", "not after today");
    read_text(&o, BAD_CELLS("示例", "罚款", "5", "2024-10-04"));
    assert_int_equal(o.facts, 3);
    ax_arena_deinit(&o.arena);
}

static void negative_money(void **state)
{
    (void)state;
    struct outcome o;
    read_text(&o, BAD_CELLS("示例", "罚款", "-0.5", "2024-03-01"));
    one_reject(&o, 2, "fine_fen/罚款金额(万元)", "-0.5", "negative");
}

static void seven_decimals(void **state)
{
    (void)state;
    struct outcome o;
    read_text(&o, BAD_CELLS("示例", "罚款", "0.0000001", "2024-03-01"));
    one_reject(&o, 2, "fine_fen/罚款金额(万元)", "0.0000001", "six decimals");
    read_text(&o, BAD_CELLS("示例", "罚款", "0.000001", "2024-03-01"));
    assert_int_equal(o.facts, 3);
    assert_int_equal(o.items[1].facts[0].enforcement_penalty.fine_fen, 1);
    ax_arena_deinit(&o.arena);
}

static void unknown_enum(void **state)
{
    (void)state;
    struct outcome o;
    read_text(&o, BAD_CELLS("示例", "罚款；鞭刑", "5", "2024-03-01"));
    one_reject(&o, 2, "categories/处罚类别", "鞭刑", "known are");
}

static void oversized_text(void **state)
{
    (void)state;
    struct outcome o;
    struct ax_buf text;
    ax_buf_init(&text, 1 << 20);
    ax_buf_printf(&text, "%s", HEADER GOOD("1号"));
    ax_buf_printf(&text, "示例煤业有限公司,法人及非法人组织,91140100MA0HH0013W,示例甲,,2号,");
    for (int i = 0; i < 5001; i++) {
        ax_buf_put_str(&text, AX_STR("长"));
    }
    ax_buf_printf(&text, ",罚款,5,2024-03-01,示例市应急管理局,\n%s", GOOD("3号"));
    read_bytes(&o, text.ptr, text.len, NULL);
    one_reject(&o, 2, "violation/违法事实", "长", "at most 5000 characters");
    ax_buf_deinit(&text);
}

static void oversized_row(void **state)
{
    (void)state;
    struct outcome o;
    struct ax_buf text;
    ax_buf_init(&text, 1 << 20);
    ax_buf_printf(&text, "%s", HEADER GOOD("1号"));
    ax_buf_printf(&text, "示例煤业有限公司,法人及非法人组织,91140100MA0HH0013W,示例甲,,2号,");
    for (int i = 0; i < 200000; i++) {
        ax_buf_put_str(&text, AX_STR("长"));
    }
    ax_buf_printf(&text, ",罚款,5,2024-03-01,示例市应急管理局,\n%s", GOOD("3号"));
    read_bytes(&o, text.ptr, text.len, NULL);
    assert_true(o.reject->content.len <= AX_SOURCE_ROW_MAX_BYTES);
    one_reject(&o, 2, "", "", "64 KiB");
    ax_buf_deinit(&text);
}

static void invalid_utf8(void **state)
{
    (void)state;
    struct outcome o;
    read_text(&o, BAD_CELLS("\xC3\x28", "罚款", "5", "2024-03-01"));
    assert_true(content_has(o.reject, "\xC3\x28"));
    one_reject(&o, 2, "违法事实", "", "must be UTF-8");
}

static void nul(void **state)
{
    (void)state;
    struct outcome o;
    static const char text[] = BAD_CELLS("a\0b", "罚款", "5", "2024-03-01");
    read_bytes(&o, text, sizeof text - 1, NULL);
    one_reject(&o, 2, "违法事实", "a", "NUL");
}

static void natural_person(void **state)
{
    (void)state;
    struct outcome o;
    read_text(&o, HEADER GOOD("1号") "示例甲,自然人,,,11010519491231002X,2号,示例甲违法,罚款,0.1,2024-03-01,"
                                     "示例市应急管理局,\n" GOOD("3号"));
    one_reject(&o, 2, "行政相对人类别", "", "natural person");
}

static void too_few_columns(void **state)
{
    (void)state;
    struct outcome o;
    read_text(&o,
            HEADER GOOD("1号") "示例煤业有限公司,法人及非法人组织,91140100MA0HH0013W,示例甲,11010519491231002X\n" GOOD(
                    "3号"));
    one_reject(&o, 2, "", "", "has 5 columns, the header has 12");
}

/* A cell too many before the personal ones shifts them: their neighbours are masked, too. */
static void too_many_columns(void **state)
{
    (void)state;
    struct outcome o;
    read_text(&o, HEADER GOOD("1号") "示例煤业有限公司,x,法人及非法人组织,91140100MA0HH0013W,示例甲,11010519491231002X,"
                                     "2号,示例,罚款,5,2024-03-01,示例,\n" GOOD("3号"));
    one_reject(&o, 2, "", "", "has 13 columns, the header has 12");
}

static void half_a_line_at_the_end(void **state)
{
    (void)state;
    struct outcome o;
    read_text(&o, HEADER GOOD("1号") GOOD("2号") "示例煤业有限公司,法人及非法人组织,91140100MA0HH00");
    one_reject(&o, 3, "", "", "the file ends inside a row");
    read_text(&o, HEADER GOOD("1号") GOOD("2号") "示例煤业有限公司,法人及非法人组织,91140100MA0HH0013W,示例甲,1,\"3号");
    one_reject(&o, 3, "", "", "the file ends inside a row");
}

/* Without its line end, but all there. */
static void last_line_without_line_end(void **state)
{
    (void)state;
    struct outcome o;
    static const char text[] = HEADER GOOD("1号") GOOD("2号");
    read_bytes(&o, text, sizeof text - 2, NULL);
    assert_int_equal(o.facts, 2);
    assert_int_equal(o.rejects, 0);
    ax_arena_deinit(&o.arena);
}

/* An open quote takes no other row with it. */
static void a_quote_that_is_never_closed(void **state)
{
    (void)state;
    struct outcome o;
    read_text(&o, HEADER GOOD("1号") ROW("91140100MA0HH0013W", "示例甲", "2号", "\"示例", "罚款", "5", "2024-03-01")
                          GOOD("3号"));
    one_reject(&o, 2, "", "", "quote");
}

static void line_ends_and_quotes(void **state)
{
    (void)state;
    struct outcome o;
    read_text(&o, "\xEF\xBB\xBF\r\nkind,source,reference,enterprise,occurred_on,statement.target_source,statement."
                  "target_reference,"
                  "statement.text\r\n"
                  "statement,own,1,91140100MA0HH0013W,2024-01-01,a,b,\"one, \"\"two\"\"\r\nthree\"\r\n\r\n"
                  "statement,own,2,91140100MA0HH0013W,,a,b,\r\n");
    assert_int_equal(o.rejects, 0);
    assert_int_equal(o.facts, 2);
    assert_string_equal(o.system, "anxin-facts");
    ax_str text = o.items[0].facts[0].statement.text;
    assert_true(ax_str_eq(text, AX_STR("one, \"two\"  three")));
    assert_int_equal(o.items[1].line, 6);
    ax_arena_deinit(&o.arena);
}

static void header_is_refused(const char *text, const char *value, const char *rule)
{
    struct outcome o;
    read_text(&o, text);
    assert_true(ax_ok(o.opened));
    assert_int_equal(o.facts, 0);
    assert_int_equal(o.rejects, 1);
    assert_int_equal(o.reject->row, 0);
    assert_true(has(o.reject->error.value, value) || has(o.reject->error.field, value));
    assert_true(has(o.reject->error.text, rule));
    assert_false(content_has(o.reject, "示例甲"));
    ax_arena_deinit(&o.arena);
}

static void unknown_columns(void **state)
{
    (void)state;
    header_is_refused("mine_id,year,quarter,violations,days_lost,days_restricted,deaths,perm_disab,colour\n1,2009,1,1,"
                      "0,0,0,0,red\n",
            "colour", "unknown column; msha/mine_quarter knows: mine_id, year");
    header_is_refused("mine_id,year,quarter,violations,days_lost,days_restricted,deaths\n1,2009,1,1,0,0,0\n",
            "perm_disab", "lacks this column");
    header_is_refused("mine_id,mine_id,name,in_eia_coal\n1,1,a,0\n", "mine_id", "twice");
    header_is_refused("kind,source,reference,enterprise,accident.colour\n", "accident.colour", "unknown column");
}

static void a_share_of_nothing(void **state)
{
    (void)state;
    struct outcome o;
    read_text(&o, "kind,source,reference,enterprise,occurred_on,accident.accident_id,accident.share_percent,accident."
                  "liability\n"
                  "accident,own,1,91140100MA0HH0013W,2024-01-01,a,0,MAIN\n"
                  "accident,own,2,91140100MA0HH0013W,2024-01-01,a,0,NONE\naccident,own,3,91140100MA0HH0013W,2024-01-01,"
                  "a,,MAIN\n");
    assert_int_equal(o.rejects, 1);
    assert_int_equal(o.facts, 2);
    assert_string_equal(o.reject->error.field, "accident.share_percent");
    assert_string_equal(o.reject->error.value, "0");
    assert_true(has(o.reject->error.text, "not liable"));
    ax_arena_deinit(&o.arena);
}

static void no_system_has_such_columns(void **state)
{
    (void)state;
    struct outcome o;
    read_text(&o, "a,b,c\n1,2,3\n");
    assert_int_equal(o.opened.code, AX_INVALID);
    assert_true(has(o.open_error.text, "creditchina, exposure, indicators, msha"));
    ax_arena_deinit(&o.arena);
    read_bytes(&o, "a\n", 2, "nowhere");
    assert_int_equal(o.opened.code, AX_INVALID);
    assert_true(has(o.open_error.value, "nowhere"));
    ax_arena_deinit(&o.arena);
}

static void file_is_refused(const void *bytes, size_t len, const char *rule)
{
    struct outcome o;
    read_bytes(&o, bytes, len, NULL);
    assert_int_equal(o.opened.code, AX_INVALID);
    assert_string_equal(o.open_error.field, "file");
    assert_true(has(o.open_error.text, rule));
    ax_arena_deinit(&o.arena);
}

static void empty_file(void **state)
{
    (void)state;
    file_is_refused("", 0, "is empty");
    file_is_refused("\n\r\n\n", 4, "is empty");
}

static void length_prefix_of_2_gib(void **state)
{
    (void)state;
    file_is_refused("\x00\x00\x00\x00\x80", 5, "is no text");
    file_is_refused("\x80\x00\x00\x00 abc\n", 9, "is no text");
    file_is_refused("\xFF\xFE"
                    "a\0b\0",
            6, "UTF-16");
}

static void directory(void **state)
{
    (void)state;
    struct ax_source_options options = {.path = "/tmp", .today = TODAY};
    struct ax_source_reader *reader;
    struct ax_err err;
    assert_int_equal(ax_source_open(&options, &reader, &err).code, AX_INVALID);
    assert_true(has(err.text, "directory"));
    options.path = "/nowhere/at/all.csv";
    assert_int_equal(ax_source_open(&options, &reader, &err).code, AX_NOT_FOUND);
    assert_true(has(err.value, "/nowhere/at/all.csv"));
}

static void json_lines(void **state)
{
    (void)state;
    struct outcome o;
    read_text(&o, "{\"source\":\"own\",\"reference\":\"1\",\"enterprise\":\"91140100MA0HH0013W\",\"occurredOn\":\"2024-"
                  "01-01\","
                  "\"accident\":{\"accidentId\":\"a\",\"deaths\":1}}\n"
                  "{\"source\":\"own\",\"colour\":1}\n"
                  "{\"source\":\"own\"\n"
                  "{\"source\":\"own\",\"reference\":\"2\",\"enterprise\":\"91140100MA0HH0013W\",\"occurredOn\":\"2024-"
                  "01-01\","
                  "\"accident\":{\"accidentId\":\"a\",\"grade\":\"HUGE\"}}");
    assert_int_equal(o.facts, 1);
    assert_int_equal(o.rejects, 3);
    assert_int_equal(o.items[0].facts[0].revision, 1);
    assert_true(has(o.items[1].error.field, "colour"));
    assert_true(has(o.items[3].error.value, "HUGE"));
    assert_string_equal(o.system, "jsonl");
    ax_arena_deinit(&o.arena);
}

#define JSON_FACT(text) \
    "{\"source\":\"own\",\"reference\":\"1\",\"enterprise\":\"91140100MA0HH0013W\",\"occurredOn\":\"2024-01-01\"," \
    "\"enforcementPenalty\":{\"documentNumber\":\"d\",\"authority\":\"a\",\"tier\":\"PENALTY_TIER_GENERAL\"," \
    "\"violation\":\"" text "\"}}\n"

/* Members of a rejected line of JSON are replaced by their path, in either spelling. */
static void json_lines_are_mended(void **state)
{
    (void)state;
    struct outcome o;
    struct ax_source_item item;
    struct ax_err err;
    read_text(&o,
            "{\"source\":\"own\",\"reference\":\"1\",\"enterprise\":\"91140100MA0HH0013W\",\"occurredOn\":\"2024-02-"
            "30\",\"enforcementPenalty\":{\"documentNumber\":\"d\",\"authority\":\"a\",\"tier\":\"HUGE\"}}\n");
    assert_int_equal(o.rejects, 1);
    const struct ax_source_override mends[] = {
            {AX_STR("occurred_on"), AX_STR("2024-02-29")},
            {AX_STR("enforcementPenalty.tier"), AX_STR("PENALTY_TIER_SERIOUS")},
            {AX_STR("enforcement_penalty.fine_fen"), AX_STR("500")},
            {AX_STR("enforcementPenalty.categories"), AX_STR("[2]")},
            {AX_STR("enforcement_penalty.authority"), AX_STR("")},
    };
    assert_true(
            ax_ok(ax_source_row("jsonl", AX_STR(""), o.reject->content, mends, 5, 0, TODAY, &o.arena, &item, &err)));
    assert_int_equal(item.kind, AX_SOURCE_FACTS);
    assert_int_equal(item.facts[0].occurred_on, 19782);
    assert_int_equal(item.facts[0].enforcement_penalty.tier, AX_PENALTY_TIER_SERIOUS);
    assert_int_equal(item.facts[0].enforcement_penalty.fine_fen, 500);
    assert_int_equal(item.facts[0].enforcement_penalty.authority.len, 0);
    const struct ax_source_override wrong = {AX_STR("enforcementPenalty.colour"), AX_STR("red")};
    assert_int_equal(
            ax_source_row("jsonl", AX_STR(""), o.reject->content, &wrong, 1, 0, TODAY, &o.arena, &item, &err).code,
            AX_INVALID);
    assert_string_equal(err.value, "enforcementPenalty.colour");
    ax_arena_deinit(&o.arena);
}

/* Identity numbers in sentences, in facts and in rejects alike; the number of a document stays what it is. */
static void identity_numbers_in_free_text(void **state)
{
    (void)state;
    struct outcome o;
    read_text(&o, HEADER ROW("91140100MA0HH0013W", "示例甲", "2号", "作业人员11010519491231002X违章", "罚款", "5",
                          "2024-03-01") ROW("91140100MA0HH0013W", "示例甲", "2号", "作业人员11010519491231002X违章",
                          "罚款", "x", "2024-03-01"));
    assert_true(ax_str_eq(o.items[0].facts[0].enforcement_penalty.violation, AX_STR("作业人员110105************违章")));
    assert_true(content_has(o.reject, "作业人员110105************违章"));
    ax_arena_deinit(&o.arena);
    read_text(&o, JSON_FACT("作业人员11010519491231002X违章") "{\"source\":\"11010519491231002X\"}\n");
    assert_true(ax_str_eq(o.items[0].facts[0].enforcement_penalty.violation, AX_STR("作业人员110105************违章")));
    assert_true(content_has(o.reject, "110105************"));
    ax_arena_deinit(&o.arena);
}

/* AX_LIMIT is no loss: the row comes again once there is room. */
static void a_full_arena_loses_no_row(void **state)
{
    (void)state;
    struct ax_source_options options = {.path = "connectors/systems/msha/sample/mine_quarter.csv", .today = TODAY};
    struct ax_source_reader *reader;
    struct ax_arena arena;
    struct ax_source_item item;
    struct ax_err err;
    size_t facts = 0;
    size_t full = 0;
    ax_arena_init(&arena, 1 << 10, 9 << 10);
    assert_true(ax_ok(ax_source_open(&options, &reader, &err)));
    for (item.kind = AX_SOURCE_FACTS; item.kind != AX_SOURCE_END;) {
        ax_rc rc = ax_source_next(reader, &arena, &item, &err);
        if (rc.code == AX_LIMIT) {
            full++;
            ax_arena_reset(&arena);
            continue;
        }
        assert_true(ax_ok(rc));
        facts += item.fact_count;
    }
    assert_int_equal(facts, 4);
    assert_true(full > 0);
    ax_source_close(reader);
    ax_arena_deinit(&arena);
}

/* What was refused can be mapped again from what was kept of it, one cell put right. */
static void a_reject_is_mapped_again(void **state)
{
    (void)state;
    struct outcome o;
    struct ax_source_item item;
    struct ax_err err;
    read_text(&o, BAD_CELLS("示例", "罚款", "5", "2023-02-29"));
    const struct ax_source_override mended[] = {{AX_STR("CF_JDRQ"), AX_STR("2023-02-28")}};
    assert_true(ax_ok(ax_source_row(
            "creditchina", o.reject->header, o.reject->content, NULL, 0, 0, TODAY, &o.arena, &item, &err)));
    assert_int_equal(item.kind, AX_SOURCE_REJECT);
    assert_true(ax_ok(ax_source_row(
            "creditchina", o.reject->header, o.reject->content, mended, 1, 0, TODAY, &o.arena, &item, &err)));
    assert_int_equal(item.kind, AX_SOURCE_FACTS);
    assert_int_equal(item.facts[0].decided_on, ax_day_of(2023, 2, 28));
    const struct ax_source_override unknown[] = {{AX_STR("星座"), AX_STR("x")}};
    assert_int_equal(ax_source_row("creditchina", o.reject->header, o.reject->content, unknown, 1, 0, TODAY, &o.arena,
                             &item, &err)
                             .code,
            AX_INVALID);
    ax_arena_deinit(&o.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(wrong_check_character),
            cmocka_unit_test(full_width_brackets),
            cmocka_unit_test(placeholder_code),
            cmocka_unit_test(missing_code),
            cmocka_unit_test(impossible_date),
            cmocka_unit_test(after_today),
            cmocka_unit_test(negative_money),
            cmocka_unit_test(seven_decimals),
            cmocka_unit_test(unknown_enum),
            cmocka_unit_test(oversized_text),
            cmocka_unit_test(oversized_row),
            cmocka_unit_test(invalid_utf8),
            cmocka_unit_test(nul),
            cmocka_unit_test(natural_person),
            cmocka_unit_test(too_few_columns),
            cmocka_unit_test(too_many_columns),
            cmocka_unit_test(half_a_line_at_the_end),
            cmocka_unit_test(last_line_without_line_end),
            cmocka_unit_test(a_quote_that_is_never_closed),
            cmocka_unit_test(line_ends_and_quotes),
            cmocka_unit_test(unknown_columns),
            cmocka_unit_test(a_share_of_nothing),
            cmocka_unit_test(no_system_has_such_columns),
            cmocka_unit_test(empty_file),
            cmocka_unit_test(length_prefix_of_2_gib),
            cmocka_unit_test(directory),
            cmocka_unit_test(json_lines),
            cmocka_unit_test(json_lines_are_mended),
            cmocka_unit_test(identity_numbers_in_free_text),
            cmocka_unit_test(a_full_arena_loses_no_row),
            cmocka_unit_test(a_reject_is_mapped_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
