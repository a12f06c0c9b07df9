/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Which content is which, and their order in a ledger: key, revision, whether it withdraws, digest. Borrowed from an item or
 * an entry. Pure; any thread. Private to scoring/ledger*.c. */
#include "scoring/content.h"
#include "scoring/ledger.h"

struct ax_ledger_id {
    const uint8_t *key;
    struct ax_content content;
};

/* Keys are digests: the first eight bytes, as memcmp orders them, nearly always decide. */
static inline uint64_t ax_ledger_first_bytes(const uint8_t *key)
{
    uint64_t word;
    memcpy(&word, key, sizeof word);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static inline int ax_ledger_id_order(struct ax_ledger_id a, struct ax_ledger_id b)
{
    uint64_t x = ax_ledger_first_bytes(a.key);
    uint64_t y = ax_ledger_first_bytes(b.key);
    if (x != y) {
        return x < y ? -1 : 1;
    }
    int order = memcmp(a.key, b.key, AX_KEY_SIZE);
    return order != 0 ? order : ax_content_order(a.content, b.content);
}

static inline struct ax_ledger_id ax_ledger_id_of_item(const struct ax_ledger_item *item)
{
    const struct ax_fact *f = item->fact;
    return (struct ax_ledger_id){item->key, {f->revision, ax_fact_withdraws(f), item->digest}};
}

static inline struct ax_ledger_id ax_ledger_id_of_entry(const struct ax_entry *e)
{
    bool withdrawn = e->state == AX_FACT_STATE_WITHDRAWN; /* as the fact: ax_entry_fill */
    return (struct ax_ledger_id){e->id->key, {e->id->revision, withdrawn, e->id->digest}};
}

static inline bool ax_ledger_same_key(const struct ax_entry *a, const struct ax_entry *b)
{
    const uint8_t *x = a->id->key;
    const uint8_t *y = b->id->key;
    return ax_ledger_first_bytes(x) == ax_ledger_first_bytes(y) && memcmp(x, y, AX_KEY_SIZE) == 0;
}
