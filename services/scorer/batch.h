/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * From records of one partition to one commit: decode, digest, group by enterprise, merge, rate, and write down only what
 * is new. A `struct ax_commit` holds everything that the store needs, so the next batch may be prepared while it is being
 * written. Both belong to the scorer's thread; a commit is lent to the committer in between.
 */
#include "services/lib/store/store.h"
#include "services/lib/view/rater.h"
#include "services/scorer/cache.h"

enum {
    AX_BATCH_CHUNK_MAX_BYTES = AX_STORE_CHUNK_MAX_BYTES - (1 << 16),
    AX_BATCH_BYTES_MAX = AX_STORE_COMMIT_MAX_BYTES / 4, /* of records; ratings come on top */
    AX_BATCH_SCRATCH_MAX_BYTES = 128 << 20,
    AX_BATCH_LARGE_FACTS = 4096, /* a ledger whose rating takes longer than what else a small batch does */
};

/* What is to be written, and who was changed by it. */
struct ax_commit {
    int32_t partition;
    uint64_t number; /* of the batch */
    uint64_t take;   /* of the partition, that it was prepared under */
    struct ax_store_position from;
    struct ax_store_position to;
    struct ax_store_write *writes;
    struct ax_commit_part *parts; /* where in `bytes` each write's are */
    size_t count;
    size_t size;
    struct ax_buf bytes;
    uint32_t records;
    uint32_t unreadable;
    int64_t newest_known_at_us;
    bool packs_rolled; /* once done, every stored rating is by the packs at hand */
};

struct ax_commit_part {
    char code[AX_USCC_LEN];
    bool rated; /* the rating is written */
    bool quiet; /* … with another span of days only: nobody needs to hear of it */
    size_t rating_at;
    size_t rating_len;
    size_t chunk_at;
    size_t chunk_len;
    int64_t chunk_offset;
};

void ax_commit_init(struct ax_commit *commit);
void ax_commit_deinit(struct ax_commit *commit);
void ax_commit_begin(
        struct ax_commit *commit, int32_t partition, struct ax_store_position from, struct ax_store_position to);
/* Appends one write whose bytes are at the given places of commit->bytes. */
void ax_commit_add(struct ax_commit *commit, const struct ax_commit_part *part);
/* Fills the writes in once all bytes are there. */
void ax_commit_seal(struct ax_commit *commit);

struct ax_dead { /* a record that could not be read */
    const struct ax_log_record *record;
    struct ax_err err;
};

/* A record that waits for the turn of its enterprise; it is decoded then, and what is decoded stays small. */
struct ax_pending {
    const struct ax_log_record *record;
    uint32_t next; /* of the same enterprise; UINT32_MAX: none */
    bool quarantined;
};

/* What preparing needs and keeps from batch to batch. */
struct ax_batch {
    struct ax_store *store;
    struct ax_log *log; /* dead letters go to its rejects; NULL: they are there already */
    const struct ax_clock *clock;
    const struct ax_rater *rater;
    struct ax_cache *cache;
    size_t records_max;
    struct ax_pending *pending; /* of each record */
    struct ax_cached **touched;
    size_t touched_count;
    struct ax_dead *dead;
    size_t dead_count;
    bool dirty;              /* views have moved on from what the store has */
    bool lopsided;           /* the last one rated a large ledger again for little that is new */
    struct ax_arena scratch; /* of one enterprise */
    struct ax_buf rater_scratch;
};

void ax_batch_init(struct ax_batch *batch, size_t records_max);
void ax_batch_deinit(struct ax_batch *batch);
/* Prepares as many of the records as fit into one commit, at least one, and says how many. With `quarantine` the first
 * is not even looked at. Not OK: where batch->dirty is set, the partition's views must be dropped. */
ax_rc ax_batch_prepare(struct ax_batch *batch, const struct ax_log_record *const *records, size_t count, int32_t day,
        bool quarantine, struct ax_commit *commit, size_t *taken, struct ax_err *err) AX_MUST_CHECK;
/* Makes sure that the views of these enterprises are loaded. */
ax_rc ax_batch_load(struct ax_batch *batch, int32_t partition, struct ax_cached *const *cached, size_t count,
        struct ax_err *err) AX_MUST_CHECK;
