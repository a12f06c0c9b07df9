/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Days of UTC+8 as a count from 1970-01-01 in the proleptic Gregorian calendar. Pure. AX_DAY_NONE is "not stated" and
 * sorts before every day. "12 months from D" is the same day of the month a year on, clamped to the month's last day.
 */
#include "base/bytes.h"

#define AX_DAY_NONE INT32_MIN
#define AX_DAY_MIN (-25567) /* 1900-01-01 */
#define AX_DAY_MAX 84005    /* 2199-12-31; 2099-12-31 is how sources write "open" */
enum { AX_DAY_TEXT_SIZE = 11 };

/* "YYYY-MM-DD", also "YYYY/M/D", "YYYYMMDD" and "YYYY年M月D日"; false where it is no day of the calendar or out of range. */
bool ax_day_parse(ax_str text, int32_t *day);
/* Only "YYYY-MM-DD": the one form that the canonical encoding has. */
bool ax_day_parse_iso(ax_str text, int32_t *day);
/* ISO with a NUL; AX_DAY_NONE gives "". Returns out. */
char *ax_day_format(int32_t day, char out[AX_DAY_TEXT_SIZE]);
int32_t ax_day_of(int year, int month, int day_of_month);
void ax_day_split(int32_t day, int *year, int *month, int *day_of_month);
/* By splitting the day. */
int32_t ax_day_add_any_months(int32_t day, int months);
/* The day in UTC+8 of an instant in UTC microseconds. */
int32_t ax_day_of_us(int64_t utc_us);

/* From 1900-03-01 to 2100-02-28 every fourth year is a leap year: counting years from March, its day is the last of each
 * fourth. */
enum { AX_DAY_1900_03_01 = -25508, AX_DAY_2080_01_01 = 40177, AX_DAY_FOUR_YEARS = 1461 };

/* Whole years, nearly always, are inline: ratings do little else. */
static inline int32_t ax_day_add_months(int32_t day, int months)
{
    enum { PLAIN_MONTHS_MAX = 240 };
    if (months < 0 || months > PLAIN_MONTHS_MAX || months % 12 != 0 || day < AX_DAY_1900_03_01 ||
            day >= AX_DAY_2080_01_01) {
        return ax_day_add_any_months(day, months);
    }
    uint32_t since = (uint32_t)(day - AX_DAY_1900_03_01);
    uint32_t year = (4 * since + 3) / AX_DAY_FOUR_YEARS;
    uint32_t to = year + (uint32_t)months / 12;
    uint32_t of_year = since - year * AX_DAY_FOUR_YEARS / 4;
    of_year -= of_year == 365 && to % 4 != 3 ? 1U : 0U; /* 29 February becomes the 28th */
    return AX_DAY_1900_03_01 + (int32_t)(to * AX_DAY_FOUR_YEARS / 4 + of_year);
}
