/* SPDX-License-Identifier: Apache-2.0 */
/* The reading side: sleeps until this process appends, and looks now and then for what others have appended. */
#include "services/lib/eventlog/assignment.h"
#include "services/lib/eventlog/log_sqlite.h"

#include "base/clock.h"

#include <time.h>

enum {
    FOREIGN_LOOK_MS = 50, /* appends of other processes wake nobody */
    BATCH_MIN_BYTES = 2 * AX_LOG_RECORD_MAX_BYTES,
    BATCH_MAX_BYTES = 16 << 20,
};

struct sqlite_consumer {
    struct ax_log_consumer consumer;
    struct ax_log_assignment assignment;
    enum ax_topic topic;
    int32_t turn; /* partition to look at first */
    sqlite3 *db;
    struct ax_arena batch; /* what the last poll handed out */
    sqlite3_stmt *select[AX_LOG_PARTITIONS_MAX];
};

ax_rc ax_log_sqlite_consumer_open(struct ax_log *log, const struct ax_log_consumer_options *options,
        struct ax_log_consumer **out, struct ax_err *err)
{
    sqlite3 *db = NULL;
    AX_TRY(ax_log_sqlite_connect((struct sqlite_log *)log, &db, err));
    struct sqlite_consumer *c = ax_xcalloc(1, sizeof *c);
    c->consumer = (struct ax_log_consumer){log->ops, log};
    c->topic = options->topic;
    c->db = db;
    ax_log_assignment_init(&c->assignment, &options->callbacks, log->partitions);
    for (int32_t p = 0; p < log->partitions; p++) {
        c->assignment.parts[p].state = AX_LOG_PART_ASKING; /* asked in the first poll */
    }
    size_t bytes = options->prefetch_bytes < BATCH_MIN_BYTES ? BATCH_MIN_BYTES : options->prefetch_bytes;
    bytes = bytes > BATCH_MAX_BYTES ? BATCH_MAX_BYTES : bytes;
    ax_arena_init(&c->batch, bytes, bytes);
    *out = &c->consumer;
    return AX_RC(OK);
}

void ax_log_sqlite_consumer_close(struct ax_log_consumer *consumer)
{
    struct sqlite_consumer *c = (struct sqlite_consumer *)consumer;
    for (int32_t p = 0; p < c->assignment.partitions; p++) {
        ax_log_assignment_drop(&c->assignment, p, false);
        (void)sqlite3_finalize(c->select[p]);
    }
    (void)sqlite3_close(c->db);
    ax_arena_deinit(&c->batch);
    ax_xfree(c);
}

/* False where the batch has no room left. */
static bool keep_row(struct sqlite_consumer *c, sqlite3_stmt *row, int32_t partition, struct ax_log_record *out)
{
    ax_str key = ax_arena_dup(&c->batch, ax_str_of(sqlite3_column_blob(row, 1), (size_t)sqlite3_column_bytes(row, 1)));
    ax_str value =
            ax_arena_dup(&c->batch, ax_str_of(sqlite3_column_blob(row, 2), (size_t)sqlite3_column_bytes(row, 2)));
    if (key.ptr == NULL || value.ptr == NULL) {
        return false;
    }
    *out = (struct ax_log_record){c->topic, partition, sqlite3_column_int64(row, 0), key, value, AX_RC(OK)};
    return true;
}

/* Nothing there from `next` on: is that the end of the log, or past it? */
static ax_rc check_end(struct sqlite_consumer *c, int32_t p, struct ax_err *err)
{
    int64_t begin;
    int64_t end;
    AX_TRY(ax_log_range(c->consumer.log, c->topic, p, &begin, &end, err));
    int64_t next = c->assignment.parts[p].next;
    if (next > end) {
        return ax_log_assignment_stop(
                &c->assignment, p, AX_RANGE, err, "offset %lld is past the end %lld", (long long)next, (long long)end);
    }
    return AX_RC(OK);
}

