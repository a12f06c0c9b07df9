/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shipped packs by cases written from their sources: tests/unit/packs/<pack>.txt holds facts in and points, symbol, level
 * and rules out. Lines of a case, in any order of facts:
 *
 *   case WORDS                                begins one
 *   enterprise region=… industry=…            else as the file's first such line before any case says
 *   standardisation LEVEL                     one that always stands
 *   KIND [DATE] [key=value …]                 a fact; DATE is decided, occurred, found, listed or valid from
 *   on DATE POINTS SYMBOL LEVEL [+rule -rule =line:points …]
 *
 * A rule after + moves the level or is a flag on that day, after - it does not; "=line:points" is what the lines of a rule,
 * of formula, cap, clamp, base or parts add up to.
 */
#include "tests/unit/scoring_world.h"
#include "tests/unit/t.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>

enum { FACTS_MAX = 64, WORDS_MAX = 24, LINE_MAX = 512, REFERENCE_SIZE = 16 };

struct table {
    const char *name; /* of the pack */
    const struct ax_pack *pack;
    int line;
    ax_str title;
    char region[2][16]; /* of the file, of the case */
    char industry[2][16];
    struct ax_fact facts[FACTS_MAX];
    char references[FACTS_MAX][REFERENCE_SIZE];
    size_t count;
    size_t cases;
    size_t days;
    ax_str words[WORDS_MAX];
    size_t word_count;
    char text[LINE_MAX];
    struct ax_arena kept; /* what the facts borrow from */
};

static struct ax_bundle *bundle;

#define WRONG(t, ...) \
    do { \
        (void)fprintf(stderr, "tests/unit/packs/%s.txt:%d: %.*s: ", (t)->name, (t)->line, AX_ARG((t)->title)); \
        (void)fprintf(stderr, __VA_ARGS__); \
        fail_msg("see above"); \
    } while (0)

static bool is(ax_str word, const char *name)
{
    return ax_str_eq(word, ax_str_c(name));
}

/* The value after "key="; false where the line has none. */
static bool value_of(const struct table *t, const char *key, const char **value)
{
    size_t len = strlen(key);
    for (size_t i = 0; i < t->word_count; i++) {
        if (t->words[i].len > len && memcmp(t->words[i].ptr, key, len) == 0 && t->words[i].ptr[len] == '=') {
            *value = t->words[i].ptr + len + 1;
            return true;
        }
    }
    return false;
}

static bool has_word(const struct table *t, const char *word)
{
    for (size_t i = 0; i < t->word_count; i++) {
        if (is(t->words[i], word)) {
            return true;
        }
    }
    return false;
}

static uint32_t number(const struct table *t, const char *key, uint32_t otherwise)
{
    const char *value;
    return value_of(t, key, &value) ? (uint32_t)strtoul(value, NULL, 10) : otherwise;
}

static int32_t day(const struct table *t, const char *key)
{
    const char *value;
    return value_of(t, key, &value) ? world_day(value) : AX_DAY_NONE;
}

/* The index of the word that is on the line among the names. */
static int32_t named(const struct table *t, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (has_word(t, names[i])) {
            return (int32_t)i;
        }
    }
    return 0;
}

