/* SPDX-License-Identifier: Apache-2.0 */
/* Days and 统一社会信用代码. */
#include "tests/unit/t.h"

#include "scoring/day.h"
#include "scoring/uscc.h"

#define T(name) cmocka_unit_test(name)

static void parse_forms(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *iso; /* NULL: no day */
    } cases[] = {
            {"2024-02-29", "2024-02-29"},
            {"2023-02-29", NULL},
            {"1900-02-29", NULL},
            {"2000-02-29", "2000-02-29"},
            {"2024/3/5", "2024-03-05"},
            {"2024/03/05", "2024-03-05"},
            {"20240305", "2024-03-05"},
            {"2024年3月5日", "2024-03-05"},
            {"2024年03月05日", "2024-03-05"},
            {"2024年3月5", NULL},
            {"2024-3-5", "2024-03-05"},
            {"2024-3/5", NULL},
            {"2024-13-01", NULL},
            {"2024-00-10", NULL},
            {"2024-04-31", NULL},
            {"2024-04-00", NULL},
            {"1899-12-31", NULL},
            {"1900-01-01", "1900-01-01"},
            {"2199-12-31", "2199-12-31"},
            {"2200-01-01", NULL},
            {"2099-12-31", "2099-12-31"},
            {"", NULL},
            {"2024", NULL},
            {"24-01-01", NULL},
            {"2024-01-01x", NULL},
            {"2024013", NULL},
            {"202401011", NULL},
            {"2024.01.01", NULL},
            {"2024-010-1", NULL},
            {"abcdefgh", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t day = AX_DAY_NONE;
        bool ok = ax_day_parse(ax_str_c(cases[i].text), &day);
        char text[AX_DAY_TEXT_SIZE];
        if (ok != (cases[i].iso != NULL)) {
            fail_msg("%s", cases[i].text);
        }
        if (ok) {
            assert_string_equal(ax_day_format(day, text), cases[i].iso);
            assert_true(ax_day_parse_iso(ax_str_c(text), &day));
        }
    }
}

static void iso_is_strict(void **state)
{
    (void)state;
    int32_t day;
    assert_false(ax_day_parse_iso(AX_STR("2024-3-05"), &day));
    assert_false(ax_day_parse_iso(AX_STR("2024/03/05"), &day));
    assert_false(ax_day_parse_iso(AX_STR("2024-03-0x"), &day));
    assert_false(ax_day_parse_iso(AX_STR("2024-03/05"), &day));
    char text[AX_DAY_TEXT_SIZE];
    assert_string_equal(ax_day_format(AX_DAY_NONE, text), "");
}

static void every_day_round_trips(void **state)
{
    (void)state;
    assert_int_equal(ax_day_of(1970, 1, 1), 0);
    assert_int_equal(ax_day_of(1900, 1, 1), AX_DAY_MIN);
    assert_int_equal(ax_day_of(2199, 12, 31), AX_DAY_MAX);
    for (int32_t day = AX_DAY_MIN - 800000; day <= AX_DAY_MAX; day++) {
        int y;
        int m;
        int d;
        ax_day_split(day, &y, &m, &d);
        assert_int_equal(ax_day_of(y, m, d), day);
        if (day >= AX_DAY_MIN) {
            char text[AX_DAY_TEXT_SIZE];
            int32_t again = 0;
            assert_true(ax_day_parse_iso(ax_str_c(ax_day_format(day, text)), &again));
            assert_int_equal(again, day);
        }
    }
}

