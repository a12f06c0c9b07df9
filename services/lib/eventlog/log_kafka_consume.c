/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading. Messages come from the consumer's queue in batches and are lent to the caller until the next poll.
 *
 * A message is handed out only if its partition is ours and its offset is the next one. A lower offset is dropped. A
 * higher one makes us seek; if the next offset does not come within a while, a handle of its own asks the broker for it,
 * and only what the broker says counts as a hole (AX_CORRUPT) or as cut off (AX_RANGE).
 */
#include "services/lib/eventlog/log_kafka.h"

#include "base/clock.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>

enum {
    SESSION_TIMEOUT_MS = 10000, /* a static member that restarts faster keeps its partitions */
    MAX_POLL_INTERVAL_MS = 300000,
    FETCH_WAIT_MS = 100,
    FETCH_PART_BYTES = 256 << 10, /* of one partition in one answer; compressed, in memory it is six times as much */
    FETCH_BYTES = 8 << 20,
    QUEUE_SHARE = 4, /* librdkafka counts the bytes of records; with all around it a fact takes four times as much */
    QUEUE_MIN_KIB = 2048,
    STOP_ROUNDS = 3, /* stop, answer, and one to spare */
    NUDGE_WAIT_MS = 2,
    NUDGE_TIMEOUT_MS = 100,
    NUDGE_PARTITIONS = 3,      /* neighbours have different leaders */
    QUEUED_MESSAGES = 1 << 20, /* so that the bytes are what counts */
    STALE_WAIT_MS = 1000,      /* how long a seek may take until we suspect a hole */
    ASK_BROKER_MS = 1000,      /* how long it may take to answer about a doubt, and how often it is asked */
    PROBE_WAIT_MS = 10000,
};

struct kafka_consumer {
    struct ax_log_consumer consumer;
    struct ax_log_assignment assignment;
    enum ax_topic topic;
    bool in_group;
    rd_kafka_t *handle;
    rd_kafka_queue_t *queue;
    rd_kafka_topic_t *rkt;
    atomic_bool down;                          /* said so already */
    int64_t sought_us[AX_LOG_PARTITIONS_MAX];  /* since when we wait for the next offset; 0: we do not */
    rd_kafka_message_t *held[AX_LOG_POLL_MAX]; /* lent out by the last poll */
    size_t held_count;
    size_t queue_bytes;                   /* where librdkafka stops fetching */
    size_t flowed_bytes;                  /* handed out since the last nudge */
    size_t taken_bytes;                   /* by the last poll */
    int32_t nudged;                       /* partition */
    bool doubtful[AX_LOG_PARTITIONS_MAX]; /* ask the broker about it */
    int64_t ask_broker_us;                /* not before */
    ax_rc failure;                        /* what an error event said, for the next poll */
    struct ax_err failure_err;
};

static rd_kafka_topic_partition_list_t *reading_list(struct kafka_consumer *c)
{
    struct kafka_log *k = (struct kafka_log *)c->consumer.log;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(c->assignment.partitions);
    for (int32_t p = 0; p < c->assignment.partitions; p++) {
        if (ax_log_assignment_reads(&c->assignment, p)) {
            rd_kafka_topic_partition_list_add(list, k->topic_names[c->topic], p)->offset = c->assignment.parts[p].next;
            c->sought_us[p] = 0;
        }
    }
    return list;
}

/* librdkafka 2.0.2 ends the process (rktp_started) if a partition is taken away again before its last stop has ended. Its
 * main thread serves one queue in order: stops, then their answers, so that answers to us come after both. */
static void wait_for_stops(struct kafka_consumer *c)
{
    for (int i = 0; i < STOP_ROUNDS; i++) {
        rd_kafka_topic_partition_list_t *list = NULL;
        if (rd_kafka_assignment(c->handle, &list) == RD_KAFKA_RESP_ERR_NO_ERROR) {
            rd_kafka_topic_partition_list_destroy(list);
        }
    }
}

