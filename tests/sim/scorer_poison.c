/* SPDX-License-Identifier: Apache-2.0 */
/* Records that cannot be read, and records that end the process: kept in rejects, gone behind, and seen in the rating. */
#include "tests/unit/t.h"

#include "scoring/rating.h"
#include "services/lib/view/rater.h"
#include "services/scorer/audit.h"
#include "services/scorer/rebuild.h"
#include "services/scorer/scorer.h"
#include "services/scorer/shard.h"
#include "tests/sim/world.h"

enum { STEPS_MAX = 2000, ATTEMPTS = 3 };

static struct ax_scorer *start(struct world *w)
{
    struct ax_scorer_options options = {
            .log = w->log,
            .store = w->store,
            .bundle = w->bundle,
            .clock = &w->clock.clock,
            .poison_attempts_max = ATTEMPTS,
    };
    struct ax_scorer *scorer = NULL;
    struct ax_err err;
    assert_true(ax_ok(ax_scorer_open(&options, &scorer, &err)));
    return scorer;
}

static void settle(struct world *w, struct ax_scorer *scorer)
{
    for (int i = 0; !world_settled(w, w->store); i++) {
        struct ax_err err;
        (void)ax_scorer_step(scorer, 0, &err).code;
        assert_true(i < STEPS_MAX);
    }
}

/* Facts and incompleteness of the stored rating. */
static void check_rating(const struct world *w, const char *code, uint32_t facts, bool incomplete)
{
    struct ax_arena arena;
    struct ax_stored stored;
    struct ax_rating rating;
    ax_arena_init(&arena, 1 << 14, 1 << 20);
    world_rating(w, code, &arena, &stored, &rating);
    assert_int_equal(rating.facts, facts);
    assert_int_equal(rating.incomplete, incomplete);
    ax_arena_deinit(&arena);
}

/* Scorer, audit and rebuild agree on what is an enterprise. */
static void check_audit(struct world *w, int64_t enterprises)
{
    struct ax_audit_options options = {
            .log = w->log, .store = w->store, .bundle = w->bundle, .clock = &w->clock.clock, .as_of = AX_DAY_NONE};
    struct ax_audit_result result;
    struct ax_err err;
    assert_true(ax_ok(ax_scorer_audit(&options, &result, &err)));
    assert_int_equal(result.differences, 0);
    assert_int_equal(result.enterprises, enterprises);
    struct ax_store *other = world_clean_store(w);
    struct ax_rebuild_options rebuild = {
            .log = w->log, .store = other, .bundle = w->bundle, .clock = &w->clock.clock, .last_partition = -1};
    struct ax_rebuild_result rebuilt;
    assert_true(ax_ok(ax_scorer_rebuild(&rebuild, &rebuilt, &err)));
    assert_int_equal(rebuilt.enterprises, enterprises);
    ax_store_close(other);
}

static void test_an_unreadable_record_is_kept_and_marks_its_enterprise(void **state)
{
    (void)state;
    struct world w;
    char code[19];
    world_init(&w, 7, 0);
    world_code(0, code);
    world_append_penalty(&w, 0, "a", WORLD_FIRST_DAY - 10);
    world_append_bytes(&w, ax_str_c(code), AX_STR("\x08\x01garbage"));
    world_append_bytes(&w, ax_str_c(code), AX_STR("\x08\x63")); /* of a version that is yet to come */
    world_append_bytes(&w, AX_STR("no key of ours"), AX_STR("garbage"));
    world_append_bytes(&w, AX_STR("91140000ZZZZZZZZZZ"), AX_STR("garbage"));
    world_append_penalty(&w, 0, "b", WORLD_FIRST_DAY - 10);
    struct ax_scorer *scorer = start(&w);
    settle(&w, scorer);
    ax_scorer_close(scorer);
    assert_int_equal(world_records(&w, AX_TOPIC_REJECTS), 4);
    check_rating(&w, code, 2, true);
    /* Still marked when the view was dropped and made again from the store. */
    scorer = start(&w);
    world_append_penalty(&w, 0, "c", WORLD_FIRST_DAY - 10);
    settle(&w, scorer);
    ax_scorer_close(scorer);
    check_rating(&w, code, 3, true);
    assert_int_equal(world_records(&w, AX_TOPIC_REJECTS), 4);
    check_audit(&w, 1);
    world_deinit(&w);
}

/* What a process leaves that was ended while it read the record at `offset`. */
static void note_attempt(const struct world *w, int32_t partition, int64_t offset, bool *quarantine, bool *one)
{
    struct ax_shard shard = {.partition = partition, .own_offset = -1};
    struct ax_err err;
    assert_true(ax_ok(ax_attempt_load(w->store, &shard, &err)));
    assert_true(ax_ok(ax_attempt_begin(w->store, &shard, offset, ATTEMPTS, 8, quarantine, one, &err)));
}

static void test_a_record_that_ends_the_process_is_quarantined(void **state)
{
    (void)state;
    struct world w;
    char code[19];
    bool quarantine = false;
    bool one = false;
    world_init(&w, 8, 0);
    world_code(0, code);
    int32_t partition = ax_log_partition_of(w.log, ax_str_c(code));
    world_append_penalty(&w, 0, "a", WORLD_FIRST_DAY - 10);
    struct ax_scorer *scorer = start(&w);
    settle(&w, scorer);
    ax_scorer_close(scorer);
    world_append_penalty(&w, 0, "ends the process", WORLD_FIRST_DAY - 10);
    world_append_penalty(&w, 0, "c", WORLD_FIRST_DAY - 10);
    note_attempt(&w, partition, 1, &quarantine, &one);
    assert_false(quarantine || one);
    note_attempt(&w, partition, 1, &quarantine, &one);
    assert_true(one && !quarantine);
    scorer = start(&w);
    settle(&w, scorer);
    ax_scorer_close(scorer);
    assert_int_equal(world_records(&w, AX_TOPIC_REJECTS), 1);
    check_rating(&w, code, 2, true);
    world_deinit(&w);
}

static void test_a_kill_at_another_place_does_not_count(void **state)
{
    (void)state;
    struct world w;
    char code[19];
    bool quarantine = false;
    bool one = false;
    world_init(&w, 9, 0);
    world_code(0, code);
    int32_t partition = ax_log_partition_of(w.log, ax_str_c(code));
    note_attempt(&w, partition, 0, &quarantine, &one);
    world_append_penalty(&w, 0, "a", WORLD_FIRST_DAY - 10);
    world_append_penalty(&w, 0, "b", WORLD_FIRST_DAY - 10);
    struct ax_scorer *scorer = start(&w);
    settle(&w, scorer);
    ax_scorer_close(scorer);
    for (int i = 0; i < ATTEMPTS; i++) {
        note_attempt(&w, partition, 2 + i, &quarantine, &one);
        assert_false(quarantine || one);
    }
    assert_int_equal(world_records(&w, AX_TOPIC_REJECTS), 0);
    check_rating(&w, code, 2, false);
    world_deinit(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_an_unreadable_record_is_kept_and_marks_its_enterprise),
            cmocka_unit_test(test_a_record_that_ends_the_process_is_quarantined),
            cmocka_unit_test(test_a_kill_at_another_place_does_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
