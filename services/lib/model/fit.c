/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/risk_model.h"
#include "services/lib/model/fit_rows.h"
#include "services/lib/model/predict.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    FAMILY = 2,      /* models that share the weights of the severe head: of calendar time, of hours */
    ROWS_MIN = 100,  /* of a model; below it the panel says nothing of it */
    EVENTS_MIN = 10, /* likewise */
    GOLDEN_STEPS = 60,
    QUANTILES = 101,
    QUANTILE_ROWS_MIN = 100,
};

#define RATE_PRIOR 20.0 /* units of exposure that the model's rate counts as in a peer's: ours */
#define PHI_MAX 3.0
#define GOLDEN 0.6180339887498949
#define CHANCE_MIN 1e-12

struct fitting {
    struct ax_fit *fit;
    struct ax_fit_rows rows;
    double *features; /* rows x AX_FIT_SLOPES */
    bool there[AX_FIT_MODELS];
    ax_fit_watch *watch;
    void *state;
};

struct tally {
    double found[AX_RISK_CHANNELS];
    double exposure[AX_RISK_CHANNELS];
    double units; /* a year */
    double mines;
};

static void add_tally(struct tally *t, const struct ax_fit_row *row)
{
    for (size_t i = 1; i < AX_FIT_SLOPES - 1; i += AX_RISK_LANES) { /* the long lanes */
        size_t slot = ax_fit_slots[i];
        t->found[slot / AX_RISK_LANES] += row->found[slot];
        t->exposure[slot / AX_RISK_LANES] += row->exposure[slot];
    }
    t->units += row->unit_rate * AX_RISK_DAYS_A_YEAR;
    t->mines += 1;
}

static void set_rates(struct fitting *f)
{
    struct tally peers[AX_FIT_MODELS][AX_FIT_PEERS_MAX] = {0};
    struct tally models[AX_FIT_MODELS] = {0};
    for (size_t i = 0; i < f->rows.count; i++) {
        const struct ax_fit_row *row = &f->rows.rows[i];
        if (!row->outcome) {
            add_tally(&peers[row->model][row->peer], row);
            add_tally(&models[row->model], row);
        }
    }
    for (size_t m = 0; m < AX_FIT_MODELS; m++) {
        for (size_t p = 0; p < f->fit->models[m].peer_count; p++) {
            struct ax_risk_peer *peer = &f->fit->peers[m][p];
            for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
                double all = models[m].exposure[k] > 0 ? models[m].found[k] / models[m].exposure[k] : 0;
                double own = (peers[m][p].found[k] + RATE_PRIOR * all) / (peers[m][p].exposure[k] + RATE_PRIOR);
                peer->rate[k] = own * ax_fit_rate_factor(m);
            }
            peer->imputed_per_year = models[m].mines > 0 ? models[m].units / models[m].mines : 1;
        }
    }
}

static void put_features(struct fitting *f, size_t at)
{
    const struct ax_fit_row *row = &f->rows.rows[at];
    const struct ax_risk_model *m = &f->fit->models[row->model];
    double *out = &f->features[at * AX_FIT_SLOPES];
    for (size_t i = 0; i < AX_FIT_SLOPES - 1; i++) {
        size_t slot = ax_fit_slots[i];
        double rate = f->fit->peers[row->model][row->peer].rate[slot / AX_RISK_LANES];
        double kappa = m->channels[slot / AX_RISK_LANES].kappa[slot % AX_RISK_LANES];
        double least = m->kappa_days * row->unit_rate * rate;
        kappa = kappa > least ? kappa : least;
        out[i] = log((row->found[slot] + kappa) / (rate * row->exposure[slot] + kappa));
    }
    out[AX_FIT_SLOPES - 1] = -log1p(row->since / m->any.tau_days);
}

/* One head of models first to last, with one set of weights. */
struct head_problem {
    struct ax_fit_problem p;
    double *features;
    double *offset;
    double *years;
    double *count;
    uint8_t *level;
    double events;
};