/* Tells librdkafka what to read and from where. What it had fetched of it is fetched again. */
static void assign(struct kafka_consumer *c)
{
    rd_kafka_topic_partition_list_t *list = reading_list(c);
    rd_kafka_resp_err_t error = rd_kafka_assign(c->handle, list);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        AX_NOTE_LIMITED(WARN, "log.assign_failed", "why=%s", rd_kafka_err2name(error));
    }
    rd_kafka_topic_partition_list_destroy(list);
    wait_for_stops(c);
}

static void on_rebalance(
        rd_kafka_t *handle, rd_kafka_resp_err_t event, rd_kafka_topic_partition_list_t *list, void *consumer)
{
    struct kafka_consumer *c = consumer;
    if (event == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        for (int i = 0; i < list->cnt; i++) {
            if (list->elems[i].partition < c->assignment.partitions) {
                ax_log_assignment_take(&c->assignment, list->elems[i].partition);
            }
        }
        assign(c);
        return;
    }
    bool lost = event != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS || rd_kafka_assignment_lost(handle) != 0;
    for (int32_t p = 0; p < c->assignment.partitions; p++) {
        if (c->assignment.parts[p].state != AX_LOG_PART_FOREIGN) {
            ax_log_assignment_drop(&c->assignment, p, lost);
        }
    }
    (void)rd_kafka_assign(handle, NULL);
}

static void on_error(rd_kafka_t *handle, int error, const char *reason, void *consumer)
{
    struct kafka_consumer *c = consumer;
    char quoted[300];
    (void)handle;
    if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
        ax_kafka_note_down(&c->down, "consumer", reason);
    } else if (error == RD_KAFKA_RESP_ERR__FATAL) {
        AX_NOTE(ERROR, "log.consumer_fatal", "why=%s", ax_note_quote(reason, quoted, sizeof quoted));
    } else {
        AX_NOTE(DEBUG, "log.consumer_error", "why=%s", ax_note_quote(reason, quoted, sizeof quoted));
    }
}

static long long queue_kib(const struct ax_log_consumer_options *options)
{
    long long kib = (long long)(options->prefetch_bytes / 1024 / QUEUE_SHARE);
    return kib < QUEUE_MIN_KIB ? QUEUE_MIN_KIB : kib;
}

static ax_rc set_consumer(rd_kafka_conf_t *conf, const struct ax_log_consumer_options *options, struct ax_err *err)
{
    /* The high-level consumer wants a group's name even where it joins none. */
    AX_TRY(ax_kafka_set(conf, "group.id", options->group == NULL ? "anxin-reader" : options->group, err));
    if (options->group != NULL && options->member != NULL) {
        AX_TRY(ax_kafka_set(conf, "group.instance.id", options->member, err));
    }
    AX_TRY(ax_kafka_set(conf, "partition.assignment.strategy", "range", err));
    AX_TRY(ax_kafka_set(conf, "enable.auto.commit", "false", err));
    AX_TRY(ax_kafka_set(conf, "enable.auto.offset.store", "false", err));
    AX_TRY(ax_kafka_set(conf, "auto.offset.reset", "error", err));
    AX_TRY(ax_kafka_set(conf, "check.crcs", "true", err));
    AX_TRY(ax_kafka_set(conf, "enable.partition.eof", "false", err));
    AX_TRY(ax_kafka_set_int(conf, "session.timeout.ms", SESSION_TIMEOUT_MS, err));
    AX_TRY(ax_kafka_set_int(conf, "heartbeat.interval.ms", SESSION_TIMEOUT_MS / 4, err));
    AX_TRY(ax_kafka_set_int(conf, "max.poll.interval.ms", MAX_POLL_INTERVAL_MS, err));
    AX_TRY(ax_kafka_set_int(conf, "fetch.wait.max.ms", FETCH_WAIT_MS, err));
    AX_TRY(ax_kafka_set_int(conf, "fetch.error.backoff.ms", 100, err));
    AX_TRY(ax_kafka_set_int(conf, "max.partition.fetch.bytes", FETCH_PART_BYTES, err));
    AX_TRY(ax_kafka_set_int(conf, "fetch.max.bytes", FETCH_BYTES, err));
    AX_TRY(ax_kafka_set_int(conf, "queued.min.messages", QUEUED_MESSAGES, err));
    (void)rd_kafka_conf_set(conf, "fetch.queue.backoff.ms", "10", NULL, 0); /* from 2.2 on; see nudge() */
    return ax_kafka_set_int(conf, "queued.max.messages.kbytes", queue_kib(options), err);
}

