/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The risk score: how many accidents are to be expected of an enterprise in the next 12 months, against its peers.
 *
 * An edition (a risk.yaml, chosen by jurisdiction, industry and day like an edition of level rules) holds models; a model
 * is a set of parameters for one unit of exposure (calendar days, or labour hours where facts state them). Facts become
 * weights in channels; weights decay with two half-lives (lanes); each decayed sum is compared with what its peers would
 * have in the same exposure: R = (S + kappa) / (X + kappa). Two heads (lost time, severe) are log-linear in the R, with
 * no negative weight, and in the time since the last adverse fact. docs/RISK.md has the formulas.
 *
 * Doubles here, and only in files named risk*: + - * / and sqrt of IEEE 754 and the functions of risk_math.h, without
 * contraction, so that every compiler gives the same bits. Sums are taken in the order of the ledger. An edition is
 * immutable once compiled, and any thread may score with it. Text is borrowed from whoever made the edition.
 */
#include "scoring/pack.h"
#include "scoring/rating.h"

enum ax_risk_channel {
    AX_RISK_ACCIDENTS,   /* with lost time: their number */
    AX_RISK_LOST_DAYS,   /* of one accident */
    AX_RISK_SEVERE,      /* deaths, permanent disabilities, serious injuries */
    AX_RISK_ENFORCEMENT, /* penalties, by number and fine */
    AX_RISK_GRAVE,       /* penalties that the law or their kind calls grave */
    AX_RISK_CLAIMS,      /* of liability insurance, by amount */
    AX_RISK_RESTRICTED,  /* days of restricted work of one accident */
    AX_RISK_CHANNELS,
};

enum ax_risk_head {
    AX_RISK_LOST_TIME, /* λ counts accidents with lost time; fitted to quarters that have one, before they saturate */
    AX_RISK_SEVERE_HEAD,
    AX_RISK_HEADS,
};

enum {
    AX_RISK_LANES = 2,
    AX_RISK_GRADES = 7,
    AX_RISK_MODELS_MAX = 8, /* of an edition */
    AX_RISK_PEERS_MAX = 64, /* of a model */
    AX_RISK_QUANTILES_MAX = 201,
    AX_RISK_SCORE_MAX = 1000,
    AX_RISK_SLOTS = AX_RISK_CHANNELS * AX_RISK_LANES, /* channel * AX_RISK_LANES + lane */
    AX_RISK_EVENTS_MAX = 6, /* with a choice of sides; of an enterprise with more both sides of the older ones count */
};

enum ax_risk_shape { /* what a fact's measure x weighs in a channel, x being cut to the cap first */
    AX_RISK_LINEAR,  /* x / reference */
    AX_RISK_LOG,     /* ln(1 + x / reference) */
};

enum ax_risk_unit { AX_RISK_DAYS, AX_RISK_HOURS };

struct ax_risk_channel_model {
    enum ax_risk_shape shape;
    double reference; /* of the measure: events, days, acts, yuan */
    double cap;       /* of the measure of one fact */
    double half_life_days[AX_RISK_LANES];
    double kappa
            [AX_RISK_LANES]; /* what is known before anything is: so many expected weights. A lane is off where all its
                                    betas are 0. */
    double beta[AX_RISK_HEADS][AX_RISK_LANES]; /* >= 0 */
    double gamma[AX_RISK_HEADS];               /* >= 0: minus gamma * ln(1 + t / tau), t = days since the last event */
    double tau_days;
};

struct ax_risk_recency { /* of any adverse fact, whatever its channel */
    double gamma[AX_RISK_HEADS];
    double tau_days;
};

/* Those that an enterprise is compared with. Rates are per unit of exposure (ax_risk_model.per). */
struct ax_risk_peer {
    ax_str id;
    ax_str parent; /* an earlier one's id; "" only of the first, the root */
    ax_str title_zh;
    ax_str title_en;
    struct ax_strs industries;     /* prefixes of GB/T 4754; none: all */
    double rate[AX_RISK_CHANNELS]; /* weight a unit of exposure */
    double head_rate
            [AX_RISK_HEADS]; /* events a unit of exposure where every R is 1 and no recency counts, on base_day */
    double head_mean
            [AX_RISK_HEADS];     /* mean of exp(eta) over the peers, by exposure: the peers' own rate is the product */
    double trend[AX_RISK_HEADS]; /* of ln head_rate a year */
    double log_sd;               /* how well the peers' rate is known */
    double imputed_per_year;     /* units of exposure a year of an enterprise that states none */
    double cost_fen[AX_RISK_HEADS];          /* of one event: ours */
    double quantiles[AX_RISK_QUANTILES_MAX]; /* scores of the peers at i / (n - 1), ascending; frozen when fitted */
    size_t quantile_count;
};

struct ax_risk_tables; /* powers of two by day, made by ax_risk_compile (risk_model.h) */

