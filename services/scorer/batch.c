/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scorer/batch.h"

#include "services/scorer/dead_letter.h"

enum {
    ARENA_CHUNK_BYTES = 1 << 20,
    LOAD_PAGE = 512,   /* enterprises read from the store at once */
    LOPSIDED_PART = 2, /* less than this part of the ledger is new */
    RATER_SCRATCH_MAX_BYTES = 256 << 20,
};

void ax_batch_init(struct ax_batch *batch, size_t records_max)
{
    *batch = (struct ax_batch){.records_max = records_max};
    batch->pending = ax_xcalloc(records_max, sizeof *batch->pending);
    batch->touched = ax_xcalloc(records_max, sizeof(struct ax_cached *));
    batch->dead = ax_xcalloc(AX_DEAD_MAX, sizeof *batch->dead);
    ax_arena_init(&batch->scratch, ARENA_CHUNK_BYTES, AX_BATCH_SCRATCH_MAX_BYTES);
    ax_buf_init(&batch->rater_scratch, RATER_SCRATCH_MAX_BYTES);
}

void ax_batch_deinit(struct ax_batch *batch)
{
    ax_xfree(batch->pending);
    ax_xfree(batch->touched);
    ax_xfree(batch->dead);
    ax_arena_deinit(&batch->scratch);
    ax_buf_deinit(&batch->rater_scratch);
}

static void untouch(struct ax_batch *b)
{
    for (size_t i = 0; i < b->touched_count; i++) {
        b->touched[i]->pending_count = 0;
        b->touched[i]->pending_bytes = 0;
    }
    b->touched_count = 0;
}

static ax_rc flush_dead(struct ax_batch *b, struct ax_err *err)
{
    size_t count = b->dead_count;
    b->dead_count = 0;
    return count == 0 || b->log == NULL ? AX_RC(OK) : ax_dead_letters_append(b->log, b->clock, b->dead, count, err);
}

static ax_rc bury(struct ax_batch *b, const struct ax_log_record *in, const struct ax_err *why, struct ax_err *err)
{
    if (b->dead_count == AX_DEAD_MAX) {
        AX_TRY(flush_dead(b, err));
    }
    b->dead[b->dead_count++] = (struct ax_dead){.record = in, .err = *why};
    return AX_RC(OK);
}

/* Puts the record at the end of its enterprise's; false: the chunk of that enterprise would grow too large. */
static bool touch(struct ax_batch *b, uint32_t i, const struct ax_log_record *in)
{
    struct ax_cached *owner = ax_cache_get(b->cache, in->partition, in->key.ptr);
    if (owner->pending_count > 0 && owner->pending_bytes + in->value.len > AX_BATCH_CHUNK_MAX_BYTES) {
        return false;
    }
    if (owner->pending_count == 0) {
        b->touched[b->touched_count++] = owner;
        owner->pending_first = i;
    } else {
        b->pending[owner->pending_last].next = i;
    }
    owner->pending_last = i;
    owner->pending_count++;
    owner->pending_bytes += in->value.len;
    return true;
}

/* Groups records by enterprise until one would make the commit, or one enterprise's chunk, too large. */
static ax_rc take(struct ax_batch *b, const struct ax_log_record *const *records, size_t count, bool quarantine,
        struct ax_commit *commit, size_t *taken, struct ax_err *err)
{
    size_t bytes = 0;
    size_t n = 0;
    for (; n < count && n < b->records_max; n++) {
        const struct ax_log_record *in = records[n];
        bytes += in->value.len;
        if (n > 0 && bytes > AX_BATCH_BYTES_MAX) {
            break;
        }
        b->pending[n] = (struct ax_pending){.record = in, .next = UINT32_MAX, .quarantined = quarantine && n == 0};
        if (in->key.len != AX_USCC_LEN) {
            struct ax_err why;
            (void)ax_fail_field(&why, AX_CORRUPT, "enterprise", in->key.ptr, in->key.len, "the record's key is none")
                    .code;
            commit->unreadable++;
            AX_TRY(bury(b, in, &why, err));
        } else if (!touch(b, (uint32_t)n, in)) {
            break;
        }
    }
    *taken = n;
    return AX_RC(OK);
}

