/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/actuary/poisson_gamma.h"

#include <math.h>

enum { SEARCH_STEPS = 200 };

struct ax_gamma_belief ax_poisson_gamma_learn(struct ax_gamma_belief prior, double count, double exposure)
{
    return (struct ax_gamma_belief){prior.a + count, prior.b + exposure};
}

void ax_poisson_gamma_step(double *count, double *exposure, double omega, double new_count, double new_exposure)
{
    *count = omega * *count + new_count;
    *exposure = omega * *exposure + new_exposure;
}

static double log_gamma(double a)
{
    int sign;
    return lgamma_r(a, &sign);
}

double ax_negative_binomial_log(double count, double expected, double kappa)
{
    double ratio = expected / kappa;
    return log_gamma(count + kappa) - log_gamma(kappa) - log_gamma(count + 1) - (kappa + count) * log1p(ratio) +
           (count > 0 ? count * log(ratio) : 0);
}

/* Σ N / Σ E. */
static ax_rc level_of(const double *count, const double *expected, size_t n, double *level, struct ax_err *err)
{
    double counted = 0, sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (!(expected[i] > 0) || !(count[i] >= 0)) {
            return ax_fail(err, AX_INVALID, "kappa: row %zu has a count below 0 or an expected count not above 0", i);
        }
        counted += count[i];
        sum += expected[i];
    }
    if (!(counted > 0)) {
        return ax_fail(err, AX_INVALID, "kappa: nothing was counted in %zu rows", n);
    }
    *level = counted / sum;
    return AX_RC(OK);
}

ax_rc ax_kappa_by_moments(const double *count, const double *expected, size_t n, double *kappa, struct ax_err *err)
{
    double level, sum = 0, squares = 0, spread = 0;
    AX_TRY(level_of(count, expected, n, &level, err));
    for (size_t i = 0; i < n; i++) {
        double e = level * expected[i];
        sum += e;
        squares += e * e;
        spread += e * (count[i] / e - 1) * (count[i] / e - 1);
    }
    double inverse = n < 2 ? 0 : (spread - (double)(n - 1)) / (sum - squares / sum);
    *kappa = inverse > 0 ? 1 / inverse : (double)INFINITY;
    return AX_RC(OK);
}

static double likelihood(const double *count, const double *expected, size_t n, double level, double kappa)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += ax_negative_binomial_log(count[i], level * expected[i], kappa);
    }
    return sum;
}

ax_rc ax_kappa_by_likelihood(const double *count, const double *expected, size_t n, double least, double most,
        double *kappa, struct ax_err *err)
{
    double level;
    AX_TRY(level_of(count, expected, n, &level, err));
    if (!(least > 0) || !(most > least)) {
        return ax_fail(err, AX_INVALID, "kappa: bounds must be above 0 and in order");
    }
    double low = log(least), high = log(most), golden = (sqrt(5) - 1) / 2;
    for (int i = 0; i < SEARCH_STEPS && high - low > 1e-12; i++) {
        double left = high - golden * (high - low), right = low + golden * (high - low);
        if (likelihood(count, expected, n, level, exp(left)) < likelihood(count, expected, n, level, exp(right))) {
            low = left;
        } else {
            high = right;
        }
    }
    *kappa = exp(low + (high - low) / 2);
    return AX_RC(OK);
}
