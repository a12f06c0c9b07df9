/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scorer/batch.h"

#include "services/scorer/dead_letter.h"

enum {
    ARENA_CHUNK_BYTES = 1 << 20,
    LOAD_PAGE = 512, /* enterprises read from the store at once */
    RATER_SCRATCH_MAX_BYTES = 256 << 20,
};

void ax_batch_init(struct ax_batch *batch, size_t records_max)
{
    *batch = (struct ax_batch){.records_max = records_max};
    batch->records = ax_xcalloc(records_max, sizeof *batch->records);
    batch->touched = ax_xcalloc(records_max, sizeof *batch->touched);
    batch->owners = ax_xcalloc(records_max, sizeof *batch->owners);
    batch->chains = ax_xcalloc(records_max, sizeof *batch->chains);
    batch->dead = ax_xcalloc(AX_DEAD_MAX, sizeof *batch->dead);
    ax_arena_init(&batch->decoded, ARENA_CHUNK_BYTES, AX_BATCH_SCRATCH_MAX_BYTES);
    ax_arena_init(&batch->scratch, ARENA_CHUNK_BYTES, AX_BATCH_SCRATCH_MAX_BYTES);
    ax_buf_init(&batch->rater_scratch, RATER_SCRATCH_MAX_BYTES);
}

void ax_batch_deinit(struct ax_batch *batch)
{
    ax_xfree(batch->records);
    ax_xfree(batch->touched);
    ax_xfree(batch->owners);
    ax_xfree(batch->chains);
    ax_xfree(batch->dead);
    ax_arena_deinit(&batch->decoded);
    ax_arena_deinit(&batch->scratch);
    ax_buf_deinit(&batch->rater_scratch);
}

/* The record's key has to be the enterprise of its fact: partitions and ledgers hang on it. */
static ax_rc read_record(
        struct ax_batch *b, const struct ax_log_record *in, struct ax_view_record *out, struct ax_err *err)
{
    ax_str canonical = {0};
    int64_t known_at_us = 0;
    AX_TRY(ax_fact_record_decode(in->value, &canonical, &known_at_us, err));
    AX_TRY(ax_view_record_read(out, canonical, known_at_us, &b->decoded, err));
    if (out->fact.enterprise.len != AX_USCC_LEN || !ax_str_eq(out->fact.enterprise, in->key)) {
        return ax_fail_field(err, AX_CORRUPT, "enterprise", in->key.ptr, in->key.len,
                "the record's key is not the enterprise of its fact");
    }
    return AX_RC(OK);
}

static void bury(struct ax_batch *b, const struct ax_log_record *in, const struct ax_err *err)
{
    b->dead[b->dead_count++] = (struct ax_dead){.record = in, .err = *err};
}

/* Whose record it is; NULL where nobody can tell. */
static struct ax_cached *owner_of(struct ax_batch *b, const struct ax_log_record *in, const struct ax_view_record *r)
{
    if (r->unreadable && !ax_ok(ax_uscc_check(in->key, NULL))) {
        return NULL;
    }
    return ax_cache_get(b->cache, in->partition, in->key.ptr);
}

static void touch(struct ax_batch *b, size_t i, struct ax_cached *owner, size_t bytes)
{
    b->owners[i] = owner;
    if (owner == NULL) {
        return;
    }
    if (owner->pending_count == 0) {
        b->touched[b->touched_count++] = owner;
    }
    owner->pending_count++;
    owner->pending_bytes += bytes;
}

static void untouch(struct ax_batch *b)
{
    for (size_t i = 0; i < b->touched_count; i++) {
        b->touched[i]->pending = NULL;
        b->touched[i]->pending_count = 0;
        b->touched[i]->pending_filled = 0;
        b->touched[i]->pending_bytes = 0;
    }
    b->touched_count = 0;
}

/* Reads records until one would make the commit, or one enterprise's chunk, too large. */
static size_t take(struct ax_batch *b, const struct ax_log_record *const *records, size_t count, bool quarantine)
{
    size_t bytes = 0;
    size_t n = 0;
    for (; n < count && n < b->records_max && b->dead_count < AX_DEAD_MAX; n++) {
        const struct ax_log_record *in = records[n];
        struct ax_view_record *r = &b->records[n];
        bytes += in->value.len;
        if (n > 0 && bytes > AX_BATCH_BYTES_MAX) {
            break;
        }
        struct ax_err err = {0};
        r->offset = in->offset;
        r->unreadable = quarantine && n == 0;
        if (r->unreadable) {
            (void)ax_fail(&err, AX_CORRUPT, "the scorer ended again and again while it read this record");
        } else {
            ax_rc rc = read_record(b, in, r, &err);
            if (rc.code == AX_LIMIT && n > 0) { /* of the arena, not of the record */
                break;
            }
            r->unreadable = !ax_ok(rc);
        }
        struct ax_cached *owner = owner_of(b, in, r);
        if (n > 0 && owner != NULL && owner->pending_bytes + in->value.len > AX_BATCH_CHUNK_MAX_BYTES) {
            break;
        }
        if (r->unreadable) {
            bury(b, in, &err);
        }
        touch(b, n, owner, in->value.len);
    }
    return n;
}

