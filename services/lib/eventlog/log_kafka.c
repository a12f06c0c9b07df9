/* SPDX-License-Identifier: Apache-2.0 */
/* Opening, settings and the topics. */
#include "services/lib/eventlog/log_kafka.h"

#include "base/clock.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>

enum {
    MESSAGE_MAX_BYTES = 2 * AX_LOG_RECORD_MAX_BYTES, /* a record of the greatest size with Kafka's framing */
    RATINGS_RETENTION_DAYS = 400,
    SETTLE_STEP_MS = 50,
    SETTLE_TRIES = 40,
};

ax_rc ax_kafka_set(rd_kafka_conf_t *conf, const char *name, const char *value, struct ax_err *err)
{
    char why[200];
    if (rd_kafka_conf_set(conf, name, value, why, sizeof why) != RD_KAFKA_CONF_OK) {
        return ax_fail_field(err, AX_INVALID, name, value, strlen(value), "%s", why);
    }
    return AX_RC(OK);
}

ax_rc ax_kafka_set_int(rd_kafka_conf_t *conf, const char *name, long long value, struct ax_err *err)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", value);
    return ax_kafka_set(conf, name, text, err);
}

enum ax_code ax_kafka_code(rd_kafka_resp_err_t error)
{
    if (error == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT || error == RD_KAFKA_RESP_ERR__TIMED_OUT ||
            error == RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT) {
        return AX_TIMEOUT;
    }
    if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
            error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION) {
        return AX_NOT_FOUND;
    }
    if (error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE || error == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE) {
        return AX_LIMIT;
    }
    if (error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
            error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
            error == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED) {
        return AX_DENIED;
    }
    if (error == RD_KAFKA_RESP_ERR__BAD_MSG || error == RD_KAFKA_RESP_ERR_INVALID_MSG ||
            error == RD_KAFKA_RESP_ERR__BAD_COMPRESSION) {
        return AX_CORRUPT;
    }
    return AX_UNAVAILABLE;
}

ax_rc ax_kafka_fail(struct ax_err *err, rd_kafka_resp_err_t error, const char *doing)
{
    return ax_fail(err, ax_kafka_code(error), "%s: %s", doing, rd_kafka_err2str(error));
}

void ax_kafka_note_down(atomic_bool *down, const char *who, const char *why)
{
    if (!atomic_exchange(down, true)) {
        char quoted[256];
        AX_NOTE(WARN, "log.brokers_down", "who=%s why=%s", who, ax_note_quote(why, quoted, sizeof quoted));
    }
}

void ax_kafka_note_up(atomic_bool *down, const char *who)
{
    if (atomic_load_explicit(down, memory_order_relaxed) && atomic_exchange(down, false)) {
        AX_NOTE(INFO, "log.brokers_up", "who=%s", who);
    }
}

/* A connection that fails is said once by ax_kafka_note_down; librdkafka says it again and again. */
static void on_log(const rd_kafka_t *handle, int level, const char *facility, const char *text)
{
    char quoted[512];
    (void)handle;
    bool repeats = strcmp(facility, "FAIL") == 0 || strcmp(facility, "ERROR") == 0;
    if (!repeats && level <= LOG_ERR) {
        AX_NOTE_LIMITED(
                ERROR, "log.kafka", "facility=%s text=%s", facility, ax_note_quote(text, quoted, sizeof quoted));
    } else if (!repeats && level <= LOG_WARNING) {
        AX_NOTE_LIMITED(WARN, "log.kafka", "facility=%s text=%s", facility, ax_note_quote(text, quoted, sizeof quoted));
    } else {
        AX_NOTE(DEBUG, "log.kafka", "facility=%s text=%s", facility, ax_note_quote(text, quoted, sizeof quoted));
    }
}

static ax_rc set_tls(struct kafka_log *k, rd_kafka_conf_t *conf, struct ax_err *err)
{
    if (k->ca_file == NULL) {
        return AX_RC(OK);
    }
    AX_TRY(ax_kafka_set(conf, "security.protocol", "ssl", err));
    AX_TRY(ax_kafka_set(conf, "ssl.ca.location", k->ca_file, err));
    AX_TRY(ax_kafka_set(conf, "ssl.endpoint.identification.algorithm", "https", err));
    if (k->cert_file != NULL) {
        AX_TRY(ax_kafka_set(conf, "ssl.certificate.location", k->cert_file, err));
        AX_TRY(ax_kafka_set(conf, "ssl.key.location", k->key_file == NULL ? "" : k->key_file, err));
    }
    return AX_RC(OK);
}

