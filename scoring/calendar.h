/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The calendar of Chinese working days (工作日) as plain data: for every year with a holiday notice of the State Council
 * (国务院办公厅关于某年部分节假日安排的通知) the days off and the days at weekends that are worked. A day of any other
 * year follows the week alone, Monday to Friday, and whatever is worked out over such days says so (`derived`). Text is
 * borrowed. Immutable after ax_calendar_check; any thread. Pure.
 */
#include "scoring/day.h"
#include "scoring/provenance.h"

enum { AX_CALENDAR_YEARS_MAX = 64, AX_CALENDAR_DAYS_MAX = 64 * AX_CALENDAR_YEARS_MAX, AX_CALENDAR_COUNT_MAX = 3660 };

struct ax_calendar_day { /* one on which the notice departs from the week, or confirms it */
    int32_t day;
    bool works;
};

struct ax_calendar_year {
    int32_t year;
    ax_str notice;
    enum ax_provenance provenance;
};

struct ax_calendar {
    ax_str id;
    struct ax_calendar_year *years; /* ascending */
    size_t year_count;
    struct ax_calendar_day *days; /* ascending */
    size_t day_count;
};

/* Sorts the days; AX_INVALID: a year or day twice, a worked day that is no weekend, a day of a year without a notice. */
ax_rc ax_calendar_check(struct ax_calendar *calendar, struct ax_err *err) AX_MUST_CHECK;
/* NULL: no notice was published for it, or none is carried. */
const struct ax_calendar_year *ax_calendar_year_find(const struct ax_calendar *calendar, int year);
bool ax_calendar_works(const struct ax_calendar *calendar, int32_t day);
/* The last of `count` (at most AX_CALENDAR_COUNT_MAX) working days after `day`, which itself is not counted; 0 gives `day`.
 * Never later than AX_DAY_MAX. */
int32_t ax_calendar_add(const struct ax_calendar *calendar, int32_t day, int32_t count, bool *derived);
/* Working days after `from` up to and with `until`; 0 where until is not later. */
int32_t ax_calendar_between(const struct ax_calendar *calendar, int32_t from, int32_t until, bool *derived);
