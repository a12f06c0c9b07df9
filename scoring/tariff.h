/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A tariff: what an insurer of 安责险 may start from. Base rates where a source gives any, and factors whose product is the
 * reference coefficient: accident, standardisation, credit, list, award and loss experience, options; each value with its
 * source. It is a reference: the insurer prices (应急〔2025〕27号 arts. 39, 40). services/lib/pack loads it from tariff.yaml.
 *
 * Integers: factors in parts per million, money in 分. The product is carried in 10^-12 and rounded half up after every
 * factor; the coefficient is rounded half up to parts per million and then clamped; premiums are rounded half up to 分.
 *
 * No loss counts in two factors, and nothing graver is ever cheaper. An event is an accident that the unit is not cleared of with
 * the claims and penalties that answer it, or such a claim or penalty whose accident nobody reported. By the worst event alone
 * the accident factor is read: so one event at most stands there, and its claims and penalties are left out of the loss ratio
 * and of the level that the credit factor is read from; those of all others are in. Which one stands there, or none, is one way
 * to see the losses (struct ax_tariff_way), and the coefficient is that of the way that costs most. That level is made without
 * accidents, claims, list entries and awards, which have factors of their own. Of an enterprise of which no accident would have
 * been heard nothing is claimed. Immutable once compiled; any thread. Pure.
 */
#include "scoring/risk.h"

#define AX_TARIFF_MONEY_MAX_FEN (INT64_C(1) << 56) /* no amount of a tariff or a quote is above it */

enum {
    AX_FEN_PER_YUAN = 100,
    AX_TARIFF_PPM = 1000000,
    AX_TARIFF_FACTOR_MAX_PPM = 10 * AX_TARIFF_PPM,
    AX_TARIFF_BASES_MAX = 64,
    AX_TARIFF_OPTIONS_MAX = 16,
    AX_TARIFF_LOSS_BANDS_MAX = 16,
    AX_TARIFF_FLOORS_MAX = 16,
    AX_TARIFF_KNOWN_MONTHS = 24, /* how long an inspection or a statement shows that accidents would be known (ours) */
    AX_TARIFF_PENALISED_MAX =
            64, /* events with penalties: where there are more, theirs stay in the level in every way */
    AX_TARIFF_FACTORS_MAX = 12 + AX_TARIFF_OPTIONS_MAX, /* in one coefficient */
    AX_TARIFF_LEVELS = AX_LEVEL_UNRATED + 1,
    AX_TARIFF_STANDARDS = AX_STANDARDISATION_LEVEL_NONE + 1, /* 0: nothing is known */
};

enum ax_tariff_unit { /* of exposure */
    AX_TARIFF_UNIT_NONE,
    AX_TARIFF_UNIT_HEADS,
    AX_TARIFF_UNIT_CONTRACT_PRICE, /* 分 */
    AX_TARIFF_UNIT_VEHICLES,
    AX_TARIFF_UNIT_LICENCE, /* one a safety licence */
};

enum ax_tariff_accident { /* the worst of the months before cover, its first day included */
    AX_TARIFF_ACCIDENT_NONE,
    AX_TARIFF_ACCIDENT_GENERAL,
    AX_TARIFF_ACCIDENT_LARGER,
    AX_TARIFF_ACCIDENT_SERIOUS, /* or worse */
    AX_TARIFF_ACCIDENTS,
};

struct ax_tariff_value {
    uint32_t ppm; /* 0: the tariff has no such factor */
    ax_str legal_basis;
    enum ax_provenance provenance;
};

/* One row of base rates; the first that fits. Of the four prices one is given, with its upper end where the source has a
 * range. */
struct ax_tariff_base {
    ax_str id;
    ax_str title_zh;
    ax_str title_en;
    struct ax_strs industries; /* prefixes of GB/T 4754; none: all */
    enum ax_tariff_unit unit;
    uint64_t over; /* exposure > over and <= up_to (0: no end) */
    uint64_t up_to;
    int64_t limit_per_death_fen; /* only for this cover; 0: for any */
    uint32_t options;            /* bit n: asked with option n */
    uint32_t rate_ppm;           /* of the contract price */
    uint32_t rate_of_limit_ppm;  /* of the limit per death, for each head */
    int64_t fen_per_unit;
    int64_t fen_per_unit_max; /* 0: as the above */
    int64_t fen;              /* for the whole */
    int64_t fen_max;
    int64_t aggregate_limit_fen; /* that the price is for; 0: not stated */
    ax_str legal_basis;
    enum ax_provenance provenance;
};

