/* SPDX-License-Identifier: Apache-2.0 */
/* The feed under load: watchers hear of changes while there is always more to read. */
#include "tests/unit/t.h"

#include "services/scorer/scorer.h"
#include "tests/sim/world.h"

#include <stdio.h>

enum { AHEAD = 20000, STEP = 2000, BUSY_MS = 50, WAIT_US = 30000000 };

/* Records on the facts topic that are not in the store yet, and ratings published. */
static void look(const struct world *w, int64_t *behind, int64_t *published)
{
    *behind = world_records(w, AX_TOPIC_FACTS);
    *published = world_records(w, AX_TOPIC_RATINGS);
    for (int32_t p = 0; p < w->partitions; p++) {
        int64_t enterprises = 0;
        struct ax_err err;
        struct ax_store_position position = {0};
        if (!ax_ok(ax_store_position(w->store, p, &position, &enterprises, &err))) {
            position.next_offset = 0;
        }
        *behind -= position.next_offset;
    }
}

static void append(struct world *w)
{
    char reference[32];
    for (int i = 0; i < STEP; i++) {
        (void)snprintf(reference, sizeof reference, "p%lld", (long long)w->appended);
        world_append_penalty(w, i % w->enterprises, reference, WORLD_FIRST_DAY - 10);
    }
}

static void test_a_load_without_end_is_published(void **state)
{
    (void)state;
    struct world w;
    struct ax_err err;
    struct ax_scorer *scorer = NULL;
    int64_t behind = 0;
    int64_t published = 0;
    world_init(&w, 11, 0);
    while (behind < 2 * AHEAD) {
        append(&w);
        look(&w, &behind, &published);
    }
    struct ax_scorer_options options = {
            .log = w.log,
            .store = w.store,
            .bundle = w.bundle,
            .clock = &w.clock.clock,
            .batch_max_records = 1024, /* what is polled at once is then more than a little */
            .publish_ms = 10,
            .publish_busy_ms = BUSY_MS,
    };
    assert_true(ax_ok(ax_scorer_start(&options, &scorer, &err)));
    int64_t began_us = ax_mono_us();
    while (published == 0) {
        look(&w, &behind, &published);
        if (behind < AHEAD) {
            append(&w);
        }
        assert_true(ax_mono_us() - began_us < WAIT_US);
    }
    assert_true(behind > 0);
    ax_scorer_stop(scorer);
    world_deinit(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_load_without_end_is_published)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
