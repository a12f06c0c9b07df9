/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/actuary/bootstrap.h"

#include "base/random.h"

#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Linear between the order statistics (type 7 of Hyndman & Fan). */
static double quantile(const double *sorted, size_t n, double p)
{
    double at = p * (double)(n - 1);
    size_t low = (size_t)at;
    double part = at - (double)low;
    return low + 1 < n ? sorted[low] + part * (sorted[low + 1] - sorted[low]) : sorted[n - 1];
}

void ax_bootstrap_run(const struct ax_bootstrap *b, ax_bootstrap_measure *measure, void *state, struct ax_interval *out)
{
    AX_ASSERT(b->rounds >= 1 && b->rounds <= AX_BOOTSTRAP_ROUNDS_MAX && b->clusters <= UINT32_MAX);
    uint32_t *drawn = ax_xcalloc(b->clusters + 1, sizeof *drawn), *weight = ax_xcalloc(b->rows + 1, sizeof *weight);
    double *value = ax_xcalloc(b->measures, sizeof *value), *all = ax_xcalloc(b->measures * b->rounds, sizeof *all);
    struct ax_random random;
    ax_random_init(&random, b->seed);
    for (size_t r = 0; r < b->rounds; r++) {
        memset(drawn, 0, b->clusters * sizeof *drawn);
        for (size_t k = 0; k < b->clusters; k++) {
            drawn[ax_random_below(&random, (uint32_t)b->clusters)]++;
        }
        for (size_t i = 0; i < b->rows; i++) {
            weight[i] = drawn[b->cluster_of[i]];
        }
        measure(weight, b->rows, value, state);
        for (size_t m = 0; m < b->measures; m++) {
            all[m * b->rounds + r] = value[m];
        }
    }
    for (size_t m = 0; m < b->measures; m++) {
        qsort(all + m * b->rounds, b->rounds, sizeof *all, by_value);
        out[m].low = quantile(all + m * b->rounds, b->rounds, (1 - b->coverage) / 2);
        out[m].high = quantile(all + m * b->rounds, b->rounds, (1 + b->coverage) / 2);
    }
    ax_xfree(drawn);
    ax_xfree(weight);
    ax_xfree(value);
    ax_xfree(all);
}
