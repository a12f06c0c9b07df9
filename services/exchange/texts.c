/* SPDX-License-Identifier: Apache-2.0 */
#include "services/exchange/texts.h"

#include <stdlib.h>

#include "base/digest.h"

struct ax_text {
    const uint8_t *digest;
    struct ax_fact *fact;
};

ax_rc ax_texts_init(struct ax_texts *t, const struct ax_ledger *ledger, struct ax_arena *room, struct ax_arena *arena,
        size_t most, struct ax_err *err)
{
    *t = (struct ax_texts){.ledger = ledger, .arena = arena, .size = most < ledger->count ? most : ledger->count};
    t->named = AX_ARENA_ARRAY(room, uint8_t, (size_t)ledger->count / 8 + 1);
    t->items = AX_ARENA_ARRAY(room, struct ax_text, t->size + 1);
    return t->named != NULL && t->items != NULL ? AX_RC(OK)
                                                : ax_fail(err, AX_LIMIT, "no room for %u facts", ledger->count);
}

static bool is_named(const struct ax_texts *t, uint32_t entry)
{
    return (t->named[entry / 8] >> entry % 8 & 1) != 0;
}

void ax_texts_name(struct ax_texts *t, uint32_t entry)
{
    if (entry >= t->ledger->count || is_named(t, entry)) {
        return;
    }
    AX_ASSERT(t->count < t->size);
    t->named[entry / 8] = (uint8_t)(t->named[entry / 8] | 1U << entry % 8);
    t->items[t->count++].digest = t->ledger->entries[entry].id->digest;
}

static int compare(const void *a, const void *b)
{
    const struct ax_text *x = a;
    const struct ax_text *y = b;
    return memcmp(x->digest, y->digest, AX_DIGEST_SIZE);
}

static struct ax_text *find(const struct ax_texts *t, const uint8_t digest[AX_DIGEST_SIZE])
{
    struct ax_text wanted = {.digest = digest};
    return t->count == 0 ? NULL : bsearch(&wanted, t->items, t->count, sizeof t->items[0], compare);
}

static ax_rc take(struct ax_texts *t, ax_str canonical, struct ax_err *err)
{
    uint8_t digest[AX_DIGEST_SIZE];
    ax_sha256(canonical, digest);
    struct ax_text *text = find(t, digest);
    if (text == NULL || text->fact != NULL) {
        return AX_RC(OK);
    }
    text->fact = AX_ARENA_NEW(t->arena, struct ax_fact);
    if (text->fact == NULL) {
        return ax_fail(err, AX_LIMIT, "no room for the texts of %zu facts", t->count);
    }
    return ax_fact_decode(canonical, t->arena, text->fact, err);
}

static ax_rc take_all(struct ax_texts *t, ax_str chunk, struct ax_err *err)
{
    struct ax_chunk_reader reader;
    struct ax_chunk_item item;
    bool end = false;
    AX_TRY(ax_chunk_open(&reader, chunk, err));
    for (;;) {
        AX_TRY(ax_chunk_next(&reader, &item, &end, err));
        if (end) {
            return AX_RC(OK);
        }
        if (item.mark != AX_CHUNK_UNREADABLE) {
            AX_TRY(take(t, item.canonical, err));
        }
    }
}

static void take_held(struct ax_texts *t, const struct ax_view_facts *facts)
{
    for (size_t i = 0; i < facts->count; i++) {
        struct ax_text *text = find(t, facts->items[i]->digest);
        if (text != NULL) {
            text->fact = &facts->items[i]->fact;
        }
    }
}

ax_rc ax_texts_find(
        struct ax_texts *t, const struct ax_view_facts *facts, const ax_str *chunks, size_t count, struct ax_err *err)
{
    if (t->count > 1) {
        qsort(t->items, t->count, sizeof t->items[0], compare);
    }
    if (facts != NULL && facts->is_whole) {
        take_held(t, facts);
        return AX_RC(OK);
    }
    for (size_t i = 0; i < count && t->count > 0; i++) {
        AX_TRY(take_all(t, chunks[i], err));
    }
    return AX_RC(OK);
}

const struct ax_fact *ax_texts_of(const struct ax_texts *t, uint32_t entry)
{
    if (entry >= t->ledger->count || !is_named(t, entry)) {
        return NULL;
    }
    const struct ax_text *text = find(t, t->ledger->entries[entry].id->digest);
    return text == NULL ? NULL : text->fact;
}
