/* SPDX-License-Identifier: Apache-2.0 */
#include "services/ingest/known.h"

#include "base/clock.h"
#include "base/digest.h"
#include "services/lib/view/chunk.h"
#include "services/lib/wire/reader.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { ARENA_CHUNK_BYTES = 1 << 18, ARENA_MAX_BYTES = 64 << 20, PAGE = AX_SUBMIT_ITEMS_MAX };

/* Numbers in Fact; canonical bytes begin with them. */
enum { FACT_SOURCE = 1, FACT_REFERENCE = 2, FACT_REVISION = 3 };

void ax_known_appended(struct ax_known *known, int32_t partition, int64_t offset)
{
    int64_t end = known->ends[partition];
    while (end <= offset && !atomic_compare_exchange_weak(&known->ends[partition], &end, offset + 1)) {
    }
}

struct identity {
    ax_str source;
    ax_str reference;
    int64_t revision;
};

static ax_rc identify(ax_str canonical, struct identity *out, struct ax_err *err)
{
    struct ax_cursor c = ax_cursor_of(canonical);
    *out = (struct identity){0};
    while (ax_cursor_left(&c) > 0) {
        struct ax_wire_field field;
        AX_TRY(ax_wire_next(&c, &field, err));
        if (field.number == FACT_SOURCE) {
            out->source = field.bytes;
        } else if (field.number == FACT_REFERENCE) {
            out->reference = field.bytes;
        } else if (field.number == FACT_REVISION) {
            out->revision = (int64_t)field.value;
        } else {
            break;
        }
    }
    return AX_RC(OK);
}

/* Whether a partition is near enough to the end of the log to be asked. */
static bool near(struct ax_known *k, int32_t partition)
{
    if (k->ends[partition] - k->nexts[partition] <= AX_KNOWN_LAG_MAX) {
        return true;
    }
    int64_t now_us = ax_mono_us();
    if (now_us - k->looked_us[partition] < (int64_t)AX_KNOWN_LOOK_AGAIN_MS * 1000) {
        return false;
    }
    k->looked_us[partition] = now_us;
    struct ax_store_position position = {0};
    int64_t enterprises = 0;
    if (ax_ok(ax_store_position(k->store, partition, &position, &enterprises, NULL))) {
        k->nexts[partition] = position.next_offset;
    }
    return k->ends[partition] - k->nexts[partition] <= AX_KNOWN_LAG_MAX;
}

static int by_enterprise(const void *a, const void *b)
{
    const struct ax_item *x = *(struct ax_item *const *)a;
    const struct ax_item *y = *(struct ax_item *const *)b;
    return ax_str_cmp(x->fact->enterprise, y->fact->enterprise);
}

static void compare_content(struct ax_item *item, const struct identity *id, ax_str canonical)
{
    if (!ax_str_eq(item->fact->reference, id->reference) || !ax_str_eq(item->fact->source, id->source)) {
        return;
    }
    if (id->revision > item->known_revision) {
        item->known_revision = id->revision;
    }
    item->duplicate = item->duplicate || ax_str_eq(item->canonical, canonical);
}

/* items[0..count) are of the enterprise that was read. */
static void compare_all(struct ax_item **items, size_t count, const struct ax_store_read *read)
{
    for (size_t i = 0; i < read->chunk_count; i++) {
        struct ax_chunk_reader reader;
        if (!ax_ok(ax_chunk_open(&reader, read->chunks[i], NULL))) {
            return;
        }
        for (;;) {
            struct ax_chunk_item content;
            struct identity id;
            bool end = false;
            if (!ax_ok(ax_chunk_next(&reader, &content, &end, NULL)) || end) {
                break;
            }
            if (content.mark != AX_CHUNK_ADDED || !ax_ok(identify(content.canonical, &id, NULL))) {
                continue;
            }
            for (size_t j = 0; j < count; j++) {
                compare_content(items[j], &id, content.canonical);
            }
        }
    }
}

/* First which enterprises there are at all, then the ledgers of those only. */
static ax_rc read_ledgers(
        struct ax_known *k, struct ax_store_read *reads, size_t *first, size_t *count, struct ax_arena *arena)
{
    AX_TRY(ax_store_read_many(k->store, reads, *count, false, arena, NULL));
    size_t n = 0;
    for (size_t i = 0; i < *count; i++) {
        k->nexts[reads[i].partition] = reads[i].position.next_offset;
        if (reads[i].rating.ptr != NULL) {
            first[n] = first[i];
            reads[n++] = (struct ax_store_read){.enterprise = reads[i].enterprise, .partition = reads[i].partition};
        }
    }
    *count = n;
    return n == 0 ? AX_RC(OK) : ax_store_read_many(k->store, reads, n, true, arena, NULL);
}

