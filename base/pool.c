/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>

struct job {
    void (*run)(void *state);
    void *state;
};

struct ax_pool {
    pthread_mutex_t lock;
    pthread_cond_t filled; /* a job came, or the end */
    bool closing;
    struct job *ring;
    size_t ring_size;
    size_t first;
    size_t count;
    unsigned thread_count;
    pthread_t threads[];
};

/* Waits for a job; false at the end, when the queue is empty. */
static bool next_job(struct ax_pool *pool, struct job *out)
{
    AX_ASSERT(pthread_mutex_lock(&pool->lock) == 0);
    while (pool->count == 0 && !pool->closing) {
        AX_ASSERT(pthread_cond_wait(&pool->filled, &pool->lock) == 0);
    }
    bool found = pool->count != 0;
    if (found) {
        *out = pool->ring[pool->first];
        pool->first = (pool->first + 1) % pool->ring_size;
        pool->count--;
    }
    AX_ASSERT(pthread_mutex_unlock(&pool->lock) == 0);
    return found;
}

static void *work(void *state)
{
    struct job job;
    while (next_job(state, &job)) {
        job.run(job.state);
    }
    return NULL;
}

/* Signals are for the main thread: workers are born with all of them blocked. */
static void start_threads(struct ax_pool *pool, const char *name)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    AX_ASSERT(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
    for (unsigned i = 0; i < pool->thread_count; i++) {
        AX_ASSERT(pthread_create(&pool->threads[i], NULL, work, pool) == 0);
        char label[16]; /* the kernel's limit */
        (void)snprintf(label, sizeof label, "%.11s-%u", name, i % 1000);
        (void)pthread_setname_np(pool->threads[i], label);
    }
    AX_ASSERT(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
}

struct ax_pool *ax_pool_new(const struct ax_pool_options *options)
{
    AX_ASSERT(options->threads > 0 && options->queue_max > 0);
    struct ax_pool *pool = ax_xcalloc(1, sizeof *pool + options->threads * sizeof pool->threads[0]);
    AX_ASSERT(pthread_mutex_init(&pool->lock, NULL) == 0);
    AX_ASSERT(pthread_cond_init(&pool->filled, NULL) == 0);
    pool->ring = ax_xcalloc(options->queue_max, sizeof *pool->ring);
    pool->ring_size = options->queue_max;
    pool->thread_count = options->threads;
    start_threads(pool, options->name);
    return pool;
}

ax_rc ax_pool_submit(struct ax_pool *pool, void (*run)(void *state), void *state)
{
    AX_ASSERT(pthread_mutex_lock(&pool->lock) == 0);
    ax_rc rc = pool->closing ? AX_RC(STATE) : pool->count == pool->ring_size ? AX_RC(LIMIT) : AX_RC(OK);
    if (ax_ok(rc)) {
        pool->ring[(pool->first + pool->count) % pool->ring_size] = (struct job){run, state};
        pool->count++;
        AX_ASSERT(pthread_cond_signal(&pool->filled) == 0);
    }
    AX_ASSERT(pthread_mutex_unlock(&pool->lock) == 0);
    return rc;
}

void ax_pool_close(struct ax_pool *pool)
{
    if (pool == NULL) {
        return;
    }
    AX_ASSERT(pthread_mutex_lock(&pool->lock) == 0);
    pool->closing = true;
    AX_ASSERT(pthread_cond_broadcast(&pool->filled) == 0);
    AX_ASSERT(pthread_mutex_unlock(&pool->lock) == 0);
    for (unsigned i = 0; i < pool->thread_count; i++) {
        AX_ASSERT(pthread_join(pool->threads[i], NULL) == 0);
    }
    (void)pthread_cond_destroy(&pool->filled);
    (void)pthread_mutex_destroy(&pool->lock);
    ax_xfree(pool->ring);
    ax_xfree(pool);
}
