/* SPDX-License-Identifier: Apache-2.0 */
/* What the packs of a bundle share: working days of known years, deadlines by place and edition, the three clocks, codes. */
#include "tests/unit/pack_texts.h"
#include "tests/unit/scoring_world.h"

#define T(name) cmocka_unit_test(name)

static const struct ax_bundle *packs(void)
{
    static struct ax_bundle *bundle;
    struct ax_err err;
    char line[1024];
    if (bundle == NULL && !ax_ok(ax_bundle_load("scoring/packs", &bundle, &err))) {
        fail_msg("%s", ax_err_line(&err, line, sizeof line));
    }
    return bundle;
}

static const struct ax_common *common(void)
{
    return &packs()->common;
}

static int32_t add(const char *from, int32_t count)
{
    bool derived;
    return ax_calendar_add(&common()->calendar, world_day(from), count, &derived);
}

static void working_days(void **state)
{
    (void)state;
    const struct ax_calendar *c = &common()->calendar;
    bool derived;
    /* Spring festival 2026: the 14th and 28th of February are Saturdays and worked, the 15th to the 23rd are off. */
    assert_int_equal(add("2026-02-13", 1), world_day("2026-02-14"));
    assert_int_equal(add("2026-02-13", 2), world_day("2026-02-24"));
    assert_int_equal(add("2026-02-13", 7), world_day("2026-03-02"));
    assert_int_equal(add("2025-09-30", 3), world_day("2025-10-11"));
    assert_int_equal(add("2024-05-06", 7), world_day("2024-05-14"));
    assert_int_equal(add("2020-01-23", 1), world_day("2020-02-03"));
    assert_int_equal(add("2024-05-06", 0), world_day("2024-05-06"));
    assert_int_equal(ax_calendar_between(c, world_day("2025-09-30"), world_day("2025-10-11"), &derived), 3);
    assert_false(derived);
    assert_int_equal(ax_calendar_between(c, world_day("2025-10-11"), world_day("2025-09-30"), &derived), 0);
    /* 全国年节及纪念日放假办法: 11 days a year, 13 from 2025 on, so the working days of a year are known from elsewhere. */
    const struct {
        const char *from, *until;
        int32_t days;
    } years[] = {
            {"2013-12-31", "2014-12-31", 250},
            {"2015-12-31", "2016-12-31", 250},
            {"2020-12-31", "2021-12-31", 250},
            {"2023-12-31", "2024-12-31", 251},
            {"2024-12-31", "2025-12-31", 248},
            {"2025-12-31", "2026-12-31", 248},
    };
    for (size_t i = 0; i < sizeof years / sizeof years[0]; i++) {
        int32_t days = ax_calendar_between(c, world_day(years[i].from), world_day(years[i].until), &derived);
        if (days != years[i].days || derived) {
            fail_msg("after %s: %d working days, not %d", years[i].from, (int)days, (int)years[i].days);
        }
    }
}

static void years_without_a_notice(void **state)
{
    (void)state;
    const struct ax_calendar *c = &common()->calendar;
    bool derived;
    assert_int_equal(ax_calendar_add(c, world_day("2030-10-01"), 5, &derived), world_day("2030-10-08"));
    assert_true(derived);
    assert_int_equal(ax_calendar_add(c, world_day("2026-12-30"), 1, &derived), world_day("2026-12-31"));
    assert_false(derived);
    assert_int_equal(ax_calendar_add(c, world_day("2026-12-31"), 1, &derived), world_day("2027-01-01"));
    assert_true(derived);
    assert_null(ax_calendar_year_find(c, 2003));
    assert_int_equal(ax_calendar_year_find(c, 2026)->provenance, AX_PROVENANCE_T);
    const struct ax_calendar empty = {.id = AX_STR("")};
    assert_int_equal(ax_calendar_add(&empty, world_day("2026-02-13"), 1, &derived), world_day("2026-02-16"));
    assert_true(derived);
    assert_int_equal(ax_calendar_add(c, AX_DAY_MAX - 1, 100, &derived), AX_DAY_MAX);
}

