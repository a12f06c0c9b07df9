/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/store/store_sqlite.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

/* The reading half: every call is one read transaction on a connection of its own, so that position, ratings and ledgers
 * are of one moment and the writer is not held up. */

enum { CHUNKS_MAX = 1 << 20 /* of one ledger */ };

static void slot_deinit(struct ax_sqlite_slot *slot)
{
    (void)sqlite3_finalize(slot->entry);
    (void)sqlite3_finalize(slot->page);
    (void)sqlite3_finalize(slot->chunk);
    *slot = (struct ax_sqlite_slot){0};
}

static void reader_free(struct ax_sqlite_reader *r)
{
    for (int32_t p = 0; p < r->partitions; p++) {
        slot_deinit(&r->slots[p]);
    }
    (void)sqlite3_finalize(r->begin);
    (void)sqlite3_finalize(r->end);
    (void)sqlite3_finalize(r->part);
    (void)sqlite3_finalize(r->note);
    AX_ASSERT(sqlite3_close(r->db) == SQLITE_OK);
    ax_xfree(r->slots);
    ax_xfree(r);
}

static ax_rc reader_prepare(struct ax_sqlite_reader *r, struct ax_err *err)
{
    AX_TRY(ax_sqlite_prepare(r->db, &r->begin, err, "BEGIN"));
    AX_TRY(ax_sqlite_prepare(r->db, &r->end, err, "COMMIT"));
    AX_TRY(ax_sqlite_prepare(
            r->db, &r->part, err, "SELECT gen, next_offset, day, enterprises, commits FROM store_part WHERE p = ?1"));
    return ax_sqlite_prepare(r->db, &r->note, err, "SELECT value FROM store_note WHERE p = ?1 AND name = ?2");
}

static ax_rc reader_open(const struct ax_sqlite_readers *readers, struct ax_sqlite_reader **out, struct ax_err *err)
{
    struct ax_sqlite_reader *r = ax_xcalloc(1, sizeof *r);
    r->partitions = readers->partitions;
    r->slots = ax_xcalloc((size_t)readers->partitions, sizeof r->slots[0]);
    ax_rc rc = ax_sqlite_open(readers->path, AX_SQLITE_READER_CACHE_KIB, readers->timeout_ms, &r->db, err);
    if (ax_ok(rc)) {
        char sql[64];
        (void)snprintf(sql, sizeof sql, "PRAGMA mmap_size=%lld", (long long)AX_SQLITE_READER_MAP_MIB << 20);
        rc = ax_sqlite_exec(r->db, sql, err);
    }
    if (ax_ok(rc)) {
        rc = reader_prepare(r, err);
    }
    if (!ax_ok(rc)) {
        reader_free(r);
        return rc;
    }
    *out = r;
    return AX_RC(OK);
}

void ax_sqlite_readers_init(struct ax_sqlite_readers *readers, const char *path, int timeout_ms, int32_t partitions)
{
    *readers = (struct ax_sqlite_readers){.path = ax_xstrdup(path), .timeout_ms = timeout_ms, .partitions = partitions};
    AX_ASSERT(pthread_mutex_init(&readers->mutex, NULL) == 0);
    AX_ASSERT(pthread_cond_init(&readers->is_back, NULL) == 0);
}

void ax_sqlite_readers_deinit(struct ax_sqlite_readers *readers)
{
    while (readers->idle != NULL) {
        struct ax_sqlite_reader *r = readers->idle;
        readers->idle = r->next;
        reader_free(r);
        readers->open_count--;
    }
    AX_ASSERT(readers->open_count == 0); /* else a read was under way */
    AX_ASSERT(pthread_cond_destroy(&readers->is_back) == 0);
    AX_ASSERT(pthread_mutex_destroy(&readers->mutex) == 0);
    ax_xfree(readers->path);
}

