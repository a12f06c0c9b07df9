/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A graver accident or penalty that counts less than a milder one: found by rating both, since windows, caps, counts
 * and the scale decide it together. Accidents of so many deaths or injuries, and tiers of penalties, are gone through
 * from the mildest to the gravest, alone and beside a general one, for each liability, trade and standing that the pack
 * tells apart, on every day on which anything begins or ends.
 */
#include "services/lib/pack/lint_rules.h"

#include "scoring/rate.h"

#include <stdio.h>

enum {
    ACTS_MAX = 8,       /* days on which the accident may have been */
    INDUSTRIES_MAX = 8, /* of each the first digits */
    DAYS_MAX = 32,      /* looked at after one accident */
    FACTS_MAX = 3,
    SCRATCH_BYTES = 1 << 16,
    WORDS_SIZE = 32,
};

struct harm {
    uint32_t deaths;
    uint32_t injuries;
    int32_t tier; /* 0: an accident; else a penalty of this tier */
};

/* One more than the borders of 493 art. 3, and between them. */
static const struct harm by_deaths[] = {
        {0, 1, 0}, {1, 0, 0}, {2, 0, 0}, {3, 0, 0}, {9, 0, 0}, {10, 0, 0}, {29, 0, 0}, {30, 0, 0}};
static const struct harm by_injuries[] = {
        {0, 1, 0}, {0, 9, 0}, {0, 10, 0}, {0, 49, 0}, {0, 50, 0}, {0, 99, 0}, {0, 100, 0}};
static const struct harm by_tier[] = {
        {0, 0, AX_PENALTY_TIER_MINOR}, {0, 0, AX_PENALTY_TIER_GENERAL}, {0, 0, AX_PENALTY_TIER_SERIOUS}};

/* What two accidents that differ in their harm alone have in common. */
struct scene {
    const struct ax_linting *l;
    const struct ax_pack *pack;
    ax_str industry;
    int32_t act;
    int32_t liability;
    uint32_t share;
    int32_t standing; /* 0: not known */
    bool beside;      /* a general one of the same day and liability */
    bool by_points;   /* within one band, too: beside other facts it may decide the band */
    bool *told;       /* by rule, and behind them the pack */
    struct ax_ledger milder;
    struct ax_ledger graver;
};

static struct ax_fact fact_of(const struct scene *s, int32_t kind, const char *reference)
{
    struct ax_fact f;
    ax_fact_init(&f);
    f.source = AX_STR("check");
    f.reference = ax_str_c(reference);
    f.revision = 1;
    f.known_at_us = 1;
    f.industry = s->industry;
    f.state = AX_FACT_STATE_ACTIVE;
    ax_fact_set_kind(&f, kind);
    return f;
}

static struct ax_fact act_of(const struct scene *s, const char *reference, struct harm harm)
{
    if (harm.tier != 0) {
        struct ax_fact penalty = fact_of(s, AX_FACT_ENFORCEMENT_PENALTY, reference);
        penalty.decided_on = s->act;
        penalty.enforcement_penalty.document_number = penalty.reference;
        penalty.enforcement_penalty.tier = harm.tier;
        return penalty;
    }
    struct ax_fact f = fact_of(s, AX_FACT_ACCIDENT, reference);
    f.occurred_on = s->act;
    f.accident.accident_id = f.reference;
    f.accident.liability = s->liability;
    f.accident.share_percent = s->share;
    f.accident.deaths = harm.deaths;
    f.accident.serious_injuries = harm.injuries;
    return f;
}

static void fill(const struct scene *s, struct harm harm, struct ax_ledger *out)
{
    struct ax_fact facts[FACTS_MAX];
    struct ax_arena scratch;
    size_t count = 0;
    facts[count++] = act_of(s, "a", harm);
    if (s->beside) {
        facts[count++] = act_of(s, "b", harm.tier != 0 ? by_tier[1] : by_deaths[1]);
    }
    if (s->standing != 0) {
        struct ax_fact *f = &facts[count++];
        *f = fact_of(s, AX_FACT_STANDARDISATION, "s");
        f->standardisation.level = s->standing;
        f->standardisation.valid_from = s->act;
    }
    ax_ledger_init(out);
    ax_ledger_reserve(out, count);
    for (size_t i = 0; i < count; i++) {
        uint8_t digest[AX_DIGEST_SIZE] = {(uint8_t)(i + 1)};
        ax_ledger_add(out, &facts[i], digest, digest);
    }
    ax_arena_init(&scratch, SCRATCH_BYTES, SCRATCH_BYTES);
    ax_ledger_settle(out, &scratch);
    ax_arena_deinit(&scratch);
}

