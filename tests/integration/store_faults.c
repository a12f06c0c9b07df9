/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a store does when its surroundings fail: lost answers, a server that is killed or away, a disk that is full, a
 * simulation that fails in between. In all of them position and effects must agree, and it goes on by itself.
 */
#include "base/clock.h"
#include "tests/integration/store_fixture.h"
#include "tests/integration/store_proxy.h"
#include "tests/unit/t.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { ARENA_CAP = 64 << 20, KILLS = 4, COMMITS_A_KILL = 400, SIM_COMMITS = 2000, SIM_SEEDS = 20, RETRIES_MAX = 400 };

static struct ax_err err;

static void check_ok(ax_rc rc, const char *what)
{
    if (!ax_ok(rc)) {
        fail_msg("%s: %s %s", what, ax_code_name(rc.code), err.text);
    }
}

/* One writer that never gives up, as the scorer would: repeats what may or may not have been done, takes again when stale. */
struct writer {
    struct ax_store *store;
    struct ax_store_part *part;
    struct ax_store_position at;
    int64_t taken;
    int pause_ms; /* before it tries again */
};

static void writer_take(struct writer *w)
{
    ax_store_part_free(w->part);
    w->part = NULL;
    for (int i = 0; i < RETRIES_MAX; i++) {
        ax_rc rc = ax_store_take(w->store, 0, &w->part, &w->at, &err);
        if (ax_ok(rc)) {
            w->taken++;
            return;
        }
        assert_true(ax_code_retriable(rc.code));
        ax_sleep_ms(w->pause_ms);
    }
    fail_msg("the store did not come back: %s", err.text);
}

/* Offset o belongs to enterprise o % 7; its chunk and the rating say o. */
static void writer_commit(struct writer *w)
{
    for (int i = 0; i < RETRIES_MAX; i++) {
        struct test_code code = test_code((unsigned)(w->at.next_offset % 7));
        char text[32];
        (void)snprintf(text, sizeof text, "%" PRId64, w->at.next_offset);
        struct ax_store_write write = {.enterprise = ax_str_c(code.text),
                .rating = ax_str_c(text),
                .chunk_offset = w->at.next_offset,
                .chunk = ax_str_c(text)};
        struct ax_store_position next = {w->at.next_offset + 1, 1};
        ax_rc rc = ax_store_commit(w->part, w->at, next, &write, 1, &err);
        if (ax_ok(rc)) {
            w->at = next;
            return;
        }
        if (rc.code == AX_STALE) {
            writer_take(w);
            continue;
        }
        if (!ax_code_retriable(rc.code)) {
            fail_msg("commit: %s %s", ax_code_name(rc.code), err.text);
        }
        ax_sleep_ms(w->pause_ms);
    }
    fail_msg("the store did not come back: %s", err.text);
}

/* Everything below the position is there once, nothing above it. */
static void check_agreement(struct ax_store *store)
{
    struct ax_arena arena;
    struct test_code codes[7];
    struct ax_store_read reads[7] = {0};
    ax_arena_init(&arena, 1 << 16, ARENA_CAP);
    for (unsigned i = 0; i < 7; i++) {
        codes[i] = test_code(i);
        reads[i].enterprise = ax_str_c(codes[i].text);
    }
    ax_rc rc = AX_RC(UNAVAILABLE);
    for (int i = 0; i < RETRIES_MAX && !ax_ok(rc) && ax_code_retriable(rc.code); i++) {
        rc = ax_store_read_many(store, reads, 7, true, &arena, &err);
        ax_sleep_ms(ax_ok(rc) ? 0 : 10);
    }
    check_ok(rc, "read");
    int64_t offset = reads[0].position.next_offset;
    for (int64_t i = 0; i < 7; i++) {
        int64_t want = (offset - i + 6) / 7;
        assert_int_equal(reads[i].chunk_count, want);
        for (int64_t c = 0; c < want; c++) {
            int64_t said = -1;
            assert_true(ax_ok(ax_str_to_i64(reads[i].chunks[c], &said)));
            assert_int_equal(said, c * 7 + i);
        }
        if (want > 0) {
            assert_true(ax_str_eq(reads[i].rating, reads[i].chunks[want - 1]));
        }
    }
    ax_arena_deinit(&arena);
}

