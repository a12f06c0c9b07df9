/* SPDX-License-Identifier: Apache-2.0 */
/* Bonus-malus, exposure rates, NCCI, penalty points and scorecards. */
#include "services/lib/actuary/bonus_malus.h"
#include "services/lib/actuary/exposure_rate.h"
#include "services/lib/actuary/ncci.h"
#include "services/lib/actuary/penalty_points.h"
#include "services/lib/actuary/scorecard.h"
#include "tests/unit/reference_case.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Any of the words, whatever the case of their letters. */
static bool says(const char *text, const char *words)
{
    ax_str rest = ax_str_c(words);
    char word[32];
    while (text != NULL && rest.len > 0) {
        if (ax_str_to_c(ax_str_split(&rest, '|'), word, sizeof word) && strcasestr(text, word) != NULL) {
            return true;
        }
    }
    return false;
}

static double fuyang(const json_t *one)
{
    const char *text = json_is_object(one) ? ref_text(one, "accident|worst|class|accidents|prior_year", "no accident")
                                           : json_string_value(one);
    const char *award_text = json_is_object(one) ? ref_text(one, "award|safety_award", "") : text;
    enum ax_accident_year worst = AX_ACCIDENT_YEAR_NONE;
    if (says(text, "major|serious|worse|重大")) {
        worst = AX_ACCIDENT_YEAR_MAJOR;
    } else if (says(text, "larger|较大")) {
        worst = AX_ACCIDENT_YEAR_LARGER;
    } else if (says(text, "general|ordinary|一般")) {
        worst = AX_ACCIDENT_YEAR_GENERAL;
    } else if (!says(text, "no|none|无")) {
        return (double)NAN;
    }
    enum ax_safety_award award = says(award_text, "provinc|省")        ? AX_SAFETY_AWARD_PROVINCIAL
                                 : says(award_text, "municip|city|市") ? AX_SAFETY_AWARD_MUNICIPAL
                                                                       : AX_SAFETY_AWARD_NONE;
    return ax_fuyang_percent(worst, award) / 100.0;
}

/* Which table a case means: by its id and kind of input. */
static double bonus_malus(const struct ref_case *c, const json_t *one)
{
    double value =
            json_is_object(one)
                    ? ref_number(one, "ratio|payout_ratio|pay_out_ratio|employees|n|class|industry_class", (double)NAN)
                    : ref_value(one);
    if (says(c->id, "fuyang") || isnan(value)) {
        return fuyang(one);
    }
    if (says(c->id, "france|french") || (json_is_object(one) && ref_member(one, "employees") != NULL)) {
        return ax_france_own_weight(value);
    }
    if (says(c->id, "huainan|float|payout|pay_out")) {
        return ax_huainan_percent(value) / 100.0;
    }
    if (says(c->id, "base|class")) {
        return ax_work_injury_base_permille((int)value) / 1000.0;
    }
    return value > 10 ? ax_france_own_weight(value) : ax_huainan_percent(value) / 100.0;
}

json_t *ref_bonus_malus(const struct ref_case *c, struct ax_err *err)
{
    if (json_is_object(c->input) && (json_is_array(ref_member(c->input, "ratios|ratio|employees|accidents|values")))) {
        struct ref_case inner = *c;
        inner.input = ref_member(c->input, "ratios|ratio|employees|accidents|values");
        return ref_bonus_malus(&inner, err);
    }
    json_t *list = json_array();
    size_t n = json_is_array(c->input) ? json_array_size(c->input) : 1;
    for (size_t i = 0; i < n; i++) {
        double value = bonus_malus(c, json_is_array(c->input) ? json_array_get(c->input, i) : c->input);
        if (isnan(value)) {
            json_decref(list);
            (void)ax_fail(err, AX_INVALID, "entry %zu is in none of the tables", i).code;
            return NULL;
        }
        json_t *one = json_object();
        ref_put(one, "value|multiple|factor|coefficient|weight|individual_weight|rate", value);
        json_array_append_new(list, one);
    }
    if (json_is_array(c->input)) {
        return list;
    }
    json_t *only = json_incref(json_array_get(list, 0));
    json_decref(list);
    return only;
}

