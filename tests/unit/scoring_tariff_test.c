/* SPDX-License-Identifier: Apache-2.0 */
/* Tariffs: every factor with its cases, no loss in two factors, caps, clamp, bases, rounding, and what the loader refuses. */
#include "services/lib/pack/tariff_file.h"
#include "tests/unit/pack_texts.h"
#include "tests/unit/scoring_scene.h"

#define T(name) cmocka_unit_test(name)
#define FROM "2026-06-30"

struct loaded {
    struct ax_buf yaml;
    struct ax_pack_text *text;
    struct ax_tariff tariff;
};

static struct ax_arena arena;

static void load(struct loaded *l, const char *path)
{
    struct ax_err err;
    char line[512];
    ax_buf_init(&l->yaml, AX_PACK_FILE_MAX_BYTES);
    if (!ax_ok(ax_file_read(path, &l->yaml, &err)) ||
            !ax_ok(ax_tariff_parse(path, ax_buf_str(&l->yaml), &l->text, &l->tariff, &err))) {
        fail_msg("%s", ax_err_line(&err, line, sizeof line));
    }
}

static void unload(struct loaded *l)
{
    ax_pack_text_free(l->text);
    ax_buf_deinit(&l->yaml);
}

static struct loaded shanxi;

static int set_up(void **state)
{
    (void)state;
    ax_arena_init(&arena, 64 << 10, 64 << 20);
    load(&shanxi, "scoring/packs/shanxi-2023/tariff.yaml");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unload(&shanxi);
    ax_arena_deinit(&arena);
    return 0;
}

/* Something dated that would have told of an accident. */
static void begin_known(struct scene *s, int32_t standard)
{
    begin(s, standard);
    struct ax_fact f = world_fact(AX_FACT_EXPOSURE, "exposure");
    f.exposure.period_from = world_day("2025-01-01");
    f.exposure.period_until = world_day("2025-12-31");
    f.exposure.employees = 80;
    with(s, f);
}

static struct ax_tariff_experience look_as(struct scene *s, bool silent)
{
    struct ax_tariff_experience x;
    struct ax_err err;
    (void)on(s, FROM);
    assert_true(
            ax_ok(ax_tariff_look(&shanxi.tariff, &s->ledger, world_pack(), silent, world_day(FROM), &arena, &x, &err)));
    return x;
}

static struct ax_tariff_experience look(struct scene *s)
{
    return look_as(s, false);
}

/* That costs most. */
static const struct ax_tariff_way *way_of(const struct ax_tariff_experience *x)
{
    struct ax_tariff_quote q;
    ax_tariff_price(&shanxi.tariff, x, 0, &q);
    return &x->ways[q.way];
}

static struct ax_tariff_quote quote(struct scene *s)
{
    struct ax_tariff_quote q;
    struct ax_tariff_experience x = look(s);
    ax_tariff_price(&shanxi.tariff, &x, 0, &q);
    return q;
}

static const struct ax_tariff_factor *factor(const struct ax_tariff_quote *q, const char *group)
{
    for (size_t i = 0; i < q->factor_count; i++) {
        if (strcmp(q->factors[i].group, group) == 0) {
            return &q->factors[i];
        }
    }
    return NULL;
}

static void expect(struct scene *s, const char *group, const char *which, uint32_t ppm)
{
    struct ax_tariff_quote q = quote(s);
    const struct ax_tariff_factor *f = factor(&q, group);
    assert_non_null(f);
    if (!ax_str_eq(f->which, ax_str_c(which)) || f->ppm != ppm) {
        fail_msg("%s is %.*s, %u ppm, not %s, %u", group, AX_ARG(f->which), f->ppm, which, ppm);
    }
    assert_true(f->provenance == AX_PROVENANCE_OURS || f->legal_basis.len > 0);
}

static struct ax_fact claim(const char *number, const char *reported, int64_t paid_fen, int64_t reserved_fen)
{
    struct ax_fact f = world_fact(AX_FACT_INSURANCE_CLAIM, number);
    f.occurred_on = world_day(reported);
    f.insurance_claim.claim_number = f.reference;
    f.insurance_claim.insurer = AX_STR("某保险公司");
    f.insurance_claim.reported_on = world_day(reported);
    f.insurance_claim.paid_fen = paid_fen;
    f.insurance_claim.reserved_fen = reserved_fen;
    return f;
}

static struct ax_fact policy(const char *number, const char *from, const char *until, int64_t premium_fen)
{
    struct ax_fact f = world_fact(AX_FACT_INSURANCE_POLICY, number);
    f.insurance_policy.policy_number = f.reference;
    f.insurance_policy.insurer = AX_STR("某保险公司");
    f.insurance_policy.covered_from = world_day(from);
    f.insurance_policy.covered_until = world_day(until);
    f.insurance_policy.premium_fen = premium_fen;
    f.insurance_policy.insured_heads = 80;
    return f;
}

