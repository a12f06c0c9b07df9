/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * An edition of a rule pack as plain structs: what the law, a local scheme or this house says about points, levels and
 * flags, each rule with its source. services/lib/pack loads it from YAML; ax_pack_compile checks and indexes it; from
 * then on it is immutable and any thread may rate with it. Text is borrowed from whoever made the pack. Pure.
 */
#include "scoring/fact.h"
#include "scoring/provenance.h"

enum {
    AX_PACK_RULES_MAX = 128,
    AX_PACK_KIND_RULES_MAX = 64,                 /* that look at one kind of fact */
    AX_PACK_RULE_WORDS = AX_PACK_RULES_MAX / 64, /* of a set of rules */
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
    AX_PACK_WINDOWS_MAX = 8,  /* of different length that are worked out once a fact, by basis; more only cost more */
    AX_PACK_DIVISIONS = 100,  /* of GB/T 4754: two digits */
    AX_PACK_NO_END = 1 << 29, /* days */
    AX_PACK_FACTOR_MAX_PPM = 4 * AX_PACK_PPM,
    AX_PACK_MEASURE_MAX = 1000000000, /* of any threshold, step or unit */
};

enum ax_basis {     /* the day from which a fact counts for a rule */
    AX_BASIS_ACT,   /* decided, found, listed, valid from; else occurred */
    AX_BASIS_EVENT, /* occurred; else as above */
    AX_BASIS_DUE,   /* hazard: the day after it was to be closed */
};

enum ax_span {        /* how long it counts, never past its use-until */
    AX_SPAN_WINDOW,   /* window_months and window_days from the basis: "12 months" ends the day before the same day */
    AX_SPAN_STANDING, /* while it stands: valid, open, listed; a list entry without an end: for the window */
    AX_SPAN_TERM,     /* list entry: for the window, which is the law's, and less only where a decision removed it */
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
    AX_CEILING_BY_CLASS,           /* A, B, C or D, the letter of the level */
    AX_CEILING_BY_STANDARDISATION, /* level one, two, three or none */
};

struct ax_ceiling {
    struct ax_strs industries;
    enum ax_ceiling_by by;
    uint32_t inspections[4];
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

/* Of one kind of fact: by a fact's grade, liability and flags (low and high four), which of the kind's rules it may meet;
 * bit n is the n-th rule of the kind. A rule's industries, categories and dates are looked at afterwards. */
struct ax_pack_index {
    uint64_t grade[8];
    uint64_t stage[8];
    uint64_t liability[4];
    uint64_t flags_low[16];
    uint64_t flags_high[16];
    uint64_t face; /* what still holds of a fact that is a face of an accident */
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
    bool simple; /* plain, by acts or their count, not scaled, and all that count add up */
    int32_t each;
};

/* Prefixes of industries by division: those that lie within some prefix, and those that longer ones cut. */
struct ax_pack_industries {
    uint64_t within[2];
    uint64_t cut[2];
};

struct ax_window_length {
    int32_t months;
    int32_t days;
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
    /* Made by ax_pack_compile: the rules by kind, in pack order; rules for what is absent; rules for some industries. */
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
    uint64_t by_industry[AX_PACK_RULE_WORDS];
    struct ax_pack_industries industries_of[AX_PACK_RULES_MAX]; /* of such a rule */
    uint32_t exposed;                                           /* bit n: some rule counts per exposure n */
    bool has_top;                                               /* some band is for the best only */
    int32_t least[AX_PACK_BANDS_MAX]; /* the points that a band takes where no distribution covers the enterprise */
    struct ax_pack_index index[AX_PACK_KINDS];
};

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

/* Checks the whole (the error names the rule) and makes the index. */
ax_rc ax_pack_compile(struct ax_pack *pack, struct ax_err *err) AX_MUST_CHECK;
/* Why an adverse fact could help by this rule, or by the base; NULL: it cannot. ax_pack_compile refuses what could. */
const char *ax_pack_rule_rewards(const struct ax_pack *pack, const struct ax_rule *rule);
const char *ax_pack_base_rewards(const struct ax_pack *pack);
/* GB/T 4754 without the section letter that may stand before the digits. */
ax_str ax_industry_digits(ax_str industry);
/* The same as ax_pack_industry_in for the industries of a rule. */
bool ax_pack_rule_in(const struct ax_pack *pack, size_t rule, ax_str industry);
/* Begins with one of the prefixes, or there are none; a section letter before the digits is not looked at. */
bool ax_pack_industry_in(const struct ax_strs *prefixes, ax_str industry);
struct ax_scope ax_pack_scope(const struct ax_pack *pack);
/* The band with this symbol; -1: none. */
int32_t ax_pack_band(const struct ax_pack *pack, ax_str symbol);
/* The row of a place (jurisdiction, else region) and an industry; NULL: none. */
const struct ax_distribution *ax_pack_distribution(const struct ax_pack *pack, ax_str place, ax_str industry);
const struct ax_formula *ax_pack_formula(const struct ax_pack *pack, ax_str industry);
/* Inspections and visits at most in a year, for a level (enum ax_level) and a standing of standardisation (0: not known, read
 * as none); false: the pack has none for the industry. */
bool ax_pack_ceiling(const struct ax_pack *pack, ax_str industry, int32_t level, int32_t standardisation,
        uint32_t *inspections, uint32_t *visits);
