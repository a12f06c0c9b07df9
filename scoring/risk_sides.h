/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * An event counts once, with the graver of its two sides: the accident, and what answers it, penalties and claims. Where no
 * accident is reported but claims tell of people harmed, what they tell stands for it. Channels are weighed together, so
 * which side is the graver depends on all that is known and on the day: the sums of a state hold the accident where one is
 * reported, else what answers it; the state keeps beside them what the other side would change; and a score is the worst over
 * all choices of sides (ax_risk_at). So whatever becomes known of an event, but for the unit's share of the liability, the
 * score gets no better: what it was before is still a choice. Of more events than there is room for the newest have a choice,
 * and of the others both sides count.
 *
 * Private to scoring/risk*. Pure, no allocation, linear in facts.
 */
#include "scoring/risk_fact.h"

/* The events of the day, of a ledger with so many entries. */
void ax_risk_see_sides(const struct ax_risk_look *at, uint32_t count, struct ax_risk_state *s);

/* What is found of the state where the events of some bits are turned to their other side. */
struct ax_risk_found {
    double sum[AX_RISK_SLOTS];
    int32_t last[AX_RISK_CHANNELS]; /* of either side of those */
    int32_t last_any;
};

void ax_risk_found_by(const struct ax_risk_state *s, uint32_t turned, struct ax_risk_found *out);
/* Whether the entry is of an event that has a choice, and counts on the day, or would. */
bool ax_risk_has_choice(const struct ax_risk_look *at, const struct ax_risk_state *s, const struct ax_entry *e);
/* What an entry weighs on the side that the sums hold, or on the other; false: nothing, or not on the day, or another side
 * counts where the events of these bits are turned. The state was made from this ledger. */
bool ax_risk_side_of(const struct ax_risk_look *at, const struct ax_risk_state *s, uint32_t turned, bool other,
        const struct ax_entry *e, struct ax_risk_fact *out);
