/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log in memory, for simulations: everything is gone when it is closed. With sim_fault_ppm an append may fail before
 * anything is written, after a part of it, or be written whole and reported as failed; a poll may fail once. The same
 * seed and the same calls give the same faults.
 */
#include "services/lib/eventlog/assignment.h"
#include "services/lib/eventlog/backend.h"

#include "base/clock.h"

#include <pthread.h>
#include <time.h>

enum { CHUNK_BYTES = 1 << 20 };

struct sim_record {
    ax_str key;
    ax_str value;
};

struct sim_part {
    struct sim_record *records;
    size_t count;
    size_t size;
};

struct sim_log {
    struct ax_log log;
    pthread_mutex_t mutex;
    pthread_cond_t appended;
    struct sim_part parts[AX_TOPIC_COUNT][AX_LOG_PARTITIONS_MAX];
    struct ax_arena arena; /* the records' bytes */
    bool created;
    uint64_t random;
    int fault_ppm;
};

struct sim_consumer {
    struct ax_log_consumer consumer;
    struct ax_log_assignment assignment;
    enum ax_topic topic;
    int32_t turn; /* partition to look at first */
};

/* splitmix64 */
static uint64_t sim_random(struct sim_log *sim)
{
    uint64_t z = (sim->random += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static bool sim_fault(struct sim_log *sim)
{
    return sim->fault_ppm > 0 && sim_random(sim) % 1000000 < (uint64_t)sim->fault_ppm;
}

static ax_str copy_of(struct sim_log *sim, ax_str s)
{
    ax_str copy = ax_arena_dup(&sim->arena, s);
    AX_ASSERT(copy.ptr != NULL);
    return copy;
}

static int64_t sim_put(struct sim_log *sim, const struct ax_log_record *record)
{
    struct sim_part *part = &sim->parts[record->topic][record->partition];
    if (part->count == part->size) {
        part->size = part->size == 0 ? 64 : part->size * 2;
        part->records = ax_xrealloc(part->records, part->size * sizeof *part->records);
    }
    part->records[part->count] = (struct sim_record){copy_of(sim, record->key), copy_of(sim, record->value)};
    return (int64_t)part->count++;
}

static void sim_append(struct ax_log *log, struct ax_log_record *records, size_t count, struct ax_err *err)
{
    struct sim_log *sim = (struct sim_log *)log;
    pthread_mutex_lock(&sim->mutex);
    if (!sim->created) {
        pthread_mutex_unlock(&sim->mutex);
        ax_log_fail_records(records, count, ax_fail(err, AX_NOT_FOUND, "the topics have not been created"));
        return;
    }
    bool faulty = sim_fault(sim);
    size_t written = faulty ? (size_t)(sim_random(sim) % (count + 1)) : count;
    size_t told = faulty ? (size_t)(sim_random(sim) % (written + 1)) : count;
    for (size_t i = 0; i < written; i++) {
        if (ax_ok(records[i].rc)) {
            records[i].offset = sim_put(sim, &records[i]);
        }
    }
    pthread_cond_broadcast(&sim->appended);
    pthread_mutex_unlock(&sim->mutex);
    if (faulty) {
        ax_log_fail_records(records + told, count - told, ax_fail(err, AX_UNAVAILABLE, "simulated fault"));
    }
}

static ax_rc sim_range(
        struct ax_log *log, enum ax_topic topic, int32_t partition, int64_t *begin, int64_t *end, struct ax_err *err)
{
    struct sim_log *sim = (struct sim_log *)log;
    pthread_mutex_lock(&sim->mutex);
    *begin = 0;
    *end = (int64_t)sim->parts[topic][partition].count;
    bool created = sim->created;
    pthread_mutex_unlock(&sim->mutex);
    return created ? AX_RC(OK) : ax_fail(err, AX_NOT_FOUND, "the topics have not been created");
}

static ax_rc sim_create_topics(struct ax_log *log, struct ax_err *err)
{
    struct sim_log *sim = (struct sim_log *)log;
    (void)err;
    pthread_mutex_lock(&sim->mutex);
    sim->created = true;
    pthread_mutex_unlock(&sim->mutex);
    return AX_RC(OK);
}

static void sim_close(struct ax_log *log)
{
    struct sim_log *sim = (struct sim_log *)log;
    for (int topic = 0; topic < AX_TOPIC_COUNT; topic++) {
        for (int32_t p = 0; p < log->partitions; p++) {
            ax_xfree(sim->parts[topic][p].records);
        }
    }
    ax_arena_deinit(&sim->arena);
    pthread_cond_destroy(&sim->appended);
    pthread_mutex_destroy(&sim->mutex);
    ax_xfree(sim);
}

static ax_rc sim_consumer_open(struct ax_log *log, const struct ax_log_consumer_options *options,
        struct ax_log_consumer **out, struct ax_err *err)
{
    (void)err;
    struct sim_consumer *c = ax_xcalloc(1, sizeof *c);
    c->consumer = (struct ax_log_consumer){log->ops, log};
    c->topic = options->topic;
    ax_log_assignment_init(&c->assignment, &options->callbacks, log->partitions);
    for (int32_t p = 0; p < log->partitions; p++) {
        c->assignment.parts[p].state = AX_LOG_PART_ASKING; /* asked in the first poll */
    }
    *out = &c->consumer;
    return AX_RC(OK);
}

static void sim_consumer_close(struct ax_log_consumer *consumer)
{
    struct sim_consumer *c = (struct sim_consumer *)consumer;
    for (int32_t p = 0; p < c->assignment.partitions; p++) {
        ax_log_assignment_drop(&c->assignment, p, false);
    }
    ax_xfree(c);
}

/* Records live as long as the log, so they need no copy. */
static size_t take_from(
        struct sim_consumer *c, const struct sim_part *from, int32_t p, struct ax_log_record *out, size_t max)
{
    struct ax_log_part *part = &c->assignment.parts[p];
    size_t count = 0;
    for (; count < max && (size_t)part->next < from->count; count++, part->next++) {
        const struct sim_record *r = &from->records[part->next];
        out[count] = (struct ax_log_record){c->topic, p, part->next, r->key, r->value, AX_RC(OK)};
    }
    return count;
}

static ax_rc take_all(
        struct sim_consumer *c, struct ax_log_record *records, size_t max, size_t *count, struct ax_err *err)
{
    struct sim_log *sim = (struct sim_log *)c->consumer.log;
    int32_t partitions = c->assignment.partitions;
    for (int32_t i = 0; i < partitions && *count < max; i++) {
        int32_t p = (c->turn + i) % partitions;
        struct ax_log_part *part = &c->assignment.parts[p];
        const struct sim_part *from = &sim->parts[c->topic][p];
        if (!ax_log_assignment_reads(&c->assignment, p)) {
            continue;
        }
        if ((size_t)part->next <= from->count) {
            *count += take_from(c, from, p, records + *count, max - *count);
        } else if (*count == 0) {
            return ax_log_assignment_stop(&c->assignment, p, AX_RANGE, err, "offset %lld is past the end %zu",
                    (long long)part->next, from->count);
        }
    }
    c->turn = (c->turn + 1) % partitions;
    return AX_RC(OK);
}

static ax_rc sim_poll(struct ax_log_consumer *consumer, struct ax_log_record *records, size_t max, int timeout_ms,
        size_t *count, struct ax_err *err)
{
    struct sim_consumer *c = (struct sim_consumer *)consumer;
    struct sim_log *sim = (struct sim_log *)consumer->log;
    (void)ax_log_assignment_ask_again(&c->assignment);
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + (int64_t)timeout_ms * 1000000;
    until = (struct timespec){until.tv_sec + ns / 1000000000, ns % 1000000000};

    pthread_mutex_lock(&sim->mutex);
    ax_rc rc = sim_fault(sim) ? ax_fail(err, AX_UNAVAILABLE, "simulated fault") : AX_RC(OK);
    for (bool waiting = true; waiting && ax_ok(rc) && *count == 0;) {
        rc = take_all(c, records, max, count, err);
        waiting = *count == 0 && ax_ok(rc) && timeout_ms > 0 &&
                  pthread_cond_timedwait(&sim->appended, &sim->mutex, &until) == 0;
    }
    pthread_mutex_unlock(&sim->mutex);
    return rc;
}

static ax_rc sim_seek(struct ax_log_consumer *consumer, int32_t partition, int64_t next_offset, struct ax_err *err)
{
    bool was_stopped;
    return ax_log_assignment_seek(
            &((struct sim_consumer *)consumer)->assignment, partition, next_offset, &was_stopped, err);
}

static void sim_focus(struct ax_log_consumer *consumer, int32_t partition)
{
    ((struct sim_consumer *)consumer)->assignment.focus = partition;
}

static const struct ax_log_ops sim_ops = {
        .close = sim_close,
        .create_topics = sim_create_topics,
        .append = sim_append,
        .range = sim_range,
        .consumer_open = sim_consumer_open,
        .consumer_close = sim_consumer_close,
        .poll = sim_poll,
        .seek = sim_seek,
        .focus = sim_focus,
};

ax_rc ax_log_sim_open(const struct ax_log_options *options, struct ax_log **out, struct ax_err *err)
{
    (void)err;
    struct sim_log *sim = ax_xcalloc(1, sizeof *sim);
    sim->log = (struct ax_log){&sim_ops, options->partitions, options->append_timeout_ms};
    sim->random = options->sim_seed;
    sim->fault_ppm = options->sim_fault_ppm;
    ax_arena_init(&sim->arena, CHUNK_BYTES, SIZE_MAX);
    pthread_mutex_init(&sim->mutex, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&sim->appended, &attr);
    pthread_condattr_destroy(&attr);
    *out = &sim->log;
    return AX_RC(OK);
}
