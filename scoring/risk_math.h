/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Powers and logarithms that give the same bits with every compiler, level of optimisation and C library: IEEE 754 double,
 * + - * / square root and comparisons in a fixed order, no contraction (the build says -ffp-contract=off). Pure; any thread.
 *
 * Error bounds, held by tests/unit/scoring_risk_math_test.c against a long double library:
 *   ax_exp2: at most 1 unit in the last place of the result; exact for whole x; rising in x within its error.
 *   ax_log2: at most 2^-52 * max(1, |log2 x|) absolutely; for 63/64 < x < 65/64 at most 3 units in the last place of the
 *            result; exact for powers of two.
 */
#include "base/bytes.h"

#define AX_EXP2_MIN (-1022.0) /* below it the result is 0 */
#define AX_EXP2_MAX 1023.0    /* x may not be greater */
#define AX_LN2 0x1.62e42fefa39efp-1

double ax_exp2(double x);
double ax_log2(double x); /* x > 0, normal, finite */
/* Of each of them; less than so many calls. */
void ax_log2_each(double *x, size_t count);

static inline double ax_exp(double x)
{
    return ax_exp2(x * (1.0 / AX_LN2));
}

static inline double ax_ln(double x)
{
    return ax_log2(x) * AX_LN2;
}

/* The square root as IEEE 754 rounds it, which processors have (-fno-math-errno: without a call); 0 of what is not above 0. */
static inline double ax_root(double x)
{
    return x > 0 ? __builtin_sqrt(x) : 0;
}
