/* SPDX-License-Identifier: Apache-2.0 */
/* The one text of an edition: keys in the order of the schema, numbers with as many digits as give the same bits back. */
#include "services/lib/pack/bundle.h"

#include <stdio.h>

enum { NUMBER_SIZE = 32, DIGITS = 17 };

static void put_number(struct ax_buf *out, double x)
{
    char text[NUMBER_SIZE];
    (void)snprintf(text, sizeof text, "%.*g", DIGITS, x);
    ax_buf_put_str(out, ax_str_c(text));
}

static void put_text(struct ax_buf *out, const char *key, ax_str text)
{
    ax_buf_printf(out, "%s: \"", key);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\') {
            ax_buf_put_u8(out, '\\');
        }
        if (text.ptr[i] == '\n') {
            ax_buf_put_str(out, AX_STR("\\n"));
        } else {
            ax_buf_put_u8(out, (uint8_t)text.ptr[i]);
        }
    }
    ax_buf_put_str(out, AX_STR("\"\n"));
}

static void put_words(struct ax_buf *out, const char *key, const struct ax_strs *words)
{
    ax_buf_printf(out, "%s: [", key);
    for (size_t i = 0; i < words->count; i++) {
        ax_buf_printf(out, "%s\"%.*s\"", i == 0 ? "" : ", ", AX_ARG(words->items[i]));
    }
    ax_buf_put_str(out, AX_STR("]\n"));
}

static void put_real(struct ax_buf *out, const char *key, double x)
{
    ax_buf_printf(out, "%s: ", key);
    put_number(out, x);
    ax_buf_put_str(out, AX_STR("\n"));
}

static void put_reals(struct ax_buf *out, const char *key, const double *x, size_t count)
{
    ax_buf_printf(out, "%s: [", key);
    for (size_t i = 0; i < count; i++) {
        ax_buf_put_str(out, i == 0 ? AX_STR("") : AX_STR(", "));
        put_number(out, x[i]);
    }
    ax_buf_put_str(out, AX_STR("]\n"));
}

static void put_day(struct ax_buf *out, const char *key, int32_t day)
{
    char text[AX_DAY_TEXT_SIZE];
    if (day != AX_DAY_NONE) {
        ax_buf_printf(out, "%s: %s\n", key, ax_day_format(day, text));
    }
}

static void put_channel(struct ax_buf *out, size_t channel, const struct ax_risk_channel_model *c)
{
    ax_buf_printf(out, "      - channel: %s\n        shape: %s\n", ax_risk_channel_name(channel),
            c->shape == AX_RISK_LOG ? "log" : "linear");
    put_real(out, "        reference", c->reference);
    put_real(out, "        cap", c->cap);
    put_reals(out, "        half_life_days", c->half_life_days, AX_RISK_LANES);
    put_reals(out, "        kappa", c->kappa, AX_RISK_LANES);
    ax_buf_put_str(out, AX_STR("        beta:\n"));
    put_reals(out, "          lost_time", c->beta[AX_RISK_LOST_TIME], AX_RISK_LANES);
    put_reals(out, "          severe", c->beta[AX_RISK_SEVERE_HEAD], AX_RISK_LANES);
    put_reals(out, "        gamma", c->gamma, AX_RISK_HEADS);
    put_real(out, "        tau_days", c->tau_days);
}

static void put_peer(struct ax_buf *out, const struct ax_risk_peer *p)
{
    put_text(out, "      - id", p->id);
    if (p->parent.len > 0) {
        put_text(out, "        parent", p->parent);
    }
    put_text(out, "        title_zh", p->title_zh);
    put_text(out, "        title_en", p->title_en);
    put_words(out, "        industries", &p->industries);
    ax_buf_put_str(out, AX_STR("        rate:\n"));
    for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
        ax_buf_put_str(out, AX_STR("          "));
        put_real(out, ax_risk_channel_name(k), p->rate[k]);
    }
    put_reals(out, "        head_rate", p->head_rate, AX_RISK_HEADS);
    put_reals(out, "        head_mean", p->head_mean, AX_RISK_HEADS);
    put_reals(out, "        trend", p->trend, AX_RISK_HEADS);
    put_real(out, "        log_sd", p->log_sd);
    put_real(out, "        imputed_per_year", p->imputed_per_year);
    put_reals(out, "        cost_fen", p->cost_fen, AX_RISK_HEADS);
    put_reals(out, "        quantiles", p->quantiles, p->quantile_count);
}

