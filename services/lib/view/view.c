/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/view/view.h"

#include "base/digest.h"

enum {
    KEY_BYTES_MAX = 1024,
    SMALL_GROUP = 16,
    LOAD_ROUND = 1024, /* records of one enterprise decoded before they are merged */
};

void ax_view_init(struct ax_view *view)
{
    ax_ledger_init(&view->ledger);
    view->last_offset = -1;
    view->incomplete = false;
}

void ax_view_deinit(struct ax_view *view)
{
    ax_ledger_deinit(&view->ledger);
}

ax_rc ax_view_record_read(struct ax_view_record *record, ax_str canonical, int64_t known_at_us, struct ax_arena *arena,
        struct ax_err *err)
{
    record->canonical = canonical;
    record->known_at_us = known_at_us;
    AX_TRY(ax_fact_decode(canonical, arena, &record->fact, err));
    record->fact.known_at_us = known_at_us;
    ax_sha256(canonical, record->digest);
    uint8_t bytes[KEY_BYTES_MAX];
    size_t source_len = record->fact.source.len;
    size_t reference_len = record->fact.reference.len;
    if (source_len + 1 + reference_len > sizeof bytes) {
        return ax_fail_field(err, AX_CORRUPT, "reference", record->fact.reference.ptr, reference_len,
                "source and reference are longer than a key may be");
    }
    struct ax_buf key = {.ptr = bytes, .size = sizeof bytes, .cap = sizeof bytes};
    ax_fact_key_bytes(&record->fact, &key);
    uint8_t whole[AX_DIGEST_SIZE];
    ax_sha256(ax_buf_str(&key), whole);
    for (size_t i = 0; i < AX_KEY_SIZE; i++) {
        record->key[i] = whole[i];
    }
    return AX_RC(OK);
}

static bool same_content(const struct ax_view_record *a, const struct ax_view_record *b)
{
    return ax_str_eq(ax_str_of(a->digest, sizeof a->digest), ax_str_of(b->digest, sizeof b->digest));
}

/* Open addressing by the first bytes of a digest, for groups too large to compare pair by pair. */
struct seen {
    const struct ax_view_record **slots;
    size_t mask;
};

static bool seen_before(struct seen *seen, const struct ax_view_record *record)
{
    size_t at = 0;
    for (size_t i = 0; i < sizeof at; i++) {
        at = at << 8 | record->digest[i];
    }
    for (at &= seen->mask; seen->slots[at] != NULL; at = (at + 1) & seen->mask) {
        if (same_content(seen->slots[at], record)) {
            return true;
        }
    }
    seen->slots[at] = record;
    return false;
}

static bool seen_in(struct ax_view_record *const *records, size_t count, const struct ax_view_record *record)
{
    for (size_t i = 0; i < count; i++) {
        if (!records[i]->unreadable && same_content(records[i], record)) {
            return true;
        }
    }
    return false;
}

static void *scratch_array(struct ax_arena *scratch, size_t size, size_t count)
{
    void *block = ax_arena_zalloc(scratch, size * count);
    AX_ASSERT(block != NULL); /* scratch arenas are made for the largest batch */
    return block;
}

/* Merges those whose content is met for the first time and leaves the others, in order, for another round. */
static size_t merge_round(
        struct ax_ledger *ledger, struct ax_view_record **records, size_t count, struct ax_arena *scratch)
{
    struct ax_ledger_item *items = scratch_array(scratch, sizeof *items, count);
    struct ax_view_record **merged = scratch_array(scratch, sizeof(void *), count);
    struct seen seen = {0};
    if (count > SMALL_GROUP) {
        size_t size = 1;
        while (size < count * 2) {
            size *= 2;
        }
        seen = (struct seen){scratch_array(scratch, sizeof(void *), size), size - 1};
    }
    size_t taken = 0;
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        struct ax_view_record *r = records[i];
        bool twin = seen.slots != NULL ? seen_before(&seen, r) : seen_in(merged, taken, r);
        if (twin) {
            records[left++] = r;
            continue;
        }
        items[taken] = (struct ax_ledger_item){.fact = &r->fact, .digest = r->digest, .key = r->key};
        merged[taken++] = r;
    }
    ax_ledger_merge(ledger, items, taken, scratch);
    for (size_t i = 0; i < taken; i++) {
        merged[i]->outcome = items[i].outcome;
    }
    return left;
}

static void merge_all(
        struct ax_view *view, struct ax_view_record *const *records, size_t count, struct ax_arena *scratch)
{
    struct ax_view_record **left = scratch_array(scratch, sizeof(void *), count);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (!records[i]->unreadable) {
            left[n++] = records[i];
        }
    }
    while (n > 0) {
        n = merge_round(&view->ledger, left, n, scratch);
    }
}

