/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The gate: may a licence, an award or a project go on? One edition of it as plain structs: for each purpose a compiled
 * pack whose rules are flags, each with what it decides, and rules that look at the rating as a whole. It sees rules,
 * facts and the level; it never sees the risk score. DENY is for what a law forbids: a rule of this house, or one that names
 * no law, cannot deny (ax_gate_compile refuses it). services/lib/pack loads it from gate.yaml. Immutable once compiled;
 * any thread. Text is borrowed from whoever made it. Pure.
 */
#include "scoring/gist.h"
#include "scoring/rate.h"

enum ax_purpose { /* = anxin.v1.Purpose */
    AX_PURPOSE_NONE = 0,
    AX_PURPOSE_LICENSING,        /* 行政许可 */
    AX_PURPOSE_PROCUREMENT,      /* 政府采购 */
    AX_PURPOSE_PROJECT_APPROVAL, /* 项目审批 */
    AX_PURPOSE_COUNT,
};

enum ax_decision { /* = anxin.v1.Decision */
    AX_DECISION_NONE = 0,
    AX_DECISION_ALLOW,
    AX_DECISION_REVIEW,
    AX_DECISION_DENY,
    AX_DECISION_UNRATED, /* nothing speaks against it, and nothing that is rated is known of it */
    AX_DECISION_UNKNOWN, /* no fact is known */
};

enum {
    AX_GATE_REASONS_MAX = 64,      /* in one answer; the gravest are kept */
    AX_GATE_RATING_RULES_MAX = 16, /* that look at the rating */
};

/* Looks at the rating as a whole; it always decides REVIEW, since no law forbids anything for a level. */
struct ax_gate_rating_rule {
    ax_str id;
    ax_str title_zh;
    ax_str title_en;
    ax_str legal_basis;
    enum ax_provenance provenance;
    uint32_t purposes;   /* bit n: enum ax_purpose n */
    int32_t at_or_below; /* enum ax_level, A1 to D; 0: not looked at */
    bool incomplete;     /* a record of the enterprise could not be read */
};

struct ax_gate {
    ax_str id;
    ax_str title_zh;
    ax_str title_en;
    ax_str legal_basis;
    enum ax_provenance provenance;
    struct ax_pack rules[AX_PURPOSE_COUNT]; /* each with place, industry and dates of the edition; [0] is not used */
    uint8_t decides[AX_PURPOSE_COUNT][AX_PACK_RULES_MAX]; /* enum ax_decision, by rule: REVIEW or DENY */
    struct ax_gate_rating_rule *ratings;
    size_t rating_count;
};

/* The packs are compiled already. The error names the rule. */
ax_rc ax_gate_compile(const struct ax_gate *gate, struct ax_err *err) AX_MUST_CHECK;

/* What the gate may know of the rating: everything but the score. */
struct ax_gate_rating {
    const struct ax_pack *pack; /* that rated it; NULL: none */
    const struct ax_rate *rate; /* of the same ledger and day */
    bool incomplete;
};

struct ax_gate_reason {
    ax_str rule_id; /* text of the gate */
    ax_str title_zh;
    ax_str title_en;
    ax_str legal_basis;
    enum ax_provenance provenance;
    enum ax_decision decision; /* REVIEW or DENY */
    uint32_t entry;            /* index in the ledger; UINT32_MAX: it rests on no one fact */
    int32_t ends_on;           /* first day on which it no longer holds; AX_DAY_NONE: no end is known */
};

struct ax_gate_answer {
    enum ax_decision decision;
    struct ax_gate_reason *reasons; /* arena memory: gravest first, then in the order of the rules */
    size_t reason_count;
    size_t left_off; /* reasons beyond AX_GATE_REASONS_MAX */
};

/* The gravest of what holds; where nothing does, ALLOW, or UNRATED where the level is. AX_LIMIT where the arena is full. */
ax_rc ax_gate_decide(const struct ax_gate *gate, enum ax_purpose purpose, const struct ax_ledger *ledger,
        const struct ax_gate_rating *rating, int32_t day, struct ax_arena *arena, struct ax_gate_answer *out,
        struct ax_err *err) AX_MUST_CHECK;
/* The decision where no fact has a part in it: nothing that the gist tells of can meet a rule of the purpose, and no rule looks
 * at such a rating. Then it is that of ax_gate_decide, without reasons. AX_DECISION_NONE: the ledger decides. */
enum ax_decision ax_gate_decide_by_gist(const struct ax_gate *gate, enum ax_purpose purpose, const struct ax_gist *gist,
        int32_t level, bool incomplete);
const char *ax_purpose_name(enum ax_purpose purpose); /* "licensing", "procurement", "project_approval" */
