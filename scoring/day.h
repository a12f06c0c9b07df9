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
int32_t ax_day_add_months(int32_t day, int months);
/* The same from a day that is split already. */
int32_t ax_day_months_from(int year, int month, int day_of_month, int months);
/* The day in UTC+8 of an instant in UTC microseconds. */
int32_t ax_day_of_us(int64_t utc_us);
