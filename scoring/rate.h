/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rate(ledger, pack, day): the pure function. No clock, no random source, no I/O, no global, no allocation.
 * Integers only. Any thread.
 */
#include "scoring/ledger.h"
#include "scoring/pack.h"

enum ax_level { /* = anxin.v1.Level */
    AX_LEVEL_NONE = 0,
    AX_LEVEL_A1,
    AX_LEVEL_A2,
    AX_LEVEL_B1,
    AX_LEVEL_B2,
    AX_LEVEL_B3,
    AX_LEVEL_C1,
    AX_LEVEL_C2,
    AX_LEVEL_C3,
    AX_LEVEL_D,
    AX_LEVEL_UNRATED,
};

enum {
    AX_RATE_OVERRIDES_MAX = 16,
    AX_RATE_FLAGS_MAX = 32,
    AX_RATE_NO_BAND = -1,
};

struct ax_rate {
    enum ax_level level;
    int32_t band;        /* of the pack's own scale; AX_RATE_NO_BAND: unrated */
    int32_t points;      /* base + sum of what counts, clamped to the pack's range; in points of the pack */
    int32_t base_points; /* by standardisation and by part */
    uint32_t facts;      /* heads that are not withdrawn */
    uint32_t conflicts;
    uint32_t objected;
    uint16_t overrides[AX_RATE_OVERRIDES_MAX]; /* indices of pack rules that moved the level, in pack order */
    uint16_t override_count;
    uint16_t flags[AX_RATE_FLAGS_MAX]; /* indices of pack rules that only say something */
    uint16_t flag_count;
    bool standardisation_missing;
    /* The last day <= rated day, and the first day after it, on which time alone may change what counts. */
    int32_t last_boundary; /* AX_DAY_NONE: none */
    int32_t next_boundary; /* AX_DAY_NONE: never */
    /* The first day after the rated day on which level, points, overrides or flags will differ with no new fact. Of a ledger
     * with more than 256 spans (what a rule counts of a fact) not before this day: so many boundaries are looked at as cost
     * 65,536 looks at a fact. */
    int32_t next_change_on; /* AX_DAY_NONE: never */
};

/* One line of the explanation: lines of points add up to ax_rate.points exactly (base, facts, caps, clamp). */
struct ax_rate_line {
    uint16_t rule;       /* index in the pack; AX_LINE_* for base, cap, clamp */
    uint32_t entry;      /* index in the ledger; UINT32_MAX where the line belongs to no one fact */
    int32_t points;      /* 0 for a level rule or a flag */
    int8_t shift;        /* bands down (negative) or up */
    int32_t counts_from; /* days within which this line holds */
    int32_t counts_until;
};

enum {
    AX_LINE_BASE = 0xFFFF,        /* what the standing of standardisation gives */
    AX_LINE_CLAMP = 0xFFFE,       /* what the ends of the scale take back */
    AX_LINE_CAP = 0xFFFD,         /* `entry` holds the index of the rule whose cap it is */
    AX_LINE_BONUS_CAP = 0xFFFC,   /* the pack's cap on all bonuses together */
    AX_LINE_NOT_COUNTED = 0xFFFB, /* a head that nothing counts on this day */
    AX_LINE_BEST = 0xFFFA,        /* standardisation missing: the level is no better than the pack allows */
    AX_LINE_PARTS = 0xFFF9,       /* what every enterprise has in the parts of the formula */
    AX_LINE_FORMULA = 0xFFF8,     /* what θ and α change, and the one rounding: half away from zero */
    AX_LINE_TOP = 0xFFF7,         /* a better band is for the best of the trade, or no distribution covers it */
    AX_LINE_SET_OFF = 0xFFF6,     /* a head that does not count beside the graver side of its event */
};

/* Of a kind's rules those whose window a day is in, and those that have none. */
struct ax_rate_reach {
    uint64_t steps[AX_PACK_WINDOWS_MAX + 1]; /* by how many windows reach it; as in struct ax_pack_index */
};

