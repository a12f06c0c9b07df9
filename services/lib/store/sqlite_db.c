/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/store/sqlite_db.h"

#include <stdarg.h>
#include <stdio.h>

enum { SQL_MAX = 512 };

ax_rc ax_sqlite_fail(sqlite3 *db, const char *what, struct ax_err *err)
{
    int code = sqlite3_errcode(db);
    enum ax_code ours = AX_UNAVAILABLE;
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
        ours = AX_CORRUPT;
    } else if (code == SQLITE_ERROR || code == SQLITE_MISUSE || code == SQLITE_CONSTRAINT || code == SQLITE_MISMATCH) {
        ours = AX_STATE;
    }
    return ax_fail(err, ours, "%s: %s (SQLite %d)", what, sqlite3_errmsg(db), sqlite3_extended_errcode(db));
}

ax_rc ax_sqlite_exec(sqlite3 *db, const char *sql, struct ax_err *err)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? AX_RC(OK) : ax_sqlite_fail(db, "store", err);
}

/* NORMAL: the log is the truth, and a commit that a power cut takes back is read again from it. */
static ax_rc configure(sqlite3 *db, int cache_kib, int timeout_ms, struct ax_err *err)
{
    char sql[SQL_MAX];
    (void)sqlite3_busy_timeout(db, timeout_ms);
    (void)snprintf(sql, sizeof sql,
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-%d; PRAGMA temp_store=MEMORY; "
            "PRAGMA wal_autocheckpoint=%d; PRAGMA trusted_schema=OFF;",
            cache_kib, AX_SQLITE_CHECKPOINT_PAGES);
    return ax_sqlite_exec(db, sql, err);
}

ax_rc ax_sqlite_open(const char *path, int cache_kib, int timeout_ms, sqlite3 **out, struct ax_err *err)
{
    sqlite3 *db = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    ax_rc rc = AX_RC(OK);
    if (sqlite3_open_v2(path, &db, flags, NULL) != SQLITE_OK) {
        rc = ax_sqlite_fail(db, path, err);
    } else {
        rc = configure(db, cache_kib, timeout_ms, err);
    }
    if (!ax_ok(rc)) {
        (void)sqlite3_close(db);
        return rc;
    }
    *out = db;
    return AX_RC(OK);
}

ax_rc ax_sqlite_prepare(sqlite3 *db, sqlite3_stmt **out, struct ax_err *err, const char *format, ...)
{
    char sql[SQL_MAX];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(sql, sizeof sql, format, args);
    va_end(args);
    AX_ASSERT(len > 0 && len < (int)sizeof sql);
    if (sqlite3_prepare_v3(db, sql, len + 1, SQLITE_PREPARE_PERSISTENT, out, NULL) != SQLITE_OK) {
        return ax_sqlite_fail(db, "store", err);
    }
    return AX_RC(OK);
}

ax_rc ax_sqlite_row(sqlite3 *db, sqlite3_stmt *stmt, bool *has_row, struct ax_err *err)
{
    int code = sqlite3_step(stmt);
    *has_row = code == SQLITE_ROW;
    if (code == SQLITE_ROW) {
        return AX_RC(OK);
    }
    ax_rc rc = code == SQLITE_DONE ? AX_RC(OK) : ax_sqlite_fail(db, "store", err);
    (void)sqlite3_reset(stmt);
    return rc;
}

ax_rc ax_sqlite_run(sqlite3 *db, sqlite3_stmt *stmt, struct ax_err *err)
{
    bool has_row = false;
    ax_rc rc = ax_sqlite_row(db, stmt, &has_row, err);
    if (has_row) {
        (void)sqlite3_reset(stmt);
    }
    return rc;
}

void ax_sqlite_bind(sqlite3_stmt *stmt, int at, ax_str bytes)
{
    int code = bytes.ptr == NULL ? sqlite3_bind_null(stmt, at)
                                 : sqlite3_bind_blob64(stmt, at, bytes.ptr, bytes.len, SQLITE_STATIC);
    AX_ASSERT(code == SQLITE_OK);
}

ax_str ax_sqlite_column(sqlite3_stmt *stmt, int at)
{
    if (sqlite3_column_type(stmt, at) == SQLITE_NULL) {
        return (ax_str){NULL, 0};
    }
    const void *bytes = sqlite3_column_blob(stmt, at);
    return bytes == NULL ? AX_STR("") : ax_str_of(bytes, (size_t)sqlite3_column_bytes(stmt, at));
}
