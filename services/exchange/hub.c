/* SPDX-License-Identifier: Apache-2.0 */
#include "services/exchange/hub.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/queue.h>

#include "base/clock.h"
#include "base/log.h"
#include "services/exchange/answer.h"
#include "services/lib/wire/put.h"
#include "services/lib/wire/rating_wire.h"

enum {
    POLL_MAX = 1024,
    POLL_MS = 100,
    PREFETCH_BYTES = 4 << 20,
    SEND_DEPTH = 64, /* messages waiting in one stream before it is left alone for a turn */
    MESSAGE_MAX_BYTES = AX_STORE_RATING_MAX_BYTES + 16384,
    SCRATCH_MAX_BYTES = 1 << 20,
    EVENT_RATING = 1,
    EVENT_HEARTBEAT = 3,
    EVENT_TOKEN = 4,
    HEARTBEAT_AT = 1,
    REOPEN_MS = 1000,
    PACKS_LOOK_US = 500000,
};

struct event {
    int32_t partition;
    int64_t offset;
    char *bytes; /* owned; a Rating */
    size_t len;
    struct ax_subject subject; /* read from it once, for all watchers */
};

struct watcher {
    TAILQ_ENTRY(watcher) link;
    struct ax_rpc_call *call;
    const struct ax_question *question;
    struct ax_place place;
    uint64_t next_event; /* number of the event to look at next */
    int64_t heartbeat_at_us;
};

struct ax_hub {
    struct ax_exchange *x;
    pthread_t thread;
    atomic_bool stop;
    pthread_mutex_t lock; /* over all below */
    TAILQ_HEAD(, watcher) watchers;
    unsigned reserved;
    struct event ring[AX_HUB_EVENTS_MAX];
    int64_t caught_up_at[AX_LOG_PARTITIONS_MAX]; /* where the feed ended when it was found; -1: not found yet */
    uint64_t first;                              /* number of the oldest event in the ring */
    uint64_t next;                               /* number of the event to come */
    size_t bytes;
    struct ax_place floor; /* events of a partition are in the ring from this offset on */
    struct ax_place place;
    struct ax_buf message; /* the hub thread's */
    struct ax_arena scratch;
};

static void lock(struct ax_hub *hub)
{
    AX_ASSERT(pthread_mutex_lock(&hub->lock) == 0);
}

static void unlock(struct ax_hub *hub)
{
    AX_ASSERT(pthread_mutex_unlock(&hub->lock) == 0);
}

static void drop_oldest(struct ax_hub *hub)
{
    struct event *e = &hub->ring[hub->first % AX_HUB_EVENTS_MAX];
    hub->floor.next[e->partition] = e->offset + 1;
    hub->bytes -= e->len;
    ax_xfree(e->bytes);
    e->bytes = NULL;
    hub->first++;
}

void ax_subject_of(const struct ax_rating *rating, struct ax_subject *out)
{
    (void)snprintf(out->enterprise, sizeof out->enterprise, "%.*s", AX_ARG(rating->enterprise));
    (void)snprintf(out->region, sizeof out->region, "%.*s", AX_ARG(rating->region));
    (void)snprintf(out->industry, sizeof out->industry, "%.*s", AX_ARG(rating->industry));
    out->level = rating->level;
}

static void read_subject(struct ax_hub *hub, const struct ax_log_record *record, struct ax_subject *out)
{
    struct ax_rating rating;
    struct ax_err err;
    ax_arena_reset(&hub->scratch);
    if (ax_ok(ax_rating_from_wire(record->value, &hub->scratch, &rating, &err))) {
        ax_subject_of(&rating, out);
    } else {
        char text[512];
        *out = (struct ax_subject){.level = AX_LEVEL_NONE}; /* only watchers of everything hear of it */
        AX_NOTE_LIMITED(WARN, "feed.unreadable", "%s", ax_note_err(&err, text, sizeof text));
    }
}