static ax_rc make_handle(struct kafka_consumer *c, const struct ax_log_consumer_options *options, struct ax_err *err)
{
    struct kafka_log *k = (struct kafka_log *)c->consumer.log;
    rd_kafka_conf_t *conf = ax_kafka_conf(k, err);
    if (conf == NULL) {
        return AX_RC(INVALID);
    }
    ax_rc rc = set_consumer(conf, options, err);
    if (!ax_ok(rc)) {
        rd_kafka_conf_destroy(conf);
        return rc;
    }
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    rd_kafka_conf_set_error_cb(conf, on_error);
    rd_kafka_conf_set_opaque(conf, c);
    char why[200];
    c->handle = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
    if (c->handle == NULL) {
        rd_kafka_conf_destroy(conf);
        return ax_fail(err, AX_INVALID, "consumer: %s", why);
    }
    (void)rd_kafka_set_log_queue(c->handle, NULL);
    (void)rd_kafka_poll_set_consumer(c->handle);
    c->queue = rd_kafka_queue_get_consumer(c->handle);
    c->rkt = rd_kafka_topic_new(c->handle, k->topic_names[c->topic], NULL);
    AX_ASSERT(c->queue != NULL && c->rkt != NULL);
    return AX_RC(OK);
}

static ax_rc join_group(struct kafka_consumer *c, struct ax_err *err)
{
    struct kafka_log *k = (struct kafka_log *)c->consumer.log;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, k->topic_names[c->topic], RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t error = rd_kafka_subscribe(c->handle, list);
    rd_kafka_topic_partition_list_destroy(list);
    return error == RD_KAFKA_RESP_ERR_NO_ERROR ? AX_RC(OK) : ax_kafka_fail(err, error, "joining the group");
}

ax_rc ax_kafka_consumer_open(struct ax_log *log, const struct ax_log_consumer_options *options,
        struct ax_log_consumer **out, struct ax_err *err)
{
    struct kafka_consumer *c = ax_xcalloc(1, sizeof *c);
    c->consumer = (struct ax_log_consumer){log->ops, log};
    c->topic = options->topic;
    c->in_group = options->group != NULL;
    c->queue_bytes = (size_t)queue_kib(options) * 1024;
    ax_log_assignment_init(&c->assignment, &options->callbacks, log->partitions);
    ax_rc rc = make_handle(c, options, err);
    if (ax_ok(rc) && c->in_group) {
        rc = join_group(c, err);
    }
    if (!ax_ok(rc)) {
        ax_kafka_consumer_close(&c->consumer);
        return rc;
    }
    for (int32_t p = 0; p < log->partitions && !c->in_group; p++) {
        c->assignment.parts[p].state = AX_LOG_PART_ASKING; /* asked in the first poll */
    }
    *out = &c->consumer;
    return AX_RC(OK);
}

static void give_back(struct kafka_consumer *c)
{
    for (size_t i = 0; i < c->held_count; i++) {
        rd_kafka_message_destroy(c->held[i]);
    }
    c->held_count = 0;
}

