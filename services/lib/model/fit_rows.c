/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/model/fit_rows.h"

#include "scoring/risk_model.h"
#include "services/lib/model/predict.h"

enum { YEAR_MONTHS = 12, HISTORY_YEARS = 3 };

static struct ax_fit_row *add_row(struct ax_fit_rows *rows)
{
    if (rows->count == rows->size) {
        rows->size = rows->size == 0 ? 65536 : 2 * rows->size;
        rows->rows = ax_xrealloc(rows->rows, rows->size * sizeof rows->rows[0]);
    }
    struct ax_fit_row *row = &rows->rows[rows->count++];
    memset(row, 0, sizeof *row);
    return row;
}

/* With every rate 1, what a lane expects is its exposure. */
static ax_rc look_at_lanes(const struct ax_panel *panel, const struct ax_panel_mine *mine, const struct ax_fit *fit,
        int32_t on, bool coal, struct ax_fit_row *row, struct ax_err *err)
{
    struct ax_ledger known;
    struct ax_risk_state state;
    struct ax_risk risk;
    struct ax_risk_lane lanes[AX_RISK_SLOTS];
    uint16_t model;
    uint16_t peer;
    AX_TRY(ax_model_place(panel, mine, &fit->edition, on, coal, &model, &peer, err));
    ax_panel_known(mine, on, &known);
    ax_risk_state_by(&known, NULL, &fit->edition, model, peer, on, &state);
    ax_ledger_deinit(&known);
    ax_risk_at_lanes(&fit->edition, &state, on, &risk, lanes);
    row->model = (uint8_t)model;
    row->peer = (uint8_t)peer;
    row->on = on;
    row->unit_rate = state.per_day;
    row->since = ax_risk_since(&state, state.last_any, on);
    for (size_t i = 0; i < AX_FIT_SLOPES - 1; i++) {
        size_t slot = ax_fit_slots[i];
        row->found[slot] = lanes[slot].found;
        row->exposure[slot] = lanes[slot].expected;
    }
    return AX_RC(OK);
}

static ax_rc collect_mine(const struct ax_panel *panel, const struct ax_panel_mine *mine, const struct ax_fit *fit,
        int32_t on, bool coal, struct ax_fit_rows *out, struct ax_err *err)
{
    struct ax_prediction after = {0};
    ax_model_outcome(panel, mine, on, &after);
    if (coal && after.hours <= 0) {
        return AX_RC(OK);
    }
    struct ax_fit_row *row = add_row(out);
    AX_TRY(look_at_lanes(panel, mine, fit, on, coal, row, err));
    row->outcome = true;
    row->lost_quarters = (int16_t)after.lost_quarters;
    row->severe = after.severe;
    row->units = coal ? after.hours / fit->models[row->model].per : 1;
    return AX_RC(OK);
}

static ax_rc collect_date(const struct ax_panel *panel, const struct ax_fit *fit, int32_t on, bool coal,
        struct ax_fit_rows *out, struct ax_err *err)
{
    for (size_t i = 0; i < panel->mine_count; i++) {
        if (ax_model_in_cohort(panel, &panel->mines[i], on, coal)) {
            AX_TRY(collect_mine(panel, &panel->mines[i], fit, on, coal, out, err));
        }
    }
    return AX_RC(OK);
}

/* All mines as they stand on the last day, for the peers' rates. */
static ax_rc collect_standing(const struct ax_panel *panel, const struct ax_fit *fit, int32_t until, bool coal,
        struct ax_fit_rows *out, struct ax_err *err)
{
    for (size_t i = 0; i < panel->mine_count; i++) {
        const struct ax_panel_mine *mine = &panel->mines[i];
        const struct ax_panel_quarter *first;
        bool there = coal ? ax_model_in_cohort(panel, mine, until, true)
                          : ax_panel_quarters(panel, mine, panel->first_day, until, &first) > 0;
        if (there) {
            AX_TRY(look_at_lanes(panel, mine, fit, until, coal, add_row(out), err));
        }
    }
    return AX_RC(OK);
}

ax_rc ax_fit_collect(
        const struct ax_panel *panel, struct ax_fit *fit, int32_t until, struct ax_fit_rows *out, struct ax_err *err)
{
    int year;
    int month;
    int day;
    int32_t begin = ax_day_add_months(panel->first_day, HISTORY_YEARS * YEAR_MONTHS);
    ax_day_split(until, &year, &month, &day);
    fit->edition.fit_from = AX_DAY_NONE;
    for (int back = AX_FIT_DATES_MAX; back > 0; back--) {
        int32_t on = ax_day_of(year - back, 1, 1);
        if (on < begin) {
            continue;
        }
        fit->edition.fit_from = fit->edition.fit_from == AX_DAY_NONE ? on : fit->edition.fit_from;
        AX_TRY(collect_date(panel, fit, on, false, out, err));
        AX_TRY(collect_date(panel, fit, on, true, out, err));
    }
    if (fit->edition.fit_from == AX_DAY_NONE) {
        return ax_fail(
                err, AX_RANGE, "a fit wants four years of facts before the day: three to look back, one to come true");
    }
    AX_TRY(collect_standing(panel, fit, until, false, out, err));
    return collect_standing(panel, fit, until, true, out, err);
}
