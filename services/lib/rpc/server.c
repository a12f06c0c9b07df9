/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/rpc/call.h"
#include "services/lib/rpc/tls.h"

#include "base/clock.h"
#include "base/log.h"

#include <grpc/grpc_security.h>

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum {
    POSTED_BATCH = 16, /* requests posted for a method that is handled in batches */
    POSTED = 4,
    METADATA_MAX_BYTES = 8 << 10,
    STREAMS_MAX = 100, /* a connection; more is a connection error, so clients are told */
    HANDSHAKE_MS = 10000,
    KEEPALIVE_MS = 60000,
    KEEPALIVE_TIMEOUT_MS = 10000,
    PING_MIN_MS = 20000,
    PING_STRIKES = 2,
    IDLE_MS = 10 * 60000,
    AGE_MS = 30 * 60000,
    AGE_GRACE_MS = 60000,
    QUOTA_BYTES = 512 << 20, /* of core's own buffers */
    CLOSE_NOTE_MS = 5000,
};

static grpc_server *create_core(const struct ax_rpc_server_options *options)
{
    struct ax_rpc_args args = {.count = 0};
    ax_rpc_args_int(&args, GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, (int)options->message_max_bytes);
    ax_rpc_args_int(&args, GRPC_ARG_MAX_SEND_MESSAGE_LENGTH, (int)options->message_max_bytes);
    ax_rpc_args_int(&args, GRPC_ARG_MAX_METADATA_SIZE, METADATA_MAX_BYTES);
    ax_rpc_args_int(&args, GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, 1); /* identity: no bombs */
    ax_rpc_args_int(&args, GRPC_ARG_MAX_CONCURRENT_STREAMS, STREAMS_MAX);
    ax_rpc_args_int(&args, GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, HANDSHAKE_MS);
    ax_rpc_args_int(&args, GRPC_ARG_KEEPALIVE_TIME_MS, KEEPALIVE_MS);
    ax_rpc_args_int(&args, GRPC_ARG_KEEPALIVE_TIMEOUT_MS, KEEPALIVE_TIMEOUT_MS);
    ax_rpc_args_int(&args, GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, PING_MIN_MS);
    ax_rpc_args_int(&args, GRPC_ARG_HTTP2_MAX_PING_STRIKES, PING_STRIKES);
    ax_rpc_args_int(&args, GRPC_ARG_MAX_CONNECTION_IDLE_MS, IDLE_MS);
    ax_rpc_args_int(&args, GRPC_ARG_MAX_CONNECTION_AGE_MS, AGE_MS);
    ax_rpc_args_int(&args, GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, AGE_GRACE_MS);
    ax_rpc_args_int(&args, GRPC_ARG_ALLOW_REUSEPORT, 0); /* a second server on the port is an error */
    ax_rpc_args_int(&args, GRPC_ARG_ENABLE_CHANNELZ, 0);
    grpc_resource_quota *quota = grpc_resource_quota_create("ax_rpc");
    grpc_resource_quota_resize(quota, QUOTA_BYTES);
    grpc_channel_args all = ax_rpc_args_all(&args);
    grpc_arg *arg = &args.items[all.num_args++];
    *arg = (grpc_arg){.type = GRPC_ARG_POINTER};
    static char quota_key[] = GRPC_ARG_RESOURCE_QUOTA;
    arg->key = quota_key;
    arg->value.pointer.p = quota;
    arg->value.pointer.vtable = grpc_resource_quota_arg_vtable();
    grpc_server *core = grpc_server_create(&all, NULL);
    grpc_resource_quota_unref(quota);
    return core;
}

static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
            AX_NOTE(WARN, "rpc.descriptors", "text=\"the limit of open files cannot be raised\"");
        }
    }
}

static ax_rc bind_port(struct ax_rpc_server *server, const struct ax_rpc_server_options *options, struct ax_err *err)
{
    grpc_server_credentials *credentials =
            server->tls != NULL ? ax_rpc_tls_credentials(server->tls) : grpc_insecure_server_credentials_create();
    server->port = grpc_server_add_http2_port(server->core, options->listen, credentials);
    grpc_server_credentials_release(credentials);
    if (server->port == 0) {
        return ax_fail_field(err, AX_IO, "listen", options->listen, strlen(options->listen),
                "cannot listen there: is the address right and the port free?");
    }
    return AX_RC(OK);
}

