/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/witness.h"

#include <stdlib.h>

enum {
    RANKS = 16,
    ACCIDENT_FLAGS = AX_ENTRY_CONCEALED | AX_ENTRY_REPORTED_LATE, /* that make it graver */
    PENALTY_FLAGS = AX_ENTRY_MULTIPLIED | AX_ENTRY_UNLICENSED,
};

static int state_rank(uint32_t state)
{
    switch ((enum ax_fact_state)state) {
    case AX_FACT_STATE_REPAIRED:
        return 3; /* repaired anywhere is repaired everywhere: 令第36号 */
    case AX_FACT_STATE_UNSPECIFIED:
    case AX_FACT_STATE_ACTIVE:
    case AX_FACT_STATE_OBJECTED:
    case AX_FACT_STATE_CORRECTED:
        return 2;
    case AX_FACT_STATE_EXPIRED:
        return 1;
    case AX_FACT_STATE_WITHDRAWN:
        break;
    }
    return 0;
}

static bool is_refused(const struct ax_entry *e)
{
    return e->grade == AX_CLAIM_STATE_REFUSED || e->grade == AX_CLAIM_STATE_CLOSED_WITHOUT_PAYMENT;
}

static size_t rank_body(const struct ax_entry *e, int64_t *r)
{
    size_t n = 0;
    switch (e->kind) {
    case AX_FACT_ACCIDENT:
        r[n++] = e->liability != AX_LIABILITY_UNSPECIFIED;
        r[n++] = e->grade;
        r[n++] = e->bits;
        r[n++] = ax_entry_disabled(e);
        r[n++] = ax_entry_injured(e);
        r[n++] = e->number;
        r[n++] = e->liability;
        r[n++] = e->flags & ACCIDENT_FLAGS;
        r[n++] = e->amount;
        r[n++] = ax_entry_share(e);
        return n;
    case AX_FACT_ENFORCEMENT_PENALTY:
        r[n++] = (e->flags & AX_ENTRY_AGGREGATE) == 0; /* an act says more than a total */
        r[n++] = e->grade;
        r[n++] = e->flags & PENALTY_FLAGS;
        r[n++] = e->bits;
        r[n++] = e->count;
        r[n++] = e->amount;
        r[n++] = e->link != 0;
        return n;
    case AX_FACT_INSURANCE_CLAIM:
        r[n++] = !is_refused(e);
        r[n++] = e->bits;
        r[n++] = e->number;
        r[n++] = e->amount;
        r[n++] = e->link != 0;
        return n;
    case AX_FACT_LICENCE: /* in `extra` is what the ledger says */
        r[n++] = e->grade;
        r[n++] = e->bits;
        r[n++] = e->until_day;
        return n;
    default:
        r[n++] = e->flags & ~(uint32_t)AX_ENTRY_SYNTHETIC;
        r[n++] = e->grade;
        r[n++] = e->bits;
        r[n++] = e->count;
        r[n++] = e->number;
        r[n++] = e->amount;
        r[n++] = e->extra;
        return n;
    }
}

static size_t rank(const struct ax_entry *e, int64_t r[RANKS])
{
    size_t n = 0;
    r[n++] = (e->flags & AX_ENTRY_SYNTHETIC) == 0;
    r[n++] = state_rank(e->state);
    n += rank_body(e, r + n);
    r[n++] = e->state == AX_FACT_STATE_OBJECTED;
    r[n++] = e->from_day;
    r[n++] = e->occurred_day;
    return n;
}

bool ax_witness_is_better(const struct ax_entry *a, const struct ax_entry *b)
{
    int64_t x[RANKS];
    int64_t y[RANKS];
    size_t n = rank(a, x);
    AX_ASSERT(rank(b, y) == n); /* an act is of one kind */
    for (size_t i = 0; i < n; i++) {
        if (x[i] != y[i]) {
            return x[i] > y[i];
        }
    }
    return memcmp(a->id->digest, b->id->digest, AX_DIGEST_SIZE) > 0;
}

static bool is_event(const struct ax_entry *e)
{
    return e->act != 0 && (e->marks & AX_MARK_HEAD) != 0 &&
           (e->kind == AX_FACT_ACCIDENT || e->kind == AX_FACT_ENFORCEMENT_PENALTY ||
                   e->kind == AX_FACT_INSURANCE_CLAIM);
}

static int by_act(const void *a, const void *b)
{
    const struct ax_ledger_own *x = a;
    const struct ax_ledger_own *y = b;
    return x->entry.act < y->entry.act ? -1 : x->entry.act > y->entry.act;
}

static int by_place(const void *a, const void *b)
{
    const struct ax_ledger_own *x = a;
    const struct ax_ledger_own *y = b;
    return x->at < y->at ? -1 : x->at > y->at;
}

static struct ax_ledger_own *own_of_act(const struct ax_ledger *l, uint64_t act)
{
    struct ax_ledger_own key = {.entry = {.act = act}};
    return bsearch(&key, l->own, l->own_count, sizeof key, by_act);
}

