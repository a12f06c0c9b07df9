/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/day.h"

/* Howard Hinnant's civil calendar: eras of 400 years of 146,097 days, years that begin in March. */
enum { DAYS_OF_ERA = 146097, DAYS_TO_1970 = 719468 };

int32_t ax_day_of(int year, int month, int day_of_month)
{
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day_of_month - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_OF_ERA + day_of_era - DAYS_TO_1970;
}

void ax_day_split(int32_t day, int *year, int *month, int *day_of_month)
{
    int z = day + DAYS_TO_1970;
    int era = (z >= 0 ? z : z - (DAYS_OF_ERA - 1)) / DAYS_OF_ERA;
    int day_of_era = z - era * DAYS_OF_ERA;
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (DAYS_OF_ERA - 1)) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted = (5 * day_of_year + 2) / 153;
    *day_of_month = day_of_year - (153 * shifted + 2) / 5 + 1;
    *month = shifted < 10 ? shifted + 3 : shifted - 9;
    *year = year_of_era + era * 400 + (*month <= 2 ? 1 : 0);
}

static int month_length(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return lengths[month - 1] + (month == 2 && leap ? 1 : 0);
}

static int32_t months_from(int year, int month, int day_of_month, int months)
{
    int total = year * 12 + month - 1 + months;
    year = (total >= 0 ? total : total - 11) / 12;
    month = total - year * 12 + 1;
    if (day_of_month > 28) {
        int length = month_length(year, month);
        day_of_month = day_of_month > length ? length : day_of_month;
    }
    return ax_day_of(year, month, day_of_month);
}

enum { MONTHS_MAX = 240, FEBRUARY = 11 }; /* counted from March */

/* Days of the year before the month, both counted from March. */
static uint32_t days_before(uint32_t month)
{
    return (153 * month + 2) / 5;
}

/* Where every fourth year is a leap year. */
static int32_t add_months(int32_t day, uint32_t months)
{
    uint32_t since = (uint32_t)(day - AX_DAY_1900_03_01);
    uint32_t year = (4 * since + 3) / AX_DAY_FOUR_YEARS;
    uint32_t of_year = since - year * AX_DAY_FOUR_YEARS / 4;
    uint32_t month = (5 * of_year + 2) / 153;
    uint32_t of_month = of_year - days_before(month);
    uint32_t total = year * 12 + month + months;
    year = total / 12;
    month = total % 12;
    if (of_month >= 28) {
        uint32_t length =
                month == FEBRUARY ? 28U + (year % 4 == 3 ? 1U : 0U) : days_before(month + 1) - days_before(month);
        of_month = of_month >= length ? length - 1 : of_month;
    }
    return AX_DAY_1900_03_01 + (int32_t)(year * AX_DAY_FOUR_YEARS / 4 + days_before(month) + of_month);
}

int32_t ax_day_add_any_months(int32_t day, int months)
{
    if (months >= 0 && months <= MONTHS_MAX && day >= AX_DAY_1900_03_01 && day < AX_DAY_2080_01_01) {
        return add_months(day, (uint32_t)months);
    }
    int year;
    int month;
    int day_of_month;
    ax_day_split(day, &year, &month, &day_of_month);
    return months_from(year, month, day_of_month, months);
}

static bool from_parts(int64_t year, int64_t month, int64_t day_of_month, int32_t *day)
{
    if (year < 1900 || year > 2199 || month < 1 || month > 12 || day_of_month < 1 ||
            day_of_month > month_length((int)year, (int)month)) {
        return false;
    }
    *day = ax_day_of((int)year, (int)month, (int)day_of_month);
    return true;
}

/* Takes at least one and at most `most` digits off the front. */
static bool take_number(ax_str *s, size_t most, int64_t *out)
{
    size_t n = 0;
    int64_t value = 0;
    while (n < most && n < s->len && s->ptr[n] >= '0' && s->ptr[n] <= '9') {
        value = value * 10 + (s->ptr[n] - '0');
        n++;
    }
    *s = ax_str_of(s->ptr + n, s->len - n);
    *out = value;
    return n > 0;
}

static bool take_text(ax_str *s, ax_str text)
{
    if (!ax_str_starts(*s, text)) {
        return false;
    }
    *s = ax_str_of(s->ptr + text.len, s->len - text.len);
    return true;
}

bool ax_day_parse_iso(ax_str text, int32_t *day)
{
    if (text.len != AX_DAY_TEXT_SIZE - 1) {
        return false;
    }
    const char *p = text.ptr;
    int value[8];
    static const int places[] = {0, 1, 2, 3, 5, 6, 8, 9};
    for (int i = 0; i < 8; i++) {
        value[i] = p[places[i]] - '0';
        if (value[i] < 0 || value[i] > 9) {
            return false;
        }
    }
    return p[4] == '-' && p[7] == '-' &&
           from_parts(value[0] * 1000 + value[1] * 100 + value[2] * 10 + value[3], value[4] * 10 + value[5],
                   value[6] * 10 + value[7], day);
}

bool ax_day_parse(ax_str text, int32_t *day)
{
    ax_str rest = text;
    int64_t year;
    int64_t month;
    int64_t day_of_month;
    if (text.len < 8 || !take_number(&rest, 4, &year) || text.len - rest.len != 4) {
        return false;
    }
    if (rest.len == 4 && take_number(&rest, 2, &month) && rest.len == 2) {
        return take_number(&rest, 2, &day_of_month) && rest.len == 0 && from_parts(year, month, day_of_month, day);
    }
    rest = ax_str_of(text.ptr + 4, text.len - 4);
    ax_str between = {rest.ptr, 1};
    ax_str end = AX_STR("");
    if (ax_str_starts(rest, AX_STR("年"))) {
        between = AX_STR("年");
        end = AX_STR("日");
    } else if (rest.ptr[0] != '-' && rest.ptr[0] != '/') {
        return false;
    }
    return take_text(&rest, between) && take_number(&rest, 2, &month) &&
           take_text(&rest, end.len > 0 ? AX_STR("月") : between) && take_number(&rest, 2, &day_of_month) &&
           take_text(&rest, end) && rest.len == 0 && from_parts(year, month, day_of_month, day);
}

char *ax_day_format(int32_t day, char out[AX_DAY_TEXT_SIZE])
{
    if (day == AX_DAY_NONE) {
        out[0] = '\0';
        return out;
    }
    int year;
    int month;
    int day_of_month;
    ax_day_split(day, &year, &month, &day_of_month);
    const int digits[] = {year / 1000 % 10, year / 100 % 10, year / 10 % 10, year % 10, -1, month / 10, month % 10, -1,
            day_of_month / 10, day_of_month % 10};
    for (int i = 0; i < AX_DAY_TEXT_SIZE - 1; i++) {
        out[i] = digits[i] < 0 ? '-' : (char)('0' + digits[i]);
    }
    out[AX_DAY_TEXT_SIZE - 1] = '\0';
    return out;
}

int32_t ax_day_of_us(int64_t utc_us)
{
    const int64_t day_us = INT64_C(86400) * 1000000;
    const int64_t shift_us = INT64_C(8) * 3600 * 1000000;
    AX_ASSERT(utc_us < INT64_MAX - shift_us);
    int64_t local = utc_us + shift_us;
    int64_t day = local / day_us;
    return (int32_t)(local % day_us < 0 ? day - 1 : day);
}
