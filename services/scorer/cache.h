/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Views in memory, the ones used longest ago going first when there are too many bytes of them. A partition of which
 * nothing was ever dropped since it was empty is whole: what is not here does not exist. Owned by the scorer's thread.
 */
#include "services/lib/eventlog/eventlog.h"
#include "services/lib/view/view.h"

#include <sys/queue.h>

#include <uthash.h>

struct ax_cached {
    char code[AX_USCC_LEN];
    int32_t partition;
    struct ax_view view;
    size_t bytes;     /* as counted last */
    bool loaded;      /* false: made by a find, not yet read from the store */
    uint64_t batch;   /* number of the last batch that touched it */
    uint64_t in_feed; /* generation of the feed's list that it stands in */
    /* What the batch in hand has for it. */
    uint32_t pending_first; /* index into the batch's records; each names the next */
    uint32_t pending_last;
    uint32_t pending_count;
    size_t pending_bytes;
    TAILQ_ENTRY(ax_cached) age;
    UT_hash_handle hh;
};

TAILQ_HEAD(ax_cached_list, ax_cached);

struct ax_cache {
    struct ax_cached *by_code;
    struct ax_cached_list ages; /* first: used longest ago */
    size_t bytes;
    size_t max_bytes;
    bool whole[AX_LOG_PARTITIONS_MAX];
};

void ax_cache_init(struct ax_cache *cache, size_t max_bytes);
void ax_cache_deinit(struct ax_cache *cache);
/* Never NULL; a new one is not `loaded` unless the partition is whole. Becomes the one used last. */
struct ax_cached *ax_cache_get(struct ax_cache *cache, int32_t partition, const char code[AX_USCC_LEN]);
/* Only if it is here and loaded. */
struct ax_cached *ax_cache_peek(struct ax_cache *cache, const char code[AX_USCC_LEN]);
/* Counts its memory anew. */
void ax_cache_weigh(struct ax_cache *cache, struct ax_cached *cached);
/* Drops what is too much, but nothing that a batch after `settled` touched: the store may not have that yet. */
void ax_cache_trim(struct ax_cache *cache, uint64_t settled);
/* Drops everything of a partition, which is `whole` from now on only if it is empty in the store. */
void ax_cache_drop(struct ax_cache *cache, int32_t partition, bool whole);
