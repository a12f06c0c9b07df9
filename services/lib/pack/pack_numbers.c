/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/pack/pack_numbers.h"

#include "scoring/deadlines.h"
#include "scoring/risk_model.h"
#include "scoring/tariff.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { BYTE_BITS = 8, YEAR_MIN = 1900, YEAR_MAX = 9999, BANDS_DOWN = 8, VISITS_MAX = 1000 };

/* A key means one thing in whichever file it stands. Where 0 would mean that a key is not there, it begins at 1. */
static const struct {
    const char *key;
    int64_t least;
    int64_t most;
} wholes[] = {
        /* pack.yaml, gate.yaml */
        {"months", 1, AX_PACK_MONTHS_MAX},
        {"days", 1, AX_PACK_DAYS_MAX},
        {"known_months", 1, AX_PACK_MONTHS_MAX},
        {"exposure_months", 1, AX_PACK_MONTHS_MAX},
        {"points", -AX_PACK_POINTS_MAX, AX_PACK_POINTS_MAX},
        {"min", -AX_PACK_POINTS_MAX, AX_PACK_POINTS_MAX},
        {"max", -AX_PACK_POINTS_MAX, AX_PACK_POINTS_MAX},
        {"least", -AX_PACK_POINTS_MAX, AX_PACK_POINTS_MAX},
        {"level_one", -AX_PACK_POINTS_MAX, AX_PACK_POINTS_MAX},
        {"level_two", -AX_PACK_POINTS_MAX, AX_PACK_POINTS_MAX},
        {"level_three", -AX_PACK_POINTS_MAX, AX_PACK_POINTS_MAX},
        {"none", -AX_PACK_POINTS_MAX, AX_PACK_POINTS_MAX},
        {"missing", -AX_PACK_POINTS_MAX, AX_PACK_POINTS_MAX},
        {"x", -AX_PACK_POINTS_MAX, AX_PACK_POINTS_MAX},
        {"y", -AX_PACK_POINTS_MAX, AX_PACK_POINTS_MAX},
        {"z", -AX_PACK_POINTS_MAX, AX_PACK_POINTS_MAX},
        {"w", -AX_PACK_POINTS_MAX, AX_PACK_POINTS_MAX},
        {"bonus_cap", 0, AX_PACK_POINTS_MAX},
        {"cap", 1, AX_PACK_POINTS_MAX},
        {"per", 1, AX_PACK_MEASURE_MAX},
        {"at_least", 1, AX_PACK_MEASURE_MAX},
        {"below", 2, AX_PACK_MEASURE_MAX},
        {"each_at_least", 1, AX_PACK_MEASURE_MAX},
        {"neutral", 0, AX_PACK_MEASURE_MAX},
        {"share_at_least", 1, 100},
        {"step_ppm", 1, AX_PACK_MEASURE_MAX},
        {"shift", -BANDS_DOWN, BANDS_DOWN},
        {"top_percent", 1, 99},
        {"theta_ppm", 1, AX_PACK_FACTOR_MAX_PPM},
        {"alpha_ppm", 1, AX_PACK_FACTOR_MAX_PPM},
        {"ceilings", 0, VISITS_MAX},
        {"stopped", 1, VISITS_MAX},
        {"visits", 0, VISITS_MAX},
        /* tariff.yaml */
        {"ppm", 1, AX_TARIFF_FACTOR_MAX_PPM},
        {"rate_ppm", 1, AX_TARIFF_PPM},
        {"rate_of_limit_ppm", 1, AX_TARIFF_PPM},
        {"ratio_up_to_ppm", 1, UINT32_MAX},
        {"min_ppm", 1, AX_TARIFF_PPM},
        {"max_ppm", AX_TARIFF_PPM, AX_TARIFF_FACTOR_MAX_PPM},
        {"over", 0, AX_TARIFF_MONEY_MAX_FEN},
        {"up_to", 1, AX_TARIFF_MONEY_MAX_FEN},
        {"fen", 1, AX_TARIFF_MONEY_MAX_FEN},
        {"fen_max", 1, AX_TARIFF_MONEY_MAX_FEN},
        {"fen_per_unit", 1, AX_TARIFF_MONEY_MAX_FEN},
        {"fen_per_unit_max", 1, AX_TARIFF_MONEY_MAX_FEN},
        {"limit_per_death_fen", 1, AX_TARIFF_MONEY_MAX_FEN},
        {"aggregate_limit_fen", 1, AX_TARIFF_MONEY_MAX_FEN},
        {"default_limit_fen", 1, AX_TARIFF_MONEY_MAX_FEN},
        {"large_loss_cap_fen", AX_FEN_PER_YUAN, AX_TARIFF_MONEY_MAX_FEN},
        /* calendar.yaml, deadlines.yaml */
        {"year", YEAR_MIN, YEAR_MAX},
        {"amount", 1, AX_DEADLINE_AMOUNT_MAX},
        {"extension", 0, AX_DEADLINE_AMOUNT_MAX},
        {"repair_months", 0, AX_DEADLINE_AMOUNT_MAX},
        {"publish_months", 0, AX_DEADLINE_AMOUNT_MAX},
        {"use_months", 0, AX_DEADLINE_AMOUNT_MAX},
        {"archive_months", 0, AX_DEADLINE_AMOUNT_MAX},
        /* risk.yaml */
        {"AAA", 1, AX_RISK_SCORE_MAX},
        {"AA", 1, AX_RISK_SCORE_MAX},
        {"A", 1, AX_RISK_SCORE_MAX},
        {"BBB", 1, AX_RISK_SCORE_MAX},
        {"BB", 1, AX_RISK_SCORE_MAX},
        {"B", 1, AX_RISK_SCORE_MAX},
        {"outlook_points", 1, AX_RISK_SCORE_MAX},
};

