/* SPDX-License-Identifier: Apache-2.0 */
/* From the text of a risk.yaml to a compiled edition. */
#include "services/lib/pack/risk_text.h"

#include "base/digest.h"
#include "services/lib/pack/bundle.h"
#include "services/lib/pack/pack_place.h"
#include "services/lib/pack/pack_text.h"

enum { WRITTEN_MAX_BYTES = 16 * 1024 * 1024 };

struct building {
    struct ax_pack_text *text;
    const char *name; /* of the file */
    ax_str yaml;
    struct ax_err *err;
};

/* About a key of a model, or of what it holds ("model/peer"; "": the file's own); without a value what the file says there. */
static ax_rc broken(const struct building *b, const char *what, const char *key, const char *value, const char *why)
{
    struct ax_pack_place at;
    ax_pack_place_find(b->yaml, what, strcmp(key, "id") == 0 ? AX_PACK_PLACE_LAST : 0, key, value, &at);
    return ax_pack_place_fail(&at, b->name, what, key, why, b->err);
}

static ax_rc day_of(const struct building *b, const char *what, const char *key, const char *words, int32_t *day)
{
    return ax_pack_day(words, day) ? AX_RC(OK)
                                   : broken(b, what, key, words, "must be a day of the calendar, YYYY-MM-DD");
}

/* A channel that the file does not speak of is off. */
static const struct ax_risk_channel_model off = {
        .reference = 1, .cap = 1, .half_life_days = {365, 1095}, .kappa = {1, 1}, .tau_days = 365};

static ax_rc build_channels(const struct building *b, const struct ax_risk_model_text *t, struct ax_risk_model *m)
{
    uint32_t seen = 0;
    for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
        m->channels[k] = off;
    }
    for (uint32_t i = 0; i < t->channels_count; i++) {
        const struct ax_risk_channel_text *c = &t->channels[i];
        if ((seen >> c->channel & 1) != 0) {
            return broken(b, t->id, "channels", ax_risk_channel_name((size_t)c->channel), "is there twice");
        }
        seen |= UINT32_C(1) << c->channel;
        struct ax_risk_channel_model *to = &m->channels[c->channel];
        to->shape = (enum ax_risk_shape)c->shape;
        to->reference = c->reference;
        to->cap = c->cap;
        to->tau_days = c->tau_days;
        for (size_t j = 0; j < AX_RISK_LANES; j++) {
            to->half_life_days[j] = c->half_life_days[j];
            to->kappa[j] = c->kappa[j];
            to->beta[AX_RISK_LOST_TIME][j] = c->beta.lost_time[j];
            to->beta[AX_RISK_SEVERE_HEAD][j] = c->beta.severe[j];
            to->gamma[j] = c->gamma[j];
        }
    }
    return AX_RC(OK);
}

static void build_peer(const struct building *b, const struct ax_risk_peer_text *t, struct ax_risk_peer *p)
{
    p->id = ax_str_c(t->id);
    p->parent = ax_str_c(t->parent);
    p->title_zh = ax_str_c(t->title_zh);
    p->title_en = ax_str_c(t->title_en);
    p->industries = ax_pack_strs(b->text, t->industries, t->industries_count);
    const struct ax_risk_rates_text *r = &t->rate;
    const double rates[AX_RISK_CHANNELS] = {
            r->accidents, r->lost_days, r->severe, r->enforcement, r->grave, r->claims, r->restricted};
    memcpy(p->rate, rates, sizeof p->rate);
    for (size_t head = 0; head < AX_RISK_HEADS; head++) {
        p->head_rate[head] = t->head_rate[head];
        p->head_mean[head] = t->head_mean[head];
        p->trend[head] = t->trend[head];
        p->cost_fen[head] = t->cost_fen[head];
    }
    p->log_sd = t->log_sd;
    p->imputed_per_year = t->imputed_per_year;
    p->quantile_count = t->quantiles_count;
    for (uint32_t i = 0; i < t->quantiles_count; i++) {
        p->quantiles[i] = t->quantiles[i];
    }
}

