/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/model/predict.h"

#include "scoring/risk_math.h"
#include "scoring/risk_model.h"
#include "services/lib/pack/mine_models.h"

enum { YEAR_MONTHS = 12, ROLL_HISTORY_MONTHS = 24 };

bool ax_model_in_cohort(const struct ax_panel *panel, const struct ax_panel_mine *mine, int32_t on, bool coal)
{
    if (coal) {
        for (size_t i = mine->year_begin; i < mine->year_end; i++) {
            if (panel->years[i].hours > 0 && ax_day_of(panel->years[i].year + 1, 1, 1) <= on) {
                return true;
            }
        }
        return false;
    }
    const struct ax_panel_quarter *first;
    return ax_panel_quarters(panel, mine, ax_day_add_months(on, -AX_MODEL_COHORT_MONTHS), on, &first) > 0;
}

static const char *model_id(const struct ax_panel_mine *mine, const struct ax_panel_year *past, int32_t on, bool coal)
{
    if (coal) {
        bool underground = past != NULL && past->type == AX_MINE_UNDERGROUND;
        return ax_mine_model_id(underground ? AX_MINE_MODEL_HOURS_UNDERGROUND : AX_MINE_MODEL_HOURS_SURFACE);
    }
    return ax_mine_model_id(mine->coal_from <= on ? AX_MINE_MODEL_CALENDAR_COAL : AX_MINE_MODEL_CALENDAR_OTHER);
}

/* The model of that id, else the first of the unit; model_count: none. */
static size_t find_model(const struct ax_risk_edition *edition, const char *id, enum ax_risk_unit unit)
{
    size_t found = edition->model_count;
    for (size_t i = edition->model_count; i-- > 0;) {
        const struct ax_risk_model *m = &edition->models[i];
        if (m->unit == unit && ax_str_eq(m->id, ax_str_c(id))) {
            return i;
        }
        found = m->unit == unit ? i : found;
    }
    return found;
}

static size_t find_peer(const struct ax_risk_model *model, const char *id)
{
    for (size_t i = 0; i < model->peer_count; i++) {
        if (ax_str_eq(model->peers[i].id, ax_str_c(id))) {
            return i;
        }
    }
    return 0;
}

ax_rc ax_model_place(const struct ax_panel *panel, const struct ax_panel_mine *mine,
        const struct ax_risk_edition *edition, int32_t on, bool coal, uint16_t *model, uint16_t *peer,
        struct ax_err *err)
{
    static const char *const types[] = {"", "underground", "surface", ""};
    const struct ax_panel_year *past = ax_panel_year_before(panel, mine, on);
    size_t found = find_model(edition, model_id(mine, past, on, coal), coal ? AX_RISK_HOURS : AX_RISK_DAYS);
    if (found == edition->model_count) {
        return ax_fail_field(err, AX_NOT_FOUND, "models", edition->id.ptr, edition->id.len, "no model with unit %s",
                coal ? "hours" : "days");
    }
    *model = (uint16_t)found;
    *peer = (uint16_t)find_peer(&edition->models[found], past == NULL ? "" : types[past->type]);
    return AX_RC(OK);
}

bool ax_model_in_sample(const struct ax_risk_edition *edition, int32_t on)
{
    return edition->fit_until != AX_DAY_NONE && on < edition->fit_until;
}

void ax_model_outcome(
        const struct ax_panel *panel, const struct ax_panel_mine *mine, int32_t on, struct ax_prediction *row)
{
    int32_t until = ax_day_add_months(on, YEAR_MONTHS);
    const struct ax_panel_quarter *q;
    size_t count = ax_panel_quarters(panel, mine, on, until, &q);
    for (size_t i = 0; i < count; i++) {
        row->lost_quarters += q[i].days_lost > 0 ? 1 : 0;
        row->days_lost += q[i].days_lost;
        row->deaths += q[i].deaths;
        row->disabled += q[i].disabled;
        row->violations += q[i].violations;
    }
    row->known = until <= panel->end_day;
    row->severe = row->deaths + row->disabled > 0;
    int year;
    int month;
    int day;
    ax_day_split(on, &year, &month, &day);
    const struct ax_panel_year *y = month == 1 && day == 1 ? ax_panel_year_of(panel, mine, year) : NULL;
    row->hours = y == NULL ? -1 : y->hours;
}

