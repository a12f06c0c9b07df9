/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/pack_check.h"

#include "scoring/pack_index.h"
#include "scoring/rate.h"

_Static_assert(
        (int)AX_PACK_LEVEL_RULES_MAX == (int)AX_RATE_OVERRIDES_MAX, "every level rule has its place in a rating");
_Static_assert((int)AX_PACK_FLAG_RULES_MAX == (int)AX_RATE_FLAGS_MAX, "every flag has its place in a rating");

ax_rc ax_pack_compile(struct ax_pack *pack, struct ax_err *err)
{
    AX_TRY(ax_pack_check_whole(pack, err));
    ax_pack_make_index(pack);
    ax_pack_make_trades(pack);
    ax_pack_make_leasts(pack);
    return AX_RC(OK);
}

struct ax_scope ax_pack_scope(const struct ax_pack *pack)
{
    return (struct ax_scope){pack->jurisdictions, pack->industries, pack->effective_from, pack->effective_to};
}

int32_t ax_pack_band(const struct ax_pack *pack, ax_str symbol)
{
    for (size_t i = 0; i < pack->band_count; i++) {
        if (ax_str_eq(pack->bands[i].symbol, symbol)) {
            return (int32_t)i;
        }
    }
    return -1;
}

const struct ax_formula *ax_pack_formula(const struct ax_pack *pack, ax_str industry)
{
    for (size_t i = 0; i < pack->formula_count; i++) {
        if (ax_pack_industry_in(&pack->formulas[i].industries, industry)) {
            return &pack->formulas[i];
        }
    }
    return NULL;
}

const struct ax_distribution *ax_pack_distribution(const struct ax_pack *pack, ax_str place, ax_str industry)
{
    for (size_t i = 0; i < pack->distribution_count; i++) {
        const struct ax_distribution *d = &pack->distributions[i];
        if (ax_prefixes_hold(&d->jurisdictions, place) && ax_pack_industry_in(&d->industries, industry)) {
            return d;
        }
    }
    return NULL;
}

static size_t class_of(int32_t level)
{
    return level <= AX_LEVEL_A2 ? 0 : level <= AX_LEVEL_B3 ? 1 : level == AX_LEVEL_D ? 3 : 2;
}

const struct ax_ceiling *ax_pack_ceiling(const struct ax_pack *pack, ax_str industry)
{
    for (size_t i = 0; i < pack->ceiling_count; i++) {
        if (ax_pack_industry_in(&pack->ceilings[i].industries, industry)) {
            return &pack->ceilings[i];
        }
    }
    return NULL;
}

uint32_t ax_ceiling_inspections(const struct ax_ceiling *ceiling, int32_t level, int32_t standardisation)
{
    bool stands = standardisation >= AX_STANDARDISATION_LEVEL_ONE && standardisation < AX_STANDARDISATION_LEVEL_NONE;
    size_t standing = stands ? (size_t)standardisation - 1 : 3;
    return ceiling->inspections[ceiling->by == AX_CEILING_BY_CLASS ? class_of(level) : standing];
}
