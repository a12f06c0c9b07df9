/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Simpler predictions of lost-time quarters, from what was known before a day: the rate of the peers, the own rate of the
 * last 12 months, FMCSA's weights 3, 2, 1 over 24 months (on lost-time quarters, and on violations), and decayed quarters
 * shrunk to the peers (half-life 548 days, κ = 1 expected quarter). For all mines exposure is time, peers are coal or not;
 * for those with hours it is hours, peers are mines of one type over the last three years. Pure but for the panel it reads.
 */
#include "services/lib/model/panel.h"
#include "services/lib/report/rows.h"

enum { AX_RIVAL_TYPES = AX_MINE_TYPE_OTHER + 1 };

struct ax_rival_rate {
    double lost;       /* quarters … */
    double violations; /* … and violations, a year or an hour */
};

struct ax_rivals {
    const struct ax_panel *panel;
    int32_t day;
    struct ax_rival_rate by_time[2]; /* [coal] */
    struct ax_rival_rate by_hours[AX_RIVAL_TYPES];
};

/* True for a mine with a row of quarters in the 36 months before the day. */
bool ax_backtest_in_cohort(const struct ax_panel *panel, const struct ax_panel_mine *mine, int32_t day);
/* Type of the latest year before the day. */
size_t ax_backtest_type(const struct ax_panel *panel, const struct ax_panel_mine *mine, int32_t day);
void ax_rivals_prepare(struct ax_rivals *r, const struct ax_panel *panel, int32_t day);
void ax_rivals_by_time(const struct ax_rivals *r, const struct ax_panel_mine *mine, double out[AX_REPORT_RIVALS]);
/* Expected in so many hours. */
void ax_rivals_by_hours(
        const struct ax_rivals *r, const struct ax_panel_mine *mine, double hours, double out[AX_REPORT_RIVALS]);
