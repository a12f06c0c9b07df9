/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A rating as it is stored, published and served: what anxin/v1/rating.proto says, as a plain struct. Strings borrow: from
 * the ledger, the pack, the decoded bytes or an arena. The stored form is ax_encode(content_only = false) with as_of left
 * absent; the digest covers ax_encode(content_only = true), which also leaves the revision out. Pure; any thread.
 */
#include "scoring/rate.h"

enum ax_risk_grade { /* = anxin.v1.RiskGrade */
    AX_RISK_GRADE_NONE = 0,
    AX_RISK_GRADE_AAA,
    AX_RISK_GRADE_AA,
    AX_RISK_GRADE_A,
    AX_RISK_GRADE_BBB,
    AX_RISK_GRADE_BB,
    AX_RISK_GRADE_B,
    AX_RISK_GRADE_C,
    AX_RISK_GRADE_NR,
};

struct ax_rule_ref {
    ax_str rule_id;
    ax_str legal_basis;
    ax_str title_zh;
    ax_str title_en;
};

struct ax_rating_revision {
    int64_t offset;
    int32_t day;
};

struct ax_as_of {
    uint32_t partition;
    int64_t offset;
    int64_t known_at_us;
    uint8_t pack[AX_DIGEST_SIZE];
    int32_t day;
};

enum { AX_RATING_RISK_SCORE = 8 }; /* the number of risk_score */

struct ax_rating {
    ax_str enterprise;
    ax_str name;
    ax_str region;
    ax_str industry;
    ax_str industry_edition;
    int32_t level; /* enum ax_level */
    int32_t level_points;
    int32_t risk_score_present; /* 8 where there is one, else 0 */
    int32_t risk_score;
    struct ax_list overrides; /* struct ax_rule_ref */
    struct ax_list flags;     /* struct ax_rule_ref */
    int32_t rated_on;         /* day */
    int32_t next_change_on;   /* day; AX_DAY_NONE: never */
    struct ax_rating_revision revision;
    uint8_t ledger_digest[AX_DIGEST_SIZE];
    uint8_t pack_digest[AX_DIGEST_SIZE]; /* of the bundle */
    ax_str pack;
    struct ax_as_of as_of;
    uint32_t facts;
    uint32_t objected;
    uint32_t conflicts;
    bool standardisation_missing;
    bool synthetic;
    bool incomplete;
    ax_str symbol;
    int32_t risk_grade; /* enum ax_risk_grade */
    uint32_t credibility_ppm;
    int32_t score_low;
    int32_t score_high;
    uint32_t peer_percentile;
    bool watch;
    bool silent;
    bool exposure_estimated;
    ax_str risk_model;
};

extern const struct ax_message ax_rating_message;
/* Of struct ax_rating, too: what of the risk score is of one day, and therefore worked out for each. */
extern const struct ax_message ax_rating_risk_message;
extern const struct ax_message ax_rule_ref_message;
extern const struct ax_message ax_rating_revision_message;
extern const struct ax_message ax_as_of_message;

/* Where the lists of a filled rating live; the caller's. */
struct ax_rating_refs {
    struct ax_rule_ref overrides[AX_RATE_OVERRIDES_MAX];
    struct ax_rule_ref flags[AX_RATE_FLAGS_MAX];
};

struct ax_rating_input {
    ax_str enterprise;
    const struct ax_ledger *ledger;
    const struct ax_pack *pack; /* NULL: none covers the enterprise */
    const struct ax_rate *rate; /* of this ledger, pack and day */
    int32_t day;
    const uint8_t *ledger_digest;
    const uint8_t *pack_digest; /* of the bundle */
    int64_t offset;             /* of the newest record that changed the ledger */
    bool incomplete;
};

/* Everything but as_of, which stays absent. revision.day is the rate's last boundary, until a rater
 * that knows all editions says on which day it really changed. */
void ax_rating_fill(const struct ax_rating_input *in, struct ax_rating_refs *refs, struct ax_rating *out);
/* The bytes that the rating's digest is made of. */
void ax_rating_canonical(const struct ax_rating *rating, struct ax_buf *out);
/* Appends one enterprise's part to the bytes that the audit digest is made of (docs/CANONICAL.md). */
void ax_audit_put(ax_str enterprise, const uint8_t ledger_digest[AX_DIGEST_SIZE], const struct ax_rating *rating,
        struct ax_buf *out);
const char *ax_level_name(int32_t level); /* "A1" … "D", "UNRATED" */
