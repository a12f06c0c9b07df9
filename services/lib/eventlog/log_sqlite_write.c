/* SPDX-License-Identifier: Apache-2.0 */
/* Group commit: callers queue their records and sleep; the writer thread writes all that wait as one transaction. */
#include "services/lib/eventlog/log_sqlite.h"

#include "base/fault.h"
#include "base/log.h"

enum {
    GROUP_MAX_RECORDS = 65536,     /* in one transaction, unless a single append has more */
    CHECKPOINT_PAGES = 8192,       /* 32 MiB of WAL: copied into the file after the callers have their answer */
    CHECKPOINT_MUST_PAGES = 65536, /* 256 MiB: readers never left a moment for it, so wait for one */
};

struct sqlite_request {
    struct ax_log_record *records;
    size_t count;
    struct ax_err *err;
    struct sqlite_request *next;
    pthread_cond_t answered;
    bool done;
};

void ax_log_sqlite_append(struct ax_log *log, struct ax_log_record *records, size_t count, struct ax_err *err)
{
    struct sqlite_log *s = (struct sqlite_log *)log;
    struct sqlite_request request = {.records = records, .count = count, .err = err};
    pthread_cond_init(&request.answered, NULL);
    pthread_mutex_lock(&s->mutex);
    AX_ASSERT(!s->closing);
    *s->last = &request;
    s->last = &request.next;
    pthread_cond_signal(&s->requested);
    while (!request.done) {
        pthread_cond_wait(&request.answered, &s->mutex);
    }
    pthread_mutex_unlock(&s->mutex);
    pthread_cond_destroy(&request.answered);
}

/* Another process may have appended since, so the end is read anew in every transaction. */
static ax_rc part_ready(struct sqlite_log *s, enum ax_topic topic, int32_t partition, struct ax_err *err)
{
    struct sqlite_part *part = &s->parts[topic][partition];
    if (part->insert == NULL) {
        AX_TRY(ax_log_sqlite_prepare(s->writer, "INSERT INTO %s VALUES(?,?,?)", topic, partition, &part->insert, err));
        AX_TRY(ax_log_sqlite_prepare(s->writer, "SELECT max(offset) FROM %s", topic, partition, &part->last, err));
    }
    if (part->next >= 0) {
        return AX_RC(OK);
    }
    if (sqlite3_step(part->last) != SQLITE_ROW) {
        ax_rc rc = ax_log_sqlite_fail(err, s->writer, "reading the end of the log");
        (void)sqlite3_reset(part->last);
        return rc;
    }
    part->next = sqlite3_column_type(part->last, 0) == SQLITE_NULL ? 0 : sqlite3_column_int64(part->last, 0) + 1;
    (void)sqlite3_reset(part->last);
    return AX_RC(OK);
}

static const void *not_null(ax_str s)
{
    return s.len == 0 ? "" : s.ptr;
}

static ax_rc write_record(struct sqlite_log *s, struct ax_log_record *record, struct ax_err *err)
{
    struct sqlite_part *part = &s->parts[record->topic][record->partition];
    (void)sqlite3_bind_int64(part->insert, 1, part->next);
    (void)sqlite3_bind_blob(part->insert, 2, not_null(record->key), (int)record->key.len, SQLITE_STATIC);
    (void)sqlite3_bind_blob(part->insert, 3, not_null(record->value), (int)record->value.len, SQLITE_STATIC);
    ax_rc rc = AX_RC(OK);
    if (sqlite3_step(part->insert) != SQLITE_DONE) {
        rc = ax_log_sqlite_fail(err, s->writer, "writing the log");
    }
    (void)sqlite3_reset(part->insert);
    record->offset = part->next++;
    return rc;
}

/* A topic that is not there fails its own records; anything else fails the transaction. */
static ax_rc write_request(struct sqlite_log *s, struct sqlite_request *request)
{
    for (size_t i = 0; i < request->count; i++) {
        struct ax_log_record *record = &request->records[i];
        if (!ax_ok(record->rc)) {
            continue;
        }
        ax_rc rc = part_ready(s, record->topic, record->partition, request->err);
        if (rc.code == AX_NOT_FOUND) {
            record->rc = rc;
            continue;
        }
        AX_TRY(rc);
        AX_TRY(write_record(s, record, request->err));
    }
    return AX_RC(OK);
}