static void accidents_of_the_year_before(void **state)
{
    (void)state;
    struct scene s;
    begin_known(&s, AX_STANDARDISATION_LEVEL_THREE);
    expect(&s, "accident", "none", 900000);
    with(&s, world_accident("cleared", "2026-02-01", AX_LIABILITY_NONE, 3));
    with(&s, world_accident("old", "2025-06-29", AX_LIABILITY_MAIN, 3));
    with(&s, world_accident("later", "2026-07-01", AX_LIABILITY_MAIN, 3));
    expect(&s, "accident", "none", 900000);
    with(&s, world_accident("today", FROM, AX_LIABILITY_MAIN, 3)); /* known on the first day of cover */
    expect(&s, "accident", "larger", 1200000);
    s.count--;
    with(&s, world_accident("a", "2025-06-30", AX_LIABILITY_UNSPECIFIED, 0));
    expect(&s, "accident", "general", 1100000);
    with(&s, world_accident("b", "2026-01-01", AX_LIABILITY_MAIN, 3));
    expect(&s, "accident", "larger", 1200000);
    with(&s, world_accident("c", "2025-08-01", AX_LIABILITY_MAIN, 10));
    expect(&s, "accident", "serious", 1300000);
    assert_int_equal(look(&s).accidents, 3);
    end(&s);
    begin_known(&s, AX_STANDARDISATION_LEVEL_THREE);
    struct ax_fact total = world_accident("t", "2026-01-01", AX_LIABILITY_UNSPECIFIED, 0);
    total.accident.aggregate = true;
    total.accident.count = 5;
    with(&s, total); /* never graded */
    expect(&s, "accident", "general", 1100000);
    s.facts[s.count - 1].state = AX_FACT_STATE_WITHDRAWN;
    expect(&s, "accident", "none", 900000);
    end(&s);
}

static void standardisation_lists_and_awards(void **state)
{
    (void)state;
    static const struct {
        int32_t level;
        const char *which;
        uint32_t ppm;
    } cases[] = {{0, "missing", 1030000}, {1, "one", 960000}, {2, "two", 980000}, {3, "three", 1000000},
            {4, "none", 1030000}};
    for (size_t i = 0; i < 5; i++) {
        struct scene s;
        begin(&s, cases[i].level);
        with(&s, world_penalty("p", "2020-01-01", AX_PENALTY_TIER_MINOR));
        expect(&s, "standardisation", cases[i].which, cases[i].ppm);
        end(&s);
    }
    struct scene s;
    begin(&s, 0);
    with(&s, world_standard("x", "2020-01-01", "2026-06-29", 1));
    expect(&s, "standardisation", "none", 1030000); /* run out */
    with(&s, world_standard("y", "2024-01-01", "2027-06-29", 3));
    with(&s, world_standard("z", "2023-01-01", "2027-06-29", 1));
    expect(&s, "standardisation", "three", 1000000); /* the later one */
    struct ax_fact entry = world_fact(AX_FACT_LIST_ENTRY, "l");
    entry.list_entry.list = AX_LIST_KIND_SERIOUS_DISHONESTY;
    entry.list_entry.listed_from = world_day("2025-01-01");
    entry.list_entry.listed_until = world_day("2027-12-31");
    struct ax_tariff_quote without = quote(&s);
    assert_null(factor(&without, "listed"));
    with(&s, entry);
    expect(&s, "listed", "", 1100000);
    expect(&s, "credit", "B3", 1000000); /* D by the list, which has a factor of its own */
    entry.reference = AX_STR("c");
    entry.list_entry.list = AX_LIST_KIND_COMMENDATION;
    with(&s, entry);
    expect(&s, "award", "", 950000);
    end(&s);
}

static void levels(void **state)
{
    (void)state;
    struct scene s;
    begin(&s, AX_STANDARDISATION_LEVEL_ONE);
    expect(&s, "credit", "A2", 930000);
    end(&s);
    begin(&s, AX_STANDARDISATION_LEVEL_NONE);
    char names[30][8];
    for (int i = 0; i < 30; i++) {
        (void)snprintf(names[i], sizeof names[i], "p%d", i);
        with(&s, world_penalty(names[i], "2026-05-15", AX_PENALTY_TIER_SERIOUS));
    }
    expect(&s, "credit", "D", 1200000);
    end(&s);
    begin(&s, 0);
    with(&s, policy("q", "2026-01-01", "2026-12-31", 0));
    expect(&s, "credit", "unrated", 1000000);
    end(&s);
}

/* An accident with a penalty and a claim that answer it moves the accident factor or those others, whichever costs more. */
static void no_loss_counts_twice(void **state)
{
    (void)state;
    struct scene s;
    begin_known(&s, AX_STANDARDISATION_LEVEL_TWO);
    with(&s, policy("q", "2025-07-01", "2026-06-30", 100000000));
    struct ax_tariff_quote before = quote(&s);
    struct ax_fact accident = world_accident("a", "2026-01-01", AX_LIABILITY_MAIN, 1);
    struct ax_fact penalty = world_penalty("p", "2026-03-01", AX_PENALTY_TIER_GENERAL);
    penalty.enforcement_penalty.accident_id = AX_STR("a");
    struct ax_fact answer = claim("c", "2026-01-05", 50000000, 0);
    answer.insurance_claim.accident_id = AX_STR("a");
    with(&s, accident);
    with(&s, penalty);
    with(&s, answer);
    struct ax_rate rate = on(&s, FROM);
    assert_true(rate.level > AX_LEVEL_B2); /* the level itself has moved */
    struct ax_tariff_quote after = quote(&s);
    assert_int_equal(after.factor_count, before.factor_count);
    for (size_t i = 0; i < after.factor_count; i++) {
        bool moved = after.factors[i].ppm != before.factors[i].ppm;
        assert_int_equal(moved, strcmp(after.factors[i].group, "accident") == 0);
    }
    struct ax_tariff_experience x = look(&s);
    const struct ax_tariff_way *way = way_of(&x);
    assert_int_equal(way->losses.claims, 0);
    assert_int_equal(way->claims_left_out, 1);
    assert_int_equal(way->penalties_left_out, 1);
    assert_int_equal(way->accidents_left_out, 0);
    /* A claim of 9 million costs more in the loss ratio: there it counts, and the accident does not. */
    s.facts[s.count - 1].insurance_claim.reserved_fen = 850000000;
    struct ax_tariff_quote graver = quote(&s);
    x = look(&s);
    way = way_of(&x);
    expect(&s, "accident", "counted_elsewhere", 900000);
    expect(&s, "loss", "", 1200000);
    assert_int_equal(way->claims_left_out, 0);
    assert_int_equal(way->penalties_left_out, 0);
    assert_int_equal(way->accidents_left_out, 1);
    assert_int_equal(graver.other_product_ppm, after.product_ppm);
    assert_true(graver.product_ppm > after.product_ppm);
    /* Where the accident is not one that counts, the claim is a loss. */
    s.facts[s.count - 3].accident.liability = AX_LIABILITY_NONE;
    x = look(&s);
    assert_int_equal(x.accidents, 0);
    assert_int_equal(way_of(&x)->losses.claims, 1);
    assert_int_equal(way_of(&x)->losses.yuan, 2000000);
    /* Likewise of an accident that is too old for its factor. */
    s.facts[s.count - 3].accident.liability = AX_LIABILITY_MAIN;
    s.facts[s.count - 3].occurred_on = world_day("2025-06-01");
    x = look(&s);
    assert_int_equal(x.accidents, 0);
    assert_int_equal(way_of(&x)->losses.claims, 1);
    end(&s);
}

