/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/gate.h"

enum {
    ENDS_TRIES = 32, /* changes looked at to find out when a reason ends */
};

const char *ax_purpose_name(enum ax_purpose purpose)
{
    static const char *const names[] = {"", "licensing", "procurement", "project_approval"};
    return names[purpose];
}

static ax_rc broken(struct ax_err *err, ax_str rule, const char *field, const char *why)
{
    return ax_fail_field(err, AX_INVALID, field, rule.ptr, rule.len, "%s", why);
}

static ax_rc check_rule(const struct ax_rule *r, enum ax_decision decision, struct ax_err *err)
{
    if (r->effect != AX_EFFECT_FLAG) {
        return broken(err, r->id, "effect", "a rule of the gate is a flag: its effect is what it decides");
    }
    if (decision != AX_DECISION_REVIEW && decision != AX_DECISION_DENY) {
        return broken(err, r->id, "decision", "must be review or deny");
    }
    if (decision == AX_DECISION_DENY &&
            (r->provenance == AX_PROVENANCE_OURS || !ax_provenance_holds(r->provenance, r->legal_basis))) {
        return broken(
                err, r->id, "decision", "deny only where a law says so: provenance is not ours, legal_basis is given");
    }
    return AX_RC(OK);
}

static ax_rc check_rating_rule(const struct ax_gate_rating_rule *r, struct ax_err *err)
{
    const char *silent = ax_scope_silent_key(r->id, r->title_zh, r->title_en);
    if (silent != NULL) {
        return broken(err, r->id, silent, "a rule has an id and a title in Chinese and English");
    }
    if (!ax_provenance_holds(r->provenance, r->legal_basis)) {
        return broken(err, r->id, "legal_basis", "must be given, or provenance must say ours");
    }
    if (r->purposes == 0) {
        return broken(err, r->id, "purposes", "at least one");
    }
    bool looks_at_level = r->at_or_below >= AX_LEVEL_A1 && r->at_or_below <= AX_LEVEL_D;
    if (looks_at_level == r->incomplete) {
        return broken(err, r->id, "at_or_below", "either a level A1 to D or incomplete");
    }
    return AX_RC(OK);
}

ax_rc ax_gate_compile(const struct ax_gate *g, struct ax_err *err)
{
    for (int p = AX_PURPOSE_NONE + 1; p < AX_PURPOSE_COUNT; p++) {
        for (size_t i = 0; i < g->rules[p].rule_count; i++) {
            AX_TRY(check_rule(&g->rules[p].rules[i], (enum ax_decision)g->decides[p][i], err));
        }
    }
    if (g->rating_count > AX_GATE_RATING_RULES_MAX) {
        return broken(err, g->id, "ratings", "at most 16");
    }
    for (size_t i = 0; i < g->rating_count; i++) {
        AX_TRY(check_rating_rule(&g->ratings[i], err));
    }
    return AX_RC(OK);
}

struct deciding {
    const struct ax_gate *gate;
    const struct ax_pack *pack; /* the rules of the purpose */
    enum ax_purpose purpose;
    const struct ax_ledger *ledger;
    int32_t day;
    struct ax_gate_answer *out;
    int32_t ends[AX_PACK_RULES_MAX]; /* of the rules that hold */
};

static void note(struct deciding *d, struct ax_gate_reason reason)
{
    struct ax_gate_answer *out = d->out;
    if (reason.decision == AX_DECISION_DENY || out->decision != AX_DECISION_DENY) {
        out->decision = reason.decision;
    }
    size_t at = out->reason_count;
    while (at > 0 &&
            out->reasons[at - 1].decision < reason.decision) { /* the graver ones are greater, and come first */
        at--;
    }
    if (out->reason_count == AX_GATE_REASONS_MAX) {
        out->left_off++;
        if (at == AX_GATE_REASONS_MAX) {
            return;
        }
        out->reason_count--;
    }
    for (size_t i = out->reason_count; i > at; i--) {
        out->reasons[i] = out->reasons[i - 1];
    }
    out->reasons[at] = reason;
    out->reason_count++;
}

static bool has_flag(const struct ax_rate *rate, uint16_t rule)
{
    for (size_t i = 0; i < rate->flag_count; i++) {
        if (rate->flags[i] == rule) {
            return true;
        }
    }
    return false;
}

/* Follows the changes that time alone will bring. */
static void find_ends(struct deciding *d, const struct ax_rate *now)
{
    struct ax_rate rate = *now;
    size_t open = now->flag_count;
    for (size_t i = 0; i < AX_PACK_RULES_MAX; i++) {
        d->ends[i] = AX_DAY_NONE;
    }
    for (size_t tries = 0; tries < ENDS_TRIES && open > 0 && rate.next_change_on != AX_DAY_NONE; tries++) {
        int32_t on = rate.next_change_on;
        ax_rate(d->ledger, d->pack, on, &rate);
        for (size_t i = 0; i < now->flag_count; i++) {
            uint16_t rule = now->flags[i];
            if (d->ends[rule] == AX_DAY_NONE && !has_flag(&rate, rule)) {
                d->ends[rule] = on;
                open--;
            }
        }
    }
}