static ax_rc set_common(struct kafka_log *k, rd_kafka_conf_t *conf, struct ax_err *err)
{
    AX_TRY(ax_kafka_set(conf, "bootstrap.servers", k->brokers, err));
    AX_TRY(ax_kafka_set(conf, "client.id", "anxin", err));
    AX_TRY(ax_kafka_set(conf, "log.queue", "true", err));
    AX_TRY(ax_kafka_set(conf, "log.connection.close", "false", err));
    AX_TRY(ax_kafka_set(conf, "socket.nagle.disable", "true", err));
    AX_TRY(ax_kafka_set(conf, "socket.keepalive.enable", "true", err));
    AX_TRY(ax_kafka_set_int(conf, "socket.timeout.ms", 10000, err));
    AX_TRY(ax_kafka_set_int(conf, "reconnect.backoff.ms", 50, err));
    AX_TRY(ax_kafka_set_int(conf, "reconnect.backoff.max.ms", 1000, err));
    AX_TRY(ax_kafka_set_int(conf, "topic.metadata.refresh.interval.ms", 30000, err));
    AX_TRY(ax_kafka_set_int(conf, "topic.metadata.propagation.max.ms", 5000, err));
    AX_TRY(ax_kafka_set(conf, "allow.auto.create.topics", "false", err));
    AX_TRY(ax_kafka_set_int(conf, "message.max.bytes", MESSAGE_MAX_BYTES, err));
    return set_tls(k, conf, err);
}

rd_kafka_conf_t *ax_kafka_conf(struct kafka_log *k, struct ax_err *err)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (!ax_ok(set_common(k, conf, err))) {
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    rd_kafka_conf_set_log_cb(conf, on_log);
    return conf;
}

/* Partitions of the topic; 0 where it is not there or not yet ready. */
static ax_rc topic_partitions(
        struct kafka_log *k, rd_kafka_t *handle, rd_kafka_topic_t *topic, int32_t *out, struct ax_err *err)
{
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t error = rd_kafka_metadata(handle, 0, topic, &metadata, k->log.append_timeout_ms);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return ax_fail_field(err, AX_UNAVAILABLE, "log.brokers", k->brokers, strlen(k->brokers), "no metadata: %s",
                rd_kafka_err2str(error));
    }
    *out = 0;
    ax_rc rc = AX_RC(OK);
    if (metadata->topic_cnt == 1) {
        const struct rd_kafka_metadata_topic *t = &metadata->topics[0];
        if (t->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            *out = t->partition_cnt;
        } else if (ax_kafka_code(t->err) == AX_DENIED) {
            rc = ax_kafka_fail(err, t->err, t->topic);
        }
        for (int p = 0; p < t->partition_cnt; p++) {
            if (t->partitions[p].leader < 0) {
                *out = 0;
            }
        }
    }
    rd_kafka_metadata_destroy(metadata);
    return rc;
}

/* Each topic that is there must have as many partitions as we think. *missing: how many are not there. */
static ax_rc check_topics(struct kafka_log *k, int *missing, struct ax_err *err)
{
    struct kafka_producer *p = ax_kafka_producer_ref(k);
    ax_rc rc = AX_RC(OK);
    *missing = 0;
    for (int topic = 0; topic < AX_TOPIC_COUNT && ax_ok(rc); topic++) {
        int32_t found = 0;
        rc = topic_partitions(k, p->handle, p->topics[topic], &found, err);
        if (ax_ok(rc) && found == 0) {
            (*missing)++;
        } else if (ax_ok(rc) && found != k->log.partitions) {
            rc = ax_fail_field(err, AX_STATE, "log.partitions", k->topic_names[topic], strlen(k->topic_names[topic]),
                    "the topic has %d partitions, the configuration says %d: they cannot be changed", found,
                    k->log.partitions);
        }
    }
    ax_kafka_producer_unref(k, p);
    return rc;
}

