/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/store/store_sqlite.h"

#include "base/fault.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char schema[] =
        "CREATE TABLE IF NOT EXISTS store_meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
        "CREATE TABLE IF NOT EXISTS store_part(p INTEGER PRIMARY KEY, gen INTEGER NOT NULL, epoch INTEGER NOT NULL,"
        " next_offset INTEGER NOT NULL, day INTEGER NOT NULL, enterprises INTEGER NOT NULL, gens INTEGER NOT NULL,"
        " commits INTEGER NOT NULL DEFAULT 0);"
        "CREATE TABLE IF NOT EXISTS store_shadow(p INTEGER PRIMARY KEY, gen INTEGER NOT NULL, epoch INTEGER NOT NULL,"
        " next_offset INTEGER NOT NULL, day INTEGER NOT NULL, enterprises INTEGER NOT NULL);"
        "CREATE TABLE IF NOT EXISTS store_note(p INTEGER, name BLOB, value BLOB, PRIMARY KEY(p, name)) WITHOUT ROWID;";

enum { GENERATION_SQL_MAX = 1024 };

struct sqlite_part {
    struct ax_store_part base;
    bool is_shadow;
    sqlite3_stmt *state;
    sqlite3_stmt *advance;
    sqlite3_stmt *find;
    sqlite3_stmt *add;
    sqlite3_stmt *set_both;
    sqlite3_stmt *set_rating;
    sqlite3_stmt *set_last;
    sqlite3_stmt *add_chunk;
    const struct ax_store_write **order; /* the commit's writes, by enterprise */
    size_t order_size;
};

struct row {
    int64_t generation;
    int64_t epoch;
    struct ax_store_position position;
    int64_t enterprises;
    int64_t generations; /* how many there have ever been; of the live row only */
};

static struct ax_store_sqlite *of_store(struct ax_store *store)
{
    return (struct ax_store_sqlite *)store;
}

static struct sqlite_part *of_part(struct ax_store_part *part)
{
    return (struct sqlite_part *)part;
}

static ax_rc write_begin(struct ax_store_sqlite *s, struct ax_err *err)
{
    AX_ASSERT(pthread_mutex_lock(&s->write_mutex) == 0);
    ax_rc rc = ax_sqlite_exec(s->db, "BEGIN IMMEDIATE", err);
    if (!ax_ok(rc)) {
        AX_ASSERT(pthread_mutex_unlock(&s->write_mutex) == 0);
    }
    return rc;
}