static ax_rc register_methods(
        struct ax_rpc_server *server, const struct ax_rpc_method *methods, size_t count, struct ax_err *err)
{
    server->methods = ax_xcalloc(count + RPC_BUILT_IN, sizeof *server->methods);
    for (size_t i = 0; i < count; i++) {
        server->methods[i].def = methods[i];
        server->methods[i].kind = methods[i].server_streaming ? RPC_STREAM : RPC_UNARY;
    }
    server->method_count = count;
    server->method_count += rpc_health_methods(server, &server->methods[server->method_count]);
    server->method_count += rpc_reflection_methods(server, &server->methods[server->method_count]);
    for (size_t i = 0; i < server->method_count; i++) {
        struct rpc_method *method = &server->methods[i];
        method->lane = method->kind == RPC_UNARY ? &server->unary : &server->streams;
        STAILQ_INIT(&method->waiting);
        method->registered = grpc_server_register_method(server->core, method->def.path, NULL,
                method->kind == RPC_BIDI ? GRPC_SRM_PAYLOAD_NONE : GRPC_SRM_PAYLOAD_READ_INITIAL_BYTE_BUFFER, 0);
        if (method->registered == NULL) {
            return ax_fail_field(
                    err, AX_EXISTS, "method", method->def.path, strlen(method->def.path), "is registered twice");
        }
    }
    return AX_RC(OK);
}

/* A thread that is woken does not push aside the one that woke it: a network thread takes in what has arrived before a
 * worker starts, and a worker answers its batch before the network thread looks again. With a core for each it changes
 * nothing. */
void rpc_thread_settle(void)
{
    const struct sched_param param = {.sched_priority = 0};
    (void)pthread_setschedparam(pthread_self(), SCHED_BATCH, &param);
}

static void *serve(void *state)
{
    struct ax_rpc_net *net = state;
    rpc_thread_settle();
    for (;;) {
        gpr_timespec until =
                net->fresh_count > 0 ? gpr_inf_past(GPR_CLOCK_MONOTONIC) : gpr_inf_future(GPR_CLOCK_MONOTONIC);
        grpc_event event = grpc_completion_queue_next(net->server->queue, until, NULL);
        if (event.type == GRPC_QUEUE_SHUTDOWN) {
            break;
        }
        if (event.type == GRPC_QUEUE_TIMEOUT) {
            rpc_net_flush(net);
            continue;
        }
        ax_rpc_tag_take(event.tag);
        struct ax_rpc_op *op = event.tag;
        op->done(op, event.success != 0, net);
    }
    return NULL;
}

/* On one core a second network thread only costs: the two hand the polling to and fro. */
static unsigned network_threads(unsigned wanted)
{
    cpu_set_t cores;
    CPU_ZERO(&cores);
    if (sched_getaffinity(0, sizeof cores, &cores) != 0) {
        return wanted;
    }
    unsigned have = (unsigned)CPU_COUNT(&cores);
    return wanted < have ? wanted : have;
}

static void start_threads(struct ax_rpc_server *server)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are the program's */
    rpc_lane_open(&server->unary, server, server->options.worker_threads);
    rpc_lane_open(&server->streams, server, server->options.worker_threads);
    rpc_maintain_open(server);
    server->net_count = network_threads(server->options.network_threads);
    server->nets = ax_xcalloc(server->net_count, sizeof *server->nets);
    for (unsigned i = 0; i < server->net_count; i++) {
        struct ax_rpc_net *net = &server->nets[i];
        net->server = server;
        STAILQ_INIT(&net->fresh);
        AX_ASSERT(pthread_create(&net->thread, NULL, serve, net) == 0);
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void on_shutdown(struct ax_rpc_op *op, bool ok, struct ax_rpc_net *net)
{
    struct ax_rpc_server *server = AX_OWNER_OF(op, struct ax_rpc_server, on_shutdown);
    (void)ok;
    (void)net;
    (void)pthread_mutex_lock(&server->mutex);
    server->shut_down = true;
    (void)pthread_cond_broadcast(&server->idle);
    (void)pthread_mutex_unlock(&server->mutex);
}

static void post_all(struct ax_rpc_server *server)
{
    rpc_call_post(server, NULL);
    for (size_t i = 0; i < server->method_count; i++) {
        unsigned count = server->methods[i].def.batch_max > 1 ? POSTED_BATCH : POSTED;
        for (unsigned j = 0; j < count; j++) {
            rpc_call_post(server, &server->methods[i]);
        }
    }
}

static void init(struct ax_rpc_server *server, const struct ax_rpc_server_options *options)
{
    server->options = *options;
    STAILQ_INIT(&server->free_calls);
    TAILQ_INIT(&server->hosted);
    TAILQ_INIT(&server->young);
    TAILQ_INIT(&server->old);
    server->on_shutdown.done = on_shutdown;
    (void)pthread_mutex_init(&server->mutex, NULL);
    (void)pthread_mutex_init(&server->hosted_mutex, NULL);
    pthread_condattr_t attr;
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&server->idle, &attr);
    (void)pthread_cond_init(&server->stop, &attr);
    (void)pthread_condattr_destroy(&attr);
}

