/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/eventlog/log_sqlite.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

enum { FORMAT = 1, BUSY_STEP_MS = 1 };

ax_rc ax_log_sqlite_fail(struct ax_err *err, sqlite3 *db, const char *doing)
{
    enum ax_code code;
    switch (sqlite3_errcode(db) & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        code = AX_UNAVAILABLE;
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        code = AX_CORRUPT;
        break;
    case SQLITE_ERROR: /* no such table */
        code = AX_NOT_FOUND;
        break;
    default:
        code = AX_IO;
    }
    return ax_fail(err, code, "%s: %s", doing, sqlite3_errmsg(db));
}

/* Short steps: the store's transactions on the same file last milliseconds. */
static int on_busy(void *log, int times)
{
    if (times >= ((const struct ax_log *)log)->append_timeout_ms / BUSY_STEP_MS) {
        return 0;
    }
    (void)sqlite3_sleep(BUSY_STEP_MS);
    return 1;
}

ax_rc ax_log_sqlite_connect(const struct sqlite_log *s, sqlite3 **out, struct ax_err *err)
{
    sqlite3 *db = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (sqlite3_open_v2(s->path, &db, flags, NULL) != SQLITE_OK) {
        ax_rc rc = ax_fail_field(err, AX_IO, "log.path", s->path, strlen(s->path), "%s",
                db == NULL ? "out of memory" : sqlite3_errmsg(db));
        (void)sqlite3_close(db);
        return rc;
    }
    (void)sqlite3_busy_handler(db, on_busy, (void *)(uintptr_t)&s->log);
    const char *setup = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
                        "PRAGMA cache_size=-16384;";
    if (sqlite3_exec(db, setup, NULL, NULL, NULL) != SQLITE_OK) {
        ax_rc rc = ax_log_sqlite_fail(err, db, s->path);
        (void)sqlite3_close(db);
        return rc;
    }
    *out = db;
    return AX_RC(OK);
}

static const char *table_name(enum ax_topic topic, int32_t partition, char *buf, size_t size)
{
    static const char *const words[AX_TOPIC_COUNT] = {"facts", "rejects", "ratings", "audit", "packs"};
    (void)snprintf(buf, size, "log_%s_%d", words[topic], partition);
    return buf;
}

ax_rc ax_log_sqlite_prepare(
        sqlite3 *db, const char *sql, enum ax_topic topic, int32_t partition, sqlite3_stmt **out, struct ax_err *err)
{
    char name[32];
    char *text = sqlite3_mprintf(sql, table_name(topic, partition, name, sizeof name), name);
    AX_ASSERT(text != NULL);
    int code = sqlite3_prepare_v3(db, text, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
    sqlite3_free(text);
    return code == SQLITE_OK ? AX_RC(OK) : ax_log_sqlite_fail(err, db, ax_topic_name(topic));
}

static ax_rc create_tables(sqlite3 *db, int32_t partitions, struct ax_err *err)
{
    for (int topic = 0; topic < AX_TOPIC_COUNT; topic++) {
        for (int32_t p = 0; p < partitions; p++) {
            char name[32];
            char sql[160];
            (void)snprintf(sql, sizeof sql,
                    "CREATE TABLE IF NOT EXISTS %s(offset INTEGER PRIMARY KEY, key BLOB NOT NULL, value BLOB NOT NULL) "
                    "STRICT",
                    table_name((enum ax_topic)topic, p, name, sizeof name));
            if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
                return ax_log_sqlite_fail(err, db, "creating the topics");
            }
        }
    }
    char sql[200];
    (void)snprintf(sql, sizeof sql,
            "CREATE TABLE IF NOT EXISTS log_meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;"
            "INSERT OR IGNORE INTO log_meta VALUES('format',%d),('partitions',%d)",
            FORMAT, partitions);
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? AX_RC(OK)
                                                                : ax_log_sqlite_fail(err, db, "creating the topics");
}

/* -1 where it is not there. */
static int64_t meta_value(sqlite3 *db, const char *name)
{
    sqlite3_stmt *stmt = NULL;
    int64_t value = -1;
    if (sqlite3_prepare_v2(db, "SELECT value FROM log_meta WHERE name=?", -1, &stmt, NULL) == SQLITE_OK &&
            sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW) {
        value = sqlite3_column_int64(stmt, 0);
    }
    (void)sqlite3_finalize(stmt);
    return value;
}

static ax_rc check_meta(sqlite3 *db, int32_t partitions, struct ax_err *err)
{
    int64_t format = meta_value(db, "format");
    int64_t found = meta_value(db, "partitions");
    if (format != -1 && format != FORMAT) {
        return ax_fail(
                err, AX_UNSUPPORTED, "the log has format %lld, this program writes %d", (long long)format, FORMAT);
    }
    if (found != -1 && found != partitions) {
        return ax_fail(err, AX_STATE, "the log has %lld partitions, the configuration says %d: they cannot be changed",
                (long long)found, partitions);
    }
    return AX_RC(OK);
}