static void deinit_head(struct head_problem *h)
{
    ax_xfree(h->features);
    ax_xfree(h->offset);
    ax_xfree(h->years);
    ax_xfree(h->count);
    ax_xfree(h->level);
}

static void init_head(const struct fitting *f, size_t first, size_t last, size_t head, struct head_problem *h)
{
    size_t n = f->rows.count;
    *h = (struct head_problem){.features = ax_xcalloc(n * AX_FIT_SLOPES, sizeof(double)),
            .offset = ax_xcalloc(n, sizeof(double)),
            .years = ax_xcalloc(n, sizeof(double)),
            .count = ax_xcalloc(n, sizeof(double)),
            .level = ax_xcalloc(n, 1)};
    size_t to = 0;
    for (size_t i = 0; i < n; i++) {
        const struct ax_fit_row *row = &f->rows.rows[i];
        if (!row->outcome || row->model < first || row->model > last || !f->there[row->model]) {
            continue;
        }
        memcpy(&h->features[to * AX_FIT_SLOPES], &f->features[i * AX_FIT_SLOPES], AX_FIT_SLOPES * sizeof(double));
        h->offset[to] = log(row->units);
        h->years[to] = (row->on - f->fit->edition.fit_until) / AX_RISK_DAYS_A_YEAR;
        h->count[to] = head == AX_RISK_LOST_TIME ? row->lost_quarters : row->severe;
        h->level[to] = (uint8_t)((row->model - first) * AX_FIT_PEERS_MAX + row->peer);
        h->events += h->count[to];
        to++;
    }
    h->p = (struct ax_fit_problem){h->features, h->offset, h->years, h->count, h->level, to,
            (last - first + 1) * AX_FIT_PEERS_MAX, head == AX_RISK_LOST_TIME ? AX_MODEL_QUARTERS : 1,
            ax_fit_ridge(first)};
}

static void keep_solution(struct ax_fit *fit, size_t first, size_t last, size_t head, const struct ax_fit_solution *s)
{
    for (size_t m = first; m <= last; m++) {
        struct ax_risk_model *model = &fit->models[m];
        for (size_t i = 0; i < AX_FIT_SLOPES - 1; i++) {
            size_t slot = ax_fit_slots[i];
            model->channels[slot / AX_RISK_LANES].beta[head][slot % AX_RISK_LANES] = s->slope[i];
        }
        model->any.gamma[head] = s->slope[AX_FIT_SLOPES - 1];
        model->base_day = fit->edition.fit_until;
        for (size_t p = 0; p < model->peer_count; p++) {
            model->peers[p].head_rate[head] = exp(s->intercept[(m - first) * AX_FIT_PEERS_MAX + p]);
            model->peers[p].trend[head] = s->trend;
        }
    }
}

static ax_rc solve_head(struct fitting *f, size_t first, size_t last, size_t head, struct ax_err *err)
{
    struct head_problem h;
    struct ax_fit_solution s = {0};
    init_head(f, first, last, head, &h);
    ax_rc rc = ax_fit_solve(&h.p, &s, err);
    if (ax_ok(rc)) {
        keep_solution(f->fit, first, last, head, &s);
        struct ax_fit_step step = {first == last ? f->fit->models[first].id.ptr
                                   : first == 0  ? "calendar"
                                                 : "hours",
                head == AX_RISK_LOST_TIME ? "lost_time" : "severe", h.p.rows, h.events, s.loss, s.evaluations};
        if (f->watch != NULL) {
            f->watch(&step, f->state);
        }
    }
    deinit_head(&h);
    return rc;
}

/* The lost-time head is a model's own; the severe one, of which there are few events, is shared by a family. */
static ax_rc solve_all(struct fitting *f, struct ax_err *err)
{
    for (size_t m = 0; m < AX_FIT_MODELS; m++) {
        AX_TRY(f->there[m] ? solve_head(f, m, m, AX_RISK_LOST_TIME, err) : AX_RC(OK));
    }
    for (size_t m = 0; m < AX_FIT_MODELS; m += FAMILY) {
        AX_TRY(f->there[m] || f->there[m + 1] ? solve_head(f, m, m + 1, AX_RISK_SEVERE_HEAD, err) : AX_RC(OK));
    }
    return AX_RC(OK);
}

