/* SPDX-License-Identifier: Apache-2.0 */
/* shanxi-2023 by cases from the law and the schemes it cites: which level, how many points, which rule, from and until when. */
#include "tests/unit/scoring_scene.h"
#include "tests/unit/t.h"

#include <stdio.h>

#define T(name) cmocka_unit_test(name)

static void expect(struct scene *s, const char *day, const char *level, int32_t points)
{
    struct ax_rate r = on(s, day);
    if (strcmp(ax_level_name((int32_t)r.level), level) != 0 || r.points != points) {
        fail_msg(
                "%s: %s with %d points, not %s with %d", day, ax_level_name((int32_t)r.level), r.points, level, points);
    }
}

static void bases(void **state)
{
    (void)state;
    struct scene s;
    const struct {
        int32_t level;
        const char *name;
        int32_t points;
    } cases[] = {{1, "A2", 90}, {2, "B2", 80}, {3, "B3", 70}, {4, "C1", 60}};
    for (size_t i = 0; i < 4; i++) {
        begin(&s, cases[i].level);
        expect(&s, "2024-06-30", cases[i].name, cases[i].points);
        assert_false(on(&s, "2024-06-30").standardisation_missing);
        end(&s);
    }
    /* Nothing known of it: the base of none, marked, and never better than C1. */
    begin(&s, 0);
    with(&s, world_penalty("p", "2020-01-01", AX_PENALTY_TIER_MINOR));
    expect(&s, "2024-06-30", "C1", 60);
    assert_true(on(&s, "2024-06-30").standardisation_missing);
    end(&s);
    /* Run out: assessed once, now without. */
    begin(&s, 0);
    with(&s, world_standard("x", "2020-01-01", "2022-12-31", 1));
    expect(&s, "2022-12-31", "A2", 90);
    expect(&s, "2023-01-01", "C1", 60);
    assert_false(on(&s, "2023-01-01").standardisation_missing);
    /* The later of two standings counts. */
    with(&s, world_standard("y", "2022-06-01", "2025-05-31", 3));
    expect(&s, "2022-05-31", "A2", 90);
    expect(&s, "2022-06-01", "B3", 70);
    end(&s);
    /* Two begin on one day: the worse. One without dates stands always. */
    begin(&s, 0);
    with(&s, world_standard("x", "2022-06-01", NULL, 3));
    with(&s, world_standard("y", "2022-06-01", NULL, 1));
    struct ax_fact always = world_fact(AX_FACT_STANDARDISATION, "z");
    always.standardisation.level = 2;
    with(&s, always);
    expect(&s, "2022-06-01", "B3", 70);
    expect(&s, "2010-06-01", "B2", 80);
    end(&s);
}

static void unrated(void **state)
{
    (void)state;
    struct scene s;
    begin(&s, 0);
    expect(&s, "2024-06-30", "UNRATED", 0);
    struct ax_fact exposure = world_fact(AX_FACT_EXPOSURE, "e");
    exposure.exposure.period_from = world_day("2023-01-01");
    with(&s, exposure);
    with(&s, world_fact(AX_FACT_CONSENT, "c"));
    with(&s, world_fact(AX_FACT_OBJECTION, "o"));
    with(&s, world_fact(AX_FACT_STATEMENT, "s"));
    expect(&s, "2024-06-30", "UNRATED", 0);
    struct ax_rate r = on(&s, "2024-06-30");
    assert_int_equal(r.facts, 4);
    assert_int_equal(r.override_count + r.flag_count, 0);
    assert_int_equal(r.next_change_on, AX_DAY_NONE);
    /* A fact of tomorrow rates tomorrow. */
    with(&s, world_penalty("p", "2024-07-01", AX_PENALTY_TIER_MINOR));
    expect(&s, "2024-06-30", "UNRATED", 0);
    assert_int_equal(on(&s, "2024-06-30").next_change_on, world_day("2024-07-01"));
    expect(&s, "2024-07-01", "C1", 59);
    /* Withdrawn, it is as if it had never been. */
    s.facts[s.count - 1].revision = 2;
    s.facts[s.count - 1].state = AX_FACT_STATE_WITHDRAWN;
    expect(&s, "2024-07-01", "UNRATED", 0);
    end(&s);
    /* No pack covers it. */
    begin(&s, 1);
    world_merge(&s.ledger, s.facts, s.count);
    ax_rate(&s.ledger, NULL, world_day("2024-06-30"), &r);
    assert_int_equal(r.level, AX_LEVEL_UNRATED);
    assert_int_equal(r.facts, 1);
    assert_int_equal(r.last_boundary, AX_DAY_NONE);
    end(&s);
}