#define NAMED(t, ...) \
    named(t, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static int32_t date(const struct table *t)
{
    return t->word_count > 1 && t->words[1].len == 10 && t->words[1].ptr[4] == '-' ? world_day(t->words[1].ptr)
                                                                                   : AX_DAY_NONE;
}

static struct ax_fact penalty(const struct table *t)
{
    struct ax_fact f = world_fact(AX_FACT_ENFORCEMENT_PENALTY, "");
    const char *accident;
    struct ax_enforcement_penalty *p = &f.enforcement_penalty;
    f.decided_on = date(t);
    p->authority = AX_STR("局");
    p->tier = NAMED(t, "untiered", "minor", "general", "serious");
    p->count = number(t, "count", 0);
    p->unlicensed_operation = has_word(t, "unlicensed");
    p->multiplied_fine = has_word(t, "multiplied");
    p->accident_id = value_of(t, "for", &accident) ? ax_str_c(accident) : AX_STR("");
    p->categories = has_word(t, "revocation") ? 1U << AX_PENALTY_CATEGORY_LICENCE_REVOCATION : 0;
    return f;
}

static struct ax_fact accident(const struct table *t)
{
    struct ax_fact f = world_fact(AX_FACT_ACCIDENT, "");
    const char *id;
    f.occurred_on = date(t);
    f.decided_on = day(t, "decided");
    f.accident.accident_id = value_of(t, "id", &id) ? ax_str_c(id) : AX_STR("");
    f.accident.liability = NAMED(t, "unknown", "none", "general", "main");
    f.accident.deaths = number(t, "deaths", 0);
    f.accident.serious_injuries = number(t, "injuries", 0);
    f.accident.share_percent = number(t, "share", 0);
    f.accident.concealed = has_word(t, "concealed");
    f.accident.aggregate = has_word(t, "total");
    f.accident.count = number(t, "count", 0);
    f.accident.lost_workdays = number(t, "lost-days", 0);
    f.accident.contractor = has_word(t, "contractor");
    f.accident.stage = NAMED(t, "unstaged", "reported", "graded", "investigated", "approved", "penalised", "evaluated");
    return f;
}

static struct ax_fact hazard(const struct table *t)
{
    struct ax_fact f = world_fact(AX_FACT_HAZARD, "");
    f.hazard.found_on = date(t);
    f.hazard.level = has_word(t, "major") ? AX_HAZARD_LEVEL_MAJOR : AX_HAZARD_LEVEL_GENERAL;
    f.hazard.finder = 1 + NAMED(t, "enterprise", "authority", "insurer");
    f.hazard.due_on = day(t, "due");
    f.hazard.closed_on = day(t, "closed");
    f.hazard.supervised = has_word(t, "supervised");
    f.hazard.produced_meanwhile = has_word(t, "produced");
    return f;
}

static struct ax_fact indicator(const struct table *t)
{
    struct ax_fact f = world_fact(AX_FACT_INDICATOR, "");
    const char *value;
    if (!value_of(t, "scheme", &value)) {
        WRONG(t, "an indicator has a scheme\n");
    }
    f.indicator.scheme = ax_str_c(value);
    f.indicator.scheme = is(f.indicator.scheme, "DB3201") ? AX_STR("DB3201/T 1135-2022") : f.indicator.scheme;
    f.indicator.item = value_of(t, "item", &value) ? ax_str_c(value) : AX_STR("");
    f.indicator.value_milli = number(t, "milli", 0);
    f.indicator.not_applicable = has_word(t, "not-applicable");
    f.indicator.period_from = date(t);
    f.indicator.period_until = day(t, "until");
    return f;
}

static struct ax_fact listed(const struct table *t)
{
    struct ax_fact f = world_fact(AX_FACT_LIST_ENTRY, "");
    f.list_entry.list = 1 + NAMED(t, "serious-dishonesty", "construction", "transport", "special-equipment", "fire",
                                    "commendation");
    f.list_entry.listed_from = date(t);
    f.list_entry.listed_until = day(t, "until");
    f.list_entry.removed_on = day(t, "removed");
    return f;
}

static struct ax_fact other(const struct table *t)
{
    struct ax_fact f;
    if (is(t->words[0], "exposure")) {
        f = world_fact(AX_FACT_EXPOSURE, "");
        f.exposure.period_from = date(t);
        f.exposure.period_until = day(t, "until");
        f.exposure.vehicles = number(t, "vehicles", 0);
        f.exposure.employees = number(t, "employees", 0);
        f.exposure.labour_hours = number(t, "hours", 0);
    } else if (is(t->words[0], "policy")) {
        f = world_fact(AX_FACT_INSURANCE_POLICY, "");
        f.insurance_policy.covered_from = date(t);
        f.insurance_policy.covered_until = day(t, "until");
    } else if (is(t->words[0], "engineers")) {
        f = world_fact(AX_FACT_CERTIFICATE, "");
        f.certificate.kind = AX_CERTIFICATE_KIND_SAFETY_ENGINEER;
        f.certificate.count = number(t, "count", 1);
        f.certificate.valid_from = date(t);
    } else if (is(t->words[0], "claim")) {
        const char *id;
        f = world_fact(AX_FACT_INSURANCE_CLAIM, "");
        f.insurance_claim.insurer = AX_STR("保险公司");
        f.insurance_claim.reported_on = date(t);
        f.insurance_claim.accident_id = value_of(t, "for", &id) ? ax_str_c(id) : AX_STR("");
        f.insurance_claim.claim_state = AX_CLAIM_STATE_PAID;
        f.insurance_claim.deaths = number(t, "deaths", 0);
        f.insurance_claim.serious_injuries = number(t, "injuries", 0);
        f.insurance_claim.paid_fen = (int64_t)number(t, "yuan", 0) * 100;
    } else if (is(t->words[0], "licence")) {
        f = world_fact(AX_FACT_LICENCE, "");
        f.licence.kind = AX_LICENCE_KIND_WORK_SAFETY;
        f.licence.licence_state = 1 + NAMED(t, "valid", "suspended", "revoked", "expired");
        f.licence.valid_from = date(t);
        f.licence.valid_until = day(t, "until");
    } else if (is(t->words[0], "standardisation")) {
        f = world_fact(AX_FACT_STANDARDISATION, "");
        f.standardisation.level = 1 + NAMED(t, "1", "2", "3", "none");
        f.standardisation.valid_from = date(t);
        f.standardisation.valid_until = day(t, "until");
    } else {
        f = world_fact(AX_FACT_CONSENT, "");
        WRONG(t, "no such line: %s\n", t->text);
    }
    return f;
}

static struct ax_fact fact_of(const struct table *t)
{
    ax_str kind = t->words[0];
    return is(kind, "penalty")     ? penalty(t)
           : is(kind, "accident")  ? accident(t)
           : is(kind, "hazard")    ? hazard(t)
           : is(kind, "indicator") ? indicator(t)
           : is(kind, "list")      ? listed(t)
                                   : other(t);
}

static void add_fact(struct table *t)
{
    char *kept = ax_arena_alloc(&t->kept, sizeof t->text);
    assert_non_null(kept);
    memcpy(kept, t->text, sizeof t->text);
    for (size_t i = 0; i < t->word_count; i++) {
        t->words[i].ptr = kept + (t->words[i].ptr - t->text);
    }
    AX_ASSERT(t->count < FACTS_MAX);
    struct ax_fact *f = &t->facts[t->count];
    *f = fact_of(t);
    const char *value;
    (void)snprintf(t->references[t->count], REFERENCE_SIZE, "r%zu", t->count);
    f->reference = value_of(t, "reference", &value) ? ax_str_c(value) : ax_str_c(t->references[t->count]);
    f->revision = number(t, "revision", 1);
    f->region = ax_str_c(t->region[1]);
    f->industry = ax_str_c(t->industry[1]);
    f->use_until = day(t, "use-until");
    f->state = has_word(t, "repaired")    ? AX_FACT_STATE_REPAIRED
               : has_word(t, "withdrawn") ? AX_FACT_STATE_WITHDRAWN
               : has_word(t, "expired")   ? AX_FACT_STATE_EXPIRED
                                          : AX_FACT_STATE_ACTIVE;
    if (f->kind == AX_FACT_ENFORCEMENT_PENALTY) {
        f->enforcement_penalty.document_number = value_of(t, "number", &value) ? ax_str_c(value) : f->reference;
    } else if (f->kind == AX_FACT_ACCIDENT && f->accident.accident_id.len == 0) {
        f->accident.accident_id = f->reference;
    } else if (f->kind == AX_FACT_INSURANCE_CLAIM) {
        f->insurance_claim.claim_number = f->reference;
    }
    t->count++;
}

static size_t rule_index(const struct table *t, const char *id)
{
    for (size_t i = 0; i < t->pack->rule_count; i++) {
        if (is(t->pack->rules[i].id, id)) {
            return i;
        }
    }
    WRONG(t, "no rule %s\n", id);
    return 0;
}

static bool holds(const struct table *t, const struct ax_rate *r, const char *id)
{
    size_t rule = rule_index(t, id);
    for (size_t i = 0; i < r->override_count; i++) {
        if (r->overrides[i] == rule) {
            return true;
        }
    }
    for (size_t i = 0; i < r->flag_count; i++) {
        if (r->flags[i] == rule) {
            return true;
        }
    }
    return false;
}

static int32_t line_points(
        const struct table *t, const struct ax_rate_line *lines, size_t count, const char *name, size_t len)
{
    static const struct {
        const char *name;
        uint16_t line;
    } plain[] = {{"base", AX_LINE_BASE}, {"parts", AX_LINE_PARTS}, {"formula", AX_LINE_FORMULA},
            {"clamp", AX_LINE_CLAMP}, {"cap", AX_LINE_CAP}, {"bonus-cap", AX_LINE_BONUS_CAP}};
    char id[128];
    (void)snprintf(id, sizeof id, "%.*s", (int)len, name);
    uint16_t line = 0xFFFF;
    bool found = false;
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (strcmp(plain[i].name, id) == 0) {
            line = plain[i].line;
            found = true;
        }
    }
    line = found ? line : (uint16_t)rule_index(t, id);
    int32_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += lines[i].rule == line ? lines[i].points : 0;
    }
    return sum;
}

