/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/convert.h"

#include "scoring/day.h"
#include "scoring/uscc.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

struct decimal {
    uint64_t whole;
    uint64_t fraction; /* in units of the last of `places` */
    int places;
    bool too_long; /* digits other than zero behind `places` */
    bool half;     /* the first digit behind them is 5 or more */
};

/* Plain decimal with at most `places` kept; thousands commas between digits are skipped. */
static bool parse_decimal(ax_str text, int places, struct decimal *out, const char **rule)
{
    *out = (struct decimal){.places = 0};
    size_t i = 0;
    *rule = "must be a number in plain decimal form";
    for (; i < text.len && (is_digit(text.ptr[i]) || text.ptr[i] == ','); i++) {
        if (text.ptr[i] == ',') {
            if (i == 0 || i + 3 >= text.len) {
                return false;
            }
            continue;
        }
        if (out->whole > UINT64_MAX / 100 / 10) {
            *rule = "is too large";
            return false;
        }
        out->whole = out->whole * 10 + (uint64_t)(text.ptr[i] - '0');
    }
    if (i == 0 || i == text.len) {
        return i != 0;
    }
    if (text.ptr[i] != '.' || i + 1 == text.len) {
        return false;
    }
    for (i++; i < text.len; i++) {
        if (!is_digit(text.ptr[i])) {
            return false;
        }
        int digit = text.ptr[i] - '0';
        if (out->places < places) {
            out->fraction = out->fraction * 10 + (uint64_t)digit;
            out->places++;
        } else {
            out->half = out->half || (out->places == places && digit >= 5);
            out->too_long = out->too_long || digit != 0;
            out->places = places + 1;
        }
    }
    return true;
}

/* What is said of a number with too many decimals, or too great. */
struct scale {
    int decimals;
    const char *places;
    const char *large;
};

/* The number times 10 to the decimals. */
static bool scaled(ax_str text, const struct scale *scale, int64_t *out, const char **rule)
{
    int decimals = scale->decimals;
    struct decimal d;
    if (!parse_decimal(text, decimals, &d, rule)) {
        return false;
    }
    if (d.places > decimals) { /* also zeros: decimal(18,6) has no seventh place */
        *rule = scale->places;
        return false;
    }
    uint64_t unit = 1;
    for (int i = 0; i < decimals; i++) {
        unit *= 10;
        d.fraction *= i < d.places ? 1 : 10;
    }
    if (d.whole > (uint64_t)INT64_MAX / unit - 1) {
        *rule = scale->large;
        return false;
    }
    *out = (int64_t)(d.whole * unit + d.fraction);
    return true;
}

bool ax_convert_money(ax_str text, int decimals, int64_t *fen, const char **rule)
{
    const struct scale scale = {decimals,
            decimals == 6 ? "万元 have at most six decimals (1 分)" : "元 have at most two decimals (1 分)",
            "is more money than a number of 分 can hold"};
    if (text.len > 0 && text.ptr[0] == '-') {
        *rule = "money must not be negative";
        return false;
    }
    return scaled(text, &scale, fen, rule);
}

bool ax_convert_milli(ax_str text, int64_t *milli, const char **rule)
{
    static const struct scale scale = {3, "at most three decimals", "is too great"};
    return scaled(text, &scale, milli, rule);
}

bool ax_convert_percent(ax_str text, uint32_t *ppm, const char **rule)
{
    static const struct scale scale = {4, "a percentage has at most four decimals", "is too great"};
    int64_t value;
    if (ax_str_ends(text, AX_STR("%"))) {
        text.len--;
    }
    if (!scaled(text, &scale, &value, rule)) {
        return false;
    }
    if (value > 1000000) {
        *rule = "is more than 100 percent";
        return false;
    }
    *ppm = (uint32_t)value;
    return true;
}

bool ax_convert_count(ax_str text, uint64_t *count, const char **rule)
{
    struct decimal d;
    if (text.len > 0 && text.ptr[0] == '-') {
        *rule = "a count must not be negative";
        return false;
    }
    if (!parse_decimal(text, 0, &d, rule)) {
        return false;
    }
    if (d.too_long) {
        *rule = "a count must be a whole number";
        return false;
    }
    *count = d.whole;
    return true;
}

