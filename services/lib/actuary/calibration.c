/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/actuary/calibration.h"

#include "services/lib/actuary/discrimination.h"
#include "services/lib/actuary/gamma_dist.h"

#include <math.h>

double ax_brier(const double *p, const double *y, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (p[i] - y[i]) * (p[i] - y[i]);
    }
    return n > 0 ? sum / (double)n : 0;
}

double ax_log_loss(const double *p, const double *y, size_t n)
{
    double sum = 0, edge = 1e-15;
    for (size_t i = 0; i < n; i++) {
        double q = p[i] < edge ? edge : p[i] > 1 - edge ? 1 - edge : p[i];
        sum -= y[i] * log(q) + (1 - y[i]) * log1p(-q);
    }
    return n > 0 ? sum / (double)n : 0;
}

double ax_poisson_deviance(const double *mu, const double *y, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += y[i] > 0 ? y[i] * log(y[i] / mu[i]) - (y[i] - mu[i]) : mu[i];
    }
    return 2 * sum;
}

double ax_d2(const double *mu, const double *y, const double *exposure, size_t n)
{
    double all = 0, counted = 0;
    double *flat = ax_xcalloc(n + 1, sizeof *flat);
    for (size_t i = 0; i < n; i++) {
        all += exposure == NULL ? 1 : exposure[i];
        counted += y[i];
    }
    for (size_t i = 0; i < n && all > 0; i++) {
        flat[i] = counted / all * (exposure == NULL ? 1 : exposure[i]);
    }
    double deviance = ax_poisson_deviance(flat, y, n);
    ax_xfree(flat);
    return deviance > 0 ? 1 - ax_poisson_deviance(mu, y, n) / deviance : 0;
}

void ax_calibration_groups(const double *p, const double *y, size_t n, size_t groups, struct ax_calibration_group *out)
{
    double *negative = ax_xcalloc(n + 1, sizeof *negative);
    for (size_t i = 0; i < n; i++) {
        negative[i] = -p[i];
    }
    size_t *order = ax_order_worst_first(negative, n), at = 0;
    for (size_t g = 0; g < groups; g++) {
        size_t size = n / groups + (g < n % groups ? 1 : 0);
        out[g] = (struct ax_calibration_group){.n = (double)size};
        for (size_t k = 0; k < size; k++, at++) {
            out[g].least = k == 0 ? p[order[at]] : out[g].least;
            out[g].most = p[order[at]];
            out[g].observed += y[order[at]];
            out[g].expected += p[order[at]];
        }
    }
    ax_xfree(order);
    ax_xfree(negative);
}

struct ax_hosmer_lemeshow ax_hosmer_lemeshow_of(const struct ax_calibration_group *group, size_t groups)
{
    struct ax_hosmer_lemeshow h = {0, -2, 1};
    for (size_t g = 0; g < groups; g++) {
        double spread = group[g].n > 0 ? group[g].expected * (1 - group[g].expected / group[g].n) : 0;
        if (spread > 0) {
            double off = group[g].observed - group[g].expected;
            h.statistic += off * off / spread;
            h.freedom += 1;
        }
    }
    h.p_value = h.freedom > 0 ? ax_chi2_tail(h.statistic, h.freedom) : 1;
    return h;
}

void ax_oe_interval(double observed, double expected, double *low, double *high)
{
    *low = observed > 0 ? ax_gamma_quantile(0.05, observed, expected) : 0;
    *high = ax_gamma_quantile(0.95, observed + 1, expected);
}