static double expected_of(const struct fitting *f, size_t at, size_t head, double *eta)
{
    const struct ax_fit_row *row = &f->rows.rows[at];
    const struct ax_risk_model *m = &f->fit->models[row->model];
    const struct ax_risk_peer *p = &m->peers[row->peer];
    const double *x = &f->features[at * AX_FIT_SLOPES];
    *eta = m->any.gamma[head] * x[AX_FIT_SLOPES - 1];
    for (size_t i = 0; i < AX_FIT_SLOPES - 1; i++) {
        size_t slot = ax_fit_slots[i];
        *eta += m->channels[slot / AX_RISK_LANES].beta[head][slot % AX_RISK_LANES] * x[i];
    }
    double years = (row->on - f->fit->edition.fit_until) / AX_RISK_DAYS_A_YEAR;
    return row->units * p->head_rate[head] * exp(*eta + p->trend[head] * years);
}

static void set_means(struct fitting *f)
{
    double sum[AX_FIT_MODELS][AX_FIT_PEERS_MAX][AX_RISK_HEADS] = {0};
    double units[AX_FIT_MODELS][AX_FIT_PEERS_MAX] = {0};
    for (size_t i = 0; i < f->rows.count; i++) {
        const struct ax_fit_row *row = &f->rows.rows[i];
        if (!row->outcome || !f->there[row->model]) {
            continue;
        }
        units[row->model][row->peer] += row->units;
        for (size_t head = 0; head < AX_RISK_HEADS; head++) {
            double eta;
            (void)expected_of(f, i, head, &eta);
            sum[row->model][row->peer][head] += row->units * exp(eta);
        }
    }
    for (size_t m = 0; m < AX_FIT_MODELS; m++) {
        for (size_t p = 0; p < f->fit->models[m].peer_count; p++) {
            for (size_t head = 0; head < AX_RISK_HEADS && units[m][p] > 0; head++) {
                f->fit->peers[m][p].head_mean[head] = sum[m][p][head] / units[m][p];
            }
        }
    }
}

/* How far a year's lost-time events are from what the fitted level and trend say, and what chance alone would do to them. */
static void set_spread(struct fitting *f, size_t m)
{
    double observed[AX_FIT_DATES_MAX] = {0};
    double expected[AX_FIT_DATES_MAX] = {0};
    double sum = 0;
    double years = 0;
    for (size_t i = 0; i < f->rows.count; i++) {
        const struct ax_fit_row *row = &f->rows.rows[i];
        if (row->outcome && row->model == m) {
            size_t date = (size_t)((row->on - f->fit->edition.fit_from) / AX_RISK_DAYS_A_YEAR + 0.5);
            double eta;
            double mean = expected_of(f, i, AX_RISK_LOST_TIME, &eta) / AX_MODEL_QUARTERS;
            observed[date] += row->lost_quarters;
            expected[date] += -AX_MODEL_QUARTERS * expm1(-mean);
        }
    }
    for (size_t i = 0; i < AX_FIT_DATES_MAX; i++) {
        if (observed[i] > 0 && expected[i] > 0) {
            double off = log(observed[i] / expected[i]);
            sum += off * off + 1 / observed[i];
            years++;
        }
    }
    for (size_t p = 0; p < f->fit->models[m].peer_count && years > 0; p++) {
        f->fit->peers[m][p].log_sd = sqrt(sum / years);
    }
}

static double any_loss(const struct fitting *f, size_t m, double phi)
{
    double loss = 0;
    for (size_t i = 0; i < f->rows.count; i++) {
        const struct ax_fit_row *row = &f->rows.rows[i];
        if (row->outcome && row->model == m) {
            double eta;
            double expected = expected_of(f, i, AX_RISK_LOST_TIME, &eta);
            double log_none = phi > 0 ? -log1p(phi * expected) / phi : -expected;
            double some = -expm1(log_none);
            loss -= row->lost_quarters > 0 ? log(some > CHANCE_MIN ? some : CHANCE_MIN) : log_none;
        }
    }
    return loss;
}