json_t *ref_exposure_rate(const struct ref_case *c, struct ax_err *err)
{
    static const struct {
        const char *input, *output, *interval;
    } rates[] = {{"recordable|recordables|cases|total_recordable", "trir|rate|value", "trir_interval|interval"},
            {"dart|dart_cases", "dart", "dart_interval"},
            {"lost_time|lost_time_cases|dafw", "ltir|ltr|lost_time_rate|dafwii", "ltir_interval"},
            {"days_lost|lost_days", "severity_rate|sr|days_lost_rate", "severity_interval"},
            {"deaths|fatalities", "fatality_rate|fatal_rate", "fatality_interval"}};
    double hours = ref_number(c->input, "hours|hours_worked|exposure|labor_hours", (double)NAN);
    double base = ref_number(c->input, "base|per|base_hours", AX_RATE_BASE_OSHA), z = ref_number(c->input, "z", 1.96);
    if (!(hours > 0)) {
        (void)ax_fail(err, AX_INVALID, "hours must be above 0").code;
        return NULL;
    }
    json_t *answer = json_object();
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        double cases = ref_number(c->input, rates[i].input, (double)NAN), ends[2];
        if (isfinite(cases)) {
            ax_exposure_rate_interval(cases, hours, base, z, &ends[0], &ends[1]);
            ref_put(answer, rates[i].output, ax_exposure_rate(cases, hours, base));
            ref_put_new(answer, rates[i].interval, ref_list(ends, 2));
        }
    }
    double lost = ref_number(c->input, "lost_time|lost_time_cases|dafw", (double)NAN);
    ref_put(answer, "ltifr", ax_exposure_rate(lost, hours, AX_RATE_BASE_ILO));
    return answer;
}

static struct ax_ncci_losses class_losses(const json_t *one)
{
    const json_t *payroll = ref_member(one, "payroll|payrolls");
    struct ax_ncci_class class = {
            0, ref_number(one, "elr|expected_loss_rate", (double)NAN), ref_number(one, "d_ratio|d|discount_ratio", 0)};
    size_t n;
    double *each = ref_doubles(payroll, &n);
    for (size_t i = 0; i < n; i++) {
        class.payroll += each[i];
    }
    ax_xfree(each);
    return ax_ncci_expected(&class);
}

static struct ax_ncci_losses classes_losses(const json_t *classes)
{
    struct ax_ncci_losses sum = {0, 0};
    for (size_t i = 0; i < json_array_size(classes); i++) {
        struct ax_ncci_losses one = class_losses(json_array_get(classes, i));
        sum.primary += one.primary;
        sum.excess += one.excess;
    }
    return sum;
}

static void put_losses(json_t *answer, struct ax_ncci_losses l)
{
    ref_put(answer, "expected|e|total_expected|expected_total|expected_losses|total|value", l.primary + l.excess);
    ref_put(answer, "primary|ep|total_primary|primary_total|expected_primary|primary_expected", l.primary);
    ref_put(answer, "excess|ee|total_excess|excess_total|expected_excess|excess_expected", l.excess);
}

json_t *ref_ncci_expected(const struct ref_case *c, struct ax_err *err)
{
    (void)err;
    const json_t *classes = json_is_array(c->input) ? c->input : ref_member(c->input, "classes");
    json_t *list = json_array(), *total = json_object();
    for (size_t i = 0; i < json_array_size(classes); i++) {
        json_t *one = json_object(), *code = ref_member(json_array_get(classes, i), "code|class");
        put_losses(one, class_losses(json_array_get(classes, i)));
        if (code != NULL) {
            ref_put_new(one, "code|class", json_incref(code));
        }
        json_array_append_new(list, one);
    }
    if (json_is_array(c->expected)) {
        json_decref(total);
        return list;
    }
    put_losses(total, classes == NULL ? class_losses(c->input) : classes_losses(classes));
    ref_put_new(total, "classes", list);
    return total;
}

