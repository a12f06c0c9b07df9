/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Scores of all mines of a panel on a day, by the code that scores an enterprise (scoring/risk.h), from facts known before
 * that day; beside each what came of it in the 12 months after, where the panel reaches that far.
 *
 * The fitted weights stay. The peers' level may be rolled: observed over predicted of the last two years before the day, each
 * predicted on its first day from facts before it, shrunk from peers to model to all models to 1; with `coal` calendar years,
 * as hours are of these. So the level moves on days on which facts fall, and hardly on others. Nothing on or after the day is looked at for a score, not even
 * that there is something.
 *
 * Doubles as in scoring/risk.h: the same bits with every compiler and C library.
 *
 * Models of an edition are found by id (services/lib/pack/mine_models.h); an edition that has none of that id is used with
 * its first model of the unit. Any thread; a caller owns what it is given.
 */
#include "scoring/risk.h"
#include "services/lib/model/panel.h"

enum {
    AX_MODEL_COHORT_MONTHS = 36, /* a mine with a row in so many months before the day is scored */
    AX_MODEL_ROLL_YEARS = 2,
    AX_MODEL_QUARTERS = 4,
};

struct ax_prediction {
    const struct ax_panel_mine *mine;
    const struct ax_panel_year *past; /* the latest year over before the day; NULL: none */
    uint16_t model;                   /* in the edition */
    uint16_t peer;                    /* in the model */
    struct ax_risk risk;
    double exposure; /* expected in 12 months: labour hours, or years */
    /* What came of it, in the 12 months from the day: */
    bool known; /* the panel reaches that far */
    bool severe;
    uint32_t lost_quarters; /* with days lost */
    uint32_t days_lost;
    uint32_t deaths;
    uint32_t disabled;
    uint32_t violations;
    double hours; /* of the calendar year that begins on the day; below 0: not stated */
};

struct ax_predictions {
    int32_t on;
    bool coal;
    struct ax_prediction *rows; /* ascending by mine id */
    size_t count;
};

/* `coal`: the mines with labour hours before the day, by the models of hours; else all mines of the cohort, by calendar
 * time. */
ax_rc ax_model_predict(const struct ax_panel *panel, const struct ax_risk_edition *edition, int32_t on, bool coal,
        bool roll, struct ax_predictions *out, struct ax_err *err) AX_MUST_CHECK;
void ax_predictions_deinit(struct ax_predictions *p);
/* Lost-time quarters of 12 months that λ at an exposure of `hours` gives: 4 (1 - exp(-λ hours / exposure / 4)). */
double ax_model_quarters(const struct ax_prediction *row, double hours);
/* The edition with the peers' levels as they were before a day (the header above). Free it with ax_model_rolled_free. */
ax_rc ax_model_rolled(const struct ax_panel *panel, const struct ax_risk_edition *edition, int32_t on, bool coal,
        struct ax_risk_edition **out, struct ax_err *err) AX_MUST_CHECK;
void ax_model_rolled_free(struct ax_risk_edition *rolled);
/* Which model and peers a mine belongs to on a day. */
ax_rc ax_model_place(const struct ax_panel *panel, const struct ax_panel_mine *mine,
        const struct ax_risk_edition *edition, int32_t on, bool coal, uint16_t *model, uint16_t *peer,
        struct ax_err *err) AX_MUST_CHECK;
/* Whether the mine is scored on that day. */
bool ax_model_in_cohort(const struct ax_panel *panel, const struct ax_panel_mine *mine, int32_t on, bool coal);
/* Whether the edition was fitted on facts of that day or after it: what it says of the day proves nothing. */
bool ax_model_in_sample(const struct ax_risk_edition *edition, int32_t on);
/* Fills what came of it. */
void ax_model_outcome(
        const struct ax_panel *panel, const struct ax_panel_mine *mine, int32_t on, struct ax_prediction *row);