#define AX_RATE_BY_ROWS UINT32_MAX
enum { AX_RATE_AGES = 2048 }; /* days: what is older is not looked up but counted */

/* A row of the pack's `uses`: of acts within these legal days those since this one may still be used. Days as entries keep
 * them: none is in no row. */
struct ax_rate_use {
    uint32_t from;
    uint32_t to;
    uint32_t since;
};

/*
 * A pack seen on one day: from which day on a fact must be for its windows, and its use, to reach that day. A portfolio on
 * one day needs no end of any window, so whoever rates many ledgers makes this once. Immutable; the pack is borrowed.
 */
struct ax_rate_day {
    const struct ax_pack *pack; /* NULL: none */
    int32_t day;
    uint64_t kinds; /* of facts that count for some rule; bit: enum ax_fact_kind */
    uint32_t kept;  /* the day as entries keep it, like the next: */
    /* Of windows from the act and from the event, ascending; INT32_MAX: no more. */
    int32_t since[2][AX_PACK_WINDOWS_MAX];
    uint8_t reaching[2][AX_RATE_AGES]; /* by how many days before the day: how many of them reach it */
    struct ax_rate_reach reach[2][AX_PACK_KINDS];
    struct ax_rate_use uses[AX_PACK_USES_MAX];
    /* By kind and grade, as an entry's `sort` has them: what is of an act since this day, or not dated, may be used; AX_RATE_BY_ROWS: ask `uses`. */
    uint32_t used_since[AX_SORT_GRADE_MASK + 1];
};

/* How many of the windows that begin on that day, which is not after d's, reach d's. */
static inline uint8_t ax_rate_windows_from(const struct ax_rate_day *d, size_t basis, uint32_t from)
{
    uint8_t count = 0;
    for (size_t i = 0; i < AX_PACK_WINDOWS_MAX; i++) {
        count = (uint8_t)(count + ((int32_t)from >= d->since[basis][i] ? 1 : 0));
    }
    return count;
}

void ax_rate_day_init(struct ax_rate_day *d, const struct ax_pack *pack, int32_t day);
/* The rating of that day without the days around it: no boundary and no next change is looked for, AX_DAY_NONE each. */
void ax_rate_on(const struct ax_ledger *ledger, const struct ax_rate_day *d, struct ax_rate *out);

/* `pack` is a compiled edition (scoring/pack.h); NULL where none covers the enterprise: unrated. */
void ax_rate(const struct ax_ledger *ledger, const struct ax_pack *pack, int32_t day, struct ax_rate *out);
/* The same as ax_rate with its lines, in arena memory: AX_LIMIT where the arena is full. */
ax_rc ax_rate_explain(const struct ax_ledger *ledger, const struct ax_pack *pack, int32_t day, struct ax_arena *arena,
        struct ax_rate *out, struct ax_rate_line **lines, size_t *line_count) AX_MUST_CHECK;

/* Level, band, points, overrides and flags are the same. */
bool ax_rate_same(const struct ax_rate *a, const struct ax_rate *b);
/* The days within [from, until] on which the rating differs from that of the day before, newest first, at most `max`. */
size_t ax_rate_changes(const struct ax_ledger *ledger, const struct ax_pack *pack, int32_t from, int32_t until,
        int32_t *days, size_t max);
/* ax_rate, and the last change within [from, day]; AX_DAY_NONE: none. Of a ledger with more than 256 spans it is not later
 * than the day given: boundaries are looked at up to the same cost. It stays the same until the next boundary after `day`. */
void ax_rate_with_last_change(const struct ax_ledger *ledger, const struct ax_pack *pack, int32_t from, int32_t day,
        struct ax_rate *out, int32_t *last_change);
/* The last day on which a fact may be used: as its source says, else as the pack does (NULL: it does not); AX_DAY_MAX: for
 * ever. */
int32_t ax_rate_use_until(const struct ax_pack *pack, const struct ax_entry *e);
