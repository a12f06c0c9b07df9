/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The connections of one store to Redis, at most AX_REDIS_CONNECTIONS_MAX, lent to one call each. Where Redis does not
 * answer, new attempts are spaced by a growing, jittered delay, within which calls fail at once; it is said once in the
 * log that it is gone and once that it is back. Any thread.
 */
#include "services/lib/store/redis_conn.h"

#include <pthread.h>

enum {
    AX_REDIS_CONNECTIONS_MAX = 16,
    AX_REDIS_BACKOFF_MIN_MS = 20,
    AX_REDIS_BACKOFF_MAX_MS = 2000,
};

struct ax_redis_pool {
    struct ax_redis_options options;
    pthread_mutex_t mutex;
    pthread_cond_t is_back;
    struct ax_redis_conn *idle;
    unsigned lent;
    bool is_down;
    int backoff_ms;
    int64_t next_attempt_us;
    uint64_t random;
};

/* The options are copied, the strings in them borrowed. */
void ax_redis_pool_init(struct ax_redis_pool *pool, const struct ax_redis_options *options);
void ax_redis_pool_deinit(struct ax_redis_pool *pool);
/* An open connection, or AX_UNAVAILABLE. */
ax_rc ax_redis_pool_borrow(struct ax_redis_pool *pool, struct ax_redis_conn **out, struct ax_err *err) AX_MUST_CHECK;
/* `rc` is what the call came to, and `err` (may be NULL) why. */
void ax_redis_pool_give_back(
        struct ax_redis_pool *pool, struct ax_redis_conn *conn, ax_rc rc, const struct ax_err *err);