/* By the worst accident alone the factor is read: the claims of all others are losses. */
static void the_worst_accident_alone_has_the_factor(void **state)
{
    (void)state;
    struct scene s;
    begin_known(&s, AX_STANDARDISATION_LEVEL_TWO);
    with(&s, policy("q", "2025-07-01", "2026-06-30", 100000000));
    static const struct {
        const char *id;
        const char *claim;
        uint32_t deaths;
    } events[] = {{"a", "ca", 1}, {"b", "cb", 3}, {"c", "cc", 1}};
    for (size_t i = 0; i < 3; i++) {
        with(&s, world_accident(events[i].id, "2026-01-01", AX_LIABILITY_MAIN, events[i].deaths));
        struct ax_fact f = claim(events[i].claim, "2026-01-05", 40000000, 0);
        f.insurance_claim.accident_id = ax_str_c(events[i].id);
        f.insurance_claim.deaths = events[i].deaths;
        with(&s, f);
    }
    struct ax_tariff_experience x = look(&s);
    const struct ax_tariff_way *way = way_of(&x);
    assert_int_equal(x.accidents, 3);
    expect(&s, "accident", "larger", 1200000);
    assert_int_equal(way->claims_left_out, 1);
    assert_int_equal(way->losses.claims, 2);
    assert_int_equal(way->losses.yuan, 800000);
    expect(&s, "loss", "", 1100000); /* 0.8 of 1,000,000 but for a day */
    end(&s);
}

/* A claim with people killed, or one that names an accident, is that accident where nobody reported it. */
static void what_nobody_reported(void **state)
{
    (void)state;
    struct scene s;
    static const struct {
        uint32_t deaths;
        uint32_t injured;
        bool named;
        const char *which;
        uint32_t ppm;
    } cases[] = {{1, 0, true, "general", 1100000}, {1, 0, false, "general", 1100000}, {3, 0, false, "larger", 1200000},
            {0, 10, true, "larger", 1200000}, {10, 0, true, "serious", 1300000}, {0, 50, false, "serious", 1300000},
            {0, 0, true, "general", 1100000}, {0, 0, false, "none", 900000}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin_known(&s, AX_STANDARDISATION_LEVEL_TWO);
        with(&s, policy("q", "2025-07-01", "2026-06-30", 100000000));
        struct ax_fact f = claim("c", "2026-01-05", 5000000, 0);
        f.insurance_claim.deaths = cases[i].deaths;
        f.insurance_claim.serious_injuries = cases[i].injured;
        f.insurance_claim.accident_id = cases[i].named ? AX_STR("a") : AX_STR("");
        with(&s, f);
        expect(&s, "accident", cases[i].which, cases[i].ppm);
        bool event = cases[i].ppm != 900000;
        struct ax_tariff_experience x = look(&s);
        const struct ax_tariff_way *way = way_of(&x);
        assert_int_equal(way->losses.claims, event ? 0 : 1);
        assert_int_equal(way->claims_left_out, event ? 1 : 0);
        assert_int_equal(way->losses.yuan, event ? 0 : 50000);
        if (cases[i].named) { /* cleared of it: a loss */
            with(&s, world_accident("a", "2026-01-01", AX_LIABILITY_NONE, 1));
            expect(&s, "accident", "none", 900000);
            x = look(&s);
            assert_int_equal(way_of(&x)->losses.claims, 1);
        }
        end(&s);
    }
}

/* A claim of 200,000 yuan beside a premium of 100,000: what it tells of makes it graver, never cheaper. */
/* What a quote for cover from a day says of accidents where all that is known is a penalty that names one. */
static void expect_told(struct ax_fact f, const char *day, bool told)
{
    struct scene s;
    struct ax_tariff_experience x;
    struct ax_tariff_quote q;
    struct ax_err err;
    begin_known(&s, AX_STANDARDISATION_LEVEL_THREE);
    with(&s, f);
    (void)on(&s, day);
    assert_true(
            ax_ok(ax_tariff_look(&shanxi.tariff, &s.ledger, world_pack(), false, world_day(day), &arena, &x, &err)));
    ax_tariff_price(&shanxi.tariff, &x, 0, &q);
    assert_true(ax_str_eq(factor(&q, "accident")->which, told ? AX_STR("general") : AX_STR("none")));
    end(&s);
}

