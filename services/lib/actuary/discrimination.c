/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/actuary/discrimination.h"

#include <math.h>
#include <stdlib.h>

static int worse(const void *a, const void *b, void *predicted)
{
    size_t i = *(const size_t *)a, j = *(const size_t *)b;
    const double *p = predicted;
    if (p[i] != p[j]) {
        return p[i] > p[j] ? -1 : 1;
    }
    return i < j ? -1 : i > j;
}

size_t *ax_order_worst_first(const double *predicted, size_t n)
{
    size_t *order = ax_xcalloc(n + 1, sizeof *order);
    for (size_t i = 0; i < n; i++) {
        order[i] = i;
    }
    union {
        const double *in;
        void *out;
    } state = {predicted};
    qsort_r(order, n, sizeof *order, worse, state.out);
    return order;
}

struct ax_discrimination ax_discrimination_of(const double *predicted, const double *event, size_t n)
{
    struct ax_discrimination d = {0.5, 0, 0, 0};
    size_t *order = ax_order_worst_first(predicted, n);
    for (size_t i = 0; i < n; i++) {
        d.events += event[i] > 0;
    }
    double others = (double)n - d.events, bad = 0, good = 0, pairs = 0;
    for (size_t from = 0, to; from < n && d.events > 0 && others > 0; from = to) {
        double tied_bad = 0, tied_good = 0;
        for (to = from; to < n && predicted[order[to]] == predicted[order[from]]; to++) {
            tied_bad += event[order[to]] > 0;
            tied_good += !(event[order[to]] > 0);
        }
        pairs += tied_good * (bad + tied_bad / 2);
        bad += tied_bad;
        good += tied_good;
        double gap = fabs(bad / d.events - good / others);
        d.ks = gap > d.ks ? gap : d.ks;
    }
    if (d.events > 0 && others > 0) {
        d.auc = pairs / (d.events * others);
        d.gini = 2 * d.auc - 1;
    }
    ax_xfree(order);
    return d;
}

double ax_capture(const double *predicted, const double *event, size_t n, double share)
{
    size_t *order = ax_order_worst_first(predicted, n);
    double room = share * (double)n, all = 0, caught = 0;
    for (size_t i = 0; i < n; i++) {
        all += event[i];
    }
    for (size_t from = 0, to; from < n && room > 0; from = to) {
        double sum = 0;
        for (to = from; to < n && predicted[order[to]] == predicted[order[from]]; to++) {
            sum += event[order[to]];
        }
        double tied = (double)(to - from), taken = tied < room ? tied : room;
        caught += sum * taken / tied;
        room -= taken;
    }
    ax_xfree(order);
    return all > 0 ? caught / all : 0;
}