static void add_event(struct ax_hub *hub, const struct ax_log_record *record)
{
    while (hub->next - hub->first >= AX_HUB_EVENTS_MAX || (hub->next > hub->first && hub->bytes > AX_HUB_BYTES_MAX)) {
        drop_oldest(hub);
    }
    struct event *e = &hub->ring[hub->next % AX_HUB_EVENTS_MAX];
    e->partition = record->partition;
    e->offset = record->offset;
    e->len = record->value.len;
    e->bytes = ax_xcalloc(1, record->value.len);
    if (record->value.len > 0) {
        memcpy(e->bytes, record->value.ptr, record->value.len);
    }
    read_subject(hub, record, &e->subject);
    hub->bytes += e->len;
    hub->next++;
    hub->place.next[record->partition] = record->offset + 1;
}

/* A new hub begins some way back, so that watchers who come back after a restart find their place. */
static ax_rc assigned(void *state, int32_t partition, int64_t *next_offset)
{
    struct ax_hub *hub = state;
    struct ax_err err;
    int64_t begin = 0;
    int64_t end = 0;
    AX_TRY(ax_log_range(hub->x->options.log, AX_TOPIC_RATINGS, partition, &begin, &end, &err));
    int64_t back = end - AX_HUB_EVENTS_MAX / hub->place.partitions;
    int64_t start = back > begin ? back : begin;
    lock(hub);
    if (hub->place.next[partition] > start) {
        start = hub->place.next[partition]; /* assigned again after a fault: go on */
    } else {
        hub->place.next[partition] = start;
        hub->floor.next[partition] = start;
    }
    if (hub->caught_up_at[partition] < 0) {
        hub->caught_up_at[partition] = end;
    }
    unlock(hub);
    *next_offset = start;
    return AX_RC(OK);
}

static void revoked(void *state, int32_t partition, bool lost)
{
    (void)state;
    (void)partition;
    (void)lost;
}

bool ax_watch_wants(const struct ax_question *q, const struct ax_subject *subject)
{
    struct ax_rating seen = {
            .level = subject->level, .region = ax_str_c(subject->region), .industry = ax_str_c(subject->industry)};
    bool named = q->enterprise_count == 0;
    for (size_t i = 0; i < q->enterprise_count && !named; i++) {
        named = ax_str_eq(q->enterprises[i], ax_str_c(subject->enterprise));
    }
    return named && (ax_filter_is_open(&q->filter) || ax_filter_passes(&q->filter, &seen));
}

static void put_token(struct ax_hub *hub, const struct ax_place *place)
{
    uint8_t bytes[AX_LOG_PARTITIONS_MAX * 21 + 16];
    struct ax_buf token = {.ptr = bytes, .size = sizeof bytes, .cap = sizeof bytes};
    ax_place_put(place, &token);
    AX_ASSERT(!token.failed);
    ax_wire_put_str(&hub->message, EVENT_TOKEN, ax_buf_str(&token));
}

static ax_rc send_event(struct ax_hub *hub, struct watcher *w, const struct event *e)
{
    if (e->offset < w->place.next[e->partition]) {
        return AX_RC(OK); /* before its place */
    }
    w->place.next[e->partition] = e->offset + 1;
    if (!ax_watch_wants(w->question, &e->subject)) {
        return AX_RC(OK);
    }
    ax_buf_clear(&hub->message);
    ax_wire_put_str(&hub->message, EVENT_RATING, ax_str_of(e->bytes, e->len));
    put_token(hub, &w->place);
    return ax_rpc_send(w->call, ax_buf_str(&hub->message));
}

static ax_rc send_heartbeat(struct ax_hub *hub, struct watcher *w)
{
    w->heartbeat_at_us = ax_mono_us() + w->question->heartbeat_ms * 1000;
    ax_buf_clear(&hub->message);
    ax_wire_put_uint(&hub->message, HEARTBEAT_AT, (uint64_t)ax_clock_us(hub->x->options.clock));
    ax_wire_wrap(&hub->message, 0, EVENT_HEARTBEAT);
    put_token(hub, &w->place);
    return ax_rpc_send(w->call, ax_buf_str(&hub->message));
}