static uint32_t greater(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* A share belongs to a liability: one that is known goes before one that is not, and who is not liable has none. */
static uint32_t share_of(const struct ax_entry *w, const struct ax_entry *e)
{
    bool says = e->liability != AX_LIABILITY_NONE && (e->liability != 0 || w->liability == 0);
    bool said = w->liability != AX_LIABILITY_NONE;
    return !says ? ax_entry_share(w) : !said ? ax_entry_share(e) : greater(ax_entry_share(w), ax_entry_share(e));
}

static void raise_accident(struct ax_entry *w, const struct ax_entry *e)
{
    w->extra = greater(ax_entry_disabled(w), ax_entry_disabled(e)) |
               greater(ax_entry_injured(w), ax_entry_injured(e)) << 12 | share_of(w, e) << 24;
    w->grade = greater(w->grade, e->grade) & 7;
    w->bits = greater(w->bits, e->bits) & AX_ENTRY_BITS_MAX;
    w->liability = greater(w->liability, e->liability) & 3;
    w->stage = greater(w->stage, e->stage) & 7;
    w->flags = (w->flags | (e->flags & ACCIDENT_FLAGS)) & 0xFF;
}

static void raise_penalty(struct ax_entry *w, const struct ax_entry *e)
{
    w->grade = greater(w->grade, e->grade) & 7;
    w->bits = (w->bits | e->bits) & AX_ENTRY_BITS_MAX;
    w->flags = (w->flags | (e->flags & (PENALTY_FLAGS | AX_ENTRY_SEVERAL))) & 0xFF;
    w->count = greater(w->count, e->count) & AX_ENTRY_COUNT_MAX;
    w->flags &= (e->flags | (uint32_t)~AX_ENTRY_AGGREGATE) & 0xFF; /* who tells of the one act is believed */
}

/* With what is gravest in either. Days are the latest that either states; it may be used for ever where either says so. */
static void raise_one(struct ax_entry *w, const struct ax_entry *e)
{
    if (e->kind == AX_FACT_ACCIDENT) {
        raise_accident(w, e);
    } else if (e->kind == AX_FACT_ENFORCEMENT_PENALTY) {
        raise_penalty(w, e);
    } else {
        w->bits = greater(w->bits, e->bits) & AX_ENTRY_BITS_MAX;
    }
    w->number = greater(w->number, e->number);
    w->amount = greater(w->amount, e->amount);
    w->link = w->link != 0 ? w->link : e->link;
    w->occurred_day = greater(w->occurred_day, e->occurred_day) & 0x1FFFF;
    w->from_day = greater(w->from_day, e->from_day) & 0x1FFFF;
    bool ends = w->use_until_day != 0 && e->use_until_day != 0;
    w->use_until_day = (ends ? greater(w->use_until_day, e->use_until_day) : 0) & 0x1FFFF;
}

/* Reports that stand as it does; a made-up one says nothing of a real one. */
static bool stands_as(const struct ax_entry *e, const struct ax_entry *witness)
{
    bool real = (e->flags & AX_ENTRY_SYNTHETIC) == 0 || (witness->flags & AX_ENTRY_SYNTHETIC) != 0;
    bool refused = e->kind == AX_FACT_INSURANCE_CLAIM && is_refused(e) && !is_refused(witness);
    return real && !refused && state_rank(e->state) == state_rank(witness->state);
}

/* One for each act that has an echo, sorted by act. */
static void collect(struct ax_ledger *l)
{
    uint32_t echoes = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        echoes += is_event(&l->entries[i]) && (l->entries[i].marks & AX_MARK_ECHO) != 0 ? 1 : 0;
    }
    l->own_count = 0;
    if (echoes == 0) {
        return;
    }
    l->own = ax_xrealloc(l->own, (size_t)echoes * sizeof *l->own);
    for (uint32_t i = 0; i < l->count; i++) {
        if (is_event(&l->entries[i]) && (l->entries[i].marks & AX_MARK_ECHO) != 0) {
            l->own[l->own_count++] = (struct ax_ledger_own){.entry = l->entries[i]};
        }
    }
    qsort(l->own, l->own_count, sizeof *l->own, by_act);
    uint32_t acts = 0;
    for (uint32_t i = 0; i < l->own_count; i++) {
        if (acts == 0 || l->own[acts - 1].entry.act != l->own[i].entry.act) {
            l->own[acts++] = l->own[i];
        }
    }
    l->own_count = acts;
}

void ax_witness_raise(struct ax_ledger *l)
{
    collect(l);
    for (uint32_t i = 0; l->own_count > 0 && i < l->count; i++) {
        const struct ax_entry *e = &l->entries[i];
        struct ax_ledger_own *own = is_event(e) && (e->marks & AX_MARK_ECHO) == 0 ? own_of_act(l, e->act) : NULL;
        if (own != NULL) {
            *own = (struct ax_ledger_own){.entry = *e, .at = i};
        }
    }
    for (uint32_t i = 0; l->own_count > 0 && i < l->count; i++) {
        const struct ax_entry *e = &l->entries[i];
        const struct ax_ledger_own *own = is_event(e) && (e->marks & AX_MARK_ECHO) != 0 ? own_of_act(l, e->act) : NULL;
        if (own != NULL && stands_as(e, &own->entry)) {
            raise_one(&l->entries[own->at], e);
        }
    }
    qsort(l->own, l->own_count, sizeof *l->own, by_place);
}

bool ax_witness_restore(struct ax_ledger *l)
{
    bool some = l->own_count > 0;
    for (uint32_t i = 0; i < l->own_count; i++) {
        struct ax_entry *e = &l->entries[l->own[i].at];
        const struct ax_entry now = *e;
        *e = l->own[i].entry;
        e->marks = now.marks & (e->link == 0 ? (uint32_t)~AX_MARK_FACE & AX_MARK_ALL : AX_MARK_ALL);
        e->told = 0;
    }
    l->own_count = 0;
    return some;
}

const struct ax_entry *ax_witness_own(const struct ax_ledger *l, uint32_t entry, uint32_t *next)
{
    while (*next < l->own_count && l->own[*next].at < entry) {
        ++*next;
    }
    bool kept = *next < l->own_count && l->own[*next].at == entry;
    return kept ? &l->own[*next].entry : &l->entries[entry];
}
