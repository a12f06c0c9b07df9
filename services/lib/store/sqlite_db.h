/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * One SQLite connection: opened with our settings, statements prepared and run, errors turned into ours. The owner closes
 * it after its statements are finalised. One thread at a time.
 */
#include "base/bytes.h"

#include <sqlite3.h>

enum {
    AX_SQLITE_CACHE_KIB = 32 << 10,       /* of the writer: the hot partitions' ratings */
    AX_SQLITE_READER_CACHE_KIB = 4 << 10, /* of each reader */
    AX_SQLITE_READER_MAP_MIB = 1024, /* of the file that each reader sees without reading it: the kernel's own pages */
    AX_SQLITE_CHECKPOINT_PAGES = 16384, /* 64 MiB of log before it is copied into the file */
};

ax_rc ax_sqlite_open(const char *path, int cache_kib, int timeout_ms, sqlite3 **out, struct ax_err *err) AX_MUST_CHECK;
/* What `db` said last: a full disk, a lock that did not come or no memory are AX_UNAVAILABLE. */
ax_rc ax_sqlite_fail(sqlite3 *db, const char *what, struct ax_err *err);
ax_rc ax_sqlite_exec(sqlite3 *db, const char *sql, struct ax_err *err) AX_MUST_CHECK;
/* `format` is printf's; the statement is kept for long. */
ax_rc ax_sqlite_prepare(sqlite3 *db, sqlite3_stmt **out, struct ax_err *err, const char *format, ...)
        AX_PRINTF(4, 5) AX_MUST_CHECK;
/* Runs to the end (no rows wanted) and resets. */
ax_rc ax_sqlite_run(sqlite3 *db, sqlite3_stmt *stmt, struct ax_err *err) AX_MUST_CHECK;
/* One step: *has_row tells whether there is a row; without one, or on an error, the statement is reset. */
ax_rc ax_sqlite_row(sqlite3 *db, sqlite3_stmt *stmt, bool *has_row, struct ax_err *err) AX_MUST_CHECK;
/* Borrowed until the statement is run or reset. .ptr NULL is SQL's NULL. */
void ax_sqlite_bind(sqlite3_stmt *stmt, int at, ax_str bytes);
ax_str ax_sqlite_column(sqlite3_stmt *stmt, int at);
