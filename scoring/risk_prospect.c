/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/risk_explain.h"

/* Spans looked at for the next grade; of a large ledger as many as cost so many looks at a fact, but some. */
enum { SPANS_MAX = 64, SPANS_MIN = 4, LOOKS_OF_MANY = 1 << 18 };

struct looking {
    const struct ax_ledger *ledger;
    const struct ax_pack *pack;
    const struct ax_risk_edition *e;
};

static void score(
        const struct looking *k, int32_t day, bool without_objected, struct ax_risk_state *state, struct ax_risk *out)
{
    ax_risk_state_of(k->ledger, k->pack, k->e, day, without_objected, state);
    ax_risk_at(k->e, state, day, out);
}

static bool has_objected(const struct ax_ledger *l)
{
    for (uint32_t i = 0; i < l->count; i++) {
        if ((l->entries[i].marks & AX_MARK_HEAD) != 0 && l->entries[i].state == AX_FACT_STATE_OBJECTED) {
            return true;
        }
    }
    return false;
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

/* `state` is that of the day, and is used up. */
static void look_ahead(const struct looking *k, int32_t day, struct ax_risk_state *state, struct ax_risk_prospect *p)
{
    int32_t limit = day + AX_RISK_AHEAD_DAYS;
    uint32_t spans = LOOKS_OF_MANY / (k->ledger->count + 1);
    spans = spans > SPANS_MAX ? SPANS_MAX : spans < SPANS_MIN ? SPANS_MIN : spans;
    int32_t at = day;
    for (struct ax_risk r; spans > 0; spans--) {
        int32_t end =
                state->next_boundary == AX_DAY_NONE || state->next_boundary > limit ? limit : state->next_boundary - 1;
        ax_risk_at(k->e, state, end, &r);
        if (r.rated && r.grade < p->now.grade) {
            p->next_grade_on = first_better(k, state, at, end, p->now.grade);
            ax_risk_at(k->e, state, p->next_grade_on, &r);
            p->next_grade = r.grade;
            return;
        }
        at = end + 1;
        if (at > limit) {
            return;
        }
        score(k, at, false, state, &r);
        if (r.rated && r.grade < p->now.grade) {
            p->next_grade_on = at;
            p->next_grade = r.grade;
            return;
        }
    }
}

void ax_risk_prospect_of(const struct ax_ledger *ledger, const struct ax_pack *pack,
        const struct ax_risk_edition *edition, int32_t day, struct ax_risk_prospect *out)
{
    const struct looking k = {ledger, pack, edition};
    struct ax_risk_state state;
    memset(out, 0, sizeof *out);
    out->next_grade_on = AX_DAY_NONE;
    score(&k, day - AX_RISK_OUTLOOK_DAYS, false, &state, &out->before);
    score(&k, day, true, &state, &out->without_objected);
    if (has_objected(ledger)) {
        score(&k, day, false, &state, &out->now);
    } else {
        out->now = out->without_objected;
    }
    if (!out->now.rated) {
        return;
    }
    if (out->before.rated) {
        out->change = out->now.score - out->before.score;
        out->outlook = out->change >= edition->outlook_points    ? AX_RISK_OUTLOOK_POSITIVE
                       : out->change <= -edition->outlook_points ? AX_RISK_OUTLOOK_NEGATIVE
                                                                 : AX_RISK_OUTLOOK_STABLE;
    }
    if (out->now.grade > AX_RISK_GRADE_AAA) {
        look_ahead(&k, day, &state, out);
    }
}