static rd_kafka_NewTopic_t *new_topic(const struct kafka_log *k, enum ax_topic topic, struct ax_err *err)
{
    char why[200];
    rd_kafka_NewTopic_t *t =
            rd_kafka_NewTopic_new(k->topic_names[topic], k->log.partitions, k->replication, why, sizeof why);
    if (t == NULL) {
        (void)ax_fail(err, AX_INVALID, "topic %s: %s", k->topic_names[topic], why);
        return NULL;
    }
    char retention_ms[24];
    (void)snprintf(retention_ms, sizeof retention_ms, "%lld",
            topic == AX_TOPIC_RATINGS ? RATINGS_RETENTION_DAYS * 86400000LL : -1LL);
    char max_bytes[24];
    (void)snprintf(max_bytes, sizeof max_bytes, "%d", MESSAGE_MAX_BYTES);
    (void)rd_kafka_NewTopic_set_config(t, "cleanup.policy", "delete");
    (void)rd_kafka_NewTopic_set_config(t, "retention.ms", retention_ms);
    (void)rd_kafka_NewTopic_set_config(t, "retention.bytes", "-1");
    (void)rd_kafka_NewTopic_set_config(t, "max.message.bytes", max_bytes);
    (void)rd_kafka_NewTopic_set_config(t, "message.timestamp.type", "LogAppendTime");
    return t;
}

static ax_rc result_of_creation(rd_kafka_event_t *event, struct ax_err *err)
{
    if (event == NULL) {
        return ax_fail(err, AX_TIMEOUT, "creating the topics: no answer");
    }
    if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return ax_kafka_fail(err, rd_kafka_event_error(event), "creating the topics");
    }
    size_t count = 0;
    const rd_kafka_topic_result_t **results =
            rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
    for (size_t i = 0; i < count; i++) {
        rd_kafka_resp_err_t error = rd_kafka_topic_result_error(results[i]);
        if (error != RD_KAFKA_RESP_ERR_NO_ERROR && error != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
            const char *why = rd_kafka_topic_result_error_string(results[i]);
            return ax_fail(err, ax_kafka_code(error), "creating %s: %s", rd_kafka_topic_result_name(results[i]),
                    why == NULL ? rd_kafka_err2str(error) : why);
        }
    }
    return AX_RC(OK);
}

static ax_rc send_creation(
        struct kafka_log *k, rd_kafka_t *handle, rd_kafka_NewTopic_t **topics, size_t count, struct ax_err *err)
{
    char why[200];
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(handle, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    (void)rd_kafka_AdminOptions_set_request_timeout(options, k->log.append_timeout_ms, why, sizeof why);
    (void)rd_kafka_AdminOptions_set_operation_timeout(options, k->log.append_timeout_ms, why, sizeof why);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(handle);
    rd_kafka_CreateTopics(handle, topics, count, options, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, 2 * k->log.append_timeout_ms);
    ax_rc rc = result_of_creation(event, err);
    if (event != NULL) {
        rd_kafka_event_destroy(event);
    }
    rd_kafka_queue_destroy(queue);
    rd_kafka_AdminOptions_destroy(options);
    return rc;
}

static ax_rc create_missing(struct kafka_log *k, struct ax_err *err)
{
    rd_kafka_NewTopic_t *topics[AX_TOPIC_COUNT];
    size_t count = 0;
    ax_rc rc = AX_RC(OK);
    for (int topic = 0; topic < AX_TOPIC_COUNT && ax_ok(rc); topic++) {
        topics[count] = new_topic(k, (enum ax_topic)topic, err);
        if (topics[count] == NULL) {
            rc = AX_RC(INVALID);
        } else {
            count++;
        }
    }
    if (ax_ok(rc)) {
        struct kafka_producer *p = ax_kafka_producer_ref(k);
        rc = send_creation(k, p->handle, topics, count, err);
        ax_kafka_producer_unref(k, p);
    }
    rd_kafka_NewTopic_destroy_array(topics, count);
    return rc;
}

static ax_rc kafka_create_topics(struct ax_log *log, struct ax_err *err)
{
    struct kafka_log *k = (struct kafka_log *)log;
    int missing = 0;
    AX_TRY(check_topics(k, &missing, err));
    if (missing == 0) {
        return AX_RC(OK);
    }
    AX_TRY(create_missing(k, err));
    int64_t deadline_us = ax_mono_us() + (int64_t)log->append_timeout_ms * 1000;
    for (;;) { /* until every partition has its leader */
        AX_TRY(check_topics(k, &missing, err));
        if (missing == 0) {
            return AX_RC(OK);
        }
        if (ax_mono_us() > deadline_us) {
            return ax_fail(err, AX_TIMEOUT, "the topics were created, but not all partitions have a leader");
        }
        ax_sleep_ms(SETTLE_STEP_MS);
    }
}

static ax_rc kafka_range(
        struct ax_log *log, enum ax_topic topic, int32_t partition, int64_t *begin, int64_t *end, struct ax_err *err)
{
    struct kafka_log *k = (struct kafka_log *)log;
    struct kafka_producer *p = ax_kafka_producer_ref(k);
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
    for (int i = 0; i < SETTLE_TRIES; i++) { /* a broker may not yet know that it leads a new partition */
        error = rd_kafka_query_watermark_offsets(
                p->handle, k->topic_names[topic], partition, begin, end, log->append_timeout_ms);
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR || ax_kafka_code(error) == AX_TIMEOUT) {
            break;
        }
        ax_sleep_ms(SETTLE_STEP_MS);
    }
    ax_kafka_producer_unref(k, p);
    return error == RD_KAFKA_RESP_ERR_NO_ERROR ? AX_RC(OK) : ax_kafka_fail(err, error, k->topic_names[topic]);
}

