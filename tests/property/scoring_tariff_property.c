/* SPDX-License-Identifier: Apache-2.0 */
/* Random ledgers, every shipped tariff: one claim, accident or penalty more, or a graver one, never lowers a coefficient. */
#include "base/file.h"
#include "services/lib/pack/tariff_file.h"
#include "tests/unit/scoring_scene.h"
#include "tests/unit/t.h"

#include <stdio.h>

#define T(name) cmocka_unit_test(name)
#define FROM "2026-06-30"

enum { ROUNDS = T_CASES(4000), EVENTS = 4, STEPS = 8, TARIFFS = 7, TEXT = 8 };

static struct {
    struct ax_buf yaml;
    struct ax_pack_text *text;
    struct ax_tariff tariff;
} tariffs[TARIFFS];

static struct ax_arena arena;

static int set_up(void **state)
{
    (void)state;
    static const char *const names[TARIFFS] = {"fuyang", "henan-mining", "hunan-construction", "national-2026",
            "shandong-2017", "shandong-construction-2018", "shanxi-2023"};
    ax_arena_init(&arena, 64 << 10, 64 << 20);
    for (size_t i = 0; i < TARIFFS; i++) {
        char path[128];
        struct ax_err err;
        (void)snprintf(path, sizeof path, "scoring/packs/%s/tariff.yaml", names[i]);
        ax_buf_init(&tariffs[i].yaml, AX_PACK_FILE_MAX_BYTES);
        assert_true(ax_ok(ax_file_read(path, &tariffs[i].yaml, &err)));
        assert_true(
                ax_ok(ax_tariff_parse(path, ax_buf_str(&tariffs[i].yaml), &tariffs[i].text, &tariffs[i].tariff, &err)));
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < TARIFFS; i++) {
        ax_pack_text_free(tariffs[i].text);
        ax_buf_deinit(&tariffs[i].yaml);
    }
    ax_arena_deinit(&arena);
    return 0;
}

/* What happens to one enterprise: events on days of their own, of which reports, claims and penalties tell. */
struct story {
    struct scene s;
    uint64_t random;
    size_t event_count; /* of the days */
    int32_t days[EVENTS];
    char names[FACTS_MAX][TEXT];
};

static const char *const events[EVENTS] = {"e0", "e1", "e2", "e3"};

static uint64_t below(struct story *t, uint64_t limit)
{
    return world_below(&t->random, limit);
}

static const char *next_name(struct story *t)
{
    (void)snprintf(t->names[t->s.count], TEXT, "f%zu", t->s.count);
    return t->names[t->s.count];
}

static void add_policy(struct story *t)
{
    struct ax_fact f = world_fact(AX_FACT_INSURANCE_POLICY, next_name(t));
    f.insurance_policy.policy_number = f.reference;
    f.insurance_policy.insurer = AX_STR("某保险公司");
    f.insurance_policy.covered_from = world_day(FROM) - (int32_t)below(t, 1400);
    f.insurance_policy.covered_until = f.insurance_policy.covered_from + 30 + (int32_t)below(t, 1100);
    f.insurance_policy.premium_fen = (int64_t)below(t, 4) * 20000000;
    with(&t->s, f);
}

static void add_claim(struct story *t)
{
    struct ax_fact f = world_fact(AX_FACT_INSURANCE_CLAIM, next_name(t));
    size_t event = below(t, t->event_count);
    f.insurance_claim.claim_number = f.reference;
    f.insurance_claim.insurer = AX_STR("某保险公司");
    f.insurance_claim.accident_id = below(t, 3) > 0 ? ax_str_c(events[event]) : AX_STR("");
    f.occurred_on = t->days[event];
    f.insurance_claim.reported_on = f.occurred_on + (int32_t)below(t, 20);
    f.insurance_claim.paid_fen = (int64_t)below(t, 5) * 20000000;
    f.insurance_claim.deaths = below(t, 3) == 0 ? (uint32_t)below(t, 12) : 0;
    f.insurance_claim.serious_injuries = below(t, 3) == 0 ? (uint32_t)below(t, 60) : 0;
    with(&t->s, f);
}

