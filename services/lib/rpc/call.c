/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/rpc/call.h"

#include "base/clock.h"
#include "base/metrics.h"

#include <string.h>

enum { CALL_CHUNK_BYTES = 8192, SPIFFE_MAX = 256 };

static void on_new(struct ax_rpc_op *op, bool ok, struct ax_rpc_net *net);
static void on_close(struct ax_rpc_op *op, bool ok, struct ax_rpc_net *net);

static struct ax_rpc_call *new_call(struct ax_rpc_server *server)
{
    struct ax_rpc_call *call = ax_xcalloc(1, sizeof *call);
    call->server = server;
    call->on_new.done = on_new;
    call->on_close.done = on_close;
    grpc_metadata_array_init(&call->metadata);
    ax_arena_init(&call->arena, CALL_CHUNK_BYTES, server->options.arena_max_bytes);
    return call;
}

/* A struct for the next request; in the same breath `arrived`, if unary, is put among the young. */
static struct ax_rpc_call *take_free(struct ax_rpc_server *server, struct ax_rpc_call *arrived)
{
    (void)pthread_mutex_lock(&server->mutex);
    struct ax_rpc_call *call = STAILQ_FIRST(&server->free_calls);
    if (call != NULL) {
        STAILQ_REMOVE_HEAD(&server->free_calls, next);
    }
    server->live++;
    if (arrived != NULL && arrived->method != NULL && arrived->method->kind == RPC_UNARY) {
        TAILQ_INSERT_TAIL(&server->young, arrived, aging);
        arrived->age = RPC_YOUNG;
    }
    (void)pthread_mutex_unlock(&server->mutex);
    return call == NULL ? new_call(server) : call;
}

static void give_back(struct ax_rpc_call *call)
{
    struct ax_rpc_server *server = call->server;
    (void)pthread_mutex_lock(&server->mutex);
    if (call->age != RPC_AGELESS) {
        TAILQ_REMOVE(call->age == RPC_YOUNG ? &server->young : &server->old, call, aging);
        call->age = RPC_AGELESS;
    }
    STAILQ_INSERT_HEAD(&server->free_calls, call, next);
    if (--server->live == 0) {
        (void)pthread_cond_broadcast(&server->idle);
    }
    (void)pthread_mutex_unlock(&server->mutex);
}

static void request(struct ax_rpc_call *call, struct rpc_method *method)
{
    struct ax_rpc_server *server = call->server;
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
}

void rpc_call_post(struct ax_rpc_server *server, struct rpc_method *method)
{
    request(take_free(server, NULL), method);
}

static void end(struct ax_rpc_call *call)
{
    struct ax_rpc_server *server = call->server;
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
    if (call->core_cancelled != 0 && call->code == AX_OK) {
        call->code = AX_CANCELLED;
    }
    ax_metric_observe_us(AX_METRIC_RPC_SECONDS, ax_mono_us() - call->started_us);
    atomic_fetch_add_explicit(&server->handled[ax_code_grpc(call->code)], 1, memory_order_relaxed);
    if (call->in_hand) {
        atomic_fetch_sub(&server->inflight, 1);
    }
    give_back(call);
}

void rpc_call_unref(struct ax_rpc_call *call, unsigned count)
{
    if (atomic_fetch_sub(&call->refs, count) == count) {
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
    rpc_call_unref(call, 1);
}

void rpc_call_watch(struct ax_rpc_call *call)
{
    if (atomic_exchange(&call->watched, true)) {
        return;
    }
    grpc_op op;
    memset(&op, 0, sizeof op);
    op.op = GRPC_OP_RECV_CLOSE_ON_SERVER;
    op.data.recv_close_on_server.cancelled = &call->core_cancelled;
    ax_rpc_batch(call->core, &op, 1, &call->on_close);
}

/* Among the calls in flight; a health probe needs none, so that an overloaded process still says that it is alive. */
static bool take_place(struct ax_rpc_call *call)
{
    if (call->method->at_once && call->method->kind == RPC_UNARY) {
        return true;
    }
    call->in_hand = true; /* given back at its end, also where it is refused */
    return atomic_fetch_add(&call->server->inflight, 1) < call->server->options.inflight_max;
}

static void begin(struct ax_rpc_call *call, struct ax_rpc_net *net)
{
    struct rpc_method *method = call->method;
    if (method == NULL) {
        rpc_answer_refuse(call, AX_UNSUPPORTED, "unknown method");
        return;
    }
    atomic_fetch_add_explicit(&method->started, 1, memory_order_relaxed);
    if (!take_place(call)) {
        rpc_answer_refuse(call, AX_LIMIT, "too many calls in flight (inflight_max)");
        return;
    }
    if (method->kind == RPC_BIDI) {
        method->begin(call);
        return;
    }
    if (call->payload == NULL) {
        rpc_answer_refuse(call, AX_INVALID, "the call ended without a request message");
        return;
    }
    if (method->at_once) {
        rpc_dispatch_at_once(call);
    } else {
        rpc_net_push(net, call);
    }
}

static void arrive(struct ax_rpc_call *call)
{
    call->started_us = ax_mono_us();
    call->core_cancelled = 0;
    atomic_store_explicit(&call->cancelled, false, memory_order_relaxed);
    atomic_store_explicit(&call->watched, false, memory_order_relaxed);
    atomic_store_explicit(&call->refs, 2, memory_order_relaxed); /* the answer, the news of the end */
    call->in_hand = false;
    call->code = AX_OK;
    call->principal = NULL;
    call->request = grpc_empty_slice();
    call->undated = call->method != NULL && call->method->kind == RPC_UNARY &&
                    gpr_time_cmp(call->deadline, gpr_inf_future(call->deadline.clock_type)) == 0;
}

static void on_new(struct ax_rpc_op *op, bool ok, struct ax_rpc_net *net)
{
    struct ax_rpc_call *call = AX_OWNER_OF(op, struct ax_rpc_call, on_new);
    struct ax_rpc_server *server = call->server;
    if (!ok) {
        if (call->method == NULL) {
            grpc_call_details_destroy(&call->details);
        }
        give_back(call);
        return;
    }
    arrive(call);
    /* After shutdown core refuses the request and the struct goes back. */
    request(take_free(server, call), call->method);
    if (call->method != NULL && call->method->kind != RPC_UNARY) {
        rpc_stream_prepare(call);
        rpc_call_watch(call);
    }
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

int64_t ax_rpc_left_ms(const struct ax_rpc_call *call)
{
    if (call->undated) {
        int64_t end_us = call->started_us + (int64_t)call->server->options.default_deadline_ms * 1000;
        int64_t left_ms = (end_us - ax_mono_us()) / 1000;
        return left_ms < 0 ? 0 : left_ms;
    }
    if (gpr_time_cmp(call->deadline, gpr_inf_future(call->deadline.clock_type)) == 0) {
        return INT64_MAX;
    }
    gpr_timespec left = gpr_time_sub(call->deadline, gpr_now(call->deadline.clock_type));
    int64_t ms = left.tv_sec * 1000 + left.tv_nsec / 1000000;
    return ms < 0 ? 0 : ms;
}
