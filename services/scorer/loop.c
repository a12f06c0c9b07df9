/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scorer/loop.h"

#include "base/log.h"
#include "base/metrics.h"

#include <stdio.h>

enum {
    TAKE_BACKOFF_FIRST_MS = 20,
    TAKE_BACKOFF_MAX_MS = 2000,
    POLL_MAX = 65536,
    POLL_BATCHES = 2,        /* batches in one poll */
    CAUGHT_UP_BELOW = 1024,  /* records in one poll */
    FIRST_RECORDS = 4096,    /* after a take; they may have to be read one by one, see attempt.c */
    FAR_BEHIND = 4096,       /* records in one poll */
    FOCUS_QUIET = 10,        /* polls without a record until a visit is over that has had none */
    FOCUS_RECORDS = 1 << 18, /* the others wait meanwhile */
    LABEL_SIZE = 16,
    PACKS_LOOK_US = 500000,
    REST = 3, /* after a lopsided batch, of the time that it took */
    REST_MAX_MS = 1000,
    STEPPED_TAKES = 8, /* without threads no time passes in which a store could come back */
};

static const char *label_of(int32_t partition, char text[LABEL_SIZE])
{
    (void)snprintf(text, LABEL_SIZE, "%d", partition);
    return text;
}

static int32_t today_of(const struct ax_loop *l)
{
    return ax_day_of_us(ax_clock_us(l->options.clock));
}

/* Everything that was read or prepared under this take is void. */
static void let_go(struct ax_loop *l, struct ax_shard *s)
{
    if (s->part != NULL) {
        ax_store_part_free(s->part);
        s->part = NULL;
    }
    s->take++;
    s->rolling = false;
    s->unnoted = false;
    ax_cache_drop(&l->cache, s->partition, false);
    ax_feed_lost(&l->feed, s->partition);
}

static void back_off(struct ax_loop *l, struct ax_shard *s)
{
    if (!l->threaded) {
        return;
    }
    s->backoff_ms = s->backoff_ms == 0 ? TAKE_BACKOFF_FIRST_MS : s->backoff_ms * 2;
    s->backoff_ms = s->backoff_ms > TAKE_BACKOFF_MAX_MS ? TAKE_BACKOFF_MAX_MS : s->backoff_ms;
    s->not_before_us = ax_mono_us() + (int64_t)s->backoff_ms * 1000;
}

/* For status: which approved bundle this scorer cannot find. An empty note says that there is none any more. */
static void note_missing(struct ax_loop *l, int32_t partition)
{
    struct ax_err err = {0};
    char text[AX_ERR_TEXT_MAX * 2];
    uint8_t digest[AX_DIGEST_SIZE];
    bool missing = ax_live_missing(l->live, digest);
    if (!missing && l->batch.rater->later_count == 0) {
        return; /* nothing was ever activated */
    }
    ax_str value = missing ? ax_str_of(digest, sizeof digest) : AX_STR("-");
    if (!ax_ok(ax_store_note_put(l->options.store, partition, AX_STR("missing_pack"), value, &err))) {
        AX_NOTE(WARN, "packs.not_noted", "partition=%d %s", partition, ax_note_err(&err, text, sizeof text));
    }
}

static ax_rc take(struct ax_loop *l, struct ax_shard *s, struct ax_err *err)
{
    int64_t enterprises = 0;
    struct ax_store_position seen;
    ax_rc rc = ax_store_take(l->options.store, s->partition, &s->part, &s->position, err);
    if (ax_ok(rc) &&
            !l->options.challenger) { /* whoever had it before may have rated by packs that we have not heard of yet */
        rc = ax_live_catch_up(l->live, err);
    }
    if (ax_ok(rc)) {
        rc = ax_attempt_load(l->options.store, s, err);
    }
    if (ax_ok(rc)) {
        rc = ax_roll_check_packs(&l->batch, s, err);
    }
    if (ax_ok(rc)) {
        rc = ax_store_position(l->options.store, s->partition, &seen, &enterprises, err);
    }
    if (!ax_ok(rc)) {
        let_go(l, s);
        back_off(l, s);
        return rc;
    }
    s->take++;
    ax_cache_drop(&l->cache, s->partition, s->position.next_offset == 0 && enterprises == 0);
    s->day = s->position.day;
    ax_roll_begin(s, today_of(l));
    note_missing(l, s->partition);
    ax_feed_taken(&l->feed, s->partition, s->position);
    char day[AX_DAY_TEXT_SIZE];
    AX_NOTE(INFO, "partition.taken", "partition=%d offset=%lld day=%s enterprises=%lld", s->partition,
            (long long)s->position.next_offset, ax_day_format(s->position.day, day), (long long)enterprises);
    return rc;
}

