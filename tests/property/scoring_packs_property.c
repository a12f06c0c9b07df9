/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold for every shipped pack and any facts, those that its rules ask for among them: the explanation adds up to
 * the points, says the same as the rating, nothing changes before the day foretold, and neither one more report of an act nor
 * one more act in a penalty betters level or score. Seeds are fixed.
 */
#include "scoring/risk.h"
#include "tests/property/random_facts.h"
#include "tests/unit/t.h"

#include <stdio.h>

#define T(name) cmocka_unit_test(name)

enum { FACTS_MAX = 24, DAYS = 50 };

static struct ax_bundle *bundle;
static struct ax_arena arena;

static const struct random_days span = {.first = "2022-01-01", .count = 1461, .stands = 700};

static const char *const accidents[] = {"a0", "a1", "a2", "a3"};

static struct ax_fact penalty(uint64_t *seed)
{
    struct ax_fact f = world_fact(AX_FACT_ENFORCEMENT_PENALTY, "");
    f.decided_on = world_below(seed, 40) == 0 ? AX_DAY_NONE : random_day(&span, seed);
    f.occurred_on = world_below(seed, 4) == 0 ? random_day(&span, seed) : AX_DAY_NONE;
    f.enforcement_penalty.fine_fen = (int64_t)world_below(seed, 3) * 4000000;
    f.enforcement_penalty.tier = (int32_t)world_below(seed, 4);
    f.enforcement_penalty.count = world_below(seed, 6) == 0 ? (uint32_t)world_below(seed, 40) : 0;
    f.enforcement_penalty.unlicensed_operation = world_below(seed, 20) == 0;
    f.enforcement_penalty.accident_id =
            world_below(seed, 3) == 0 ? ax_str_c(accidents[world_below(seed, 4)]) : AX_STR("");
    return f;
}

static struct ax_fact accident(uint64_t *seed)
{
    struct ax_fact f = world_fact(AX_FACT_ACCIDENT, "");
    f.occurred_on = random_day(&span, seed);
    f.decided_on = world_below(seed, 2) == 0 ? AX_DAY_NONE : f.occurred_on + (int32_t)world_below(seed, 120);
    f.accident.accident_id = ax_str_c(accidents[world_below(seed, 4)]);
    f.accident.deaths = world_below(seed, 6) == 0 ? (uint32_t)world_below(seed, 12) : (uint32_t)world_below(seed, 2);
    f.accident.serious_injuries = (uint32_t)world_below(seed, 3);
    f.accident.liability = (int32_t)world_below(seed, 4);
    f.accident.share_percent = (uint32_t)world_below(seed, 101);
    f.accident.stage = (int32_t)world_below(seed, 7);
    f.accident.concealed = world_below(seed, 30) == 0;
    return f;
}

static struct ax_fact claim(uint64_t *seed)
{
    struct ax_fact f = world_fact(AX_FACT_INSURANCE_CLAIM, "");
    f.occurred_on = random_day(&span, seed);
    f.insurance_claim.reported_on = f.occurred_on + (int32_t)world_below(seed, 60);
    f.insurance_claim.accident_id = world_below(seed, 2) == 0 ? ax_str_c(accidents[world_below(seed, 4)]) : AX_STR("");
    f.insurance_claim.deaths = (uint32_t)world_below(seed, 2);
    f.insurance_claim.serious_injuries = (uint32_t)world_below(seed, 3);
    f.insurance_claim.paid_fen = (int64_t)world_below(seed, 40) * 1000000;
    f.insurance_claim.claim_state = (int32_t)world_below(seed, 5);
    return f;
}

/* An indicator of the pack's own, where it has any. */
static struct ax_fact indicator(const struct ax_pack *p, uint64_t *seed)
{
    struct ax_fact f = world_fact(AX_FACT_INDICATOR, "");
    size_t rule = world_below(seed, p->rule_count);
    for (size_t i = 0; i < p->rule_count && p->rules[rule].kind != AX_FACT_INDICATOR; i++) {
        rule = (rule + 1) % p->rule_count;
    }
    bool has = p->rules[rule].kind == AX_FACT_INDICATOR;
    f.indicator.scheme = has ? p->rules[rule].scheme : AX_STR("none");
    f.indicator.item = has ? p->rules[rule].item : AX_STR("none");
    f.indicator.value_milli = (int64_t)world_below(seed, 25) * 500;
    f.indicator.not_applicable = world_below(seed, 5) == 0;
    f.indicator.period_from = random_day(&span, seed);
    f.indicator.period_until = random_end(&span, seed, f.indicator.period_from);
    return f;
}

static struct ax_fact exposure(uint64_t *seed)
{
    struct ax_fact f = world_fact(AX_FACT_EXPOSURE, "");
    f.exposure.period_from = random_day(&span, seed);
    f.exposure.period_until = random_end(&span, seed, f.exposure.period_from);
    f.exposure.vehicles = world_below(seed, 4) == 0 ? 0 : world_below(seed, 300);
    f.exposure.employees = world_below(seed, 300);
    f.exposure.labour_hours = world_below(seed, 2) * world_below(seed, 400000);
    return f;
}