bool ax_convert_rounded(ax_str text, uint64_t *count, const char **rule)
{
    struct decimal d;
    if (text.len > 0 && text.ptr[0] == '-') {
        *rule = "must not be negative";
        return false;
    }
    if (!parse_decimal(text, 0, &d, rule)) {
        return false;
    }
    *count = d.whole + (d.half ? 1 : 0);
    return true;
}

static bool two_digits(const char *at, int max, int64_t *out)
{
    if (!is_digit(at[0]) || !is_digit(at[1])) {
        return false;
    }
    *out = (at[0] - '0') * 10 + (at[1] - '0');
    return *out <= max;
}

/* "HH:MM:SS" (a fraction may follow), "HH:MM" or "HHMMSS". */
static bool parse_time(ax_str text, int64_t *seconds)
{
    int64_t h = 0;
    int64_t m = 0;
    int64_t s = 0;
    bool fine = false;
    if (text.len == 6) {
        fine = two_digits(text.ptr, 23, &h) && two_digits(text.ptr + 2, 59, &m) && two_digits(text.ptr + 4, 60, &s);
    } else if (text.len >= 5 && text.ptr[2] == ':') {
        fine = two_digits(text.ptr, 23, &h) && two_digits(text.ptr + 3, 59, &m);
        if (fine && text.len >= 8) {
            fine = text.ptr[5] == ':' && two_digits(text.ptr + 6, 60, &s);
        }
    }
    *seconds = h * 3600 + m * 60 + s;
    return fine;
}

bool ax_convert_timestamp(ax_str text, int64_t *seconds, const char **rule)
{
    *rule = "must be a day or a time, e.g. 2017-03-01 10:00:00";
    size_t cut = 0;
    while (cut < text.len && text.ptr[cut] != ' ' && text.ptr[cut] != 'T') {
        cut++;
    }
    ax_str date = ax_str_of(text.ptr, cut);
    ax_str time = cut < text.len ? ax_str_trim(ax_str_of(text.ptr + cut + 1, text.len - cut - 1)) : AX_STR("");
    if (date.len == 14 && time.len == 0) {
        time = ax_str_of(date.ptr + 8, 6);
        date.len = 8;
    }
    int32_t day;
    int64_t of_day = 0;
    if (!ax_day_parse(date, &day) || (time.len > 0 && !parse_time(time, &of_day)) || day < 1) {
        return false;
    }
    *seconds = (int64_t)day * 86400 + of_day;
    return true;
}

bool ax_convert_day(ax_str text, int32_t *day, const char **rule)
{
    *rule = "must be a day of the calendar, 1900-01-01 to 2199-12-31, e.g. 2024-02-29";
    size_t cut = 0;
    while (cut < text.len && text.ptr[cut] != ' ' && text.ptr[cut] != 'T') {
        cut++;
    }
    ax_str time = cut < text.len ? ax_str_trim(ax_str_of(text.ptr + cut + 1, text.len - cut - 1)) : AX_STR("");
    int64_t seconds;
    return (time.len == 0 || parse_time(time, &seconds)) && ax_day_parse(ax_str_of(text.ptr, cut), day);
}

bool ax_convert_complete(ax_str text, char out[19], const char **rule)
{
    *rule = "must be the first 16 characters of a 统一社会信用代码 in its alphabet";
    if (text.len != 16) {
        return false;
    }
    for (size_t i = 0; i < 16; i++) {
        char c = text.ptr[i];
        if (!is_digit(c) && (c < 'A' || c > 'Z' || strchr("IOSVZ", c) != NULL)) {
            return false;
        }
        out[i] = c;
    }
    out[16] = ax_uscc_organisation_check(out + 8);
    out[17] = ax_uscc_check_character(out);
    out[18] = '\0';
    return true;
}

ax_rc ax_convert_line(ax_str text, struct ax_arena *arena, ax_str *out)
{
    *out = text;
    char *copy = NULL;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c != '\n' && c != '\r' && c != '\t') {
            continue;
        }
        if (copy == NULL) {
            copy = ax_arena_alloc(arena, text.len);
            if (copy == NULL) {
                return AX_RC(LIMIT);
            }
            memcpy(copy, text.ptr, text.len);
            *out = ax_str_of(copy, text.len);
        }
        copy[i] = ' ';
    }
    return AX_RC(OK);
}