/* By its source or, where that says nothing, by the pack: of a minor one three months. */
static void a_penalty_is_used_as_long_as_the_level_uses_it(void **state)
{
    (void)state;
    struct ax_fact f = world_penalty("p", "2026-05-01", AX_PENALTY_TIER_MINOR);
    f.enforcement_penalty.accident_id = AX_STR("A1");
    expect_told(f, "2026-07-31", true);
    expect_told(f, "2026-08-01", false);
    f.enforcement_penalty.tier = AX_PENALTY_TIER_SERIOUS;
    expect_told(f, "2026-08-01", true);
    f.use_until = world_day("2026-06-30");
    expect_told(f, "2026-06-30", true);
    expect_told(f, "2026-07-01", false);
}

static void graver_claims_are_never_cheaper(void **state)
{
    (void)state;
    static const struct {
        uint32_t deaths;
        uint32_t injured;
        bool named;
        bool reported;
    } cases[] = {{0, 0, false, false}, {0, 1, false, false}, {1, 0, false, false}, {0, 0, true, false},
            {0, 0, true, true}, {3, 0, true, true}, {10, 0, true, true}};
    uint32_t least = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene s;
        begin_known(&s, AX_STANDARDISATION_LEVEL_TWO);
        with(&s, policy("q", "2025-07-01", "2026-06-29", 10000000));
        struct ax_fact f = claim("c", "2026-01-05", 20000000, 0);
        f.insurance_claim.deaths = cases[i].deaths;
        f.insurance_claim.serious_injuries = cases[i].injured;
        f.insurance_claim.accident_id = cases[i].named ? AX_STR("a") : AX_STR("");
        with(&s, f);
        if (cases[i].reported) {
            with(&s, world_accident("a", "2026-01-05", AX_LIABILITY_MAIN, cases[i].deaths));
        }
        uint32_t product = quote(&s).product_ppm;
        if (product < least) {
            fail_msg("case %zu: %u is below %u", i, product, least);
        }
        least = product;
        end(&s);
    }
}

static uint64_t next_random(uint64_t *state, uint64_t below)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*state >> 33) % below;
}

/* Claims, penalties and premiums around an accident; what they say of it is not more than its report does. */
static void add_rumours(struct scene *s, uint64_t *r, int32_t day, uint32_t deaths)
{
    static const char *const claims[] = {"c0", "c1", "c2"};
    static const char *const penalties[] = {"p0", "p1", "p2"};
    with(s, policy("q", "2025-07-01", "2026-06-30", (int64_t)next_random(r, 3) * 100000000));
    for (size_t i = 0; i < next_random(r, 4) && i < 3; i++) {
        struct ax_fact f = claim(claims[i], FROM, (int64_t)next_random(r, 4) * 60000000, 0);
        f.occurred_on = f.insurance_claim.reported_on = day;
        f.insurance_claim.deaths = (uint32_t)next_random(r, deaths + 1);
        f.insurance_claim.accident_id = next_random(r, 4) > 0 ? AX_STR("a") : AX_STR("");
        with(s, f);
    }
    for (size_t i = 0; i < next_random(r, 4) && i < 3; i++) {
        struct ax_fact f = world_penalty(penalties[i], FROM, AX_PENALTY_TIER_SERIOUS);
        f.occurred_on = day;
        f.decided_on = day;
        f.enforcement_penalty.accident_id = next_random(r, 4) > 0 ? AX_STR("a") : AX_STR("");
        with(s, f);
    }
}

static void reporting_an_accident_later_never_lowers_the_coefficient(void **state)
{
    (void)state;
    uint64_t r = 2026;
    for (int round = 0; round < 3000; round++) {
        struct scene s;
        int32_t day = world_day(FROM) - (int32_t)next_random(&r, 1200);
        uint32_t deaths = (uint32_t)next_random(&r, 12);
        begin(&s, (int32_t)next_random(&r, 5));
        add_rumours(&s, &r, day, deaths);
        uint32_t before = quote(&s).product_ppm;
        struct ax_fact accident =
                world_accident("a", FROM, (int32_t)(AX_LIABILITY_GENERAL + next_random(&r, 2)), deaths);
        accident.occurred_on = day;
        accident.decided_on = AX_DAY_NONE;
        with(&s, accident);
        uint32_t after = quote(&s).product_ppm;
        if (after < before) {
            fail_msg("round %d: %u became %u", round, before, after);
        }
        end(&s);
    }
}

static void silence_is_not_claimed_as_none(void **state)
{
    (void)state;
    struct scene s;
    begin(&s, 0);
    with(&s, policy("q", "2025-07-01", "2026-06-30", 100000000));
    expect(&s, "accident", "missing", 1000000);
    expect(&s, "loss", "missing", 1000000); /* no claim, and nobody who would have told of one */
    struct ax_fact exposure = world_fact(AX_FACT_EXPOSURE, "e");
    exposure.exposure.period_from = world_day("2022-01-01");
    exposure.exposure.period_until = world_day("2022-12-31");
    with(&s, exposure);
    expect(&s, "accident", "missing", 1000000); /* too old */
    s.facts[s.count - 1].exposure.period_from = world_day("2026-07-01");
    s.facts[s.count - 1].exposure.period_until = world_day("2026-12-31");
    expect(&s, "accident", "missing", 1000000); /* after cover began */
    s.facts[s.count - 1].exposure.period_from = world_day("2025-01-01");
    s.facts[s.count - 1].exposure.period_until = world_day("2025-12-31");
    expect(&s, "accident", "none", 900000);
    expect(&s, "loss", "", 950000);
    struct ax_tariff_experience x = look_as(&s, true); /* peers would have been heard of */
    struct ax_tariff_quote q;
    ax_tariff_price(&shanxi.tariff, &x, 0, &q);
    assert_true(ax_str_eq(factor(&q, "accident")->which, AX_STR("missing")));
    assert_true(ax_str_eq(factor(&q, "loss")->which, AX_STR("missing")));
    end(&s);
    begin(&s, AX_STANDARDISATION_LEVEL_TWO); /* does not say since when */
    expect(&s, "accident", "missing", 1000000);
    with(&s, world_standard("x", "2026-07-01", "2029-06-30", 2)); /* begins later */
    expect(&s, "accident", "missing", 1000000);
    with(&s, world_standard("y", "2026-06-30", "2029-06-29", 2));
    expect(&s, "accident", "none", 900000);
    end(&s);
}

