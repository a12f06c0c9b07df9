/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Percentile intervals by the bootstrap (Efron, 1979), resampling clusters: all rows of one enterprise are drawn together,
 * as its years are not independent. The generator is seeded, so the same rows give the same interval. Pure but for the heap.
 */
#include "base/rc.h"

enum { AX_BOOTSTRAP_ROUNDS_MAX = 10000 };

struct ax_interval {
    double low;
    double high;
};

/* Measures of one draw: row i counts weight[i] times. Fills value[measures]. */
typedef void ax_bootstrap_measure(const uint32_t *weight, size_t rows, double *value, void *state);

struct ax_bootstrap {
    size_t rows;
    const uint32_t *cluster_of; /* rows of cluster numbers, each below `clusters` */
    size_t clusters;
    size_t measures;
    size_t rounds;
    double coverage; /* e.g. 0.9 */
    uint64_t seed;
};

/* `out` has b->measures places. */
void ax_bootstrap_run(
        const struct ax_bootstrap *b, ax_bootstrap_measure *measure, void *state, struct ax_interval *out);