static struct ax_ncci_losses actual_losses(const json_t *in)
{
    struct ax_ncci_losses sum = {
            ref_number(in, "ap|actual_primary", (double)NAN), ref_number(in, "ae|actual_excess", (double)NAN)};
    const json_t *claims = ref_member(in, "claims|losses");
    if (claims == NULL) {
        return sum;
    }
    sum.primary = sum.excess = 0;
    for (size_t i = 0; i < json_array_size(claims); i++) {
        const json_t *one = json_array_get(claims, i);
        struct ax_ncci_claim claim = {ref_value(one), false};
        if (json_is_object(one)) {
            claim.amount = ref_number(one, "amount|incurred|loss|x", 0);
            claim.medical_only = ref_number(one, "medical_only", 0) > 0;
        }
        struct ax_ncci_losses l = ax_ncci_actual(&claim, ref_number(in, "split_point|split", (double)INFINITY),
                ref_number(in, "accident_limit|limit|state_accident_limit|cap", 0));
        sum.primary += l.primary;
        sum.excess += l.excess;
    }
    return sum;
}

static struct ax_ncci_losses expected_losses(const json_t *in)
{
    const json_t *classes = ref_member(in, "classes");
    if (classes != NULL) {
        return classes_losses(classes);
    }
    double e = ref_number(in, "e|expected", (double)NAN), d = ref_number(in, "d_ratio|d", (double)NAN);
    double ee = ref_number(in, "ee|expected_excess", (double)NAN),
           ep = ref_number(in, "ep|expected_primary", (double)NAN);
    ep = isfinite(ep) ? ep : isfinite(d) ? d * e : e - ee;
    ee = isfinite(ee) ? ee : e - ep;
    return (struct ax_ncci_losses){ep, ee};
}

json_t *ref_ncci_mod(const struct ref_case *c, struct ax_err *err)
{
    (void)err;
    const json_t *in = c->input;
    struct ax_ncci_losses actual = actual_losses(in), expected = expected_losses(in);
    double e = expected.primary + expected.excess, j = (double)NAN;
    double kp = ref_number(in, "kp", (double)NAN), ke = ref_number(in, "ke", (double)NAN);
    double b = ref_number(in, "b|ballast", kp), w = ref_number(in, "w|weight", (double)NAN),
           g = ref_number(in, "g", (double)NAN);
    double zp = ref_number(in, "zp", e / (e + b)), ze = ref_number(in, "ze", isfinite(w) ? w * zp : e / (e + ke));
    struct ax_ncci_plan plan = ax_ncci_plan_of(e, zp, ze);
    if (isfinite(g) && !isfinite(b)) {
        plan = ax_ncci_plan_gillam(e, g, &j);
        zp = e / (e + plan.b);
        ze = plan.w * zp;
    }
    plan.b = isfinite(b) ? b : plan.b;
    plan.w = isfinite(w) ? w : plan.w;
    json_t *answer = json_object();
    put_losses(answer, expected);
    ref_put(answer, "ap|actual_primary", actual.primary);
    ref_put(answer, "ae|actual_excess", actual.excess);
    ref_put(answer, "zp|primary_credibility", zp);
    ref_put(answer, "ze|excess_credibility", ze);
    ref_put(answer, "w", plan.w);
    ref_put(answer, "b|ballast", plan.b);
    ref_put(answer, "j", j);
    ref_put(answer, "mod_manual_form|mod_manual|manual_form|mod|m|value|experience_mod|modification",
            ax_ncci_mod(actual, expected, plan));
    ref_put(answer, "mod_credibility_form|mod_credibility|credibility_form",
            ax_ncci_mod_credibility(actual, expected, zp, ze));
    return answer;
}

/* Points of a word: from the case's own table where it brings one, from ours otherwise; a number is points already. */
static double points_of(const json_t *in, const json_t *example, const char *field, const char *const *words, size_t n,
        int (*ours)(int))
{
    const json_t *value = ref_member(example, field), *table = ref_member(in, field);
    const char *word = json_string_value(value);
    if (word == NULL) {
        return value == NULL ? 0 : ref_value(value);
    }
    if (json_is_object(table) && ref_member(table, word) != NULL) {
        return ref_number(table, word, (double)NAN);
    }
    for (size_t i = n; i-- > 0;) {
        if (says(word, words[i])) {
            return ours((int)i);
        }
    }
    return (double)NAN;
}

