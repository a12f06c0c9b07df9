/* SPDX-License-Identifier: Apache-2.0 */
/* Our server with a handler that answers always the same bytes: what services/lib/rpc costs over bare gRPC core. */
#include "services/lib/rpc/server.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char *answer;
static size_t answer_len = 300;

static void echo(void *state, struct ax_rpc_call **calls, size_t count)
{
    (void)state;
    for (size_t i = 0; i < count; i++) {
        ax_rpc_reply(calls[i], ax_str_of(answer, answer_len));
    }
}

static ax_rc authorise(
        void *state, ax_str path, ax_str spiffe, struct ax_arena *arena, void **principal, struct ax_err *err)
{
    (void)path;
    (void)arena;
    (void)principal;
    const char *ca_file = state;
    return ca_file == NULL || spiffe.len > 0 ? AX_RC(OK) : ax_fail(err, AX_UNAUTHENTICATED, "nobody");
}

static const struct option options[] = {{"listen", required_argument, NULL, 'l'},
        {"path", required_argument, NULL, 'p'}, {"bytes", required_argument, NULL, 'b'},
        {"ca", required_argument, NULL, 'a'}, {"cert", required_argument, NULL, 'c'},
        {"key", required_argument, NULL, 'k'}, {"network", required_argument, NULL, 'n'},
        {"workers", required_argument, NULL, 'w'}, {"batch", required_argument, NULL, 'm'}, {NULL, 0, NULL, 0}};

int main(int argc, char **argv)
{
    struct ax_rpc_server_options o = {.listen = "127.0.0.1:0",
            .network_threads = 2,
            .worker_threads = 2,
            .inflight_max = 4096,
            .message_max_bytes = 1 << 20,
            .arena_max_bytes = 1 << 20,
            .stream_queue_max = 16,
            .default_deadline_ms = 10000,
            .drain_grace_ms = 1000,
            .authorise = authorise};
    struct ax_rpc_method method = {.path = "/anxin.v1.RatingService/GetRating", .batch_max = 64, .handler = echo};
    int got;
    while ((got = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (got) {
        case 'l':
            o.listen = optarg;
            break;
        case 'p':
            method.path = optarg;
            break;
        case 'b':
            answer_len = strtoul(optarg, NULL, 10);
            break;
        case 'a':
            o.ca_file = optarg;
            break;
        case 'c':
            o.cert_file = optarg;
            break;
        case 'k':
            o.key_file = optarg;
            break;
        case 'n':
            o.network_threads = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 'w':
            o.worker_threads = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 'm':
            method.batch_max = strtoul(optarg, NULL, 10);
            break;
        default:
            return 2;
        }
    }
    answer = ax_xcalloc(1, answer_len + 1);
    union {
        const char *borrowed;
        void *wanted;
    } ca = {o.ca_file};
    o.authorise_state = ca.wanted;
    struct ax_rpc_server *server = NULL;
    struct ax_err err;
    if (!ax_ok(ax_rpc_server_open(&o, &method, 1, &server, &err))) {
        char line[512];
        (void)fprintf(stderr, "%s\n", ax_err_line(&err, line, sizeof line));
        return 1;
    }
    (void)printf("%d\n", ax_rpc_server_port(server));
    (void)fflush(stdout);
    for (;;) {
        (void)pause();
    }
}
