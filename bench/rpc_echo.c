/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The anchor: the least that a gRPC core server can be. One thread, one completion queue, one registered method; the
 * answer, always the same bytes, goes out inline on the network thread in the one batch that also waits for the end of
 * the call. Nothing is looked at.
 */
#include "bench/rpc_raw.h"

#include <grpc/byte_buffer.h>
#include <grpc/slice.h>

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POSTED = 64 };

struct call {
    grpc_call *core;
    gpr_timespec deadline;
    grpc_metadata_array metadata;
    grpc_byte_buffer *in;
    grpc_byte_buffer *out;
    int cancelled;
    int answered;
};

static grpc_server *server;
static grpc_completion_queue *queue;
static void *method;
static char *answer;
static size_t answer_len = 300;

static void post(struct call *call)
{
    call->answered = 0;
    call->in = NULL;
    call->metadata.count = 0;
    if (grpc_server_request_registered_call(server, method, &call->core, &call->deadline, &call->metadata, &call->in,
                queue, queue, call) != GRPC_CALL_OK) {
        raw_die("request", "refused");
    }
}

static void reply(struct call *call)
{
    grpc_slice slice = grpc_slice_from_copied_buffer(answer, answer_len);
    call->out = grpc_raw_byte_buffer_create(&slice, 1);
    grpc_slice_unref(slice);
    grpc_op ops[4];
    memset(ops, 0, sizeof ops);
    ops[0].op = GRPC_OP_SEND_INITIAL_METADATA;
    ops[1].op = GRPC_OP_SEND_MESSAGE;
    ops[1].data.send_message.send_message = call->out;
    ops[2].op = GRPC_OP_SEND_STATUS_FROM_SERVER;
    ops[2].data.send_status_from_server.status = GRPC_STATUS_OK;
    ops[3].op = GRPC_OP_RECV_CLOSE_ON_SERVER;
    ops[3].data.recv_close_on_server.cancelled = &call->cancelled;
    call->answered = 1;
    if (grpc_call_start_batch(call->core, ops, 4, call, NULL) != GRPC_CALL_OK) {
        raw_die("batch", "refused");
    }
}

static void serve(void)
{
    for (;;) {
        grpc_event event = grpc_completion_queue_next(queue, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
        struct call *call = event.tag;
        if (call->answered == 0) {
            reply(call);
            continue;
        }
        grpc_byte_buffer_destroy(call->in);
        grpc_byte_buffer_destroy(call->out);
        grpc_call_unref(call->core);
        post(call);
    }
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"listen", required_argument, NULL, 'l'},
            {"path", required_argument, NULL, 'p'}, {"bytes", required_argument, NULL, 'b'},
            {"ca", required_argument, NULL, 'a'}, {"cert", required_argument, NULL, 'c'},
            {"key", required_argument, NULL, 'k'}, {NULL, 0, NULL, 0}};
    struct raw_tls tls = {NULL, NULL, NULL};
    const char *listen = "127.0.0.1:0";
    const char *path = "/anxin.v1.RatingService/GetRating";
    int got;
    while ((got = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (got) {
        case 'l':
            listen = optarg;
            break;
        case 'p':
            path = optarg;
            break;
        case 'b':
            answer_len = strtoul(optarg, NULL, 10);
            break;
        case 'a':
            tls.ca = optarg;
            break;
        case 'c':
            tls.cert = optarg;
            break;
        case 'k':
            tls.key = optarg;
            break;
        default:
            raw_die("usage", "bench_rpc_echo [--listen H:P] [--path /S/M] [--bytes N] [--ca --cert --key FILE]");
        }
    }
    answer = calloc(1, answer_len + 1);
    grpc_init();
    grpc_arg arg = raw_arg("grpc.so_reuseport", 0);
    grpc_channel_args args = {1, &arg};
    server = grpc_server_create(&args, NULL);
    queue = grpc_completion_queue_create_for_next(NULL);
    grpc_server_register_completion_queue(server, queue, NULL);
    method = grpc_server_register_method(server, path, NULL, GRPC_SRM_PAYLOAD_READ_INITIAL_BYTE_BUFFER, 0);
    grpc_server_credentials *credentials = raw_server_credentials(&tls);
    int port = grpc_server_add_http2_port(server, listen, credentials);
    grpc_server_credentials_release(credentials);
    if (answer == NULL || port == 0 || method == NULL) {
        raw_die("cannot listen on", listen);
    }
    grpc_server_start(server);
    struct call *calls = calloc(POSTED, sizeof *calls);
    for (int i = 0; calls != NULL && i < POSTED; i++) {
        post(&calls[i]);
    }
    (void)printf("%d\n", port);
    (void)fflush(stdout);
    serve();
}
