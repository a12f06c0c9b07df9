/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a fact to its entry. What the numbers of struct ax_entry mean by kind (amount and extra below):
 *
 * kind             from            until                grade        number            bits
 * penalty          decided_on      -                    tier         -                 categories
 * accident         decided_on      -                    grade        lost workdays     deaths
 * claim            reported_on     closed_on            claim state  serious injuries  deaths
 * policy           covered_from    covered_until        -            insured heads     -
 * hazard           found_on        day before closed    level        days allowed      -
 * licence          valid_from      valid_until          state        -                 kind (value n is bit n - 1)
 * certificate      valid_from      valid_until          kind         -                 -
 * standardisation  valid_from      valid_until          level        -                 -
 * list entry       listed_from     last day listed      list         day before removal -
 * exposure         period_from     period_until         -            employees         -
 * indicator        period_from     period_until         -            value, milli      -
 *
 * amount: fine and confiscation (penalty), paid and reserved (claim), premium (policy), all in yuan; restricted workdays
 * (accident); labour hours (exposure). extra: disabled, seriously injured, share of the liability (accident);
 * vehicles (exposure); event (penalty, claim) and last day that it is
 * suspended or revoked (licence), which the ledger sets; listed_until (list entry). Days in number and extra are kept
 * as in the days beside them.
 *
 * Numbers too great for their place are cut to the greatest that fits.
 */
#include "scoring/entry.h"

#include "scoring/act.h"

static uint32_t keep_day(int32_t day)
{
    return day < AX_DAY_MIN || day > AX_DAY_MAX ? 0 : (uint32_t)(day - AX_DAY_MIN + 1);
}

static void set_from(struct ax_entry *e, int32_t day)
{
    e->from_day = keep_day(day) & 0x1FFFF;
}

static void set_until(struct ax_entry *e, int32_t day)
{
    e->until_day = keep_day(day) & 0x1FFFF;
}

static uint32_t at_most(uint64_t value, uint32_t most)
{
    return value > most ? most : (uint32_t)value;
}

static uint64_t accident_act(ax_str accident_id)
{
    return ax_act_number(AX_FACT_ACCIDENT, AX_STR("accident"), accident_id);
}

uint64_t ax_entry_item(ax_str scheme, ax_str item)
{
    return ax_act_of(AX_FACT_INDICATOR, scheme, item);
}

enum { FEN_PER_YUAN = 100 };

/* Of a sum of two, neither negative. */
static uint32_t yuan_of(int64_t fen, int64_t more_fen)
{
    return at_most(((uint64_t)fen + (uint64_t)more_fen) / FEN_PER_YUAN, UINT32_MAX);
}

static void fill_penalty(const struct ax_fact *f, struct ax_entry *e)
{
    const struct ax_enforcement_penalty *p = &f->enforcement_penalty;
    set_from(e, f->decided_on);
    e->grade = (uint32_t)p->tier & 7;
    e->bits = p->categories >> 1 & AX_ENTRY_BITS_MAX;
    e->count = at_most(p->count == 0 ? 1 : p->count, AX_ENTRY_COUNT_MAX) & AX_ENTRY_COUNT_MAX;
    uint32_t flags = 0;
    flags |= p->count > 1 ? AX_ENTRY_AGGREGATE | AX_ENTRY_SEVERAL : 0;
    flags |= p->multiplied_fine ? AX_ENTRY_MULTIPLIED : 0;
    flags |= p->unlicensed_operation ? AX_ENTRY_UNLICENSED : 0;
    e->flags = flags & 0xFF;
    e->act = ax_act_document(AX_FACT_ENFORCEMENT_PENALTY, p->authority_code, p->authority, p->document_number);
    e->link = accident_act(p->accident_id);
    e->amount = yuan_of(p->fine_fen, p->confiscation_fen);
}

