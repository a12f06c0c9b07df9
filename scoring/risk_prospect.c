/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/risk_explain.h"

/* Spans looked at for the next grade; of a large ledger as many as cost so many looks at a fact, but some. */
enum { SPANS_MAX = 64, SPANS_MIN = 4, LOOKS_OF_MANY = 1 << 18 };

struct looking {
    const struct ax_ledger *ledger;
    const struct ax_pack *pack;
    const struct ax_risk_edition *e;
};

static void score(const struct looking *k, int32_t day, struct ax_risk_state *state, struct ax_risk *out)
{
    ax_risk_state_of(k->ledger, k->pack, k->e, day, state);
    ax_risk_at(k->e, state, day, out);
}

/* The first day in (after, until] of a span on which the grade is better than that; the last is known to be. */
static int32_t first_better(
        const struct looking *k, const struct ax_risk_state *state, int32_t after, int32_t until, int32_t grade)
{
    struct ax_risk r;
    while (until - after > 1) {
        int32_t middle = after + (until - after) / 2;
        ax_risk_at(k->e, state, middle, &r);
        if (r.rated && r.grade < grade) {
            until = middle;
        } else {
            after = middle;
        }
    }
    return until;
}

bool ax_risk_find_better(const struct ax_ledger *ledger, const struct ax_pack *pack,
        const struct ax_risk_edition *edition, int32_t from, int32_t until, int32_t grade, struct ax_risk_better *out)
{
    const struct looking k = {ledger, pack, edition};
    uint32_t spans = LOOKS_OF_MANY / (ledger->count + 1);
    spans = spans > SPANS_MAX ? SPANS_MAX : spans < SPANS_MIN ? SPANS_MIN : spans;
    for (int32_t at = from; spans > 0 && at <= until; spans--) {
        struct ax_risk r;
        struct ax_risk_state state;
        score(&k, at, &state, &r);
        int32_t end =
                state.next_boundary == AX_DAY_NONE || state.next_boundary > until ? until : state.next_boundary - 1;
        bool begins = r.rated && r.grade < grade;
        if (!begins) {
            ax_risk_at(edition, &state, end, &r);
        }
        if (r.rated && r.grade < grade) {
            out->on = begins ? at : first_better(&k, &state, at, end, grade);
            ax_risk_at(edition, &state, out->on, &r);
            out->grade = r.grade;
            return true;
        }
        at = end + 1;
    }
    return false;
}

void ax_risk_prospect_of(const struct ax_ledger *ledger, const struct ax_ledger *then, const struct ax_pack *pack,
        const struct ax_risk_edition *edition, int32_t day, struct ax_risk_prospect *out)
{
    const struct looking k = {ledger, pack, edition};
    const struct looking ago = {then, pack, edition};
    struct ax_risk_state state;
    memset(out, 0, sizeof *out);
    score(&ago, day - AX_RISK_OUTLOOK_DAYS, &state, &out->before);
    score(&k, day, &state, &out->now);
    if (out->now.rated && out->before.rated) {
        out->change = out->now.score - out->before.score;
        out->outlook = out->change >= edition->outlook_points    ? AX_RISK_OUTLOOK_POSITIVE
                       : out->change <= -edition->outlook_points ? AX_RISK_OUTLOOK_NEGATIVE
                                                                 : AX_RISK_OUTLOOK_STABLE;
    }
}
