/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Merging is a sorted union: the new items are sorted, each finds its place by bisection, and one pass from the end opens
 * the gaps. Marks are then mended only where something changed: head and conflict by looking at the neighbours, echoes by
 * one pass over the heads with a table of the acts concerned.
 */
#include "scoring/profile.h"
#include "scoring/witness.h"

#include <stdlib.h>

void ax_ledger_init(struct ax_ledger *l)
{
    memset(l, 0, sizeof *l);
}

void ax_ledger_deinit(struct ax_ledger *l)
{
    ax_xfree(l->entries);
    ax_xfree(l->ids);
    ax_xfree(l->own);
    ax_xfree(l->texts);
    memset(l, 0, sizeof *l);
}

size_t ax_ledger_bytes(const struct ax_ledger *l)
{
    return sizeof *l + (size_t)l->size * (sizeof *l->entries + sizeof *l->ids) + l->own_count * sizeof *l->own +
           l->texts_size;
}

/* Memory for one call: from the arena, or, where that is full, from the heap and freed at the end. */
struct scratch {
    struct ax_arena *arena;
    void *owned[4];
    size_t count;
};

static void *scratch_alloc(struct scratch *s, size_t size)
{
    void *block = s->arena == NULL ? NULL : ax_arena_alloc(s->arena, size);
    if (block == NULL) {
        AX_ASSERT(s->count < sizeof s->owned / sizeof s->owned[0]);
        block = s->owned[s->count++] = ax_xrealloc(NULL, size);
    }
    return block;
}

static void scratch_free(struct scratch *s)
{
    for (size_t i = 0; i < s->count; i++) {
        ax_xfree(s->owned[i]);
    }
}

struct id {
    const uint8_t *key;
    int64_t revision;
    const uint8_t *digest;
};

