/* SPDX-License-Identifier: Apache-2.0 */
/* What counts in a risk score, how much and until when; and that its explanation adds up. */
#include "scoring/risk_explain.h"
#include "scoring/risk_sides.h"
#include "tests/unit/scoring_world.h"
#include "tests/unit/t.h"

#include <math.h>
#include <stdio.h>

#define T(name) cmocka_unit_test(name)

static const struct ax_risk_edition *edition(void)
{
    static struct ax_bundle *bundle;
    struct ax_err err;
    if (bundle == NULL) {
        assert_true(ax_ok(ax_bundle_load("scoring/packs", &bundle, &err)));
    }
    const struct ax_risk_edition *e =
            ax_bundle_choose_risk(bundle, AX_STR(""), AX_STR(""), AX_STR("2619"), world_day("2026-01-01"));
    assert_non_null(e);
    return e;
}

static struct ax_fact licence(const char *reference, const char *from)
{
    struct ax_fact f = world_fact(AX_FACT_LICENCE, reference);
    f.licence.licence_state = AX_LICENCE_STATE_VALID;
    f.licence.valid_from = world_day(from);
    return f;
}

static struct ax_fact exposure(const char *reference, const char *from, const char *until, uint64_t hours)
{
    struct ax_fact f = world_fact(AX_FACT_EXPOSURE, reference);
    f.exposure.period_from = world_day(from);
    f.exposure.period_until = world_day(until);
    f.exposure.labour_hours = hours;
    return f;
}

static struct ax_fact accident(const char *reference, const char *day, uint64_t lost)
{
    struct ax_fact f = world_accident(reference, day, AX_LIABILITY_MAIN, 0);
    f.accident.lost_workdays = lost;
    return f;
}

static struct ax_risk_state state_with(const struct ax_fact *facts, size_t count, const char *day, bool without)
{
    struct ax_ledger l;
    struct ax_ledger left;
    struct ax_risk_state s;
    ax_ledger_init(&l);
    world_merge(&l, facts, count);
    ax_ledger_without_objected(&l, &left);
    ax_risk_state_of(without ? &left : &l, NULL, edition(), world_day(day), &s);
    ax_ledger_deinit(&left);
    ax_ledger_deinit(&l);
    return s;
}

static struct ax_risk risk_of(const struct ax_fact *facts, size_t count, const char *day)
{
    struct ax_risk r;
    struct ax_risk_state s = state_with(facts, count, day, false);
    ax_risk_at(edition(), &s, world_day(day), &r);
    return r;
}

/* The formulas of docs/RISK.md by the C library, from the facts themselves. */
static void by_hand(void **state)
{
    (void)state;
    struct ax_fact facts[] = {licence("L", "2020-01-01"), accident("A1", "2023-05-01", 20),
            accident("A2", "2025-02-01", 0), world_penalty("P1", "2024-03-01", AX_PENALTY_TIER_GENERAL)};
    facts[3].enforcement_penalty.fine_fen = 5000000;
    facts[3].enforcement_penalty.categories = 1U << AX_PENALTY_CATEGORY_FINE;
    const int32_t day = world_day("2026-01-01");
    const struct ax_risk r = risk_of(facts, 4, "2026-01-01");
    const struct ax_risk_model *m = &edition()->models[0];
    const struct ax_risk_peer *p = &m->peers[ax_risk_peer_of(m, AX_STR("0610"))];
    const int32_t days[] = {world_day("2023-05-01"), world_day("2025-02-01"), world_day("2024-03-01")};
    double eta[2] = {0, 0};
    for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
        const struct ax_risk_channel_model *c = &m->channels[k];
        const double weights[AX_RISK_CHANNELS][3] = {[AX_RISK_ACCIDENTS] = {1, 1, 0},
                [AX_RISK_LOST_DAYS] = {log(21), 0, 0},
                [AX_RISK_ENFORCEMENT] = {0, 0, 1 + m->fine_weight * log(1 + 50000 / m->fine_reference_yuan)}};
        for (size_t j = 0; j < AX_RISK_LANES; j++) {
            double h = c->half_life_days[j];
            double sum = 0;
            for (size_t i = 0; i < 3; i++) {
                sum += weights[k][i] * exp2(-(day - days[i]) / h);
            }
            double age = day - world_day("2020-01-01");
            double expected = p->rate[k] / m->per * h / log(2) * (1 - exp2(-age / h));
            double ln_ratio = log((sum + c->kappa[j]) / (expected + c->kappa[j]));
            assert_true(fabs(r.ln_ratio[k * AX_RISK_LANES + j] - (c->beta[0][j] + c->beta[1][j] > 0 ? ln_ratio : 0)) <
                        1e-12);
            eta[0] += c->beta[0][j] * ln_ratio;
            eta[1] += c->beta[1][j] * ln_ratio;
        }
    }
    double cost[2] = {p->head_rate[0] * p->cost_fen[0], p->head_rate[1] * p->cost_fen[1]};
    double ratio = (cost[0] * exp(eta[0]) + cost[1] * exp(eta[1])) / (cost[0] + cost[1]);
    assert_true(fabs(r.eta[0] - eta[0]) < 1e-12 && fabs(r.eta[1] - eta[1]) < 1e-12);
    assert_true(fabs(r.exact - (600 - 40 * log2(ratio))) < 1e-9);
    assert_int_equal(r.score, (int32_t)lround(r.exact));
    assert_true(r.rated && r.low < r.score && r.score < r.high);
    assert_true(fabs(r.p_any[0] - (1 - exp(-r.expected[0]))) < 1e-12);
    assert_true(r.estimated && !r.silent && !r.watch);
}