static void fill(struct ax_ledger *l, const struct ax_pack *p, uint64_t *seed, size_t count)
{
    static const char *const references[] = {
            "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "s0", "s1", "s2", "s3", "s4", "s5"};
    static const char *const industries[] = {"0610", "2611", "5411", "4710", "3120", ""};
    static const char *const regions[] = {"140100", "440103", "440600", ""};
    struct ax_fact facts[FACTS_MAX];
    const char *industry = industries[world_below(seed, 6)];
    const char *region = regions[world_below(seed, 4)];
    for (size_t i = 0; i < count; i++) {
        uint64_t kind = world_below(seed, 13);
        facts[i] = kind < 3    ? penalty(seed)
                   : kind < 6  ? accident(seed)
                   : kind < 8  ? indicator(p, seed)
                   : kind < 9  ? exposure(seed)
                   : kind < 10 ? claim(seed)
                               : random_standing(&span, seed);
        facts[i].reference = ax_str_c(references[world_below(seed, 16)]);
        facts[i].revision = 1 + (int64_t)world_below(seed, 3);
        facts[i].industry = ax_str_c(industry);
        facts[i].region = ax_str_c(region);
        facts[i].state = world_below(seed, 10) == 0 ? 2 + (int32_t)world_below(seed, 5) : AX_FACT_STATE_ACTIVE;
        facts[i].use_until = world_below(seed, 12) == 0 ? random_day(&span, seed) : AX_DAY_NONE;
    }
    ax_ledger_init(l);
    world_merge(l, facts, count);
}

static void check_explained(const struct ax_pack *p, const struct ax_ledger *l, int32_t day, const struct ax_rate *rate)
{
    struct ax_rate explained;
    struct ax_rate_line *lines;
    size_t count;
    int64_t sum = 0;
    int64_t shift = 0;
    ax_arena_reset(&arena);
    assert_int_equal(ax_rate_explain(l, p, day, &arena, &explained, &lines, &count).code, AX_OK);
    for (size_t i = 0; i < count; i++) {
        sum += lines[i].points;
        shift += lines[i].shift;
    }
    assert_true(ax_rate_same(rate, &explained));
    assert_int_equal(sum, rate->points);
    int64_t shifts = 0;
    for (size_t i = 0; i < rate->override_count; i++) {
        shifts += p->rules[rate->overrides[i]].shift;
    }
    assert_int_equal(shift, shifts);
    if (rate->band != AX_RATE_NO_BAND) {
        assert_int_equal(rate->level, p->bands[rate->band].level);
        assert_true(rate->points >= p->points_min && rate->points <= p->points_max);
    }
}

/* Day by day: nothing changes before the day foretold, and something does on it. */
static void check_days(const struct ax_pack *p, const struct ax_ledger *l, int32_t day, uint64_t seed)
{
    struct ax_rate first;
    struct ax_rate then;
    ax_rate(l, p, day, &first);
    check_explained(p, l, day, &first);
    for (int32_t d = day + 1; d <= day + DAYS; d++) {
        ax_rate(l, p, d, &then);
        bool foretold = first.next_change_on != AX_DAY_NONE && d >= first.next_change_on;
        if (!foretold && !ax_rate_same(&first, &then)) {
            fail_msg("%.*s, seed %llu: changes before it is foretold", AX_ARG(p->id), (unsigned long long)seed);
        }
        if (d == first.next_change_on && ax_rate_same(&first, &then)) {
            fail_msg("%.*s, seed %llu: does not change as foretold", AX_ARG(p->id), (unsigned long long)seed);
        }
        if (foretold) {
            first = then;
            check_explained(p, l, d, &first);
        }
    }
}

static void every_pack(void **state)
{
    (void)state;
    for (size_t i = 0; i < bundle->count; i++) {
        const struct ax_pack *p = &bundle->packs[i];
        for (uint64_t seed = 1; seed <= T_CASES(1500); seed++) {
            uint64_t way = seed * 41 + i;
            struct ax_ledger l;
            fill(&l, p, &way, 1 + world_below(&way, FACTS_MAX));
            check_days(p, &l, random_day(&span, &way) + 300, seed);
            ax_ledger_deinit(&l);
        }
    }
}

/* They count for nothing yet, and are looked at all the same. */
static void add_later_certificates(struct ax_ledger *l, int32_t day)
{
    struct ax_fact facts[300];
    char references[300][8];
    for (size_t j = 0; j < 300; j++) {
        (void)snprintf(references[j], sizeof references[j], "h%zu", j);
        facts[j] = world_fact(AX_FACT_CERTIFICATE, references[j]);
        facts[j].certificate.kind = 4;
        facts[j].certificate.count = 1;
        facts[j].certificate.valid_from = day + 1 + (int32_t)j;
        facts[j].industry = facts[j].region = AX_STR("");
    }
    world_merge(l, facts, 300);
}

/* A view too small for all spans works them out again on every look, and says the same. */
static void large_is_small_many_times(void **state)
{
    (void)state;
    for (size_t i = 0; i < bundle->count; i++) {
        const struct ax_pack *p = &bundle->packs[i];
        for (uint64_t seed = 1; seed <= 40; seed++) {
            uint64_t way = seed * 43 + i;
            struct ax_ledger l;
            fill(&l, p, &way, FACTS_MAX);
            int32_t day = random_day(&span, &way) + 300;
            struct ax_rate small;
            struct ax_rate large;
            ax_rate(&l, p, day, &small);
            add_later_certificates(&l, day);
            ax_rate(&l, p, day, &large);
            assert_true(ax_rate_same(&small, &large));
            check_explained(p, &l, day, &large);
            ax_ledger_deinit(&l);
        }
    }
}

static void check_on(const struct ax_pack *p, const struct ax_risk_edition *e, const struct ax_ledger *l,
        const struct ax_rate_day *on)
{
    struct ax_rate all;
    struct ax_rate one;
    struct ax_risk_state all_state;
    struct ax_risk_state one_state;
    ax_rate(l, p, on->day, &all);
    ax_risk_state_of(l, p, e, on->day, &all_state);
    ax_rate_and_risk_on(l, on, e, &one, &one_state);
    assert_true(ax_rate_same(&all, &one));
    assert_int_equal(all.base_points, one.base_points);
    assert_int_equal(all.facts, one.facts);
    assert_int_equal(all.conflicts, one.conflicts);
    assert_int_equal(all.objected, one.objected);
    assert_int_equal(all.standardisation_missing, one.standardisation_missing);
    all_state.last_boundary = all_state.next_boundary = AX_DAY_NONE;
    assert_memory_equal(&all_state, &one_state, sizeof all_state);
    ax_rate_on(l, on, &one);
    assert_true(ax_rate_same(&all, &one));
    ax_risk_state_on(l, on, e, &one_state);
    assert_memory_equal(&all_state, &one_state, sizeof all_state);
}

/* A ledger seen on one day alone, be it small or larger than what can be seen so, says what it says among all days. */
static void one_day_is_as_among_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < bundle->count * bundle->risk_count; i++) {
        const struct ax_pack *p = &bundle->packs[i / bundle->risk_count];
        const struct ax_risk_edition *e = &bundle->risks[i % bundle->risk_count];
        for (uint64_t seed = 1; seed <= T_CASES(400); seed++) {
            uint64_t way = seed * 47 + i;
            struct ax_ledger l;
            struct ax_rate_day on;
            fill(&l, p, &way, 1 + world_below(&way, FACTS_MAX));
            for (int times = 0; times < 4; times++) {
                ax_rate_day_init(&on, p, random_day(&span, &way) + (times - 1) * 300);
                check_on(p, e, &l, &on);
            }
            if (seed % 100 == 1) { /* the ends of the calendar */
                ax_rate_day_init(&on, p, AX_DAY_MIN);
                check_on(p, e, &l, &on);
                ax_rate_day_init(&on, p, AX_DAY_MAX);
                check_on(p, e, &l, &on);
                ax_rate_day_init(&on, p, random_day(&span, &way));
            }
            if (seed % 40 == 0) {
                add_later_certificates(&l, on.day);
                check_on(p, e, &l, &on);
            }
            ax_ledger_deinit(&l);
        }
    }
    /* Where no level pack covers the enterprise there is a score all the same. */
    for (uint64_t seed = 1; seed <= T_CASES(400); seed++) {
        uint64_t way = seed * 53;
        struct ax_ledger l;
        struct ax_rate_day on;
        fill(&l, &bundle->packs[0], &way, 1 + world_below(&way, FACTS_MAX));
        ax_rate_day_init(&on, NULL, random_day(&span, &way));
        check_on(NULL, &bundle->risks[0], &l, &on);
        ax_ledger_deinit(&l);
    }
    struct ax_ledger none;
    struct ax_rate_day on;
    struct ax_rate rate;
    ax_ledger_init(&none);
    ax_rate_day_init(&on, NULL, world_day("2022-01-01"));
    ax_rate_on(&none, &on, &rate);
    assert_int_equal(rate.level, AX_LEVEL_UNRATED);
}

