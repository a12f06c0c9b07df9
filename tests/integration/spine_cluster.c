/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two scorers of one group as processes of their own over real Kafka and real Redis, ended with kill -9 again and again
 * while facts come in, and Redis, too. In the end the store is byte for byte what one clean run over the same log gives.
 *
 *     with_kafka spine_cluster          (needs AX_TEST_KAFKA)
 */
#include "tests/unit/t.h"

#include "services/scorer/audit.h"
#include "services/scorer/scorer.h"
#include "tests/integration/store_fixture.h"
#include "tests/sim/world.h"

#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    SCORERS = 2,
    ROUNDS = 30,
    FACTS_A_ROUND = 12,
    KILL_REDIS_ROUND = 13,
    ROUND_MS_MAX = 800,
    SETTLE_MS = 120000,
    DUMP_MAX_BYTES = 64 << 20,
    SKIPPED = 77,
    NAME_SIZE = 64,
};

extern char **environ;

static struct ax_log *open_log(const char *brokers, const char *prefix)
{
    struct ax_log_options options = {
            .backend = AX_LOG_KAFKA,
            .partitions = FIXTURE_PARTITIONS,
            .brokers = brokers,
            .topic_prefix = prefix,
            .replication = 1,
            .append_timeout_ms = 60000,
    };
    struct ax_log *log = NULL;
    struct ax_err err = {0};
    if (!ax_ok(ax_log_open(&options, &log, &err)) || !ax_ok(ax_log_create_topics(log, &err))) {
        (void)fprintf(stderr, "log: %s\n", err.text);
        exit(1);
    }
    return log;
}

/* The other half of this program: one scorer until somebody ends it. */
static int be_a_scorer(char **argv)
{
    struct ax_store_options store_options = {.backend = AX_STORE_REDIS,
            .partitions = FIXTURE_PARTITIONS,
            .host = "127.0.0.1",
            .port = atoi(argv[4]),
            .timeout_ms = 5000};
    struct ax_scorer_options options = {
            .log = open_log(argv[2], argv[3]),
            .group = "spine",
            .member = argv[5],
            .batch_max_records = 16,
            .poison_attempts_max = 1000, /* kills are what this test is about */
    };
    struct ax_bundle *bundle = NULL;
    struct ax_scorer *scorer = NULL;
    struct ax_clock_fake clock;
    struct ax_err err = {0};
    ax_clock_fake_init(&clock, (int64_t)atoll(argv[6]));
    options.clock = &clock.clock;
    if (!ax_ok(ax_store_open(&store_options, &options.store, &err)) ||
            !ax_ok(ax_bundle_load("scoring/packs", &bundle, &err))) {
        (void)fprintf(stderr, "scorer: %s\n", err.text);
        return 1;
    }
    options.bundle = bundle;
    if (!ax_ok(ax_scorer_start(&options, &scorer, &err))) {
        (void)fprintf(stderr, "scorer: %s\n", err.text);
        return 1;
    }
    for (;;) {
        (void)pause();
    }
}

struct cluster {
    struct world w;
    struct store_fixture redis;
    const char *brokers;
    char prefix[NAME_SIZE];
    pid_t pids[SCORERS];
};

static void spawn(struct cluster *c, int i)
{
    char port[16];
    char member[16];
    char now[32];
    (void)snprintf(port, sizeof port, "%d", c->redis.options.port);
    (void)snprintf(member, sizeof member, "scorer-%d", i);
    (void)snprintf(now, sizeof now, "%lld", (long long)c->w.clock.now);
    char brokers[256];
    (void)snprintf(brokers, sizeof brokers, "%s", c->brokers);
    char self[] = "/proc/self/exe";
    char mode[] = "scorer";
    char *argv[] = {self, mode, brokers, c->prefix, port, member, now, NULL};
    assert_int_equal(posix_spawn(&c->pids[i], self, NULL, NULL, argv, environ), 0);
}

static void end(struct cluster *c, int i)
{
    (void)kill(c->pids[i], SIGKILL);
    (void)waitpid(c->pids[i], NULL, 0);
}

