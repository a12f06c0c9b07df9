/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/store/store.h"

#include "services/lib/store/backend.h"

#include <inttypes.h>

ax_rc ax_store_fail_partitions(struct ax_err *err, int64_t there, int32_t asked)
{
    return ax_fail(err, AX_STATE,
            "the store was made for %" PRId64 " partitions, the configuration says %" PRId32
            ": a partition count cannot be changed in place",
            there, asked);
}

ax_rc ax_store_fail_stale(struct ax_err *err, const struct ax_store_part *part, const struct ax_store_commit *commit)
{
    if (!commit->is_owner) {
        return ax_fail(err, AX_STALE, "partition %" PRId32 " was taken by another, or its generation was replaced",
                part->partition);
    }
    return ax_fail(err, AX_STALE,
            "partition %" PRId32 " stands at offset %" PRId64 " day %" PRId32 ", not at %" PRId64 " day %" PRId32,
            part->partition, commit->found.next_offset, commit->found.day, commit->expected.next_offset,
            commit->expected.day);
}

ax_rc ax_store_fail_arena(struct ax_err *err)
{
    return ax_fail(err, AX_LIMIT, "the answer does not fit the memory set aside for one request");
}

static ax_rc check_enterprise(ax_str enterprise, struct ax_err *err)
{
    bool is_good = enterprise.len == AX_STORE_ENTERPRISE_MAX;
    for (size_t i = 0; is_good && i < enterprise.len; i++) {
        char c = enterprise.ptr[i];
        is_good = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    }
    if (!is_good) {
        return ax_fail_field(err, AX_INVALID, "enterprise", enterprise.ptr, enterprise.len,
                "must be %d characters of 0-9 and A-Z", AX_STORE_ENTERPRISE_MAX);
    }
    return AX_RC(OK);
}

static ax_rc check_partition(const struct ax_store *store, int32_t partition, struct ax_err *err)
{
    if (partition < 0 || partition >= store->partitions) {
        return ax_fail(err, AX_RANGE, "partition %" PRId32 " of %" PRId32, partition, store->partitions);
    }
    return AX_RC(OK);
}

ax_rc ax_store_open(const struct ax_store_options *options, struct ax_store **out, struct ax_err *err)
{
    if (options->partitions < 1 || options->partitions > AX_STORE_PARTITIONS_MAX) {
        return ax_fail(err, AX_INVALID, "a store has 1 to %d partitions, not %" PRId32, AX_STORE_PARTITIONS_MAX,
                options->partitions);
    }
    switch (options->backend) {
    case AX_STORE_SIM:
        return ax_store_sim_open(options, out, err);
    case AX_STORE_SQLITE:
        return ax_store_sqlite_open(options, out, err);
    case AX_STORE_REDIS:
        return ax_store_redis_open(options, out, err);
    }
    return ax_fail(err, AX_UNSUPPORTED, "there is no store back end %d", (int)options->backend);
}

void ax_store_close(struct ax_store *store)
{
    if (store != NULL) {
        store->ops->close(store);
    }
}

ax_rc ax_store_take(struct ax_store *store, int32_t partition, struct ax_store_part **out,
        struct ax_store_position *position, struct ax_err *err)
{
    AX_TRY(check_partition(store, partition, err));
    return store->ops->take(store, partition, out, position, err);
}

void ax_store_part_free(struct ax_store_part *part)
{
    if (part != NULL) {
        part->store->ops->part_free(part);
    }
}

static ax_rc check_write(
        const struct ax_store_commit *commit, const struct ax_store_write *write, size_t *bytes, struct ax_err *err)
{
    AX_TRY(check_enterprise(write->enterprise, err));
    if (write->rating.len > AX_STORE_RATING_MAX_BYTES) {
        return ax_fail(
                err, AX_LIMIT, "a rating of %zu bytes, at most %d", write->rating.len, AX_STORE_RATING_MAX_BYTES);
    }
    if (write->chunk.len > AX_STORE_CHUNK_MAX_BYTES) {
        return ax_fail(err, AX_LIMIT, "a chunk of %zu bytes, at most %d", write->chunk.len, AX_STORE_CHUNK_MAX_BYTES);
    }
    if (write->chunk.len > 0 &&
            (write->chunk_offset < commit->expected.next_offset || write->chunk_offset >= commit->next.next_offset)) {
        return ax_fail(err, AX_INVALID, "a chunk at offset %" PRId64 " in a commit of %" PRId64 " to %" PRId64,
                write->chunk_offset, commit->expected.next_offset, commit->next.next_offset);
    }
    *bytes += write->rating.len + write->chunk.len;
    return AX_RC(OK);
}

static ax_rc check_commit(const struct ax_store_commit *commit, struct ax_err *err)
{
    const struct ax_store_position *from = &commit->expected;
    const struct ax_store_position *to = &commit->next;
    if (from->next_offset < 0 || to->next_offset < from->next_offset || to->day < from->day ||
            (ax_store_position_eq(*from, *to) && commit->count == 0)) {
        return ax_fail(err, AX_INVALID,
                "a commit goes forward, or rates again: not from offset %" PRId64 " day %" PRId32 " to %" PRId64
                " day %" PRId32,
                from->next_offset, from->day, to->next_offset, to->day);
    }
    if (commit->count > AX_STORE_BATCH_MAX) {
        return ax_fail(err, AX_LIMIT, "a commit of %zu writes, at most %d", commit->count, AX_STORE_BATCH_MAX);
    }
    size_t bytes = 0;
    for (size_t i = 0; i < commit->count; i++) {
        AX_TRY(check_write(commit, &commit->writes[i], &bytes, err));
    }
    if (bytes > AX_STORE_COMMIT_MAX_BYTES) {
        return ax_fail(err, AX_LIMIT, "a commit of %zu bytes, at most %d", bytes, AX_STORE_COMMIT_MAX_BYTES);
    }
    return AX_RC(OK);
}

