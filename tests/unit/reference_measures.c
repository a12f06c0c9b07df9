/* SPDX-License-Identifier: Apache-2.0 */
/* Decay, stability and the measures of validation. */
#include "services/lib/actuary/calibration.h"
#include "services/lib/actuary/decay.h"
#include "services/lib/actuary/discrimination.h"
#include "services/lib/actuary/lorenz.h"
#include "services/lib/actuary/stability.h"
#include "services/lib/actuary/transition.h"
#include "tests/unit/reference_case.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct event {
    double day, weight;
};

/* A day as a number, or a date as days since 0000-03-01. */
static double day_of(const json_t *value)
{
    int y, m, d;
    const char *text = json_string_value(value);
    if (text == NULL || sscanf(text, "%d-%d-%d", &y, &m, &d) != 3) {
        return ref_value(value);
    }
    y -= m <= 2;
    m = (m + 9) % 12;
    return 365.0 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + d - 1;
}

static int by_day(const void *a, const void *b)
{
    const struct event *x = a, *y = b;
    return x->day < y->day ? -1 : x->day > y->day;
}

static struct event *read_events(const json_t *list, size_t *n)
{
    *n = json_array_size(list);
    struct event *events = ax_xcalloc(*n + 1, sizeof *events);
    for (size_t i = 0; i < *n; i++) {
        const json_t *e = json_array_get(list, i), *pair[2] = {json_array_get(e, 0), json_array_get(e, 1)};
        bool object = json_is_object(e);
        events[i].day = day_of(object ? ref_member(e, "day|t|date|at") : pair[0]);
        events[i].weight = object            ? ref_number(e, "weight|w|value|points", 1)
                           : pair[1] == NULL ? 1
                                             : ref_value(pair[1]);
    }
    return events;
}

/* The state after each event, in order of days; mergesort, as same-day events keep their order. */
static json_t *states(
        struct event *events, size_t n, double half_life, double query, const json_t *in, double *at_query)
{
    json_t *list = json_array();
    struct event *sorted = ax_xcalloc(n + 1, sizeof *sorted);
    for (size_t i = 0; i < n; i++) { /* insertion keeps equal days in order */
        size_t at = i;
        for (; at > 0 && by_day(&sorted[at - 1], &events[i]) > 0; at--) {
            sorted[at] = sorted[at - 1];
        }
        sorted[at] = events[i];
    }
    struct ax_decay s = ax_decay_new(half_life, n > 0 ? sorted[0].day : query), known = s;
    for (size_t i = 0; i < n; i++) {
        ax_decay_add(&s, sorted[i].day, sorted[i].weight);
        if (sorted[i].day <= query) {
            known = s;
        }
        json_t *row = json_array();
        json_array_append_new(row, json_real(sorted[i].day));
        json_array_append_new(row, json_real(s.sum));
        json_array_append_new(list, row);
    }
    const json_t *spans = ref_member(in, "spans|exposure|exposures");
    for (size_t i = 0; i < json_array_size(spans); i++) {
        const json_t *p = json_array_get(spans, i);
        double from = ref_value(json_array_get(p, 0)), to = ref_value(json_array_get(p, 1));
        to = to < query ? to : query;
        if (from < to) {
            ax_decay_add_span(&known, from, to, ref_value(json_array_get(p, 2)));
        }
    }
    *at_query = query >= known.day ? ax_decay_at(&known, query) : 0;
    ax_xfree(sorted);
    return list;
}

