/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What librdkafka itself can do: reads a topic to its end with rd_kafka_assign and rd_kafka_consume_batch_queue and does
 * nothing with it. The figure that the scorer's is put beside.
 * bench_kafka_drain --brokers B [--prefix P] [--partitions 8] [--batch 4096]
 */
#include "bench/kafka_load.h"

#include <librdkafka/rdkafka.h>
#include <stdio.h>

static rd_kafka_t *consumer_new(const char *brokers)
{
    const char *const settings[][2] = {
            {"bootstrap.servers", brokers},
            {"group.id", "bench-drain"},
            {"enable.auto.commit", "false"},
            {"auto.offset.reset", "error"},
            {"check.crcs", "true"},
            {"socket.nagle.disable", "true"},
    };
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char why[200];
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        if (rd_kafka_conf_set(conf, settings[i][0], settings[i][1], why, sizeof why) != RD_KAFKA_CONF_OK) {
            bench_die(settings[i][0], why);
        }
    }
    rd_kafka_t *handle = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
    if (handle == NULL) {
        bench_die("consumer", why);
    }
    return handle;
}

static size_t assign_all(rd_kafka_t *handle, const char *topic, int32_t partitions)
{
    size_t total = 0;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
    for (int32_t p = 0; p < partitions; p++) {
        int64_t begin = 0;
        int64_t end = 0;
        rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(handle, topic, p, &begin, &end, 10000);
        if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
            bench_die(topic, rd_kafka_err2str(error));
        }
        rd_kafka_topic_partition_list_add(list, topic, p)->offset = begin;
        total += (size_t)(end - begin);
    }
    (void)rd_kafka_assign(handle, list);
    rd_kafka_topic_partition_list_destroy(list);
    return total;
}

int main(int argc, char **argv)
{
    const char *brokers = bench_option(argc, argv, "brokers", NULL);
    size_t batch = (size_t)bench_option_long(argc, argv, "batch", 4096);
    if (brokers == NULL) {
        bench_die("--brokers", "is needed");
    }
    char topic[200];
    (void)snprintf(topic, sizeof topic, "%sanxin.facts.v1", bench_option(argc, argv, "prefix", ""));
    rd_kafka_t *handle = consumer_new(brokers);
    rd_kafka_message_t **messages = ax_xcalloc(batch, sizeof *messages);
    double wall = bench_wall_s();
    double cpu = bench_cpu_s();
    size_t total = assign_all(handle, topic, (int32_t)bench_option_long(argc, argv, "partitions", 8));
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(handle);
    for (size_t read = 0; read < total;) {
        ssize_t got = rd_kafka_consume_batch_queue(queue, 100, messages, batch);
        for (ssize_t i = 0; i < got; i++) {
            read += messages[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR;
            rd_kafka_message_destroy(messages[i]);
        }
    }
    bench_print("raw_drain", total, bench_wall_s() - wall, bench_cpu_s() - cpu);
    ax_xfree(messages);
    rd_kafka_queue_destroy(queue);
    (void)rd_kafka_consumer_close(handle);
    rd_kafka_destroy(handle);
    return 0;
}
