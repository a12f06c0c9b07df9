/* SPDX-License-Identifier: Apache-2.0 */
/* States of facts, the days on which a rating changes, and the explanation. */
#include "tests/unit/scoring_scene.h"
#include "tests/unit/t.h"

#define T(name) cmocka_unit_test(name)

static struct ax_fact state_of(struct ax_fact f, int32_t state)
{
    f.revision = 2;
    f.state = state;
    return f;
}

static void states(void **state)
{
    (void)state;
    const struct ax_fact p = world_penalty("p", "2024-01-15", AX_PENALTY_TIER_SERIOUS);
    const struct {
        int32_t state;
        int32_t points;
        uint32_t facts;
        uint32_t objected;
    } cases[] = {{AX_FACT_STATE_ACTIVE, 80, 2, 0}, {AX_FACT_STATE_OBJECTED, 80, 2, 1},
            {AX_FACT_STATE_CORRECTED, 80, 2, 0}, {AX_FACT_STATE_REPAIRED, 90, 2, 0},
            {AX_FACT_STATE_WITHDRAWN, 90, 1, 0}, {AX_FACT_STATE_EXPIRED, 90, 2, 0},
            {AX_FACT_STATE_UNSPECIFIED, 80, 2, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene s;
        begin(&s, 1);
        with(&s, p);
        with(&s, state_of(p, cases[i].state));
        struct ax_rate r = on(&s, "2024-06-30");
        assert_int_equal(r.points, cases[i].points);
        assert_int_equal(r.facts, cases[i].facts);
        assert_int_equal(r.objected, cases[i].objected);
        struct ax_ledger left;
        ax_ledger_without_objected(&s.ledger, &left);
        ax_rate(&left, world_pack(), world_day("2024-06-30"), &r);
        assert_int_equal(r.points, cases[i].objected ? 90 : cases[i].points);
        assert_int_equal(r.objected, 0);
        assert_int_equal(r.facts, cases[i].facts - cases[i].objected);
        ax_ledger_deinit(&left);
        end(&s);
    }
    /* Two contents at one revision: the greater digest counts, and the conflict is said. */
    struct scene s;
    begin(&s, 1);
    with(&s, p);
    struct ax_fact q = p;
    q.enforcement_penalty.fine_fen = 1;
    with(&s, q);
    struct ax_rate r = on(&s, "2024-06-30");
    assert_int_equal(r.conflicts, 1);
    assert_int_equal(r.facts, 2);
    assert_int_equal(r.points, 80);
    /* One that withdraws goes before either, and the conflict is still said. */
    q.state = AX_FACT_STATE_WITHDRAWN;
    with(&s, q);
    r = on(&s, "2024-06-30");
    assert_int_equal(r.conflicts, 1);
    assert_int_equal(r.facts, 1);
    assert_int_equal(r.points, 90);
    end(&s);
}

static void changes(void **state)
{
    (void)state;
    struct scene s;
    begin(&s, 1);
    with(&s, world_penalty("p", "2024-01-15", AX_PENALTY_TIER_MINOR));
    with(&s, world_penalty("q", "2024-03-15", AX_PENALTY_TIER_SERIOUS));
    (void)on(&s, "2024-06-30");
    int32_t days[16];
    size_t n = ax_rate_changes(&s.ledger, world_pack(), world_day("2000-01-01"), world_day("2029-12-31"), days, 16);
    static const char *const expected[] = {"2027-03-15", "2025-01-15", "2024-03-15", "2024-01-15", "2000-01-01"};
    /* The last: the rule about policies begins to apply. */
    assert_int_equal(n, 5);
    for (size_t i = 0; i < n; i++) {
        char text[AX_DAY_TEXT_SIZE];
        assert_string_equal(ax_day_format(days[i], text), expected[i]);
        struct ax_rate a;
        struct ax_rate b;
        ax_rate(&s.ledger, world_pack(), days[i], &a);
        ax_rate(&s.ledger, world_pack(), days[i] - 1, &b);
        assert_false(ax_rate_same(&a, &b));
        assert_int_equal(b.next_change_on, days[i]);
    }
    assert_int_equal(
            ax_rate_changes(&s.ledger, world_pack(), world_day("2024-02-01"), world_day("2025-01-01"), days, 16), 1);
    assert_int_equal(
            ax_rate_changes(&s.ledger, world_pack(), world_day("2000-01-01"), world_day("2029-12-31"), days, 1), 1);
    end(&s);
}

static void explanation(void **state)
{
    (void)state;
    struct scene s;
    begin(&s, 1);
    with(&s, world_penalty("p", "2024-01-15", AX_PENALTY_TIER_SERIOUS));
    with(&s, world_penalty("q", "2024-02-15", AX_PENALTY_TIER_MINOR));
    with(&s, state_of(world_penalty("gone", "2024-02-15", AX_PENALTY_TIER_MINOR), AX_FACT_STATE_REPAIRED));
    with(&s, world_fact(AX_FACT_CONSENT, "c"));
    (void)on(&s, "2024-06-30");
    struct ax_arena arena;
    struct ax_rate r;
    struct ax_rate_line *lines;
    size_t count;
    ax_arena_init(&arena, 4096, 1 << 16);
    assert_int_equal(
            ax_rate_explain(&s.ledger, world_pack(), world_day("2024-06-30"), &arena, &r, &lines, &count).code, AX_OK);
    int32_t sum = 0;
    int shift = 0;
    int not_counted = 0;
    for (size_t i = 0; i < count; i++) {
        sum += lines[i].points;
        shift += lines[i].shift;
        not_counted += lines[i].rule == AX_LINE_NOT_COUNTED ? 1 : 0;
        if (lines[i].rule == AX_LINE_BASE) {
            assert_int_equal(lines[i].points, 90);
            assert_int_equal(s.ledger.entries[lines[i].entry].kind, AX_FACT_STANDARDISATION);
        }
    }
    assert_int_equal(sum, r.points);
    assert_int_equal(sum, 79);
    assert_int_equal(shift, -1);
    assert_int_equal(not_counted, 2);
    ax_arena_deinit(&arena);
    ax_arena_init(&arena, 16, 16);
    assert_int_equal(ax_rate_explain(&s.ledger, world_pack(), world_day("2024-06-30"), &arena, &r, &lines, &count).code,
            AX_LIMIT);
    ax_arena_deinit(&arena);
    end(&s);
    /* Unrated: every head is there, and nothing counts. */
    begin(&s, 0);
    with(&s, world_fact(AX_FACT_CONSENT, "c"));
    (void)on(&s, "2024-06-30");
    ax_arena_init(&arena, 4096, 1 << 16);
    assert_int_equal(ax_rate_explain(&s.ledger, NULL, world_day("2024-06-30"), &arena, &r, &lines, &count).code, AX_OK);
    assert_int_equal(count, 1);
    assert_int_equal(lines[0].rule, AX_LINE_NOT_COUNTED);
    ax_arena_deinit(&arena);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(states), T(changes), T(explanation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
