/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Credibility of Bühlmann and Straub (1970): I contracts with ratios X_ij and weights w_ij, unbiased estimators in the
 * form of Bühlmann & Gisler, A Course in Credibility Theory (2005), §4.8; Bühlmann's model (1967) is the case of equal
 * weights. Cells of weight 0, or whose ratio is not a number, are not there. Pure; the caller owns all arrays.
 */
#include "base/rc.h"

enum { AX_CREDIBILITY_CELLS_MAX = 10000000 };

struct ax_credibility_data {
    const double *ratio;  /* contracts × periods, row by row */
    const double *weight; /* the same, or NULL: 1 each (Bühlmann) */
    size_t contracts;
    size_t periods;
};

enum ax_between_form {
    AX_BETWEEN_UNBIASED,  /* floored at 0 */
    AX_BETWEEN_ITERATIVE, /* the pseudo-estimator of Bichsel and Straub */
};

struct ax_credibility_contract {
    double weight;
    double mean;        /* its own */
    double credibility; /* Z = w / (w + s² / a) */
    double premium;     /* Z · own + (1 − Z) · collective */
};

struct ax_credibility {
    double within;     /* s² */
    double between;    /* a */
    double collective; /* Σ Z X / Σ Z; Σ w X / w where a is 0 */
};

/* `contract` has data->contracts places. AX_INVALID: no contract, no contract with two cells, a contract without any, a
 * weight below 0. */
ax_rc ax_buhlmann_straub(const struct ax_credibility_data *data, enum ax_between_form form, struct ax_credibility *out,
        struct ax_credibility_contract *contract, struct ax_err *err) AX_MUST_CHECK;
