/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/rpc/call.h"

#include "base/clock.h"
#include "base/metrics.h"

#include <string.h>

enum { CALL_CHUNK_BYTES = 8192, SPIFFE_MAX = 256 };

static void on_new(struct ax_rpc_op *op, bool ok, struct ax_rpc_net *net);
static void on_close(struct ax_rpc_op *op, bool ok, struct ax_rpc_net *net);

static struct ax_rpc_call *take_free(struct ax_rpc_server *server)
{
    (void)pthread_mutex_lock(&server->free_mutex);
    struct ax_rpc_call *call = STAILQ_FIRST(&server->free_calls);
    if (call != NULL) {
        STAILQ_REMOVE_HEAD(&server->free_calls, next);
    }
    server->live++;
    (void)pthread_mutex_unlock(&server->free_mutex);
    if (call == NULL) {
        call = ax_xcalloc(1, sizeof *call);
        call->server = server;
        call->on_new.done = on_new;
        call->on_close.done = on_close;
        grpc_metadata_array_init(&call->metadata);
        ax_arena_init(&call->arena, CALL_CHUNK_BYTES, server->options.arena_max_bytes);
    }
    return call;
}

static void give_back(struct ax_rpc_call *call)
{
    struct ax_rpc_server *server = call->server;
    (void)pthread_mutex_lock(&server->free_mutex);
    STAILQ_INSERT_HEAD(&server->free_calls, call, next);
    if (--server->live == 0) {
        (void)pthread_cond_broadcast(&server->idle);
    }
    (void)pthread_mutex_unlock(&server->free_mutex);
}

bool rpc_call_post(struct ax_rpc_server *server, struct rpc_method *method)
{
    if (atomic_load(&server->draining)) {
        return false;
    }
    struct ax_rpc_call *call = take_free(server);
    call->method = method;
    call->metadata.count = 0;
    call->payload = NULL;
    grpc_call_error error;
    ax_rpc_tag_give(&call->on_new);
    if (method == NULL) {
        grpc_call_details_init(&call->details);
        error = grpc_server_request_call(server->core, &call->core, &call->details, &call->metadata, server->queue,
                server->queue, &call->on_new);
    } else {
        error = grpc_server_request_registered_call(server->core, method->registered, &call->core, &call->deadline,
                &call->metadata, method->kind == RPC_BIDI ? NULL : &call->payload, server->queue, server->queue,
                &call->on_new);
    }
    if (error != GRPC_CALL_OK) {
        give_back(call);
    }
    return error == GRPC_CALL_OK;
}

static void end(struct ax_rpc_call *call)
{
    struct ax_rpc_server *server = call->server;
    rpc_deadline_remove(call);
    grpc_byte_buffer_destroy(call->payload);
    grpc_byte_buffer_destroy(call->out);
    call->out = NULL;
    grpc_slice_unref(call->request);
    if (call->has_trailing) {
        grpc_slice_unref(call->trailing.value);
        call->has_trailing = false;
    }
    rpc_stream_free(call); /* call structs go round among all methods; only these have one */
    if (call->method == NULL) {
        grpc_call_details_destroy(&call->details);
    }
    grpc_call_unref(call->core);
    call->core = NULL;
    ax_arena_reset(&call->arena);
    ax_metric_observe_us(AX_METRIC_RPC_SECONDS, ax_mono_us() - call->started_us);
    atomic_fetch_add_explicit(&server->handled[ax_code_grpc(call->code)], 1, memory_order_relaxed);
    if (call->in_hand) {
        atomic_fetch_sub(&server->inflight, 1);
    }
    give_back(call);
}

void rpc_call_unref(struct ax_rpc_call *call)
{
    if (atomic_fetch_sub(&call->refs, 1) == 1) {
        end(call);
    }
}

static void on_close(struct ax_rpc_op *op, bool ok, struct ax_rpc_net *net)
{
    struct ax_rpc_call *call = AX_OWNER_OF(op, struct ax_rpc_call, on_close);
    (void)ok;
    (void)net;
    if (call->core_cancelled != 0) {
        atomic_store(&call->cancelled, true);
    }
    if (call->method != NULL && call->method->kind != RPC_UNARY) {
        rpc_stream_wake(call);
        if (call->method->closed != NULL) {
            call->method->closed(call);
        }
    }
    rpc_call_unref(call);
}

static void watch_close(struct ax_rpc_call *call)
{
    grpc_op op;
    memset(&op, 0, sizeof op);
    op.op = GRPC_OP_RECV_CLOSE_ON_SERVER;
    op.data.recv_close_on_server.cancelled = &call->core_cancelled;
    ax_rpc_batch(call->core, &op, 1, &call->on_close);
}

