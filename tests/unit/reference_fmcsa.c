/* SPDX-License-Identifier: Apache-2.0 */
/* The Safety Measurement System: utilisation, measures by inspection and by exposure, percentiles. */
#include "services/lib/actuary/fmcsa.h"
#include "tests/unit/reference_case.h"

#include <math.h>

static double mean_of(const json_t *value)
{
    size_t n;
    double *all = ref_doubles(value, &n), sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += all[i];
    }
    ax_xfree(all);
    return n > 0 ? sum / (double)n : (double)NAN;
}

static double utilization_of(const json_t *in, double miles_per_unit)
{
    const char *segment = ref_text(in, "seg|segment|fleet", "combination");
    bool combination = segment[0] == 'c' || segment[0] == 'C';
    return ax_fmcsa_utilization(
            combination ? AX_FMCSA_COMBINATION : AX_FMCSA_STRAIGHT, isfinite(miles_per_unit) ? miles_per_unit : -1);
}

/* Severities as numbers, or as objects with their own out-of-service flag. */
static double inspection_of(const json_t *in)
{
    const json_t *list = ref_member(in, "viol|violations|severities"), *oos = ref_member(in, "oos|out_of_service");
    size_t n = json_array_size(list);
    double *severity = ax_xcalloc(n + 1, sizeof *severity), *out = ax_xcalloc(n + 1, sizeof *out);
    for (size_t i = 0; i < n; i++) {
        const json_t *one = json_array_get(list, i),
                     *flag = json_is_object(one) ? ref_member(one, "oos|out_of_service") : json_array_get(oos, i);
        severity[i] = json_is_object(one) ? ref_number(one, "severity|s|weight", 0) : ref_value(one);
        out[i] = json_is_true(flag)                      ? AX_FMCSA_OUT_OF_SERVICE
                 : flag == NULL || json_is_boolean(flag) ? 0
                                                         : ref_value(flag);
    }
    double capped = ax_fmcsa_inspection(severity, out, n);
    ax_xfree(severity);
    ax_xfree(out);
    return capped;
}

static double crash_of(const json_t *in)
{
    if (ref_number(in, "not_preventable", 0) > 0) {
        return 0;
    }
    double given = ref_number(in, "severity", (double)NAN);
    bool hurt = ref_number(in, "injury|injuries|injury_or_death", 0) > 0 ||
                ref_number(in, "fatal|fatality|deaths|fatalities", 0) > 0;
    return isfinite(given)
                   ? given
                   : ax_fmcsa_crash_severity(hurt, ref_number(in, "hazmat|release|hazmat_release|hm_release", 0) > 0);
}

/* Σ T S and Σ T, and a row [T, S, T S] for each. */
static json_t *weigh(const json_t *list, double (*severity)(const json_t *), double *sum, double *weights)
{
    json_t *rows = json_array();
    *sum = *weights = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        double t = ax_fmcsa_time_weight(ref_number(one, "age_months|age|months", -1)), s = severity(one),
               row[3] = {t, s, t * s};
        *sum += t * s;
        *weights += t;
        json_array_append_new(rows, ref_list(row, 3));
    }
    return rows;
}

static json_t *by_inspections(const json_t *list)
{
    double sum, weights;
    json_t *answer = json_object();
    ref_put_new(answer, "per_inspection_time_sev_product|per_inspection", weigh(list, inspection_of, &sum, &weights));
    ref_put(answer, "numerator|weighted_sum|time_x_severity_sum", sum);
    ref_put(answer, "denominator|time_weight_sum|sum_time_weights", weights);
    ref_put(answer, "measure|value", ax_fmcsa_inspection_measure(sum, weights));
    return answer;
}

static json_t *by_exposure(const json_t *in)
{
    json_t *answer = json_object();
    const json_t *inspections = ref_member(in, "inspections|violations"), *crashes = ref_member(in, "crashes");
    double sum = ref_number(in, "time_x_severity_sum|weighted_sum|numerator", (double)NAN), weights;
    if (inspections != NULL || crashes != NULL) {
        const json_t *list = inspections != NULL ? inspections : crashes;
        ref_put_new(answer, "per_inspection_time_sev_product|per_inspection|per_crash|per_crash_time_sev_product",
                weigh(list, inspections != NULL ? inspection_of : crash_of, &sum, &weights));
    }
    double units = mean_of(ref_member(in, "power_units_now_6mo_18mo|power_units|avg_pu|average_power_units|pu"));
    double miles = ref_number(in, "vmt_per_pu", ref_number(in, "vmt|miles|vehicle_miles", (double)NAN) / units);
    double utilization = utilization_of(in, miles);
    ref_put(answer, "avg_pu|average_power_units|power_units", units);
    ref_put(answer, "vmt_per_pu", miles);
    ref_put(answer, "utilization|utilization_factor|uf|utilisation", utilization);
    ref_put(answer, "numerator|time_x_severity_sum|weighted_sum", sum);
    ref_put(answer, "denominator", units * utilization);
    double measure = ax_fmcsa_exposure_measure(sum, units, utilization);
    ref_put(answer, "measure", measure);
    ref_put(answer, "value", isfinite(measure) ? measure : utilization);
    return answer;
}

static json_t *percentiles(const json_t *measures)
{
    size_t n;
    double *all = ref_doubles(measures, &n), *percentile = ax_xcalloc(n + 1, sizeof *percentile);
    for (size_t i = 0; i < n; i++) {
        percentile[i] = ax_fmcsa_percentile(all, n, i);
    }
    json_t *answer = json_object();
    ref_put_new(answer, "percentiles|percentile|values", ref_list(percentile, n));
    ax_xfree(all);
    ax_xfree(percentile);
    return answer;
}

static bool has_severities(const json_t *one)
{
    return ref_member(one, "viol|violations|severities") != NULL && ref_member(one, "age_months|age|months") != NULL;
}

static json_t *solve(const json_t *in)
{
    if (ref_member(in, "measures") != NULL) {
        return percentiles(ref_member(in, "measures"));
    }
    const json_t *inspections = ref_member(in, "inspections");
    if (inspections != NULL &&
            ref_member(in, "power_units_now_6mo_18mo|power_units|avg_pu|average_power_units|pu") == NULL) {
        return by_inspections(inspections);
    }
    return by_exposure(in);
}

json_t *ref_fmcsa(const struct ref_case *c, struct ax_err *err)
{
    (void)err;
    if (!json_is_array(c->input)) {
        return solve(c->input);
    }
    if (has_severities(json_array_get(c->input, 0)) && !json_is_array(c->expected)) {
        return by_inspections(c->input);
    }
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(c->input); i++) {
        json_array_append_new(list, solve(json_array_get(c->input, i)));
    }
    return list;
}
