/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/eventlog/drain.h"

#include "base/clock.h"
#include "services/lib/eventlog/backend.h"

enum { POLL_MS = 200 };

static ax_rc assigned(void *state, int32_t partition, int64_t *next_offset)
{
    struct ax_drain *d = state;
    if (partition != d->partition) {
        return AX_RC(STATE); /* not wanted */
    }
    *next_offset = d->next;
    return AX_RC(OK);
}

static void revoked(void *state, int32_t partition, bool lost)
{
    (void)state;
    (void)partition;
    (void)lost;
}

static size_t select_next(
        const struct ax_drain *d, const struct ax_log_record *polled, size_t count, const struct ax_log_record **out)
{
    size_t n = 0;
    int64_t next = d->next;
    for (size_t i = 0; i < count; i++) {
        if (polled[i].partition == d->partition && polled[i].offset == next && next < d->until) {
            out[n++] = &polled[i];
            next++;
        }
    }
    return n;
}

static ax_rc read_all(
        struct ax_drain *d, struct ax_log_record *polled, const struct ax_log_record **selected, struct ax_err *err)
{
    int64_t moved_us = ax_mono_us();
    while (d->next < d->until) {
        size_t count = 0;
        AX_TRY(ax_log_poll(d->consumer, polled, d->records_max, POLL_MS, &count, err));
        size_t n = select_next(d, polled, count, selected);
        if (n > 0) {
            d->next += (int64_t)n;
            AX_TRY(d->take(d->state, selected, n, err));
            moved_us = ax_mono_us();
        } else if (ax_mono_us() - moved_us > (int64_t)d->stall_max_ms * 1000) {
            return ax_fail(err, AX_UNAVAILABLE, "the log gives nothing of %s, partition %d, after offset %lld",
                    ax_topic_name(d->topic), d->partition, (long long)d->next);
        }
    }
    return AX_RC(OK);
}

ax_rc ax_drain_run(struct ax_drain *drain, struct ax_err *err)
{
    if (drain->next >= drain->until) {
        return AX_RC(OK);
    }
    struct ax_log_consumer_options options = {
            .topic = drain->topic,
            .callbacks = {.assigned = assigned, .revoked = revoked, .state = drain},
            .prefetch_bytes = drain->prefetch_bytes,
    };
    AX_TRY(ax_log_consumer_open(drain->log, &options, &drain->consumer, err));
    struct ax_log_record *polled = ax_xcalloc(drain->records_max, sizeof *polled);
    const struct ax_log_record **selected = ax_xcalloc(drain->records_max, sizeof *selected);
    ax_rc rc = read_all(drain, polled, selected, err);
    ax_log_consumer_close(drain->consumer);
    drain->consumer = NULL;
    ax_xfree(polled);
    ax_xfree(selected);
    return rc;
}
