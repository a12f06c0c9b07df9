/* SPDX-License-Identifier: Apache-2.0 */
/* The log in Kafka when things go wrong, on a real broker of its own that is killed with SIGKILL in between. */
#include "tests/integration/eventlog_fixture.h"

#include "base/clock.h"
#include "services/lib/eventlog/log_kafka.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char broker_dir[64];

static int setup(void **state)
{
    struct fixture *f = ax_xcalloc(1, sizeof *f);
    fixture_open(f, AX_LOG_KAFKA);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture_close(*state);
    ax_xfree(*state);
    return 0;
}

static int owned_by(const struct reader *r)
{
    int owned = 0;
    for (int p = 0; p < FIXTURE_PARTITIONS; p++) {
        owned += r->owned[p];
    }
    return owned;
}

/* Polls both (the second may be NULL) until they have so many partitions and have read so many records. */
static void poll_group(struct reader *a, struct reader *b, int a_owns, int b_owns, size_t read)
{
    int64_t deadline_us = ax_mono_us() + FIXTURE_WAIT_MS * 1000LL;
    size_t got = 0;
    do {
        assert_true(ax_ok(reader_poll(a, 50, NULL)));
        assert_true(b == NULL || ax_ok(reader_poll(b, 50, NULL)));
        got = a->read + (b == NULL ? 0 : b->read);
    } while ((owned_by(a) != a_owns || (b != NULL && owned_by(b) != b_owns) || got < read) &&
             ax_mono_us() < deadline_us);
    assert_int_equal(owned_by(a), a_owns);
    assert_true(b == NULL || owned_by(b) == b_owns);
    assert_int_equal(got, read);
}

static void append_round(struct fixture *f)
{
    for (int32_t p = 0; p < FIXTURE_PARTITIONS; p++) {
        (void)append_one(f->log, AX_TOPIC_FACTS, p, "k", "v");
    }
}

static void a_group_shares_the_partitions(void **state)
{
    struct fixture *f = *state;
    int64_t store[FIXTURE_PARTITIONS] = {0};
    struct reader a = {.store = store, .refuse = 2}; /* one that is not ready at first, too */
    struct reader b = {.store = store};
    append_round(f);
    reader_open(&a, f->log, AX_TOPIC_FACTS, f->prefix, "a");
    poll_group(&a, NULL, 4, 0, 4);
    reader_open(&b, f->log, AX_TOPIC_FACTS, f->prefix, "b");
    poll_group(&a, &b, 2, 2, 4);
    append_round(f);
    poll_group(&a, &b, 2, 2, 8);

    int rebalances = a.assigned;
    reader_close(&b); /* a static member that comes back soon finds its partitions, and nobody else notices */
    append_round(f);
    reader_open(&b, f->log, AX_TOPIC_FACTS, f->prefix, "b");
    poll_group(&a, &b, 2, 2, 12);
    assert_int_equal(a.assigned, rebalances);

    size_t read_by_b = b.read;
    reader_close(&b); /* and one that does not is done for after its session */
    append_round(f);
    poll_group(&a, NULL, 4, 0, 16 - read_by_b);
    reader_close(&a);
    for (int p = 0; p < FIXTURE_PARTITIONS; p++) {
        assert_int_equal(store[p], 4);
    }
}

enum { WRITERS = 4, BATCH = 50, ACKED_MAX = 400000 };

struct ack {
    int32_t partition;
    int64_t offset;
    uint32_t number;
};

struct writer {
    pthread_t thread;
    struct ax_log *log;
    uint32_t first; /* numbers count up from here */
    atomic_bool *stop;
    struct ack *acks;
    size_t ack_count;
    size_t failed;
    int64_t last_ok_us;
};

