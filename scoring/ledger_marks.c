/* SPDX-License-Identifier: Apache-2.0 */
/* Head and conflict by looking at the neighbours, echoes by one pass over the heads with a table of the acts concerned. */
#include "scoring/ledger_marks.h"

#include "scoring/ledger_acts.h"
#include "scoring/ledger_faces.h"
#include "scoring/ledger_id.h"
#include "scoring/ledger_licences.h"
#include "scoring/witness.h"

/* Head and conflict of the entry and its neighbours, for entries looked at in ascending order. */
static void mark_one(struct ax_ledger *l, uint32_t at)
{
    struct ax_entry *e = &l->entries[at];
    struct ax_entry *before = at > 0 && ax_ledger_same_key(e - 1, e) ? e - 1 : NULL;
    struct ax_entry *after = at + 1 < l->count && ax_ledger_same_key(e, e + 1) ? e + 1 : NULL;
    if (after == NULL) {
        e->marks |= AX_MARK_HEAD;
    }
    /* Also where e is not the head: of two new ones in a row the first comes behind the old head. */
    if (before != NULL) {
        before->marks &= (uint32_t)~AX_MARK_HEAD & AX_MARK_ALL;
    }
    if (before != NULL && before->id->revision == e->id->revision) {
        before->marks |= AX_MARK_CONFLICT;
        e->marks |= AX_MARK_CONFLICT;
    }
    if (after != NULL && after->id->revision == e->id->revision) {
        after->marks |= AX_MARK_CONFLICT;
        e->marks |= AX_MARK_CONFLICT;
    }
}

/* Whether any was marked. */
static bool mark_echoes(struct ax_ledger *l, const struct ax_ledger_acts *acts)
{
    bool some = false;
    for (uint32_t i = 0; i < l->count; i++) {
        struct ax_entry *e = &l->entries[i];
        if (e->act == 0) {
            continue;
        }
        struct ax_ledger_act *slot = ax_ledger_acts_find(acts, e->act);
        if (slot->act == 0) {
            continue;
        }
        e->marks &= (uint32_t)~AX_MARK_ECHO & AX_MARK_ALL;
        if ((e->marks & AX_MARK_HEAD) == 0) {
            continue;
        }
        struct ax_entry *echo = e;
        if (slot->witness == NULL || ax_witness_is_better(e, slot->witness)) {
            echo = slot->witness;
            slot->witness = e;
        }
        if (echo != NULL) {
            echo->marks |= AX_MARK_ECHO;
            some = true;
        }
    }
    return some;
}

static size_t collect_acts(
        struct ax_ledger *l, const struct ax_ledger_place *places, size_t count, struct ax_ledger_acts *acts)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (!places[i].added) {
            continue;
        }
        const struct ax_entry *e = &l->entries[places[i].at];
        /* The entry before it may have been the head until now. */
        const struct ax_entry *both[] = {e, places[i].at > 0 && ax_ledger_same_key(e - 1, e) ? e - 1 : e};
        for (size_t j = 0; j < 2; j++) {
            if (both[j]->act != 0) {
                ax_ledger_acts_find(acts, both[j]->act)->act = both[j]->act;
                found++;
            }
        }
    }
    return found;
}

static bool adds_licence(const struct ax_ledger *l, const struct ax_ledger_place *places, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (places[i].added && l->entries[places[i].at].kind == AX_FACT_LICENCE) {
            return true;
        }
    }
    return false;
}

void ax_ledger_mark_added(struct ax_ledger *l, const struct ax_ledger_place *places, size_t count, uint32_t added,
        bool restored, struct ax_ledger_scratch *s)
{
    for (size_t i = 0; i < count; i++) {
        if (places[i].added) {
            mark_one(l, places[i].at);
        }
    }
    struct ax_ledger_acts acts;
    ax_ledger_acts_init(&acts, 2 * (size_t)added, s);
    bool raised = restored;
    if (collect_acts(l, places, count, &acts) > 0) {
        raised = mark_echoes(l, &acts) || raised;
    }
    if (raised) {
        ax_witness_raise(l);
    }
    ax_ledger_mark_faces(l, s);
    if (raised || adds_licence(l, places, count)) {
        ax_ledger_mark_licences(l, s);
    }
}

void ax_ledger_mark_all(struct ax_ledger *l, struct ax_ledger_scratch *s)
{
    bool some = false;
    l->faces = l->sides = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        mark_one(l, i);
        some = some || l->entries[i].act != 0 || l->entries[i].kind == AX_FACT_INSURANCE_CLAIM;
    }
    if (!some) {
        ax_ledger_mark_licences(l, s);
        return; /* no accident either */
    }
    struct ax_ledger_acts acts;
    ax_ledger_acts_init(&acts, l->count, s);
    for (uint32_t i = 0; i < l->count; i++) {
        if (l->entries[i].act != 0) {
            ax_ledger_acts_find(&acts, l->entries[i].act)->act = l->entries[i].act;
        }
    }
    if (mark_echoes(l, &acts)) {
        ax_witness_raise(l);
    }
    ax_ledger_mark_faces(l, s);
    ax_ledger_mark_licences(l, s);
}