static ax_rc write_group(struct sqlite_log *s, struct sqlite_request *group, struct ax_err *err)
{
    for (int topic = 0; topic < AX_TOPIC_COUNT; topic++) {
        for (int32_t p = 0; p < s->log.partitions; p++) {
            s->parts[topic][p].next = -1;
        }
    }
    if (sqlite3_exec(s->writer, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK) {
        return ax_log_sqlite_fail(err, s->writer, "writing the log");
    }
    ax_rc rc = AX_RC(OK);
    for (struct sqlite_request *r = group; r != NULL && ax_ok(rc); r = r->next) {
        rc = write_request(s, r);
        if (!ax_ok(rc)) {
            *err = *r->err;
        }
    }
    AX_FAULT("log.sqlite.before_commit");
    if (ax_ok(rc) && sqlite3_exec(s->writer, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
        rc = ax_log_sqlite_fail(err, s->writer, "writing the log");
    }
    if (!ax_ok(rc) && sqlite3_get_autocommit(s->writer) == 0) {
        (void)sqlite3_exec(s->writer, "ROLLBACK", NULL, NULL, NULL);
    }
    return rc;
}

/* Cuts the first part of the queue off. */
static struct sqlite_request *take_group(struct sqlite_log *s)
{
    struct sqlite_request *group = s->first;
    struct sqlite_request *end = group;
    size_t count = end->count;
    while (end->next != NULL && count + end->next->count <= GROUP_MAX_RECORDS) {
        end = end->next;
        count += end->count;
    }
    s->first = end->next;
    if (s->first == NULL) {
        s->last = &s->first;
    }
    end->next = NULL;
    return group;
}

static void answer(struct sqlite_log *s, struct sqlite_request *group)
{
    pthread_mutex_lock(&s->mutex);
    s->appends++;
    pthread_cond_broadcast(&s->appended);
    for (struct sqlite_request *r = group; r != NULL;) {
        struct sqlite_request *next = r->next; /* r is gone once its caller wakes */
        r->done = true;
        pthread_cond_signal(&r->answered);
        r = next;
    }
    pthread_mutex_unlock(&s->mutex);
}

static int on_wal(void *log, sqlite3 *db, const char *schema, int pages)
{
    (void)db;
    (void)schema;
    ((struct sqlite_log *)log)->wal_pages = pages;
    return SQLITE_OK;
}

static void checkpoint(struct sqlite_log *s)
{
    int mode = s->wal_pages >= CHECKPOINT_MUST_PAGES ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE;
    int code = sqlite3_wal_checkpoint_v2(s->writer, NULL, mode, NULL, NULL);
    if (code != SQLITE_OK && code != SQLITE_BUSY) {
        AX_NOTE_LIMITED(WARN, "log.checkpoint_failed", "sqlite=%d", code);
    }
    s->wal_pages = 0;
}

void *ax_log_sqlite_writer_run(void *log)
{
    struct sqlite_log *s = log;
    (void)sqlite3_wal_hook(s->writer, on_wal, s);
    for (;;) {
        pthread_mutex_lock(&s->mutex);
        while (s->first == NULL && !s->closing) {
            pthread_cond_wait(&s->requested, &s->mutex);
        }
        struct sqlite_request *group = s->first == NULL ? NULL : take_group(s);
        pthread_mutex_unlock(&s->mutex);
        if (group == NULL) {
            return NULL;
        }
        struct ax_err err = {0};
        ax_rc rc = write_group(s, group, &err);
        for (struct sqlite_request *r = group; r != NULL && !ax_ok(rc); r = r->next) {
            *r->err = err;
            ax_log_fail_records(r->records, r->count, rc);
        }
        answer(s, group);
        if (s->wal_pages >= CHECKPOINT_PAGES) {
            checkpoint(s);
        }
    }
}
