/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Inside of the client: one outgoing call on a completion queue of its own, so that whoever waits for it polls for it and
 * the client needs no threads.
 */
#include "services/lib/rpc/client.h"
#include "services/lib/rpc/core.h"

struct ax_rpc_channel {
    grpc_channel *core;
};

struct rpc_out {
    grpc_call *core;
    grpc_completion_queue *queue;
    grpc_metadata_array initial;
    grpc_metadata_array trailing;
    grpc_byte_buffer *sent;
    grpc_byte_buffer *received;
    grpc_status_code status;
    grpc_slice details;
};

struct ax_rpc_pending {
    struct ax_rpc_op op;
    struct rpc_out out;
};

void rpc_out_open(
        struct rpc_out *out, struct ax_rpc_channel *channel, const char *path, ax_str request, int timeout_ms);
void rpc_out_close(struct rpc_out *out); /* when no batch is under way */
/* Three ops: metadata, the one message, the end of sending. */
size_t rpc_out_send_ops(struct rpc_out *out, grpc_op *ops);
void rpc_out_receive_status_op(struct rpc_out *out, grpc_op *op);
ax_rc rpc_out_result(struct rpc_out *out, struct ax_err *err) AX_MUST_CHECK; /* once the status is there */
/* Appends the received message and drops it. */
ax_rc rpc_out_take(struct rpc_out *out, struct ax_buf *message, struct ax_err *err) AX_MUST_CHECK;
