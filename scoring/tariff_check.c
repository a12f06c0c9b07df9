/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/tariff_check.h"

enum { LIMIT_MAX_YUAN = 1000000000 };

static ax_rc broken(struct ax_err *err, const char *field, ax_str value, const char *why)
{
    return ax_fail_field(err, AX_INVALID, field, value.ptr, value.len, "%s", why);
}

static ax_rc check_source(
        const char *field, ax_str which, ax_str legal_basis, enum ax_provenance provenance, struct ax_err *err)
{
    if (provenance == AX_PROVENANCE_NONE) {
        return broken(err, field, which, "provenance must be T, S, K or ours");
    }
    return ax_provenance_holds(provenance, legal_basis)
                   ? AX_RC(OK)
                   : broken(err, field, which, "legal_basis must be given, or provenance must say ours");
}

static ax_rc check_value(const char *field, ax_str which, const struct ax_tariff_value *v, struct ax_err *err)
{
    if (v->ppm == 0) {
        return AX_RC(OK);
    }
    if (v->ppm > AX_TARIFF_FACTOR_MAX_PPM) {
        return broken(err, field, which, "at most 10,000,000 parts per million");
    }
    return check_source(field, which, v->legal_basis, v->provenance, err);
}

/* A table says something of every case, or nothing at all. */
static ax_rc check_table(
        const char *field, const struct ax_tariff_value *values, size_t first, size_t count, struct ax_err *err)
{
    size_t given = 0;
    for (size_t i = first; i < count; i++) {
        AX_TRY(check_value(field, AX_STR(""), &values[i], err));
        given += values[i].ppm > 0 ? 1 : 0;
    }
    return given == 0 || given == count - first
                   ? AX_RC(OK)
                   : broken(err, field, AX_STR(""), "a factor has a value above 0 for every case, or none for any");
}

static ax_rc check_base(const struct ax_tariff *t, const struct ax_tariff_base *b, struct ax_err *err)
{
    bool money = b->fen_per_unit >= 0 && b->fen >= 0 && b->fen_per_unit <= AX_TARIFF_MONEY_MAX_FEN &&
                 b->fen <= AX_TARIFF_MONEY_MAX_FEN && b->fen_per_unit_max <= AX_TARIFF_MONEY_MAX_FEN &&
                 b->fen_max <= AX_TARIFF_MONEY_MAX_FEN && b->limit_per_death_fen >= 0;
    int prices = (b->rate_ppm > 0 ? 1 : 0) + (b->rate_of_limit_ppm > 0 ? 1 : 0) + (b->fen_per_unit > 0 ? 1 : 0) +
                 (b->fen > 0 ? 1 : 0);
    const char *silent = ax_scope_silent_key(b->id, b->title_zh, b->title_en);
    if (silent != NULL) {
        return broken(
                err, b->id.len == 0 ? "bases" : silent, b->id, "a base has an id and a title in Chinese and English");
    }
    if (!money || prices != 1 || b->rate_ppm > AX_TARIFF_PPM || b->rate_of_limit_ppm > AX_TARIFF_PPM) {
        return broken(err, "bases", b->id, "one price: rate_ppm, rate_of_limit_ppm, fen_per_unit or fen");
    }
    if ((b->fen_per_unit_max != 0 && b->fen_per_unit_max < b->fen_per_unit) ||
            (b->fen_max != 0 && b->fen_max < b->fen)) {
        return broken(err, "bases", b->id, "the upper end of a price is not below it");
    }
    if ((b->rate_ppm > 0) != (b->unit == AX_TARIFF_UNIT_CONTRACT_PRICE) ||
            (b->rate_of_limit_ppm > 0 && b->unit != AX_TARIFF_UNIT_HEADS)) {
        return broken(err, "unit", b->id, "rate_ppm is of contract_price, rate_of_limit_ppm for heads");
    }
    if (b->unit == AX_TARIFF_UNIT_NONE || (b->up_to != 0 && b->up_to <= b->over)) {
        return broken(err, "up_to", b->id, "a unit, and up_to above over");
    }
    if (b->options >> t->option_count != 0) {
        return broken(err, "options", b->id, "must be options of the tariff");
    }
    return check_source("bases", b->id, b->legal_basis, b->provenance, err);
}