/* What a watcher has room for. Not OK: it is to be ended. */
static ax_rc serve(struct ax_hub *hub, struct watcher *w)
{
    if (ax_rpc_cancelled(w->call)) {
        return AX_RC(CANCELLED);
    }
    if (w->next_event < hub->first) {
        return AX_RC(LIMIT); /* events it has not seen left the ring */
    }
    while (w->next_event < hub->next) {
        ax_rc room = ax_rpc_wait_room(w->call, SEND_DEPTH, 0);
        if (room.code == AX_TIMEOUT) {
            return AX_RC(OK);
        }
        AX_TRY(room);
        AX_TRY(send_event(hub, w, &hub->ring[w->next_event % AX_HUB_EVENTS_MAX]));
        w->next_event++;
    }
    return ax_mono_us() >= w->heartbeat_at_us ? send_heartbeat(hub, w) : AX_RC(OK);
}

static void end_watcher(struct ax_hub *hub, struct watcher *w, ax_rc rc, bool closing)
{
    struct ax_err err;
    if (rc.code == AX_LIMIT) {
        (void)ax_fail(&err, AX_LIMIT, "read faster, or go on from the last resume token");
    } else if (closing || rc.code == AX_CANCELLED) {
        rc = ax_fail(&err, AX_UNAVAILABLE, "draining; go on from the last resume token");
    } else {
        (void)ax_fail(&err, (enum ax_code)rc.code, "the watch cannot go on");
    }
    TAILQ_REMOVE(&hub->watchers, w, link);
    hub->reserved--;
    ax_rpc_fail(w->call, rc, &err);
    ax_xfree(w);
}

static void serve_all(struct ax_hub *hub)
{
    struct watcher *next = NULL;
    lock(hub);
    for (struct watcher *w = TAILQ_FIRST(&hub->watchers); w != NULL; w = next) {
        next = TAILQ_NEXT(w, link);
        ax_rc rc = serve(hub, w);
        if (!ax_ok(rc)) {
            end_watcher(hub, w, rc, false);
        }
    }
    unlock(hub);
}

static ax_rc read_feed(struct ax_hub *hub, struct ax_log_consumer *consumer, struct ax_err *err)
{
    struct ax_log_record records[POLL_MAX];
    size_t count = 0;
    AX_TRY(ax_log_poll(consumer, records, POLL_MAX, POLL_MS, &count, err));
    lock(hub);
    for (size_t i = 0; i < count; i++) {
        add_event(hub, &records[i]);
    }
    unlock(hub);
    return AX_RC(OK);
}

/* Other packs are valid from here on. Where the topic cannot be read now, it is later. */
static void watch_packs(struct ax_hub *hub, int64_t *after_us)
{
    struct ax_err err = {0};
    char text[AX_ERR_TEXT_MAX * 2];
    int64_t now_us = ax_mono_us();
    if (now_us < *after_us) {
        return;
    }
    *after_us = now_us + PACKS_LOOK_US;
    if (!ax_ok(ax_live_catch_up(hub->x->live, &err))) {
        AX_NOTE_LIMITED(WARN, "packs.not_read", "%s", ax_note_err(&err, text, sizeof text));
    }
    hub->x->rater = ax_live_rater(hub->x->live);
}

static void *run(void *state)
{
    struct ax_hub *hub = state;
    struct ax_log_consumer_options options = {
            .topic = AX_TOPIC_RATINGS,
            .callbacks = {.assigned = assigned, .revoked = revoked, .state = hub},
            .prefetch_bytes = PREFETCH_BYTES,
    };
    struct ax_log_consumer *consumer = NULL;
    bool failing = false;
    int64_t packs_after_us = 0;
    while (!atomic_load(&hub->stop)) {
        watch_packs(hub, &packs_after_us);
        struct ax_err err;
        ax_rc rc = AX_RC(OK);
        if (consumer == NULL) {
            rc = ax_log_consumer_open(hub->x->options.log, &options, &consumer, &err);
        }
        if (ax_ok(rc)) {
            rc = read_feed(hub, consumer, &err);
        }
        if (ax_ok(rc) == failing) { /* say it once, and once when it is over */
            char text[512];
            failing = !failing;
            AX_NOTE(WARN, failing ? "feed.failed" : "feed.recovered", "%s",
                    failing ? ax_note_err(&err, text, sizeof text) : "");
        }
        if (!ax_ok(rc)) {
            ax_sleep_ms(consumer == NULL ? REOPEN_MS : POLL_MS);
        }
        serve_all(hub);
    }
    if (consumer != NULL) {
        ax_log_consumer_close(consumer);
    }
    return NULL;
}

