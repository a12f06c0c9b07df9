/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/tariff.h"

__extension__ typedef unsigned __int128 u128;

const char *ax_tariff_unit_name(enum ax_tariff_unit unit)
{
    static const char *const names[] = {"", "heads", "contract_price", "vehicles", "licence"};
    return names[unit];
}

/* The product so far, in 10^-12. */
struct pricing {
    struct ax_tariff_quote *out;
    uint64_t product;
};

#define UNIT_PRODUCT UINT64_C(1000000000000)

static uint64_t times(uint64_t a, uint64_t ppm)
{
    u128 product = (u128)a * ppm + AX_TARIFF_PPM / 2;
    product /= AX_TARIFF_PPM;
    return product > UNIT_PRODUCT * 1000 ? UNIT_PRODUCT * 1000 : (uint64_t)product;
}

static void apply(
        struct pricing *p, const char *group, ax_str which, const struct ax_tariff_value *value, uint32_t entry)
{
    if (value->ppm == 0) {
        return;
    }
    AX_ASSERT(p->out->factor_count < AX_TARIFF_FACTORS_MAX);
    p->product = times(p->product, value->ppm);
    p->out->factors[p->out->factor_count++] = (struct ax_tariff_factor){.group = group,
            .which = which,
            .ppm = value->ppm,
            .legal_basis = value->legal_basis,
            .provenance = value->provenance,
            .entry = entry};
}

static const struct ax_tariff_value neutral = {.ppm = AX_TARIFF_PPM, .provenance = AX_PROVENANCE_OURS};

/* Where nothing shows that an accident would have been heard of, "none" is not claimed (ours). An accident that counts elsewhere
 * takes the factor of none, and is not said to be none. */
static void apply_accident(struct pricing *p, const struct ax_tariff *t, const struct ax_tariff_experience *x,
        enum ax_tariff_accident grade)
{
    static const char *const accidents[] = {"none", "general", "larger", "serious"};
    const struct ax_tariff_value *none = &t->accident[AX_TARIFF_ACCIDENT_NONE];
    if (grade != AX_TARIFF_ACCIDENT_NONE || none->ppm == 0) {
        apply(p, "accident", ax_str_c(accidents[grade]), &t->accident[grade], x->ways[grade].entry);
    } else if (x->accidents > 0) {
        struct ax_tariff_value elsewhere = neutral;
        elsewhere.ppm = x->accidents_known ? none->ppm : neutral.ppm;
        apply(p, "accident", AX_STR("counted_elsewhere"), &elsewhere, UINT32_MAX);
    } else if (x->accidents_known) {
        apply(p, "accident", AX_STR("none"), none, UINT32_MAX);
    } else {
        apply(p, "accident", AX_STR("missing"), &neutral, UINT32_MAX);
    }
}

bool ax_tariff_loss_ratio(
        const struct ax_tariff *t, const struct ax_tariff_experience *x, const struct ax_tariff_way *way, uint32_t *ppm)
{
    *ppm = 0;
    if (t->loss_count == 0 || x->premiums_yuan == 0) {
        return false;
    }
    u128 ratio = (u128)way->losses.yuan * AX_TARIFF_PPM / x->premiums_yuan;
    *ppm = ratio > UINT32_MAX ? UINT32_MAX : (uint32_t)ratio;
    return true;
}

/* NULL: the tariff has no such factor. */
static const struct ax_tariff_value *loss_value(
        const struct ax_tariff *t, const struct ax_tariff_experience *x, const struct ax_tariff_way *way)
{
    uint32_t ratio;
    if (t->loss_count == 0) {
        return NULL;
    }
    if (!ax_tariff_loss_ratio(t, x, way, &ratio)) {
        return &neutral;
    }
    size_t i = 0;
    while (i + 1 < t->loss_count && ratio > t->loss[i].ratio_up_to_ppm) {
        i++;
    }
    bool is_reward = t->loss[i].value.ppm < AX_TARIFF_PPM;
    return is_reward && (way->losses.unmatched > 0 || !x->accidents_known) ? &neutral : &t->loss[i].value;
}

uint32_t ax_tariff_loss_ppm(
        const struct ax_tariff *t, const struct ax_tariff_experience *x, const struct ax_tariff_way *way)
{
    const struct ax_tariff_value *value = loss_value(t, x, way);
    return value == NULL ? 0 : value->ppm;
}

