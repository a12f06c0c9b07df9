/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fills the facts topic through ax_log_append: a load for other benches, and the figure of our own append.
 * bench_kafka_fill [--brokers B | --path FILE.db] [--prefix P] [--file F] [--count N] [--partitions 8] [--batch 1000]
 *                  [--threads 8]
 */
#include "bench/kafka_load.h"
#include "services/lib/eventlog/eventlog.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static struct ax_log *log_;
static struct bench_load load;
static size_t batch;
static atomic_size_t at;

static void *append_batches(void *arg)
{
    struct ax_log_record *records = ax_xcalloc(batch, sizeof *records);
    for (;;) {
        size_t from = atomic_fetch_add(&at, batch);
        if (from >= load.count) {
            break;
        }
        size_t count = load.count - from < batch ? load.count - from : batch;
        for (size_t i = 0; i < count; i++) {
            const struct bench_record *r = &load.records[from + i];
            records[i] = (struct ax_log_record){
                    .topic = AX_TOPIC_FACTS, .partition = r->partition, .key = r->key, .value = r->value};
        }
        struct ax_err err = {0};
        if (!ax_ok(ax_log_append(log_, records, count, &err))) {
            bench_die("append", err.text);
        }
    }
    ax_xfree(records);
    return arg;
}

int main(int argc, char **argv)
{
    struct ax_log_options options = {
            .brokers = bench_option(argc, argv, "brokers", NULL),
            .path = bench_option(argc, argv, "path", NULL),
            .topic_prefix = bench_option(argc, argv, "prefix", NULL),
            .partitions = (int32_t)bench_option_long(argc, argv, "partitions", 8),
            .append_timeout_ms = 60000,
    };
    options.backend = options.brokers != NULL ? AX_LOG_KAFKA : AX_LOG_SQLITE;
    long threads = bench_option_long(argc, argv, "threads", 8);
    batch = (size_t)bench_option_long(argc, argv, "batch", 1000);
    size_t count = (size_t)bench_option_long(argc, argv, "count", 1000000);
    bench_load_make(&load, bench_option(argc, argv, "file", NULL), count, options.partitions);
    struct ax_err err = {0};
    if (!ax_ok(ax_log_open(&options, &log_, &err)) || !ax_ok(ax_log_create_topics(log_, &err))) {
        bench_die("log", err.text);
    }
    pthread_t ids[64];
    threads = threads < 1 ? 1 : threads > 64 ? 64 : threads;
    double wall = bench_wall_s();
    double cpu = bench_cpu_s();
    for (long i = 0; i < threads; i++) {
        if (pthread_create(&ids[i], NULL, append_batches, NULL) != 0) {
            bench_die("thread", "cannot be made");
        }
    }
    for (long i = 0; i < threads; i++) {
        (void)pthread_join(ids[i], NULL);
    }
    bench_print(options.backend == AX_LOG_KAFKA ? "append_kafka" : "append_sqlite", load.count, bench_wall_s() - wall,
            bench_cpu_s() - cpu);
    ax_log_close(log_);
    bench_load_free(&load);
    return 0;
}