/* What all reports of one act agree on. */
struct act {
    int32_t kind;
    int32_t day;
    bool liability_known;
    bool tier_known;
    const char *accident; /* that a penalty or claim answers */
};

static struct ax_fact report_of_penalty(const struct act *act, uint64_t *seed)
{
    struct ax_fact f = world_fact(AX_FACT_ENFORCEMENT_PENALTY, "");
    struct ax_enforcement_penalty *p = &f.enforcement_penalty;
    f.decided_on = act->day;
    p->authority = AX_STR("局");
    p->document_number = AX_STR("（示）应急罚〔2025〕9号");
    p->tier = act->tier_known ? 1 + (int32_t)world_below(seed, 3) : AX_PENALTY_TIER_UNSPECIFIED;
    p->count = world_below(seed, 2) == 0 ? 0 : (uint32_t)world_below(seed, 40);
    p->categories = (uint32_t)world_below(seed, 1 << 15) & ~1U;
    p->fine_fen = (int64_t)world_below(seed, 500) * 1000000;
    p->multiplied_fine = world_below(seed, 5) == 0;
    p->unlicensed_operation = world_below(seed, 5) == 0;
    p->accident_id = ax_str_c(act->accident);
    return f;
}

static struct ax_fact report_of_accident(const struct act *act, uint64_t *seed)
{
    struct ax_fact f = world_fact(AX_FACT_ACCIDENT, "");
    struct ax_accident *a = &f.accident;
    f.occurred_on = act->day;
    a->accident_id = AX_STR("the act");
    a->grade = (int32_t)world_below(seed, 5);
    a->deaths = world_below(seed, 3) == 0 ? (uint32_t)world_below(seed, 40) : 0;
    a->serious_injuries = (uint32_t)world_below(seed, 3) * (uint32_t)world_below(seed, 30);
    a->permanent_disabilities = (uint32_t)world_below(seed, 3);
    a->lost_workdays = world_below(seed, 2) * world_below(seed, 500);
    a->restricted_workdays = world_below(seed, 2) * world_below(seed, 500);
    a->liability = act->liability_known ? 1 + (int32_t)world_below(seed, 3) : AX_LIABILITY_UNSPECIFIED;
    a->share_percent = (uint32_t)world_below(seed, 101);
    a->stage = (int32_t)world_below(seed, 7);
    a->concealed = world_below(seed, 8) == 0;
    a->contractor = world_below(seed, 2) == 0;
    a->report_minutes = (uint32_t)world_below(seed, 120);
    return f;
}

