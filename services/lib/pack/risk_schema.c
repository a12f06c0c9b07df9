/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/pack/risk_text.h"
#include "services/lib/pack/yaml_rows.h"

#define REAL(key, owner, member) CYAML_FIELD_FLOAT(key, AX_YAML_MUST, struct owner, member)
#define PAIR(key, owner, member) CYAML_FIELD_SEQUENCE_FIXED(key, AX_YAML_MUST, struct owner, member, &real, 2)
#define INNER(key, flags, owner, member, fields) CYAML_FIELD_MAPPING(key, flags, struct owner, member, fields)

static const cyaml_schema_value_t real = {CYAML_VALUE_FLOAT(CYAML_FLAG_DEFAULT, double)};
static const cyaml_strval_t channels[] = {{"accidents", AX_RISK_ACCIDENTS}, {"lost_days", AX_RISK_LOST_DAYS},
        {"severe", AX_RISK_SEVERE}, {"enforcement", AX_RISK_ENFORCEMENT}, {"grave", AX_RISK_GRAVE},
        {"claims", AX_RISK_CLAIMS}, {"restricted", AX_RISK_RESTRICTED}};
static const cyaml_strval_t shapes[] = {{"linear", AX_RISK_LINEAR}, {"log", AX_RISK_LOG}};
static const cyaml_strval_t units[] = {{"days", AX_RISK_DAYS}, {"hours", AX_RISK_HOURS}};

static const cyaml_schema_field_t beta_fields[] = {
        PAIR("lost_time", ax_risk_channel_text, beta.lost_time),
        PAIR("severe", ax_risk_channel_text, beta.severe),
        CYAML_FIELD_END,
};
static const cyaml_schema_field_t channel_fields[] = {
        AX_YAML_CHOICE("channel", AX_YAML_MUST, ax_risk_channel_text, channel, channels),
        AX_YAML_CHOICE("shape", AX_YAML_MUST, ax_risk_channel_text, shape, shapes),
        REAL("reference", ax_risk_channel_text, reference),
        REAL("cap", ax_risk_channel_text, cap),
        PAIR("half_life_days", ax_risk_channel_text, half_life_days),
        PAIR("kappa", ax_risk_channel_text, kappa),
        AX_YAML_INNER("beta", AX_YAML_MUST, ax_risk_channel_text, beta_fields),
        PAIR("gamma", ax_risk_channel_text, gamma),
        REAL("tau_days", ax_risk_channel_text, tau_days),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t channel_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_risk_channel_text, channel_fields)};

static const cyaml_schema_field_t rate_fields[] = {
        REAL("accidents", ax_risk_rates_text, accidents),
        REAL("lost_days", ax_risk_rates_text, lost_days),
        REAL("severe", ax_risk_rates_text, severe),
        REAL("enforcement", ax_risk_rates_text, enforcement),
        REAL("grave", ax_risk_rates_text, grave),
        REAL("claims", ax_risk_rates_text, claims),
        REAL("restricted", ax_risk_rates_text, restricted),
        CYAML_FIELD_END,
};
static const cyaml_schema_field_t peer_fields[] = {
        AX_YAML_TEXT("id", AX_YAML_MUST, ax_risk_peer_text, id),
        AX_YAML_TEXT("parent", AX_YAML_MAY, ax_risk_peer_text, parent),
        AX_YAML_TEXT("title_zh", AX_YAML_MUST, ax_risk_peer_text, title_zh),
        AX_YAML_TEXT("title_en", AX_YAML_MUST, ax_risk_peer_text, title_en),
        AX_YAML_WORDS("industries", AX_YAML_MAY, ax_risk_peer_text, industries),
        INNER("rate", AX_YAML_MUST, ax_risk_peer_text, rate, rate_fields),
        PAIR("head_rate", ax_risk_peer_text, head_rate),
        PAIR("head_mean", ax_risk_peer_text, head_mean),
        PAIR("trend", ax_risk_peer_text, trend),
        REAL("log_sd", ax_risk_peer_text, log_sd),
        REAL("imputed_per_year", ax_risk_peer_text, imputed_per_year),
        PAIR("cost_fen", ax_risk_peer_text, cost_fen),
        AX_YAML_ROWS("quantiles", AX_YAML_MAY, ax_risk_peer_text, quantiles, &real, 0, AX_RISK_QUANTILES_MAX),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t peer_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_risk_peer_text, peer_fields)};

