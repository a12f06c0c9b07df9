/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * How near predictions come: Brier score, log loss, Poisson deviance and D² (1 − deviance over that of one flat rate),
 * observed over expected, Hosmer & Lemeshow (1980). Source: BCBS Working Paper 14 (2005), ch. III; McCullagh & Nelder
 * (1989) for the deviance. Pure but for the heap.
 */
#include "base/rc.h"

double ax_brier(const double *p, const double *y, size_t n);
/* Probabilities are held within 1e-15 of 0 and 1. */
double ax_log_loss(const double *p, const double *y, size_t n);
/* 2 Σ [y ln(y / μ) − (y − μ)]; infinite where something happened that had been given no chance. */
double ax_poisson_deviance(const double *mu, const double *y, size_t n);
/* 1 − deviance(μ) / deviance(flat rate × exposure); `exposure` may be NULL: 1 each. */
double ax_d2(const double *mu, const double *y, const double *exposure, size_t n);

/* Rows of like prediction. */
struct ax_calibration_group {
    double n;
    double observed;
    double expected;
    double least; /* prediction */
    double most;
};

/* Groups of equal size, lowest prediction first; the first n % groups have one row more. Equal predictions are in order of
 * their number. groups ≤ n. */
void ax_calibration_groups(const double *p, const double *y, size_t n, size_t groups, struct ax_calibration_group *out);

struct ax_hosmer_lemeshow {
    double statistic; /* Σ (O − E)² / (E (1 − E / n)) */
    double freedom;   /* groups − 2 */
    double p_value;
};

/* Groups without rows or with nothing expected are left out. */
struct ax_hosmer_lemeshow ax_hosmer_lemeshow_of(const struct ax_calibration_group *group, size_t groups);
/* A 90 % interval of observed over expected where the observed count is Poisson (exact, Garwood 1936). */
void ax_oe_interval(double observed, double expected, double *low, double *high);