static void apply_loss(struct pricing *p, const struct ax_tariff *t, const struct ax_tariff_experience *x,
        const struct ax_tariff_way *way)
{
    const struct ax_tariff_value *value = loss_value(t, x, way);
    p->out->has_loss_ratio = ax_tariff_loss_ratio(t, x, way, &p->out->loss_ratio_ppm);
    if (value != NULL) {
        apply(p, "loss", value == &neutral ? AX_STR("missing") : AX_STR(""), value, UINT32_MAX);
    }
}

static uint32_t clamped(const struct ax_tariff *t, uint64_t product)
{
    uint64_t ppm = (product + AX_TARIFF_PPM / 2) / AX_TARIFF_PPM;
    if (ppm < t->clamp_min_ppm) {
        return t->clamp_min_ppm;
    }
    return ppm > t->clamp_max_ppm ? t->clamp_max_ppm : (uint32_t)ppm;
}

/* The factors of one way; its product in 10^-12. */
static uint64_t price_way(const struct ax_tariff *t, const struct ax_tariff_experience *x,
        enum ax_tariff_accident grade, uint32_t options, struct ax_tariff_quote *out)
{
    static const char *const standards[] = {"missing", "one", "two", "three", "none"};
    static const char *const levels[] = {"", "A1", "A2", "B1", "B2", "B3", "C1", "C2", "C3", "D", "unrated"};
    const struct ax_tariff_way *way = &x->ways[grade];
    *out = (struct ax_tariff_quote){.way = grade};
    struct pricing p = {out, UNIT_PRODUCT};
    apply_accident(&p, t, x, grade);
    apply(&p, "standardisation", ax_str_c(standards[x->standardisation]), &t->standardisation[x->standardisation],
            x->standardisation_entry);
    apply(&p, "credit", ax_str_c(levels[way->level]), &t->credit[way->level], UINT32_MAX);
    if (x->list_entry != UINT32_MAX) {
        apply(&p, "listed", AX_STR(""), &t->listed, x->list_entry);
    }
    if (x->award_entry != UINT32_MAX) {
        apply(&p, "award", AX_STR(""), &t->award, x->award_entry);
    }
    apply_loss(&p, t, x, way);
    for (size_t i = 0; i < t->option_count; i++) {
        if ((options >> i & 1) != 0) {
            apply(&p, "option", t->options[i].id, &t->options[i].value, UINT32_MAX);
        }
    }
    apply(&p, "off_balance", AX_STR(""), &t->off_balance, UINT32_MAX);
    uint64_t product = (p.product + AX_TARIFF_PPM / 2) / AX_TARIFF_PPM;
    out->product_ppm = product > UINT32_MAX ? UINT32_MAX : (uint32_t)product;
    out->coefficient_ppm = clamped(t, p.product);
    return p.product;
}

void ax_tariff_price(
        const struct ax_tariff *t, const struct ax_tariff_experience *x, uint32_t options, struct ax_tariff_quote *out)
{
    struct ax_tariff_quote each;
    uint64_t best = price_way(t, x, AX_TARIFF_ACCIDENT_NONE, options, out);
    uint32_t without = out->product_ppm;
    uint32_t with = 0;
    for (size_t grade = AX_TARIFF_ACCIDENT_GENERAL; grade < AX_TARIFF_ACCIDENTS; grade++) {
        if (!x->ways[grade].is_there) {
            continue;
        }
        uint64_t product = price_way(t, x, (enum ax_tariff_accident)grade, options, &each);
        with = each.product_ppm > with ? each.product_ppm : with;
        if (product >= best) {
            best = product;
            *out = each;
        }
    }
    out->other_product_ppm = out->way == AX_TARIFF_ACCIDENT_NONE ? with : without;
}

/* What a price is asked for. */
struct asked {
    ax_str industry;
    uint64_t exposure;
    uint32_t units;
    int64_t limit_per_death_fen;
    uint32_t options;
};

static bool fits(const struct ax_tariff_base *b, const struct asked *a)
{
    bool whole = b->unit == AX_TARIFF_UNIT_LICENCE;
    bool sized = whole || (a->exposure > b->over && (b->up_to == 0 || a->exposure <= b->up_to));
    return sized && (b->options & a->options) == b->options && (a->units == 0 || (a->units >> b->unit & 1) != 0) &&
           (b->limit_per_death_fen == 0 || b->limit_per_death_fen == a->limit_per_death_fen) &&
           ax_pack_industry_in(&b->industries, a->industry);
}

