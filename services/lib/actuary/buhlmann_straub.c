/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/actuary/buhlmann_straub.h"

#include <math.h>

enum { ITERATIONS_MAX = 1000 };

static double weight_of(const struct ax_credibility_data *d, size_t at)
{
    if (!isfinite(d->ratio[at])) {
        return 0;
    }
    return d->weight == NULL ? 1 : d->weight[at];
}

static ax_rc check(const struct ax_credibility_data *d, struct ax_err *err)
{
    if (d->contracts == 0 || d->periods == 0 || d->contracts > AX_CREDIBILITY_CELLS_MAX / d->periods) {
        return ax_fail(err, AX_INVALID, "credibility: from 1 to %d cells", AX_CREDIBILITY_CELLS_MAX);
    }
    for (size_t at = 0; d->weight != NULL && at < d->contracts * d->periods; at++) {
        if (!(d->weight[at] >= 0)) {
            return ax_fail(err, AX_INVALID, "credibility: the weight of cell %zu is below 0 or not a number", at);
        }
    }
    return AX_RC(OK);
}

/* Sums of one contract; returns how many cells it has. */
static size_t own_mean(const struct ax_credibility_data *d, size_t i, struct ax_credibility_contract *c)
{
    double sum = 0;
    size_t cells = 0;
    c->weight = 0;
    for (size_t at = i * d->periods; at < (i + 1) * d->periods; at++) {
        double w = weight_of(d, at);
        if (w > 0) {
            c->weight += w;
            sum += w * d->ratio[at];
            cells++;
        }
    }
    c->mean = sum / c->weight;
    return cells;
}

static ax_rc within_variance(const struct ax_credibility_data *d, struct ax_credibility *out,
        struct ax_credibility_contract *contract, struct ax_err *err)
{
    double squares = 0;
    size_t freedom = 0;
    for (size_t i = 0; i < d->contracts; i++) {
        size_t cells = own_mean(d, i, &contract[i]);
        if (cells == 0) {
            return ax_fail(err, AX_INVALID, "credibility: contract %zu has no cell with a weight", i);
        }
        freedom += cells - 1;
        for (size_t at = i * d->periods; at < (i + 1) * d->periods; at++) {
            double w = weight_of(d, at);
            double off = w > 0 ? d->ratio[at] - contract[i].mean : 0;
            squares += w * off * off;
        }
    }
    if (freedom == 0) {
        return ax_fail(err, AX_INVALID, "credibility: no contract has two cells");
    }
    out->within = squares / (double)freedom;
    return AX_RC(OK);
}

static double between_unbiased(const struct ax_credibility_contract *contract, size_t n, double within)
{
    double w = 0, wx = 0, ww = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        w += contract[i].weight;
        ww += contract[i].weight * contract[i].weight;
        wx += contract[i].weight * contract[i].mean;
    }
    for (size_t i = 0; i < n; i++) {
        double off = contract[i].mean - wx / w;
        squares += contract[i].weight * off * off;
    }
    double a = n < 2 ? 0 : (squares - (double)(n - 1) * within) / (w - ww / w);
    return a > 0 ? a : 0;
}

static void spread(struct ax_credibility_contract *contract, size_t n, struct ax_credibility *out)
{
    double z = 0, zx = 0;
    for (size_t i = 0; i < n; i++) {
        struct ax_credibility_contract *c = &contract[i];
        c->credibility = out->between > 0 ? c->weight / (c->weight + out->within / out->between) : 0;
        double share = out->between > 0 ? c->credibility : c->weight;
        z += share;
        zx += share * c->mean;
    }
    out->collective = zx / z;
    for (size_t i = 0; i < n; i++) {
        struct ax_credibility_contract *c = &contract[i];
        c->premium = c->credibility * c->mean + (1 - c->credibility) * out->collective;
    }
}

/* a = Σ Z (X − X_z)² / (I − 1), with Z and X_z from the a before; from the unbiased one on. */
static void iterate(struct ax_credibility_contract *contract, size_t n, struct ax_credibility *out)
{
    for (int round = 0; round < ITERATIONS_MAX && out->between > 0; round++) {
        double before = out->between, squares = 0;
        for (size_t i = 0; i < n; i++) {
            double off = contract[i].mean - out->collective;
            squares += contract[i].credibility * off * off;
        }
        out->between = squares / (double)(n - 1);
        spread(contract, n, out);
        if (fabs(out->between - before) <= 1e-14 * before) {
            return;
        }
    }
}

ax_rc ax_buhlmann_straub(const struct ax_credibility_data *data, enum ax_between_form form, struct ax_credibility *out,
        struct ax_credibility_contract *contract, struct ax_err *err)
{
    AX_TRY(check(data, err));
    AX_TRY(within_variance(data, out, contract, err));
    out->between = between_unbiased(contract, data->contracts, out->within);
    spread(contract, data->contracts, out);
    if (form == AX_BETWEEN_ITERATIVE && data->contracts > 1) {
        iterate(contract, data->contracts, out);
    }
    return AX_RC(OK);
}
