/* SPDX-License-Identifier: Apache-2.0 */
/* Where, for whom and when a pack and its rows apply. */
#include "scoring/pack_scope.h"

/* "B0610" and "0610" are the same class: the letter only names the section. */
ax_str ax_industry_digits(ax_str industry)
{
    bool section = industry.len > 0 && industry.ptr[0] >= 'A' && industry.ptr[0] <= 'T';
    return section ? ax_str_of(industry.ptr + 1, industry.len - 1) : industry;
}

bool ax_pack_industry_in(const struct ax_strs *prefixes, ax_str industry)
{
    return prefixes->count == 0 || ax_pack_has_prefix_of(prefixes, ax_industry_digits(industry));
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool ax_pack_rule_in(const struct ax_pack *pack, size_t rule, ax_str industry)
{
    ax_str digits = ax_industry_digits(industry);
    if (digits.len >= 2 && is_digit(digits.ptr[0]) && is_digit(digits.ptr[1])) {
        size_t division = (size_t)(digits.ptr[0] - '0') * 10 + (size_t)(digits.ptr[1] - '0');
        const struct ax_pack_industries *i = &pack->industries_of[rule];
        if ((i->cut[division / 64] >> division % 64 & 1) == 0) {
            return (i->within[division / 64] >> division % 64 & 1) != 0;
        }
    }
    return ax_pack_industry_in(&pack->rules[rule].industries, industry);
}

struct ax_scope ax_pack_scope(const struct ax_pack *pack)
{
    return (struct ax_scope){pack->jurisdictions, pack->industries, pack->effective_from, pack->effective_to};
}

bool ax_scope_covers(const struct ax_scope *scope, ax_str place, ax_str industry, int32_t day)
{
    return (scope->effective_from == AX_DAY_NONE || day >= scope->effective_from) &&
           (scope->effective_to == AX_DAY_NONE || day <= scope->effective_to) &&
           ax_pack_has_prefix_of(&scope->jurisdictions, place) && ax_pack_industry_in(&scope->industries, industry);
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