struct ax_tariff_option { /* what a caller may say of the risk, e.g. "metro" */
    ax_str id;
    ax_str title_zh;
    ax_str title_en;
    struct ax_tariff_value value; /* ppm 0: it only chooses a base */
};

struct ax_tariff_loss_band {
    uint32_t ratio_up_to_ppm; /* losses over premium; 0: no end */
    struct ax_tariff_value value;
};

struct ax_tariff_floor { /* least limit per death for cover from this day on */
    int32_t effective_from;
    int64_t fen;
    ax_str legal_basis;
    enum ax_provenance provenance;
};

struct ax_tariff {
    ax_str id;
    ax_str title_zh;
    ax_str title_en;
    ax_str legal_basis;
    enum ax_provenance provenance;
    struct ax_scope scope; /* days are first days of cover */
    struct ax_tariff_base *bases;
    size_t base_count;
    int32_t accident_months;
    struct ax_tariff_value accident[AX_TARIFF_ACCIDENTS];
    struct ax_tariff_value standardisation[AX_TARIFF_STANDARDS];
    struct ax_tariff_value credit[AX_TARIFF_LEVELS]; /* by enum ax_level */
    struct ax_tariff_value listed;                   /* on the list of seriously dishonest units */
    struct ax_tariff_value award;
    int32_t loss_months;
    struct ax_tariff_loss_band *loss;
    size_t loss_count;
    int64_t large_loss_cap_fen; /* of one claim in the loss ratio */
    ax_str large_loss_basis;
    struct ax_tariff_option *options;
    size_t option_count;
    struct ax_tariff_value off_balance; /* so that the mean coefficient of the frozen portfolio is 1 */
    ax_str off_balance_portfolio;       /* what it was computed on, as a command */
    uint32_t clamp_min_ppm;
    uint32_t clamp_max_ppm;
    ax_str clamp_basis;
    enum ax_provenance clamp_provenance;
    int64_t default_limit_fen;      /* per death, where nobody asks for another; 0: the floor */
    struct ax_tariff_floor *floors; /* ascending by effective_from */
    size_t floor_count;
};

/* Checks the whole; the error names the key. */
ax_rc ax_tariff_compile(const struct ax_tariff *tariff, struct ax_err *err) AX_MUST_CHECK;
/* What is refused of a new tariff beyond that; one that was approved keeps it. */
ax_rc ax_tariff_check_new(const struct ax_tariff *tariff, struct ax_err *err) AX_MUST_CHECK;

/* Claims of the months of the loss ratio, by the day of what they are about. */
struct ax_tariff_losses {
    uint64_t yuan;      /* each capped */
    uint32_t claims;    /* all of them */
    uint32_t capped;    /* cut to the cap */
    uint32_t unmatched; /* not in the yuan: no policy of which the premium is known covers their day */
};

/* One way to see the losses: an event in the accident factor, and everything else outside it. */
struct ax_tariff_way {
    bool is_there;
    uint32_t entry; /* the event, or of what tells of it the gravest; UINT32_MAX: none */
    int32_t level;  /* enum ax_level, made without what has a factor of its own and the penalties of the event */
    struct ax_tariff_losses losses;
    uint32_t claims_left_out; /* of the losses, since they are the event's */
    uint32_t penalties_left_out;
    uint32_t accidents_left_out; /* graver ones; of the way without an event all */
};

/* What a ledger says for a tariff on the first day of cover. */
struct ax_tariff_experience {
    struct ax_tariff_way ways[AX_TARIFF_ACCIDENTS]; /* by the grade of the event, of several of a grade the dearest */
    uint32_t accidents;                             /* events of the months, each act of a total */
    bool accidents_known;                           /* something shows that an accident would have been heard of */
    int32_t standardisation;                        /* enum ax_standardisation_level that stands; 0: nothing is known */
    uint32_t standardisation_entry;
    uint32_t list_entry;    /* UINT32_MAX: not listed */
    uint32_t award_entry;   /* UINT32_MAX: none */
    uint64_t premiums_yuan; /* of each policy the part for its days within the months and before cover */
    uint64_t heads;         /* by the newest exposure or policy; 0: not known */
    uint64_t vehicles;
};

