/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/store/redis_pool.h"

#include "base/clock.h"
#include "base/log.h"

#include <openssl/crypto.h>
#include <time.h>

void ax_redis_pool_init(struct ax_redis_pool *pool, const struct ax_redis_options *options)
{
    *pool = (struct ax_redis_pool){.options = *options, .random = (uint64_t)ax_mono_us() | 1};
    AX_ASSERT(pthread_mutex_init(&pool->mutex, NULL) == 0);
    AX_ASSERT(pthread_cond_init(&pool->is_back, NULL) == 0);
}

void ax_redis_pool_deinit(struct ax_redis_pool *pool)
{
    AX_ASSERT(pool->lent == 0); /* else a call was under way */
    while (pool->idle != NULL) {
        struct ax_redis_conn *conn = pool->idle;
        pool->idle = conn->next;
        ax_redis_conn_free(conn);
    }
    AX_ASSERT(pthread_cond_destroy(&pool->is_back) == 0);
    AX_ASSERT(pthread_mutex_destroy(&pool->mutex) == 0);
    OPENSSL_cleanse(pool->options.password, sizeof pool->options.password);
}

static void lock(struct ax_redis_pool *pool)
{
    AX_ASSERT(pthread_mutex_lock(&pool->mutex) == 0);
}

static void unlock(struct ax_redis_pool *pool)
{
    AX_ASSERT(pthread_mutex_unlock(&pool->mutex) == 0);
}

/* xorshift64: spreads the attempts of many processes, nothing more. */
static int jitter(struct ax_redis_pool *pool, int range)
{
    pool->random ^= pool->random << 13;
    pool->random ^= pool->random >> 7;
    pool->random ^= pool->random << 17;
    return (int)(pool->random % (uint64_t)(range + 1));
}

static void note_down(struct ax_redis_pool *pool, const struct ax_err *err)
{
    char text[512];
    lock(pool);
    bool is_first = !pool->is_down;
    pool->is_down = true;
    unlock(pool);
    if (is_first) {
        AX_NOTE(WARN, "store.unavailable", "backend=redis port=%d %s", pool->options.net.port,
                ax_note_err(err, text, sizeof text));
    }
}

static void note_up(struct ax_redis_pool *pool)
{
    lock(pool);
    bool was_down = pool->is_down;
    pool->is_down = false;
    pool->backoff_ms = 0;
    unlock(pool);
    if (was_down) {
        AX_NOTE(INFO, "store.back", "backend=redis port=%d", pool->options.net.port);
    }
}

static void back_off(struct ax_redis_pool *pool)
{
    lock(pool);
    int longer = pool->backoff_ms * 2;
    pool->backoff_ms = longer < AX_REDIS_BACKOFF_MIN_MS   ? AX_REDIS_BACKOFF_MIN_MS
                       : longer > AX_REDIS_BACKOFF_MAX_MS ? AX_REDIS_BACKOFF_MAX_MS
                                                          : longer;
    int delay_ms = pool->backoff_ms / 2 + jitter(pool, pool->backoff_ms / 2);
    pool->next_attempt_us = ax_mono_us() + (int64_t)delay_ms * 1000;
    unlock(pool);
}

/* Waits for a connection to be free; NULL where none became so in time. */
static struct ax_redis_conn *wait_for_one(struct ax_redis_pool *pool)
{
    struct timespec until;
    AX_ASSERT(clock_gettime(CLOCK_REALTIME, &until) == 0);
    until.tv_sec += pool->options.net.io_timeout_ms / 1000 + 1;
    lock(pool);
    int waited = 0;
    while (pool->lent >= AX_REDIS_CONNECTIONS_MAX && waited == 0) {
        waited = pthread_cond_timedwait(&pool->is_back, &pool->mutex, &until);
    }
    struct ax_redis_conn *conn = NULL;
    if (pool->lent < AX_REDIS_CONNECTIONS_MAX) {
        pool->lent++;
        conn = pool->idle;
        if (conn != NULL) {
            pool->idle = conn->next;
        } else {
            conn = ax_redis_conn_new(&pool->options);
        }
    }
    unlock(pool);
    return conn;
}

static void put_back(struct ax_redis_pool *pool, struct ax_redis_conn *conn)
{
    lock(pool);
    conn->next = pool->idle;
    pool->idle = conn;
    pool->lent--;
    AX_ASSERT(pthread_cond_signal(&pool->is_back) == 0);
    unlock(pool);
}

static ax_rc open_one(struct ax_redis_pool *pool, struct ax_redis_conn *conn, struct ax_err *err)
{
    if (conn->net != NULL) {
        return AX_RC(OK);
    }
    lock(pool);
    int64_t wait_us = pool->next_attempt_us - ax_mono_us();
    bool is_to_wait = pool->backoff_ms > 0 && wait_us > 0;
    unlock(pool);
    if (is_to_wait) {
        return ax_fail(err, AX_UNAVAILABLE, "Redis does not answer; the next attempt is in %lld ms",
                (long long)(wait_us / 1000 + 1));
    }
    struct ax_err why = {0};
    ax_rc rc = ax_redis_conn_open(conn, &why);
    if (ax_ok(rc)) {
        lock(pool);
        pool->backoff_ms = 0;
        unlock(pool);
        return rc;
    }
    back_off(pool);
    note_down(pool, &why);
    enum ax_code code = ax_code_retriable(rc.code) || rc.code == AX_NOT_FOUND ? AX_UNAVAILABLE : (enum ax_code)rc.code;
    return ax_fail(err, code, "%s", why.text);
}

ax_rc ax_redis_pool_borrow(struct ax_redis_pool *pool, struct ax_redis_conn **out, struct ax_err *err)
{
    struct ax_redis_conn *conn = wait_for_one(pool);
    if (conn == NULL) {
        return ax_fail(err, AX_UNAVAILABLE, "all %d connections to Redis are busy", AX_REDIS_CONNECTIONS_MAX);
    }
    ax_rc rc = open_one(pool, conn, err);
    if (!ax_ok(rc)) {
        put_back(pool, conn);
        return rc;
    }
    *out = conn;
    return AX_RC(OK);
}

void ax_redis_pool_give_back(struct ax_redis_pool *pool, struct ax_redis_conn *conn, ax_rc rc, const struct ax_err *err)
{
    put_back(pool, conn);
    if (ax_ok(rc)) {
        note_up(pool);
    } else if (ax_code_retriable(rc.code) && rc.code != AX_STALE) {
        struct ax_err unknown = {.code = rc.code};
        note_down(pool, err == NULL ? &unknown : err);
    }
}
