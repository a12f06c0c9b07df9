/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/risk_fact.h"

#include "scoring/rate_view.h"

enum {
    PERCENT = 100,
    HOURS_A_YEAR = 2000, /* of one employee: ours */
    YEAR_DAYS = 365,     /* that hours are for where the fact does not say until when */
};

static void put(struct ax_risk_fact *f, const struct ax_risk_model *m, size_t channel, double measure, double share)
{
    f->channels |= UINT32_C(1) << channel;
    f->weight[channel] = share * ax_risk_weigh(&m->channels[channel], measure);
}

/* How many acts, and the greater the fine of each, the more; without a fine the logarithm is that of 1. */
static inline double fine_ratio(const struct ax_risk_model *m, const struct ax_entry *e)
{
    return 1 + e->amount / (double)e->count / m->fine_reference_yuan;
}

static inline double acts_by_fine(const struct ax_risk_model *m, const struct ax_entry *e, double log2_ratio)
{
    return e->count * (1 + m->fine_weight * (log2_ratio * AX_LN2));
}

static void weigh_penalty(const struct ax_risk_model *m, const struct ax_entry *e, struct ax_risk_fact *f)
{
    double log2_ratio = m->fine_weight > 0 ? ax_log2(fine_ratio(m, e)) : 0;
    put(f, m, AX_RISK_ENFORCEMENT, acts_by_fine(m, e, log2_ratio), 1);
    if (ax_risk_is_grave(e)) {
        put(f, m, AX_RISK_GRAVE, e->count, 1);
    }
}

void ax_risk_weigh_penalties(const struct ax_risk_model *m, const struct ax_entry *entries, const uint16_t *which,
        size_t count, double *enforcement, double *grave)
{
    for (size_t i = 0; i < count; i++) {
        enforcement[i] = m->fine_weight > 0 ? fine_ratio(m, &entries[which[i]]) : 1;
    }
    ax_log2_each(enforcement, count);
    for (size_t i = 0; i < count; i++) {
        const struct ax_entry *e = &entries[which[i]];
        double acts = acts_by_fine(m, e, enforcement[i]);
        enforcement[i] = ax_risk_weigh(&m->channels[AX_RISK_ENFORCEMENT], acts);
        grave[i] = ax_risk_weigh(&m->channels[AX_RISK_GRAVE], e->count) * (double)ax_risk_is_grave(e); /* no branch */
    }
}

/* A total over a period that does not say of how many accidents may be of work that was restricted and of nothing else: it
 * is of an accident with lost time where it tells of lost days or of harm. */
static void weigh_accident(const struct ax_risk_model *m, const struct ax_entry *e, struct ax_risk_fact *f)
{
    double share = (double)ax_entry_share(e) / PERCENT;
    double deaths = e->bits;
    double injured = ax_entry_injured(e);
    double severe = deaths + ax_entry_disabled(e) + m->severe_per_injury * injured;
    double lost = e->number;
    lost = lost > m->days_per_death * deaths ? lost : m->days_per_death * deaths;
    bool unnumbered = (e->flags & AX_ENTRY_AGGREGATE) != 0 && e->count == 1;
    if (!unnumbered || e->number > 0 || deaths + ax_entry_disabled(e) + injured > 0) {
        put(f, m, AX_RISK_ACCIDENTS, e->count, share);
    }
    if (lost > 0) {
        put(f, m, AX_RISK_LOST_DAYS, lost, share);
    }
    if (severe > 0) {
        put(f, m, AX_RISK_SEVERE, severe, share);
    }
    if (e->amount > 0) {
        put(f, m, AX_RISK_RESTRICTED, e->amount, share);
    }
}

void ax_risk_weigh_fact(const struct ax_risk_model *m, const struct ax_entry *e, struct ax_risk_fact *out)
{
    out->channels = 0;
    out->day = ax_risk_event_day(e);
    switch (e->kind) {
    case AX_FACT_ENFORCEMENT_PENALTY:
        weigh_penalty(m, e, out);
        break;
    case AX_FACT_ACCIDENT:
        weigh_accident(m, e, out);
        break;
    default:
        put(out, m, AX_RISK_CLAIMS, e->amount, 1);
        break;
    }
}

void ax_risk_weigh_harm(const struct ax_risk_model *m, const struct ax_risk_harm *harm, const struct ax_entry *reported,
        struct ax_risk_fact *out)
{
    double share = (double)harm->percent / PERCENT;
    struct ax_risk_fact told = {.channels = 0};
    struct ax_risk_fact known = {.channels = 0};
    put(&told, m, AX_RISK_ACCIDENTS, 1, share);
    put(&told, m, AX_RISK_SEVERE, harm->killed + m->severe_per_injury * harm->injured, share);
    put(&told, m, AX_RISK_LOST_DAYS, m->days_per_death * harm->killed, share);
    if (reported != NULL) {
        weigh_accident(m, reported, &known);
    }
    for (uint32_t bits = told.channels; bits != 0; bits &= bits - 1) {
        size_t channel = (size_t)__builtin_ctz(bits);
        double beyond = told.weight[channel] - ((known.channels >> channel & 1) != 0 ? known.weight[channel] : 0);
        if (beyond > 0) {
            out->channels |= UINT32_C(1) << channel;
            out->weight[channel] = beyond;
        }
    }
}

bool ax_risk_days_of(const struct ax_pack *pack, const struct ax_entry *e, struct ax_risk_fact *out)
{
    if (!ax_risk_has_effect(e) || (e->occurred_day == 0 && e->from_day == 0)) {
        return false;
    }
    out->since = ax_risk_event_day(e);
    out->until = ax_rate_use_until(pack, e);
    return out->since <= out->until;
}

bool ax_risk_counts_on(const struct ax_risk_look *at, const struct ax_entry *e)
{
    struct ax_risk_fact f;
    return ax_risk_days_of(at->pack, e, &f) && f.since <= at->day && at->day <= f.until;
}

/* A licence that was taken away, or an assessment without a level, must not make the enterprise look longer exposed. */
int32_t ax_risk_registers(const struct ax_entry *e)
{
    if (!ax_risk_is_there(e)) {
        return AX_DAY_NONE;
    }
    bool good = e->kind == AX_FACT_CERTIFICATE || e->kind == AX_FACT_INSURANCE_POLICY || e->kind == AX_FACT_EXPOSURE;
    if (e->kind == AX_FACT_LICENCE) {
        good = e->grade != AX_LICENCE_STATE_SUSPENDED && e->grade != AX_LICENCE_STATE_REVOKED;
    } else if (e->kind == AX_FACT_STANDARDISATION) {
        good = e->grade != AX_STANDARDISATION_LEVEL_NONE;
    }
    return !good ? AX_DAY_NONE : e->from_day != 0 ? ax_entry_from(e) : ax_entry_occurred_on(e);
}

bool ax_risk_hours_of(const struct ax_entry *e, int32_t *from, int32_t *until, double *a_day)
{
    if (e->kind != AX_FACT_EXPOSURE || (e->amount == 0 && e->number == 0) || !ax_risk_is_there(e)) {
        return false;
    }
    *from = e->from_day != 0 ? ax_entry_from(e) : ax_entry_occurred_on(e);
    if (*from == AX_DAY_NONE) {
        return false;
    }
    *until = e->until_day == 0 ? *from + YEAR_DAYS - 1 : ax_entry_until(e);
    if (*until < *from) {
        return false;
    }
    *a_day = e->amount > 0 ? (double)e->amount / (*until - *from + 1)
                           : (double)e->number * HOURS_A_YEAR / AX_RISK_DAYS_A_YEAR;
    return true;
}
