/* SPDX-License-Identifier: Apache-2.0 */
/* What every back end of the log must do. Usage: eventlog_conformance BACKEND…, each sim, sqlite or kafka. */
#include "tests/integration/eventlog_fixture.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static enum ax_log_backend backend;

static int setup(void **state)
{
    struct fixture *f = ax_xcalloc(1, sizeof *f);
    fixture_open(f, backend);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture_close(*state);
    ax_xfree(*state);
    return 0;
}

enum { MANY = 4000, TEXT_BYTES = 32 };

/* Values are "a/b": who wrote it and the how-manieth it is. */
static void make_records(struct ax_log_record *records, char (*texts)[TEXT_BYTES], size_t count, int writer)
{
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(texts[i], TEXT_BYTES, "%d/%zu", writer, i);
        records[i] = (struct ax_log_record){
                .topic = AX_TOPIC_FACTS,
                .partition = (int32_t)(i % FIXTURE_PARTITIONS),
                .key = AX_STR("key"),
                .value = ax_str_c(texts[i]),
        };
    }
}

struct order {
    size_t next_value[FIXTURE_PARTITIONS];
};

static void check_order(void *state, const struct ax_log_record *record)
{
    struct order *order = state;
    char want[TEXT_BYTES];
    (void)snprintf(want, sizeof want, "0/%zu", order->next_value[record->partition]);
    assert_true(ax_str_eq(record->value, ax_str_c(want)));
    assert_true(ax_str_eq(record->key, AX_STR("key")));
    order->next_value[record->partition] += FIXTURE_PARTITIONS;
}

static void keeps_order_per_partition(void **state)
{
    struct fixture *f = *state;
    static struct ax_log_record records[MANY];
    static char texts[MANY][TEXT_BYTES];
    make_records(records, texts, MANY, 0);
    for (size_t at = 0; at < MANY; at += MANY / 8) {
        assert_true(ax_ok(ax_log_append(f->log, records + at, MANY / 8, NULL)));
    }
    for (size_t i = 0; i < MANY; i++) {
        assert_true(ax_ok(records[i].rc));
        assert_int_equal(records[i].offset, i / FIXTURE_PARTITIONS);
    }
    struct order order = {{0, 1, 2, 3}};
    struct reader r = {.on_record = check_order, .state = &order};
    reader_open(&r, f->log, AX_TOPIC_FACTS, NULL, NULL);
    reader_read(&r, MANY);
    assert_int_equal(r.assigned, FIXTURE_PARTITIONS);
    reader_close(&r);
    assert_int_equal(r.revoked, FIXTURE_PARTITIONS);
}

static void range_says_what_is_there(void **state)
{
    struct fixture *f = *state;
    int64_t begin = -1;
    int64_t end = -1;
    struct ax_err err = {0};
    if (!ax_ok(ax_log_range(f->log, AX_TOPIC_AUDIT, 1, &begin, &end, &err))) {
        fail_msg("range: %s", err.text);
    }
    assert_int_equal(begin, 0);
    assert_int_equal(end, 0);
    assert_int_equal(append_one(f->log, AX_TOPIC_AUDIT, 1, "k", "a"), 0);
    assert_int_equal(append_one(f->log, AX_TOPIC_AUDIT, 1, "k", "b"), 1);
    assert_true(ax_ok(ax_log_range(f->log, AX_TOPIC_AUDIT, 1, &begin, &end, NULL)));
    assert_int_equal(begin, 0);
    assert_int_equal(end, 2);
    assert_int_equal(ax_log_range(f->log, AX_TOPIC_AUDIT, FIXTURE_PARTITIONS, &begin, &end, NULL).code, AX_INVALID);
}

static void topics_are_apart(void **state)
{
    struct fixture *f = *state;
    for (int topic = 0; topic < AX_TOPIC_COUNT; topic++) {
        assert_int_equal(append_one(f->log, (enum ax_topic)topic, 2, "k", "v"), 0);
    }
    struct reader r = {0};
    reader_open(&r, f->log, AX_TOPIC_REJECTS, NULL, NULL);
    reader_read(&r, 1);
    reader_close(&r);
}

static void survives_reopen(void **state)
{
    struct fixture *f = *state;
    if (backend == AX_LOG_SIM) {
        skip();
    }
    assert_int_equal(append_one(f->log, AX_TOPIC_FACTS, 0, "k", "first"), 0);
    fixture_reopen(f);
    assert_true(ax_ok(ax_log_create_topics(f->log, NULL)));
    assert_int_equal(append_one(f->log, AX_TOPIC_FACTS, 0, "k", "second"), 1);
    struct reader r = {0};
    reader_open(&r, f->log, AX_TOPIC_FACTS, NULL, NULL);
    reader_read(&r, 2);
    reader_close(&r);
}

