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
    AX_PACK_LEVEL_RULES_MAX = 16, /* = AX_RATE_OVERRIDES_MAX */
    AX_PACK_FLAG_RULES_MAX = 16,  /* = AX_RATE_FLAGS_MAX */
    AX_PACK_KINDS = AX_FACT_KIND_LAST - AX_FACT_ENFORCEMENT_PENALTY + 1,
    AX_PACK_POINTS_MAX = 100000,
    AX_PACK_MONTHS_MAX = 1200,
    AX_PACK_DAYS_MAX = 36525,
};

enum ax_basis {     /* the day from which a fact counts for a rule */
    AX_BASIS_ACT,   /* decided, found, listed, valid from; else occurred */
    AX_BASIS_EVENT, /* occurred; else as above */
    AX_BASIS_DUE,   /* hazard: the day after it was to be closed */
};

enum ax_span {        /* how long it counts, never past its use-until */
    AX_SPAN_WINDOW,   /* window_months and window_days from the basis: "12 months" ends the day before the same day */
    AX_SPAN_STANDING, /* while it stands: valid, listed, open */
};

enum ax_measure { AX_MEASURE_ACTS, AX_MEASURE_COUNT, AX_MEASURE_NUMBER, AX_MEASURE_DEATHS };

enum ax_effect {
    AX_EFFECT_POINTS_EACH, /* points * (measure / per) for every act, together at most `cap` */
    AX_EFFECT_POINTS_ONCE, /* points when the rule holds */
    AX_EFFECT_SHIFT,       /* levels when it holds; shifts of all rules add up */
    AX_EFFECT_LEVEL,       /* no better than `level` while it holds */
    AX_EFFECT_FLAG,        /* only says something */
};

struct ax_rule {
    ax_str id; /* e.g. "accident.general.liable.two-levels-down" */
    ax_str title_zh;
    ax_str title_en;
    ax_str legal_basis;
    ax_str reversible_by; /* in words, e.g. "penalty.withdrawn, repair" */
    enum ax_provenance provenance;
    int32_t effective_from; /* days of the legal act (decision, accident), not of the rating; AX_DAY_NONE: open */
    int32_t effective_to;
    struct ax_strs industries; /* prefixes of GB/T 4754; none: all */

    /* Which facts. Masks: bit n is value n; 0 is "any". */
    int32_t kind; /* enum ax_fact_kind */
    uint32_t grades;
    uint32_t liabilities;
    uint32_t categories; /* penalty categories, any of (bit n is value n); licence kinds */
    uint32_t flags_all;  /* AX_ENTRY_* */
    uint32_t flags_none;

    enum ax_basis basis;
    enum ax_span span;
    int32_t window_months;
    int32_t window_days;

    /* The rule holds when facts measuring at least `at_least` count; with `absent`, when they do not. */
    enum ax_measure measure;
    uint32_t at_least;
    bool absent;
    int32_t known_months; /* with `absent`: only where something has been known of it for this long; 0: always */
    int32_t needs;        /* index of an earlier rule that must hold, too; -1: none */

    enum ax_effect effect;
    int32_t points;
    uint32_t per;
    int32_t cap; /* the most that the rule takes or gives, > 0; 0: no cap */
    int32_t shift;
    int32_t level; /* enum ax_level */
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
    uint64_t liability[4];
    uint64_t flags_low[16];
    uint64_t flags_high[16];
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
    int32_t missing_best_level; /* enum ax_level: no better than this where standardisation is missing */
    int32_t shift_worst_level;  /* shifts lead no further down than this */
    int32_t points_min;
    int32_t points_max;
    int32_t cut_offs[9];  /* by level A1 … C3 (index 1 … 8): the least points of it, descending */
    int32_t bonus_cap;    /* all rules that give points, together */
    uint32_t rated_kinds; /* bit (kind - 20): a head of it makes an enterprise rated */
    uint32_t known_kinds; /* likewise: how long something has been known of it (known_months); never what is adverse */
    struct ax_use *uses;
    size_t use_count;
    struct ax_rule *rules;
    size_t rule_count;
    /* Made by ax_pack_compile: the rules by kind, in pack order; rules for what is absent; rules for some industries. */
    uint8_t by_kind[AX_PACK_RULES_MAX];
    uint8_t kind_first[AX_PACK_KINDS + 1];
    uint64_t absent[AX_PACK_RULE_WORDS];
    uint64_t by_industry[AX_PACK_RULE_WORDS];
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
/* GB/T 4754 without the section letter that may stand before the digits. */
ax_str ax_industry_digits(ax_str industry);
/* Begins with one of the prefixes, or there are none; a section letter before the digits is not looked at. */
bool ax_pack_industry_in(const struct ax_strs *prefixes, ax_str industry);
struct ax_scope ax_pack_scope(const struct ax_pack *pack);
