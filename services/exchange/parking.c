/* SPDX-License-Identifier: Apache-2.0 */
#include "services/exchange/parking.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/queue.h>

#include "base/clock.h"

enum { STEP_MS = 5, IDLE_MS = 50, DEADLINE_SLACK_MS = 20 };

struct parked {
    TAILQ_ENTRY(parked) link;
    struct ax_rpc_call *call;
    struct ax_question question; /* its text lives in the call's arena */
    int32_t partition;
};

TAILQ_HEAD(parked_list, parked);

struct ax_parking {
    const struct ax_exchange *x;
    ax_parking_answer answer;
    pthread_t thread;
    atomic_bool stop;
    pthread_mutex_t lock; /* over the list and the count */
    struct parked_list list;
    unsigned count;
};

static int64_t position_of(const struct ax_parking *p, int32_t partition)
{
    struct ax_err ignored;
    struct ax_store_position position = {0};
    int64_t enterprises = 0;
    /* Not there yet, or the store is away: not read so far. */
    bool known = ax_ok(ax_store_position(p->x->options.store, partition, &position, &enterprises, &ignored));
    return known ? position.next_offset : 0;
}

static void end_late(struct parked *w, int64_t read_to)
{
    struct ax_err err;
    ax_rc rc = ax_fail_field(
            &err, AX_UNAVAILABLE, "min_as_of", NULL, 0, "the store has read to offset %lld only", (long long)read_to);
    ax_rpc_fail(w->call, rc, &err);
    ax_xfree(w);
}

/* Moves the calls that are done with waiting, either way, from the list into `done`. */
static void take_done(struct ax_parking *p, struct parked_list *ready, struct parked_list *late, int64_t *positions)
{
    struct parked *next = NULL;
    bool asked[AX_LOG_PARTITIONS_MAX] = {0};
    bool closing = atomic_load(&p->stop);
    for (struct parked *w = TAILQ_FIRST(&p->list); w != NULL; w = next) {
        next = TAILQ_NEXT(w, link);
        if (!asked[w->partition]) {
            asked[w->partition] = true;
            positions[w->partition] = position_of(p, w->partition);
        }
        bool is_ready = positions[w->partition] >= w->question.min_offset;
        bool is_late = closing || ax_rpc_cancelled(w->call) || ax_rpc_left_ms(w->call) < DEADLINE_SLACK_MS;
        if (is_ready || is_late) {
            TAILQ_REMOVE(&p->list, w, link);
            p->count--;
            if (is_ready) {
                TAILQ_INSERT_TAIL(ready, w, link);
            } else {
                TAILQ_INSERT_TAIL(late, w, link);
            }
        }
    }
}

static bool look_after(struct ax_parking *p)
{
    struct parked_list ready = TAILQ_HEAD_INITIALIZER(ready);
    struct parked_list late = TAILQ_HEAD_INITIALIZER(late);
    int64_t positions[AX_LOG_PARTITIONS_MAX] = {0};
    AX_ASSERT(pthread_mutex_lock(&p->lock) == 0);
    take_done(p, &ready, &late, positions);
    bool idle = p->count == 0;
    AX_ASSERT(pthread_mutex_unlock(&p->lock) == 0);
    struct parked *next = NULL;
    for (struct parked *w = TAILQ_FIRST(&late); w != NULL; w = next) {
        next = TAILQ_NEXT(w, link);
        end_late(w, positions[w->partition]);
    }
    for (struct parked *w = TAILQ_FIRST(&ready); w != NULL; w = next) {
        next = TAILQ_NEXT(w, link);
        p->answer(p->x, w->call, &w->question);
        ax_xfree(w);
    }
    return idle;
}

static void *run(void *state)
{
    struct ax_parking *p = state;
    while (!atomic_load(&p->stop)) {
        ax_sleep_ms(look_after(p) ? IDLE_MS : STEP_MS);
    }
    (void)look_after(p);
    return NULL;
}

ax_rc ax_parking_open(
        const struct ax_exchange *x, ax_parking_answer answer, struct ax_parking **out, struct ax_err *err)
{
    struct ax_parking *p = ax_xcalloc(1, sizeof *p);
    p->x = x;
    p->answer = answer;
    TAILQ_INIT(&p->list);
    AX_ASSERT(pthread_mutex_init(&p->lock, NULL) == 0);
    if (pthread_create(&p->thread, NULL, run, p) != 0) {
        ax_xfree(p);
        return ax_fail(err, AX_UNAVAILABLE, "no thread for waiting calls");
    }
    *out = p;
    return AX_RC(OK);
}

void ax_parking_close(struct ax_parking *p)
{
    atomic_store(&p->stop, true);
    AX_ASSERT(pthread_join(p->thread, NULL) == 0);
    (void)pthread_mutex_destroy(&p->lock);
    ax_xfree(p);
}

ax_rc ax_parking_put(
        struct ax_parking *p, struct ax_rpc_call *call, const struct ax_question *question, struct ax_err *err)
{
    int64_t begin = 0;
    int64_t end = 0;
    int32_t partition = ax_log_partition_of(p->x->options.log, question->enterprise);
    AX_TRY(ax_log_range(p->x->options.log, AX_TOPIC_FACTS, partition, &begin, &end, err));
    if (question->min_offset > end) {
        return ax_fail_field(err, AX_RANGE, "min_as_of", NULL, 0, "the log of partition %d ends at offset %lld",
                partition, (long long)end);
    }
    struct parked *w = ax_xcalloc(1, sizeof *w);
    *w = (struct parked){.call = call, .question = *question, .partition = partition};
    AX_ASSERT(pthread_mutex_lock(&p->lock) == 0);
    bool room = p->count < AX_PARKING_CALLS_MAX && !atomic_load(&p->stop);
    if (room) {
        TAILQ_INSERT_TAIL(&p->list, w, link);
        p->count++;
    }
    AX_ASSERT(pthread_mutex_unlock(&p->lock) == 0);
    if (!room) {
        ax_xfree(w);
        return ax_fail(err, AX_LIMIT, "%d calls wait already", AX_PARKING_CALLS_MAX);
    }
    return AX_RC(OK);
}