/* Deductions, their caps and windows: counted from the day of decision, not on the same day a year on. */
static void penalties(void **state)
{
    (void)state;
    struct scene s;
    begin(&s, 1);
    with(&s, world_penalty("p", "2024-01-15", AX_PENALTY_TIER_MINOR));
    expect(&s, "2024-01-14", "A2", 90);
    expect(&s, "2024-01-15", "B1", 89);
    expect(&s, "2025-01-14", "B1", 89);
    expect(&s, "2025-01-15", "A2", 90);
    struct ax_rate r = on(&s, "2024-06-30");
    assert_int_equal(r.next_change_on, world_day("2025-01-15"));
    assert_int_equal(r.last_boundary, world_day("2024-01-15"));
    end(&s);
    const struct {
        int32_t tier;
        int32_t points;
    } tiers[] = {{AX_PENALTY_TIER_UNSPECIFIED, 88}, {AX_PENALTY_TIER_GENERAL, 87}, {AX_PENALTY_TIER_SERIOUS, 80}};
    for (size_t i = 0; i < 3; i++) {
        begin(&s, 1);
        with(&s, world_penalty("p", "2024-01-15", tiers[i].tier));
        assert_int_equal(on(&s, "2024-06-30").points, tiers[i].points);
        end(&s);
    }
    /* The serious one for three years (park form), the second in a year moves a level. */
    begin(&s, 1);
    with(&s, world_penalty("p", "2021-08-15", AX_PENALTY_TIER_SERIOUS));
    expect(&s, "2024-08-14", "B2", 80);
    expect(&s, "2024-08-15", "A2", 90);
    end(&s);
    begin(&s, 1);
    with(&s, world_penalty("p", "2024-01-15", AX_PENALTY_TIER_MINOR));
    with(&s, world_penalty("q", "2024-03-15", AX_PENALTY_TIER_MINOR));
    expect(&s, "2024-06-30", "B2", 88);
    r = on(&s, "2024-06-30");
    assert_true(world_has_override(&r, "penalty.two-in-a-year"));
    expect(&s, "2025-01-15", "B1", 89);
    end(&s);
    /* Twelve minor ones take ten points. */
    begin(&s, 1);
    char words[12][8];
    for (int i = 0; i < 12; i++) {
        (void)snprintf(words[i], sizeof words[i], "p%d", i);
        with(&s, world_penalty(words[i], "2024-01-15", AX_PENALTY_TIER_MINOR));
    }
    assert_int_equal(on(&s, "2024-06-30").points, 80);
    end(&s);
}

