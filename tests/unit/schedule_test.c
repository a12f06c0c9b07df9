/* SPDX-License-Identifier: Apache-2.0 */
/* Which bundle rates which day: two people, a day ahead, in the order of the log; and the rater that comes of it. */
#include "tests/unit/t.h"

#include "services/lib/schedule/schedule.h"
#include "services/lib/view/rater.h"

enum { TODAY = 20000 };

static const int64_t day_us = 86400LL * 1000000;

static struct ax_pack_action action(int32_t stage, const char *id, uint8_t bundle, int32_t on, const char *who)
{
    struct ax_pack_action a = {.format_version = AX_PACK_ACTION_VERSION,
            .stage = stage,
            .id = ax_str_c(id),
            .effective_on = on,
            .reason = AX_STR("why"),
            .principal = ax_str_c(who),
            .at_us = TODAY * day_us};
    memset(a.bundle_digest, bundle, sizeof a.bundle_digest);
    memset(a.replaces_digest, 1, sizeof a.replaces_digest);
    return a;
}

static int apply(struct ax_schedule *s, int32_t stage, const char *id, uint8_t bundle, int32_t on, const char *who)
{
    struct ax_pack_action a = action(stage, id, bundle, on, who);
    struct ax_err err;
    return ax_schedule_apply(s, &a, &err).code;
}

static int propose(struct ax_schedule *s, const char *id, uint8_t bundle, int32_t on, const char *who)
{
    return apply(s, AX_PACK_STAGE_PROPOSED, id, bundle, on, who);
}

static int approve(struct ax_schedule *s, const char *id, uint8_t bundle, int32_t on, const char *who)
{
    return apply(s, AX_PACK_STAGE_APPROVED, id, bundle, on, who);
}

static void test_it_takes_two(void **state)
{
    (void)state;
    struct ax_schedule s;
    ax_schedule_init(&s);
    assert_int_equal(propose(&s, "a", 2, TODAY + 1, "operator/x"), AX_OK);
    assert_int_equal(s.slot_count, 0);
    assert_int_equal(approve(&s, "a", 2, TODAY + 1, "operator/x"), AX_DENIED);
    assert_int_equal(approve(&s, "a", 2, TODAY + 1, "regulator/x"), AX_DENIED); /* the same person in another role */
    assert_int_equal(approve(&s, "b", 2, TODAY + 1, "operator/y"), AX_NOT_FOUND);
    assert_int_equal(approve(&s, "a", 3, TODAY + 1, "operator/y"), AX_INVALID);
    assert_int_equal(approve(&s, "a", 2, TODAY + 2, "operator/y"), AX_INVALID);
    assert_int_equal(s.slot_count, 0);
    assert_int_equal(approve(&s, "a", 2, TODAY + 1, "operator/y"), AX_OK);
    assert_int_equal(approve(&s, "a", 2, TODAY + 1, "operator/z"), AX_EXISTS);
    assert_int_equal(s.slot_count, 1);
    assert_int_equal(s.slots[0].since, TODAY + 1);
    assert_int_equal(s.first[0], 1);
    assert_true(ax_str_eq(ax_schedule_find(&s, AX_STR("a"))->approved_by, AX_STR("operator/y")));
    ax_schedule_deinit(&s);
}

static void test_only_days_to_come(void **state)
{
    (void)state;
    struct ax_schedule s;
    ax_schedule_init(&s);
    assert_int_equal(propose(&s, "a", 2, TODAY, "operator/x"), AX_STATE);
    assert_int_equal(propose(&s, "a", 2, TODAY - 1, "operator/x"), AX_STATE);
    assert_int_equal(propose(&s, "a", 2, AX_DAY_NONE, "operator/x"), AX_STATE);
    assert_int_equal(propose(&s, "a", 2, TODAY + 1, "operator/x"), AX_OK);
    struct ax_pack_action late = action(AX_PACK_STAGE_APPROVED, "a", 2, TODAY + 1, "operator/y");
    struct ax_err err;
    late.at_us += day_us; /* its day has come */
    assert_int_equal(ax_schedule_apply(&s, &late, &err).code, AX_STATE);
    assert_int_equal(s.slot_count, 0);
    ax_schedule_deinit(&s);
}

