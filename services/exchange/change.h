/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* anxin.v1.RatingChange as a plain struct. Pure; any thread. */
#include "services/exchange/difference.h"

struct ax_change {
    int32_t on;
    int32_t level;
    int32_t level_points;
    ax_str symbol;
    int32_t risk_score_present; /* 5 where there is one, else 0 */
    int32_t risk_score;
    int32_t risk_grade;
    struct ax_list differences;          /* struct ax_difference */
    ax_str pack;                         /* where another one rates than before: its id, or none covers it; … */
    uint8_t pack_digest[AX_DIGEST_SIZE]; /* … of the bundle; else all 0 */
};

extern const struct ax_message ax_change_message;

/* What a rating made for that day says; without differences and pack. */
void ax_change_fill(const struct ax_rating *rating, struct ax_change *out);