static void test_sim_faults(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SIM_SEEDS; seed++) {
        struct ax_store_options options = {
                .backend = AX_STORE_SIM, .partitions = 1, .sim_seed = seed, .sim_fault_ppm = 200000};
        struct writer w = {0};
        check_ok(ax_store_open(&options, &w.store, &err), "open");
        writer_take(&w);
        for (int i = 0; i < SIM_COMMITS; i++) {
            writer_commit(&w);
        }
        assert_int_equal(w.at.next_offset, SIM_COMMITS);
        assert_int_equal(w.taken, 1); /* a lost answer is found out, not fought over */
        check_agreement(w.store);
        ax_store_part_free(w.part);
        ax_store_close(w.store);
    }
}

static void test_lost_answers(void **state)
{
    (void)state;
    struct store_fixture f;
    struct store_proxy proxy;
    store_fixture_init(&f, "redis");
    store_proxy_start(&proxy, f.options.port);
    f.options.port = proxy.port;
    struct writer w = {.store = store_fixture_open(&f), .pause_ms = 10};
    writer_take(&w);
    for (int i = 0; i < 200; i++) {
        if (i % 10 == 5) {
            store_proxy_drop_next_answer(&proxy);
        }
        writer_commit(&w);
    }
    assert_int_equal(w.at.next_offset, 200);
    assert_int_equal(w.taken, 1);
    assert_true(store_proxy_dropped(&proxy) >= 20);
    check_agreement(w.store);
    ax_store_part_free(w.part);
    ax_store_close(w.store);
    store_proxy_stop(&proxy);
    store_fixture_deinit(&f);
}

struct killer {
    struct store_fixture *fixture;
    atomic_bool is_done;
};

static void *kill_and_restart(void *argument)
{
    struct killer *k = argument;
    for (int i = 0; i < KILLS; i++) {
        ax_sleep_ms(40);
        store_fixture_server_kill(k->fixture);
        store_fixture_server_start(k->fixture);
    }
    atomic_store(&k->is_done, true);
    return NULL;
}

static void test_killed_server(void **state)
{
    (void)state;
    struct store_fixture f;
    pthread_t thread;
    store_fixture_init(&f, "redis");
    struct killer killer = {.fixture = &f};
    struct writer w = {.store = store_fixture_open(&f), .pause_ms = 10};
    writer_take(&w);
    assert_int_equal(pthread_create(&thread, NULL, kill_and_restart, &killer), 0);
    while (!atomic_load(&killer.is_done)) {
        writer_commit(&w);
    }
    assert_int_equal(pthread_join(thread, NULL), 0);
    for (int i = 0; i < COMMITS_A_KILL; i++) {
        writer_commit(&w);
    }
    check_agreement(w.store);
    ax_store_part_free(w.part);
    ax_store_close(w.store);
    store_fixture_deinit(&f);
}

static void test_redis_away(void **state)
{
    (void)state;
    struct store_fixture f;
    store_fixture_init(&f, "redis");
    store_fixture_server_stop(&f);
    struct ax_store *store = store_fixture_open(&f); /* it need not be there yet */
    struct ax_store_position position;
    struct ax_store_part *part = NULL;
    int64_t count = 0;
    assert_int_equal(ax_store_take(store, 0, &part, &position, &err).code, AX_UNAVAILABLE);
    assert_int_equal(ax_store_position(store, 0, &position, &count, &err).code, AX_UNAVAILABLE);
    store_fixture_server_start(&f);
    struct writer w = {.store = store, .pause_ms = 10};
    writer_take(&w);
    writer_commit(&w);
    check_agreement(store);
    ax_store_part_free(w.part);
    ax_store_close(store);
    store_fixture_deinit(&f);
}