static ax_rc acquire(struct ax_sqlite_readers *readers, struct ax_sqlite_reader **out, struct ax_err *err)
{
    struct timespec until;
    AX_ASSERT(clock_gettime(CLOCK_REALTIME, &until) == 0);
    until.tv_sec += readers->timeout_ms / 1000 + 1;
    AX_ASSERT(pthread_mutex_lock(&readers->mutex) == 0);
    int wait = 0;
    while (readers->idle == NULL && readers->open_count >= AX_SQLITE_READERS_MAX && wait == 0) {
        wait = pthread_cond_timedwait(&readers->is_back, &readers->mutex, &until);
    }
    struct ax_sqlite_reader *r = readers->idle;
    bool is_to_open = r == NULL && readers->open_count < AX_SQLITE_READERS_MAX;
    if (r != NULL) {
        readers->idle = r->next;
    } else if (is_to_open) {
        readers->open_count++;
    }
    AX_ASSERT(pthread_mutex_unlock(&readers->mutex) == 0);
    if (r == NULL && !is_to_open) {
        return ax_fail(err, AX_UNAVAILABLE, "all %d connections for reading are busy", AX_SQLITE_READERS_MAX);
    }
    ax_rc rc = is_to_open ? reader_open(readers, &r, err) : AX_RC(OK);
    if (!ax_ok(rc)) {
        AX_ASSERT(pthread_mutex_lock(&readers->mutex) == 0);
        readers->open_count--;
        AX_ASSERT(pthread_mutex_unlock(&readers->mutex) == 0);
        return rc;
    }
    *out = r;
    return AX_RC(OK);
}

static void release(struct ax_sqlite_readers *readers, struct ax_sqlite_reader *r)
{
    AX_ASSERT(pthread_mutex_lock(&readers->mutex) == 0);
    r->next = readers->idle;
    readers->idle = r;
    AX_ASSERT(pthread_cond_signal(&readers->is_back) == 0);
    AX_ASSERT(pthread_mutex_unlock(&readers->mutex) == 0);
}

static ax_rc read_begin(struct ax_store *store, struct ax_sqlite_reader **out, struct ax_err *err)
{
    struct ax_sqlite_readers *readers = &((struct ax_store_sqlite *)store)->readers;
    AX_TRY(acquire(readers, out, err));
    (*out)->transaction++;
    ax_rc rc = ax_sqlite_run((*out)->db, (*out)->begin, err);
    if (!ax_ok(rc)) {
        release(readers, *out);
    }
    return rc;
}

static ax_rc read_end(struct ax_store *store, struct ax_sqlite_reader *r, ax_rc rc)
{
    ax_rc ended = ax_sqlite_run(r->db, r->end, NULL);
    if (!ax_ok(ended) && sqlite3_get_autocommit(r->db) == 0) {
        (void)sqlite3_exec(r->db, "ROLLBACK", NULL, NULL, NULL);
    }
    release(&((struct ax_store_sqlite *)store)->readers, r);
    return rc;
}

static ax_rc slot_prepare(struct ax_sqlite_reader *r, int32_t p, int64_t g, struct ax_err *err)
{
    struct ax_sqlite_slot *slot = &r->slots[p];
    if (slot->generation == g) {
        return AX_RC(OK);
    }
    slot_deinit(slot);
    AX_TRY(ax_sqlite_prepare(r->db, &slot->entry, err,
            "SELECT rating, last FROM store_e_%" PRId32 "_%" PRId64 " WHERE enterprise = ?1", p, g));
    AX_TRY(ax_sqlite_prepare(r->db, &slot->page, err,
            "SELECT rating, last, enterprise FROM store_e_%" PRId32 "_%" PRId64
            " WHERE enterprise > ?1 ORDER BY enterprise LIMIT ?2",
            p, g));
    AX_TRY(ax_sqlite_prepare(
            r->db, &slot->chunk, err, "SELECT prev, chunk FROM store_c_%" PRId32 "_%" PRId64 " WHERE id = ?1", p, g));
    slot->generation = g;
    return AX_RC(OK);
}

static ax_rc read_part(
        struct ax_sqlite_reader *r, int32_t partition, struct ax_sqlite_part_row *row, struct ax_err *err)
{
    *row = (struct ax_sqlite_part_row){.position = {0, AX_STORE_DAY_NONE}};
    AX_ASSERT(sqlite3_bind_int(r->part, 1, partition) == SQLITE_OK);
    AX_TRY(ax_sqlite_row(r->db, r->part, &row->is_there, err));
    if (!row->is_there) {
        return AX_RC(OK);
    }
    row->generation = sqlite3_column_int64(r->part, 0);
    row->position.next_offset = sqlite3_column_int64(r->part, 1);
    row->position.day = sqlite3_column_int(r->part, 2);
    row->enterprises = sqlite3_column_int64(r->part, 3);
    row->commits = sqlite3_column_int64(r->part, 4);
    (void)sqlite3_reset(r->part);
    return slot_prepare(r, partition, row->generation, err);
}