static int likelihood_points(int i)
{
    return ax_msha_likelihood_points((enum ax_msha_likelihood)i);
}

static int severity_points(int i)
{
    return ax_msha_severity_points((enum ax_msha_severity)i);
}

static int negligence_points(int i)
{
    return ax_msha_negligence_points((enum ax_msha_negligence)i);
}

static double msha_points(const json_t *in, const json_t *example)
{
    static const char *const likelihood[] = {"no likelihood|none", "unlikely", "reasonably", "highly", "occurred"};
    static const char *const severity[] = {"no_lost|no lost|nolost|none", "lost", "permanent", "fatal"};
    static const char *const negligence[] = {"none|no negligence|nonegligence", "low", "mod", "high", "reckless"};
    double persons = ref_number(example, "persons|persons_affected", 0);
    const json_t *table = ref_member(in, "persons");
    size_t last = json_array_size(table) > 0 ? json_array_size(table) - 1 : 0;
    double of_persons = json_is_array(table)
                                ? ref_value(json_array_get(table, persons < (double)last ? (size_t)persons : last))
                                : ax_msha_persons_points((int)persons);
    const char *harm = ref_text(example, "severity", "");
    double of_severity =
            says(harm, severity[AX_MSHA_SEVERITY_NO_LOST_DAYS]) && !json_is_object(ref_member(in, "severity"))
                    ? ax_msha_severity_points(AX_MSHA_SEVERITY_NO_LOST_DAYS)
                    : points_of(in, example, "severity", severity, 4, severity_points);
    return points_of(in, example, "likelihood", likelihood, 5, likelihood_points) + of_severity +
           points_of(in, example, "negligence", negligence, 5, negligence_points) + of_persons +
           ref_number(example, "size|operator_size", 0) + ref_number(example, "mine_size", 0) +
           ref_number(example, "controller|controller_size", 0) + ref_number(example, "history", 0) +
           ref_number(example, "repeat|repeats", 0);
}

/* Nothing for points that could not be told. */
static json_t *msha_answer(double total)
{
    json_t *answer = json_object();
    int points = isnan(total) ? 0 : (int)total;
    if (isnan(total)) {
        return answer;
    }
    ref_put(answer, "points|value|example_points|total_points", points);
    ref_put(answer, "amount|example_amount|penalty", ax_msha_amount_usd(points));
    ref_put(answer, "amount_good_faith|example_amount_good_faith|good_faith|good_faith_amount",
            ax_msha_amount_good_faith_usd(points));
    return answer;
}

/* Amounts that are asked for by name: points_60_to_140, amount_at_81. */
static void put_amounts(json_t *answer, const json_t *expected)
{
    const char *key;
    json_t *value;
    int from, to;
    json_object_foreach((json_t *)(uintptr_t)expected, key, value)
    {
        if (sscanf(key, "points_%d_to_%d", &from, &to) == 2 || sscanf(key, "amounts_%d_to_%d", &from, &to) == 2) {
            json_t *list = json_array();
            for (int points = from; points <= to && points <= 1000; points++) {
                json_array_append_new(list, json_integer(ax_msha_amount_usd(points)));
            }
            ref_put_new(answer, key, list);
        } else if (sscanf(key, "amount_at_%d", &from) == 1) {
            ref_put(answer, key, ax_msha_amount_usd(from));
        }
    }
}

/* Several examples: a row each, and each column as a list. */
static json_t *msha_columns(const json_t *in, const json_t *many)
{
    static const char *const columns[] = {"points", "amount", "amount_good_faith"};
    json_t *answer = json_object(), *rows = json_array();
    for (size_t i = 0; i < json_array_size(many); i++) {
        json_array_append_new(rows, msha_answer(msha_points(in, json_array_get(many, i))));
    }
    for (size_t k = 0; k < sizeof columns / sizeof columns[0]; k++) {
        json_t *list = json_array();
        char names[96];
        for (size_t i = 0; i < json_array_size(rows); i++) {
            json_array_append(list, json_object_get(json_array_get(rows, i), columns[k]));
        }
        snprintf(names, sizeof names, "%s|example_%s|examples_%s", columns[k], columns[k], columns[k]);
        ref_put_new(answer, names, list);
    }
    ref_put_new(answer, "examples|values", rows);
    return answer;
}

