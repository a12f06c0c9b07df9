/* SPDX-License-Identifier: Apache-2.0 */
/* What cells say, and what must not be kept of them. */
#include "connectors/charset.h"
#include "connectors/convert.h"
#include "services/lib/wire/personal.h"
#include "base/csv.h"
#include "connectors/field.h"

#include "tests/unit/t.h"

static int64_t money(const char *text, int decimals)
{
    int64_t fen = -1;
    const char *rule = NULL;
    if (!ax_convert_money(ax_str_c(text), decimals, &fen, &rule)) {
        assert_non_null(rule);
        return -1;
    }
    return fen;
}

static void money_is_exact(void **state)
{
    (void)state;
    assert_int_equal(money("0", 6), 0);
    assert_int_equal(money("3.500001", 6), 3500001);
    assert_int_equal(money("0.000001", 6), 1);
    assert_int_equal(money("12", 6), 12000000);
    assert_int_equal(money("1,234.5", 6), 1234500000);
    assert_int_equal(money("9223372036853", 6), INT64_C(9223372036853000000));
    assert_int_equal(money("9223372036855", 6), -1);
    assert_int_equal(money("99999999999999999999", 6), -1);
    assert_int_equal(money("0.0000010", 6), -1); /* decimal(18,6) has no seventh place, not even a zero */
    assert_int_equal(money("-1", 6), -1);
    assert_int_equal(money("1.", 6), -1);
    assert_int_equal(money(".5", 6), -1);
    assert_int_equal(money("1e3", 6), -1);
    assert_int_equal(money("１", 6), -1);
    assert_int_equal(money("12.34", 2), 1234);
    assert_int_equal(money("12.345", 2), -1);
}

static void thousandths_and_percentages(void **state)
{
    (void)state;
    int64_t milli;
    uint32_t ppm;
    const char *rule;
    assert_true(ax_convert_milli(AX_STR("20.5"), &milli, &rule) && milli == 20500);
    assert_true(ax_convert_milli(AX_STR("0.001"), &milli, &rule) && milli == 1);
    assert_false(ax_convert_milli(AX_STR("0.0001"), &milli, &rule));
    assert_false(ax_convert_milli(AX_STR("-1"), &milli, &rule));
    assert_true(ax_convert_percent(AX_STR("4.25%"), &ppm, &rule) && ppm == 42500);
    assert_true(ax_convert_percent(AX_STR("100"), &ppm, &rule) && ppm == 1000000);
    assert_false(ax_convert_percent(AX_STR("100.0001"), &ppm, &rule));
    assert_false(ax_convert_percent(AX_STR("%"), &ppm, &rule));
}

static void counts_and_rounding(void **state)
{
    (void)state;
    uint64_t n;
    const char *rule;
    assert_true(ax_convert_count(AX_STR("110.0"), &n, &rule) && n == 110);
    assert_true(ax_convert_count(AX_STR("7"), &n, &rule) && n == 7);
    assert_false(ax_convert_count(AX_STR("7.5"), &n, &rule));
    assert_false(ax_convert_count(AX_STR("-7"), &n, &rule));
    assert_true(ax_convert_rounded(AX_STR("29781.5"), &n, &rule) && n == 29782);
    assert_true(ax_convert_rounded(AX_STR("29781.49"), &n, &rule) && n == 29781);
}

static void days_and_times(void **state)
{
    (void)state;
    int32_t day;
    int64_t seconds;
    const char *rule;
    static const char *const same[] = {
            "2016-11-05", "2016/11/5", "20161105", "2016年11月5日", "2016-11-05 00:00:00", "2016-11-05T23:59:59.123"};
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        assert_true(ax_convert_day(ax_str_c(same[i]), &day, &rule));
        assert_int_equal(day, ax_day_of(2016, 11, 5));
    }
    assert_false(ax_convert_day(AX_STR("2016-11-31"), &day, &rule));
    assert_false(ax_convert_day(AX_STR("2016-11-05 25:00"), &day, &rule));
    assert_true(ax_convert_timestamp(AX_STR("2016/11/05 09:30:00"), &seconds, &rule) && seconds == 1478338200);
    assert_true(ax_convert_timestamp(AX_STR("20161105093000"), &seconds, &rule) && seconds == 1478338200);
    assert_false(ax_convert_timestamp(AX_STR("yesterday"), &seconds, &rule));
}

static void codes_are_completed(void **state)
{
    (void)state;
    char code[19];
    const char *rule;
    assert_true(ax_convert_complete(AX_STR("91990000M4608436"), code, &rule));
    assert_string_equal(code, "91990000M46084369Y");
    assert_false(ax_convert_complete(AX_STR("91990000M460843"), code, &rule));
    assert_false(ax_convert_complete(AX_STR("91990000S4608436"), code, &rule));
}

