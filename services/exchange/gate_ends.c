/* SPDX-License-Identifier: Apache-2.0 */
#include "services/exchange/gate_ends.h"

enum { ARENA_BYTES = 64 << 10 };

const struct ax_gate *ax_gate_of(const struct ax_gate_case *c, int32_t day)
{
    struct ax_profile profile;
    ax_ledger_profile(c->ledger, &profile);
    return ax_bundle_choose_gate(ax_rater_bundle(c->rater, day), ax_rater_place(c->ledger, c->enterprise), AX_STR(""),
            profile.industry, day);
}

static int32_t earlier_after(int32_t day, int32_t first, int32_t other)
{
    bool counts = other != AX_DAY_NONE && other > day;
    return counts && (first == AX_DAY_NONE || other < first) ? other : first;
}

/* The next day on which some gate, level edition or bundle begins or has ended; AX_DAY_NONE: there is none. */
static int32_t next_edge(const struct ax_rater *rater, int32_t day)
{
    const struct ax_bundle *bundle = ax_rater_bundle(rater, day);
    int32_t next = AX_DAY_NONE;
    for (size_t i = 0; i < rater->edition_day_count; i++) {
        next = earlier_after(day, next, rater->edition_days[i]);
    }
    for (size_t i = 0; i < bundle->gate_count; i++) {
        struct ax_scope scope = ax_pack_scope(&bundle->gates[i].rules[AX_PURPOSE_LICENSING]);
        int32_t ended = scope.effective_to == AX_DAY_NONE || scope.effective_to >= AX_DAY_MAX ? AX_DAY_NONE
                                                                                              : scope.effective_to + 1;
        next = earlier_after(day, earlier_after(day, next, scope.effective_from), ended);
    }
    return next;
}

static bool is_open(const struct ax_gate_reason *r, int32_t day)
{
    return r->ends_on == AX_DAY_NONE || r->ends_on >= day;
}

static bool any_open(const struct ax_gate_answer *answer, int32_t day)
{
    for (size_t i = 0; i < answer->reason_count; i++) {
        if (is_open(&answer->reasons[i], day)) {
            return true;
        }
    }
    return false;
}

static const struct ax_gate_reason *find(const struct ax_gate_answer *answer, const struct ax_gate_reason *like)
{
    for (size_t i = 0; i < answer->reason_count; i++) {
        const struct ax_gate_reason *r = &answer->reasons[i];
        if (r->entry == like->entry && r->decision == like->decision && ax_str_eq(r->rule_id, like->rule_id)) {
            return r;
        }
    }
    return NULL;
}

/* What is still open on the day on which other rules begin is as these rules say. */
static void settle(struct ax_gate_answer *answer, const struct ax_gate_answer *then, int32_t day)
{
    for (size_t i = 0; i < answer->reason_count; i++) {
        struct ax_gate_reason *r = &answer->reasons[i];
        if (is_open(r, day)) {
            const struct ax_gate_reason *same = find(then, r);
            r->ends_on = same != NULL ? same->ends_on : then->left_off > 0 ? AX_DAY_NONE : day;
        }
    }
}

static ax_rc decide_on(const struct ax_gate_case *c, int32_t day, const struct ax_gate *gate,
        const struct ax_pack *pack, struct ax_arena *arena, struct ax_gate_answer *out, struct ax_err *err)
{
    struct ax_rate rate;
    *out = (struct ax_gate_answer){.decision = AX_DECISION_NONE};
    if (gate == NULL) {
        return AX_RC(OK);
    }
    ax_rate(c->ledger, pack, day, &rate);
    struct ax_gate_rating rating = {.pack = pack, .rate = &rate, .incomplete = c->incomplete};
    return ax_gate_decide(gate, c->purpose, c->ledger, &rating, day, arena, out, err);
}

ax_rc ax_gate_follow(const struct ax_gate_case *c, int32_t day, struct ax_gate_answer *answer, struct ax_err *err)
{
    const struct ax_gate *gate = ax_gate_of(c, day);
    const struct ax_pack *pack = ax_rater_pack(c->rater, c->ledger, c->enterprise, day);
    ax_rc rc = AX_RC(OK);
    size_t editions = 0;
    for (int32_t on = next_edge(c->rater, day); on != AX_DAY_NONE && editions < AX_GATE_EDITIONS_MAX && ax_ok(rc);
            on = next_edge(c->rater, on)) {
        const struct ax_gate *gate_then = ax_gate_of(c, on);
        const struct ax_pack *pack_then = ax_rater_pack(c->rater, c->ledger, c->enterprise, on);
        if (!any_open(answer, on)) {
            break;
        }
        if (gate_then == gate && pack_then == pack) {
            continue;
        }
        struct ax_arena arena;
        struct ax_gate_answer then;
        ax_arena_init(&arena, ARENA_BYTES, AX_VIEW_READ_MAX_BYTES);
        rc = decide_on(c, on, gate_then, pack_then, &arena, &then, err);
        if (ax_ok(rc)) {
            settle(answer, &then, on);
        }
        ax_arena_deinit(&arena);
        gate = gate_then;
        pack = pack_then;
        editions++;
    }
    return rc;
}
