/* SPDX-License-Identifier: Apache-2.0 */
/* What ingest may take, the record, the grade, and the entry that a fact becomes. */
#include "tests/unit/scoring_world.h"
#include "tests/unit/t.h"

#define T(name) cmocka_unit_test(name)

static int32_t today(void)
{
    return world_day("2026-11-24");
}

static void takes(const struct ax_fact *f)
{
    struct ax_err err;
    char line[512];
    if (!ax_ok(ax_fact_check(f, today(), &err))) {
        fail_msg("%s", ax_err_line(&err, line, sizeof line));
    }
}

static struct ax_err refuses(const struct ax_fact *f, const char *field)
{
    struct ax_err err = {.field = ""};
    assert_int_equal(ax_fact_check(f, today(), &err).code, AX_INVALID);
    assert_string_equal(err.field, field);
    assert_true(err.text[0] != '\0');
    return err;
}

/* Names the value, too. */
static void refuses_value(const struct ax_fact *f, const char *field, const char *value, const char *rule)
{
    struct ax_err err = refuses(f, field);
    assert_string_equal(err.value, value);
    assert_non_null(strstr(err.text, rule));
}

static void aim(ax_str *source, ax_str *reference)
{
    *source = AX_STR("creditchina");
    *reference = AX_STR("x");
}

static struct ax_insurance_policy good_policy(void)
{
    return (struct ax_insurance_policy){.policy_number = AX_STR("p"),
            .insurer = AX_STR(WORLD_ENTERPRISE),
            .covered_from = world_day("2024-01-01"),
            .covered_until = world_day("2024-12-31")};
}

static struct ax_hazard good_hazard(void)
{
    struct ax_hazard h = world_fact(AX_FACT_HAZARD, "h").hazard; /* days absent */
    h.hazard_id = AX_STR("h");
    h.level = AX_HAZARD_LEVEL_MAJOR;
    h.found_on = world_day("2024-01-01");
    return h;
}

/* A right fact of every kind. */
static struct ax_fact good(int32_t kind)
{
    struct ax_fact f = world_fact(kind, "ref-1");
    switch ((enum ax_fact_kind)kind) {
    case AX_FACT_ENFORCEMENT_PENALTY:
        f.decided_on = world_day("2024-05-06");
        break;
    case AX_FACT_ACCIDENT:
        f.occurred_on = world_day("2024-05-06");
        f.accident.accident_id = AX_STR("a");
        break;
    case AX_FACT_INSURANCE_CLAIM:
        f.insurance_claim.claim_number = AX_STR("c");
        f.insurance_claim.insurer = AX_STR(WORLD_ENTERPRISE);
        break;
    case AX_FACT_INSURANCE_POLICY:
        f.insurance_policy = good_policy();
        break;
    case AX_FACT_PREVENTION_SERVICE:
        f.prevention_service =
                (struct ax_prevention_service){.service_number = AX_STR("s"), .visited_on = world_day("2024-01-01")};
        break;
    case AX_FACT_HAZARD:
        f.hazard = good_hazard();
        break;
    case AX_FACT_MONITORING_ALARM:
        f.monitoring_alarm.alarm_id = AX_STR("m");
        f.monitoring_alarm.outcome = 1;
        break;
    case AX_FACT_LICENCE:
        f.licence.licence_state = AX_LICENCE_STATE_VALID;
        break;
    case AX_FACT_CERTIFICATE:
        f.certificate.kind = AX_CERTIFICATE_KIND_SAFETY_ENGINEER;
        break;
    case AX_FACT_STANDARDISATION:
        f.standardisation.level = AX_STANDARDISATION_LEVEL_TWO;
        break;
    case AX_FACT_LIST_ENTRY:
        f.list_entry.list = AX_LIST_KIND_SERIOUS_DISHONESTY;
        f.list_entry.listed_from = world_day("2024-01-01");
        break;
    case AX_FACT_EXPOSURE:
        f.exposure.period_from = world_day("2024-01-01");
        f.exposure.period_until = world_day("2024-12-31");
        break;
    case AX_FACT_OBJECTION:
        aim(&f.objection.target_source, &f.objection.target_reference);
        break;
    case AX_FACT_REPAIR:
        aim(&f.repair.target_source, &f.repair.target_reference);
        break;
    case AX_FACT_CONSENT:
        f.consent.grantee = AX_STR("insurer/x");
        f.consent.purpose = AX_STR("underwriting");
        break;
    case AX_FACT_STATEMENT:
        aim(&f.statement.target_source, &f.statement.target_reference);
        break;
    case AX_FACT_INDICATOR:
        f.indicator.scheme = AX_STR("nanjing-2022");
        f.indicator.item = AX_STR("x");
        f.indicator.value_milli = 18500;
        break;
    case AX_FACT_INSPECTION:
    case AX_FACT_NONE:
        break;
    }
    return f;
}

