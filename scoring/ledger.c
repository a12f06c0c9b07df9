/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Merging is a sorted union: the new items are sorted, each finds its place by bisection, and one pass from the end opens
 * the gaps. Marks are then mended only where something changed (scoring/ledger_marks.c).
 */
#include "scoring/ledger_id.h"
#include "scoring/ledger_marks.h"
#include "scoring/profile.h"
#include "scoring/witness.h"

#include <stdlib.h>

enum { SIZE_STEP = 4 };

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

/* What is more fetches itself, being read in order. It need not begin with a line of the cache. */
static void fetch(const void *from, size_t size)
{
    enum { CACHE_LINE = 64, MOST = 64 * CACHE_LINE };
    for (size_t at = 0; at < size + CACHE_LINE && at < MOST; at += CACHE_LINE) {
        __builtin_prefetch((const uint8_t *)from + at);
    }
}

/* These two are not inlined by design: the compiler leaves out calls of what it can see to do nothing else. */
void ax_ledger_fetch(const struct ax_ledger *l)
{
    fetch(l->entries, l->count * sizeof *l->entries);
    __builtin_prefetch(l->texts);
}

void ax_ledger_fetch_to_merge(const struct ax_ledger *l)
{
    fetch(l->ids, l->count * sizeof *l->ids);
    fetch(l->entries, l->count * sizeof *l->entries);
    __builtin_prefetch(l->texts);
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
        /* Nearly exact while it is small: most ledgers hold some twenty facts and there are many; but one that grows fact by
         * fact is not moved by each of them. */
        uint64_t room = count < 64 ? (count + SIZE_STEP - 1) / SIZE_STEP * SIZE_STEP : (uint64_t)count + count / 8;
        l->size = (uint32_t)(room > UINT32_MAX ? UINT32_MAX : room);
        l->entries = ax_xrealloc(l->entries, (size_t)l->size * sizeof *l->entries);
        move_ids(l, l->size);
    }
}

void ax_ledger_merge(struct ax_ledger *l, struct ax_ledger_item *items, size_t count, struct ax_arena *arena)
{
    if (count == 0) {
        return;
    }
    AX_ASSERT(count <= UINT32_MAX / 4);
    struct ax_ledger_scratch scratch = {.arena = arena};
    struct ax_ledger_place *places = ax_ledger_scratch_alloc(&scratch, count * sizeof *places);
    for (size_t i = 0; i < count; i++) {
        places[i] = (struct ax_ledger_place){.item = &items[i]};
    }
    ax_ledger_places_sort(places, count);
    uint32_t added = ax_ledger_places_find(l, places, count);
    if (added > 0) {
        bool restored = ax_witness_restore(l);
        ax_ledger_places_fill(l, places, count, added);
        ax_ledger_mark_added(l, places, count, added, restored, &scratch);
    }
    for (size_t i = 0; i < count; i++) {
        const struct ax_entry *e = &l->entries[places[i].at];
        places[i].item->superseded = (e->marks & AX_MARK_HEAD) == 0;
        places[i].item->conflict = (e->marks & AX_MARK_CONFLICT) != 0;
    }
    ax_ledger_scratch_free(&scratch);
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
    int order = ax_ledger_id_order(ax_ledger_id_of_entry(x), ax_ledger_id_of_entry(y));
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
        if (kept > 0 && ax_ledger_id_order(ax_ledger_id_of_entry(&l->entries[kept - 1]),
                                ax_ledger_id_of_entry(&l->entries[i])) == 0) {
            continue;
        }
        l->entries[kept] = l->entries[i];
        l->entries[kept].told = 0;
        l->entries[kept++].marks = 0;
    }
    keep_ids(l, kept);
    l->count = kept;
    struct ax_ledger_scratch scratch = {.arena = arena};
    ax_ledger_mark_all(l, &scratch);
    ax_ledger_scratch_free(&scratch);
}

void ax_ledger_canonical(const struct ax_ledger *l, struct ax_buf *out)
{
    for (uint32_t i = 0; i < l->count; i++) {
        ax_buf_put(out, l->entries[i].id->digest, AX_DIGEST_SIZE);
    }
}
