/* SPDX-License-Identifier: Apache-2.0 */
/* A pause between two attempts in which somebody polls: without it a lost connection would never come back. */
#include "services/lib/rpc/client_inside.h"

static bool is_lost(grpc_connectivity_state state)
{
    return state == GRPC_CHANNEL_CONNECTING || state == GRPC_CHANNEL_TRANSIENT_FAILURE || state == GRPC_CHANNEL_IDLE;
}

void ax_rpc_channel_wait(struct ax_rpc_channel *channel, int ms)
{
    gpr_timespec until = gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_millis(ms, GPR_TIMESPAN));
    grpc_completion_queue *queue = grpc_completion_queue_create_for_next(NULL);
    grpc_connectivity_state state = grpc_channel_check_connectivity_state(channel->core, 1);
    bool was_lost = is_lost(state);
    while (was_lost && is_lost(state) && gpr_time_cmp(gpr_now(GPR_CLOCK_MONOTONIC), until) < 0) {
        struct ax_rpc_op op = {0};
        ax_rpc_tag_give(&op);
        grpc_channel_watch_connectivity_state(channel->core, state, until, queue, &op);
        grpc_event event = grpc_completion_queue_next(queue, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
        AX_ASSERT(event.type == GRPC_OP_COMPLETE && event.tag == &op); /* at `until` at the latest */
        ax_rpc_tag_take(&op);
        state = grpc_channel_check_connectivity_state(channel->core, 1);
    }
    if (!was_lost) {
        (void)grpc_completion_queue_next(queue, until, NULL);
    }
    grpc_completion_queue_shutdown(queue);
    while (grpc_completion_queue_next(queue, gpr_inf_past(GPR_CLOCK_MONOTONIC), NULL).type != GRPC_QUEUE_SHUTDOWN) {
    }
    grpc_completion_queue_destroy(queue);
}
