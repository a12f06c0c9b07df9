/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Appending. A caller hands its records to librdkafka without a copy and sleeps until each has its delivery report, which
 * comes at the latest when message.timeout.ms is over, so nothing of the caller's is touched after it woke.
 */
#include "services/lib/eventlog/log_kafka.h"

#include "base/log.h"

#include <string.h>

enum {
    LINGER_MS = 5,
    BATCH_BYTES = 1 << 20,
    QUEUE_MAX_MESSAGES = 262144, /* handed over and not yet reported; more callers wait */
    QUEUE_MAX_KIB = 131072,
    REPORTS_WAIT_MS = 100,
};

/* One append. The report of its last record wakes it. */
struct waiter {
    pthread_mutex_t mutex;
    pthread_cond_t reported;
    size_t left;
    rd_kafka_resp_err_t error; /* of the first record that failed */
};

struct slot {
    struct waiter *waiter;
    struct ax_log_record *record;
};

static void report(struct slot *slot, rd_kafka_resp_err_t error, int64_t offset)
{
    struct waiter *waiter = slot->waiter;
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        slot->record->offset = offset;
    } else {
        slot->record->rc = (ax_rc){(int)ax_kafka_code(error)};
    }
    pthread_mutex_lock(&waiter->mutex);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR && waiter->error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        waiter->error = error;
    }
    if (--waiter->left == 0) {
        pthread_cond_signal(&waiter->reported);
    }
    pthread_mutex_unlock(&waiter->mutex);
}

static void on_delivery(rd_kafka_t *handle, const rd_kafka_message_t *message, void *log)
{
    struct kafka_log *k = log;
    (void)handle;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        ax_kafka_note_up(&k->producer_down, "producer");
    }
    report(message->_private, message->err, message->offset);
}

static void on_error(rd_kafka_t *handle, int error, const char *reason, void *log)
{
    struct kafka_log *k = log;
    char quoted[300];
    if (error == RD_KAFKA_RESP_ERR__FATAL) {
        char why[200] = "";
        (void)rd_kafka_fatal_error(handle, why, sizeof why);
        AX_NOTE(ERROR, "log.producer_fatal", "why=%s", ax_note_quote(why, quoted, sizeof quoted));
    } else if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
        ax_kafka_note_down(&k->producer_down, "producer", reason);
    } else {
        AX_NOTE(DEBUG, "log.producer_error", "why=%s", ax_note_quote(reason, quoted, sizeof quoted));
    }
}

static ax_rc set_producer(struct kafka_log *k, rd_kafka_conf_t *conf, struct ax_err *err)
{
    AX_TRY(ax_kafka_set(conf, "enable.idempotence", "true", err));
    AX_TRY(ax_kafka_set(conf, "acks", "all", err));
    AX_TRY(ax_kafka_set(conf, "compression.type", "lz4", err));
    AX_TRY(ax_kafka_set_int(conf, "linger.ms", LINGER_MS < k->log.append_timeout_ms ? LINGER_MS : 0, err));
    AX_TRY(ax_kafka_set_int(conf, "batch.size", BATCH_BYTES, err));
    AX_TRY(ax_kafka_set_int(conf, "message.timeout.ms", k->log.append_timeout_ms, err));
    AX_TRY(ax_kafka_set_int(conf, "retry.backoff.ms", 50, err));
    AX_TRY(ax_kafka_set_int(conf, "queue.buffering.max.messages", QUEUE_MAX_MESSAGES, err));
    return ax_kafka_set_int(conf, "queue.buffering.max.kbytes", QUEUE_MAX_KIB, err);
}