static struct ax_fact report_of_claim(const struct act *act, uint64_t *seed)
{
    struct ax_fact f = world_fact(AX_FACT_INSURANCE_CLAIM, "");
    struct ax_insurance_claim *c = &f.insurance_claim;
    f.occurred_on = c->reported_on = act->day;
    c->insurer = AX_STR("保险");
    c->claim_number = AX_STR("C-9");
    c->accident_id = ax_str_c(act->accident);
    c->deaths = (uint32_t)world_below(seed, 3);
    c->serious_injuries = (uint32_t)world_below(seed, 3);
    c->paid_fen = (int64_t)world_below(seed, 500) * 1000000;
    c->claim_state = 1 + (int32_t)world_below(seed, 4);
    return f;
}

static struct ax_fact report_of(const struct act *act, const char *source, uint64_t *seed)
{
    struct ax_fact f = act->kind == AX_FACT_ACCIDENT              ? report_of_accident(act, seed)
                       : act->kind == AX_FACT_ENFORCEMENT_PENALTY ? report_of_penalty(act, seed)
                                                                  : report_of_claim(act, seed);
    f.source = ax_str_c(source);
    f.reference = AX_STR("report");
    f.industry = f.region = AX_STR("");
    uint64_t state = world_below(seed, 12);
    f.state = state == 0   ? AX_FACT_STATE_OBJECTED
              : state == 1 ? AX_FACT_STATE_CORRECTED
              : state == 2 ? AX_FACT_STATE_WITHDRAWN
              : state == 3 ? AX_FACT_STATE_EXPIRED
                           : AX_FACT_STATE_ACTIVE;
    f.synthetic = world_below(seed, 3) == 0;
    return f;
}

struct standing {
    struct ax_rate rate;
    struct ax_risk risk;
};

static struct standing standing_of(const struct ax_ledger *l, const struct ax_pack *p, int32_t day)
{
    const struct ax_risk_edition *e = ax_bundle_choose_risk(bundle, AX_STR(""), AX_STR(""), AX_STR("0610"), day);
    struct standing s;
    struct ax_risk_state state;
    ax_rate(l, p, day, &s.rate);
    ax_risk_state_of(l, p, e, day, &state);
    ax_risk_at(e, &state, day, &s.risk);
    return s;
}

/* `before` may be unrated: the report may be what it is rated for. */
static void check_no_better(
        const struct standing *before, const struct standing *after, const struct ax_pack *p, uint64_t seed)
{
    bool rated = before->rate.level != AX_LEVEL_UNRATED;
    bool level = rated && (after->rate.level < before->rate.level || after->rate.points > before->rate.points);
    if (level || after->risk.exact > before->risk.exact + 1e-9 || after->risk.rated != before->risk.rated) {
        fail_msg("%.*s, seed %llu: %s with %d became %s with %d, score %f became %f", AX_ARG(p->id),
                (unsigned long long)seed, ax_level_name((int32_t)before->rate.level), before->rate.points,
                ax_level_name((int32_t)after->rate.level), after->rate.points, before->risk.exact, after->risk.exact);
    }
}