/* Commits where `rc` is OK, else rolls back; gives what the whole came to. */
static ax_rc write_end(struct ax_store_sqlite *s, ax_rc rc, struct ax_err *err)
{
    if (ax_ok(rc)) {
        rc = ax_sqlite_exec(s->db, "COMMIT", err);
    }
    if (!ax_ok(rc) && sqlite3_get_autocommit(s->db) == 0) {
        (void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    }
    AX_ASSERT(pthread_mutex_unlock(&s->write_mutex) == 0);
    return rc;
}

static ax_rc read_row(struct ax_store_sqlite *s, const char *table, int32_t partition, struct row *row, bool *is_there,
        struct ax_err *err)
{
    sqlite3_stmt *stmt = NULL;
    AX_TRY(ax_sqlite_prepare(s->db, &stmt, err, "SELECT * FROM %s WHERE p = %" PRId32, table, partition));
    ax_rc rc = ax_sqlite_row(s->db, stmt, is_there, err);
    if (*is_there) {
        row->generation = sqlite3_column_int64(stmt, 1);
        row->epoch = sqlite3_column_int64(stmt, 2);
        row->position.next_offset = sqlite3_column_int64(stmt, 3);
        row->position.day = sqlite3_column_int(stmt, 4);
        row->enterprises = sqlite3_column_int64(stmt, 5);
        row->generations = sqlite3_column_count(stmt) > 6 ? sqlite3_column_int64(stmt, 6) : 0;
    }
    (void)sqlite3_finalize(stmt);
    return rc;
}

static ax_rc run_format(struct ax_store_sqlite *s, struct ax_err *err, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

static ax_rc run_format(struct ax_store_sqlite *s, struct ax_err *err, const char *format, ...)
{
    char sql[GENERATION_SQL_MAX];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(sql, sizeof sql, format, args);
    va_end(args);
    AX_ASSERT(len > 0 && len < (int)sizeof sql);
    return ax_sqlite_exec(s->db, sql, err);
}

static ax_rc create_tables(struct ax_store_sqlite *s, int32_t p, int64_t g, struct ax_err *err)
{
    return run_format(s, err,
            "CREATE TABLE store_e_%" PRId32 "_%" PRId64
            "(enterprise BLOB PRIMARY KEY, last INTEGER, rating BLOB) WITHOUT ROWID;"
            "CREATE TABLE store_c_%" PRId32 "_%" PRId64
            "(id INTEGER PRIMARY KEY, prev INTEGER, off INTEGER, chunk BLOB)",
            p, g, p, g);
}

static ax_rc drop_tables(struct ax_store_sqlite *s, int32_t p, int64_t g, struct ax_err *err)
{
    return run_format(s, err,
            "DROP TABLE IF EXISTS store_e_%" PRId32 "_%" PRId64 ";DROP TABLE IF EXISTS store_c_%" PRId32 "_%" PRId64, p,
            g, p, g);
}

static void part_close_statements(struct sqlite_part *part)
{
    (void)sqlite3_finalize(part->state);
    (void)sqlite3_finalize(part->advance);
    (void)sqlite3_finalize(part->find);
    (void)sqlite3_finalize(part->add);
    (void)sqlite3_finalize(part->set_both);
    (void)sqlite3_finalize(part->set_rating);
    (void)sqlite3_finalize(part->set_last);
    (void)sqlite3_finalize(part->add_chunk);
}

static void part_free(struct ax_store_part *base)
{
    struct sqlite_part *part = of_part(base);
    struct ax_store_sqlite *s = of_store(base->store);
    AX_ASSERT(pthread_mutex_lock(&s->write_mutex) == 0);
    part_close_statements(part);
    AX_ASSERT(pthread_mutex_unlock(&s->write_mutex) == 0);
    ax_xfree(part->order);
    ax_xfree(part);
}

static ax_rc part_prepare_position(struct sqlite_part *part, struct ax_err *err)
{
    sqlite3 *db = of_store(part->base.store)->db;
    const char *table = part->is_shadow ? "store_shadow" : "store_part";
    (void)sqlite3_finalize(part->state);
    (void)sqlite3_finalize(part->advance);
    part->state = NULL;
    part->advance = NULL;
    AX_TRY(ax_sqlite_prepare(db, &part->state, err,
            "SELECT gen, epoch, next_offset, day, enterprises FROM %s WHERE p = %" PRId32, table,
            part->base.partition));
    return ax_sqlite_prepare(db, &part->advance, err,
            "UPDATE %s SET next_offset = ?1, day = ?2, enterprises = ?3%s WHERE p = %" PRId32, table,
            part->is_shadow ? "" : ", commits = commits + 1", part->base.partition);
}

static ax_rc part_prepare(struct sqlite_part *part, struct ax_err *err)
{
    sqlite3 *db = of_store(part->base.store)->db;
    char e[64];
    char c[64];
    (void)snprintf(e, sizeof e, "store_e_%" PRId32 "_%" PRId64, part->base.partition, part->base.generation);
    (void)snprintf(c, sizeof c, "store_c_%" PRId32 "_%" PRId64, part->base.partition, part->base.generation);
    AX_TRY(part_prepare_position(part, err));
    AX_TRY(ax_sqlite_prepare(db, &part->find, err, "SELECT last FROM %s WHERE enterprise = ?1", e));
    AX_TRY(ax_sqlite_prepare(db, &part->add, err, "INSERT INTO %s VALUES(?1, ?2, ?3)", e));
    AX_TRY(ax_sqlite_prepare(
            db, &part->set_both, err, "UPDATE %s SET last = ?2, rating = ?3 WHERE enterprise = ?1", e));
    AX_TRY(ax_sqlite_prepare(db, &part->set_rating, err, "UPDATE %s SET rating = ?3 WHERE enterprise = ?1", e));
    AX_TRY(ax_sqlite_prepare(db, &part->set_last, err, "UPDATE %s SET last = ?2 WHERE enterprise = ?1", e));
    return ax_sqlite_prepare(db, &part->add_chunk, err, "INSERT INTO %s(prev, off, chunk) VALUES(?1, ?2, ?3)", c);
}

/* Inside the transaction that made or took the generation. */
static ax_rc part_new(struct ax_store_sqlite *s, int32_t partition, int64_t generation, int64_t epoch, bool is_shadow,
        struct sqlite_part **out, struct ax_err *err)
{
    struct sqlite_part *part = ax_xcalloc(1, sizeof *part);
    part->base =
            (struct ax_store_part){.store = &s->base, .partition = partition, .generation = generation, .epoch = epoch};
    part->is_shadow = is_shadow;
    ax_rc rc = part_prepare(part, err);
    if (!ax_ok(rc)) {
        part_close_statements(part);
        ax_xfree(part);
        return rc;
    }
    *out = part;
    return AX_RC(OK);
}

static ax_rc live_row(struct ax_store_sqlite *s, int32_t partition, struct row *row, struct ax_err *err)
{
    bool is_there = false;
    AX_TRY(read_row(s, "store_part", partition, row, &is_there, err));
    if (is_there) {
        return AX_RC(OK);
    }
    *row = (struct row){.generation = 1, .generations = 1, .position = {.next_offset = 0, .day = AX_STORE_DAY_NONE}};
    AX_TRY(create_tables(s, partition, row->generation, err));
    return run_format(s, err, "INSERT INTO store_part VALUES(%" PRId32 ", 1, 0, 0, %" PRId32 ", 0, 1, 0)", partition,
            AX_STORE_DAY_NONE);
}

static ax_rc take_inside(struct ax_store_sqlite *s, int32_t partition, struct sqlite_part **out,
        struct ax_store_position *position, struct ax_err *err)
{
    struct row row = {0};
    AX_TRY(live_row(s, partition, &row, err));
    AX_TRY(run_format(s, err, "UPDATE store_part SET epoch = epoch + 1 WHERE p = %" PRId32, partition));
    *position = row.position;
    return part_new(s, partition, row.generation, row.epoch + 1, false, out, err);
}

static ax_rc finish_part(
        struct ax_store_sqlite *s, ax_rc rc, struct sqlite_part *part, struct ax_store_part **out, struct ax_err *err)
{
    rc = write_end(s, rc, err);
    if (ax_ok(rc)) {
        *out = &part->base;
    } else if (part != NULL) {
        part_free(&part->base);
    }
    return rc;
}

static ax_rc take(struct ax_store *store, int32_t partition, struct ax_store_part **out,
        struct ax_store_position *position, struct ax_err *err)
{
    struct ax_store_sqlite *s = of_store(store);
    struct sqlite_part *part = NULL;
    AX_TRY(write_begin(s, err));
    ax_rc rc = take_inside(s, partition, &part, position, err);
    return finish_part(s, rc, part, out, err);
}

static ax_rc rebuild_inside(struct ax_store_sqlite *s, int32_t partition, struct sqlite_part **out, struct ax_err *err)
{
    struct row live = {0};
    struct row shadow = {0};
    bool has_shadow = false;
    AX_TRY(live_row(s, partition, &live, err));
    AX_TRY(read_row(s, "store_shadow", partition, &shadow, &has_shadow, err));
    if (has_shadow) {
        AX_TRY(drop_tables(s, partition, shadow.generation, err));
    }
    int64_t generation = live.generations + 1;
    AX_TRY(create_tables(s, partition, generation, err));
    AX_TRY(run_format(s, err,
            "UPDATE store_part SET gens = %" PRId64 " WHERE p = %" PRId32
            ";INSERT OR REPLACE INTO store_shadow VALUES(%" PRId32 ", %" PRId64 ", 1, 0, %" PRId32 ", 0)",
            generation, partition, partition, generation, AX_STORE_DAY_NONE));
    return part_new(s, partition, generation, 1, true, out, err);
}

static ax_rc rebuild(struct ax_store *store, int32_t partition, struct ax_store_part **out, struct ax_err *err)
{
    struct ax_store_sqlite *s = of_store(store);
    struct sqlite_part *part = NULL;
    AX_TRY(write_begin(s, err));
    ax_rc rc = rebuild_inside(s, partition, &part, err);
    return finish_part(s, rc, part, out, err);
}

static ax_rc switch_inside(struct ax_store_sqlite *s, struct sqlite_part *part, int64_t *epoch, struct ax_err *err)
{
    struct row live = {0};
    struct row shadow = {0};
    bool has_shadow = false;
    int32_t p = part->base.partition;
    AX_TRY(live_row(s, p, &live, err));
    AX_TRY(read_row(s, "store_shadow", p, &shadow, &has_shadow, err));
    if (!has_shadow || shadow.generation != part->base.generation) {
        return ax_fail(err, AX_STALE, "another rebuild of partition %" PRId32 " was begun after this one", p);
    }
    AX_TRY(drop_tables(s, p, live.generation, err));
    *epoch = live.epoch + 1;
    return run_format(s, err,
            "UPDATE store_part SET gen = %" PRId64 ", epoch = %" PRId64 ", next_offset = %" PRId64 ", day = %" PRId32
            ", enterprises = %" PRId64 " WHERE p = %" PRId32 ";DELETE FROM store_shadow WHERE p = %" PRId32,
            shadow.generation, *epoch, shadow.position.next_offset, shadow.position.day, shadow.enterprises, p, p);
}

static ax_rc make_live(struct ax_store_part *base, struct ax_err *err)
{
    struct sqlite_part *part = of_part(base);
    struct ax_store_sqlite *s = of_store(base->store);
    if (!part->is_shadow) {
        return AX_RC(OK); /* done before */
    }
    AX_TRY(write_begin(s, err));
    int64_t epoch = 0;
    AX_TRY(write_end(s, switch_inside(s, part, &epoch, err), err));
    part->is_shadow = false;
    base->epoch = epoch;
    AX_ASSERT(pthread_mutex_lock(&s->write_mutex) == 0);
    ax_rc rc = part_prepare_position(part, err);
    AX_ASSERT(pthread_mutex_unlock(&s->write_mutex) == 0);
    return rc;
}

static ax_rc check_fences(
        struct sqlite_part *part, struct ax_store_commit *commit, int64_t *enterprises, struct ax_err *err)
{
    bool is_there = false;
    AX_TRY(ax_sqlite_row(of_store(part->base.store)->db, part->state, &is_there, err));
    if (is_there) {
        commit->is_owner = sqlite3_column_int64(part->state, 0) == part->base.generation &&
                           sqlite3_column_int64(part->state, 1) == part->base.epoch;
        commit->found.next_offset = sqlite3_column_int64(part->state, 2);
        commit->found.day = sqlite3_column_int(part->state, 3);
        *enterprises = sqlite3_column_int64(part->state, 4);
        (void)sqlite3_reset(part->state);
    }
    if (!commit->is_owner || !ax_store_position_eq(commit->found, commit->expected)) {
        return ax_store_fail_stale(err, &part->base, commit);
    }
    return AX_RC(OK);
}

static ax_rc write_entry(struct sqlite_part *part, const struct ax_store_write *write, bool is_new, struct ax_err *err)
{
    sqlite3 *db = of_store(part->base.store)->db;
    sqlite3_stmt *stmt = part->set_both;
    if (is_new) {
        stmt = part->add;
    } else if (write->rating.ptr == NULL) {
        stmt = part->set_last;
    } else if (write->chunk.len == 0) {
        stmt = part->set_rating;
    }
    ax_sqlite_bind(stmt, 1, write->enterprise);
    if (write->chunk.len > 0) {
        AX_ASSERT(sqlite3_bind_int64(stmt, 2, sqlite3_last_insert_rowid(db)) == SQLITE_OK);
    } else if (is_new) {
        AX_ASSERT(sqlite3_bind_null(stmt, 2) == SQLITE_OK);
    }
    if (is_new || write->rating.ptr != NULL) {
        ax_sqlite_bind(stmt, 3, write->rating);
    }
    return ax_sqlite_run(db, stmt, err);
}

static ax_rc write_one(
        struct sqlite_part *part, const struct ax_store_write *write, int64_t *enterprises, struct ax_err *err)
{
    sqlite3 *db = of_store(part->base.store)->db;
    if (write->rating.ptr == NULL && write->chunk.len == 0) {
        return AX_RC(OK);
    }
    bool is_there = false;
    ax_sqlite_bind(part->find, 1, write->enterprise);
    AX_TRY(ax_sqlite_row(db, part->find, &is_there, err));
    int64_t last = is_there ? sqlite3_column_int64(part->find, 0) : 0;
    if (is_there) {
        (void)sqlite3_reset(part->find);
    }
    if (write->chunk.len > 0) {
        AX_ASSERT(sqlite3_bind_int64(part->add_chunk, 1, last) == SQLITE_OK);
        AX_ASSERT(sqlite3_bind_int64(part->add_chunk, 2, write->chunk_offset) == SQLITE_OK);
        ax_sqlite_bind(part->add_chunk, 3, write->chunk);
        AX_TRY(ax_sqlite_run(db, part->add_chunk, err));
    }
    *enterprises += is_there ? 0 : 1;
    return write_entry(part, write, !is_there, err);
}

static int by_enterprise(const void *a, const void *b)
{
    const struct ax_store_write *x = *(const struct ax_store_write *const *)a;
    const struct ax_store_write *y = *(const struct ax_store_write *const *)b;
    int order = ax_str_cmp(x->enterprise, y->enterprise);
    return order != 0 ? order : (x > y) - (x < y);
}

/* In the order of the table: a page is then found in the cursor's place or next to it. */
static void sort_writes(struct sqlite_part *part, const struct ax_store_commit *commit)
{
    if (part->order_size < commit->count) {
        part->order = ax_xrealloc(part->order, commit->count * sizeof(struct ax_store_write *));
        part->order_size = commit->count;
    }
    for (size_t i = 0; i < commit->count; i++) {
        part->order[i] = &commit->writes[i];
    }
    if (commit->count > 1) {
        qsort(part->order, commit->count, sizeof part->order[0], by_enterprise);
    }
}

static ax_rc commit_inside(struct sqlite_part *part, struct ax_store_commit *commit, struct ax_err *err)
{
    int64_t enterprises = 0;
    AX_TRY(check_fences(part, commit, &enterprises, err));
    for (size_t i = 0; i < commit->count; i++) {
        AX_TRY(write_one(part, part->order[i], &enterprises, err));
    }
    AX_FAULT("store.sqlite.before_position");
    AX_ASSERT(sqlite3_bind_int64(part->advance, 1, commit->next.next_offset) == SQLITE_OK);
    AX_ASSERT(sqlite3_bind_int(part->advance, 2, commit->next.day) == SQLITE_OK);
    AX_ASSERT(sqlite3_bind_int64(part->advance, 3, enterprises) == SQLITE_OK);
    return ax_sqlite_run(of_store(part->base.store)->db, part->advance, err);
}

static ax_rc commit(struct ax_store_part *base, struct ax_store_commit *commit, struct ax_err *err)
{
    struct sqlite_part *part = of_part(base);
    struct ax_store_sqlite *s = of_store(base->store);
    sort_writes(part, commit);
    AX_TRY(write_begin(s, err));
    return write_end(s, commit_inside(part, commit, err), err);
}

static ax_rc note_put(struct ax_store *store, int32_t partition, ax_str name, ax_str value, struct ax_err *err)
{
    struct ax_store_sqlite *s = of_store(store);
    AX_TRY(write_begin(s, err));
    sqlite3_stmt *stmt = NULL;
    ax_rc rc = ax_sqlite_prepare(
            s->db, &stmt, err, "INSERT OR REPLACE INTO store_note VALUES(%" PRId32 ", ?1, ?2)", partition);
    if (ax_ok(rc)) {
        ax_sqlite_bind(stmt, 1, name);
        ax_sqlite_bind(stmt, 2, value.ptr == NULL ? AX_STR("") : value);
        rc = ax_sqlite_run(s->db, stmt, err);
        (void)sqlite3_finalize(stmt);
    }
    return write_end(s, rc, err);
}

static void close_store(struct ax_store *store)
{
    struct ax_store_sqlite *s = of_store(store);
    ax_sqlite_readers_deinit(&s->readers);
    if (s->db != NULL) {
        AX_ASSERT(sqlite3_close(s->db) == SQLITE_OK); /* else a handle was not freed */
    }
    AX_ASSERT(pthread_mutex_destroy(&s->write_mutex) == 0);
    ax_xfree(s);
}

static const struct ax_store_ops ops = {.close = close_store,
        .take = take,
        .part_free = part_free,
        .commit = commit,
        .read_many = ax_store_sqlite_read_many,
        .scan = ax_store_sqlite_scan,
        .position = ax_store_sqlite_position,
        .rebuild = rebuild,
        .make_live = make_live,
        .note_put = note_put,
        .note_get = ax_store_sqlite_note_get};

static ax_rc check_partitions(struct ax_store_sqlite *s, struct ax_err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool is_there = false;
    AX_TRY(run_format(
            s, err, "INSERT OR IGNORE INTO store_meta VALUES('partitions', %" PRId32 ")", s->base.partitions));
    AX_TRY(ax_sqlite_prepare(s->db, &stmt, err, "SELECT value FROM store_meta WHERE key = 'partitions'"));
    ax_rc rc = ax_sqlite_row(s->db, stmt, &is_there, err);
    int64_t there = is_there ? sqlite3_column_int64(stmt, 0) : 0;
    (void)sqlite3_finalize(stmt);
    if (ax_ok(rc) && there != s->base.partitions) {
        rc = ax_store_fail_partitions(err, there, s->base.partitions);
    }
    return rc;
}

/* Files made before commits were counted. */
static ax_rc add_commits(struct ax_store_sqlite *s, struct ax_err *err)
{
    bool is_there = sqlite3_table_column_metadata(s->db, NULL, "store_part", "commits", NULL, NULL, NULL, NULL, NULL) ==
                    SQLITE_OK;
    return is_there
                   ? AX_RC(OK)
                   : ax_sqlite_exec(s->db, "ALTER TABLE store_part ADD COLUMN commits INTEGER NOT NULL DEFAULT 0", err);
}

static ax_rc set_up(struct ax_store_sqlite *s, struct ax_err *err)
{
    AX_TRY(write_begin(s, err));
    ax_rc rc = ax_sqlite_exec(s->db, schema, err);
    if (ax_ok(rc)) {
        rc = add_commits(s, err);
    }
    if (ax_ok(rc)) {
        rc = check_partitions(s, err);
    }
    return write_end(s, rc, err);
}

ax_rc ax_store_sqlite_open(const struct ax_store_options *options, struct ax_store **out, struct ax_err *err)
{
    if (options->path == NULL || options->path[0] == '\0') {
        return ax_fail(err, AX_INVALID, "store.path is not set");
    }
    int timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : AX_STORE_TIMEOUT_MS;
    struct ax_store_sqlite *s = ax_xcalloc(1, sizeof *s);
    s->base = (struct ax_store){.ops = &ops, .partitions = options->partitions};
    AX_ASSERT(pthread_mutex_init(&s->write_mutex, NULL) == 0);
    ax_sqlite_readers_init(&s->readers, options->path, timeout_ms, options->partitions);
    ax_rc rc = ax_sqlite_open(options->path, AX_SQLITE_CACHE_KIB, timeout_ms, &s->db, err);
    if (ax_ok(rc)) {
        rc = set_up(s, err);
    }
    if (!ax_ok(rc)) {
        close_store(&s->base);
        return rc;
    }
    *out = &s->base;
    return AX_RC(OK);
}