static void begin(struct ax_rpc_call *call, struct ax_rpc_net *net)
{
    struct rpc_method *method = call->method;
    if (method == NULL) {
        rpc_answer_refuse(call, AX_UNSUPPORTED, "unknown method");
        return;
    }
    atomic_fetch_add_explicit(&method->started, 1, memory_order_relaxed);
    if (atomic_fetch_add(&call->server->inflight, 1) >= call->server->options.inflight_max) {
        atomic_fetch_sub(&call->server->inflight, 1);
        rpc_answer_refuse(call, AX_LIMIT, "too many calls in flight (inflight_max)");
        return;
    }
    call->in_hand = true;
    if (method->kind == RPC_BIDI) {
        method->begin(call);
        return;
    }
    if (call->payload == NULL) {
        rpc_answer_refuse(call, AX_INVALID, "the call ended without a request message");
        return;
    }
    if (method->kind == RPC_UNARY && gpr_time_cmp(call->deadline, gpr_inf_future(call->deadline.clock_type)) == 0) {
        rpc_deadline_add(call);
    }
    rpc_net_push(net, call);
}

static void on_new(struct ax_rpc_op *op, bool ok, struct ax_rpc_net *net)
{
    struct ax_rpc_call *call = AX_OWNER_OF(op, struct ax_rpc_call, on_new);
    if (!ok) {
        if (call->method == NULL) {
            grpc_call_details_destroy(&call->details);
        }
        give_back(call);
        return;
    }
    (void)rpc_call_post(call->server, call->method);
    call->started_us = ax_mono_us();
    call->core_cancelled = 0;
    atomic_store_explicit(&call->cancelled, false, memory_order_relaxed);
    atomic_store_explicit(&call->refs, 2, memory_order_relaxed); /* close watcher, whoever answers */
    call->in_hand = false;
    call->timed = false;
    call->code = AX_OK;
    call->principal = NULL;
    call->request = grpc_empty_slice();
    if (call->method != NULL && call->method->kind != RPC_UNARY) {
        rpc_stream_prepare(call);
    }
    watch_close(call);
    begin(call, net);
}

ax_str rpc_call_spiffe(const struct ax_rpc_call *call, char *out, size_t size)
{
    grpc_auth_context *context = grpc_call_auth_context(call->core);
    size_t len = 0;
    if (context != NULL && grpc_auth_context_peer_is_authenticated(context) != 0) {
        grpc_auth_property_iterator properties =
                grpc_auth_context_find_properties_by_name(context, GRPC_PEER_SPIFFE_ID_PROPERTY_NAME);
        const grpc_auth_property *property = grpc_auth_property_iterator_next(&properties);
        if (property != NULL && property->value_length <= size &&
                grpc_auth_property_iterator_next(&properties) == NULL) {
            len = property->value_length;
            memcpy(out, property->value, len);
        }
    }
    grpc_auth_context_release(context);
    return ax_str_of(out, len);
}

ax_rc rpc_call_authorise(struct ax_rpc_call *call, struct ax_err *err)
{
    const struct ax_rpc_server_options *options = &call->server->options;
    if (options->authorise == NULL) {
        return AX_RC(OK);
    }
    char buf[SPIFFE_MAX];
    ax_str spiffe = rpc_call_spiffe(call, buf, sizeof buf);
    return options->authorise(
            options->authorise_state, ax_str_c(call->method->def.path), spiffe, &call->arena, &call->principal, err);
}

ax_str ax_rpc_request(const struct ax_rpc_call *call)
{
    return ax_rpc_slice_str(&call->request);
}

struct ax_arena *ax_rpc_arena(struct ax_rpc_call *call)
{
    return &call->arena;
}

void *ax_rpc_principal(const struct ax_rpc_call *call)
{
    return call->principal;
}

ax_str ax_rpc_path(const struct ax_rpc_call *call)
{
    return ax_str_c(call->method->def.path);
}

int64_t ax_rpc_left_ms(const struct ax_rpc_call *call)
{
    if (call->timed) {
        int64_t left = (call->default_deadline_us - ax_mono_us()) / 1000;
        return left < 0 ? 0 : left;
    }
    if (gpr_time_cmp(call->deadline, gpr_inf_future(call->deadline.clock_type)) == 0) {
        return INT64_MAX;
    }
    gpr_timespec left = gpr_time_sub(call->deadline, gpr_now(call->deadline.clock_type));
    int64_t ms = left.tv_sec * 1000 + left.tv_nsec / 1000000;
    return ms < 0 ? 0 : ms;
}