/* The worst band, whatever the points. */
static bool is_held_down(const struct ax_pack *p, const struct ax_rate *r)
{
    for (size_t i = 0; i < r->override_count; i++) {
        const struct ax_rule *rule = &p->rules[r->overrides[i]];
        if (rule->effect == AX_EFFECT_LEVEL && (size_t)rule->band + 1 == p->band_count) {
            return true;
        }
    }
    return false;
}

static bool takes_grade(const struct ax_rule *r, struct harm harm)
{
    struct ax_accident a = {.deaths = harm.deaths, .serious_injuries = harm.injuries};
    int32_t grade = harm.tier != 0 ? harm.tier : ax_accident_grade_counted(&a);
    return r->grades == 0 || (r->grades >> grade & 1) != 0;
}

/* The first rule that takes for the milder one alone; the count of rules: there is none. */
static size_t blamed(const struct ax_pack *p, struct harm milder, struct harm graver)
{
    const int32_t kind = milder.tier != 0 ? AX_FACT_ENFORCEMENT_PENALTY : AX_FACT_ACCIDENT;
    for (size_t i = 0; i < p->rule_count; i++) {
        const struct ax_rule *r = &p->rules[i];
        if (r->kind == kind && !r->absent && r->effect != AX_EFFECT_FLAG && takes_grade(r, milder) &&
                !takes_grade(r, graver)) {
            return i;
        }
    }
    return p->rule_count;
}

static const char *words_of(struct harm harm, char words[WORDS_SIZE])
{
    static const char *const tiers[] = {"", "minor", "general", "serious"};
    uint32_t count = harm.deaths > 0 ? harm.deaths : harm.injuries;
    if (harm.tier != 0) {
        (void)snprintf(words, WORDS_SIZE, "a %s penalty", tiers[harm.tier]);
        return words;
    }
    (void)snprintf(words, WORDS_SIZE, "%u %s%s", count, harm.deaths > 0 ? "death" : "serious injur",
            harm.deaths > 0 ? (count == 1 ? "" : "s") : (count == 1 ? "y" : "ies"));
    return words;
}

static const char *liability_of(const struct scene *s, struct harm harm)
{
    if (harm.tier != 0) {
        return "";
    }
    switch (s->liability) {
    case AX_LIABILITY_MAIN:
        return " (main liability)";
    case AX_LIABILITY_GENERAL:
        return " (general liability, 30 %)";
    default:
        return " (liability not determined)";
    }
}

static void tell(const struct scene *s, const struct harm harms[2], const struct ax_rate rates[2], int32_t day)
{
    const struct ax_pack *p = s->pack;
    size_t rule = blamed(p, harms[0], harms[1]);
    if (s->told[rule]) {
        return;
    }
    s->told[rule] = true;
    char graver[WORDS_SIZE];
    char milder[WORDS_SIZE];
    ax_lint_add(s->l, AX_LINT_MONOTONY, rule == p->rule_count ? p->id : p->rules[rule].id,
            "a graver act counts less: %d days after it %s: %.*s with %d points, %s: %.*s with %d%s",
            (int)(day - s->act), words_of(harms[1], graver), AX_ARG(p->bands[rates[1].band].symbol),
            (int)rates[1].points, words_of(harms[0], milder), AX_ARG(p->bands[rates[0].band].symbol),
            (int)rates[0].points, liability_of(s, harms[0]));
}

static int32_t sooner(int32_t a, int32_t b)
{
    return a == AX_DAY_NONE || (b != AX_DAY_NONE && b < a) ? b : a;
}

static void compare(const struct scene *s, const struct harm harms[2])
{
    const struct ax_pack *p = s->pack;
    int32_t day = p->effective_from != AX_DAY_NONE && p->effective_from > s->act ? p->effective_from : s->act;
    for (int i = 0; i < DAYS_MAX && day != AX_DAY_NONE && (p->effective_to == AX_DAY_NONE || day <= p->effective_to);
            i++) {
        struct ax_rate rates[2];
        ax_rate(&s->milder, p, day, &rates[0]);
        ax_rate(&s->graver, p, day, &rates[1]);
        bool rated = rates[0].band != AX_RATE_NO_BAND && rates[1].band != AX_RATE_NO_BAND;
        bool better = rates[1].band < rates[0].band;
        bool more = s->by_points && rates[1].points > rates[0].points && !is_held_down(p, &rates[1]);
        if (rated && (better || more)) {
            tell(s, harms, rates, day);
            return;
        }
        day = sooner(rates[0].next_boundary, rates[1].next_boundary);
    }
}

static void go_up(struct scene *s, const struct harm *harms, size_t count)
{
    fill(s, harms[0], &s->milder);
    for (size_t i = 1; i < count; i++) {
        fill(s, harms[i], &s->graver);
        compare(s, &harms[i - 1]);
        ax_ledger_deinit(&s->milder);
        s->milder = s->graver;
    }
    ax_ledger_deinit(&s->milder);
}

