/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/view/view.h"

#include "base/digest.h"

enum {
    KEY_BYTES_MAX = 1024,
    SMALL_GROUP = 16,
    LOAD_ROUND = AX_VIEW_FACTS_MAX, /* records decoded before their memory is used again */
};

void ax_view_init(struct ax_view *view)
{
    ax_ledger_init(&view->ledger);
    view->last_offset = -1;
    view->facts_max = AX_LEDGER_FACTS_MAX;
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

/* What merging a batch needs, in one block: from the arena, or, where that is full, from the heap. */
struct merging {
    void *owned;
    struct ax_ledger_item *items;
    struct ax_view_record **left; /* those not merged yet */
    struct ax_view_record **merged;
    const struct ax_view_record **slots; /* of what was seen; NULL: compared pair by pair */
    size_t slot_count;
};

static void merging_init(struct merging *m, size_t count, struct ax_arena *scratch)
{
    *m = (struct merging){.slot_count = count > SMALL_GROUP ? 1 : 0};
    while (m->slot_count != 0 && m->slot_count < count * 2) {
        m->slot_count *= 2;
    }
    size_t size = count * sizeof *m->items + (2 * count + m->slot_count) * sizeof(void *);
    uint8_t *block = ax_arena_alloc(scratch, size);
    if (block == NULL) {
        block = m->owned = ax_xrealloc(NULL, size);
    }
    m->items = (void *)block;
    m->left = (void *)(block + count * sizeof *m->items);
    m->merged = m->left + count;
    m->slots = m->slot_count == 0 ? NULL : (void *)(m->merged + count);
}

/* Merges those whose content is met for the first time and leaves the others, in order, for another round. */
static size_t merge_round(struct ax_ledger *ledger, struct merging *m, size_t count, struct ax_arena *scratch)
{
    struct seen seen = {m->slots, m->slot_count - 1};
    for (size_t i = 0; i < m->slot_count; i++) {
        m->slots[i] = NULL;
    }
    size_t taken = 0;
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        struct ax_view_record *r = m->left[i];
        bool twin = seen.slots != NULL ? seen_before(&seen, r) : seen_in(m->merged, taken, r);
        if (twin) {
            m->left[left++] = r;
            continue;
        }
        m->items[taken] = (struct ax_ledger_item){.fact = &r->fact, .digest = r->digest, .key = r->key};
        m->merged[taken++] = r;
    }
    ax_ledger_merge(ledger, m->items, taken, scratch);
    for (size_t i = 0; i < taken; i++) {
        m->merged[i]->outcome = m->items[i].outcome;
    }
    return left;
}

static void merge_all(
        struct ax_view *view, struct ax_view_record *const *records, size_t count, struct ax_arena *scratch)
{
    struct merging m;
    merging_init(&m, count, scratch);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (!records[i]->unreadable) {
            m.left[n++] = records[i];
        }
    }
    while (n > 0) {
        n = merge_round(&view->ledger, &m, n, scratch);
    }
    ax_xfree(m.owned);
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

/* What a full ledger cannot take counts as unreadable. Whether it is full is seen before every record, however records are
 * cut into calls. */
static void merge_or_refuse(
        struct ax_view *view, struct ax_view_record *const *records, size_t count, struct ax_arena *scratch)
{
    for (size_t at = 0; at < count;) {
        size_t room = view->facts_max - view->ledger.count;
        size_t n = room < count - at ? room : count - at;
        if (n == 0) {
            records[at]->refused = !records[at]->unreadable;
            records[at]->unreadable = true;
            n = 1;
        } else {
            merge_all(view, records + at, n, scratch);
        }
        at += n;
    }
}

