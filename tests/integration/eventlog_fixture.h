/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What the tests of the log share: a log of a given back end in a place of its own, a reader that checks contiguity while
 * it reads, and a broker of the test's own. One thread, except where a test says so.
 */
#include "services/lib/eventlog/eventlog.h"

#include "tests/unit/t.h"

enum { FIXTURE_PARTITIONS = 4, FIXTURE_WAIT_MS = 30000 };

struct fixture {
    enum ax_log_backend backend;
    char dir[64];
    char path[96];
    char prefix[64]; /* kafka: another one for each test */
    struct ax_log_options options;
    struct ax_log *log;
};

/* AX_LOG_KAFKA needs AX_TEST_KAFKA or a broker started before. */
void fixture_open(struct fixture *f, enum ax_log_backend backend);
void fixture_reopen(struct fixture *f); /* sqlite and kafka */
void fixture_close(struct fixture *f);

/* Appends one record and wants it to be durable. Returns its offset. */
int64_t append_one(struct ax_log *log, enum ax_topic topic, int32_t partition, const char *key, const char *value);

struct reader {
    struct ax_log_consumer *consumer;
    int64_t start[FIXTURE_PARTITIONS]; /* what `assigned` says */
    int64_t next[FIXTURE_PARTITIONS];  /* what must come next */
    int64_t *store;                    /* instead of `start`: positions that the members of a group share */
    bool owned[FIXTURE_PARTITIONS];
    int refuse; /* so many calls of `assigned` say "not now" */
    int assigned;
    int revoked;
    size_t read;
    /* Called for every record after the checks; may be NULL. */
    void (*on_record)(void *state, const struct ax_log_record *record);
    void *state;
};

void reader_open(struct reader *r, struct ax_log *log, enum ax_topic topic, const char *group, const char *member);
void reader_close(struct reader *r);
/* One poll; every record must be the next of its partition. */
ax_rc reader_poll(struct reader *r, int timeout_ms, struct ax_err *err);
/* Polls until `total` records have been read since the reader was opened, or FIXTURE_WAIT_MS have passed. */
void reader_read(struct reader *r, size_t total);

/* The folder of deploy/kafka and a broker of the test's own. */
bool broker_start(const char *dir); /* prints why not */
void broker_kill(const char *dir);  /* kill -9 */
void broker_stop(const char *dir);
void broker_bootstrap(const char *dir, char *out, size_t size);