static int32_t earlier(int32_t a, int32_t b)
{
    if (a == AX_DAY_NONE || b == AX_DAY_NONE) {
        return a == AX_DAY_NONE ? b : a;
    }
    return a < b ? a : b;
}

static void note_line(struct deciding *d, const struct ax_rate_line *line)
{
    const struct ax_rule *r = &d->pack->rules[line->rule];
    int32_t last = line->counts_until == AX_DAY_NONE ? AX_DAY_NONE : line->counts_until + 1;
    note(d, (struct ax_gate_reason){
                    .rule_id = r->id,
                    .title_zh = r->title_zh,
                    .title_en = r->title_en,
                    .legal_basis = r->legal_basis,
                    .provenance = r->provenance,
                    .decision = (enum ax_decision)d->gate->decides[d->purpose][line->rule],
                    .entry = line->entry,
                    .ends_on = earlier(last, d->ends[line->rule]),
            });
}

/* When time alone brings a better level than that. */
static int32_t better_on(const struct deciding *d, const struct ax_gate_rating *rating, int32_t level)
{
    struct ax_rate rate = *rating->rate;
    for (size_t tries = 0; tries < ENDS_TRIES && rate.next_change_on != AX_DAY_NONE; tries++) {
        int32_t on = rate.next_change_on;
        ax_rate(d->ledger, rating->pack, on, &rate);
        if ((int32_t)rate.level < level) {
            return on;
        }
    }
    return AX_DAY_NONE;
}

static bool is_low(const struct ax_gate_rating_rule *r, int32_t level)
{
    return r->at_or_below != 0 && level >= r->at_or_below && level <= AX_LEVEL_D;
}

static bool looks_at(const struct ax_gate_rating_rule *r, enum ax_purpose purpose, int32_t level, bool incomplete)
{
    return (r->purposes >> purpose & 1) != 0 && (is_low(r, level) || (r->incomplete && incomplete));
}

/* Where nothing speaks against it. */
static enum ax_decision free_decision(int32_t level)
{
    return level == AX_LEVEL_UNRATED ? AX_DECISION_UNRATED : AX_DECISION_ALLOW;
}

static void note_rating(struct deciding *d, const struct ax_gate_rating *rating)
{
    int32_t level = (int32_t)rating->rate->level;
    for (size_t i = 0; i < d->gate->rating_count; i++) {
        const struct ax_gate_rating_rule *r = &d->gate->ratings[i];
        if (!looks_at(r, d->purpose, level, rating->incomplete)) {
            continue;
        }
        note(d, (struct ax_gate_reason){
                        .rule_id = r->id,
                        .title_zh = r->title_zh,
                        .title_en = r->title_en,
                        .legal_basis = r->legal_basis,
                        .provenance = r->provenance,
                        .decision = AX_DECISION_REVIEW,
                        .entry = UINT32_MAX,
                        .ends_on = is_low(r, level) ? better_on(d, rating, r->at_or_below) : AX_DAY_NONE,
                });
    }
}

ax_rc ax_gate_decide(const struct ax_gate *gate, enum ax_purpose purpose, const struct ax_ledger *ledger,
        const struct ax_gate_rating *rating, int32_t day, struct ax_arena *arena, struct ax_gate_answer *out,
        struct ax_err *err)
{
    struct ax_rate rate;
    struct ax_rate_line *lines = NULL;
    size_t count = 0;
    struct deciding d = {
            .gate = gate, .pack = &gate->rules[purpose], .purpose = purpose, .ledger = ledger, .day = day, .out = out};
    *out = (struct ax_gate_answer){.reasons = AX_ARENA_ARRAY(arena, struct ax_gate_reason, AX_GATE_REASONS_MAX)};
    if (out->reasons == NULL || !ax_ok(ax_rate_explain(ledger, d.pack, day, arena, &rate, &lines, &count))) {
        return ax_fail(err, AX_LIMIT, "no room for the reasons of %u facts", ledger->count);
    }
    find_ends(&d, &rate);
    for (size_t i = 0; i < count; i++) {
        if (lines[i].rule < d.pack->rule_count) {
            note_line(&d, &lines[i]);
        }
    }
    note_rating(&d, rating);
    if (out->decision == AX_DECISION_NONE) {
        out->decision = free_decision((int32_t)rating->rate->level);
    }
    return AX_RC(OK);
}

enum ax_decision ax_gate_decide_by_gist(
        const struct ax_gate *gate, enum ax_purpose purpose, const struct ax_gist *gist, int32_t level, bool incomplete)
{
    const struct ax_pack *pack = &gate->rules[purpose];
    for (size_t i = 0; i < pack->rule_count; i++) {
        if (ax_gist_may_hold(gist, pack, i)) {
            return AX_DECISION_NONE;
        }
    }
    for (size_t i = 0; i < gate->rating_count; i++) {
        if (looks_at(&gate->ratings[i], purpose, level, incomplete)) {
            return AX_DECISION_NONE;
        }
    }
    return free_decision(level);
}
