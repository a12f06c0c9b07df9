/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Which partitions a consumer has and what it must read next in each. Belongs to the consumer's thread; the owner's
 * callbacks run on it. `revoked` is called only for partitions whose `assigned` said OK.
 */
#include "services/lib/eventlog/eventlog.h"

enum ax_log_part_state {
    AX_LOG_PART_FOREIGN, /* not ours */
    AX_LOG_PART_ASKING,  /* ours, but the owner could not say where to start */
    AX_LOG_PART_READING,
    AX_LOG_PART_STOPPED, /* after AX_CORRUPT or AX_RANGE, until a seek */
};

struct ax_log_part {
    enum ax_log_part_state state;
    int64_t next;
    int64_t ask_again_us; /* monotonic */
};

struct ax_log_assignment {
    struct ax_log_callbacks callbacks;
    int32_t partitions;
    int32_t focus; /* read alone, or AX_LOG_ALL_PARTITIONS */
    struct ax_log_part parts[AX_LOG_PARTITIONS_MAX];
};

void ax_log_assignment_init(struct ax_log_assignment *a, const struct ax_log_callbacks *callbacks, int32_t partitions);
/* Ours, begun, and not beside the focus. */
bool ax_log_assignment_reads(const struct ax_log_assignment *a, int32_t partition);
void ax_log_assignment_take(struct ax_log_assignment *a, int32_t partition);
void ax_log_assignment_drop(struct ax_log_assignment *a, int32_t partition, bool lost);
/* Asks again where it is time to. True if a partition began to be read. */
bool ax_log_assignment_ask_again(struct ax_log_assignment *a);
/* Stops the partition and makes the error that says so. */
ax_rc ax_log_assignment_stop(struct ax_log_assignment *a, int32_t partition, enum ax_code code, struct ax_err *err,
        const char *text, ...) AX_PRINTF(5, 6);
/* AX_STATE if the partition is not ours; `was_stopped` says that reading has to be started again. */
ax_rc ax_log_assignment_seek(struct ax_log_assignment *a, int32_t partition, int64_t next, bool *was_stopped,
        struct ax_err *err) AX_MUST_CHECK;