static void months(void **state)
{
    (void)state;
    static const struct {
        int from[3];
        int months;
        int to[3];
    } cases[] = {
            {{2024, 1, 31}, 1, {2024, 2, 29}},
            {{2023, 1, 31}, 1, {2023, 2, 28}},
            {{2024, 2, 29}, 12, {2025, 2, 28}},
            {{2024, 3, 31}, -1, {2024, 2, 29}},
            {{2024, 1, 15}, -1, {2023, 12, 15}},
            {{2024, 12, 31}, 2, {2025, 2, 28}},
            {{2024, 5, 15}, 36, {2027, 5, 15}},
            {{1, 1, 1}, -13, {-1, 12, 1}},
            {{2024, 10, 31}, 1, {2024, 11, 30}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t from = ax_day_of(cases[i].from[0], cases[i].from[1], cases[i].from[2]);
        assert_int_equal(
                ax_day_add_months(from, cases[i].months), ax_day_of(cases[i].to[0], cases[i].to[1], cases[i].to[2]));
    }
}

/* Whole years have a way of their own: the same as by calendar, for every day. */
static void years(void **state)
{
    (void)state;
    for (int32_t day = AX_DAY_MIN; day <= AX_DAY_MAX; day++) {
        int year;
        int month;
        int day_of_month;
        ax_day_split(day, &year, &month, &day_of_month);
        for (int n = 1; n <= 11; n++) {
            int to = year + n;
            bool leap = (to % 4 == 0 && to % 100 != 0) || to % 400 == 0;
            bool short_year = month == 2 && day_of_month == 29 && !leap;
            int32_t expected = ax_day_of(to, month, short_year ? 28 : day_of_month);
            if (ax_day_add_months(day, 12 * n) != expected) {
                fail_msg("%d-%d-%d and %d years", year, month, day_of_month, n);
            }
        }
    }
}

static void instants(void **state)
{
    (void)state;
    const int64_t hour = INT64_C(3600000000);
    assert_int_equal(ax_day_of_us(0), 0);
    assert_int_equal(ax_day_of_us(16 * hour - 1), 0);
    assert_int_equal(ax_day_of_us(16 * hour), 1);
    assert_int_equal(ax_day_of_us(-8 * hour), 0);
    assert_int_equal(ax_day_of_us(-8 * hour - 1), -1);
}

static void known_codes(void **state)
{
    (void)state;
    static const char *const valid[] = {"91110000600037341L", "9144030071526726XG", "91320105780688132K",
            "91230500MA1B3N1N2M", "91620105L015101280", "121200004013590816", "914403001922038216",
            "91350100M000100Y43", "91140000701011888X", "91110108551385082Q", "91140000MA07E5716U",
            "91140100MA0HH0013W", "91140200MA0HH0021W", "91140400MA0HH003XY", "91140500MA0HH00484",
            "91141000MA0HH0056H", "91990000M46084369Y"};
    for (size_t i = 0; i < sizeof valid / sizeof valid[0]; i++) {
        struct ax_err err;
        if (!ax_ok(ax_uscc_check(ax_str_c(valid[i]), &err))) {
            fail_msg("%s: %s", valid[i], err.text);
        }
    }
    static const struct {
        const char *code;
        const char *says;
    } wrong[] = {{"91110000600037341N", "character 18"}, {"911400001100114770", "character 1"},
            {"91110000100003962T", "character 1"}, {"00000000000000000X", "placeholder"},
            {"91140000MA07E5716", "18 characters"}, {"91140000MA07E5716UU", "18 characters"}, {"", "18 characters"},
            {"91140000MA07E571IU", "not one of"}, {"91140000ma07e5716u", "not one of"},
            {"91140000MA07E5726U", "character 17"}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct ax_err err = {.text = ""};
        assert_int_equal(ax_uscc_check(ax_str_c(wrong[i].code), &err).code, AX_INVALID);
        if (strstr(err.text, wrong[i].says) == NULL) {
            fail_msg("%s: %s", wrong[i].code, err.text);
        }
    }
}

static void normalising(void **state)
{
    (void)state;
    char out[AX_USCC_LEN + 1];
    assert_true(ax_uscc_normalise(AX_STR(" 91140000 ma07e5716u\t\r\n"), out));
    assert_string_equal(out, "91140000MA07E5716U");
    assert_true(ax_uscc_normalise(AX_STR("９１１４００００ＭＡ０７Ｅ５７１６Ｕ"), out));
    assert_string_equal(out, "91140000MA07E5716U");
    assert_true(ax_uscc_normalise(AX_STR("91140000　ｍａ07e5716u"), out));
    assert_string_equal(out, "91140000MA07E5716U");
    assert_false(ax_uscc_normalise(AX_STR("91140000MA07E5716"), out));
    assert_false(ax_uscc_normalise(AX_STR("91140000MA07E5716UX"), out));
    assert_false(ax_uscc_normalise(AX_STR("91140000MA07E571煤"), out));
    assert_false(ax_uscc_normalise(AX_STR("91140000MA07E5716\xEF\xBC"), out));
    assert_false(ax_uscc_normalise(AX_STR("\xC3\xA9zz1140000MA07E5716"), out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(parse_forms), T(iso_is_strict), T(every_day_round_trips), T(months), T(years),
            T(instants), T(known_codes), T(normalising)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