void ax_kafka_consumer_close(struct ax_log_consumer *consumer)
{
    struct kafka_consumer *c = (struct kafka_consumer *)consumer;
    give_back(c);
    if (c->handle != NULL) {
        (void)rd_kafka_consumer_close(c->handle); /* runs on_rebalance */
    }
    for (int32_t p = 0; p < c->assignment.partitions; p++) {
        ax_log_assignment_drop(&c->assignment, p, false);
    }
    if (c->handle != NULL) {
        rd_kafka_queue_destroy(c->queue);
        rd_kafka_topic_destroy(c->rkt);
        rd_kafka_destroy(c->handle);
    }
    ax_xfree(c);
}

/* An asynchronous seek. If it gets lost, messages of the old position come and make us seek again. */
static void seek_to_next(struct kafka_consumer *c, int32_t partition)
{
    (void)rd_kafka_seek(c->rkt, partition, c->assignment.parts[partition].next, 0);
}

static void on_higher(struct kafka_consumer *c, int32_t partition, int64_t offset)
{
    int64_t now_us = ax_mono_us();
    if (c->sought_us[partition] == 0) {
        AX_NOTE_LIMITED(INFO, "log.stale_fetch", "partition=%d want=%lld got=%lld", partition,
                (long long)c->assignment.parts[partition].next, (long long)offset);
        c->sought_us[partition] = now_us;
        seek_to_next(c, partition);
    } else if (now_us - c->sought_us[partition] > STALE_WAIT_MS * 1000) {
        c->doubtful[partition] = true;
    }
}

static void on_message_error(struct kafka_consumer *c, const rd_kafka_message_t *message)
{
    rd_kafka_resp_err_t error = message->err;
    if (error == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET || error == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE) {
        c->doubtful[message->partition] = true;
        return;
    }
    enum ax_code code = ax_kafka_code(error);
    bool ours = message->partition >= 0 && message->partition < c->assignment.partitions &&
                c->assignment.parts[message->partition].state == AX_LOG_PART_READING;
    if (code == AX_CORRUPT && ours) {
        c->failure = ax_log_assignment_stop(&c->assignment, message->partition, AX_CORRUPT, &c->failure_err,
                "after offset %lld: %s", (long long)c->assignment.parts[message->partition].next,
                rd_kafka_message_errstr(message));
        assign(c);
    } else if (code == AX_DENIED || code == AX_NOT_FOUND || error == RD_KAFKA_RESP_ERR__FATAL) {
        c->failure = ax_fail(&c->failure_err, code, "reading: %s", rd_kafka_message_errstr(message));
    } else {
        char quoted[300];
        AX_NOTE_LIMITED(INFO, "log.read_error", "why=%s",
                ax_note_quote(rd_kafka_message_errstr(message), quoted, sizeof quoted));
    }
}

/* True if the message is the next of its partition; then `out` borrows it. */
static bool accept_message(struct kafka_consumer *c, const rd_kafka_message_t *message, struct ax_log_record *out)
{
    int32_t p = message->partition;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        on_message_error(c, message);
        return false;
    }
    if (p < 0 || p >= c->assignment.partitions) {
        return false;
    }
    struct ax_log_part *part = &c->assignment.parts[p];
    if (part->state != AX_LOG_PART_READING) {
        return false;
    }
    if (message->offset != part->next) {
        if (message->offset > part->next) {
            on_higher(c, p, message->offset);
        }
        return false;
    }
    part->next++;
    c->sought_us[p] = 0;
    c->flowed_bytes += message->len;
    c->taken_bytes += message->len;
    *out = (struct ax_log_record){c->topic, p, message->offset, ax_str_of(message->key, message->key_len),
            ax_str_of(message->payload, message->len), AX_RC(OK)};
    return true;
}

static size_t fetch(struct kafka_consumer *c, size_t max, int timeout_ms)
{
    ssize_t got = rd_kafka_consume_batch_queue(c->queue, timeout_ms, c->held + c->held_count, max);
    return got < 0 ? 0 : (size_t)got;
}

