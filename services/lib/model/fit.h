/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Fits a risk edition to a panel (docs/MODEL.md has the formulas). Shapes, half-lives and kappa are given (fit_shape.c); from
 * the panel come the peers' rates, levels and trend, the weights of both heads (NLopt, SLSQP; none below 0) and the scores'
 * distribution. The same panel and day give the same text on one machine. Nothing on or after `until` is looked at;
 * an `until` more than three months after the last row before it is the day until which the panel tells, and the edition says so.
 * One thread a fit, which is also the one that is told of steps; fits share nothing but the panel, which none of them changes.
 * A fit owns its edition.
 */
#include "scoring/risk.h"
#include "services/lib/model/panel.h"

enum {
    AX_FIT_DATES_MAX = 10, /* 1 January of as many years, the last whose outcome is over */
    AX_FIT_MODELS = 4,
    AX_FIT_PEERS_MAX = 3,
    AX_FIT_SLOPES = 5 * AX_RISK_LANES + 1, /* of the channels that a panel has, and recency */
    AX_FIT_TEXT_MAX = 256,
};

/* What each problem came to, for whoever watches. */
struct ax_fit_step {
    const char *model;
    const char *head;
    size_t rows;
    double events;
    double loss; /* minus log likelihood a row */
    int evaluations;
};

/* Called after each; may be NULL. */
typedef void ax_fit_watch(const struct ax_fit_step *step, void *state);

struct ax_fit {
    struct ax_risk_edition edition; /* compiled; borrows from here */
    struct ax_risk_model models[AX_FIT_MODELS];
    struct ax_risk_peer peers[AX_FIT_MODELS][AX_FIT_PEERS_MAX];
    char digest[AX_DIGEST_HEX_SIZE];
    char note[AX_FIT_TEXT_MAX];
    char id[AX_FIT_TEXT_MAX];
};

ax_rc ax_fit_panel(const struct ax_panel *panel, int32_t until, ax_fit_watch *watch, void *state, struct ax_fit **out,
        struct ax_err *err) AX_MUST_CHECK;
void ax_fit_free(struct ax_fit *fit);
