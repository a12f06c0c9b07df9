/* SPDX-License-Identifier: Apache-2.0 */
/* A rating as it is stored and digested. */
#include "tests/unit/scoring_world.h"
#include "tests/unit/t.h"

#define T(name) cmocka_unit_test(name)

struct made {
    struct ax_ledger ledger;
    struct ax_rate rate;
    struct ax_rating_refs refs;
    struct ax_rating rating;
    uint8_t ledger_digest[AX_DIGEST_SIZE];
    uint8_t pack_digest[AX_DIGEST_SIZE];
};

static void make(struct made *m, const struct ax_pack *pack)
{
    ax_ledger_init(&m->ledger);
    struct ax_fact facts[] = {world_penalty("p", "2024-01-15", AX_PENALTY_TIER_MINOR),
            world_penalty("q", "2024-02-15", AX_PENALTY_TIER_MINOR)};
    facts[0].occurred_on = world_day("2024-01-10");
    facts[0].synthetic = true;
    world_merge(&m->ledger, facts, 2);
    ax_rate(&m->ledger, pack, world_day("2024-06-30"), &m->rate);
    memset(m->ledger_digest, 1, sizeof m->ledger_digest);
    memset(m->pack_digest, 2, sizeof m->pack_digest);
    const struct ax_rating_input in = {.enterprise = AX_STR(WORLD_ENTERPRISE),
            .ledger = &m->ledger,
            .pack = pack,
            .rate = &m->rate,
            .day = world_day("2024-06-30"),
            .ledger_digest = m->ledger_digest,
            .pack_digest = m->pack_digest,
            .offset = 77};
    ax_rating_fill(&in, &m->refs, &m->rating);
}

static void filled(void **state)
{
    (void)state;
    struct made m;
    make(&m, world_pack());
    const struct ax_rating *r = &m.rating;
    assert_true(ax_str_eq(r->name, AX_STR("测试煤矿有限公司")));
    assert_true(ax_str_eq(r->region, AX_STR("140100")));
    assert_true(ax_str_eq(r->industry, AX_STR("0610")));
    assert_true(ax_str_eq(r->industry_edition, AX_STR("2017")));
    assert_true(ax_str_eq(r->pack, AX_STR("shanxi-2023")));
    assert_int_equal(r->level, AX_LEVEL_C2);
    assert_string_equal(ax_level_name(r->level), "C2");
    assert_int_equal(r->level_points, 58);
    assert_int_equal(r->overrides.count, 1);
    assert_true(ax_str_eq(m.refs.overrides[0].rule_id, AX_STR("penalty.two-in-a-year")));
    assert_true(m.refs.overrides[0].legal_basis.len > 0);
    assert_int_equal(r->flags.count, 1); /* uninsured */
    assert_int_equal(r->revision.offset, 77);
    assert_int_equal(r->revision.day, world_day("2024-02-15"));
    assert_int_equal(r->next_change_on, world_day("2025-01-15"));
    assert_int_equal(r->facts, 2);
    assert_true(r->synthetic);
    assert_true(r->standardisation_missing);
    assert_int_equal(r->risk_score_present, 0);
    struct ax_err err;
    assert_int_equal(ax_validate(&ax_rating_message, r, &err).code, AX_OK);
    ax_ledger_deinit(&m.ledger);
    make(&m, NULL);
    assert_int_equal(m.rating.level, AX_LEVEL_UNRATED);
    assert_int_equal(m.rating.pack.len, 0);
    assert_null(m.rating.overrides.items);
    ax_ledger_deinit(&m.ledger);
}

static void stored_form(void **state)
{
    (void)state;
    struct made m;
    make(&m, world_pack());
    struct ax_buf b;
    struct ax_buf again;
    struct ax_arena arena;
    struct ax_rating back;
    struct ax_err err;
    ax_buf_init(&b, 65536);
    ax_buf_init(&again, 65536);
    ax_arena_init(&arena, 4096, 65536);
    m.rating.risk_score_present = 8;
    m.rating.risk_score = 0;
    m.rating.as_of.offset = 5;
    ax_encode(&ax_rating_message, &m.rating, false, &b);
    assert_int_equal(ax_decode(&ax_rating_message, ax_buf_str(&b), &arena, &back, &err).code, AX_OK);
    ax_encode(&ax_rating_message, &back, false, &again);
    assert_true(ax_str_eq(ax_buf_str(&b), ax_buf_str(&again)));
    assert_int_equal(back.risk_score_present, 8);
    assert_int_equal(back.as_of.offset, 5);
    assert_int_equal(back.as_of.day, AX_DAY_NONE);
    assert_int_equal(back.overrides.count, 1);
    /* The content is the same whatever was read so far and whoever read it. */
    ax_buf_clear(&b);
    ax_buf_clear(&again);
    ax_rating_canonical(&m.rating, &b);
    m.rating.as_of.offset = 6;
    m.rating.revision.offset = 8;
    m.rating.revision.day = 8;
    ax_rating_canonical(&m.rating, &again);
    assert_true(ax_str_eq(ax_buf_str(&b), ax_buf_str(&again)));
    m.rating.level_points++;
    ax_buf_clear(&again);
    ax_rating_canonical(&m.rating, &again);
    assert_false(ax_str_eq(ax_buf_str(&b), ax_buf_str(&again)));
    ax_buf_deinit(&b);
    ax_buf_deinit(&again);
    ax_arena_deinit(&arena);
    ax_ledger_deinit(&m.ledger);
}

static void audit(void **state)
{
    (void)state;
    struct made m;
    make(&m, world_pack());
    struct ax_buf b;
    struct ax_buf content;
    ax_buf_init(&b, 65536);
    ax_buf_init(&content, 65536);
    ax_rating_canonical(&m.rating, &content);
    ax_audit_put(m.rating.enterprise, m.ledger_digest, &m.rating, &b);
    struct ax_cursor c = ax_cursor_of(ax_buf_str(&b));
    uint32_t len;
    ax_str part;
    assert_true(ax_cursor_u32be(&c, &len));
    assert_int_equal(len, 18);
    assert_true(ax_cursor_take(&c, len, &part));
    assert_true(ax_str_eq(part, AX_STR(WORLD_ENTERPRISE)));
    assert_true(ax_cursor_take(&c, AX_DIGEST_SIZE, &part));
    assert_memory_equal(part.ptr, m.ledger_digest, AX_DIGEST_SIZE);
    assert_true(ax_cursor_u32be(&c, &len));
    assert_int_equal(len, content.len);
    assert_true(ax_cursor_take(&c, len, &part));
    assert_true(ax_str_eq(part, ax_buf_str(&content)));
    assert_int_equal(ax_cursor_left(&c), 0);
    for (size_t cap = 0; cap < 80; cap++) {
        struct ax_buf small;
        ax_buf_init(&small, cap);
        ax_audit_put(m.rating.enterprise, m.ledger_digest, &m.rating, &small);
        assert_true(small.failed);
        ax_buf_deinit(&small);
    }
    ax_buf_deinit(&b);
    ax_buf_deinit(&content);
    ax_ledger_deinit(&m.ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(filled), T(stored_form), T(audit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
