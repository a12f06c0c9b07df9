/* SPDX-License-Identifier: Apache-2.0 */
/* Bühlmann, Bühlmann–Straub, Jewell and Poisson–Gamma. */
#include "services/lib/actuary/gamma_dist.h"
#include "services/lib/actuary/jewell.h"
#include "services/lib/actuary/poisson_gamma.h"
#include "tests/unit/reference_case.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL_SIZE = 48 };

/* Contracts × periods, with names of the contracts. */
struct cells {
    double *ratio;
    double *weight;
    char (*label)[LABEL_SIZE];
    size_t contracts;
    size_t periods;
};

static void cells_free(struct cells *d)
{
    ax_xfree(d->ratio);
    ax_xfree(d->weight);
    ax_xfree(d->label);
}

static void cells_make(struct cells *d, size_t contracts, size_t periods)
{
    d->contracts = contracts;
    d->periods = periods;
    d->ratio = ax_xcalloc(contracts * periods + 1, sizeof *d->ratio);
    d->weight = ax_xcalloc(contracts * periods + 1, sizeof *d->weight);
    d->label = ax_xcalloc(contracts + 1, sizeof *d->label);
}

/* Contracts without any weight are none. */
static void drop_empty(struct cells *d)
{
    size_t kept = 0;
    for (size_t i = 0; i < d->contracts; i++) {
        double sum = 0;
        for (size_t j = 0; j < d->periods; j++) {
            sum += isfinite(d->ratio[i * d->periods + j]) ? d->weight[i * d->periods + j] : 0;
        }
        if (!(sum > 0)) {
            continue;
        }
        memmove(d->ratio + kept * d->periods, d->ratio + i * d->periods, d->periods * sizeof *d->ratio);
        memmove(d->weight + kept * d->periods, d->weight + i * d->periods, d->periods * sizeof *d->weight);
        memmove(d->label[kept], d->label[i], LABEL_SIZE);
        kept++;
    }
    d->contracts = kept;
}

/* Lists of lists; `losses` over `weights` where there are no ratios. */
static bool cells_from_lists(const json_t *input, struct cells *d)
{
    const json_t *ratios = json_is_array(input) ? input : ref_member(input, "ratios|ratio|x|data"),
                 *losses = ref_member(input, "losses|claims");
    const json_t *weights = ref_member(input, "weights|weight|w|exposures|exposure|volumes");
    const json_t *rows = ratios != NULL ? ratios : losses, *row;
    size_t periods = 0, i;
    json_array_foreach((json_t *)(uintptr_t)rows, i, row)
    {
        periods = json_array_size(row) > periods ? json_array_size(row) : periods;
    }
    if (periods == 0) {
        return false;
    }
    cells_make(d, json_array_size(rows), periods);
    json_array_foreach((json_t *)(uintptr_t)rows, i, row)
    {
        snprintf(d->label[i], LABEL_SIZE, "%zu", i + 1);
        for (size_t j = 0; j < periods; j++) {
            const json_t *w = weights == NULL ? NULL : json_array_get(json_array_get(weights, i), j);
            double value = j < json_array_size(row) ? ref_value(json_array_get(row, j)) : (double)NAN;
            double weight = weights == NULL ? 1 : ref_value(w);
            d->weight[i * periods + j] = isfinite(value) && isfinite(weight) ? weight : 0;
            d->ratio[i * periods + j] = ratios != NULL ? value : value / weight;
        }
    }
    return true;
}

/* "LOSS/PR", "PR*2": columns and numbers from left to right. */
static bool expression(const struct ref_table *t, size_t row, ax_str text, double *value)
{
    char operation = '*';
    *value = 1;
    while (text.len > 0) {
        size_t end = 0, column;
        while (end < text.len && text.ptr[end] != '*' && text.ptr[end] != '/') {
            end++;
        }
        ax_str term = ax_str_trim(ax_str_of(text.ptr, end));
        char plain[LABEL_SIZE], *after;
        double one;
        if (ref_table_column(t, term, &column)) {
            one = ref_table_number(t, row, column);
        } else if (!ax_str_to_c(term, plain, sizeof plain) ||
                   (one = strtod(plain, &after), *after != '\0' || plain[0] == '\0')) {
            return false;
        }
        *value = operation == '*' ? *value * one : *value / one;
        if (end == text.len) {
            break;
        }
        operation = text.ptr[end];
        text = ax_str_of(text.ptr + end + 1, text.len - end - 1);
    }
    return true;
}