/* What may no longer be used counts for nothing: the source's own day, else the pack's by the date of the act. */
static void use_until(void **state)
{
    (void)state;
    struct scene s;
    begin(&s, 1);
    struct ax_fact p = world_penalty("p", "2024-01-15", AX_PENALTY_TIER_SERIOUS);
    p.use_until = world_day("2024-05-31");
    with(&s, p);
    expect(&s, "2024-05-31", "B2", 80);
    expect(&s, "2024-06-01", "A2", 90);
    end(&s);
    const struct {
        const char *decided;
        int32_t tier;
        const char *last;
        const char *after;
    } cases[] = {{"2026-03-31", AX_PENALTY_TIER_MINOR, "2027-03-30", "2027-03-31"},
            {"2026-04-01", AX_PENALTY_TIER_MINOR, "2026-06-30", "2026-07-01"},
            {"2026-04-01", AX_PENALTY_TIER_GENERAL, "2027-03-31", "2027-04-01"},
            {"2026-04-01", AX_PENALTY_TIER_SERIOUS, "2029-03-31", "2029-04-01"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(&s, 1);
        with(&s, world_penalty("p", cases[i].decided, cases[i].tier));
        assert_true(on(&s, cases[i].last).points < 90);
        assert_int_equal(on(&s, cases[i].after).points, 90);
        end(&s);
    }
}

/* Reported within the hour, and later. */
static void late_reports(void **state)
{
    (void)state;
    struct scene s;
    begin(&s, 1);
    struct ax_fact a = world_accident("a", "2024-01-15", AX_LIABILITY_NONE, 0);
    a.accident.report_minutes = 60;
    with(&s, a);
    struct ax_rate r = on(&s, "2024-02-01");
    assert_false(world_has_flag(&r, "accident.reported-late"));
    a.revision = 2;
    a.accident.report_minutes = 61;
    with(&s, a);
    r = on(&s, "2025-01-14");
    assert_true(world_has_flag(&r, "accident.reported-late"));
    r = on(&s, "2025-01-15");
    assert_false(world_has_flag(&r, "accident.reported-late"));
    end(&s);
}

static void accidents(void **state)
{
    (void)state;
    struct scene s;
    struct ax_rate r;
    /* Provisional on report, final on approval, full reversal when not liable. */
    begin(&s, 1);
    struct ax_fact a = world_accident("a", "2024-01-15", AX_LIABILITY_UNSPECIFIED, 1);
    with(&s, a);
    expect(&s, "2024-06-30", "B1", 85);
    a.revision = 2;
    a.accident.liability = AX_LIABILITY_NONE;
    with(&s, a);
    expect(&s, "2024-06-30", "A2", 90);
    a.revision = 3;
    a.accident.liability = AX_LIABILITY_MAIN;
    with(&s, a);
    expect(&s, "2024-06-30", "B3", 85); /* B1 by points, two down */
    r = on(&s, "2024-06-30");
    assert_true(world_has_override(&r, "accident.general.liable.two-levels-down"));
    expect(&s, "2025-01-15", "B1", 85); /* history of three years */
    expect(&s, "2027-01-15", "A2", 90);
    /* A second within the year. */
    with(&s, world_accident("b", "2024-12-01", AX_LIABILITY_GENERAL, 0));
    expect(&s, "2024-12-01", "D", 80);
    expect(&s, "2025-01-14", "D", 80);
    expect(&s, "2025-01-15", "C1", 80);
    end(&s);
    /* Larger: D; not liable: nothing; unknown: fifteen points. */
    begin(&s, 1);
    a = world_accident("a", "2024-01-15", AX_LIABILITY_UNSPECIFIED, 3);
    with(&s, a);
    expect(&s, "2024-06-30", "B3", 75);
    a.revision = 2;
    a.accident.liability = AX_LIABILITY_GENERAL;
    with(&s, a);
    expect(&s, "2024-06-30", "D", 85);
    r = on(&s, "2024-06-30");
    assert_true(world_has_override(&r, "accident.larger.liable"));
    assert_false(world_has_flag(&r, "candidate.a2"));
    with(&s, world_accident("b", "2024-05-15", AX_LIABILITY_MAIN, 4));
    r = on(&s, "2024-06-30");
    assert_true(world_has_flag(&r, "candidate.a2"));
    assert_false(world_has_flag(&r, "candidate.a1"));
    with(&s, world_accident("c", "2024-05-16", AX_LIABILITY_MAIN, 10));
    r = on(&s, "2024-06-30");
    assert_true(world_has_flag(&r, "candidate.a1"));
    end(&s);
    /* Concealed, whoever is liable: three years. */
    begin(&s, 1);
    a = world_accident("a", "2024-01-15", AX_LIABILITY_NONE, 0);
    a.accident.concealed = true;
    with(&s, a);
    expect(&s, "2027-01-14", "D", 90);
    r = on(&s, "2027-01-14");
    assert_true(world_has_flag(&r, "candidate.a4"));
    expect(&s, "2027-01-15", "A2", 90);
    end(&s);
    /* One accident reported by two systems counts once. */
    begin(&s, 1);
    with(&s, world_accident("a", "2024-01-15", AX_LIABILITY_MAIN, 1));
    a = world_accident("other", "2024-01-16", AX_LIABILITY_MAIN, 1);
    a.source = AX_STR("elsewhere");
    a.accident.accident_id = AX_STR("a");
    with(&s, a);
    expect(&s, "2024-06-30", "B3", 85);
    end(&s);
}

/* Without the accident what was set off against it counts; a day that ends one side changes what counts. */
static void sides(void **state)
{
    (void)state;
    struct scene s;
    struct ax_rate r;
    int32_t days[4];
    begin(&s, 1);
    struct ax_fact p = world_penalty("p", "2024-03-15", AX_PENALTY_TIER_SERIOUS);
    p.enforcement_penalty.accident_id = AX_STR("a");
    struct ax_fact a = world_accident("a", "2024-01-15", AX_LIABILITY_UNSPECIFIED, 3);
    a.state = AX_FACT_STATE_OBJECTED;
    with(&s, p);
    with(&s, a);
    expect(&s, "2024-06-30", "B3", 75);
    r = on(&s, "2024-06-30");
    assert_int_equal(r.next_change_on, world_day("2025-01-15"));
    expect(&s, "2025-01-15", "B2", 80);
    struct ax_ledger left;
    ax_ledger_without_objected(&s.ledger, &left);
    ax_rate(&left, world_pack(), world_day("2024-06-30"), &r);
    assert_int_equal(r.points, 80);
    ax_ledger_deinit(&left);
    size_t count = ax_rate_changes(&s.ledger, world_pack(), world_day("2024-01-01"), world_day("2025-06-30"), days,
            sizeof days / sizeof days[0]);
    assert_int_equal(count, 2); /* the penalty's day, while the accident takes more, is none */
    assert_int_equal(days[0], world_day("2025-01-15"));
    assert_int_equal(days[1], world_day("2024-01-15"));
    end(&s);
}

/* Totals are never graded, and a long list of them does not lead to D by one cap alone. */
static void aggregates(void **state)
{
    (void)state;
    struct scene s;
    begin(&s, 0);
    struct ax_fact p = world_penalty("p", "2010-05-15", AX_PENALTY_TIER_UNSPECIFIED);
    p.enforcement_penalty.count = 400;
    with(&s, p);
    expect(&s, "2010-06-30", "C3", 33); /* two as one of no tier, 25 for the number */
    struct ax_fact a = world_accident("a", "2010-05-15", AX_LIABILITY_UNSPECIFIED, 29);
    a.accident.aggregate = true;
    with(&s, a);
    expect(&s, "2010-06-30", "D", 0); /* 30 for the dead, five as one accident */
    struct ax_rate r = on(&s, "2010-06-30");
    assert_false(world_has_override(&r, "accident.larger.liable"));
    s.facts[0].enforcement_penalty.count = 5;
    expect(&s, "2010-06-30", "D", 22);
    s.facts[1].accident.deaths = 0;
    s.facts[1].accident.lost_workdays = 85;
    expect(&s, "2010-06-30", "C2", 55); /* three for the penalties, two for the days, one level for two penalties */
    end(&s);
}

/* How far shifts lead is the pack's to say. */
static void shifts(void **state)
{
    (void)state;
    struct scene s;
    struct ax_rate r;
    struct ax_pack pack = *world_pack();
    begin(&s, 1);
    with(&s, world_accident("a", "2024-03-01", AX_LIABILITY_MAIN, 1));
    with(&s, world_penalty("p", "2024-01-15", AX_PENALTY_TIER_MINOR));
    with(&s, world_penalty("q", "2024-01-16", AX_PENALTY_TIER_MINOR));
    static const int32_t worst[] = {AX_LEVEL_B2 - 1, AX_LEVEL_B3 - 1, AX_LEVEL_C1 - 1, AX_LEVEL_D - 1}; /* bands */
    static const enum ax_level levels[] = {AX_LEVEL_B2, AX_LEVEL_B3, AX_LEVEL_C1, AX_LEVEL_C2};
    r = on(&s, "2024-06-30");
    assert_int_equal(r.points, 83); /* B2 by points, three levels down */
    for (size_t i = 0; i < sizeof worst / sizeof worst[0]; i++) {
        pack.shift_worst_band = worst[i];
        ax_rate(&s.ledger, &pack, world_day("2024-06-30"), &r);
        assert_int_equal(r.level, levels[i]);
    }
    pack.shift_worst_band = 0; /* never better than by points */
    ax_rate(&s.ledger, &pack, world_day("2024-06-30"), &r);
    assert_int_equal(r.level, AX_LEVEL_B2);
    end(&s);
}

static void overrides(void **state)
{
    (void)state;
    struct scene s;
    struct ax_rate r;
    begin(&s, 1);
    struct ax_fact l = world_fact(AX_FACT_LIST_ENTRY, "l");
    l.list_entry.list = AX_LIST_KIND_SERIOUS_DISHONESTY;
    l.list_entry.listed_from = world_day("2024-02-01");
    l.list_entry.listed_until = world_day("2027-01-31");
    with(&s, l);
    expect(&s, "2024-01-31", "A2", 90);
    expect(&s, "2024-02-01", "D", 90);
    expect(&s, "2027-01-31", "D", 90);
    expect(&s, "2027-02-01", "A2", 90);
    l.revision = 2;
    l.list_entry.removed_on = world_day("2025-03-01");
    with(&s, l);
    expect(&s, "2025-02-28", "D", 90);
    expect(&s, "2025-03-01", "A2", 90);
    r = on(&s, "2024-06-30");
    assert_int_equal(r.next_change_on, world_day("2025-03-01"));
    end(&s);
    begin(&s, 1);
    struct ax_fact p = world_penalty("p", "2024-01-15", AX_PENALTY_TIER_MINOR);
    p.enforcement_penalty.unlicensed_operation = true;
    p.enforcement_penalty.multiplied_fine = true;
    with(&s, p);
    expect(&s, "2024-06-30", "D", 89);
    r = on(&s, "2024-06-30");
    assert_true(world_has_override(&r, "penalty.unlicensed-operation"));
    assert_true(world_has_flag(&r, "candidate.b1"));
    assert_true(world_has_flag(&r, "candidate.a3"));
    end(&s);
    /* A shift alone does not lead into D. */
    begin(&s, 4);
    with(&s, world_accident("a", "2024-01-15", AX_LIABILITY_MAIN, 1));
    with(&s, world_penalty("p", "2024-01-15", AX_PENALTY_TIER_GENERAL));
    with(&s, world_penalty("q", "2024-01-16", AX_PENALTY_TIER_GENERAL));
    with(&s, world_penalty("r", "2024-01-16", AX_PENALTY_TIER_GENERAL));
    expect(&s, "2024-06-30", "C3", 46);
    end(&s);
}

static struct ax_fact hazard(
        const char *reference, const char *found, const char *due, const char *closed, int32_t finder)
{
    struct ax_fact f = world_fact(AX_FACT_HAZARD, reference);
    f.hazard.hazard_id = f.reference;
    f.hazard.level = AX_HAZARD_LEVEL_MAJOR;
    f.hazard.found_on = world_day(found);
    f.hazard.due_on = due == NULL ? AX_DAY_NONE : world_day(due);
    f.hazard.closed_on = closed == NULL ? AX_DAY_NONE : world_day(closed);
    f.hazard.finder = finder;
    return f;
}

/* A request and its outcome move nothing; the state of what it is about does, whichever comes first. */
static void decisions_travel_as_states(void **state)
{
    (void)state;
    struct scene s;
    struct ax_fact repair = world_fact(AX_FACT_REPAIR, "asked");
    repair.repair.target_source = AX_STR("test");
    repair.repair.target_reference = AX_STR("p");
    struct ax_fact objection = world_fact(AX_FACT_OBJECTION, "objected");
    objection.objection.target_source = repair.repair.target_source;
    objection.objection.target_reference = repair.repair.target_reference;
    struct ax_fact p = world_penalty("p", "2024-01-10", AX_PENALTY_TIER_SERIOUS);
    assert_true(ax_str_eq(p.source, repair.repair.target_source));
    for (int32_t outcome = AX_OUTCOME_UNSPECIFIED; outcome <= AX_OUTCOME_REJECTED; outcome++) {
        repair.repair.outcome = objection.objection.outcome = outcome;
        begin(&s, 1);
        with(&s, repair);
        with(&s, objection);
        with(&s, p);
        expect(&s, "2024-02-01", "B2", 80);
        p.revision = 2;
        p.state = AX_FACT_STATE_REPAIRED;
        with(&s, p);
        expect(&s, "2024-02-01", "A2", 90);
        p.revision = 1;
        p.state = AX_FACT_STATE_ACTIVE;
        with(&s, p); /* late */
        expect(&s, "2024-02-01", "A2", 90);
        end(&s);
    }
}

/* However old. */
static void a_hazard_never_closed_counts(void **state)
{
    (void)state;
    struct scene s;
    begin(&s, 1);
    struct ax_fact h = hazard("h", "2001-03-05", "2001-06-30", NULL, AX_HAZARD_FINDER_AUTHORITY);
    h.hazard.supervised = true;
    with(&s, h);
    expect(&s, "2024-03-31", "D", 90);
    struct ax_rate r = on(&s, "2024-03-31");
    assert_true(world_has_flag(&r, "hazard.major.open"));
    assert_int_equal(r.next_change_on, AX_DAY_NONE);
    end(&s);
}

static void hazards(void **state)
{
    (void)state;
    struct scene s;
    struct ax_rate r;
    begin(&s, 1);
    struct ax_fact h = hazard("h", "2024-01-31", "2024-03-31", "2024-04-10", AX_HAZARD_FINDER_AUTHORITY);
    with(&s, h);
    expect(&s, "2024-02-28", "B1", 89);
    expect(&s, "2024-02-29", "A2", 90); /* one month from the 31st */
    r = on(&s, "2024-04-09");
    assert_true(world_has_flag(&r, "hazard.major.open"));
    r = on(&s, "2024-04-10");
    assert_false(world_has_flag(&r, "hazard.major.open"));
    h.hazard.supervised = true;
    h.revision = 2;
    with(&s, h);
    expect(&s, "2024-03-31", "A2", 90);
    expect(&s, "2024-04-01", "D", 90); /* overdue */
    expect(&s, "2024-04-10", "A2", 90);
    end(&s);
    /* An insurer's finding never lowers. */
    begin(&s, 1);
    with(&s, hazard("h", "2024-01-31", "2024-03-31", NULL, AX_HAZARD_FINDER_INSURER));
    expect(&s, "2024-02-10", "A2", 90);
    end(&s);
    /* Closure warnings: a major hazard open and three penalties in 180 days or four in a year. */
    begin(&s, 1);
    with(&s, hazard("h", "2024-01-31", NULL, "2024-12-01", AX_HAZARD_FINDER_ENTERPRISE));
    with(&s, world_penalty("p", "2024-01-01", AX_PENALTY_TIER_MINOR));
    with(&s, world_penalty("q", "2024-03-01", AX_PENALTY_TIER_MINOR));
    r = on(&s, "2024-06-01");
    assert_false(world_has_flag(&r, "closure.three-in-180-days"));
    with(&s, world_penalty("r", "2024-06-01", AX_PENALTY_TIER_MINOR));
    r = on(&s, "2024-06-01");
    assert_true(world_has_flag(&r, "closure.three-in-180-days"));
    assert_false(world_has_flag(&r, "closure.four-in-a-year"));
    r = on(&s, "2024-06-28");
    assert_true(world_has_flag(&r, "closure.three-in-180-days"));
    r = on(&s, "2024-06-29"); /* 180 days of the first are over */
    assert_false(world_has_flag(&r, "closure.three-in-180-days"));
    with(&s, world_penalty("s", "2024-11-01", AX_PENALTY_TIER_MINOR));
    r = on(&s, "2024-11-30");
    assert_true(world_has_flag(&r, "closure.four-in-a-year"));
    r = on(&s, "2024-12-01"); /* closed */
    assert_false(world_has_flag(&r, "closure.four-in-a-year"));
    end(&s);
    /* Coal: found producing with a major hazard twice in three months; another industry is not asked. */
    begin(&s, 1);
    h = hazard("h", "2024-01-10", NULL, "2024-01-20", AX_HAZARD_FINDER_AUTHORITY);
    h.hazard.produced_meanwhile = true;
    with(&s, h);
    h.reference = h.hazard.hazard_id = AX_STR("i");
    h.hazard.found_on = world_day("2024-04-09");
    h.hazard.closed_on = world_day("2024-04-19");
    with(&s, h);
    r = on(&s, "2024-04-09");
    assert_true(world_has_flag(&r, "closure.coal.producing-with-major-hazard"));
    r = on(&s, "2024-04-10");
    assert_false(world_has_flag(&r, "closure.coal.producing-with-major-hazard"));
    for (size_t i = 0; i < s.count; i++) {
        s.facts[i].industry = AX_STR("2619");
    }
    r = on(&s, "2024-04-09");
    assert_false(world_has_flag(&r, "closure.coal.producing-with-major-hazard"));
    end(&s);
}

static void insurance_and_licences(void **state)
{
    (void)state;
    struct scene s;
    struct ax_rate r;
    begin(&s, 1);
    struct ax_fact p = world_fact(AX_FACT_INSURANCE_POLICY, "p");
    p.insurance_policy.policy_number = p.reference;
    p.insurance_policy.insurer = AX_STR("91140100MA0HH0013W");
    p.insurance_policy.covered_from = world_day("2024-01-01");
    p.insurance_policy.covered_until = world_day("2024-12-31");
    with(&s, p);
    r = on(&s, "2023-12-31");
    assert_true(world_has_flag(&r, "insurance.uninsured"));
    assert_int_equal(r.next_change_on, world_day("2024-01-01"));
    r = on(&s, "2024-12-31");
    assert_false(world_has_flag(&r, "insurance.uninsured"));
    assert_int_equal(r.next_change_on, world_day("2025-01-01"));
    s.facts[0].industry = s.facts[1].industry = AX_STR("5110");
    r = on(&s, "2023-12-31");
    assert_false(world_has_flag(&r, "insurance.uninsured"));
    assert_int_equal(r.level, AX_LEVEL_A2);
    struct ax_fact l = world_fact(AX_FACT_LICENCE, "l");
    l.licence.kind = AX_LICENCE_KIND_WORK_SAFETY;
    l.licence.licence_state = AX_LICENCE_STATE_SUSPENDED;
    l.licence.valid_from = world_day("2024-03-01");
    with(&s, l);
    r = on(&s, "2024-02-29");
    assert_false(world_has_flag(&r, "licence.suspended-or-revoked"));
    r = on(&s, "2024-03-01");
    assert_true(world_has_flag(&r, "licence.suspended-or-revoked"));
    end(&s);
}

static void bonuses(void **state)
{
    (void)state;
    struct scene s;
    begin(&s, 0);
    with(&s, world_standard("x", "2018-01-10", NULL, 1));
    expect(&s, "2023-01-09", "A2", 90); /* not known for five years yet */
    expect(&s, "2023-01-10", "A2", 92);
    assert_int_equal(on(&s, "2023-01-09").next_change_on, world_day("2023-01-10"));
    struct ax_fact c = world_fact(AX_FACT_CERTIFICATE, "c");
    c.certificate.kind = AX_CERTIFICATE_KIND_SAFETY_ENGINEER;
    c.certificate.count = 3;
    c.certificate.valid_from = world_day("2023-01-10");
    with(&s, c);
    assert_int_equal(on(&s, "2024-01-10").points, 93);
    c.reference = AX_STR("d");
    c.certificate.count = 2;
    with(&s, c);
    assert_int_equal(on(&s, "2024-01-10").points, 94);
    for (int i = 0; i < 4; i++) {
        static const char *const names[] = {"l1", "l2", "l3", "l4"};
        struct ax_fact l = world_fact(AX_FACT_LIST_ENTRY, names[i]);
        l.list_entry.list = AX_LIST_KIND_COMMENDATION;
        l.list_entry.listed_from = world_day("2023-05-01");
        with(&s, l);
        assert_int_equal(on(&s, "2024-01-10").points, i == 0 ? 95 : 96); /* all together at most six */
    }
    expect(&s, "2024-01-10", "A1", 96);
    /* A death, by whatever report, takes the bonus for five years; one without liability does not. */
    struct ax_fact claim = world_fact(AX_FACT_INSURANCE_CLAIM, "claim");
    claim.insurance_claim.claim_number = AX_STR("1");
    claim.insurance_claim.insurer = AX_STR("91140000MA07E5716U");
    claim.insurance_claim.reported_on = world_day("2023-12-20");
    claim.insurance_claim.accident_id = AX_STR("a");
    claim.insurance_claim.deaths = 1;
    with(&s, claim);
    assert_int_equal(on(&s, "2024-01-10").points, 95); /* all together were one more than six */
    assert_true(world_has_flag((const struct ax_rate[]){on(&s, "2024-01-10")}, "claim.without-accident"));
    struct ax_fact a = world_accident("a", "2023-12-01", AX_LIABILITY_NONE, 1);
    with(&s, a);
    assert_int_equal(on(&s, "2024-01-10").points, 96);
    a.revision = 2;
    a.accident.liability = AX_LIABILITY_UNSPECIFIED;
    with(&s, a);
    assert_int_equal(on(&s, "2024-01-10").points, 90); /* five left of the bonuses, five for the accident */
    end(&s);
}

/* Rules are picked by the date of the act: none of ours reaches back before 2000. */
static void old_acts(void **state)
{
    (void)state;
    struct scene s;
    begin(&s, 0);
    with(&s, world_penalty("p", "1999-12-31", AX_PENALTY_TIER_SERIOUS));
    expect(&s, "2000-01-15", "C1", 60);
    with(&s, world_penalty("q", "2000-01-01", AX_PENALTY_TIER_SERIOUS));
    expect(&s, "2000-01-15", "C2", 50);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(bases), T(unrated), T(penalties), T(use_until), T(accidents), T(sides),
            T(late_reports), T(aggregates), T(shifts), T(overrides), T(decisions_travel_as_states), T(hazards),
            T(a_hazard_never_closed_counts), T(insurance_and_licences), T(bonuses), T(old_acts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
