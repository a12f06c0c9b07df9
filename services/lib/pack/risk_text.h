/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A risk.yaml as libcyaml reads it: all of it is the memory of one struct ax_pack_text. One thread until it is built from.
 * Private to this folder. */
#include "services/lib/pack/pack_head.h"

#include "scoring/risk.h"

struct ax_risk_channel_text {
    int32_t channel;
    int32_t shape;
    double reference;
    double cap;
    double half_life_days[AX_RISK_LANES];
    double kappa[AX_RISK_LANES];
    struct {
        double lost_time[AX_RISK_LANES];
        double severe[AX_RISK_LANES];
    } beta;
    double gamma[AX_RISK_HEADS];
    double tau_days;
};

struct ax_risk_rates_text {
    double accidents, lost_days, severe, enforcement, grave, claims, restricted;
};

struct ax_risk_peer_text {
    char *id;
    char *parent;
    char *title_zh;
    char *title_en;
    char **industries;
    uint32_t industries_count;
    struct ax_risk_rates_text rate;
    double head_rate[AX_RISK_HEADS];
    double head_mean[AX_RISK_HEADS];
    double trend[AX_RISK_HEADS];
    double log_sd;
    double imputed_per_year;
    double cost_fen[AX_RISK_HEADS];
    double *quantiles;
    uint32_t quantiles_count;
};

struct ax_risk_any_text {
    double gamma[AX_RISK_HEADS];
    double tau_days;
};

struct ax_risk_model_text {
    char *id;
    int32_t unit;
    double per;
    char **industries;
    uint32_t industries_count;
    double kappa_days;
    double carry_months;
    double days_per_death;
    double severe_per_injury;
    double fine_reference_yuan;
    double fine_weight;
    double phi[AX_RISK_HEADS];
    double estimated_log_sd;
    char *base_day;
    struct ax_risk_any_text any;
    struct ax_risk_channel_text *channels;
    uint32_t channels_count;
    struct ax_risk_peer_text *peers;
    uint32_t peers_count;
};

struct ax_risk_fit_text {
    char *from;
    char *until;
    char *data;
    char *note;
};

struct ax_risk_scale_text {
    double base;
    double pdo;
    int32_t aaa, aa, a, bbb, bb, b;
    double credibility_min;
    double interval_z;
    int32_t outlook_points;
    double silence_expected;
};

struct ax_risk_root {
    struct ax_pack_head head;
    struct ax_risk_fit_text fit;
    struct ax_risk_scale_text scale;
    struct ax_risk_model_text *models;
    uint32_t models_count;
};