static void look_at_standings(struct scene *s)
{
    for (s->standing = 0; s->standing <= AX_STANDARDISATION_LEVEL_NONE; s->standing++) {
        for (int beside = 0; beside < 2; beside++) {
            s->beside = beside != 0;
            go_up(s, by_deaths, sizeof by_deaths / sizeof by_deaths[0]);
            go_up(s, by_injuries, sizeof by_injuries / sizeof by_injuries[0]);
        }
    }
}

/* Of penalties by tier, which have no liability. */
static void look_at_tiers(struct scene *s)
{
    for (s->standing = 0; s->standing <= AX_STANDARDISATION_LEVEL_NONE; s->standing++) {
        for (int beside = 0; beside < 2; beside++) {
            s->beside = beside != 0;
            go_up(s, by_tier, sizeof by_tier / sizeof by_tier[0]);
        }
    }
}

static void look_at_liabilities(struct scene *s)
{
    const struct {
        int32_t liability;
        uint32_t share;
    } cases[] = {{AX_LIABILITY_UNSPECIFIED, 100}, {AX_LIABILITY_GENERAL, 30}, {AX_LIABILITY_MAIN, 100}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        s->liability = cases[i].liability;
        s->share = cases[i].share;
        look_at_standings(s);
    }
}

static size_t add_day(int32_t *days, size_t count, int32_t day)
{
    for (size_t i = 0; i < count; i++) {
        if (days[i] == day) {
            return count;
        }
    }
    if (day != AX_DAY_NONE && day >= AX_DAY_MIN && day <= AX_DAY_MAX && count < ACTS_MAX) {
        days[count++] = day;
    }
    return count;
}

static bool is_gone_through(int32_t kind)
{
    return kind == AX_FACT_ACCIDENT || kind == AX_FACT_ENFORCEMENT_PENALTY;
}

/* Days between which no rule or use-until begins or ends to apply; one of the pack's own, so that there is any. */
static size_t acts_of(const struct ax_pack *p, int32_t *days)
{
    int32_t now = ax_day_of(2026, 1, 1);
    int32_t last = p->effective_to != AX_DAY_NONE && p->effective_to < now ? p->effective_to : now;
    size_t count =
            add_day(days, 0, p->effective_from != AX_DAY_NONE && p->effective_from > last ? p->effective_from : last);
    for (size_t i = 0; i < p->rule_count; i++) {
        const struct ax_rule *r = &p->rules[i];
        if (is_gone_through(r->kind)) {
            count = add_day(days, count, r->effective_from);
            count = add_day(days, count, r->effective_to);
        }
    }
    for (size_t i = 0; i < p->use_count; i++) {
        if (is_gone_through(p->uses[i].kind)) {
            count = add_day(days, count, p->uses[i].effective_from);
        }
    }
    return count;
}

static size_t add_industry(ax_str *industries, size_t count, const struct ax_strs *codes)
{
    ax_str code = codes->count == 0 ? AX_STR("") : codes->items[0];
    for (size_t i = 0; i < count; i++) {
        if (ax_str_eq(industries[i], code)) {
            return count;
        }
    }
    if (count < INDUSTRIES_MAX) {
        industries[count++] = code;
    }
    return count;
}

static size_t industries_of(const struct ax_pack *p, ax_str *industries)
{
    size_t count = add_industry(industries, 0, &p->industries);
    for (size_t i = 0; i < p->formula_count; i++) {
        count = add_industry(industries, count, &p->formulas[i].industries);
    }
    for (size_t i = 0; i < p->rule_count; i++) {
        if (is_gone_through(p->rules[i].kind)) {
            count = add_industry(industries, count, &p->rules[i].industries);
        }
    }
    return count;
}

static void look_at_scenes(struct scene *s)
{
    int32_t acts[ACTS_MAX];
    ax_str industries[INDUSTRIES_MAX];
    size_t act_count = acts_of(s->pack, acts);
    size_t industry_count = industries_of(s->pack, industries);
    for (size_t i = 0; i < act_count; i++) {
        for (size_t j = 0; j < industry_count; j++) {
            s->act = acts[i];
            s->industry = industries[j];
            look_at_liabilities(s);
            look_at_tiers(s);
        }
    }
}

void ax_lint_grades(const struct ax_linting *l, const struct ax_pack *pack)
{
    bool told[AX_PACK_RULES_MAX + 1] = {false};
    struct scene s = {.l = l, .pack = pack, .told = told};
    look_at_scenes(&s);
    s.by_points = true;
    look_at_scenes(&s);
}