static void partitions_cannot_change(void **state)
{
    struct fixture *f = *state;
    if (backend == AX_LOG_SIM) {
        skip();
    }
    struct ax_log_options other = f->options;
    other.partitions = FIXTURE_PARTITIONS + 1;
    struct ax_log *log = NULL;
    struct ax_err err = {0};
    assert_int_equal(ax_log_open(&other, &log, &err).code, AX_STATE);
    other.partitions = 0;
    assert_int_equal(ax_log_open(&other, &log, &err).code, AX_INVALID);
}

enum { WRITERS = 8, ROUNDS = 10, BATCH = 100 };

struct writer {
    pthread_t thread;
    struct ax_log *log;
    int number;
    bool ok;
};

static void *write_rounds(void *arg)
{
    struct writer *w = arg;
    struct ax_log_record records[BATCH];
    char texts[BATCH][TEXT_BYTES];
    w->ok = true;
    for (int round = 0; round < ROUNDS; round++) {
        make_records(records, texts, BATCH, w->number * 1000 + round);
        w->ok = w->ok && ax_ok(ax_log_append(w->log, records, BATCH, NULL));
    }
    return NULL;
}

/* Every (writer, round, value) exactly once, and those of one append in order. */
struct tally {
    unsigned char seen[WRITERS][ROUNDS][BATCH];
    int last[WRITERS][ROUNDS][FIXTURE_PARTITIONS];
};

static void count_value(void *state, const struct ax_log_record *record)
{
    struct tally *tally = state;
    char text[TEXT_BYTES];
    assert_true(ax_str_to_c(record->value, text, sizeof text));
    int writer;
    int i;
    assert_int_equal(sscanf(text, "%d/%d", &writer, &i), 2);
    assert_int_equal(tally->seen[writer / 1000][writer % 1000][i]++, 0);
    int *last = &tally->last[writer / 1000][writer % 1000][record->partition];
    assert_true(i > *last || *last == 0);
    *last = i;
}

static void appends_of_many_threads(void **state)
{
    struct fixture *f = *state;
    struct writer writers[WRITERS] = {0};
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){.log = f->log, .number = i};
        assert_int_equal(pthread_create(&writers[i].thread, NULL, write_rounds, &writers[i]), 0);
    }
    static struct tally tally;
    tally = (struct tally){0};
    struct reader r = {.on_record = count_value, .state = &tally};
    reader_open(&r, f->log, AX_TOPIC_FACTS, NULL, NULL); /* reads while they write */
    reader_read(&r, WRITERS * ROUNDS * BATCH);
    for (int i = 0; i < WRITERS; i++) {
        (void)pthread_join(writers[i].thread, NULL);
        assert_true(writers[i].ok);
    }
    reader_close(&r);
}

static void a_duplicate_is_a_record(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(append_one(f->log, AX_TOPIC_FACTS, 3, "same", "same"), 0);
    assert_int_equal(append_one(f->log, AX_TOPIC_FACTS, 3, "same", "same"), 1);
}

static void start_past_the_end_is_range(void **state)
{
    struct fixture *f = *state;
    (void)append_one(f->log, AX_TOPIC_FACTS, 1, "k", "v");
    (void)append_one(f->log, AX_TOPIC_FACTS, 2, "k", "v");
    struct reader r = {.start = {0, 7, 1, 0}}; /* 7 is past the end, 1 is the end */
    reader_open(&r, f->log, AX_TOPIC_FACTS, NULL, NULL);
    struct ax_err err = {0};
    ax_rc rc = AX_RC(OK);
    for (int64_t until = ax_mono_us() + FIXTURE_WAIT_MS * 1000LL; ax_ok(rc) && ax_mono_us() < until;) {
        rc = reader_poll(&r, 100, &err);
    }
    assert_int_equal(rc.code, AX_RANGE);
    assert_string_equal(err.value, "1");
    (void)append_one(f->log, AX_TOPIC_FACTS, 2, "k", "v"); /* the others go on */
    reader_read(&r, 1);
    r.next[1] = 0;
    assert_true(ax_ok(ax_log_seek(r.consumer, 1, 0, NULL))); /* and a seek mends it */
    reader_read(&r, 2);
    reader_close(&r);
}

