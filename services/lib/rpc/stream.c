/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sending a stream: one batch at a time is in core's hands, the rest waits in a bounded ring. A batch comes back when
 * flow control has taken its bytes; that is the back-pressure. The status goes out behind the last waiting message.
 */
#include "services/lib/rpc/call.h"
#include "services/lib/rpc/status.h"

#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { WAIT_SLICE_MS = 100 }; /* how long a drain may go unnoticed by a waiting handler */

static void on_stream_sent(struct ax_rpc_op *op, bool ok, struct ax_rpc_net *net);

void rpc_stream_prepare(struct ax_rpc_call *call)
{
    struct rpc_stream *stream = ax_xcalloc(1, sizeof *stream);
    call->stream = stream;
    call->on_send.done = on_stream_sent;
    stream->waiting = ax_xcalloc(call->server->options.stream_queue_max, sizeof(grpc_byte_buffer *));
    pthread_condattr_t attr;
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&stream->changed, &attr);
    (void)pthread_condattr_destroy(&attr);
    (void)pthread_mutex_init(&stream->mutex, NULL);
}

static void clear_waiting(struct ax_rpc_call *call)
{
    struct rpc_stream *stream = call->stream;
    while (stream->count > 0) {
        grpc_byte_buffer_destroy(stream->waiting[stream->head]);
        stream->head = (stream->head + 1) % call->server->options.stream_queue_max;
        stream->count--;
    }
    stream->head = 0;
}

void rpc_stream_free(struct ax_rpc_call *call)
{
    struct rpc_stream *stream = call->stream;
    if (stream == NULL) {
        return;
    }
    clear_waiting(call);
    grpc_byte_buffer_destroy(stream->sending);
    (void)pthread_mutex_destroy(&stream->mutex);
    (void)pthread_cond_destroy(&stream->changed);
    ax_xfree(stream->waiting);
    ax_xfree(stream);
    call->stream = NULL;
}

static size_t take_message(struct ax_rpc_call *call, grpc_op *op)
{
    struct rpc_stream *stream = call->stream;
    if (stream->count == 0) {
        return 0;
    }
    stream->sending = stream->waiting[stream->head];
    stream->head = (stream->head + 1) % call->server->options.stream_queue_max;
    stream->count--;
    op->op = GRPC_OP_SEND_MESSAGE;
    op->flags = stream->count > 0 ? GRPC_WRITE_BUFFER_HINT : 0;
    op->data.send_message.send_message = stream->sending;
    return 1;
}

/* Starts the next batch where there is one to start. With the mutex. */
static void advance(struct ax_rpc_call *call)
{
    struct rpc_stream *stream = call->stream;
    if (stream->busy || stream->broken) {
        return;
    }
    grpc_op ops[3];
    memset(ops, 0, sizeof ops);
    size_t count = 0;
    bool work = stream->count > 0 || stream->ending;
    if (work && !stream->opened) {
        ops[count++].op = GRPC_OP_SEND_INITIAL_METADATA;
        stream->opened = true;
    }
    count += take_message(call, &ops[count]);
    bool last = stream->ending && stream->count == 0;
    grpc_slice text = grpc_empty_slice();
    if (last) {
        char line[AX_STATUS_MESSAGE_MAX];
        text = grpc_slice_from_copied_string(ax_err_line(&stream->end_err, line, sizeof line));
        count += rpc_answer_status(call, &ops[count], stream->end_code, &stream->end_err, false);
        ops[count - 1].data.send_status_from_server.status_details = stream->end_code == AX_OK ? NULL : &text;
    }
    if (count > 0) {
        stream->busy = true;
        stream->broken = last; /* nothing follows a status */
        atomic_fetch_add(&call->refs, 1);
        ax_rpc_batch(call->core, ops, count, &call->on_send);
    }
    grpc_slice_unref(text);
}

static void on_stream_sent(struct ax_rpc_op *op, bool ok, struct ax_rpc_net *net)
{
    struct ax_rpc_call *call = AX_OWNER_OF(op, struct ax_rpc_call, on_send);
    struct rpc_stream *stream = call->stream;
    (void)net;
    (void)pthread_mutex_lock(&stream->mutex);
    stream->busy = false;
    grpc_byte_buffer_destroy(stream->sending);
    stream->sending = NULL;
    if (!ok) {
        stream->broken = true;
        clear_waiting(call);
    }
    advance(call);
    bool over = stream->ending && stream->broken && !stream->busy;
    bool drained = !stream->ending && !stream->broken && stream->count == 0;
    (void)pthread_cond_broadcast(&stream->changed);
    (void)pthread_mutex_unlock(&stream->mutex);
    if (drained && call->method->drained != NULL) {
        call->method->drained(call);
    }
    if (over) {
        rpc_call_unref(call, 1); /* the handler's */
    }
    rpc_call_unref(call, 1);
}

