/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A gRPC server on gRPC core. This folder is the only one that sees gRPC.
 *
 * The server owns its network threads and its worker threads; handlers run on workers and may block. A call belongs to
 * its handler from the moment it is handed over until the handler has answered it exactly once: unary calls with
 * ax_rpc_reply or ax_rpc_fail, streams with any number of ax_rpc_send and one ax_rpc_finish or ax_rpc_fail. After that
 * the pointer is dead. All verbs on a call may be called from any thread, one at a time. Unary calls and streams have
 * worker_threads each, so that streams cannot keep unary calls waiting; a stream that lasts (a watch) is handed on to a
 * thread of the service's own, or it keeps a worker.
 *
 * Health (grpc.health.v1 with Watch; every service of the methods and "" serve from the start) and reflection (v1 and
 * v1alpha) are built in and ask the authorise hook like any method. Errors carry google.rpc.Status with ErrorInfo (reason =
 * ax_code_name, domain "anxin", metadata field, value, rule), BadRequest where a field is named, RetryInfo where a retry helps.
 */
#include "base/arena.h"

struct ax_rpc_server;
struct ax_rpc_call;

/* Takes `count` calls of one method that were waiting together (1..batch_max) and answers each. */
typedef void (*ax_rpc_handler)(void *state, struct ax_rpc_call **calls, size_t count);

struct ax_rpc_method {
    const char *path; /* "/anxin.v1.RatingService/GetRating" */
    bool server_streaming;
    size_t batch_max;       /* 1: one at a time */
    ax_rpc_handler handler; /* NULL: UNIMPLEMENTED */
    void *state;
};

struct ax_rpc_server_options {
    const char *listen;  /* "host:port", port 0 = any */
    const char *ca_file; /* clients' CA; NULL only in the bench build: no TLS */
    const char *cert_file;
    const char *key_file;
    unsigned network_threads; /* at most one a core is started */
    unsigned worker_threads;  /* for unary calls, and as many for streams */
    unsigned inflight_max;    /* more get RESOURCE_EXHAUSTED with RetryInfo */
    size_t message_max_bytes;
    size_t arena_max_bytes;       /* per call */
    unsigned stream_queue_max;    /* messages waiting in one stream; more ends it */
    unsigned default_deadline_ms; /* for unary calls without one */
    unsigned drain_grace_ms;
    /* Before anything of the request is looked at. `spiffe` is the one URI SAN of the verified client certificate ("" if
     * there is none or more than one). Not OK: the call ends with it. `principal` is kept for the call (arena memory). */
    ax_rc (*authorise)(
            void *state, ax_str path, ax_str spiffe, struct ax_arena *arena, void **principal, struct ax_err *err);
    void *authorise_state;
};

ax_rc ax_rpc_server_open(const struct ax_rpc_server_options *options, const struct ax_rpc_method *methods,
        size_t method_count, struct ax_rpc_server **out, struct ax_err *err) AX_MUST_CHECK;
int ax_rpc_server_port(const struct ax_rpc_server *server);
/* Health of one service name ("" = the process). */
void ax_rpc_server_set_serving(struct ax_rpc_server *server, const char *service, bool serving);
/* Reads certificate, key and CA anew; on any fault the old ones stay. Connections that live stay until their age ends
 * (30 min). */
ax_rc ax_rpc_server_reload(struct ax_rpc_server *server, struct ax_err *err) AX_MUST_CHECK;
/* NOT_SERVING, no new calls, streams end with UNAVAILABLE "draining", calls in hand finish within the grace. Blocks. */
void ax_rpc_server_close(struct ax_rpc_server *server);

ax_str ax_rpc_request(const struct ax_rpc_call *call); /* the request message, alive as long as the call */
struct ax_arena *ax_rpc_arena(struct ax_rpc_call *call);
void *ax_rpc_principal(const struct ax_rpc_call *call);
bool ax_rpc_cancelled(
        const struct ax_rpc_call *call); /* also when the deadline passed or the server drains (streams) */
int64_t ax_rpc_left_ms(const struct ax_rpc_call *call); /* until the deadline; INT64_MAX without one */

/* `message` is copied. */
void ax_rpc_reply(struct ax_rpc_call *call, ax_str message);
void ax_rpc_fail(struct ax_rpc_call *call, ax_rc rc, const struct ax_err *err);
/* Queues one message of a stream. AX_LIMIT: the client reads too slowly; AX_CANCELLED: it is gone. */
ax_rc ax_rpc_send(struct ax_rpc_call *call, ax_str message) AX_MUST_CHECK;
/* Waits until fewer than `depth` messages are queued, or the call is cancelled (AX_CANCELLED), or timeout (AX_TIMEOUT). */
ax_rc ax_rpc_wait_room(struct ax_rpc_call *call, unsigned depth, int timeout_ms) AX_MUST_CHECK;
void ax_rpc_finish(struct ax_rpc_call *call);