static const cyaml_schema_field_t any_fields[] = {
        PAIR("gamma", ax_risk_any_text, gamma),
        REAL("tau_days", ax_risk_any_text, tau_days),
        CYAML_FIELD_END,
};
static const cyaml_schema_field_t model_fields[] = {
        AX_YAML_TEXT("id", AX_YAML_MUST, ax_risk_model_text, id),
        AX_YAML_CHOICE("unit", AX_YAML_MUST, ax_risk_model_text, unit, units),
        REAL("per", ax_risk_model_text, per),
        AX_YAML_WORDS("industries", AX_YAML_MAY, ax_risk_model_text, industries),
        REAL("kappa_days", ax_risk_model_text, kappa_days),
        REAL("carry_months", ax_risk_model_text, carry_months),
        REAL("days_per_death", ax_risk_model_text, days_per_death),
        REAL("severe_per_injury", ax_risk_model_text, severe_per_injury),
        REAL("fine_reference_yuan", ax_risk_model_text, fine_reference_yuan),
        REAL("fine_weight", ax_risk_model_text, fine_weight),
        PAIR("phi", ax_risk_model_text, phi),
        REAL("estimated_log_sd", ax_risk_model_text, estimated_log_sd),
        AX_YAML_TEXT("base_day", AX_YAML_MAY, ax_risk_model_text, base_day),
        INNER("any", AX_YAML_MUST, ax_risk_model_text, any, any_fields),
        AX_YAML_ROWS("channels", AX_YAML_MUST, ax_risk_model_text, channels, &channel_value, 1, AX_RISK_CHANNELS),
        AX_YAML_ROWS("peers", AX_YAML_MUST, ax_risk_model_text, peers, &peer_value, 1, AX_RISK_PEERS_MAX),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t model_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_risk_model_text, model_fields)};

static const cyaml_schema_field_t fit_fields[] = {
        AX_YAML_TEXT("from", AX_YAML_MAY, ax_risk_fit_text, from),
        AX_YAML_TEXT("until", AX_YAML_MAY, ax_risk_fit_text, until),
        AX_YAML_TEXT("data", AX_YAML_MAY, ax_risk_fit_text, data),
        AX_YAML_TEXT("note", AX_YAML_MAY, ax_risk_fit_text, note),
        CYAML_FIELD_END,
};
static const cyaml_schema_field_t scale_fields[] = {
        REAL("base", ax_risk_scale_text, base),
        REAL("pdo", ax_risk_scale_text, pdo),
        AX_YAML_NUMBER("AAA", AX_YAML_MUST, ax_risk_scale_text, aaa),
        AX_YAML_NUMBER("AA", AX_YAML_MUST, ax_risk_scale_text, aa),
        AX_YAML_NUMBER("A", AX_YAML_MUST, ax_risk_scale_text, a),
        AX_YAML_NUMBER("BBB", AX_YAML_MUST, ax_risk_scale_text, bbb),
        AX_YAML_NUMBER("BB", AX_YAML_MUST, ax_risk_scale_text, bb),
        AX_YAML_NUMBER("B", AX_YAML_MUST, ax_risk_scale_text, b),
        REAL("credibility_min", ax_risk_scale_text, credibility_min),
        REAL("interval_z", ax_risk_scale_text, interval_z),
        AX_YAML_NUMBER("outlook_points", AX_YAML_MUST, ax_risk_scale_text, outlook_points),
        REAL("silence_expected", ax_risk_scale_text, silence_expected),
        CYAML_FIELD_END,
};
static const cyaml_schema_field_t root_fields[] = {
        AX_YAML_HEAD(ax_risk_root, "sources"),
        INNER("fit", AX_YAML_MAY, ax_risk_root, fit, fit_fields),
        INNER("scale", AX_YAML_MUST, ax_risk_root, scale, scale_fields),
        AX_YAML_ROWS("models", AX_YAML_MUST, ax_risk_root, models, &model_value, 1, AX_RISK_MODELS_MAX),
        CYAML_FIELD_END,
};
const cyaml_schema_value_t ax_risk_root_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct ax_risk_root, root_fields)};
