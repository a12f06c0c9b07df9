/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The ratings feed. The stored rating is its own outbox: here is only noted whose rating changed, and now and then the
 * latest rating of each is published, never one for every batch. How far that went is a note in the store; what a note
 * lags behind is found again by a scan, and published again, which watchers see by the revision.
 *
 * ax_feed_changed and ax_feed_taken may be called by one thread and ax_feed_publish by another.
 */
#include "services/lib/eventlog/eventlog.h"
#include "services/lib/store/store.h"
#include "services/scorer/batch.h"

#include <pthread.h>

enum {
    AX_FEED_PENDING_MAX = 1 << 18, /* enterprises of a partition noted; of more, a scan finds them */
    AX_FEED_PAGE = 512,            /* ratings read and appended at once */
};

struct ax_feed_part {
    char (*codes)[AX_USCC_LEN];
    size_t count;
    size_t size;
    uint64_t generation;               /* of the list; a cached enterprise knows which it stands in */
    struct ax_store_position position; /* that the list reaches to */
    bool ours;
    bool scan;      /* the note lags behind the position by what is not in the list */
    uint64_t taken; /* of this life, to see that it was lost and taken again meanwhile */
};

struct ax_feed {
    struct ax_log *log;
    struct ax_store *store;
    pthread_mutex_t lock; /* over the rest */
    const struct ax_rater *rater;
    struct ax_feed_part parts[AX_LOG_PARTITIONS_MAX];
    int32_t partitions;
};

void ax_feed_init(struct ax_feed *feed, struct ax_log *log, struct ax_store *store, const struct ax_rater *rater);
void ax_feed_deinit(struct ax_feed *feed);
/* Another one, from now on. */
void ax_feed_rater(struct ax_feed *feed, const struct ax_rater *rater);
/* A partition is ours from this position on, or no more. */
void ax_feed_taken(struct ax_feed *feed, int32_t partition, struct ax_store_position position);
void ax_feed_lost(struct ax_feed *feed, int32_t partition);
/* What a commit that is done has changed. */
void ax_feed_changed(struct ax_feed *feed, const struct ax_commit *commit, struct ax_cache *cache);
/* Publishes what is noted. Not OK: it is still noted. */
ax_rc ax_feed_publish(struct ax_feed *feed, struct ax_err *err) AX_MUST_CHECK;