static void fill_accident(const struct ax_fact *f, struct ax_entry *e)
{
    const struct ax_accident *a = &f->accident;
    set_from(e, f->decided_on);
    e->grade = (uint32_t)ax_accident_grade_counted(a) & 7;
    e->liability = (uint32_t)a->liability & 3;
    e->bits = at_most(a->deaths, AX_ENTRY_BITS_MAX) & AX_ENTRY_BITS_MAX;
    e->number = at_most(a->lost_workdays, UINT32_MAX);
    e->count = at_most(a->count == 0 ? 1 : a->count, AX_ENTRY_COUNT_MAX) & AX_ENTRY_COUNT_MAX;
    bool aggregate = a->aggregate || a->count > 1;
    bool counted = a->count > 1 || a->deaths > 0 || a->serious_injuries > 0 || a->permanent_disabilities > 0;
    uint32_t flags = 0;
    flags |= aggregate ? AX_ENTRY_AGGREGATE : 0;
    flags |= aggregate && !counted ? AX_ENTRY_UNCOUNTED : 0;
    flags |= a->concealed ? AX_ENTRY_CONCEALED : 0;
    flags |= a->contractor ? AX_ENTRY_CONTRACTOR : 0;
    flags |= a->report_minutes > AX_ACCIDENT_REPORT_MINUTES_MAX ? AX_ENTRY_REPORTED_LATE : 0;
    e->flags = flags & 0xFF;
    e->act = aggregate ? 0 : accident_act(a->accident_id);
    e->stage = (uint32_t)a->stage & 7;
    e->amount = at_most(a->restricted_workdays, UINT32_MAX);
    uint32_t share = a->share_percent == 0 ? 100 : at_most(a->share_percent, 100);
    e->extra = at_most(a->permanent_disabilities, AX_ENTRY_DISABLED_MAX) |
               at_most(a->serious_injuries, AX_ENTRY_INJURED_MAX) << 12 | share << 24;
}

static void fill_hazard(const struct ax_fact *f, struct ax_entry *e)
{
    const struct ax_hazard *h = &f->hazard;
    int32_t found = h->found_on == AX_DAY_NONE ? f->occurred_on : h->found_on;
    set_from(e, found);
    set_until(e, h->closed_on == AX_DAY_NONE ? AX_DAY_NONE : h->closed_on - 1);
    e->grade = (uint32_t)h->level & 7;
    e->number = h->due_on == AX_DAY_NONE || found == AX_DAY_NONE || h->due_on < found ? UINT32_MAX
                                                                                      : (uint32_t)(h->due_on - found);
    uint32_t flags = 0;
    flags |= h->supervised ? AX_ENTRY_SUPERVISED : 0;
    flags |= h->produced_meanwhile ? AX_ENTRY_PRODUCED : 0;
    flags |= h->finder == AX_HAZARD_FINDER_AUTHORITY ? AX_ENTRY_BY_AUTHORITY : 0;
    flags |= h->finder == AX_HAZARD_FINDER_INSURER ? AX_ENTRY_BY_INSURER : 0;
    e->flags = flags & 0xFF;
}

static void fill_licence(const struct ax_licence *l, struct ax_entry *e)
{
    set_from(e, l->valid_from);
    set_until(e, l->valid_until);
    e->grade = (uint32_t)l->licence_state & 7;
    uint32_t bit = l->kind >= 1 && l->kind <= 14 ? UINT32_C(1) << (l->kind - 1) : 0;
    e->bits = bit & AX_ENTRY_BITS_MAX;
    e->act = ax_act_document(AX_FACT_LICENCE, l->authority_code, l->authority, l->document_number);
    /* Another authority than the one that gave it may suspend it. */
    e->link = ax_act_document(AX_FACT_LICENCE, AX_STR(""), AX_STR("licence"), l->licence_number);
}