static void *write_until_stopped(void *arg)
{
    struct writer *w = arg;
    for (uint32_t number = w->first; !atomic_load(w->stop) && w->ack_count + BATCH <= ACKED_MAX; number += BATCH) {
        struct ax_log_record records[BATCH];
        uint32_t numbers[BATCH];
        for (uint32_t i = 0; i < BATCH; i++) {
            numbers[i] = number + i;
            records[i] = (struct ax_log_record){.topic = AX_TOPIC_FACTS,
                    .partition = (int32_t)(i % FIXTURE_PARTITIONS),
                    .key = AX_STR("k"),
                    .value = ax_str_of(&numbers[i], sizeof numbers[i])};
        }
        (void)!ax_ok(ax_log_append(w->log, records, BATCH, NULL));
        for (uint32_t i = 0; i < BATCH; i++) {
            if (ax_ok(records[i].rc)) {
                w->acks[w->ack_count++] = (struct ack){records[i].partition, records[i].offset, numbers[i]};
                w->last_ok_us = ax_mono_us();
            } else {
                w->failed++;
            }
        }
    }
    return NULL;
}

struct load {
    struct writer writers[WRITERS];
    atomic_bool stop;
};

static void load_start(struct load *load, struct ax_log *log)
{
    atomic_init(&load->stop, false);
    for (uint32_t i = 0; i < WRITERS; i++) {
        load->writers[i] = (struct writer){
                .log = log, .first = i << 28, .stop = &load->stop, .acks = ax_xcalloc(ACKED_MAX, sizeof(struct ack))};
        assert_int_equal(pthread_create(&load->writers[i].thread, NULL, write_until_stopped, &load->writers[i]), 0);
    }
}

static void load_stop(struct load *load)
{
    atomic_store(&load->stop, true);
    for (int i = 0; i < WRITERS; i++) {
        (void)pthread_join(load->writers[i].thread, NULL);
    }
}

struct found {
    uint32_t *numbers[FIXTURE_PARTITIONS]; /* by offset */
};

static void keep_number(void *state, const struct ax_log_record *record)
{
    struct found *found = state;
    assert_true(record->offset < WRITERS * ACKED_MAX);
    assert_int_equal(record->value.len, sizeof(uint32_t));
    memcpy(&found->numbers[record->partition][record->offset], record->value.ptr, sizeof(uint32_t));
}

static size_t log_size(struct ax_log *log)
{
    size_t size = 0;
    for (int32_t p = 0; p < FIXTURE_PARTITIONS; p++) {
        int64_t begin = 0;
        int64_t end = 0;
        assert_true(ax_ok(ax_log_range(log, AX_TOPIC_FACTS, p, &begin, &end, NULL)));
        assert_int_equal(begin, 0);
        size += (size_t)end;
    }
    return size;
}

/* What was acknowledged stands where it was said to stand. */
static void check_acks(struct load *load, const struct found *found)
{
    for (int i = 0; i < WRITERS; i++) {
        struct writer *w = &load->writers[i];
        for (size_t j = 0; j < w->ack_count; j++) {
            assert_int_equal(found->numbers[w->acks[j].partition][w->acks[j].offset], w->acks[j].number);
        }
        ax_xfree(w->acks);
    }
}

static void found_init(struct found *found)
{
    for (int p = 0; p < FIXTURE_PARTITIONS; p++) {
        found->numbers[p] = ax_xcalloc(WRITERS * ACKED_MAX, sizeof(uint32_t));
    }
}

static void found_deinit(struct found *found)
{
    for (int p = 0; p < FIXTURE_PARTITIONS; p++) {
        ax_xfree(found->numbers[p]);
    }
}

static void a_killed_broker_loses_nothing(void **state)
{
    struct fixture *f = *state;
    struct load load;
    struct found found;
    found_init(&found);
    struct reader r = {.on_record = keep_number, .state = &found};
    reader_open(&r, f->log, AX_TOPIC_FACTS, NULL, NULL); /* open over the whole of it */
    load_start(&load, f->log);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 10; i++) {
            assert_true(ax_ok(reader_poll(&r, 100, NULL)));
        }
        broker_kill(broker_dir);
        assert_true(ax_ok(reader_poll(&r, 500, NULL)));
        assert_true(broker_start(broker_dir));
    }
    int64_t back_us = ax_mono_us();
    for (int i = 0; i < 30; i++) {
        assert_true(ax_ok(reader_poll(&r, 100, NULL)));
    }
    load_stop(&load);
    for (int i = 0; i < WRITERS; i++) {
        assert_true(load.writers[i].last_ok_us > back_us); /* each recovered by itself */
    }
    reader_read(&r, log_size(f->log));
    reader_close(&r);
    check_acks(&load, &found);
    found_deinit(&found);
}

