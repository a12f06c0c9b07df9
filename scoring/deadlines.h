/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Deadlines (期限) and the three clocks of a negative record as plain data, by jurisdiction and by the day of the legal act:
 * what governs a decision is the edition in force on the day of that decision, not today's. Text is borrowed. Immutable
 * after ax_deadlines_check; any thread. Pure.
 */
#include "scoring/calendar.h"
#include "scoring/ledger.h"

enum {
    AX_DEADLINES_MAX = 256,
    AX_CLOCK_RULES_MAX = 128,
    AX_DEADLINE_AMOUNT_MAX = 3660, /* of its unit */
};

enum ax_deadline_unit {
    AX_DEADLINE_HOURS, /* as days, begun ones counted whole: a fact knows no time of day */
    AX_DEADLINE_DAYS,
    AX_DEADLINE_WORKING_DAYS,
    AX_DEADLINE_MONTHS,
};

struct ax_deadline {
    ax_str id;    /* e.g. "penalty.publish.market-regulator" */
    ax_str topic; /* what is to be done, e.g. "penalty.publish" */
    ax_str title_zh;
    ax_str title_en;
    ax_str counts_from;           /* in words: "decision", "accident" … */
    struct ax_strs jurisdictions; /* prefixes of GB/T 2260; none: the whole country */
    struct ax_strs authorities;   /* words of which the authority's name has one; none: any */
    int32_t amount;
    int32_t extension; /* at most this much more; 0: none */
    enum ax_deadline_unit unit;
    ax_str legal_basis;
    enum ax_provenance provenance;
    int32_t effective_from; /* days of the legal act; AX_DAY_NONE: open */
    int32_t effective_to;
};

/* How long a negative record is published, used and kept, in months from the legal act. */
struct ax_clock_rule {
    ax_str id;
    int32_t kind;        /* enum ax_fact_kind */
    uint32_t grades;     /* mask of tiers, lists …; 0: any */
    uint32_t categories; /* penalty categories, one of them (bit n is value n); 0: any */
    struct ax_strs jurisdictions;
    int32_t repair_months;  /* the least before repair may be asked for */
    int32_t publish_months; /* 0: not published */
    int32_t use_months;
    int32_t archive_months;
    ax_str legal_basis;
    enum ax_provenance provenance;
    int32_t effective_from;
    int32_t effective_to;
};

struct ax_deadlines {
    ax_str id;
    struct ax_deadline *rows;
    size_t count;
    struct ax_clock_rule *clocks; /* the first that fits */
    size_t clock_count;
};

struct ax_deadline_question {
    ax_str topic;
    ax_str place;     /* jurisdiction, else region; may be empty */
    ax_str authority; /* its name; may be empty */
    int32_t act_on;   /* day of the legal act */
};

struct ax_clocks {
    const struct ax_clock_rule *rule; /* NULL: none fits, or the hazard is open; no day but what the source states */
    int32_t repair_from;              /* first day on which repair may be asked for */
    int32_t publish_until;            /* last days; AX_DAY_NONE: not published */
    int32_t use_until;                /* as the source states it, else by the rule */
    int32_t archive_until;
};

ax_rc ax_deadlines_check(const struct ax_deadlines *deadlines, struct ax_err *err) AX_MUST_CHECK;
/* Of the rows in force on that day for that place and authority the one with the longest jurisdiction, then one for some
 * authorities before one for any, then the latest in force, then the first. NULL: none. */
const struct ax_deadline *ax_deadline_find(
        const struct ax_deadlines *deadlines, const struct ax_deadline_question *question);
/* The last day in time. `derived`: it rests on a year without a holiday notice. */
int32_t ax_deadline_due(const struct ax_deadline *deadline, const struct ax_calendar *calendar, int32_t from,
        bool extended, bool *derived);
void ax_deadlines_clocks(
        const struct ax_deadlines *deadlines, const struct ax_entry *entry, ax_str place, struct ax_clocks *out);
