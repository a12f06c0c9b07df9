/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/actuary/fmcsa.h"

int ax_fmcsa_time_weight(double age_months)
{
    if (age_months < 0 || age_months > AX_FMCSA_WINDOW_MONTHS) {
        return 0;
    }
    return age_months < 6 ? 3 : age_months < 12 ? 2 : 1;
}

double ax_fmcsa_inspection(const double *severity, const double *out_of_service, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += severity[i] + (out_of_service == NULL ? 0 : out_of_service[i]);
    }
    return sum < AX_FMCSA_INSPECTION_CAP ? sum : AX_FMCSA_INSPECTION_CAP;
}

int ax_fmcsa_crash_severity(bool injury_or_death, bool release)
{
    return (injury_or_death ? 2 : 1) + (release ? 1 : 0);
}

double ax_fmcsa_utilization(enum ax_fmcsa_fleet fleet, double v)
{
    if (v < 0 || v > 200000) {
        return 1;
    }
    if (fleet == AX_FMCSA_COMBINATION) {
        return v < 80000 ? 1 : v < 160000 ? 1 + (v - 80000) / 133333 : 1.6;
    }
    return v < 20000 ? 1 : v < 60000 ? v / 20000 : 3;
}

double ax_fmcsa_exposure_measure(double weighted_sum, double power_units, double utilization)
{
    return weighted_sum / (power_units * utilization);
}

double ax_fmcsa_inspection_measure(double weighted_sum, double time_weights)
{
    return time_weights > 0 ? weighted_sum / time_weights : 0;
}

double ax_fmcsa_percentile(const double *measure, size_t n, size_t of)
{
    size_t below = 0, equal = 0;
    for (size_t i = 0; i < n; i++) {
        below += measure[i] < measure[of];
        equal += measure[i] == measure[of];
    }
    double rank = (double)below + ((double)equal + 1) / 2;
    return n < 2 ? 0 : (rank - 1) / (double)(n - 1) * 100;
}
