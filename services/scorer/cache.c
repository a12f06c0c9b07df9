/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scorer/cache.h"

void ax_cache_init(struct ax_cache *cache, size_t max_bytes)
{
    *cache = (struct ax_cache){.max_bytes = max_bytes};
    TAILQ_INIT(&cache->ages);
}

static void forget(struct ax_cache *cache, struct ax_cached *cached)
{
    cache->bytes -= cached->bytes;
    TAILQ_REMOVE(&cache->ages, cached, age);
    HASH_DEL(cache->by_code, cached); // NOLINT(clang-analyzer-core.NullDereference): inside uthash
    ax_view_deinit(&cached->view);
    ax_xfree(cached);
}

void ax_cache_deinit(struct ax_cache *cache)
{
    while (!TAILQ_EMPTY(&cache->ages)) {
        forget(cache, TAILQ_FIRST(&cache->ages));
    }
}

struct ax_cached *ax_cache_get(struct ax_cache *cache, int32_t partition, const char code[AX_USCC_LEN])
{
    struct ax_cached *cached = NULL;
    HASH_FIND(hh, cache->by_code, code, AX_USCC_LEN, cached);
    if (cached != NULL) {
        TAILQ_REMOVE(&cache->ages, cached, age);
        TAILQ_INSERT_TAIL(&cache->ages, cached, age);
        return cached;
    }
    cached = ax_xcalloc(1, sizeof *cached);
    for (size_t i = 0; i < AX_USCC_LEN; i++) {
        cached->code[i] = code[i];
    }
    cached->partition = partition;
    cached->loaded = cache->whole[partition];
    cached->bytes = sizeof *cached;
    cache->bytes += cached->bytes;
    ax_view_init(&cached->view);
    HASH_ADD(hh, cache->by_code, code, AX_USCC_LEN, cached);
    TAILQ_INSERT_TAIL(&cache->ages, cached, age);
    return cached;
}

struct ax_cached *ax_cache_peek(struct ax_cache *cache, const char code[AX_USCC_LEN])
{
    struct ax_cached *cached = NULL;
    HASH_FIND(hh, cache->by_code, code, AX_USCC_LEN, cached);
    return cached != NULL && cached->loaded ? cached : NULL;
}

void ax_cache_weigh(struct ax_cache *cache, struct ax_cached *cached)
{
    size_t bytes = sizeof *cached + ax_ledger_bytes(&cached->view.ledger);
    cache->bytes += bytes - cached->bytes;
    cached->bytes = bytes;
}

void ax_cache_trim(struct ax_cache *cache, uint64_t settled)
{
    while (cache->bytes > cache->max_bytes && !TAILQ_EMPTY(&cache->ages)) {
        struct ax_cached *oldest = TAILQ_FIRST(&cache->ages);
        if (oldest->batch > settled) {
            return;
        }
        cache->whole[oldest->partition] = false;
        forget(cache, oldest);
    }
}

void ax_cache_drop(struct ax_cache *cache, int32_t partition, bool whole)
{
    struct ax_cached *next = NULL;
    for (struct ax_cached *c = TAILQ_FIRST(&cache->ages); c != NULL; c = next) {
        next = TAILQ_NEXT(c, age);
        if (c->partition == partition) {
            forget(cache, c);
        }
    }
    cache->whole[partition] = whole;
}
