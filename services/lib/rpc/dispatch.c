/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the network threads to the workers. A network thread collects the calls that arrive while events are at hand and
 * hands them over when it is about to wait (or has FLUSH_AT of them), so that calls that arrive together are handled
 * together and one wake-up serves them all. A worker that takes a batch and leaves something behind wakes the next; no
 * one else needs waking while a worker is on its way.
 */
#include "services/lib/rpc/call.h"

#include <string.h>

enum { FLUSH_AT = 64, BATCH_MAX = 256 };

static void mark_ready(struct rpc_lane *lane, struct rpc_method *method)
{
    if (!method->ready && method->waiting_count > 0) {
        method->ready = true;
        TAILQ_INSERT_TAIL(&lane->ready, method, ready_link);
    }
}

static bool wants_wake(struct rpc_lane *lane)
{
    if (TAILQ_EMPTY(&lane->ready) || lane->waking > 0 || lane->idle == 0) {
        return false;
    }
    lane->waking++;
    return true;
}

void rpc_net_push(struct ax_rpc_net *net, struct ax_rpc_call *call)
{
    STAILQ_INSERT_TAIL(&net->fresh, call, next);
    if (++net->fresh_count >= FLUSH_AT) {
        rpc_net_flush(net);
    }
}

static void flush_lane(struct ax_rpc_net *net, struct rpc_lane *lane)
{
    struct rpc_call_list rest = STAILQ_HEAD_INITIALIZER(rest);
    size_t moved = 0;
    (void)pthread_mutex_lock(&lane->mutex);
    while (!STAILQ_EMPTY(&net->fresh)) {
        struct ax_rpc_call *call = STAILQ_FIRST(&net->fresh);
        STAILQ_REMOVE_HEAD(&net->fresh, next);
        if (call->method->lane != lane) {
            STAILQ_INSERT_TAIL(&rest, call, next);
            continue;
        }
        STAILQ_INSERT_TAIL(&call->method->waiting, call, next);
        call->method->waiting_count++;
        mark_ready(lane, call->method);
        moved++;
    }
    bool wake = wants_wake(lane);
    (void)pthread_mutex_unlock(&lane->mutex);
    if (wake) {
        (void)pthread_cond_signal(&lane->work);
    }
    net->fresh_count -= moved;
    STAILQ_CONCAT(&net->fresh, &rest);
}

void rpc_net_flush(struct ax_rpc_net *net)
{
    if (net->fresh_count > 0) {
        flush_lane(net, STAILQ_FIRST(&net->fresh)->method->lane);
    }
    if (net->fresh_count > 0) {
        flush_lane(net, STAILQ_FIRST(&net->fresh)->method->lane);
    }
    AX_ASSERT(net->fresh_count == 0);
}

/* The first ready method and up to batch_max of its calls; NULL when the lane stops. */
static struct rpc_method *take_batch(struct rpc_lane *lane, struct ax_rpc_call **calls, size_t *count)
{
    (void)pthread_mutex_lock(&lane->mutex);
    while (TAILQ_EMPTY(&lane->ready) && !lane->stop) {
        lane->idle++;
        (void)pthread_cond_wait(&lane->work, &lane->mutex);
        lane->idle--;
        lane->waking -= lane->waking > 0 ? 1 : 0;
    }
    struct rpc_method *method = TAILQ_FIRST(&lane->ready);
    bool wake = false;
    *count = 0;
    if (method != NULL) {
        TAILQ_REMOVE(&lane->ready, method, ready_link);
        method->ready = false;
        while (*count < method->def.batch_max && method->waiting_count > 0) {
            calls[(*count)++] = STAILQ_FIRST(&method->waiting);
            STAILQ_REMOVE_HEAD(&method->waiting, next);
            method->waiting_count--;
        }
        mark_ready(lane, method);
        wake = wants_wake(lane);
    }
    (void)pthread_mutex_unlock(&lane->mutex);
    if (wake) {
        (void)pthread_cond_signal(&lane->work);
    }
    return method;
}

/* False where the call was answered already: not authorised, too late, nobody to serve it. */
static bool prepare(struct ax_rpc_call *call)
{
    struct ax_err err = {0};
    ax_rc rc = rpc_call_authorise(call, &err);
    if (!ax_ok(rc)) {
        ax_rpc_fail(call, rc, &err);
        return false;
    }
    if (ax_rpc_cancelled(call)) {
        ax_rpc_fail(call, AX_RC(CANCELLED), NULL);
        return false;
    }
    if (call->method->def.handler == NULL) {
        ax_rpc_fail(call, ax_fail(&err, AX_UNSUPPORTED, "the method is not built"), &err);
        return false;
    }
    call->request = ax_rpc_payload_all(call->payload);
    return true;
}

void rpc_dispatch_at_once(struct ax_rpc_call *call)
{
    if (prepare(call)) {
        call->method->def.handler(call->method->def.state, &call, 1);
    }
}

static void *work(void *state)
{
    struct rpc_lane *lane = state;
    rpc_thread_settle();
    struct ax_rpc_call *calls[BATCH_MAX];
    size_t count;
    struct rpc_method *method;
    while ((method = take_batch(lane, calls, &count)) != NULL) {
        size_t kept = 0;
        for (size_t i = 0; i < count; i++) {
            if (prepare(calls[i])) {
                calls[kept++] = calls[i];
            }
        }
        if (kept > 0) {
            method->def.handler(method->def.state, calls, kept);
        }
    }
    return NULL;
}

void rpc_lane_open(struct rpc_lane *lane, struct ax_rpc_server *server, unsigned threads)
{
    (void)pthread_mutex_init(&lane->mutex, NULL);
    (void)pthread_cond_init(&lane->work, NULL);
    TAILQ_INIT(&lane->ready);
    for (size_t i = 0; i < server->method_count; i++) {
        struct rpc_method *method = &server->methods[i];
        method->def.batch_max = method->def.batch_max == 0          ? 1
                                : method->def.batch_max > BATCH_MAX ? BATCH_MAX
                                                                    : method->def.batch_max;
    }
    lane->thread_count = threads;
    lane->threads = ax_xcalloc(threads, sizeof *lane->threads);
    for (unsigned i = 0; i < threads; i++) {
        AX_ASSERT(pthread_create(&lane->threads[i], NULL, work, lane) == 0);
    }
}

void rpc_lane_close(struct rpc_lane *lane)
{
    if (lane->threads == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&lane->mutex);
    lane->stop = true;
    (void)pthread_cond_broadcast(&lane->work);
    (void)pthread_mutex_unlock(&lane->mutex);
    for (unsigned i = 0; i < lane->thread_count; i++) {
        (void)pthread_join(lane->threads[i], NULL);
    }
    ax_xfree(lane->threads);
    (void)pthread_cond_destroy(&lane->work);
    (void)pthread_mutex_destroy(&lane->mutex);
}
