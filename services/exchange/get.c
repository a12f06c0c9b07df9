/* SPDX-License-Identifier: Apache-2.0 */
/* GetRating, many calls with one round trip to the store; and BatchGetRatings. */
#include "services/exchange/answer.h"
#include "services/exchange/parking.h"
#include "services/lib/wire/put.h"

enum {
    CALLS_MAX = 64, /* = the method's batch_max */
    ANSWER_MAX_BYTES = 1 << 20,
    RESPONSE_RATING = 1,
    BATCH_ENTERPRISE = 1,
    BATCH_RATING = 2,
    BATCH_ERROR = 3,
};

struct get {
    struct ax_rpc_call *call;
    struct ax_question question;
};

static void answer_one(const struct ax_exchange *x, struct get *g, struct ax_store_read *read, struct ax_buf *out)
{
    struct ax_err err;
    struct ax_answer_time time = ax_answer_time_of(x, &g->question);
    ax_rc rc = AX_RC(OK);
    if (read->position.next_offset < g->question.min_offset) {
        rc = ax_parking_put(x->parking, g->call, &g->question, &err);
        if (ax_ok(rc)) {
            return; /* the parking's now */
        }
    }
    ax_buf_clear(out);
    if (ax_ok(rc) && read->rating.ptr == NULL) {
        rc = ax_not_found(g->question.enterprise, &err);
    }
    if (ax_ok(rc)) {
        rc = ax_answer_put(x, read, time, ax_rpc_arena(g->call), RESPONSE_RATING, out, &err);
    }
    if (ax_ok(rc) && out->failed) {
        rc = ax_fail(&err, AX_LIMIT, "the answer is larger than %d bytes", ANSWER_MAX_BYTES);
    }
    if (ax_ok(rc)) {
        ax_rpc_reply(g->call, ax_buf_str(out));
    } else {
        ax_rpc_fail(g->call, rc, &err);
    }
}

/* Calls about today go to the store together; the arena of the first holds what comes back. */
static void answer_today(const struct ax_exchange *x, struct get *gets, size_t count, struct ax_buf *out)
{
    struct ax_err err;
    struct ax_store_read reads[CALLS_MAX] = {0};
    struct ax_answer_time time = {ax_exchange_today(x), 0};
    struct ax_arena arena;
    ax_arena_init(&arena, 64 << 10, (size_t)CALLS_MAX * AX_STORE_RATING_MAX_BYTES + (64 << 20));
    for (size_t i = 0; i < count; i++) {
        reads[i].enterprise = gets[i].question.enterprise;
    }
    ax_rc rc = ax_answer_read(x, reads, count, time, &arena, &err);
    for (size_t i = 0; i < count; i++) {
        if (ax_ok(rc)) {
            answer_one(x, &gets[i], &reads[i], out);
        } else {
            ax_rpc_fail(gets[i].call, rc, &err);
        }
    }
    ax_arena_deinit(&arena);
}

static void answer_then(const struct ax_exchange *x, struct get *g, struct ax_buf *out)
{
    struct ax_err err;
    struct ax_store_read read = {.enterprise = g->question.enterprise};
    struct ax_arena arena; /* the ledger may be larger than what a call may use */
    ax_arena_init(&arena, 64 << 10, AX_VIEW_READ_MAX_BYTES);
    ax_rc rc = ax_answer_read(x, &read, 1, ax_answer_time_of(x, &g->question), &arena, &err);
    if (ax_ok(rc)) {
        answer_one(x, g, &read, out);
    } else {
        ax_rpc_fail(g->call, rc, &err);
    }
    ax_arena_deinit(&arena);
}

void ax_exchange_get_parked(const struct ax_exchange *x, struct ax_rpc_call *call, const struct ax_question *question)
{
    struct ax_buf out;
    struct get g = {.call = call, .question = *question};
    g.question.min_offset = 0; /* the store has come that far */
    ax_buf_init(&out, ANSWER_MAX_BYTES);
    answer_then(x, &g, &out);
    ax_buf_deinit(&out);
}