static json_t *msha(const struct ref_case *c, const json_t *in)
{
    const json_t *many = ref_member(in, "examples"), *one = ref_member(in, "example");
    const json_t *points = ref_member(in, "points");
    json_t *answer;
    if (json_is_array(many)) {
        answer = msha_columns(in, many);
    } else {
        answer = msha_answer(json_is_number(points) ? ref_value(points) : msha_points(in, one != NULL ? one : in));
    }
    if (json_is_array(points)) {
        json_t *list = json_array();
        for (size_t i = 0; i < json_array_size(points); i++) {
            json_array_append_new(list, json_integer(ax_msha_amount_usd((int)ref_value(json_array_get(points, i)))));
        }
        ref_put_new(answer, "amounts|amount|values", list);
    }
    put_amounts(answer, c->expected);
    return answer;
}

/* The category at the end of a key: cat1, category_3, c4; 0 for another key. */
static int category_of(const char *key)
{
    size_t length = strlen(key);
    int digit = length > 0 && isdigit((unsigned char)key[length - 1]) ? key[length - 1] - '0' : 0;
    return (length == 1 || tolower((unsigned char)key[0]) == 'c') && digit <= AX_EA_CATEGORIES ? digit : 0;
}

static bool is_ea(const json_t *in)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)in, key, value)
    {
        if (category_of(key) == 0) {
            return false;
        }
    }
    return json_is_object(in);
}

static json_t *ea(const json_t *in)
{
    const char *key;
    json_t *value;
    int64_t tenths = 0;
    json_object_foreach((json_t *)(uintptr_t)in, key, value)
    {
        tenths += (int64_t)ref_value(value) * ax_ea_tenths(category_of(key));
    }
    char band[2] = {ax_ea_band(tenths), '\0'};
    json_t *answer = json_object();
    ref_put(answer, "points|value|score|total", (double)tenths / 10);
    ref_put_new(answer, "band|grade", json_string(band));
    ref_put(answer, "charge_percent|percent|charge", ax_ea_charge_percent(band[0]));
    ref_put(answer, "charge_multiple|multiple|factor", ax_ea_charge_percent(band[0]) / 100.0);
    return answer;
}

json_t *ref_penalty(const struct ref_case *c, struct ax_err *err)
{
    (void)err;
    const json_t *in = c->input;
    bool breaches = json_is_object(in) && json_is_array(ref_member(in, "breaches"));
    in = breaches ? ref_member(in, "breaches") : in;
    if (!json_is_array(in)) {
        return is_ea(in) ? ea(in) : msha(c, in);
    }
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(in); i++) {
        const json_t *one = json_array_get(in, i);
        if (json_is_number(one)) {
            json_array_append_new(list, json_integer(ax_msha_amount_usd((int)ref_value(one))));
        } else {
            json_array_append_new(list, is_ea(one) ? ea(one) : msha_answer(msha_points(NULL, one)));
        }
    }
    return list;
}

/* "0_02" → 0.02, "30" → 30 */
static double number_in_key(const char *text)
{
    char plain[32];
    snprintf(plain, sizeof plain, "%s", text);
    for (char *p = plain; *p != '\0'; p++) {
        *p = *p == '_' || *p == 'p' ? '.' : *p;
    }
    char *end;
    double value = strtod(plain, &end);
    return end == plain || *end != '\0' ? (double)NAN : value;
}

static void put_asked(json_t *answer, const char *key, struct ax_scorecard s)
{
    static const struct {
        const char *prefix;
        double (*value)(struct ax_scorecard s, double x);
    } asked[] = {{"score_at_odds_", ax_scorecard_at_odds}, {"score_at_pd_", ax_scorecard_at_pd},
            {"odds_at_score_", ax_scorecard_odds}, {"odds_at_", ax_scorecard_odds}, {"pd_at_score_", ax_scorecard_pd},
            {"pd_at_", ax_scorecard_pd}};
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        if (ax_str_starts(ax_str_c(key), ax_str_c(asked[i].prefix))) {
            ref_put(answer, key, asked[i].value(s, number_in_key(key + strlen(asked[i].prefix))));
            return;
        }
    }
}