void ax_known_ask(struct ax_known *known, struct ax_item **items, size_t count)
{
    if (ax_mono_us() < known->down_until_us) {
        return;
    }
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (near(known, items[i]->partition)) {
            items[n++] = items[i];
        }
    }
    qsort(items, n, sizeof *items, by_enterprise);
    struct ax_store_read reads[PAGE];
    size_t first[PAGE]; /* index of its first item */
    size_t enterprises = 0;
    for (size_t i = 0; i < n && enterprises < PAGE; i++) {
        if (i > 0 && by_enterprise(&items[i - 1], &items[i]) == 0) {
            continue;
        }
        first[enterprises] = i;
        reads[enterprises++] = (struct ax_store_read){
                .enterprise = items[i]->fact->enterprise,
                .partition = items[i]->partition,
        };
    }
    if (enterprises == 0) {
        return;
    }
    struct ax_arena arena;
    ax_arena_init(&arena, ARENA_CHUNK_BYTES, ARENA_MAX_BYTES);
    ax_rc rc = read_ledgers(known, reads, first, &enterprises, &arena);
    if (!ax_ok(rc)) {
        enterprises = 0;
        known->down_until_us = ax_mono_us() + (int64_t)AX_KNOWN_DOWN_MS * 1000;
    }
    for (size_t i = 0; i < enterprises; i++) {
        size_t end = first[i] + 1;
        while (end < n && by_enterprise(&items[first[i]], &items[end]) == 0) {
            end++;
        }
        compare_all(items + first[i], end - first[i], &reads[i]);
    }
    ax_arena_deinit(&arena);
}

/* Of two contents: the greater revision, then the greater digest. */
static bool is_later(const struct identity *id, ax_str canonical, int64_t revision, ax_str best)
{
    if (id->revision != revision || best.ptr == NULL) {
        return id->revision > revision;
    }
    uint8_t a[AX_DIGEST_SIZE];
    uint8_t b[AX_DIGEST_SIZE];
    ax_sha256(canonical, a);
    ax_sha256(best, b);
    return memcmp(a, b, AX_DIGEST_SIZE) > 0;
}

ax_rc ax_known_head_in(const struct ax_store_read *read, ax_str source, ax_str reference, struct ax_arena *arena,
        bool *found, struct ax_fact *out, struct ax_err *err)
{
    ax_str best = {0};
    int64_t revision = 0;
    for (size_t i = 0; i < read->chunk_count; i++) {
        struct ax_chunk_reader reader;
        AX_TRY(ax_chunk_open(&reader, read->chunks[i], err));
        for (;;) {
            struct ax_chunk_item content;
            struct identity id;
            bool end = false;
            AX_TRY(ax_chunk_next(&reader, &content, &end, err));
            if (end) {
                break;
            }
            if (content.mark != AX_CHUNK_ADDED) {
                continue;
            }
            AX_TRY(identify(content.canonical, &id, err));
            if (ax_str_eq(id.reference, reference) && ax_str_eq(id.source, source) &&
                    is_later(&id, content.canonical, revision, best)) {
                best = content.canonical;
                revision = id.revision;
            }
        }
    }
    *found = best.ptr != NULL;
    if (!*found) {
        return AX_RC(OK);
    }
    best = ax_arena_dup(arena, best); /* the chunks may go before the fact does */
    if (best.ptr == NULL) {
        return ax_fail(err, AX_LIMIT, "the call's memory limit was reached");
    }
    return ax_fact_decode(best, arena, out, err);
}

ax_rc ax_known_head(struct ax_known *known, ax_str enterprise, int32_t partition, ax_str source, ax_str reference,
        struct ax_arena *arena, struct ax_fact *out, struct ax_err *err)
{
    struct ax_store_read read = {.enterprise = enterprise, .partition = partition};
    bool found = false;
    AX_TRY(ax_store_read_many(known->store, &read, 1, true, arena, err));
    AX_TRY(ax_known_head_in(&read, source, reference, arena, &found, out, err));
    if (!found) {
        return ax_fail_field(
                err, AX_NOT_FOUND, "reference", reference.ptr, reference.len, "no such fact of this enterprise");
    }
    return AX_RC(OK);
}
