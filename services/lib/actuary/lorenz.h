/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Exposure Gini: the area between the ordered Lorenz curve (cumulated losses against cumulated exposure, worst predicted
 * rate first) and the diagonal, over the same area for the perfect order, that of the observed rates. Source: Frees,
 * Meyers & Cummings (2011), JASA 106. Rows of equal rate are one straight piece. Rows without exposure are left out. Pure but for
 * the heap.
 */
#include "base/rc.h"

struct ax_lorenz_point {
    double exposure; /* share of all exposure, worst first */
    double loss;     /* share of all losses */
};

/* Area between curve and diagonal; `point` (may be NULL) gets points + 1 points at equal steps of exposure. */
double ax_lorenz(const double *rate, const double *loss, const double *exposure, size_t n,
        struct ax_lorenz_point *point, size_t points);
/* 0 where the losses are in proportion to exposure or none. */
double ax_exposure_gini(const double *rate, const double *loss, const double *exposure, size_t n);
