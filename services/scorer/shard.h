/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * One partition in the scorer's hands: the store's handle, how far it is, the day it rates for, and how far midnight's
 * re-rating has come. Owned by the scorer's thread.
 */
#include "services/scorer/batch.h"

struct ax_shard {
    int32_t partition;
    bool assigned;                     /* by the log */
    struct ax_store_part *part;        /* NULL: to be taken */
    uint64_t take;                     /* counts takes; what was prepared under an earlier one is void */
    struct ax_store_position position; /* with the commit in hand counted as done */
    int32_t day;           /* ratings are made for this day, while position.day may still be an earlier one */
    bool seek;             /* the log has still to be told where reads go on */
    int64_t not_before_us; /* next try to take */
    int backoff_ms;
    /* Re-rating: after midnight, or after the packs changed. */
    bool rolling;
    bool roll_all; /* other packs: every rating, not only those whose time has come */
    bool unnoted;  /* they all are made again, which the note does not say yet */
    char roll_after[AX_USCC_LEN];
    size_t roll_after_len;
    /* Records that ended the process: see attempt.c. */
    bool fresh;             /* nothing read since it was taken */
    uint32_t careful;       /* records still to be read one by one */
    int64_t attempt_offset; /* as noted in the store */
    int64_t attempt_count;
    int64_t own_offset; /* noted by this very process, which is still alive: no reason to count it again; -1: none */
    int64_t own_before;
};

/* Reads the note of the last attempts. After a take. */
ax_rc ax_attempt_load(struct ax_store *store, struct ax_shard *shard, struct ax_err *err) AX_MUST_CHECK;
/* Before the record at `offset` is read for the first time after a take: notes the try. *quarantine: it has ended the
 * process so often that it must not be read again; *one: it must be read alone. */
ax_rc ax_attempt_begin(struct ax_store *store, struct ax_shard *shard, int64_t offset, uint32_t attempts_max,
        uint32_t batch_max, bool *quarantine, bool *one, struct ax_err *err) AX_MUST_CHECK;
/* The try is over and the process still there; `records` of the batch that began there are prepared, 0 if it failed. */
ax_rc ax_attempt_end(
        struct ax_store *store, struct ax_shard *shard, uint32_t records, struct ax_err *err) AX_MUST_CHECK;

/* Today's day reaches the shard: begins the re-rating. */
void ax_roll_begin(struct ax_shard *shard, int32_t today);
/* Whether the packs are those that the stored ratings were made with. After a take. */
ax_rc ax_roll_check_packs(struct ax_batch *batch, struct ax_shard *shard, struct ax_err *err) AX_MUST_CHECK;
/* Notes that they are, once a commit with `packs_rolled` is done. */
ax_rc ax_roll_note_packs(struct ax_batch *batch, int32_t partition, struct ax_err *err) AX_MUST_CHECK;
/* Prepares the next page of it. Nothing of this partition may be in hand. *some: there is something to commit. */
ax_rc ax_roll_prepare(struct ax_batch *batch, struct ax_shard *shard, struct ax_commit *commit, bool *some,
        struct ax_err *err) AX_MUST_CHECK;