/* librdkafka before 2.2 stops fetching when its queue is full and looks again only when something else wakes its broker
 * thread, which may be a second later. Any request wakes it. */
static void nudge(struct kafka_consumer *c)
{
    struct kafka_log *k = (struct kafka_log *)c->consumer.log;
    for (int i = 0; i < NUDGE_PARTITIONS && i < c->assignment.partitions; i++) {
        int64_t begin;
        int64_t end;
        c->nudged = (c->nudged + 1) % c->assignment.partitions;
        if (rd_kafka_query_watermark_offsets(c->handle, k->topic_names[c->topic], c->nudged, &begin, &end,
                    NUDGE_TIMEOUT_MS) != RD_KAFKA_RESP_ERR_NO_ERROR) {
            break;
        }
    }
}

/* The same where one partition is read alone, without a wait: a seek to where it stands wakes the broker thread, and costs
 * nothing, because a full queue was just emptied. So it fills again while the caller works. */
static void wake_focus(struct kafka_consumer *c)
{
    if (c->assignment.focus != AX_LOG_ALL_PARTITIONS && c->taken_bytes >= c->queue_bytes / 4 * 3) {
        c->flowed_bytes = 0;
        seek_to_next(c, c->assignment.focus);
    }
}

/* A batch call waits until it is full, so wait for the first only. */
static void fetch_batch(struct kafka_consumer *c, size_t max, int timeout_ms)
{
    c->held_count += fetch(c, max, 0);
    if (c->held_count > 0 || timeout_ms <= 0) {
        return;
    }
    if (c->flowed_bytes >= c->queue_bytes / 2) { /* it may have been full since the last time */
        c->held_count += fetch(c, 1, NUDGE_WAIT_MS);
        if (c->held_count == 0) {
            c->flowed_bytes = 0;
            nudge(c);
        }
    }
    if (c->held_count == 0) {
        c->held_count += fetch(c, 1, timeout_ms);
    }
    if (c->held_count == 1 && max > 1) {
        c->held_count += fetch(c, max - 1, 0);
    }
}

/* Asks the broker what is wrong with a partition, and stops it if something is. A broker that does not answer is asked
 * again later. */
static ax_rc resolve_doubt(struct kafka_consumer *c, int32_t p, struct ax_err *err)
{
    struct kafka_log *k = (struct kafka_log *)c->consumer.log;
    struct ax_log_part *part = &c->assignment.parts[p];
    int64_t begin = 0;
    int64_t end = 0;
    int64_t found = -1;
    c->ask_broker_us = ax_mono_us() + ASK_BROKER_MS * 1000;
    if (rd_kafka_query_watermark_offsets(c->handle, k->topic_names[c->topic], p, &begin, &end, ASK_BROKER_MS) !=
            RD_KAFKA_RESP_ERR_NO_ERROR) {
        return AX_RC(OK);
    }
    ax_rc rc = AX_RC(OK);
    if (part->next < begin || part->next > end) {
        rc = ax_log_assignment_stop(&c->assignment, p, AX_RANGE, err,
                "offset %lld is not in the log, which has %lld to %lld", (long long)part->next, (long long)begin,
                (long long)end);
    } else if (part->next < end) {
        AX_TRY(ax_kafka_probe(k, c->topic, p, part->next, &found, err));
        if (found > part->next) {
            rc = ax_log_assignment_stop(&c->assignment, p, AX_CORRUPT, err, "offset %lld is missing, %lld follows",
                    (long long)part->next, (long long)found);
        }
    }
    c->doubtful[p] = false;
    assign(c);
    return rc;
}