static void years_add_up(void **state)
{
    (void)state;
    const struct ax_calendar *c = &common()->calendar;
    uint64_t seed = 7;
    for (int i = 0; i < 20000; i++) {
        bool derived;
        int32_t from = world_day("2003-06-01") + (int32_t)(world_random(&seed) % 9000);
        int32_t count = (int32_t)(world_random(&seed) % 60);
        int32_t until = ax_calendar_add(c, from, count, &derived);
        assert_int_equal(ax_calendar_between(c, from, until, &derived), count);
        assert_true(count == 0 || ax_calendar_works(c, until));
    }
}

static const struct ax_deadline *find(const char *topic, const char *place, const char *authority, const char *act_on)
{
    const struct ax_deadline_question q = {ax_str_c(topic), ax_str_c(place), ax_str_c(authority), world_day(act_on)};
    return ax_deadline_find(&common()->deadlines, &q);
}

static void is_row(const struct ax_deadline *d, const char *id)
{
    assert_non_null(d);
    if (!ax_str_eq(d->id, ax_str_c(id))) {
        fail_msg("%.*s, not %s", AX_ARG(d->id), id);
    }
}

static void deadlines_by_place_and_edition(void **state)
{
    (void)state;
    is_row(find("penalty.publish", "1401", "太原市应急管理局", "2024-01-05"), "penalty.publish");
    is_row(find("penalty.publish", "1401", "太原市市场监督管理局", "2024-01-05"), "penalty.publish.market-regulator");
    is_row(find("penalty.publish", "1401", "太原市市场监督管理局", "2020-01-05"), "penalty.publish");
    is_row(find("objection.answer", "14", "", "2024-01-05"), "objection.answer");
    is_row(find("objection.answer", "3701", "", "2024-01-05"), "objection.answer.shandong");
    is_row(find("objection.answer", "", "", "2024-01-05"), "objection.answer");
    is_row(find("list.period", "14", "", "2023-10-01"), "list.period");
    is_row(find("list.period", "14", "", "2023-09-30"), "list.period.joint-punishment");
    assert_null(find("list.period", "14", "", "2016-01-01"));
    assert_null(find("no.such.topic", "14", "", "2024-01-01"));
}

static int32_t due(const char *topic, const char *place, const char *from, bool extended)
{
    bool derived;
    const struct ax_deadline *d = find(topic, place, "", from);
    assert_non_null(d);
    int32_t day = ax_deadline_due(d, &common()->calendar, world_day(from), extended, &derived);
    assert_false(derived);
    return day;
}

static void days_in_time(void **state)
{
    (void)state;
    assert_int_equal(due("penalty.publish", "14", "2026-02-13", false), world_day("2026-03-02"));
    assert_int_equal(due("objection.answer", "14", "2024-01-05", false), world_day("2024-01-25"));
    assert_int_equal(due("objection.answer", "37", "2024-01-05", false), world_day("2024-01-10"));
    assert_int_equal(due("objection.answer", "37", "2024-01-05", true), world_day("2024-01-16"));
    assert_int_equal(due("accident.casualties", "14", "2024-01-05", false), world_day("2024-02-04"));
    assert_int_equal(due("accident.casualties.road-fire", "14", "2024-01-05", false), world_day("2024-01-12"));
    assert_int_equal(due("accident.investigate", "14", "2024-01-05", true), world_day("2024-05-04"));
    assert_int_equal(due("accident.report.unit", "14", "2024-01-05", false), world_day("2024-01-06"));
    assert_int_equal(due("list.removal", "14", "2024-01-31", false), world_day("2025-01-31"));
    assert_int_equal(due("claim.pay", "14", "2024-01-05", false), world_day("2024-01-15"));
    assert_int_equal(due("penalty.withdraw", "14", "2024-01-05", false), world_day("2024-01-10"));
}

