/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/backtest/scored.h"

#include "base/pool.h"
#include "scoring/day.h"
#include "scoring/risk_model.h"

#include <pthread.h>

enum { JOBS_MAX = AX_REPORT_DATES_MAX * (AX_SCORED_VARIANTS + 1), THREADS_MAX = 64 };

static const struct {
    double half_life, kappa;
} factors[AX_SCORED_VARIANTS] = {{1, 1}, {2.0 / 3, 1}, {1.5, 1}, {1, 2.0 / 3}, {1, 1.5}};

/* What a half-life may be. */
static double within(double days)
{
    return days < AX_RISK_HALF_LIFE_MIN   ? AX_RISK_HALF_LIFE_MIN
           : days > AX_RISK_HALF_LIFE_MAX ? AX_RISK_HALF_LIFE_MAX
                                          : days;
}

/* The edition with other half-lives or κ; it borrows texts and peers from the one it was made of. */
static ax_rc vary(const struct ax_risk_edition *edition, enum ax_scored_variant v, struct ax_risk_edition **out,
        struct ax_err *err)
{
    struct ax_risk_edition *e = *out = ax_xcalloc(1, sizeof *e);
    *e = *edition;
    e->models = ax_xcalloc(e->model_count, sizeof *e->models);
    for (size_t i = 0; i < e->model_count; i++) {
        struct ax_risk_model *m = &e->models[i];
        *m = edition->models[i];
        m->tables = NULL;
        m->name = (ax_str){NULL, 0};
        m->kappa_days *= factors[v].kappa;
        for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
            for (size_t lane = 0; lane < AX_RISK_LANES; lane++) {
                m->channels[k].half_life_days[lane] =
                        within(m->channels[k].half_life_days[lane] * factors[v].half_life);
                m->channels[k].kappa[lane] *= factors[v].kappa;
            }
        }
    }
    return ax_risk_compile(e, err);
}

static void variant_free(struct ax_risk_edition *e)
{
    if (e != NULL) {
        ax_risk_free(e);
        ax_xfree(e->models);
        ax_xfree(e);
    }
}

static ax_rc find_dates(const struct ax_backtest *b, struct ax_scored *s, struct ax_err *err)
{
    char text[2][AX_DAY_TEXT_SIZE];
    if (b->to < b->from) {
        return ax_fail(err, AX_INVALID, "the last date, %s, lies before the first, %s", ax_day_format(b->to, text[0]),
                ax_day_format(b->from, text[1]));
    }
    for (int years = 0; ax_day_add_months(b->from, 12 * years) <= b->to; years++) {
        int32_t day = ax_day_add_months(b->from, 12 * years);
        if (ax_day_add_months(day, 12) > b->panel->end_day) {
            break;
        }
        if (s->date_count == AX_REPORT_DATES_MAX) {
            return ax_fail(err, AX_INVALID, "at most %d dates, a year apart", AX_REPORT_DATES_MAX);
        }
        s->dates[s->date_count++] = day;
    }
    if (s->date_count == 0) {
        return ax_fail(err, AX_INVALID, "no date from %s on whose 12 months the panel has all; it ends before %s",
                ax_day_format(b->from, text[0]), ax_day_format(b->panel->end_day, text[1]));
    }
    return AX_RC(OK);
}

/* One date of one variant; what all jobs share is under the lock. */
struct work {
    const struct ax_backtest *b;
    pthread_mutex_t lock;
    size_t done;
    size_t all;
    ax_rc rc; /* the first failure */
    struct ax_err err;
};

struct job {
    struct work *work;
    const struct ax_risk_edition *edition;
    int32_t day;
    bool hours;
    struct ax_predictions *out;
};