static ax_rc check_options(const struct ax_rpc_server_options *o, struct ax_err *err)
{
    if (o->listen == NULL || o->network_threads == 0 || o->worker_threads == 0 || o->inflight_max == 0 ||
            o->message_max_bytes == 0 || o->message_max_bytes > INT32_MAX || o->arena_max_bytes == 0 ||
            o->stream_queue_max == 0 || o->default_deadline_ms == 0) {
        return ax_fail(err, AX_INVALID, "rpc: every limit must be set, and messages be under 2 GiB");
    }
#ifndef AX_RPC_WITHOUT_TLS
    if (o->ca_file == NULL) {
        return ax_fail_field(err, AX_INVALID, "tls.ca", NULL, 0, "is missing: this build serves mutual TLS only");
    }
#endif
    return AX_RC(OK);
}

static ax_rc set_up(struct ax_rpc_server *server, const struct ax_rpc_server_options *options,
        const struct ax_rpc_method *methods, size_t count, struct ax_err *err)
{
    if (options->ca_file != NULL) {
        AX_TRY(ax_rpc_tls_open(options->ca_file, options->cert_file, options->key_file, &server->tls, err));
    }
    AX_TRY(register_methods(server, methods, count, err));
    return bind_port(server, options, err);
}

ax_rc ax_rpc_server_open(const struct ax_rpc_server_options *options, const struct ax_rpc_method *methods,
        size_t method_count, struct ax_rpc_server **out, struct ax_err *err)
{
    AX_TRY(check_options(options, err));
    ax_rpc_core_start();
    raise_descriptor_limit();
    struct ax_rpc_server *server = ax_xcalloc(1, sizeof *server);
    init(server, options);
    server->core = create_core(options);
    server->queue = grpc_completion_queue_create_for_next(NULL);
    grpc_server_register_completion_queue(server->core, server->queue, NULL);
    ax_rc rc = set_up(server, options, methods, method_count, err);
    grpc_server_start(server->core);
    start_threads(server);
    if (!ax_ok(rc)) {
        ax_rpc_server_close(server);
        return rc;
    }
    post_all(server);
    *out = server;
    return rc;
}

int ax_rpc_server_port(const struct ax_rpc_server *server)
{
    return server->port;
}

ax_rc ax_rpc_server_reload(struct ax_rpc_server *server, struct ax_err *err)
{
    return server->tls == NULL ? AX_RC(OK) : ax_rpc_tls_reload(server->tls, err);
}

/* True when core has shut down and no call is left; waits at most `ms`. */
static bool wait_idle(struct ax_rpc_server *server, unsigned ms)
{
    int64_t end_us = ax_mono_us() + (int64_t)ms * 1000;
    struct timespec until = {.tv_sec = end_us / 1000000, .tv_nsec = (end_us % 1000000) * 1000};
    (void)pthread_mutex_lock(&server->mutex);
    int waited = 0;
    while (waited == 0 && !(server->shut_down && server->live == 0)) {
        waited = pthread_cond_timedwait(&server->idle, &server->mutex, &until);
    }
    bool done = server->shut_down && server->live == 0;
    (void)pthread_mutex_unlock(&server->mutex);
    return done;
}

static void free_calls(struct ax_rpc_server *server)
{
    struct ax_rpc_call *call;
    while ((call = STAILQ_FIRST(&server->free_calls)) != NULL) {
        STAILQ_REMOVE_HEAD(&server->free_calls, next);
        grpc_metadata_array_destroy(&call->metadata);
        ax_arena_deinit(&call->arena);
        ax_xfree(call);
    }
}

static void stop_threads(struct ax_rpc_server *server)
{
    grpc_completion_queue_shutdown(server->queue);
    for (unsigned i = 0; i < server->net_count; i++) {
        (void)pthread_join(server->nets[i].thread, NULL);
    }
    rpc_lane_close(&server->unary);
    rpc_lane_close(&server->streams);
    rpc_maintain_close(server);
    grpc_completion_queue_destroy(server->queue);
}

void ax_rpc_server_close(struct ax_rpc_server *server)
{
    if (server == NULL) {
        return;
    }
    rpc_health_drain(server); /* first, so that watchers still hear of it */
    atomic_store(&server->draining, true);
    rpc_hosted_drain(server);
    ax_rpc_tag_give(&server->on_shutdown);
    grpc_server_shutdown_and_notify(server->core, server->queue, &server->on_shutdown);
    if (!wait_idle(server, server->options.drain_grace_ms)) {
        grpc_server_cancel_all_calls(server->core);
        while (!wait_idle(server, CLOSE_NOTE_MS)) {
            AX_NOTE(WARN, "rpc.drain", "live=%zu text=\"a handler has not answered its call yet\"", server->live);
        }
    }
    grpc_server_destroy(server->core);
    stop_threads(server);
    ax_rpc_tls_close(server->tls);
    rpc_health_free(server);
    free_calls(server);
    ax_xfree(server->nets);
    ax_xfree(server->methods);
    (void)pthread_cond_destroy(&server->idle);
    (void)pthread_cond_destroy(&server->stop);
    (void)pthread_mutex_destroy(&server->mutex);
    (void)pthread_mutex_destroy(&server->hosted_mutex);
    ax_xfree(server);
}
