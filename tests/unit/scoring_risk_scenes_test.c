/* SPDX-License-Identifier: Apache-2.0 */
/* Scenes that the shipped risk parameters (scoring/packs/common-2026/risk.yaml) must answer sanely: a coal mine of 300
 * employees, five years of them stated and once inspected, and what then happens to it. */
#include "scoring/risk.h"
#include "tests/unit/scoring_world.h"
#include "tests/unit/t.h"

#include <stdio.h>

enum { YEARS = 5, BEFORE = YEARS + 1, EVENTS_MAX = 300, NAME_SIZE = 16 };

struct scene {
    const char *name;
    int32_t kind;
    uint32_t events;
    uint32_t deaths; /* of each */
    int32_t least;   /* points taken */
    int32_t most;
    int32_t best; /* grade */
    int32_t worst;
};

static int32_t today(void)
{
    return world_day("2026-01-01");
}

static size_t put_mine(struct ax_fact *facts, uint32_t employees)
{
    static const char *const names[] = {"e0", "e1", "e2", "e3", "e4"};
    for (int i = 0; i < YEARS; i++) {
        facts[i] = world_fact(AX_FACT_EXPOSURE, names[i]);
        facts[i].exposure.period_from = ax_day_of(2021 + i, 1, 1);
        facts[i].exposure.period_until = ax_day_of(2021 + i, 12, 31);
        facts[i].exposure.employees = employees;
        facts[i].exposure.labour_hours = employees * UINT64_C(2000);
    }
    facts[YEARS] = world_fact(AX_FACT_INSPECTION, "i");
    facts[YEARS].decided_on = facts[YEARS].occurred_on = world_day("2025-03-01");
    return BEFORE;
}

static void put_event(const struct scene *scene, const char *name, int32_t day, struct ax_fact *f)
{
    if (scene->kind == AX_FACT_ENFORCEMENT_PENALTY) {
        *f = world_penalty(name, "2025-07-01", AX_PENALTY_TIER_SERIOUS);
        f->decided_on = day;
        f->enforcement_penalty.fine_fen = 5000000;
        return;
    }
    *f = world_accident(name, "2025-07-01", AX_LIABILITY_MAIN, scene->deaths);
    f->occurred_on = day;
}

static struct ax_risk risk_of(const struct scene *scene, uint32_t employees)
{
    static struct ax_fact facts[BEFORE + EVENTS_MAX];
    static char names[EVENTS_MAX][NAME_SIZE];
    size_t count = put_mine(facts, employees);
    for (uint32_t i = 0; i < scene->events; i++) {
        (void)snprintf(names[i], NAME_SIZE, "x%u", i);
        int32_t day = scene->events == 1 ? today() - 184 : today() - 1 - (int32_t)(i * 364 / scene->events);
        put_event(scene, names[i], day, &facts[count++]);
    }
    struct ax_ledger l;
    struct ax_risk_state s;
    struct ax_risk r;
    ax_ledger_init(&l);
    world_merge(&l, facts, count);
    const struct ax_risk_edition *e =
            ax_bundle_choose_risk(world_bundle(), AX_STR(""), AX_STR("140100"), AX_STR("0610"), today());
    ax_risk_state_of(&l, world_pack(), e, today(), &s);
    ax_risk_at(e, &s, today(), &r);
    ax_ledger_deinit(&l);
    return r;
}

static const struct scene scenes[] = {
        {"nothing adverse", AX_FACT_ACCIDENT, 0, 0, 0, 0, AX_RISK_GRADE_AA, AX_RISK_GRADE_A},
        {"an accident, 1 death", AX_FACT_ACCIDENT, 1, 1, 40, 90, AX_RISK_GRADE_BBB, AX_RISK_GRADE_B},
        {"3 deaths", AX_FACT_ACCIDENT, 1, 3, 60, 150, AX_RISK_GRADE_BB, AX_RISK_GRADE_B},
        {"30 deaths", AX_FACT_ACCIDENT, 1, 30, 100, 400, AX_RISK_GRADE_B, AX_RISK_GRADE_C},
        {"100 deaths", AX_FACT_ACCIDENT, 1, 100, 150, 600, AX_RISK_GRADE_C, AX_RISK_GRADE_C},
        {"30 larger accidents", AX_FACT_ACCIDENT, 30, 3, 150, 700, AX_RISK_GRADE_C, AX_RISK_GRADE_C},
        {"a serious penalty", AX_FACT_ENFORCEMENT_PENALTY, 1, 0, 10, 60, AX_RISK_GRADE_A, AX_RISK_GRADE_BBB},
        {"5 serious penalties", AX_FACT_ENFORCEMENT_PENALTY, 5, 0, 30, 150, AX_RISK_GRADE_BBB, AX_RISK_GRADE_B},
        {"300 serious penalties", AX_FACT_ENFORCEMENT_PENALTY, 300, 0, 150, 700, AX_RISK_GRADE_C, AX_RISK_GRADE_C},
};

static void reactions(void **state)
{
    (void)state;
    const int32_t clean = risk_of(&scenes[0], 300).score;
    int32_t before = clean + 1;
    for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++) {
        const struct scene *s = &scenes[i];
        struct ax_risk r = risk_of(s, 300);
        print_message("%s: %d %s, %d points, credibility %.2f\n", s->name, r.score, ax_risk_grade_name(r.grade),
                clean - r.score, r.credibility);
        assert_true(r.rated && !r.silent);
        assert_in_range(clean - r.score, s->least, s->most);
        assert_in_range(r.grade, s->best, s->worst);
        assert_true(r.score < before || s->kind == AX_FACT_ENFORCEMENT_PENALTY);
        before = r.score;
    }
}

/* A hundred times as many employees excuse a death, but not thirty. */
static void thirty_deaths_are_not_the_best(void **state)
{
    (void)state;
    struct scene s = {.kind = AX_FACT_ACCIDENT, .events = 1};
    for (uint32_t deaths = 1; deaths <= 30; deaths += 29) {
        s.deaths = deaths;
        struct ax_risk r = risk_of(&s, 30000);
        print_message("30,000 employees, %u deaths: %d %s\n", deaths, r.score, ax_risk_grade_name(r.grade));
        assert_true((r.grade == AX_RISK_GRADE_AAA) == (deaths == 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reactions), cmocka_unit_test(thirty_deaths_are_not_the_best)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
