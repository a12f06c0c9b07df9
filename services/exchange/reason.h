/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The principal reasons of a rating in words, anxin.v1.Reason as a plain struct. Pure; any thread; text is the arena's. */
#include "services/exchange/level_part.h"
#include "services/exchange/score_part.h"

enum { AX_REASONS_MAX = 4 };

struct ax_reason {
    ax_str rule_id;
    ax_str channel;
    int32_t points;
    uint32_t facts;
    ax_str text_zh;
    ax_str text_en;
    ax_str legal_basis;
};

extern const struct ax_message ax_reason_message;

/* Of the level and the score, what weighs most first; returns how many. A part of which there is any reason has one at
 * least. Weights (ours): that no rule pack rates it, silence, then what sets the level, then what moves it, then points by their share of the scale. Less
 * where the arena is full. */
size_t ax_reasons_find(const struct ax_level_part *level, const struct ax_score_part *score, struct ax_arena *arena,
        struct ax_reason out[AX_REASONS_MAX]);