static void every_kind(void **state)
{
    (void)state;
    for (int32_t kind = AX_FACT_ENFORCEMENT_PENALTY; kind <= AX_FACT_KIND_LAST; kind++) {
        struct ax_fact f = good(kind);
        takes(&f);
        struct ax_buf b;
        struct ax_arena arena;
        ax_buf_init(&b, 4096);
        ax_arena_init(&arena, 256, 4096);
        ax_fact_canonical(&f, &b);
        struct ax_fact back;
        struct ax_err err;
        assert_int_equal(ax_fact_decode(ax_buf_str(&b), &arena, &back, &err).code, AX_OK);
        assert_int_equal(back.kind, kind);
        uint8_t one[AX_DIGEST_SIZE];
        uint8_t two[AX_DIGEST_SIZE];
        world_digest(&f, one);
        world_digest(&back, two);
        assert_memory_equal(one, two, sizeof one);
        struct ax_entry e;
        uint8_t key[AX_KEY_SIZE];
        world_key(&f, key);
        struct ax_entry_id id;
        ax_entry_fill(&back, two, key, &id, &e);
        assert_int_equal(e.kind, kind);
        assert_int_equal(e.count, 1);
        ax_arena_deinit(&arena);
        ax_buf_deinit(&b);
    }
    assert_string_equal(ax_fact_kind_name(AX_FACT_LIST_ENTRY), "list_entry");
    assert_string_equal(ax_fact_kind_name(99), "none");
    assert_string_equal(ax_fact_kind_name(-1), "none");
}

static void envelope(void **state)
{
    (void)state;
    struct ax_fact f = good(AX_FACT_ENFORCEMENT_PENALTY);
#define WRONG(member, value, field) \
    do { \
        struct ax_fact g = f; \
        g.member = value; \
        (void)refuses(&g, field); \
    } while (0)
    WRONG(source, AX_STR(""), "source");
    WRONG(source, AX_STR("Msha"), "source");
    WRONG(source, AX_STR("-msha"), "source");
    WRONG(source, AX_STR("abcdefghijabcdefghijabcdefghijabc"), "source");
    WRONG(reference, AX_STR(""), "reference");
    WRONG(revision, 0, "revision");
    WRONG(revision, -4, "revision");
    WRONG(enterprise, AX_STR("00000000000000000X"), "enterprise");
    WRONG(enterprise, AX_STR(""), "enterprise");
    WRONG(previous_enterprise, AX_STR("x"), "previous_enterprise");
    WRONG(previous_enterprise, AX_STR(WORLD_ENTERPRISE), "previous_enterprise");
    WRONG(region, AX_STR("1"), "region");
    WRONG(region, AX_STR("1401055"), "region");
    WRONG(region, AX_STR("14a"), "region");
    WRONG(jurisdiction, AX_STR("x"), "jurisdiction");
    WRONG(industry, AX_STR("06100"), "industry");
    WRONG(industry, AX_STR("0a"), "industry");
    WRONG(industry_edition, AX_STR("2002"), "industry_edition");
    WRONG(occurred_on, today() + 1, "occurred_on");
    WRONG(occurred_on, AX_DAY_MIN - 1, "occurred_on");
    WRONG(decided_on, today() + 1, "decided_on");
    WRONG(occurred_on, world_day("2024-05-07"), "decided_on");
    WRONG(state, 7, "state");
    WRONG(enterprise_name, AX_STR("a\nb"), "enterprise_name");
    WRONG(kind, 0, "body");
    WRONG(kind, 77, "body");
    WRONG(decided_on, AX_DAY_NONE, "decided_on");
    WRONG(enforcement_penalty.fine_fen, -1, "enforcement_penalty.fine_fen");
    WRONG(enforcement_penalty.tier, 4, "enforcement_penalty.tier");
    WRONG(enforcement_penalty.authority_code, AX_STR("1"), "enforcement_penalty.authority_code");
    static char longest[300];
    memset(longest, 'r', sizeof longest);
    WRONG(reference, ax_str_of(longest, 257), "reference");
    f.occurred_on = today();
    f.decided_on = today();
    f.previous_enterprise = AX_STR("91140100MA0HH0013W");
    f.industry = AX_STR("B0610");
    f.source = AX_STR("a.b_c-9");
    f.reference = ax_str_of(longest, 256);
    takes(&f);
}

