/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What a compiled model holds beside its parameters, and how days become powers of two. Private to scoring/risk* and to the
 * fit (services/lib/model).
 *
 * 2^((day - t0) / h) of a lane is the product of two rows, so that no fact costs an exp2 and a hot table is a few lines of
 * cache. t0 lies in the middle of all days that there can be, so that no half-life allowed leaves the range of a double.
 */
#include "scoring/risk.h"
#include "scoring/risk_math.h"

#define AX_RISK_HALF_LIFE_MIN 60.0 /* 2^(54786 / 60) and the sums of 2 million facts are doubles */
#define AX_RISK_HALF_LIFE_MAX 36525.0
#define AX_RISK_DAY_MOVE_MAX 2.0 /* points that a day without a fact may move a score by */
#define AX_RISK_DAYS_A_YEAR 365.25

enum {
    AX_RISK_LOW = 64, /* days in the fine row */
    AX_RISK_HIGH = (AX_DAY_MAX - AX_DAY_MIN) / AX_RISK_LOW + 1,
    AX_RISK_T0 = AX_DAY_MIN + (AX_DAY_MAX - AX_DAY_MIN) / 2,
};

struct ax_risk_row {
    double low[AX_RISK_LOW];
    double high[AX_RISK_HIGH];
};

struct ax_risk_tables {
    /* By slot, side by side, so that two are worked out at once; of lanes that are off 0 … */
    double kappa[AX_RISK_SLOTS];
    double slopes[AX_RISK_HEADS][AX_RISK_SLOTS]; /* beta */
    double day_units[AX_RISK_SLOTS];             /* h / ln 2: an unending day-unit of exposure, decayed */
    double off[AX_RISK_SLOTS]; /* … and here 1, which takes the place of kappa: nothing is divided by 0 */
    double rate[AX_RISK_PEERS_MAX][AX_RISK_SLOTS]; /* of the channel */
    double beta[AX_RISK_CHANNELS][AX_RISK_HEADS];  /* of both lanes */
    const struct ax_risk_row
            *rows[AX_RISK_SLOTS]; /* lanes with one half-life share a row, those that are off one of zeros */
    double log2_mean[AX_RISK_PEERS_MAX][AX_RISK_HEADS];
    double cost_share[AX_RISK_PEERS_MAX][AX_RISK_HEADS]; /* of each head in the peers' own cost */
    uint8_t parent[AX_RISK_PEERS_MAX];
    uint64_t by_division[AX_DIVISIONS];      /* bit: a prefix of the peer fits some industry of these two digits */
    uint8_t peer_of_division[AX_DIVISIONS];  /* whoever takes all of it; AX_RISK_PEERS_MAX: longer prefixes part it */
    bool has_recency;                        /* some gamma of some head is above 0 */
    uint8_t distribution[AX_RISK_PEERS_MAX]; /* the peer itself or the nearest ancestor that has quantiles */
    uint8_t quantile_below[AX_RISK_PEERS_MAX][AX_RISK_SCORE_MAX + 1]; /* the last of its own not above a whole score */
    struct ax_risk_row row[];
};

static inline bool ax_risk_is_on(const struct ax_risk_model *m, size_t slot)
{
    return (m->slots_on >> slot & 1) != 0;
}

/* Where a day stands in the rows; days outside the calendar are its ends. */
struct ax_risk_place {
    uint32_t high;
    uint32_t low;
};

static inline struct ax_risk_place ax_risk_place_of(int32_t day)
{
    uint32_t at = (uint32_t)((day < AX_DAY_MIN ? AX_DAY_MIN : day > AX_DAY_MAX ? AX_DAY_MAX : day) - AX_DAY_MIN);
    return (struct ax_risk_place){at / AX_RISK_LOW, at % AX_RISK_LOW};
}

static inline double ax_risk_up_at(const struct ax_risk_tables *t, size_t slot, struct ax_risk_place at)
{
    return t->rows[slot]->high[at.high] * t->rows[slot]->low[at.low];
}

/* 2^((day - t0) / h). */
static inline double ax_risk_up(const struct ax_risk_tables *t, size_t slot, int32_t day)
{
    return ax_risk_up_at(t, slot, ax_risk_place_of(day));
}

/* What a measure weighs in a channel. */
static inline double ax_risk_weigh(const struct ax_risk_channel_model *c, double measure)
{
    double x = (measure < c->cap ? measure : c->cap) / c->reference;
    return c->shape == AX_RISK_LINEAR ? x : ax_ln(1 + x);
}

/* Adds exposure of so many units a day from a day on until another; AX_DAY_NONE: what began then and goes on. */
void ax_risk_expose(const struct ax_risk_model *m, int32_t from, int32_t to, double per_day, struct ax_risk_state *s);

/* One lane on a day, decayed. */
struct ax_risk_lane {
    double found;    /* S */
    double expected; /* X */
    double kappa;
};

/* ax_risk_at, and the lanes that are on. */
void ax_risk_at_lanes(const struct ax_risk_edition *edition, const struct ax_risk_state *state, int32_t day,
        struct ax_risk *out, struct ax_risk_lane lanes[AX_RISK_SLOTS]);
