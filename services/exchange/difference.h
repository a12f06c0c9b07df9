/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Two ratings of one enterprise side by side, by rule: what each rule (and the base, the caps, the ends of the scale) does
 * in one and in the other. The points of all differences add up to the difference of the points exactly.
 * anxin.v1.RatingDifference as a plain struct. Pure; any thread.
 */
#include "services/exchange/line.h"

struct ax_difference {
    int32_t kind; /* enum ax_line_kind */
    ax_str rule_id;
    ax_str title_zh;
    ax_str title_en;
    ax_str legal_basis;
    int32_t points_before;
    int32_t points_after;
    int32_t shift_before;
    int32_t shift_after;
    int32_t level_before; /* enum ax_level */
    int32_t level_after;
    bool holds_before;
    bool holds_after;
};

extern const struct ax_message ax_difference_message;

enum { AX_DIFFERENCES_MAX = 2 * (AX_PACK_RULES_MAX + 12) };

struct ax_difference_side {
    const struct ax_ledger *ledger; /* whole: what is dated after the day is left out */
    const struct ax_pack *pack;     /* NULL: none covers it */
    int32_t day;
};

/* Only what differs, by kind and rule. Text is the packs'; the array and what it takes to find it are arena memory. */
ax_rc ax_difference_find(const struct ax_difference_side *before, const struct ax_difference_side *after,
        struct ax_arena *arena, struct ax_difference **out, size_t *count, struct ax_err *err) AX_MUST_CHECK;