static void a_fatal_producer_is_replaced(void **state)
{
    struct fixture *f = *state;
    struct load load;
    struct found found;
    found_init(&found);
    load_start(&load, f->log);
    int64_t broken_us = 0;
    for (int i = 0; i < 5; i++) {
        ax_sleep_ms(200);
        ax_log_kafka_break_producer(f->log);
        broken_us = ax_mono_us();
    }
    ax_sleep_ms(1500);
    load_stop(&load);
    size_t failed = 0;
    for (int i = 0; i < WRITERS; i++) {
        assert_true(load.writers[i].last_ok_us > broken_us);
        failed += load.writers[i].failed;
    }
    assert_true(failed > 0);
    struct reader r = {.on_record = keep_number, .state = &found};
    reader_open(&r, f->log, AX_TOPIC_FACTS, NULL, NULL);
    reader_read(&r, log_size(f->log));
    reader_close(&r);
    check_acks(&load, &found);
    found_deinit(&found);
}

static void a_broker_that_is_down_is_said_in_time(void **state)
{
    struct fixture *f = *state;
    ax_log_close(f->log);
    f->options.append_timeout_ms = 2000;
    assert_true(ax_ok(ax_log_open(&f->options, &f->log, NULL)));
    struct reader r = {0};
    reader_open(&r, f->log, AX_TOPIC_FACTS, NULL, NULL);
    (void)append_one(f->log, AX_TOPIC_FACTS, 0, "k", "v");
    reader_read(&r, 1);
    broker_kill(broker_dir);
    struct ax_log_record records[2] = {{.value = AX_STR("lost")}, {.value = AX_STR("lost")}};
    struct ax_err err = {0};
    int64_t began_us = ax_mono_us();
    ax_rc rc = ax_log_append(f->log, records, 2, &err);
    assert_true(rc.code == AX_TIMEOUT || rc.code == AX_UNAVAILABLE);
    assert_true(!ax_ok(records[0].rc) && !ax_ok(records[1].rc));
    assert_true(err.text[0] != '\0');
    assert_true(ax_mono_us() - began_us < 10 * 1000 * 1000);
    assert_true(ax_ok(reader_poll(&r, 300, NULL))); /* waiting is no error */
    struct ax_log *log = NULL;
    assert_int_equal(ax_log_open(&f->options, &log, &err).code, AX_UNAVAILABLE);
    assert_true(broker_start(broker_dir));
    (void)append_one(f->log, AX_TOPIC_FACTS, 0, "k", "v");
    reader_read(&r, log_size(f->log));
    reader_close(&r);
}

static rd_kafka_t *transactional(const char *brokers)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char why[200];
    assert_int_equal(rd_kafka_conf_set(conf, "bootstrap.servers", brokers, why, sizeof why), RD_KAFKA_CONF_OK);
    assert_int_equal(rd_kafka_conf_set(conf, "transactional.id", "hole", why, sizeof why), RD_KAFKA_CONF_OK);
    rd_kafka_t *handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    assert_non_null(handle);
    return handle;
}