static void fill_list_entry(const struct ax_fact *f, struct ax_entry *e)
{
    const struct ax_list_entry *l = &f->list_entry;
    int32_t removed = l->removed_on == AX_DAY_NONE ? AX_DAY_NONE : l->removed_on - 1;
    bool early = removed != AX_DAY_NONE && (l->listed_until == AX_DAY_NONE || removed < l->listed_until);
    set_from(e, l->listed_from == AX_DAY_NONE ? f->decided_on : l->listed_from);
    set_until(e, early ? removed : l->listed_until);
    e->grade = (uint32_t)l->list & 7;
    e->number = keep_day(removed);
    e->extra = keep_day(l->listed_until);
    e->flags = removed == AX_DAY_NONE ? 0 : AX_ENTRY_REMOVED;
    e->act = ax_act_document(AX_FACT_LIST_ENTRY, AX_STR(""), l->authority, l->document_number);
}

/*
 * From the list of seriously dishonest units nobody comes off before its term by law (ax_entry_listed_until) but by a decision:
 * not since its source has stopped using the entry, nor because it calls it expired.
 */
static void keep_listed(struct ax_entry *e)
{
    if (e->kind == AX_FACT_LIST_ENTRY && e->grade == AX_LIST_KIND_SERIOUS_DISHONESTY) {
        e->use_until_day = 0;
        e->state = (e->state == AX_FACT_STATE_EXPIRED ? AX_FACT_STATE_ACTIVE : e->state) & 7;
    }
}

static void fill_claim(const struct ax_insurance_claim *c, struct ax_entry *e)
{
    set_from(e, c->reported_on);
    set_until(e, c->closed_on);
    e->grade = (uint32_t)c->claim_state & 7;
    e->number = c->serious_injuries;
    e->bits = at_most(c->deaths, AX_ENTRY_BITS_MAX) & AX_ENTRY_BITS_MAX;
    e->act = ax_act_number(AX_FACT_INSURANCE_CLAIM, c->insurer, c->claim_number);
    e->link = accident_act(c->accident_id);
    e->amount = yuan_of(c->paid_fen, c->reserved_fen);
}

static void fill_period(struct ax_entry *e, int32_t from, int32_t until, uint32_t grade, uint64_t number)
{
    set_from(e, from);
    set_until(e, until);
    e->grade = grade & 7;
    e->number = at_most(number, UINT32_MAX);
}

static void fill_policy(const struct ax_insurance_policy *p, struct ax_entry *e)
{
    fill_period(e, p->covered_from, p->covered_until, 0, p->insured_heads);
    e->act = ax_act_number(AX_FACT_INSURANCE_POLICY, p->insurer, p->policy_number);
    e->amount = yuan_of(p->premium_fen, 0);
}

static void fill_certificate(const struct ax_certificate *c, struct ax_entry *e)
{
    fill_period(e, c->valid_from, c->valid_until, (uint32_t)c->kind, 0);
    e->count = at_most(c->count == 0 ? 1 : c->count, AX_ENTRY_COUNT_MAX) & AX_ENTRY_COUNT_MAX;
}

static void fill_exposure(const struct ax_exposure *x, struct ax_entry *e)
{
    fill_period(e, x->period_from, x->period_until, 0, x->employees);
    e->amount = at_most(x->labour_hours, UINT32_MAX);
    e->extra = at_most(x->vehicles, UINT32_MAX);
}

static void fill_indicator(const struct ax_indicator *i, struct ax_entry *e)
{
    fill_period(e, i->period_from, i->period_until, 0, (uint64_t)i->value_milli);
    e->flags = i->not_applicable ? AX_ENTRY_NOT_APPLICABLE : 0;
    e->link = ax_entry_item(i->scheme, i->item);
}

