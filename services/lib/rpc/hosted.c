/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The built-in streams that no handler thread keeps: health watches and reflection. They stand on one list, so that a
 * drain can end them and a closed one is let go. Whoever takes a call off the list, under the mutex, answers it.
 */
#include "services/lib/rpc/call.h"

/* False where the server drains or the client is gone already: the caller still answers. */
bool rpc_hosted_add(struct ax_rpc_call *call)
{
    if (ax_rpc_cancelled(call)) {
        return false;
    }
    TAILQ_INSERT_TAIL(&call->server->hosted, call, hosted_link);
    call->hosted = true;
    return true;
}

bool rpc_hosted_take(struct ax_rpc_call *call)
{
    if (!call->hosted) {
        return false;
    }
    TAILQ_REMOVE(&call->server->hosted, call, hosted_link);
    call->hosted = false;
    return true;
}

void rpc_hosted_closed(struct ax_rpc_call *call)
{
    (void)pthread_mutex_lock(&call->server->hosted_mutex);
    bool mine = rpc_hosted_take(call);
    (void)pthread_mutex_unlock(&call->server->hosted_mutex);
    if (mine) {
        ax_rpc_finish(call);
    }
}

void rpc_hosted_drain(struct ax_rpc_server *server)
{
    struct ax_err err;
    ax_rc rc = ax_fail(&err, AX_UNAVAILABLE, "draining");
    (void)pthread_mutex_lock(&server->hosted_mutex);
    struct ax_rpc_call *call;
    while ((call = TAILQ_FIRST(&server->hosted)) != NULL) {
        (void)rpc_hosted_take(call);
        ax_rpc_fail(call, rc, &err);
    }
    (void)pthread_mutex_unlock(&server->hosted_mutex);
}