static ax_rc sqlite_create_topics(struct ax_log *log, struct ax_err *err)
{
    struct sqlite_log *s = (struct sqlite_log *)log;
    sqlite3 *db = NULL;
    AX_TRY(ax_log_sqlite_connect(s, &db, err));
    ax_rc rc = AX_RC(OK);
    if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK) {
        rc = ax_log_sqlite_fail(err, db, "creating the topics");
    }
    if (ax_ok(rc)) {
        rc = create_tables(db, log->partitions, err);
    }
    if (ax_ok(rc)) {
        rc = check_meta(db, log->partitions, err);
    }
    if (ax_ok(rc) && sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
        rc = ax_log_sqlite_fail(err, db, "creating the topics");
    }
    (void)sqlite3_close(db); /* rolls back what is open */
    return rc;
}

static ax_rc read_range(
        sqlite3 *db, enum ax_topic topic, int32_t partition, int64_t *begin, int64_t *end, struct ax_err *err)
{
    sqlite3_stmt *stmt = NULL;
    AX_TRY(ax_log_sqlite_prepare(
            db, "SELECT (SELECT min(offset) FROM %s), (SELECT max(offset) FROM %s)", topic, partition, &stmt, err));
    ax_rc rc = AX_RC(OK);
    if (sqlite3_step(stmt) != SQLITE_ROW) {
        rc = ax_log_sqlite_fail(err, db, "reading the range");
    } else if (sqlite3_column_type(stmt, 0) == SQLITE_NULL) {
        *begin = 0;
        *end = 0;
    } else {
        *begin = sqlite3_column_int64(stmt, 0);
        *end = sqlite3_column_int64(stmt, 1) + 1;
    }
    (void)sqlite3_finalize(stmt);
    return rc;
}

static ax_rc sqlite_range(
        struct ax_log *log, enum ax_topic topic, int32_t partition, int64_t *begin, int64_t *end, struct ax_err *err)
{
    struct sqlite_log *s = (struct sqlite_log *)log;
    pthread_mutex_lock(&s->range_mutex);
    ax_rc rc = read_range(s->ranger, topic, partition, begin, end, err);
    pthread_mutex_unlock(&s->range_mutex);
    return rc;
}

static void finalize_parts(struct sqlite_log *s)
{
    for (int topic = 0; topic < AX_TOPIC_COUNT; topic++) {
        for (int32_t p = 0; p < s->log.partitions; p++) {
            (void)sqlite3_finalize(s->parts[topic][p].insert);
            (void)sqlite3_finalize(s->parts[topic][p].last);
        }
    }
}

static void sqlite_free(struct sqlite_log *s)
{
    finalize_parts(s);
    (void)sqlite3_close(s->writer);
    (void)sqlite3_close(s->ranger);
    pthread_mutex_destroy(&s->range_mutex);
    pthread_mutex_destroy(&s->mutex);
    pthread_cond_destroy(&s->requested);
    pthread_cond_destroy(&s->appended);
    ax_xfree(s->path);
    ax_xfree(s);
}

static void sqlite_close(struct ax_log *log)
{
    struct sqlite_log *s = (struct sqlite_log *)log;
    pthread_mutex_lock(&s->mutex);
    s->closing = true;
    pthread_cond_signal(&s->requested);
    pthread_mutex_unlock(&s->mutex);
    (void)pthread_join(s->thread, NULL);
    sqlite_free(s);
}

static const struct ax_log_ops sqlite_ops = {
        .close = sqlite_close,
        .create_topics = sqlite_create_topics,
        .append = ax_log_sqlite_append,
        .range = sqlite_range,
        .consumer_open = ax_log_sqlite_consumer_open,
        .consumer_close = ax_log_sqlite_consumer_close,
        .poll = ax_log_sqlite_poll,
        .seek = ax_log_sqlite_seek,
        .focus = ax_log_sqlite_focus,
};

static struct sqlite_log *sqlite_new(const struct ax_log_options *options)
{
    struct sqlite_log *s = ax_xcalloc(1, sizeof *s);
    s->log = (struct ax_log){&sqlite_ops, options->partitions, options->append_timeout_ms};
    s->path = ax_xstrdup(options->path);
    s->last = &s->first;
    pthread_mutex_init(&s->range_mutex, NULL);
    pthread_mutex_init(&s->mutex, NULL);
    pthread_cond_init(&s->requested, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&s->appended, &attr);
    pthread_condattr_destroy(&attr);
    return s;
}

ax_rc ax_log_sqlite_open(const struct ax_log_options *options, struct ax_log **out, struct ax_err *err)
{
    if (options->path == NULL || options->path[0] == '\0') {
        return ax_fail_field(err, AX_INVALID, "log.path", NULL, 0, "is needed for the sqlite back end");
    }
    struct sqlite_log *s = sqlite_new(options);
    ax_rc rc = ax_log_sqlite_connect(s, &s->writer, err);
    if (ax_ok(rc)) {
        rc = ax_log_sqlite_connect(s, &s->ranger, err);
    }
    if (ax_ok(rc)) {
        rc = check_meta(s->ranger, options->partitions, err);
    }
    if (ax_ok(rc) && pthread_create(&s->thread, NULL, ax_log_sqlite_writer_run, s) != 0) {
        rc = ax_fail(err, AX_UNAVAILABLE, "no thread for the writer of the log");
    }
    if (!ax_ok(rc)) {
        sqlite_free(s);
        return rc;
    }
    *out = &s->log;
    return AX_RC(OK);
}