struct ax_risk_model {
    ax_str id; /* "calendar", "hours" */
    enum ax_risk_unit unit;
    double per; /* days or hours that make one unit of exposure, e.g. 365.25 */
    struct ax_strs industries;
    double kappa_days; /* kappa is at least what the enterprise's present exposure expects in so many days; 0: as stated */
    double carry_months; /* that exposure goes on beyond the last day that a fact states, and hours before the first; 0: without end */
    double days_per_death;    /* lost days that a death stands for at least */
    double severe_per_injury; /* of a serious injury, in deaths */
    double fine_reference_yuan;
    double fine_weight; /* one act measures 1 + fine_weight * ln(1 + fine / reference) */
    struct ax_risk_channel_model channels[AX_RISK_CHANNELS];
    struct ax_risk_recency any;
    struct ax_risk_peer *peers; /* the first is the root, and takes whoever no other takes */
    size_t peer_count;
    int32_t base_day; /* of head_rate */
    double phi
            [AX_RISK_HEADS]; /* events of one enterprise come together: P(any) = 1 - (1 + phi λ)^(-1 / phi); 0: Poisson */
    double estimated_log_sd; /* added to the interval where exposure is estimated */

    /* Made by ax_risk_compile. */
    ax_str name;       /* "mining-2026/calendar" */
    uint32_t slots_on; /* bit: channel * AX_RISK_LANES + lane has a beta */
    struct ax_risk_tables *tables;
};

struct ax_risk_edition {
    ax_str id;
    ax_str title_zh;
    ax_str title_en;
    ax_str sources;
    enum ax_provenance provenance;
    struct ax_scope scope;
    /* How it was fitted; absent where it was not. */
    int32_t fit_from;
    int32_t fit_until;
    ax_str fit_data; /* SHA-256 of the data, hex */
    ax_str fit_note;
    /* The scale. */
    double base;                        /* score of the peers' own mean cost rate: 600 */
    double pdo;                         /* points that half the cost rate adds: 40 */
    int32_t grades[AX_RISK_GRADES - 1]; /* least score of AAA, AA, A, BBB, BB, B */
    double credibility_min;             /* below it: NR */
    double interval_z;                  /* normal quantile of the interval: 1.645 */
    int32_t outlook_points;             /* a change in 90 days by so many points is an outlook */
    double silence_expected;            /* silent: so many expected adverse weights and none there */
    struct ax_risk_model *models;
    size_t model_count;
    /* Made by ax_risk_compile: of calendar time and of hours, the model of a division of GB/T 4754 (two digits);
     * AX_RISK_MODELS_MAX: longer prefixes part it. */
    uint8_t model_of_division[2][AX_DIVISIONS];
    uint8_t digest[AX_DIGEST_SIZE]; /* of the parameters as ax_risk_write writes them; set by whoever loads */
};

/* Checks the whole (the error names the key) and makes tables, which ax_risk_free gives back. They hold parameters, so whoever
 * changes one frees and compiles again. */
ax_rc ax_risk_compile(struct ax_risk_edition *edition, struct ax_err *err) AX_MUST_CHECK;
void ax_risk_free(struct ax_risk_edition *edition);

enum ax_risk_marks {
    AX_RISK_ESTIMATED = 1, /* the exposure is not stated by any fact */
    AX_RISK_SYNTHETIC = 2,
    AX_RISK_WATCH_ACCIDENT = 4,   /* a fatal accident is under investigation */
    AX_RISK_WATCH_PENALTY = 8,    /* a grave penalty is under objection */
    AX_RISK_WATCH_CANDIDATE = 16, /* a candidate for a list; set by who knows the level's flags */
    AX_RISK_INSPECTED = 32,       /* adverse facts of any state, or inspections, are known: it is not silent */
    AX_RISK_ENDED = 64,           /* no exposure goes on: what facts state is stale, or they never said since when */
};

/* An event of which two sides are known: what changes where the one counts that the sums do not hold. */
struct ax_risk_event {
    /* Not stored: of the event in the ledger, and of the gravest claim that tells of people harmed, UINT32_MAX: none. */
    uint32_t entry;
    uint32_t claim;
    /* Not stored: of all such claims the greatest harm, and the latest day. */
    uint32_t killed;
    uint32_t injured;
    int32_t told_on;
    int32_t last[AX_RISK_CHANNELS]; /* days of that side; AX_DAY_NONE: none */
    double change[AX_RISK_SLOTS];   /* of the sums */
};

/*
 * What a model needs to know of a ledger, the same for all days of a span. Sums are in inflated coordinates: an event of
 * weight w on day t adds w * 2^((t - t0) / h), and a score of any day T within the span divides by 2^((T - t0) / h).
 */
