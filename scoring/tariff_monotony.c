/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/tariff_check.h"

#include <stdio.h>
#include <string.h>

enum { OFF_BALANCE_LEAST_PPM = 500000, OFF_BALANCE_MOST_PPM = 2000000 }; /* ours */

enum bound { AT_LEAST, AT_MOST };

static ax_rc broken(struct ax_err *err, const char *table, const char *key, uint32_t ppm, const char *why,
        enum bound bound, uint32_t limit)
{
    char field[AX_ERR_FIELD_MAX];
    char value[16];
    (void)snprintf(field, sizeof field, "%s.%s", table, key);
    (void)snprintf(value, sizeof value, "%u", ppm);
    return ax_fail_field(err, AX_INVALID, field, value, strlen(value), "%s: at %s %u", why,
            bound == AT_LEAST ? "least" : "most", limit);
}

/* Values ascend from good to bad. */
static ax_rc check_ascent(const char *table, const struct ax_tariff_value *values, const char *const *names,
        size_t count, struct ax_err *err)
{
    for (size_t i = 1; i < count; i++) {
        if (values[i].ppm < values[i - 1].ppm) {
            char why[96];
            (void)snprintf(why, sizeof why, "must not be cheaper than %s, which is better", names[i - 1]);
            return broken(err, table, names[i], values[i].ppm, why, AT_LEAST, values[i - 1].ppm);
        }
    }
    return AX_RC(OK);
}

static ax_rc check_least(
        const char *table, const char *key, const struct ax_tariff_value *value, const char *why, struct ax_err *err)
{
    return value->ppm == 0 || value->ppm >= AX_TARIFF_PPM
                   ? AX_RC(OK)
                   : broken(err, table, key, value->ppm, why, AT_LEAST, AX_TARIFF_PPM);
}

static ax_rc check_most(
        const char *table, const char *key, const struct ax_tariff_value *value, const char *why, struct ax_err *err)
{
    return value->ppm <= AX_TARIFF_PPM ? AX_RC(OK) : broken(err, table, key, value->ppm, why, AT_MOST, AX_TARIFF_PPM);
}

static ax_rc check_losses(const struct ax_tariff *t, struct ax_err *err)
{
    for (size_t i = 1; i < t->loss_count; i++) {
        if (t->loss[i].value.ppm < t->loss[i - 1].value.ppm) {
            return broken(err, "loss", "bands", t->loss[i].value.ppm,
                    "a band must not be cheaper than the one below it", AT_LEAST, t->loss[i - 1].value.ppm);
        }
    }
    return t->loss_count == 0 ? AX_RC(OK)
                              : check_most("loss", "bands", &t->loss[0].value,
                                        "the lowest band must not be dearer than a ratio that is not known", err);
}

ax_rc ax_tariff_check_monotony(const struct ax_tariff *t, struct ax_err *err)
{
    static const char *const accidents[] = {"none", "general", "larger", "serious"};
    static const char *const standards[] = {"missing", "one", "two", "three", "none"};
    static const char *const levels[] = {"A1", "A2", "B1", "B2", "B3", "C1", "C2", "C3", "D"};
    static const char *const unknown = "what is not known must not be rewarded";
    AX_TRY(check_ascent("accident", t->accident, accidents, AX_TARIFF_ACCIDENTS, err));
    AX_TRY(check_most("accident", "none", &t->accident[AX_TARIFF_ACCIDENT_NONE],
            "must not be dearer than where nothing is known of accidents", err));
    AX_TRY(check_least("accident", "general", &t->accident[AX_TARIFF_ACCIDENT_GENERAL],
            "must not be cheaper than where nothing is known of accidents", err));
    AX_TRY(check_ascent("standardisation", &t->standardisation[AX_STANDARDISATION_LEVEL_ONE], &standards[1],
            AX_TARIFF_STANDARDS - 1, err));
    AX_TRY(check_least("standardisation", "missing", &t->standardisation[0], unknown, err));
    AX_TRY(check_ascent("credit", &t->credit[AX_LEVEL_A1], levels, sizeof levels / sizeof levels[0], err));
    AX_TRY(check_least("credit", "unrated", &t->credit[AX_LEVEL_UNRATED], unknown, err));
    AX_TRY(check_least("listed", "ppm", &t->listed, "a listed enterprise must not be cheaper", err));
    AX_TRY(check_most("award", "ppm", &t->award, "an award must not be dearer", err));
    AX_TRY(check_losses(t, err));
    if (t->off_balance.ppm < OFF_BALANCE_LEAST_PPM) {
        return broken(err, "off_balance", "value", t->off_balance.ppm, "beyond it the factors are at fault", AT_LEAST,
                OFF_BALANCE_LEAST_PPM);
    }
    return t->off_balance.ppm > OFF_BALANCE_MOST_PPM
                   ? broken(err, "off_balance", "value", t->off_balance.ppm, "beyond it the factors are at fault",
                             AT_MOST, OFF_BALANCE_MOST_PPM)
                   : AX_RC(OK);
}
