/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/calendar.h"

#include <stdlib.h>

static int by_day(const void *a, const void *b)
{
    int32_t x = ((const struct ax_calendar_day *)a)->day;
    int32_t y = ((const struct ax_calendar_day *)b)->day;
    return (x > y) - (x < y);
}

static bool is_weekend(int32_t day)
{
    /* 1970-01-01 was a Thursday; days before it are negative. */
    int32_t week_day = ((day % 7) + 7 + 3) % 7; /* 0 = Monday */
    return week_day >= 5;
}

static int year_of(int32_t day)
{
    int year;
    int month;
    int date;
    ax_day_split(day, &year, &month, &date);
    return year;
}

const struct ax_calendar_year *ax_calendar_year_find(const struct ax_calendar *calendar, int year)
{
    size_t low = 0;
    size_t high = calendar->year_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (calendar->years[middle].year < year) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < calendar->year_count && calendar->years[low].year == year ? &calendar->years[low] : NULL;
}

static ax_rc bad_day(struct ax_err *err, int32_t day, const char *rule)
{
    char text[AX_DAY_TEXT_SIZE];
    (void)ax_day_format(day, text);
    return ax_fail_field(err, AX_INVALID, "years", text, strlen(text), "%s", rule);
}

ax_rc ax_calendar_check(struct ax_calendar *calendar, struct ax_err *err)
{
    for (size_t i = 1; i < calendar->year_count; i++) {
        if (calendar->years[i].year <= calendar->years[i - 1].year) {
            return ax_fail_field(err, AX_INVALID, "year", NULL, 0, "%d stands behind %d: years must ascend",
                    (int)calendar->years[i].year, (int)calendar->years[i - 1].year);
        }
    }
    if (calendar->day_count > 0) {
        qsort(calendar->days, calendar->day_count, sizeof *calendar->days, by_day);
    }
    for (size_t i = 0; i < calendar->day_count; i++) {
        const struct ax_calendar_day *d = &calendar->days[i];
        if (i > 0 && d->day == d[-1].day) {
            return bad_day(err, d->day, "is there twice");
        }
        if (d->works && !is_weekend(d->day)) {
            return bad_day(err, d->day, "a worked day must be a Saturday or Sunday, others are worked anyway");
        }
        if (ax_calendar_year_find(calendar, year_of(d->day)) == NULL) {
            return bad_day(err, d->day, "is of a year that the calendar does not list");
        }
    }
    return AX_RC(OK);
}

bool ax_calendar_works(const struct ax_calendar *calendar, int32_t day)
{
    size_t low = 0;
    size_t high = calendar->day_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (calendar->days[middle].day < day) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < calendar->day_count && calendar->days[low].day == day) {
        return calendar->days[low].works;
    }
    return !is_weekend(day);
}

/* Whether a year of the span has no notice. */
static bool is_derived(const struct ax_calendar *calendar, int32_t from, int32_t until)
{
    int last = year_of(until);
    for (int year = year_of(from); year <= last; year++) {
        if (ax_calendar_year_find(calendar, year) == NULL) {
            return true;
        }
    }
    return false;
}

int32_t ax_calendar_add(const struct ax_calendar *calendar, int32_t day, int32_t count, bool *derived)
{
    int32_t at = day;
    for (int32_t left = count > AX_CALENDAR_COUNT_MAX ? AX_CALENDAR_COUNT_MAX : count; left > 0 && at < AX_DAY_MAX;) {
        at++;
        left -= ax_calendar_works(calendar, at) ? 1 : 0;
    }
    *derived = at > day && is_derived(calendar, day + 1, at);
    return at;
}

int32_t ax_calendar_between(const struct ax_calendar *calendar, int32_t from, int32_t until, bool *derived)
{
    int32_t count = 0;
    *derived = until > from && is_derived(calendar, from + 1, until);
    for (int32_t day = from + 1; day <= until; day++) {
        count += ax_calendar_works(calendar, day) ? 1 : 0;
    }
    return count;
}
