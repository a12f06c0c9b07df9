/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/integration/rpc_raw.h"

#include "services/lib/rpc/core.h"

#include <stdio.h>

struct raw_client {
    grpc_channel *channel;
};

struct raw_client *raw_open(
        const char *target, const char *dir, const char *client, grpc_compression_algorithm algorithm)
{
    static const char *const files[] = {"ca.crt", "clients/%s/tls.crt", "clients/%s/tls.key"};
    char *pem[3];
    ax_rpc_core_start();
    for (int i = 0; i < 3; i++) {
        char name[128];
        char path[512];
        struct ax_err err;
        (void)snprintf(name, sizeof name,
                i == 0   ? "ca.crt"
                : i == 1 ? "clients/%s/tls.crt"
                         : "clients/%s/tls.key",
                client);
        (void)snprintf(path, sizeof path, "%s/%s", dir, name);
        AX_ASSERT(ax_ok(ax_rpc_read_pem(path, files[i], &pem[i], &err)));
    }
    grpc_ssl_pem_key_cert_pair pair = {.private_key = pem[2], .cert_chain = pem[1]};
    grpc_channel_credentials *credentials = grpc_ssl_credentials_create_ex(pem[0], &pair, NULL, NULL);
    struct ax_rpc_args args = {.count = 0};
    ax_rpc_args_text(&args, GRPC_SSL_TARGET_NAME_OVERRIDE_ARG, "anxin");
    ax_rpc_args_int(&args, GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    ax_rpc_args_int(&args, GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    ax_rpc_args_int(&args, GRPC_COMPRESSION_CHANNEL_DEFAULT_ALGORITHM, (int)algorithm);
    grpc_channel_args all = ax_rpc_args_all(&args);
    struct raw_client *raw = ax_xcalloc(1, sizeof *raw);
    raw->channel = grpc_channel_create(target, credentials, &all);
    grpc_channel_credentials_release(credentials);
    for (int i = 0; i < 3; i++) {
        ax_xfree(pem[i]);
    }
    return raw;
}

void raw_close(struct raw_client *client)
{
    grpc_channel_destroy(client->channel);
    ax_xfree(client);
}

static void finish(grpc_completion_queue *queue)
{
    grpc_completion_queue_shutdown(queue);
    while (grpc_completion_queue_next(queue, gpr_inf_future(GPR_CLOCK_REALTIME), NULL).type != GRPC_QUEUE_SHUTDOWN) {
    }
    grpc_completion_queue_destroy(queue);
}

grpc_status_code raw_call(struct raw_client *client, const char *path, const ax_str *message, int timeout_ms)
{
    grpc_completion_queue *queue = grpc_completion_queue_create_for_next(NULL);
    gpr_timespec deadline = gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_millis(timeout_ms, GPR_TIMESPAN));
    grpc_call *call = grpc_channel_create_call(client->channel, NULL, GRPC_PROPAGATE_DEFAULTS, queue,
            grpc_slice_from_static_string(path), NULL, deadline, NULL);
    grpc_metadata_array initial;
    grpc_metadata_array trailing;
    grpc_metadata_array_init(&initial);
    grpc_metadata_array_init(&trailing);
    grpc_byte_buffer *in = NULL;
    grpc_byte_buffer *out = message == NULL ? NULL : ax_rpc_payload(*message);
    grpc_status_code status = GRPC_STATUS_UNKNOWN;
    grpc_slice details = grpc_empty_slice();
    grpc_op ops[6];
    memset(ops, 0, sizeof ops);
    size_t count = 0;
    ops[count++].op = GRPC_OP_SEND_INITIAL_METADATA;
    if (out != NULL) {
        ops[count].op = GRPC_OP_SEND_MESSAGE;
        ops[count++].data.send_message.send_message = out;
    }
    ops[count++].op = GRPC_OP_SEND_CLOSE_FROM_CLIENT;
    ops[count].op = GRPC_OP_RECV_INITIAL_METADATA;
    ops[count++].data.recv_initial_metadata.recv_initial_metadata = &initial;
    ops[count].op = GRPC_OP_RECV_MESSAGE;
    ops[count++].data.recv_message.recv_message = &in;
    ops[count].op = GRPC_OP_RECV_STATUS_ON_CLIENT;
    ops[count].data.recv_status_on_client.trailing_metadata = &trailing;
    ops[count].data.recv_status_on_client.status = &status;
    ops[count++].data.recv_status_on_client.status_details = &details;
    struct ax_rpc_op tag = {NULL};
    ax_rpc_batch(call, ops, count, &tag);
    ax_rpc_tag_take(grpc_completion_queue_next(queue, gpr_inf_future(GPR_CLOCK_REALTIME), NULL).tag);
    grpc_byte_buffer_destroy(in);
    grpc_byte_buffer_destroy(out);
    grpc_metadata_array_destroy(&initial);
    grpc_metadata_array_destroy(&trailing);
    grpc_slice_unref(details);
    grpc_call_unref(call);
    finish(queue);
    return status;
}
