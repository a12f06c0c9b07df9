/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One entry of a ledger as the risk score sees it: what it weighs in which channels, and on which days. Private to
 * scoring/risk*. */
#include "scoring/risk_model.h"

struct ax_risk_fact {
    int32_t since; /* first day on which it counts: of the event */
    int32_t day; /* from which on it fades: the same, but what a claim tells beyond an earlier accident is of its day */
    int32_t until; /* last day on which it may be used; AX_DAY_MAX: for ever */
    uint32_t channels;
    double weight[AX_RISK_CHANNELS]; /* of those channels */
};

static inline bool ax_risk_is_there(const struct ax_entry *e)
{
    return (e->marks & AX_MARK_HEAD) != 0 && e->state != AX_FACT_STATE_WITHDRAWN;
}

/* Whether the entry alone says anything adverse that counts on some day: a head that is liable, not repaired, withdrawn,
 * expired or refused, and no echo. */
static inline bool ax_risk_has_effect(const struct ax_entry *e)
{
    if (!ax_risk_is_there(e) || e->state == AX_FACT_STATE_REPAIRED || e->state == AX_FACT_STATE_EXPIRED ||
            (e->marks & AX_MARK_ECHO) != 0) {
        return false;
    }
    switch (e->kind) {
    case AX_FACT_ENFORCEMENT_PENALTY:
        return true;
    case AX_FACT_ACCIDENT:
        return e->liability != AX_LIABILITY_NONE;
    case AX_FACT_INSURANCE_CLAIM:
        return e->grade != AX_CLAIM_STATE_REFUSED && e->grade != AX_CLAIM_STATE_CLOSED_WITHOUT_PAYMENT;
    default:
        return false;
    }
}

/* Likewise beside the others, where an event counts as the accident that is reported: not what answers one. */
static inline bool ax_risk_is_adverse(const struct ax_entry *e)
{
    return (e->marks & AX_MARK_FACE) == 0 && ax_risk_has_effect(e);
}

/* Of an entry that has one. */
static inline int32_t ax_risk_event_day(const struct ax_entry *e)
{
    return e->occurred_day != 0 ? ax_entry_occurred_on(e) : ax_entry_from(e);
}

/* What claims tell of an accident. */
struct ax_risk_harm {
    uint32_t killed;
    uint32_t injured; /* seriously */
    uint32_t percent; /* of it is the unit's */
};

/* By what and when an entry is looked at. */
struct ax_risk_look {
    const struct ax_risk_model *m;
    const struct ax_pack *pack; /* NULL: by what facts say alone */
    const struct ax_entry *entries;
    int32_t day;
};

/* The day from which on it fades, channels and weights of an entry that has an effect, by what it says alone. */
void ax_risk_weigh_fact(const struct ax_risk_model *m, const struct ax_entry *e, struct ax_risk_fact *out);
/* Of many penalties at once: what weighs nothing in a channel is 0 there. */
void ax_risk_weigh_penalties(const struct ax_risk_model *m, const struct ax_entry *entries, const uint16_t *which,
        size_t count, double *enforcement, double *grave);
/* Adds what an accident with so much harm weighs beyond the one that is reported, if one is. */
void ax_risk_weigh_harm(const struct ax_risk_model *m, const struct ax_risk_harm *harm, const struct ax_entry *reported,
        struct ax_risk_fact *out);
/* Since when and until when, where it has an effect; false: on no day. */
bool ax_risk_days_of(const struct ax_pack *pack, const struct ax_entry *e, struct ax_risk_fact *out);
bool ax_risk_counts_on(const struct ax_risk_look *at, const struct ax_entry *e);

/* ax_risk_state_on of a ledger that is seen already (scoring/seen.h). */
struct ax_seen;
void ax_risk_state_seen(const struct ax_seen *seen, const struct ax_risk_edition *edition, struct ax_risk_state *out);
/* Of a penalty's categories (value n is bit n - 1). */
enum {
    AX_RISK_GRAVE_CATEGORIES =
            1 << (AX_PENALTY_CATEGORY_LICENCE_SUSPENSION - 1) | 1 << (AX_PENALTY_CATEGORY_QUALIFICATION_DOWNGRADE - 1) |
            1 << (AX_PENALTY_CATEGORY_LICENCE_REVOCATION - 1) | 1 << (AX_PENALTY_CATEGORY_ACTIVITY_RESTRICTION - 1) |
            1 << (AX_PENALTY_CATEGORY_PRODUCTION_SUSPENSION - 1) | 1 << (AX_PENALTY_CATEGORY_CLOSURE - 1) |
            1 << (AX_PENALTY_CATEGORY_OCCUPATION_BAN - 1) | 1 << (AX_PENALTY_CATEGORY_DETENTION - 1),
};

/* Of a penalty: that the law or its kind calls grave. */
static inline bool ax_risk_is_grave(const struct ax_entry *e)
{
    uint32_t flags = e->flags & (AX_ENTRY_MULTIPLIED | AX_ENTRY_UNLICENSED);
    return (int)(e->grade == AX_PENALTY_TIER_SERIOUS) | (int)((flags | (e->bits & AX_RISK_GRAVE_CATEGORIES)) != 0);
}

/* What is open and may change the score soon: of enum ax_risk_marks. */
static inline uint8_t ax_risk_watch_of(const struct ax_entry *e)
{
    if (e->kind == AX_FACT_ACCIDENT) {
        bool open = e->stage != AX_ACCIDENT_STAGE_UNSPECIFIED && e->stage < AX_ACCIDENT_STAGE_INVESTIGATED;
        return e->bits > 0 && open ? AX_RISK_WATCH_ACCIDENT : 0;
    }
    bool objected = e->state == AX_FACT_STATE_OBJECTED && e->kind == AX_FACT_ENFORCEMENT_PENALTY;
    return objected && ax_risk_is_grave(e) ? AX_RISK_WATCH_PENALTY : 0;
}

/* The day since when the enterprise is known to be there, by facts that are not adverse; AX_DAY_NONE: it does not say. */
int32_t ax_risk_registers(const struct ax_entry *e);
/* Labour hours a day that a fact states from a day on; false: it states none. */
bool ax_risk_hours_of(const struct ax_entry *e, int32_t *from, int32_t *until, double *a_day);