json_t *ref_decay(const struct ref_case *c, struct ax_err *err)
{
    size_t n, lives, queries;
    const json_t *in = c->input;
    struct event *events = read_events(ref_member(in, "events"), &n);
    double *life = ref_doubles(ref_member(in, "half_life_days|half_lives_days|half_life|half_lives|h"), &lives), value;
    const json_t *asked = ref_member(in, "query_day|query_days|query|day|at|query_date|query_dates");
    json_t *answer = json_object(), *all = json_array();
    queries = json_is_array(asked) ? json_array_size(asked) : asked != NULL;
    if (lives == 0) {
        json_decref(answer);
        answer = NULL;
        (void)ax_fail(err, AX_INVALID, "no half-life").code;
    }
    for (size_t h = 0; h < lives; h++) {
        for (size_t q = 0; q < (queries > 0 ? queries : 1); q++) {
            double day =
                    queries == 0 ? (double)INFINITY : day_of(json_is_array(asked) ? json_array_get(asked, q) : asked);
            json_t *list = states(events, n, life[h], day, in, &value);
            ref_put_new(answer, "state_after_each_event|states|state_after_events", list);
            json_array_append_new(all, queries == 0 ? json_null() : json_real(value));
        }
    }
    const char *names =
            "value_at_query|values_at_query|value|values|direct_sum|incremental|sum|state_at_query|exposure_at_query";
    ref_put_new(answer, names, json_array_size(all) == 1 ? json_incref(json_array_get(all, 0)) : json_incref(all));
    json_decref(all);
    ax_xfree(life);
    ax_xfree(events);
    return answer;
}

static double psi_between(const json_t *expected, const json_t *actual, json_t *terms)
{
    size_t n, m;
    double *e = ref_doubles(expected, &n), *a = ref_doubles(actual, &m), sums[2] = {0, 0}, psi = (double)NAN;
    for (size_t i = 0; i < n && n == m; i++) {
        sums[0] += e[i];
        sums[1] += a[i];
    }
    if (n == m && n > 0) {
        psi = ax_psi(e, a, n);
        for (size_t i = 0; i < n; i++) {
            json_array_append_new(terms, json_real(ax_psi_term(e[i] / sums[0], a[i] / sums[1])));
        }
    }
    ax_xfree(e);
    ax_xfree(a);
    return psi;
}

static size_t grade_of(json_t *grades, const json_t *grade)
{
    size_t i = 0;
    while (i < json_array_size(grades) && !json_equal(json_array_get(grades, i), grade)) {
        i++;
    }
    return i;
}

static json_t *transition(const json_t *in)
{
    const json_t *from = ref_member(in, "from"), *to = ref_member(in, "to"), *named = ref_member(in, "grades|order");
    json_t *grades = named != NULL ? json_deep_copy(named) : json_array();
    for (size_t i = 0; named == NULL && i < json_array_size(from); i++) {
        if (grade_of(grades, json_array_get(from, i)) == json_array_size(grades)) {
            json_array_append(grades, json_array_get(from, i));
        }
    }
    struct ax_transition t;
    ax_transition_init(&t, json_array_size(grades));
    for (size_t i = 0; i < json_array_size(from); i++) {
        ax_transition_add(&t, grade_of(grades, json_array_get(from, i)), grade_of(grades, json_array_get(to, i)));
    }
    json_t *answer = json_object(), *counts = json_array(), *shares = json_array();
    for (size_t i = 0; i < t.grades; i++) {
        json_t *row = json_array(), *part = json_array();
        for (size_t k = 0; k <= t.grades; k++) {
            json_array_append_new(row, json_integer((json_int_t)t.count[i][k]));
            json_array_append_new(part, json_real(ax_transition_share(&t, i, k)));
        }
        json_array_append_new(counts, row);
        json_array_append_new(shares, part);
    }
    ref_put_new(answer, "counts|matrix|transition", counts);
    ref_put_new(answer, "shares|probabilities", shares);
    ref_put(answer, "kept|stayed|share_staying|share_kept", ax_transition_kept(&t));
    json_decref(grades);
    return answer;
}

json_t *ref_stability(const struct ref_case *c, struct ax_err *err)
{
    const json_t *expected = ref_member(c->input, "expected|base|reference|development");
    const json_t *actual = ref_member(c->input, "actual|current|recent|validation");
    json_t *answer = json_object(), *terms = json_array();
    if (ref_member(c->input, "from") != NULL && ref_member(c->input, "to") != NULL) {
        json_decref(answer);
        json_decref(terms);
        return transition(c->input);
    }
    if (json_is_object(expected)) { /* one distribution an input */
        const char *key;
        json_t *value;
        json_object_foreach((json_t *)(uintptr_t)expected, key, value)
        {
            ref_put(answer, key, psi_between(value, json_object_get(actual, key), terms));
        }
        ref_put_new(answer, "csi|psi", json_deep_copy(answer));
        json_decref(terms);
        return answer;
    }
    double psi = psi_between(expected, actual, terms);
    if (isnan(psi)) {
        (void)ax_fail(err, AX_INVALID, "expected and actual must be lists of one length").code;
        json_decref(terms);
        json_decref(answer);
        return NULL;
    }
    ref_put(answer, "psi|csi|value", psi);
    ref_put_new(answer, "terms|contributions", terms);
    ref_put_new(answer, "verdict|label|status|word|class|reading", json_string(ax_psi_word(psi)));
    return answer;
}

