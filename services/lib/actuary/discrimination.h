/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * How well a prediction orders events: AUC (ties count half), accuracy ratio (Gini), Kolmogorov–Smirnov, the share of
 * events among the worst. Source: BCBS Working Paper 14 (2005), ch. III. A row is an event where `event` is above 0; a
 * higher prediction is worse. Pure but for the heap.
 */
#include "base/rc.h"

/* Rows from the highest prediction down; equal ones in order of their number. Free with ax_xfree. */
size_t *ax_order_worst_first(const double *predicted, size_t n);

struct ax_discrimination {
    double auc;  /* 0.5 where there is no event or nothing else */
    double gini; /* 2 AUC − 1 */
    double ks;
    double events;
};

struct ax_discrimination ax_discrimination_of(const double *predicted, const double *event, size_t n);
/* Share of Σ event within the worst `share` of rows; where equal predictions stand across the edge, each counts in part. */
double ax_capture(const double *predicted, const double *event, size_t n, double share);
