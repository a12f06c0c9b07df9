/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a pack, a table or a row of one applies to: prefixes of places and industries, and days. All is borrowed. Pure; any
 * thread. */
#include "scoring/fact.h"

/* Where, for whom and when an edition applies. */
struct ax_scope {
    struct ax_strs jurisdictions; /* prefixes of GB/T 2260; "" covers all */
    struct ax_strs industries;    /* prefixes of GB/T 4754; none: all */
    int32_t effective_from;       /* rated days */
    int32_t effective_to;
};

/* Covers this place (jurisdiction as declared by the source, else region), industry and day. */
bool ax_scope_covers(const struct ax_scope *scope, ax_str place, ax_str industry, int32_t day);
/* Of two that cover it: the longer jurisdiction prefix, then the longer industry prefix, then the later effective_from. */
bool ax_scope_fits_better(const struct ax_scope *a, const struct ax_scope *b, ax_str place, ax_str industry);

static inline bool ax_scope_is_in_order(int32_t from, int32_t to)
{
    return from == AX_DAY_NONE || to == AX_DAY_NONE || from <= to;
}

/* Why a prefix of GB/T 2260 or GB/T 4754 is none: it would cover nobody; NULL: it is one. "" is one of every place. */
const char *ax_scope_place_fault(ax_str prefix);
const char *ax_scope_industry_fault(ax_str prefix);

/* The key of an entry that must say something and does not; NULL: all do. */
static inline const char *ax_scope_silent_key(ax_str id, ax_str title_zh, ax_str title_en)
{
    return id.len == 0 ? "id" : title_zh.len == 0 ? "title_zh" : title_en.len == 0 ? "title_en" : NULL;
}

/* A prefix that both name, or "" where both name none, which is all; NULL: there is none. */
const ax_str *ax_prefixes_common(const struct ax_strs *a, const struct ax_strs *b);

/* Whether the code begins with one of them. */
static inline bool ax_prefixes_hold(const struct ax_strs *prefixes, ax_str code)
{
    for (size_t i = 0; i < prefixes->count; i++) {
        if (ax_str_starts(code, prefixes->items[i])) {
            return true;
        }
    }
    return false;
}

/* GB/T 4754 without the section letter that may stand before the digits: "B0610" and "0610" are the same class. */
static inline ax_str ax_industry_digits(ax_str industry)
{
    bool section = industry.len > 0 && industry.ptr[0] >= 'A' && industry.ptr[0] <= 'T';
    return section ? ax_str_of(industry.ptr + 1, industry.len - 1) : industry;
}

enum { AX_DIVISIONS = 100 }; /* of GB/T 4754: two digits */

/* The number of the first two of these digits; AX_DIVISIONS: there are none. */
static inline size_t ax_division_of(ax_str digits)
{
    if (digits.len < 2 || digits.ptr[0] < '0' || digits.ptr[0] > '9' || digits.ptr[1] < '0' || digits.ptr[1] > '9') {
        return AX_DIVISIONS;
    }
    return (size_t)(digits.ptr[0] - '0') * 10 + (size_t)(digits.ptr[1] - '0');
}

/* The digits of a division, in `room`. */
static inline ax_str ax_division_digits(size_t division, char room[2])
{
    room[0] = (char)('0' + division / 10);
    room[1] = (char)('0' + division % 10);
    return ax_str_of(room, 2);
}

/* Whether one of the prefixes holds a part of the division and not all of it. */
bool ax_prefixes_part(const struct ax_strs *prefixes, ax_str division);

/* Begins with one of the prefixes, or there are none; a section letter before the digits is not looked at. */
bool ax_pack_industry_in(const struct ax_strs *prefixes, ax_str industry);
