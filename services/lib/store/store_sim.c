/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/store/backend.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>

#define uthash_malloc(size) ax_xcalloc(1, (size))
#define uthash_free(block, size) ax_xfree(block)
#include <uthash.h>

/* In memory, behind one mutex, with faults drawn from a seed: a call fails before it did anything, or, what is worse, after
 * it did everything. */

enum { PPM = 1000000 };

struct sim_chunk {
    struct sim_chunk *next;
    int64_t offset;
    struct ax_buf bytes;
};

struct sim_entry {
    char enterprise[AX_STORE_ENTERPRISE_MAX];
    bool has_rating;
    struct ax_buf rating;
    struct sim_chunk *chunks; /* by offset */
    UT_hash_handle hh;
};

struct sim_generation {
    int64_t number;
    int64_t epoch;
    int64_t commits;
    struct ax_store_position position;
    struct sim_entry *entries;
};

struct sim_note {
    struct sim_note *next;
    struct ax_buf name;
    struct ax_buf value;
};

struct sim_partition {
    struct sim_generation *live;
    struct sim_generation *shadow;
    int64_t generations;
    struct sim_note *notes;
};

struct sim {
    struct ax_store base;
    pthread_mutex_t mutex;
    uint64_t random;
    uint32_t fault_ppm;
    struct sim_partition *partitions;
};

static struct sim *sim_lock(struct ax_store *store)
{
    struct sim *sim = (struct sim *)store;
    AX_ASSERT(pthread_mutex_lock(&sim->mutex) == 0);
    return sim;
}

