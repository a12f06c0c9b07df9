/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/actuary/lorenz.h"

#include "services/lib/actuary/discrimination.h"

struct sums {
    double exposure, loss;
};

/* Points at equal steps that lie on the piece from `a` to `b`, from the next one on. */
static void put_points(struct ax_lorenz_point *point, size_t points, size_t *next, struct sums a, struct sums b)
{
    while (point != NULL && *next <= points) {
        double at = (double)*next / (double)points;
        if (at > b.exposure) {
            return;
        }
        double width = b.exposure - a.exposure;
        point[*next] = (struct ax_lorenz_point){
                at, width > 0 ? a.loss + (b.loss - a.loss) * (at - a.exposure) / width : a.loss};
        ++*next;
    }
}

double ax_lorenz(const double *rate, const double *loss, const double *exposure, size_t n,
        struct ax_lorenz_point *point, size_t points)
{
    struct sums all = {0, 0}, done = {0, 0};
    for (size_t i = 0; i < n; i++) {
        all.exposure += exposure[i] > 0 ? exposure[i] : 0;
        all.loss += exposure[i] > 0 ? loss[i] : 0;
    }
    size_t *order = ax_order_worst_first(rate, n), next = 0;
    double area = 0;
    for (size_t from = 0, to; from < n && all.exposure > 0 && all.loss > 0; from = to) {
        struct sums piece = {0, 0}, before = done;
        for (to = from; to < n && rate[order[to]] == rate[order[from]]; to++) {
            size_t i = order[to];
            piece.exposure += exposure[i] > 0 ? exposure[i] / all.exposure : 0;
            piece.loss += exposure[i] > 0 ? loss[i] / all.loss : 0;
        }
        done.exposure += piece.exposure;
        done.loss += piece.loss;
        area += piece.exposure * (before.loss + done.loss) / 2;
        put_points(point, points, &next, before, done);
    }
    for (; point != NULL && next <= points; next++) { /* the last steps, where rounding left the sum below 1 */
        point[next] = (struct ax_lorenz_point){(double)next / (double)points, done.loss > 0 ? 1 : 0};
    }
    ax_xfree(order);
    return all.exposure > 0 && all.loss > 0 ? area - 0.5 : 0;
}

double ax_exposure_gini(const double *rate, const double *loss, const double *exposure, size_t n)
{
    double *observed = ax_xcalloc(n + 1, sizeof *observed);
    for (size_t i = 0; i < n; i++) {
        observed[i] = exposure[i] > 0 ? loss[i] / exposure[i] : 0;
    }
    double perfect = ax_lorenz(observed, loss, exposure, n, NULL, 0);
    double own = ax_lorenz(rate, loss, exposure, n, NULL, 0);
    ax_xfree(observed);
    return perfect > 0 ? own / perfect : 0;
}
