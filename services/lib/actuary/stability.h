/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Population stability index, Σ (a − e) ln(a / e) over classes, of a score (PSI) or of an input (CSI). Thresholds as used
 * in credit scoring: below 0.10 stable, to 0.25 watch, above it act. Source: Siddiqi (2006), ch. 9. Pure.
 */
#include "base/rc.h"

/* A share of 0 is taken as this (ours), as its logarithm is not there. */
#define AX_PSI_LEAST_SHARE 1e-6

double ax_psi_term(double expected, double actual);
/* Counts or shares: each side is divided by its sum. 0 where a side is empty. */
double ax_psi(const double *expected, const double *actual, size_t n);
const char *ax_psi_word(double psi); /* "stable", "watch", "shift" */
