/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What a back-test is made of: one row for each enterprise and date, with what was predicted from facts before the date
 * and what came in the 12 months after. Two populations: all enterprises, whose outcomes are yes or no, and those with
 * stated hours, whose lost-time quarters are counted against hours worked. Whoever makes the rows owns them.
 */
#include "base/rc.h"

enum {
    AX_REPORT_GRADES = 8, /* AAA … C, then NR */
    AX_REPORT_NR = 7,
    AX_REPORT_CHANNELS_MAX = 8,
    AX_REPORT_DATES_MAX = 32,
    AX_REPORT_LABELS_MAX = 64, /* of one axis */
    AX_REPORT_QUARTERS = 4,    /* a count of lost-time quarters ends here */
    AX_REPORT_CLAIM_AGES = 6,  /* 12, 24 … months */
};

enum ax_report_head { AX_REPORT_LOST_TIME, AX_REPORT_SEVERE, AX_REPORT_HEADS };

enum ax_report_rival {         /* simpler predictions on the same rows */
    AX_REPORT_PEER,            /* the peers' rate alone */
    AX_REPORT_RAW,             /* the enterprise's own rate of the last 12 months */
    AX_REPORT_FMCSA_LOST_TIME, /* weights 3, 2, 1 of 24 months */
    AX_REPORT_FMCSA_VIOLATIONS,
    AX_REPORT_SHRINKAGE, /* decayed lost-time quarters, shrunk to the peers */
    AX_REPORT_RIVALS,
};

enum ax_report_axis { AX_REPORT_SIZE, AX_REPORT_REGION, AX_REPORT_OWNERSHIP, AX_REPORT_INDUSTRY, AX_REPORT_AXES };

struct ax_report_axis_labels {
    const char *labels[AX_REPORT_LABELS_MAX];
    size_t count;
};

/* Liability claims from the accidents of the 12 months after the date: simulated, in fen. */
struct ax_report_claims {
    double paid[AX_REPORT_CLAIM_AGES];     /* as known 12, 24 … months after the date */
    double incurred[AX_REPORT_CLAIM_AGES]; /* paid and reserved */
    double ultimate;
    uint32_t count;
};

struct ax_report_row {
    uint32_t unit;                    /* the enterprise: below `units` */
    uint32_t date;                    /* index in `dates` */
    double exposure;                  /* expected in 12 months */
    double actual;                    /* as it came; NAN: not known */
    double expected[AX_REPORT_HEADS]; /* λ at `exposure` */
    double p[AX_REPORT_HEADS];
    double cost_fen;
    double peer_cost_fen; /* of its peers at the same exposure */
    double score;         /* NAN where NR */
    double log_sd;        /* of ln of the cost rate, from the interval */
    double credibility;
    double coefficient;                    /* of the score, before off-balance */
    double tariff;                         /* reference coefficient of a tariff; NAN: none was given */
    double points[AX_REPORT_CHANNELS_MAX]; /* by channel, against the peers' mean */
    double rival
            [AX_REPORT_RIVALS]; /* all: any measure of risk; hours: lost-time quarters expected in the actual hours */
    uint32_t grade;             /* 0 = AAA … AX_REPORT_NR */
    uint16_t label[AX_REPORT_AXES];
    /* what came */
    uint32_t lost_quarters;
    double severe; /* deaths and permanent disabilities */
    double deaths;
    double days_lost;
    struct ax_report_claims claims;
};

struct ax_report_population {
    const char *id, *en, *zh;   /* "all", "hours" */
    struct ax_report_row *rows; /* by date, then unit */
    size_t count;
    bool counted; /* lost-time quarters are judged as counts against `actual` exposure */
    struct ax_report_axis_labels axes[AX_REPORT_AXES];
};

/* The same rows under other parameters. */
struct ax_report_variant {
    const char *id, *en, *zh; /* "half_life_x1.5" */
    const char *refused;      /* why these parameters may not be; NULL: they may */
    const double *p[AX_REPORT_HEADS];
    const double *expected[AX_REPORT_HEADS];
};

enum { AX_REPORT_VARIANTS_MAX = 16 };

struct ax_report_input {
    const char *pack;
    const char *parameter_digest; /* hex */
    const char *data_digest;      /* hex, of the panel's files */
    const char *tariff;           /* id; NULL: none */
    const char *from, *to;        /* ISO days */
    const char *fitted_until;     /* ISO day up to which facts made the parameters; "": they are not fitted */
    size_t in_sample;             /* of the dates, those before that day */
    const char *dates[AX_REPORT_DATES_MAX];
    size_t date_count;
    const char *const *unit_names; /* id, and a name where one is known */
    size_t units;
    const char *channels_en[AX_REPORT_CHANNELS_MAX], *channels_zh[AX_REPORT_CHANNELS_MAX];
    size_t channel_count;
    struct ax_report_population all;
    struct ax_report_population hours;
    /* of all: variants[v].p[head][row] */
    struct ax_report_variant variants[AX_REPORT_VARIANTS_MAX];
    size_t variant_count;
    uint64_t seed;
    uint32_t rounds; /* of the bootstrap */
};