uint32_t ax_tariff_units(const struct ax_tariff *tariff, ax_str industry)
{
    uint32_t units = 0;
    for (size_t i = 0; i < tariff->base_count; i++) {
        const struct ax_tariff_base *b = &tariff->bases[i];
        units |= ax_pack_industry_in(&b->industries, industry) ? UINT32_C(1) << b->unit : 0;
    }
    return units;
}

static const struct ax_tariff_base *find_base(const struct ax_tariff *t, const struct asked *a)
{
    for (size_t i = 0; i < t->base_count; i++) {
        if (fits(&t->bases[i], a)) {
            return &t->bases[i];
        }
    }
    return NULL;
}

static int64_t money(u128 fen, bool *too_large)
{
    if (fen > (u128)AX_TARIFF_MONEY_MAX_FEN) {
        *too_large = true;
        return AX_TARIFF_MONEY_MAX_FEN;
    }
    return (int64_t)fen;
}

static int64_t part_of(u128 fen, uint32_t ppm, bool *too_large)
{
    const u128 most = (u128)AX_TARIFF_MONEY_MAX_FEN * AX_TARIFF_PPM; /* of which a millionth is too much, too */
    return money(
            ((fen > most ? most : fen) * ppm + AX_TARIFF_PPM / 2) / AX_TARIFF_PPM + (fen > most ? 1 : 0), too_large);
}

/* At the lower or the upper end of the base's price. */
static int64_t base_fen(
        const struct ax_tariff_base *b, uint64_t exposure, int64_t limit_per_death_fen, bool upper, bool *too_large)
{
    int64_t whole = upper && b->fen_max > 0 ? b->fen_max : b->fen;
    int64_t each = upper && b->fen_per_unit_max > 0 ? b->fen_per_unit_max : b->fen_per_unit;
    if (whole > 0) {
        return whole;
    }
    if (each > 0) {
        return money((u128)exposure * (uint64_t)each, too_large);
    }
    if (b->rate_ppm > 0) {
        return part_of(exposure, b->rate_ppm, too_large);
    }
    return part_of((u128)exposure * (uint64_t)limit_per_death_fen, b->rate_of_limit_ppm, too_large);
}

void ax_tariff_base_premium(const struct ax_tariff *tariff, ax_str industry, uint64_t exposure, uint32_t units,
        int64_t limit_per_death_fen, uint32_t options, uint32_t coefficient_ppm, struct ax_tariff_premium *out)
{
    struct asked asked = {industry, exposure, units, limit_per_death_fen, options};
    *out = (struct ax_tariff_premium){.base = find_base(tariff, &asked)};
    if (out->base != NULL) {
        bool *too_large = &out->too_large;
        out->fen = base_fen(out->base, exposure, limit_per_death_fen, false, too_large);
        out->max_fen = base_fen(out->base, exposure, limit_per_death_fen, true, too_large);
        out->reference_fen = part_of((uint64_t)out->fen, coefficient_ppm, too_large);
        out->reference_max_fen = part_of((uint64_t)out->max_fen, coefficient_ppm, too_large);
    }
}

const struct ax_tariff_floor *ax_tariff_floor_on(const struct ax_tariff *tariff, int32_t day)
{
    const struct ax_tariff_floor *floor = NULL;
    for (size_t i = 0; i < tariff->floor_count && tariff->floors[i].effective_from <= day; i++) {
        floor = &tariff->floors[i];
    }
    return floor;
}

bool ax_tariff_balance(const struct ax_tariff *tariff, const uint32_t *products_ppm, size_t count, uint32_t *ppm)
{
    uint32_t low = 1;
    uint32_t high = AX_TARIFF_FACTOR_MAX_PPM;
    while (low < high) { /* the least constant by which the mean is not below 1: the sum rises with it */
        uint32_t middle = low + (high - low) / 2;
        uint64_t sum = 0;
        for (size_t i = 0; i < count; i++) {
            sum += clamped(tariff, times((uint64_t)products_ppm[i] * AX_TARIFF_PPM, middle));
        }
        if (sum < (uint64_t)count * AX_TARIFF_PPM) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *ppm = low;
    return count > 0 && low < AX_TARIFF_FACTOR_MAX_PPM;
}