/* Tried again until it is done: what is not noted is rated again after the next take. */
static void note_packs(struct ax_loop *l, struct ax_shard *s)
{
    struct ax_err err = {0};
    char text[AX_ERR_TEXT_MAX * 2];
    s->unnoted = !ax_ok(ax_roll_note_packs(&l->batch, s->partition, &err));
    if (s->unnoted) {
        AX_NOTE_LIMITED(WARN, "packs.not_noted", "partition=%d %s", s->partition, ax_note_err(&err, text, sizeof text));
    }
}

/* Whatever came of the commit in hand is known after this, or it is still in hand and not OK. */
static ax_rc settle(struct ax_loop *l, struct ax_err *err)
{
    struct ax_commit *c = NULL;
    ax_rc rc = ax_committer_settle(&l->committer, &c, err);
    if (c == NULL) {
        return rc;
    }
    struct ax_shard *s = &l->shards[c->partition];
    char label[LABEL_SIZE];
    char text[AX_ERR_TEXT_MAX * 2];
    l->settled = c->number;
    if (ax_ok(rc)) {
        s->backoff_ms = 0;
        if (c->packs_rolled && c->take == s->take) {
            s->unnoted = true;
            note_packs(l, s);
        }
        if (l->options.challenger) {
            return AX_RC(OK);
        }
        ax_metric_add(AX_METRIC_COMMITS, label_of(c->partition, label), 1);
        ax_metric_add(AX_METRIC_FACTS_APPLIED, label, c->records);
        ax_metric_add(AX_METRIC_POISON, label, c->unreadable);
        ax_metric_set(AX_METRIC_STATE_OFFSET, label, c->to.next_offset);
        if (c->newest_known_at_us > 0) {
            int64_t age_us = ax_clock_us(l->options.clock) - c->newest_known_at_us;
            ax_metric_set(AX_METRIC_FRESHNESS, label, age_us / 1000000);
        }
        ax_feed_changed(&l->feed, c, &l->cache);
        return AX_RC(OK);
    }
    if (c->take == s->take) {
        let_go(l, s);
        back_off(l, s);
    }
    AX_NOTE(WARN, "commit.refused", "partition=%d offset=%lld %s", c->partition, (long long)c->from.next_offset,
            ax_note_err(err, text, sizeof text));
    return rc.code == AX_STALE ? AX_RC(OK) : rc;
}

static ax_rc assigned(void *state, int32_t partition, int64_t *next_offset)
{
    struct ax_loop *l = state;
    struct ax_shard *s = &l->shards[partition];
    struct ax_err err = {0};
    s->assigned = true;
    if (s->part == NULL) {
        ax_rc rc = take(l, s, &err);
        for (int i = 1; !ax_ok(rc) && i < STEPPED_TAKES && !l->threaded; i++) {
            rc = take(l, s, &err);
        }
        if (!ax_ok(rc)) {
            char text[AX_ERR_TEXT_MAX * 2];
            AX_NOTE_LIMITED(
                    WARN, "partition.not_taken", "partition=%d %s", partition, ax_note_err(&err, text, sizeof text));
            s->assigned = false;
            return rc;
        }
    }
    *next_offset = s->position.next_offset;
    s->seek = false;
    return AX_RC(OK);
}