/* One row a contract: ratio.1 …, weight.1 … */
static bool cells_from_wide(const struct ref_table *t, ax_str ratio, ax_str weight, struct cells *d)
{
    size_t first_ratio = t->columns, first_weight = t->columns, periods = 0;
    for (size_t k = t->columns; k-- > 0;) {
        if (ax_str_starts(t->name[k], ratio) && k > 0) {
            first_ratio = k;
            periods++;
        } else if (weight.len > 0 && ax_str_starts(t->name[k], weight)) {
            first_weight = k;
        }
    }
    if (periods < 2 || first_ratio + periods > t->columns) {
        return false;
    }
    cells_make(d, t->rows, periods);
    for (size_t i = 0; i < t->rows; i++) {
        ax_str_to_c(t->cell[i * t->columns], d->label[i], LABEL_SIZE);
        for (size_t j = 0; j < periods; j++) {
            d->ratio[i * periods + j] = ref_table_number(t, i, first_ratio + j);
            d->weight[i * periods + j] =
                    first_weight + periods > t->columns ? 1 : ref_table_number(t, i, first_weight + j);
        }
    }
    return true;
}

static size_t contract_of(struct cells *d, const struct ref_table *t, size_t row, size_t column)
{
    char label[LABEL_SIZE] = "";
    ax_str_to_c(t->cell[row * t->columns + column], label, sizeof label);
    for (size_t i = d->contracts; i-- > 0;) {
        if (strcmp(d->label[i], label) == 0) {
            return i;
        }
    }
    memcpy(d->label[d->contracts], label, LABEL_SIZE);
    return d->contracts++;
}

static bool period_wanted(const json_t *wanted, double period)
{
    int from, to;
    if (wanted == NULL) {
        return true;
    }
    if (json_is_string(wanted)) {
        return sscanf(json_string_value(wanted), "%d..%d", &from, &to) != 2 || (period >= from && period <= to);
    }
    for (size_t i = 0; i < json_array_size(wanted); i++) {
        if (ref_value(json_array_get(wanted, i)) == period) {
            return true;
        }
    }
    return false;
}

/* One row a cell: the contract in the first column or the one named, the period in the second. */
static bool cells_from_long(const json_t *input, const struct ref_table *t, struct cells *d)
{
    ax_str ratio = ax_str_c(ref_text(input, "ratio|ratios", "")),
           weight = ax_str_c(ref_text(input, "weight|weights", ""));
    size_t by = 0, period = 1, *used = ax_xcalloc(t->rows + 1, sizeof *used);
    ref_table_column(t, ax_str_c(ref_text(input, "group|class|contract|by|id", "")), &by);
    ref_table_column(t, ax_str_c(ref_text(input, "period|time", "")), &period);
    size_t longest = 0;
    struct cells names = {0};
    cells_make(&names, t->rows, 1);
    names.contracts = 0;
    for (size_t r = 0; r < t->rows; r++) {
        size_t i = contract_of(&names, t, r, by);
        longest = ++used[i] > longest ? used[i] : longest;
    }
    cells_make(d, names.contracts, longest);
    memset(used, 0, t->rows * sizeof *used);
    bool good = true;
    for (size_t r = 0; good && r < t->rows; r++) {
        size_t i = contract_of(&names, t, r, by), at = i * longest + used[i];
        double x, w = 1;
        if (!period_wanted(
                    ref_member(input, "years|periods"), ref_table_number(t, r, period < t->columns ? period : 0))) {
            continue;
        }
        good = expression(t, r, ratio, &x) && (weight.len == 0 || expression(t, r, weight, &w));
        d->ratio[at] = x;
        d->weight[at] = good && isfinite(x) && isfinite(w) ? w : 0;
        used[i]++;
    }
    memcpy(d->label, names.label, names.contracts * sizeof *d->label);
    cells_free(&names);
    ax_xfree(used);
    return good;
}

