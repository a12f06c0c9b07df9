/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Seeded random facts of the kinds that stand for a time; what speaks against an enterprise each test makes as it needs it. */
#include "tests/unit/scoring_world.h"

/* Days that facts are of, and for how long one may stand. */
struct random_days {
    const char *first;
    uint64_t count;
    uint64_t stands;
};

static inline int32_t random_day(const struct random_days *days, uint64_t *seed)
{
    return world_day(days->first) + (int32_t)world_below(seed, days->count);
}

/* A third is open. */
static inline int32_t random_end(const struct random_days *days, uint64_t *seed, int32_t day)
{
    return world_below(seed, 3) == 0 ? AX_DAY_NONE : day + (int32_t)world_below(seed, days->stands);
}

static inline struct ax_fact random_hazard(const struct random_days *days, uint64_t *seed, int32_t day)
{
    struct ax_fact f = world_fact(AX_FACT_HAZARD, "");
    f.hazard.level = 1 + (int32_t)world_below(seed, 2);
    f.hazard.finder = (int32_t)world_below(seed, 4);
    f.hazard.supervised = world_below(seed, 3) == 0;
    f.hazard.produced_meanwhile = world_below(seed, 3) == 0;
    f.hazard.found_on = day;
    f.hazard.due_on = random_end(days, seed, day);
    f.hazard.closed_on = random_end(days, seed, day);
    return f;
}

static inline struct ax_fact random_standing(const struct random_days *days, uint64_t *seed)
{
    const int32_t day = random_day(days, seed);
    struct ax_fact f;
    switch (world_below(seed, 6)) {
    case 0:
        f = world_fact(AX_FACT_STANDARDISATION, "");
        f.standardisation.level = 1 + (int32_t)world_below(seed, 4);
        f.standardisation.valid_from = day;
        f.standardisation.valid_until = random_end(days, seed, day);
        return f;
    case 1:
        return random_hazard(days, seed, day);
    case 2:
        f = world_fact(AX_FACT_LIST_ENTRY, "");
        f.list_entry.list = 1 + (int32_t)world_below(seed, 6);
        f.list_entry.listed_from = day;
        f.list_entry.listed_until = random_end(days, seed, day);
        return f;
    case 3:
        f = world_fact(AX_FACT_INSURANCE_POLICY, "");
        f.insurance_policy.covered_from = day;
        f.insurance_policy.covered_until = day + 365;
        return f;
    case 4:
        f = world_fact(AX_FACT_CERTIFICATE, "");
        f.certificate.kind = 4;
        f.certificate.count = (uint32_t)world_below(seed, 6);
        f.certificate.valid_from = day;
        return f;
    default:
        f = world_fact(AX_FACT_LICENCE, "");
        f.licence.licence_state = 1 + (int32_t)world_below(seed, 4);
        f.licence.valid_from = day;
        f.licence.valid_until = random_end(days, seed, day);
        return f;
    }
}
