/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The log in an SQLite file, which may hold the store's tables, too. One table a topic and partition, whose rowid is the
 * offset: every table only grows at its end, which is what SQLite inserts fastest. Private to this folder.
 *
 * One writer thread owns the writing connection and puts all appends that wait into one transaction. WAL and
 * synchronous=FULL: a commit is on the disk before anybody is told. Every consumer has a reading connection of its own.
 */
#include "services/lib/eventlog/backend.h"

#include <pthread.h>
#include <sqlite3.h>

struct sqlite_request; /* one append that waits for the writer */

struct sqlite_part {
    sqlite3_stmt *insert;
    sqlite3_stmt *last;
    int64_t next; /* valid inside one transaction; -1: not read yet */
};

struct sqlite_log {
    struct ax_log log;
    char *path;
    sqlite3 *writer;
    sqlite3 *ranger; /* for ax_log_range, under range_mutex */
    pthread_mutex_t range_mutex;
    pthread_t thread;
    pthread_mutex_t mutex; /* all below */
    pthread_cond_t requested;
    pthread_cond_t appended;
    struct sqlite_request *first;
    struct sqlite_request **last;
    uint64_t appends; /* grows with each transaction, for consumers that wait */
    bool closing;
    int wal_pages;                                                   /* writer thread only */
    struct sqlite_part parts[AX_TOPIC_COUNT][AX_LOG_PARTITIONS_MAX]; /* writer thread only */
};

ax_rc ax_log_sqlite_connect(const struct sqlite_log *s, sqlite3 **out, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_log_sqlite_fail(struct ax_err *err, sqlite3 *db, const char *doing);
/* Every %s in `sql`, at most two, is the table's name. */
ax_rc ax_log_sqlite_prepare(sqlite3 *db, const char *sql, enum ax_topic topic, int32_t partition, sqlite3_stmt **out,
        struct ax_err *err) AX_MUST_CHECK;

void ax_log_sqlite_append(struct ax_log *log, struct ax_log_record *records, size_t count, struct ax_err *err);
void *ax_log_sqlite_writer_run(void *log);

ax_rc ax_log_sqlite_consumer_open(struct ax_log *log, const struct ax_log_consumer_options *options,
        struct ax_log_consumer **out, struct ax_err *err) AX_MUST_CHECK;
void ax_log_sqlite_consumer_close(struct ax_log_consumer *consumer);
ax_rc ax_log_sqlite_poll(struct ax_log_consumer *consumer, struct ax_log_record *records, size_t max, int timeout_ms,
        size_t *count, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_log_sqlite_seek(
        struct ax_log_consumer *consumer, int32_t partition, int64_t next_offset, struct ax_err *err) AX_MUST_CHECK;
void ax_log_sqlite_focus(struct ax_log_consumer *consumer, int32_t partition);
