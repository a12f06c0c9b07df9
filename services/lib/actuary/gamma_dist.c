/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/actuary/gamma_dist.h"

#include <math.h>

enum { TERMS_MAX = 100000, BISECTIONS = 200 };

static double log_gamma(double a)
{
    int sign;
    return lgamma_r(a, &sign);
}

static double by_series(double a, double x)
{
    double term = 1 / a, sum = term;
    for (int n = 1; n < TERMS_MAX && term > sum * 1e-17; n++) {
        term *= x / (a + n);
        sum += term;
    }
    return sum * exp(a * log(x) - x - log_gamma(a));
}

/* Q(a, x), by the modified Lentz method. */
static double by_fraction(double a, double x)
{
    double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;
    for (int i = 1; i < TERMS_MAX; i++) {
        double an = -i * (i - a);
        b += 2;
        d = an * d + b;
        d = fabs(d) < 1e-300 ? 1e-300 : d;
        c = b + an / c;
        c = fabs(c) < 1e-300 ? 1e-300 : c;
        d = 1 / d;
        h *= d * c;
        if (fabs(d * c - 1) < 1e-16) {
            break;
        }
    }
    return h * exp(a * log(x) - x - log_gamma(a));
}

double ax_gamma_p(double a, double x)
{
    if (!(x > 0)) {
        return 0;
    }
    return x < a + 1 ? by_series(a, x) : 1 - by_fraction(a, x);
}

double ax_gamma_quantile(double p, double a, double b)
{
    double low = 0, high = a + 1;
    while (ax_gamma_p(a, high) < p && high < 1e300) {
        high *= 2;
    }
    for (int i = 0; i < BISECTIONS && high - low > 1e-16 * high; i++) {
        double mid = low + (high - low) / 2;
        if (ax_gamma_p(a, mid) < p) {
            low = mid;
        } else {
            high = mid;
        }
    }
    return (low + (high - low) / 2) / b;
}

double ax_chi2_tail(double x, double freedom)
{
    return x > 0 ? 1 - ax_gamma_p(freedom / 2, x / 2) : 1;
}