/* Gives every enterprise the list of its records, in the order of the log. */
static void chain(struct ax_batch *b, size_t count)
{
    size_t at = 0;
    for (size_t i = 0; i < b->touched_count; i++) {
        b->touched[i]->pending = b->chains + at;
        b->touched[i]->pending_filled = 0;
        at += b->touched[i]->pending_count;
    }
    for (size_t i = 0; i < count; i++) {
        struct ax_cached *owner = b->owners[i];
        if (owner != NULL) {
            owner->pending[owner->pending_filled++] = &b->records[i];
        }
    }
}

static ax_rc load_page(
        struct ax_batch *b, int32_t partition, struct ax_cached *const *page, size_t count, struct ax_err *err)
{
    struct ax_arena arena;
    ax_arena_init(&arena, ARENA_CHUNK_BYTES, AX_BATCH_SCRATCH_MAX_BYTES);
    struct ax_store_read reads[LOAD_PAGE];
    for (size_t i = 0; i < count; i++) {
        reads[i] = (struct ax_store_read){
                .enterprise = ax_str_of(page[i]->code, AX_USCC_LEN),
                .partition = partition,
        };
    }
    ax_rc rc = ax_store_read_many(b->store, reads, count, true, &arena, err);
    for (size_t i = 0; ax_ok(rc) && i < count; i++) {
        ax_arena_reset(&b->scratch);
        rc = ax_view_load(&page[i]->view, reads[i].chunks, reads[i].chunk_count, INT64_MAX, &b->scratch, err);
        page[i]->loaded = ax_ok(rc);
        if (!ax_ok(rc)) {
            ax_view_deinit(&page[i]->view);
            ax_view_init(&page[i]->view);
        }
        ax_cache_weigh(b->cache, page[i]);
    }
    ax_arena_deinit(&arena);
    return rc;
}

ax_rc ax_batch_load(
        struct ax_batch *batch, int32_t partition, struct ax_cached *const *cached, size_t count, struct ax_err *err)
{
    struct ax_cached *page[LOAD_PAGE];
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (!cached[i]->loaded) {
            page[n++] = cached[i];
        }
        if (n == LOAD_PAGE || (i + 1 == count && n > 0)) {
            AX_TRY(load_page(batch, partition, page, n, err));
            n = 0;
        }
    }
    return AX_RC(OK);
}

static void write_one(struct ax_batch *b, struct ax_cached *c, int32_t day, struct ax_commit *commit)
{
    struct ax_commit_part part = {.chunk_at = commit->bytes.len};
    for (size_t i = 0; i < AX_USCC_LEN; i++) {
        part.code[i] = c->code[i];
    }
    ax_arena_reset(&b->scratch);
    part.rated = ax_view_apply(&c->view, c->pending, c->pending_count, &b->scratch, &commit->bytes, &part.chunk_offset);
    part.chunk_len = commit->bytes.len - part.chunk_at;
    c->batch = commit->number;
    if (part.chunk_len == 0) {
        return;
    }
    ax_cache_weigh(b->cache, c);
    if (part.rated) {
        struct ax_rated rated;
        ax_rater_rate(b->rater, &c->view, ax_str_of(c->code, AX_USCC_LEN), day, &b->rater_scratch, &rated);
        part.rating_at = commit->bytes.len;
        ax_rated_store(&rated, &commit->bytes);
        part.rating_len = commit->bytes.len - part.rating_at;
    }
    ax_commit_add(commit, &part);
}

ax_rc ax_batch_prepare(struct ax_batch *batch, const struct ax_log_record *const *records, size_t count, int32_t day,
        bool quarantine, struct ax_commit *commit, size_t *taken, struct ax_err *err)
{
    ax_arena_reset(&batch->decoded);
    batch->dead_count = 0;
    size_t n = take(batch, records, count, quarantine);
    ax_rc rc = ax_batch_load(batch, commit->partition, batch->touched, batch->touched_count, err);
    if (ax_ok(rc) && batch->dead_count > 0 && batch->log != NULL) {
        rc = ax_dead_letters_append(batch->log, batch->clock, batch->dead, batch->dead_count, err);
    }
    if (!ax_ok(rc)) {
        untouch(batch);
        return rc;
    }
    chain(batch, n);
    for (size_t i = 0; i < n; i++) {
        int64_t known_at_us = batch->records[i].unreadable ? 0 : batch->records[i].known_at_us;
        commit->newest_known_at_us =
                known_at_us > commit->newest_known_at_us ? known_at_us : commit->newest_known_at_us;
    }
    for (size_t i = 0; i < batch->touched_count; i++) {
        write_one(batch, batch->touched[i], day, commit);
    }
    untouch(batch);
    commit->records = (uint32_t)n;
    commit->unreadable = (uint32_t)batch->dead_count;
    commit->to.next_offset = records[n - 1]->offset + 1;
    ax_commit_seal(commit);
    *taken = n;
    return AX_RC(OK);
}
