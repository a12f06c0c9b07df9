/* SPDX-License-Identifier: Apache-2.0 */
/* grpc.health.v1: Check and Watch over a table of service names; "" is the whole process. */
#include "services/lib/rpc/call.h"
#include "services/lib/rpc/pb.h"

#include <string.h>

enum {
    HEALTH_SERVING = 1,
    HEALTH_NOT_SERVING = 2,
    HEALTH_SERVICE_UNKNOWN = 3,
    HEALTH_NAME_MAX = 200, /* as gRPC's own service */
    HEALTH_SERVICES_MAX = 64,
    REQUEST_SERVICE = 1,
    RESPONSE_STATUS = 1,
};

struct service {
    char name[HEALTH_NAME_MAX + 1];
    int status;
};

/* Guarded by the server's hosted_mutex. */
struct rpc_health {
    struct service services[HEALTH_SERVICES_MAX];
    size_t count;
    bool closing; /* NOT_SERVING for good */
};

static struct service *find(struct rpc_health *health, ax_str name)
{
    for (size_t i = 0; i < health->count; i++) {
        if (ax_str_eq(ax_str_c(health->services[i].name), name)) {
            return &health->services[i];
        }
    }
    return NULL;
}

static void add(struct rpc_health *health, ax_str name, int status)
{
    if (find(health, name) != NULL || health->count == HEALTH_SERVICES_MAX) {
        return;
    }
    struct service *service = &health->services[health->count];
    if (ax_str_to_c(name, service->name, sizeof service->name)) {
        service->status = status;
        health->count++;
    }
}

static ax_rc read_request(ax_str request, ax_str *service, struct ax_err *err)
{
    struct ax_cursor c = ax_cursor_of(request);
    struct ax_pb_field f;
    bool bad = false;
    *service = AX_STR("");
    while (ax_pb_next(&c, &f, &bad)) {
        if (f.number == REQUEST_SERVICE && f.wire == AX_PB_BYTES) {
            *service = f.bytes;
        }
    }
    if (bad) {
        return ax_fail(err, AX_INVALID, "the request is no HealthCheckRequest");
    }
    if (service->len > HEALTH_NAME_MAX) {
        return ax_fail_field(err, AX_INVALID, "service", service->ptr, service->len, "is at most 200 bytes");
    }
    return AX_RC(OK);
}

/* Two bytes: field 1, a varint below 128. */
static ax_str response_of(int status, uint8_t out[2])
{
    out[0] = RESPONSE_STATUS << 3 | AX_PB_VARINT;
    out[1] = (uint8_t)status;
    return ax_str_of(out, 2);
}

static void check_one(struct ax_rpc_server *server, struct ax_rpc_call *call)
{
    struct ax_err err = {0};
    ax_str name;
    ax_rc rc = read_request(ax_rpc_request(call), &name, &err);
    if (!ax_ok(rc)) {
        ax_rpc_fail(call, rc, &err);
        return;
    }
    (void)pthread_mutex_lock(&server->hosted_mutex);
    const struct service *service = find(server->health, name);
    int status = service == NULL ? HEALTH_SERVICE_UNKNOWN : service->status;
    (void)pthread_mutex_unlock(&server->hosted_mutex);
    uint8_t bytes[2];
    if (status == HEALTH_SERVICE_UNKNOWN) {
        rc = ax_fail_field(&err, AX_NOT_FOUND, "service", name.ptr, name.len, "is no service of this process");
        ax_rpc_fail(call, rc, &err);
    } else {
        ax_rpc_reply(call, response_of(status, bytes));
    }
}

static void check(void *state, struct ax_rpc_call **calls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_one(state, calls[i]);
    }
}

/* With the mutex. A watcher that is gone is let go by its `closed`. */
static void tell(struct ax_rpc_call *call, int status)
{
    uint8_t bytes[2];
    ax_rc rc = ax_rpc_send(call, response_of(status, bytes));
    if (rc.code == AX_LIMIT && rpc_hosted_take(call)) {
        ax_rpc_fail(call, rc, NULL);
    }
}

