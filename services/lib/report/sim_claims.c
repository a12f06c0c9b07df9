/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/report/sim_claims.h"

#include "base/random.h"

#include <math.h>

static const struct {
    double mean_fen;
    double log_sd;
    double paid_days;    /* of the exponential growth of what is paid */
    double first_share;  /* of the ultimate amount, incurred when reported */
    double reserve_days; /* of the growth of the rest */
    double delay_days;   /* mean of the delay in reporting */
} kinds[] = {
        [AX_SIM_DEATH] = {120e6, 0.3, 240, 0.7, 300, 10},
        [AX_SIM_DISABILITY] = {40e6, 0.6, 500, 0.5, 500, 45},
        [AX_SIM_INJURY] = {0.5e6, 0.8, 180, 0.6, 240, 25},
};
static const double fen_a_day = 40000;

static double uniform(struct ax_random *r)
{
    return ((double)(ax_random_next(r) >> 11) + 0.5) / 9007199254740992.0; /* 2^53 */
}

/* Twelve uniforms less six: normal enough, and bounded by ±6. */
static double normal(struct ax_random *r)
{
    double sum = -6;
    for (int i = 0; i < 12; i++) {
        sum += uniform(r);
    }
    return sum;
}

static struct ax_sim_claim draw(uint64_t seed, const struct ax_sim_accident *a, enum ax_sim_kind kind, uint32_t number)
{
    struct ax_random r;
    uint64_t mixed = seed;
    const uint64_t parts[] = {a->unit, (uint64_t)(4 * a->year + a->quarter), (uint64_t)kind, number};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        mixed ^= parts[i];
        mixed = ax_random_mix(&mixed);
    }
    ax_random_init(&r, mixed);
    double sd = kinds[kind].log_sd,
           mean = kinds[kind].mean_fen + (kind == AX_SIM_INJURY ? fen_a_day * a->days_lost : 0);
    double amount = mean * exp(sd * normal(&r) - sd * sd / 2);
    double delay = -kinds[kind].delay_days * log(uniform(&r));
    struct ax_sim_claim c = {kind, a->day, a->day + (int32_t)(delay < 365 ? delay : 365), (int64_t)amount};
    return c;
}

size_t ax_sim_claims(uint64_t seed, const struct ax_sim_accident *a, struct ax_sim_claim out[AX_SIM_CLAIMS_MAX])
{
    size_t n = 0;
    for (uint32_t i = 0; i < a->deaths && n < AX_SIM_CLAIMS_MAX; i++) {
        out[n++] = draw(seed, a, AX_SIM_DEATH, i);
    }
    for (uint32_t i = 0; i < a->disabilities && n < AX_SIM_CLAIMS_MAX; i++) {
        out[n++] = draw(seed, a, AX_SIM_DISABILITY, i);
    }
    if (a->days_lost > 0 && n < AX_SIM_CLAIMS_MAX) {
        out[n++] = draw(seed, a, AX_SIM_INJURY, 0);
    }
    return n;
}

static int64_t grown(const struct ax_sim_claim *c, int32_t day, double first, double days)
{
    if (day < c->reported) {
        return 0;
    }
    if (day - c->occurred >= AX_SIM_CLOSED_DAYS) {
        return c->ultimate_fen;
    }
    double share = first + (1 - first) * -expm1(-(day - c->reported) / days);
    return (int64_t)(share * (double)c->ultimate_fen);
}

int64_t ax_sim_claim_paid_fen(const struct ax_sim_claim *c, int32_t day)
{
    int64_t incurred = ax_sim_claim_incurred_fen(c, day), paid = grown(c, day, 0, kinds[c->kind].paid_days);
    return paid < incurred ? paid : incurred;
}

int64_t ax_sim_claim_incurred_fen(const struct ax_sim_claim *c, int32_t day)
{
    return grown(c, day, kinds[c->kind].first_share, kinds[c->kind].reserve_days);
}