static void seek_goes_back(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 10; i++) {
        (void)append_one(f->log, AX_TOPIC_FACTS, 0, "k", "v");
    }
    struct reader r = {0};
    reader_open(&r, f->log, AX_TOPIC_FACTS, NULL, NULL);
    reader_read(&r, 10);
    r.next[0] = 4;
    assert_true(ax_ok(ax_log_seek(r.consumer, 0, 4, NULL)));
    reader_read(&r, 16);
    assert_int_equal(r.next[0], 10);
    reader_close(&r);
}

static void focus_reads_one_partition_alone(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 10; i++) {
        (void)append_one(f->log, AX_TOPIC_FACTS, i % 2, "k", "v");
    }
    struct reader r = {0};
    reader_open(&r, f->log, AX_TOPIC_FACTS, NULL, NULL);
    reader_read(&r, 10);
    ax_log_focus(r.consumer, 1);
    for (int i = 0; i < 10; i++) {
        (void)append_one(f->log, AX_TOPIC_FACTS, i % 2, "k", "v");
    }
    reader_read(&r, 15);
    assert_true(ax_ok(reader_poll(&r, 300, NULL)));
    assert_int_equal(r.next[0], 5);
    assert_int_equal(r.next[1], 10);
    ax_log_focus(r.consumer, 0);
    reader_read(&r, 20);
    ax_log_focus(r.consumer, AX_LOG_ALL_PARTITIONS);
    (void)append_one(f->log, AX_TOPIC_FACTS, 0, "k", "v");
    (void)append_one(f->log, AX_TOPIC_FACTS, 1, "k", "v");
    reader_read(&r, 22);
    reader_close(&r);
}

static void oversize_is_refused_alone(void **state)
{
    struct fixture *f = *state;
    char *big = ax_xcalloc(1, AX_LOG_RECORD_MAX_BYTES + 1);
    struct ax_log_record records[3] = {
            {.topic = AX_TOPIC_FACTS, .key = AX_STR("k"), .value = AX_STR("before")},
            {.topic = AX_TOPIC_FACTS, .key = AX_STR("k"), .value = ax_str_of(big, AX_LOG_RECORD_MAX_BYTES)},
            {.topic = AX_TOPIC_FACTS, .key = AX_STR(""), .value = ax_str_of(big, AX_LOG_RECORD_MAX_BYTES)},
    };
    struct ax_err err = {0};
    assert_int_equal(ax_log_append(f->log, records, 3, &err).code, AX_LIMIT);
    assert_int_equal(records[0].rc.code, AX_OK);
    assert_int_equal(records[0].offset, 0);
    assert_int_equal(records[1].rc.code, AX_LIMIT);
    assert_int_equal(records[1].offset, -1);
    assert_int_equal(records[2].rc.code, AX_OK); /* just fits */
    struct reader r = {0};
    reader_open(&r, f->log, AX_TOPIC_FACTS, NULL, NULL);
    reader_read(&r, 2);
    reader_close(&r);
    ax_xfree(big);
}

static void check_bytes(void *state, const struct ax_log_record *record)
{
    const struct ax_log_record *want = (const struct ax_log_record *)state + record->offset;
    assert_true(ax_str_eq(record->key, want->key));
    assert_true(ax_str_eq(record->value, want->value));
}

static void any_bytes_go_through(void **state)
{
    struct fixture *f = *state;
    struct ax_log_record records[4] = {
            {.topic = AX_TOPIC_FACTS, .key = ax_str_of("\0\xff\x00\n", 4), .value = ax_str_of("\0\0\xfe", 3)},
            {.topic = AX_TOPIC_FACTS, .key = AX_STR("k"), .value = AX_STR("")},
            {.topic = AX_TOPIC_FACTS, .key = AX_STR(""), .value = AX_STR("企业")},
            {.topic = AX_TOPIC_FACTS, .key = {0}, .value = {0}},
    };
    assert_true(ax_ok(ax_log_append(f->log, records, 4, NULL)));
    struct reader r = {.on_record = check_bytes, .state = records};
    reader_open(&r, f->log, AX_TOPIC_FACTS, NULL, NULL);
    reader_read(&r, 4);
    reader_close(&r);
}

static void too_many_records_are_refused(void **state)
{
    struct fixture *f = *state;
    struct ax_log_record *records = ax_xcalloc(AX_LOG_APPEND_MAX + 1, sizeof *records);
    assert_int_equal(ax_log_append(f->log, records, AX_LOG_APPEND_MAX + 1, NULL).code, AX_LIMIT);
    assert_int_equal(records[AX_LOG_APPEND_MAX].rc.code, AX_LIMIT);
    assert_true(ax_ok(ax_log_append(f->log, records, 0, NULL)));
    records[0].partition = FIXTURE_PARTITIONS;
    assert_int_equal(ax_log_append(f->log, records, 2, NULL).code, AX_INVALID);
    assert_int_equal(records[0].rc.code, AX_INVALID);
    assert_int_equal(records[1].rc.code, AX_OK);
    ax_xfree(records);
}