/* Liability that becomes known, a real report in the place of a made-up one and a repair may; nothing else. */
static void another_report_never_helps(void **state)
{
    (void)state;
    static const int32_t kinds[] = {AX_FACT_ACCIDENT, AX_FACT_ENFORCEMENT_PENALTY, AX_FACT_INSURANCE_CLAIM};
    int worse = 0;
    for (uint64_t seed = 1; seed <= T_CASES(40000); seed++) {
        uint64_t way = seed * 47;
        const struct ax_pack *p = &bundle->packs[seed % bundle->count];
        const struct act act = {.kind = kinds[world_below(&way, 3)],
                .day = random_day(&span, &way),
                .liability_known = world_below(&way, 3) > 0,
                .tier_known = world_below(&way, 3) > 0,
                .accident = world_below(&way, 3) == 0 ? accidents[world_below(&way, 4)] : ""};
        struct ax_fact exposed = exposure(&way);
        struct ax_fact reports[] = {report_of(&act, "one", &way), report_of(&act, "two", &way)};
        reports[1].synthetic = reports[1].synthetic || reports[0].synthetic;
        exposed.reference = AX_STR("exposed");
        exposed.exposure.period_from = world_day("2020-01-01");
        struct ax_ledger l;
        struct ax_ledger both;
        uint64_t again = way;
        size_t count = world_below(&again, 8);
        fill(&l, p, &again, count);
        again = way;
        count = world_below(&again, 8);
        fill(&both, p, &again, count);
        world_merge(&l, &exposed, 1);
        world_merge(&both, &exposed, 1);
        bool second_first = world_below(&again, 2) == 0;
        world_merge(&l, &reports[0], 1);
        world_merge(&both, &reports[second_first ? 1 : 0], 1);
        world_merge(&both, &reports[second_first ? 0 : 1], 1);
        int32_t day = act.day + (int32_t)world_below(&again, 900);
        struct standing before = standing_of(&l, p, day);
        struct standing after = standing_of(&both, p, day);
        check_no_better(&before, &after, p, seed);
        worse += after.risk.exact < before.risk.exact || after.rate.points < before.rate.points ? 1 : 0;
        ax_ledger_deinit(&l);
        ax_ledger_deinit(&both);
    }
    assert_true(worse > T_CASES(4000));
}

/* The score of what has been exposed since long ago, with any other facts. */
static struct standing standing_with(
        const struct ax_pack *p, const struct ax_fact *facts, size_t count, size_t others, uint64_t way, int32_t day)
{
    struct ax_ledger l;
    struct ax_fact exposed = exposure(&way);
    exposed.reference = AX_STR("exposed");
    exposed.exposure.period_from = world_day("2020-01-01");
    fill(&l, p, &way, others);
    world_merge(&l, &exposed, 1);
    for (size_t i = 0; i < count; i++) {
        world_merge(&l, &facts[i], 1);
    }
    struct standing s = standing_of(&l, p, day);
    ax_ledger_deinit(&l);
    return s;
}

enum { ACTS_MOST = 50, LADDERS = T_CASES(1500) };

static bool is_worse(const struct standing *before, const struct standing *after)
{
    return after->rate.level > before->rate.level || after->rate.points < before->rate.points;
}

/* A penalty that stands for one act, for two … for fifty, with any other facts: level, points and score. */
static void one_more_act_never_helps(void **state)
{
    (void)state;
    int worse = 0;
    for (uint64_t seed = 1; seed <= LADDERS; seed++) {
        uint64_t way = seed * 53;
        const struct ax_pack *p = &bundle->packs[seed % bundle->count];
        struct ax_fact f = penalty(&way);
        f.decided_on = random_day(&span, &way);
        f.reference = AX_STR("several");
        f.industry = f.region = AX_STR("");
        f.enforcement_penalty.tier = (int32_t)(seed / bundle->count % 4);
        f.enforcement_penalty.categories = (uint32_t)world_below(&way, 1 << 15) & ~1U;
        f.enforcement_penalty.count = 1;
        int32_t day = f.decided_on + (int32_t)world_below(&way, 900);
        size_t others = world_below(&way, 8);
        struct standing before = standing_with(p, &f, 1, others, way, day);
        while (f.enforcement_penalty.count < ACTS_MOST) {
            f.enforcement_penalty.count++;
            struct standing after = standing_with(p, &f, 1, others, way, day);
            check_no_better(&before, &after, p, seed);
            worse += is_worse(&before, &after) ? 1 : 0;
            before = after;
        }
    }
    assert_true(worse > T_CASES(2000));
}

/* One accident, two … fifty in one report, with the harm of a general one and with what answers it: a greater harm has a
 * grade only as that of one accident. */
static void one_more_accident_never_helps(void **state)
{
    (void)state;
    int worse = 0;
    for (uint64_t seed = 1; seed <= LADDERS; seed++) {
        uint64_t way = seed * 59;
        const struct ax_pack *p = &bundle->packs[seed % bundle->count];
        struct ax_fact facts[] = {accident(&way), penalty(&way), claim(&way)};
        struct ax_accident *a = &facts[0].accident;
        a->deaths %= 3;
        a->lost_workdays = world_below(&way, 2) * world_below(&way, 500);
        a->count = 1;
        facts[1].enforcement_penalty.accident_id = facts[2].insurance_claim.accident_id = a->accident_id =
                AX_STR("several");
        for (size_t i = 0; i < 3; i++) {
            facts[i].reference = AX_STR("several");
            facts[i].source = ax_str_c((const char *const[]){"one", "two", "three"}[i]);
            facts[i].industry = facts[i].region = AX_STR("");
        }
        size_t answered = 1 + world_below(&way, 3);
        int32_t day = facts[0].occurred_on + (int32_t)world_below(&way, 1200);
        size_t others = world_below(&way, 8);
        struct standing before = standing_with(p, facts, answered, others, way, day);
        while (a->count < ACTS_MOST) {
            a->count++;
            struct standing after = standing_with(p, facts, answered, others, way, day);
            check_no_better(&before, &after, p, seed);
            worse += is_worse(&before, &after) ? 1 : 0;
            before = after;
        }
    }
    assert_true(worse > T_CASES(300));
}