/* Rows to be measured; which of the lists there are. */
struct rows {
    double *y, *p, *rate, *mu, *exposure, *n_each;
    size_t n;
    size_t groups;
};

static void put_discrimination(json_t *answer, const struct rows *r)
{
    struct ax_discrimination d = ax_discrimination_of(r->p, r->y, r->n);
    ref_put(answer, "auc|auroc", d.auc);
    ref_put(answer, "gini|ar|accuracy_ratio", d.gini);
    ref_put(answer, "ks|kolmogorov_smirnov", d.ks);
    ref_put(answer, "events|n_events", d.events);
    ref_put(answer, "brier|brier_score", ax_brier(r->p, r->y, r->n));
    ref_put(answer, "log_loss|logloss|cross_entropy", ax_log_loss(r->p, r->y, r->n));
    double tenth = ax_capture(r->p, r->y, r->n, 0.1), fifth = ax_capture(r->p, r->y, r->n, 0.2);
    ref_put(answer, "worst_tenth|worst_decile|worst_tenth_capture|worst_decile_capture|capture_10|capture", tenth);
    ref_put(answer, "worst_fifth|worst_quintile|worst_fifth_capture|worst_quintile_capture|capture_20", fifth);
    ref_put(answer, "lift_10|lift_worst_tenth|lift|lift_worst_decile", tenth / 0.1);
    ref_put(answer, "lift_20|lift_worst_fifth", fifth / 0.2);
}

static void put_threshold(json_t *answer, const struct rows *r, double threshold)
{
    double hit = 0, missed = 0, alarm = 0, calm = 0;
    for (size_t i = 0; i < r->n; i++) {
        bool flagged = r->p[i] >= threshold, bad = r->y[i] > 0;
        hit += flagged && bad;
        missed += !flagged && bad;
        alarm += flagged && !bad;
        calm += !flagged && !bad;
    }
    ref_put(answer, "sensitivity|recall|tpr", hit / (hit + missed));
    ref_put(answer, "specificity|tnr", calm / (calm + alarm));
    ref_put(answer, "precision|ppv", hit / (hit + alarm));
    ref_put(answer, "accuracy", (hit + calm) / (double)r->n);
}

static void put_calibration(json_t *answer, const struct rows *r)
{
    double observed = 0, expected = 0;
    size_t groups = r->n_each != NULL ? r->n : r->groups < r->n ? r->groups : r->n;
    struct ax_calibration_group *group = ax_xcalloc(groups + 1, sizeof *group);
    if (r->n_each == NULL) {
        ax_calibration_groups(r->p, r->y, r->n, groups, group);
    }
    for (size_t i = 0; i < r->n; i++) {
        observed += r->y[i];
        expected += r->mu[i];
        if (r->n_each != NULL) {
            group[i] = (struct ax_calibration_group){r->n_each[i], r->y[i], r->mu[i], 0, 0};
        }
    }
    struct ax_hosmer_lemeshow h = ax_hosmer_lemeshow_of(group, groups);
    ref_put(answer, "hosmer_lemeshow|hl|chi2|statistic|hosmer_lemeshow_statistic|hl_statistic", h.statistic);
    ref_put(answer, "freedom|df|degrees_of_freedom", h.freedom);
    ref_put(answer, "p_value|hosmer_lemeshow_p|hl_p", h.p_value);
    ref_put(answer, "oe|o_e|o/e|o_over_e|observed_over_expected|observed_expected", observed / expected);
    ref_put(answer, "observed|o", observed);
    ref_put(answer, "expected|e", expected);
    ref_put(answer, "deviance|poisson_deviance", ax_poisson_deviance(r->mu, r->y, r->n));
    ref_put(answer, "mean_deviance|mean_poisson_deviance", ax_poisson_deviance(r->mu, r->y, r->n) / (double)r->n);
    ref_put(answer, "d2", ax_d2(r->mu, r->y, r->exposure, r->n));
    ax_xfree(group);
}