static ax_rc cells_read(const struct ref_case *c, struct cells *d, struct ax_err *err)
{
    const char *file = ref_text(c->input, "file|path", NULL);
    if (file == NULL) {
        bool good = cells_from_lists(c->input, d);
        drop_empty(d);
        return good ? AX_RC(OK) : ax_fail(err, AX_INVALID, "neither ratios nor a file");
    }
    struct ref_table *t = ref_table_read(c, file, err);
    if (t == NULL) {
        return AX_RC(NOT_FOUND);
    }
    ax_str ratio = ax_str_c(ref_text(c->input, "ratio|ratios", "ratio"));
    ax_str weight = ax_str_c(ref_text(c->input, "weight|weights", "weight"));
    while (ax_str_ends(ratio, AX_STR("*")) || ax_str_ends(ratio, AX_STR("."))) {
        ratio.len--;
    }
    while (ax_str_ends(weight, AX_STR("*")) || ax_str_ends(weight, AX_STR("."))) {
        weight.len--;
    }
    bool good = cells_from_wide(t, ratio, weight, d) || cells_from_long(c->input, t, d);
    ref_table_free(t);
    drop_empty(d);
    return good ? AX_RC(OK) : ax_fail(err, AX_INVALID, "%s: ratio or weight names what is no column", file);
}

/* The contracts that the case names ("first_six_classes": [1, …]), or all; how many a shorter list of answers means. */
static size_t chosen(const struct ref_case *c, const struct cells *d, size_t *choice, json_t *answer)
{
    const char *key;
    json_t *value;
    char plain[LABEL_SIZE];
    size_t shortest = d->contracts, n = 0;
    for (size_t i = 0; i < d->contracts; i++) {
        choice[i] = i;
    }
    json_object_foreach(c->expected, key, value)
    {
        bool names = strncmp(key, "first", 5) == 0 || strstr(key, "classes") != NULL ||
                     strstr(key, "contracts") != NULL || strstr(key, "groups") != NULL;
        if (!json_is_array(value)) {
            continue;
        }
        shortest = json_array_size(value) < shortest ? json_array_size(value) : shortest;
        for (size_t k = 0; names && k < json_array_size(value); k++) {
            json_t *one = json_array_get(value, k);
            snprintf(plain, sizeof plain, "%.15g", ref_value(one));
            for (size_t i = 0; i < d->contracts && n < d->contracts; i++) {
                if (strcmp(d->label[i], json_is_string(one) ? json_string_value(one) : plain) == 0) {
                    choice[n++] = i;
                    break;
                }
            }
        }
        if (names) {
            ref_put_new(answer, key, json_deep_copy(value));
        }
    }
    return n > 0 ? n : shortest;
}

static void put_contracts(
        json_t *answer, const struct ax_credibility_contract *contract, const size_t *choice, size_t n)
{
    double *list = ax_xcalloc(4 * n + 1, sizeof *list);
    for (size_t k = 0; k < n; k++) {
        const struct ax_credibility_contract *x = &contract[choice[k]];
        list[k] = x->mean;
        list[n + k] = x->credibility;
        list[2 * n + k] = x->premium;
        list[3 * n + k] = x->weight;
    }
    ref_put_new(answer, "individual_means|individual|means|own", ref_list(list, n));
    ref_put_new(answer, "credibility|z|credibilities|credibility_factors", ref_list(list + n, n));
    ref_put_new(answer, "premium|premiums|credibility_premium|credibility_premiums", ref_list(list + 2 * n, n));
    ref_put_new(answer, "weight|weights|total_weight", ref_list(list + 3 * n, n));
    ax_xfree(list);
}

static enum ax_between_form between_form(const struct ref_case *c)
{
    const char *method = ref_text(c->input, "method", "");
    bool iterative = strstr(method, "terative") != NULL || strstr(method, "ichsel") != NULL ||
                     strstr(c->id, "iterative") != NULL;
    return iterative ? AX_BETWEEN_ITERATIVE : AX_BETWEEN_UNBIASED;
}

/* Credibility from variances that are given. */
static json_t *known_variances(const json_t *in)
{
    double within = ref_number(in, "within_var|within|s2|epv", (double)NAN);
    double between = ref_number(in, "between_var|between|a|vhm", (double)NAN);
    double k = ref_number(in, "k|kappa", within / between),
           weight = ref_number(in, "weight|w|n|years|exposure", (double)NAN);
    double z = weight / (weight + k), own = ref_number(in, "own|mean|individual|individual_mean|x", (double)NAN);
    json_t *answer = json_object();
    ref_put(answer, "k|kappa", k);
    ref_put(answer, "credibility|z|value", z);
    ref_put(answer, "premium", z * own + (1 - z) * ref_number(in, "collective|mu|prior_mean", (double)NAN));
    return answer;
}