static void identity_numbers_are_masked(void **state)
{
    (void)state;
    struct ax_arena arena;
    ax_str out;
    ax_arena_init(&arena, 1 << 12, 1 << 16);
    static const struct {
        const char *text;
        const char *masked;
    } cases[] = {
            {"姓名 11010519491231002X，代码 914403001922038216", "姓名 110105************，代码 914403001922038216"},
            {"11010519491231002x和11010519491231002X", "110105************和110105************"},
            {"110105194912310021", "110105194912310021"},   /* its check is wrong */
            {"111010519491231002X", "111010519491231002X"}, /* part of a longer number */
            {"110105202603010014", "110105202603010014"},   /* a number of a document, by its day */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        out = ax_str_c(cases[i].text);
        assert_true(ax_ok(ax_personal_mask(&out, &arena)));
        assert_true(ax_str_eq(out, ax_str_c(cases[i].masked)));
    }
    assert_true(ax_ok(ax_convert_line(AX_STR("一，\n二\t三"), &arena, &out)));
    assert_true(ax_str_eq(out, AX_STR("一， 二 三")));
    ax_arena_deinit(&arena);
}

static void spellings_of_a_column_are_one(void **state)
{
    (void)state;
    struct ax_arena arena;
    ax_str a;
    ax_str b;
    ax_arena_init(&arena, 1 << 12, 1 << 16);
    assert_true(ax_ok(ax_charset_fold(AX_STR("行政相对人代码＿1（统一社会信用代码）"), &arena, &a)));
    assert_true(ax_ok(ax_charset_fold(AX_STR("行政相对人代码-1 (统一社会信用代码)"), &arena, &b)));
    assert_true(ax_str_eq(a, b));
    assert_true(ax_ok(ax_charset_fold(AX_STR("ｃｆ_wsh"), &arena, &a)));
    assert_true(ax_str_eq(a, AX_STR("CFWSH")));
    ax_arena_deinit(&arena);
}

static void encodings_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(ax_charset_detect(AX_STR("mine_id,year")), AX_CHARSET_ASCII);
    assert_int_equal(ax_charset_detect(AX_STR("行政相对人名称")), AX_CHARSET_UTF8);
    assert_int_equal(
            ax_charset_detect(AX_STR("\xD0\xD0\xD5\xFE\xCF\xE0\xB6\xD4\xC8\xCB\xC3\xFB\xB3\xC6")), AX_CHARSET_GB18030);
    assert_int_equal(ax_charset_detect(AX_STR("行政\xFF相对人")), AX_CHARSET_UTF8);
    assert_int_equal(ax_charset_detect(AX_STR("a\xFF")), AX_CHARSET_UTF8);
}

static void cells_are_cut_and_put(void **state)
{
    (void)state;
    struct ax_arena arena;
    struct ax_csv_row row;
    struct ax_buf out;
    ax_arena_init(&arena, 1 << 12, 1 << 16);
    ax_buf_init(&out, 1024);
    assert_true(ax_ok(ax_csv_split(AX_STR("a,\"b,\"\"c\"\"\",,\"d\ne\",f\"g"), &arena, &row, NULL)));
    assert_int_equal(row.count, 5);
    assert_true(ax_str_eq(row.text[1], AX_STR("b,\"c\"")));
    assert_true(ax_str_eq(row.text[4], AX_STR("f\"g")));
    for (size_t i = 0; i < row.count; i++) {
        ax_csv_put(&out, row.text[i], i == 0);
    }
    struct ax_csv_row again;
    assert_true(ax_ok(ax_csv_split(ax_buf_str(&out), &arena, &again, NULL)));
    for (size_t i = 0; i < row.count; i++) {
        assert_true(ax_str_eq(row.text[i], again.text[i]));
    }
    assert_int_equal(ax_csv_split(AX_STR("\"a\"b,c"), &arena, &row, NULL).code, AX_INVALID);
    assert_true(ax_ok(ax_csv_split(AX_STR("a,\"b"), &arena, &row, NULL)));
    assert_true(row.open);
    ax_arena_deinit(&arena);
    ax_buf_deinit(&out);
}

static void several_values_in_a_cell(void **state)
{
    (void)state;
    ax_str text = AX_STR(" 警告；罚款 ;;　没收；");
    static const char *const wanted[] = {"警告", "罚款", "没收"};
    ax_str value;
    for (size_t i = 0; i < 3; i++) {
        assert_true(ax_field_next_value(&text, &value));
        assert_true(ax_str_eq(value, ax_str_c(wanted[i])));
    }
    assert_false(ax_field_next_value(&text, &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(money_is_exact),
            cmocka_unit_test(thousandths_and_percentages),
            cmocka_unit_test(counts_and_rounding),
            cmocka_unit_test(days_and_times),
            cmocka_unit_test(codes_are_completed),
            cmocka_unit_test(identity_numbers_are_masked),
            cmocka_unit_test(spellings_of_a_column_are_one),
            cmocka_unit_test(encodings_are_told_apart),
            cmocka_unit_test(cells_are_cut_and_put),
            cmocka_unit_test(several_values_in_a_cell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