static void test_the_first_of_an_id_and_the_last_of_a_day(void **state)
{
    (void)state;
    struct ax_schedule s;
    ax_schedule_init(&s);
    assert_int_equal(propose(&s, "a", 2, TODAY + 9, "operator/x"), AX_OK);
    assert_int_equal(propose(&s, "a", 3, TODAY + 5, "operator/x"), AX_EXISTS);
    assert_int_equal(propose(&s, "b", 3, TODAY + 5, "operator/x"), AX_OK);
    assert_int_equal(propose(&s, "c", 4, TODAY + 9, "operator/x"), AX_OK);
    assert_int_equal(approve(&s, "a", 2, TODAY + 9, "operator/y"), AX_OK);
    struct ax_pack_action again = action(AX_PACK_STAGE_APPROVED, "c", 4, TODAY + 9, "operator/y");
    struct ax_err err;
    assert_int_equal(ax_schedule_apply(&s, &again, &err).code, AX_STATE); /* looked at beside another than a's */
    assert_string_equal(err.field, "replaces_digest");
    assert_false(ax_schedule_find(&s, AX_STR("a"))->is_replaced);
    memset(again.replaces_digest, 2, sizeof again.replaces_digest);
    assert_int_equal(ax_schedule_apply(&s, &again, &err).code, AX_OK);
    assert_true(ax_schedule_find(&s, AX_STR("a"))->is_replaced);
    assert_false(ax_schedule_find(&s, AX_STR("c"))->is_replaced);
    assert_int_equal(ax_schedule_on(&s, TODAY + 8)[0], 1);
    assert_int_equal(ax_schedule_on(&s, TODAY + 9)[0], 4);
    assert_int_equal(approve(&s, "b", 3, TODAY + 5, "operator/y"), AX_OK);
    struct ax_pack_action old = action(AX_PACK_STAGE_APPROVED, "d", 5, TODAY + 9, "operator/y");
    assert_int_equal(propose(&s, "d", 5, TODAY + 9, "operator/x"), AX_OK);
    memset(old.replaces_digest, 0, sizeof old.replaces_digest); /* a record that does not say */
    assert_int_equal(ax_schedule_apply(&s, &old, &err).code, AX_OK);
    assert_int_equal(s.slot_count, 2);
    assert_int_equal(s.slots[0].digest[0], 3);
    assert_int_equal(s.slots[1].digest[0], 5);
    ax_schedule_deinit(&s);
}

static void test_a_record_is_read_as_it_was_written(void **state)
{
    (void)state;
    struct ax_buf bytes;
    struct ax_arena arena;
    struct ax_err err;
    struct ax_pack_action out;
    struct ax_pack_action in = action(AX_PACK_STAGE_PROPOSED, "a", 2, TODAY + 1, "operator/x");
    ax_buf_init(&bytes, 4096);
    ax_arena_init(&arena, 4096, 1 << 16);
    ax_encode(&ax_pack_action_message, &in, false, &bytes);
    assert_true(ax_ok(ax_decode(&ax_pack_action_message, ax_buf_str(&bytes), &arena, &out, &err)));
    assert_true(ax_str_eq(in.principal, out.principal) && in.effective_on == out.effective_on && in.at_us == out.at_us);
    assert_memory_equal(in.bundle_digest, out.bundle_digest, AX_DIGEST_SIZE);
    ax_arena_deinit(&arena);
    ax_buf_deinit(&bytes);
}

static void test_days_before_keep_their_bundle(void **state)
{
    (void)state;
    struct ax_bundle *first = NULL;
    struct ax_bundle *later = NULL;
    struct ax_err err;
    struct ax_rater plain;
    struct ax_rater rater;
    uint8_t a[AX_DIGEST_SIZE];
    uint8_t b[AX_DIGEST_SIZE];
    assert_true(ax_ok(ax_bundle_load("scoring/packs", &first, &err)));
    assert_true(ax_ok(ax_bundle_load_pack("scoring/packs/shandong-2013", &later, &err)));
    ax_rater_init(&plain, first);
    rater = plain;
    ax_rater_digest(&plain, a);
    assert_true(ax_rater_add(&rater, TODAY, later));
    assert_ptr_equal(ax_rater_bundle(&rater, TODAY - 1), first);
    assert_ptr_equal(ax_rater_bundle(&rater, TODAY), later);
    ax_rater_digest(&rater, b);
    assert_memory_not_equal(a, b, AX_DIGEST_SIZE);
    const ax_str gist = AX_STR("");
    struct ax_stored across = {.from = TODAY - 10, .until = AX_DAY_NONE, .gist = gist};
    struct ax_stored before = {
            .from = TODAY - 10, .until = TODAY, .mark = ax_str_of(rater.mark, sizeof rater.mark), .gist = gist};
    struct ax_stored ended = {
            .from = TODAY - 10, .until = TODAY - 5, .gist = gist}; /* its next change may be another now */
    assert_true(ax_stored_fits(&plain, &across) && ax_stored_fits(&plain, &ended));
    assert_false(ax_stored_fits(&rater, &across) || ax_stored_fits(&rater, &ended));
    assert_true(ax_stored_fits(&rater, &before));
    assert_false(ax_stored_fits(&plain, &before));
    ax_bundle_free(later);
    ax_bundle_free(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_it_takes_two),
            cmocka_unit_test(test_only_days_to_come),
            cmocka_unit_test(test_the_first_of_an_id_and_the_last_of_a_day),
            cmocka_unit_test(test_a_record_is_read_as_it_was_written),
            cmocka_unit_test(test_days_before_keep_their_bundle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
