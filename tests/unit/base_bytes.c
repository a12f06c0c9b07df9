/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

#include "tests/unit/t.h"

#include <inttypes.h>
#include <stdio.h>

static void compares_and_cuts(void **state)
{
    (void)state;
    assert_true(ax_str_cmp(AX_STR("ab"), AX_STR("abc")) < 0);
    assert_true(ax_str_cmp(AX_STR("b"), AX_STR("abc")) > 0);
    assert_int_equal(ax_str_cmp((ax_str){NULL, 0}, AX_STR("")), 0);
    assert_true(ax_str_eq(ax_str_trim(AX_STR(" \t x y\r\n")), AX_STR("x y")));
    assert_int_equal(ax_str_trim(AX_STR("  ")).len, 0);
    assert_true(ax_str_starts(AX_STR("abc"), AX_STR("ab")) && !ax_str_starts(AX_STR("a"), AX_STR("ab")));
    assert_true(ax_str_ends(AX_STR("abc"), AX_STR("bc")) && !ax_str_ends(AX_STR("c"), AX_STR("bc")));
    size_t at = 99;
    assert_true(ax_str_find(AX_STR("hello"), AX_STR("ll"), &at));
    assert_int_equal(at, 2);
    assert_true(ax_str_find(AX_STR(""), AX_STR(""), &at));
    assert_false(ax_str_find((ax_str){NULL, 0}, AX_STR("x"), NULL));
}

static void splits(void **state)
{
    (void)state;
    ax_str rest = AX_STR("a,,b");
    assert_true(ax_str_eq(ax_str_split(&rest, ','), AX_STR("a")));
    assert_true(ax_str_eq(ax_str_split(&rest, ','), AX_STR("")));
    assert_true(ax_str_eq(ax_str_split(&rest, ','), AX_STR("b")));
    assert_int_equal(rest.len, 0);
    assert_int_equal(ax_str_split(&rest, ',').len, 0);
}

static void reads_decimals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int code;
        int64_t value;
    } rows[] = {
            {"0", AX_OK, 0},
            {"-0", AX_OK, 0},
            {"007", AX_OK, 7},
            {"9223372036854775807", AX_OK, INT64_MAX},
            {"-9223372036854775808", AX_OK, INT64_MIN},
            {"9223372036854775808", AX_RANGE, 0},
            {"-9223372036854775809", AX_RANGE, 0},
            {"99999999999999999999999", AX_RANGE, 0},
            {"", AX_INVALID, 0},
            {"-", AX_INVALID, 0},
            {"+1", AX_INVALID, 0},
            {" 1", AX_INVALID, 0},
            {"1 ", AX_INVALID, 0},
            {"1.0", AX_INVALID, 0},
            {"0x1", AX_INVALID, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t value = 0;
        assert_int_equal(ax_str_to_i64(ax_str_c(rows[i].text), &value).code, rows[i].code);
        assert_true(value == rows[i].value);
    }
}

static void knows_utf8(void **state)
{
    (void)state;
    static const char *const good[] = {"", "a", "安信", "\xF0\x9F\x98\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
            "\xF4\x8F\xBF\xBF", "\xC2\x80", "\xE0\xA0\x80", "\xF0\x90\x80\x80"};
    static const char *const bad[] = {"\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80",
            "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE5\xAE", "\xE5", "\xF0\x9F\x98",
            "\xE5\x41\x80", "\xFF"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(ax_utf8_valid(ax_str_c(good[i])));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(ax_utf8_valid(ax_str_c(bad[i])));
    }
    assert_false(ax_utf8_valid(ax_str_of("a\0b", 3)));
}

static void copies_to_c(void **state)
{
    (void)state;
    char out[4];
    assert_true(ax_str_to_c(AX_STR("abc"), out, sizeof out));
    assert_string_equal(out, "abc");
    assert_false(ax_str_to_c(AX_STR("abcd"), out, sizeof out));
    assert_false(ax_str_to_c(ax_str_of("a\0b", 3), out, sizeof out));
    assert_true(ax_str_to_c((ax_str){NULL, 0}, out, sizeof out));
    assert_string_equal(out, "");
}