/* An entry has room for a mark and none for minutes: the hours stand in fact.h, too, and are those of the table. */
static void hours_are_those_of_the_table(void **state)
{
    (void)state;
    assert_int_equal(find("accident.report.unit", "14", "", "2024-01-05")->amount * 60, AX_ACCIDENT_REPORT_MINUTES_MAX);
    assert_int_equal(
            find("accident.report.authority", "14", "", "2024-01-05")->amount * 60, AX_ACCIDENT_FORWARD_MINUTES_MAX);
}

static struct ax_clocks clocks_of(const struct ax_fact *fact)
{
    uint8_t digest[AX_DIGEST_SIZE];
    uint8_t key[AX_KEY_SIZE];
    struct ax_entry entry;
    struct ax_clocks clocks;
    world_digest(fact, digest);
    world_key(fact, key);
    static struct ax_entry_id id;
    ax_entry_fill(fact, digest, key, &id, &entry);
    ax_deadlines_clocks(&common()->deadlines, &entry, AX_STR("14"), &clocks);
    return clocks;
}

static void are(const struct ax_clocks *c, const char *rule, const char *repair, const char *publish, const char *use,
        const char *archive)
{
    assert_non_null(c->rule);
    if (!ax_str_eq(c->rule->id, ax_str_c(rule))) {
        fail_msg("%.*s, not %s", AX_ARG(c->rule->id), rule);
    }
    assert_int_equal(c->repair_from, world_day(repair));
    assert_int_equal(c->publish_until, publish == NULL ? AX_DAY_NONE : world_day(publish));
    assert_int_equal(c->use_until, world_day(use));
    assert_int_equal(c->archive_until, world_day(archive));
}

static void three_clocks(void **state)
{
    (void)state;
    struct ax_fact p = world_penalty("p", "2026-03-31", AX_PENALTY_TIER_GENERAL);
    struct ax_clocks c = clocks_of(&p);
    are(&c, "penalty.2023.work-safety", "2027-03-31", "2029-03-30", "2029-03-30", "2031-03-30");
    p = world_penalty("p", "2026-04-01", AX_PENALTY_TIER_GENERAL);
    c = clocks_of(&p);
    are(&c, "penalty.2026.general", "2026-07-01", "2027-03-31", "2027-03-31", "2031-03-31");
    p = world_penalty("p", "2026-04-01", AX_PENALTY_TIER_MINOR);
    c = clocks_of(&p);
    are(&c, "penalty.2026.minor", "2026-04-01", "2026-06-30", "2026-06-30", "2031-03-31");
    p = world_penalty("p", "2026-04-01", AX_PENALTY_TIER_UNSPECIFIED);
    c = clocks_of(&p);
    are(&c, "penalty.2026.serious", "2027-04-01", "2029-03-31", "2029-03-31", "2031-03-31");
    p = world_penalty("p", "2021-05-10", AX_PENALTY_TIER_GENERAL);
    c = clocks_of(&p);
    are(&c, "penalty.2019.work-safety", "2021-11-10", "2024-05-09", "2024-05-09", "2026-05-09");
    p.enforcement_penalty.categories = 1U << AX_PENALTY_CATEGORY_LICENCE_REVOCATION;
    p.use_until = world_day("2022-01-01");
    c = clocks_of(&p);
    are(&c, "penalty.2019.suspension-or-revocation", "2024-05-10", "2024-05-09", "2022-01-01", "2026-05-09");
    struct ax_fact a = world_accident("a", "2024-06-01", AX_LIABILITY_MAIN, 1);
    c = clocks_of(&a);
    are(&c, "accident", "2024-06-01", NULL, "2029-05-31", "2029-05-31");
    struct ax_fact h = world_fact(AX_FACT_HAZARD, "h");
    h.hazard.found_on = world_day("2023-11-27");
    c = clocks_of(&h);
    assert_null(c.rule); /* open */
    assert_int_equal(c.use_until, AX_DAY_NONE);
    h.hazard.closed_on = world_day("2027-03-01");
    c = clocks_of(&h);
    are(&c, "hazard", "2027-03-01", NULL, "2030-02-28", "2032-02-29");
    struct ax_fact e = world_fact(AX_FACT_EXPOSURE, "e");
    c = clocks_of(&e);
    assert_null(c.rule);
    assert_int_equal(c.publish_until, AX_DAY_NONE);
}

