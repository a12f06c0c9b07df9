/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/backtest/backtest.h"

#include "scoring/day.h"
#include "services/lib/backtest/axes.h"
#include "services/lib/backtest/rivals.h"
#include "services/lib/backtest/scored.h"
#include "services/lib/report/sim_claims.h"

#include <math.h>
#include <stdio.h>

enum {
    RECENCY = AX_RISK_CHANNELS,
    CHANNELS = AX_RISK_CHANNELS + 1,
    NAME_SIZE = 128,
    ARENA_CHUNK_BYTES = 1 << 16,
    ARENA_MAX_BYTES = 64 << 20
};
_Static_assert((int)CHANNELS <= (int)AX_REPORT_CHANNELS_MAX && (int)AX_RISK_GRADES == (int)AX_REPORT_NR,
        "as the report has them");

static const char *const channels_en[CHANNELS] = {"accidents", "days lost", "severe accidents", "enforcement",
        "grave enforcement", "claims", "restricted work", "time since adverse facts"};
static const char *const channels_zh[CHANNELS] = {
        "事故", "损失工日", "死亡或致残", "执法处罚", "严重违法", "索赔", "受限工日", "距不良事实的时间"};

/* The score's own clamp for a price: ours. */
static const double coefficient_least = 0.7, coefficient_most = 1.5;

struct making {
    const struct ax_backtest *b;
    struct ax_scored scored;
    struct ax_report_input in;
    char (*names)[NAME_SIZE];
    const char **unit_names;
    char dates[AX_REPORT_DATES_MAX][AX_DAY_TEXT_SIZE];
    char from[AX_DAY_TEXT_SIZE], to[AX_DAY_TEXT_SIZE], fitted_until[AX_DAY_TEXT_SIZE];
    char tariff[NAME_SIZE];
    struct ax_arena arena; /* for one ledger at a time */
    char parameters[AX_DIGEST_HEX_SIZE], data[AX_DIGEST_HEX_SIZE];
};

/* Points of channels and of recency: each head by its part in the expected cost. */
static void put_points(struct ax_report_row *row, const struct ax_risk_edition *e, const struct ax_prediction *p)
{
    const struct ax_risk_model *m = &e->models[p->model];
    double factor = -e->pdo / log(2);
    for (size_t head = 0; p->risk.rated && head < AX_RISK_HEADS; head++) {
        double rest = p->risk.eta[head];
        for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
            for (size_t lane = 0; lane < AX_RISK_LANES; lane++) {
                double part = m->channels[k].beta[head][lane] * p->risk.ln_ratio[k * AX_RISK_LANES + lane];
                row->points[k] += factor * p->risk.share[head] * part;
                rest -= part;
            }
        }
        row->points[RECENCY] += factor * p->risk.share[head] * rest;
    }
}

static void put_claims(
        struct ax_report_row *row, const struct ax_backtest *b, const struct ax_panel_mine *mine, int32_t day)
{
    const struct ax_panel_quarter *q;
    struct ax_sim_claim claims[AX_SIM_CLAIMS_MAX];
    size_t quarters = ax_panel_quarters(b->panel, mine, day, ax_day_add_months(day, 12), &q);
    for (size_t i = 0; i < quarters; i++) {
        int year, month, of_month;
        ax_day_split(q[i].day, &year, &month, &of_month);
        struct ax_sim_accident a = {
                mine->id, year, (month + 2) / 3, q[i].day, q[i].deaths, q[i].disabled, q[i].days_lost};
        size_t n = ax_sim_claims(b->seed, &a, claims);
        row->claims.count += (uint32_t)n;
        for (size_t k = 0; k < n; k++) {
            row->claims.ultimate += (double)claims[k].ultimate_fen;
            for (int age = 0; age < AX_REPORT_CLAIM_AGES; age++) {
                int32_t known = ax_day_add_months(day, 12 * (age + 1));
                row->claims.paid[age] += (double)ax_sim_claim_paid_fen(&claims[k], known);
                row->claims.incurred[age] += (double)ax_sim_claim_incurred_fen(&claims[k], known);
            }
        }
    }
}

