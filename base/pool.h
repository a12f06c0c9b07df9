/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A pool of worker threads over one bounded queue. The pool owns its threads; a job's state belongs to the job. Any
 * thread may submit; ax_pool_close runs what is queued, then joins.
 */
#include "base/rc.h"

struct ax_pool;

struct ax_pool_options {
    const char *name; /* of the threads */
    unsigned threads;
    size_t queue_max;
};

struct ax_pool *ax_pool_new(const struct ax_pool_options *options);
/* AX_LIMIT where the queue is full, AX_STATE after close began. */
ax_rc ax_pool_submit(struct ax_pool *pool, void (*run)(void *state), void *state) AX_MUST_CHECK;
void ax_pool_close(struct ax_pool *pool);
