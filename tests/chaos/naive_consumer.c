/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control of fault_points.py: what many would write first. It counts the facts of a cluster's log with an increment
 * in Redis for each, and leaves its offsets to Kafka's automatic commit. Killed between the effect and the position it
 * counts wrong, which shows that the fault strikes where it should. Prints the count when it has read to the end.
 *   naive_consumer CONFIG GROUP
 */
#include "base/config.h"
#include "base/fault.h"
#include "services/lib/store/redis_conn.h"

#include <librdkafka/rdkafka.h>

#include <stdlib.h>

enum { POLL_MS = 1000, IDLE_POLLS_MAX = 30, TIMEOUT_MS = 10000, KEY_MAX = 64 };

static void fail(const char *what, const char *why)
{
    (void)fprintf(stderr, "naive_consumer: %s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

static void check(ax_rc rc, const char *what, const struct ax_err *err)
{
    if (!ax_ok(rc)) {
        fail(what, err->text);
    }
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char why[AX_ERR_TEXT_MAX];
    if (rd_kafka_conf_set(conf, name, value, why, sizeof why) != RD_KAFKA_CONF_OK) {
        fail(name, why);
    }
}

static rd_kafka_t *open_consumer(const struct ax_config *config, const char *group)
{
    char why[AX_ERR_TEXT_MAX];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", config->log.brokers);
    set(conf, "group.id", group);
    set(conf, "security.protocol", "ssl");
    set(conf, "ssl.ca.location", config->tls.ca_file);
    set(conf, "ssl.certificate.location", config->tls.cert_file);
    set(conf, "ssl.key.location", config->tls.key_file);
    set(conf, "auto.offset.reset", "earliest");
    set(conf, "enable.partition.eof", "true");
    set(conf, "enable.auto.commit", "true");
    set(conf, "auto.commit.interval.ms", "100");
    rd_kafka_t *kafka = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
    if (kafka == NULL) {
        fail("consumer", why);
    }
    (void)rd_kafka_poll_set_consumer(kafka);
    rd_kafka_topic_partition_list_t *all = rd_kafka_topic_partition_list_new((int)config->log.partitions);
    for (int32_t p = 0; p < (int32_t)config->log.partitions; p++) {
        rd_kafka_topic_partition_list_add(all, "anxin.facts.v1", p)->offset = RD_KAFKA_OFFSET_STORED;
    }
    rd_kafka_resp_err_t code = rd_kafka_assign(kafka, all);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        fail("assign", rd_kafka_err2str(code));
    }
    rd_kafka_topic_partition_list_destroy(all);
    return kafka;
}

/* The answer as text; the caller's to free. */
static char *ask(struct ax_redis_conn *redis, const char *command, ax_str key)
{
    const char *argv[] = {command, key.ptr};
    size_t lens[] = {strlen(command), key.len};
    redisReply *reply = NULL;
    struct ax_err err = {0};
    check(ax_redis_call(redis, 2, argv, lens, &reply, &err), command, &err);
    char *text = ax_xstrdup(reply->type == REDIS_REPLY_STRING ? reply->str : "");
    freeReplyObject(reply);
    return text;
}

static void count_all(rd_kafka_t *kafka, uint32_t partitions, struct ax_redis_conn *redis, ax_str key)
{
    uint32_t ends = 0;
    int idle = 0;
    while (ends < partitions) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(kafka, POLL_MS);
        if (message == NULL) {
            if (++idle == IDLE_POLLS_MAX) {
                fail("poll", "the end of the log does not come");
            }
            continue;
        }
        ends += message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            free(ask(redis, "INCR", key));
            AX_FAULT("naive.between");
        }
        rd_kafka_message_destroy(message);
    }
}

int main(int argc, char **argv)
{
    struct ax_err err = {0};
    struct ax_config *config = NULL;
    char key[KEY_MAX];
    if (argc != 3) {
        fail("usage", "naive_consumer CONFIG GROUP");
    }
    check(ax_config_load(argv[1], NULL, 0, &config, &err), argv[1], &err);
    struct ax_redis_options options = {.net = {.host = config->store.host,
                                               .port = (int)config->store.port,
                                               .connect_timeout_ms = TIMEOUT_MS,
                                               .io_timeout_ms = TIMEOUT_MS,
                                               .ca_file = config->tls.ca_file,
                                               .cert_file = config->tls.cert_file,
                                               .key_file = config->tls.key_file}};
    struct ax_redis_conn *redis = ax_redis_conn_new(&options);
    check(ax_redis_conn_open(redis, &err), "redis", &err);
    int len = snprintf(key, sizeof key, "naive:%s", argv[2]);
    ax_str name = ax_str_of(key, (size_t)len);
    rd_kafka_t *kafka = open_consumer(config, argv[2]);
    count_all(kafka, config->log.partitions, redis, name);
    (void)rd_kafka_consumer_close(kafka);
    rd_kafka_destroy(kafka);
    char *count = ask(redis, "GET", name);
    (void)puts(count);
    free(count);
    ax_redis_conn_free(redis);
    ax_config_free(config);
    return EXIT_SUCCESS;
}
