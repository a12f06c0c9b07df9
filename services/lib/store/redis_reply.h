/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What Redis' replies mean to the store. A reply is a peer's word: every type, count and number is looked at before it is
 * used. Nothing here keeps a reply; bytes that outlive it go into the arena. Any thread.
 */
#include "services/lib/store/backend.h"

#include <hiredis/hiredis.h>

struct ax_redis_state { /* of a partition, from its hash m */
    bool is_there;
    int64_t generation;
    int64_t epoch;
    struct ax_store_position position;
    int64_t partitions;
    int64_t commits;
};

enum ax_redis_verdict {
    AX_REDIS_DONE,
    AX_REDIS_STALE,
    AX_REDIS_OTHER_PARTITIONS, /* the number is in state.partitions */
};

/* An error reply as a result: what passes by itself (memory, disk, loading, failover) is AX_UNAVAILABLE. */
ax_rc ax_redis_check(const redisReply *reply, struct ax_err *err) AX_MUST_CHECK;
bool ax_redis_is_function_missing(const redisReply *reply);
/* HMGET m gen next day partitions commits; of these the last may be missing. */
ax_rc ax_redis_parse_state(const redisReply *reply, struct ax_redis_state *state, struct ax_err *err) AX_MUST_CHECK;
/* HMGET m gen epoch next day */
ax_rc ax_redis_parse_fences(const redisReply *reply, struct ax_redis_state *state, struct ax_err *err) AX_MUST_CHECK;
/* What our functions answer: a word, and with it generation, epoch, offset and day where they matter. */
ax_rc ax_redis_parse_answer(const redisReply *reply, enum ax_redis_verdict *verdict, struct ax_redis_state *state,
        struct ax_err *err) AX_MUST_CHECK;
/* HGET e r: nil leaves .ptr NULL. Also HGET of a note. */
ax_rc ax_redis_parse_bytes(
        const redisReply *reply, struct ax_arena *arena, ax_str *out, struct ax_err *err) AX_MUST_CHECK;
/* HGETALL e: rating and chunks, these in the order of their offsets. */
ax_rc ax_redis_parse_entry(
        const redisReply *reply, struct ax_arena *arena, struct ax_store_read *read, struct ax_err *err) AX_MUST_CHECK;
/* ZRANGEBYLEX i: `reads` and their enterprises in the arena. */
ax_rc ax_redis_parse_page(
        const redisReply *reply, struct ax_arena *arena, struct ax_store_scan *scan, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_redis_parse_count(const redisReply *reply, int64_t *count, struct ax_err *err) AX_MUST_CHECK;