static json_t *straub(const struct ref_case *c, bool equal_weights, struct ax_err *err)
{
    if (ref_member(c->input, "file|path|ratios|ratio|x|data|losses|claims") == NULL ||
            json_is_number(ref_member(c->input, "x"))) {
        if (json_is_object(c->input)) {
            return known_variances(c->input);
        }
    }
    struct cells d = {0};
    struct ax_credibility fit;
    json_t *answer = NULL;
    ax_rc rc = cells_read(c, &d, err);
    struct ax_credibility_contract *contract = ax_xcalloc(d.contracts + 1, sizeof *contract);
    size_t *choice = ax_xcalloc(d.contracts + 1, sizeof *choice);
    for (size_t at = 0; ax_ok(rc) && equal_weights && at < d.contracts * d.periods; at++) {
        d.weight[at] = d.weight[at] > 0 ? 1 : 0;
    }
    if (ax_ok(rc)) {
        struct ax_credibility_data data = {d.ratio, d.weight, d.contracts, d.periods};
        rc = ax_buhlmann_straub(&data, between_form(c), &fit, contract, err);
    }
    if (ax_ok(rc)) {
        answer = json_object();
        put_contracts(answer, contract, choice, chosen(c, &d, choice, answer));
        ref_put(answer, "collective|collective_premium|mu|overall_mean", fit.collective);
        ref_put(answer, "between_var|between_variance|a|vhm", fit.between);
        ref_put(answer, "within_var|within_variance|s2|epv", fit.within);
        ref_put(answer, "k|kappa", fit.within / fit.between);
        ref_put(answer, "n_contracts|number_of_contracts", (double)d.contracts);
    }
    cells_free(&d);
    ax_xfree(contract);
    ax_xfree(choice);
    return answer;
}

json_t *ref_buhlmann(const struct ref_case *c, struct ax_err *err)
{
    return straub(c, true, err);
}

json_t *ref_buhlmann_straub(const struct ref_case *c, struct ax_err *err)
{
    return straub(c, false, err);
}

/* Numbers the sectors by their label's first appearance; -1 in `sector_of` is none. */
static size_t read_sectors(const json_t *labels, size_t n, size_t *sector_of)
{
    size_t sectors = 0;
    for (size_t i = 0; i < n; i++) {
        size_t same = 0;
        while (same < i && !json_equal(json_array_get(labels, same), json_array_get(labels, i))) {
            same++;
        }
        sector_of[i] = same < i ? sector_of[same] : sectors++;
    }
    return sectors;
}

/* Answers list the sectors in the order of their labels, as R does. */
static void put_sectors(json_t *answer, const json_t *labels, const size_t *sector_of, size_t n,
        const struct ax_jewell_sector *sector, size_t sectors)
{
    static const char *const names[3] = {"sector_means|cohort_means|industry_means|parent_means",
            "sector_credibility|cohort_credibility|industry_credibility|parent_credibility|sector_z",
            "sector_premium|cohort_premium|industry_premium|parent_premium|sector_premiums|cohort_premiums"};
    size_t *order = ax_xcalloc(sectors + 1, sizeof *order), *first = ax_xcalloc(sectors + 1, sizeof *first);
    for (size_t i = n; i-- > 0;) {
        first[sector_of[i]] = i;
    }
    for (size_t g = 0; g < sectors; g++) {
        size_t at = g;
        double value = ref_value(json_array_get(labels, first[g]));
        for (; at > 0 && value < ref_value(json_array_get(labels, first[order[at - 1]])); at--) {
            order[at] = order[at - 1];
        }
        order[at] = g;
    }
    for (size_t k = 0; k < 3; k++) {
        json_t *list = json_array();
        for (size_t g = 0; g < sectors; g++) {
            const struct ax_jewell_sector *s = &sector[order[g]];
            json_array_append_new(list, json_real(k == 0 ? s->mean : k == 1 ? s->credibility : s->premium));
        }
        ref_put_new(answer, names[k], list);
    }
    ax_xfree(order);
    ax_xfree(first);
}

