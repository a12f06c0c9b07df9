/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Two risk scores of one enterprise side by side, by channel and by what is of none. The points of all differences add up to
 * the difference of the scores exactly. anxin.v1.ScoreDifference as a plain struct. Pure; any thread.
 */
#include "services/exchange/score_part.h"

struct ax_score_difference {
    int32_t kind; /* enum ax_score_line_kind; AX_SCORE_LINE_FACT where it is a channel */
    ax_str channel;
    ax_str title_zh;
    ax_str title_en;
    int32_t points_before;
    int32_t points_after;
};

extern const struct ax_message ax_score_difference_message;

enum { AX_SCORE_DIFFERENCES_MAX = AX_RISK_CHANNELS + 5 };

struct ax_score_side {
    const struct ax_ledger *ledger;
    const struct ax_pack *pack;
    const struct ax_risk_edition *edition; /* NULL: none covers it */
    int32_t day;
};

/* Only what differs; none where one of them has no score. The arena is for what it takes to find them. */
ax_rc ax_score_difference_find(const struct ax_score_side *before, const struct ax_score_side *after,
        struct ax_arena *arena, struct ax_score_difference out[AX_SCORE_DIFFERENCES_MAX], size_t *count,
        struct ax_err *err) AX_MUST_CHECK;