/* By the risk score's own measure, and nothing adverse ends it. */
static void a_silent_enterprise_stays_silent_with_a_claim(void **state)
{
    (void)state;
    struct scene s;
    begin(&s, 0);
    struct ax_fact exposure = world_fact(AX_FACT_EXPOSURE, "e");
    exposure.exposure.period_from = world_day("2022-06-30");
    exposure.exposure.period_until = world_day(FROM);
    exposure.exposure.employees = 3000;
    with(&s, exposure);
    const struct ax_risk_edition *edition =
            ax_bundle_choose_risk(world_bundle(), AX_STR("140000"), AX_STR(""), AX_STR("0610"), world_day(FROM));
    assert_non_null(edition);
    (void)on(&s, FROM);
    assert_true(ax_tariff_is_silent(&s.ledger, world_pack(), edition, world_day(FROM)));
    with(&s, claim("c", "2026-01-05", 5000000, 0));
    with(&s, world_penalty("p", "2026-01-05", AX_PENALTY_TIER_MINOR));
    (void)on(&s, FROM);
    assert_true(ax_tariff_is_silent(&s.ledger, world_pack(), edition, world_day(FROM)));
    struct ax_fact inspection = world_fact(AX_FACT_INSPECTION, "i");
    inspection.occurred_on = world_day("2025-01-05");
    with(&s, inspection);
    (void)on(&s, FROM);
    assert_false(ax_tariff_is_silent(&s.ledger, world_pack(), edition, world_day(FROM)));
    s.facts[s.count - 1].occurred_on = world_day("2026-07-05"); /* later than cover */
    (void)on(&s, FROM);
    assert_true(ax_tariff_is_silent(&s.ledger, world_pack(), edition, world_day(FROM)));
    assert_false(ax_tariff_is_silent(&s.ledger, world_pack(), NULL, world_day(FROM)));
    end(&s);
}

static void losses(void **state)
{
    (void)state;
    struct scene s;
    begin_known(&s, AX_STANDARDISATION_LEVEL_TWO);
    with(&s, claim("c", "2026-01-05", 100, 200));
    struct ax_tariff_quote q = quote(&s);
    expect(&s, "loss", "missing", 1000000); /* no premium is known */
    assert_false(q.has_loss_ratio);
    with(&s, policy("q", "2025-07-01", "2026-06-29", 100000000)); /* 1,000,000 yuan */
    static const struct {
        int64_t paid_yuan;
        uint32_t ppm;
    } cases[] = {{0, 950000}, {300000, 950000}, {300001, 1000000}, {600000, 1000000}, {600001, 1100000},
            {1000000, 1100000}, {1000001, 1200000}, {9000000, 1200000}};
    struct ax_insurance_claim *c = &s.facts[2].insurance_claim;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        c->paid_fen = cases[i].paid_yuan * 60;
        c->reserved_fen = cases[i].paid_yuan * 40;
        expect(&s, "loss", "", cases[i].ppm);
    }
    struct ax_tariff_experience x = look(&s);
    assert_int_equal(way_of(&x)->losses.yuan, 2000000); /* the cap */
    assert_int_equal(way_of(&x)->losses.capped, 1);
    c->claim_state = AX_CLAIM_STATE_REFUSED;
    x = look(&s);
    assert_int_equal(way_of(&x)->losses.yuan, 0);
    c->claim_state = AX_CLAIM_STATE_OPEN;
    s.facts[2].occurred_on = c->reported_on = world_day("2023-06-29");
    x = look(&s);
    assert_int_equal(way_of(&x)->losses.claims, 0); /* 36 months and a day ago */
    end(&s);
}

static uint64_t premiums(const char *from, const char *until)
{
    struct scene s;
    begin_known(&s, AX_STANDARDISATION_LEVEL_TWO);
    with(&s, policy("q", from, until, 100000 * 100));
    struct ax_tariff_experience x = look(&s);
    end(&s);
    return x.premiums_yuan;
}

/* Of each policy what is earned within the 36 months before cover. */
static void premiums_are_earned_by_the_day(void **state)
{
    (void)state;
    assert_int_equal(premiums("2025-06-30", "2026-06-29"), 100000);
    assert_int_equal(premiums("2026-06-29", "2027-06-28"), 274); /* one day of 365 */
    assert_int_equal(premiums(FROM, "2027-06-29"), 0);
    assert_int_equal(premiums("2022-06-30", "2023-06-29"), 0);
    assert_int_equal(premiums("2022-07-01", "2023-06-30"), 274);
    assert_int_equal(premiums("2023-06-22", "2026-06-21"), 99270); /* of 1096 days all but 8 */
}