static void overdispersed(void **state)
{
    (void)state;
    struct ax_risk_edition e = *edition();
    struct ax_risk_model m = e.models[0];
    e.models = &m;
    m.phi[0] = 0.4;
    struct ax_fact facts[] = {licence("L", "2020-01-01")};
    struct ax_risk_state s = state_with(facts, 1, "2026-01-01", false);
    struct ax_risk r;
    ax_risk_at(&e, &s, world_day("2026-01-01"), &r);
    assert_true(fabs(r.p_any[0] - (1 - pow(1 + 0.4 * r.expected[0], -1 / 0.4))) < 1e-14);
    assert_true(fabs(r.p_any[1] - (1 - exp(-r.expected[1]))) < 1e-14);
}

/* Half the cost rate is 40 points, and its peers' mean is 600. */
static void scale(void **state)
{
    (void)state;
    struct ax_risk_state s;
    memset(&s, 0, sizeof s);
    struct ax_ledger empty;
    ax_ledger_init(&empty);
    ax_risk_state_by(&empty, NULL, edition(), 0, 0, world_day("2026-01-01"), &s);
    s.per_day = 0; /* S = X = 0: every R is 1 */
    struct ax_risk r;
    ax_risk_at(edition(), &s, world_day("2026-01-01"), &r);
    assert_true(!r.rated && r.score == 0 && r.grade == AX_RISK_GRADE_NR);
    struct ax_risk_edition all = *edition();
    all.credibility_min = 0;
    ax_risk_at(&all, &s, world_day("2026-01-01"), &r);
    assert_true(r.rated && r.score == 600 && fabs(r.exact - 600) < 1e-9);
    assert_int_equal(ax_risk_grade_of(&all, 600), AX_RISK_GRADE_BBB);
    assert_int_equal(ax_risk_grade_of(&all, 599), AX_RISK_GRADE_BB);
    assert_int_equal(ax_risk_grade_of(&all, 1000), AX_RISK_GRADE_AAA);
    assert_int_equal(ax_risk_grade_of(&all, 0), AX_RISK_GRADE_C);
}

static bool same_risk(const struct ax_fact *a, size_t a_count, const struct ax_fact *b, size_t b_count)
{
    struct ax_risk x = risk_of(a, a_count, "2026-01-01");
    struct ax_risk y = risk_of(b, b_count, "2026-01-01");
    return x.exact == y.exact && x.low == y.low && x.expected_cost_fen == y.expected_cost_fen;
}

/* An accident seen as accident, penalty, penalty of another system, and claim is one event. */
static void once(void **state)
{
    (void)state;
    struct ax_fact facts[] = {licence("L", "2020-01-01"), accident("A1", "2024-05-01", 20),
            world_penalty("P1", "2024-08-01", AX_PENALTY_TIER_SERIOUS),
            world_penalty("P2", "2024-08-01", AX_PENALTY_TIER_SERIOUS), world_fact(AX_FACT_INSURANCE_CLAIM, "C1")};
    facts[2].enforcement_penalty.accident_id = facts[1].accident.accident_id;
    facts[3].enforcement_penalty.accident_id = facts[1].accident.accident_id;
    facts[4].insurance_claim.accident_id = facts[1].accident.accident_id;
    facts[4].insurance_claim.claim_state = AX_CLAIM_STATE_PAID;
    facts[4].insurance_claim.paid_fen = 10000000;
    facts[4].insurance_claim.reported_on = world_day("2024-05-02");
    struct ax_fact answers[] = {facts[0], facts[2], facts[3], facts[4]};
    double accident_alone = risk_of(facts, 2, "2026-01-01").exact;
    assert_true(risk_of(answers, 4, "2026-01-01").exact < accident_alone - 1);
    /* Two serious penalties are its graver side. */
    assert_true(risk_of(facts, 5, "2026-01-01").exact == risk_of(answers, 4, "2026-01-01").exact);
    facts[1].accident.deaths = 2;
    assert_true(risk_of(facts, 5, "2026-01-01").exact == risk_of(facts, 2, "2026-01-01").exact);
    facts[2].enforcement_penalty.accident_id = AX_STR("");
    assert_false(same_risk(facts, 5, facts, 2));
}