struct kafka_producer *ax_kafka_producer_new(struct kafka_log *k, struct ax_err *err)
{
    rd_kafka_conf_t *conf = ax_kafka_conf(k, err);
    if (conf == NULL) {
        return NULL;
    }
    if (!ax_ok(set_producer(k, conf, err))) {
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_conf_set_error_cb(conf, on_error);
    rd_kafka_conf_set_opaque(conf, k);
    char why[200];
    rd_kafka_t *handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (handle == NULL) {
        (void)ax_fail(err, AX_INVALID, "producer: %s", why);
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    (void)rd_kafka_set_log_queue(handle, NULL);
    struct kafka_producer *p = ax_xcalloc(1, sizeof *p);
    p->handle = handle;
    for (int topic = 0; topic < AX_TOPIC_COUNT; topic++) {
        p->topics[topic] = rd_kafka_topic_new(handle, k->topic_names[topic], NULL);
        AX_ASSERT(p->topics[topic] != NULL);
    }
    return p;
}

void ax_kafka_producer_free(struct kafka_producer *p)
{
    AX_ASSERT(p->users == 0);
    for (int topic = 0; topic < AX_TOPIC_COUNT; topic++) {
        rd_kafka_topic_destroy(p->topics[topic]);
    }
    rd_kafka_destroy(p->handle);
    ax_xfree(p);
}

struct kafka_producer *ax_kafka_producer_ref(struct kafka_log *k)
{
    pthread_mutex_lock(&k->mutex);
    struct kafka_producer *p = k->producer;
    p->users++;
    pthread_mutex_unlock(&k->mutex);
    return p;
}

void ax_kafka_producer_unref(struct kafka_log *k, struct kafka_producer *p)
{
    pthread_mutex_lock(&k->mutex);
    p->users--;
    pthread_mutex_unlock(&k->mutex);
}

static int users_of(struct kafka_log *k, struct kafka_producer *p)
{
    pthread_mutex_lock(&k->mutex);
    int users = p->users;
    pthread_mutex_unlock(&k->mutex);
    return users;
}

/* New appends go to a new producer; those in the old one get their reports from the purge. */
static void replace_producer(struct kafka_log *k, struct kafka_producer *old)
{
    struct ax_err err = {0};
    struct kafka_producer *fresh = ax_kafka_producer_new(k, &err);
    if (fresh == NULL) {
        AX_NOTE_LIMITED(
                ERROR, "log.producer_lost", "why=%d", err.code); /* tried again after the next round of reports */
        return;
    }
    pthread_mutex_lock(&k->mutex);
    k->producer = fresh;
    pthread_mutex_unlock(&k->mutex);
    while (users_of(k, old) > 0) {
        (void)rd_kafka_purge(old->handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        (void)rd_kafka_poll(old->handle, 10);
    }
    ax_kafka_producer_free(old);
    AX_NOTE(WARN, "log.producer_replaced", "brokers=%s", k->brokers);
}

void *ax_kafka_producer_run(void *log)
{
    struct kafka_log *k = log;
    struct kafka_producer *p = NULL;
    while (!atomic_load(&k->closing)) {
        p = k->producer; /* only this thread changes it */
        (void)rd_kafka_poll(p->handle, REPORTS_WAIT_MS);
        char why[64];
        if (rd_kafka_fatal_error(p->handle, why, sizeof why) != RD_KAFKA_RESP_ERR_NO_ERROR) {
            replace_producer(k, p);
        }
    }
    return NULL;
}

void ax_log_kafka_break_producer(struct ax_log *log)
{
    struct kafka_log *k = (struct kafka_log *)log;
    struct kafka_producer *p = ax_kafka_producer_ref(k);
    (void)rd_kafka_test_fatal_error(p->handle, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "for a test");
    ax_kafka_producer_unref(k, p);
}

/* Blocks while librdkafka's queue is full: reports come on another thread and make room. */
static void send_record(struct kafka_producer *p, struct slot *slot)
{
    struct ax_log_record *r = slot->record;
    const void *value = r->value.len == 0 ? "" : r->value.ptr; /* NULL would be a tombstone */
    const void *key = r->key.len == 0 ? "" : r->key.ptr;
    int failed = rd_kafka_produce(p->topics[r->topic], r->partition, RD_KAFKA_MSG_F_BLOCK, (void *)(uintptr_t)value,
            r->value.len, key, r->key.len, slot);
    if (failed != 0) {
        report(slot, rd_kafka_last_error(), -1);
    }
}

void ax_kafka_append(struct ax_log *log, struct ax_log_record *records, size_t count, struct ax_err *err)
{
    struct kafka_log *k = (struct kafka_log *)log;
    struct waiter waiter = {.left = 0};
    struct slot *slots = ax_xcalloc(count, sizeof *slots);
    for (size_t i = 0; i < count; i++) {
        if (ax_ok(records[i].rc)) {
            slots[waiter.left++] = (struct slot){&waiter, &records[i]};
        }
    }
    size_t sent = waiter.left;
    pthread_mutex_init(&waiter.mutex, NULL);
    pthread_cond_init(&waiter.reported, NULL);
    struct kafka_producer *p = ax_kafka_producer_ref(k);
    for (size_t i = 0; i < sent; i++) {
        send_record(p, &slots[i]);
    }
    pthread_mutex_lock(&waiter.mutex);
    while (waiter.left > 0) {
        pthread_cond_wait(&waiter.reported, &waiter.mutex);
    }
    pthread_mutex_unlock(&waiter.mutex);
    ax_kafka_producer_unref(k, p);
    if (waiter.error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        (void)ax_kafka_fail(err, waiter.error, "appending");
    }
    pthread_cond_destroy(&waiter.reported);
    pthread_mutex_destroy(&waiter.mutex);
    ax_xfree(slots);
}
