/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a fit works on: mines on dates, with what lanes held and what came of it. Private to this folder. */
#include "services/lib/model/fit.h"

struct ax_fit_row {
    uint8_t model;
    uint8_t peer;
    int16_t lost_quarters; /* of 4 */
    bool severe;
    bool outcome; /* false: the state on `until`, for rates and distributions */
    int32_t on;
    double units;     /* of exposure in the 12 months of the outcome */
    double unit_rate; /* units a day, as expected */
    double found[AX_RISK_SLOTS];
    double exposure[AX_RISK_SLOTS];
    int32_t since; /* days since the last adverse fact */
};

struct ax_fit_rows {
    struct ax_fit_row *rows;
    size_t count;
    size_t size;
};

/* Slots that a panel's facts reach, in the order of the slopes. */
extern const uint8_t ax_fit_slots[AX_FIT_SLOPES - 1];
/* Everything that is not fitted. */
void ax_fit_shape(struct ax_fit *fit);
/* Peers' rates are multiplied by this; fit_shape.c says why. */
double ax_fit_rate_factor(size_t model);
double ax_fit_ridge(size_t model);
ax_rc ax_fit_collect(const struct ax_panel *panel, struct ax_fit *fit, int32_t until, struct ax_fit_rows *out,
        struct ax_err *err) AX_MUST_CHECK;

/* minus log likelihood of binomial counts with P = 1 - exp(-lambda / n), plus a ridge on the slopes. */
struct ax_fit_problem {
    const double *features; /* rows x AX_FIT_SLOPES */
    const double *offset;
    const double *years;
    const double *count;
    const uint8_t *level; /* which intercept */
    size_t rows;
    size_t levels;
    double quarters; /* n: 4 or 1 */
    double ridge;
};

enum { AX_FIT_LEVELS_MAX = AX_FIT_MODELS * AX_FIT_PEERS_MAX };

struct ax_fit_solution {
    double slope[AX_FIT_SLOPES];
    double intercept[AX_FIT_LEVELS_MAX];
    double trend;
    double loss; /* a row */
    int evaluations;
};

ax_rc ax_fit_solve(const struct ax_fit_problem *problem, struct ax_fit_solution *out, struct ax_err *err) AX_MUST_CHECK;
