/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The log: five topics of partitioned, append-only records, and nothing of what they mean.
 *
 * Append returns when the records are durable (acks=all, or an fsynced transaction) or says which are not. Offsets of a
 * partition are contiguous from 0; a reader that sees a gap stops with AX_CORRUPT, a start beyond the end is AX_RANGE,
 * never a silent reset. Nobody's read position is kept here: it comes from the store. Back ends: kafka, sqlite, sim; one
 * conformance suite (tests/integration/eventlog_conformance) runs on all.
 *
 * A `struct ax_log` may be used by any thread. A consumer belongs to one thread at a time; its callbacks run inside
 * ax_log_poll and ax_log_consumer_close on that thread.
 */
#include "base/arena.h"

enum ax_topic {
    AX_TOPIC_FACTS,   /* anxin.facts.v1 */
    AX_TOPIC_REJECTS, /* anxin.rejects.v1 */
    AX_TOPIC_RATINGS, /* anxin.ratings.v1 */
    AX_TOPIC_AUDIT,   /* anxin.audit.v1 */
    AX_TOPIC_PACKS,   /* anxin.packs.v1 */
    AX_TOPIC_COUNT,
};

enum {
    AX_LOG_PARTITIONS_MAX = 256,
    AX_LOG_APPEND_MAX = 65536, /* records in one append */
    AX_LOG_RECORD_MAX_BYTES = 1 << 20,
    AX_LOG_ALL_PARTITIONS = -1,
};

struct ax_log;
struct ax_log_consumer;

struct ax_log_record {
    enum ax_topic topic;
    int32_t partition; /* append: in, ax_log_partition_of gives it; poll: out */
    int64_t offset;    /* out */
    ax_str key;
    ax_str value;
    ax_rc rc; /* append: out, this record's own result; not OK means "not known to be durable" */
};

enum ax_log_backend { AX_LOG_SIM, AX_LOG_SQLITE, AX_LOG_KAFKA };

struct ax_log_options {
    enum ax_log_backend backend;
    int32_t partitions;       /* of each topic; checked against what is there */
    const char *path;         /* sqlite: file; the store may use the same file */
    const char *brokers;      /* kafka: bootstrap list */
    const char *topic_prefix; /* before every topic name, for tests; NULL = none */
    int replication;          /* kafka: when topics are created */
    const char *ca_file;      /* kafka TLS; NULL = plaintext (bench and tests) */
    const char *cert_file;
    const char *key_file;
    int append_timeout_ms;
    uint64_t sim_seed;
    int sim_fault_ppm; /* sim: chance in a million that an append or poll fails once, also "durable but reported failed" */
};

ax_rc ax_log_open(const struct ax_log_options *options, struct ax_log **out, struct ax_err *err) AX_MUST_CHECK;
void ax_log_close(struct ax_log *log);
/* Creates missing topics with the right settings (kept for ever, not compacted; ratings may be cut by age). Idempotent. */
ax_rc ax_log_create_topics(struct ax_log *log, struct ax_err *err) AX_MUST_CHECK;
int32_t ax_log_partitions(const struct ax_log *log);
/* murmur2 as Kafka's Java client has it: the same on every back end and in every language. */
int32_t ax_log_partition_of(const struct ax_log *log, ax_str key);

/* Blocks until every record has its own rc (and offset where durable). OK only if all are. Safe from many threads at
 * once; what comes in together is written together (group commit). */
ax_rc ax_log_append(struct ax_log *log, struct ax_log_record *records, size_t count, struct ax_err *err) AX_MUST_CHECK;

/* First offset still there and the next to be written. */
ax_rc ax_log_range(struct ax_log *log, enum ax_topic topic, int32_t partition, int64_t *begin, int64_t *end,
        struct ax_err *err) AX_MUST_CHECK;

struct ax_log_callbacks {
    /* Partition is ours now: put where to start. Not OK: the partition is not read (and asked for again later). */
    ax_rc (*assigned)(void *state, int32_t partition, int64_t *next_offset);
    /* Ours no longer; `lost` means that somebody else may have it already. */
    void (*revoked)(void *state, int32_t partition, bool lost);
    void *state;
};

struct ax_log_consumer_options {
    enum ax_topic topic;
    /* Group members share the partitions (kafka; on the others the one member has all). NULL: all partitions, no group. */
    const char *group;
    const char *member; /* static member name */
    struct ax_log_callbacks callbacks;
    size_t prefetch_bytes; /* upper bound of what is held before it is polled */
};

ax_rc ax_log_consumer_open(struct ax_log *log, const struct ax_log_consumer_options *options,
        struct ax_log_consumer **out, struct ax_err *err) AX_MUST_CHECK;
void ax_log_consumer_close(struct ax_log_consumer *consumer);
/* Up to `max` records of one or more partitions, in order within each; waits at most timeout_ms for the first; 0 records
 * is OK. They borrow until the next poll. AX_CORRUPT/AX_RANGE names the partition in err->value: it is paused. */
ax_rc ax_log_poll(struct ax_log_consumer *consumer, struct ax_log_record *records, size_t max, int timeout_ms,
        size_t *count, struct ax_err *err) AX_MUST_CHECK;
/* Reads this partition alone, or AX_LOG_ALL_PARTITIONS (as at the start): whoever is far behind gets large batches by
 * going from one to the next. Ends by itself when the partition is no longer ours. */
void ax_log_focus(struct ax_log_consumer *consumer, int32_t partition);
/* Reads go on from here (after a commit that lost its race). */
ax_rc ax_log_seek(
        struct ax_log_consumer *consumer, int32_t partition, int64_t next_offset, struct ax_err *err) AX_MUST_CHECK;
