/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Simulated liability claims (模拟): no public data joins claims with enforcement, so claims are made up on top of real
 * accidents. Each death, each permanent disability and the lost days of a quarter become a claim. Its amount is log-normal
 * around a mean of our own, reported after a delay; paid and incurred (paid and reserved) grow with age towards the same
 * ultimate amount, and paid never exceeds incurred. A claim depends on seed, unit, quarter and number alone, not on any other,
 * so the order in which they are asked for does not matter. Pure. Whoever shows them says that they are simulated.
 */
#include "base/rc.h"

enum ax_sim_kind { AX_SIM_DEATH, AX_SIM_DISABILITY, AX_SIM_INJURY };

enum { AX_SIM_CLAIMS_MAX = 256 /* of a quarter */, AX_SIM_CLOSED_DAYS = 6 * 365 };

struct ax_sim_accident {
    uint64_t unit;
    int32_t year;
    int32_t quarter; /* 1..4 */
    int32_t day;     /* on which it happened, any day number */
    uint32_t deaths;
    uint32_t disabilities;
    double days_lost;
};

struct ax_sim_claim {
    enum ax_sim_kind kind;
    int32_t occurred; /* day */
    int32_t reported;
    int64_t ultimate_fen;
};

/* Means in fen, all `ours`: 死亡 120 万元, 伤残 40 万元, 每损失工日 400 元 and 5,000 元 a case. */
size_t ax_sim_claims(uint64_t seed, const struct ax_sim_accident *a, struct ax_sim_claim out[AX_SIM_CLAIMS_MAX]);
/* As known on a day; 0 before the claim is reported. */
int64_t ax_sim_claim_paid_fen(const struct ax_sim_claim *c, int32_t day);
int64_t ax_sim_claim_incurred_fen(const struct ax_sim_claim *c, int32_t day);