static ax_rc read_rows(struct sqlite_consumer *c, int32_t p, struct ax_log_record *records, size_t max, size_t *count,
        struct ax_err *err)
{
    struct ax_log_part *part = &c->assignment.parts[p];
    sqlite3_stmt *row = c->select[p];
    (void)sqlite3_bind_int64(row, 1, part->next);
    (void)sqlite3_bind_int64(row, 2, (int64_t)max);
    size_t got = 0;
    int code = SQLITE_DONE;
    ax_rc rc = AX_RC(OK);
    while (got < max && (code = sqlite3_step(row)) == SQLITE_ROW) {
        int64_t offset = sqlite3_column_int64(row, 0);
        if (offset != part->next) {
            if (*count + got == 0) { /* else what is in hand goes first, and the next poll comes here again */
                rc = ax_log_assignment_stop(&c->assignment, p, AX_CORRUPT, err, "offset %lld is missing, %lld follows",
                        (long long)part->next, (long long)offset);
            }
            break;
        }
        if (!keep_row(c, row, p, &records[got])) {
            break;
        }
        got++;
        part->next++;
    }
    if (code != SQLITE_ROW && code != SQLITE_DONE && *count + got == 0) {
        rc = ax_log_sqlite_fail(err, c->db, "reading the log");
    }
    (void)sqlite3_reset(row);
    *count += got;
    return rc;
}

static ax_rc read_part(struct sqlite_consumer *c, int32_t p, struct ax_log_record *records, size_t max, size_t *count,
        struct ax_err *err)
{
    if (c->select[p] == NULL) {
        AX_TRY(ax_log_sqlite_prepare(c->db, "SELECT offset, key, value FROM %s WHERE offset>=? ORDER BY offset LIMIT ?",
                c->topic, p, &c->select[p], err));
    }
    size_t before = *count;
    AX_TRY(read_rows(c, p, records + before, max - before, count, err));
    return *count == 0 ? check_end(c, p, err) : AX_RC(OK);
}

static ax_rc read_all(
        struct sqlite_consumer *c, struct ax_log_record *records, size_t max, size_t *count, struct ax_err *err)
{
    int32_t partitions = c->assignment.partitions;
    for (int32_t i = 0; i < partitions && *count < max; i++) {
        int32_t p = (c->turn + i) % partitions;
        if (ax_log_assignment_reads(&c->assignment, p)) {
            AX_TRY(read_part(c, p, records, max, count, err));
        }
    }
    c->turn = (c->turn + 1) % partitions;
    return AX_RC(OK);
}

static uint64_t appends_seen(struct sqlite_log *s)
{
    pthread_mutex_lock(&s->mutex);
    uint64_t seen = s->appends;
    pthread_mutex_unlock(&s->mutex);
    return seen;
}

static void wait_for_append(struct sqlite_log *s, uint64_t seen, int64_t wait_us)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + wait_us * 1000;
    until = (struct timespec){until.tv_sec + ns / 1000000000, ns % 1000000000};
    pthread_mutex_lock(&s->mutex);
    while (s->appends == seen && pthread_cond_timedwait(&s->appended, &s->mutex, &until) == 0) {
    }
    pthread_mutex_unlock(&s->mutex);
}

ax_rc ax_log_sqlite_poll(struct ax_log_consumer *consumer, struct ax_log_record *records, size_t max, int timeout_ms,
        size_t *count, struct ax_err *err)
{
    struct sqlite_consumer *c = (struct sqlite_consumer *)consumer;
    struct sqlite_log *s = (struct sqlite_log *)consumer->log;
    int64_t deadline_us = ax_mono_us() + (int64_t)timeout_ms * 1000;
    ax_arena_reset(&c->batch);
    for (;;) {
        (void)ax_log_assignment_ask_again(&c->assignment);
        uint64_t seen = appends_seen(s);
        AX_TRY(read_all(c, records, max, count, err));
        int64_t left_us = deadline_us - ax_mono_us();
        if (*count > 0 || left_us <= 0) {
            return AX_RC(OK);
        }
        wait_for_append(s, seen, left_us < FOREIGN_LOOK_MS * 1000 ? left_us : FOREIGN_LOOK_MS * 1000);
    }
}

ax_rc ax_log_sqlite_seek(struct ax_log_consumer *consumer, int32_t partition, int64_t next_offset, struct ax_err *err)
{
    struct sqlite_consumer *c = (struct sqlite_consumer *)consumer;
    bool was_stopped;
    return ax_log_assignment_seek(&c->assignment, partition, next_offset, &was_stopped, err);
}

void ax_log_sqlite_focus(struct ax_log_consumer *consumer, int32_t partition)
{
    ((struct sqlite_consumer *)consumer)->assignment.focus = partition;
}
