/* SPDX-License-Identifier: Apache-2.0 */
/*
 * With slopes, levels and trend linear in eta the loss is convex (cloglog is log-concave), so that where it ends does not depend
 * on where it began. Slopes may not be negative. Sums run over the rows in their order: one machine, one result.
 */
#include "services/lib/model/fit_rows.h"

#include <math.h>
#include <nlopt.h>

enum { EVALUATIONS_MAX = 1000, VARIABLES_MAX = AX_FIT_SLOPES + AX_FIT_LEVELS_MAX + 1 };

#define TOLERANCE 1e-10
#define ETA_MAX 8.0
#define TREND_MAX 0.3
#define LEVEL_MAX 30.0
#define SLOPE_BEGIN 0.05

struct running {
    const struct ax_fit_problem *p;
    int evaluations;
};

static double evaluate(unsigned n, const double *x, double *gradient, void *state)
{
    struct running *r = state;
    const struct ax_fit_problem *p = r->p;
    double sum[VARIABLES_MAX] = {0};
    double loss = 0;
    r->evaluations++;
    for (size_t i = 0; i < p->rows; i++) {
        const double *f = &p->features[i * AX_FIT_SLOPES];
        double eta = p->offset[i] + x[AX_FIT_SLOPES + p->level[i]] + x[n - 1] * p->years[i];
        for (size_t j = 0; j < AX_FIT_SLOPES; j++) {
            eta += x[j] * f[j];
        }
        double mean = exp(eta < ETA_MAX ? eta : ETA_MAX) / p->quarters;
        double some = -expm1(-mean);
        double none = p->quarters - p->count[i];
        loss += none * mean - (p->count[i] > 0 ? p->count[i] * log(some) : 0);
        double slope = (none - (p->count[i] > 0 ? p->count[i] * (1 - some) / some : 0)) * mean;
        for (size_t j = 0; j < AX_FIT_SLOPES; j++) {
            sum[j] += slope * f[j];
        }
        sum[AX_FIT_SLOPES + p->level[i]] += slope;
        sum[n - 1] += slope * p->years[i];
    }
    for (size_t j = 0; j < AX_FIT_SLOPES; j++) {
        loss += p->ridge / 2 * x[j] * x[j];
        sum[j] += p->ridge * x[j];
    }
    double scale = 1 / (double)p->rows;
    for (unsigned j = 0; gradient != NULL && j < n; j++) {
        gradient[j] = sum[j] * scale;
    }
    return loss * scale;
}

static void set_bounds(nlopt_opt o, const struct ax_fit_problem *p, unsigned n, double *x)
{
    double low[VARIABLES_MAX];
    double high[VARIABLES_MAX];
    for (unsigned j = 0; j < n; j++) {
        low[j] = j < AX_FIT_SLOPES ? 0 : -LEVEL_MAX;
        high[j] = LEVEL_MAX;
        x[j] = j < AX_FIT_SLOPES ? SLOPE_BEGIN : 0;
    }
    low[n - 1] = -TREND_MAX;
    high[n - 1] = TREND_MAX;
    double count = 0;
    double exposure = 0;
    for (size_t i = 0; i < p->rows; i++) {
        count += p->count[i];
        exposure += exp(p->offset[i]);
    }
    for (size_t j = 0; j < p->levels; j++) {
        x[AX_FIT_SLOPES + j] = log((count + 1) / (exposure + 1));
    }
    (void)nlopt_set_lower_bounds(o, low);
    (void)nlopt_set_upper_bounds(o, high);
}

ax_rc ax_fit_solve(const struct ax_fit_problem *problem, struct ax_fit_solution *out, struct ax_err *err)
{
    struct running r = {.p = problem};
    unsigned n = (unsigned)(AX_FIT_SLOPES + problem->levels + 1);
    double x[VARIABLES_MAX];
    if (problem->rows == 0) {
        return ax_fail(err, AX_NOT_FOUND, "the panel has no rows of this model with an outcome before that day");
    }
    nlopt_opt o = nlopt_create(NLOPT_LD_SLSQP, n);
    AX_ASSERT(o != NULL);
    set_bounds(o, problem, n, x);
    (void)nlopt_set_min_objective(o, evaluate, &r);
    (void)nlopt_set_ftol_rel(o, TOLERANCE);
    (void)nlopt_set_maxeval(o, EVALUATIONS_MAX);
    nlopt_result result = nlopt_optimize(o, x, &out->loss);
    nlopt_destroy(o);
    /* Round-off means that nothing better can be told apart. */
    if (result < 0 && result != NLOPT_ROUNDOFF_LIMITED) {
        return ax_fail(err, AX_STATE, "the optimiser gave up: %s", nlopt_result_to_string(result));
    }
    memcpy(out->slope, x, sizeof out->slope);
    memcpy(out->intercept, x + AX_FIT_SLOPES, problem->levels * sizeof x[0]);
    out->trend = x[n - 1];
    out->evaluations = r.evaluations;
    return AX_RC(OK);
}