double ax_model_quarters(const struct ax_prediction *row, double hours)
{
    double expected = row->exposure > 0 ? row->risk.expected[AX_RISK_LOST_TIME] * hours / row->exposure : 0;
    return AX_MODEL_QUARTERS * (1 - ax_exp(-expected / AX_MODEL_QUARTERS));
}

static ax_rc score(const struct ax_panel *panel, const struct ax_panel_mine *mine,
        const struct ax_risk_edition *edition, int32_t on, bool coal, struct ax_prediction *row, struct ax_err *err)
{
    struct ax_ledger known;
    struct ax_risk_state state;
    memset(row, 0, sizeof *row);
    row->mine = mine;
    row->past = ax_panel_year_before(panel, mine, on);
    AX_TRY(ax_model_place(panel, mine, edition, on, coal, &row->model, &row->peer, err));
    ax_panel_known(mine, on, &known);
    ax_risk_state_by(&known, NULL, edition, row->model, row->peer, on, &state);
    ax_risk_at(edition, &state, on, &row->risk);
    ax_ledger_deinit(&known);
    row->exposure = row->risk.exposure * edition->models[row->model].per / (coal ? 1 : AX_RISK_DAYS_A_YEAR);
    ax_model_outcome(panel, mine, on, row);
    return AX_RC(OK);
}

static ax_rc score_all(const struct ax_panel *panel, const struct ax_risk_edition *edition, int32_t on, bool coal,
        struct ax_predictions *out, struct ax_err *err)
{
    *out = (struct ax_predictions){.on = on, .coal = coal, .rows = ax_xcalloc(panel->mine_count, sizeof out->rows[0])};
    for (size_t i = 0; i < panel->mine_count; i++) {
        if (ax_model_in_cohort(panel, &panel->mines[i], on, coal)) {
            AX_TRY(score(panel, &panel->mines[i], edition, on, coal, &out->rows[out->count], err));
            out->count++;
        }
    }
    return AX_RC(OK);
}

void ax_predictions_deinit(struct ax_predictions *p)
{
    ax_xfree(p->rows);
    *p = (struct ax_predictions){0};
}

/* Expected events that what a level is shrunk towards counts as; chosen on 2006-2008 (docs/MODEL.md). */
#define ALL_PRIOR 20.0
#define ROLL_PRIOR 100.0

struct level {
    double observed[AX_RISK_HEADS];
    double expected[AX_RISK_HEADS];
};

struct rolling {
    struct level all;
    struct level models[AX_RISK_MODELS_MAX];
    struct level peers[AX_RISK_MODELS_MAX][AX_RISK_PEERS_MAX];
};

static void count_level(struct level *level, const struct ax_prediction *row, bool coal)
{
    if (coal) {
        double times = row->hours / row->exposure;
        level->observed[AX_RISK_LOST_TIME] += row->lost_quarters;
        level->expected[AX_RISK_LOST_TIME] += ax_model_quarters(row, row->hours);
        level->expected[AX_RISK_SEVERE_HEAD] += 1 - ax_exp(-row->risk.expected[AX_RISK_SEVERE_HEAD] * times);
    } else {
        level->observed[AX_RISK_LOST_TIME] += row->lost_quarters > 0 ? 1 : 0;
        level->expected[AX_RISK_LOST_TIME] += row->risk.p_any[AX_RISK_LOST_TIME];
        level->expected[AX_RISK_SEVERE_HEAD] += row->risk.p_any[AX_RISK_SEVERE_HEAD];
    }
    level->observed[AX_RISK_SEVERE_HEAD] += row->severe ? 1 : 0;
}

static ax_rc look_back(const struct ax_panel *panel, const struct ax_risk_edition *edition, int32_t on, bool coal,
        struct rolling *r, struct ax_err *err)
{
    struct ax_predictions p;
    ax_rc rc = score_all(panel, edition, on, coal, &p, err);
    for (size_t i = 0; ax_ok(rc) && i < p.count; i++) {
        const struct ax_prediction *row = &p.rows[i];
        if (!coal || (row->hours > 0 && row->exposure > 0)) {
            count_level(&r->all, row, coal);
            count_level(&r->models[row->model], row, coal);
            count_level(&r->peers[row->model][row->peer], row, coal);
        }
    }
    ax_predictions_deinit(&p);
    return rc;
}

