/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record that ends the process would do so again after every restart. So before the first record after a take is read,
 * a note says where; it is cleared as soon as the batch is prepared, long before it is committed, so that an unlucky kill
 * hardly ever counts. A second try reads records one by one; the last one does not read the record at all.
 */
#include "services/scorer/shard.h"

#include "base/fault.h"

#include <stdio.h>

enum { NOTE_SIZE = 64, ARENA_BYTES = 4096 };

static const ax_str note_name = {"attempt", 7};

ax_rc ax_attempt_load(struct ax_store *store, struct ax_shard *shard, struct ax_err *err)
{
    struct ax_arena arena;
    ax_arena_init(&arena, ARENA_BYTES, ARENA_BYTES);
    ax_str value = {0};
    ax_rc rc = ax_store_note_get(store, shard->partition, note_name, &arena, &value, err);
    shard->attempt_offset = -1;
    shard->attempt_count = 0;
    shard->careful = 0;
    shard->fresh = true;
    if (ax_ok(rc) && value.ptr != NULL) {
        int64_t offset = 0;
        int64_t count = 0;
        ax_str head = ax_str_split(&value, ' ');
        if (ax_ok(ax_str_to_i64(head, &offset)) && ax_ok(ax_str_to_i64(value, &count))) {
            shard->attempt_offset = offset;
            shard->attempt_count = count;
        }
    }
    ax_arena_deinit(&arena);
    return rc;
}

static ax_rc put(struct ax_store *store, const struct ax_shard *shard, struct ax_err *err)
{
    char text[NOTE_SIZE];
    int len =
            snprintf(text, sizeof text, "%lld %lld", (long long)shard->attempt_offset, (long long)shard->attempt_count);
    return ax_store_note_put(store, shard->partition, note_name, ax_str_of(text, (size_t)len), err);
}

ax_rc ax_attempt_begin(struct ax_store *store, struct ax_shard *shard, int64_t offset, uint32_t attempts_max,
        uint32_t batch_max, bool *quarantine, bool *one, struct ax_err *err)
{
    *quarantine = false;
    *one = false;
    if (!shard->fresh && shard->careful == 0) {
        return AX_RC(OK);
    }
    int64_t before = shard->attempt_offset == offset ? shard->attempt_count : 0;
    before = shard->own_offset == offset ? shard->own_before : before;
    if (shard->fresh && before > 0) {
        shard->careful = batch_max;
    }
    struct ax_shard noted = *shard;
    noted.attempt_offset = offset;
    noted.attempt_count = before + 1;
    shard->own_offset = offset;
    shard->own_before = before;
    AX_TRY(put(store, &noted, err));
    shard->attempt_offset = offset;
    *one = shard->careful > 0;
    *quarantine = before + 1 >= (int64_t)attempts_max;
    return AX_RC(OK);
}

ax_rc ax_attempt_end(struct ax_store *store, struct ax_shard *shard, uint32_t records, struct ax_err *err)
{
    AX_FAULT("scorer.after_decode");
    if (!shard->fresh && shard->careful == 0) {
        return AX_RC(OK);
    }
    shard->attempt_count = records == 0 ? shard->own_before : 0;
    AX_TRY(put(store, shard, err));
    if (records == 0) {
        return AX_RC(OK);
    }
    shard->fresh = false;
    shard->careful -= records < shard->careful ? records : shard->careful;
    return AX_RC(OK);
}