static ax_rc jewell_solve(const struct ref_case *c, struct cells *d, const size_t *sector_of, size_t sectors,
        struct ax_jewell *j, struct ax_credibility_contract *contract, struct ax_jewell_sector *sector,
        struct ax_err *err)
{
    const json_t *in = c->input;
    if (d->contracts > 0) {
        struct ax_credibility_data data = {d->ratio, d->weight, d->contracts, d->periods};
        const char *method = ref_text(in, "method", c->id);
        enum ax_jewell_form form = strstr(method, "hlsson") != NULL     ? AX_JEWELL_OHLSSON
                                   : strstr(method, "terative") != NULL ? AX_JEWELL_ITERATIVE
                                                                        : AX_JEWELL_GISLER;
        return ax_jewell_fit(&data, sector_of, sectors, form, j, contract, sector, err);
    }
    size_t n = json_array_size(ref_member(in, "own|means|individual_means"));
    j->within = ref_number(in, "s2|within_var|within_variance", (double)NAN);
    j->between_leaf = ref_number(in, "a1|between_leaf_var|within_cohort_var", (double)NAN);
    j->between_sector = ref_number(in, "a2|between_sector_var|between_cohort_var", (double)NAN);
    for (size_t i = 0; i < n; i++) {
        contract[i].mean = ref_value(json_array_get(ref_member(in, "own|means|individual_means"), i));
        contract[i].weight = ref_value(json_array_get(ref_member(in, "w|weights|weight"), i));
    }
    return ax_jewell_apply(sector_of, n, sectors, j, contract, sector, err);
}

json_t *ref_jewell(const struct ref_case *c, struct ax_err *err)
{
    struct cells d = {0};
    const json_t *labels =
            ref_member(c->input, "sectors|sector|cohorts|cohort|industries|industry|groups|group|parents|parent");
    size_t n = json_array_size(labels);
    if (ref_member(c->input, "ratios|losses|file") != NULL && !ax_ok(cells_read(c, &d, err))) {
        return NULL;
    }
    if (n == 0 || (d.contracts > 0 && n != d.contracts)) {
        cells_free(&d);
        (void)ax_fail(err, AX_INVALID, "a sector for each contract is needed").code;
        return NULL;
    }
    struct ax_credibility_contract *contract = ax_xcalloc(n, sizeof *contract);
    struct ax_jewell_sector *sector = ax_xcalloc(n, sizeof *sector);
    size_t *sector_of = ax_xcalloc(n, sizeof *sector_of), *choice = ax_xcalloc(n, sizeof *choice);
    size_t sectors = read_sectors(labels, n, sector_of);
    struct ax_jewell j;
    json_t *answer = NULL;
    if (ax_ok(jewell_solve(c, &d, sector_of, sectors, &j, contract, sector, err))) {
        answer = json_object();
        for (size_t i = 0; i < n; i++) {
            choice[i] = i;
        }
        put_contracts(answer, contract, choice, n);
        put_sectors(answer, labels, sector_of, n, sector, sectors);
        ref_put(answer, "collective|collective_premium|mu|root", j.collective);
        ref_put(answer, "s2|within_var|within_variance|within_state_var|within_contract_var", j.within);
        ref_put(answer,
                "a1|between_leaf_var|within_cohort_var|within_sector_var|between_state_var|between_contract_var",
                j.between_leaf);
        ref_put(answer, "a2|between_var|between_sector_var|between_cohort_var|between_industry_var", j.between_sector);
    }
    cells_free(&d);
    ax_xfree(contract);
    ax_xfree(sector);
    ax_xfree(sector_of);
    ax_xfree(choice);
    return answer;
}

static double sum_of(const json_t *value)
{
    size_t n;
    double sum = 0, *all = ref_doubles(value, &n);
    for (size_t i = 0; i < n; i++) {
        sum += all[i];
    }
    ax_xfree(all);
    return sum;
}

/* κ from many rows. */
static json_t *kappa_of(const json_t *counts, const json_t *expected, struct ax_err *err)
{
    size_t n, m;
    double *count = ref_doubles(counts, &n), *mean = ref_doubles(expected, &m), moments, likely;
    json_t *answer = NULL;
    if (n != m) {
        (void)ax_fail(err, AX_INVALID, "counts and expected counts must be as many").code;
    } else if (ax_ok(ax_kappa_by_moments(count, mean, n, &moments, err)) &&
               ax_ok(ax_kappa_by_likelihood(count, mean, n, 1e-3, 1e4, &likely, err))) {
        answer = json_object();
        ref_put(answer, "kappa|kappa_moments|moment_kappa|kappa_moment", moments);
        ref_put(answer, "inverse_kappa|one_over_kappa", isfinite(moments) ? 1 / moments : 0);
        ref_put(answer, "kappa_ml|kappa_mle|kappa_likelihood", likely);
    }
    ax_xfree(count);
    ax_xfree(mean);
    return answer;
}

