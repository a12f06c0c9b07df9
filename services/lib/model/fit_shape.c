/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is not fitted. Half-lives, kappa, shapes, the factor and grade cuts were chosen once on the US mine panel, by
 * likelihood and AUC of 2006-2008 after fits on 2003-2005 (docs/MODEL.md); it is flat in all of them but the factor. All of
 * it is ours.
 *
 * The factor: in calendar time a mine outside coal that is new has far fewer accidents than the peers' mean, as most are small
 * and stand still for part of the year. R = (S + kappa) / (f r Y + kappa) with f < 1 is a prior mean of f times the peers'
 * rate, but for a constant that the level takes up.
 */
#include "scoring/risk_model.h"
#include "services/lib/model/fit_rows.h"
#include "services/lib/pack/mine_models.h"

_Static_assert((int)AX_MINE_MODELS == (int)AX_FIT_MODELS, "each model of a fit has its id");

#define HOURS_PER 200000.0 /* 100 full-time years, as OSHA counts */
#define TINY_BETA 1e-9     /* a lane is on */
#define KAPPA_DAYS 120.0
#define LOST_TIME_FEN 10000000.0 /* 100,000 yuan an event */
#define SEVERE_FEN 300000000.0   /* 3,000,000 yuan */

const uint8_t ax_fit_slots[AX_FIT_SLOPES - 1] = {
        AX_RISK_ACCIDENTS * AX_RISK_LANES,
        AX_RISK_ACCIDENTS *AX_RISK_LANES + 1,
        AX_RISK_LOST_DAYS *AX_RISK_LANES,
        AX_RISK_LOST_DAYS *AX_RISK_LANES + 1,
        AX_RISK_SEVERE *AX_RISK_LANES,
        AX_RISK_SEVERE *AX_RISK_LANES + 1,
        AX_RISK_ENFORCEMENT *AX_RISK_LANES,
        AX_RISK_ENFORCEMENT *AX_RISK_LANES + 1,
        AX_RISK_RESTRICTED *AX_RISK_LANES,
        AX_RISK_RESTRICTED *AX_RISK_LANES + 1,
};

double ax_fit_rate_factor(size_t model)
{
    return model == AX_MINE_MODEL_CALENDAR_OTHER ? 0.15 : 1;
}

double ax_fit_ridge(size_t model)
{
    return model <= AX_MINE_MODEL_CALENDAR_COAL ? 10 : 5;
}

static struct ax_risk_channel_model channel(enum ax_risk_shape shape, double reference, double cap, double short_days,
        double long_days, double short_kappa, double long_kappa)
{
    return (struct ax_risk_channel_model){.shape = shape,
            .reference = reference,
            .cap = cap,
            .half_life_days = {short_days, long_days},
            .kappa = {short_kappa, long_kappa},
            .tau_days = AX_RISK_DAYS_A_YEAR};
}

static void shape_channels(struct ax_risk_model *m)
{
    bool hours = m->unit == AX_RISK_HOURS;
    struct ax_risk_channel_model *c = m->channels;
    double accident_kappa = hours ? 0.5 : 0.3;
    c[AX_RISK_ACCIDENTS] = channel(AX_RISK_LINEAR, 1, 12, 180, 1825, accident_kappa, accident_kappa);
    c[AX_RISK_LOST_DAYS] = channel(AX_RISK_LOG, 1, 360, 180, 1825, 5, 5);
    c[AX_RISK_SEVERE] = hours ? channel(AX_RISK_LINEAR, 1, 3, 365, 1825, 0.3, 0.3)
                              : channel(AX_RISK_LINEAR, 1, 3, 365, 1095, 0.2, 0.2);
    c[AX_RISK_ENFORCEMENT] = hours ? channel(AX_RISK_LOG, 3, 1000, 90, 1825, 0.2, 0.2)
                                   : channel(AX_RISK_LOG, 3, 1000, 90, 730, 1.5, 0.1);
    c[AX_RISK_GRAVE] = channel(AX_RISK_LINEAR, 1, 10, 365, 1095, 1, 1);
    c[AX_RISK_CLAIMS] = channel(AX_RISK_LOG, 10000, 10000000, 545, 1825, 5, 5);
    double restricted_kappa = hours ? 3 : 1;
    c[AX_RISK_RESTRICTED] = channel(AX_RISK_LOG, 1, 360, 365, 1095, restricted_kappa, restricted_kappa);
    for (size_t i = 0; i < AX_FIT_SLOPES - 1; i++) {
        size_t slot = ax_fit_slots[i];
        c[slot / AX_RISK_LANES].beta[AX_RISK_LOST_TIME][slot % AX_RISK_LANES] = TINY_BETA;
    }
}

