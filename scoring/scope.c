/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/scope.h"

bool ax_pack_industry_in(const struct ax_strs *prefixes, ax_str industry)
{
    return prefixes->count == 0 || ax_prefixes_hold(prefixes, ax_industry_digits(industry));
}

bool ax_scope_covers(const struct ax_scope *scope, ax_str place, ax_str industry, int32_t day)
{
    return (scope->effective_from == AX_DAY_NONE || day >= scope->effective_from) &&
           (scope->effective_to == AX_DAY_NONE || day <= scope->effective_to) &&
           ax_prefixes_hold(&scope->jurisdictions, place) && ax_pack_industry_in(&scope->industries, industry);
}

/* How closely prefixes fit a code: the length of the longest of it, one more so that "" is something. */
static size_t fit(const struct ax_strs *prefixes, ax_str code)
{
    size_t best = 0;
    for (size_t i = 0; i < prefixes->count; i++) {
        if (ax_str_starts(code, prefixes->items[i]) && prefixes->items[i].len + 1 > best) {
            best = prefixes->items[i].len + 1;
        }
    }
    return best;
}

bool ax_scope_fits_better(const struct ax_scope *a, const struct ax_scope *b, ax_str place, ax_str industry)
{
    size_t place_a = fit(&a->jurisdictions, place);
    size_t place_b = fit(&b->jurisdictions, place);
    if (place_a != place_b) {
        return place_a > place_b;
    }
    ax_str digits = ax_industry_digits(industry);
    size_t industry_a = fit(&a->industries, digits);
    size_t industry_b = fit(&b->industries, digits);
    return industry_a != industry_b ? industry_a > industry_b : a->effective_from > b->effective_from;
}