/* One fact with a place or a trade that is none would leave its enterprise without rules: what no pack may name. */
static void places_and_trades(void **state)
{
    (void)state;
    static const char *const places[] = {"99", "10", "141", "14010", "14a", "00", "990000"};
    static const char *const trades[] = {"9999", "00", "98", "6", "B98", "061O", "06100", "U06"};
    static const char *const right_places[] = {"", "14", "1499", "140105", "82"};
    static const char *const right_trades[] = {"", "B", "06", "061", "0610", "B0610", "9700", "T9700"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct ax_fact f = good(AX_FACT_INSPECTION);
        f.region = ax_str_c(places[i]);
        refuses_value(&f, "region", places[i], "no code of GB/T 2260");
        f.region = AX_STR("1401");
        f.jurisdiction = ax_str_c(places[i]);
        refuses_value(&f, "jurisdiction", places[i], "no code of GB/T 2260");
        /* It may be taken back, though, should it be there already. */
        f.region = f.jurisdiction;
        f.industry = AX_STR("9999");
        f.state = AX_FACT_STATE_WITHDRAWN;
        takes(&f);
    }
    for (size_t i = 0; i < sizeof trades / sizeof trades[0]; i++) {
        struct ax_fact f = good(AX_FACT_INSPECTION);
        f.industry = ax_str_c(trades[i]);
        refuses_value(&f, "industry", trades[i], "no code of GB/T 4754");
    }
    for (size_t i = 0; i < sizeof right_places / sizeof right_places[0]; i++) {
        struct ax_fact f = good(AX_FACT_INSPECTION);
        f.region = f.jurisdiction = ax_str_c(right_places[i]);
        takes(&f);
    }
    for (size_t i = 0; i < sizeof right_trades / sizeof right_trades[0]; i++) {
        struct ax_fact f = good(AX_FACT_INSPECTION);
        f.industry = ax_str_c(right_trades[i]);
        takes(&f);
    }
}

static void numbers_are_named(void **state)
{
    (void)state;
    struct ax_fact f = good(AX_FACT_ACCIDENT);
    f.accident.share_percent = 101;
    refuses_value(&f, "accident.share_percent", "101", "at most 100");
    f = good(AX_FACT_ACCIDENT);
    f.revision = -4;
    refuses_value(&f, "revision", "-4", "greater than 0");
}

