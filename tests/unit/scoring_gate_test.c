/* SPDX-License-Identifier: Apache-2.0 */
/* The national gate, rule by rule: which purpose, which decision, until when; and what the loader refuses. */
#include "services/lib/pack/gate_file.h"
#include "services/lib/pack/tariff_file.h"
#include "tests/unit/pack_texts.h"
#include "tests/unit/scoring_scene.h"

#define T(name) cmocka_unit_test(name)
#define TODAY "2026-06-30"

static struct ax_gate gate;
static struct ax_pack_text *gate_text;
static struct ax_buf gate_yaml;
static struct ax_arena arena;

static int load(void **state)
{
    (void)state;
    struct ax_err err;
    char line[512];
    ax_buf_init(&gate_yaml, AX_PACK_FILE_MAX_BYTES);
    ax_arena_init(&arena, 64 << 10, 64 << 20);
    if (!ax_ok(ax_file_read("scoring/packs/national-2026/gate.yaml", &gate_yaml, &err)) ||
            !ax_ok(ax_gate_parse("gate.yaml", ax_buf_str(&gate_yaml), &gate_text, &gate, &err))) {
        print_error("%s\n", ax_err_line(&err, line, sizeof line));
        return -1;
    }
    return 0;
}

static int unload(void **state)
{
    (void)state;
    ax_pack_text_free(gate_text);
    ax_buf_deinit(&gate_yaml);
    ax_arena_deinit(&arena);
    return 0;
}

static struct ax_gate_answer decide_with(struct scene *s, enum ax_purpose purpose, const char *day, bool incomplete)
{
    struct ax_rate rate = on(s, day);
    struct ax_gate_rating rating = {.pack = world_pack(), .rate = &rate, .incomplete = incomplete};
    struct ax_gate_answer answer;
    struct ax_err err;
    assert_true(ax_ok(ax_gate_decide(&gate, purpose, &s->ledger, &rating, world_day(day), &arena, &answer, &err)));
    struct ax_gist gist;
    ax_gist_of(&s->ledger, &gist);
    enum ax_decision light = ax_gate_decide_by_gist(&gate, purpose, &gist, (int32_t)rate.level, incomplete);
    assert_true(light == AX_DECISION_NONE || (light == answer.decision && answer.reason_count == 0));
    return answer;
}

static struct ax_gate_answer decide(struct scene *s, enum ax_purpose purpose, const char *day)
{
    return decide_with(s, purpose, day, false);
}

static const struct ax_gate_reason *reason(const struct ax_gate_answer *answer, const char *rule)
{
    for (size_t i = 0; i < answer->reason_count; i++) {
        if (ax_str_eq(answer->reasons[i].rule_id, ax_str_c(rule))) {
            return &answer->reasons[i];
        }
    }
    return NULL;
}

static struct ax_fact listed(const char *from, const char *until, int32_t list)
{
    struct ax_fact f = world_fact(AX_FACT_LIST_ENTRY, "list");
    f.list_entry.list = list;
    f.list_entry.listed_from = world_day(from);
    f.list_entry.listed_until = world_day(until);
    return f;
}

static struct ax_fact penalty(int category, int32_t tier)
{
    struct ax_fact f = world_penalty("penalty", "2026-01-15", tier);
    f.enforcement_penalty.categories = UINT32_C(1) << category;
    return f;
}

static struct ax_fact licence(int32_t licence_state)
{
    struct ax_fact f = world_fact(AX_FACT_LICENCE, "licence");
    f.licence.kind = AX_LICENCE_KIND_WORK_SAFETY;
    f.licence.licence_state = licence_state;
    f.licence.valid_from = world_day("2024-01-01");
    f.licence.valid_until = world_day("2026-12-31");
    return f;
}

static struct ax_fact hazard(const char *reference, const char *found, bool produced)
{
    struct ax_fact f = world_fact(AX_FACT_HAZARD, reference);
    f.hazard.hazard_id = f.reference;
    f.hazard.level = AX_HAZARD_LEVEL_MAJOR;
    f.hazard.found_on = world_day(found);
    f.hazard.produced_meanwhile = produced;
    return f;
}

struct row {
    const char *rule;
    struct ax_fact facts[5];
    size_t count;
    const char *decisions; /* a letter a purpose: Review, Deny, - where the rule does not hold */
    const char *ends_on;
};

static void check_row(const struct row *row)
{
    struct scene s;
    begin(&s, AX_STANDARDISATION_LEVEL_ONE);
    for (size_t i = 0; i < row->count; i++) {
        with(&s, row->facts[i]);
    }
    for (int p = AX_PURPOSE_NONE + 1; p < AX_PURPOSE_COUNT; p++) {
        struct ax_gate_answer answer = decide(&s, (enum ax_purpose)p, TODAY);
        const struct ax_gate_reason *found = reason(&answer, row->rule);
        char got = '-';
        if (found != NULL) {
            got = found->decision == AX_DECISION_DENY ? 'D' : 'R';
        }
        if (got != row->decisions[p - 1]) {
            fail_msg("%s, %s: %c, not %c", row->rule, ax_purpose_name((enum ax_purpose)p), got, row->decisions[p - 1]);
        }
        char day[AX_DAY_TEXT_SIZE];
        if (found != NULL && strcmp(ax_day_format(found->ends_on, day), row->ends_on) != 0) {
            fail_msg("%s ends on %s, not %s", row->rule, day, row->ends_on);
        }
        if (found != NULL) {
            assert_true(found->entry < s.ledger.count);
            assert_true(answer.decision >= found->decision);
            assert_true(found->legal_basis.len > 0 || found->provenance == AX_PROVENANCE_OURS);
        }
    }
    end(&s);
    ax_arena_reset(&arena);
}

