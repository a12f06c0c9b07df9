/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Why a risk score is what it is, in whole points that add up to it exactly:
 *
 *   score = base + peers + sum over channels (facts + credit + recency) + recency + interaction + clamp
 *   facts of a channel = sum of its lines
 *
 * A channel's ln R splits into ln(kappa / (X + kappa)), what exposure without a fact is credited, and ln((S + kappa) / kappa),
 * which facts share in proportion to their decayed weights. Heads share by their part in the expected cost; what that leaves
 * of two heads is `interaction`. Whole points come from the real ones by largest remainder, first among these parts, then
 * (to a 128th of a point) among the lines of each channel, so nothing is left over.
 *
 * Like the score: pure, and the same bits everywhere. No allocation but from the arena.
 */
#include "scoring/risk.h"

enum { AX_RISK_REASONS_MAX = 4 };

struct ax_risk_line { /* one fact in one channel; in the order of the ledger, then of channels */
    uint32_t entry;   /* index in the ledger */
    uint16_t channel;
    int32_t points; /* <= 0, or 1 where rounding gives it */
    int32_t day;    /* of the event */
    int32_t until;  /* last day on which it counts by law; AX_DAY_NONE: for ever, fading */
    double weight;  /* on its day */
    double decayed; /* share of the channel's facts that it is today, both lanes by their beta */
};

struct ax_risk_part { /* of a channel, in points */
    int32_t facts;    /* <= 0 */
    int32_t credit;   /* >= 0: for exposure without facts */
    int32_t recency;  /* >= 0: for the time since the last one */
    int32_t net;      /* the sum: below 0 it is worse than its peers' average */
    uint32_t lines;
    double found;    /* decayed weight of what is there, and … */
    double expected; /* … of what peers have in the same exposure; both of the lane that says more */
};

struct ax_risk_reason {
    uint16_t channel;
    int32_t points; /* lost against the peers' average, < 0 */
};

struct ax_risk_explained {
    int32_t day;
    struct ax_risk risk;
    const struct ax_risk_model *model;
    const struct ax_risk_peer *peer;
    int32_t base;        /* 600 */
    int32_t peers;       /* what makes the peers' own average `base` */
    int32_t recency;     /* time since any adverse fact */
    int32_t interaction; /* of the two heads */
    int32_t clamp;       /* what the ends of the scale take */
    struct ax_risk_part channels[AX_RISK_CHANNELS];
    struct ax_risk_line *lines; /* arena memory */
    size_t line_count;
    uint32_t *aside; /* arena memory: entries that count on the day, but of whose event the other side does */
    size_t aside_count;
    struct ax_risk_reason reasons[AX_RISK_REASONS_MAX]; /* most points lost first */
    size_t reason_count;
    struct ax_risk_state state;
};

/* Where the enterprise is not rated (NR) all points are 0, and lines still say what there is. AX_LIMIT: the arena is full. */
ax_rc ax_risk_explain(const struct ax_ledger *ledger, const struct ax_pack *pack, const struct ax_risk_edition *edition,
        int32_t day, struct ax_arena *arena, struct ax_risk_explained *out) AX_MUST_CHECK;

enum ax_risk_outlook { AX_RISK_OUTLOOK_STABLE, AX_RISK_OUTLOOK_POSITIVE, AX_RISK_OUTLOOK_NEGATIVE };

struct ax_risk_prospect {
    struct ax_risk now;
    struct ax_risk before; /* 90 days ago, by the facts known now */
    int32_t change;        /* score now less score then; 0 where one of them is not rated */
    enum ax_risk_outlook outlook;
};

enum { AX_RISK_OUTLOOK_DAYS = 90, AX_RISK_AHEAD_DAYS = 3653 };

/* What time did to the score; `then` is the ledger of 90 days ago. */
void ax_risk_prospect_of(const struct ax_ledger *ledger, const struct ax_ledger *then, const struct ax_pack *pack,
        const struct ax_risk_edition *edition, int32_t day, struct ax_risk_prospect *out);

struct ax_risk_better {
    int32_t grade; /* AX_RISK_GRADE_NONE: there is none */
    int32_t on;    /* the first day with it; AX_DAY_NONE */
};

/* The first day within [from, until] on which time alone leads to a better grade by this edition; false: it does not, and
 * nothing is written. Looks at spans of days, each at the cost of a score, 64 of them, fewer of a large ledger. */
bool ax_risk_find_better(const struct ax_ledger *ledger, const struct ax_pack *pack,
        const struct ax_risk_edition *edition, int32_t from, int32_t until, int32_t grade, struct ax_risk_better *out);
