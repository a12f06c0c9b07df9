/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/ledger_faces.h"

#include "scoring/ledger_acts.h"

static bool has_effect(const struct ax_entry *e)
{
    return (e->marks & (AX_MARK_HEAD | AX_MARK_ECHO)) == AX_MARK_HEAD && e->state != AX_FACT_STATE_WITHDRAWN &&
           e->state != AX_FACT_STATE_EXPIRED && e->state != AX_FACT_STATE_REPAIRED;
}

/* An accident that is there, whether or not the unit is liable. */
static bool is_told_accident(const struct ax_entry *e)
{
    return e->kind == AX_FACT_ACCIDENT && e->act != 0 && has_effect(e);
}

/* One of which the unit is not known not to be liable: what answers it is a face of it. */
static bool is_counted_accident(const struct ax_entry *e)
{
    return is_told_accident(e) && e->liability != AX_LIABILITY_NONE;
}

/* A claim that tells of people who were killed or seriously injured. */
static bool tells_of_harm(const struct ax_entry *e)
{
    return e->kind == AX_FACT_INSURANCE_CLAIM && (e->bits > 0 || e->number > 0) && has_effect(e) &&
           e->grade != AX_CLAIM_STATE_REFUSED && e->grade != AX_CLAIM_STATE_CLOSED_WITHOUT_PAYMENT;
}

static bool is_graver_claim(const struct ax_entry *a, const struct ax_entry *b)
{
    const uint32_t x[] = {a->bits, a->number, a->occurred_day, a->from_day};
    const uint32_t y[] = {b->bits, b->number, b->occurred_day, b->from_day};
    for (size_t i = 0; i < sizeof x / sizeof x[0]; i++) {
        if (x[i] != y[i]) {
            return x[i] > y[i];
        }
    }
    return memcmp(a->id->digest, b->id->digest, AX_DIGEST_SIZE) > 0;
}

static void collect_events(struct ax_ledger *l, const struct ax_ledger_acts *acts)
{
    for (uint32_t i = 0; i < l->count; i++) {
        struct ax_entry *e = &l->entries[i];
        if (is_told_accident(e)) {
            struct ax_ledger_act *slot = ax_ledger_acts_find(acts, e->act);
            slot->act = e->act;
            slot->told = e;
            slot->witness = is_counted_accident(e) ? e : NULL;
        } else if (e->link != 0 && tells_of_harm(e)) {
            struct ax_ledger_act *slot = ax_ledger_acts_find(acts, e->link);
            slot->act = e->link;
            slot->claim = slot->claim == NULL || is_graver_claim(e, slot->claim) ? e : slot->claim;
        }
    }
}

/* Whether the accident that a claim names tells of as many killed as the claim, and whether of as many killed and seriously
 * injured together: who was injured may have died since. */
static void mark_told_harm(const struct ax_entry *accident, struct ax_entry *claim)
{
    uint32_t injured = claim->number < AX_ENTRY_INJURED_MAX ? claim->number : AX_ENTRY_INJURED_MAX;
    uint32_t harmed = 0;
    if (accident != NULL) {
        uint32_t disabled = ax_entry_disabled(accident);
        harmed = ax_entry_injured(accident);
        harmed = accident->bits + (harmed > disabled ? harmed : disabled);
    }
    claim->told = accident != NULL && accident->bits >= claim->bits;
    bool told = accident != NULL && harmed >= claim->bits + injured;
    claim->flags = (claim->flags & ~(uint32_t)AX_ENTRY_INJURIES_TOLD & 0xFF) | (told ? AX_ENTRY_INJURIES_TOLD : 0U);
}

static void mark_face(struct ax_ledger *l, const struct ax_ledger_acts *acts, struct ax_entry *e)
{
    struct ax_entry *event = e->link == 0 && tells_of_harm(e) ? e : NULL;
    const struct ax_entry *told = NULL;
    if (e->link != 0) {
        const struct ax_ledger_act *slot = ax_ledger_acts_find(acts, e->link);
        bool face = slot->witness != NULL;
        e->told = slot->told != NULL;
        told = slot->told;
        e->marks = (e->marks & ((uint32_t)~AX_MARK_FACE & AX_MARK_ALL)) | (face ? AX_MARK_FACE : 0U);
        event = face ? slot->witness : slot->claim;
        l->faces += face ? 1 : 0;
    }
    if (e->kind == AX_FACT_INSURANCE_CLAIM) {
        mark_told_harm(told, e);
    }
    l->sides += event != NULL ? 1 : 0;
    e->extra = event == NULL ? 0 : (uint32_t)(event - l->entries) + 1;
}

static bool may_be_face(const struct ax_entry *e)
{
    return e->kind == AX_FACT_INSURANCE_CLAIM || (e->kind == AX_FACT_ENFORCEMENT_PENALTY && e->link != 0);
}

void ax_ledger_mark_faces(struct ax_ledger *l, struct ax_ledger_scratch *s)
{
    l->faces = l->sides = 0;
    uint32_t first = 0; /* most ledgers have none */
    while (first < l->count && !may_be_face(&l->entries[first])) {
        first++;
    }
    if (first == l->count) {
        return;
    }
    size_t events = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        events += is_told_accident(&l->entries[i]) || tells_of_harm(&l->entries[i]) ? 1 : 0;
    }
    struct ax_ledger_acts acts;
    ax_ledger_acts_init(&acts, events, s);
    collect_events(l, &acts);
    for (uint32_t i = first; i < l->count; i++) {
        if (may_be_face(&l->entries[i])) {
            mark_face(l, &acts, &l->entries[i]);
        }
    }
}
