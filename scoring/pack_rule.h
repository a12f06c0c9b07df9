/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * One rule of a pack: which facts it looks at, how long they count for it, what they measure and what follows. Text is
 * borrowed from whoever made the pack; immutable once the pack is compiled, and then any thread may read it. Pure.
 */
#include "scoring/fact.h"
#include "scoring/provenance.h"

enum ax_basis {     /* the day from which a fact counts for a rule */
    AX_BASIS_ACT,   /* decided, found, listed, valid from; else occurred */
    AX_BASIS_EVENT, /* occurred; else as above */
    AX_BASIS_DUE,   /* hazard: the day after it was to be closed */
};

enum ax_span {        /* how long it counts, never past its use-until */
    AX_SPAN_WINDOW,   /* window_months and window_days from the basis: "12 months" ends the day before the same day */
    AX_SPAN_STANDING, /* while it stands: valid, open, listed; a list entry without an end: for the window */
    AX_SPAN_TERM, /* list entry: for the window, which is the law's; longer where its source says so, less only by a decision */
    AX_SPAN_CALENDAR_YEAR, /* from the basis until the 31 December of its year */
};

/* What a fact measures. Of an indicator in thousandths, of an exposure heads, hours or vehicles. */
enum ax_measure {
    AX_MEASURE_ACTS,
    AX_MEASURE_COUNT,
    AX_MEASURE_NUMBER, /* lost workdays */
    AX_MEASURE_DEATHS,
    AX_MEASURE_INJURIES,
    AX_MEASURE_TIER, /* 1, 2 or 3 for each act of a penalty by its tier, 1 where none is stated */
    AX_MEASURE_YUAN, /* fine and confiscation; paid and reserved */
    AX_MEASURE_VALUE,
    AX_MEASURE_EMPLOYEES,
    AX_MEASURE_HOURS,
    AX_MEASURE_VEHICLES,
};

/* The parts of S = θ(αX + Y + Z + W): inherent risk, management, supervision, public credit. Without a formula θ = α = 1. */
enum ax_part { AX_PART_Y, AX_PART_X, AX_PART_Z, AX_PART_W, AX_PARTS };

enum ax_exposed { AX_EXPOSED_NONE, AX_EXPOSED_VEHICLES, AX_EXPOSED_EMPLOYEES, AX_EXPOSED_HOURS, AX_EXPOSED_COUNT };

enum ax_effect {
    /* points * (measure / per) for every act; of what is counted per exposure: points for each full step of the rate;
     * together at most `cap` */
    AX_EFFECT_POINTS_EACH,
    AX_EFFECT_POINTS_ONCE, /* points when the rule holds */
    AX_EFFECT_SHIFT,       /* bands of the pack's scale when it holds; shifts of all rules add up */
    AX_EFFECT_LEVEL,       /* no better than `band` while it holds */
    AX_EFFECT_FLAG,        /* only says something */
};

/* What rating looks at comes first: it lies side by side. */
struct ax_rule {
    /* Which facts. Masks: bit n is value n; 0 is "any". */
    int32_t kind; /* enum ax_fact_kind */
    uint32_t grades;
    uint32_t liabilities;
    uint32_t stages;     /* of an accident */
    uint32_t categories; /* penalty categories, any of (bit n is value n); licence kinds */
    uint32_t flags_all;  /* AX_ENTRY_* */
    uint32_t flags_none;
    uint64_t link;           /* indicator: made of scheme and item; 0: any */
    uint32_t share_at_least; /* percent of the liability; 0: any */
    uint32_t each_at_least;  /* a fact that measures less does not count; 0: any */

    enum ax_basis basis;
    enum ax_span span;
    int32_t window_months;
    int32_t window_days;

    /* The rule holds when facts measuring at least `at_least` and less than `below` (0: no end) count; with `absent`, when
     * they do not. */
    enum ax_measure measure;
    uint32_t neutral; /* what an indicator measures that is not applicable */
    uint32_t at_least;
    uint32_t below;
    bool latest; /* of several that count on a day the one that began last; else they add up */
    bool absent;
    int32_t known_months; /* with `absent`: only where something has been known of it for this long; 0: always */
    int32_t needs;        /* index of an earlier rule that must hold, too; -1: none */
    int32_t unless;       /* index of an earlier rule that must not hold; -1: none */

    enum ax_effect effect;
    int32_t points;
    uint32_t per;
    bool by_share; /* points of an accident times the unit's share of the liability, half away from zero */
    enum ax_exposed per_exposure; /* what is measured on a day over the exposure that stands then */
    uint32_t step_ppm;            /* of that rate: millionths per vehicle, head or hour */
    int32_t cap;                  /* the most that the rule takes or gives, > 0; 0: no cap */
    int32_t shift;
    int32_t band;
    int32_t effective_from; /* days of the legal act (decision, accident), not of the rating; AX_DAY_NONE: open */
    int32_t effective_to;
    enum ax_part part;

    ax_str scheme; /* indicator: whose item it is */
    ax_str item;
    ax_str id; /* e.g. "accident.general.liable.two-levels-down" */
    ax_str title_zh;
    ax_str title_en;
    ax_str legal_basis;
    ax_str reversible_by; /* in words, e.g. "penalty.withdrawn, repair" */
    enum ax_provenance provenance;
    struct ax_strs industries; /* prefixes of GB/T 4754; none: all */
};
