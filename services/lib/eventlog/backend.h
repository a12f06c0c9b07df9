/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What a back end of the log must bring, and what all of them share. Private to this folder.
 *
 * eventlog.c checks arguments and limits before it calls a back end: records that it has refused already carry an rc that
 * is not OK, and the back end leaves those alone. `append` sets rc and offset of every other record.
 */
#include "services/lib/eventlog/eventlog.h"

enum { AX_LOG_POLL_MAX = 65536 }; /* records handed out by one poll */

struct ax_log_ops {
    void (*close)(struct ax_log *log);
    ax_rc (*create_topics)(struct ax_log *log, struct ax_err *err);
    void (*append)(struct ax_log *log, struct ax_log_record *records, size_t count, struct ax_err *err);
    ax_rc (*range)(struct ax_log *log, enum ax_topic topic, int32_t partition, int64_t *begin, int64_t *end,
            struct ax_err *err);
    ax_rc (*consumer_open)(struct ax_log *log, const struct ax_log_consumer_options *options,
            struct ax_log_consumer **out, struct ax_err *err);
    void (*consumer_close)(struct ax_log_consumer *consumer);
    ax_rc (*poll)(struct ax_log_consumer *consumer, struct ax_log_record *records, size_t max, int timeout_ms,
            size_t *count, struct ax_err *err);
    ax_rc (*seek)(struct ax_log_consumer *consumer, int32_t partition, int64_t next_offset, struct ax_err *err);
    void (*focus)(struct ax_log_consumer *consumer, int32_t partition);
};

/* First member of each back end's own struct. */
struct ax_log {
    const struct ax_log_ops *ops;
    int32_t partitions;
    int append_timeout_ms;
};

struct ax_log_consumer {
    const struct ax_log_ops *ops;
    struct ax_log *log;
};

ax_rc ax_log_sim_open(const struct ax_log_options *options, struct ax_log **out, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_log_sqlite_open(const struct ax_log_options *options, struct ax_log **out, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_log_kafka_open(const struct ax_log_options *options, struct ax_log **out, struct ax_err *err) AX_MUST_CHECK;

const char *ax_topic_name(enum ax_topic topic); /* "anxin.facts.v1" */

/* All records that the back end may still take get this result. */
void ax_log_fail_records(struct ax_log_record *records, size_t count, ax_rc rc);

/* murmur2 with Kafka's seed. */
uint32_t ax_murmur2(ax_str bytes);
