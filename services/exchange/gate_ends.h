/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Until when the reasons of a gate's answer hold, beyond the days of the rules that gave it: where another edition of the gate
 * or of the level begins, or another bundle of packs, a reason goes on if the rules of that day give the same one (rule,
 * decision, fact), and ends if they do not. Any thread; memory is the caller's.
 */
#include "scoring/gate.h"
#include "services/lib/view/rater.h"

enum {
    AX_GATE_EDITIONS_MAX = 8, /* followed; what holds in all of them has no known end */
};

/* Of whom and by what an answer was given. */
struct ax_gate_case {
    const struct ax_rater *rater;
    const struct ax_ledger *ledger;
    ax_str enterprise;
    enum ax_purpose purpose;
    bool incomplete;
};

/* The edition of the gate for the enterprise; NULL: none covers it. */
const struct ax_gate *ax_gate_of(const struct ax_gate_case *c, int32_t day);
/* `answer` is that of `day`; its reasons get the days on which they end. */
ax_rc ax_gate_follow(
        const struct ax_gate_case *c, int32_t day, struct ax_gate_answer *answer, struct ax_err *err) AX_MUST_CHECK;
