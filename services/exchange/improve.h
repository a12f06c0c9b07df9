/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What would raise a rating: anxin.v1.Improvement as a plain struct, and how each is found. Nothing is estimated: a copy of
 * the ledger gets the fact that would be there (the objection upheld, the penalty repaired, the hazard closed), and is
 * rated like any other. One thread; memory is the arena's but for the copies, which are freed.
 */
#include "services/exchange/level_part.h"
#include "services/exchange/score_part.h"
#include "services/lib/view/rater.h"

enum ax_improvement_kind { /* = anxin.v1.ImprovementKind */
    AX_IMPROVEMENT_NONE = 0,
    AX_IMPROVEMENT_OBJECTION,
    AX_IMPROVEMENT_REPAIR,
    AX_IMPROVEMENT_CLOSE_HAZARD,
    AX_IMPROVEMENT_STANDARDISATION,
    AX_IMPROVEMENT_PROVIDE,
    AX_IMPROVEMENT_STATE_EXPOSURE,
};

enum {
    AX_IMPROVEMENTS_MAX = 24,
    AX_IMPROVEMENT_LOOKS = 500000, /* at a fact: each is worked out at the cost of a rating */
};

struct ax_improvement {
    int32_t kind; /* enum ax_improvement_kind */
    ax_str rule_id;
    ax_str text_zh;
    ax_str text_en;
    ax_str source;
    ax_str reference;
    ax_str subject;
    int32_t occurred_on;
    int32_t level_points;
    int32_t score_points;
    int32_t level; /* enum ax_level */
    ax_str symbol;
    int32_t risk_grade;
    int32_t from;
};

extern const struct ax_message ax_improvement_message;

struct ax_improving {
    const struct ax_rater *rater;
    const struct ax_view *view;
    const struct ax_ledger *ledger; /* of the view, on this day */
    const struct ax_rated *rated;   /* of this view and day */
    ax_str enterprise;
    int32_t day;
    const struct ax_level_part *level;
    const struct ax_score_part *score;
    struct ax_arena *arena;
    struct ax_buf *scratch;
    /* Made by ax_improve_choose: facts that could improve it, what weighs most first. */
    uint32_t entries[AX_IMPROVEMENTS_MAX];
    size_t entry_count;
    bool left_off;
};

/* Chooses the facts whose texts are needed. */
ax_rc ax_improve_choose(struct ax_improving *i, struct ax_err *err) AX_MUST_CHECK;
/* Works each out, and what belongs to no fact; sorted, at most AX_IMPROVEMENTS_MAX. */
ax_rc ax_improve_find(struct ax_improving *i, const struct ax_texts *texts, struct ax_improvement *out, size_t *count,
        struct ax_err *err) AX_MUST_CHECK;
