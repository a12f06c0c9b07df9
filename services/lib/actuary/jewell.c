/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/actuary/jewell.h"

#include <math.h>

enum { ITERATIONS_MAX = 1000 };

static ax_rc check(const size_t *sector_of, size_t contracts, size_t sectors, struct ax_err *err)
{
    for (size_t i = 0; i < contracts; i++) {
        if (sector_of[i] >= sectors) {
            return ax_fail(err, AX_INVALID, "jewell: contract %zu is in sector %zu of %zu", i, sector_of[i], sectors);
        }
    }
    for (size_t g = 0; g < sectors; g++) {
        size_t found = 0;
        for (size_t i = 0; i < contracts; i++) {
            found += sector_of[i] == g;
        }
        if (found == 0) {
            return ax_fail(err, AX_INVALID, "jewell: sector %zu has no contract", g);
        }
    }
    return AX_RC(OK);
}

struct node_sums {
    double w, wx, ww;
    size_t n;
};

/* Numerator and denominator of one node's unbiased estimate of the variance between its children. */
static void estimate(const struct node_sums *s, double squares, double below, double *numerator, double *denominator)
{
    *numerator = squares - (double)(s->n - 1) * below;
    *denominator = s->w - s->ww / s->w;
}

static struct node_sums sums_of(
        const struct ax_credibility_contract *contract, const size_t *sector_of, size_t n, size_t g)
{
    struct node_sums s = {0, 0, 0, 0};
    for (size_t i = 0; i < n; i++) {
        if (sector_of[i] == g) {
            s.w += contract[i].weight;
            s.wx += contract[i].weight * contract[i].mean;
            s.ww += contract[i].weight * contract[i].weight;
            s.n++;
        }
    }
    return s;
}

static double between_leaves(const struct ax_credibility_contract *contract, const size_t *sector_of, size_t n,
        size_t sectors, enum ax_jewell_form form, double within)
{
    double floored = 0, top = 0, bottom = 0;
    size_t counted = 0;
    for (size_t g = 0; g < sectors; g++) {
        struct node_sums s = sums_of(contract, sector_of, n, g);
        if (s.n < 2) {
            continue;
        }
        double squares = 0, numerator, denominator;
        for (size_t i = 0; i < n; i++) {
            double off = sector_of[i] == g ? contract[i].mean - s.wx / s.w : 0;
            squares += contract[i].weight * off * off;
        }
        estimate(&s, squares, within, &numerator, &denominator);
        floored += numerator > 0 ? numerator / denominator : 0;
        top += numerator;
        bottom += denominator;
        counted++;
    }
    double a = 0;
    if (counted > 0) {
        a = form == AX_JEWELL_GISLER ? floored / (double)counted : top / bottom;
    }
    return a > 0 ? a : 0;
}

static double between_sectors(const struct ax_jewell_sector *sector, size_t sectors, double below)
{
    struct node_sums s = {0, 0, 0, sectors};
    double squares = 0, numerator, denominator;
    for (size_t g = 0; g < sectors; g++) {
        s.w += sector[g].weight;
        s.wx += sector[g].weight * sector[g].mean;
        s.ww += sector[g].weight * sector[g].weight;
    }
    for (size_t g = 0; g < sectors; g++) {
        double off = sector[g].mean - s.wx / s.w;
        squares += sector[g].weight * off * off;
    }
    estimate(&s, squares, below, &numerator, &denominator);
    return sectors < 2 || numerator <= 0 ? 0 : numerator / denominator;
}

/* Credibility of the contracts, and weight and mean of the sectors; where a1 is 0 the contracts' own weights stand. */
static void lift_to_sectors(const size_t *sector_of, size_t contracts, size_t sectors, const struct ax_jewell *j,
        struct ax_credibility_contract *contract, struct ax_jewell_sector *sector)
{
    for (size_t g = 0; g < sectors; g++) {
        sector[g].weight = sector[g].mean = 0;
    }
    for (size_t i = 0; i < contracts; i++) {
        struct ax_credibility_contract *c = &contract[i];
        c->credibility = j->between_leaf > 0 ? c->weight / (c->weight + j->within / j->between_leaf) : 0;
        double share = j->between_leaf > 0 ? c->credibility : c->weight;
        sector[sector_of[i]].weight += share;
        sector[sector_of[i]].mean += share * c->mean;
    }
    for (size_t g = 0; g < sectors; g++) {
        sector[g].mean /= sector[g].weight;
    }
}