static void bodies(void **state)
{
    (void)state;
    struct ax_fact f = good(AX_FACT_ACCIDENT);
    WRONG(occurred_on, AX_DAY_NONE, "occurred_on");
    WRONG(accident.accident_id, AX_STR(""), "accident.accident_id");
    WRONG(accident.category, AX_STR("O1"), "accident.category");
    WRONG(accident.category_edition, AX_STR("1999"), "accident.category_edition");
    f.accident.aggregate = true;
    f.accident.accident_id = AX_STR("");
    f.accident.category = AX_STR("010");
    f.accident.category_edition = AX_STR("1986");
    takes(&f);
    for (int32_t grade = AX_ACCIDENT_GRADE_GENERAL; grade <= AX_ACCIDENT_GRADE_ESPECIALLY_SERIOUS; grade++) {
        WRONG(accident.grade, grade, "accident.grade");
    }
    f.accident.aggregate = false;
    f.accident.count = 2;
    takes(&f);
    WRONG(accident.grade, AX_ACCIDENT_GRADE_LARGER, "accident.grade");
    f.accident.accident_id = AX_STR("a");
    WRONG(accident.grade, AX_ACCIDENT_GRADE_LARGER, "accident.grade");
    f.accident.count = 1;
    f.accident.grade = AX_ACCIDENT_GRADE_LARGER;
    takes(&f);
    f = good(AX_FACT_HAZARD);
    WRONG(hazard.found_on, AX_DAY_NONE, "hazard.found_on");
    WRONG(hazard.due_on, world_day("2023-12-31"), "hazard.due_on");
    WRONG(hazard.closed_on, world_day("2023-12-31"), "hazard.closed_on");
    WRONG(hazard.level, 0, "hazard.level");
    f = good(AX_FACT_LIST_ENTRY);
    WRONG(list_entry.listed_from, AX_DAY_NONE, "list_entry.listed_from");
    WRONG(list_entry.listed_until, world_day("2023-12-31"), "list_entry.listed_until");
    WRONG(list_entry.removed_on, world_day("2023-12-31"), "list_entry.removed_on");
    f = good(AX_FACT_INSURANCE_POLICY);
    WRONG(insurance_policy.covered_until, world_day("2023-12-31"), "insurance_policy.covered_until");
    f = good(AX_FACT_EXPOSURE);
    WRONG(exposure.period_until, world_day("2023-12-31"), "exposure.period_until");
    f = good(AX_FACT_INSURANCE_CLAIM);
    f.insurance_claim.reported_on = world_day("2024-01-01");
    WRONG(insurance_claim.closed_on, world_day("2023-12-31"), "insurance_claim.closed_on");
    f = good(AX_FACT_LICENCE);
    f.licence.valid_from = world_day("2024-01-01");
    WRONG(licence.valid_until, world_day("2023-12-31"), "licence.valid_until");
    f = good(AX_FACT_CERTIFICATE);
    f.certificate.valid_from = world_day("2024-01-01");
    WRONG(certificate.valid_until, world_day("2023-12-31"), "certificate.valid_until");
    f = good(AX_FACT_STANDARDISATION);
    f.standardisation.valid_from = world_day("2024-01-01");
    WRONG(standardisation.valid_until, world_day("2023-12-31"), "standardisation.valid_until");
    f = good(AX_FACT_CONSENT);
    f.consent.valid_from = world_day("2024-01-01");
    WRONG(consent.valid_until, world_day("2023-12-31"), "consent.valid_until");
    f = good(AX_FACT_OBJECTION);
    f.objection.filed_on = world_day("2024-01-01");
    WRONG(objection.due_on, world_day("2023-12-31"), "objection.due_on");
    f = good(AX_FACT_REPAIR);
    f.repair.requested_on = world_day("2024-01-01");
    WRONG(repair.due_on, world_day("2023-12-31"), "repair.due_on");
}

