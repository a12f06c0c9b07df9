/* SPDX-License-Identifier: Apache-2.0 */
/* The error bounds that scoring/risk_math.h states, against the C library's long double. */
#include "scoring/risk_math.h"
#include "tests/unit/scoring_world.h"
#include "tests/unit/t.h"

#include <float.h>
#include <math.h>

#define T(name) cmocka_unit_test(name)

enum { TRIES = 2000000 };

static double uniform(uint64_t *seed, double from, double to)
{
    return from + (to - from) * (double)(world_random(seed) >> 11) * 0x1p-53;
}

static double ulp(long double x)
{
    double near = fabs((double)x);
    return nextafter(near, INFINITY) - near;
}

static void exp2_bound(void **state)
{
    (void)state;
    uint64_t seed = 1;
    long double worst = 0;
    for (int i = 0; i < TRIES; i++) {
        double x = i % 2 == 0 ? uniform(&seed, -1000, 1023) : uniform(&seed, -2, 2);
        long double truth = exp2l(x);
        long double error = fabsl((long double)ax_exp2(x) - truth) / ulp(truth);
        worst = error > worst ? error : worst;
    }
    assert_true(worst <= 1);
    for (int n = -1022; n < 1024; n++) {
        assert_true(ax_exp2(n) == exp2(n));
    }
    assert_true(ax_exp2(-1e9) == 0 && ax_exp2(-1022.5) == 0);
    assert_true(isfinite(ax_exp2(AX_EXP2_MAX)));
}

static void log2_bound(void **state)
{
    (void)state;
    uint64_t seed = 2;
    long double worst = 0;
    long double near = 0;
    for (int i = 0; i < TRIES; i++) {
        double x = exp2(i % 2 == 0 ? uniform(&seed, -1000, 1000) : uniform(&seed, -3, 3));
        long double truth = log2l(x);
        long double error = fabsl((long double)ax_log2(x) - truth) / fmaxl(1, fabsl(truth));
        worst = error > worst ? error : worst;
        x = uniform(&seed, 63.0 / 64, 65.0 / 64);
        truth = log2l(x);
        if (truth != 0) {
            error = fabsl((long double)ax_log2(x) - truth) / ulp(truth);
            near = error > near ? error : near;
        }
    }
    assert_true(worst <= 0x1p-52L);
    assert_true(near <= 3);
    for (int n = -1022; n < 1024; n++) {
        assert_true(ax_log2(exp2(n)) == n);
    }
    assert_true(ax_log2(DBL_MAX) == 1024 && ax_log2(DBL_MIN) == -1022);
}

/* Powers of two by day must not fall from one day to the next, whatever the half-life. */
static void monotone(void **state)
{
    (void)state;
    for (int h = 60; h <= 36525; h = h * 3 / 2) {
        for (int day = -54786; day < 54786; day++) {
            assert_true(ax_exp2((day + 1.0) / h) > ax_exp2(day / (double)h));
        }
    }
}

static void roots(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int i = 0; i < TRIES; i++) {
        double x = exp2(uniform(&seed, -60, 60));
        assert_true(fabs(ax_root(x) / sqrt(x) - 1) < 1e-14);
    }
    assert_true(ax_root(0) == 0 && ax_root(-1) == 0);
    assert_true(fabs(ax_exp(1) - exp(1)) < 1e-15 && fabs(ax_ln(10) - log(10)) < 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(exp2_bound), T(log2_bound), T(monotone), T(roots)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