static struct ax_risk_peer peer(const char *id, const char *parent, const char *zh, const char *en)
{
    struct ax_risk_peer p = {
            .id = ax_str_c(id), .parent = ax_str_c(parent), .title_zh = ax_str_c(zh), .title_en = ax_str_c(en)};
    for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
        p.rate[k] = 1;
    }
    for (size_t head = 0; head < AX_RISK_HEADS; head++) {
        p.head_rate[head] = p.head_mean[head] = 1;
    }
    p.imputed_per_year = 1;
    p.cost_fen[AX_RISK_LOST_TIME] = LOST_TIME_FEN;
    p.cost_fen[AX_RISK_SEVERE_HEAD] = SEVERE_FEN;
    p.quantiles[1] = 1;
    p.quantile_count = 2;
    return p;
}

static void shape_model(
        struct ax_fit *f, enum ax_mine_model at, enum ax_risk_unit unit, const struct ax_strs *industries, size_t peers)
{
    struct ax_risk_model *m = &f->models[at];
    *m = (struct ax_risk_model){
            .id = ax_str_c(ax_mine_model_id(at)), .unit = unit, .industries = *industries, .peers = f->peers[at]};
    m->per = unit == AX_RISK_DAYS ? AX_RISK_DAYS_A_YEAR : HOURS_PER;
    m->kappa_days = KAPPA_DAYS;
    m->severe_per_injury = 0.5;
    m->fine_reference_yuan = 30000;
    m->estimated_log_sd = 0.3;
    m->any.tau_days = unit == AX_RISK_DAYS ? 500 : 1000;
    m->base_day = AX_DAY_NONE;
    m->peer_count = peers;
    shape_channels(m);
}

void ax_fit_shape(struct ax_fit *f)
{
    static ax_str coal_items[] = {{"06", 2}};
    static ax_str other_items[] = {{"08", 2}, {"09", 2}, {"10", 2}};
    static ax_str all_items[] = {{"06", 2}, {"08", 2}, {"09", 2}, {"10", 2}};
    static ax_str everywhere[] = {{"", 0}};
    struct ax_strs coal = {coal_items, 1};
    struct ax_strs other = {other_items, 3};
    f->peers[AX_MINE_MODEL_CALENDAR_OTHER][0] = peer("mines", "", "非煤矿山", "Mines other than coal");
    f->peers[AX_MINE_MODEL_CALENDAR_COAL][0] = peer("coal", "", "煤矿（类型不明）", "Coal, type not known");
    f->peers[AX_MINE_MODEL_CALENDAR_COAL][1] = peer("underground", "coal", "井工煤矿", "Coal, underground");
    f->peers[AX_MINE_MODEL_CALENDAR_COAL][2] = peer("surface", "coal", "露天煤矿", "Coal, surface");
    f->peers[AX_MINE_MODEL_HOURS_UNDERGROUND][0] = peer("underground", "", "井工煤矿", "Coal, underground");
    f->peers[AX_MINE_MODEL_HOURS_SURFACE][0] = peer("surface", "", "露天煤矿及其他", "Coal, surface and other");
    shape_model(f, AX_MINE_MODEL_CALENDAR_OTHER, AX_RISK_DAYS, &other, 1);
    shape_model(f, AX_MINE_MODEL_CALENDAR_COAL, AX_RISK_DAYS, &coal, 3);
    shape_model(f, AX_MINE_MODEL_HOURS_UNDERGROUND, AX_RISK_HOURS, &coal, 1);
    shape_model(f, AX_MINE_MODEL_HOURS_SURFACE, AX_RISK_HOURS, &coal, 1);
    f->edition = (struct ax_risk_edition){.title_zh = AX_STR("矿山安全风险评分（拟合）"),
            .title_en = AX_STR("Work-safety risk score of mines, fitted"),
            .sources = AX_STR("US MSHA open data and EIA form 7A (docs/MODEL.md); shapes and costs: ours"),
            .provenance = AX_PROVENANCE_OURS,
            .scope = {{everywhere, 1}, {all_items, 4}, AX_DAY_NONE, AX_DAY_NONE},
            .base = 600,
            .pdo = 40,
            .grades = {700, 660, 630, 600, 560, 500},
            .credibility_min = 0.15,
            .interval_z = 1.645,
            .outlook_points = 10,
            .silence_expected = 3,
            .models = f->models,
            .model_count = AX_FIT_MODELS};
}
