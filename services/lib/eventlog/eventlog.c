/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/eventlog/backend.h"

#include "base/fault.h"

#include <stdio.h>

enum { APPEND_TIMEOUT_DEFAULT_MS = 10000, PREFETCH_DEFAULT_BYTES = 64 << 20 };

const char *ax_topic_name(enum ax_topic topic)
{
    static const char *const names[AX_TOPIC_COUNT] = {
            [AX_TOPIC_FACTS] = "anxin.facts.v1",
            [AX_TOPIC_REJECTS] = "anxin.rejects.v1",
            [AX_TOPIC_RATINGS] = "anxin.ratings.v1",
            [AX_TOPIC_AUDIT] = "anxin.audit.v1",
            [AX_TOPIC_PACKS] = "anxin.packs.v1",
    };
    AX_ASSERT((unsigned)topic < AX_TOPIC_COUNT);
    return names[topic];
}

ax_rc ax_log_open(const struct ax_log_options *options, struct ax_log **out, struct ax_err *err)
{
    if (options->partitions < 1 || options->partitions > AX_LOG_PARTITIONS_MAX) {
        char found[16];
        int len = snprintf(found, sizeof found, "%d", options->partitions);
        return ax_fail_field(
                err, AX_INVALID, "log.partitions", found, (size_t)len, "must be 1 to %d", AX_LOG_PARTITIONS_MAX);
    }
    struct ax_log_options checked = *options;
    if (checked.append_timeout_ms <= 0) {
        checked.append_timeout_ms = APPEND_TIMEOUT_DEFAULT_MS;
    }
    switch (checked.backend) {
    case AX_LOG_SIM:
        return ax_log_sim_open(&checked, out, err);
    case AX_LOG_SQLITE:
        return ax_log_sqlite_open(&checked, out, err);
    case AX_LOG_KAFKA:
        return ax_log_kafka_open(&checked, out, err);
    }
    return ax_fail_field(err, AX_INVALID, "log.backend", NULL, 0, "is none of sim, sqlite, kafka");
}

void ax_log_close(struct ax_log *log)
{
    if (log != NULL) {
        log->ops->close(log);
    }
}

ax_rc ax_log_create_topics(struct ax_log *log, struct ax_err *err)
{
    return log->ops->create_topics(log, err);
}

int32_t ax_log_partitions(const struct ax_log *log)
{
    return log->partitions;
}

int32_t ax_log_partition_of(const struct ax_log *log, ax_str key)
{
    return (int32_t)(ax_murmur2(key) & 0x7fffffff) % log->partitions;
}

static ax_rc check_place(const struct ax_log *log, enum ax_topic topic, int32_t partition, struct ax_err *err)
{
    if ((unsigned)topic >= AX_TOPIC_COUNT) {
        return ax_fail_field(err, AX_INVALID, "topic", NULL, 0, "no topic has the number %d", (int)topic);
    }
    if (partition < 0 || partition >= log->partitions) {
        char found[16];
        int len = snprintf(found, sizeof found, "%d", partition);
        return ax_fail_field(err, AX_INVALID, "partition", found, (size_t)len, "must be 0 to %d", log->partitions - 1);
    }
    return AX_RC(OK);
}

static ax_rc check_record(const struct ax_log *log, const struct ax_log_record *record, struct ax_err *err)
{
    AX_TRY(check_place(log, record->topic, record->partition, err));
    if (record->key.len + record->value.len > AX_LOG_RECORD_MAX_BYTES) {
        return ax_fail_field(err, AX_LIMIT, "record", record->key.ptr, record->key.len,
                "has %zu bytes with its key, more than %d", record->key.len + record->value.len,
                AX_LOG_RECORD_MAX_BYTES);
    }
    return AX_RC(OK);
}

void ax_log_fail_records(struct ax_log_record *records, size_t count, ax_rc rc)
{
    for (size_t i = 0; i < count; i++) {
        if (ax_ok(records[i].rc)) {
            records[i].rc = rc;
            records[i].offset = -1;
        }
    }
}

ax_rc ax_log_append(struct ax_log *log, struct ax_log_record *records, size_t count, struct ax_err *err)
{
    for (size_t i = 0; i < count; i++) {
        records[i].rc = AX_RC(OK);
        records[i].offset = -1;
    }
    if (count > AX_LOG_APPEND_MAX) {
        ax_log_fail_records(records, count, AX_RC(LIMIT));
        return ax_fail_field(
                err, AX_LIMIT, "records", NULL, 0, "%zu in one append, more than %d", count, AX_LOG_APPEND_MAX);
    }
    ax_rc first = AX_RC(OK);
    size_t good = 0;
    for (size_t i = 0; i < count; i++) {
        records[i].rc = check_record(log, &records[i], ax_ok(first) ? err : NULL);
        first = ax_ok(first) ? records[i].rc : first;
        good += ax_ok(records[i].rc);
    }
    if (good == 0) {
        return first;
    }
    struct ax_err cause = {0};
    AX_FAULT("log.before_append");
    log->ops->append(log, records, count, &cause);
    AX_FAULT("log.after_append");
    for (size_t i = 0; i < count && ax_ok(first); i++) {
        if (!ax_ok(records[i].rc)) {
            first = records[i].rc;
            if (cause.code == AX_OK) {
                (void)ax_fail(&cause, (enum ax_code)first.code, "the log did not confirm the record");
            }
            if (err != NULL) {
                *err = cause;
            }
        }
    }
    return first;
}

ax_rc ax_log_range(
        struct ax_log *log, enum ax_topic topic, int32_t partition, int64_t *begin, int64_t *end, struct ax_err *err)
{
    AX_TRY(check_place(log, topic, partition, err));
    return log->ops->range(log, topic, partition, begin, end, err);
}

ax_rc ax_log_consumer_open(struct ax_log *log, const struct ax_log_consumer_options *options,
        struct ax_log_consumer **out, struct ax_err *err)
{
    AX_ASSERT(options->callbacks.assigned != NULL);
    AX_TRY(check_place(log, options->topic, 0, err));
    struct ax_log_consumer_options checked = *options;
    if (checked.prefetch_bytes == 0) {
        checked.prefetch_bytes = PREFETCH_DEFAULT_BYTES;
    }
    return log->ops->consumer_open(log, &checked, out, err);
}

void ax_log_consumer_close(struct ax_log_consumer *consumer)
{
    if (consumer != NULL) {
        consumer->ops->consumer_close(consumer);
    }
}

ax_rc ax_log_poll(struct ax_log_consumer *consumer, struct ax_log_record *records, size_t max, int timeout_ms,
        size_t *count, struct ax_err *err)
{
    *count = 0;
    size_t bounded = max < AX_LOG_POLL_MAX ? max : AX_LOG_POLL_MAX;
    return consumer->ops->poll(consumer, records, bounded, timeout_ms, count, err);
}

void ax_log_focus(struct ax_log_consumer *consumer, int32_t partition)
{
    AX_ASSERT(partition >= AX_LOG_ALL_PARTITIONS && partition < consumer->log->partitions);
    consumer->ops->focus(consumer, partition);
}

ax_rc ax_log_seek(struct ax_log_consumer *consumer, int32_t partition, int64_t next_offset, struct ax_err *err)
{
    AX_TRY(check_place(consumer->log, AX_TOPIC_FACTS, partition, err));
    if (next_offset < 0) {
        return ax_fail_field(err, AX_INVALID, "offset", NULL, 0, "must not be negative");
    }
    return consumer->ops->seek(consumer, partition, next_offset, err);
}
