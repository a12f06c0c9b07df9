/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The maintenance thread. It has old calls watched for their cancellation, and ends those whose client set no deadline
 * when the default has passed: core keeps the deadlines that clients set and offers no timer for others. The thread also
 * tells the metrics what was counted, and warns before file descriptors run out: a listener of this gRPC never
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

/* With the mutex, so that the struct is not used again meanwhile. Whose end nobody awaits is not answered, and so lives. */
static void watch_old(struct ax_rpc_server *server, int64_t now_us)
{
    struct ax_rpc_call *call;
    while ((call = TAILQ_FIRST(&server->young)) != NULL && now_us - call->started_us >= TICK_MS * 1000) {
        TAILQ_REMOVE(&server->young, call, aging);
        TAILQ_INSERT_TAIL(&server->old, call, aging);
        call->age = RPC_OLD;
        rpc_call_watch(call);
    }
}

/* A reference to a call that may be ending: false where it is. */
static bool hold(struct ax_rpc_call *call)
{
    unsigned refs = atomic_load(&call->refs);
    while (refs > 0) {
        if (atomic_compare_exchange_weak(&call->refs, &refs, refs + 1)) {
            return true;
        }
    }
    return false;
}

/* With the mutex: the first call whose default deadline has passed, held, or NULL. */
static struct ax_rpc_call *take_late(struct ax_rpc_server *server, int64_t now_us)
{
    int64_t most_us = (int64_t)server->options.default_deadline_ms * 1000;
    struct ax_rpc_call *call;
    TAILQ_FOREACH(call, &server->old, aging)
    {
        if (now_us - call->started_us < most_us) {
            return NULL;
        }
        if (call->undated && hold(call)) {
            TAILQ_REMOVE(&server->old, call, aging);
            call->age = RPC_AGELESS;
            return call;
        }
    }
    return NULL;
}

/* With the mutex, which is let go meanwhile. */
static void cancel_late(struct ax_rpc_server *server, int64_t now_us)
{
    struct ax_rpc_call *call;
    while ((call = take_late(server, now_us)) != NULL) {
        (void)pthread_mutex_unlock(&server->mutex);
        (void)grpc_call_cancel_with_status(
                call->core, GRPC_STATUS_DEADLINE_EXCEEDED, "the server's default deadline passed", NULL);
        rpc_call_unref(call, 1);
        (void)pthread_mutex_lock(&server->mutex);
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
    (void)pthread_mutex_lock(&server->mutex);
    for (unsigned tick = 1; !server->stopping; tick++) {
        struct timespec until;
        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += TICK_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        (void)pthread_cond_timedwait(&server->stop, &server->mutex, &until);
        int64_t now_us = ax_mono_us();
        watch_old(server, now_us);
        cancel_late(server, now_us);
        if (tick % TELL_EVERY == 0) {
            (void)pthread_mutex_unlock(&server->mutex);
            tell_metrics(server);
            check_descriptors();
            (void)pthread_mutex_lock(&server->mutex);
        }
    }
    (void)pthread_mutex_unlock(&server->mutex);
    tell_metrics(server);
    return NULL;
}

void rpc_maintain_open(struct ax_rpc_server *server)
{
    AX_ASSERT(pthread_create(&server->maintenance, NULL, maintain, server) == 0);
}

void rpc_maintain_close(struct ax_rpc_server *server)
{
    (void)pthread_mutex_lock(&server->mutex);
    server->stopping = true;
    (void)pthread_cond_signal(&server->stop);
    (void)pthread_mutex_unlock(&server->mutex);
    (void)pthread_join(server->maintenance, NULL);
}
