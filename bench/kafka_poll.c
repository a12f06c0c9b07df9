/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the facts topic from its beginning to its end through ax_log_poll.
 * bench_kafka_poll [--brokers B | --path FILE.db] [--prefix P] [--partitions 8] [--batch 4096] [--prefetch-kib 65536]
 *                  [--rate N: pretend to work so that N records a second are taken]
 */
#include "bench/kafka_load.h"
#include "base/clock.h"
#include "services/lib/eventlog/eventlog.h"

#include <stdio.h>

static ax_rc from_the_start(void *state, int32_t partition, int64_t *next_offset)
{
    (void)state;
    (void)partition;
    *next_offset = 0;
    return AX_RC(OK);
}

static size_t log_size(struct ax_log *log)
{
    size_t size = 0;
    for (int32_t p = 0; p < ax_log_partitions(log); p++) {
        int64_t begin = 0;
        int64_t end = 0;
        struct ax_err err = {0};
        if (!ax_ok(ax_log_range(log, AX_TOPIC_FACTS, p, &begin, &end, &err))) {
            bench_die("range", err.text);
        }
        size += (size_t)(end - begin);
    }
    return size;
}

/* Sums a byte of each value, so that the records are touched. */
static size_t drain(struct ax_log_consumer *consumer, size_t total, size_t batch, long rate)
{
    struct ax_log_record *records = ax_xcalloc(batch, sizeof *records);
    size_t sum = 0;
    double began = bench_wall_s();
    for (size_t read = 0; read < total;) {
        size_t count = 0;
        struct ax_err err = {0};
        if (!ax_ok(ax_log_poll(consumer, records, batch, 1000, &count, &err))) {
            bench_die("poll", err.text);
        }
        for (size_t i = 0; i < count; i++) {
            sum += (unsigned char)records[i].value.ptr[0];
        }
        read += count;
        double ahead = rate == 0 ? 0 : (double)read / (double)rate - (bench_wall_s() - began);
        if (ahead > 0.001) {
            ax_sleep_ms((int)(ahead * 1000));
        }
    }
    ax_xfree(records);
    return sum;
}

int main(int argc, char **argv)
{
    struct ax_log_options options = {
            .brokers = bench_option(argc, argv, "brokers", NULL),
            .path = bench_option(argc, argv, "path", NULL),
            .topic_prefix = bench_option(argc, argv, "prefix", NULL),
            .partitions = (int32_t)bench_option_long(argc, argv, "partitions", 8),
    };
    options.backend = options.brokers != NULL ? AX_LOG_KAFKA : AX_LOG_SQLITE;
    size_t batch = (size_t)bench_option_long(argc, argv, "batch", 4096);
    struct ax_log_consumer_options reading = {
            .topic = AX_TOPIC_FACTS,
            .callbacks = {.assigned = from_the_start},
            .prefetch_bytes = (size_t)bench_option_long(argc, argv, "prefetch-kib", 65536) * 1024,
    };
    struct ax_log *log = NULL;
    struct ax_log_consumer *consumer = NULL;
    struct ax_err err = {0};
    if (!ax_ok(ax_log_open(&options, &log, &err))) {
        bench_die("log", err.text);
    }
    size_t total = log_size(log);
    double wall = bench_wall_s();
    double cpu = bench_cpu_s();
    if (!ax_ok(ax_log_consumer_open(log, &reading, &consumer, &err))) {
        bench_die("consumer", err.text);
    }
    (void)fprintf(stderr, "sum %zu\n", drain(consumer, total, batch, bench_option_long(argc, argv, "rate", 0)));
    bench_print(options.backend == AX_LOG_KAFKA ? "poll_kafka" : "poll_sqlite", total, bench_wall_s() - wall,
            bench_cpu_s() - cpu);
    ax_log_consumer_close(consumer);
    ax_log_close(log);
    return 0;
}
