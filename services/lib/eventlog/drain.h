/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Reads one partition of a topic from an offset up to another, without a group. One thread. */
#include "services/lib/eventlog/eventlog.h"

struct ax_drain {
    struct ax_log *log;
    enum ax_topic topic;
    int32_t partition;
    int64_t next;       /* in: where to begin; then the next offset to come */
    int64_t until;      /* not read any more; may be moved on by `take` */
    size_t records_max; /* in one take */
    size_t prefetch_bytes;
    int stall_max_ms; /* without a record: AX_UNAVAILABLE */
    /* Given some of them, in order and without a gap; they borrow until it returns. */
    ax_rc (*take)(void *state, const struct ax_log_record *const *records, size_t count, struct ax_err *err);
    void *state;
    struct ax_log_consumer *consumer; /* ours */
};

ax_rc ax_drain_run(struct ax_drain *drain, struct ax_err *err) AX_MUST_CHECK;