static void revoked(void *state, int32_t partition, bool lost)
{
    struct ax_loop *l = state;
    struct ax_shard *s = &l->shards[partition];
    if (ax_committer_busy(&l->committer)) {
        ax_committer_abandon(&l->committer);
        for (int32_t p = 0; p < l->partitions; p++) { /* whose it was, does not matter: all are read again */
            if (l->shards[p].part != NULL) {
                let_go(l, &l->shards[p]);
            }
        }
    }
    s->assigned = false;
    let_go(l, s);
    AX_NOTE(INFO, "partition.left", "partition=%d lost=%d", partition, lost);
}

/* Takes again what was let go, and has the log read on from where the store is. *some: one was taken. */
static ax_rc take_missing(struct ax_loop *l, bool *some, struct ax_err *err)
{
    ax_rc last = AX_RC(OK);
    for (int32_t p = 0; p < l->partitions; p++) {
        struct ax_shard *s = &l->shards[p];
        ax_rc rc = AX_RC(OK);
        if (s->assigned && s->part == NULL && (!l->threaded || s->not_before_us <= ax_mono_us())) {
            rc = take(l, s, err);
            s->seek = ax_ok(rc);
            *some = *some || ax_ok(rc);
        }
        if (ax_ok(rc) && s->part != NULL && s->seek) {
            rc = ax_log_seek(l->consumer, p, s->position.next_offset, err);
            s->seek = !ax_ok(rc);
        }
        last = ax_ok(rc) ? last : rc;
    }
    return last;
}

static struct ax_commit *begin_commit(struct ax_loop *l, struct ax_shard *s)
{
    struct ax_commit *c = &l->commits[l->free_commit];
    ax_commit_begin(c, s->partition, s->position, s->position);
    c->number = ++l->batches;
    c->take = s->take;
    return c;
}

/* Hands over what was prepared, unless the partition was let go meanwhile. */
static ax_rc hand_over(struct ax_loop *l, struct ax_commit *c, struct ax_err *err)
{
    ax_rc rc = settle(l, err);
    struct ax_shard *s = &l->shards[c->partition];
    if (s->take != c->take || s->part == NULL) {
        return rc;
    }
    ax_cache_trim(&l->cache, l->settled);
    s->position = c->to;
    ax_committer_submit(&l->committer, s->part, c);
    l->free_commit = 1 - l->free_commit;
    return rc;
}

static void drop_polled(struct ax_loop *l, int32_t partition)
{
    while (l->polled_at < l->polled_count && l->order[l->polled_at]->partition == partition) {
        l->polled_at++;
    }
}

/* The records of the next partition that come next in its log; the others are dropped. */
static void next_run(struct ax_loop *l, size_t *count)
{
    *count = 0;
    struct ax_shard *s = &l->shards[l->order[l->polled_at]->partition];
    if (s->part == NULL) {
        drop_polled(l, s->partition);
        return;
    }
    int64_t next = s->position.next_offset;
    while (l->polled_at < l->polled_count && l->order[l->polled_at]->partition == s->partition &&
            l->order[l->polled_at]->offset < next) {
        l->polled_at++;
    }
    size_t at = l->polled_at;
    while (at < l->polled_count && l->order[at]->partition == s->partition && l->order[at]->offset == next) {
        at++;
        next++;
    }
    *count = at - l->polled_at;
    if (*count == 0 && at < l->polled_count && l->order[at]->partition == s->partition) {
        AX_NOTE_LIMITED(WARN, "partition.gap", "partition=%d next=%lld read=%lld", s->partition, (long long)next,
                (long long)l->order[at]->offset);
        drop_polled(l, s->partition);
        s->seek = true;
    }
}

/* What is rated again for each batch takes as long as its ledger is large, so that many small batches of one large ledger
 * would take time in its square. Records are left to gather instead, and rating it takes a fixed part of the time. */
static void rest(struct ax_loop *l, int64_t took_us)
{
    int64_t rest_us = took_us * REST < (int64_t)REST_MAX_MS * 1000 ? took_us * REST : (int64_t)REST_MAX_MS * 1000;
    l->rest_until_us = l->threaded ? ax_mono_us() + rest_us : 0;
}