static void put_prediction(struct ax_report_row *row, const struct ax_risk_edition *e, const struct ax_prediction *p)
{
    const struct ax_risk_peer *peer = &e->models[p->model].peers[p->peer];
    for (size_t head = 0; head < AX_RISK_HEADS; head++) {
        row->expected[head] = p->risk.expected[head];
        row->p[head] = p->risk.p_any[head];
        row->peer_cost_fen += p->risk.peer_expected[head] * peer->cost_fen[head];
    }
    row->exposure = p->exposure;
    row->cost_fen = p->risk.expected_cost_fen;
    row->score = p->risk.rated ? p->risk.score : (double)NAN;
    row->grade = p->risk.rated ? (uint32_t)(p->risk.grade - AX_RISK_GRADE_AAA) : AX_REPORT_NR;
    row->log_sd = p->risk.sd * log(2) / e->pdo;
    row->credibility = p->risk.credibility;
    double relative = row->peer_cost_fen > 0 ? row->cost_fen / row->peer_cost_fen : 1;
    row->coefficient = !p->risk.rated                 ? 1
                       : relative < coefficient_least ? coefficient_least
                       : relative > coefficient_most  ? coefficient_most
                                                      : relative;
    put_points(row, e, p);
}

/* What the tariff makes of the facts that were known before the day. */
static ax_rc put_tariff(struct ax_report_row *row, const struct ax_backtest *b, const struct ax_panel_mine *mine,
        int32_t day, struct ax_arena *arena, struct ax_err *err)
{
    row->tariff = (double)NAN;
    if (b->tariff == NULL) {
        return AX_RC(OK);
    }
    struct ax_ledger known;
    struct ax_tariff_experience x;
    struct ax_tariff_quote quote;
    ax_panel_known(mine, day, &known);
    ax_arena_reset(arena);
    ax_rc rc = ax_tariff_look(b->tariff, &known, NULL, false, day, arena, &x, err);
    if (ax_ok(rc)) {
        ax_tariff_price(b->tariff, &x, 0, &quote);
        row->tariff = (double)quote.coefficient_ppm / AX_TARIFF_PPM;
    }
    ax_ledger_deinit(&known);
    return rc;
}

static ax_rc put_row(struct making *m, struct ax_report_population *pop, const struct ax_rivals *rivals, uint32_t date,
        const struct ax_prediction *p, struct ax_err *err)
{
    const struct ax_backtest *b = m->b;
    int32_t day = m->scored.dates[date];
    if (pop->counted &&
            !(p->hours > 0 && p->exposure > 0)) { /* it had hours before, and none in the year that is judged */
        return AX_RC(OK);
    }
    struct ax_report_row *row = &pop->rows[pop->count++];
    row->unit = (uint32_t)(p->mine - b->panel->mines);
    row->date = date;
    row->actual = pop->counted ? p->hours : (double)NAN;
    put_prediction(row, b->edition, p);
    if (pop->counted) {
        ax_rivals_by_hours(rivals, p->mine, row->actual, row->rival);
    } else {
        ax_rivals_by_time(rivals, p->mine, row->rival);
    }
    ax_axes_label(pop, row, b->panel, p->mine, day);
    row->lost_quarters = p->lost_quarters;
    row->severe = p->deaths + p->disabled;
    row->deaths = p->deaths;
    row->days_lost = p->days_lost;
    put_claims(row, b, p->mine, day);
    return put_tariff(row, b, p->mine, day, &m->arena, err);
}

static ax_rc fill(struct making *m, struct ax_report_population *pop, const struct ax_predictions *predictions,
        struct ax_err *err)
{
    size_t room = 0;
    for (size_t d = 0; d < m->scored.date_count; d++) {
        room += predictions[d].count;
    }
    pop->rows = ax_xcalloc(room + 1, sizeof *pop->rows);
    for (size_t d = 0; d < m->scored.date_count; d++) {
        struct ax_rivals rivals;
        ax_rivals_prepare(&rivals, m->b->panel, m->scored.dates[d]);
        for (size_t i = 0; i < predictions[d].count; i++) {
            AX_TRY(put_row(m, pop, &rivals, (uint32_t)d, &predictions[d].rows[i], err));
        }
    }
    ax_axes_sort(pop);
    return AX_RC(OK);
}

static void fill_variants(struct making *m)
{
    static const struct {
        const char *id, *en, *zh;
    } names[AX_SCORED_VARIANTS] = {{"", "", ""}, {"half_life_x0.67", "half-lives × 2/3", "半衰期 × 2/3"},
            {"half_life_x1.5", "half-lives × 3/2", "半衰期 × 3/2"}, {"kappa_x0.67", "κ × 2/3", "κ × 2/3"},
            {"kappa_x1.5", "κ × 3/2", "κ × 3/2"}};
    for (size_t v = AX_SCORED_AS_FITTED + 1; v < AX_SCORED_VARIANTS; v++) {
        struct ax_report_variant *out = &m->in.variants[m->in.variant_count++];
        *out = (struct ax_report_variant){.id = names[v].id, .en = names[v].en, .zh = names[v].zh};
        if (m->scored.refused[v].code != AX_OK) {
            out->refused = m->scored.refused[v].text;
            continue;
        }
        for (size_t head = 0; head < AX_REPORT_HEADS; head++) {
            double *p = ax_xcalloc(m->in.all.count + 1, sizeof *p);
            size_t n = 0;
            for (size_t d = 0; d < m->scored.date_count; d++) {
                for (size_t i = 0; i < m->scored.all[v][d].count; i++) {
                    p[n++] = m->scored.all[v][d].rows[i].risk.p_any[head];
                }
            }
            AX_ASSERT(n == m->in.all.count);
            out->p[head] = p;
        }
    }
}