/* Of an accident with a share the penalty is the graver side as long as what is left of the accident weighs less. */
static void once_by_share(void **state)
{
    (void)state;
    struct ax_fact facts[] = {licence("L", "2020-01-01"), world_penalty("P1", "2024-08-01", AX_PENALTY_TIER_SERIOUS),
            accident("A1", "2024-05-01", 20)};
    facts[2].accident.deaths = 1;
    facts[1].enforcement_penalty.accident_id = facts[2].accident.accident_id;
    struct ax_fact accident_alone[] = {facts[0], facts[2]};
    int by_penalty = 0;
    for (uint32_t share = 5; share <= 100; share += 5) {
        facts[2].accident.share_percent = accident_alone[1].accident.share_percent = share;
        double of_penalty = risk_of(facts, 2, "2026-01-01").exact;
        double of_accident = risk_of(accident_alone, 2, "2026-01-01").exact;
        assert_true(risk_of(facts, 3, "2026-01-01").exact == (of_penalty < of_accident ? of_penalty : of_accident));
        by_penalty += of_penalty < of_accident ? 1 : 0;
    }
    assert_true(by_penalty > 0 && by_penalty < 20);
    facts[2].state = AX_FACT_STATE_OBJECTED;
    struct ax_risk_state without = state_with(facts, 3, "2026-01-01", true);
    struct ax_risk_state alone = state_with(facts, 2, "2026-01-01", false);
    assert_memory_equal(without.sum, alone.sum, sizeof alone.sum);
}

/* Each event counts with its graver side up to a number of events; of those beyond, the oldest, both count. */
static void many_sides(void **state)
{
    (void)state;
    enum { EVENTS = AX_RISK_EVENTS_MAX + 4 };
    static char names[EVENTS][3][8];
    struct ax_fact facts[1 + 2 * EVENTS] = {licence("L", "2020-01-01")};
    struct ax_fact accidents[1 + EVENTS] = {facts[0]};
    struct ax_fact penalties[1 + EVENTS] = {facts[0]};
    double before = risk_of(facts, 1, "2026-01-01").exact;
    for (size_t i = 0; i < EVENTS; i++) {
        struct ax_fact *a = &facts[1 + 2 * i];
        (void)snprintf(names[i][0], sizeof names[i][0], "A%zu", i);
        (void)snprintf(names[i][1], sizeof names[i][1], "P%zu", i);
        a[0] = accident(names[i][0], "2024-05-01", 1 + 20 * (i % 3));
        a[0].occurred_on -= (int32_t)i;
        a[0].accident.accident_id = ax_str_c(names[i][0]);
        a[1] = world_penalty(names[i][1], "2024-08-01", i % 2 == 0 ? AX_PENALTY_TIER_SERIOUS : AX_PENALTY_TIER_GENERAL);
        a[1].enforcement_penalty.accident_id = ax_str_c(names[i][0]);
        accidents[1 + i] = a[0];
        penalties[1 + i] = a[1];
        struct ax_risk r = risk_of(facts, 3 + 2 * i, "2026-01-01");
        bool worse = r.exact <= risk_of(accidents, 2 + i, "2026-01-01").exact &&
                     r.exact <= risk_of(penalties, 2 + i, "2026-01-01").exact;
        assert_true(worse && r.exact < before);
        before = r.exact;
        struct ax_risk_state s = state_with(facts, 3 + 2 * i, "2026-01-01", false);
        assert_int_equal(s.event_count, i < AX_RISK_EVENTS_MAX ? i + 1 : AX_RISK_EVENTS_MAX);
        assert_true((s.sum[AX_RISK_ENFORCEMENT * AX_RISK_LANES] > 0) == (i >= AX_RISK_EVENTS_MAX));
    }
}

static void without_effect(void **state)
{
    (void)state;
    struct ax_fact facts[] = {licence("L", "2020-01-01"), accident("A1", "2024-05-01", 20)};
    assert_false(same_risk(facts, 2, facts, 1));
    facts[1].accident.liability = AX_LIABILITY_NONE;
    assert_true(same_risk(facts, 2, facts, 1));
    facts[1].accident.liability = AX_LIABILITY_MAIN;
    const int32_t states[] = {AX_FACT_STATE_WITHDRAWN, AX_FACT_STATE_EXPIRED, AX_FACT_STATE_REPAIRED};
    for (size_t i = 0; i < 3; i++) { /* repair is of a penalty alone */
        facts[1].state = states[i];
        assert_true(same_risk(facts, 2, facts, 1) == (states[i] != AX_FACT_STATE_REPAIRED));
    }
    struct ax_fact penalised[] = {facts[0], world_penalty("P", "2024-05-01", AX_PENALTY_TIER_SERIOUS)};
    penalised[1].state = AX_FACT_STATE_REPAIRED;
    assert_true(same_risk(penalised, 2, penalised, 1));
    facts[1].state = AX_FACT_STATE_OBJECTED;
    assert_false(same_risk(facts, 2, facts, 1));
    struct ax_risk_state with = state_with(facts, 2, "2026-01-01", true);
    struct ax_risk_state none = state_with(facts, 1, "2026-01-01", false);
    assert_memory_equal(with.sum, none.sum, sizeof with.sum);
    facts[1].state = AX_FACT_STATE_ACTIVE;
    facts[1].use_until = world_day("2025-12-31");
    assert_true(same_risk(facts, 2, facts, 1));
    facts[1].use_until = world_day("2026-01-01");
    assert_false(same_risk(facts, 2, facts, 1));
    struct ax_risk_state s = state_with(facts, 2, "2026-01-01", false);
    assert_int_equal(s.last_boundary, world_day("2024-05-01"));
    assert_int_equal(s.next_boundary, world_day("2026-01-02"));
}

