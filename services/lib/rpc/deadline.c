/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The maintenance thread. Core keeps the deadlines that clients set; it has neither a maximum nor a timer of its own for
 * calls without one, so those wait here, in the order of their deadlines because the default is one for all. The thread
 * also tells the metrics what was counted, and warns before file descriptors run out: a listener of this gRPC never
 * accepts again after EMFILE.
 */
#include "services/lib/rpc/call.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { TICK_MS = 20, TELL_EVERY = 25, DESCRIPTORS_WARN_PERCENT = 80 };

static const char *const code_names[RPC_CODES] = {"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED",
        "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",
        "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"};

void rpc_deadline_add(struct ax_rpc_call *call)
{
    struct ax_rpc_server *server = call->server;
    call->timed = true;
    (void)pthread_mutex_lock(&server->timer_mutex);
    call->default_deadline_us = ax_mono_us() + (int64_t)server->options.default_deadline_ms * 1000;
    call->timer_linked = true;
    TAILQ_INSERT_TAIL(&server->timers, call, timer);
    (void)pthread_mutex_unlock(&server->timer_mutex);
}

void rpc_deadline_remove(struct ax_rpc_call *call)
{
    if (!call->timed) {
        return;
    }
    struct ax_rpc_server *server = call->server;
    (void)pthread_mutex_lock(&server->timer_mutex);
    if (call->timer_linked) {
        TAILQ_REMOVE(&server->timers, call, timer);
        call->timer_linked = false;
    }
    (void)pthread_mutex_unlock(&server->timer_mutex);
}

/* With the mutex, so that a call cannot end meanwhile. */
static void cancel_late(struct ax_rpc_server *server)
{
    int64_t now_us = ax_mono_us();
    struct ax_rpc_call *call;
    while ((call = TAILQ_FIRST(&server->timers)) != NULL && call->default_deadline_us <= now_us) {
        TAILQ_REMOVE(&server->timers, call, timer);
        call->timer_linked = false;
        (void)grpc_call_cancel_with_status(
                call->core, GRPC_STATUS_DEADLINE_EXCEEDED, "the server's default deadline passed", NULL);
    }
}

static void tell_metrics(struct ax_rpc_server *server)
{
    for (size_t i = 0; i < server->method_count; i++) {
        uint64_t count = atomic_exchange(&server->methods[i].started, 0);
        if (count > 0) {
            ax_metric_add(AX_METRIC_RPC_STARTED, server->methods[i].def.path, count);
        }
    }
    for (size_t i = 0; i < RPC_CODES; i++) {
        uint64_t count = atomic_exchange(&server->handled[i], 0);
        if (count > 0) {
            ax_metric_add(AX_METRIC_RPC_HANDLED, code_names[i], count);
        }
    }
}

/* A new descriptor takes the lowest free number, so its number bounds how many are open. */
static void check_descriptors(void)
{
    struct rlimit limit;
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
            (fd < 0 || (rlim_t)fd >= limit.rlim_cur / 100 * DESCRIPTORS_WARN_PERCENT)) {
        AX_NOTE_LIMITED(ERROR, "rpc.descriptors",
                "limit=%ju text=\"file descriptors run out; a listener that meets the limit is deaf for good\"",
                (uintmax_t)limit.rlim_cur);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
}

static void *maintain(void *state)
{
    struct ax_rpc_server *server = state;
    (void)pthread_mutex_lock(&server->timer_mutex);
    for (unsigned tick = 1; !server->timer_stopping; tick++) {
        struct timespec until;
        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += TICK_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        (void)pthread_cond_timedwait(&server->timer_stop, &server->timer_mutex, &until);
        cancel_late(server);
        if (tick % TELL_EVERY == 0) {
            (void)pthread_mutex_unlock(&server->timer_mutex);
            tell_metrics(server);
            check_descriptors();
            (void)pthread_mutex_lock(&server->timer_mutex);
        }
    }
    (void)pthread_mutex_unlock(&server->timer_mutex);
    tell_metrics(server);
    return NULL;
}

void rpc_deadline_open(struct ax_rpc_server *server)
{
    TAILQ_INIT(&server->timers);
    pthread_condattr_t attr;
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&server->timer_stop, &attr);
    (void)pthread_condattr_destroy(&attr);
    (void)pthread_mutex_init(&server->timer_mutex, NULL);
    AX_ASSERT(pthread_create(&server->timer_thread, NULL, maintain, server) == 0);
}

void rpc_deadline_close(struct ax_rpc_server *server)
{
    (void)pthread_mutex_lock(&server->timer_mutex);
    server->timer_stopping = true;
    (void)pthread_cond_signal(&server->timer_stop);
    (void)pthread_mutex_unlock(&server->timer_mutex);
    (void)pthread_join(server->timer_thread, NULL);
    (void)pthread_cond_destroy(&server->timer_stop);
    (void)pthread_mutex_destroy(&server->timer_mutex);
}