/* An emptied server is a fresh one: no position is guessed, and handles of the life before are stale. */
static void test_emptied_server(void **state)
{
    (void)state;
    struct store_fixture f;
    char command[1024];
    store_fixture_init(&f, "redis");
    struct writer w = {.store = store_fixture_open(&f), .pause_ms = 10};
    writer_take(&w);
    for (int i = 0; i < 20; i++) {
        writer_commit(&w);
    }
    (void)snprintf(command, sizeof command, "redis-cli -p %d del '{s0}:m' >%s/del.txt", f.options.port, f.dir);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
    assert_int_equal(ax_store_commit(w.part, w.at, (struct ax_store_position){99, 1}, NULL, 0, &err).code, AX_STALE);
    writer_take(&w);
    assert_int_equal(w.at.next_offset, 0);
    check_agreement(w.store); /* what was left of the first life is not seen */
    for (int i = 0; i < 30; i++) {
        writer_commit(&w);
    }
    check_agreement(w.store);
    (void)snprintf(command, sizeof command,
            "redis-cli -p %d flushall >%s/del.txt && redis-cli -p %d function flush >%s/del.txt", f.options.port, f.dir,
            f.options.port, f.dir);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
    writer_commit(&w);
    assert_int_equal(w.at.next_offset, 1);
    check_agreement(w.store);
    ax_store_part_free(w.part);
    ax_store_close(w.store);
    store_fixture_deinit(&f);
}

static void test_redis_out_of_memory(void **state)
{
    (void)state;
    struct store_fixture f;
    char command[1024];
    store_fixture_init(&f, "redis");
    struct writer w = {.store = store_fixture_open(&f), .pause_ms = 10};
    writer_take(&w);
    writer_commit(&w);
    (void)snprintf(
            command, sizeof command, "redis-cli -p %d config set maxmemory 100kb >%s/out.txt", f.options.port, f.dir);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
    struct ax_store_position next = {w.at.next_offset + 1, 1};
    assert_int_equal(ax_store_commit(w.part, w.at, next, NULL, 0, &err).code, AX_UNAVAILABLE);
    check_agreement(w.store);
    (void)snprintf(
            command, sizeof command, "redis-cli -p %d config set maxmemory 0 >%s/out.txt", f.options.port, f.dir);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
    writer_commit(&w);
    assert_int_equal(w.at.next_offset, 2);
    check_agreement(w.store);
    ax_store_part_free(w.part);
    ax_store_close(w.store);
    store_fixture_deinit(&f);
}

/* A file that may not grow: what a full disk looks like from here. */
static void test_sqlite_full_disk(void **state)
{
    (void)state;
    struct store_fixture f;
    struct rlimit before;
    static char big[1 << 20];
    store_fixture_init(&f, "sqlite");
    struct writer w = {.store = store_fixture_open(&f), .pause_ms = 10};
    writer_take(&w);
    for (int i = 0; i < 100; i++) {
        writer_commit(&w);
    }
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit small = {.rlim_cur = 1 << 20, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    struct test_code code = test_code(9);
    struct ax_store_write write = {
            .enterprise = ax_str_c(code.text), .chunk_offset = w.at.next_offset, .chunk = ax_str_of(big, sizeof big)};
    struct ax_store_position next = {w.at.next_offset + 1, 1};
    ax_rc rc = ax_store_commit(w.part, w.at, next, &write, 1, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(rc.code, AX_UNAVAILABLE);
    check_agreement(w.store);
    for (int i = 0; i < 100; i++) {
        writer_commit(&w);
    }
    assert_int_equal(w.at.next_offset, 200);
    check_agreement(w.store);
    ax_store_part_free(w.part);
    ax_store_close(w.store);
    store_fixture_deinit(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_sim_faults),
            cmocka_unit_test(test_sqlite_full_disk),
            cmocka_unit_test(test_lost_answers),
            cmocka_unit_test(test_killed_server),
            cmocka_unit_test(test_redis_away),
            cmocka_unit_test(test_emptied_server),
            cmocka_unit_test(test_redis_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