static int32_t months_of_pack(const struct ax_pack *pack, const struct ax_entry *e, int32_t act)
{
    for (size_t i = 0; i < pack->use_count; i++) {
        const struct ax_use *u = &pack->uses[i];
        bool in_force = (u->effective_from == AX_DAY_NONE || act >= u->effective_from) &&
                        (u->effective_to == AX_DAY_NONE || act <= u->effective_to);
        if (u->kind == (int32_t)e->kind && (u->grades == 0 || (u->grades >> e->grade & 1) != 0) && in_force) {
            return u->months;
        }
    }
    return 0;
}

static void has_the_same_clocks(const struct ax_pack *pack)
{
    static const int32_t kinds[] = {AX_FACT_ENFORCEMENT_PENALTY, AX_FACT_ACCIDENT, AX_FACT_HAZARD};
    for (int32_t act = world_day("2000-01-15"); pack->use_count > 0 && act < world_day("2030-01-01"); act += 28) {
        for (size_t i = 0; i < 12; i++) {
            struct ax_entry e = {.kind = (uint32_t)kinds[i / 4] & 63, .grade = i % 4};
            struct ax_clocks clocks;
            e.from_day = (uint32_t)(act - AX_DAY_MIN + 1) & 0x1FFFF;
            ax_deadlines_clocks(&common()->deadlines, &e, AX_STR("14"), &clocks);
            int32_t months = months_of_pack(pack, &e, act);
            if (months != 0 && (clocks.rule == NULL || clocks.rule->use_months != months)) {
                char day[AX_DAY_TEXT_SIZE];
                fail_msg("%.*s: kind %d, grade %d, %s: %d months", AX_ARG(pack->id), (int)e.kind, (int)e.grade,
                        ax_day_format(act, day), (int)months);
            }
        }
    }
}

/* Rating, gate and the clocks shown beside them know one law: what a pack says of use is what the shared table says. */
static void packs_use_the_same_clocks(void **state)
{
    (void)state;
    for (size_t i = 0; i < packs()->count; i++) {
        has_the_same_clocks(&packs()->packs[i]);
    }
    for (size_t i = 0; i < packs()->gate_count; i++) {
        has_the_same_clocks(&packs()->gates[i].rules[AX_PURPOSE_LICENSING]);
    }
}