/* A claim on a day of which no premium is known makes no ratio, and ends a reward. */
static void a_claim_without_its_premium_is_no_reward(void **state)
{
    (void)state;
    struct scene s;
    begin_known(&s, AX_STANDARDISATION_LEVEL_TWO);
    with(&s, policy("new", "2026-06-01", "2027-05-31", 100000));
    expect(&s, "loss", "", 950000);
    with(&s, claim("c", "2026-01-05", 50000000000, 0));
    expect(&s, "loss", "missing", 1000000);
    struct ax_tariff_experience x = look(&s);
    assert_int_equal(way_of(&x)->losses.unmatched, 1);
    assert_int_equal(way_of(&x)->losses.yuan, 0);
    with(&s, policy("old", "2025-06-01", "2026-05-31", 100000));
    expect(&s, "loss", "", 1200000);
    end(&s);
}

static void product_clamp_and_rounding(void **state)
{
    (void)state;
    struct scene s;
    begin_known(&s, AX_STANDARDISATION_LEVEL_TWO);
    struct ax_tariff fixed = shanxi.tariff; /* whatever its own constant is */
    fixed.off_balance.ppm = 1078960;
    struct ax_tariff_experience x = look(&s);
    struct ax_tariff_quote q;
    ax_tariff_price(&fixed, &x, 0, &q);
    /* 0.9 * 0.98 * 0.98 * 1.07896 = 0.93260986…, and no ratio of losses */
    assert_int_equal(q.product_ppm, 932610);
    assert_int_equal(q.coefficient_ppm, 932610);
    struct ax_tariff low = fixed;
    low.clamp_min_ppm = 990000;
    ax_tariff_price(&low, &x, 0, &q);
    assert_int_equal(q.product_ppm, 932610);
    assert_int_equal(q.coefficient_ppm, 990000);
    struct ax_tariff_premium p;
    ax_tariff_base_premium(&shanxi.tariff, AX_STR("B0610"), 3, 0, 40000000, 0, 932610, &p);
    assert_string_equal(p.base->id.ptr, "coal-heads");
    assert_int_equal(p.fen, 840000); /* 3 * 400,000 yuan * 0.7 % */
    assert_int_equal(p.max_fen, 840000);
    assert_int_equal(p.reference_fen, 783392); /* 783,392.4 */
    ax_tariff_base_premium(&shanxi.tariff, AX_STR("2511"), 3, 0, 40000000, 0, 932610, &p);
    assert_null(p.base);
    end(&s);
}

static void bases_of_other_provinces(void **state)
{
    (void)state;
    struct loaded l;
    struct ax_tariff_premium p;
    load(&l, "scoring/packs/shandong-construction-2018/tariff.yaml");
    /* 10, 50, 100, 500, 1000 million yuan are the upper ends of their bands. */
    static const struct {
        uint64_t yuan;
        int64_t premium_yuan;
    } rows[] = {{10000000, 6500}, {10000001, 6000}, {50000000, 30000}, {100000000, 55000}, {500000000, 250000},
            {1000000000, 450000}, {2000000000, 800000}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ax_tariff_base_premium(&l.tariff, AX_STR("4710"), rows[i].yuan * 100, 0, 50000000, 0, 1000000, &p);
        assert_int_equal((p.fen + 50) / 100, rows[i].premium_yuan);
    }
    ax_tariff_base_premium(&l.tariff, AX_STR("4710"), 100, 0, 40000000, 0, 1000000, &p);
    assert_null(p.base); /* the table is for 500,000 a person */
    unload(&l);
    load(&l, "scoring/packs/henan-mining/tariff.yaml");
    ax_tariff_base_premium(&l.tariff, AX_STR("0810"), 0, 0, 50000000, 2, 1100000, &p);
    assert_int_equal(p.fen, 3150000);
    assert_int_equal(p.max_fen, 10400000);
    assert_int_equal(p.reference_fen, 3465000);
    assert_int_equal(p.reference_max_fen, 11440000);
    ax_tariff_base_premium(&l.tariff, AX_STR("0810"), 0, 0, 50000000, 0, 1000000, &p);
    assert_null(p.base); /* its size was not said */
    unload(&l);
    load(&l, "scoring/packs/hunan-construction/tariff.yaml");
    ax_tariff_base_premium(&l.tariff, AX_STR("4813"), 500000000, 0, 60000000, 1, 1000000, &p);
    assert_int_equal(p.fen, 1285000); /* 2.57 per mille of 5,000,000 yuan */
    ax_tariff_base_premium(&l.tariff, AX_STR("4813"), 500000001, 0, 60000000, 1, 1000000, &p);
    assert_null(p.base);
    struct ax_tariff_experience x = {.ways[AX_TARIFF_ACCIDENT_NONE].level = AX_LEVEL_B3,
            .standardisation = AX_STANDARDISATION_LEVEL_THREE,
            .list_entry = UINT32_MAX,
            .award_entry = UINT32_MAX};
    struct ax_tariff_quote q;
    struct ax_tariff_quote metro;
    ax_tariff_price(&l.tariff, &x, 1, &q); /* high-risk only chooses a base */
    ax_tariff_price(&l.tariff, &x, 2, &metro);
    assert_null(factor(&q, "option"));
    assert_int_equal(factor(&metro, "option")->ppm, 1500000);
    unload(&l);
}

