/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scorer/rebuild.h"

#include "services/lib/eventlog/drain.h"
#include "services/lib/schedule/live.h"
#include "services/scorer/batch.h"
#include "services/scorer/shard.h"

enum { BATCH_RECORDS = 8192, PREFETCH_BYTES = 16 << 20, STALL_MAX_MS = 60000 };

struct rebuild {
    const struct ax_rebuild_options *options;
    struct ax_rebuild_result *result;
    struct ax_live *live;
    struct ax_cache cache; /* whole: the store reads the live generation, not this one */
    struct ax_batch batch;
    struct ax_commit commit;
    struct ax_store_part *part;
    struct ax_store_position position;
    int32_t partition;
    int32_t day;
    int64_t total;
};

static ax_rc take(void *state, const struct ax_log_record *const *records, size_t count, struct ax_err *err)
{
    struct rebuild *r = state;
    for (size_t at = 0; at < count;) {
        size_t taken = 0;
        struct ax_store_position to = {.next_offset = r->position.next_offset, .day = r->day};
        ax_commit_begin(&r->commit, r->partition, r->position, to);
        AX_TRY(ax_batch_prepare(&r->batch, records + at, count - at, r->day, false, &r->commit, &taken, err));
        AX_TRY(ax_store_commit(r->part, r->commit.from, r->commit.to, r->commit.writes, r->commit.count, err));
        r->position = r->commit.to;
        r->result->records += (int64_t)taken;
        r->result->unreadable += r->commit.unreadable;
        at += taken;
    }
    if (r->options->progress != NULL) {
        struct ax_rebuild_progress progress = {
                .partition = r->partition, .done = r->result->records, .total = r->total};
        r->options->progress(r->options->state, &progress);
    }
    return AX_RC(OK);
}

/* Until there is nothing on the log that is not in the new generation: what comes after is the scorer's. */
static ax_rc fill(struct rebuild *r, struct ax_err *err)
{
    for (;;) {
        int64_t begin = 0;
        int64_t end = 0;
        AX_TRY(ax_log_range(r->options->log, AX_TOPIC_FACTS, r->partition, &begin, &end, err));
        if (begin > 0) {
            return ax_fail(err, AX_RANGE,
                    "partition %d of the facts topic begins at offset %lld: what was before is gone", r->partition,
                    (long long)begin);
        }
        if (r->position.next_offset >= end) {
            break;
        }
        struct ax_drain drain = {
                .log = r->options->log,
                .topic = AX_TOPIC_FACTS,
                .partition = r->partition,
                .next = r->position.next_offset,
                .until = end,
                .records_max = BATCH_RECORDS,
                .prefetch_bytes = PREFETCH_BYTES,
                .stall_max_ms = STALL_MAX_MS,
                .take = take,
                .state = r,
        };
        AX_TRY(ax_drain_run(&drain, err));
    }
    struct ax_store_position to = {.next_offset = r->position.next_offset, .day = r->day};
    return to.day == r->position.day ? AX_RC(OK) : ax_store_commit(r->part, r->position, to, NULL, 0, err);
}

static ax_rc rebuild_partition(struct rebuild *r, int32_t partition, struct ax_err *err)
{
    r->partition = partition;
    r->position = (struct ax_store_position){.next_offset = 0, .day = AX_DAY_NONE};
    ax_cache_init(&r->cache, SIZE_MAX);
    r->cache.whole[partition] = true;
    ax_rc rc = ax_store_rebuild(r->options->store, partition, &r->part, err);
    if (ax_ok(rc)) {
        rc = fill(r, err);
        if (ax_ok(rc)) {
            rc = ax_store_switch(r->part, err);
        }
        if (ax_ok(rc)) {
            rc = ax_roll_note_packs(&r->batch, partition, err);
        }
        ax_store_part_free(r->part);
    }
    for (const struct ax_cached *c = r->cache.by_code; c != NULL; c = c->hh.next) {
        r->result->enterprises += ax_view_is_known(&c->view) ? 1 : 0;
    }
    ax_cache_deinit(&r->cache);
    return rc;
}

static ax_rc count_records(const struct ax_rebuild_options *o, int32_t last, int64_t *total, struct ax_err *err)
{
    *total = 0;
    for (int32_t p = o->first_partition; p <= last; p++) {
        int64_t begin = 0;
        int64_t end = 0;
        AX_TRY(ax_log_range(o->log, AX_TOPIC_FACTS, p, &begin, &end, err));
        *total += end;
    }
    return AX_RC(OK);
}

ax_rc ax_scorer_rebuild(const struct ax_rebuild_options *options, struct ax_rebuild_result *out, struct ax_err *err)
{
    *out = (struct ax_rebuild_result){0};
    const struct ax_clock *clock = options->clock == NULL ? ax_clock_system() : options->clock;
    int32_t last = options->last_partition < 0 ? ax_log_partitions(options->log) - 1 : options->last_partition;
    struct rebuild *r = ax_xcalloc(1, sizeof *r);
    r->options = options;
    r->result = out;
    r->day = ax_day_of_us(ax_clock_us(clock));
    r->live = ax_live_new(options->log, options->bundle, options->library);
    ax_batch_init(&r->batch, BATCH_RECORDS);
    r->batch.store = options->store;
    r->batch.clock = clock;
    r->batch.cache = &r->cache;
    ax_commit_init(&r->commit);
    ax_rc rc = ax_live_catch_up(r->live, err);
    if (ax_ok(rc)) {
        rc = ax_live_complete(r->live, err);
    }
    r->batch.rater = ax_live_rater(r->live);
    if (ax_ok(rc)) {
        rc = count_records(options, last, &r->total, err);
    }
    for (int32_t p = options->first_partition; ax_ok(rc) && p <= last; p++) {
        rc = rebuild_partition(r, p, err);
    }
    ax_commit_deinit(&r->commit);
    ax_batch_deinit(&r->batch);
    ax_live_free(r->live);
    ax_xfree(r);
    return rc;
}