/* What is known of some events: an accident each, if it is reported, and penalties and claims that answer it. */
enum { EVENTS = 3, PENALTIES = 7, CLAIMS = 2, KNOWN_MAX = EVENTS + PENALTIES + CLAIMS };

static const char *const events[EVENTS] = {"e0", "e1", "e2"};

struct known {
    struct ax_fact facts[KNOWN_MAX];
    size_t count;
};

static struct ax_fact accident_of_event(size_t event, uint64_t *seed)
{
    static const char *const references[EVENTS] = {"of e0", "of e1", "of e2"};
    struct ax_fact f = accident(seed);
    f.reference = ax_str_c(references[event]);
    f.accident.accident_id = ax_str_c(events[event]);
    f.accident.grade = (int32_t)world_below(seed, 5);
    f.accident.liability = world_below(seed, 2) == 0 ? AX_LIABILITY_UNSPECIFIED : 2 + (int32_t)world_below(seed, 2);
    f.industry = f.region = AX_STR("");
    return f;
}

static struct ax_fact penalty_of_event(size_t event, size_t number, int32_t day, uint64_t *seed)
{
    static const char *const references[PENALTIES] = {"p0", "p1", "p2", "p3", "p4", "p5", "p6"};
    struct ax_fact f = penalty(seed);
    f.reference = ax_str_c(references[number]);
    f.decided_on = day + (int32_t)world_below(seed, 300);
    f.enforcement_penalty.accident_id = ax_str_c(events[event]);
    f.industry = f.region = AX_STR("");
    return f;
}

static struct ax_fact claim_of_event(size_t event, size_t number, int32_t day, uint64_t *seed)
{
    static const char *const references[CLAIMS] = {"c0", "c1"};
    struct ax_fact f = claim(seed);
    f.reference = ax_str_c(references[number]);
    f.occurred_on = day;
    f.insurance_claim.reported_on = day + (int32_t)world_below(seed, 60);
    f.insurance_claim.accident_id = ax_str_c(events[event]);
    f.industry = f.region = AX_STR("");
    return f;
}

/* The first is an accident. */
static void some_known(uint64_t *seed, struct known *k)
{
    int32_t days[EVENTS];
    size_t penalties = 1 + world_below(seed, PENALTIES);
    k->count = 0;
    for (size_t i = 0; i < EVENTS; i++) {
        struct ax_fact f = accident_of_event(i, seed);
        days[i] = f.occurred_on;
        if (i == 0 || world_below(seed, 3) > 0) {
            k->facts[k->count++] = f;
        }
    }
    for (size_t i = 0; i < penalties; i++) {
        size_t event = world_below(seed, EVENTS);
        k->facts[k->count++] = penalty_of_event(event, i, days[event], seed);
    }
    for (size_t i = world_below(seed, CLAIMS + 1); i > 0; i--) {
        size_t event = world_below(seed, EVENTS);
        k->facts[k->count++] = claim_of_event(event, i - 1, days[event], seed);
    }
}

/* Some one of them comes first: what becomes known. */
static void some_unknown(uint64_t *seed, struct known *k)
{
    size_t unknown = world_below(seed, k->count);
    struct ax_fact f = k->facts[0];
    k->facts[0] = k->facts[unknown];
    k->facts[unknown] = f;
}

/* With other facts beside them, of an enterprise that has long been known: what is absent may count for it. */
static void make_known(struct ax_ledger *l, const struct ax_pack *p, const struct ax_fact *facts, size_t count,
        uint64_t way, size_t others)
{
    struct ax_fact exposed = exposure(&way);
    exposed.reference = AX_STR("exposed");
    exposed.exposure.period_from = world_day("2020-01-01");
    struct ax_fact old = world_standard("old", "2010-01-01", "2014-12-31", AX_STANDARDISATION_LEVEL_THREE);
    fill(l, p, &way, others);
    world_merge(l, &exposed, 1);
    world_merge(l, &old, 1);
    if (count > 0) {
        world_merge(l, facts, count);
    }
}

static bool any_better(const struct ax_pack *p, const struct ax_rate *before, const struct ax_rate *after)
{
    (void)p;
    return after->band < before->band || after->points > before->points;
}

/* A provisional effect may end in which there were points, for a final one by level or shift; and shifts lead no further down
 * than the pack lets them, which points do. */
static bool band_better(const struct ax_pack *p, const struct ax_rate *before, const struct ax_rate *after)
{
    return after->band < before->band && before->band <= p->shift_worst_band;
}

