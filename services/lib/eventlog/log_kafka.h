/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The log in Apache Kafka, by librdkafka. Private to this folder.
 *
 * One idempotent producer for all threads, acks=all. Each record goes to the partition that we computed; its delivery
 * report is its result. One thread serves the reports. A fatal error ends a producer: what it had in flight is reported as
 * not known to be durable, and a new one takes its place. Every consumer is a librdkafka handle of its own; offsets come
 * from the owner, never from the broker, and every record must be the next of its partition.
 *
 * Written for Debian's librdkafka 2.0.2, whose batch calls may hand out stale messages around a seek or a rebalance: the
 * check of contiguity drops them.
 */
#include "services/lib/eventlog/assignment.h"
#include "services/lib/eventlog/backend.h"

#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdatomic.h>

struct kafka_producer {
    rd_kafka_t *handle;
    rd_kafka_topic_t *topics[AX_TOPIC_COUNT];
    int users; /* appends inside, under kafka_log.mutex */
};

struct kafka_log {
    struct ax_log log;
    char *brokers;
    char *ca_file;
    char *cert_file;
    char *key_file;
    int replication;
    char *topic_names[AX_TOPIC_COUNT];
    pthread_t thread; /* serves delivery reports, replaces a producer that is done for */
    pthread_mutex_t mutex;
    struct kafka_producer *producer; /* under mutex */
    atomic_bool closing;
    atomic_bool producer_down; /* said so already */
};

/* Settings that producers and consumers share. NULL with err filled. */
rd_kafka_conf_t *ax_kafka_conf(struct kafka_log *k, struct ax_err *err);
ax_rc ax_kafka_set(rd_kafka_conf_t *conf, const char *name, const char *value, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_kafka_set_int(rd_kafka_conf_t *conf, const char *name, long long value, struct ax_err *err) AX_MUST_CHECK;
enum ax_code ax_kafka_code(rd_kafka_resp_err_t error);
ax_rc ax_kafka_fail(struct ax_err *err, rd_kafka_resp_err_t error, const char *doing);

/* Says once that no broker answers, and once that one does again. */
void ax_kafka_note_down(atomic_bool *down, const char *who, const char *why);
void ax_kafka_note_up(atomic_bool *down, const char *who);

struct kafka_producer *ax_kafka_producer_new(struct kafka_log *k, struct ax_err *err);
void ax_kafka_producer_free(struct kafka_producer *p);
/* A producer that stays until it is given back. */
struct kafka_producer *ax_kafka_producer_ref(struct kafka_log *k);
void ax_kafka_producer_unref(struct kafka_log *k, struct kafka_producer *p);
void *ax_kafka_producer_run(void *log);
void ax_kafka_append(struct ax_log *log, struct ax_log_record *records, size_t count, struct ax_err *err);
/* For tests: the producer meets a fatal error, as 2.0.2 does now and then after a time-out. */
void ax_log_kafka_break_producer(struct ax_log *log);

ax_rc ax_kafka_consumer_open(struct ax_log *log, const struct ax_log_consumer_options *options,
        struct ax_log_consumer **out, struct ax_err *err) AX_MUST_CHECK;
void ax_kafka_consumer_close(struct ax_log_consumer *consumer);
ax_rc ax_kafka_poll(struct ax_log_consumer *consumer, struct ax_log_record *records, size_t max, int timeout_ms,
        size_t *count, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_kafka_seek(
        struct ax_log_consumer *consumer, int32_t partition, int64_t next_offset, struct ax_err *err) AX_MUST_CHECK;
void ax_kafka_focus(struct ax_log_consumer *consumer, int32_t partition);
/* Reads one message at `offset` with a handle of its own: what the broker has there or next after it; -1 if it has nothing
 * (yet). The way to tell a hole in the log from a stale fetch. */
ax_rc ax_kafka_probe(struct kafka_log *k, enum ax_topic topic, int32_t partition, int64_t offset, int64_t *found,
        struct ax_err *err) AX_MUST_CHECK;