static ax_rc build_model(const struct building *b, const struct ax_risk_model_text *t, struct ax_risk_model *m)
{
    m->id = ax_str_c(t->id);
    m->unit = (enum ax_risk_unit)t->unit;
    m->per = t->per;
    m->industries = ax_pack_strs(b->text, t->industries, t->industries_count);
    m->kappa_days = t->kappa_days;
    m->carry_months = t->carry_months;
    m->days_per_death = t->days_per_death;
    m->severe_per_injury = t->severe_per_injury;
    m->fine_reference_yuan = t->fine_reference_yuan;
    m->fine_weight = t->fine_weight;
    m->phi[0] = t->phi[0];
    m->phi[1] = t->phi[1];
    m->estimated_log_sd = t->estimated_log_sd;
    AX_TRY(day_of(b, t->id, "base_day", t->base_day, &m->base_day));
    m->any = (struct ax_risk_recency){{t->any.gamma[0], t->any.gamma[1]}, t->any.tau_days};
    AX_TRY(build_channels(b, t, m));
    m->peer_count = t->peers_count;
    m->peers = ax_pack_text_alloc(b->text, m->peer_count * sizeof *m->peers);
    for (size_t i = 0; i < m->peer_count; i++) {
        build_peer(b, &t->peers[i], &m->peers[i]);
    }
    return AX_RC(OK);
}

static void build_scale(const struct ax_risk_scale_text *t, struct ax_risk_edition *e)
{
    const int32_t grades[AX_RISK_GRADES - 1] = {t->aaa, t->aa, t->a, t->bbb, t->bb, t->b};
    memcpy(e->grades, grades, sizeof e->grades);
    e->base = t->base;
    e->pdo = t->pdo;
    e->credibility_min = t->credibility_min;
    e->interval_z = t->interval_z;
    e->outlook_points = t->outlook_points;
    e->silence_expected = t->silence_expected;
}

static ax_rc build_head(const struct building *b, const struct ax_pack_head *head, struct ax_risk_edition *e)
{
    e->id = ax_str_c(head->id);
    e->title_zh = ax_str_c(head->title_zh);
    e->title_en = ax_str_c(head->title_en);
    e->sources = ax_str_c(head->basis);
    e->provenance = (enum ax_provenance)head->provenance;
    struct ax_err inner;
    ax_rc rc = ax_pack_head_scope(b->text, head, &e->scope, &inner);
    return ax_ok(rc) ? rc : broken(b, "", inner.field, inner.value, inner.text);
}

static ax_rc build(const struct building *b, struct ax_risk_edition *e)
{
    const struct ax_risk_root *root = ax_pack_text_root(b->text);
    memset(e, 0, sizeof *e);
    AX_TRY(build_head(b, &root->head, e));
    AX_TRY(day_of(b, "fit", "from", root->fit.from, &e->fit_from));
    AX_TRY(day_of(b, "fit", "until", root->fit.until, &e->fit_until));
    e->fit_data = ax_str_c(root->fit.data);
    e->fit_note = ax_str_c(root->fit.note);
    build_scale(&root->scale, e);
    e->model_count = root->models_count;
    e->models = ax_pack_text_alloc(b->text, e->model_count * sizeof *e->models);
    for (size_t i = 0; i < e->model_count; i++) {
        AX_TRY(build_model(b, &root->models[i], &e->models[i]));
    }
    struct ax_err inner;
    ax_rc rc = ax_risk_compile(e, &inner);
    return ax_ok(rc) ? rc : broken(b, inner.value, inner.field, NULL, inner.text);
}

static void digest(struct ax_risk_edition *e)
{
    struct ax_buf written;
    ax_buf_init(&written, WRITTEN_MAX_BYTES);
    ax_risk_write(e, &written);
    AX_ASSERT(!written.failed); /* what was read is smaller than a file may be */
    ax_sha256(ax_buf_str(&written), e->digest);
    ax_buf_deinit(&written);
}

ax_rc ax_risk_parse(
        const char *name, ax_str yaml, struct ax_pack_text **texts, struct ax_risk_edition *out, struct ax_err *err)
{
    struct building b = {.name = name, .yaml = yaml, .err = err};
    AX_TRY(ax_pack_text_read(name, yaml, &ax_risk_root_value, &b.text, err));
    ax_rc rc = build(&b, out);
    if (ax_ok(rc)) {
        digest(out);
    }
    return ax_pack_settle(rc, b.text, texts);
}