/* On some days of three years; the level alone. Returns on how many it is worse. */
static int check_later(const struct ax_ledger *l, const struct ax_ledger *more, const struct ax_pack *p, int32_t day,
        bool (*is_better)(const struct ax_pack *, const struct ax_rate *, const struct ax_rate *), uint64_t *way,
        uint64_t seed)
{
    int worse = 0;
    for (int i = 0; i < 12; i++) {
        int32_t on = day + (int32_t)world_below(way, 1100);
        struct ax_rate before;
        struct ax_rate after;
        ax_rate(l, p, on, &before);
        ax_rate(more, p, on, &after);
        if (before.level != AX_LEVEL_UNRATED && is_better(p, &before, &after)) {
            char text[AX_DAY_TEXT_SIZE];
            fail_msg("%.*s, seed %llu: on %s band %d with %d became %d with %d", AX_ARG(p->id),
                    (unsigned long long)seed, ax_day_format(on, text), before.band, before.points, after.band,
                    after.points);
        }
        worse += after.band > before.band || after.points < before.points ? 1 : 0;
    }
    return worse;
}

/* The same rules with other numbers, and a scale that has no end: what holds must hold for any pack. */
static const struct ax_pack *bent(const struct ax_pack *p, uint64_t *seed)
{
    static struct ax_rule rules[AX_PACK_RULES_MAX];
    static struct ax_pack pack;
    pack = *p;
    memcpy(rules, p->rules, p->rule_count * sizeof rules[0]);
    for (size_t i = 0; i < p->rule_count; i++) {
        struct ax_rule *r = &rules[i];
        bool each = r->effect == AX_EFFECT_POINTS_EACH && r->points < 0;
        r->points = each ? -1 - (int32_t)world_below(seed, 20) : r->points;
        r->cap = each ? (int32_t)(world_below(seed, 3) * world_below(seed, 20)) : r->cap;
        r->shift = r->kind == AX_FACT_ACCIDENT && r->shift < 0 ? -1 - (int32_t)world_below(seed, 3) : r->shift;
    }
    pack.rules = rules;
    pack.bands[pack.band_count - 1].least = pack.points_min = -AX_PACK_POINTS_MAX;
    struct ax_err err;
    assert_true(ax_ok(ax_pack_compile(&pack, &err)));
    return &pack;
}

/* Where claims told of harm, the unit's share in it becomes known with the accident. */
static bool found_liable_in_part(const struct known *k)
{
    bool claimed = false;
    for (size_t i = 1; i < k->count; i++) {
        claimed = claimed || k->facts[i].kind == AX_FACT_INSURANCE_CLAIM;
    }
    return claimed && k->facts[0].kind == AX_FACT_ACCIDENT && k->facts[0].accident.share_percent % 100 != 0;
}

/* An accident that others answer, or one more that answers one, becomes known: an event has the graver of its sides. */
static void another_side_never_helps(void **state)
{
    (void)state;
    int worse = 0;
    for (uint64_t seed = 1; seed <= T_CASES(40000); seed++) {
        uint64_t way = seed * 59;
        const struct ax_pack *p = &bundle->packs[seed % bundle->count];
        p = world_below(&way, 2) == 0 ? p : bent(p, &way);
        struct known k;
        some_known(&way, &k);
        some_unknown(&way, &k);
        size_t others = world_below(&way, 8);
        struct ax_ledger l;
        struct ax_ledger more;
        make_known(&l, p, &k.facts[1], k.count - 1, way, others);
        make_known(&more, p, k.facts, k.count, way, others);
        int32_t day = random_day(&span, &way) + 300;
        struct standing before = standing_of(&l, p, day);
        struct standing after = standing_of(&more, p, day);
        if (!found_liable_in_part(&k)) {
            check_no_better(&before, &after, p, seed);
        }
        worse += check_later(&l, &more, p, random_day(&span, &way), any_better, &way, seed);
        ax_ledger_deinit(&l);
        ax_ledger_deinit(&more);
    }
    assert_true(worse > T_CASES(20000));
}

/* Of some, days of their own and an end of use. */
static void some_dates(uint64_t *seed, struct known *k)
{
    for (size_t i = 0; i < k->count; i++) {
        struct ax_fact *f = &k->facts[i];
        bool moves = f->kind != AX_FACT_ENFORCEMENT_PENALTY && world_below(seed, 2) == 0;
        f->occurred_on += moves ? (int32_t)world_below(seed, 1200) - 600 : 0;
        f->use_until = world_below(seed, 3) == 0 ? random_day(&span, seed) + 200 : f->use_until;
        f->accident.share_percent = f->kind == AX_FACT_ACCIDENT ? 100 : 0;
    }
}

