/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * An edition of a rule pack as plain structs: what the law, a local scheme or this house says about points, levels and
 * flags, each rule with its source. services/lib/pack loads it from YAML; ax_pack_compile checks and indexes it; from
 * then on it is immutable and any thread may rate with it. Text is borrowed from whoever made the pack. Pure.
 */
#include "scoring/pack_rule.h"
#include "scoring/pack_steps.h"
#include "scoring/scope.h"

enum {
    AX_PACK_RULES_MAX = 128,
    AX_PACK_KIND_RULES_MAX = 64,                 /* that look at one kind of fact */
    AX_PACK_RULE_WORDS = AX_PACK_RULES_MAX / 64, /* of a set of rules */
    AX_PACK_RATES_MAX = 8, /* per exposure, of accidents and what answers them; by more every side of an event counts */
    AX_PACK_USES_MAX = 32,
    AX_PACK_BANDS_MAX = 16,
    AX_PACK_FORMULAS_MAX = 32,
    AX_PACK_DISTRIBUTIONS_MAX = 64,
    AX_PACK_CEILINGS_MAX = 16,
    AX_PACK_LEVEL_RULES_MAX = 16, /* = AX_RATE_OVERRIDES_MAX */
    AX_PACK_FLAG_RULES_MAX = 32,  /* = AX_RATE_FLAGS_MAX */
    AX_PACK_KINDS = AX_FACT_KIND_LAST - AX_FACT_ENFORCEMENT_PENALTY + 1,
    AX_PACK_POINTS_MAX = 100000,
    AX_PACK_MONTHS_MAX = 1200,
    AX_PACK_DAYS_MAX = 36525,
    AX_PACK_PPM = 1000000,
    AX_PACK_WINDOWS_MAX = 8, /* of different length that are worked out once a fact, by basis; more only cost more */
    AX_PACK_TRADES_MAX = 16, /* of which different rules hold; more are only slower */
    AX_PACK_TRADE_OTHER = AX_PACK_TRADES_MAX,
    AX_PACK_NO_END = 1 << 29, /* days */
    AX_PACK_FACTOR_MAX_PPM = 4 * AX_PACK_PPM,
    AX_PACK_MEASURE_MAX = 1000000000, /* of any threshold, step or unit */
};

/* One band of the pack's own scale, best first. */
struct ax_band {
    ax_str symbol;
    int32_t least; /* points; of the last band the least of the scale */
    int32_t level; /* enum ax_level that it corresponds to; never better than that of a better band */
    /* Only for the best so many of the trade in the city, by a distribution frozen in the pack; 0: for all. */
    uint32_t top_percent;
};

/* θ and α of some industries; the first that fits. */
struct ax_formula {
    struct ax_strs industries;
    int32_t theta_ppm;
    int32_t alpha_ppm;
    ax_str legal_basis;
    enum ax_provenance provenance;
};

/* The points that the best so many of a trade in a city have; frozen. */
struct ax_distribution {
    struct ax_strs jurisdictions;
    struct ax_strs industries;
    int32_t points[AX_PACK_BANDS_MAX]; /* by band, of those with top_percent */
    ax_str legal_basis;
    enum ax_provenance provenance;
    int32_t least[AX_PACK_BANDS_MAX]; /* made by ax_pack_compile: the points that a band takes */
};

/* The most inspections and visits of an enterprise in a year; the first row that fits. */
enum ax_ceiling_by {
    AX_CEILING_BY_CLASS,           /* A, B, C or D, the letter of the level; worst last */
    AX_CEILING_BY_STANDARDISATION, /* level one, two, three or none */
};

struct ax_ceiling {
    struct ax_strs industries;
    enum ax_ceiling_by by;
    uint32_t inspections[4]; /* never fewer for the worse */
    uint32_t stopped;        /* of who has long stopped (长期停产), which no level says; 0: no other than theirs */
    uint32_t visits;
    ax_str legal_basis;
    enum ax_provenance provenance;
};

/* How long a fact may be used where its source does not say: from decision (else occurrence), by the date of the act. */
struct ax_use {
    int32_t kind;
    uint32_t grades;
    int32_t effective_from;
    int32_t effective_to;
    int32_t months;
    ax_str legal_basis;
    enum ax_provenance provenance;
};

enum { /* index into ax_pack.base: StandardisationLevel, 0 = nothing is known */
    AX_PACK_BASE_MISSING = 0,
    AX_PACK_BASE_COUNT = 5,
};

/* Rules that are not for an industry: by rule, and by kind as in struct ax_pack_index. */
struct ax_pack_barred {
    uint64_t rules[AX_PACK_RULE_WORDS];
    uint64_t steps[AX_PACK_KINDS];
};

/* What the sides of one event take is set against each other (scoring/rate_faces.h): of these rules. */
struct ax_pack_sides {
    uint64_t face_points[AX_PACK_RULE_WORDS]; /* a penalty or claim takes points by it, less what its accident takes */
    uint64_t face_shifts[AX_PACK_RULE_WORDS]; /* one band down, which does not count where its accident's shift does */
    uint64_t accident_points[AX_PACK_RULE_WORDS]; /* an accident takes points by it, by itself and by nothing else */
    uint64_t accident_shifts[AX_PACK_RULE_WORDS]; /* likewise */
    /* Rates per exposure (scoring/rate_choice.h): of accidents, and of what answers them. */
    uint64_t per_exposure[AX_PACK_RULE_WORDS];
    uint8_t rates[AX_PACK_RATES_MAX];
    size_t rate_count;
};

