/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Inside of the client: a channel with its polling thread, and one outgoing call on a completion queue of its own, so that
 * whoever waits for an answer polls for it himself.
 */
#include "services/lib/rpc/client.h"
#include "services/lib/rpc/core.h"

#include <pthread.h>

struct ax_rpc_channel {
    grpc_channel *core;
    grpc_completion_queue *queue; /* of the poller */
    struct ax_rpc_op on_change;
    pthread_t poller;
    pthread_mutex_t mutex; /* over `closing`, and while the channel is watched anew */
    bool closing;
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

/* client_poll.c */
void rpc_poll_start(struct ax_rpc_channel *channel);
void rpc_poll_stop(struct ax_rpc_channel *channel); /* destroys the channel */

void rpc_out_open(
        struct rpc_out *out, struct ax_rpc_channel *channel, const char *path, ax_str request, int timeout_ms);
void rpc_out_close(struct rpc_out *out); /* when no batch is under way */
/* Three ops: metadata, the one message, the end of sending. */
size_t rpc_out_send_ops(struct rpc_out *out, grpc_op *ops);
void rpc_out_receive_status_op(struct rpc_out *out, grpc_op *op);
ax_rc rpc_out_result(struct rpc_out *out, struct ax_err *err) AX_MUST_CHECK; /* once the status is there */
/* Appends the received message and drops it. */
ax_rc rpc_out_take(struct rpc_out *out, struct ax_buf *message, struct ax_err *err) AX_MUST_CHECK;