/* Half the liability is half the weight. */
static void shares(void **state)
{
    (void)state;
    struct ax_fact facts[] = {licence("L", "2020-01-01"), accident("A1", "2024-05-01", 20)};
    struct ax_risk_state whole = state_with(facts, 2, "2026-01-01", false);
    facts[1].accident.share_percent = 50;
    struct ax_risk_state half = state_with(facts, 2, "2026-01-01", false);
    for (size_t i = 0; i < AX_RISK_SLOTS; i++) {
        assert_true(half.sum[i] == whole.sum[i] / 2);
    }
}

/* A total over a period may be of nothing but restricted work. */
static void restricted_only(void **state)
{
    (void)state;
    struct ax_fact facts[] = {licence("L", "2020-01-01"), accident("A1", "2024-05-01", 0)};
    facts[1].accident.aggregate = true;
    facts[1].accident.restricted_workdays = 10;
    struct ax_risk_state s = state_with(facts, 2, "2026-01-01", false);
    assert_true(s.sum[AX_RISK_ACCIDENTS * AX_RISK_LANES] == 0);
    assert_true(s.sum[AX_RISK_RESTRICTED * AX_RISK_LANES] > 0);
    assert_int_equal(s.last[AX_RISK_RESTRICTED], world_day("2024-05-01"));
    assert_int_equal(s.last[AX_RISK_ACCIDENTS], AX_DAY_NONE);
    facts[1].accident.deaths = 1;
    s = state_with(facts, 2, "2026-01-01", false);
    assert_true(s.sum[AX_RISK_ACCIDENTS * AX_RISK_LANES] > 0 && s.sum[AX_RISK_SEVERE * AX_RISK_LANES] > 0);
    assert_true(s.sum[AX_RISK_LOST_DAYS * AX_RISK_LANES] > 0);
}

/* Of one accident, of a number of them and of a total: more days of restricted work never help, nor more of anything. */
static void restricted_never_helps(void **state)
{
    (void)state;
    const uint64_t days[] = {0, 1, 60, 360, 1000};
    for (int of = 0; of < 3; of++) {
        struct ax_fact facts[] = {licence("L", "2020-01-01"), accident("A1", "2025-05-01", 0)};
        facts[1].accident.aggregate = of > 0;
        facts[1].accident.count = of > 1 ? 4 : 0;
        double before = risk_of(facts, 1, "2026-01-01").exact;
        for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
            facts[1].accident.restricted_workdays = days[i];
            double exact = risk_of(facts, 2, "2026-01-01").exact;
            assert_true(exact <= before && (of == 1 || exact < risk_of(facts, 1, "2026-01-01").exact - 1));
            before = exact;
        }
        facts[1].accident.lost_workdays = 1;
        assert_true(risk_of(facts, 2, "2026-01-01").exact < before);
    }
}

/* An order to cease some of its work is grave, whatever its tier. */
static void restriction_is_grave(void **state)
{
    (void)state;
    struct ax_fact facts[] = {licence("L", "2020-01-01"), world_penalty("P", "2025-05-01", AX_PENALTY_TIER_GENERAL)};
    facts[1].enforcement_penalty.categories = 1U << AX_PENALTY_CATEGORY_FINE;
    assert_true(state_with(facts, 2, "2026-01-01", false).sum[AX_RISK_GRAVE * AX_RISK_LANES] == 0);
    facts[1].enforcement_penalty.categories = 1U << AX_PENALTY_CATEGORY_ACTIVITY_RESTRICTION;
    assert_true(state_with(facts, 2, "2026-01-01", false).sum[AX_RISK_GRAVE * AX_RISK_LANES] > 0);
}

/* Exposure of a lane on a day, in units. */
static double exposed(const struct ax_risk_state *s, size_t slot, int32_t day)
{
    const struct ax_risk_tables *t = edition()->models[s->model].tables;
    double up = ax_risk_up(t, slot, day);
    return s->exposure[slot] / up + ((s->marks & AX_RISK_ENDED) != 0 ? 0 : s->per_day * t->day_units[slot]);
}

