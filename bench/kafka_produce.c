/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What librdkafka itself can do: one idempotent producer, one thread that hands over and polls, until all is delivered.
 * The figure that SubmitFacts is put beside. The topic must be there (bench_kafka_fill --count 1 makes it).
 * bench_kafka_produce --brokers B [--prefix P] [--file F] [--count N] [--partitions 8]
 */
#include "bench/kafka_load.h"

#include <librdkafka/rdkafka.h>
#include <stdio.h>

static size_t delivered;
static size_t failed;

static void on_delivery(rd_kafka_t *handle, const rd_kafka_message_t *message, void *state)
{
    (void)handle;
    (void)state;
    delivered++;
    failed += message->err != RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_t *producer_new(const char *brokers)
{
    const char *const settings[][2] = {
            {"bootstrap.servers", brokers},
            {"enable.idempotence", "true"},
            {"compression.type", "lz4"},
            {"linger.ms", "5"},
            {"batch.size", "1048576"},
            {"queue.buffering.max.messages", "262144"},
            {"socket.nagle.disable", "true"},
    };
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char why[200];
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        if (rd_kafka_conf_set(conf, settings[i][0], settings[i][1], why, sizeof why) != RD_KAFKA_CONF_OK) {
            bench_die(settings[i][0], why);
        }
    }
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_t *handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (handle == NULL) {
        bench_die("producer", why);
    }
    return handle;
}

int main(int argc, char **argv)
{
    const char *brokers = bench_option(argc, argv, "brokers", NULL);
    if (brokers == NULL) {
        bench_die("--brokers", "is needed");
    }
    char name[200];
    (void)snprintf(name, sizeof name, "%sanxin.facts.v1", bench_option(argc, argv, "prefix", ""));
    struct bench_load load;
    bench_load_make(&load, bench_option(argc, argv, "file", NULL),
            (size_t)bench_option_long(argc, argv, "count", 1000000),
            (int32_t)bench_option_long(argc, argv, "partitions", 8));
    rd_kafka_t *handle = producer_new(brokers);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(handle, name, NULL);
    double wall = bench_wall_s();
    double cpu = bench_cpu_s();
    for (size_t i = 0; i < load.count;) {
        struct bench_record *r = &load.records[i];
        if (rd_kafka_produce(topic, r->partition, 0, (void *)(uintptr_t)r->value.ptr, r->value.len, r->key.ptr,
                    r->key.len, NULL) == 0) {
            i++;
            (void)(i % 1024 == 0 && rd_kafka_poll(handle, 0));
        } else if (rd_kafka_last_error() == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            (void)rd_kafka_poll(handle, 10);
        } else {
            bench_die("produce", rd_kafka_err2str(rd_kafka_last_error()));
        }
    }
    while (delivered < load.count) {
        (void)rd_kafka_poll(handle, 100);
    }
    bench_print("raw_produce", load.count, bench_wall_s() - wall, bench_cpu_s() - cpu);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(handle);
    bench_load_free(&load);
    return failed == 0 ? 0 : 1;
}
