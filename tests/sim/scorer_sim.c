/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scorer in a world where everything fails: calls of log and store fail, or are done and reported failed; scorers are
 * killed between any two steps and two run at once with batches of any size; the clock moves over midnights. In the end
 * the store must be, byte for byte, what one clean run over the same log gives, and the audit must find no difference.
 *
 *     scorer_sim [first seed [seeds]]
 */
#include "tests/unit/t.h"

#include "services/scorer/audit.h"
#include "services/scorer/scorer.h"
#include "tests/sim/world.h"

#include <stdio.h>
#include <stdlib.h>

enum { SCORERS = 2, STEPS = 160, SETTLE_STEPS_MAX = 20000, FAULT_PPM = 30000, DUMP_MAX_BYTES = 64 << 20 };

static uint64_t first_seed = 1;
static uint64_t seed_count = 200;

static struct ax_scorer *start(struct world *w, struct ax_store *store, uint32_t batch)
{
    struct ax_scorer_options options = {
            .log = w->log,
            .store = store,
            .bundle = w->bundle,
            .clock = &w->clock.clock,
            .batch_max_records = batch,
            .cache_max_mib = 1,
            .poison_attempts_max = 12, /* notes that fail now and then must not look like crashes */
    };
    struct ax_scorer *scorer = NULL;
    struct ax_err err;
    while (!ax_ok(ax_scorer_open(&options, &scorer, &err))) {
    }
    return scorer;
}

static void settle(struct world *w, struct ax_store *store, struct ax_scorer *scorer)
{
    for (int i = 0; !world_settled(w, store); i++) {
        struct ax_err err = {0};
        ax_rc rc = ax_scorer_step(scorer, 0, &err);
        if (i > SETTLE_STEPS_MAX) {
            fail_msg("seed %llu: not settled: %d %s", (unsigned long long)w->seed, rc.code, err.text);
        }
    }
}

/* One clean run over the same log into an empty store. */
static struct ax_store *replay(struct world *w)
{
    struct ax_store *store = world_clean_store(w);
    struct ax_scorer *scorer = start(w, store, 1000);
    settle(w, store, scorer);
    ax_scorer_close(scorer);
    return store;
}

static void compare(struct world *w, struct ax_store *clean)
{
    struct ax_buf a;
    struct ax_buf b;
    ax_buf_init(&a, DUMP_MAX_BYTES);
    ax_buf_init(&b, DUMP_MAX_BYTES);
    world_dump(w, w->store, &a);
    world_dump(w, clean, &b);
    if (!ax_str_eq(ax_buf_str(&a), ax_buf_str(&b))) {
        fail_msg("seed %llu: the store differs from a clean replay (%zu, %zu bytes)", (unsigned long long)w->seed,
                a.len, b.len);
    }
    ax_buf_deinit(&a);
    ax_buf_deinit(&b);
}

static void audit(struct world *w, struct ax_store *store)
{
    struct ax_audit_options options = {
            .log = w->log, .store = store, .bundle = w->bundle, .clock = &w->clock.clock, .as_of = AX_DAY_NONE};
    struct ax_audit_result result;
    struct ax_err err = {0};
    int tries = 0;
    while (!ax_ok(ax_scorer_audit(&options, &result, &err))) {
        if (++tries > 1000) {
            fail_msg("seed %llu: audit: %s", (unsigned long long)w->seed, err.text);
        }
    }
    if (result.differences != 0) {
        fail_msg("seed %llu: the audit finds %lld differences", (unsigned long long)w->seed,
                (long long)result.differences);
    }
}

static void step(struct world *w, struct ax_scorer **scorer)
{
    struct ax_err err;
    (void)ax_scorer_step(*scorer, 0, &err).code;
    if (world_random(w, 12) == 0) { /* killed: what is in hand is lost */
        ax_scorer_close(*scorer);
        *scorer = start(w, w->store, 1 + world_random(w, 40));
    }
}

static void one_seed(uint64_t seed)
{
    struct world w;
    world_init(&w, seed, FAULT_PPM);
    struct ax_scorer *scorers[SCORERS];
    int count = 1 + (int)world_random(&w, SCORERS);
    for (int i = 0; i < count; i++) {
        scorers[i] = start(&w, w.store, 1 + world_random(&w, 40));
    }
    for (int i = 0; i < STEPS; i++) {
        switch (world_random(&w, 8)) {
        case 0:
            world_append(&w, 1 + (int)world_random(&w, 12));
            break;
        case 1:
            w.clock.now += (int64_t)world_random(&w, 12 * 3600) * 1000000;
            break;
        case 2:
            w.clock.now += world_random(&w, 10) == 0 ? 40LL * 86400 * 1000000 : 1;
            break;
        default:
            step(&w, &scorers[world_random(&w, (uint32_t)count)]);
            break;
        }
    }
    for (int i = 1; i < count; i++) {
        ax_scorer_close(scorers[i]);
    }
    settle(&w, w.store, scorers[0]);
    ax_scorer_close(scorers[0]);
    struct ax_store *clean = replay(&w);
    compare(&w, clean);
    audit(&w, clean);
    ax_store_close(clean);
    world_deinit(&w);
}

static void test_any_fault_gives_the_clean_store(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < seed_count; i++) {
        one_seed(first_seed + i);
    }
}

int main(int argc, char **argv)
{
    first_seed = argc > 1 ? strtoull(argv[1], NULL, 10) : first_seed;
    seed_count = argc > 2 ? strtoull(argv[2], NULL, 10) : seed_count;
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_fault_gives_the_clean_store)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
