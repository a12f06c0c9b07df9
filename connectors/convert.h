/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What a cell says, as a value of ours. Each returns false and the rule that is broken. Cells are trimmed UTF-8, not
 * empty. Exact: integers only. Pure; any thread.
 */
#include "base/arena.h"

/* "1.234567" 万元 (18,6) or 元 to 分: `decimals` places at most (6, 2), thousands commas allowed, never negative. */
bool ax_convert_money(ax_str text, int decimals, int64_t *fen, const char **rule);
/* "1.5" to 1500: thousandths of whatever it is. */
bool ax_convert_milli(ax_str text, int64_t *milli, const char **rule);
/* "5", "5%" and "4.25" percent to parts per million; at most 100 percent. */
bool ax_convert_percent(ax_str text, uint32_t *ppm, const char **rule);
/* "110", and "110.0" where the fraction is zero. */
bool ax_convert_count(ax_str text, uint64_t *count, const char **rule);
/* "29781.5", rounded half up. */
bool ax_convert_rounded(ax_str text, uint64_t *count, const char **rule);
/* "2017/03/01 10:00:00", "2017-03-01", "20170301100000" to seconds since 1970 of UTC+8 wall time: a revision. */
bool ax_convert_timestamp(ax_str text, int64_t *seconds, const char **rule);
/* A day in any spelling of ax_day_parse; a time of day behind it is dropped. */
bool ax_convert_day(ax_str text, int32_t *day, const char **rule);
/* 16 characters of a 统一社会信用代码, completed by both check characters. */
bool ax_convert_complete(ax_str text, char out[19], const char **rule);
/* Line ends and tabs to blanks. AX_LIMIT: arena. */
ax_rc ax_convert_line(ax_str text, struct ax_arena *arena, ax_str *out) AX_MUST_CHECK;
