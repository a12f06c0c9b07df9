/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/report/resample.h"

#include "services/lib/actuary/discrimination.h"

#include <math.h>

/* One prediction with its orders. */
struct ordered {
    const struct ax_vectors *v;
    size_t *by_p;
    size_t *by_rate;
    size_t *by_observed;
};

static struct ordered order(const struct ax_vectors *v)
{
    double *observed = ax_xcalloc(v->n + 1, sizeof *observed);
    for (size_t i = 0; i < v->n; i++) {
        observed[i] = v->count[i] / v->exposure[i];
    }
    struct ordered o = {v, ax_order_worst_first(v->p, v->n), ax_order_worst_first(v->rate, v->n),
            ax_order_worst_first(observed, v->n)};
    ax_xfree(observed);
    return o;
}

static void release(struct ordered *o)
{
    ax_xfree(o->by_p);
    ax_xfree(o->by_rate);
    ax_xfree(o->by_observed);
}

static double auc(const struct ordered *o, const uint32_t *w)
{
    const struct ax_vectors *v = o->v;
    double bad = 0, good = 0, pairs = 0;
    for (size_t from = 0, to; from < v->n; from = to) {
        double tied_bad = 0, tied_good = 0;
        for (to = from; to < v->n && v->p[o->by_p[to]] == v->p[o->by_p[from]]; to++) {
            size_t i = o->by_p[to];
            tied_bad += w[i] * v->event[i];
            tied_good += w[i] * (1 - v->event[i]);
        }
        pairs += tied_good * (bad + tied_bad / 2);
        bad += tied_bad;
        good += tied_good;
    }
    return bad > 0 && good > 0 ? pairs / (bad * good) : 0.5;
}

static double capture(const struct ordered *o, const uint32_t *w)
{
    const struct ax_vectors *v = o->v;
    double rows = 0, all = 0, caught = 0;
    for (size_t i = 0; i < v->n; i++) {
        rows += w[i];
        all += w[i] * v->event[i];
    }
    double room = rows / 10;
    for (size_t from = 0, to; from < v->n && room > 0; from = to) {
        double sum = 0, tied = 0;
        for (to = from; to < v->n && v->p[o->by_p[to]] == v->p[o->by_p[from]]; to++) {
            sum += w[o->by_p[to]] * v->event[o->by_p[to]];
            tied += w[o->by_p[to]];
        }
        double taken = tied < room ? tied : room;
        caught += tied > 0 ? sum * taken / tied : 0;
        room -= taken;
    }
    return all > 0 ? caught / all : 0;
}

static double observed_over_expected(const struct ordered *o, const uint32_t *w)
{
    double observed = 0, expected = 0;
    for (size_t i = 0; i < o->v->n; i++) {
        observed += w[i] * o->v->count[i];
        expected += w[i] * o->v->mu[i];
    }
    return observed / expected;
}

static double deviance(const struct ax_vectors *v, const uint32_t *w, double flat)
{
    double sum = 0;
    for (size_t i = 0; i < v->n; i++) {
        double mu = flat >= 0 ? flat * v->exposure[i] : v->mu[i], y = v->count[i];
        sum += w[i] * (y > 0 ? y * log(y / mu) - (y - mu) : mu);
    }
    return sum;
}

static double d2(const struct ordered *o, const uint32_t *w)
{
    double counted = 0, exposure = 0;
    for (size_t i = 0; i < o->v->n; i++) {
        counted += w[i] * o->v->count[i];
        exposure += w[i] * o->v->exposure[i];
    }
    return 1 - deviance(o->v, w, -1) / deviance(o->v, w, counted / exposure);
}

static double area(const struct ax_vectors *v, const size_t *by, const double *key, const uint32_t *w)
{
    double exposure = 0, counted = 0, below = 0;
    for (size_t from = 0, to; from < v->n; from = to) {
        double piece = 0, more = 0;
        for (to = from; to < v->n && (to == from || (key != NULL && key[by[to]] == key[by[from]])); to++) {
            piece += w[by[to]] * v->exposure[by[to]];
            more += w[by[to]] * v->count[by[to]];
        }
        below += piece * (counted + more / 2);
        exposure += piece;
        counted += more;
    }
    return exposure > 0 && counted > 0 ? below / (exposure * counted) - 0.5 : 0;
}

static void measure_one(const struct ordered *o, const uint32_t *w, double *value)
{
    value[AX_RESAMPLED_AUC] = auc(o, w);
    value[AX_RESAMPLED_CAPTURE] = capture(o, w);
    value[AX_RESAMPLED_OE] = observed_over_expected(o, w);
    value[AX_RESAMPLED_D2] = d2(o, w);
    double own = area(o->v, o->by_rate, o->v->rate, w), perfect = area(o->v, o->by_observed, NULL, w);
    value[AX_RESAMPLED_GINI] = perfect > 0 ? own / perfect : 0;
    value[AX_RESAMPLED_LORENZ] = 2 * own;
}

struct pair {
    struct ordered own, rival;
};

/* Own measures, then own less the rival's. */
static void measure(const uint32_t *w, size_t rows, double *value, void *state)
{
    const struct pair *p = state;
    double rival[AX_RESAMPLED_MEASURES];
    (void)rows;
    measure_one(&p->own, w, value);
    measure_one(&p->rival, w, rival);
    for (size_t m = 0; m < AX_RESAMPLED_MEASURES; m++) {
        value[AX_RESAMPLED_MEASURES + m] = value[m] - rival[m];
    }
}

struct ax_resample ax_resample(
        const struct ax_vectors *v, const struct ax_vectors *rival, size_t units, uint32_t rounds, uint64_t seed)
{
    struct ax_resample r;
    struct pair pair = {order(v), order(rival)};
    uint32_t *ones = ax_xcalloc(v->n + 1, sizeof *ones), *unit = ax_xcalloc(v->n + 1, sizeof *unit);
    for (size_t i = 0; i < v->n; i++) {
        ones[i] = 1;
        unit[i] = v->row[i]->unit;
    }
    measure_one(&pair.own, ones, r.point);
    measure_one(&pair.rival, ones, r.rival);
    struct ax_interval out[2 * AX_RESAMPLED_MEASURES];
    struct ax_bootstrap b = {v->n, unit, units, 2 * AX_RESAMPLED_MEASURES, rounds, 0.9, seed};
    ax_bootstrap_run(&b, measure, &pair, out);
    for (size_t m = 0; m < AX_RESAMPLED_MEASURES; m++) {
        r.of[m] = out[m];
        r.less_rival[m] = out[AX_RESAMPLED_MEASURES + m];
    }
    release(&pair.own);
    release(&pair.rival);
    ax_xfree(ones);
    ax_xfree(unit);
    return r;
}