ax_rc ax_store_commit(struct ax_store_part *part, struct ax_store_position expected, struct ax_store_position next,
        const struct ax_store_write *writes, size_t count, struct ax_err *err)
{
    struct ax_store_commit commit = {.expected = expected, .next = next, .writes = writes, .count = count};
    AX_TRY(check_commit(&commit, err));
    ax_rc rc = part->store->ops->commit(part, &commit, err);
    if (rc.code == AX_STALE && commit.is_owner && part->is_unsure && ax_store_position_eq(commit.found, next) &&
            ax_store_position_eq(part->unsure_expected, expected) && ax_store_position_eq(part->unsure_next, next)) {
        rc = AX_RC(OK); /* the one whose answer was lost */
    }
    if (ax_ok(rc)) {
        part->is_unsure = false;
    } else if (ax_code_retriable(rc.code) && rc.code != AX_STALE) {
        part->is_unsure = true;
        part->unsure_expected = expected;
        part->unsure_next = next;
    }
    return rc;
}

ax_rc ax_store_read_many(struct ax_store *store, struct ax_store_read *reads, size_t count, bool ledgers,
        struct ax_arena *arena, struct ax_err *err)
{
    if (count > AX_STORE_BATCH_MAX) {
        return ax_fail(err, AX_LIMIT, "%zu enterprises read at once, at most %d", count, AX_STORE_BATCH_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        AX_TRY(check_enterprise(reads[i].enterprise, err));
        AX_TRY(check_partition(store, reads[i].partition, err));
        reads[i].rating = (ax_str){NULL, 0};
        reads[i].chunks = NULL;
        reads[i].chunk_count = 0;
        reads[i].position = (struct ax_store_position){0, AX_STORE_DAY_NONE};
        reads[i].mark = (struct ax_store_mark){0};
    }
    return count == 0 ? AX_RC(OK) : store->ops->read_many(store, reads, count, ledgers, arena, err);
}

ax_rc ax_store_scan(struct ax_store *store, int32_t partition, ax_str after, size_t max, bool ledgers,
        struct ax_arena *arena, struct ax_store_read **reads, size_t *count, struct ax_err *err)
{
    AX_TRY(check_partition(store, partition, err));
    if (after.len > 0) {
        AX_TRY(check_enterprise(after, err));
    }
    if (max < 1 || max > AX_STORE_BATCH_MAX) {
        return ax_fail(err, AX_INVALID, "a page has 1 to %d enterprises, not %zu", AX_STORE_BATCH_MAX, max);
    }
    struct ax_store_scan scan = {.partition = partition, .after = after, .max = max, .ledgers = ledgers};
    AX_TRY(store->ops->scan(store, &scan, arena, err));
    *reads = scan.reads;
    *count = scan.count;
    return AX_RC(OK);
}

ax_rc ax_store_position(struct ax_store *store, int32_t partition, struct ax_store_position *position,
        int64_t *enterprises, struct ax_err *err)
{
    AX_TRY(check_partition(store, partition, err));
    return store->ops->position(store, partition, position, enterprises, err);
}

ax_rc ax_store_rebuild(struct ax_store *store, int32_t partition, struct ax_store_part **out, struct ax_err *err)
{
    AX_TRY(check_partition(store, partition, err));
    return store->ops->rebuild(store, partition, out, err);
}

ax_rc ax_store_switch(struct ax_store_part *rebuilt, struct ax_err *err)
{
    return rebuilt->store->ops->make_live(rebuilt, err);
}

static ax_rc check_note(const struct ax_store *store, int32_t partition, ax_str name, struct ax_err *err)
{
    AX_TRY(check_partition(store, partition, err));
    if (name.len < 1 || name.len > AX_STORE_NOTE_MAX_BYTES) {
        return ax_fail(err, AX_INVALID, "a note's name has 1 to %d bytes, not %zu", AX_STORE_NOTE_MAX_BYTES, name.len);
    }
    return AX_RC(OK);
}

ax_rc ax_store_note_put(struct ax_store *store, int32_t partition, ax_str name, ax_str value, struct ax_err *err)
{
    AX_TRY(check_note(store, partition, name, err));
    if (value.len > AX_STORE_NOTE_MAX_BYTES) {
        return ax_fail(err, AX_LIMIT, "a note of %zu bytes, at most %d", value.len, AX_STORE_NOTE_MAX_BYTES);
    }
    return store->ops->note_put(store, partition, name, value, err);
}

ax_rc ax_store_note_get(struct ax_store *store, int32_t partition, ax_str name, struct ax_arena *arena, ax_str *value,
        struct ax_err *err)
{
    AX_TRY(check_note(store, partition, name, err));
    *value = (ax_str){NULL, 0};
    return store->ops->note_get(store, partition, name, arena, value, err);
}