static void put_model(struct ax_buf *out, const struct ax_risk_model *m)
{
    put_text(out, "  - id", m->id);
    ax_buf_printf(out, "    unit: %s\n", m->unit == AX_RISK_HOURS ? "hours" : "days");
    put_real(out, "    per", m->per);
    put_words(out, "    industries", &m->industries);
    put_real(out, "    kappa_days", m->kappa_days);
    put_real(out, "    carry_months", m->carry_months);
    put_real(out, "    days_per_death", m->days_per_death);
    put_real(out, "    severe_per_injury", m->severe_per_injury);
    put_real(out, "    fine_reference_yuan", m->fine_reference_yuan);
    put_real(out, "    fine_weight", m->fine_weight);
    put_reals(out, "    phi", m->phi, AX_RISK_HEADS);
    put_real(out, "    estimated_log_sd", m->estimated_log_sd);
    put_day(out, "    base_day", m->base_day);
    ax_buf_put_str(out, AX_STR("    any:\n"));
    put_reals(out, "      gamma", m->any.gamma, AX_RISK_HEADS);
    put_real(out, "      tau_days", m->any.tau_days);
    ax_buf_put_str(out, AX_STR("    channels:\n"));
    for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
        put_channel(out, k, &m->channels[k]);
    }
    ax_buf_put_str(out, AX_STR("    peers:\n"));
    for (size_t i = 0; i < m->peer_count; i++) {
        put_peer(out, &m->peers[i]);
    }
}

static void put_scale(struct ax_buf *out, const struct ax_risk_edition *e)
{
    ax_buf_put_str(out, AX_STR("scale:\n"));
    put_real(out, "  base", e->base);
    put_real(out, "  pdo", e->pdo);
    for (int32_t i = 0; i < AX_RISK_GRADES - 1; i++) {
        ax_buf_printf(out, "  %s: %d\n", ax_risk_grade_name(AX_RISK_GRADE_AAA + i), e->grades[i]);
    }
    put_real(out, "  credibility_min", e->credibility_min);
    put_real(out, "  interval_z", e->interval_z);
    ax_buf_printf(out, "  outlook_points: %d\n", e->outlook_points);
    put_real(out, "  silence_expected", e->silence_expected);
}

void ax_risk_write(const struct ax_risk_edition *e, struct ax_buf *out)
{
    ax_buf_put_str(out, AX_STR("# SPDX-License-Identifier: Apache-2.0\n"));
    put_text(out, "id", e->id);
    put_text(out, "title_zh", e->title_zh);
    put_text(out, "title_en", e->title_en);
    put_text(out, "sources", e->sources);
    ax_buf_printf(out, "provenance: %s\n", ax_provenance_name(e->provenance));
    put_words(out, "jurisdictions", &e->scope.jurisdictions);
    put_words(out, "industries", &e->scope.industries);
    put_day(out, "effective_from", e->scope.effective_from);
    put_day(out, "effective_to", e->scope.effective_to);
    ax_buf_put_str(out, AX_STR("fit:\n"));
    put_day(out, "  from", e->fit_from);
    put_day(out, "  until", e->fit_until);
    put_text(out, "  data", e->fit_data);
    put_text(out, "  note", e->fit_note);
    put_scale(out, e);
    ax_buf_put_str(out, AX_STR("models:\n"));
    for (size_t i = 0; i < e->model_count; i++) {
        put_model(out, &e->models[i]);
    }
}