ax_rc ax_hub_open(struct ax_exchange *x, struct ax_hub **out, struct ax_err *err)
{
    struct ax_hub *hub = ax_xcalloc(1, sizeof *hub);
    hub->x = x;
    hub->place.partitions = ax_log_partitions(x->options.log);
    hub->floor.partitions = hub->place.partitions;
    for (int32_t p = 0; p < hub->place.partitions; p++) {
        hub->caught_up_at[p] = -1;
    }
    TAILQ_INIT(&hub->watchers);
    AX_ASSERT(pthread_mutex_init(&hub->lock, NULL) == 0);
    ax_buf_init(&hub->message, MESSAGE_MAX_BYTES);
    ax_arena_init(&hub->scratch, 64 << 10, SCRATCH_MAX_BYTES);
    if (pthread_create(&hub->thread, NULL, run, hub) != 0) {
        return ax_fail(err, AX_UNAVAILABLE, "no thread for the ratings feed");
    }
    *out = hub;
    return AX_RC(OK);
}

void ax_hub_close(struct ax_hub *hub)
{
    atomic_store(&hub->stop, true);
    AX_ASSERT(pthread_join(hub->thread, NULL) == 0);
    lock(hub);
    while (!TAILQ_EMPTY(&hub->watchers)) {
        end_watcher(hub, TAILQ_FIRST(&hub->watchers), AX_RC(UNAVAILABLE), true);
    }
    while (hub->first < hub->next) {
        drop_oldest(hub);
    }
    unlock(hub);
    (void)pthread_mutex_destroy(&hub->lock);
    ax_buf_deinit(&hub->message);
    ax_arena_deinit(&hub->scratch);
    ax_xfree(hub);
}

bool ax_hub_place(struct ax_hub *hub, struct ax_place *out)
{
    lock(hub);
    bool found = true;
    for (int32_t p = 0; p < hub->place.partitions; p++) {
        found = found && hub->caught_up_at[p] >= 0 && hub->place.next[p] >= hub->caught_up_at[p];
    }
    *out = hub->place;
    unlock(hub);
    return found;
}

ax_rc ax_hub_reserve(struct ax_hub *hub, struct ax_err *err)
{
    lock(hub);
    bool room = hub->reserved < hub->x->options.watchers_max;
    hub->reserved += room ? 1 : 0;
    unlock(hub);
    return room ? AX_RC(OK) : ax_fail(err, AX_LIMIT, "%u watchers already", hub->x->options.watchers_max);
}

void ax_hub_release(struct ax_hub *hub)
{
    lock(hub);
    hub->reserved--;
    unlock(hub);
}

static bool has(const struct ax_hub *hub, const struct ax_place *place)
{
    for (int32_t p = 0; p < hub->place.partitions; p++) {
        if (place->next[p] < hub->floor.next[p] || place->next[p] > hub->place.next[p]) {
            return false;
        }
    }
    return true;
}

bool ax_hub_has(struct ax_hub *hub, const struct ax_place *place)
{
    lock(hub);
    bool result = has(hub, place);
    unlock(hub);
    return result;
}

void ax_hub_join(
        struct ax_hub *hub, struct ax_rpc_call *call, const struct ax_question *question, const struct ax_place *place)
{
    struct watcher *w = ax_xcalloc(1, sizeof *w);
    w->call = call;
    w->question = question;
    w->place = *place;
    lock(hub);
    w->next_event = hub->first;
    TAILQ_INSERT_TAIL(&hub->watchers, w, link);
    if (!has(hub, place)) { /* its snapshot took so long that changes left the ring */
        end_watcher(hub, w, AX_RC(LIMIT), false);
    }
    unlock(hub);
}
