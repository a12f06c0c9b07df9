/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/rpc/client_inside.h"

#include <string.h>

struct ax_rpc_stream {
    struct ax_rpc_op on_sent;
    struct ax_rpc_op on_message;
    struct ax_rpc_op on_status;
    struct rpc_out out;
    unsigned under_way; /* batches */
    bool greeted;       /* initial metadata asked for */
    bool over;          /* the status is there */
};

static void start(struct ax_rpc_stream *stream, const grpc_op *ops, size_t count, struct ax_rpc_op *op)
{
    stream->under_way++;
    ax_rpc_batch(stream->out.core, ops, count, op);
}

/* Polls until `op` has come back. */
static void wait_for(struct ax_rpc_stream *stream, const struct ax_rpc_op *op)
{
    for (;;) {
        grpc_event event = grpc_completion_queue_next(stream->out.queue, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
        AX_ASSERT(event.type == GRPC_OP_COMPLETE);
        ax_rpc_tag_take(event.tag);
        stream->under_way--;
        if (event.tag == &stream->on_status) {
            stream->over = true;
        }
        if (event.tag == op) {
            return;
        }
    }
}

ax_rc ax_rpc_stream_open(struct ax_rpc_channel *channel, const char *path, ax_str request, int timeout_ms,
        struct ax_rpc_stream **out, struct ax_err *err)
{
    (void)err;
    struct ax_rpc_stream *stream = ax_xcalloc(1, sizeof *stream);
    rpc_out_open(&stream->out, channel, path, request, timeout_ms);
    grpc_op ops[3];
    memset(ops, 0, sizeof ops);
    size_t count = rpc_out_send_ops(&stream->out, ops);
    start(stream, ops, count, &stream->on_sent);
    memset(ops, 0, sizeof ops);
    rpc_out_receive_status_op(&stream->out, ops);
    start(stream, ops, 1, &stream->on_status);
    *out = stream;
    return AX_RC(OK);
}

static void receive(struct ax_rpc_stream *stream)
{
    grpc_op ops[2];
    memset(ops, 0, sizeof ops);
    size_t count = 0;
    ops[count].op = GRPC_OP_RECV_MESSAGE;
    ops[count++].data.recv_message.recv_message = &stream->out.received;
    if (!stream->greeted) {
        stream->greeted = true;
        ops[count].op = GRPC_OP_RECV_INITIAL_METADATA;
        ops[count++].data.recv_initial_metadata.recv_initial_metadata = &stream->out.initial;
    }
    start(stream, ops, count, &stream->on_message);
    wait_for(stream, &stream->on_message);
}

ax_rc ax_rpc_stream_next(struct ax_rpc_stream *stream, struct ax_buf *message, bool *end, struct ax_err *err)
{
    ax_buf_clear(message);
    *end = false;
    receive(stream);
    if (stream->out.received != NULL) {
        return rpc_out_take(&stream->out, message, err);
    }
    if (!stream->over) {
        wait_for(stream, &stream->on_status);
    }
    ax_rc rc = rpc_out_result(&stream->out, err);
    *end = ax_ok(rc);
    return rc;
}

void ax_rpc_stream_cancel(struct ax_rpc_stream *stream)
{
    (void)grpc_call_cancel(stream->out.core, NULL);
}

void ax_rpc_stream_close(struct ax_rpc_stream *stream)
{
    if (stream == NULL) {
        return;
    }
    if (!stream->over) {
        (void)grpc_call_cancel(stream->out.core, NULL);
    }
    while (stream->under_way > 0) {
        wait_for(stream, stream->over ? &stream->on_sent : &stream->on_status);
    }
    rpc_out_close(&stream->out);
    ax_xfree(stream);
}