static ax_rc batch_turn(struct ax_loop *l, struct ax_err *err)
{
    struct ax_shard *s = &l->shards[l->order[l->polled_at]->partition];
    size_t count = 0;
    next_run(l, &count);
    if (count == 0) {
        return AX_RC(OK);
    }
    bool quarantine = false;
    bool one = false;
    size_t taken = 0;
    const struct ax_scorer_options *o = &l->options;
    count = s->fresh && count > FIRST_RECORDS ? FIRST_RECORDS : count;
    AX_TRY(ax_attempt_begin(
            o->store, s, s->position.next_offset, o->poison_attempts_max, FIRST_RECORDS, &quarantine, &one, err));
    struct ax_commit *c = begin_commit(l, s);
    int64_t began_us = ax_mono_us();
    ax_rc prepared =
            ax_batch_prepare(&l->batch, l->order + l->polled_at, one ? 1 : count, s->day, quarantine, c, &taken, err);
    struct ax_err *end_err = ax_ok(prepared) ? err : NULL;
    ax_rc ended = ax_attempt_end(o->store, s, ax_ok(prepared) ? (uint32_t)taken : 0, end_err);
    if (!ax_ok(prepared)) {
        if (l->batch.dirty) {
            let_go(l, s);
        }
        return prepared;
    }
    if (!ax_ok(ended)) { /* the views have moved on, the store has not */
        let_go(l, s);
        return ended;
    }
    l->polled_at += taken;
    if (l->batch.lopsided && l->polled_count < o->batch_max_records) { /* else there is enough for the next batch */
        rest(l, ax_mono_us() - began_us);
    }
    return hand_over(l, c, err);
}

static struct ax_shard *next_rolling(struct ax_loop *l)
{
    for (int32_t i = 0; i < l->partitions; i++) {
        struct ax_shard *s = &l->shards[(l->roll_from + i) % l->partitions];
        if (s->part != NULL && s->rolling) {
            l->roll_from = (s->partition + 1) % l->partitions;
            return s;
        }
    }
    return NULL;
}

static ax_rc roll_turn(struct ax_loop *l, struct ax_shard *s, struct ax_err *err)
{
    AX_TRY(settle(l, err)); /* what is scanned must be what was committed */
    if (s->part == NULL) {
        return AX_RC(OK);
    }
    struct ax_commit *c = begin_commit(l, s);
    bool some = false;
    AX_TRY(ax_roll_prepare(&l->batch, s, c, &some, err));
    if (some) {
        return hand_over(l, c, err);
    }
    l->settled = c->number;
    ax_cache_trim(&l->cache, l->settled);
    if (c->packs_rolled) {
        s->unnoted = true;
        note_packs(l, s);
    }
    return AX_RC(OK);
}

/* A stable counting sort by partition. */
static void sort_polled(struct ax_loop *l)
{
    size_t starts[AX_LOG_PARTITIONS_MAX + 1] = {0};
    for (size_t i = 0; i < l->polled_count; i++) {
        AX_ASSERT(l->polled[i].partition >= 0 && l->polled[i].partition < l->partitions);
        starts[l->polled[i].partition + 1]++;
    }
    for (int32_t p = 0; p < l->partitions; p++) {
        starts[p + 1] += starts[p];
    }
    for (size_t i = 0; i < l->polled_count; i++) {
        l->order[starts[l->polled[i].partition]++] = &l->polled[i];
    }
    l->polled_at = 0;
}

static void focus_next(struct ax_loop *l)
{
    for (; l->focus_left > 0; l->focus_left--) {
        l->focus = (l->focus + 1) % l->partitions;
        if (l->shards[l->focus].assigned) {
            l->focus_left--;
            l->focus_records = 0;
            l->focus_quiet = 0;
            ax_log_focus(l->consumer, l->focus);
            return;
        }
    }
    l->focus = AX_LOG_ALL_PARTITIONS;
    ax_log_focus(l->consumer, l->focus);
}

/* Chooses what the next poll reads. */
static void steer(struct ax_loop *l)
{
    if (l->focus == AX_LOG_ALL_PARTITIONS) {
        if (l->polled_count >= FAR_BEHIND) {
            l->focus = l->order[0]->partition - 1;
            l->focus_left = l->partitions;
            focus_next(l);
        }
        return;
    }
    l->focus_records += l->polled_count;
    l->focus_quiet = l->polled_count > 0 ? 0 : l->focus_quiet + 1;
    bool done = l->focus_quiet > (l->focus_records > 0 ? 0 : FOCUS_QUIET);
    if (done || l->focus_records >= FOCUS_RECORDS || !l->shards[l->focus].assigned) {
        focus_next(l);
    }
}