/* Copies a column into the arena; SQL's NULL gives .ptr NULL. */
static ax_rc keep(struct ax_arena *arena, ax_str from, ax_str *to, struct ax_err *err)
{
    *to = from.ptr == NULL ? from : ax_arena_dup(arena, from);
    return from.ptr != NULL && to->ptr == NULL ? ax_store_fail_arena(err) : AX_RC(OK);
}

struct link {
    struct link *next;
    ax_str chunk;
};

static ax_rc walk_chain(struct ax_sqlite_reader *r, struct ax_sqlite_slot *slot, int64_t id, struct ax_arena *arena,
        struct link **first, size_t *count, struct ax_err *err)
{
    while (id != 0) {
        bool is_there = false;
        struct link *link = AX_ARENA_NEW(arena, struct link);
        if (link == NULL) {
            return ax_store_fail_arena(err);
        }
        AX_ASSERT(sqlite3_bind_int64(slot->chunk, 1, id) == SQLITE_OK);
        AX_TRY(ax_sqlite_row(r->db, slot->chunk, &is_there, err));
        if (!is_there || *count >= CHUNKS_MAX || sqlite3_column_int64(slot->chunk, 0) >= id) {
            (void)sqlite3_reset(slot->chunk);
            return ax_fail(err, AX_CORRUPT, "the chain of chunks is broken at row %" PRId64, id);
        }
        id = sqlite3_column_int64(slot->chunk, 0);
        ax_rc rc = keep(arena, ax_sqlite_column(slot->chunk, 1), &link->chunk, err);
        (void)sqlite3_reset(slot->chunk);
        AX_TRY(rc);
        link->next = *first;
        *first = link;
        (*count)++;
    }
    return AX_RC(OK);
}

static ax_rc read_ledger(struct ax_sqlite_reader *r, struct ax_sqlite_slot *slot, int64_t last,
        struct ax_store_read *read, struct ax_arena *arena, struct ax_err *err)
{
    struct link *first = NULL;
    AX_TRY(walk_chain(r, slot, last, arena, &first, &read->chunk_count, err));
    read->chunks = AX_ARENA_ARRAY(arena, ax_str, read->chunk_count + 1);
    if (read->chunks == NULL) {
        return ax_store_fail_arena(err);
    }
    for (size_t i = 0; first != NULL; first = first->next) {
        read->chunks[i++] = first->chunk;
    }
    return AX_RC(OK);
}

static ax_rc read_one(struct ax_sqlite_reader *r, struct ax_store_read *read, bool ledgers, struct ax_arena *arena,
        struct ax_err *err)
{
    struct ax_sqlite_slot *slot = &r->slots[read->partition];
    bool is_there = false;
    ax_sqlite_bind(slot->entry, 1, read->enterprise);
    AX_TRY(ax_sqlite_row(r->db, slot->entry, &is_there, err));
    if (!is_there) {
        return AX_RC(OK);
    }
    ax_rc rc = keep(arena, ax_sqlite_column(slot->entry, 0), &read->rating, err);
    int64_t last = sqlite3_column_int64(slot->entry, 1);
    (void)sqlite3_reset(slot->entry);
    if (ax_ok(rc) && ledgers) {
        rc = read_ledger(r, slot, last, read, arena, err);
    }
    return rc;
}

/* Once a transaction, however many of the partition are read. */
static ax_rc read_part_once(struct ax_sqlite_reader *r, int32_t partition, struct ax_err *err)
{
    struct ax_sqlite_slot *slot = &r->slots[partition];
    if (slot->row_of != r->transaction) {
        struct ax_sqlite_part_row row = {0};
        AX_TRY(read_part(r, partition, &row, err));
        slot->row = row;
        slot->row_of = r->transaction;
    }
    return AX_RC(OK);
}

static ax_rc read_all(struct ax_sqlite_reader *r, struct ax_store_read *reads, size_t count, bool ledgers,
        struct ax_arena *arena, struct ax_err *err)
{
    for (size_t i = 0; i < count; i++) {
        AX_TRY(read_part_once(r, reads[i].partition, err));
        const struct ax_sqlite_part_row *row = &r->slots[reads[i].partition].row;
        reads[i].position = row->position;
        reads[i].mark = (struct ax_store_mark){row->generation, row->commits};
        if (row->is_there && !reads[i].mark_only) {
            AX_TRY(read_one(r, &reads[i], ledgers, arena, err));
        }
    }
    return AX_RC(OK);
}

