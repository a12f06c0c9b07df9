/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pool.h"

#include "tests/unit/t.h"

#include <pthread.h>
#include <stdatomic.h>

static _Atomic int done;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void count_one(void *state)
{
    (void)state;
    done++;
}

static void wait_at_gate(void *state)
{
    (void)pthread_mutex_lock(&gate);
    (void)pthread_mutex_unlock(&gate);
    count_one(state);
}

static void close_runs_what_is_queued(void **state)
{
    (void)state;
    done = 0;
    struct ax_pool *pool = ax_pool_new(&(struct ax_pool_options){.name = "test", .threads = 3, .queue_max = 1000});
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(ax_pool_submit(pool, count_one, NULL).code, AX_OK);
    }
    ax_pool_close(pool);
    assert_int_equal(done, 1000);
    ax_pool_close(NULL);
}

static void a_full_queue_refuses(void **state)
{
    (void)state;
    done = 0;
    assert_int_equal(pthread_mutex_lock(&gate), 0);
    struct ax_pool *pool = ax_pool_new(&(struct ax_pool_options){.name = "test", .threads = 1, .queue_max = 2});
    int accepted = 0;
    ax_rc rc = AX_RC(OK);
    while (ax_ok(rc) && accepted < 10) {
        rc = ax_pool_submit(pool, wait_at_gate, NULL);
        accepted += ax_ok(rc) ? 1 : 0;
    }
    assert_int_equal(rc.code, AX_LIMIT);
    assert_in_range(accepted, 2, 3); /* the worker may have taken one already */
    assert_int_equal(pthread_mutex_unlock(&gate), 0);
    ax_pool_close(pool);
    assert_int_equal(done, accepted);
}

struct late {
    struct ax_pool *pool;
    _Atomic int code;
};

/* Tries until close has begun, which waits for this job. */
static void submit_late(void *state)
{
    struct late *late = state;
    for (;;) {
        ax_rc rc = ax_pool_submit(late->pool, count_one, NULL);
        if (rc.code != AX_OK && rc.code != AX_LIMIT) {
            late->code = rc.code;
            return;
        }
    }
}

static void nothing_is_taken_after_close_began(void **state)
{
    (void)state;
    struct late late = {.pool = ax_pool_new(&(struct ax_pool_options){.name = "test", .threads = 2, .queue_max = 4})};
    assert_int_equal(ax_pool_submit(late.pool, submit_late, &late).code, AX_OK);
    ax_pool_close(late.pool);
    assert_int_equal(late.code, AX_STATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(close_runs_what_is_queued),
            cmocka_unit_test(a_full_queue_refuses),
            cmocka_unit_test(nothing_is_taken_after_close_began),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