void rpc_stream_end(struct ax_rpc_call *call, int code, const struct ax_err *err)
{
    struct rpc_stream *stream = call->stream;
    (void)pthread_mutex_lock(&stream->mutex);
    AX_ASSERT(!stream->ending);
    stream->ending = true;
    stream->end_code = code;
    if (stream->told_draining && (code == AX_OK || code == AX_CANCELLED)) {
        stream->end_code = AX_UNAVAILABLE;
        (void)ax_fail(&stream->end_err, AX_UNAVAILABLE, "draining");
    } else if (code != AX_OK) {
        stream->end_err = *err;
    }
    bool over = stream->broken && !stream->busy;
    call->code = stream->end_code;
    advance(call);
    (void)pthread_mutex_unlock(&stream->mutex);
    if (over) {
        rpc_call_unref(call, 1);
    }
}

void rpc_stream_wake(struct ax_rpc_call *call)
{
    struct rpc_stream *stream = call->stream;
    (void)pthread_mutex_lock(&stream->mutex);
    (void)pthread_cond_broadcast(&stream->changed);
    (void)pthread_mutex_unlock(&stream->mutex);
}

bool ax_rpc_cancelled(const struct ax_rpc_call *call)
{
    if (atomic_load_explicit(&call->cancelled, memory_order_acquire)) {
        return true;
    }
    if (call->stream == NULL || !atomic_load_explicit(&call->server->draining, memory_order_acquire)) {
        return false;
    }
    (void)pthread_mutex_lock(&call->stream->mutex);
    call->stream->told_draining = true;
    (void)pthread_mutex_unlock(&call->stream->mutex);
    return true;
}

static bool gone(struct ax_rpc_call *call)
{
    struct rpc_stream *stream = call->stream;
    if (atomic_load_explicit(&call->cancelled, memory_order_acquire) || stream->broken) {
        return true;
    }
    if (atomic_load_explicit(&call->server->draining, memory_order_acquire)) {
        stream->told_draining = true;
    }
    return stream->told_draining;
}

ax_rc ax_rpc_send(struct ax_rpc_call *call, ax_str message)
{
    struct rpc_stream *stream = call->stream;
    AX_ASSERT(stream != NULL);
    ax_rc rc = AX_RC(OK);
    (void)pthread_mutex_lock(&stream->mutex);
    if (gone(call)) {
        rc = AX_RC(CANCELLED);
    } else if (stream->count == call->server->options.stream_queue_max) {
        rc = AX_RC(LIMIT);
    } else {
        size_t at = (stream->head + stream->count) % call->server->options.stream_queue_max;
        stream->waiting[at] = ax_rpc_payload(message);
        stream->count++;
        advance(call);
    }
    (void)pthread_mutex_unlock(&stream->mutex);
    return rc;
}

static void wait_until(struct rpc_stream *stream, int64_t until_us)
{
    struct timespec until = {.tv_sec = until_us / 1000000, .tv_nsec = (until_us % 1000000) * 1000};
    (void)pthread_cond_timedwait(&stream->changed, &stream->mutex, &until);
}

ax_rc ax_rpc_wait_room(struct ax_rpc_call *call, unsigned depth, int timeout_ms)
{
    struct rpc_stream *stream = call->stream;
    AX_ASSERT(stream != NULL && depth > 0);
    int64_t end_us = ax_mono_us() + (int64_t)timeout_ms * 1000;
    ax_rc rc = AX_RC(OK);
    (void)pthread_mutex_lock(&stream->mutex);
    for (;;) {
        if (gone(call)) {
            rc = AX_RC(CANCELLED);
            break;
        }
        if (stream->count < depth) {
            break;
        }
        int64_t now_us = ax_mono_us();
        if (now_us >= end_us) {
            rc = AX_RC(TIMEOUT);
            break;
        }
        int64_t slice_us = now_us + (int64_t)WAIT_SLICE_MS * 1000;
        wait_until(stream, slice_us < end_us ? slice_us : end_us);
    }
    (void)pthread_mutex_unlock(&stream->mutex);
    return rc;
}

void ax_rpc_finish(struct ax_rpc_call *call)
{
    AX_ASSERT(call->stream != NULL);
    rpc_stream_end(call, AX_OK, NULL);
}
