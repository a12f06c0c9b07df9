/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Hierarchical credibility with three levels (Jewell, 1975): contracts in sectors under one root. Estimators of Bühlmann
 * & Gisler (2005), §6.6 (each sector's estimate floored at 0, then averaged) or of Ohlsson (2005: summed, then floored).
 * Premiums run from the root down: sector = Z · own + (1 − Z) · root, contract = Z · own + (1 − Z) · sector. Pure; the
 * caller owns all arrays.
 */
#include "services/lib/actuary/buhlmann_straub.h"

enum ax_jewell_form {
    AX_JEWELL_GISLER,
    AX_JEWELL_OHLSSON,
    AX_JEWELL_ITERATIVE, /* pseudo-estimators, as Bichsel and Straub's */
};

struct ax_jewell_sector {
    double weight;      /* Σ Z of its contracts */
    double mean;        /* Σ Z X / Σ Z of them */
    double credibility; /* z / (z + a1 / a2) */
    double premium;
};

struct ax_jewell {
    double within;         /* s²: inside a contract */
    double between_leaf;   /* a1: contracts of one sector */
    double between_sector; /* a2 */
    double collective;     /* at the root */
};

/* sector_of[i] is below `sectors`, and every sector has a contract. Places: contract[data->contracts], sector[sectors]. */
ax_rc ax_jewell_fit(const struct ax_credibility_data *data, const size_t *sector_of, size_t sectors,
        enum ax_jewell_form form, struct ax_jewell *out, struct ax_credibility_contract *contract,
        struct ax_jewell_sector *sector, struct ax_err *err) AX_MUST_CHECK;
/* Means and premiums for variances that are known: `contract` comes with weight and mean, `out` with the variances. */
ax_rc ax_jewell_apply(const size_t *sector_of, size_t contracts, size_t sectors, struct ax_jewell *out,
        struct ax_credibility_contract *contract, struct ax_jewell_sector *sector, struct ax_err *err) AX_MUST_CHECK;