static void add_penalty(struct story *t)
{
    struct ax_fact f = world_penalty(next_name(t), FROM, (int32_t)(AX_PENALTY_TIER_MINOR + below(t, 3)));
    size_t event = below(t, t->event_count);
    f.enforcement_penalty.accident_id = below(t, 3) > 0 ? ax_str_c(events[event]) : AX_STR("");
    f.occurred_on = f.decided_on = t->days[event];
    with(&t->s, f);
}

static ax_str named_by(const struct ax_fact *f)
{
    return f->kind == AX_FACT_ACCIDENT              ? f->accident.accident_id
           : f->kind == AX_FACT_INSURANCE_CLAIM     ? f->insurance_claim.accident_id
           : f->kind == AX_FACT_ENFORCEMENT_PENALTY ? f->enforcement_penalty.accident_id
                                                    : AX_STR("");
}

/* Facts of the kind that name the event; 0: of any. */
static bool is_told(const struct story *t, size_t event, int32_t kind)
{
    for (size_t i = 0; i < t->s.count; i++) {
        const struct ax_fact *f = &t->s.facts[i];
        if ((kind == 0 || f->kind == kind) && ax_str_eq(named_by(f), ax_str_c(events[event]))) {
            return true;
        }
    }
    return false;
}

static void add_accident(struct story *t)
{
    size_t event = below(t, t->event_count);
    if (!is_told(t, event, AX_FACT_ACCIDENT)) {
        int32_t liability = below(t, 3) == 0 ? AX_LIABILITY_UNSPECIFIED : AX_LIABILITY_MAIN;
        struct ax_fact f = world_accident(next_name(t), FROM, liability, (uint32_t)below(t, 12));
        f.accident.accident_id = ax_str_c(events[event]);
        f.occurred_on = t->days[event];
        f.decided_on = AX_DAY_NONE;
        with(&t->s, f);
    }
}

static void begin_story(struct story *t, uint64_t round)
{
    t->random = round * 7919 + 11;
    begin(&t->s, 0);
    t->event_count = 1 + below(t, EVENTS);
    for (size_t i = 0; i < EVENTS; i++) {
        t->days[i] = world_day(FROM) - (int32_t)below(t, below(t, 2) == 0 ? 365 : 1200);
    }
    if (below(t, 4) > 0) {
        with(&t->s, world_standard(next_name(t), "2025-01-01", "2027-12-31", (int32_t)(1 + below(t, 3))));
    }
    for (uint64_t n = below(t, 4); n > 0; n--) {
        add_policy(t);
    }
    for (uint64_t n = below(t, 3); n > 0; n--) {
        add_penalty(t);
    }
}

/* Something graver of a fact that is there; false: there is nothing of the kind. */
static bool make_graver(struct story *t)
{
    struct ax_fact *f = &t->s.facts[below(t, t->s.count)];
    if (f->kind == AX_FACT_ACCIDENT) {
        f->accident.deaths += (uint32_t)below(t, 8);
        f->accident.liability = AX_LIABILITY_MAIN;
        return true;
    }
    if (f->kind != AX_FACT_INSURANCE_CLAIM) {
        return false;
    }
    struct ax_insurance_claim *c = &f->insurance_claim;
    switch (below(t, 4)) {
    case 0:
        c->deaths += (uint32_t)below(t, 4);
        return true;
    case 1:
        c->serious_injuries += (uint32_t)below(t, 12);
        return true;
    case 2:
        c->reserved_fen += (int64_t)below(t, 5) * 10000000;
        return true;
    default: /* of an event that is known already it would say that two losses are one */
        for (size_t i = 0; c->accident_id.len == 0 && i < EVENTS; i++) {
            bool own = f->occurred_on == t->days[i] && !is_told(t, i, 0);
            c->accident_id = own ? ax_str_c(events[i]) : AX_STR("");
        }
        return true;
    }
}