/* Keys are digests: the first eight bytes, as memcmp orders them, nearly always decide. */
static uint64_t first_bytes(const uint8_t *key)
{
    uint64_t word;
    memcpy(&word, key, sizeof word);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static inline int compare_ids(struct id a, struct id b)
{
    uint64_t x = first_bytes(a.key);
    uint64_t y = first_bytes(b.key);
    if (x != y) {
        return x < y ? -1 : 1;
    }
    int order = memcmp(a.key, b.key, AX_KEY_SIZE);
    if (order != 0) {
        return order;
    }
    if (a.revision != b.revision) {
        return a.revision < b.revision ? -1 : 1;
    }
    return memcmp(a.digest, b.digest, AX_DIGEST_SIZE);
}

static struct id id_of_item(const struct ax_ledger_item *item)
{
    return (struct id){item->key, item->fact->revision, item->digest};
}

static struct id id_of_entry(const struct ax_entry *e)
{
    return (struct id){e->id->key, e->id->revision, e->id->digest};
}

/* An item on its way in: where its content stands after the merge. */
struct place {
    struct ax_ledger_item *item;
    uint32_t at;
    bool added;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *x = a;
    const struct place *y = b;
    int order = compare_ids(id_of_item(x->item), id_of_item(y->item));
    if (order != 0) {
        return order;
    }
    /* Equal contents: the earliest known first, then as they came, so that the outcome is the same on every C library. */
    if (x->item->fact->known_at_us != y->item->fact->known_at_us) {
        return x->item->fact->known_at_us < y->item->fact->known_at_us ? -1 : 1;
    }
    return x->item < y->item ? -1 : 1;
}

/* Most batches have a few items: calling the library costs more than sorting them. */
static void sort_places(struct place *places, size_t count)
{
    enum { FEW = 16 };
    if (count > FEW) {
        qsort(places, count, sizeof *places, compare_places);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct place next = places[i];
        size_t at = i;
        for (; at > 0 && compare_places(&places[at - 1], &next) > 0; at--) {
            places[at] = places[at - 1];
        }
        places[at] = next;
    }
}

/* The first entry from `low` on that is not below the id. */
static uint32_t lower_bound(const struct ax_ledger *l, uint32_t low, struct id id)
{
    uint32_t high = l->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_ids(id_of_entry(&l->entries[middle]), id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Decides each outcome; returns how many contents are new. Before the gaps are opened, place.at counts old entries. */
static uint32_t place_all(struct ax_ledger *l, struct place *places, size_t count)
{
    uint32_t added = 0;
    uint32_t low = 0;
    for (size_t i = 0; i < count; i++) {
        struct place *p = &places[i];
        struct id id = id_of_item(p->item);
        if (i > 0 && compare_ids(id_of_item(places[i - 1].item), id) == 0) {
            p->at = places[i - 1].at;
            p->added = false;
            p->item->outcome = AX_LEDGER_DUPLICATE;
            continue;
        }
        low = lower_bound(l, low, id);
        struct ax_entry *there = low < l->count ? &l->entries[low] : NULL;
        p->at = low + added;
        p->added = there == NULL || compare_ids(id_of_entry(there), id) != 0;
        if (p->added) {
            p->item->outcome = AX_LEDGER_ADDED;
            added++;
        } else if (p->item->fact->known_at_us < there->id->known_at_us) {
            there->id->known_at_us = p->item->fact->known_at_us;
            p->item->outcome = AX_LEDGER_EARLIER;
        } else {
            p->item->outcome = AX_LEDGER_DUPLICATE;
        }
    }
    return added;
}

/* To a place of that size, which the old one's entries then point into. */
static void move_ids(struct ax_ledger *l, uint32_t size)
{
    struct ax_entry_id *ids = ax_xrealloc(NULL, (size_t)size * sizeof *ids);
    if (l->count > 0) {
        memcpy(ids, l->ids, (size_t)l->count * sizeof *ids);
    }
    for (uint32_t i = 0; i < l->count; i++) {
        l->entries[i].id = ids + (l->entries[i].id - l->ids);
    }
    for (uint32_t i = 0; i < l->own_count; i++) {
        l->own[i].entry.id = ids + (l->own[i].entry.id - l->ids);
    }
    ax_xfree(l->ids);
    l->ids = ids;
}

static void reserve(struct ax_ledger *l, uint32_t count)
{
    AX_ASSERT(count >= l->count);
    if (count > l->size) {
        /* Exact while it is small: most ledgers hold some twenty facts and there are many. */
        uint64_t room = count < 64 ? count : (uint64_t)count + count / 8;
        l->size = (uint32_t)(room > UINT32_MAX ? UINT32_MAX : room);
        l->entries = ax_xrealloc(l->entries, (size_t)l->size * sizeof *l->entries);
        move_ids(l, l->size);
    }
}

static void insert_all(struct ax_ledger *l, const struct place *places, size_t count, uint32_t added)
{
    reserve(l, l->count + added);
    uint32_t old_end = l->count;
    uint32_t left = added;
    for (size_t i = count; left > 0 && i > 0; i--) {
        const struct place *p = &places[i - 1];
        if (!p->added) {
            continue;
        }
        left--;
        uint32_t old_at = p->at - left;
        memmove(&l->entries[p->at + 1], &l->entries[old_at], (size_t)(old_end - old_at) * sizeof *l->entries);
        old_end = old_at;
        struct ax_entry *e = &l->entries[p->at];
        ax_entry_fill(p->item->fact, p->item->digest, p->item->key, &l->ids[l->count + left], e);
        e->profile = ax_profile_intern(l, p->item->fact);
    }
    l->count += added;
}

static inline bool same_key(const struct ax_entry *a, const struct ax_entry *b)
{
    const uint8_t *x = a->id->key;
    const uint8_t *y = b->id->key;
    return first_bytes(x) == first_bytes(y) && memcmp(x, y, AX_KEY_SIZE) == 0;
}

/* Head and conflict of the entry and its neighbours, for entries looked at in ascending order. */
static void mark_one(struct ax_ledger *l, uint32_t at)
{
    struct ax_entry *e = &l->entries[at];
    struct ax_entry *before = at > 0 && same_key(e - 1, e) ? e - 1 : NULL;
    struct ax_entry *after = at + 1 < l->count && same_key(e, e + 1) ? e + 1 : NULL;
    if (after == NULL) {
        e->marks |= AX_MARK_HEAD;
    }
    if (before !=
            NULL) { /* also where e is not the head: of two new ones in a row the first comes behind the old head */
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

/* Acts whose witness has to be found again: open addressing, at most half full. */
struct acts {
    struct act_slot {
        uint64_t act;
        bool told; /* by an accident */
        struct ax_entry *witness;
        struct ax_entry *claim; /* the gravest that answers it, of those with people harmed */
    } * slots;
    size_t mask;
};

static void acts_init(struct acts *acts, size_t most, struct scratch *s)
{
    size_t size = 8;
    while (size < 2 * most) {
        size *= 2;
    }
    acts->slots = scratch_alloc(s, size * sizeof *acts->slots);
    memset(acts->slots, 0, size * sizeof *acts->slots);
    acts->mask = size - 1;
}

static struct act_slot *acts_find(const struct acts *acts, uint64_t act)
{
    size_t at = (size_t)(act ^ act >> 29) & acts->mask;
    while (acts->slots[at].act != 0 && acts->slots[at].act != act) {
        at = (at + 1) & acts->mask;
    }
    return &acts->slots[at];
}

/* Whether any was marked. */
static bool mark_echoes(struct ax_ledger *l, const struct acts *acts)
{
    bool some = false;
    for (uint32_t i = 0; i < l->count; i++) {
        struct ax_entry *e = &l->entries[i];
        if (e->act == 0) {
            continue;
        }
        struct act_slot *slot = acts_find(acts, e->act);
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

static bool has_effect(const struct ax_entry *e)
{
    return (e->marks & (AX_MARK_HEAD | AX_MARK_ECHO)) == AX_MARK_HEAD && e->state != AX_FACT_STATE_WITHDRAWN &&
           e->state != AX_FACT_STATE_EXPIRED && e->state != AX_FACT_STATE_REPAIRED;
}

static bool is_told_accident(const struct ax_entry *e)
{
    return e->kind == AX_FACT_ACCIDENT && e->act != 0 && (e->marks & (AX_MARK_HEAD | AX_MARK_ECHO)) == AX_MARK_HEAD &&
           e->state != AX_FACT_STATE_WITHDRAWN;
}

/* An accident that has an effect: what answers it does not count beside it. */
static bool is_counted_accident(const struct ax_entry *e)
{
    return e->kind == AX_FACT_ACCIDENT && e->act != 0 && has_effect(e) && e->liability != AX_LIABILITY_NONE;
}

static bool answers_accident(const struct ax_entry *e)
{
    return e->link != 0 && (e->kind == AX_FACT_ENFORCEMENT_PENALTY || e->kind == AX_FACT_INSURANCE_CLAIM);
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

static void collect_events(struct ax_ledger *l, const struct acts *acts)
{
    for (uint32_t i = 0; i < l->count; i++) {
        struct ax_entry *e = &l->entries[i];
        if (is_told_accident(e)) {
            struct act_slot *slot = acts_find(acts, e->act);
            slot->act = e->act;
            slot->told = true;
            slot->witness = is_counted_accident(e) ? e : NULL;
        } else if (e->link != 0 && tells_of_harm(e)) {
            struct act_slot *slot = acts_find(acts, e->link);
            slot->act = e->link;
            slot->claim = slot->claim == NULL || is_graver_claim(e, slot->claim) ? e : slot->claim;
        }
    }
}

static void mark_face(struct ax_ledger *l, const struct acts *acts, struct ax_entry *e)
{
    struct ax_entry *event = e->link == 0 && tells_of_harm(e) ? e : NULL;
    if (e->link != 0) {
        const struct act_slot *slot = acts_find(acts, e->link);
        bool face = slot->witness != NULL;
        e->told = slot->told;
        e->marks = (e->marks & ((uint32_t)~AX_MARK_FACE & AX_MARK_ALL)) | (face ? AX_MARK_FACE : 0U);
        event = !face ? slot->claim : e == slot->claim ? slot->witness : NULL;
    }
    if (e->kind == AX_FACT_INSURANCE_CLAIM) {
        e->extra = event == NULL ? 0 : (uint32_t)(event - l->entries) + 1;
    }
}

static bool may_be_face(const struct ax_entry *e)
{
    return answers_accident(e) || e->kind == AX_FACT_INSURANCE_CLAIM;
}

/* Once heads and echoes are marked. */
static void mark_faces(struct ax_ledger *l, struct scratch *s)
{
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
    struct acts acts;
    acts_init(&acts, events, s);
    collect_events(l, &acts);
    for (uint32_t i = first; i < l->count; i++) {
        if (may_be_face(&l->entries[i])) {
            mark_face(l, &acts, &l->entries[i]);
        }
    }
}

static size_t collect_acts(struct ax_ledger *l, const struct place *places, size_t count, struct acts *acts)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (!places[i].added) {
            continue;
        }
        const struct ax_entry *e = &l->entries[places[i].at];
        /* The entry before it may have been the head until now. */
        const struct ax_entry *both[] = {e, places[i].at > 0 && same_key(e - 1, e) ? e - 1 : e};
        for (size_t j = 0; j < 2; j++) {
            if (both[j]->act != 0) {
                acts_find(acts, both[j]->act)->act = both[j]->act;
                found++;
            }
        }
    }
    return found;
}

void ax_ledger_merge(struct ax_ledger *l, struct ax_ledger_item *items, size_t count, struct ax_arena *arena)
{
    if (count == 0) {
        return;
    }
    AX_ASSERT(count <= UINT32_MAX / 4);
    struct scratch scratch = {.arena = arena};
    struct place *places = scratch_alloc(&scratch, count * sizeof *places);
    for (size_t i = 0; i < count; i++) {
        places[i] = (struct place){.item = &items[i]};
    }
    sort_places(places, count);
    uint32_t added = place_all(l, places, count);
    if (added > 0) {
        bool raised = ax_witness_restore(l);
        insert_all(l, places, count, added);
        for (size_t i = 0; i < count; i++) {
            if (places[i].added) {
                mark_one(l, places[i].at);
            }
        }
        struct acts acts;
        acts_init(&acts, 2 * (size_t)added, &scratch);
        if (collect_acts(l, places, count, &acts) > 0) {
            raised = mark_echoes(l, &acts) || raised;
        }
        if (raised) {
            ax_witness_raise(l);
        }
        mark_faces(l, &scratch);
    }
    for (size_t i = 0; i < count; i++) {
        const struct ax_entry *e = &l->entries[places[i].at];
        places[i].item->superseded = (e->marks & AX_MARK_HEAD) == 0;
        places[i].item->conflict = (e->marks & AX_MARK_CONFLICT) != 0;
    }
    scratch_free(&scratch);
}

/* Marks every entry anew; no mark is set. */
static void mark_all(struct ax_ledger *l, struct scratch *s)
{
    bool some = false;
    for (uint32_t i = 0; i < l->count; i++) {
        mark_one(l, i);
        some = some || l->entries[i].act != 0 || l->entries[i].kind == AX_FACT_INSURANCE_CLAIM;
    }
    if (!some) {
        return; /* no accident either */
    }
    struct acts acts;
    acts_init(&acts, l->count, s);
    for (uint32_t i = 0; i < l->count; i++) {
        if (l->entries[i].act != 0) {
            acts_find(&acts, l->entries[i].act)->act = l->entries[i].act;
        }
    }
    if (mark_echoes(l, &acts)) {
        ax_witness_raise(l);
    }
    mark_faces(l, s);
}

void ax_ledger_reserve(struct ax_ledger *l, size_t more)
{
    AX_ASSERT(more <= UINT32_MAX / 4 && l->count <= UINT32_MAX / 4);
    reserve(l, l->count + (uint32_t)more);
}

void ax_ledger_add(struct ax_ledger *l, const struct ax_fact *fact, const uint8_t digest[AX_DIGEST_SIZE],
        const uint8_t key[AX_KEY_SIZE])
{
    ax_ledger_reserve(l, 1);
    struct ax_entry *e = &l->entries[l->count];
    ax_entry_fill(fact, digest, key, &l->ids[l->count], e);
    e->profile = ax_profile_intern(l, fact);
    l->count++;
}

static int compare_entries(const void *a, const void *b)
{
    const struct ax_entry *x = a;
    const struct ax_entry *y = b;
    int order = compare_ids(id_of_entry(x), id_of_entry(y));
    if (order != 0) {
        return order;
    }
    return x->id->known_at_us < y->id->known_at_us ? -1 : x->id->known_at_us > y->id->known_at_us;
}

/* Of the entries that are kept, in their order. */
static void keep_ids(struct ax_ledger *l, uint32_t kept)
{
    struct ax_entry_id *ids = ax_xrealloc(NULL, ((size_t)l->size + 1) * sizeof *ids);
    for (uint32_t i = 0; i < kept; i++) {
        ids[i] = *l->entries[i].id;
        l->entries[i].id = &ids[i];
    }
    ax_xfree(l->ids);
    l->ids = ids;
}

void ax_ledger_settle(struct ax_ledger *l, struct ax_arena *arena)
{
    (void)ax_witness_restore(l);
    if (l->count > 1) {
        qsort(l->entries, l->count, sizeof *l->entries, compare_entries);
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < l->count; i++) { /* of equal contents the first is the one known earliest */
        if (kept > 0 && compare_ids(id_of_entry(&l->entries[kept - 1]), id_of_entry(&l->entries[i])) == 0) {
            continue;
        }
        l->entries[kept] = l->entries[i];
        l->entries[kept].told = 0;
        l->entries[kept++].marks = 0;
    }
    keep_ids(l, kept);
    l->count = kept;
    struct scratch scratch = {.arena = arena};
    mark_all(l, &scratch);
    scratch_free(&scratch);
}

/* As its own report is; `next` as ax_witness_own has it. */
static void copy_entry(const struct ax_ledger *l, uint32_t entry, uint32_t *next, struct ax_ledger *out)
{
    struct ax_entry_id *id = &out->ids[out->count];
    struct ax_entry *e = &out->entries[out->count++];
    *e = *ax_witness_own(l, entry, next);
    *id = *e->id;
    e->id = id;
    e->told = 0;
    e->marks = 0;
}

/* The texts and the marks of a copy whose entries are chosen. */
static void complete_copy(const struct ax_ledger *l, struct ax_ledger *out)
{
    if (l->texts_len > 0) {
        out->texts = ax_xrealloc(NULL, l->texts_len);
        memcpy(out->texts, l->texts, l->texts_len);
        out->texts_len = out->texts_size = l->texts_len;
    }
    struct scratch scratch = {.arena = NULL};
    mark_all(out, &scratch);
    scratch_free(&scratch);
}

void ax_ledger_as_known(const struct ax_ledger *l, int64_t known_at_us, struct ax_ledger *out)
{
    ax_ledger_init(out);
    reserve(out, l->count);
    uint32_t next = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        if (l->entries[i].id->known_at_us <= known_at_us) {
            copy_entry(l, i, &next, out);
        }
    }
    complete_copy(l, out);
}

void ax_ledger_without(
        const struct ax_ledger *l, const uint8_t (*keys)[AX_KEY_SIZE], size_t key_count, struct ax_ledger *out)
{
    ax_ledger_init(out);
    reserve(out, l->count);
    size_t at = 0;
    uint32_t next = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        while (at < key_count && memcmp(keys[at], l->entries[i].id->key, AX_KEY_SIZE) < 0) {
            at++;
        }
        if (at == key_count || memcmp(keys[at], l->entries[i].id->key, AX_KEY_SIZE) != 0) {
            copy_entry(l, i, &next, out);
        }
    }
    complete_copy(l, out);
}

void ax_ledger_canonical(const struct ax_ledger *l, struct ax_buf *out)
{
    for (uint32_t i = 0; i < l->count; i++) {
        ax_buf_put(out, l->entries[i].id->digest, AX_DIGEST_SIZE);
    }
}
