/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A few facts and what they are rated on a day, by the shipped pack. */
#include "tests/unit/scoring_world.h"

enum { FACTS_MAX = 40 };

struct scene {
    struct ax_ledger ledger;
    struct ax_fact facts[FACTS_MAX];
    size_t count;
};

static inline void begin(struct scene *s, int32_t standard)
{
    ax_ledger_init(&s->ledger);
    s->count = 0;
    if (standard != 0) {
        /* Without dates it stands always, and does not say how long anything has been known. */
        struct ax_fact f = world_fact(AX_FACT_STANDARDISATION, "std");
        f.standardisation.level = standard;
        s->facts[s->count++] = f;
    }
}

static inline void with(struct scene *s, struct ax_fact f)
{
    s->facts[s->count++] = f;
}

static inline struct ax_rate on(struct scene *s, const char *day)
{
    struct ax_rate r;
    ax_ledger_deinit(&s->ledger);
    world_merge(&s->ledger, s->facts, s->count);
    ax_rate(&s->ledger, world_pack(), world_day(day), &r);
    return r;
}

static inline void end(struct scene *s)
{
    ax_ledger_deinit(&s->ledger);
}