static void put_each(json_t *answer, const char *names, const json_t *list, struct ax_scorecard s,
        double (*value)(struct ax_scorecard s, double x))
{
    size_t n;
    double *x = ref_doubles(list, &n);
    for (size_t i = 0; i < n; i++) {
        x[i] = value(s, x[i]);
    }
    if (n > 0) {
        ref_put_new(answer, names, json_is_array(list) ? ref_list(x, n) : json_real(x[0]));
    }
    ax_xfree(x);
}

/* Points of attributes, which add up to the score. */
static void put_points(json_t *answer, const json_t *in, struct ax_scorecard s)
{
    size_t n, m;
    double *beta = ref_doubles(ref_member(in, "beta|betas|coefficients"), &n),
           *woe = ref_doubles(ref_member(in, "woe|woes"), &m);
    double alpha = ref_number(in, "alpha|intercept", 0), sum = 0;
    for (size_t i = 0; i < n && n == m; i++) {
        beta[i] = ax_scorecard_points(s, beta[i], woe[i], alpha, n);
        sum += beta[i];
    }
    if (n > 0 && n == m) {
        ref_put_new(answer, "points|attribute_points", ref_list(beta, n));
        ref_put(answer, "score|total|sum", sum);
    }
    ax_xfree(beta);
    ax_xfree(woe);
}

static void put_evidence(json_t *answer, const json_t *in)
{
    size_t n, m;
    double *good = ref_doubles(ref_member(in, "good|goods"), &n), *bad = ref_doubles(ref_member(in, "bad|bads"), &m),
           all[2] = {0, 0}, iv = 0;
    for (size_t i = 0; i < n && n == m; i++) {
        all[0] += good[i];
        all[1] += bad[i];
    }
    for (size_t i = 0; i < n && n == m; i++) {
        double woe = ax_weight_of_evidence(good[i], all[0], bad[i], all[1]);
        iv += (good[i] / all[0] - bad[i] / all[1]) * woe;
        good[i] = woe;
    }
    if (n > 0 && n == m) {
        ref_put_new(answer, "woe", ref_list(good, n));
        ref_put(answer, "iv|information_value", iv);
    }
    ax_xfree(good);
    ax_xfree(bad);
}

json_t *ref_scorecard(const struct ref_case *c, struct ax_err *err)
{
    (void)err;
    const json_t *in = c->input;
    double base = ref_number(in, "score_at|base|base_score|score0|target_score", 600), pdo = ref_number(in, "pdo", 20);
    double odds =
            ref_number(in, "odds_good_bad|odds|odds0|base_odds|target_odds", 1 / ref_number(in, "odds_bad_good", 1));
    struct ax_scorecard s = ax_scorecard_new(base, odds, pdo);
    json_t *answer = json_object(), *value;
    const char *key;
    ref_put(answer, "factor", s.factor);
    ref_put(answer, "offset", s.offset);
    double relative = ref_number(in, "relative|relative_cost|relative_risk|cost_ratio", (double)NAN);
    ref_put(answer, "score|value", isfinite(relative) ? ax_scorecard_relative(base, pdo, relative) : (double)NAN);
    put_each(answer, "scores|score|score_at_pd|values|value", ref_member(in, "pd|pds|p"), s, ax_scorecard_at_pd);
    put_each(answer, "scores|score|score_at_odds|values|value", ref_member(in, "query_odds|odds_list|at_odds"), s,
            ax_scorecard_at_odds);
    put_each(answer, "pd|pds", ref_member(in, "score|scores"), s, ax_scorecard_pd);
    put_points(answer, in, s);
    put_evidence(answer, in);
    json_object_foreach(c->expected, key, value)
    {
        put_asked(answer, key, s);
    }
    return answer;
}