static void premiums(const size_t *sector_of, size_t contracts, size_t sectors, struct ax_jewell *j,
        struct ax_credibility_contract *contract, struct ax_jewell_sector *sector)
{
    double z = 0, zx = 0;
    for (size_t g = 0; g < sectors; g++) {
        struct ax_jewell_sector *s = &sector[g];
        double noise = j->between_leaf > 0 ? j->between_leaf : j->within;
        s->credibility = j->between_sector > 0 ? s->weight / (s->weight + noise / j->between_sector) : 0;
        double share = j->between_sector > 0 ? s->credibility : s->weight;
        z += share;
        zx += share * s->mean;
    }
    j->collective = zx / z;
    for (size_t g = 0; g < sectors; g++) {
        sector[g].premium = sector[g].credibility * sector[g].mean + (1 - sector[g].credibility) * j->collective;
    }
    for (size_t i = 0; i < contracts; i++) {
        struct ax_credibility_contract *c = &contract[i];
        c->premium = c->credibility * c->mean + (1 - c->credibility) * sector[sector_of[i]].premium;
    }
}

/* One round of the pseudo-estimators: Σ Z (X − X_z)² at each level, over its degrees of freedom; false when nothing moves. */
static bool iterate(const size_t *sector_of, size_t contracts, size_t sectors, struct ax_jewell *j,
        const struct ax_credibility_contract *contract, const struct ax_jewell_sector *sector)
{
    double leaf = 0, top = 0, before[2] = {j->between_leaf, j->between_sector};
    for (size_t i = 0; i < contracts; i++) {
        double off = contract[i].mean - sector[sector_of[i]].mean;
        leaf += contract[i].credibility * off * off;
    }
    for (size_t g = 0; g < sectors; g++) {
        double off = sector[g].mean - j->collective;
        top += sector[g].credibility * off * off;
    }
    j->between_leaf = contracts > sectors ? leaf / (double)(contracts - sectors) : 0;
    j->between_sector = sectors > 1 ? top / (double)(sectors - 1) : 0;
    return fabs(j->between_leaf - before[0]) > 1e-14 * before[0] ||
           fabs(j->between_sector - before[1]) > 1e-14 * before[1];
}

ax_rc ax_jewell_fit(const struct ax_credibility_data *data, const size_t *sector_of, size_t sectors,
        enum ax_jewell_form form, struct ax_jewell *out, struct ax_credibility_contract *contract,
        struct ax_jewell_sector *sector, struct ax_err *err)
{
    struct ax_credibility flat;
    AX_TRY(ax_buhlmann_straub(data, AX_BETWEEN_UNBIASED, &flat, contract, err));
    AX_TRY(check(sector_of, data->contracts, sectors, err));
    out->within = flat.within;
    out->between_leaf = between_leaves(contract, sector_of, data->contracts, sectors, form, out->within);
    lift_to_sectors(sector_of, data->contracts, sectors, out, contract, sector);
    out->between_sector = between_sectors(sector, sectors, out->between_leaf > 0 ? out->between_leaf : out->within);
    premiums(sector_of, data->contracts, sectors, out, contract, sector);
    for (int round = 0; form == AX_JEWELL_ITERATIVE && round < ITERATIONS_MAX; round++) {
        if (!iterate(sector_of, data->contracts, sectors, out, contract, sector)) {
            break;
        }
        lift_to_sectors(sector_of, data->contracts, sectors, out, contract, sector);
        premiums(sector_of, data->contracts, sectors, out, contract, sector);
    }
    return AX_RC(OK);
}

ax_rc ax_jewell_apply(const size_t *sector_of, size_t contracts, size_t sectors, struct ax_jewell *out,
        struct ax_credibility_contract *contract, struct ax_jewell_sector *sector, struct ax_err *err)
{
    AX_TRY(check(sector_of, contracts, sectors, err));
    lift_to_sectors(sector_of, contracts, sectors, out, contract, sector);
    premiums(sector_of, contracts, sectors, out, contract, sector);
    return AX_RC(OK);
}