static void hours(void **state)
{
    (void)state;
    const struct ax_risk_model *m = &edition()->models[1];
    double h = m->channels[0].half_life_days[0];
    struct ax_fact facts[] = {exposure("E1", "2024-01-01", "2024-12-31", 366000), licence("L", "2023-01-01"),
            exposure("E2", "2025-01-01", "2025-01-31", 62000)};
    struct ax_risk_state s = state_with(facts, 1, "2025-01-01", false);
    assert_int_equal(s.model, 1);
    assert_true((s.marks & AX_RISK_ESTIMATED) == 0);
    double year = 1000 / m->per * h / log(2) * (1 - exp2(-366 / h));
    assert_true(fabs(exposed(&s, 0, world_day("2025-01-01")) / year - 1) < 1e-12);
    /* Back to the registration by the first rate, on by the last. */
    s = state_with(facts, 3, "2026-01-01", false);
    double before = 1000 / m->per * h / log(2) * (exp2(-365 / h) - exp2(-(365 + 366 + 365) / h));
    double after = 2000 / m->per * h / log(2) * (1 - exp2(-365 / h));
    assert_true(fabs(exposed(&s, 0, world_day("2026-01-01")) / (before + after) - 1) < 1e-12);
    assert_true(fabs(s.per_day * m->per - 2000) < 1e-9);
    /* Of two that begin on one day the shorter says more; what comes later is a boundary. */
    facts[1] = exposure("E3", "2024-01-01", "2024-06-30", 1);
    s = state_with(facts, 3, "2024-08-01", false);
    assert_int_equal(s.next_boundary, world_day("2025-01-01"));
    assert_true(s.per_day * m->per < 1);
    /* Before any: calendar time, and another model from the day on. */
    s = state_with(facts, 3, "2023-12-01", false);
    assert_int_equal(s.model, 0);
    assert_int_equal(s.next_boundary, world_day("2024-01-01"));
    /* Employees stand for 2,000 hours a year. */
    facts[0].exposure.labour_hours = 0;
    facts[0].exposure.employees = 10;
    s = state_with(facts, 1, "2024-08-01", false);
    assert_true(fabs(s.per_day * m->per - 20000 / 365.25) < 1e-9);
}

/* Only what is not adverse says since when an enterprise is there. */
static void registration(void **state)
{
    (void)state;
    struct ax_fact facts[] = {world_penalty("P", "2020-01-01", AX_PENALTY_TIER_GENERAL), licence("L", "2022-01-01"),
            licence("M", "2019-01-01")};
    facts[2].licence.licence_state = AX_LICENCE_STATE_REVOKED;
    struct ax_risk_state s = state_with(facts, 3, "2026-01-01", false);
    assert_int_equal(s.registered, world_day("2022-01-01"));
    s = state_with(facts, 1, "2026-01-01", false);
    assert_int_equal(s.registered, AX_DAY_NONE);
    struct ax_risk r;
    ax_risk_at(edition(), &s, world_day("2026-01-01"), &r);
    assert_true(r.estimated);
    assert_int_equal(ax_risk_since(&s, s.last_any, world_day("2026-01-01")), 0);
    s = state_with(facts, 3, "2021-01-01", false);
    assert_int_equal(s.next_boundary, world_day("2022-01-01"));
}

/* Of whom nothing says since when it is there no exposure is known: no score, and its peers' probabilities. */
static void unknown(void **state)
{
    (void)state;
    struct ax_fact facts[] = {licence("L", "2020-01-01"), accident("A", "2025-01-01", 20),
            world_penalty("P", "2025-02-01", AX_PENALTY_TIER_GENERAL)};
    assert_true(risk_of(facts, 3, "2026-01-01").rated);
    for (size_t i = 0; i < 3; i++) {
        facts[i].state = AX_FACT_STATE_WITHDRAWN;
    }
    for (size_t from = 0; from < 4; from++) { /* only what was withdrawn, what is adverse, nothing */
        facts[1].state = facts[2].state = from == 0 ? AX_FACT_STATE_WITHDRAWN : AX_FACT_STATE_ACTIVE;
        struct ax_risk r = risk_of(facts + from, 3 - from, "2026-01-01");
        assert_true(!r.rated && r.score == 0 && r.grade == AX_RISK_GRADE_NR && r.credibility == 0);
        assert_true(r.expected[0] > 0 && r.expected[0] == r.peer_expected[0] && r.p_any[1] > 0);
    }
    facts[0].state = AX_FACT_STATE_ACTIVE;
    assert_false(risk_of(facts, 3, "2019-12-31").rated);
}

/* What is stated goes on for two years more; then nothing accrues, and in the end nothing is known. */
static void stale(void **state)
{
    (void)state;
    struct ax_fact facts[] = {exposure("E", "2022-01-01", "2024-12-31", 1000000), licence("L", "2020-01-01")};
    facts[1].licence.valid_until = world_day("2022-12-31");
    for (size_t i = 0; i < 2; i++) {
        const char *end = i == 0 ? "2027-01-01" : "2025-01-01";
        const char *before = i == 0 ? "2026-12-31" : "2024-12-31";
        struct ax_risk_state s = state_with(facts + i, 1, before, false);
        assert_int_equal(s.next_boundary, world_day(end));
        assert_true((s.marks & AX_RISK_ENDED) == 0);
        double last = exposed(&s, 0, s.next_boundary);
        struct ax_risk r = risk_of(facts + i, 1, before);
        s = state_with(facts + i, 1, end, false);
        assert_int_equal(s.last_boundary, world_day(end));
        assert_true((s.marks & AX_RISK_ENDED) != 0);
        double h = edition()->models[s.model].channels[0].half_life_days[0];
        assert_true(fabs(exposed(&s, 0, world_day(end) + 100) / (last * exp2(-100 / h)) - 1) < 1e-9);
        struct ax_risk after = risk_of(facts + i, 1, end);
        assert_true(r.rated && after.rated && after.score - r.score <= 0 && after.score - r.score >= -2);
        after = risk_of(facts + i, 1, "2060-01-01");
        assert_true(!after.rated && after.grade == AX_RISK_GRADE_NR && after.expected[0] > 0);
    }
    facts[1].licence.valid_until = AX_DAY_NONE; /* it says that the enterprise is there until it says otherwise */
    assert_true(risk_of(facts + 1, 1, "2060-01-01").rated);
}

