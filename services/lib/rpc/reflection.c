/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grpc.reflection.v1 and v1alpha, one set of messages under two names. A request is answered before the next is read, on
 * the network thread: it is table look-ups. A file comes with everything that it imports.
 */
#include "services/lib/rpc/reflection.h"

#include "services/lib/rpc/call.h"
#include "services/lib/rpc/pb.h"

#include "proto/descriptors.h"

#include <string.h>

enum {
    REQUEST_FILE = 3,
    REQUEST_SYMBOL = 4,
    REQUEST_EXTENSION = 5,
    REQUEST_EXTENSION_NUMBERS = 6,
    REQUEST_LIST = 7,
    RESPONSE_ORIGINAL = 2,
    RESPONSE_FILES = 4,
    RESPONSE_LIST = 6,
    RESPONSE_ERROR = 7,
    ERROR_CODE = 1,
    ERROR_MESSAGE = 2,
    REFLECTION_REQUEST_MAX = 4096,
    REFLECTION_RESPONSE_MAX = 4 << 20,
    REFLECTION_FILES_MAX = 256,
};

static void put_error(struct ax_buf *out, int grpc_code, ax_str text)
{
    struct ax_buf error;
    ax_buf_init(&error, REFLECTION_REQUEST_MAX);
    ax_pb_put_int(&error, ERROR_CODE, (uint64_t)grpc_code);
    ax_pb_put_bytes(&error, ERROR_MESSAGE, text);
    ax_pb_put_bytes(out, RESPONSE_ERROR, ax_buf_str(&error));
    ax_buf_deinit(&error);
}

/* Marks a file and all its imports; a file stands behind what it imports, so one pass downwards is enough. */
static void put_files(struct ax_buf *out, const struct ax_proto_file *file)
{
    if (file == NULL) {
        put_error(out, GRPC_STATUS_NOT_FOUND, AX_STR("there is no such file or symbol"));
        return;
    }
    bool wanted[REFLECTION_FILES_MAX] = {false};
    AX_ASSERT(ax_proto_file_count <= REFLECTION_FILES_MAX);
    size_t top = (size_t)(file - ax_proto_files);
    wanted[top] = true;
    struct ax_buf files;
    ax_buf_init(&files, REFLECTION_RESPONSE_MAX);
    for (size_t i = top + 1; i-- > 0;) {
        if (!wanted[i]) {
            continue;
        }
        ax_pb_put_bytes(&files, 1, ax_proto_files[i].bytes);
        for (size_t j = 0; j < ax_proto_files[i].dependency_count; j++) {
            wanted[ax_proto_files[i].dependencies[j]] = true;
        }
    }
    ax_pb_put_bytes(out, RESPONSE_FILES, ax_buf_str(&files));
    ax_buf_deinit(&files);
}

static void put_list(struct ax_buf *out, const ax_str *services, size_t count)
{
    struct ax_buf list;
    ax_buf_init(&list, REFLECTION_RESPONSE_MAX);
    for (size_t i = 0; i < count; i++) {
        struct ax_buf service;
        ax_buf_init(&service, REFLECTION_REQUEST_MAX);
        ax_pb_put_bytes(&service, 1, services[i]);
        ax_pb_put_bytes(&list, 1, ax_buf_str(&service));
        ax_buf_deinit(&service);
    }
    ax_pb_put_bytes(out, RESPONSE_LIST, ax_buf_str(&list));
    ax_buf_deinit(&list);
}

ax_rc ax_reflection_answer(
        ax_str request, const ax_str *services, size_t service_count, struct ax_buf *out, struct ax_err *err)
{
    struct ax_cursor c = ax_cursor_of(request);
    struct ax_pb_field f;
    struct ax_pb_field asked = {0};
    bool bad = request.len > REFLECTION_REQUEST_MAX;
    while (!bad && ax_pb_next(&c, &f, &bad)) {
        if (f.wire == AX_PB_BYTES && f.number >= REQUEST_FILE && f.number <= REQUEST_LIST) {
            asked = f;
        }
    }
    if (bad) {
        return ax_fail(err, AX_INVALID, "the request is no ServerReflectionRequest of at most 4096 bytes");
    }
    ax_pb_put_bytes(out, RESPONSE_ORIGINAL, request);
    switch (asked.number) {
    case REQUEST_FILE:
        put_files(out, ax_proto_file_named(asked.bytes));
        break;
    case REQUEST_SYMBOL:
        put_files(out, ax_proto_file_of_symbol(asked.bytes));
        break;
    case REQUEST_LIST:
        put_list(out, services, service_count);
        break;
    case REQUEST_EXTENSION:
    case REQUEST_EXTENSION_NUMBERS:
        put_error(out, GRPC_STATUS_NOT_FOUND, AX_STR("there are no extensions here"));
        break;
    default:
        put_error(out, GRPC_STATUS_INVALID_ARGUMENT, AX_STR("nothing was asked for"));
        break;
    }
    return out->failed ? ax_fail(err, AX_LIMIT, "the answer is too large") : AX_RC(OK);
}

