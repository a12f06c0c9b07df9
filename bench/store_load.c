/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/store_load.h"

#include "base/clock.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { CODE_SIZE = AX_STORE_ENTERPRISE_MAX + 1, NOISE_BYTES = 1 << 20 };

struct load {
    struct load_options options;
    uint64_t random;
    char *noise;
    char (*codes)[CODE_SIZE];
    int32_t *order; /* facts' enterprises in order of arrival */
    int64_t mixed_at;
    int64_t *cursor; /* of each partition, into `order` */
    int64_t *offset; /* of each partition */
    int32_t turn;
    int32_t *slot; /* of each enterprise in this batch; -1 */
    struct ax_buf *chunks;
    struct ax_store_write *writes;
    struct load_batch batch;
};

/* splitmix64 */
static uint64_t draw(struct load *load)
{
    load->random += 0x9E3779B97F4A7C15u;
    uint64_t z = load->random;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static void usage(const char *program)
{
    (void)fprintf(stderr,
            "usage: %s [--facts N] [--enterprises N] [--partitions N] [--batch N] [--rating-bytes N] --dir DIR "
            "[BACKEND]\n",
            program);
    exit(2);
}

struct load_options load_options_parse(int argc, char **argv)
{
    static const struct option known[] = {{"facts", required_argument, NULL, 'f'},
            {"enterprises", required_argument, NULL, 'e'}, {"partitions", required_argument, NULL, 'p'},
            {"batch", required_argument, NULL, 'b'}, {"rating-bytes", required_argument, NULL, 'r'},
            {"dir", required_argument, NULL, 'd'}, {NULL, 0, NULL, 0}};
    struct load_options o = {.facts = 1000000,
            .enterprises = 50000,
            .partitions = 8,
            .batch = 8192,
            .fact_bytes = 300,
            .rating_bytes = 400,
            .seed = 1};
    for (int c = getopt_long(argc, argv, "", known, NULL); c != -1; c = getopt_long(argc, argv, "", known, NULL)) {
        int64_t number = c == 'd' || c == '?' ? 1 : strtoll(optarg, NULL, 10);
        if (c == '?' || number < 1) {
            usage(argv[0]);
        }
        o.facts = c == 'f' ? number : o.facts;
        o.enterprises = c == 'e' ? (int32_t)number : o.enterprises;
        o.partitions = c == 'p' ? (int32_t)number : o.partitions;
        o.batch = c == 'b' ? (int32_t)number : o.batch;
        o.rating_bytes = c == 'r' ? (int32_t)number : o.rating_bytes;
        o.dir = c == 'd' ? optarg : o.dir;
    }
    o.backend = optind < argc ? argv[optind] : "";
    if (o.dir == NULL || o.batch > AX_STORE_BATCH_MAX) {
        usage(argv[0]);
    }
    return o;
}

struct load *load_new(const struct load_options *options)
{
    struct load *load = ax_xcalloc(1, sizeof *load);
    size_t enterprises = (size_t)options->enterprises;
    load->options = *options;
    load->random = options->seed;
    load->noise = ax_xcalloc(1, NOISE_BYTES);
    for (size_t i = 0; i < NOISE_BYTES; i++) {
        load->noise[i] = (char)(' ' + (int)(draw(load) % 95));
    }
    load->codes = ax_xcalloc(enterprises, CODE_SIZE);
    load->slot = ax_xcalloc(enterprises, sizeof(int32_t));
    for (size_t i = 0; i < enterprises; i++) {
        (void)snprintf(load->codes[i], CODE_SIZE, "91110000MA%08zu", i % 100000000);
        load->slot[i] = -1;
    }
    load->order = ax_xcalloc((size_t)options->facts, sizeof(int32_t));
    for (int64_t i = 0; i < options->facts; i++) {
        load->order[i] = (int32_t)(draw(load) % enterprises);
    }
    load->cursor = ax_xcalloc((size_t)options->partitions, sizeof(int64_t));
    load->offset = ax_xcalloc((size_t)options->partitions, sizeof(int64_t));
    load->chunks = ax_xcalloc((size_t)options->batch, sizeof(struct ax_buf));
    load->writes = ax_xcalloc((size_t)options->batch, sizeof(struct ax_store_write));
    for (int32_t i = 0; i < options->batch; i++) {
        ax_buf_init(&load->chunks[i], AX_STORE_CHUNK_MAX_BYTES);
    }
    return load;
}

void load_free(struct load *load)
{
    for (int32_t i = 0; i < load->options.batch; i++) {
        ax_buf_deinit(&load->chunks[i]);
    }
    ax_xfree(load->chunks);
    ax_xfree(load->writes);
    ax_xfree(load->offset);
    ax_xfree(load->cursor);
    ax_xfree(load->order);
    ax_xfree(load->slot);
    ax_xfree(load->codes);
    ax_xfree(load->noise);
    ax_xfree(load);
}

static ax_str noise(struct load *load, int32_t bytes)
{
    return ax_str_of(load->noise + draw(load) % (uint64_t)(NOISE_BYTES - bytes), (size_t)bytes);
}

static void put_fact(struct load *load, int32_t enterprise, int64_t offset)
{
    if (load->slot[enterprise] < 0) {
        size_t at = load->batch.count++;
        load->slot[enterprise] = (int32_t)at;
        ax_buf_clear(&load->chunks[at]);
        load->writes[at] = (struct ax_store_write){.enterprise = ax_str_of(load->codes[enterprise], CODE_SIZE - 1),
                .rating = noise(load, load->options.rating_bytes),
                .chunk_offset = offset};
    }
    ax_buf_put_str(&load->chunks[load->slot[enterprise]], noise(load, load->options.fact_bytes));
    load->batch.facts++;
}

static void forget_slots(struct load *load, int64_t from, int64_t to)
{
    for (int64_t i = from; i < to; i++) {
        load->slot[load->order[i]] = -1;
    }
}

static void fill_partition(struct load *load, int32_t partition)
{
    int64_t *at = &load->cursor[partition];
    int64_t from = *at;
    load->batch.first_offset = load->offset[partition];
    while (*at < load->options.facts && load->batch.facts < load->options.batch) {
        int32_t enterprise = load->order[*at];
        if (enterprise % load->options.partitions == partition) {
            put_fact(load, enterprise, load->offset[partition]++);
        }
        (*at)++;
    }
    forget_slots(load, from, *at);
}

static void fill_mixed(struct load *load)
{
    int64_t from = load->mixed_at;
    while (load->mixed_at < load->options.facts && load->batch.facts < load->options.batch) {
        put_fact(load, load->order[load->mixed_at], load->mixed_at);
        load->mixed_at++;
    }
    forget_slots(load, from, load->mixed_at);
}

const struct load_batch *load_next(struct load *load, bool is_mixed)
{
    load->batch = (struct load_batch){.writes = load->writes};
    for (int32_t tries = 0; tries < load->options.partitions && load->batch.facts == 0; tries++) {
        if (is_mixed) {
            fill_mixed(load);
        } else {
            load->batch.partition = load->turn;
            fill_partition(load, load->turn);
            load->turn = (load->turn + 1) % load->options.partitions;
        }
    }
    for (size_t i = 0; i < load->batch.count; i++) {
        load->writes[i].chunk = ax_buf_str(&load->chunks[i]);
    }
    return load->batch.facts == 0 ? NULL : &load->batch;
}

double load_cpu_seconds(void)
{
    struct rusage usage;
    AX_ASSERT(getrusage(RUSAGE_SELF, &usage) == 0);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

double load_wall_seconds(void)
{
    return (double)ax_mono_us() / 1e6;
}

void load_print(const char *name, double value, const char *unit)
{
    (void)printf("{\"name\":\"%s\",\"value\":%.4g,\"unit\":\"%s\"}\n", name, value, unit);
    (void)fflush(stdout);
}