static bool take_step(struct story *t)
{
    switch (below(t, 5)) {
    case 0:
    case 1:
        add_claim(t);
        return true;
    case 2:
        add_accident(t);
        return true;
    case 3:
        add_penalty(t);
        return true;
    default:
        return t->s.count > 0 && make_graver(t);
    }
}

static void price_all(struct story *t, const struct ax_pack *pack, struct ax_tariff_quote out[TARIFFS])
{
    struct ax_err err;
    (void)on(&t->s, FROM);
    for (size_t i = 0; i < TARIFFS; i++) {
        struct ax_tariff_experience x;
        assert_true(ax_ok(
                ax_tariff_look(&tariffs[i].tariff, &t->s.ledger, pack, false, world_day(FROM), &arena, &x, &err)));
        ax_tariff_price(&tariffs[i].tariff, &x, 0, &out[i]);
    }
}

static void graver_is_never_cheaper(void **state)
{
    (void)state;
    static struct story t;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        struct ax_tariff_quote before[TARIFFS];
        struct ax_tariff_quote after[TARIFFS];
        const struct ax_bundle *bundle = world_bundle(); /* levels by every pack, and by none */
        size_t which = round % (bundle->count + 1);
        const struct ax_pack *pack = which == bundle->count ? NULL : &bundle->packs[which];
        begin_story(&t, round);
        price_all(&t, pack, before);
        for (int step = 0; step < STEPS; step++) {
            if (!take_step(&t)) {
                continue;
            }
            price_all(&t, pack, after);
            for (size_t i = 0; i < TARIFFS; i++) {
                if (after[i].product_ppm < before[i].product_ppm ||
                        after[i].coefficient_ppm < before[i].coefficient_ppm) {
                    fail_msg("%s, round %d, step %d: %u became %u", tariffs[i].tariff.id.ptr, (int)round, step,
                            before[i].product_ppm, after[i].product_ppm);
                }
                before[i] = after[i];
            }
        }
        end(&t.s);
    }
}

/* Whatever comes to stand in the accident factor is left out of the others: a way never has more than all claims. */
static void what_is_left_out_is_told(void **state)
{
    (void)state;
    static struct story t;
    size_t elsewhere = 0;
    size_t inside = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        struct ax_tariff_experience x;
        struct ax_tariff_quote q;
        struct ax_err err;
        begin_story(&t, round);
        for (int step = 0; step < STEPS; step++) {
            (void)take_step(&t);
        }
        (void)on(&t.s, FROM);
        const struct ax_tariff *tariff = &tariffs[TARIFFS - 1].tariff;
        assert_true(ax_ok(ax_tariff_look(tariff, &t.s.ledger, world_pack(), false, world_day(FROM), &arena, &x, &err)));
        ax_tariff_price(tariff, &x, 0, &q);
        const struct ax_tariff_way *way = &x.ways[q.way];
        const struct ax_tariff_way *none = &x.ways[AX_TARIFF_ACCIDENT_NONE];
        assert_true(way->is_there);
        assert_int_equal(way->losses.claims + way->claims_left_out, none->losses.claims);
        assert_int_equal(none->accidents_left_out, x.accidents);
        assert_true(q.product_ppm >= q.other_product_ppm);
        elsewhere += x.accidents > 0 && q.way == AX_TARIFF_ACCIDENT_NONE ? 1 : 0;
        inside += q.way != AX_TARIFF_ACCIDENT_NONE ? 1 : 0;
        end(&t.s);
    }
    assert_true(elsewhere > T_CASES(10)); /* both ways win */
    assert_true(inside > ROUNDS / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(graver_is_never_cheaper), T(what_is_left_out_is_told)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
