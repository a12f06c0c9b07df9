/* SPDX-License-Identifier: Apache-2.0 */
/* Midnights: what is renewed in the store, what is published, and which day the revision names. */
#include "tests/unit/t.h"

#include "scoring/rating.h"
#include "services/lib/view/rater.h"
#include "services/scorer/scorer.h"
#include "tests/sim/world.h"

enum { STEPS_MAX = 2000, AFTER_STEPS = 20, PAGES_OF = 2500 /* enterprises a partition, about */ };

static const int64_t day_us = 86400LL * 1000000;

static void append_standard(struct world *w, const char *code, const char *reference, int32_t from, int32_t level)
{
    struct ax_fact f;
    ax_fact_init(&f);
    f.source = AX_STR("sim");
    f.reference = ax_str_c(reference);
    f.revision = 1;
    f.enterprise = ax_str_c(code);
    f.region = AX_STR("140105");
    f.industry = AX_STR("5110");
    f.state = AX_FACT_STATE_ACTIVE;
    f.kind = AX_FACT_STANDARDISATION;
    f.occurred_on = WORLD_FIRST_DAY - 10; /* assessed; a fact counts as there from then on */
    f.standardisation.level = level;
    f.standardisation.valid_from = from;
    f.standardisation.valid_until = AX_DAY_NONE;
    world_append_fact(w, &f, w->clock.now);
}

static struct ax_scorer *start(const struct world *w)
{
    struct ax_scorer_options options = {
            .log = w->log, .store = w->store, .bundle = w->bundle, .clock = &w->clock.clock};
    struct ax_scorer *scorer = NULL;
    struct ax_err err;
    assert_true(ax_ok(ax_scorer_open(&options, &scorer, &err)));
    return scorer;
}

/* Until everything is in the store, and then as long as it takes to publish it. */
static void settle(const struct world *w, struct ax_scorer *scorer)
{
    int after = 0;
    for (int i = 0; after < AFTER_STEPS; i++) {
        struct ax_err err;
        (void)ax_scorer_step(scorer, 0, &err).code;
        after += world_settled(w, w->store) ? 1 : 0;
        assert_true(i < STEPS_MAX);
    }
}

static void check(const struct world *w, const char *code, int32_t from, int32_t changed_on, int32_t next)
{
    struct ax_arena arena;
    struct ax_stored stored;
    struct ax_rating rating;
    ax_arena_init(&arena, 1 << 14, 1 << 20);
    world_rating(w, code, &arena, &stored, &rating);
    assert_int_equal(stored.from, from);
    assert_int_equal(rating.revision.day, changed_on);
    assert_int_equal(rating.next_change_on, next);
    ax_arena_deinit(&arena);
}

static void test_a_midnight_that_changes_nothing_is_not_published(void **state)
{
    (void)state;
    struct world w;
    char code[19];
    const int32_t first = WORLD_FIRST_DAY;
    world_init(&w, 9, 0);
    world_code(0, code);
    append_standard(&w, code, "a", first - 10, 2);
    append_standard(&w, code, "b", first + 1, 2);
    append_standard(&w, code, "c", first + 2, 1);
    struct ax_scorer *scorer = start(&w);
    settle(&w, scorer);
    assert_int_equal(world_records(&w, AX_TOPIC_RATINGS), 1);
    check(&w, code, first - 10, first - 10, first + 2);

    w.clock.now += day_us; /* the same standing, by another fact */
    settle(&w, scorer);
    assert_int_equal(world_records(&w, AX_TOPIC_RATINGS), 1);
    check(&w, code, first + 1, first - 10, first + 2);

    ax_scorer_close(scorer); /* and after a restart, whose scan begins where the feed had come to */
    scorer = start(&w);
    settle(&w, scorer);
    assert_int_equal(world_records(&w, AX_TOPIC_RATINGS), 1);

    w.clock.now += day_us;
    settle(&w, scorer);
    assert_int_equal(world_records(&w, AX_TOPIC_RATINGS), 2);
    ax_scorer_close(scorer);
    world_deinit(&w);
}

/* More ratings than one page of re-rating holds change in one night: every page but the last is at an unchanged position. */
static void test_a_midnight_of_several_pages(void **state)
{
    (void)state;
    struct world w;
    char code[19];
    const int32_t first = WORLD_FIRST_DAY;
    world_init(&w, 11, 0);
    int enterprises = PAGES_OF * w.partitions;
    for (int i = 0; i < enterprises; i++) {
        world_code(i, code);
        append_standard(&w, code, "a", first - 10, 2);
        append_standard(&w, code, "b", first + 1, 1);
    }
    struct ax_scorer *scorer = start(&w);
    settle(&w, scorer);
    assert_int_equal(world_records(&w, AX_TOPIC_RATINGS), enterprises);
    w.clock.now += day_us;
    settle(&w, scorer);
    assert_int_equal(world_records(&w, AX_TOPIC_RATINGS), 2 * enterprises);
    ax_scorer_close(scorer);
    world_deinit(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_a_midnight_that_changes_nothing_is_not_published),
            cmocka_unit_test(test_a_midnight_of_several_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