static struct ax_fact claim(const char *reference, ax_str accident_id, uint32_t deaths, int64_t paid_fen)
{
    struct ax_fact f = world_fact(AX_FACT_INSURANCE_CLAIM, reference);
    f.occurred_on = world_day("2025-05-01");
    f.insurance_claim.accident_id = accident_id;
    f.insurance_claim.claim_state = AX_CLAIM_STATE_PAID;
    f.insurance_claim.deaths = deaths;
    f.insurance_claim.paid_fen = paid_fen;
    f.insurance_claim.reported_on = world_day("2025-05-02");
    return f;
}

static void assert_same_but_claims(const double *a, const double *b)
{
    for (size_t slot = 0; slot < AX_RISK_SLOTS; slot++) {
        assert_true(fabs(a[slot] - b[slot]) < 1e-9 || slot / AX_RISK_LANES == AX_RISK_CLAIMS);
    }
}

/* From day to day, at so many hours a day. */
static double lasting(
        const struct ax_risk_model *m, size_t slot, const char *from, const char *to, const char *day, double a_day)
{
    double h = m->channels[slot / AX_RISK_LANES].half_life_days[slot % AX_RISK_LANES];
    double at = world_day(day);
    return a_day / m->per * h / log(2) * (exp2((world_day(to) - at) / h) - exp2((world_day(from) - at) / h));
}

/* A statement says nothing of years on end before it and after it, whatever is stated later. */
static void gaps(void **state)
{
    (void)state;
    const struct ax_risk_model *m = &edition()->models[1];
    struct ax_fact facts[] = {exposure("E1", "2010-06-01", "2010-06-01", 1000), licence("L", "2005-01-01"),
            exposure("E2", "2021-01-01", "2025-12-31", 1826 * 2000),
            exposure("E3", "2011-01-01", "2011-12-31", 365 * 10),
            exposure("E4", "2018-01-01", "2018-12-31", 365 * 500)};
    for (size_t slot = 0; slot < AX_RISK_LANES; slot++) {
        struct ax_risk_state s = state_with(facts, 3, "2026-01-01", false);
        double want = lasting(m, slot, "2008-06-01", "2012-06-02", "2026-01-01", 1000) +
                      lasting(m, slot, "2021-01-01", "2026-01-01", "2026-01-01", 2000);
        assert_true(fabs(exposed(&s, slot, world_day("2026-01-01")) / want - 1) < 1e-12);
        s = state_with(facts, 5, "2026-01-01", false);
        want = lasting(m, slot, "2008-06-01", "2011-01-01", "2026-01-01", 1000) +
               lasting(m, slot, "2011-01-01", "2014-01-01", "2026-01-01", 10) +
               lasting(m, slot, "2018-01-01", "2021-01-01", "2026-01-01", 500) +
               lasting(m, slot, "2021-01-01", "2026-01-01", "2026-01-01", 2000);
        assert_true(fabs(exposed(&s, slot, world_day("2026-01-01")) / want - 1) < 1e-12);
    }
    /* The shorter of two that begin on one day counts, as long as either says. */
    facts[3] = exposure("E3", "2010-06-01", "2015-12-31", 1);
    struct ax_risk_state s = state_with(facts, 4, "2026-01-01", false);
    double want = lasting(m, 0, "2008-06-01", "2018-01-01", "2026-01-01", 1000) +
                  lasting(m, 0, "2021-01-01", "2026-01-01", "2026-01-01", 2000);
    assert_true(fabs(exposed(&s, 0, world_day("2026-01-01")) / want - 1) < 1e-12);
}

