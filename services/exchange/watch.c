/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WatchRatings: where the feed is now is noted first, then the store is read as the snapshot, then changes follow from the
 * noted place on. So nothing is missed; what is in both is the same rating twice, and watchers know it by its revision. A
 * token that is too old (or of another deployment) begins with a snapshot in the same call.
 */
#include "base/clock.h"
#include "services/exchange/answer.h"
#include "services/exchange/hub.h"
#include "services/lib/wire/put.h"
#include "services/lib/wire/rating_wire.h"

enum {
    SCAN_MAX = 256,
    SCAN_ARENA_BYTES = 256 << 20,
    ROOM_DEPTH = 64,
    ROOM_WAIT_MS = 60000,
    MESSAGE_MAX_BYTES = AX_STORE_RATING_MAX_BYTES + 16384,
    EVENT_RATING = 1,
    EVENT_SNAPSHOT_END = 2,
    EVENT_TOKEN = 4,
    EVENT_IN_SNAPSHOT = 5,
    SNAPSHOT_END_RATINGS = 1,
    FIND_STEP_MS = 10,
};

struct watch {
    struct ax_exchange *x;
    struct ax_rpc_call *call;
    struct ax_question question;
    struct ax_place place;
    struct ax_arena arena;   /* of one scan */
    struct ax_arena scratch; /* of one rating */
    struct ax_buf message;
    uint64_t sent;
};

static ax_rc send_message(struct watch *w, struct ax_err *err)
{
    ax_rc rc = ax_rpc_wait_room(w->call, ROOM_DEPTH, ROOM_WAIT_MS);
    if (ax_ok(rc)) {
        rc = ax_rpc_send(w->call, ax_buf_str(&w->message));
    }
    return ax_ok(rc) ? rc : ax_fail(err, (enum ax_code)rc.code, "the snapshot could not be sent to its end");
}

/* What the filter looks at, of the Rating that the message holds. */
static ax_rc read_subject(struct watch *w, struct ax_subject *out, struct ax_err *err)
{
    struct ax_rating rating;
    uint64_t tag = 0;
    uint64_t len = 0;
    struct ax_cursor c = ax_cursor_of(ax_buf_str(&w->message));
    AX_ASSERT(ax_cursor_varint(&c, &tag) && ax_cursor_varint(&c, &len));
    AX_TRY(ax_rating_from_wire(ax_str_of(c.at, (size_t)len), &w->scratch, &rating, err));
    ax_subject_of(&rating, out);
    return AX_RC(OK);
}

static ax_rc send_rating(struct watch *w, struct ax_store_read *read, struct ax_answer_time time, struct ax_err *err)
{
    struct ax_subject subject;
    ax_arena_reset(&w->scratch);
    ax_buf_clear(&w->message);
    if (read->rating.ptr != NULL && !ax_answer_ready(w->x, read, time)) {
        AX_TRY(ax_store_read_many(w->x->options.store, read, 1, true, &w->arena, err));
    }
    AX_TRY(ax_answer_put(w->x, read, time, &w->arena, EVENT_RATING, &w->message, err));
    if (w->message.failed) {
        return ax_fail(err, AX_LIMIT, "a rating is larger than %d bytes", MESSAGE_MAX_BYTES);
    }
    AX_TRY(read_subject(w, &subject, err));
    if (!ax_watch_wants(&w->question, &subject)) {
        return AX_RC(OK);
    }
    ax_wire_put_uint(&w->message, EVENT_IN_SNAPSHOT, 1);
    w->sent++;
    return send_message(w, err);
}

static ax_rc send_partition(struct watch *w, int32_t partition, struct ax_err *err)
{
    char after[AX_STORE_ENTERPRISE_MAX + 1] = "";
    size_t count = SCAN_MAX;
    while (count == SCAN_MAX) {
        struct ax_store_read *reads = NULL;
        struct ax_answer_time time = {ax_exchange_today(w->x), 0};
        ax_arena_reset(&w->arena);
        AX_TRY(ax_store_scan(
                w->x->options.store, partition, ax_str_c(after), SCAN_MAX, false, &w->arena, &reads, &count, err));
        for (size_t i = 0; i < count; i++) {
            if (reads[i].rating.ptr != NULL) {
                AX_TRY(send_rating(w, &reads[i], time, err));
            }
        }
        if (count > 0) {
            (void)ax_str_to_c(reads[count - 1].enterprise, after, sizeof after);
        }
    }
    return AX_RC(OK);
}