/* Golden section; the loss has one valley. */
static void set_phi(struct fitting *f, size_t m)
{
    double low = 0;
    double high = PHI_MAX;
    double a = high - GOLDEN * (high - low);
    double b = low + GOLDEN * (high - low);
    double at_a = any_loss(f, m, a);
    double at_b = any_loss(f, m, b);
    for (int i = 0; i < GOLDEN_STEPS && high - low > 1e-4; i++) {
        if (at_a < at_b) {
            high = b;
            b = a;
            at_b = at_a;
            a = high - GOLDEN * (high - low);
            at_a = any_loss(f, m, a);
        } else {
            low = a;
            a = b;
            at_a = at_b;
            b = low + GOLDEN * (high - low);
            at_b = any_loss(f, m, b);
        }
    }
    f->fit->models[m].phi[AX_RISK_LOST_TIME] = (low + high) / 2;
}

static int compare_reals(const void *x, const void *y)
{
    const double *a = x;
    const double *b = y;
    return *a < *b ? -1 : *a > *b;
}

static double at_part(const double *sorted, size_t n, size_t i)
{
    double at = (double)i * (double)(n - 1) / (QUANTILES - 1);
    size_t low = (size_t)at;
    size_t high = low + 1 < n ? low + 1 : low;
    double score = sorted[low] + (at - (double)low) * (sorted[high] - sorted[low]);
    return score < 0 ? 0 : score > AX_RISK_SCORE_MAX ? AX_RISK_SCORE_MAX : score;
}

/* Of a peer, or of the whole model (peer < 0). */
static void set_quantiles(const struct ax_predictions *p, size_t model, int peer, struct ax_risk_peer *out)
{
    double *scores = ax_xcalloc(p->count + 1, sizeof scores[0]);
    size_t n = 0;
    for (size_t i = 0; i < p->count; i++) {
        if (p->rows[i].model == model && p->rows[i].risk.rated && (peer < 0 || p->rows[i].peer == peer)) {
            scores[n++] = p->rows[i].risk.exact;
        }
    }
    if (n >= QUANTILE_ROWS_MIN || peer < 0) {
        qsort(scores, n, sizeof scores[0], compare_reals);
        for (size_t i = 0; i < QUANTILES; i++) {
            out->quantiles[i] = n > 0 ? at_part(scores, n, i) : (double)i * AX_RISK_SCORE_MAX / (QUANTILES - 1);
        }
        out->quantile_count = QUANTILES;
    } else {
        out->quantile_count = 0;
    }
    ax_xfree(scores);
}

static ax_rc set_distributions(struct fitting *f, const struct ax_panel *panel, bool coal, struct ax_err *err)
{
    struct ax_predictions p;
    struct ax_risk_edition *e = &f->fit->edition;
    AX_TRY(ax_model_predict(panel, e, e->fit_until, coal, false, &p, err));
    for (size_t m = 0; m < e->model_count; m++) {
        if ((e->models[m].unit == AX_RISK_HOURS) != coal) {
            continue;
        }
        for (size_t i = 0; i < e->models[m].peer_count; i++) {
            set_quantiles(&p, m, i == 0 ? -1 : (int)i, &e->models[m].peers[i]);
        }
    }
    ax_predictions_deinit(&p);
    return AX_RC(OK);
}

static void find_models(struct fitting *f)
{
    double rows[AX_FIT_MODELS] = {0};
    double events[AX_FIT_MODELS] = {0};
    for (size_t i = 0; i < f->rows.count; i++) {
        if (f->rows.rows[i].outcome) {
            rows[f->rows.rows[i].model] += 1;
            events[f->rows.rows[i].model] += f->rows.rows[i].lost_quarters;
        }
    }
    for (size_t m = 0; m < AX_FIT_MODELS; m++) {
        f->there[m] = rows[m] >= ROWS_MIN && events[m] >= EVENTS_MIN;
    }
}