static void fill_input(struct making *m)
{
    const struct ax_panel *panel = m->b->panel;
    struct ax_report_input *in = &m->in;
    m->names = ax_xcalloc(panel->mine_count + 1, sizeof *m->names);
    m->unit_names = ax_xcalloc(panel->mine_count + 1, sizeof *m->unit_names);
    for (size_t i = 0; i < panel->mine_count; i++) {
        snprintf(m->names[i], NAME_SIZE, "%u %.*s", panel->mines[i].id, AX_ARG(panel->mines[i].name));
        ax_utf8_trim(m->names[i]);
        m->unit_names[i] = m->names[i];
    }
    ax_hex(m->b->edition->digest, AX_DIGEST_SIZE, m->parameters);
    ax_hex(panel->digest, AX_DIGEST_SIZE, m->data);
    *in = (struct ax_report_input){.pack = m->b->pack,
            .parameter_digest = m->parameters,
            .data_digest = m->data,
            .from = ax_day_format(m->b->from, m->from),
            .to = ax_day_format(m->b->to, m->to),
            .fitted_until = ax_day_format(m->b->edition->fit_until, m->fitted_until),
            .date_count = m->scored.date_count,
            .unit_names = m->unit_names,
            .units = panel->mine_count,
            .channel_count = CHANNELS,
            .seed = m->b->seed,
            .rounds = m->b->rounds,
            .all = {.id = "all", .en = "all", .zh = "全部"},
            .hours = {.id = "hours", .en = "with hours", .zh = "有工时", .counted = true}};
    if (m->b->tariff != NULL && ax_str_to_c(m->b->tariff->id, m->tariff, sizeof m->tariff)) {
        in->tariff = m->tariff;
    }
    for (size_t d = 0; d < in->date_count; d++) {
        in->dates[d] = ax_day_format(m->scored.dates[d], m->dates[d]);
        in->in_sample += ax_model_in_sample(m->b->edition, m->scored.dates[d]);
    }
    for (size_t k = 0; k < CHANNELS; k++) {
        in->channels_en[k] = channels_en[k];
        in->channels_zh[k] = channels_zh[k];
    }
}

static void making_free(struct making *m)
{
    ax_scored_free(&m->scored);
    ax_arena_deinit(&m->arena);
    ax_axes_deinit(&m->in.all);
    ax_axes_deinit(&m->in.hours);
    ax_xfree(m->in.all.rows);
    ax_xfree(m->in.hours.rows);
    for (size_t v = 0; v < m->in.variant_count; v++) {
        for (size_t head = 0; head < AX_REPORT_HEADS; head++) {
            ax_xfree((void *)(uintptr_t)m->in.variants[v].p[head]);
        }
    }
    ax_xfree(m->names);
    ax_xfree((void *)m->unit_names);
    ax_xfree(m);
}

static void section_progress(const char *en, const char *zh, void *state)
{
    const struct ax_backtest *b = state;
    if (b->progress != NULL) {
        b->progress(en, zh, 0, 0, b->state);
    }
}

static ax_rc run(struct making *m, const char *out_folder, struct ax_err *err)
{
    AX_TRY(ax_scored_make(m->b, &m->scored, err));
    fill_input(m);
    AX_TRY(fill(m, &m->in.all, m->scored.all[AX_SCORED_AS_FITTED], err));
    AX_TRY(fill(m, &m->in.hours, m->scored.hours, err));
    fill_variants(m);
    if (m->in.all.count == 0) {
        return ax_fail(err, AX_INVALID, "no mine has a row in the 36 months before any of the dates");
    }
    struct ax_doc *doc = ax_report_make(&m->in, section_progress, (void *)(uintptr_t)m->b);
    ax_rc rc = ax_report_write(&m->in, doc, out_folder, err);
    ax_doc_free(doc);
    return rc;
}

ax_rc ax_backtest_run(const struct ax_backtest *b, const char *out_folder, struct ax_err *err)
{
    struct making *m = ax_xcalloc(1, sizeof *m);
    m->b = b;
    ax_arena_init(&m->arena, ARENA_CHUNK_BYTES, ARENA_MAX_BYTES);
    ax_rc rc = run(m, out_folder, err);
    making_free(m);
    return rc;
}