/* People harmed that only claims tell of are an accident, and one accident however many claims tell of it. */
static void claims_alone(void **state)
{
    (void)state;
    struct ax_fact facts[] = {licence("L", "2020-01-01"), world_accident("A1", "2025-05-01", AX_LIABILITY_MAIN, 2),
            claim("C1", AX_STR(""), 2, 100000000), claim("C2", AX_STR(""), 1, 500000000),
            claim("C3", AX_STR(""), 0, 500000000)};
    struct ax_fact plain[] = {facts[0], facts[4]};
    for (size_t i = 2; i < 5; i++) {
        facts[i].insurance_claim.accident_id = facts[1].accident.accident_id;
    }
    struct ax_fact unreported[] = {facts[0], facts[2], facts[3], facts[4]};
    struct ax_risk told = risk_of(unreported, 4, "2026-01-01");
    struct ax_risk reported = risk_of(facts, 2, "2026-01-01");
    assert_true(fabs(reported.exact - risk_of(facts, 5, "2026-01-01").exact) < 1e-9);
    assert_true(told.score < risk_of(plain, 2, "2026-01-01").score && fabs(told.exact - reported.exact) < 1e-9);
    struct ax_risk_state s = state_with(unreported, 4, "2026-01-01", false);
    struct ax_risk_state as_reported = state_with(facts, 2, "2026-01-01", false);
    struct ax_risk_found turned;
    ax_risk_found_by(&s, 1, &turned);
    assert_int_equal(s.event_count, 1);
    assert_true(told.turned == 1 && turned.sum[AX_RISK_CLAIMS * AX_RISK_LANES] < 1e-9);
    assert_same_but_claims(turned.sum, as_reported.sum);
    assert_int_equal(turned.last[AX_RISK_SEVERE], world_day("2025-05-01"));
    assert_true(s.sum[AX_RISK_CLAIMS * AX_RISK_LANES] > 0);
    /* Reported with fewer dead, or none, it weighs what the claims tell; the claims are its faces. */
    for (uint32_t deaths = 0; deaths < 4; deaths++) {
        facts[1].accident.deaths = deaths;
        struct ax_risk r = risk_of(facts, 5, "2026-01-01");
        assert_true(deaths <= 2 ? fabs(r.exact - reported.exact) < 1e-9 : r.exact < reported.exact);
    }
    /* Refused, or withdrawn, it tells nothing; the next gravest does. */
    unreported[1].insurance_claim.claim_state = AX_CLAIM_STATE_REFUSED;
    struct ax_risk one = risk_of(unreported, 4, "2026-01-01");
    assert_true(one.exact > told.exact && one.exact < risk_of(unreported, 1, "2026-01-01").exact);
    unreported[1].insurance_claim.claim_state = AX_CLAIM_STATE_PAID;
    unreported[2].insurance_claim.accident_id = AX_STR("another");
    assert_true(risk_of(unreported, 4, "2026-01-01").exact < told.exact);
}

/* Nor does it help that people came to harm: the claim keeps its cost, and so do those that tell of the same accident. */
static void harm_in_a_claim_never_helps(void **state)
{
    (void)state;
    for (int linked = 0; linked < 2; linked++) {
        ax_str accident = linked != 0 ? AX_STR("A9") : AX_STR("");
        struct ax_fact facts[] = {
                licence("L", "2020-01-01"), claim("C1", accident, 0, 9000000000), claim("C2", accident, 0, 500000000)};
        double before = risk_of(facts, 3, "2026-01-01").exact;
        for (uint32_t of = 2; of > 0; of--) {
            facts[of].insurance_claim.serious_injuries = 1;
            double injured = risk_of(facts, 3, "2026-01-01").exact;
            facts[of].insurance_claim.deaths = 1;
            double killed = risk_of(facts, 3, "2026-01-01").exact;
            assert_true(injured <= before && killed <= injured && killed < before - (of == 2 ? 1 : 0));
            before = killed;
            if (linked != 0) {
                break; /* of one accident the gravest claim is the event */
            }
        }
    }
}

static void silence_and_watch(void **state)
{
    (void)state;
    struct ax_fact facts[] = {licence("L", "2010-01-01"), world_accident("A", "2025-12-01", AX_LIABILITY_MAIN, 1),
            world_penalty("P", "2025-10-01", AX_PENALTY_TIER_SERIOUS)};
    assert_true(risk_of(facts, 1, "2026-01-01").silent);
    assert_int_equal(risk_of(facts, 1, "2026-01-01").percentile, 0);
    assert_false(risk_of(facts, 1, "2010-02-01").silent);
    facts[1].accident.stage = AX_ACCIDENT_STAGE_REPORTED;
    struct ax_risk r = risk_of(facts, 2, "2026-01-01");
    assert_true(r.watch && !r.silent);
    facts[1].accident.stage = AX_ACCIDENT_STAGE_APPROVED;
    assert_false(risk_of(facts, 2, "2026-01-01").watch);
    assert_false(risk_of(facts, 3, "2026-01-01").watch);
    facts[2].state = AX_FACT_STATE_OBJECTED;
    assert_true(risk_of(facts, 3, "2026-01-01").watch);
}

static int32_t sum_of(const struct ax_risk_explained *x)
{
    int32_t sum = x->base + x->peers + x->recency + x->interaction + x->clamp;
    for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
        const struct ax_risk_part *p = &x->channels[k];
        int32_t facts = 0;
        uint32_t lines = 0;
        for (size_t i = 0; i < x->line_count; i++) {
            facts += x->lines[i].channel == k ? x->lines[i].points : 0;
            lines += x->lines[i].channel == k ? 1 : 0;
        }
        assert_int_equal(lines, p->lines);
        assert_true(facts == p->facts || lines == 0);
        assert_int_equal(p->net, p->facts + p->credit + p->recency);
        sum += p->net;
    }
    return sum;
}

