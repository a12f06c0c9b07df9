/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The editions of a bundle beside each other: level rules, risk scores, gates and tariffs, each chosen by place, industry and
 * day. Everything is borrowed from the bundle. Any thread.
 */
#include "services/lib/pack/bundle.h"

enum ax_edition_kind {
    AX_EDITION_LEVEL,
    AX_EDITION_RISK,
    AX_EDITION_GATE,
    AX_EDITION_TARIFF,
    AX_EDITION_KINDS,
};

struct ax_edition {
    ax_str id;
    struct ax_scope scope;
};

/* Those of a kind, in the order of the folder names. */
size_t ax_edition_count(const struct ax_bundle *bundle, enum ax_edition_kind kind);
struct ax_edition ax_edition_at(const struct ax_bundle *bundle, enum ax_edition_kind kind, size_t index);
const char *ax_edition_file(enum ax_edition_kind kind); /* "pack.yaml" … */
/* The one that ax_bundle_choose and its like choose; the count: none covers it. */
size_t ax_edition_choose(
        const struct ax_bundle *bundle, enum ax_edition_kind kind, ax_str place, ax_str industry, int32_t day);

/* AX_INVALID where nothing but their names says which of two editions applies: both begin on one day, and name one place and
 * one industry, or all industries. `dir` stands in the error. */
ax_rc ax_editions_check(const struct ax_bundle *bundle, const char *dir, struct ax_err *err) AX_MUST_CHECK;

/* Days on which nobody is covered in a place and an industry for which editions of the kind were made. */
struct ax_edition_gap {
    enum ax_edition_kind kind;
    ax_str id;    /* of the edition that ended */
    ax_str next;  /* of the one that begins after the gap; empty: none does */
    ax_str place; /* prefixes of the edition that ended; the industry may be empty: all */
    ax_str industry;
    int32_t from;
    int32_t to; /* the last day; AX_DAY_NONE: for good */
};

enum { AX_EDITION_GAPS_MAX = 16 };

/* Between two editions of a bundle, from the end of one that ends on that day or later (AX_DAY_NONE: on any); of each the first
 * place and industry that it leaves. How many, at most AX_EDITION_GAPS_MAX. */
size_t ax_edition_gaps(const struct ax_bundle *bundle, int32_t after, struct ax_edition_gap out[AX_EDITION_GAPS_MAX]);
/* Where `later` takes the place of `bundle` on that day: likewise of what `bundle` covered the day before and `later` does not. */
size_t ax_edition_gaps_between(const struct ax_bundle *bundle, const struct ax_bundle *later, int32_t day,
        struct ax_edition_gap out[AX_EDITION_GAPS_MAX]);
enum { AX_EDITION_GAP_TEXT_SIZE = 320 };
/* "shanxi-2023/pack.yaml: nobody in 14 is covered from … to …"; returns out. */
const char *ax_edition_gap_text(const struct ax_edition_gap *gap, char out[AX_EDITION_GAP_TEXT_SIZE]);
