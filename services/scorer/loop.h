/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The scorer's loop: polls the log, prepares a batch while the one before is written, takes partitions anew when a race
 * is lost, and lets midnight in between. All of it belongs to one thread.
 */
#include "services/lib/schedule/live.h"
#include "services/scorer/committer.h"
#include "services/scorer/feed.h"
#include "services/scorer/scorer.h"
#include "services/scorer/shard.h"

struct ax_loop {
    struct ax_scorer_options options; /* with defaults filled in */
    bool threaded;
    struct ax_live *live;
    int64_t packs_after_us; /* when to look for activated packs again */
    struct ax_cache cache;
    struct ax_batch batch;
    struct ax_committer committer;
    struct ax_commit commits[2];
    size_t free_commit; /* the one that is not in hand */
    uint64_t batches;   /* prepared */
    uint64_t settled;   /* up to here */
    struct ax_feed feed;
    struct ax_log_consumer *consumer;
    struct ax_shard shards[AX_LOG_PARTITIONS_MAX];
    int32_t partitions;
    /* What was polled, in order by partition; borrowed until the next poll. */
    struct ax_log_record *polled;
    const struct ax_log_record **order;
    size_t polled_max;
    size_t polled_count;
    size_t polled_at;
    /* Far behind, partitions are read one by one, so that commits are large and their ledgers are in memory. */
    int32_t focus;          /* the one read, or AX_LOG_ALL_PARTITIONS */
    int32_t focus_left;     /* still to be visited in this round */
    int32_t focus_quiet;    /* polls without a record */
    size_t focus_records;   /* read in this visit */
    int64_t rest_until_us;  /* no poll before: what comes meanwhile makes one batch */
    bool roll_next;         /* batches and pages of re-rating take turns */
    int32_t roll_from;      /* where to look for the next shard that re-rates */
    _Atomic bool caught_up; /* the last poll gave little: time to publish */
};

ax_rc ax_loop_open(
        struct ax_loop *loop, const struct ax_scorer_options *options, bool threaded, struct ax_err *err) AX_MUST_CHECK;
/* One thing: settle, take, prepare a batch or a page of re-rating, or poll. Not OK: try again, it may take a while. */
ax_rc ax_loop_turn(struct ax_loop *loop, int timeout_ms, struct ax_err *err) AX_MUST_CHECK;
/* Finishes or drops what is in hand. */
void ax_loop_close(struct ax_loop *loop, bool finish);