static double shrunk(const struct level *level, size_t head, double towards, double prior)
{
    return (level->observed[head] + prior * towards) / (level->expected[head] + prior);
}

static ax_rc copy_rolled(const struct ax_risk_edition *edition, const struct rolling *r, struct ax_risk_edition **out,
        struct ax_err *err)
{
    struct ax_risk_edition *e = ax_xcalloc(1, sizeof *e);
    *e = *edition;
    e->models = ax_xcalloc(e->model_count, sizeof e->models[0]);
    *out = e;
    for (size_t i = 0; i < e->model_count; i++) {
        struct ax_risk_model *m = &e->models[i];
        *m = edition->models[i];
        m->tables = NULL;
        m->name = (ax_str){NULL, 0};
        m->peers = ax_xcalloc(m->peer_count, sizeof m->peers[0]);
        for (size_t j = 0; j < m->peer_count; j++) {
            m->peers[j] = edition->models[i].peers[j];
            for (size_t head = 0; head < AX_RISK_HEADS; head++) {
                double all = shrunk(&r->all, head, 1, ALL_PRIOR);
                double level = shrunk(&r->models[i], head, all, ROLL_PRIOR);
                m->peers[j].head_rate[head] *= shrunk(&r->peers[i][j], head, level, ROLL_PRIOR);
            }
        }
    }
    return ax_risk_compile(e, err);
}

void ax_model_rolled_free(struct ax_risk_edition *rolled)
{
    if (rolled == NULL) {
        return;
    }
    ax_risk_free(rolled);
    for (size_t i = 0; i < rolled->model_count; i++) {
        ax_xfree(rolled->models[i].peers);
    }
    ax_xfree(rolled->models);
    ax_xfree(rolled);
}

/* The day before which the years of observation lie. Hours are known by calendar years alone. */
static int32_t rolls_until(const struct ax_panel *panel, int32_t on, bool coal)
{
    int year;
    int month;
    int day;
    int32_t end = ax_panel_tells_until(panel, on);
    ax_day_split(end, &year, &month, &day);
    return coal ? ax_day_of(year, 1, 1) : end;
}

ax_rc ax_model_rolled(const struct ax_panel *panel, const struct ax_risk_edition *edition, int32_t on, bool coal,
        struct ax_risk_edition **out, struct ax_err *err)
{
    int32_t end = rolls_until(panel, on, coal);
    struct rolling *r = ax_xcalloc(1, sizeof *r);
    ax_rc rc = AX_RC(OK);
    for (int back = 1; ax_ok(rc) && back <= AX_MODEL_ROLL_YEARS; back++) {
        int32_t from = ax_day_add_months(end, -back * YEAR_MONTHS);
        if (from >= ax_day_add_months(panel->first_day, ROLL_HISTORY_MONTHS)) {
            rc = look_back(panel, edition, from, coal, r, err);
        }
    }
    *out = NULL;
    if (ax_ok(rc)) {
        rc = copy_rolled(edition, r, out, err);
    }
    ax_xfree(r);
    if (!ax_ok(rc)) {
        ax_model_rolled_free(*out);
        *out = NULL;
    }
    return rc;
}

ax_rc ax_model_predict(const struct ax_panel *panel, const struct ax_risk_edition *edition, int32_t on, bool coal,
        bool roll, struct ax_predictions *out, struct ax_err *err)
{
    struct ax_risk_edition *rolled = NULL;
    *out = (struct ax_predictions){0};
    if (roll) {
        AX_TRY(ax_model_rolled(panel, edition, on, coal, &rolled, err));
    }
    ax_rc rc = score_all(panel, rolled != NULL ? rolled : edition, on, coal, out, err);
    ax_model_rolled_free(rolled);
    if (!ax_ok(rc)) {
        ax_predictions_deinit(out);
    }
    return rc;
}
