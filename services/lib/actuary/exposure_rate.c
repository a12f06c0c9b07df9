/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/actuary/exposure_rate.h"

#include <math.h>

double ax_exposure_rate(double cases, double hours, double base_hours)
{
    return cases * base_hours / hours;
}

void ax_exposure_rate_interval(double cases, double hours, double base_hours, double z, double *low, double *high)
{
    double p = cases / hours, z2 = z * z / hours;
    double middle = (p + z2 / 2) / (1 + z2);
    double half = z / (1 + z2) * sqrt(p * (1 - p) / hours + z2 / (4 * hours));
    *low = (middle - half) * base_hours;
    *high = (middle + half) * base_hours;
}