static ax_rc check_loss(const struct ax_tariff *t, struct ax_err *err)
{
    for (size_t i = 0; i < t->loss_count; i++) {
        const struct ax_tariff_loss_band *b = &t->loss[i];
        bool last = i + 1 == t->loss_count;
        bool rises = i == 0 || b->ratio_up_to_ppm == 0 || b->ratio_up_to_ppm > t->loss[i - 1].ratio_up_to_ppm;
        if ((b->ratio_up_to_ppm == 0) != last || !rises || b->value.ppm == 0) {
            return broken(err, "loss", AX_STR(""), "bands rise, and the last one alone has no end");
        }
        AX_TRY(check_value("loss", AX_STR(""), &b->value, err));
    }
    bool whole = t->loss_months > 0 && t->loss_months <= AX_PACK_MONTHS_MAX &&
                 t->large_loss_cap_fen >= AX_FEN_PER_YUAN && t->large_loss_cap_fen / AX_FEN_PER_YUAN <= LIMIT_MAX_YUAN;
    return t->loss_count == 0 || whole
                   ? AX_RC(OK)
                   : broken(err, "loss", AX_STR(""), "months, and a cap of one claim between 1 yuan and 1,000,000,000");
}

static ax_rc check_factors(const struct ax_tariff *t, struct ax_err *err)
{
    AX_TRY(check_table("accident", t->accident, 0, AX_TARIFF_ACCIDENTS, err));
    AX_TRY(check_table("standardisation", t->standardisation, 0, AX_TARIFF_STANDARDS, err));
    AX_TRY(check_table("credit", t->credit, AX_LEVEL_A1, AX_TARIFF_LEVELS, err));
    AX_TRY(check_value("listed", AX_STR(""), &t->listed, err));
    AX_TRY(check_value("award", AX_STR(""), &t->award, err));
    AX_TRY(check_value("off_balance", AX_STR(""), &t->off_balance, err));
    if (t->accident[0].ppm > 0 && (t->accident_months < 1 || t->accident_months > AX_PACK_MONTHS_MAX)) {
        return broken(err, "accident", AX_STR(""), "months: 1 to 1200");
    }
    if (t->off_balance.ppm == 0 || t->off_balance_portfolio.len == 0) {
        return broken(err, "off_balance", AX_STR(""), "a constant, and the portfolio that it was computed on");
    }
    for (size_t i = 0; i < t->option_count; i++) {
        const struct ax_tariff_option *o = &t->options[i];
        const char *silent = ax_scope_silent_key(o->id, o->title_zh, o->title_en);
        if (silent != NULL) {
            return broken(err, o->id.len == 0 ? "options" : silent, o->id,
                    "an option has an id and a title in Chinese and English");
        }
        AX_TRY(check_value("options", o->id, &o->value, err));
    }
    AX_TRY(check_loss(t, err));
    return ax_tariff_check_monotony(t, err);
}

static ax_rc check_floors(const struct ax_tariff *t, struct ax_err *err)
{
    if (t->default_limit_fen < 0 || t->default_limit_fen > AX_TARIFF_MONEY_MAX_FEN) {
        return broken(err, "default_limit_fen", AX_STR(""), "must not be negative");
    }
    for (size_t i = 0; i < t->floor_count; i++) {
        const struct ax_tariff_floor *f = &t->floors[i];
        if (f->effective_from == AX_DAY_NONE || f->fen <= 0 || f->fen > AX_TARIFF_MONEY_MAX_FEN ||
                (i > 0 && f->effective_from <= t->floors[i - 1].effective_from)) {
            return broken(err, "floors", AX_STR(""), "each has a day, later than the one before, and an amount");
        }
        AX_TRY(check_source("floors", AX_STR(""), f->legal_basis, f->provenance, err));
    }
    return AX_RC(OK);
}

ax_rc ax_tariff_check_new(const struct ax_tariff *t, struct ax_err *err)
{
    return ax_scope_is_in_order(t->scope.effective_from, t->scope.effective_to)
                   ? AX_RC(OK)
                   : broken(err, "effective_to", t->id, "must not be before effective_from");
}

ax_rc ax_tariff_compile(const struct ax_tariff *t, struct ax_err *err)
{
    const char *silent = ax_scope_silent_key(t->id, t->title_zh, t->title_en);
    if (silent != NULL) {
        return broken(err, silent, t->id, "a tariff has an id and a title in Chinese and English");
    }
    if (t->scope.jurisdictions.count == 0) {
        return broken(err, "jurisdictions", t->id, "at least one prefix; \"\" covers all");
    }
    AX_TRY(check_source("id", t->id, t->legal_basis, t->provenance, err));
    AX_TRY(check_factors(t, err));
    for (size_t i = 0; i < t->base_count; i++) {
        AX_TRY(check_base(t, &t->bases[i], err));
    }
    if (t->clamp_min_ppm == 0 || t->clamp_min_ppm > AX_TARIFF_PPM || t->clamp_max_ppm < AX_TARIFF_PPM ||
            t->clamp_max_ppm > AX_TARIFF_FACTOR_MAX_PPM) {
        return broken(err, "clamp", AX_STR(""), "min_ppm above 0 and at most 1,000,000 <= max_ppm");
    }
    AX_TRY(check_source("clamp", AX_STR(""), t->clamp_basis, t->clamp_provenance, err));
    return check_floors(t, err);
}