/* 国务院令第493号 art. 3: the lower bound belongs to the grade, the highest of three measures counts. */
static void grades(void **state)
{
    (void)state;
    const int64_t million_yuan = INT64_C(100000000);
    const struct {
        uint32_t deaths;
        uint32_t injuries;
        int64_t loss_fen;
        int32_t said;
        int32_t grade;
    } cases[] = {{0, 0, 0, 0, 1}, {2, 9, 10 * million_yuan - 1, 0, 1}, {3, 0, 0, 0, 2}, {9, 0, 0, 0, 2},
            {10, 0, 0, 0, 3}, {29, 0, 0, 0, 3}, {30, 0, 0, 0, 4}, {0, 10, 0, 0, 2}, {0, 49, 0, 0, 2}, {0, 50, 0, 0, 3},
            {0, 99, 0, 0, 3}, {0, 100, 0, 0, 4}, {0, 0, 10 * million_yuan, 0, 2}, {0, 0, 50 * million_yuan, 0, 3},
            {0, 0, 100 * million_yuan, 0, 4}, {1, 12, 0, 0, 2}, {1, 0, 0, 3, 3}, {10, 0, 0, 1, 3}, {0, 0, -5, 0, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ax_accident a = {.deaths = cases[i].deaths,
                .serious_injuries = cases[i].injuries,
                .direct_loss_fen = cases[i].loss_fen,
                .grade = cases[i].said};
        assert_int_equal(ax_accident_grade_counted(&a), cases[i].grade);
    }
    struct ax_accident a = {.deaths = 30, .aggregate = true};
    assert_int_equal(ax_accident_grade_counted(&a), 0);
    a.aggregate = false;
    a.count = 2;
    assert_int_equal(ax_accident_grade_counted(&a), 0);
}

static void records(void **state)
{
    (void)state;
    struct ax_buf b;
    struct ax_err err;
    ax_str fact;
    int64_t known;
    ax_buf_init(&b, 4096);
    for (int64_t at = 0; at < INT64_C(2000000000000000); at = at * 3 + 7) {
        ax_buf_clear(&b);
        ax_fact_record_encode(AX_STR("abc"), at, &b);
        assert_int_equal(ax_fact_record_decode(ax_buf_str(&b), &fact, &known, &err).code, AX_OK);
        assert_true(ax_str_eq(fact, AX_STR("abc")));
        assert_int_equal(known, at);
    }
    static const struct {
        ax_str bytes;
        int code;
    } wrong[] = {{{"", 0}, AX_CORRUPT}, {{"\x08", 1}, AX_CORRUPT}, {{"\x08\x00\x1a\x00", 4}, AX_CORRUPT},
            {{"\x08\x02\x1a\x00", 4}, AX_UNSUPPORTED}, {{"\x08\x01\x10\x00\x1a\x00", 6}, AX_CORRUPT},
            {{"\x08\x01\x10\x80", 4}, AX_CORRUPT},
            {{"\x08\x01\x1a\x05"
              "a",
                     5},
                    AX_CORRUPT},
            {{"\x08\x01\x1a\x00"
              "a",
                     5},
                    AX_CORRUPT},
            {{"\x08\x01\x22\x00", 4}, AX_CORRUPT}, {{"\x08\x01\x1a\xff\xff\xff\xff\x07", 8}, AX_CORRUPT}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(ax_fact_record_decode(wrong[i].bytes, &fact, &known, &err).code, wrong[i].code);
    }
    ax_buf_deinit(&b);
}

static struct ax_entry entry_of(const struct ax_fact *f)
{
    struct ax_entry e;
    static const uint8_t zero[AX_DIGEST_SIZE];
    static struct ax_entry_id id;
    ax_entry_fill(f, zero, zero, &id, &e);
    return e;
}

static void entries(void **state)
{
    (void)state;
    struct ax_fact f = world_penalty("r", "2024-05-06", AX_PENALTY_TIER_SERIOUS);
    f.enforcement_penalty.categories = 1U << AX_PENALTY_CATEGORY_FINE;
    f.enforcement_penalty.count = 40000;
    f.enforcement_penalty.unlicensed_operation = true;
    f.enforcement_penalty.multiplied_fine = true;
    f.enforcement_penalty.accident_id = AX_STR("a");
    f.synthetic = true;
    f.use_until = world_day("2099-12-31");
    struct ax_entry e = entry_of(&f);
    assert_int_equal(ax_entry_from(&e), f.decided_on);
    assert_int_equal(ax_entry_occurred_on(&e), AX_DAY_NONE);
    assert_int_equal(ax_entry_use_until(&e), f.use_until);
    assert_int_equal(e.count, AX_ENTRY_COUNT_MAX);
    assert_int_equal(e.bits, 1U << (AX_PENALTY_CATEGORY_FINE - 1));
    assert_int_equal(e.flags,
            AX_ENTRY_AGGREGATE | AX_ENTRY_SEVERAL | AX_ENTRY_UNLICENSED | AX_ENTRY_MULTIPLIED | AX_ENTRY_SYNTHETIC);
    struct ax_fact g = world_fact(AX_FACT_LIST_ENTRY, "l");
    g.decided_on = world_day("2024-01-05");
    g.list_entry.listed_until = world_day("2027-01-01");
    e = entry_of(&g);
    assert_int_equal(ax_entry_from(&e), g.decided_on);
    assert_int_equal(ax_entry_until(&e), g.list_entry.listed_until);
    g.list_entry.removed_on = world_day("2025-06-01");
    e = entry_of(&g);
    assert_int_equal(ax_entry_until(&e), world_day("2025-05-31"));
    g.list_entry.listed_until = AX_DAY_NONE;
    e = entry_of(&g);
    assert_int_equal(ax_entry_until(&e), world_day("2025-05-31"));
    struct ax_fact h = world_fact(AX_FACT_HAZARD, "h");
    h.hazard.found_on = world_day("2024-01-05");
    h.hazard.due_on = world_day("2024-01-15");
    h.hazard.closed_on = world_day("2024-01-10");
    e = entry_of(&h);
    assert_int_equal(e.number, 10);
    assert_int_equal(ax_entry_until(&e), world_day("2024-01-09"));
    struct ax_fact a = world_accident("x", "2024-01-01", AX_LIABILITY_MAIN, 20000);
    a.accident.lost_workdays = UINT64_MAX;
    a.accident.concealed = true;
    e = entry_of(&a);
    assert_int_equal(e.bits, AX_ENTRY_BITS_MAX);
    assert_int_equal(e.number, UINT32_MAX);
    assert_int_equal(e.flags, AX_ENTRY_CONCEALED);
    assert_int_equal(e.liability, AX_LIABILITY_MAIN);
    assert_int_equal(e.grade, AX_ACCIDENT_GRADE_ESPECIALLY_SERIOUS);
    struct ax_fact l = world_fact(AX_FACT_LICENCE, "l");
    l.licence.kind = 2;
    e = entry_of(&l);
    assert_int_equal(e.bits, 2);
    struct ax_fact c = world_fact(AX_FACT_CONSENT, "c");
    c.consent.revoked = true;
    e = entry_of(&c);
    assert_int_equal(e.flags, AX_ENTRY_REVOKED);
}

/* One act, two systems: the same number where authority and document, accident or claim are the same. */
static void acts(void **state)
{
    (void)state;
    struct ax_fact a = world_penalty("r1", "2024-05-06", 1);
    struct ax_fact b = world_penalty("r2", "2024-05-06", 2);
    b.source = AX_STR("other");
    b.enforcement_penalty.document_number = a.enforcement_penalty.document_number;
    assert_true(entry_of(&a).act == entry_of(&b).act);
    assert_true(entry_of(&a).act != 0);
    b.enforcement_penalty.authority = AX_STR("其他");
    assert_true(entry_of(&a).act != entry_of(&b).act);
    a.enforcement_penalty.authority_code = b.enforcement_penalty.authority_code = AX_STR("11140100MB1234567X");
    assert_true(entry_of(&a).act == entry_of(&b).act);
    b.enforcement_penalty.document_number = AX_STR("");
    assert_true(entry_of(&b).act == 0);
    struct ax_fact x = world_accident("x", "2024-01-01", 0, 1);
    struct ax_fact y = world_accident("y", "2024-01-02", 1, 2);
    assert_true(entry_of(&x).act != entry_of(&y).act);
    y.accident.accident_id = x.accident.accident_id;
    assert_true(entry_of(&x).act == entry_of(&y).act);
    const char *const spelled[] = {"acc—9 ", "ACC-9", "ａｃｃ－９"};
    x.accident.accident_id = AX_STR("Acc-9");
    struct ax_fact p = world_penalty("p", "2024-05-06", 1);
    for (size_t i = 0; i < sizeof spelled / sizeof spelled[0]; i++) {
        y.accident.accident_id = p.enforcement_penalty.accident_id = ax_str_c(spelled[i]);
        assert_true(entry_of(&x).act == entry_of(&y).act && entry_of(&p).link == entry_of(&x).act);
    }
    y.accident.aggregate = true;
    assert_true(entry_of(&y).act == 0);
}

/* A total that says how many accidents, or of anyone harmed, is of an accident. */
static void totals_of_accidents(void **state)
{
    (void)state;
    struct ax_fact f = world_accident("x", "2024-01-01", 0, 0);
    f.accident.lost_workdays = 9;
    assert_int_equal(entry_of(&f).flags, 0);
    f.accident.aggregate = true;
    assert_int_equal(entry_of(&f).flags, AX_ENTRY_AGGREGATE | AX_ENTRY_UNCOUNTED);
    f.accident.count = 1;
    assert_int_equal(entry_of(&f).flags, AX_ENTRY_AGGREGATE | AX_ENTRY_UNCOUNTED);
    f.accident.count = 2;
    assert_int_equal(entry_of(&f).flags, AX_ENTRY_AGGREGATE);
    uint32_t *const harmed[] = {&f.accident.deaths, &f.accident.serious_injuries, &f.accident.permanent_disabilities};
    f.accident.count = 0;
    for (size_t i = 0; i < 3; i++) {
        *harmed[i] = 1;
        assert_int_equal(entry_of(&f).flags, AX_ENTRY_AGGREGATE);
        *harmed[i] = 0;
    }
}

static struct ax_entry numbered(const char *number, const char *code, const char *name)
{
    struct ax_fact f = world_penalty("r", "2024-05-06", 1);
    f.enforcement_penalty.document_number = ax_str_c(number);
    f.enforcement_penalty.authority_code = ax_str_c(code);
    f.enforcement_penalty.authority = ax_str_c(name);
    return entry_of(&f);
}

/* 双公示 files write one number in many ways; an official number is enough, whoever the source says decided. */
static void spellings(void **state)
{
    (void)state;
    const char *name = "某市应急管理局";
    const char *code = "11140100MB1234567X";
    uint64_t act = numbered("（晋）应急罚〔2025〕a12-3号", "", name).act;
    const char *const same[] = {"(晋)应急罚[2025]A12-3号", "（晋）应急罚（2025）Ａ１２－３号",
            "（晋）应急罚【２０２５】A12—3号", " （晋）应急罚 〔2025〕　A12-3 号 ", "（晋）应急罚〔2025〕第A12-3号",
            "（晋）应急罚〔2025〕A12-3"};
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        assert_true(numbered(same[i], "", name).act == act);
        assert_true(numbered(same[i], code, name).act == act); /* code or name */
        assert_true(numbered(same[i], "", "").act == act);     /* or neither */
        assert_true(numbered(same[i], "", "某市应急管理局 ").act == act);
    }
    assert_true(numbered("晋应急罚〔2025〕012号", "", "").act == numbered("晋应急罚〔2025〕12号", code, "").act);
    const char *const others[] = {"（晋）应急罚〔2025〕A12-4号", "（晋）应急罚〔2024〕A12-3号",
            "（鲁）应急罚〔2025〕A12-3号", "（晋）应急罚〔2025〕A1-23号", "（晋）应急罚〔2025〕A120-3号",
            "（晋）应急罚2025A12-3号"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_true(numbered(others[i], "", name).act != act);
        for (size_t j = 0; j < i; j++) {
            assert_true(numbered(others[i], "", name).act != numbered(others[j], "", name).act);
        }
    }
    /* No year in brackets, no letters of an authority, no serial: only beside the authority. */
    const char *const plain[] = {
            "PF-2025-12", "罚(2025)12", "(2025)12", "晋应急罚〔2025〕号", "晋应急罚〔25〕12号", "12"};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        assert_true(numbered(plain[i], "", "").act == 0);
        assert_true(numbered(plain[i], code, name).act == numbered(plain[i], code, "").act);
        assert_true(numbered(plain[i], code, name).act != numbered(plain[i], "", name).act);
        assert_true(numbered(plain[i], "", name).act != numbered(plain[i], "", "他市应急管理局").act);
    }
    assert_true(numbered("pf—2025 12", "", name).act == numbered("ＰＦ-202512", "", " 某市应急管理局").act);
    assert_true(numbered(" 　", "", name).act == 0);
    /* A licence of that number is another thing; bytes that are no character stay what they are. */
    struct ax_fact l = world_fact(AX_FACT_LICENCE, "l");
    l.licence.document_number = AX_STR("晋应急罚〔2025〕12号");
    assert_true(entry_of(&l).act != 0 && entry_of(&l).act != numbered("晋应急罚〔2025〕12号", "", "").act);
    assert_true(numbered("\xE3\x80", "", name).act != numbered("\xE3", "", name).act);
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(every_kind), T(envelope), T(places_and_trades), T(numbers_are_named),
            T(bodies), T(grades), T(records), T(entries), T(acts), T(spellings), T(totals_of_accidents)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