static ax_rc rest_turn(struct ax_loop *l, int timeout_ms, struct ax_err *err)
{
    AX_TRY(settle(l, err));
    int64_t left_ms = (l->rest_until_us - ax_mono_us()) / 1000 + 1;
    ax_sleep_ms(left_ms < timeout_ms ? (int)left_ms : timeout_ms);
    return AX_RC(OK);
}

static ax_rc poll_turn(struct ax_loop *l, int timeout_ms, struct ax_err *err)
{
    bool busy = ax_committer_busy(&l->committer);
    l->polled_count = 0;
    l->polled_at = 0;
    bool focused = l->focus != AX_LOG_ALL_PARTITIONS;
    ax_rc rc = ax_log_poll(
            l->consumer, l->polled, l->polled_max, busy && !focused ? 0 : timeout_ms, &l->polled_count, err);
    if (!ax_ok(rc)) {
        l->polled_count = 0;
        return rc;
    }
    l->caught_up = l->polled_count < CAUGHT_UP_BELOW && l->focus == AX_LOG_ALL_PARTITIONS;
    sort_polled(l);
    steer(l);
    return busy && !focused && l->polled_count == 0 ? settle(l, err) : AX_RC(OK);
}

/* Other packs: partitions are taken anew, which makes every rating again and shuts out what an earlier life of ours may
 * still have on its way to the store. Where the topic cannot be read now, it is later. */
static ax_rc watch_packs(struct ax_loop *l, struct ax_err *err)
{
    int64_t now_us = ax_mono_us();
    ax_rc rc = AX_RC(OK);
    if (!l->options.challenger && (!l->threaded || now_us >= l->packs_after_us)) {
        l->packs_after_us = now_us + PACKS_LOOK_US;
        rc = ax_live_catch_up(l->live, err);
    }
    const struct ax_rater *rater = ax_live_rater(l->live);
    if (rater == l->batch.rater) {
        return rc;
    }
    AX_TRY(settle(l, err)); /* the note that says by which packs it was made is written with the old ones */
    l->batch.rater = rater;
    ax_feed_rater(&l->feed, rater);
    for (int32_t p = 0; p < l->partitions; p++) {
        if (l->shards[p].part != NULL) {
            let_go(l, &l->shards[p]);
        }
    }
    AX_NOTE(INFO, "packs.changed", "bundles=%zu", rater->later_count + 1);
    return rc;
}

static void watch_day(struct ax_loop *l)
{
    int32_t today = today_of(l);
    for (int32_t p = 0; p < l->partitions; p++) {
        struct ax_shard *s = &l->shards[p];
        if (s->part != NULL && today > s->day) {
            ax_roll_begin(s, today);
        }
        if (s->part != NULL && s->unnoted) {
            note_packs(l, s);
        }
    }
}

ax_rc ax_loop_turn(struct ax_loop *loop, int timeout_ms, struct ax_err *err)
{
    if (!loop->threaded && ax_committer_busy(&loop->committer)) {
        return settle(loop, err);
    }
    bool some = false;
    ax_rc rc = watch_packs(loop, err);
    if (ax_ok(rc)) {
        rc = take_missing(loop, &some, err);
    }
    watch_day(loop);
    bool records = loop->polled_at < loop->polled_count;
    struct ax_shard *rolling = records && !loop->roll_next ? NULL : next_rolling(loop);
    loop->roll_next = !loop->roll_next;
    if (rolling != NULL) {
        AX_TRY(roll_turn(loop, rolling, err));
    } else if (records) {
        AX_TRY(batch_turn(loop, err));
    } else if (loop->rest_until_us > ax_mono_us()) {
        AX_TRY(rest_turn(loop, timeout_ms, err));
    } else {
        AX_TRY(poll_turn(loop, some ? 0 : timeout_ms, err));
    }
    return rc;
}

