/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/eventlog/assignment.h"

#include "base/clock.h"

#include <stdarg.h>
#include <stdio.h>

enum { ASK_AGAIN_MS = 1000 };

void ax_log_assignment_init(struct ax_log_assignment *a, const struct ax_log_callbacks *callbacks, int32_t partitions)
{
    AX_ASSERT(partitions > 0 && partitions <= AX_LOG_PARTITIONS_MAX);
    *a = (struct ax_log_assignment){.callbacks = *callbacks, .partitions = partitions, .focus = AX_LOG_ALL_PARTITIONS};
}

bool ax_log_assignment_reads(const struct ax_log_assignment *a, int32_t partition)
{
    return a->parts[partition].state == AX_LOG_PART_READING &&
           (a->focus == AX_LOG_ALL_PARTITIONS || a->focus == partition);
}

static struct ax_log_part *part_of(struct ax_log_assignment *a, int32_t partition)
{
    AX_ASSERT(partition >= 0 && partition < a->partitions);
    return &a->parts[partition];
}

void ax_log_assignment_take(struct ax_log_assignment *a, int32_t partition)
{
    struct ax_log_part *part = part_of(a, partition);
    if (part->state == AX_LOG_PART_READING || part->state == AX_LOG_PART_STOPPED) {
        return;
    }
    int64_t next = 0;
    if (ax_ok(a->callbacks.assigned(a->callbacks.state, partition, &next))) {
        AX_ASSERT(next >= 0);
        *part = (struct ax_log_part){.state = AX_LOG_PART_READING, .next = next};
    } else {
        *part = (struct ax_log_part){.state = AX_LOG_PART_ASKING, .ask_again_us = ax_mono_us() + ASK_AGAIN_MS * 1000};
    }
}

void ax_log_assignment_drop(struct ax_log_assignment *a, int32_t partition, bool lost)
{
    struct ax_log_part *part = part_of(a, partition);
    bool was_taken = part->state == AX_LOG_PART_READING || part->state == AX_LOG_PART_STOPPED;
    part->state = AX_LOG_PART_FOREIGN;
    a->focus = a->focus == partition ? AX_LOG_ALL_PARTITIONS : a->focus;
    if (was_taken && a->callbacks.revoked != NULL) {
        a->callbacks.revoked(a->callbacks.state, partition, lost);
    }
}

bool ax_log_assignment_ask_again(struct ax_log_assignment *a)
{
    bool began = false;
    for (int32_t p = 0; p < a->partitions; p++) {
        struct ax_log_part *part = &a->parts[p];
        if (part->state == AX_LOG_PART_ASKING && part->ask_again_us <= ax_mono_us()) {
            ax_log_assignment_take(a, p);
            began = began || part->state == AX_LOG_PART_READING;
        }
    }
    return began;
}

ax_rc ax_log_assignment_stop(
        struct ax_log_assignment *a, int32_t partition, enum ax_code code, struct ax_err *err, const char *text, ...)
{
    part_of(a, partition)->state = AX_LOG_PART_STOPPED;
    char why[AX_ERR_TEXT_MAX];
    va_list args;
    va_start(args, text);
    (void)vsnprintf(why, sizeof why, text, args);
    va_end(args);
    char name[16];
    int len = snprintf(name, sizeof name, "%d", partition);
    return ax_fail_field(err, code, "partition", name, (size_t)len, "%s", why);
}

ax_rc ax_log_assignment_seek(
        struct ax_log_assignment *a, int32_t partition, int64_t next, bool *was_stopped, struct ax_err *err)
{
    struct ax_log_part *part = part_of(a, partition);
    *was_stopped = part->state == AX_LOG_PART_STOPPED;
    if (part->state != AX_LOG_PART_READING && !*was_stopped) {
        return ax_fail_field(err, AX_STATE, "partition", NULL, 0, "%d is not read by this consumer", partition);
    }
    part->state = AX_LOG_PART_READING;
    part->next = next;
    return AX_RC(OK);
}