static void watch_one(struct ax_rpc_server *server, struct ax_rpc_call *call)
{
    struct ax_err err = {0};
    ax_str name;
    ax_rc rc = read_request(ax_rpc_request(call), &name, &err);
    if (!ax_ok(rc)) {
        ax_rpc_fail(call, rc, &err);
        return;
    }
    (void)pthread_mutex_lock(&server->hosted_mutex);
    bool added = rpc_hosted_add(call);
    if (added) {
        const struct service *service = find(server->health, name);
        tell(call, service == NULL ? HEALTH_SERVICE_UNKNOWN : service->status);
    }
    (void)pthread_mutex_unlock(&server->hosted_mutex);
    if (!added) {
        ax_rpc_finish(call);
    }
}

static void watch(void *state, struct ax_rpc_call **calls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        watch_one(state, calls[i]);
    }
}

size_t rpc_health_methods(struct ax_rpc_server *server, struct rpc_method *out)
{
    server->health = ax_xcalloc(1, sizeof *server->health);
    add(server->health, AX_STR(""), HEALTH_SERVING);
    for (size_t i = 0; i < server->method_count; i++) {
        ax_str path = ax_str_c(server->methods[i].def.path);
        if (path.len > 1) {
            ax_str rest = ax_str_of(path.ptr + 1, path.len - 1);
            add(server->health, ax_str_split(&rest, '/'), HEALTH_SERVING);
        }
    }
    /* Probes are answered also while every worker is busy. */
    out[0] = (struct rpc_method){.kind = RPC_UNARY, .at_once = true};
    out[0].def = (struct ax_rpc_method){.path = "/grpc.health.v1.Health/Check", .handler = check, .state = server};
    out[1] = (struct rpc_method){.kind = RPC_STREAM, .at_once = true, .closed = rpc_hosted_closed};
    out[1].def = (struct ax_rpc_method){
            .path = "/grpc.health.v1.Health/Watch", .server_streaming = true, .handler = watch, .state = server};
    return 2;
}

/* The name that a watcher asked for, read once more: a request is alive as long as its call. */
static ax_str watched(const struct ax_rpc_call *call)
{
    ax_str name;
    return ax_ok(read_request(ax_rpc_request(call), &name, NULL)) ? name : AX_STR("");
}

/* With the mutex. */
static void set_status(struct ax_rpc_server *server, struct service *service, int status)
{
    if (service->status == status) {
        return;
    }
    service->status = status;
    struct ax_rpc_call *call;
    struct ax_rpc_call *next;
    for (call = TAILQ_FIRST(&server->hosted); call != NULL; call = next) {
        next = TAILQ_NEXT(call, hosted_link);
        if (call->method->def.handler == watch && ax_str_eq(watched(call), ax_str_c(service->name))) {
            tell(call, status);
        }
    }
}

void ax_rpc_server_set_serving(struct ax_rpc_server *server, const char *name, bool serving)
{
    (void)pthread_mutex_lock(&server->hosted_mutex);
    struct service *service = find(server->health, ax_str_c(name));
    if (service == NULL) {
        add(server->health, ax_str_c(name), HEALTH_SERVICE_UNKNOWN); /* so that watchers of it hear */
        service = find(server->health, ax_str_c(name));
    }
    if (service != NULL && !server->health->closing) {
        set_status(server, service, serving ? HEALTH_SERVING : HEALTH_NOT_SERVING);
    }
    (void)pthread_mutex_unlock(&server->hosted_mutex);
}

void rpc_health_drain(struct ax_rpc_server *server)
{
    if (server->health == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&server->hosted_mutex);
    server->health->closing = true;
    for (size_t i = 0; i < server->health->count; i++) {
        set_status(server, &server->health->services[i], HEALTH_NOT_SERVING);
    }
    (void)pthread_mutex_unlock(&server->hosted_mutex);
}

void rpc_health_free(struct ax_rpc_server *server)
{
    ax_xfree(server->health);
}
