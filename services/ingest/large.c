/* SPDX-License-Identifier: Apache-2.0 */
#include "services/ingest/large.h"

#include <pthread.h>
#include <sys/queue.h>

enum { FIRST_SLOTS = 4 * AX_LARGE_FACTS };

struct ledger {
    char enterprise[AX_USCC_LEN];
    int64_t good_until_us;
    int64_t rest_us;                /* for which a reading is good */
    struct ax_large_content *slots; /* open addressing by key, at most half full; NULL: it does not fit */
    size_t size;
    size_t count;
    TAILQ_ENTRY(ledger) age;
};

TAILQ_HEAD(ledgers, ledger);

struct ax_large {
    pthread_mutex_t lock; /* over all below */
    struct ledgers ages;  /* first: used longest ago */
    size_t ledger_count;
    size_t bytes;
    size_t max_bytes;
};

struct ax_large *ax_large_new(size_t max_bytes)
{
    struct ax_large *large = ax_xcalloc(1, sizeof *large);
    large->max_bytes = max_bytes;
    TAILQ_INIT(&large->ages);
    (void)pthread_mutex_init(&large->lock, NULL);
    return large;
}

static void empty(struct ax_large *large, struct ledger *l)
{
    large->bytes -= l->size * sizeof *l->slots;
    ax_xfree(l->slots);
    l->slots = NULL;
    l->size = l->count = 0;
}

static void forget(struct ax_large *large, struct ledger *l)
{
    empty(large, l);
    TAILQ_REMOVE(&large->ages, l, age);
    large->ledger_count--;
    ax_xfree(l);
}

void ax_large_free(struct ax_large *large)
{
    while (!TAILQ_EMPTY(&large->ages)) {
        forget(large, TAILQ_FIRST(&large->ages));
    }
    (void)pthread_mutex_destroy(&large->lock);
    ax_xfree(large);
}

static struct ledger *find(struct ax_large *large, ax_str enterprise)
{
    struct ledger *l = NULL;
    TAILQ_FOREACH(l, &large->ages, age)
    {
        if (ax_str_eq(ax_str_of(l->enterprise, AX_USCC_LEN), enterprise)) {
            TAILQ_REMOVE(&large->ages, l, age);
            TAILQ_INSERT_TAIL(&large->ages, l, age);
            return l;
        }
    }
    return NULL;
}

static struct ledger *add(struct ax_large *large, ax_str enterprise)
{
    if (large->ledger_count == AX_LARGE_ENTERPRISES_MAX) {
        forget(large, TAILQ_FIRST(&large->ages));
    }
    struct ledger *l = ax_xcalloc(1, sizeof *l);
    for (size_t i = 0; i < AX_USCC_LEN; i++) {
        l->enterprise[i] = enterprise.ptr[i];
    }
    TAILQ_INSERT_TAIL(&large->ages, l, age);
    large->ledger_count++;
    return l;
}

static size_t slot_of(const struct ledger *l, const uint8_t key[AX_KEY_SIZE])
{
    size_t at = 0;
    for (size_t i = 0; i < sizeof at; i++) {
        at = at << 8 | key[i];
    }
    return at & (l->size - 1);
}

static bool is_same(const struct ax_large_content *a, const struct ax_large_content *b)
{
    return memcmp(a->key, b->key, AX_KEY_SIZE) == 0 && memcmp(a->digest, b->digest, AX_DIGEST_SIZE) == 0;
}

static void place(struct ledger *l, const struct ax_large_content *content)
{
    size_t at = slot_of(l, content->key);
    while (l->slots[at].revision > 0 && !is_same(&l->slots[at], content)) {
        at = (at + 1) & (l->size - 1);
    }
    l->count += l->slots[at].revision > 0 ? 0 : 1;
    l->slots[at] = *content;
}

/* Room for one more; false: it does not fit, and nothing of it is kept. */
static bool make_room(struct ax_large *large, struct ledger *l)
{
    if (2 * (l->count + 1) <= l->size) {
        return true;
    }
    size_t size = l->size == 0 ? FIRST_SLOTS : 2 * l->size;
    size_t bytes = size * sizeof *l->slots;
    struct ledger *oldest = TAILQ_FIRST(&large->ages);
    while (large->bytes + bytes > large->max_bytes && oldest != l) {
        empty(large, oldest); /* when it is to be read stays known */
        oldest = TAILQ_NEXT(oldest, age);
    }
    if (large->bytes + bytes > large->max_bytes) {
        empty(large, l);
        return false;
    }
    struct ledger grown = {.slots = ax_xcalloc(size, sizeof *l->slots), .size = size};
    for (size_t i = 0; i < l->size; i++) {
        if (l->slots[i].revision > 0) {
            place(&grown, &l->slots[i]);
        }
    }
    ax_xfree(l->slots);
    large->bytes += bytes - l->size * sizeof *l->slots;
    l->slots = grown.slots;
    l->size = size;
    return true;
}

static void compare(const struct ledger *l, struct ax_item *item)
{
    for (size_t at = slot_of(l, item->key); l->slots[at].revision > 0; at = (at + 1) & (l->size - 1)) {
        const struct ax_large_content *known = &l->slots[at];
        if (memcmp(known->key, item->key, AX_KEY_SIZE) != 0) {
            continue;
        }
        item->known_revision = known->revision > item->known_revision ? known->revision : item->known_revision;
        item->duplicate = item->duplicate || memcmp(known->digest, item->digest, AX_DIGEST_SIZE) == 0;
    }
}

bool ax_large_ask(struct ax_large *large, struct ax_item *const *items, size_t count, int64_t now_us)
{
    (void)pthread_mutex_lock(&large->lock);
    struct ledger *l = find(large, items[0]->fact->enterprise);
    bool good = l != NULL && now_us < l->good_until_us;
    if (l != NULL && !good) { /* one reads; others that ask meanwhile do with what there is */
        l->good_until_us = now_us + l->rest_us;
    }
    for (size_t i = 0; good && l->slots != NULL && i < count; i++) {
        compare(l, items[i]);
    }
    (void)pthread_mutex_unlock(&large->lock);
    return good;
}

void ax_large_read(struct ax_large *large, ax_str enterprise, const struct ax_large_content *contents, size_t count,
        int64_t now_us, int64_t took_us)
{
    (void)pthread_mutex_lock(&large->lock);
    struct ledger *l = find(large, enterprise);
    l = l == NULL ? add(large, enterprise) : l;
    l->rest_us = took_us * AX_LARGE_REST;
    l->good_until_us = now_us + l->rest_us;
    for (size_t i = 0; i < count && make_room(large, l); i++) {
        place(l, &contents[i]);
    }
    (void)pthread_mutex_unlock(&large->lock);
}

void ax_large_appended(struct ax_large *large, ax_str enterprise, const struct ax_large_content *content)
{
    (void)pthread_mutex_lock(&large->lock);
    struct ledger *l = find(large, enterprise);
    if (l != NULL && l->slots != NULL && make_room(large, l)) {
        place(l, content);
    }
    (void)pthread_mutex_unlock(&large->lock);
}
