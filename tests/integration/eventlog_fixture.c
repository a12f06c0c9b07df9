/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/integration/eventlog_fixture.h"

#include "base/clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void remove_dir(const struct fixture *f)
{
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", f->dir);
    assert_int_equal(system(command), 0);
}

void fixture_open(struct fixture *f, enum ax_log_backend backend)
{
    static atomic_int number;
    *f = (struct fixture){.backend = backend};
    (void)snprintf(f->dir, sizeof f->dir, "/tmp/ax-eventlog-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    (void)snprintf(f->path, sizeof f->path, "%s/log.db", f->dir);
    (void)snprintf(f->prefix, sizeof f->prefix, "t%ld-%d-%lld-", (long)getpid(), atomic_fetch_add(&number, 1),
            (long long)(ax_mono_us() % 1000000));
    f->options = (struct ax_log_options){
            .backend = backend,
            .partitions = FIXTURE_PARTITIONS,
            .path = f->path,
            .brokers = getenv("AX_TEST_KAFKA"),
            .topic_prefix = f->prefix,
            .replication = 1,
            .ca_file = getenv("AX_TEST_KAFKA_CA"), /* with …_CERT and …_KEY: mutual TLS */
            .cert_file = getenv("AX_TEST_KAFKA_CERT"),
            .key_file = getenv("AX_TEST_KAFKA_KEY"),
            .append_timeout_ms = 20000,
            .sim_seed = 1,
    };
    struct ax_err err = {0};
    ax_rc rc = ax_log_open(&f->options, &f->log, &err);
    if (!ax_ok(rc)) {
        remove_dir(f);
        fail_msg("open: %s", err.text);
    }
    rc = ax_log_create_topics(f->log, &err);
    if (!ax_ok(rc)) {
        remove_dir(f);
        fail_msg("create topics: %s", err.text);
    }
}

void fixture_reopen(struct fixture *f)
{
    ax_log_close(f->log);
    f->log = NULL;
    assert_true(ax_ok(ax_log_open(&f->options, &f->log, NULL)));
}

void fixture_close(struct fixture *f)
{
    ax_log_close(f->log);
    remove_dir(f);
}

int64_t append_one(struct ax_log *log, enum ax_topic topic, int32_t partition, const char *key, const char *value)
{
    struct ax_log_record record = {
            .topic = topic, .partition = partition, .key = ax_str_c(key), .value = ax_str_c(value)};
    struct ax_err err = {0};
    ax_rc rc = ax_log_append(log, &record, 1, &err);
    if (!ax_ok(rc)) {
        fail_msg("append: %s %s", ax_code_name(rc.code), err.text);
    }
    return record.offset;
}

static ax_rc on_assigned(void *state, int32_t partition, int64_t *next_offset)
{
    struct reader *r = state;
    if (r->refuse > 0) {
        r->refuse--;
        return AX_RC(UNAVAILABLE);
    }
    assert_false(r->owned[partition]);
    r->owned[partition] = true;
    r->assigned++;
    r->next[partition] = r->store == NULL ? r->start[partition] : r->store[partition];
    *next_offset = r->next[partition];
    return AX_RC(OK);
}

static void on_revoked(void *state, int32_t partition, bool lost)
{
    struct reader *r = state;
    assert_true(r->owned[partition]);
    r->owned[partition] = false;
    r->start[partition] = r->next[partition];
    if (r->store != NULL && !lost) {
        r->store[partition] = r->next[partition];
    }
    r->revoked++;
}

void reader_open(struct reader *r, struct ax_log *log, enum ax_topic topic, const char *group, const char *member)
{
    struct ax_log_consumer_options options = {
            .topic = topic,
            .group = group,
            .member = member,
            .callbacks = {on_assigned, on_revoked, r},
            .prefetch_bytes = 8 << 20,
    };
    struct ax_err err = {0};
    if (!ax_ok(ax_log_consumer_open(log, &options, &r->consumer, &err))) {
        fail_msg("consumer: %s", err.text);
    }
}

void reader_close(struct reader *r)
{
    ax_log_consumer_close(r->consumer);
    r->consumer = NULL;
    for (int p = 0; p < FIXTURE_PARTITIONS; p++) {
        assert_false(r->owned[p]);
    }
}

ax_rc reader_poll(struct reader *r, int timeout_ms, struct ax_err *err)
{
    static _Thread_local struct ax_log_record records[1000];
    size_t count = 0;
    ax_rc rc = ax_log_poll(r->consumer, records, 1000, timeout_ms, &count, err);
    assert_true(ax_ok(rc) || count == 0);
    for (size_t i = 0; i < count; i++) {
        int32_t p = records[i].partition;
        assert_true(p >= 0 && p < FIXTURE_PARTITIONS);
        assert_true(r->owned[p]);
        assert_int_equal(records[i].offset, r->next[p]);
        r->next[p]++;
        if (r->on_record != NULL) {
            r->on_record(r->state, &records[i]);
        }
    }
    r->read += count;
    return rc;
}

void reader_read(struct reader *r, size_t total)
{
    int64_t deadline_us = ax_mono_us() + FIXTURE_WAIT_MS * 1000LL;
    while (r->read < total && ax_mono_us() < deadline_us) {
        struct ax_err err = {0};
        ax_rc rc = reader_poll(r, 100, &err);
        if (!ax_ok(rc)) {
            fail_msg("poll: %s %s %s", ax_code_name(rc.code), err.value, err.text);
        }
    }
    assert_int_equal(r->read, total);
}

static int broker(const char *verb, const char *dir)
{
    char command[256];
    (void)snprintf(command, sizeof command, "deploy/kafka/broker %s --dir '%s' >&2", verb, dir);
    return system(command);
}

bool broker_start(const char *dir)
{
    return broker("start", dir) == 0;
}

void broker_kill(const char *dir)
{
    assert_int_equal(broker("kill", dir), 0);
}

void broker_stop(const char *dir)
{
    assert_int_equal(broker("stop", dir), 0);
}

void broker_bootstrap(const char *dir, char *out, size_t size)
{
    char path[160];
    (void)snprintf(path, sizeof path, "%s/bootstrap", dir);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(out, (int)size, file));
    out[strcspn(out, "\n")] = '\0';
    assert_int_equal(fclose(file), 0);
}