struct ax_pack {
    ax_str id; /* e.g. "shanxi-2023" */
    ax_str title_zh;
    ax_str title_en;
    ax_str legal_basis;
    enum ax_provenance provenance;
    struct ax_strs jurisdictions; /* prefixes of GB/T 2260; "" covers all */
    struct ax_strs industries;    /* prefixes of GB/T 4754; none: all */
    int32_t effective_from;       /* rated days */
    int32_t effective_to;
    int32_t base[AX_PACK_BASE_COUNT];
    int32_t part_base[AX_PARTS]; /* what every enterprise has in a part, beside `base`, which is in Y */
    int32_t parts;               /* their sum; made by ax_pack_compile */
    int32_t missing_best_band;   /* no better than this where standardisation is missing */
    int32_t shift_worst_band;    /* shifts lead no further down than this */
    int32_t points_min;
    int32_t points_max;
    struct ax_band bands[AX_PACK_BANDS_MAX]; /* best first */
    size_t band_count;
    ax_str scale_basis; /* where symbols and cut-offs are from */
    enum ax_provenance scale_provenance;
    enum ax_provenance level_provenance; /* of the correspondence to A1 … D */
    struct ax_formula *formulas;
    size_t formula_count;
    struct ax_distribution *distributions;
    size_t distribution_count;
    struct ax_ceiling *ceilings;
    size_t ceiling_count;
    int32_t bonus_cap;       /* all rules that give points, together; what it takes back is taken from Y */
    int32_t exposure_months; /* how long after its period an exposure is still used */
    uint32_t rated_kinds;    /* bit (kind - 20): a head of it makes an enterprise rated */
    uint32_t known_kinds; /* likewise: how long something has been known of it (known_months); never what is adverse */
    struct ax_use *uses;
    size_t use_count;
    struct ax_rule *rules;
    size_t rule_count;
    /* Made by ax_pack_compile: the rules by kind, in pack order; rules for what is absent. */
    struct ax_pack_step steps[AX_PACK_RULES_MAX];
    uint8_t kind_first[AX_PACK_KINDS + 1];
    int32_t longest[AX_PACK_KINDS][8];    /* of the steps that a grade may meet; 0: none */
    uint32_t kind_uses[AX_PACK_KINDS][8]; /* by grade; bit n: row n of `uses` */
    uint8_t place[AX_PACK_RULES_MAX];     /* of a rule within its kind */
    /* Windows that count from the act and, from AX_PACK_WINDOWS_MAX on, from the event; the steps of a kind that have one, as
     * in struct ax_pack_index, and last the others, whose days only a closer look can tell. */
    struct ax_window_length windows[2 * AX_PACK_WINDOWS_MAX];
    uint64_t window_steps[AX_PACK_KINDS][2 * AX_PACK_WINDOWS_MAX + 1];
    uint64_t absent[AX_PACK_RULE_WORDS];
    /* By division of GB/T 4754, then of no industry at all and of what else is none: which of `trades`; AX_PACK_TRADE_OTHER:
     * ask the rules. */
    uint8_t trade_of[AX_DIVISIONS + 2];
    struct ax_pack_barred trades[AX_PACK_TRADES_MAX];
    size_t trade_count;
    uint32_t exposed;                 /* bit n: some rule counts per exposure n */
    bool has_top;                     /* some band is for the best only */
    int32_t least[AX_PACK_BANDS_MAX]; /* the points that a band takes where no distribution covers the enterprise */
    struct ax_pack_index index[AX_PACK_KINDS];
    struct ax_pack_sides sides;
};

/* Checks the whole (the error names the rule) and makes the index. */
ax_rc ax_pack_compile(struct ax_pack *pack, struct ax_err *err) AX_MUST_CHECK;
/* What is refused of a new pack beyond that. One that was approved keeps it and rates its days as ever. */
ax_rc ax_pack_check_new(const struct ax_pack *pack, struct ax_err *err) AX_MUST_CHECK;
/* Why an adverse fact could help by this rule, or by the base; NULL: it cannot. ax_pack_compile refuses what could. */
const char *ax_pack_rule_rewards(const struct ax_pack *pack, const struct ax_rule *rule);
const char *ax_pack_base_rewards(const struct ax_pack *pack);
/* What is barred for an industry, in the pack or in scratch. */
const struct ax_pack_barred *ax_pack_barred_of(
        const struct ax_pack *pack, ax_str industry, struct ax_pack_barred *scratch);
struct ax_scope ax_pack_scope(const struct ax_pack *pack);
/* The band with this symbol; -1: none. */
int32_t ax_pack_band(const struct ax_pack *pack, ax_str symbol);
/* The row of a place (jurisdiction, else region) and an industry; NULL: none. */
const struct ax_distribution *ax_pack_distribution(const struct ax_pack *pack, ax_str place, ax_str industry);
const struct ax_formula *ax_pack_formula(const struct ax_pack *pack, ax_str industry);
/* The row of an industry; NULL: none. */
const struct ax_ceiling *ax_pack_ceiling(const struct ax_pack *pack, ax_str industry);
/* At most in a year, for a level (enum ax_level) and a standing of standardisation (0: not known, read as none). */
uint32_t ax_ceiling_inspections(const struct ax_ceiling *ceiling, int32_t level, int32_t standardisation);
