/* SPDX-License-Identifier: Apache-2.0 */
/*
 * On the made-up province (anxin synth), by the shipped gate: what the gist of a ledger and the stored rating decide is what
 * the whole ledger decides, without a reason, for every enterprise and purpose and on days on which facts are old and new;
 * and most need no more than that.
 */
#include "connectors/synth.h"
#include "scoring/gate.h"
#include "tests/unit/scoring_world.h"
#include "tests/unit/t.h"

enum { ENTERPRISES = 1000, HALF_YEAR = 182, DAYS = 8, REASONS_BYTES = 1 << 20 };

struct province {
    struct ax_ledger ledger;
    struct ax_arena arena;
    size_t asked;
    size_t by_gist;
    size_t with_reasons;
};

static int32_t until(void)
{
    return ax_day_of(2025, 12, 31);
}

static void put_and_take(const struct ax_gist *gist)
{
    uint8_t bytes[AX_GIST_BYTES_MAX];
    struct ax_buf b = {.ptr = bytes, .size = sizeof bytes, .cap = sizeof bytes};
    struct ax_gist back;
    ax_gist_put(gist, &b);
    assert_false(b.failed);
    assert_true(ax_gist_take(ax_buf_str(&b), &back));
    assert_memory_equal(gist, &back, sizeof back);
    assert_true(b.len == 0 || !ax_gist_take(ax_str_of(bytes, b.len - 1), &back));
}

static void check(struct province *v, int32_t day)
{
    struct ax_err err;
    struct ax_gist gist;
    struct ax_rate rate;
    struct ax_profile profile;
    struct ax_gate_answer answer;
    ax_ledger_profile(&v->ledger, &profile);
    const struct ax_bundle *bundle = world_bundle();
    const struct ax_gate *gate =
            ax_bundle_choose_gate(bundle, profile.jurisdiction, profile.region, profile.industry, day);
    struct ax_gate_rating rating = {
            .pack = ax_bundle_choose(bundle, profile.jurisdiction, profile.region, profile.industry, day),
            .rate = &rate};
    ax_rate(&v->ledger, rating.pack, day, &rate);
    ax_gist_of(&v->ledger, &gist);
    put_and_take(&gist);
    for (int p = AX_PURPOSE_NONE + 1; p < AX_PURPOSE_COUNT; p++) {
        ax_arena_reset(&v->arena);
        assert_true(
                ax_ok(ax_gate_decide(gate, (enum ax_purpose)p, &v->ledger, &rating, day, &v->arena, &answer, &err)));
        enum ax_decision light = ax_gate_decide_by_gist(gate, (enum ax_purpose)p, &gist, (int32_t)rate.level, false);
        assert_true(light == AX_DECISION_NONE || (light == answer.decision && answer.reason_count == 0));
        v->asked++;
        v->by_gist += light != AX_DECISION_NONE ? 1 : 0;
        v->with_reasons += answer.reason_count > 0 ? 1 : 0;
    }
}

static void check_one(struct province *v)
{
    for (int32_t i = 0; i < DAYS && v->ledger.count > 0; i++) {
        check(v, until() - i * HALF_YEAR);
    }
    ax_ledger_deinit(&v->ledger);
    ax_ledger_init(&v->ledger);
}

static void the_gist_decides_as_the_ledger_does(void **state)
{
    (void)state;
    struct province v = {0};
    struct ax_synth *synth;
    struct ax_synth_options options = {.enterprises = ENTERPRISES, .seed = 1, .until = until()};
    assert_true(ax_ok(ax_synth_open(&options, &synth, NULL)));
    ax_ledger_init(&v.ledger);
    ax_arena_init(&v.arena, 1 << 16, REASONS_BYTES);
    uint32_t begun = 0;
    for (const struct ax_fact *fact = ax_synth_next(synth); fact != NULL; fact = ax_synth_next(synth)) {
        if (ax_synth_progress(synth) != begun) {
            check_one(&v);
        }
        begun = ax_synth_progress(synth);
        world_merge(&v.ledger, fact, 1);
    }
    check_one(&v);
    ax_synth_close(synth);
    ax_ledger_deinit(&v.ledger);
    ax_arena_deinit(&v.arena);
    print_message("%zu answers, %zu by the gist, %zu with reasons\n", v.asked, v.by_gist, v.with_reasons);
    assert_true(v.with_reasons > 0 && v.by_gist * 2 > v.asked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_gist_decides_as_the_ledger_does)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