static void expect_lines(const struct table *t, const struct ax_rate *r, const struct ax_rate_line *lines, size_t count)
{
    int32_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += lines[i].points;
    }
    if (sum != r->points) {
        WRONG(t, "lines add up to %d, not to %d\n", sum, r->points);
    }
    for (size_t i = 5; i < t->word_count; i++) {
        const char *word = t->words[i].ptr;
        const char *colon = strchr(word, ':');
        if (word[0] == '+' || word[0] == '-') {
            if (holds(t, r, word + 1) != (word[0] == '+')) {
                WRONG(t, "%s does not hold\n", word);
            }
        } else if (word[0] == '=' && colon != NULL) {
            int32_t points = line_points(t, lines, count, word + 1, (size_t)(colon - word - 1));
            if (points != (int32_t)strtol(colon + 1, NULL, 10)) {
                WRONG(t, "%s: %d points\n", word, points);
            }
        } else {
            WRONG(t, "what is %s?\n", word);
        }
    }
}

static void expect(struct table *t)
{
    struct ax_ledger ledger;
    struct ax_rate r;
    struct ax_rate plain;
    struct ax_rate_line *lines;
    size_t count;
    struct ax_arena arena;
    if (t->word_count < 5) {
        WRONG(t, "on DATE POINTS SYMBOL LEVEL\n");
    }
    ax_ledger_init(&ledger);
    ax_arena_init(&arena, 4096, 1 << 20);
    world_merge(&ledger, t->facts, t->count);
    int32_t on = world_day(t->words[1].ptr);
    assert_int_equal(ax_rate_explain(&ledger, t->pack, on, &arena, &r, &lines, &count).code, AX_OK);
    ax_rate(&ledger, t->pack, on, &plain);
    assert_true(ax_rate_same(&r, &plain));
    const char *symbol = r.band == AX_RATE_NO_BAND ? "-" : t->pack->bands[r.band].symbol.ptr;
    if (r.points != (int32_t)strtol(t->words[2].ptr, NULL, 10) || !is(t->words[3], symbol) ||
            !is(t->words[4], ax_level_name((int32_t)r.level))) {
        WRONG(t, "on %s %d %s %s\n", t->words[1].ptr, r.points, symbol, ax_level_name((int32_t)r.level));
    }
    expect_lines(t, &r, lines, count);
    ax_arena_deinit(&arena);
    ax_ledger_deinit(&ledger);
    t->days++;
}

