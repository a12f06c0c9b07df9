/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger that takes long to rate is not rated for every record: after a batch that brought it little the scorer rests, and
 * what comes meanwhile makes one batch. Nothing is left out by that.
 */
#include "tests/unit/t.h"

#include "services/scorer/loop.h"
#include "tests/sim/world.h"

#include <stdio.h>

enum { FACTS = AX_BATCH_LARGE_FACTS + 100, LATER = 50, TURNS_MAX = 100000, HOUR_S = 3600 };

struct bed {
    struct world w;
    struct ax_store *store;
    struct ax_loop loop;
    int appended;
};

static void append(struct bed *b, int count)
{
    for (int i = 0; i < count; i++) {
        char reference[32];
        (void)snprintf(reference, sizeof reference, "large-%d", b->appended++);
        world_append_penalty(&b->w, 1, reference, WORLD_FIRST_DAY - 10);
    }
}

static void settle(struct bed *b)
{
    for (int turns = 0; !world_settled(&b->w, b->store); turns++) {
        assert_true(turns < TURNS_MAX);
        assert_true(ax_ok(ax_loop_turn(&b->loop, 1, NULL)));
    }
}

static void open_bed(struct bed *b)
{
    world_init(&b->w, 7, 0);
    b->store = world_clean_store(&b->w);
    b->appended = 0;
    const struct ax_scorer_options options = {
            .log = b->w.log, .store = b->store, .bundle = b->w.bundle, .clock = &b->w.clock.clock};
    assert_true(ax_ok(ax_loop_open(&b->loop, &options, true, NULL)));
}

static void close_bed(struct bed *b)
{
    ax_loop_close(&b->loop, true);
    ax_store_close(b->store);
    world_deinit(&b->w);
}

static void test_rests_after_little_for_a_large_ledger(void **state)
{
    (void)state;
    static struct bed b;
    open_bed(&b);
    append(&b, 1);
    settle(&b);
    assert_int_equal(b.loop.rest_until_us, 0); /* a small one */
    append(&b, FACTS);
    settle(&b);
    b.loop.rest_until_us = 0;
    append(&b, 1);
    settle(&b);
    assert_true(b.loop.rest_until_us > 0);
    close_bed(&b);
}

static void test_what_comes_meanwhile_makes_one_batch(void **state)
{
    (void)state;
    static struct bed b;
    open_bed(&b);
    append(&b, FACTS);
    settle(&b);
    uint64_t before = b.loop.batches;
    b.loop.rest_until_us = ax_mono_us() + INT64_C(1000000) * HOUR_S;
    for (int i = 0; i < LATER; i++) {
        append(&b, 1);
        assert_true(ax_ok(ax_loop_turn(&b.loop, 1, NULL)));
    }
    assert_int_equal(b.loop.batches, before);
    assert_false(world_settled(&b.w, b.store));
    b.loop.rest_until_us = 0;
    settle(&b);
    assert_int_equal(b.loop.batches, before + 1);
    close_bed(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_rests_after_little_for_a_large_ledger),
            cmocka_unit_test(test_what_comes_meanwhile_makes_one_batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