bool ax_view_apply(struct ax_view *view, struct ax_view_record *const *records, size_t count, struct ax_arena *scratch,
        struct ax_buf *chunk, int64_t *chunk_offset)
{
    merge_or_refuse(view, records, count, scratch);
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

/* Records read from chunks, whose texts are forgotten as soon as the ledger has what it needs of them. */
struct loading {
    struct ax_view *view;
    int64_t until;
    int64_t known_at_us;
    bool is_second; /* pass: see ax_view_load_known */
    size_t later;   /* items that the second pass is for */
    struct ax_arena *scratch;
    struct ax_arena_mark mark;
    size_t since_mark;
    struct ax_view_facts *facts; /* NULL, or not whole: not wanted, or too many */
};

/* A place in the list of facts where they are wanted, else the one given. */
static struct ax_view_record *place_of(struct loading *l, struct ax_view_record *other)
{
    struct ax_view_facts *facts = l->facts;
    if (facts == NULL || !facts->is_whole) {
        return other;
    }
    struct ax_view_record *place = ax_arena_alloc(l->scratch, sizeof *place);
    if (place != NULL) {
        facts->items[facts->count++] = place;
    }
    facts->is_whole = place != NULL;
    return place != NULL ? place : other;
}

static ax_rc read_into(
        struct loading *l, const struct ax_chunk_item *item, struct ax_view_record *r, struct ax_err *err)
{
    *r = (struct ax_view_record){.offset = item->offset};
    return ax_view_record_read(r, item->canonical, item->known_at_us, l->scratch, err);
}

/* `other` is where it is put that no list has a place for. */
static ax_rc read_item(struct loading *l, const struct ax_chunk_item *item, struct ax_view_record *other,
        struct ax_view_record **out, struct ax_err *err)
{
    if (l->since_mark < LOAD_ROUND) {
        l->since_mark++;
        *out = place_of(l, other);
        ax_rc rc = read_into(l, item, *out, err);
        if (rc.code != AX_LIMIT) {
            return rc;
        }
    }
    if (l->facts != NULL) {
        l->facts->is_whole = false;
    }
    ax_arena_rewind(l->scratch, l->mark);
    l->since_mark = 1;
    *out = other;
    return read_into(l, item, other, err);
}

static ax_rc load_item(struct loading *l, const struct ax_chunk_item *item, struct ax_err *err)
{
    struct ax_view_record other;
    bool earlier = item->mark == AX_CHUNK_EARLIER;
    bool is_limited = l->known_at_us != INT64_MAX;
    if (item->known_at_us > l->known_at_us || (l->is_second && !earlier)) {
        return AX_RC(OK);
    }
    if (earlier && is_limited && !l->is_second) {
        l->later++;
        return AX_RC(OK);
    }
    struct ax_view_record *r = NULL;
    AX_TRY(read_item(l, item, &other, &r, err));
    if (l->is_second) { /* the record that it repeats may have been known too late */
        (void)ax_view_apply(l->view, &r, 1, l->scratch, NULL, NULL);
        return AX_RC(OK);
    }
    ax_ledger_add(&l->view->ledger, &r->fact, r->digest, r->key);
    note_item(l->view, item);
    return AX_RC(OK);
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
        if (item.mark == AX_CHUNK_UNREADABLE) { /* when it was known cannot be known */
            l->view->incomplete = true;
            if (l->known_at_us == INT64_MAX) {
                note_item(l->view, &item);
            }
            continue;
        }
        AX_TRY(load_item(l, &item, err));
    }
}

static ax_rc load_pass(struct loading *l, const ax_str *chunks, size_t count, struct ax_err *err)
{
    ax_rc rc = AX_RC(OK);
    for (size_t i = 0; ax_ok(rc) && i < count; i++) {
        rc = load_chunk(l, chunks[i], err);
    }
    if (l->facts == NULL || !l->facts->is_whole) {
        ax_arena_rewind(l->scratch, l->mark);
    }
    l->since_mark = 0;
    return rc;
}

static ax_rc count_facts(const ax_str *chunks, size_t count, uint32_t facts_max, size_t *facts, struct ax_err *err)
{
    *facts = 0;
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
            *facts += item.mark == AX_CHUNK_ADDED ? 1 : 0;
        }
    }
    return *facts <= facts_max ? AX_RC(OK)
                               : ax_fail(err, AX_LIMIT, "a ledger of %zu facts, at most %u", *facts, facts_max);
}

static ax_rc load(struct loading *l, const ax_str *chunks, size_t count, struct ax_err *err)
{
    size_t facts = 0;
    AX_TRY(count_facts(chunks, count, l->view->facts_max, &facts, err));
    ax_ledger_reserve(&l->view->ledger, facts);
    l->mark = ax_arena_mark(l->scratch);
    ax_rc rc = load_pass(l, chunks, count, err);
    bool is_kept = l->facts != NULL && l->facts->is_whole;
    struct ax_arena_mark mark = is_kept ? ax_arena_mark(l->scratch) : l->mark;
    ax_ledger_settle(&l->view->ledger, l->scratch);
    ax_arena_rewind(l->scratch, mark);
    if (ax_ok(rc) && l->later > 0) {
        l->is_second = true;
        rc = load_pass(l, chunks, count, err);
    }
    return rc;
}

ax_rc ax_view_load_known(struct ax_view *view, const ax_str *chunks, size_t count, int64_t until, int64_t known_at_us,
        struct ax_arena *scratch, struct ax_err *err)
{
    struct loading l = {.view = view, .until = until, .known_at_us = known_at_us, .scratch = scratch};
    return load(&l, chunks, count, err);
}

ax_rc ax_view_load_facts(struct ax_view *view, const ax_str *chunks, size_t count, struct ax_arena *arena,
        struct ax_view_facts *facts, struct ax_err *err)
{
    struct loading l = {.view = view, .until = INT64_MAX, .known_at_us = INT64_MAX, .scratch = arena, .facts = facts};
    facts->count = 0;
    facts->is_whole = true;
    return load(&l, chunks, count, err);
}

ax_rc ax_view_load(struct ax_view *view, const ax_str *chunks, size_t count, int64_t until, struct ax_arena *scratch,
        struct ax_err *err)
{
    return ax_view_load_known(view, chunks, count, until, INT64_MAX, scratch, err);
}