/* What earlier polls have found out and could not say yet. */
static ax_rc settle(struct kafka_consumer *c, struct ax_err *err)
{
    if (!ax_ok(c->failure)) {
        ax_rc rc = c->failure;
        c->failure = AX_RC(OK);
        if (err != NULL) {
            *err = c->failure_err;
        }
        return rc;
    }
    for (int32_t p = 0; p < c->assignment.partitions; p++) {
        if (c->assignment.parts[p].state != AX_LOG_PART_READING) {
            c->doubtful[p] = false;
        } else if (c->doubtful[p] && ax_mono_us() >= c->ask_broker_us) {
            AX_TRY(resolve_doubt(c, p, err));
        }
    }
    return AX_RC(OK);
}

ax_rc ax_kafka_poll(struct ax_log_consumer *consumer, struct ax_log_record *records, size_t max, int timeout_ms,
        size_t *count, struct ax_err *err)
{
    struct kafka_consumer *c = (struct kafka_consumer *)consumer;
    give_back(c);
    if (ax_log_assignment_ask_again(&c->assignment)) {
        assign(c);
    }
    AX_TRY(settle(c, err));
    fetch_batch(c, max, timeout_ms);
    c->taken_bytes = 0;
    for (size_t i = 0; i < c->held_count; i++) {
        *count += accept_message(c, c->held[i], &records[*count]);
    }
    wake_focus(c);
    if (*count > 0) {
        ax_kafka_note_up(&c->down, "consumer");
    }
    return AX_RC(OK);
}

ax_rc ax_kafka_seek(struct ax_log_consumer *consumer, int32_t partition, int64_t next_offset, struct ax_err *err)
{
    struct kafka_consumer *c = (struct kafka_consumer *)consumer;
    bool was_stopped = false;
    AX_TRY(ax_log_assignment_seek(&c->assignment, partition, next_offset, &was_stopped, err));
    c->sought_us[partition] = was_stopped ? 0 : ax_mono_us();
    if (was_stopped) {
        assign(c);
    } else {
        seek_to_next(c, partition);
    }
    return AX_RC(OK);
}

void ax_kafka_focus(struct ax_log_consumer *consumer, int32_t partition)
{
    struct kafka_consumer *c = (struct kafka_consumer *)consumer;
    bool reading = false;
    for (int32_t p = 0; p < c->assignment.partitions; p++) {
        reading = reading || c->assignment.parts[p].state == AX_LOG_PART_READING;
    }
    if (partition != c->assignment.focus && reading) {
        c->assignment.focus = partition;
        assign(c);
    }
}

/* The offset of the first message that comes, or -1. */
static int64_t first_offset(rd_kafka_t *handle)
{
    int64_t found = -1;
    int64_t deadline_us = ax_mono_us() + PROBE_WAIT_MS * 1000LL;
    while (found < 0 && ax_mono_us() < deadline_us) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(handle, 100);
        if (message != NULL && message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            found = message->offset;
        }
        if (message != NULL) {
            rd_kafka_message_destroy(message);
        }
    }
    return found;
}

ax_rc ax_kafka_probe(
        struct kafka_log *k, enum ax_topic topic, int32_t partition, int64_t offset, int64_t *found, struct ax_err *err)
{
    struct kafka_consumer *c = ax_xcalloc(1, sizeof *c);
    const struct ax_log_consumer_options options = {.topic = topic, .prefetch_bytes = AX_LOG_RECORD_MAX_BYTES};
    c->consumer = (struct ax_log_consumer){k->log.ops, &k->log};
    c->topic = topic;
    ax_rc rc = make_handle(c, &options, err);
    if (ax_ok(rc)) {
        rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
        rd_kafka_topic_partition_list_add(list, k->topic_names[topic], partition)->offset = offset;
        rd_kafka_resp_err_t error = rd_kafka_assign(c->handle, list);
        rd_kafka_topic_partition_list_destroy(list);
        *found = error == RD_KAFKA_RESP_ERR_NO_ERROR ? first_offset(c->handle) : -1;
    }
    ax_kafka_consumer_close(&c->consumer);
    return rc;
}
