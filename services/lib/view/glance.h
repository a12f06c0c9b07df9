/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Level, flags and score of many ledgers on one day, and nothing of the days around it: what ax_rater_rate says of them, in a part
 * of its time. Borrows the rater. One thread at a time.
 */
#include "services/lib/view/rater.h"

struct ax_glance;

struct ax_glanced {
    const struct ax_pack *pack; /* NULL: none covers it */
    enum ax_level level;
    int32_t band;
    int32_t points;
    bool has_score;
    int32_t score;
    uint16_t flags[AX_RATE_FLAGS_MAX]; /* indices of the pack's rules */
    uint16_t flag_count;
};

struct ax_glance *ax_glance_new(const struct ax_rater *rater, int32_t day);
void ax_glance_free(struct ax_glance *g);
void ax_glance_at(struct ax_glance *g, const struct ax_ledger *ledger, ax_str enterprise, struct ax_glanced *out);
/* The same level, symbol, points, score and flags, by id. */
bool ax_glanced_same(const struct ax_glanced *a, const struct ax_glanced *b);
