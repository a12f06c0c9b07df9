/* SPDX-License-Identifier: Apache-2.0 */
#include "services/exchange/facts.h"

#include "base/digest.h"

struct finding {
    const struct ax_ledger *ledger;
    const uint32_t *entries;
    size_t count;
    size_t left;
    struct ax_arena *arena;
    struct ax_fact **facts;
};

static ax_rc keep(struct finding *f, ax_str canonical, struct ax_err *err)
{
    uint8_t digest[AX_DIGEST_SIZE];
    struct ax_fact *fact = NULL;
    ax_sha256(canonical, digest);
    for (size_t i = 0; i < f->count; i++) {
        if (f->entries[i] == UINT32_MAX || f->facts[i] != NULL ||
                memcmp(f->ledger->entries[f->entries[i]].digest, digest, sizeof digest) != 0) {
            continue;
        }
        if (fact == NULL) {
            fact = AX_ARENA_NEW(f->arena, struct ax_fact);
            if (fact == NULL) {
                return ax_fail(err, AX_LIMIT, "no room for the texts of so many facts");
            }
            AX_TRY(ax_fact_decode(canonical, f->arena, fact, err));
        }
        f->facts[i] = fact;
        f->left--;
    }
    return AX_RC(OK);
}

static ax_rc find_in(struct finding *f, ax_str chunk, struct ax_err *err)
{
    struct ax_chunk_reader reader;
    struct ax_chunk_item item;
    bool end = false;
    AX_TRY(ax_chunk_open(&reader, chunk, err));
    while (f->left > 0) {
        AX_TRY(ax_chunk_next(&reader, &item, &end, err));
        if (end) {
            break;
        }
        if (item.mark != AX_CHUNK_UNREADABLE) {
            AX_TRY(keep(f, item.canonical, err));
        }
    }
    return AX_RC(OK);
}

ax_rc ax_facts_find(const struct ax_store_read *read, const struct ax_ledger *ledger, const uint32_t *entries,
        size_t count, struct ax_arena *arena, struct ax_fact **facts, struct ax_err *err)
{
    struct finding f = {.ledger = ledger, .entries = entries, .count = count, .arena = arena, .facts = facts};
    for (size_t i = 0; i < count; i++) {
        facts[i] = NULL;
        f.left += entries[i] == UINT32_MAX ? 0 : 1;
    }
    for (size_t i = 0; i < read->chunk_count && f.left > 0; i++) {
        AX_TRY(find_in(&f, read->chunks[i], err));
    }
    return f.left == 0 ? AX_RC(OK) : ax_fail(err, AX_CORRUPT, "a fact of the ledger is in no chunk");
}
