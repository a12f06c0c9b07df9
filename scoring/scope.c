/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/scope.h"

bool ax_pack_industry_in(const struct ax_strs *prefixes, ax_str industry)
{
    return prefixes->count == 0 || ax_prefixes_hold(prefixes, ax_industry_digits(industry));
}

const ax_str *ax_prefixes_common(const struct ax_strs *a, const struct ax_strs *b)
{
    static const ax_str all = {"", 0};
    for (size_t i = 0; i < a->count; i++) {
        for (size_t j = 0; j < b->count; j++) {
            if (ax_str_eq(a->items[i], b->items[j])) {
                return &a->items[i];
            }
        }
    }
    return a->count == 0 && b->count == 0 ? &all : NULL;
}

bool ax_prefixes_part(const struct ax_strs *prefixes, ax_str division)
{
    for (size_t i = 0; i < prefixes->count; i++) {
        if (prefixes->items[i].len > division.len && ax_str_starts(prefixes->items[i], division)) {
            return true;
        }
    }
    return false;
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

/* Their first two, as a number; -1: not all are digits, or there are not two. */
static int first_two(ax_str code)
{
    for (size_t i = 0; i < code.len; i++) {
        if (code.ptr[i] < '0' || code.ptr[i] > '9') {
            return -1;
        }
    }
    return code.len < 2 ? -1 : (code.ptr[0] - '0') * 10 + (code.ptr[1] - '0');
}

/* The provinces are a closed list; what lies within one changes nearly every year. */
const char *ax_scope_place_fault(ax_str prefix)
{
    static const uint8_t provinces[] = {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45,
            46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82};
    bool whole = prefix.len == 0; /* every place */
    int province = prefix.len == 2 || prefix.len == 4 || prefix.len == 6 ? first_two(prefix) : -1;
    for (size_t i = 0; i < sizeof provinces; i++) {
        whole = whole || province == provinces[i];
    }
    return whole ? NULL : "no code of GB/T 2260: 2, 4 or 6 digits, the first two those of a province";
}

/* Two to four digits whose first two are a division (大类): 01 to 97 in the editions of 2011 and 2017, without gaps. */
static bool is_industry(ax_str code)
{
    enum { LAST_DIVISION = 97 };
    int division = code.len <= 4 ? first_two(code) : -1;
    return division >= 1 && division <= LAST_DIVISION;
}

const char *ax_scope_industry_fault(ax_str prefix)
{
    if (is_industry(prefix)) {
        return NULL;
    }
    return is_industry(ax_industry_digits(prefix)) ? "without its section letter, else it fits none"
                                                   : "no code of GB/T 4754: 2 to 4 digits, the first two 01 to 97";
}
