/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The level of a day, line by line, cut to what an answer may hold: of very many lines those of each rule that weigh most
 * stand alone and one more sums up the others, so that the points always add up. Pure; any thread; memory is the arena's,
 * text the pack's.
 */
#include "scoring/rate.h"
#include "services/lib/wire/decode.h"

enum {
    AX_LEVEL_LINES_MAX = AX_WIRE_LIST_MAX, /* all of them stand alone up to here */
    AX_LEVEL_LINES_EACH = 20,              /* beyond it, so many of a rule */
};

_Static_assert((AX_LEVEL_LINES_EACH + 3) * (AX_PACK_RULES_MAX + 16) <= AX_LEVEL_LINES_MAX, "every rule in one answer");

struct ax_level_line {
    struct ax_rate_line line; /* of no entry where it sums up several */
    uint32_t facts;           /* that it sums up; 0: it stands for itself */
};

struct ax_level_part {
    const struct ax_pack *pack;
    int32_t day;
    ax_str place; /* by which a pack was looked for, where the caller says so, and the trade */
    ax_str industry;
    struct ax_rate rate;
    struct ax_rate_line *all;
    size_t all_count;
    struct ax_level_line *lines;
    size_t count;
};

/* `pack` may be NULL: then each fact has a line, which says that it does not count. `most` is AX_LEVEL_LINES_MAX but in tests. */
ax_rc ax_level_part_make(const struct ax_ledger *ledger, const struct ax_pack *pack, int32_t day, size_t most,
        struct ax_arena *arena, struct ax_level_part *out, struct ax_err *err) AX_MUST_CHECK;

/* Belongs to one fact. */
static inline bool ax_rate_line_is_of_fact(const struct ax_rate_line *line)
{
    return line->rule != AX_LINE_CAP && line->entry != UINT32_MAX;
}
