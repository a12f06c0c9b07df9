/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A back-test: a panel is scored on several dates, a year apart, each time from facts before the date with the peers' level
 * rolled; the 12 months after are the outcome. Beside the model stand simpler predictions on the same rows, and the model
 * with other half-lives and κ. Claims on the accidents of those months are simulated. The work is spread over threads; the
 * result does not depend on how many.
 */
#include "scoring/tariff.h"
#include "services/lib/model/predict.h"
#include "services/lib/report/report.h"

struct ax_backtest {
    const struct ax_panel *panel;
    const struct ax_risk_edition *edition;
    const struct ax_tariff *tariff; /* whose coefficients are looked at, too; NULL: none */
    const char *pack;               /* as it is called */
    int32_t from;                   /* first date; others follow a year apart, up to and with `to` */
    int32_t to;
    unsigned threads;
    uint64_t seed;
    uint32_t rounds; /* of the bootstrap */
    /* Told as work is done; may be NULL. `done` of `all` steps, then one of the report's sections. */
    void (*progress)(const char *what_en, const char *what_zh, size_t done, size_t all, void *state);
    void *state;
};

enum { AX_BACKTEST_SEED = 20090101, AX_BACKTEST_ROUNDS = 200 };

/* AX_INVALID: `to` before `from`, no date whose 12 months the panel has, more than AX_REPORT_DATES_MAX, a panel that cannot be
 * scored. */
ax_rc ax_backtest_run(const struct ax_backtest *b, const char *out_folder, struct ax_err *err) AX_MUST_CHECK;