static char *copy_or_null(const char *text)
{
    return text == NULL ? NULL : ax_xstrdup(text);
}

static void kafka_free(struct kafka_log *k)
{
    if (k->producer != NULL) {
        ax_kafka_producer_free(k->producer);
    }
    for (int topic = 0; topic < AX_TOPIC_COUNT; topic++) {
        ax_xfree(k->topic_names[topic]);
    }
    ax_xfree(k->brokers);
    ax_xfree(k->ca_file);
    ax_xfree(k->cert_file);
    ax_xfree(k->key_file);
    pthread_mutex_destroy(&k->mutex);
    ax_xfree(k);
}

static void kafka_close(struct ax_log *log)
{
    struct kafka_log *k = (struct kafka_log *)log;
    atomic_store(&k->closing, true);
    (void)pthread_join(k->thread, NULL);
    kafka_free(k);
}

static const struct ax_log_ops kafka_ops = {
        .close = kafka_close,
        .create_topics = kafka_create_topics,
        .append = ax_kafka_append,
        .range = kafka_range,
        .consumer_open = ax_kafka_consumer_open,
        .consumer_close = ax_kafka_consumer_close,
        .poll = ax_kafka_poll,
        .seek = ax_kafka_seek,
        .focus = ax_kafka_focus,
};

static struct kafka_log *kafka_new(const struct ax_log_options *options)
{
    struct kafka_log *k = ax_xcalloc(1, sizeof *k);
    k->log = (struct ax_log){&kafka_ops, options->partitions, options->append_timeout_ms};
    k->brokers = ax_xstrdup(options->brokers);
    k->ca_file = copy_or_null(options->ca_file);
    k->cert_file = copy_or_null(options->cert_file);
    k->key_file = copy_or_null(options->key_file);
    k->replication = options->replication < 1 ? 1 : options->replication;
    pthread_mutex_init(&k->mutex, NULL);
    for (int topic = 0; topic < AX_TOPIC_COUNT; topic++) {
        char name[256];
        (void)snprintf(name, sizeof name, "%s%s", options->topic_prefix == NULL ? "" : options->topic_prefix,
                ax_topic_name((enum ax_topic)topic));
        k->topic_names[topic] = ax_xstrdup(name);
    }
    return k;
}

ax_rc ax_log_kafka_open(const struct ax_log_options *options, struct ax_log **out, struct ax_err *err)
{
    if (options->brokers == NULL || options->brokers[0] == '\0') {
        return ax_fail_field(err, AX_INVALID, "log.brokers", NULL, 0, "is needed for the kafka back end");
    }
    struct kafka_log *k = kafka_new(options);
    k->producer = ax_kafka_producer_new(k, err);
    if (k->producer == NULL) {
        kafka_free(k);
        return AX_RC(INVALID);
    }
    if (pthread_create(&k->thread, NULL, ax_kafka_producer_run, k) != 0) {
        kafka_free(k);
        return ax_fail(err, AX_UNAVAILABLE, "no thread for the producer");
    }
    int missing = 0;
    ax_rc rc = check_topics(k, &missing, err);
    if (!ax_ok(rc)) {
        kafka_close(&k->log);
        return rc;
    }
    *out = &k->log;
    return AX_RC(OK);
}