static void lists_bans_and_licences(void **state)
{
    (void)state;
    struct ax_fact dishonest = listed("2025-03-01", "2028-02-29", AX_LIST_KIND_SERIOUS_DISHONESTY);
    struct ax_fact endless = dishonest;
    endless.list_entry.listed_until = AX_DAY_NONE;
    struct ax_fact too_short = listed("2025-03-01", "2025-08-31", AX_LIST_KIND_SERIOUS_DISHONESTY);
    struct ax_fact released = dishonest;
    released.list_entry.removed_on = world_day("2026-11-01");
    struct ax_fact other = listed("2025-03-01", "2028-02-29", AX_LIST_KIND_CONSTRUCTION);
    struct ax_fact banned = penalty(AX_PENALTY_CATEGORY_ACTIVITY_RESTRICTION, AX_PENALTY_TIER_GENERAL);
    banned.use_until = world_day("2026-08-31");
    struct ax_fact occupation = penalty(AX_PENALTY_CATEGORY_OCCUPATION_BAN, AX_PENALTY_TIER_UNSPECIFIED);
    struct ax_fact revoked = penalty(AX_PENALTY_CATEGORY_LICENCE_REVOCATION, AX_PENALTY_TIER_UNSPECIFIED);
    struct ax_fact closed = penalty(AX_PENALTY_CATEGORY_CLOSURE, AX_PENALTY_TIER_UNSPECIFIED);
    struct ax_fact stopped = penalty(AX_PENALTY_CATEGORY_PRODUCTION_SUSPENSION, AX_PENALTY_TIER_UNSPECIFIED);
    struct ax_fact withheld = penalty(AX_PENALTY_CATEGORY_LICENCE_SUSPENSION, AX_PENALTY_TIER_UNSPECIFIED);
    struct ax_fact downgraded = penalty(AX_PENALTY_CATEGORY_QUALIFICATION_DOWNGRADE, AX_PENALTY_TIER_UNSPECIFIED);
    const struct row rows[] = {
            {"licensing.listed", {dishonest}, 1, "D--", "2028-03-01"},
            {"procurement.listed", {dishonest}, 1, "-D-", "2028-03-01"},
            {"project.listed", {dishonest}, 1, "--D", "2028-03-01"},
            {"licensing.listed", {endless}, 1, "D--", "2028-03-01"},
            {"procurement.listed", {too_short}, 1, "-D-", "2028-03-01"},
            {"project.listed", {released}, 1, "--D", "2026-11-01"},
            {"list.other-sector", {other}, 1, "RRR", "2028-03-01"},
            {"licensing.ban-or-revocation", {banned}, 1, "D--", "2026-09-01"},
            {"licensing.ban-or-revocation", {occupation}, 1, "D--", "2029-01-15"},
            {"licensing.ban-or-revocation", {revoked}, 1, "D--", "2029-01-15"},
            {"project.ban", {banned}, 1, "--D", "2026-09-01"},
            {"procurement.restricted", {banned}, 1, "-R-", "2026-09-01"},
            {"procurement.restricted", {withheld}, 1, "-R-", "2029-01-15"},
            {"closure.ordered", {closed}, 1, "D-D", "2029-01-15"},
            {"procurement.major-violation", {closed}, 1, "-D-", "2029-01-15"},
            {"procurement.major-violation", {stopped}, 1, "-D-", "2029-01-15"},
            {"procurement.major-violation", {revoked}, 1, "-D-", "2029-01-15"},
            {"suspension.by-penalty", {stopped}, 1, "R-R", "2027-01-15"},
            {"suspension.by-penalty", {withheld}, 1, "R-R", "2027-01-15"},
            {"downgrade.by-penalty", {downgraded}, 1, "RRR", "2029-01-15"},
            {"project.revocation", {revoked}, 1, "--R", "2029-01-15"},
            {"licensing.licence-suspended-or-revoked", {licence(AX_LICENCE_STATE_SUSPENDED)}, 1, "D--", "2027-01-01"},
            {"licensing.licence-suspended-or-revoked", {licence(AX_LICENCE_STATE_REVOKED)}, 1, "D--", "2027-01-01"},
            {"licence.suspended-or-revoked", {licence(AX_LICENCE_STATE_REVOKED)}, 1, "RRR", "2027-01-01"},
            {"licence.suspended-or-revoked", {licence(AX_LICENCE_STATE_VALID)}, 1, "---", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_row(&rows[i]);
    }
}

static void penalties_and_accidents(void **state)
{
    (void)state;
    struct ax_fact large = penalty(AX_PENALTY_CATEGORY_FINE, AX_PENALTY_TIER_SERIOUS);
    struct ax_fact small = penalty(AX_PENALTY_CATEGORY_FINE, AX_PENALTY_TIER_GENERAL);
    struct ax_fact million = penalty(AX_PENALTY_CATEGORY_FINE, AX_PENALTY_TIER_GENERAL);
    million.enforcement_penalty.fine_fen = 199999999;
    struct ax_fact two_million = million;
    two_million.enforcement_penalty.fine_fen = 200000000;
    two_million.use_until = world_day("2029-01-31");
    struct ax_fact multiplied = penalty(AX_PENALTY_CATEGORY_FINE, AX_PENALTY_TIER_UNSPECIFIED);
    multiplied.enforcement_penalty.multiplied_fine = true;
    struct ax_fact unlicensed = penalty(AX_PENALTY_CATEGORY_FINE, AX_PENALTY_TIER_UNSPECIFIED);
    unlicensed.enforcement_penalty.unlicensed_operation = true;
    struct ax_fact fatal = world_accident("fatal", "2025-12-01", AX_LIABILITY_UNSPECIFIED, 1);
    struct ax_fact old = world_accident("old", "2023-07-01", AX_LIABILITY_MAIN, 1);
    struct ax_fact cleared = world_accident("cleared", "2025-12-01", AX_LIABILITY_NONE, 1);
    struct ax_fact larger = world_accident("larger", "2026-01-10", AX_LIABILITY_MAIN, 3);
    struct ax_fact second = world_accident("second", "2026-02-10", AX_LIABILITY_MAIN, 3);
    struct ax_fact serious = world_accident("serious", "2026-01-10", AX_LIABILITY_GENERAL, 10);
    struct ax_fact hidden = world_accident("hidden", "2026-01-10", AX_LIABILITY_UNSPECIFIED, 0);
    hidden.accident.concealed = true;
    const struct row rows[] = {
            {"procurement.major-violation.fine", {large}, 1, "-R-", "2029-01-15"},
            {"procurement.major-violation.fine", {small}, 1, "---", ""},
            {"procurement.major-violation.large-fine", {million}, 1, "---", ""},
            {"procurement.major-violation.large-fine", {two_million}, 1, "-D-", "2029-01-15"},
            {"procurement.major-violation.multiplied", {multiplied}, 1, "-D-", "2029-01-15"},
            {"candidate.multiplied-fine", {multiplied}, 1, "R-R", "2029-01-15"},
            {"candidate.unlicensed", {unlicensed}, 1, "RRR", "2029-01-15"},
            {"candidate.concealed", {hidden}, 1, "RRR", "2029-01-10"},
            {"licensing.fatal-accident-in-term", {fatal}, 1, "R--", "2028-12-01"},
            {"licensing.fatal-accident-in-term", {old}, 1, "R--", "2026-07-01"},
            {"licensing.fatal-accident-in-term", {cleared}, 1, "---", ""},
            {"accident.fatal-under-investigation", {fatal}, 1, "--R", "2026-12-01"},
            {"accident.fatal-under-investigation", {larger}, 1, "---", ""},
            {"procurement.larger-accident", {larger}, 1, "-R-", "2029-01-10"},
            {"candidate.serious-accident", {serious}, 1, "R-R", "2029-01-10"},
            {"candidate.two-larger-accidents", {larger}, 1, "---", ""},
            {"candidate.two-larger-accidents", {larger, second}, 2, "R-R", "2027-01-10"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_row(&rows[i]);
    }
}

static struct ax_fact total_of(struct ax_fact f, uint32_t count)
{
    f.enforcement_penalty.count = count;
    return f;
}

static void totals(void **state)
{
    (void)state;
    struct ax_fact revoked = total_of(penalty(AX_PENALTY_CATEGORY_LICENCE_REVOCATION, AX_PENALTY_TIER_SERIOUS), 2);
    struct ax_fact banned = total_of(penalty(AX_PENALTY_CATEGORY_ACTIVITY_RESTRICTION, AX_PENALTY_TIER_SERIOUS), 2);
    struct ax_fact closed = total_of(penalty(AX_PENALTY_CATEGORY_CLOSURE, AX_PENALTY_TIER_UNSPECIFIED), 3);
    struct ax_fact stopped = total_of(penalty(AX_PENALTY_CATEGORY_PRODUCTION_SUSPENSION, AX_PENALTY_TIER_GENERAL), 2);
    struct ax_fact fined = total_of(penalty(AX_PENALTY_CATEGORY_FINE, AX_PENALTY_TIER_GENERAL), 2);
    fined.enforcement_penalty.fine_fen = 200000000;
    struct ax_fact less = fined;
    less.enforcement_penalty.fine_fen = 199999999;
    struct ax_fact multiplied = total_of(penalty(AX_PENALTY_CATEGORY_FINE, AX_PENALTY_TIER_UNSPECIFIED), 2);
    multiplied.enforcement_penalty.multiplied_fine = true;
    struct ax_fact serious = total_of(penalty(AX_PENALTY_CATEGORY_FINE, AX_PENALTY_TIER_SERIOUS), 2);
    const struct row rows[] = {
            {"total.licensing.ban-or-revocation", {revoked}, 1, "R--", "2029-01-15"},
            {"total.licensing.ban-or-revocation", {banned}, 1, "R--", "2029-01-15"},
            {"total.licensing.ban-or-revocation", {closed}, 1, "R--", "2029-01-15"},
            {"total.project.ban", {revoked}, 1, "---", ""},
            {"total.project.ban", {banned}, 1, "--R", "2029-01-15"},
            {"total.project.ban", {closed}, 1, "--R", "2029-01-15"},
            {"total.procurement.major-violation", {revoked}, 1, "-R-", "2029-01-15"},
            {"total.procurement.major-violation", {closed}, 1, "-R-", "2029-01-15"},
            {"total.procurement.major-violation", {stopped}, 1, "-R-", "2029-01-15"},
            {"total.procurement.large-fine", {fined}, 1, "-R-", "2029-01-15"},
            {"total.procurement.large-fine", {less}, 1, "---", ""},
            {"total.procurement.multiplied", {multiplied}, 1, "-R-", "2029-01-15"},
            {"licensing.ban-or-revocation", {revoked}, 1, "---", ""},
            {"procurement.major-violation.fine", {serious}, 1, "-R-", "2029-01-15"},
            {"procurement.restricted", {banned}, 1, "-R-", "2029-01-15"},
            {"suspension.by-penalty", {stopped}, 1, "R-R", "2027-01-15"},
            {"candidate.multiplied-fine", {multiplied}, 1, "R-R", "2029-01-15"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_row(&rows[i]);
    }
}

static enum ax_decision decision_of(struct ax_fact f, enum ax_purpose purpose)
{
    struct scene s;
    begin(&s, AX_STANDARDISATION_LEVEL_TWO);
    with(&s, f);
    enum ax_decision decision = decide(&s, purpose, TODAY).decision;
    end(&s);
    ax_arena_reset(&arena);
    return decision;
}

/* Of every category and tier, of small and large fines, multiplied and not: what stops one act never lets several pass. */
static void a_total_is_no_way_around(void **state)
{
    (void)state;
    size_t stopped = 0;
    for (int way = 0; way < 15 * 4 * 4; way++) {
        struct ax_fact one = penalty(way % 15, way / 15 % 4);
        one.enforcement_penalty.multiplied_fine = (way / 60 & 1) != 0;
        one.enforcement_penalty.fine_fen = (way / 120 & 1) != 0 ? 300000000 : 1000000;
        for (int p = AX_PURPOSE_NONE + 1; p < AX_PURPOSE_COUNT; p++) {
            enum ax_decision single = decision_of(one, (enum ax_purpose)p);
            enum ax_decision several = decision_of(total_of(one, 2), (enum ax_purpose)p);
            bool free = several != AX_DECISION_REVIEW && several != AX_DECISION_DENY;
            if (single != AX_DECISION_ALLOW && free) {
                fail_msg("category %d, tier %d, %s", way % 15, way / 15 % 4, ax_purpose_name((enum ax_purpose)p));
            }
            stopped += single != AX_DECISION_ALLOW ? 1 : 0;
        }
    }
    assert_true(stopped > 100);
}

static const char *const later_days[] = {TODAY, "2027-02-01", "2027-06-01", "2029-03-01"};
enum { LATER_DAYS = sizeof later_days / sizeof later_days[0] };

static struct ax_fact penalty_of(int category, int32_t tier, uint32_t count)
{
    struct ax_fact f = total_of(penalty(category, tier), count);
    f.decided_on = world_day("2026-05-15");
    return f;
}

static void expect_no_milder(struct ax_fact milder, struct ax_fact graver, const char *which)
{
    for (size_t d = 0; d < LATER_DAYS; d++) {
        for (int p = AX_PURPOSE_NONE + 1; p < AX_PURPOSE_COUNT; p++) {
            struct scene s[2];
            enum ax_decision decisions[2];
            for (size_t i = 0; i < 2; i++) {
                begin(&s[i], AX_STANDARDISATION_LEVEL_TWO);
                with(&s[i], i == 0 ? milder : graver);
                decisions[i] = decide(&s[i], (enum ax_purpose)p, later_days[d]).decision;
                end(&s[i]);
            }
            ax_arena_reset(&arena);
            if (decisions[1] < decisions[0]) {
                fail_msg("%s: %s on %s: %d is milder than %d", which, ax_purpose_name((enum ax_purpose)p),
                        later_days[d], (int)decisions[1], (int)decisions[0]);
            }
        }
    }
}

/* Of penalties: the graver category, the graver tier, with one more category, multiplied. */
static void the_graver_penalty_never_has_the_milder_answer(void **state)
{
    (void)state;
    static const struct {
        int milder;
        int graver;
    } pairs[] = {{AX_PENALTY_CATEGORY_WARNING, AX_PENALTY_CATEGORY_CRITICISM},
            {AX_PENALTY_CATEGORY_CRITICISM, AX_PENALTY_CATEGORY_FINE},
            {AX_PENALTY_CATEGORY_FINE, AX_PENALTY_CATEGORY_LICENCE_SUSPENSION},
            {AX_PENALTY_CATEGORY_LICENCE_SUSPENSION, AX_PENALTY_CATEGORY_QUALIFICATION_DOWNGRADE},
            {AX_PENALTY_CATEGORY_QUALIFICATION_DOWNGRADE, AX_PENALTY_CATEGORY_LICENCE_REVOCATION},
            {AX_PENALTY_CATEGORY_LICENCE_REVOCATION, AX_PENALTY_CATEGORY_CLOSURE},
            {AX_PENALTY_CATEGORY_FINE, AX_PENALTY_CATEGORY_PRODUCTION_SUSPENSION},
            {AX_PENALTY_CATEGORY_PRODUCTION_SUSPENSION, AX_PENALTY_CATEGORY_CLOSURE},
            {AX_PENALTY_CATEGORY_LICENCE_SUSPENSION, AX_PENALTY_CATEGORY_ACTIVITY_RESTRICTION},
            {AX_PENALTY_CATEGORY_LICENCE_SUSPENSION, AX_PENALTY_CATEGORY_OCCUPATION_BAN}};
    char which[64];
    for (uint32_t count = 1; count <= 2; count++) {
        for (int32_t tier = 0; tier <= AX_PENALTY_TIER_SERIOUS; tier++) {
            for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
                (void)snprintf(which, sizeof which, "category %d, tier %d, count %u", pairs[i].graver, tier, count);
                expect_no_milder(
                        penalty_of(pairs[i].milder, tier, count), penalty_of(pairs[i].graver, tier, count), which);
            }
        }
        for (int category = 0; category <= AX_PENALTY_CATEGORY_OTHER; category++) {
            (void)snprintf(which, sizeof which, "category %d, graver, count %u", category, count);
            struct ax_fact plain = penalty_of(category, AX_PENALTY_TIER_GENERAL, count);
            struct ax_fact multiplied = plain;
            multiplied.enforcement_penalty.multiplied_fine = true;
            struct ax_fact more = plain;
            more.enforcement_penalty.categories |= UINT32_C(1) << AX_PENALTY_CATEGORY_QUALIFICATION_DOWNGRADE;
            expect_no_milder(penalty_of(category, AX_PENALTY_TIER_MINOR, count), plain, which);
            expect_no_milder(plain, penalty_of(category, AX_PENALTY_TIER_SERIOUS, count), which);
            expect_no_milder(plain, multiplied, which);
            expect_no_milder(plain, more, which);
        }
    }
}

/* A1, A2, A3, A4 and B1. */
static void no_candidate_for_the_list_passes(void **state)
{
    (void)state;
    struct ax_fact a4 = world_accident("a4", "2026-05-01", AX_LIABILITY_UNSPECIFIED, 0);
    a4.accident.concealed = true;
    struct ax_fact a3 = penalty_of(AX_PENALTY_CATEGORY_FINE, AX_PENALTY_TIER_UNSPECIFIED, 1);
    a3.enforcement_penalty.multiplied_fine = true;
    struct ax_fact b1 = penalty_of(AX_PENALTY_CATEGORY_WARNING, AX_PENALTY_TIER_UNSPECIFIED, 1);
    b1.enforcement_penalty.unlicensed_operation = true;
    struct ax_fact first = world_accident("a2", "2026-05-01", AX_LIABILITY_MAIN, 0);
    first.accident.serious_injuries = 10;
    struct ax_fact second = first;
    second.reference = second.accident.accident_id = AX_STR("second");
    const struct {
        const char *condition;
        struct ax_fact facts[2];
        size_t count;
    } rows[] = {{"A1", {world_accident("a1", "2026-05-01", AX_LIABILITY_GENERAL, 10)}, 1}, {"A2", {first, second}, 2},
            {"A3", {a3}, 1}, {"A4", {a4}, 1}, {"B1", {b1}, 1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int p = AX_PURPOSE_NONE + 1; p < AX_PURPOSE_COUNT; p++) {
            struct scene s;
            begin(&s, AX_STANDARDISATION_LEVEL_ONE);
            for (size_t j = 0; j < rows[i].count; j++) {
                with(&s, rows[i].facts[j]);
            }
            struct ax_gate_answer answer = decide(&s, (enum ax_purpose)p, TODAY);
            bool by_rule = false; /* the level has one of its own */
            for (size_t r = 0; r < answer.reason_count; r++) {
                by_rule = by_rule || !ax_str_eq(answer.reasons[r].rule_id, AX_STR("level.low"));
            }
            if (!by_rule) {
                fail_msg("%s passes: %s", rows[i].condition, ax_purpose_name((enum ax_purpose)p));
            }
            end(&s);
            ax_arena_reset(&arena);
        }
    }
}

static void hazards_and_closure_warnings(void **state)
{
    (void)state;
    struct ax_fact open = hazard("h", "2026-05-01", false);
    struct ax_fact closed = open;
    closed.hazard.closed_on = world_day("2026-06-30");
    struct ax_fact p[4];
    const char *days[] = {"2025-11-01", "2026-02-01", "2026-03-01", "2026-04-01"};
    const char *names[] = {"p1", "p2", "p3", "p4"};
    for (int i = 0; i < 4; i++) {
        p[i] = world_penalty(names[i], days[i], AX_PENALTY_TIER_SERIOUS);
    }
    const struct row rows[] = {
            {"hazard.major.open", {open}, 1, "RRR", ""},
            {"hazard.major.open", {closed}, 1, "---", ""},
            {"closure.three-in-180-days", {open, p[1], p[2], p[3]}, 4, "RRR", "2026-07-31"},
            {"closure.three-in-180-days", {p[1], p[2], p[3]}, 3, "---", ""},
            {"closure.three-in-180-days", {open, p[0], p[2], p[3]}, 4, "---", ""},
            {"closure.four-in-a-year", {open, p[0], p[1], p[2], p[3]}, 5, "RRR", "2026-11-01"},
            {"closure.coal.producing-with-major-hazard",
                    {hazard("a", "2026-05-01", true), hazard("b", "2026-06-01", true)}, 2, "RRR", "2026-08-01"},
            {"closure.coal.producing-with-major-hazard", {hazard("a", "2026-05-01", true)}, 1, "---", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_row(&rows[i]);
    }
}

static void every_rule_is_tested(void **state)
{
    (void)state;
    struct ax_buf source;
    struct ax_err err;
    ax_buf_init(&source, 1 << 20);
    assert_true(ax_ok(ax_file_read("tests/unit/scoring_gate_test.c", &source, &err)));
    for (int p = AX_PURPOSE_NONE + 1; p < AX_PURPOSE_COUNT; p++) {
        for (size_t i = 0; i < gate.rules[p].rule_count; i++) {
            char quoted[128];
            (void)snprintf(quoted, sizeof quoted, "{\"%.*s\",", AX_ARG(gate.rules[p].rules[i].id));
            if (!ax_str_find(ax_buf_str(&source), ax_str_c(quoted), NULL)) {
                fail_msg("%s is in no row", quoted);
            }
        }
    }
    ax_buf_deinit(&source);
}

/* 安全生产许可证条例 is about one kind of licence. */
static void a_licence_of_another_kind_is_no_safety_licence(void **state)
{
    (void)state;
    for (int32_t kind = 0; kind <= AX_LICENCE_KIND_OTHER; kind++) {
        for (int32_t is = AX_LICENCE_STATE_SUSPENDED; is <= AX_LICENCE_STATE_REVOKED; is++) {
            struct ax_fact f = licence(is);
            f.licence.kind = kind;
            enum ax_decision licensing = kind == AX_LICENCE_KIND_WORK_SAFETY ? AX_DECISION_DENY : AX_DECISION_REVIEW;
            assert_int_equal(decision_of(f, AX_PURPOSE_LICENSING), licensing);
            assert_int_equal(decision_of(f, AX_PURPOSE_PROCUREMENT), AX_DECISION_REVIEW);
            assert_int_equal(decision_of(f, AX_PURPOSE_PROJECT_APPROVAL), AX_DECISION_REVIEW);
        }
    }
}

static struct ax_fact licence_report(const char *reference, const char *number, int32_t is, const char *from)
{
    struct ax_fact f = licence(is);
    f.reference = ax_str_c(reference);
    f.occurred_on = AX_DAY_NONE;
    f.licence.licence_number = ax_str_c(number);
    f.licence.document_number = f.reference;
    f.licence.valid_from = world_day(from);
    return f;
}

/* On TODAY, of a licence suspended on 2026-03-01 and of another report. */
static void expect_with(struct ax_fact other, const char *day, enum ax_decision decision, const char *ends_on)
{
    struct scene s;
    char text[AX_DAY_TEXT_SIZE];
    begin(&s, AX_STANDARDISATION_LEVEL_ONE);
    with(&s, licence_report("s", "(晋)MK安许证字〔2024〕0123", AX_LICENCE_STATE_SUSPENDED, "2026-03-01"));
    with(&s, other);
    struct ax_gate_answer answer = decide(&s, AX_PURPOSE_LICENSING, day);
    const struct ax_gate_reason *why = reason(&answer, "licensing.licence-suspended-or-revoked");
    assert_int_equal(answer.decision, decision);
    assert_string_equal(why == NULL ? "" : ax_day_format(why->ends_on, text), ends_on);
    end(&s);
    ax_arena_reset(&arena);
}

static void a_later_valid_report_of_the_licence_lifts(void **state)
{
    (void)state;
    struct ax_fact valid = licence_report("v", "（晋）MK安许证字[2024]123", AX_LICENCE_STATE_VALID, "2026-06-01");
    expect_with(valid, "2026-05-31", AX_DECISION_DENY, "2026-06-01");
    expect_with(valid, TODAY, AX_DECISION_ALLOW, "");
    struct ax_fact other = valid;
    other.licence.licence_number = AX_STR("(晋)MK安许证字〔2024〕0124");
    expect_with(other, TODAY, AX_DECISION_DENY, "2027-01-01");
    other.licence.licence_number = AX_STR("");
    expect_with(other, TODAY, AX_DECISION_DENY, "2027-01-01");
    struct ax_fact earlier = valid;
    earlier.licence.valid_from = world_day("2026-03-01"); /* not later */
    expect_with(earlier, TODAY, AX_DECISION_DENY, "2027-01-01");
    earlier.occurred_on = world_day("2026-05-01"); /* restored, with the dates of the licence */
    expect_with(earlier, TODAY, AX_DECISION_ALLOW, "");
    struct ax_fact gone = valid;
    gone.state = AX_FACT_STATE_WITHDRAWN;
    expect_with(gone, TODAY, AX_DECISION_DENY, "2027-01-01");
    struct ax_fact made_up = valid;
    made_up.synthetic = true;
    expect_with(made_up, TODAY, AX_DECISION_DENY, "2027-01-01");
    struct ax_fact again = licence_report("w", "(晋)MK安许证字〔2024〕123", AX_LICENCE_STATE_REVOKED, "2026-06-15");
    expect_with(again, TODAY, AX_DECISION_DENY, "2027-01-01");
    struct ax_fact over = valid; /* what was lifted does not come back */
    over.licence.valid_until = world_day("2026-06-10");
    expect_with(over, TODAY, AX_DECISION_ALLOW, "");
}

/* One at a time, in any order, also once what lifted it is withdrawn. */
static void a_licence_is_lifted_in_any_order(void **state)
{
    (void)state;
    struct ax_fact facts[3] = {licence_report("s", "L-1", AX_LICENCE_STATE_SUSPENDED, "2026-03-01"),
            licence_report("v", "L-1", AX_LICENCE_STATE_VALID, "2026-06-01"),
            licence_report("v", "L-1", AX_LICENCE_STATE_VALID, "2026-06-01")};
    facts[2].revision = 2;
    facts[2].state = AX_FACT_STATE_WITHDRAWN;
    static const size_t orders[][3] = {{0, 1, 2}, {1, 0, 2}, {2, 1, 0}, {0, 2, 1}};
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        struct ax_ledger l;
        struct ax_rate r;
        bool lifted = false;
        bool there = false;
        bool withdrawn = false;
        ax_ledger_init(&l);
        for (size_t j = 0; j < 3; j++) {
            there = there || orders[i][j] == 0;
            lifted = lifted || orders[i][j] == 1;
            withdrawn = withdrawn || orders[i][j] == 2;
            world_merge(&l, &facts[orders[i][j]], 1);
            ax_rate(&l, world_pack(), world_day(TODAY), &r);
            bool holds = there && (!lifted || withdrawn);
            assert_int_equal(world_has_flag(&r, "licence.suspended-or-revoked"), holds);
        }
        ax_ledger_deinit(&l);
    }
}

/* Of one entry on the list of seriously dishonest units; "" where nothing is said. */
struct listing {
    const char *from;
    const char *until;
    const char *removed;
    const char *use_until;
    int32_t state;
    bool listed; /* on TODAY */
};

static int32_t day_or_none(const char *text)
{
    return text[0] == 0 ? AX_DAY_NONE : world_day(text);
}

static bool tariff_says_listed(struct scene *s)
{
    struct ax_buf yaml;
    struct ax_pack_text *texts = NULL;
    struct ax_tariff tariff;
    struct ax_tariff_experience x;
    struct ax_err err;
    const char *path = "scoring/packs/national-2026/tariff.yaml";
    ax_buf_init(&yaml, AX_PACK_FILE_MAX_BYTES);
    assert_true(ax_ok(ax_file_read(path, &yaml, &err)));
    assert_true(ax_ok(ax_tariff_parse(path, ax_buf_str(&yaml), &texts, &tariff, &err)));
    assert_true(ax_ok(ax_tariff_look(&tariff, &s->ledger, world_pack(), false, world_day(TODAY), &arena, &x, &err)));
    ax_pack_text_free(texts);
    ax_buf_deinit(&yaml);
    return x.list_entry != UINT32_MAX;
}

/* What level, gate and tariff say of it is the same. */
static void level_gate_and_tariff_mean_the_same_by_listed(void **state)
{
    (void)state;
    static const struct listing rows[] = {
            {"2010-01-01", "", "", "", 0, false},
            {"2023-06-30", "", "", "", 0, false},
            {"2023-07-01", "", "", "", 0, true},
            {"2026-07-01", "", "", "", 0, false},
            {"2025-01-01", "2026-01-01", "", "", 0, true}, /* too short by law */
            {"2022-08-30", "2027-08-29", "", "", 0, true}, /* extended, or restored on fraud */
            {"2022-08-30", "2026-06-30", "", "", 0, true},
            {"2022-08-30", "2026-06-29", "", "", 0, false},
            {"2024-01-28", "", "", "2026-01-01", 0, true},
            {"2024-01-28", "2027-01-27", "", "", AX_FACT_STATE_EXPIRED, true}, /* no decision of removal */
            {"2022-01-28", "2025-01-27", "", "", AX_FACT_STATE_EXPIRED, false},
            {"2024-01-28", "2027-01-27", "2026-07-01", "", 0, true},
            {"2024-01-28", "2027-01-27", "2026-06-30", "", 0, false},
            {"2024-01-28", "", "2026-06-30", "", 0, false},
            {"2024-01-28", "2026-01-27", "2026-07-01", "", 0, true}, /* removed after its own end */
            {"2022-08-30", "2027-08-29", "2026-06-30", "", 0, false},
            {"2022-01-01", "", "2026-08-01", "", 0, false}, /* a removal makes it no longer */
            {"2024-01-28", "2027-01-27", "", "", AX_FACT_STATE_REPAIRED, false},
            {"2024-01-28", "2027-01-27", "", "", AX_FACT_STATE_WITHDRAWN, false},
            {"2024-01-28", "2027-01-27", "", "", AX_FACT_STATE_OBJECTED, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene s;
        begin(&s, AX_STANDARDISATION_LEVEL_ONE);
        struct ax_fact f = world_fact(AX_FACT_LIST_ENTRY, "list");
        f.list_entry.list = AX_LIST_KIND_SERIOUS_DISHONESTY;
        f.list_entry.listed_from = world_day(rows[i].from);
        f.list_entry.listed_until = day_or_none(rows[i].until);
        f.list_entry.removed_on = day_or_none(rows[i].removed);
        f.use_until = day_or_none(rows[i].use_until);
        f.state = rows[i].state;
        with(&s, f);
        bool d = on(&s, TODAY).level == AX_LEVEL_D;
        bool tariff = tariff_says_listed(&s);
        bool denied = true;
        bool allowed = true;
        for (int p = AX_PURPOSE_NONE + 1; p < AX_PURPOSE_COUNT; p++) {
            enum ax_decision decision = decide(&s, (enum ax_purpose)p, TODAY).decision;
            denied = denied && decision == AX_DECISION_DENY;
            allowed = allowed && decision == AX_DECISION_ALLOW;
        }
        if (d != rows[i].listed || tariff != rows[i].listed || denied != rows[i].listed || allowed == rows[i].listed) {
            fail_msg("row %zu: level D %d, denied %d, allowed %d, tariff %d", i, d, denied, allowed, tariff);
        }
        end(&s);
    }
    ax_arena_reset(&arena);
}

static void the_gravest_decides_and_comes_first(void **state)
{
    (void)state;
    struct scene s;
    begin(&s, AX_STANDARDISATION_LEVEL_ONE);
    with(&s, hazard("h", "2026-05-01", false));
    with(&s, listed("2025-03-01", "2028-02-29", AX_LIST_KIND_SERIOUS_DISHONESTY));
    struct ax_gate_answer answer = decide(&s, AX_PURPOSE_PROJECT_APPROVAL, TODAY);
    assert_int_equal(answer.decision, AX_DECISION_DENY);
    assert_string_equal(answer.reasons[0].rule_id.ptr, "project.listed");
    assert_non_null(reason(&answer, "hazard.major.open"));
    /* D, too; it ends with the listing. */
    assert_int_equal(reason(&answer, "level.low")->ends_on, world_day("2028-03-01"));
    /* The day after the last on the list: the hazard is left. */
    answer = decide(&s, AX_PURPOSE_PROJECT_APPROVAL, "2028-03-01");
    assert_int_equal(answer.decision, AX_DECISION_REVIEW);
    assert_null(reason(&answer, "project.listed"));
    end(&s);
}

static void what_is_repaired_or_withdrawn_lifts_the_gate_at_once(void **state)
{
    (void)state;
    static const int32_t states[] = {AX_FACT_STATE_REPAIRED, AX_FACT_STATE_WITHDRAWN, AX_FACT_STATE_EXPIRED};
    for (size_t i = 0; i < 3; i++) {
        struct scene s;
        begin(&s, AX_STANDARDISATION_LEVEL_ONE);
        struct ax_fact f = penalty(AX_PENALTY_CATEGORY_CLOSURE, AX_PENALTY_TIER_UNSPECIFIED);
        f.state = states[i];
        with(&s, f);
        assert_int_equal(decide(&s, AX_PURPOSE_LICENSING, TODAY).decision, AX_DECISION_ALLOW);
        assert_int_equal(decide(&s, AX_PURPOSE_PROCUREMENT, TODAY).decision, AX_DECISION_ALLOW);
        end(&s);
    }
    struct scene s;
    begin(&s, AX_STANDARDISATION_LEVEL_ONE);
    struct ax_fact f = penalty(AX_PENALTY_CATEGORY_CLOSURE, AX_PENALTY_TIER_UNSPECIFIED);
    f.state = AX_FACT_STATE_OBJECTED; /* an objection does not suspend it (行政处罚法 art. 73) */
    with(&s, f);
    assert_int_equal(decide(&s, AX_PURPOSE_LICENSING, TODAY).decision, AX_DECISION_DENY);
    end(&s);
}

static void levels_and_what_is_not_known(void **state)
{
    (void)state;
    struct scene s;
    begin(&s, AX_STANDARDISATION_LEVEL_ONE);
    assert_int_equal(decide(&s, AX_PURPOSE_LICENSING, TODAY).decision, AX_DECISION_ALLOW);
    struct ax_gate_answer answer = decide_with(&s, AX_PURPOSE_LICENSING, TODAY, true);
    assert_int_equal(answer.decision, AX_DECISION_REVIEW);
    assert_string_equal(answer.reasons[0].rule_id.ptr, "rating.incomplete");
    end(&s);
    /* D by points alone: no law forbids anything, a person looks. */
    begin(&s, AX_STANDARDISATION_LEVEL_NONE);
    char names[30][8];
    for (int i = 0; i < 30; i++) {
        (void)snprintf(names[i], sizeof names[i], "p%d", i);
        with(&s, world_penalty(names[i], "2026-05-15", AX_PENALTY_TIER_SERIOUS));
    }
    for (int p = AX_PURPOSE_NONE + 1; p < AX_PURPOSE_COUNT; p++) {
        answer = decide(&s, (enum ax_purpose)p, TODAY);
        assert_int_equal(answer.decision, AX_DECISION_REVIEW);
        assert_non_null(reason(&answer, "level.low"));
    }
    end(&s);
    /* Nothing that is rated is known: neither an error nor an A. */
    begin(&s, 0);
    struct ax_fact f = world_fact(AX_FACT_EXPOSURE, "e");
    f.exposure.period_from = world_day("2025-01-01");
    f.exposure.employees = 10;
    with(&s, f);
    answer = decide(&s, AX_PURPOSE_LICENSING, TODAY);
    assert_int_equal(answer.decision, AX_DECISION_UNRATED);
    assert_int_equal(answer.reason_count, 0);
    end(&s);
}

static void many_reasons_keep_the_gravest(void **state)
{
    (void)state;
    struct scene s;
    begin(&s, AX_STANDARDISATION_LEVEL_ONE);
    char names[36][8];
    for (int i = 0; i < 36; i++) {
        (void)snprintf(names[i], sizeof names[i], "p%d", i);
        struct ax_fact f = penalty(AX_PENALTY_CATEGORY_PRODUCTION_SUSPENSION, AX_PENALTY_TIER_UNSPECIFIED);
        f.reference = ax_str_c(names[i]);
        f.enforcement_penalty.document_number = f.reference;
        f.enforcement_penalty.unlicensed_operation = true;
        f.enforcement_penalty.multiplied_fine = true;
        with(&s, f);
    }
    struct ax_gate_answer answer = decide(&s, AX_PURPOSE_PROCUREMENT, TODAY);
    assert_int_equal(answer.decision, AX_DECISION_DENY);
    assert_int_equal(answer.reason_count, AX_GATE_REASONS_MAX);
    assert_true(answer.left_off > 0);
    for (size_t i = 0; i < answer.reason_count; i++) {
        assert_int_equal(answer.reasons[i].decision, AX_DECISION_DENY);
    }
    end(&s);
}

#define HEAD \
    "id: x\ntitle_zh: x\ntitle_en: x\nprovenance: ours\njurisdictions: [\"\"]\nrules:\n" \
    "  - purposes: [licensing, procurement, project_approval]\n    decision: "
#define RULE "    rule: {title_zh: a, title_en: a, kind: list_entry, span: standing, effect: "

static void expect_refused(const char *yaml, const char *field, const char *words)
{
    struct ax_gate g;
    struct ax_pack_text *texts = NULL;
    struct ax_err err;
    pack_refused(ax_gate_parse("x/gate.yaml", ax_str_c(yaml), &texts, &g, &err), &err, field, words);
}

static void the_loader_refuses(void **state)
{
    (void)state;
    expect_refused(HEAD "deny\n" RULE "flag, provenance: ours, legal_basis: law,\n      id: r\n    }\n", "decision",
            "line 8: r: deny only where a law says so");
    expect_refused(HEAD "deny\n" RULE "flag, provenance: T,\n      id: r\n    }\n", "legal_basis",
            "line 10: r: must be given");
    expect_refused(HEAD "review\n" RULE "points_once, points: -1, provenance: ours,\n      id: r\n    }\n", "effect",
            "line 9: r: a rule of the gate");
    expect_refused(HEAD "allow\n" RULE "flag, provenance: ours,\n      id: r\n    }\n", "x/gate.yaml",
            "line 8: decision: r: must be one of review, deny");
    expect_refused(HEAD "review\n    because: x\n" RULE "flag, provenance: ours,\n      id: r\n    }\n", "x/gate.yaml",
            "line 9: r: unknown key");
    expect_refused("id: x\ntitle_zh: x\ntitle_en: x\nprovenance: ours\njurisdictions: [\"\"]\nrules:\n"
                   "  - purposes: [licensing]\n    decision: review\n" RULE "flag, provenance: ours, id: r}\n",
            "purposes", "no rule is for procurement");
    expect_refused(HEAD "review\n" RULE "flag, provenance: ours, id: r}\nratings:\n"
                        "  - {id: q, title_zh: a, title_en: a, provenance: ours, purposes: [licensing]}\n",
            "at_or_below", "either a level A1 to D or incomplete");
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(lists_bans_and_licences), T(penalties_and_accidents), T(totals),
            T(a_total_is_no_way_around), T(the_graver_penalty_never_has_the_milder_answer),
            T(no_candidate_for_the_list_passes), T(hazards_and_closure_warnings), T(every_rule_is_tested),
            T(level_gate_and_tariff_mean_the_same_by_listed), T(a_licence_of_another_kind_is_no_safety_licence),
            T(a_later_valid_report_of_the_licence_lifts), T(a_licence_is_lifted_in_any_order),
            T(the_gravest_decides_and_comes_first), T(what_is_repaired_or_withdrawn_lifts_the_gate_at_once),
            T(levels_and_what_is_not_known), T(many_reasons_keep_the_gravest), T(the_loader_refuses)};
    return cmocka_run_group_tests(tests, load, unload);
}