static void code_lists(void **state)
{
    (void)state;
    const struct ax_codes *k = &common()->codes;
    const ax_str gb = AX_STR("gb6441");
    const struct ax_code_list *old = ax_codes_list(k, gb, AX_STR("1986"));
    const struct ax_code_list *new = ax_codes_list(k, gb, AX_STR("2025"));
    assert_int_equal(old->count, 20);
    assert_int_equal(new->count, 27);
    assert_ptr_equal(ax_codes_list(k, gb, AX_STR("")), new);
    assert_null(ax_codes_list(k, gb, AX_STR("2050")));
    assert_true(ax_str_eq(ax_codes_find(old, AX_STR("010"))->name_zh, AX_STR("坍塌")));
    assert_true(ax_str_eq(ax_codes_find(old, AX_STR("01"))->name_zh, AX_STR("物体打击")));
    assert_null(ax_codes_find(old, AX_STR("10"))); /* neither an octal nor a number */
    assert_null(ax_codes_find(old, AX_STR("1")));
    for (size_t i = 0; i < new->count; i++) {
        assert_int_equal(new->codes[i].code.len, 0); /* the numbers of 2025 are not known */
    }
    assert_non_null(ax_codes_find(new, AX_STR("粉尘爆炸")));
    assert_int_equal(ax_codes_known(k, gb, AX_STR("1986"), AX_STR("021")), AX_CODE_UNKNOWN);
    assert_int_equal(ax_codes_known(k, gb, AX_STR("1986"), AX_STR("020")), AX_CODE_KNOWN);
    assert_int_equal(ax_codes_known(k, gb, AX_STR("2025"), AX_STR("0101")), AX_CODE_NOT_LISTED);
    const ax_str place = AX_STR("gb2260-shanxi");
    assert_int_equal(ax_codes_known(k, place, AX_STR(""), AX_STR("140105")), AX_CODE_KNOWN);
    assert_int_equal(ax_codes_known(k, place, AX_STR(""), AX_STR("14")), AX_CODE_KNOWN);
    assert_int_equal(ax_codes_known(k, place, AX_STR(""), AX_STR("1499")), AX_CODE_UNKNOWN);
    assert_int_equal(ax_codes_known(k, place, AX_STR(""), AX_STR("370100")), AX_CODE_NOT_LISTED);
}

static void editions_map(void **state)
{
    (void)state;
    const struct ax_codes *k = &common()->codes;
    const ax_str gb = AX_STR("gb6441");
    ax_str to[4];
    assert_int_equal(ax_codes_map(k, gb, AX_STR("1986"), AX_STR("2025"), AX_STR("019"), to, 4), 2);
    assert_true(ax_str_eq(to[0], AX_STR("中毒")) && ax_str_eq(to[1], AX_STR("窒息")));
    assert_int_equal(ax_codes_map(k, gb, AX_STR("1986"), AX_STR("2025"), AX_STR("018"), to, 4), 6);
    assert_int_equal(ax_codes_map(k, gb, AX_STR("2025"), AX_STR("1986"), AX_STR("中毒"), to, 4), 0);
    const struct ax_code_list *high = ax_codes_list(k, AX_STR("gb4754-high-risk"), AX_STR("2017"));
    assert_true(ax_str_eq(ax_codes_find(high, AX_STR("0610"))->group, AX_STR("coal")));
    assert_true(ax_str_eq(ax_codes_find(high, AX_STR("1110"))->group, AX_STR("coal")));
    assert_true(ax_str_eq(ax_codes_find(high, AX_STR("1120"))->group, AX_STR("non_coal_mine")));
    assert_true(ax_str_eq(ax_codes_find(high, AX_STR("5435"))->code, AX_STR("5435")));
    assert_null(ax_codes_find(high, AX_STR("8311")));
}

typedef ax_rc (*parse_fn)(const char *yaml, struct ax_err *err);

static ax_rc parse_calendar(const char *yaml, struct ax_err *err)
{
    struct ax_pack_text *text;
    struct ax_calendar out;
    AX_TRY(ax_calendar_parse("calendar.yaml", ax_str_c(yaml), &text, &out, err));
    ax_pack_text_free(text);
    return AX_RC(OK);
}

static ax_rc parse_deadlines(const char *yaml, struct ax_err *err)
{
    struct ax_pack_text *text;
    struct ax_deadlines out;
    AX_TRY(ax_deadlines_parse("deadlines.yaml", ax_str_c(yaml), &text, &out, err));
    ax_pack_text_free(text);
    return AX_RC(OK);
}

static ax_rc parse_codes(const char *yaml, struct ax_err *err)
{
    struct ax_pack_text *text;
    struct ax_codes out;
    AX_TRY(ax_codes_parse("codes.yaml", ax_str_c(yaml), &text, &out, err));
    ax_pack_text_free(text);
    return AX_RC(OK);
}

