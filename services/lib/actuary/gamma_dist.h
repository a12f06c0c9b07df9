/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The Gamma distribution: Abramowitz & Stegun (1964), 6.5.29 (series) and 6.5.31 (continued fraction). Pure. */

/* P(a, x) = γ(a, x) / Γ(a), for a > 0 and x ≥ 0; relative error about 1e-13. */
double ax_gamma_p(double a, double x);
/* x with P(X ≤ x) = p for shape a and rate b; 0 < p < 1. */
double ax_gamma_quantile(double p, double a, double b);
/* P(X > x) for chi-square with `freedom` degrees. */
double ax_chi2_tail(double x, double freedom);
