/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control: what many would write, positions committed on their own and counts incremented, in the same world with the
 * same kills. It must come out wrong, or the simulation proves nothing about the scorer that comes out right.
 */
#include "tests/unit/t.h"

#include "tests/sim/world.h"

#include <stdio.h>

enum { SEEDS = 50, FACTS = 120, BATCH = 10, KILL_ONE_IN = 6, POLLS_MAX = 4000 };

struct naive {
    struct world *w;
    int64_t applied[AX_LOG_PARTITIONS_MAX];   /* durable: incremented by every record */
    int64_t committed[AX_LOG_PARTITIONS_MAX]; /* durable: where reading goes on, written apart */
};

static ax_rc assigned(void *state, int32_t partition, int64_t *next_offset)
{
    struct naive *n = state;
    *next_offset = n->committed[partition];
    return AX_RC(OK);
}

/* One life: reads, applies, and commits positions after every batch, until it is killed. True: all was read. */
static bool live(struct naive *n)
{
    struct ax_log_consumer_options options = {.topic = AX_TOPIC_FACTS, .callbacks = {.assigned = assigned, .state = n}};
    struct ax_log_consumer *consumer = NULL;
    struct ax_err err;
    assert_true(ax_ok(ax_log_consumer_open(n->w->log, &options, &consumer, &err)));
    bool killed = false;
    size_t count = 1;
    for (int i = 0; i < POLLS_MAX && !killed && count > 0; i++) {
        struct ax_log_record records[BATCH];
        assert_true(ax_ok(ax_log_poll(consumer, records, BATCH, 0, &count, &err)));
        for (size_t j = 0; j < count; j++) {
            n->applied[records[j].partition]++;
        }
        killed = world_random(n->w, KILL_ONE_IN) == 0; /* between effect and position */
        for (size_t j = 0; j < count && !killed; j++) {
            n->committed[records[j].partition] = records[j].offset + 1;
        }
    }
    ax_log_consumer_close(consumer);
    return !killed;
}

static bool comes_out_right(uint64_t seed)
{
    struct world w;
    world_init(&w, seed, 0);
    struct naive n = {.w = &w};
    world_append(&w, FACTS);
    while (!live(&n)) {
    }
    int64_t applied = 0;
    for (int32_t p = 0; p < w.partitions; p++) {
        applied += n.applied[p];
    }
    bool right = applied == w.appended;
    world_deinit(&w);
    return right;
}

static void test_increments_and_positions_apart_come_out_wrong(void **state)
{
    (void)state;
    int wrong = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        wrong += comes_out_right(seed) ? 0 : 1;
    }
    (void)printf("control: %d of %d seeds come out wrong\n", wrong, SEEDS);
    assert_true(wrong > SEEDS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_increments_and_positions_apart_come_out_wrong)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
