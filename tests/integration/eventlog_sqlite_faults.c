/* SPDX-License-Identifier: Apache-2.0 */
/* The log in SQLite when things go wrong: a full disk, a killed process, a hole, a file that is none. */
#include "tests/integration/eventlog_fixture.h"

#include "base/clock.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int setup(void **state)
{
    struct fixture *f = ax_xcalloc(1, sizeof *f);
    fixture_open(f, AX_LOG_SQLITE);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture_close(*state);
    ax_xfree(*state);
    return 0;
}

static void run_sql(const struct fixture *f, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_busy_timeout(db, 5000), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void a_hole_is_corrupt(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 5; i++) {
        (void)append_one(f->log, AX_TOPIC_FACTS, 2, "k", "v");
    }
    run_sql(f, "DELETE FROM log_facts_2 WHERE offset=3");
    struct reader r = {0};
    reader_open(&r, f->log, AX_TOPIC_FACTS, NULL, NULL);
    struct ax_err err = {0};
    ax_rc rc = AX_RC(OK);
    for (int i = 0; i < 10 && ax_ok(rc); i++) {
        rc = reader_poll(&r, 10, &err);
    }
    assert_int_equal(rc.code, AX_CORRUPT);
    assert_string_equal(err.value, "2");
    assert_int_equal(r.read, 3); /* what stood before the hole was read */
    (void)append_one(f->log, AX_TOPIC_FACTS, 1, "k", "v");
    reader_read(&r, 4); /* the others go on */
    reader_close(&r);
}

/* A limit on the size of files is a full disk for SQLite. */
static void limit_file_size(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_refuses_and_recovers(void **state)
{
    struct fixture *f = *state;
    static char big[64 * 1024];
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    (void)append_one(f->log, AX_TOPIC_FACTS, 0, "k", "before");
    limit_file_size(1 << 20);
    struct ax_log_record records[40];
    for (size_t i = 0; i < 40; i++) {
        records[i] = (struct ax_log_record){.topic = AX_TOPIC_FACTS, .value = ax_str_of(big, sizeof big)};
    }
    struct ax_err err = {0};
    ax_rc rc = ax_log_append(f->log, records, 40, &err);
    limit_file_size(RLIM_INFINITY);
    assert_int_equal(rc.code, AX_IO);
    assert_true(err.text[0] != '\0');
    for (size_t i = 0; i < 40; i++) {
        assert_int_equal(records[i].rc.code, AX_IO);
    }
    assert_int_equal(append_one(f->log, AX_TOPIC_FACTS, 0, "k", "after"), 1); /* nothing was half written */
    assert_true(ax_ok(ax_log_append(f->log, records, 40, NULL)));
    struct reader r = {0};
    reader_open(&r, f->log, AX_TOPIC_FACTS, NULL, NULL);
    reader_read(&r, 42);
    reader_close(&r);
}

/* Appends until it is killed and tells each acknowledged offset. */
_Noreturn static void append_for_ever(const struct ax_log_options *options, int out)
{
    struct ax_log *log = NULL;
    if (!ax_ok(ax_log_open(options, &log, NULL))) {
        _exit(1);
    }
    for (;;) {
        struct ax_log_record record = {.topic = AX_TOPIC_FACTS, .value = AX_STR("v")};
        if (ax_ok(ax_log_append(log, &record, 1, NULL)) && write(out, &record.offset, sizeof record.offset) < 0) {
            _exit(1);
        }
    }
}

static void a_killed_writer_loses_nothing(void **state)
{
    struct fixture *f = *state;
    ax_log_close(f->log); /* a fork must not share SQLite's connections */
    int64_t last = -1;
    for (int round = 0; round < 5; round++) {
        int pipes[2];
        assert_int_equal(pipe(pipes), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            append_for_ever(&f->options, pipes[1]);
        }
        (void)close(pipes[1]);
        ax_sleep_ms(100 + 37 * round);
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, NULL, 0), child);
        int64_t offset;
        while (read(pipes[0], &offset, sizeof offset) == (ssize_t)sizeof offset) {
            assert_true(offset > last);
            last = offset;
        }
        (void)close(pipes[0]);
    }
    assert_true(ax_ok(ax_log_open(&f->options, &f->log, NULL)));
    int64_t begin = 0;
    int64_t end = 0;
    assert_true(ax_ok(ax_log_range(f->log, AX_TOPIC_FACTS, 0, &begin, &end, NULL)));
    assert_true(last > 0 && end > last);
    struct reader r = {0};
    reader_open(&r, f->log, AX_TOPIC_FACTS, NULL, NULL);
    reader_read(&r, (size_t)end);
    reader_close(&r);
}

static void other_processes_are_seen(void **state)
{
    struct fixture *f = *state;
    struct ax_log *other = NULL; /* a second handle has connections of its own, as another process would */
    assert_true(ax_ok(ax_log_open(&f->options, &other, NULL)));
    struct reader r = {0};
    reader_open(&r, f->log, AX_TOPIC_FACTS, NULL, NULL);
    assert_int_equal(append_one(other, AX_TOPIC_FACTS, 0, "k", "v"), 0);
    reader_read(&r, 1);
    assert_int_equal(append_one(f->log, AX_TOPIC_FACTS, 0, "k", "v"), 1);
    assert_int_equal(append_one(other, AX_TOPIC_FACTS, 0, "k", "v"), 2);
    reader_read(&r, 3);
    reader_close(&r);
    ax_log_close(other);
}

static void topics_must_be_there(void **state)
{
    struct fixture *f = *state;
    run_sql(f, "DROP TABLE log_audit_1");
    struct ax_log_record records[2] = {
            {.topic = AX_TOPIC_AUDIT, .partition = 1, .value = AX_STR("v")},
            {.topic = AX_TOPIC_AUDIT, .partition = 2, .value = AX_STR("v")},
    };
    struct ax_err err = {0};
    assert_int_equal(ax_log_append(f->log, records, 2, &err).code, AX_NOT_FOUND);
    assert_int_equal(records[0].rc.code, AX_NOT_FOUND);
    assert_int_equal(records[1].rc.code, AX_OK);
}

static void a_file_that_is_none_is_refused(void **state)
{
    struct fixture *f = *state;
    char path[128];
    (void)snprintf(path, sizeof path, "%s/other", f->dir);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 200; i++) {
        assert_true(fputs("this is no database, whatever its name\n", file) >= 0);
    }
    assert_int_equal(fclose(file), 0);
    struct ax_log_options options = f->options;
    struct ax_log *log = NULL;
    struct ax_err err = {0};
    options.path = path;
    assert_int_equal(ax_log_open(&options, &log, &err).code, AX_CORRUPT);
    options.path = f->dir;
    assert_int_equal(ax_log_open(&options, &log, &err).code, AX_IO);
    options.path = "";
    assert_int_equal(ax_log_open(&options, &log, &err).code, AX_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(a_hole_is_corrupt, setup, teardown),
            cmocka_unit_test_setup_teardown(a_full_disk_refuses_and_recovers, setup, teardown),
            cmocka_unit_test_setup_teardown(a_killed_writer_loses_nothing, setup, teardown),
            cmocka_unit_test_setup_teardown(other_processes_are_seen, setup, teardown),
            cmocka_unit_test_setup_teardown(topics_must_be_there, setup, teardown),
            cmocka_unit_test_setup_teardown(a_file_that_is_none_is_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