static void owner_not_ready_is_asked_again(void **state)
{
    struct fixture *f = *state;
    (void)append_one(f->log, AX_TOPIC_FACTS, 0, "k", "v");
    (void)append_one(f->log, AX_TOPIC_FACTS, 1, "k", "v");
    struct reader r = {.refuse = 5}; /* all four once, one of them twice */
    reader_open(&r, f->log, AX_TOPIC_FACTS, NULL, NULL);
    reader_read(&r, 2);
    assert_int_equal(r.refuse, 0);
    reader_close(&r);
}

static void *append_later(void *arg)
{
    struct fixture *f = arg;
    ax_sleep_ms(300);
    (void)append_one(f->log, AX_TOPIC_FACTS, 0, "k", "v");
    return NULL;
}

static void poll_waits_and_wakes(void **state)
{
    struct fixture *f = *state;
    struct reader r = {0};
    reader_open(&r, f->log, AX_TOPIC_FACTS, NULL, NULL);
    int64_t began_us = ax_mono_us();
    assert_true(ax_ok(reader_poll(&r, 200, NULL)));
    assert_int_equal(r.read, 0);
    assert_true(ax_mono_us() - began_us >= 150 * 1000);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, append_later, f), 0);
    began_us = ax_mono_us();
    assert_true(ax_ok(reader_poll(&r, FIXTURE_WAIT_MS, NULL)));
    assert_int_equal(r.read, 1);
    assert_true(ax_mono_us() - began_us < 5 * 1000 * 1000);
    (void)pthread_join(thread, NULL);
    reader_close(&r);
}

static void readers_without_group_read_all(void **state)
{
    struct fixture *f = *state;
    struct reader one = {0};
    struct reader two = {0};
    reader_open(&one, f->log, AX_TOPIC_RATINGS, NULL, NULL);
    reader_open(&two, f->log, AX_TOPIC_RATINGS, NULL, NULL);
    for (int32_t p = 0; p < FIXTURE_PARTITIONS; p++) {
        (void)append_one(f->log, AX_TOPIC_RATINGS, p, "k", "v");
    }
    reader_read(&one, FIXTURE_PARTITIONS);
    reader_read(&two, FIXTURE_PARTITIONS);
    reader_close(&one);
    reader_close(&two);
}

static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keeps_order_per_partition, setup, teardown),
        cmocka_unit_test_setup_teardown(range_says_what_is_there, setup, teardown),
        cmocka_unit_test_setup_teardown(topics_are_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(survives_reopen, setup, teardown),
        cmocka_unit_test_setup_teardown(partitions_cannot_change, setup, teardown),
        cmocka_unit_test_setup_teardown(appends_of_many_threads, setup, teardown),
        cmocka_unit_test_setup_teardown(a_duplicate_is_a_record, setup, teardown),
        cmocka_unit_test_setup_teardown(start_past_the_end_is_range, setup, teardown),
        cmocka_unit_test_setup_teardown(seek_goes_back, setup, teardown),
        cmocka_unit_test_setup_teardown(focus_reads_one_partition_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(oversize_is_refused_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(any_bytes_go_through, setup, teardown),
        cmocka_unit_test_setup_teardown(too_many_records_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(owner_not_ready_is_asked_again, setup, teardown),
        cmocka_unit_test_setup_teardown(poll_waits_and_wakes, setup, teardown),
        cmocka_unit_test_setup_teardown(readers_without_group_read_all, setup, teardown),
};

static int run(const char *name)
{
    if (strcmp(name, "sim") == 0) {
        backend = AX_LOG_SIM;
    } else if (strcmp(name, "sqlite") == 0) {
        backend = AX_LOG_SQLITE;
    } else if (strcmp(name, "kafka") == 0 && getenv("AX_TEST_KAFKA") != NULL) {
        backend = AX_LOG_KAFKA;
    } else {
        (void)fprintf(stderr,
                "no back end %s here (kafka wants AX_TEST_KAFKA, which tests/integration/with_kafka sets)\n", name);
        return 2;
    }
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(int argc, char **argv)
{
    int failed = argc < 2 ? 2 : 0;
    if (getenv("AX_TEST_FILTER") != NULL) {
        cmocka_set_test_filter(getenv("AX_TEST_FILTER"));
    }
    for (int i = 1; i < argc; i++) {
        failed += run(argv[i]);
    }
    return failed == 0 ? 0 : 1;
}
