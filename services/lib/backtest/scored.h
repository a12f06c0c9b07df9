/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* All predictions that a back-test needs: each date, both populations, and variants of the parameters for the first.
 * Owns what it holds; ax_scored_make starts and ends threads of its own. */
#include "services/lib/backtest/backtest.h"

enum ax_scored_variant {
    AX_SCORED_AS_FITTED,
    AX_SCORED_HALF_LIFE_LESS,
    AX_SCORED_HALF_LIFE_MORE,
    AX_SCORED_KAPPA_LESS,
    AX_SCORED_KAPPA_MORE,
    AX_SCORED_VARIANTS,
};

struct ax_scored {
    int32_t dates[AX_REPORT_DATES_MAX];
    size_t date_count;
    struct ax_predictions all[AX_SCORED_VARIANTS][AX_REPORT_DATES_MAX];
    struct ax_predictions hours[AX_REPORT_DATES_MAX]; /* none: the edition has no model of hours, or no mine has any */
    struct ax_risk_edition *variants[AX_SCORED_VARIANTS]; /* as fitted: NULL, the edition itself */
    struct ax_err refused
            [AX_SCORED_VARIANTS]; /* code is not AX_OK where such parameters may not be; then nothing is scored */
};

ax_rc ax_scored_make(const struct ax_backtest *b, struct ax_scored *out, struct ax_err *err) AX_MUST_CHECK;
void ax_scored_free(struct ax_scored *s);
