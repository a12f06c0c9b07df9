/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/actuary/stability.h"

#include <math.h>

double ax_psi_term(double expected, double actual)
{
    double e = expected > AX_PSI_LEAST_SHARE ? expected : AX_PSI_LEAST_SHARE;
    double a = actual > AX_PSI_LEAST_SHARE ? actual : AX_PSI_LEAST_SHARE;
    return (a - e) * log(a / e);
}

double ax_psi(const double *expected, const double *actual, size_t n)
{
    double e = 0, a = 0, psi = 0;
    for (size_t i = 0; i < n; i++) {
        e += expected[i];
        a += actual[i];
    }
    for (size_t i = 0; e > 0 && a > 0 && i < n; i++) {
        psi += ax_psi_term(expected[i] / e, actual[i] / a);
    }
    return psi;
}

const char *ax_psi_word(double psi)
{
    return psi < 0.10 ? "stable" : psi <= 0.25 ? "watch" : "shift";
}