static ax_rc send_snapshot(struct watch *w, struct ax_err *err)
{
    for (int32_t p = 0; p < w->place.partitions; p++) {
        AX_TRY(send_partition(w, p, err));
    }
    return AX_RC(OK);
}

static ax_rc send_snapshot_end(struct watch *w, struct ax_err *err)
{
    ax_buf_clear(&w->message);
    ax_wire_put_uint(&w->message, SNAPSHOT_END_RATINGS, w->sent);
    ax_wire_wrap(&w->message, 0, EVENT_SNAPSHOT_END);
    struct ax_buf token;
    ax_buf_init(&token, 16384);
    ax_place_put(&w->place, &token);
    ax_wire_put_str(&w->message, EVENT_TOKEN, ax_buf_str(&token));
    ax_buf_deinit(&token);
    return send_message(w, err);
}

/* After a start the hub needs a moment to find the end of the feed; until then no place means anything. */
static ax_rc find_place(struct watch *w, struct ax_place *out, struct ax_err *err)
{
    while (!ax_hub_place(w->x->hub, out)) {
        if (ax_rpc_cancelled(w->call)) {
            return ax_fail(err, AX_UNAVAILABLE, "the ratings feed is not read yet");
        }
        ax_sleep_ms(FIND_STEP_MS);
    }
    return AX_RC(OK);
}

static ax_rc begin(struct watch *w, struct ax_err *err)
{
    struct ax_place now;
    const struct ax_question *q = &w->question;
    AX_TRY(find_place(w, &now, err));
    if (ax_place_read(q->resume_token, now.partitions, &w->place) && ax_hub_has(w->x->hub, &w->place)) {
        return AX_RC(OK); /* goes on where it was */
    }
    w->place = now;
    /* Who comes with a token that is too old has missed changes, whether or not a snapshot was asked for. */
    if (!q->skip_snapshot || q->resume_token.len > 0) {
        ax_arena_init(&w->arena, 256 << 10, SCAN_ARENA_BYTES);
        ax_arena_init(&w->scratch, 64 << 10, SCAN_ARENA_BYTES);
        ax_rc rc = send_snapshot(w, err);
        ax_arena_deinit(&w->arena);
        ax_arena_deinit(&w->scratch);
        AX_TRY(rc);
    }
    return send_snapshot_end(w, err);
}

/* On a thread of the snapshot pool. The question lives in the call's arena. */
static void start(void *state)
{
    struct watch *w = state;
    struct ax_err err;
    ax_rc rc = begin(w, &err);
    ax_buf_deinit(&w->message);
    if (ax_ok(rc)) {
        ax_hub_join(w->x->hub, w->call, &w->question, &w->place);
    } else {
        ax_hub_release(w->x->hub);
        ax_rpc_fail(w->call, rc, &err);
    }
}

static ax_rc watch_one(struct ax_exchange *x, struct ax_rpc_call *call, struct ax_err *err)
{
    struct ax_arena *arena = ax_rpc_arena(call);
    struct watch *w = AX_ARENA_NEW(arena, struct watch);
    if (w == NULL) {
        return ax_fail(err, AX_LIMIT, "no room for a watch");
    }
    AX_TRY(ax_question_read(AX_ASKED_WATCH, ax_rpc_request(call), ax_rpc_principal(call), arena, &w->question, err));
    w->x = x;
    w->call = call;
    AX_TRY(ax_hub_reserve(x->hub, err));
    ax_buf_init(&w->message, MESSAGE_MAX_BYTES);
    ax_rc rc = ax_pool_submit(x->snapshots, start, w);
    if (!ax_ok(rc)) {
        ax_buf_deinit(&w->message);
        ax_hub_release(x->hub);
        return ax_fail(err, (enum ax_code)rc.code, "too many watches begin at once");
    }
    return rc;
}

void ax_exchange_watch_ratings(void *state, struct ax_rpc_call **calls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct ax_err err;
        ax_rc rc = watch_one(state, calls[i], &err);
        if (!ax_ok(rc)) {
            ax_rpc_fail(calls[i], rc, &err);
        }
    }
}