/* splitmix64 */
static uint64_t draw(struct sim *sim)
{
    sim->random += 0x9E3779B97F4A7C15u;
    uint64_t z = sim->random;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

enum fault { FAULT_NONE, FAULT_BEFORE, FAULT_AFTER };

static enum fault draw_fault(struct sim *sim)
{
    if (sim->fault_ppm == 0 || draw(sim) % PPM >= sim->fault_ppm) {
        return FAULT_NONE;
    }
    return draw(sim) % 2 == 0 ? FAULT_BEFORE : FAULT_AFTER;
}

static ax_rc sim_unlock(struct sim *sim, ax_rc rc, enum fault fault, struct ax_err *err)
{
    AX_ASSERT(pthread_mutex_unlock(&sim->mutex) == 0);
    if (fault == FAULT_NONE || !ax_ok(rc)) {
        return rc;
    }
    return ax_fail(err, AX_UNAVAILABLE, "a fault of the simulation");
}

static void buf_set(struct ax_buf *b, ax_str bytes)
{
    ax_buf_deinit(b);
    ax_buf_init(b, bytes.len + 1);
    ax_buf_put_str(b, bytes);
}

static void generation_free(struct sim_generation *generation)
{
    if (generation == NULL) {
        return;
    }
    struct sim_entry *entry = NULL;
    struct sim_entry *next = NULL;
    HASH_ITER(hh, generation->entries, entry, next)
    {
        HASH_DEL(generation->entries, entry);
        while (entry->chunks != NULL) {
            struct sim_chunk *chunk = entry->chunks;
            entry->chunks = chunk->next;
            ax_buf_deinit(&chunk->bytes);
            ax_xfree(chunk);
        }
        ax_buf_deinit(&entry->rating);
        ax_xfree(entry);
    }
    ax_xfree(generation);
}

static struct sim_generation *generation_new(struct sim_partition *partition)
{
    struct sim_generation *generation = ax_xcalloc(1, sizeof *generation);
    generation->number = ++partition->generations;
    generation->position = (struct ax_store_position){0, AX_STORE_DAY_NONE};
    return generation;
}

static struct sim_partition *partition_of(struct sim *sim, int32_t number)
{
    struct sim_partition *partition = &sim->partitions[number];
    if (partition->live == NULL) {
        partition->live = generation_new(partition);
    }
    return partition;
}

static struct ax_store_part *part_new(struct sim *sim, int32_t partition, const struct sim_generation *generation)
{
    struct ax_store_part *part = ax_xcalloc(1, sizeof *part);
    part->store = &sim->base;
    part->partition = partition;
    part->generation = generation->number;
    part->epoch = generation->epoch;
    return part;
}

static ax_rc take(struct ax_store *store, int32_t number, struct ax_store_part **out,
        struct ax_store_position *position, struct ax_err *err)
{
    struct sim *sim = sim_lock(store);
    enum fault fault = draw_fault(sim);
    if (fault != FAULT_BEFORE) {
        struct sim_generation *live = partition_of(sim, number)->live;
        live->epoch++;
        *position = live->position;
        if (fault == FAULT_NONE) {
            *out = part_new(sim, number, live);
        }
    }
    return sim_unlock(sim, AX_RC(OK), fault, err);
}

static void part_free(struct ax_store_part *part)
{
    ax_xfree(part);
}

static void put_chunk(struct sim_entry *entry, int64_t offset, ax_str bytes)
{
    struct sim_chunk **at = &entry->chunks;
    while (*at != NULL && (*at)->offset < offset) {
        at = &(*at)->next;
    }
    if (*at == NULL || (*at)->offset != offset) {
        struct sim_chunk *chunk = ax_xcalloc(1, sizeof *chunk);
        chunk->offset = offset;
        chunk->next = *at;
        *at = chunk;
    }
    buf_set(&(*at)->bytes, bytes);
}

static void write_one(struct sim_generation *generation, const struct ax_store_write *write)
{
    if (write->rating.ptr == NULL && write->chunk.len == 0) {
        return;
    }
    struct sim_entry *entry = NULL;
    HASH_FIND(hh, generation->entries, write->enterprise.ptr, AX_STORE_ENTERPRISE_MAX, entry);
    if (entry == NULL) {
        entry = ax_xcalloc(1, sizeof *entry);
        for (size_t i = 0; i < AX_STORE_ENTERPRISE_MAX; i++) {
            entry->enterprise[i] = write->enterprise.ptr[i];
        }
        HASH_ADD(hh, generation->entries, enterprise, AX_STORE_ENTERPRISE_MAX, entry);
    }
    if (write->rating.ptr != NULL) {
        entry->has_rating = true;
        buf_set(&entry->rating, write->rating);
    }
    if (write->chunk.len > 0) {
        put_chunk(entry, write->chunk_offset, write->chunk);
    }
}

static struct sim_generation *generation_of(struct sim *sim, const struct ax_store_part *part)
{
    struct sim_partition *partition = partition_of(sim, part->partition);
    if (partition->shadow != NULL && partition->shadow->number == part->generation) {
        return partition->shadow;
    }
    return partition->live->number == part->generation ? partition->live : NULL;
}

static ax_rc commit_locked(
        struct sim *sim, struct ax_store_part *part, struct ax_store_commit *commit, struct ax_err *err)
{
    struct sim_generation *generation = generation_of(sim, part);
    commit->is_owner = generation != NULL && generation->epoch == part->epoch;
    if (generation != NULL) {
        commit->found = generation->position;
    }
    if (generation == NULL || !commit->is_owner || !ax_store_position_eq(commit->found, commit->expected)) {
        return ax_store_fail_stale(err, part, commit);
    }
    for (size_t i = 0; i < commit->count; i++) {
        write_one(generation, &commit->writes[i]);
    }
    generation->position = commit->next;
    generation->commits++;
    return AX_RC(OK);
}

static ax_rc commit(struct ax_store_part *part, struct ax_store_commit *commit, struct ax_err *err)
{
    struct sim *sim = sim_lock(part->store);
    enum fault fault = draw_fault(sim);
    ax_rc rc = fault == FAULT_BEFORE ? AX_RC(OK) : commit_locked(sim, part, commit, err);
    return sim_unlock(sim, rc, fault, err);
}

static ax_rc keep(struct ax_arena *arena, const struct ax_buf *from, ax_str *to, struct ax_err *err)
{
    *to = from->len == 0 ? AX_STR("") : ax_arena_dup(arena, ax_buf_str(from));
    return to->ptr == NULL ? ax_store_fail_arena(err) : AX_RC(OK);
}

static ax_rc read_entry(const struct sim_entry *entry, struct ax_store_read *read, bool ledgers, struct ax_arena *arena,
        struct ax_err *err)
{
    if (entry->has_rating) {
        AX_TRY(keep(arena, &entry->rating, &read->rating, err));
    }
    if (!ledgers) {
        return AX_RC(OK);
    }
    size_t count = 0;
    for (struct sim_chunk *chunk = entry->chunks; chunk != NULL; chunk = chunk->next) {
        count++;
    }
    read->chunks = AX_ARENA_ARRAY(arena, ax_str, count + 1);
    if (read->chunks == NULL) {
        return ax_store_fail_arena(err);
    }
    for (struct sim_chunk *chunk = entry->chunks; chunk != NULL; chunk = chunk->next) {
        AX_TRY(keep(arena, &chunk->bytes, &read->chunks[read->chunk_count], err));
        read->chunk_count++;
    }
    return AX_RC(OK);
}

static ax_rc read_locked(
        struct sim *sim, struct ax_store_read *read, bool ledgers, struct ax_arena *arena, struct ax_err *err)
{
    struct sim_generation *live = sim->partitions[read->partition].live;
    struct sim_entry *entry = NULL;
    if (live == NULL) {
        return AX_RC(OK);
    }
    read->position = live->position;
    read->mark = (struct ax_store_mark){live->number, live->commits};
    if (read->mark_only) {
        return AX_RC(OK);
    }
    HASH_FIND(hh, live->entries, read->enterprise.ptr, AX_STORE_ENTERPRISE_MAX, entry);
    return entry == NULL ? AX_RC(OK) : read_entry(entry, read, ledgers, arena, err);
}

static ax_rc read_many(struct ax_store *store, struct ax_store_read *reads, size_t count, bool ledgers,
        struct ax_arena *arena, struct ax_err *err)
{
    struct sim *sim = sim_lock(store);
    enum fault fault = draw_fault(sim);
    ax_rc rc = AX_RC(OK);
    for (size_t i = 0; i < count && ax_ok(rc); i++) {
        rc = read_locked(sim, &reads[i], ledgers, arena, err);
    }
    return sim_unlock(sim, rc, fault, err);
}

static int by_enterprise(const void *a, const void *b)
{
    const struct sim_entry *x = *(const struct sim_entry *const *)a;
    const struct sim_entry *y = *(const struct sim_entry *const *)b;
    return memcmp(x->enterprise, y->enterprise, AX_STORE_ENTERPRISE_MAX);
}

static size_t collect(struct sim_generation *live, ax_str after, const struct sim_entry **found)
{
    size_t count = 0;
    for (const struct sim_entry *entry = live->entries; entry != NULL; entry = entry->hh.next) {
        if (ax_str_cmp(ax_str_of(entry->enterprise, AX_STORE_ENTERPRISE_MAX), after) > 0) {
            found[count++] = entry;
        }
    }
    if (count > 1) {
        qsort(found, count, sizeof found[0], by_enterprise);
    }
    return count;
}

static ax_rc scan_locked(struct sim *sim, struct ax_store_scan *scan, struct ax_arena *arena, struct ax_err *err)
{
    struct sim_generation *live = sim->partitions[scan->partition].live;
    size_t room = live == NULL ? 0 : HASH_COUNT(live->entries);
    const struct sim_entry **found = AX_ARENA_ARRAY(arena, const struct sim_entry *, room + 1);
    if (found == NULL) {
        return ax_store_fail_arena(err);
    }
    size_t count = live == NULL ? 0 : collect(live, scan->after, found);
    count = count < scan->max ? count : scan->max;
    scan->reads = AX_ARENA_ARRAY(arena, struct ax_store_read, count + 1);
    if (scan->reads == NULL) {
        return ax_store_fail_arena(err);
    }
    for (size_t i = 0; i < count; i++) {
        struct ax_store_read *read = &scan->reads[i];
        read->partition = scan->partition;
        read->position = live->position;
        read->enterprise = ax_arena_dup(arena, ax_str_of(found[i]->enterprise, AX_STORE_ENTERPRISE_MAX));
        if (read->enterprise.ptr == NULL) {
            return ax_store_fail_arena(err);
        }
        AX_TRY(read_entry(found[i], read, scan->ledgers, arena, err));
    }
    scan->count = count;
    return AX_RC(OK);
}

static ax_rc scan_all(struct ax_store *store, struct ax_store_scan *scan, struct ax_arena *arena, struct ax_err *err)
{
    struct sim *sim = sim_lock(store);
    enum fault fault = draw_fault(sim);
    return sim_unlock(sim, scan_locked(sim, scan, arena, err), fault, err);
}

static ax_rc position_of(struct ax_store *store, int32_t number, struct ax_store_position *position,
        int64_t *enterprises, struct ax_err *err)
{
    struct sim *sim = sim_lock(store);
    enum fault fault = draw_fault(sim);
    const struct sim_generation *live = sim->partitions[number].live;
    ax_rc rc = AX_RC(OK);
    if (live == NULL) {
        rc = ax_fail(err, AX_NOT_FOUND, "partition %" PRId32 " has never been taken", number);
    } else {
        *position = live->position;
        *enterprises = HASH_COUNT(live->entries);
    }
    return sim_unlock(sim, rc, fault, err);
}

static ax_rc rebuild(struct ax_store *store, int32_t number, struct ax_store_part **out, struct ax_err *err)
{
    struct sim *sim = sim_lock(store);
    enum fault fault = draw_fault(sim);
    if (fault != FAULT_BEFORE) {
        struct sim_partition *partition = partition_of(sim, number);
        generation_free(partition->shadow);
        partition->shadow = generation_new(partition);
        if (fault == FAULT_NONE) {
            *out = part_new(sim, number, partition->shadow);
        }
    }
    return sim_unlock(sim, AX_RC(OK), fault, err);
}

static ax_rc switch_locked(struct sim *sim, struct ax_store_part *part, struct ax_err *err)
{
    struct sim_partition *partition = partition_of(sim, part->partition);
    if (partition->live->number == part->generation) {
        part->epoch = partition->live->epoch;
        return AX_RC(OK);
    }
    if (partition->shadow == NULL || partition->shadow->number != part->generation) {
        return ax_fail(
                err, AX_STALE, "another rebuild of partition %" PRId32 " was begun after this one", part->partition);
    }
    partition->shadow->epoch = partition->live->epoch + 1;
    part->epoch = partition->shadow->epoch;
    generation_free(partition->live);
    partition->live = partition->shadow;
    partition->shadow = NULL;
    return AX_RC(OK);
}

static ax_rc make_live(struct ax_store_part *part, struct ax_err *err)
{
    struct sim *sim = sim_lock(part->store);
    enum fault fault = draw_fault(sim);
    ax_rc rc = fault == FAULT_BEFORE ? AX_RC(OK) : switch_locked(sim, part, err);
    return sim_unlock(sim, rc, fault, err);
}

static struct sim_note *find_note(const struct sim *sim, int32_t number, ax_str name)
{
    struct sim_note *note = sim->partitions[number].notes;
    while (note != NULL && !ax_str_eq(ax_buf_str(&note->name), name)) {
        note = note->next;
    }
    return note;
}

static ax_rc note_put(struct ax_store *store, int32_t number, ax_str name, ax_str value, struct ax_err *err)
{
    struct sim *sim = sim_lock(store);
    enum fault fault = draw_fault(sim);
    if (fault != FAULT_BEFORE) {
        struct sim_note *note = find_note(sim, number, name);
        if (note == NULL) {
            note = ax_xcalloc(1, sizeof *note);
            buf_set(&note->name, name);
            note->next = sim->partitions[number].notes;
            sim->partitions[number].notes = note;
        }
        buf_set(&note->value, value);
    }
    return sim_unlock(sim, AX_RC(OK), fault, err);
}

static ax_rc note_get(
        struct ax_store *store, int32_t number, ax_str name, struct ax_arena *arena, ax_str *value, struct ax_err *err)
{
    struct sim *sim = sim_lock(store);
    enum fault fault = draw_fault(sim);
    const struct sim_note *note = find_note(sim, number, name);
    ax_rc rc = note == NULL ? AX_RC(OK) : keep(arena, &note->value, value, err);
    return sim_unlock(sim, rc, fault, err);
}

static void close_store(struct ax_store *store)
{
    struct sim *sim = (struct sim *)store;
    for (int32_t p = 0; p < sim->base.partitions; p++) {
        struct sim_partition *partition = &sim->partitions[p];
        generation_free(partition->live);
        generation_free(partition->shadow);
        while (partition->notes != NULL) {
            struct sim_note *note = partition->notes;
            partition->notes = note->next;
            ax_buf_deinit(&note->name);
            ax_buf_deinit(&note->value);
            ax_xfree(note);
        }
    }
    AX_ASSERT(pthread_mutex_destroy(&sim->mutex) == 0);
    ax_xfree(sim->partitions);
    ax_xfree(sim);
}

static const struct ax_store_ops ops = {.close = close_store,
        .take = take,
        .part_free = part_free,
        .commit = commit,
        .read_many = read_many,
        .scan = scan_all,
        .position = position_of,
        .rebuild = rebuild,
        .make_live = make_live,
        .note_put = note_put,
        .note_get = note_get};

ax_rc ax_store_sim_open(const struct ax_store_options *options, struct ax_store **out, struct ax_err *err)
{
    if (options->sim_fault_ppm < 0 || options->sim_fault_ppm > PPM) {
        return ax_fail(err, AX_INVALID, "sim_fault_ppm is 0 to %d, not %d", PPM, options->sim_fault_ppm);
    }
    struct sim *sim = ax_xcalloc(1, sizeof *sim);
    sim->base = (struct ax_store){.ops = &ops, .partitions = options->partitions};
    sim->random = options->sim_seed;
    sim->fault_ppm = (uint32_t)options->sim_fault_ppm;
    sim->partitions = ax_xcalloc((size_t)options->partitions, sizeof sim->partitions[0]);
    AX_ASSERT(pthread_mutex_init(&sim->mutex, NULL) == 0);
    *out = &sim->base;
    return AX_RC(OK);
}
