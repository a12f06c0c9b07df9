/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Cases per hours worked. TRIR and DART of US OSHA (29 CFR 1904; BLS: cases × 200,000 / hours, 100 full-time workers a
 * year), LTIFR per 1,000,000 hours (ILO). Pure.
 */
#define AX_RATE_BASE_OSHA 200000.0
#define AX_RATE_BASE_ILO 1000000.0

/* hours > 0. */
double ax_exposure_rate(double cases, double hours, double base_hours);
/* The interval of Wilson (1927), JASA 22, for the rate: for a case in 200,000 hours 0.18 to 5.66 at z = 1.96. */
void ax_exposure_rate_interval(double cases, double hours, double base_hours, double z, double *low, double *high);