/* What the record is in a chunk; false: nothing. */
static bool mark_of(const struct ax_view_record *r, enum ax_chunk_mark *mark)
{
    if (r->unreadable) {
        *mark = AX_CHUNK_UNREADABLE;
        return true;
    }
    *mark = r->outcome == AX_LEDGER_EARLIER ? AX_CHUNK_EARLIER : AX_CHUNK_ADDED;
    return r->outcome != AX_LEDGER_DUPLICATE;
}

bool ax_view_apply(struct ax_view *view, struct ax_view_record *const *records, size_t count, struct ax_arena *scratch,
        struct ax_buf *chunk, int64_t *chunk_offset)
{
    merge_all(view, records, count, scratch);
    bool changed = false;
    int64_t first = -1;
    for (size_t i = 0; i < count; i++) {
        const struct ax_view_record *r = records[i];
        struct ax_chunk_item item = {.offset = r->offset, .known_at_us = r->known_at_us, .canonical = r->canonical};
        if (!mark_of(r, &item.mark)) {
            continue;
        }
        if (item.mark != AX_CHUNK_EARLIER) {
            view->last_offset = r->offset > view->last_offset ? r->offset : view->last_offset;
            view->incomplete = view->incomplete || r->unreadable;
            changed = true;
        }
        bool begin = first < 0;
        first = begin ? r->offset : first;
        if (chunk != NULL) {
            ax_chunk_put(chunk, begin, first, &item);
        }
    }
    if (chunk_offset != NULL) {
        *chunk_offset = first;
    }
    return changed;
}

/* What a chunk's item is to the view; facts are merged by the caller. */
static void note_item(struct ax_view *view, const struct ax_chunk_item *item)
{
    if (item->mark != AX_CHUNK_EARLIER) {
        view->last_offset = item->offset > view->last_offset ? item->offset : view->last_offset;
        view->incomplete = view->incomplete || item->mark == AX_CHUNK_UNREADABLE;
    }
}

struct loading {
    struct ax_view *view;
    struct ax_view_record *records;
    struct ax_view_record **order;
    size_t count;
    size_t size;
    int64_t until;
    struct ax_arena *scratch;
};

static void load_flush(struct loading *l)
{
    merge_all(l->view, l->order, l->count, l->scratch);
    l->count = 0;
}

static ax_rc load_chunk(struct loading *l, ax_str chunk, struct ax_err *err)
{
    struct ax_chunk_reader reader;
    AX_TRY(ax_chunk_open(&reader, chunk, err));
    for (;;) {
        struct ax_chunk_item item;
        bool end = false;
        AX_TRY(ax_chunk_next(&reader, &item, &end, err));
        if (end) {
            return AX_RC(OK);
        }
        if (item.offset >= l->until) {
            continue;
        }
        note_item(l->view, &item);
        if (item.mark == AX_CHUNK_UNREADABLE) {
            continue;
        }
        if (l->count == l->size) {
            load_flush(l);
        }
        struct ax_view_record *r = &l->records[l->count];
        *r = (struct ax_view_record){.offset = item.offset};
        AX_TRY(ax_view_record_read(r, item.canonical, item.known_at_us, l->scratch, err));
        l->order[l->count++] = r;
    }
}

static ax_rc count_items(const ax_str *chunks, size_t count, size_t *items, struct ax_err *err)
{
    *items = 0;
    for (size_t i = 0; i < count; i++) {
        struct ax_chunk_reader reader;
        AX_TRY(ax_chunk_open(&reader, chunks[i], err));
        for (;;) {
            struct ax_chunk_item item;
            bool end = false;
            AX_TRY(ax_chunk_next(&reader, &item, &end, err));
            if (end) {
                break;
            }
            *items += 1;
        }
    }
    return AX_RC(OK);
}

ax_rc ax_view_load(struct ax_view *view, const ax_str *chunks, size_t count, int64_t until, struct ax_arena *scratch,
        struct ax_err *err)
{
    size_t items = 0;
    AX_TRY(count_items(chunks, count, &items, err));
    struct loading l = {
            .view = view, .scratch = scratch, .until = until, .size = items < LOAD_ROUND ? items : LOAD_ROUND};
    l.records = AX_ARENA_ARRAY(scratch, struct ax_view_record, l.size);
    l.order = AX_ARENA_ARRAY(scratch, struct ax_view_record *, l.size);
    if (l.size > 0 && (l.records == NULL || l.order == NULL)) {
        return ax_fail(err, AX_LIMIT, "a ledger of %zu records needs more memory than a call may use", items);
    }
    for (size_t i = 0; i < count; i++) {
        AX_TRY(load_chunk(&l, chunks[i], err));
    }
    load_flush(&l);
    return AX_RC(OK);
}