ax_rc ax_store_sqlite_read_many(struct ax_store *store, struct ax_store_read *reads, size_t count, bool ledgers,
        struct ax_arena *arena, struct ax_err *err)
{
    struct ax_sqlite_reader *r = NULL;
    AX_TRY(read_begin(store, &r, err));
    return read_end(store, r, read_all(r, reads, count, ledgers, arena, err));
}

static ax_rc scan_row(struct ax_sqlite_reader *r, struct ax_store_scan *scan, const struct ax_sqlite_part_row *row,
        struct ax_arena *arena, struct ax_err *err)
{
    struct ax_sqlite_slot *slot = &r->slots[scan->partition];
    struct ax_store_read *read = &scan->reads[scan->count];
    *read = (struct ax_store_read){
            .partition = scan->partition, .position = row->position, .mark = {row->generation, row->commits}};
    AX_TRY(keep(arena, ax_sqlite_column(slot->page, 2), &read->enterprise, err));
    AX_TRY(keep(arena, ax_sqlite_column(slot->page, 0), &read->rating, err));
    if (scan->ledgers) {
        AX_TRY(read_ledger(r, slot, sqlite3_column_int64(slot->page, 1), read, arena, err));
    }
    scan->count++;
    return AX_RC(OK);
}

static ax_rc scan_page(
        struct ax_sqlite_reader *r, struct ax_store_scan *scan, struct ax_arena *arena, struct ax_err *err)
{
    struct ax_sqlite_part_row row = {0};
    AX_TRY(read_part(r, scan->partition, &row, err));
    size_t room = row.is_there && (uint64_t)row.enterprises < scan->max ? (size_t)row.enterprises : scan->max;
    scan->reads = AX_ARENA_ARRAY(arena, struct ax_store_read, row.is_there ? room + 1 : 1);
    if (scan->reads == NULL) {
        return ax_store_fail_arena(err);
    }
    if (!row.is_there) {
        return AX_RC(OK);
    }
    sqlite3_stmt *page = r->slots[scan->partition].page;
    ax_sqlite_bind(page, 1, scan->after.ptr == NULL ? AX_STR("") : scan->after);
    AX_ASSERT(sqlite3_bind_int64(page, 2, (int64_t)room) == SQLITE_OK);
    bool has_row = false;
    ax_rc rc = ax_sqlite_row(r->db, page, &has_row, err);
    while (ax_ok(rc) && has_row) {
        rc = scan_row(r, scan, &row, arena, err);
        if (ax_ok(rc)) {
            rc = ax_sqlite_row(r->db, page, &has_row, err);
        }
    }
    (void)sqlite3_reset(page);
    return rc;
}

ax_rc ax_store_sqlite_scan(
        struct ax_store *store, struct ax_store_scan *scan, struct ax_arena *arena, struct ax_err *err)
{
    struct ax_sqlite_reader *r = NULL;
    AX_TRY(read_begin(store, &r, err));
    return read_end(store, r, scan_page(r, scan, arena, err));
}

ax_rc ax_store_sqlite_position(struct ax_store *store, int32_t partition, struct ax_store_position *position,
        int64_t *enterprises, struct ax_err *err)
{
    struct ax_sqlite_reader *r = NULL;
    struct ax_sqlite_part_row row = {0};
    AX_TRY(read_begin(store, &r, err));
    AX_TRY(read_end(store, r, read_part(r, partition, &row, err)));
    if (!row.is_there) {
        return ax_fail(err, AX_NOT_FOUND, "partition %" PRId32 " has never been taken", partition);
    }
    *position = row.position;
    *enterprises = row.enterprises;
    return AX_RC(OK);
}

static ax_rc read_note(struct ax_sqlite_reader *r, int32_t partition, ax_str name, struct ax_arena *arena,
        ax_str *value, struct ax_err *err)
{
    bool is_there = false;
    AX_ASSERT(sqlite3_bind_int(r->note, 1, partition) == SQLITE_OK);
    ax_sqlite_bind(r->note, 2, name);
    AX_TRY(ax_sqlite_row(r->db, r->note, &is_there, err));
    if (!is_there) {
        return AX_RC(OK);
    }
    ax_rc rc = keep(arena, ax_sqlite_column(r->note, 0), value, err);
    (void)sqlite3_reset(r->note);
    return rc;
}

ax_rc ax_store_sqlite_note_get(struct ax_store *store, int32_t partition, ax_str name, struct ax_arena *arena,
        ax_str *value, struct ax_err *err)
{
    struct ax_sqlite_reader *r = NULL;
    AX_TRY(read_begin(store, &r, err));
    return read_end(store, r, read_note(r, partition, name, arena, value, err));
}