/* Of risk.yaml; beta and gamma are left to ax_risk_compile, which says why they may not be negative. */
static const struct {
    const char *key;
    double least;
    double most;
} decimals[] = {
        {"base", 0, AX_RISK_SCORE_MAX},
        {"pdo", 1, AX_RISK_SCORE_MAX},
        {"credibility_min", 0, 1},
        {"interval_z", 0.1, 10},
        {"silence_expected", 0, 1e9},
        {"per", 1e-3, 1e9},
        {"kappa_days", 0, AX_PACK_DAYS_MAX},
        {"carry_months", 0, AX_PACK_MONTHS_MAX},
        {"days_per_death", 0, 1e6},
        {"severe_per_injury", 0, 1},
        {"fine_reference_yuan", 1, 1e12},
        {"fine_weight", 0, 100},
        {"phi", 0, 100},
        {"estimated_log_sd", 0, 10},
        {"reference", 1e-9, 1e15},
        {"cap", 1e-9, 1e15},
        {"half_life_days", AX_RISK_HALF_LIFE_MIN, AX_RISK_HALF_LIFE_MAX},
        {"kappa", 1e-6, 1e9},
        {"tau_days", 1, 1e6},
        {"accidents", 0, 1e9},
        {"lost_days", 0, 1e9},
        {"enforcement", 0, 1e9},
        {"grave", 0, 1e9},
        {"claims", 0, 1e9},
        {"restricted", 0, 1e9},
        {"head_rate", 1e-15, 1e9},
        {"head_mean", 1e-6, 1e6},
        {"trend", -1, 1},
        {"cost_fen", 0, 1e15},
        {"log_sd", 0, 10},
        {"imputed_per_year", 0, 1e9},
        {"quantiles", 0, AX_RISK_SCORE_MAX},
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Behind the digits of a whole number; NULL: there is none. */
static const char *past_whole(const char *text)
{
    const char *at = text + (text[0] == '-' ? 1 : 0);
    if (!is_digit(at[0]) || (at[0] == '0' && is_digit(at[1]))) {
        return NULL;
    }
    while (is_digit(*at)) {
        at++;
    }
    return at;
}

bool ax_pack_is_whole(const char *text)
{
    const char *end = past_whole(text);
    return end != NULL && *end == '\0' && strcmp(text, "-0") != 0;
}

static const char *past_digits(const char *at)
{
    if (!is_digit(*at)) {
        return NULL;
    }
    while (is_digit(*at)) {
        at++;
    }
    return at;
}

bool ax_pack_is_decimal(const char *text)
{
    const char *at = past_whole(text);
    if (at != NULL && *at == '.') {
        at = past_digits(at + 1);
    }
    if (at != NULL && (*at == 'e' || *at == 'E')) {
        at += at[1] == '-' || at[1] == '+' ? 2 : 1;
        at = past_digits(at);
    }
    return at != NULL && *at == '\0';
}

bool ax_pack_whole_was_taken(const char *text, const char *key)
{
    static const char *const keys[] = {"months", "days", "known_months", "exposure_months"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(keys[i], key) == 0) {
            return strcmp(text, "0") == 0;
        }
    }
    return false;
}

bool ax_pack_whole_is_out(const char *text, const char *key, size_t size, bool is_signed, char *rule, size_t rule_size)
{
    size_t bits = size * BYTE_BITS - (is_signed ? 1 : 0);
    int64_t most = bits >= 63 ? INT64_MAX : (INT64_C(1) << bits) - 1;
    int64_t least = is_signed ? -most : 0;
    for (size_t i = 0; i < sizeof wholes / sizeof wholes[0]; i++) {
        if (strcmp(wholes[i].key, key) == 0) {
            least = wholes[i].least > least ? wholes[i].least : least;
            most = wholes[i].most < most ? wholes[i].most : most;
        }
    }
    errno = 0;
    long long value = strtoll(text, NULL, 10);
    if (errno == 0 && value >= least && value <= most) {
        return false;
    }
    (void)snprintf(rule, rule_size, "must be a whole number from %lld to %lld", (long long)least, (long long)most);
    return true;
}

bool ax_pack_decimal_is_out(const char *text, const char *key, char *rule, size_t rule_size)
{
    double least = -1e300;
    double most = 1e300;
    for (size_t i = 0; i < sizeof decimals / sizeof decimals[0]; i++) {
        if (strcmp(decimals[i].key, key) == 0) {
            least = decimals[i].least;
            most = decimals[i].most;
        }
    }
    double value = strtod(text, NULL);
    if (value >= least && value <= most) {
        return false;
    }
    (void)snprintf(rule, rule_size, "must be a number from %g to %g", least, most);
    return true;
}
