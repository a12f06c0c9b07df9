/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints what every compiler must print: powers, logarithms and scores of made-up ledgers, to the last bit. Built several
 * ways by tests/property/scoring_risk_builds; needs only scoring.
 */
#include "scoring/risk_math.h"
#include "tests/property/risk_random.h"

#include <inttypes.h>
#include <stdio.h>

enum { POINTS = 200000, EDITIONS = 20, LEDGERS = 500 };

static uint64_t hash = UINT64_C(0xCBF29CE484222325);

static void see(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    hash = (hash ^ bits) * UINT64_C(0x100000001B3);
    hash ^= hash >> 31;
}

static void see_risk(const struct ax_risk *r)
{
    see(r->exact);
    see(r->sd);
    see(r->credibility);
    see(r->expected_cost_fen);
    see(r->score * 1e9 + r->low * 1e6 + r->high * 1e3 + r->percentile);
    for (int i = 0; i < AX_RISK_SLOTS; i++) {
        see(r->ln_ratio[i]);
    }
    for (int head = 0; head < AX_RISK_HEADS; head++) {
        see(r->eta[head]);
        see(r->share[head]);
        see(r->expected[head]);
        see(r->p_any[head]);
    }
}

static void see_ledgers(uint64_t *seed)
{
    struct random_risk r;
    struct random_ledger l;
    struct ax_arena arena;
    struct ax_risk_explained x;
    ax_arena_init(&arena, 1 << 14, 1 << 20);
    random_edition(seed, &r);
    for (int i = 0; i < LEDGERS; i++) {
        random_ledger(seed, &l, 40);
        ax_arena_reset(&arena);
        ax_rc rc = ax_risk_explain(&l.ledger, NULL, &r.edition, RANDOM_DAY, &arena, &x);
        AX_ASSERT(ax_ok(rc));
        see_risk(&x.risk);
        for (size_t j = 0; j < x.line_count; j++) {
            see(x.lines[j].points + x.lines[j].weight);
            see(x.lines[j].decayed);
        }
    }
    ax_risk_free(&r.edition);
    ax_arena_deinit(&arena);
}

int main(void)
{
    uint64_t seed = 7;
    for (int i = 0; i < POINTS; i++) {
        double x = random_in(&seed, -1000, 1000);
        see(ax_exp2(x));
        see(ax_log2(ax_exp2(x)));
        see(ax_exp(x / 10));
        see(ax_root(ax_exp2(x)));
    }
    (void)printf("functions %016" PRIx64 "\n", hash);
    for (int i = 0; i < EDITIONS; i++) {
        see_ledgers(&seed);
        (void)printf("edition %d %016" PRIx64 "\n", i, hash);
    }
    return 0;
}
