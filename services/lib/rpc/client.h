/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A small gRPC client for the command line, the connectors and the services' own calls. A channel may be used by any
 * thread and has one of its own, so that it connects and receives whatever its users do; a stream belongs to one thread.
 * A lost connection comes back by itself. Errors carry what the server's google.rpc.Status says (field, value, rule).
 */
#include "base/arena.h"

struct ax_rpc_channel;
struct ax_rpc_stream;

struct ax_rpc_channel_options {
    const char *target;  /* "host:port" */
    const char *ca_file; /* NULL: no TLS (bench) */
    const char *cert_file;
    const char *key_file;
    const char *server_name; /* expected in the server certificate; NULL: "anxin" */
    size_t message_max_bytes;
};

ax_rc ax_rpc_channel_open(
        const struct ax_rpc_channel_options *options, struct ax_rpc_channel **out, struct ax_err *err) AX_MUST_CHECK;
/* Calls and streams in hand go on without it, but must still be finished and closed. */
void ax_rpc_channel_close(struct ax_rpc_channel *channel);
/* `response` is appended to. timeout_ms <= 0: none. */
ax_rc ax_rpc_unary(struct ax_rpc_channel *channel, const char *path, ax_str request, int timeout_ms,
        struct ax_buf *response, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_rpc_stream_open(struct ax_rpc_channel *channel, const char *path, ax_str request, int timeout_ms,
        struct ax_rpc_stream **out, struct ax_err *err) AX_MUST_CHECK;
/* The next message into `message` (cleared first); *end when the server ended it well. Errors as for unary. */
ax_rc ax_rpc_stream_next(
        struct ax_rpc_stream *stream, struct ax_buf *message, bool *end, struct ax_err *err) AX_MUST_CHECK;
void ax_rpc_stream_cancel(struct ax_rpc_stream *stream); /* from any thread, also a signal thread */
void ax_rpc_stream_close(struct ax_rpc_stream *stream);

/* An asynchronous unary call for pipelining many requests (submit): results are taken in the order of sending. */
struct ax_rpc_pending;
ax_rc ax_rpc_unary_start(struct ax_rpc_channel *channel, const char *path, ax_str request, int timeout_ms,
        struct ax_rpc_pending **out, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_rpc_unary_finish(struct ax_rpc_pending *pending, struct ax_buf *response, struct ax_err *err) AX_MUST_CHECK;
