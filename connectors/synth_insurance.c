/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policies and claims on top of made-up accidents. No public data joins claims with accidents: sizes, delays and stages are ours
 * and say nothing about real insurers.
 */
#include "connectors/synth_facts.h"

static const char insurer[] = "91149990MA0000007W";

enum {
    POLICY_YEARS = 5,
    STAGES_MAX = 5,
    SECONDS_A_DAY = 86400,
};

void ax_synth_plan_cover(struct ax_synth_facts *s)
{
    s->insured = s->profile.sector->high_risk && !(s->plan.listed && ax_random_percent(&s->random, 30));
    s->covered_from = s->until - ax_random_between(&s->random, 0, 300);
}

/* The year before the newest policy is 1, and so on; POLICY_YEARS: none covers the day. */
static int policy_year(const struct ax_synth_facts *s, int32_t day)
{
    int year = 0;
    while (year < POLICY_YEARS && day < ax_day_add_months(s->covered_from, -12 * year)) {
        year++;
    }
    return s->insured ? year : POLICY_YEARS;
}

ax_str ax_synth_policy_number(struct ax_synth_facts *s, int32_t day)
{
    int year = policy_year(s, day);
    return year == POLICY_YEARS ? AX_STR("") : ax_synth_text(s, "pol-%s-%d", s->profile.code, POLICY_YEARS - year);
}

void ax_synth_add_policies(struct ax_synth_facts *s)
{
    for (int year = 0; s->insured && year < POLICY_YEARS; year++) {
        int32_t from = ax_day_add_months(s->covered_from, -12 * year);
        struct ax_fact *fact = ax_synth_add(s, "insurer-shili", "pol", AX_FACT_INSURANCE_POLICY, from);
        struct ax_insurance_policy *p = &fact->insurance_policy;
        p->policy_number = ax_synth_policy_number(s, from);
        p->insurer = ax_str_c(insurer);
        p->covered_from = from;
        p->covered_until = ax_day_add_months(s->covered_from, -12 * (year - 1)) - 1;
        p->limit_per_death_fen = 60000000;
        p->aggregate_limit_fen = 3000000000;
        p->insured_heads = s->profile.employees;
        p->premium_fen = (int64_t)s->profile.employees * ax_random_between(&s->random, 180, 900) * 100;
        p->received_fen = p->premium_fen;
        p->prevention_spent_fen = p->premium_fen * ax_random_between(&s->random, 5, 21) / 100;
        p->commission_ppm = 50000;
    }
}

/* One look at a claim: on a day, percent of what it comes to in the end. */
struct stage {
    int32_t day;
    int32_t paid_percent;
    int32_t incurred_percent;
};

/* The first report, what is paid meanwhile, and the end; grave claims take longer and are estimated too low at first. */
static size_t make_stages(struct ax_synth_facts *s, int32_t reported, bool grave, struct stage stages[STAGES_MAX])
{
    size_t count = grave ? 2 + ax_random_below(&s->random, 3) : 1 + ax_random_below(&s->random, 2);
    int32_t day = reported;
    int32_t incurred = grave ? ax_random_between(&s->random, 45, 75) : ax_random_between(&s->random, 70, 100);
    int32_t paid = 0;
    for (size_t i = 0; i < count; i++) {
        stages[i] = (struct stage){day, paid, incurred};
        day += grave ? ax_random_between(&s->random, 40, 170) : ax_random_between(&s->random, 15, 70);
        paid += (incurred - paid) * ax_random_between(&s->random, 10, 60) / 100;
        incurred += (100 - incurred) * ax_random_between(&s->random, 20, 70) / 100;
    }
    stages[count] = (struct stage){day, 100, 100};
    return count + 1;
}

static int64_t cost_of(struct ax_synth_facts *s, const struct ax_insurance_claim *c)
{
    int64_t minor = (int64_t)c->minor_injuries * ax_random_between(&s->random, 200, 3000) * 100;
    return (int64_t)c->deaths * 50000000 + (int64_t)c->serious_injuries * 12000000 + minor;
}

void ax_synth_add_claim(struct ax_synth_facts *s, int32_t day, const struct ax_accident *a)
{
    struct ax_insurance_claim claim = {.policy_number = ax_synth_policy_number(s, day), .insurer = ax_str_c(insurer)};
    if (claim.policy_number.len == 0) {
        return;
    }
    claim.deaths = a == NULL ? 0 : a->deaths;
    claim.serious_injuries = a == NULL ? 0 : a->serious_injuries;
    claim.minor_injuries = a == NULL ? 1 : ax_random_below(&s->random, 3);
    claim.accident_id = a == NULL ? AX_STR("") : a->accident_id;
    claim.reported_on = day + ax_random_between(&s->random, 0, 6);
    int64_t cost = cost_of(s, &claim);
    bool refused = a == NULL && ax_random_percent(&s->random, 8);
    struct stage stages[STAGES_MAX];
    size_t count = make_stages(s, claim.reported_on, a != NULL, stages);
    claim.claim_number = ax_synth_text(s, "c-%s-%zu", s->profile.code, s->count + 1);
    for (size_t i = 0; i < count && stages[i].day <= s->until; i++) {
        bool last = i + 1 == count;
        struct ax_fact *fact = ax_synth_add(s, "insurer-shili", "c", AX_FACT_INSURANCE_CLAIM, day);
        fact->reference = claim.claim_number;
        fact->revision = (int64_t)stages[i].day * SECONDS_A_DAY;
        fact->insurance_claim = claim;
        struct ax_insurance_claim *c = &fact->insurance_claim;
        c->paid_fen = refused ? 0 : cost * stages[i].paid_percent / 100;
        c->reserved_fen = refused && last ? 0 : cost * stages[i].incurred_percent / 100 - c->paid_fen;
        c->claim_state = !last ? AX_CLAIM_STATE_OPEN : refused ? AX_CLAIM_STATE_REFUSED : AX_CLAIM_STATE_PAID;
        c->closed_on = last ? stages[i].day : AX_DAY_NONE;
    }
}
