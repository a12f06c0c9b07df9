/* SPDX-License-Identifier: Apache-2.0 */
#include "services/ingest/known.h"

#include "base/clock.h"
#include "base/digest.h"
#include "scoring/content.h"
#include "services/lib/view/chunk.h"
#include "services/lib/wire/reader.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { ARENA_CHUNK_BYTES = 1 << 18, ARENA_MAX_BYTES = 64 << 20, PAGE = AX_SUBMIT_ITEMS_MAX };

/* Numbers in Fact; canonical bytes begin with them. */
enum { FACT_SOURCE = 1, FACT_REFERENCE = 2, FACT_REVISION = 3, FACT_STATE = 15 };

static struct ax_large_content content_of(
        const uint8_t key[AX_KEY_SIZE], const uint8_t digest[AX_DIGEST_SIZE], int64_t revision)
{
    struct ax_large_content content = {.revision = revision};
    memcpy(content.key, key, AX_KEY_SIZE);
    memcpy(content.digest, digest, AX_DIGEST_SIZE);
    return content;
}

void ax_known_appended(struct ax_known *known, int32_t partition, int64_t offset, const struct ax_fact *fact,
        const uint8_t key[AX_KEY_SIZE], const uint8_t digest[AX_DIGEST_SIZE])
{
    int64_t end = known->ends[partition];
    while (end <= offset && !atomic_compare_exchange_weak(&known->ends[partition], &end, offset + 1)) {
    }
    struct ax_large_content content = content_of(key, digest, fact->revision);
    ax_large_appended(known->large, fact->enterprise, &content);
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

static int by_enterprise(const struct ax_item *x, const struct ax_item *y)
{
    return ax_str_cmp(x->fact->enterprise, y->fact->enterprise);
}

static int by_reference(const void *a, const void *b)
{
    const struct ax_item *x = *(struct ax_item *const *)a;
    const struct ax_item *y = *(struct ax_item *const *)b;
    int order = by_enterprise(x, y);
    return order != 0 ? order : ax_str_cmp(x->fact->reference, y->fact->reference);
}

/* The items of one enterprise, ascending by reference. */
struct asked {
    struct ax_item **items;
    size_t count;
};

static void compare_content(const struct asked *asked, const struct identity *id, ax_str canonical)
{
    size_t from = 0;
    for (size_t end = asked->count; from < end;) { /* to the first that is not before it */
        size_t middle = from + (end - from) / 2;
        if (ax_str_cmp(asked->items[middle]->fact->reference, id->reference) < 0) {
            from = middle + 1;
        } else {
            end = middle;
        }
    }
    for (size_t i = from; i < asked->count; i++) {
        struct ax_item *item = asked->items[i];
        if (!ax_str_eq(item->fact->reference, id->reference)) {
            return;
        }
        if (ax_str_eq(item->fact->source, id->source)) {
            item->known_revision = id->revision > item->known_revision ? id->revision : item->known_revision;
            item->duplicate = item->duplicate || ax_str_eq(item->canonical, canonical);
        }
    }
}

/* Contents of one ledger, one by one. */
struct contents {
    const struct ax_store_read *read;
    size_t next; /* chunk */
    bool is_open;
    struct ax_chunk_reader reader;
};

/* False: there is no other that can be read. */
static bool next_content(struct contents *c, struct identity *id, ax_str *canonical)
{
    for (;;) {
        struct ax_chunk_item item;
        bool end = false;
        if (!c->is_open) {
            if (c->next == c->read->chunk_count ||
                    !ax_ok(ax_chunk_open(&c->reader, c->read->chunks[c->next++], NULL))) {
                return false;
            }
            c->is_open = true;
        }
        c->is_open = ax_ok(ax_chunk_next(&c->reader, &item, &end, NULL)) && !end;
        if (c->is_open && item.mark == AX_CHUNK_ADDED && ax_ok(identify(item.canonical, id, NULL))) {
            *canonical = item.canonical;
            return true;
        }
    }
}

static size_t compare_all(const struct asked *asked, const struct ax_store_read *read)
{
    struct contents contents = {.read = read};
    struct identity id;
    ax_str canonical;
    size_t count = 0;
    for (; next_content(&contents, &id, &canonical); count++) {
        compare_content(asked, &id, canonical);
    }
    return count;
}

static struct ax_large_content digest_content(const struct identity *id, ax_str canonical)
{
    uint8_t whole[AX_DIGEST_SIZE];
    uint8_t digest[AX_DIGEST_SIZE];
    struct ax_fact fact = {.source = id->source, .reference = id->reference};
    struct ax_buf key;
    ax_buf_init(&key, id->source.len + id->reference.len + 1);
    ax_fact_key_bytes(&fact, &key);
    ax_sha256(ax_buf_str(&key), whole);
    ax_sha256(canonical, digest);
    ax_buf_deinit(&key);
    return content_of(whole, digest, id->revision);
}

/* Keeps what a large ledger holds; `began_us`: when its reading did. */
static void keep_large(struct ax_known *k, const struct ax_store_read *read, size_t count, int64_t began_us)
{
    struct ax_large_content *all = ax_xcalloc(count, sizeof *all);
    struct contents contents = {.read = read};
    struct identity id;
    ax_str canonical;
    size_t n = 0;
    while (n < count && next_content(&contents, &id, &canonical)) {
        all[n] = digest_content(&id, canonical);
        n += all[n].revision > 0 ? 1 : 0;
    }
    int64_t now_us = ax_mono_us();
    ax_large_read(k->large, read->enterprise, all, n, now_us, now_us - began_us);
    ax_xfree(all);
}

/* Reads ledgers and compares; AX_LIMIT: they are too much to be read together, and nothing is marked. */
static ax_rc ask_store(struct ax_known *k, struct ax_store_read *reads, const struct asked *asked, size_t count)
{
    struct ax_arena arena;
    ax_arena_init(&arena, ARENA_CHUNK_BYTES, ARENA_MAX_BYTES);
    int64_t began_us = ax_mono_us();
    ax_rc rc = ax_store_read_many(k->store, reads, count, true, &arena, NULL);
    for (size_t i = 0; ax_ok(rc) && i < count; i++) {
        size_t contents = compare_all(&asked[i], &reads[i]);
        if (contents >= AX_LARGE_FACTS) {
            keep_large(k, &reads[i], contents, began_us);
        }
    }
    if (rc.code == AX_LIMIT && count == 1) { /* more than may be read: not tried again soon */
        int64_t now_us = ax_mono_us();
        ax_large_read(k->large, reads[0].enterprise, NULL, 0, now_us, now_us - began_us);
        rc = AX_RC(OK);
    }
    ax_arena_deinit(&arena);
    return rc;
}

static ax_rc ask_each(struct ax_known *k, struct ax_store_read *reads, const struct asked *asked, size_t count)
{
    ax_rc rc = ask_store(k, reads, asked, count);
    if (rc.code != AX_LIMIT) {
        return rc;
    }
    rc = AX_RC(OK);
    for (size_t i = 0; ax_ok(rc) && i < count; i++) {
        rc = ask_store(k, &reads[i], &asked[i], 1);
    }
    return rc;
}

/* First which enterprises there are at all, then the ledgers of those only. */
static ax_rc ask_known(struct ax_known *k, struct ax_store_read *reads, struct asked *asked, size_t count)
{
    struct ax_arena arena;
    ax_arena_init(&arena, ARENA_CHUNK_BYTES, ARENA_MAX_BYTES);
    ax_rc rc = ax_store_read_many(k->store, reads, count, false, &arena, NULL);
    size_t n = 0;
    for (size_t i = 0; ax_ok(rc) && i < count; i++) {
        k->nexts[reads[i].partition] = reads[i].position.next_offset;
        if (reads[i].rating.ptr != NULL) {
            asked[n] = asked[i];
            reads[n++] = (struct ax_store_read){.enterprise = reads[i].enterprise, .partition = reads[i].partition};
        }
    }
    ax_arena_deinit(&arena);
    return !ax_ok(rc) || n == 0 ? rc : ask_each(k, reads, asked, n);
}

void ax_known_ask(struct ax_known *known, struct ax_item **items, size_t count)
{
    int64_t now_us = ax_mono_us();
    if (now_us < known->down_until_us) {
        return;
    }
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (near(known, items[i]->partition)) {
            items[n++] = items[i];
        }
    }
    qsort(items, n, sizeof *items, by_reference);
    struct ax_store_read reads[PAGE];
    struct asked asked[PAGE];
    size_t enterprises = 0;
    for (size_t i = 0; i < n && enterprises < PAGE;) {
        struct asked one = {.items = items + i, .count = 1};
        while (i + one.count < n && by_enterprise(items[i], items[i + one.count]) == 0) {
            one.count++;
        }
        if (!ax_large_ask(known->large, one.items, one.count, now_us)) {
            asked[enterprises] = one;
            reads[enterprises++] = (struct ax_store_read){
                    .enterprise = items[i]->fact->enterprise,
                    .partition = items[i]->partition,
            };
        }
        i += one.count;
    }
    if (enterprises > 0 && !ax_ok(ask_known(known, reads, asked, enterprises))) {
        known->down_until_us = ax_mono_us() + (int64_t)AX_KNOWN_DOWN_MS * 1000;
    }
}

/* As ax_fact_withdraws of the fact in these bytes. */
static bool withdraws(ax_str canonical)
{
    struct ax_cursor c = ax_cursor_of(canonical);
    struct ax_wire_field field = {0};
    while (field.number < FACT_STATE && ax_cursor_left(&c) > 0) {
        if (!ax_ok(ax_wire_next(&c, &field, NULL))) {
            return false;
        }
    }
    return field.number == FACT_STATE && field.value == AX_FACT_STATE_WITHDRAWN;
}

static bool is_later(ax_str canonical, int64_t revision, ax_str best, int64_t best_revision)
{
    if (revision != best_revision || best.ptr == NULL) {
        return revision > best_revision;
    }
    uint8_t digest[AX_DIGEST_SIZE];
    uint8_t best_digest[AX_DIGEST_SIZE];
    ax_sha256(canonical, digest);
    ax_sha256(best, best_digest);
    return ax_content_order((struct ax_content){revision, withdraws(canonical), digest},
                   (struct ax_content){best_revision, withdraws(best), best_digest}) > 0;
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
                    is_later(content.canonical, id.revision, best, revision)) {
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