static void place(struct table *t)
{
    const char *value;
    size_t at = t->cases == 0 ? 0 : 1;
    if (value_of(t, "region", &value)) {
        (void)snprintf(t->region[at], sizeof t->region[at], "%s", value);
    }
    if (value_of(t, "industry", &value)) {
        (void)snprintf(t->industry[at], sizeof t->industry[at], "%s", value);
    }
}

static void begin_case(struct table *t, ax_str line)
{
    t->title = ax_str_of(line.ptr + 5, line.len - 5);
    t->count = 0;
    t->cases++;
    memcpy(t->region[1], t->region[0], sizeof t->region[0]);
    memcpy(t->industry[1], t->industry[0], sizeof t->industry[0]);
}

/* Words of the line, each ended by a NUL. */
static void split(struct table *t, ax_str line)
{
    AX_ASSERT(line.len < sizeof t->text);
    memset(t->text, 0, sizeof t->text);
    memcpy(t->text, line.ptr, line.len);
    t->word_count = 0;
    for (char *at = strtok(t->text, " "); at != NULL; at = strtok(NULL, " ")) {
        AX_ASSERT(t->word_count < WORDS_MAX);
        t->words[t->word_count++] = ax_str_c(at);
    }
}

static void one_line(struct table *t, ax_str line)
{
    line = ax_str_trim(line);
    if (line.len == 0 || line.ptr[0] == '#') {
        return;
    }
    split(t, line);
    if (is(t->words[0], "case")) {
        begin_case(t, line);
    } else if (is(t->words[0], "enterprise")) {
        place(t);
    } else if (is(t->words[0], "on")) {
        expect(t);
    } else {
        add_fact(t);
    }
}