struct ax_risk_state {
    uint16_t model; /* index in the edition */
    uint16_t peer;
    uint8_t marks;                  /* enum ax_risk_marks */
    int32_t last[AX_RISK_CHANNELS]; /* day of the last event; AX_DAY_NONE: none */
    int32_t last_any;
    int32_t registered; /* first day of a licence, certificate, standardisation, policy or exposure; AX_DAY_NONE: not known */
    double per_day; /* units of exposure a day, now and on */
    double sum[AX_RISK_SLOTS];
    double exposure
            [AX_RISK_SLOTS]; /* but for what goes on at per_day since it began (not AX_RISK_ENDED): see ax_risk_at */
    /* Not stored, these two: */
    int32_t last_boundary; /* as in struct ax_rate: days on which a fact begins or ends to count */
    int32_t next_boundary;
    uint32_t event_count;
    struct ax_risk_event events[AX_RISK_EVENTS_MAX]; /* beyond the count not set: see scoring/risk_sides.h */
};

struct ax_risk {
    bool rated; /* credible enough; else the score is empty and the rest is the peers' */
    int32_t score;
    int32_t grade; /* enum ax_risk_grade */
    int32_t low;   /* 90 % interval */
    int32_t high;
    uint32_t percentile; /* of its peers that score lower; 0 where it is silent */
    uint32_t turned;     /* bit: the event of the state counts with its other side, which is the graver one */
    double exact;        /* the score before rounding and clamping */
    double sd;           /* of `exact` */
    double credibility;
    double ln_ratio[AX_RISK_SLOTS]; /* ln R; 0 where the lane is off */
    double eta[AX_RISK_HEADS];      /* the enterprise's rate is head_rate * exp(eta) */
    double share[AX_RISK_HEADS];    /* of each head in the expected cost */
    double exposure;                /* expected in 12 months, units */
    double expected
            [AX_RISK_HEADS]; /* λ of 12 months, by the sides graver for the head; of lost time no less than of severe */
    double p_any[AX_RISK_HEADS]; /* 1 - exp(-λ), or as phi says */
    double expected_cost_fen;
    double peer_expected[AX_RISK_HEADS]; /* λ of its peers at the same exposure */
    double expected_weight;              /* of one of whom nothing is seen: what peers would have in all channels */
    bool watch;
    bool silent;
    bool estimated;
};

/* The model of the industry, by the longest prefix, that takes hours where they are stated and calendar time where they are
 * not; where the edition has none of that unit, one of the other. */
size_t ax_risk_model_of(const struct ax_risk_edition *edition, ax_str industry, bool hours);
/* The peers of an industry: the longest prefix, of equal ones the last; else the root. */
size_t ax_risk_peer_of(const struct ax_risk_model *model, ax_str industry);
/* What each day of a span has in common, seen on `day`. `pack` has the law's use_until; NULL: only what facts say. Linear in
 * facts, no allocation. */
void ax_risk_state_of(const struct ax_ledger *ledger, const struct ax_pack *pack, const struct ax_risk_edition *edition,
        int32_t day, struct ax_risk_state *out);
/* The same on one day, without the days around it: boundaries are AX_DAY_NONE. */
void ax_risk_state_on(const struct ax_ledger *ledger, const struct ax_rate_day *on,
        const struct ax_risk_edition *edition, struct ax_risk_state *out);
/* Level and score of one day together, which see the ledger once. */
void ax_rate_and_risk_on(const struct ax_ledger *ledger, const struct ax_rate_day *on,
        const struct ax_risk_edition *edition, struct ax_rate *rate, struct ax_risk_state *state);
/* The same by one model and one group of peers that the caller picks. */
void ax_risk_state_by(const struct ax_ledger *ledger, const struct ax_pack *pack, const struct ax_risk_edition *edition,
        size_t model, size_t peer, int32_t day, struct ax_risk_state *out);
/* The score on a day of the span. */
void ax_risk_at(
        const struct ax_risk_edition *edition, const struct ax_risk_state *state, int32_t day, struct ax_risk *out);
/* The stored form of a state (scoring/risk_codec.c), without its boundaries; false: it is none of this edition. */
enum { AX_RISK_STATE_BYTES_MAX = 1536 };
void ax_risk_state_put(const struct ax_risk_edition *edition, const struct ax_risk_state *state, struct ax_buf *out);
bool ax_risk_state_take(const struct ax_risk_edition *edition, ax_str bytes, struct ax_risk_state *out);
/* What of it a rating says. */
void ax_risk_fill(const struct ax_risk_edition *edition, const struct ax_risk_state *state, const struct ax_risk *risk,
        struct ax_rating *out);
/* Days that count for a recency: since the last event, but not more than the enterprise has been there. */
int32_t ax_risk_since(const struct ax_risk_state *state, int32_t last, int32_t day);
int32_t ax_risk_grade_of(const struct ax_risk_edition *edition, int32_t score); /* enum ax_risk_grade */
const char *ax_risk_grade_name(int32_t grade);                                  /* "AAA" … "C", "NR", "" */
const char *ax_risk_channel_name(size_t channel);                               /* "accidents" … */