static void fill_body(const struct ax_fact *f, struct ax_entry *e)
{
    switch ((enum ax_fact_kind)f->kind) {
    case AX_FACT_ENFORCEMENT_PENALTY:
        fill_penalty(f, e);
        break;
    case AX_FACT_ACCIDENT:
        fill_accident(f, e);
        break;
    case AX_FACT_INSURANCE_CLAIM:
        fill_claim(&f->insurance_claim, e);
        break;
    case AX_FACT_INSURANCE_POLICY:
        fill_policy(&f->insurance_policy, e);
        break;
    case AX_FACT_PREVENTION_SERVICE:
        fill_period(e, f->prevention_service.visited_on, AX_DAY_NONE, 0, f->prevention_service.hazards_found);
        break;
    case AX_FACT_HAZARD:
        fill_hazard(f, e);
        break;
    case AX_FACT_INSPECTION:
        fill_period(e, f->decided_on, AX_DAY_NONE, 0, f->inspection.findings);
        e->act =
                ax_act_document(AX_FACT_INSPECTION, AX_STR(""), f->inspection.authority, f->inspection.document_number);
        break;
    case AX_FACT_MONITORING_ALARM:
        fill_period(e, f->decided_on, f->monitoring_alarm.closed_on, (uint32_t)f->monitoring_alarm.outcome, 0);
        break;
    case AX_FACT_LICENCE:
        fill_licence(&f->licence, e);
        break;
    case AX_FACT_CERTIFICATE:
        fill_certificate(&f->certificate, e);
        break;
    case AX_FACT_STANDARDISATION:
        fill_period(e, f->standardisation.valid_from, f->standardisation.valid_until,
                (uint32_t)f->standardisation.level, 0);
        break;
    case AX_FACT_LIST_ENTRY:
        fill_list_entry(f, e);
        break;
    case AX_FACT_EXPOSURE:
        fill_exposure(&f->exposure, e);
        break;
    case AX_FACT_CONSENT:
        fill_period(e, f->consent.valid_from, f->consent.valid_until, 0, 0);
        e->flags = f->consent.revoked ? AX_ENTRY_REVOKED : 0;
        break;
    case AX_FACT_OBJECTION:
        fill_period(e, f->objection.filed_on, AX_DAY_NONE, (uint32_t)f->objection.outcome, 0);
        break;
    case AX_FACT_REPAIR:
        fill_period(e, f->repair.requested_on, AX_DAY_NONE, (uint32_t)f->repair.outcome, 0);
        break;
    case AX_FACT_INDICATOR:
        fill_indicator(&f->indicator, e);
        break;
    case AX_FACT_STATEMENT:
    case AX_FACT_NONE:
        break;
    }
}

/* Repair is of a penalty, never of the accident that it answers or of what it cost. A state that a newer program wrote is
 * none: cut to three bits it would be another. */
static uint32_t state_of(const struct ax_fact *fact)
{
    bool event = fact->kind == AX_FACT_ACCIDENT || fact->kind == AX_FACT_INSURANCE_CLAIM;
    if (fact->state < 0 || fact->state > AX_FACT_STATE_EXPIRED) {
        return AX_FACT_STATE_UNSPECIFIED;
    }
    return event && fact->state == AX_FACT_STATE_REPAIRED ? AX_FACT_STATE_ACTIVE : (uint32_t)fact->state;
}

void ax_entry_fill(const struct ax_fact *fact, const uint8_t digest[AX_DIGEST_SIZE], const uint8_t key[AX_KEY_SIZE],
        struct ax_entry_id *id, struct ax_entry *out)
{
    memset(out, 0, sizeof *out);
    out->id = id;
    memcpy(id->digest, digest, AX_DIGEST_SIZE);
    memcpy(id->key, key, AX_KEY_SIZE);
    id->revision = fact->revision;
    id->known_at_us = fact->known_at_us;
    out->count = 1;
    out->kind = (uint32_t)fact->kind & 0x3F;
    out->state = state_of(fact) & 7;
    out->occurred_day = keep_day(fact->occurred_on) & 0x1FFFF;
    out->use_until_day = keep_day(fact->use_until) & 0x1FFFF;
    fill_body(fact, out);
    keep_listed(out);
    out->flags = (out->flags | (fact->synthetic ? AX_ENTRY_SYNTHETIC : 0U)) & 0xFF;
}