static const struct ax_pack *find_pack(const char *id)
{
    for (size_t i = 0; i < bundle->count; i++) {
        if (is(bundle->packs[i].id, id)) {
            return &bundle->packs[i];
        }
    }
    fail_msg("no pack %s", id);
    return NULL;
}

static void run_table(void **state)
{
    struct table t = {.name = *state, .pack = find_pack(*state)};
    struct ax_buf bytes;
    struct ax_err err;
    char path[128];
    ax_buf_init(&bytes, 1 << 20);
    ax_arena_init(&t.kept, 64 * 1024, 1 << 20);
    (void)snprintf(path, sizeof path, "tests/unit/packs/%s.txt", t.name);
    assert_int_equal(ax_file_read(path, &bytes, &err).code, AX_OK);
    ax_str left = ax_buf_str(&bytes);
    while (left.len > 0) {
        const char *end = memchr(left.ptr, '\n', left.len);
        size_t len = end == NULL ? left.len : (size_t)(end - left.ptr);
        t.line++;
        one_line(&t, ax_str_of(left.ptr, len));
        left = end == NULL ? AX_STR("") : ax_str_of(end + 1, left.len - len - 1);
    }
    assert_true(t.cases > 0 && t.days >= t.cases);
    ax_buf_deinit(&bytes);
    ax_arena_deinit(&t.kept);
}

/* What is kept by division, and for what else is asked of the rules, is what each rule's prefixes say. */
static void trades(void **state)
{
    (void)state;
    static const char *const others[] = {
            "", "B", "0", "6", "B06", "B0610", "C2641", "47", "E4710", "061", "9", "X1", "x", "矿"};
    for (size_t p = 0; p < bundle->count; p++) {
        const struct ax_pack *pack = &bundle->packs[p];
        for (size_t i = 0; i < 1000 + sizeof others / sizeof others[0]; i++) {
            char digits[8];
            (void)snprintf(digits, sizeof digits, "%03zu0", i);
            ax_str industry = i < 1000 ? ax_str_c(digits) : ax_str_c(others[i - 1000]);
            struct ax_pack_barred scratch;
            const struct ax_pack_barred *barred = ax_pack_barred_of(pack, industry, &scratch);
            for (size_t r = 0; r < pack->rule_count; r++) {
                const struct ax_rule *rule = &pack->rules[r];
                bool in = ax_pack_industry_in(&rule->industries, industry);
                uint64_t steps = barred->steps[rule->kind - AX_FACT_ENFORCEMENT_PENALTY];
                assert_int_equal(barred->rules[r / 64] >> r % 64 & 1, in ? 0 : 1);
                assert_int_equal(steps >> pack->place[r] & 1, in ? 0 : 1);
            }
        }
    }
}

static int load(void **state)
{
    (void)state;
    struct ax_err err;
    char line[512];
    if (!ax_ok(ax_bundle_load("scoring/packs", &bundle, &err))) {
        (void)fprintf(stderr, "%s\n", ax_err_line(&err, line, sizeof line));
        return 1;
    }
    return 0;
}

static int unload(void **state)
{
    (void)state;
    ax_bundle_free(bundle);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {{"shanxi_2023", run_table, NULL, NULL, "shanxi-2023"},
            {"shandong_2013", run_table, NULL, NULL, "shandong-2013"},
            {"nanjing_2022", run_table, NULL, NULL, "nanjing-2022"},
            {"transport_guangdong", run_table, NULL, NULL, "transport-guangdong"},
            {"transport_gansu", run_table, NULL, NULL, "transport-gansu"},
            {"construction_wuxi_2025", run_table, NULL, NULL, "construction-wuxi-2025"},
            {"chemicals_tianjin", run_table, NULL, NULL, "chemicals-tianjin"}, cmocka_unit_test(trades)};
    return cmocka_run_group_tests(tests, load, unload);
}