/* No part of it is cut: an amount above the greatest is said. */
static void great_exposures(void **state)
{
    (void)state;
    struct ax_tariff_premium p;
    ax_tariff_base_premium(&shanxi.tariff, AX_STR("0610"), 9000000000, 0, 40000000, 0, 1000000, &p);
    assert_int_equal(p.fen, INT64_C(2520000000000000)); /* × 400,000 yuan × 0.7 % */
    assert_false(p.too_large);
    ax_tariff_base_premium(&shanxi.tariff, AX_STR("0610"), 900000000000, 0, 40000000, 0, 1000000, &p);
    assert_true(p.too_large);
    ax_tariff_base_premium(&shanxi.tariff, AX_STR("0610"), UINT64_MAX, 0, AX_TARIFF_MONEY_MAX_FEN, 0, 1000000, &p);
    assert_true(p.too_large);
    ax_tariff_base_premium(&shanxi.tariff, AX_STR("0610"), 200000000000, 0, 40000000, 0, 1600000, &p);
    assert_true(p.too_large); /* the reference, not the base */
    assert_true(p.fen < AX_TARIFF_MONEY_MAX_FEN);
}

static void floors_by_first_day_of_cover(void **state)
{
    (void)state;
    assert_int_equal(ax_tariff_floor_on(&shanxi.tariff, world_day("2025-03-28"))->fen, 30000000);
    assert_int_equal(ax_tariff_floor_on(&shanxi.tariff, world_day("2025-03-29"))->fen, 40000000);
    assert_null(ax_tariff_floor_on(&shanxi.tariff, world_day("2017-12-31")));
}

static void balance_brings_the_mean_to_one(void **state)
{
    (void)state;
    enum { COUNT = 5000 };
    static uint32_t products[COUNT];
    uint64_t random = 7;
    for (size_t i = 0; i < COUNT; i++) {
        products[i] = 500000 + (uint32_t)(world_random(&random) % 1500000);
    }
    uint32_t ppm;
    assert_true(ax_tariff_balance(&shanxi.tariff, products, COUNT, &ppm));
    struct ax_tariff plain = {.clamp_min_ppm = shanxi.tariff.clamp_min_ppm,
            .clamp_max_ppm = shanxi.tariff.clamp_max_ppm,
            .off_balance = {ppm, AX_STR(""), AX_PROVENANCE_OURS}};
    uint64_t sum = 0;
    for (size_t i = 0; i < COUNT; i++) {
        struct ax_tariff_value one = {products[i], AX_STR(""), AX_PROVENANCE_OURS};
        plain.listed = one;
        struct ax_tariff_experience x = {.list_entry = 0, .award_entry = UINT32_MAX};
        struct ax_tariff_quote q;
        ax_tariff_price(&plain, &x, 0, &q);
        sum += q.coefficient_ppm;
    }
    assert_in_range(sum / COUNT, 1000000, 1000001);
    uint32_t none = 1000;
    assert_false(ax_tariff_balance(&shanxi.tariff, &none, 0, &ppm));
}

/* National-2026's own file with one value changed. */
static void expect_perverse(const char *was, const char *is, const char *key, const char *value, const char *words)
{
    struct ax_buf yaml;
    struct ax_buf edited;
    struct ax_err err;
    struct ax_tariff t;
    struct ax_pack_text *texts = NULL;
    ax_buf_init(&yaml, AX_PACK_FILE_MAX_BYTES);
    ax_buf_init(&edited, AX_PACK_FILE_MAX_BYTES);
    assert_true(ax_ok(ax_file_read("scoring/packs/national-2026/tariff.yaml", &yaml, &err)));
    const char *at = memmem(yaml.ptr, yaml.len, was, strlen(was));
    assert_non_null(at);
    size_t before = (size_t)(at - (const char *)yaml.ptr);
    size_t behind = before + strlen(was);
    ax_buf_put(&edited, yaml.ptr, before);
    ax_buf_put(&edited, is, strlen(is));
    ax_buf_put(&edited, yaml.ptr + behind, yaml.len - behind);
    pack_refused(ax_tariff_parse("x/tariff.yaml", ax_buf_str(&edited), &texts, &t, &err), &err, key, words);
    assert_string_equal(err.value, value);
    ax_buf_deinit(&edited);
    ax_buf_deinit(&yaml);
}

static void perverse_tariffs_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *was;
        const char *is;
        const char *key;
        const char *value;
        const char *words;
    } cases[] = {
            {"general: {ppm: 1100000", "general: {ppm: 800000", "general", "800000",
                    "accident: must not be cheaper than none, which is better: at least 900000"},
            {"general: {ppm: 1100000", "general: {ppm: 950000", "general", "950000",
                    "where nothing is known of accidents: at least 1000000"},
            {"larger: {ppm: 1200000", "larger: {ppm: 1050000", "larger", "1050000", "than general"},
            {"serious: {ppm: 1300000", "serious: {ppm: 1190000", "serious", "1190000", "than larger"},
            {"  none: {ppm: 900000", "  none: {ppm: 1010000", "none", "1010000", "at most 1000000"},
            {"  D: {ppm: 1200000", "  D: {ppm: 800000", "D", "800000", "credit: must not be cheaper than C3"},
            {"one: {ppm: 960000", "one: {ppm: 990000", "two", "980000",
                    "standardisation: must not be cheaper than one"},
            {"missing: {ppm: 1030000", "missing: {ppm: 900000", "missing", "900000", "must not be rewarded"},
            {"unrated: {ppm: 1000000", "unrated: {ppm: 900000", "unrated", "900000", "must not be rewarded"},
            {"listed: {ppm: 1100000", "listed: {ppm: 500000", "ppm", "500000", "listed: a listed enterprise"},
            {"award: {ppm: 950000", "award: {ppm: 1500000", "ppm", "1500000", "award: an award must not be dearer"},
            {"ratio_up_to_ppm: 600000, value: {ppm: 1000000", "ratio_up_to_ppm: 600000, value: {ppm: 510000", "bands",
                    "510000", "loss: a band must not be cheaper than the one below it: at least 950000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect_perverse(cases[i].was, cases[i].is, cases[i].key, cases[i].value, cases[i].words);
    }
    struct ax_tariff far = shanxi.tariff;
    struct ax_err err;
    far.off_balance.ppm = 2080000;
    assert_false(ax_ok(ax_tariff_compile(&far, &err)));
    assert_string_equal(err.field, "off_balance.value");
    assert_string_equal(err.value, "2080000");
    far.off_balance.ppm = 499999;
    assert_false(ax_ok(ax_tariff_compile(&far, &err)));
}

