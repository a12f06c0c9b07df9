/* SPDX-License-Identifier: Apache-2.0 */
/* Scenes that the shipped risk parameters (scoring/packs/common-2026/risk.yaml) must answer sanely: a coal mine of 300
 * employees, five years of them stated and once inspected, and what then happens to it. */
#include "scoring/risk.h"
#include "tests/unit/scoring_world.h"
#include "tests/unit/t.h"

#include <stdio.h>

enum { FIRST_YEAR = 2021, YEARS = 5, AFTER = 3, BEFORE = YEARS + 1, EVENTS_MAX = 300, NAME_SIZE = 16 };

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

static struct ax_fact stated(const char *name, int year, uint32_t employees)
{
    struct ax_fact f = world_fact(AX_FACT_EXPOSURE, name);
    f.exposure.period_from = ax_day_of(year, 1, 1);
    f.exposure.period_until = ax_day_of(year, 12, 31);
    f.exposure.employees = employees;
    f.exposure.labour_hours = employees * UINT64_C(2000);
    return f;
}

static struct ax_fact inspected(void)
{
    struct ax_fact f = world_fact(AX_FACT_INSPECTION, "i");
    f.decided_on = f.occurred_on = world_day("2025-03-01");
    return f;
}

static const char *const year_names[] = {"e0", "e1", "e2", "e3", "e4", "e5", "e6", "e7"};

static size_t put_mine(struct ax_fact *facts, uint32_t employees)
{
    for (int i = 0; i < YEARS; i++) {
        facts[i] = stated(year_names[i], FIRST_YEAR + i, employees);
    }
    facts[YEARS] = inspected();
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

static struct ax_risk risk_on(const struct ax_fact *facts, size_t count, int32_t day)
{
    struct ax_ledger l;
    struct ax_risk_state s;
    struct ax_risk r;
    ax_ledger_init(&l);
    world_merge(&l, facts, count);
    const struct ax_risk_edition *e =
            ax_bundle_choose_risk(world_bundle(), AX_STR(""), AX_STR("140100"), AX_STR("0610"), today());
    ax_risk_state_of(&l, world_pack(), e, day, &s);
    ax_risk_at(e, &s, day, &r);
    ax_ledger_deinit(&l);
    return r;
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
    return risk_on(facts, count, today());
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

static void more_employees_all_the_time_never_worsen_a_clean_record(void **state)
{
    (void)state;
    static const uint32_t employees[] = {20, 50, 100, 300, 1000, 3000, 30000};
    double before = 0;
    for (size_t i = 0; i < sizeof employees / sizeof employees[0]; i++) {
        struct ax_risk r = risk_of(&scenes[0], employees[i]);
        assert_true(!r.rated || r.exact >= before);
        before = r.rated ? r.exact : before;
    }
    assert_true(before > 0);
}

/* Clean since 2021 with as many employees as `was`, 0: not there, and with `is` from 2026 on. */
static struct ax_risk risk_of_growth(uint32_t was, uint32_t is, int32_t day)
{
    struct ax_fact facts[YEARS + AFTER + 1];
    size_t count = 0;
    facts[count++] = inspected();
    for (int i = 0; i < YEARS + AFTER; i++) {
        uint32_t employees = i < YEARS ? was : is;
        if (employees > 0) {
            facts[count++] = stated(year_names[i], FIRST_YEAR + i, employees);
        }
    }
    return risk_on(facts, count, day);
}

/* What docs/RISK.md says of a clean record that becomes less credible: it keeps more than none. */
static void growth_leaves_a_clean_record_no_worse_than_a_newcomers(void **state)
{
    (void)state;
    for (int32_t day = today(); day < ax_day_of(FIRST_YEAR + YEARS + AFTER, 1, 1); day += 30) {
        struct ax_risk grown = risk_of_growth(100, 10000, day);
        struct ax_risk newcomer = risk_of_growth(0, 10000, day);
        char text[AX_DAY_TEXT_SIZE];
        print_message("%s: %d, newcomer %d, as before %d\n", ax_day_format(day, text), grown.rated ? grown.score : -1,
                newcomer.rated ? newcomer.score : -1, risk_of_growth(100, 100, day).score);
        assert_true(grown.rated || !newcomer.rated);
        assert_true(!newcomer.rated || grown.exact >= newcomer.exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reactions), cmocka_unit_test(thirty_deaths_are_not_the_best),
            cmocka_unit_test(more_employees_all_the_time_never_worsen_a_clean_record),
            cmocka_unit_test(growth_leaves_a_clean_record_no_worse_than_a_newcomers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