static void put_lorenz(json_t *answer, const struct rows *r)
{
    double *one = ax_xcalloc(r->n + 1, sizeof *one);
    for (size_t i = 0; i < r->n; i++) {
        one[i] = r->exposure == NULL ? 1 : r->exposure[i];
    }
    ref_put(answer, "exposure_gini|gini_exposure|lorenz_gini", ax_exposure_gini(r->rate, r->y, one, r->n));
    ref_put(answer, "area|lorenz_area", ax_lorenz(r->rate, r->y, one, r->n, NULL, 0));
    ax_xfree(one);
}

/* Probabilities or rates under one name, expected counts under another; each follows from the other by exposure. */
static ax_rc rows_read(const struct ref_case *c, struct rows *r, struct ax_err *err)
{
    const json_t *in = c->input;
    size_t n[6] = {0};
    r->y = ref_doubles(
            ref_member(in, "y|outcome|outcomes|observed|events|labels|counts|count|losses|loss|actual|claims"), &n[0]);
    double *p = ref_doubles(
            ref_member(in, "p|pd|prob|probability|predicted|prediction|rate|rates|predicted_rate|risk"), &n[1]);
    double *score = ref_doubles(ref_member(in, "score|scores"), &n[2]);
    r->mu = ref_doubles(ref_member(in, "mu|expected|expected_events|lambda|expected_counts|predicted_counts"), &n[3]);
    r->exposure = ref_doubles(ref_member(in, "exposure|exposures|hours|e"), &n[4]);
    r->n_each = ref_doubles(ref_member(in, "n|n_each|sizes|size"), &n[5]);
    r->n = n[0];
    r->groups = (size_t)ref_number(in, "groups|bins|n_groups|g", 10);
    r->p = ax_xcalloc(r->n + 1, sizeof *r->p);
    r->rate = ax_xcalloc(r->n + 1, sizeof *r->rate);
    bool mu_given = r->mu != NULL;
    r->mu = mu_given ? r->mu : ax_xcalloc(r->n + 1, sizeof *r->mu);
    bool fits = r->n > 0 && (n[1] == r->n || n[2] == r->n || n[3] == r->n) && (n[4] == 0 || n[4] == r->n) &&
                r->groups > 0 && (n[3] == 0 || n[3] == r->n) && (n[5] == 0 || n[5] == r->n);
    for (size_t i = 0; fits && i < r->n; i++) {
        double exposure = r->exposure == NULL ? 1 : r->exposure[i];
        r->rate[i] = p != NULL ? p[i] : mu_given ? r->mu[i] / exposure : -score[i];
        r->p[i] = p != NULL ? p[i] : mu_given ? r->mu[i] : -score[i];
        r->mu[i] = mu_given ? r->mu[i] : r->rate[i] * exposure;
    }
    ax_xfree(p);
    ax_xfree(score);
    return fits ? AX_RC(OK) : ax_fail(err, AX_INVALID, "outcomes and predictions must be lists of one length");
}

json_t *ref_measures(const struct ref_case *c, struct ax_err *err)
{
    struct rows r = {0};
    json_t *answer = NULL;
    bool stability = json_object_get(c->expected, "psi") != NULL || json_object_get(c->expected, "csi") != NULL;
    if (stability || (ref_member(c->input, "from") != NULL && ref_member(c->input, "to") != NULL)) {
        return ref_stability(c, err);
    }
    if (ax_ok(rows_read(c, &r, err))) {
        answer = json_object();
        put_discrimination(answer, &r);
        put_threshold(answer, &r, ref_number(c->input, "threshold|cut|cutoff", 0.5));
        put_calibration(answer, &r);
        put_lorenz(answer, &r);
        ref_put(answer, "value", ref_number(answer, c->kind, (double)NAN));
    }
    ax_xfree(r.y);
    ax_xfree(r.p);
    ax_xfree(r.rate);
    ax_xfree(r.mu);
    ax_xfree(r.exposure);
    ax_xfree(r.n_each);
    return answer;
}