/* Whether peers with the same exposure would have been heard of by now and no inspection is known, as the risk score's `silent`;
 * but nothing adverse ends it here, so that it cannot help. `edition` NULL: false. */
bool ax_tariff_is_silent(
        const struct ax_ledger *ledger, const struct ax_pack *pack, const struct ax_risk_edition *edition, int32_t day);

/* `pack` rates the level; NULL: unrated. `silent`: no accident would have been heard of, whatever else is known. Memory is for the
 * length of the call. */
ax_rc ax_tariff_look(const struct ax_tariff *tariff, const struct ax_ledger *ledger, const struct ax_pack *pack,
        bool silent, int32_t day, struct ax_arena *arena, struct ax_tariff_experience *out,
        struct ax_err *err) AX_MUST_CHECK;

struct ax_tariff_factor {
    const char *group; /* "accident" … */
    ax_str which;      /* "general" …, "" where the group says it all */
    uint32_t ppm;
    ax_str legal_basis;
    enum ax_provenance provenance;
    uint32_t entry; /* the fact that it rests on; UINT32_MAX: none */
};

struct ax_tariff_quote {
    struct ax_tariff_factor factors[AX_TARIFF_FACTORS_MAX];
    size_t factor_count;
    enum ax_tariff_accident way; /* of the experience, that costs most; of equal ones the graver */
    uint32_t product_ppm;        /* of the factors, before the clamp */
    uint32_t
            other_product_ppm; /* with an event in the accident factor that without one, else the dearest with one; 0: none */
    uint32_t coefficient_ppm;
    bool has_loss_ratio;
    uint32_t loss_ratio_ppm;
};

/* The coefficient. `options`: bit n is option n of the tariff. */
void ax_tariff_price(const struct ax_tariff *tariff, const struct ax_tariff_experience *experience, uint32_t options,
        struct ax_tariff_quote *out);

struct ax_tariff_premium {
    const struct ax_tariff_base *base; /* NULL: the tariff has none for this risk */
    int64_t fen;                       /* base premium and, where the source has a range, its upper end */
    int64_t max_fen;
    int64_t reference_fen; /* times the coefficient */
    int64_t reference_max_fen;
    bool too_large; /* one of them is above AX_TARIFF_MONEY_MAX_FEN, and stands there as that */
};

/* Loss factor of a way; 0: the tariff has none. Without a ratio, and where a reward would rest on what is not known, 1. */
uint32_t ax_tariff_loss_ppm(
        const struct ax_tariff *tariff, const struct ax_tariff_experience *experience, const struct ax_tariff_way *way);
/* Losses over premium, ppm; false: no premium is known, or the tariff has no loss factor. */
bool ax_tariff_loss_ratio(const struct ax_tariff *tariff, const struct ax_tariff_experience *experience,
        const struct ax_tariff_way *way, uint32_t *ppm);
/* The measures that the bases of an industry are priced by: bit n is enum ax_tariff_unit n. */
uint32_t ax_tariff_units(const struct ax_tariff *tariff, ax_str industry);
/* `units`: bit n is enum ax_tariff_unit n, of which the exposure may be; 0: any. */
void ax_tariff_base_premium(const struct ax_tariff *tariff, ax_str industry, uint64_t exposure, uint32_t units,
        int64_t limit_per_death_fen, uint32_t options, uint32_t coefficient_ppm, struct ax_tariff_premium *out);
/* The least limit per death for cover that begins on this day; NULL: none is known. */
const struct ax_tariff_floor *ax_tariff_floor_on(const struct ax_tariff *tariff, int32_t day);
/* The off-balance constant by which the mean of clamped coefficients is 1: products are those without it, in ppm. False where
 * no constant up to the greatest factor does. */
bool ax_tariff_balance(const struct ax_tariff *tariff, const uint32_t *products_ppm, size_t count, uint32_t *ppm);
const char *ax_tariff_unit_name(enum ax_tariff_unit unit); /* "heads" … */