static ax_rc read_page(struct ax_batch *b, int32_t partition, struct ax_cached *const *page, size_t count,
        size_t max_bytes, struct ax_err *err)
{
    struct ax_arena arena;
    ax_arena_init(&arena, ARENA_CHUNK_BYTES, max_bytes);
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

/* Where the ledgers of a page are too large to be read together, one by one. */
static ax_rc load_page(
        struct ax_batch *b, int32_t partition, struct ax_cached *const *page, size_t count, struct ax_err *err)
{
    ax_rc rc = read_page(b, partition, page, count, AX_BATCH_SCRATCH_MAX_BYTES, err);
    if (rc.code != AX_LIMIT) {
        return rc;
    }
    rc = AX_RC(OK);
    for (size_t i = 0; ax_ok(rc) && i < count; i++) {
        rc = page[i]->loaded ? rc : read_page(b, partition, page + i, 1, AX_VIEW_READ_MAX_BYTES, err);
    }
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

/* The record's key has to be the enterprise of its fact: partitions and ledgers hang on it. */
static ax_rc read_record(struct ax_batch *b, const struct ax_pending *p, struct ax_view_record *out, struct ax_err *err)
{
    ax_str canonical = {0};
    int64_t known_at_us = 0;
    if (p->quarantined) {
        return ax_fail(err, AX_CORRUPT, "the scorer ended again and again while it read this record");
    }
    AX_TRY(ax_fact_record_decode(p->record->value, &canonical, &known_at_us, err));
    AX_TRY(ax_view_record_read(out, canonical, known_at_us, &b->scratch, err));
    if (!ax_str_eq(out->fact.enterprise, p->record->key)) {
        return ax_fail_field(err, AX_CORRUPT, "enterprise", p->record->key.ptr, p->record->key.len,
                "the record's key is not the enterprise of its fact");
    }
    return AX_RC(OK);
}

/* Decodes what waits for one enterprise. What cannot be read is buried, and marks the enterprise if it is one. */
static ax_rc read_records(struct ax_batch *b, const struct ax_cached *c, struct ax_view_record ***out, size_t *count,
        struct ax_commit *commit, struct ax_err *err)
{
    struct ax_view_record *records = AX_ARENA_ARRAY(&b->scratch, struct ax_view_record, c->pending_count);
    *out = AX_ARENA_ARRAY(&b->scratch, struct ax_view_record *, c->pending_count);
    AX_ASSERT(records != NULL && *out != NULL); /* the cap is far above what one chunk may hold */
    *count = 0;
    for (uint32_t at = c->pending_first; at != UINT32_MAX; at = b->pending[at].next) {
        const struct ax_log_record *in = b->pending[at].record;
        struct ax_view_record *r = &records[*count];
        struct ax_err why;
        r->offset = in->offset;
        r->refused = false;
        ax_rc rc = read_record(b, &b->pending[at], r, &why);
        r->unreadable = !ax_ok(rc);
        if (r->unreadable) {
            commit->unreadable++;
            AX_TRY(bury(b, in, &why, err));
            if (!ax_ok(ax_uscc_check(in->key, NULL))) {
                continue;
            }
        } else if (r->known_at_us > commit->newest_known_at_us) {
            commit->newest_known_at_us = r->known_at_us;
        }
        (*out)[(*count)++] = r;
    }
    return AX_RC(OK);
}

/* What a full ledger refused. */
static ax_rc bury_refused(struct ax_batch *b, const struct ax_cached *c, struct ax_view_record *const *records,
        size_t count, struct ax_commit *commit, struct ax_err *err)
{
    uint32_t at = c->pending_first;
    for (size_t i = 0; i < count; i++) {
        while (b->pending[at].record->offset != records[i]->offset) {
            at = b->pending[at].next;
        }
        if (records[i]->refused) {
            struct ax_err why;
            (void)ax_fail(&why, AX_LIMIT, "the enterprise has %u facts, and may have no more", c->view.facts_max);
            commit->unreadable++;
            AX_TRY(bury(b, b->pending[at].record, &why, err));
        }
    }
    return AX_RC(OK);
}

static bool is_lopsided(const struct ax_cached *c)
{
    uint32_t facts = c->view.ledger.count;
    return facts >= AX_BATCH_LARGE_FACTS && c->pending_count < facts / LOPSIDED_PART;
}

static ax_rc write_one(
        struct ax_batch *b, struct ax_cached *c, int32_t day, struct ax_commit *commit, struct ax_err *err)
{
    struct ax_commit_part part = {.chunk_at = commit->bytes.len};
    struct ax_view_record **records = NULL;
    size_t count = 0;
    for (size_t i = 0; i < AX_USCC_LEN; i++) {
        part.code[i] = c->code[i];
    }
    ax_arena_reset(&b->scratch);
    c->batch = commit->number;
    AX_TRY(read_records(b, c, &records, &count, commit, err));
    part.rated = ax_view_apply(&c->view, records, count, &b->scratch, &commit->bytes, &part.chunk_offset);
    if (c->view.ledger.count >= c->view.facts_max) {
        AX_TRY(bury_refused(b, c, records, count, commit, err));
    }
    part.chunk_len = commit->bytes.len - part.chunk_at;
    if (part.chunk_len == 0) {
        return AX_RC(OK);
    }
    ax_cache_weigh(b->cache, c);
    if (part.rated) {
        struct ax_rated rated;
        b->lopsided = b->lopsided || is_lopsided(c);
        ax_rater_rate(b->rater, &c->view, ax_str_of(c->code, AX_USCC_LEN), day, &b->rater_scratch, &rated);
        part.rating_at = commit->bytes.len;
        ax_rated_store(b->rater, &rated, &commit->bytes);
        part.rating_len = commit->bytes.len - part.rating_at;
    }
    ax_commit_add(commit, &part);
    return AX_RC(OK);
}

static ax_rc write_all(struct ax_batch *b, int32_t day, struct ax_commit *commit, struct ax_err *err)
{
    AX_TRY(ax_batch_load(b, commit->partition, b->touched, b->touched_count, err));
    b->dirty = true;
    for (size_t i = 0; i < b->touched_count; i++) {
        if (i + 1 < b->touched_count) {
            ax_ledger_fetch_to_merge(&b->touched[i + 1]->view.ledger);
        }
        AX_TRY(write_one(b, b->touched[i], day, commit, err));
    }
    return flush_dead(b, err);
}

ax_rc ax_batch_prepare(struct ax_batch *batch, const struct ax_log_record *const *records, size_t count, int32_t day,
        bool quarantine, struct ax_commit *commit, size_t *taken, struct ax_err *err)
{
    batch->dead_count = 0;
    batch->dirty = false;
    batch->lopsided = false;
    ax_rc rc = take(batch, records, count, quarantine, commit, taken, err);
    if (ax_ok(rc)) {
        rc = write_all(batch, day, commit, err);
    }
    untouch(batch);
    if (!ax_ok(rc)) {
        return rc;
    }
    commit->records = (uint32_t)*taken;
    commit->to.next_offset = records[*taken - 1]->offset + 1;
    ax_commit_seal(commit);
    return rc;
}