/* Models of which the panel says too little are left out. */
static ax_rc keep_models(struct fitting *f, struct ax_err *err)
{
    struct ax_risk_edition *e = &f->fit->edition;
    size_t kept = 0;
    for (size_t m = 0; m < AX_FIT_MODELS; m++) {
        if (f->there[m]) {
            f->fit->models[kept++] = f->fit->models[m];
        }
    }
    e->model_count = kept;
    if (kept == 0) {
        return ax_fail(err, AX_NOT_FOUND,
                "too few outcomes in the panel for any model: %d rows and %d lost-time quarters at least", ROWS_MIN,
                EVENTS_MIN);
    }
    for (size_t m = 0; m < kept; m++) {
        f->fit->models[m].tables = NULL;
        f->fit->models[m].name = AX_STR("");
        for (size_t p = 0; p < f->fit->models[m].peer_count; p++) {
            f->fit->models[m].peers[p].quantile_count = p == 0 ? 2 : 0;
        }
    }
    return AX_RC(OK);
}

static bool has_unit(const struct ax_risk_edition *e, enum ax_risk_unit unit)
{
    for (size_t m = 0; m < e->model_count; m++) {
        if (e->models[m].unit == unit) {
            return true;
        }
    }
    return false;
}

static ax_rc run(struct fitting *f, const struct ax_panel *panel, struct ax_err *err)
{
    struct ax_risk_edition *e = &f->fit->edition;
    AX_TRY(ax_risk_compile(e, err));
    AX_TRY(ax_fit_collect(panel, f->fit, e->fit_until, &f->rows, err));
    find_models(f);
    set_rates(f);
    f->features = ax_xcalloc(f->rows.count * AX_FIT_SLOPES, sizeof f->features[0]);
    for (size_t i = 0; i < f->rows.count; i++) {
        put_features(f, i);
    }
    AX_TRY(solve_all(f, err));
    set_means(f);
    for (size_t m = 0; m < AX_FIT_MODELS; m++) {
        if (f->there[m]) {
            set_spread(f, m);
            set_phi(f, m);
        }
    }
    ax_risk_free(e);
    AX_TRY(keep_models(f, err));
    AX_TRY(ax_risk_compile(e, err));
    AX_TRY(has_unit(e, AX_RISK_DAYS) ? set_distributions(f, panel, false, err) : AX_RC(OK));
    AX_TRY(has_unit(e, AX_RISK_HOURS) ? set_distributions(f, panel, true, err) : AX_RC(OK));
    ax_risk_free(e);
    return ax_risk_compile(e, err);
}

static void name_fit(struct ax_fit *fit, const struct ax_panel *panel, int32_t until)
{
    char day[AX_DAY_TEXT_SIZE];
    ax_hex(panel->digest, sizeof panel->digest, fit->digest);
    (void)snprintf(fit->id, sizeof fit->id, "mines-%s", ax_day_format(until, day));
    (void)snprintf(fit->note, sizeof fit->note,
            "anxin fit: %zu mines, %zu quarters; weights of grave and claims are 0, as the panel has neither",
            panel->mine_count, panel->quarter_count);
    fit->edition.id = ax_str_c(fit->id);
    fit->edition.fit_until = until;
    fit->edition.fit_data = ax_str_c(fit->digest);
    fit->edition.fit_note = ax_str_c(fit->note);
}

ax_rc ax_fit_panel(const struct ax_panel *panel, int32_t until, ax_fit_watch *watch, void *state, struct ax_fit **out,
        struct ax_err *err)
{
    struct fitting f = {.fit = ax_xcalloc(1, sizeof *f.fit), .watch = watch, .state = state};
    ax_fit_shape(f.fit);
    name_fit(f.fit, panel, ax_panel_tells_until(panel, until));
    ax_rc rc = run(&f, panel, err);
    ax_xfree(f.rows.rows);
    ax_xfree(f.features);
    if (!ax_ok(rc)) {
        ax_fit_free(f.fit);
        return rc;
    }
    *out = f.fit;
    return AX_RC(OK);
}

void ax_fit_free(struct ax_fit *fit)
{
    if (fit != NULL) {
        ax_risk_free(&fit->edition);
        ax_xfree(fit);
    }
}
