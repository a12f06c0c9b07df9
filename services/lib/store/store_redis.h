/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The Redis back end, shared between its writing and its reading half. The layout of the keys and the functions that
 * write them are in functions.lua; here and there nothing but this file makes keys.
 */
#include "services/lib/store/backend.h"
#include "services/lib/store/redis_pool.h"
#include "services/lib/store/redis_reply.h"

#include <stdatomic.h>

enum { AX_REDIS_KEY_MAX = 192, AX_REDIS_PREFIX_MAX = 64, AX_REDIS_NUMBER_MAX = 24 };

struct ax_store_redis {
    struct ax_store base;
    struct ax_redis_pool pool;
    char *strings[6]; /* what the options borrow */
    char prefix[AX_REDIS_PREFIX_MAX];
    _Atomic int64_t *generations; /* of each partition, as seen last: saves a round trip, is checked in each */
};

/* A key or a word of a command, with its length. */
struct ax_redis_key {
    char text[AX_REDIS_KEY_MAX];
    size_t len;
};

/* printf's format behind "<prefix>{s<partition>}:" */
struct ax_redis_key ax_redis_key(const struct ax_store_redis *s, int32_t partition, const char *format, ...)
        AX_PRINTF(3, 4);

/* Removes what rebuilds have left. What fails here is tried again with the next rebuild or switch. */
void ax_store_redis_sweep(struct ax_store_redis *s, int32_t partition);

ax_rc ax_store_redis_read_many(struct ax_store *store, struct ax_store_read *reads, size_t count, bool ledgers,
        struct ax_arena *arena, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_store_redis_scan(
        struct ax_store *store, struct ax_store_scan *scan, struct ax_arena *arena, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_store_redis_position(struct ax_store *store, int32_t partition, struct ax_store_position *position,
        int64_t *enterprises, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_store_redis_note_get(struct ax_store *store, int32_t partition, ax_str name, struct ax_arena *arena,
        ax_str *value, struct ax_err *err) AX_MUST_CHECK;