/* The score alone, whatever days the sides of an event state. */
static void another_side_of_another_day_never_helps(void **state)
{
    (void)state;
    int worse = 0;
    for (uint64_t seed = 1; seed <= T_CASES(20000); seed++) {
        uint64_t way = seed * 67;
        const struct ax_pack *p = &bundle->packs[seed % bundle->count];
        struct known k;
        some_known(&way, &k);
        some_dates(&way, &k);
        some_unknown(&way, &k);
        struct ax_ledger l;
        struct ax_ledger more;
        make_known(&l, p, &k.facts[1], k.count - 1, way, 0);
        make_known(&more, p, k.facts, k.count, way, 0);
        int32_t day = random_day(&span, &way) + 300;
        struct ax_risk before = standing_of(&l, p, day).risk;
        struct ax_risk after = standing_of(&more, p, day).risk;
        if (after.exact > before.exact + 1e-9) {
            fail_msg("seed %llu: %f became %f", (unsigned long long)seed, before.exact, after.exact);
        }
        worse += after.exact < before.exact - 1 ? 1 : 0;
        ax_ledger_deinit(&l);
        ax_ledger_deinit(&more);
    }
    assert_true(worse > T_CASES(4000));
}

/* The unit is found liable for the whole of an accident whose liability was not known. */
static void liability_never_helps(void **state)
{
    (void)state;
    int worse = 0;
    for (uint64_t seed = 1; seed <= T_CASES(20000); seed++) {
        uint64_t way = seed * 61;
        const struct ax_pack *p = &bundle->packs[seed % bundle->count];
        struct known k;
        some_known(&way, &k);
        struct ax_fact found = accident_of_event(0, &way);
        found.accident.liability = AX_LIABILITY_UNSPECIFIED;
        k.facts[0] = found;
        found.accident.liability = AX_LIABILITY_MAIN;
        found.accident.share_percent = 100;
        size_t others = world_below(&way, 8);
        struct ax_ledger l;
        struct ax_ledger more;
        make_known(&l, p, k.facts, k.count, way, others);
        k.facts[0] = found;
        make_known(&more, p, k.facts, k.count, way, others);
        worse += check_later(&l, &more, p, random_day(&span, &way), band_better, &way, seed);
        ax_ledger_deinit(&l);
        ax_ledger_deinit(&more);
    }
    assert_true(worse > T_CASES(10000));
}

enum { EVENTS_MORE = 66 }; /* than 64, which are set off */

/* shanxi-2023 without a cap, which would hide what is not set off. */
static const struct ax_pack *without_caps(void)
{
    static struct ax_rule rules[AX_PACK_RULES_MAX];
    static struct ax_pack pack;
    for (size_t i = 0; i < bundle->count; i++) {
        pack = ax_str_eq(bundle->packs[i].id, AX_STR("shanxi-2023")) ? bundle->packs[i] : pack;
    }
    memcpy(rules, pack.rules, pack.rule_count * sizeof rules[0]);
    for (size_t i = 0; i < pack.rule_count; i++) {
        rules[i].cap = 0;
    }
    pack.rules = rules;
    pack.points_min = -AX_PACK_POINTS_MAX;
    return &pack;
}

/* Of each an accident of unknown liability, which takes five points, and a general penalty, three. */
static void some_events(struct ax_ledger *l, size_t count)
{
    static char names[2][EVENTS_MORE][24];
    ax_ledger_init(l);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(names[0][i], sizeof names[0][i], "a%zu", i);
        (void)snprintf(names[1][i], sizeof names[1][i], "p%zu", i);
        struct ax_fact facts[] = {world_accident(names[0][i], "2024-01-15", AX_LIABILITY_UNSPECIFIED, 1),
                world_penalty(names[1][i], "2024-03-15", AX_PENALTY_TIER_GENERAL)};
        facts[1].enforcement_penalty.accident_id = facts[0].accident.accident_id;
        world_merge(l, facts, 2);
    }
}

static void events_beyond_the_limit_count_in_full(void **state)
{
    (void)state;
    const struct ax_pack *p = without_caps();
    const int32_t day = world_day("2024-06-30");
    struct ax_rate_day on;
    ax_rate_day_init(&on, p, day);
    for (size_t count = 63; count <= EVENTS_MORE; count++) {
        struct ax_ledger l;
        struct ax_rate rate;
        struct ax_rate alone;
        some_events(&l, count);
        for (int times = 0; times < 2; times++) {
            ax_rate(&l, p, day, &rate);
            assert_int_equal(rate.base_points - rate.points, (count > 64 ? 8 : 5) * (int32_t)count);
            check_explained(p, &l, day, &rate);
            ax_rate_on(&l, &on, &alone);
            assert_true(ax_rate_same(&rate, &alone));
            add_later_certificates(&l, day); /* more than are looked at side by side */
        }
        ax_ledger_deinit(&l);
    }
}

static int load(void **state)
{
    (void)state;
    struct ax_err err;
    ax_arena_init(&arena, 1 << 16, 1 << 22);
    return ax_ok(ax_bundle_load("scoring/packs", &bundle, &err)) ? 0 : 1;
}

static int unload(void **state)
{
    (void)state;
    ax_bundle_free(bundle);
    ax_arena_deinit(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(every_pack), T(another_report_never_helps), T(one_more_act_never_helps),
            T(one_more_accident_never_helps), T(another_side_never_helps), T(another_side_of_another_day_never_helps),
            T(liability_never_helps), T(events_beyond_the_limit_count_in_full), T(large_is_small_many_times),
            T(one_day_is_as_among_all)};
    return cmocka_run_group_tests(tests, load, unload);
}