/* Counts and exposures, one step after another; each step discounts what is known by omega. */
static void discounted(const json_t *in, const json_t *counts, const json_t *exposures, double *count, double *exposure)
{
    double h = ref_number(in, "half_life|half_life_steps", (double)NAN);
    double omega =
            ref_number(in, "omega|discount", isfinite(h) ? exp2(-ref_number(in, "dt|step", 1) / h) : (double)NAN);
    *count = sum_of(counts);
    *exposure = sum_of(exposures);
    if (!isfinite(omega) || !json_is_array(counts)) {
        return;
    }
    *count = *exposure = 0;
    for (size_t i = 0; i < json_array_size(counts); i++) {
        double e = ref_value(json_is_array(exposures) ? json_array_get(exposures, i) : exposures);
        ax_poisson_gamma_step(count, exposure, omega, ref_value(json_array_get(counts, i)), e);
    }
}

static void put_belief(json_t *answer, struct ax_gamma_belief g, double coverage)
{
    double ends[2] = {ax_gamma_quantile((1 - coverage) / 2, g.a, g.b), ax_gamma_quantile((1 + coverage) / 2, g.a, g.b)};
    ref_put(answer, "posterior_mean|relative_risk|r|mean|premium", ax_gamma_mean(g));
    ref_put(answer, "posterior_var|posterior_variance|variance", ax_gamma_variance(g));
    ref_put(answer, "posterior_sd|sd", sqrt(ax_gamma_variance(g)));
    ref_put(answer, "posterior_a|a|shape|posterior_shape", g.a);
    ref_put(answer, "posterior_b|b|rate|posterior_rate", g.b);
    ref_put_new(answer, "interval|interval_90|posterior_interval|credible_interval|interval_90pct", ref_list(ends, 2));
    ref_put(answer, "low|lower|interval_low|q05", ends[0]);
    ref_put(answer, "high|upper|interval_high|q95", ends[1]);
}

json_t *ref_poisson_gamma(const struct ref_case *c, struct ax_err *err)
{
    const json_t *in = c->input;
    double kappa = ref_number(in, "kappa|k", (double)NAN);
    struct ax_gamma_belief prior = {ref_number(in, "a|alpha|shape", kappa), ref_number(in, "b|beta|rate", kappa)};
    const json_t *counts = ref_member(in, "claims|count|counts|n|events|observed");
    const json_t *exposures = ref_member(in, "exposure|exposures|e|expected|expected_counts");
    if (!isfinite(prior.a) || !isfinite(prior.b)) {
        return kappa_of(counts, exposures, err);
    }
    double count, exposure;
    discounted(in, counts, exposures, &count, &exposure);
    struct ax_gamma_belief after = ax_poisson_gamma_learn(prior, count, exposure);
    double z = ax_poisson_gamma_credibility(prior, exposure);
    json_t *answer = json_object();
    put_belief(answer, after, ref_number(in, "coverage|level", 0.9));
    ref_put(answer, "credibility|z", z);
    ref_put(answer, "prior_mean", ax_gamma_mean(prior));
    ref_put(answer, "prior_var|prior_variance", ax_gamma_variance(prior));
    ref_put(answer, "own_rate|raw_rate|observed_rate", count / exposure);
    ref_put(answer, "credibility_form|premium_credibility_form",
            exposure > 0 ? z * count / exposure + (1 - z) * ax_gamma_mean(prior) : ax_gamma_mean(prior));
    ref_put(answer, "s|count|decayed_count|decayed_claims", count);
    ref_put(answer, "x|exposure|decayed_exposure", exposure);
    double next = ref_number(in, "next_exposure|future_exposure", 1);
    ref_put(answer, "expected_next|predicted|predictive_mean|expected_claims", next * ax_gamma_mean(after));
    ref_put(answer, "predictive_var|predictive_variance",
            next * ax_gamma_mean(after) + next * next * ax_gamma_variance(after));
    ref_put(answer, "p_zero|predictive_p0", pow(after.b / (after.b + next), after.a));
    if (isfinite(kappa)) {
        double log_p = ax_negative_binomial_log(count, exposure, kappa);
        ref_put(answer, "log_likelihood|loglik", log_p);
        ref_put(answer, "marginal_probability|probability", exp(log_p));
    }
    return answer;
}
