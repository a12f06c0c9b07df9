/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The SQLite back end, shared between its writing and its reading half.
 *
 * Layout. Each generation of a partition has two tables of its own, so that keys are short and to drop one is one
 * statement: store_e_<p>_<g> (enterprise -> rating, last chunk) and store_c_<p>_<g> (chunks in the order of arrival, each
 * with the row number of the enterprise's chunk before it). A chunk is so one append at the end of a table and its
 * enterprise's row, which changes anyway. Measured on 480,000 facts of 300 bytes over 50,000 enterprises in random order,
 * 8192 a commit: 1.9 CPU-seconds and 151 MB, against 2.1 and 191 MB with an index over the chunks, and 3.3 and 248 MB with
 * chunks clustered by enterprise. A ledger is read by walking its chain.
 * store_part holds the live generation's position, store_shadow that of a rebuild.
 *
 * One connection writes, behind a mutex: SQLite has one writer anyway, and a page cache stays warm only as long as no
 * other connection writes. Readers are a bounded pool of connections, each with its own statements.
 */
#include "services/lib/store/backend.h"
#include "services/lib/store/sqlite_db.h"

#include <pthread.h>

enum { AX_SQLITE_READERS_MAX = 16 };

struct ax_sqlite_part_row {
    bool is_there;
    int64_t generation;
    struct ax_store_position position;
    int64_t enterprises;
    int64_t commits;
};

struct ax_sqlite_slot {
    int64_t generation; /* of the tables that the statements are about; 0: none */
    sqlite3_stmt *entry;
    sqlite3_stmt *page;
    sqlite3_stmt *chunk;
    struct ax_sqlite_part_row row; /* as read in transaction `row_of` */
    uint64_t row_of;
};

struct ax_sqlite_reader {
    struct ax_sqlite_reader *next;
    sqlite3 *db;
    sqlite3_stmt *begin;
    sqlite3_stmt *end;
    sqlite3_stmt *part;
    sqlite3_stmt *note;
    struct ax_sqlite_slot *slots; /* one a partition */
    int32_t partitions;
    uint64_t transaction; /* its number, from 1 */
};

struct ax_sqlite_readers {
    pthread_mutex_t mutex;
    pthread_cond_t is_back;
    struct ax_sqlite_reader *idle;
    unsigned open_count;
    char *path;
    int timeout_ms;
    int32_t partitions;
};

struct ax_store_sqlite {
    struct ax_store base;
    struct ax_sqlite_readers readers;
    pthread_mutex_t write_mutex;
    sqlite3 *db;
};

void ax_sqlite_readers_init(struct ax_sqlite_readers *readers, const char *path, int timeout_ms, int32_t partitions);
void ax_sqlite_readers_deinit(struct ax_sqlite_readers *readers);

ax_rc ax_store_sqlite_read_many(struct ax_store *store, struct ax_store_read *reads, size_t count, bool ledgers,
        struct ax_arena *arena, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_store_sqlite_scan(
        struct ax_store *store, struct ax_store_scan *scan, struct ax_arena *arena, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_store_sqlite_position(struct ax_store *store, int32_t partition, struct ax_store_position *position,
        int64_t *enterprises, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_store_sqlite_note_get(struct ax_store *store, int32_t partition, ax_str name, struct ax_arena *arena,
        ax_str *value, struct ax_err *err) AX_MUST_CHECK;
