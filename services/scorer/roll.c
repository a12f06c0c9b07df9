/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Midnight. A rating holds for a span of days that stands before it in the store, so the ones whose span ended are found
 * by a scan, in pages that alternate with batches. Every page is a commit at an unchanged position; the last one moves
 * the day. Batches in between already rate for the new day, so it does not matter which enterprises the scan has passed;
 * and a scan that is cut short begins again at the next take.
 */
#include "services/scorer/shard.h"

enum { ROLL_PAGE = 1024, ARENA_CHUNK_BYTES = 1 << 18, ARENA_MAX_BYTES = 128 << 20 };

static const ax_str packs_note = {"packs", 5};

void ax_roll_begin(struct ax_shard *shard, int32_t today)
{
    shard->day = today > shard->day ? today : shard->day;
    if (shard->day > shard->position.day || shard->roll_all) {
        shard->rolling = true;
        shard->roll_after_len = 0;
    }
}

ax_rc ax_roll_check_packs(struct ax_batch *batch, struct ax_shard *shard, struct ax_err *err)
{
    struct ax_arena arena;
    ax_arena_init(&arena, AX_STORE_NOTE_MAX_BYTES * 2, ARENA_MAX_BYTES);
    ax_str value = {0};
    ax_rc rc = ax_store_note_get(batch->store, shard->partition, packs_note, &arena, &value, err);
    uint8_t digest[AX_DIGEST_SIZE];
    ax_rater_digest(batch->rater, digest);
    shard->roll_all = ax_ok(rc) && !ax_str_eq(value, ax_str_of(digest, sizeof digest));
    ax_arena_deinit(&arena);
    return rc;
}

/* The commit's numbers, from the page that was read. */
static void rate_one(
        struct ax_batch *b, const struct ax_shard *shard, struct ax_cached *c, ax_str stored, struct ax_commit *commit)
{
    struct ax_rated rated;
    struct ax_commit_part part = {.rated = true, .rating_at = commit->bytes.len};
    for (size_t i = 0; i < AX_USCC_LEN; i++) {
        part.code[i] = c->code[i];
    }
    c->batch = commit->number;
    ax_rater_rate(b->rater, &c->view, ax_str_of(c->code, AX_USCC_LEN), shard->day, &b->rater_scratch, &rated);
    ax_rated_store(b->rater, &rated, &commit->bytes);
    part.rating_len = commit->bytes.len - part.rating_at;
    ax_str made = ax_str_of(commit->bytes.ptr + part.rating_at, part.rating_len);
    if (ax_str_eq(made, stored)) {
        commit->bytes.len = part.rating_at;
        return;
    }
    struct ax_stored now;
    struct ax_stored before;
    part.quiet = ax_ok(ax_stored_open(stored, &before, NULL)) && ax_ok(ax_stored_open(made, &now, NULL)) &&
                 ax_str_eq(now.rating, before.rating) && ax_str_eq(now.risk, before.risk);
    ax_commit_add(commit, &part);
}

static ax_rc due(const struct ax_shard *shard, const struct ax_store_read *read, bool *out, struct ax_err *err)
{
    *out = shard->roll_all || read->rating.ptr == NULL;
    if (*out) {
        return AX_RC(OK);
    }
    struct ax_stored stored;
    AX_TRY(ax_stored_open(read->rating, &stored, err));
    *out = !ax_stored_holds(&stored, shard->day);
    return AX_RC(OK);
}

static ax_rc rate_page(struct ax_batch *b, const struct ax_shard *shard, const struct ax_store_read *reads,
        size_t count, struct ax_commit *commit, struct ax_err *err)
{
    struct ax_cached *cached[ROLL_PAGE] = {0};
    ax_str stored[ROLL_PAGE];
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        bool now = false;
        AX_TRY(due(shard, &reads[i], &now, err));
        if (now && reads[i].enterprise.len == AX_USCC_LEN) {
            stored[n] = reads[i].rating;
            cached[n++] = ax_cache_get(b->cache, shard->partition, reads[i].enterprise.ptr);
        }
    }
    AX_TRY(ax_batch_load(b, shard->partition, cached, n, err));
    for (size_t i = 0; i < n; i++) {
        if (i + 1 < n) {
            ax_ledger_fetch(&cached[i + 1]->view.ledger);
        }
        rate_one(b, shard, cached[i], stored[i], commit);
    }
    return AX_RC(OK);
}

static void end_roll(struct ax_shard *shard, struct ax_commit *commit)
{
    commit->packs_rolled = shard->roll_all;
    commit->to.day = shard->day;
    shard->rolling = false;
    shard->roll_all = false;
}

ax_rc ax_roll_note_packs(struct ax_batch *batch, int32_t partition, struct ax_err *err)
{
    uint8_t digest[AX_DIGEST_SIZE];
    ax_rater_digest(batch->rater, digest);
    return ax_store_note_put(batch->store, partition, packs_note, ax_str_of(digest, sizeof digest), err);
}

ax_rc ax_roll_prepare(
        struct ax_batch *batch, struct ax_shard *shard, struct ax_commit *commit, bool *some, struct ax_err *err)
{
    struct ax_arena arena;
    ax_arena_init(&arena, ARENA_CHUNK_BYTES, ARENA_MAX_BYTES);
    struct ax_store_read *reads = NULL;
    size_t count = 0;
    ax_rc rc = ax_store_scan(batch->store, shard->partition, ax_str_of(shard->roll_after, shard->roll_after_len),
            ROLL_PAGE, false, &arena, &reads, &count, err);
    if (ax_ok(rc)) {
        rc = rate_page(batch, shard, reads, count, commit, err);
    }
    if (ax_ok(rc) && count < ROLL_PAGE) {
        end_roll(shard, commit);
    }
    if (ax_ok(rc) && count > 0) {
        ax_str last = reads[count - 1].enterprise;
        shard->roll_after_len = last.len < AX_USCC_LEN ? last.len : AX_USCC_LEN;
        for (size_t i = 0; i < shard->roll_after_len; i++) {
            shard->roll_after[i] = last.ptr[i];
        }
    }
    ax_arena_deinit(&arena);
    ax_commit_seal(commit);
    *some = ax_ok(rc) && (commit->count > 0 || commit->to.day != commit->from.day);
    return rc;
}
