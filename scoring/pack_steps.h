/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What ax_pack_compile makes of rules so that a fact meets few of them; part of a pack, immutable like it. */
#include "base/bytes.h"

/* Of one kind of fact: by a fact's traits (stage, liability, grade) and flags, which of the kind's rules it may meet;
 * bit n is the n-th rule of the kind. A rule's industries, categories and dates are looked at afterwards. */
struct ax_pack_index {
    uint64_t traits[256]; /* AX_SORT_TRAITS_MASK */
    uint64_t flags[256];
};

/* A rule as a fact of its kind meets it: what is looked at first, close together. */
struct ax_pack_step {
    int32_t from; /* effective; an open end is the least or the greatest number */
    int32_t to;
    int32_t longest; /* so many days after its basis it counts no longer; AX_PACK_NO_END where it may for ever */
    uint8_t rule;
    uint8_t window; /* index into ax_pack.windows */
    bool event;     /* counts from the day of the event */
    bool plain;     /* nothing to look at but index, dates and window */
    bool measured;  /* not by acts or their count */
    uint8_t counts; /* 1: by their count; 0: each act is one */
    bool scaled;    /* points are not just `each` times what is measured */
    bool latest;
    bool simple; /* plain, not scaled, and all that count add up */
    int32_t each;
};

struct ax_window_length {
    int32_t months;
    int32_t days;
};