#define HEAD "id: x\ntitle_zh: x\ntitle_en: x\nprovenance: ours\njurisdictions: [\"\"]\n"
#define OFF "off_balance: {value: {ppm: 1000000, provenance: ours}, portfolio: none}\n"
#define CLAMP "clamp: {min_ppm: 500000, max_ppm: 2000000, provenance: ours}\n"

static void expect_refused(const char *yaml, const char *field, const char *words)
{
    struct ax_tariff t;
    struct ax_pack_text *texts = NULL;
    struct ax_err err;
    pack_refused(ax_tariff_parse("x/tariff.yaml", ax_str_c(yaml), &texts, &t, &err), &err, field, words);
}

static void the_loader_refuses(void **state)
{
    (void)state;
    expect_refused(HEAD OFF, "x/tariff.yaml", "clamp");
    expect_refused(HEAD OFF "clamp: {min_ppm: 1100000, max_ppm: 2000000, provenance: ours}\n", "x/tariff.yaml",
            "line 7: min_ppm: must be a whole number from 1 to 1000000");
    expect_refused(HEAD CLAMP "off_balance: {value: {ppm: 0, provenance: ours}, portfolio: none}\n", "x/tariff.yaml",
            "line 7: ppm: must be a whole number from 1 to 10000000");
    expect_refused(HEAD CLAMP "off_balance: {value: {ppm: 1, provenance: ours}, portfolio: ''}\n", "off_balance",
            "a constant, and the portfolio");
    expect_refused(HEAD OFF CLAMP "listed: {ppm: 1100000, provenance: S}\n", "listed", "legal_basis must be given");
    expect_refused(HEAD OFF CLAMP "listed: {ppm: 11000000, provenance: ours}\n", "x/tariff.yaml",
            "line 8: ppm: must be a whole number from 1 to 10000000");
    expect_refused(HEAD OFF CLAMP "listed: {ppm: 1.5, provenance: ours}\n", "x/tariff.yaml",
            "line 8: ppm: must be a whole number in decimal digits");
    expect_refused(HEAD OFF CLAMP "award: {pmm: 1, provenance: ours}\n", "x/tariff.yaml", "unknown key");
    expect_refused(HEAD OFF CLAMP
            "accident: {months: 0, none: {ppm: 1, provenance: ours}, general: {ppm: 1, provenance: ours}, "
            "larger: {ppm: 1, provenance: ours}, serious: {ppm: 1, provenance: ours}}\n",
            "accident", "months: 1 to 1200");
    expect_refused(HEAD OFF CLAMP
            "accident: {months: 12, none: {ppm: 0, provenance: ours}, general: {ppm: 1, provenance: ours}, "
            "larger: {ppm: 1, provenance: ours}, serious: {ppm: 1, provenance: ours}}\n",
            "x/tariff.yaml", "line 8: ppm: must be a whole number from 1");
    expect_refused(HEAD OFF CLAMP "bases:\n  - {id: b, title_zh: b, title_en: b, unit: heads, provenance: ours}\n",
            "bases", "line 9: b: one price");
    expect_refused(HEAD OFF CLAMP
            "bases:\n  - {id: b, title_zh: b, title_en: b, unit: heads, rate_ppm: 5, provenance: ours}\n",
            "unit", "contract_price");
    expect_refused(HEAD OFF CLAMP
            "bases:\n  - {id: b, title_zh: b, title_en: b, unit: heads, fen: 5, options: [o], provenance: ours}\n",
            "options", "must be options of the tariff");
    expect_refused(HEAD OFF CLAMP
            "loss: {months: 12, large_loss_cap_fen: 100, large_loss_basis: x, bands: [{ratio_up_to_ppm: 5, "
            "value: {ppm: 1, provenance: ours}}]}\n",
            "loss", "the last one alone has no end");
    expect_refused(
            HEAD OFF CLAMP "floors: [{effective_from: 2025-3-29, fen: 1, provenance: ours}]\n", "floors", "YYYY-MM-DD");
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(accidents_of_the_year_before), T(standardisation_lists_and_awards), T(levels),
            T(no_loss_counts_twice), T(the_worst_accident_alone_has_the_factor), T(graver_claims_are_never_cheaper),
            T(what_nobody_reported), T(a_penalty_is_used_as_long_as_the_level_uses_it),
            T(reporting_an_accident_later_never_lowers_the_coefficient), T(silence_is_not_claimed_as_none),
            T(a_silent_enterprise_stays_silent_with_a_claim), T(losses), T(premiums_are_earned_by_the_day),
            T(a_claim_without_its_premium_is_no_reward), T(perverse_tariffs_are_refused), T(product_clamp_and_rounding),
            T(bases_of_other_provinces), T(floors_by_first_day_of_cover), T(great_exposures),
            T(balance_brings_the_mean_to_one), T(the_loader_refuses)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
