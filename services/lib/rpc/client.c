/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/rpc/client_inside.h"
#include "services/lib/rpc/status.h"

#include <string.h>

enum {
    KEEPALIVE_MS = 30000,
    KEEPALIVE_TIMEOUT_MS = 10000,
    BACKOFF_MIN_MS = 200,
    CONNECT_TIMEOUT_MS = 10000, /* for a handshake with a server that is starting or busy */
    BACKOFF_MAX_MS = 5000,
    MESSAGE_DEFAULT_BYTES = 4 << 20,
};

static grpc_channel *create(const struct ax_rpc_channel_options *o, grpc_channel_credentials *credentials)
{
    struct ax_rpc_args args = {.count = 0};
    int most = o->message_max_bytes == 0 ? MESSAGE_DEFAULT_BYTES : (int)o->message_max_bytes;
    ax_rpc_args_int(&args, GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, most);
    ax_rpc_args_int(&args, GRPC_ARG_MAX_SEND_MESSAGE_LENGTH, most);
    ax_rpc_args_int(&args, GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, 1);
    ax_rpc_args_int(&args, GRPC_ARG_KEEPALIVE_TIME_MS, KEEPALIVE_MS);
    ax_rpc_args_int(&args, GRPC_ARG_KEEPALIVE_TIMEOUT_MS, KEEPALIVE_TIMEOUT_MS);
    ax_rpc_args_int(&args, GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, BACKOFF_MIN_MS);
    ax_rpc_args_int(&args, GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, CONNECT_TIMEOUT_MS);
    ax_rpc_args_int(&args, GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, BACKOFF_MAX_MS);
    ax_rpc_args_int(&args, GRPC_ARG_ENABLE_RETRIES, 0); /* callers retry what is idempotent; CVE-2023-1428 */
    ax_rpc_args_int(&args, GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    ax_rpc_args_int(&args, GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
    ax_rpc_args_int(&args, GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1); /* a channel is a connection */
    ax_rpc_args_int(&args, GRPC_ARG_ENABLE_CHANNELZ, 0);
    if (o->ca_file != NULL) {
        ax_rpc_args_text(&args, GRPC_SSL_TARGET_NAME_OVERRIDE_ARG, o->server_name == NULL ? "anxin" : o->server_name);
    }
    grpc_channel_args all = ax_rpc_args_all(&args);
    return grpc_channel_create(o->target, credentials, &all);
}

static ax_rc read_credentials(
        const struct ax_rpc_channel_options *o, grpc_channel_credentials **out, struct ax_err *err)
{
    if (o->ca_file == NULL) {
        *out = grpc_insecure_credentials_create();
        return AX_RC(OK);
    }
    char *ca = NULL;
    char *cert = NULL;
    char *key = NULL;
    ax_rc rc = ax_rpc_read_pem(o->ca_file, "tls.ca", &ca, err);
    if (ax_ok(rc) && o->cert_file != NULL) {
        rc = ax_rpc_read_pem(o->cert_file, "tls.cert", &cert, err);
    }
    if (ax_ok(rc) && o->key_file != NULL) {
        rc = ax_rpc_read_pem(o->key_file, "tls.key", &key, err);
    }
    if (ax_ok(rc)) {
        grpc_ssl_pem_key_cert_pair pair = {.private_key = key, .cert_chain = cert};
        *out = grpc_ssl_credentials_create_ex(ca, key != NULL && cert != NULL ? &pair : NULL, NULL, NULL);
    }
    if (ax_ok(rc) && *out == NULL && o->cert_file == NULL) {
        rc = ax_fail_field(err, AX_INVALID, "tls.ca", o->ca_file, strlen(o->ca_file), "holds no usable certificate");
    } else if (ax_ok(rc) && *out == NULL) {
        rc = ax_fail_field(err, AX_INVALID, "tls.cert", o->cert_file, strlen(o->cert_file), "is no usable pair");
    }
    if (key != NULL) {
        explicit_bzero(key, strlen(key));
    }
    ax_xfree(key);
    ax_xfree(cert);
    ax_xfree(ca);
    return rc;
}

ax_rc ax_rpc_channel_open(const struct ax_rpc_channel_options *options, struct ax_rpc_channel **out, struct ax_err *err)
{
    ax_rpc_core_start();
    grpc_channel_credentials *credentials = NULL;
    AX_TRY(read_credentials(options, &credentials, err));
    struct ax_rpc_channel *channel = ax_xcalloc(1, sizeof *channel);
    channel->core = create(options, credentials);
    grpc_channel_credentials_release(credentials);
    rpc_poll_start(channel);
    *out = channel;
    return AX_RC(OK);
}

void ax_rpc_channel_close(struct ax_rpc_channel *channel)
{
    if (channel != NULL) {
        rpc_poll_stop(channel);
        ax_xfree(channel);
    }
}

void rpc_out_open(struct rpc_out *out, struct ax_rpc_channel *channel, const char *path, ax_str request, int timeout_ms)
{
    gpr_timespec deadline = timeout_ms <= 0 ? gpr_inf_future(GPR_CLOCK_MONOTONIC)
                                            : gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                                                      gpr_time_from_millis(timeout_ms, GPR_TIMESPAN));
    grpc_slice method = grpc_slice_from_copied_string(path);
    out->queue = grpc_completion_queue_create_for_next(NULL);
    out->core = grpc_channel_create_call(
            channel->core, NULL, GRPC_PROPAGATE_DEFAULTS, out->queue, method, NULL, deadline, NULL);
    grpc_slice_unref(method);
    grpc_metadata_array_init(&out->initial);
    grpc_metadata_array_init(&out->trailing);
    out->sent = ax_rpc_payload(request);
    out->details = grpc_empty_slice();
}

void rpc_out_close(struct rpc_out *out)
{
    grpc_byte_buffer_destroy(out->sent);
    grpc_byte_buffer_destroy(out->received);
    grpc_metadata_array_destroy(&out->initial);
    grpc_metadata_array_destroy(&out->trailing);
    grpc_slice_unref(out->details);
    grpc_call_unref(out->core);
    grpc_completion_queue_shutdown(out->queue);
    while (grpc_completion_queue_next(out->queue, gpr_inf_past(GPR_CLOCK_MONOTONIC), NULL).type !=
            GRPC_QUEUE_SHUTDOWN) {
    }
    grpc_completion_queue_destroy(out->queue);
}

size_t rpc_out_send_ops(struct rpc_out *out, grpc_op *ops)
{
    ops[0].op = GRPC_OP_SEND_INITIAL_METADATA;
    ops[1].op = GRPC_OP_SEND_MESSAGE;
    ops[1].data.send_message.send_message = out->sent;
    ops[2].op = GRPC_OP_SEND_CLOSE_FROM_CLIENT;
    return 3;
}

void rpc_out_receive_status_op(struct rpc_out *out, grpc_op *op)
{
    op->op = GRPC_OP_RECV_STATUS_ON_CLIENT;
    op->data.recv_status_on_client.trailing_metadata = &out->trailing;
    op->data.recv_status_on_client.status = &out->status;
    op->data.recv_status_on_client.status_details = &out->details;
}

ax_rc rpc_out_result(struct rpc_out *out, struct ax_err *err)
{
    if (out->status == GRPC_STATUS_OK) {
        return AX_RC(OK);
    }
    ax_str details = {0};
    for (size_t i = 0; i < out->trailing.count; i++) {
        if (ax_str_eq(ax_rpc_slice_str(&out->trailing.metadata[i].key), AX_STR("grpc-status-details-bin"))) {
            details = ax_rpc_slice_str(&out->trailing.metadata[i].value);
        }
    }
    struct ax_err decoded;
    ax_rc rc = ax_status_decode((int)out->status, ax_rpc_slice_str(&out->details), details, &decoded);
    (void)rc; /* details that cannot be read leave code and message, which is all that is known then */
    if (err != NULL) {
        *err = decoded;
    }
    return (ax_rc){decoded.code};
}

ax_rc rpc_out_take(struct rpc_out *out, struct ax_buf *message, struct ax_err *err)
{
    grpc_slice all = ax_rpc_payload_all(out->received);
    ax_buf_put_str(message, ax_rpc_slice_str(&all));
    grpc_slice_unref(all);
    grpc_byte_buffer_destroy(out->received);
    out->received = NULL;
    return message->failed ? ax_fail(err, AX_LIMIT, "the answer is longer than there is room for") : AX_RC(OK);
}

ax_rc ax_rpc_unary_start(struct ax_rpc_channel *channel, const char *path, ax_str request, int timeout_ms,
        struct ax_rpc_pending **out, struct ax_err *err)
{
    (void)err;
    struct ax_rpc_pending *pending = ax_xcalloc(1, sizeof *pending);
    rpc_out_open(&pending->out, channel, path, request, timeout_ms);
    grpc_op ops[6];
    memset(ops, 0, sizeof ops);
    size_t count = rpc_out_send_ops(&pending->out, ops);
    ops[count].op = GRPC_OP_RECV_INITIAL_METADATA;
    ops[count++].data.recv_initial_metadata.recv_initial_metadata = &pending->out.initial;
    ops[count].op = GRPC_OP_RECV_MESSAGE;
    ops[count++].data.recv_message.recv_message = &pending->out.received;
    rpc_out_receive_status_op(&pending->out, &ops[count++]);
    ax_rpc_batch(pending->out.core, ops, count, &pending->op);
    *out = pending;
    return AX_RC(OK);
}

ax_rc ax_rpc_unary_finish(struct ax_rpc_pending *pending, struct ax_buf *response, struct ax_err *err)
{
    grpc_event event = grpc_completion_queue_next(pending->out.queue, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
    AX_ASSERT(event.type == GRPC_OP_COMPLETE && event.tag == &pending->op);
    ax_rpc_tag_take(event.tag);
    ax_rc rc = rpc_out_result(&pending->out, err);
    if (ax_ok(rc)) {
        rc = pending->out.received == NULL ? ax_fail(err, AX_IO, "the server answered without a message")
                                           : rpc_out_take(&pending->out, response, err);
    }
    rpc_out_close(&pending->out);
    ax_xfree(pending);
    return rc;
}

ax_rc ax_rpc_unary(struct ax_rpc_channel *channel, const char *path, ax_str request, int timeout_ms,
        struct ax_buf *response, struct ax_err *err)
{
    struct ax_rpc_pending *pending = NULL;
    AX_TRY(ax_rpc_unary_start(channel, path, request, timeout_ms, &pending, err));
    return ax_rpc_unary_finish(pending, response, err);
}
