/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What SQLite itself can do: the same rows through one prepared statement in one transaction. The figure that the
 * embedded log is put beside.
 * bench_sqlite_insert --path FILE.db [--file F] [--count N]
 */
#include "bench/kafka_load.h"

#include <sqlite3.h>
#include <stdio.h>

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        bench_die(sql, sqlite3_errmsg(db));
    }
}

int main(int argc, char **argv)
{
    const char *path = bench_option(argc, argv, "path", NULL);
    sqlite3 *db = NULL;
    sqlite3_stmt *insert = NULL;
    struct bench_load load;
    if (path == NULL || sqlite3_open(path, &db) != SQLITE_OK) {
        bench_die("--path", "is needed");
    }
    bench_load_make(
            &load, bench_option(argc, argv, "file", NULL), (size_t)bench_option_long(argc, argv, "count", 1000000), 8);
    run(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE raw(id INTEGER PRIMARY KEY, key BLOB, "
            "value BLOB)");
    if (sqlite3_prepare_v2(db, "INSERT INTO raw(key, value) VALUES(?,?)", -1, &insert, NULL) != SQLITE_OK) {
        bench_die("prepare", sqlite3_errmsg(db));
    }
    double wall = bench_wall_s();
    double cpu = bench_cpu_s();
    run(db, "BEGIN");
    for (size_t i = 0; i < load.count; i++) {
        const struct bench_record *r = &load.records[i];
        (void)sqlite3_bind_blob(insert, 1, r->key.ptr, (int)r->key.len, SQLITE_STATIC);
        (void)sqlite3_bind_blob(insert, 2, r->value.ptr, (int)r->value.len, SQLITE_STATIC);
        if (sqlite3_step(insert) != SQLITE_DONE) {
            bench_die("insert", sqlite3_errmsg(db));
        }
        (void)sqlite3_reset(insert);
    }
    run(db, "COMMIT");
    bench_print("raw_sqlite", load.count, bench_wall_s() - wall, bench_cpu_s() - cpu);
    (void)sqlite3_finalize(insert);
    (void)sqlite3_close(db);
    bench_load_free(&load);
    return 0;
}