static void run_job(void *state)
{
    struct job *j = state;
    struct work *w = j->work;
    struct ax_err err = {0};
    ax_rc rc = ax_model_predict(w->b->panel, j->edition, j->day, j->hours, true, j->out, &err);
    pthread_mutex_lock(&w->lock);
    if (!ax_ok(rc) && ax_ok(w->rc)) {
        w->rc = rc;
        w->err = err;
    }
    w->done++;
    if (w->b->progress != NULL) {
        w->b->progress("scoring", "评分", w->done, w->all, w->b->state);
    }
    pthread_mutex_unlock(&w->lock);
}

static bool has_unit(const struct ax_risk_edition *edition, enum ax_risk_unit unit)
{
    for (size_t i = 0; i < edition->model_count; i++) {
        if (edition->models[i].unit == unit) {
            return true;
        }
    }
    return false;
}

static size_t list_jobs(const struct ax_backtest *b, struct ax_scored *s, struct work *w, struct job *jobs)
{
    size_t n = 0;
    for (size_t d = 0; d < s->date_count; d++) {
        for (size_t v = 0; v < AX_SCORED_VARIANTS; v++) {
            if (s->refused[v].code != AX_OK) {
                continue;
            }
            const struct ax_risk_edition *e = s->variants[v] != NULL ? s->variants[v] : b->edition;
            jobs[n++] = (struct job){w, e, s->dates[d], false, &s->all[v][d]};
        }
        if (has_unit(b->edition, AX_RISK_HOURS) && b->panel->year_count > 0) {
            jobs[n++] = (struct job){w, b->edition, s->dates[d], true, &s->hours[d]};
        }
    }
    return n;
}

static ax_rc run_jobs(const struct ax_backtest *b, struct ax_scored *s, struct ax_err *err)
{
    struct job *jobs = ax_xcalloc(JOBS_MAX, sizeof *jobs);
    struct work w = {.b = b, .rc = AX_RC(OK)};
    pthread_mutex_init(&w.lock, NULL);
    w.all = list_jobs(b, s, &w, jobs);
    unsigned threads = b->threads < 1 ? 1 : b->threads > THREADS_MAX ? THREADS_MAX : b->threads;
    struct ax_pool *pool = ax_pool_new(&(struct ax_pool_options){"backtest", threads, JOBS_MAX});
    ax_rc rc = AX_RC(OK);
    for (size_t i = 0; ax_ok(rc) && i < w.all; i++) {
        rc = ax_pool_submit(pool, run_job, &jobs[i]);
    }
    ax_pool_close(pool);
    pthread_mutex_destroy(&w.lock);
    ax_xfree(jobs);
    if (ax_ok(rc) && !ax_ok(w.rc)) {
        rc = w.rc;
        if (err != NULL) {
            *err = w.err;
        }
    }
    return rc;
}

ax_rc ax_scored_make(const struct ax_backtest *b, struct ax_scored *out, struct ax_err *err)
{
    memset(out, 0, sizeof *out);
    AX_TRY(find_dates(b, out, err));
    if (!has_unit(b->edition, AX_RISK_DAYS)) {
        return ax_fail_field(
                err, AX_INVALID, "models", b->edition->id.ptr, b->edition->id.len, "no model with unit days");
    }
    for (size_t v = AX_SCORED_AS_FITTED + 1; v < AX_SCORED_VARIANTS; v++) {
        ax_rc rc = vary(b->edition, (enum ax_scored_variant)v, &out->variants[v], &out->refused[v]);
        out->refused[v].code = rc.code;
    }
    return run_jobs(b, out, err);
}

void ax_scored_free(struct ax_scored *s)
{
    for (size_t d = 0; d < AX_REPORT_DATES_MAX; d++) {
        for (size_t v = 0; v < AX_SCORED_VARIANTS; v++) {
            ax_predictions_deinit(&s->all[v][d]);
        }
        ax_predictions_deinit(&s->hours[d]);
    }
    for (size_t v = 0; v < AX_SCORED_VARIANTS; v++) {
        variant_free(s->variants[v]);
    }
}
