/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thread a channel that polls while nobody waits for an answer: it waits for changes of the connection's state, which
 * never have to come. So handshakes finish, pings are answered and answers arrive in time whatever the caller does between
 * two calls, such as reading a slow pipe.
 */
#include "services/lib/rpc/client_inside.h"

/* With the mutex held: after the channel is destroyed it must not be watched again. */
static void watch(struct ax_rpc_channel *channel)
{
    grpc_connectivity_state state = grpc_channel_check_connectivity_state(channel->core, 0);
    ax_rpc_tag_give(&channel->on_change);
    grpc_channel_watch_connectivity_state(
            channel->core, state, gpr_inf_future(GPR_CLOCK_MONOTONIC), channel->queue, &channel->on_change);
}

static void *poll_channel(void *state)
{
    struct ax_rpc_channel *channel = state;
    for (;;) {
        grpc_event event = grpc_completion_queue_next(channel->queue, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
        if (event.type == GRPC_QUEUE_SHUTDOWN) {
            return NULL;
        }
        AX_ASSERT(event.type == GRPC_OP_COMPLETE && event.tag == &channel->on_change);
        ax_rpc_tag_take(event.tag);
        AX_ASSERT(pthread_mutex_lock(&channel->mutex) == 0);
        if (channel->closing) {
            grpc_completion_queue_shutdown(channel->queue);
        } else {
            watch(channel);
        }
        AX_ASSERT(pthread_mutex_unlock(&channel->mutex) == 0);
    }
}

void rpc_poll_start(struct ax_rpc_channel *channel)
{
    AX_ASSERT(pthread_mutex_init(&channel->mutex, NULL) == 0);
    channel->queue = grpc_completion_queue_create_for_next(NULL);
    watch(channel);
    AX_ASSERT(pthread_create(&channel->poller, NULL, poll_channel, channel) == 0);
}

void rpc_poll_stop(struct ax_rpc_channel *channel)
{
    AX_ASSERT(pthread_mutex_lock(&channel->mutex) == 0);
    channel->closing = true;
    AX_ASSERT(pthread_mutex_unlock(&channel->mutex) == 0);
    grpc_channel_destroy(channel->core); /* a change of state, the last one */
    AX_ASSERT(pthread_join(channel->poller, NULL) == 0);
    grpc_completion_queue_destroy(channel->queue);
    (void)pthread_mutex_destroy(&channel->mutex);
}