static void cursor_stays_inside(void **state)
{
    (void)state;
    struct ax_cursor c = ax_cursor_of(ax_str_of("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d", 13));
    uint8_t u8 = 0;
    uint32_t u32 = 0;
    uint64_t u64 = 0;
    ax_str taken;
    assert_true(ax_cursor_u8(&c, &u8) && u8 == 1);
    assert_true(ax_cursor_u32be(&c, &u32) && u32 == 0x02030405);
    assert_true(ax_cursor_u64be(&c, &u64) && u64 == UINT64_C(0x060708090a0b0c0d));
    assert_int_equal(ax_cursor_left(&c), 0);
    assert_false(ax_cursor_u8(&c, &u8) || ax_cursor_u32be(&c, &u32) || ax_cursor_u64be(&c, &u64));
    assert_false(ax_cursor_take(&c, 1, &taken) || ax_cursor_take(&c, SIZE_MAX, &taken));
    assert_true(ax_cursor_take(&c, 0, &taken));
    struct ax_cursor none = ax_cursor_of((ax_str){NULL, 0});
    assert_true(ax_cursor_take(&none, 0, &taken));
    assert_false(ax_cursor_varint(&none, &u64));
}

static void varints_round_trip(void **state)
{
    (void)state;
    static const uint64_t values[] = {0, 1, 127, 128, 300, UINT32_MAX, INT64_MAX, UINT64_MAX};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct ax_buf b;
        ax_buf_init(&b, 16);
        ax_buf_put_varint(&b, values[i]);
        struct ax_cursor c = ax_cursor_of(ax_buf_str(&b));
        uint64_t got = 0;
        assert_true(ax_cursor_varint(&c, &got));
        assert_true(got == values[i] && ax_cursor_left(&c) == 0);
        c = ax_cursor_of((ax_str){(const char *)b.ptr, b.len - 1});
        assert_false(ax_cursor_varint(&c, &got));
        assert_int_equal(ax_cursor_left(&c), b.len - 1);
        ax_buf_deinit(&b);
    }
}

static void varints_are_minimal(void **state)
{
    (void)state;
    static const char *const bad[] = {"\x80\x00", "\xFF\x80\x00", "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x02",
            "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"};
    static const size_t lengths[] = {2, 3, 10, 11};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct ax_cursor c = ax_cursor_of(ax_str_of(bad[i], lengths[i]));
        uint64_t got = 0;
        assert_false(ax_cursor_varint(&c, &got));
        assert_int_equal(ax_cursor_left(&c), lengths[i]);
    }
}

static void buffer_keeps_its_cap(void **state)
{
    (void)state;
    struct ax_buf b;
    ax_buf_init(&b, 10);
    ax_buf_put_str(&b, AX_STR("12345678"));
    ax_buf_put_u8(&b, '9');
    assert_false(b.failed);
    ax_buf_put_u32be(&b, 1);
    assert_true(b.failed);
    ax_buf_put_u8(&b, 'x'); /* would fit, but the buffer has failed */
    assert_true(ax_str_eq(ax_buf_str(&b), AX_STR("123456789")));
    assert_null(ax_buf_grow(&b, SIZE_MAX));
    ax_buf_clear(&b);
    ax_buf_put_u64be(&b, UINT64_C(0x4142434445464748));
    assert_true(!b.failed && ax_str_eq(ax_buf_str(&b), AX_STR("ABCDEFGH")));
    assert_true(b.size <= 10);
    ax_buf_deinit(&b);
    ax_buf_init(&b, 0);
    ax_buf_put_u8(&b, 1);
    assert_true(b.failed);
    ax_buf_deinit(&b);
}

static void buffer_prints(void **state)
{
    (void)state;
    struct ax_buf b;
    ax_buf_init(&b, 1000);
    for (int i = 0; i < 100; i++) {
        ax_buf_printf(&b, "%d,", i % 10);
    }
    assert_false(b.failed);
    assert_int_equal(b.len, 200);
    ax_buf_printf(&b, "%1000d", 1);
    assert_true(b.failed);
    ax_buf_deinit(&b);
}

static void hex_round_trips(void **state)
{
    (void)state;
    char text[7];
    uint8_t back[3];
    ax_hex("\x00\xAB\xFF", 3, text);
    assert_string_equal(text, "00abff");
    assert_true(ax_unhex(AX_STR("00aBFf"), back, 3));
    assert_memory_equal(back, "\x00\xAB\xFF", 3);
    assert_false(ax_unhex(AX_STR("00ab"), back, 3) || ax_unhex(AX_STR("00abf"), back, 3));
    assert_false(ax_unhex(AX_STR("00abfg"), back, 3) || ax_unhex(AX_STR("00abff00"), back, 3));
    assert_true(ax_unhex(AX_STR(""), back, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(compares_and_cuts),
            cmocka_unit_test(splits),
            cmocka_unit_test(reads_decimals),
            cmocka_unit_test(knows_utf8),
            cmocka_unit_test(copies_to_c),
            cmocka_unit_test(cursor_stays_inside),
            cmocka_unit_test(varints_round_trip),
            cmocka_unit_test(varints_are_minimal),
            cmocka_unit_test(buffer_keeps_its_cap),
            cmocka_unit_test(buffer_prints),
            cmocka_unit_test(hex_round_trips),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