static void explained(void **state)
{
    (void)state;
    struct ax_fact facts[] = {licence("L", "2020-01-01"), accident("A1", "2023-05-01", 20),
            accident("A2", "2025-02-01", 300), accident("A3", "2025-11-01", 40),
            world_penalty("P1", "2024-03-01", AX_PENALTY_TIER_SERIOUS),
            world_penalty("P2", "2025-03-01", AX_PENALTY_TIER_SERIOUS)};
    facts[2].accident.deaths = 1;
    struct ax_ledger l;
    struct ax_arena arena;
    struct ax_risk_explained x;
    ax_ledger_init(&l);
    ax_arena_init(&arena, 1 << 12, 1 << 16);
    world_merge(&l, facts, 6);
    assert_true(ax_ok(ax_risk_explain(&l, NULL, edition(), world_day("2026-01-01"), &arena, &x)));
    assert_true(x.risk.rated);
    assert_int_equal(sum_of(&x), x.risk.score);
    assert_int_equal(x.line_count, 3 + 3 + 1 + 2 + 2);
    assert_true(x.reason_count >= 1 && x.reasons[0].points < 0);
    for (size_t i = 1; i < x.reason_count; i++) {
        assert_true(x.reasons[i].points >= x.reasons[i - 1].points);
    }
    struct ax_arena small;
    ax_arena_init(&small, 64, 128);
    assert_int_equal(ax_risk_explain(&l, NULL, edition(), world_day("2026-01-01"), &small, &x).code, AX_LIMIT);
    ax_arena_deinit(&small);
    ax_arena_deinit(&arena);
    ax_ledger_deinit(&l);
}

static void prospects(void **state)
{
    (void)state;
    struct ax_fact facts[] = {licence("L", "2020-01-01"), accident("A1", "2025-12-01", 20),
            accident("A2", "2025-12-02", 300), accident("A3", "2025-12-20", 40)};
    facts[3].state = AX_FACT_STATE_OBJECTED;
    struct ax_ledger l;
    struct ax_risk_prospect p;
    const int32_t day = world_day("2026-01-01");
    ax_ledger_init(&l);
    world_merge(&l, facts, 4);
    ax_risk_prospect_of(&l, &l, NULL, edition(), day, &p);
    assert_int_equal(p.outlook, AX_RISK_OUTLOOK_NEGATIVE);
    assert_int_equal(p.change, p.now.score - p.before.score);
    struct ax_risk_better better = {AX_RISK_GRADE_NONE, AX_DAY_NONE};
    assert_true(ax_risk_find_better(&l, NULL, edition(), day, day + 3000, p.now.grade, &better));
    assert_true(better.on > day && better.grade < p.now.grade);
    struct ax_risk_state s;
    struct ax_risk r;
    for (int32_t d = day; d <= better.on; d++) {
        ax_risk_state_of(&l, NULL, edition(), d, &s);
        ax_risk_at(edition(), &s, d, &r);
        assert_true(d < better.on ? r.grade >= p.now.grade : r.grade == better.grade);
    }
    ax_risk_prospect_of(&l, &l, NULL, edition(), day + 500, &p);
    assert_int_equal(p.outlook, AX_RISK_OUTLOOK_STABLE);
    assert_true(p.change > 0);
    ax_ledger_deinit(&l);
    /* A legal expiry is a step. */
    facts[1].use_until = facts[2].use_until = facts[3].use_until = world_day("2026-01-20");
    ax_ledger_init(&l);
    world_merge(&l, facts, 4);
    ax_risk_prospect_of(&l, &l, NULL, edition(), world_day("2026-01-20"), &p);
    assert_true(ax_risk_find_better(
            &l, NULL, edition(), world_day("2026-01-20"), world_day("2027-01-20"), p.now.grade, &better));
    assert_int_equal(better.on, world_day("2026-01-21"));
    assert_false(ax_risk_find_better(
            &l, NULL, edition(), world_day("2026-01-19"), world_day("2026-01-20"), p.now.grade, &better));
    ax_risk_prospect_of(&l, &l, NULL, edition(), world_day("2026-03-10"), &p);
    assert_int_equal(p.outlook, AX_RISK_OUTLOOK_POSITIVE);
    ax_ledger_deinit(&l);
}

/* What a claim tells beyond an accident fades with the accident: that more of it stands in the accident's own report, which
 * is older, does not help. */
static void more_deaths_of_an_old_accident(void **state)
{
    (void)state;
    double before = 1e9;
    for (uint32_t deaths = 0; deaths <= 3; deaths++) {
        struct ax_fact facts[3] = {world_accident("a", "2022-06-01", AX_LIABILITY_MAIN, deaths),
                world_standard("s", "2015-01-01", NULL, AX_STANDARDISATION_LEVEL_TWO)};
        facts[2] = claim("c", facts[0].accident.accident_id, 3, 90000000);
        struct ax_risk risk = risk_of(facts, 3, "2026-01-01");
        double exact = risk.exact;
        assert_true(risk.rated);
        assert_true(exact <= before + 1e-9);
        before = exact;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(by_hand), T(overdispersed), T(scale), T(once), T(once_by_share), T(many_sides),
            T(without_effect), T(shares), T(restricted_only), T(restricted_never_helps), T(restriction_is_grave),
            T(harm_in_a_claim_never_helps), T(hours), T(registration), T(unknown), T(stale), T(gaps), T(claims_alone),
            T(silence_and_watch), T(explained), T(prospects), T(more_deaths_of_an_old_accident)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