static void fill_defaults(struct ax_scorer_options *o)
{
    o->clock = o->clock == NULL ? ax_clock_system() : o->clock;
    o->batch_max_records = o->batch_max_records == 0 ? 8192 : o->batch_max_records;
    o->batch_max_records = o->batch_max_records > AX_STORE_BATCH_MAX ? AX_STORE_BATCH_MAX : o->batch_max_records;
    o->batch_wait_ms = o->batch_wait_ms == 0 ? 100 : o->batch_wait_ms;
    o->cache_max_mib = o->cache_max_mib == 0 ? 64 : o->cache_max_mib;
    o->poison_attempts_max = o->poison_attempts_max == 0 ? 3 : o->poison_attempts_max;
    o->publish_busy_ms = o->publish_busy_ms == 0 ? 2000 : o->publish_busy_ms;
    o->publish_ms = o->publish_ms == 0 ? 500 : o->publish_ms;
    o->prefetch_bytes = o->prefetch_bytes == 0 ? (size_t)16 << 20 : o->prefetch_bytes;
}

ax_rc ax_loop_open(struct ax_loop *loop, const struct ax_scorer_options *options, bool threaded, struct ax_err *err)
{
    *loop = (struct ax_loop){.options = *options, .threaded = threaded};
    struct ax_scorer_options *o = &loop->options;
    fill_defaults(o);
    loop->partitions = ax_log_partitions(o->log);
    loop->focus = AX_LOG_ALL_PARTITIONS;
    for (int32_t p = 0; p < loop->partitions; p++) {
        loop->shards[p].partition = p;
        loop->shards[p].own_offset = -1;
    }
    loop->live = ax_live_new(o->log, o->bundle, o->library);
    ax_cache_init(&loop->cache, (size_t)o->cache_max_mib << 20);
    ax_batch_init(&loop->batch, o->batch_max_records);
    loop->batch.store = o->store;
    loop->batch.log = o->challenger ? NULL : o->log;
    loop->batch.clock = o->clock;
    loop->batch.rater = ax_live_rater(loop->live);
    loop->batch.cache = &loop->cache;
    ax_commit_init(&loop->commits[0]);
    ax_commit_init(&loop->commits[1]);
    ax_committer_init(&loop->committer, threaded);
    ax_feed_init(&loop->feed, o->log, o->store, loop->batch.rater);
    size_t max = (size_t)o->batch_max_records * POLL_BATCHES;
    loop->polled_max = max > POLL_MAX ? POLL_MAX : max;
    loop->polled = ax_xcalloc(loop->polled_max, sizeof *loop->polled);
    loop->order = ax_xcalloc(loop->polled_max, sizeof *loop->order);
    struct ax_log_consumer_options consumer = {
            .topic = AX_TOPIC_FACTS,
            .group = o->group,
            .member = o->member,
            .callbacks = {.assigned = assigned, .revoked = revoked, .state = loop},
            .prefetch_bytes = o->prefetch_bytes,
    };
    ax_rc rc = ax_log_consumer_open(o->log, &consumer, &loop->consumer, err);
    if (!ax_ok(rc)) {
        ax_loop_close(loop, false);
    }
    return rc;
}

void ax_loop_close(struct ax_loop *loop, bool finish)
{
    struct ax_err err;
    if (finish && ax_committer_busy(&loop->committer)) {
        (void)settle(loop, &err).code;
    }
    ax_committer_deinit(&loop->committer);
    if (loop->consumer != NULL) {
        ax_log_consumer_close(loop->consumer);
    }
    for (int32_t p = 0; p < loop->partitions; p++) {
        if (loop->shards[p].part != NULL) {
            ax_store_part_free(loop->shards[p].part);
        }
    }
    ax_feed_deinit(&loop->feed);
    ax_commit_deinit(&loop->commits[0]);
    ax_commit_deinit(&loop->commits[1]);
    ax_batch_deinit(&loop->batch);
    ax_cache_deinit(&loop->cache);
    ax_live_free(loop->live);
    ax_xfree(loop->polled);
    ax_xfree(loop->order);
}