void ax_exchange_get_rating(void *state, struct ax_rpc_call **calls, size_t count)
{
    const struct ax_exchange *x = state;
    struct get today[CALLS_MAX];
    size_t today_count = 0;
    struct ax_buf out;
    AX_ASSERT(count <= CALLS_MAX);
    ax_buf_init(&out, ANSWER_MAX_BYTES);
    for (size_t i = 0; i < count; i++) {
        struct ax_err err;
        struct get g = {.call = calls[i]};
        ax_rc rc = ax_question_read(AX_ASKED_GET, ax_rpc_request(g.call), ax_rpc_principal(g.call),
                ax_rpc_arena(g.call), &g.question, &err);
        if (!ax_ok(rc)) {
            ax_rpc_fail(g.call, rc, &err);
        } else if (g.question.as_of == AX_DAY_NONE && g.question.known_at_us == 0) {
            today[today_count++] = g;
        } else {
            answer_then(x, &g, &out);
        }
    }
    if (today_count > 0) {
        answer_today(x, today, today_count, &out);
    }
    ax_buf_deinit(&out);
}

static void put_batch_item(const struct ax_exchange *x, const struct ax_store_read *read, struct ax_answer_time time,
        struct ax_arena *arena, struct ax_buf *out)
{
    struct ax_err err;
    ax_buf_clear(out);
    ax_wire_put_str(out, BATCH_ENTERPRISE, read->enterprise);
    size_t head = out->len;
    ax_rc rc = read->rating.ptr == NULL ? ax_not_found(read->enterprise, &err)
                                        : ax_answer_put(x, read, time, arena, BATCH_RATING, out, &err);
    if (!ax_ok(rc)) {
        out->len = head;
        ax_wire_put_str(out, BATCH_ERROR, ax_str_c(ax_code_name(rc.code)));
    }
}

enum { BATCH_STEP = 50, STREAM_DEPTH = 64, STREAM_WAIT_MS = 30000 };

static ax_rc stream_step(const struct ax_exchange *x, struct ax_rpc_call *call, const ax_str *codes, size_t count,
        struct ax_answer_time time, struct ax_buf *out, struct ax_err *err)
{
    struct ax_store_read reads[BATCH_STEP] = {0};
    struct ax_arena arena;
    ax_arena_init(&arena, 256 << 10, 256 << 20);
    for (size_t i = 0; i < count; i++) {
        reads[i].enterprise = codes[i];
    }
    ax_rc rc = ax_answer_read(x, reads, count, time, &arena, err);
    for (size_t i = 0; i < count && ax_ok(rc); i++) {
        put_batch_item(x, &reads[i], time, &arena, out);
        rc = ax_rpc_wait_room(call, STREAM_DEPTH, STREAM_WAIT_MS);
        if (ax_ok(rc)) {
            rc = ax_rpc_send(call, ax_buf_str(out));
        }
        if (!ax_ok(rc)) {
            (void)ax_fail(err, (enum ax_code)rc.code, "the stream ended before its end");
        }
    }
    ax_arena_deinit(&arena);
    return rc;
}

static void batch_one(const struct ax_exchange *x, struct ax_rpc_call *call)
{
    struct ax_err err;
    struct ax_question q;
    struct ax_buf out;
    ax_buf_init(&out, ANSWER_MAX_BYTES);
    ax_rc rc = ax_question_read(
            AX_ASKED_BATCH, ax_rpc_request(call), ax_rpc_principal(call), ax_rpc_arena(call), &q, &err);
    for (size_t at = 0; ax_ok(rc) && at < q.enterprise_count; at += BATCH_STEP) {
        size_t left = q.enterprise_count - at;
        rc = stream_step(x, call, q.enterprises + at, left < BATCH_STEP ? left : BATCH_STEP, ax_answer_time_of(x, &q),
                &out, &err);
    }
    ax_buf_deinit(&out);
    if (ax_ok(rc)) {
        ax_rpc_finish(call);
    } else {
        ax_rpc_fail(call, rc, &err);
    }
}

void ax_exchange_batch_get_ratings(void *state, struct ax_rpc_call **calls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        batch_one(state, calls[i]);
    }
}