#define TITLES "id: x\ntitle_zh: 甲\ntitle_en: a\n"
#define YEAR TITLES "years:\n  - year: 2026\n    notice: n\n    provenance: S\n"
#define DEADLINE "  - id: a.b\n    topic: a\n    title_zh: 甲\n    title_en: a\n    counts_from: act\n"
#define CLOCK \
    TITLES "deadlines: []\nclocks:\n  - id: c\n    kind: enforcement_penalty\n    provenance: ours\n    " \
           "repair_months: 3\n"
#define LIST TITLES "lists:\n  - id: l\n    edition: \"1\"\n    title_zh: 甲\n    title_en: a\n"

static void bad_files(void **state)
{
    (void)state;
    const struct {
        parse_fn parse;
        const char *yaml;
        const char *words;
    } cases[] = {
            {parse_calendar, YEAR "    off: [2026-02-30]\n    work: []\n", "line 8"},
            {parse_calendar, YEAR "    off: [2026-01-01..2026-06-01]\n    work: []\n", "1 to 31 days"},
            {parse_calendar, YEAR "    off: [2026-01-05]\n    work: [2026-01-05]\n", "twice"},
            {parse_calendar, YEAR "    off: []\n    work: [2026-01-05]\n", "Saturday"},
            {parse_calendar, YEAR "    off: [2025-01-01]\n    work: []\n", "does not list"},
            {parse_calendar, YEAR "    off: []\n    work: []\n    surprise: 1\n", "unknown key"},
            {parse_deadlines,
                    TITLES "deadlines:\n" DEADLINE "    amount: 0\n    unit: days\n    provenance: ours\nclocks: []\n",
                    "line 10: amount: a.b: must be a whole number from 1 to 3660 (found \"0\")"},
            {parse_deadlines,
                    TITLES "deadlines:\n" DEADLINE "    amount: 7\n    unit: days\n    provenance: T\nclocks: []\n",
                    "line 5: a.b: without a source"},
            {parse_deadlines,
                    TITLES "deadlines:\n" DEADLINE "    amount: 7\n    unit: weeks\n    provenance: ours\nclocks: []\n",
                    "unit"},
            {parse_deadlines,
                    TITLES
                    "deadlines:\n" DEADLINE
                    "    amount: 7\n    unit: days\n    provenance: ours\n    effective_from: soon\nclocks: []\n",
                    "YYYY-MM-DD"},
            {parse_deadlines, CLOCK "    publish_months: 12\n    use_months: 12\n    archive_months: 6\n",
                    "line 12: c: must be repair <= use <= archive, and publish <= archive (found \"6\")"},
            {parse_deadlines,
                    CLOCK "    publish_months: 12\n    use_months: 12\n    archive_months: 60\n    grades: [huge]\n",
                    "not a name"},
            {parse_codes, LIST "    provenance: S\n    codes: []\n", "without a source"},
            {parse_codes,
                    LIST "    provenance: ours\n    codes:\n      - {code: \"01\", zh: 甲}\n      - {code: \"01\", zh: "
                         "乙}\n",
                    "line 12: 01: is there twice"},
            {parse_codes,
                    LIST "    provenance: ours\n    codes: []\nmaps:\n  - {list: l, from_edition: \"1\", to_edition: "
                         "\"2\", provenance: ours, pairs: []}\n",
                    "not there"},
            {parse_codes,
                    LIST "    provenance: ours\n    codes:\n      - {code: \"01\", zh: 甲}\nmaps:\n  - {list: l, "
                         "from_edition: \"1\", to_edition: \"1\", provenance: ours, pairs: []}\n",
                    "no place"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ax_err err = {.code = 0};
        pack_refused(cases[i].parse(cases[i].yaml, &err), &err, "", cases[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(working_days), T(years_without_a_notice), T(years_add_up),
            T(deadlines_by_place_and_edition), T(days_in_time), T(hours_are_those_of_the_table), T(three_clocks),
            T(packs_use_the_same_clocks), T(code_lists), T(editions_map), T(bad_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
