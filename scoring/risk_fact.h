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

enum { AX_RISK_PERCENT = 100 };

/* How much of a penalty weighs: one that answers an accident which is there and counts is one event with it, and weighs what
 * the unit's share of the liability leaves. Percent. */
static inline uint32_t ax_risk_left_of(const struct ax_entry *entries, const struct ax_entry *penalty)
{
    if (__builtin_expect((penalty->marks & AX_MARK_FACE) == 0, 1)) {
        return AX_RISK_PERCENT;
    }
    const struct ax_entry *accident = ax_entry_event(entries, penalty);
    return ax_risk_is_there(accident) ? AX_RISK_PERCENT - ax_entry_share(accident) : AX_RISK_PERCENT;
}

/* Whether the entry says anything adverse that counts on some day: a head that is liable, not repaired, withdrawn or
 * expired, no echo, and no face of another that weighs whole. A claim that tells of people harmed is the event itself where
 * no accident is there, and tells of what an accident leaves out where one is. */
static inline bool ax_risk_is_adverse(const struct ax_entry *entries, const struct ax_entry *e)
{
    if (!ax_risk_is_there(e) || e->state == AX_FACT_STATE_REPAIRED || e->state == AX_FACT_STATE_EXPIRED ||
            (e->marks & AX_MARK_ECHO) != 0) {
        return false;
    }
    switch (e->kind) {
    case AX_FACT_ENFORCEMENT_PENALTY:
        return ax_risk_left_of(entries, e) > 0;
    case AX_FACT_ACCIDENT:
        return e->liability != AX_LIABILITY_NONE;
    case AX_FACT_INSURANCE_CLAIM:
        if (e->grade == AX_CLAIM_STATE_REFUSED || e->grade == AX_CLAIM_STATE_CLOSED_WITHOUT_PAYMENT) {
            return false;
        }
        return (e->marks & AX_MARK_FACE) == 0 || ax_entry_event(entries, e) != NULL;
    default:
        return false;
    }
}

/* Of an entry that has one. */
static inline int32_t ax_risk_event_day(const struct ax_entry *e)
{
    return e->occurred_day != 0 ? ax_entry_occurred_on(e) : ax_entry_from(e);
}

static inline int32_t ax_risk_fades_from(const struct ax_entry *entries, const struct ax_entry *e)
{
    const struct ax_entry *event = e->kind == AX_FACT_INSURANCE_CLAIM ? ax_entry_event(entries, e) : NULL;
    bool reported = event != NULL && event->kind == AX_FACT_ACCIDENT && ax_risk_is_there(event);
    int32_t own = ax_risk_event_day(e);
    return reported && ax_risk_event_day(event) < own ? ax_risk_event_day(event) : own;
}

/* Channels and weights alone. */
void ax_risk_weigh_fact(const struct ax_risk_model *m, const struct ax_entry *entries, const struct ax_entry *e,
        struct ax_risk_fact *out);
/* Of many penalties at once, each whole: what weighs nothing in a channel is 0 there. */
void ax_risk_weigh_penalties(const struct ax_risk_model *m, const struct ax_entry *entries, const uint16_t *which,
        size_t count, double *enforcement, double *grave);
/* What counts on some day, and on which. */
bool ax_risk_fact_of(const struct ax_risk_model *m, const struct ax_pack *pack, const struct ax_entry *entries,
        const struct ax_entry *e, struct ax_risk_fact *out);
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

/* The day since when the enterprise is known to be there, by facts that are not adverse; AX_DAY_NONE: it does not say. */
int32_t ax_risk_registers(const struct ax_entry *e);
/* Labour hours a day that a fact states from a day on; false: it states none. */
bool ax_risk_hours_of(const struct ax_entry *e, int32_t *from, int32_t *until, double *a_day);