/* The end of a transaction takes an offset that no reader gets: a hole, made by somebody who may not write here. */
static void a_hole_is_corrupt(void **state)
{
    struct fixture *f = *state;
    (void)append_one(f->log, AX_TOPIC_FACTS, 1, "k", "v");
    rd_kafka_t *handle = transactional(f->options.brokers);
    char topic[128];
    (void)snprintf(topic, sizeof topic, "%s%s", f->prefix, ax_topic_name(AX_TOPIC_FACTS));
    assert_null(rd_kafka_init_transactions(handle, 20000));
    assert_null(rd_kafka_begin_transaction(handle));
    rd_kafka_topic_t *writing = rd_kafka_topic_new(handle, topic, NULL);
    assert_int_equal(rd_kafka_produce(writing, 1, RD_KAFKA_MSG_F_COPY, (void *)(uintptr_t) "x", 1, NULL, 0, NULL), 0);
    assert_null(rd_kafka_commit_transaction(handle, 20000));
    rd_kafka_topic_destroy(writing);
    rd_kafka_destroy(handle);
    for (int i = 0; i < 100 && log_size(f->log) < 3; i++) { /* the mark of the end comes after the answer */
        ax_sleep_ms(50);
    }
    int64_t after = append_one(f->log, AX_TOPIC_FACTS, 1, "k", "v");
    assert_int_equal(after, 3);

    struct reader r = {0};
    reader_open(&r, f->log, AX_TOPIC_FACTS, NULL, NULL);
    struct ax_err err = {0};
    ax_rc rc = AX_RC(OK);
    for (int64_t until = ax_mono_us() + FIXTURE_WAIT_MS * 1000LL; ax_ok(rc) && ax_mono_us() < until;) {
        (void)append_one(f->log, AX_TOPIC_FACTS, 1, "k", "v"); /* something must come for a hole to be seen again */
        rc = reader_poll(&r, 100, &err);
    }
    assert_int_equal(rc.code, AX_CORRUPT);
    assert_string_equal(err.value, "1");
    assert_int_equal(r.read, 2);
    (void)append_one(f->log, AX_TOPIC_FACTS, 0, "k", "v"); /* the others go on */
    reader_read(&r, 3);
    r.next[1] = after; /* an operator's decision */
    assert_true(ax_ok(ax_log_seek(r.consumer, 1, after, NULL)));
    reader_read(&r, log_size(f->log) - 1);
    reader_close(&r);
}

static void what_was_cut_off_is_range(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 5; i++) {
        (void)append_one(f->log, AX_TOPIC_RATINGS, 3, "k", "v");
    }
    struct kafka_log *k = (struct kafka_log *)f->log;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, k->topic_names[AX_TOPIC_RATINGS], 3)->offset = 2;
    rd_kafka_DeleteRecords_t *cut = rd_kafka_DeleteRecords_new(list);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(k->producer->handle);
    rd_kafka_DeleteRecords(k->producer->handle, &cut, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, FIXTURE_WAIT_MS);
    assert_non_null(event);
    assert_int_equal(rd_kafka_event_error(event), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_DeleteRecords_destroy(cut);
    rd_kafka_topic_partition_list_destroy(list);

    struct reader r = {0};
    reader_open(&r, f->log, AX_TOPIC_RATINGS, NULL, NULL);
    struct ax_err err = {0};
    ax_rc rc = AX_RC(OK);
    for (int64_t until = ax_mono_us() + FIXTURE_WAIT_MS * 1000LL; ax_ok(rc) && ax_mono_us() < until;) {
        rc = reader_poll(&r, 100, &err);
    }
    assert_int_equal(rc.code, AX_RANGE);
    assert_string_equal(err.value, "3");
    r.next[3] = 2;
    assert_true(ax_ok(ax_log_seek(r.consumer, 3, 2, NULL)));
    reader_read(&r, 3);
    reader_close(&r);
}

static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_group_shares_the_partitions, setup, teardown),
        cmocka_unit_test_setup_teardown(a_hole_is_corrupt, setup, teardown),
        cmocka_unit_test_setup_teardown(what_was_cut_off_is_range, setup, teardown),
        cmocka_unit_test_setup_teardown(a_fatal_producer_is_replaced, setup, teardown),
        cmocka_unit_test_setup_teardown(a_killed_broker_loses_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_broker_that_is_down_is_said_in_time, setup, teardown),
};

int main(void)
{
    if (system("command -v java >/dev/null && command -v kcat >/dev/null && deploy/kafka/fetch $AX_KAFKA_LIBS "
               ">/dev/null") != 0) {
        (void)fprintf(stderr, "skipped: no java or kcat, or the jars of Kafka could not be had\n");
        return 77;
    }
    (void)snprintf(broker_dir, sizeof broker_dir, "/tmp/ax-kafka-XXXXXX");
    if (mkdtemp(broker_dir) == NULL || !broker_start(broker_dir)) {
        return 1;
    }
    char bootstrap[64];
    broker_bootstrap(broker_dir, bootstrap, sizeof bootstrap);
    (void)setenv("AX_TEST_KAFKA", bootstrap, 1);
    if (getenv("AX_TEST_FILTER") != NULL) {
        cmocka_set_test_filter(getenv("AX_TEST_FILTER"));
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    broker_stop(broker_dir);
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", broker_dir);
    return system(command) == 0 && failed == 0 ? 0 : 1;
}