static void open_cluster(struct cluster *c)
{
    *c = (struct cluster){.brokers = getenv("AX_TEST_KAFKA")};
    (void)snprintf(c->prefix, sizeof c->prefix, "spine-%d-%lld.", (int)getpid(), (long long)ax_mono_us());
    world_init(&c->w, 4711, 0);
    world_deinit(&c->w);
    store_fixture_init(&c->redis, "redis");
    c->w.partitions = FIXTURE_PARTITIONS;
    c->w.enterprises = WORLD_ENTERPRISES_MAX / 2;
    c->w.log = open_log(c->brokers, c->prefix);
    c->w.store = store_fixture_open(&c->redis);
}

static void settle(struct cluster *c)
{
    int64_t until_us = ax_mono_us() + (int64_t)SETTLE_MS * 1000;
    while (!world_settled(&c->w, c->w.store)) {
        assert_true(ax_mono_us() < until_us);
        ax_sleep_ms(100);
    }
}

static struct ax_store *replay(struct cluster *c)
{
    struct ax_store *store = world_clean_store(&c->w);
    struct ax_scorer_options options = {
            .log = c->w.log, .store = store, .bundle = c->w.bundle, .clock = &c->w.clock.clock};
    struct ax_scorer *scorer = NULL;
    struct ax_err err = {0};
    assert_true(ax_ok(ax_scorer_start(&options, &scorer, &err)));
    int64_t until_us = ax_mono_us() + (int64_t)SETTLE_MS * 1000;
    while (!world_settled(&c->w, store)) {
        assert_true(ax_mono_us() < until_us);
        ax_sleep_ms(20);
    }
    ax_scorer_stop(scorer);
    return store;
}

static void audit(struct cluster *c, struct ax_store *store, struct ax_audit_result *out)
{
    struct ax_audit_options options = {.log = c->w.log,
            .store = store,
            .bundle = c->w.bundle,
            .clock = &c->w.clock.clock,
            .as_of = WORLD_FIRST_DAY};
    struct ax_err err = {0};
    if (!ax_ok(ax_scorer_audit(&options, out, &err))) {
        fail_msg("audit: %s", err.text);
    }
    assert_int_equal(out->differences, 0);
    assert_true(out->enterprises > 0);
}

static void compare(struct cluster *c, struct ax_store *clean)
{
    struct ax_buf a;
    struct ax_buf b;
    struct ax_audit_result mine;
    struct ax_audit_result theirs;
    ax_buf_init(&a, DUMP_MAX_BYTES);
    ax_buf_init(&b, DUMP_MAX_BYTES);
    world_dump(&c->w, c->w.store, &a);
    world_dump(&c->w, clean, &b);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.ptr, b.ptr, a.len);
    ax_buf_deinit(&a);
    ax_buf_deinit(&b);
    audit(c, c->w.store, &mine);
    audit(c, clean, &theirs);
    assert_memory_equal(mine.digest, theirs.digest, AX_DIGEST_SIZE);
}

static void test_kills_change_nothing(void **state)
{
    (void)state;
    struct cluster c;
    open_cluster(&c);
    for (int i = 0; i < SCORERS; i++) {
        spawn(&c, i);
    }
    for (int round = 0; round < ROUNDS; round++) {
        world_append(&c.w, FACTS_A_ROUND);
        ax_sleep_ms((int)world_random(&c.w, ROUND_MS_MAX)); /* so that they are at work when they are killed */
        if (round == KILL_REDIS_ROUND) {
            store_fixture_server_kill(&c.redis);
            world_append(&c.w, FACTS_A_ROUND);
            store_fixture_server_start(&c.redis);
        }
        if (world_random(&c.w, 2) == 0) {
            int i = (int)world_random(&c.w, SCORERS);
            end(&c, i);
            spawn(&c, i);
        }
    }
    settle(&c);
    for (int i = 0; i < SCORERS; i++) {
        end(&c, i);
    }
    struct ax_store *clean = replay(&c);
    compare(&c, clean);
    ax_store_close(clean);
    ax_store_close(c.w.store);
    ax_log_close(c.w.log);
    store_fixture_deinit(&c.redis);
}

int main(int argc, char **argv)
{
    if (argc == 7 && strcmp(argv[1], "scorer") == 0) {
        return be_a_scorer(argv);
    }
    if (getenv("AX_TEST_KAFKA") == NULL) {
        (void)fprintf(stderr, "skipped: AX_TEST_KAFKA names no broker\n");
        return SKIPPED;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_kills_change_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