static void receive_next(struct ax_rpc_call *call)
{
    grpc_op op;
    memset(&op, 0, sizeof op);
    op.op = GRPC_OP_RECV_MESSAGE;
    op.data.recv_message.recv_message = &call->payload;
    atomic_fetch_add(&call->refs, 1);
    ax_rpc_batch(call->core, &op, 1, &call->on_receive);
}

static ax_str service_of(const struct rpc_method *method)
{
    ax_str rest = ax_str_c(method->def.path + 1);
    return ax_str_split(&rest, '/');
}

static size_t list_services(const struct ax_rpc_server *server, ax_str *out)
{
    size_t count = 0;
    for (size_t i = 0; i < server->method_count && count < REFLECTION_FILES_MAX; i++) {
        ax_str name = service_of(&server->methods[i]);
        bool known = false;
        for (size_t j = 0; j < count && !known; j++) {
            known = ax_str_eq(out[j], name);
        }
        if (!known) {
            out[count++] = name;
        }
    }
    return count;
}

static ax_rc answer(struct ax_rpc_call *call, struct ax_err *err)
{
    ax_str services[REFLECTION_FILES_MAX];
    size_t count = list_services(call->server, services);
    struct ax_buf out;
    ax_buf_init(&out, REFLECTION_RESPONSE_MAX);
    grpc_slice request = ax_rpc_payload_all(call->payload);
    ax_rc rc = ax_reflection_answer(ax_rpc_slice_str(&request), services, count, &out, err);
    grpc_slice_unref(request);
    if (ax_ok(rc)) {
        rc = ax_rpc_send(call, ax_buf_str(&out));
    }
    ax_buf_deinit(&out);
    return rc;
}

/* With nobody else on the list's side: whoever takes the call answers it. */
static void finish(struct ax_rpc_call *call, ax_rc rc, const struct ax_err *err)
{
    (void)pthread_mutex_lock(&call->server->hosted_mutex);
    bool mine = rpc_hosted_take(call);
    (void)pthread_mutex_unlock(&call->server->hosted_mutex);
    if (!mine) {
        return;
    }
    if (ax_ok(rc)) {
        ax_rpc_finish(call);
    } else {
        ax_rpc_fail(call, rc, err);
    }
}

static void on_receive(struct ax_rpc_op *op, bool ok, struct ax_rpc_net *net)
{
    struct ax_rpc_call *call = AX_OWNER_OF(op, struct ax_rpc_call, on_receive);
    (void)net;
    struct ax_err err = {0};
    if (!ok || call->payload == NULL) {
        finish(call, AX_RC(OK), NULL);
    } else {
        /* The answer may already be on its way, and the next request with it, when ax_rpc_send comes back. */
        ax_rc rc = answer(call, &err);
        if (!ax_ok(rc)) {
            finish(call, rc, err.text[0] == '\0' ? NULL : &err);
        }
    }
    rpc_call_unref(call, 1);
}

static void on_drained(struct ax_rpc_call *call)
{
    grpc_byte_buffer_destroy(call->payload);
    call->payload = NULL;
    receive_next(call);
}

static void begin(struct ax_rpc_call *call)
{
    struct ax_err err = {0};
    ax_rc rc = rpc_call_authorise(call, &err);
    if (!ax_ok(rc)) {
        ax_rpc_fail(call, rc, &err);
        return;
    }
    call->on_receive.done = on_receive;
    (void)pthread_mutex_lock(&call->server->hosted_mutex);
    bool added = rpc_hosted_add(call);
    if (added) {
        receive_next(call);
    }
    (void)pthread_mutex_unlock(&call->server->hosted_mutex);
    if (!added) {
        ax_rpc_finish(call);
    }
}

size_t rpc_reflection_methods(struct ax_rpc_server *server, struct rpc_method *out)
{
    (void)server;
    static const char *const paths[] = {"/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"};
    for (size_t i = 0; i < 2; i++) {
        out[i] = (struct rpc_method){
                .kind = RPC_BIDI, .begin = begin, .closed = rpc_hosted_closed, .drained = on_drained};
        out[i].def = (struct ax_rpc_method){.path = paths[i], .server_streaming = true};
    }
    return 2;
}
