/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/kafka_load.h"

#include "services/lib/eventlog/backend.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { KEYS = 50000, KEY_BYTES = 18, VALUE_MIN_BYTES = 250, VALUE_SPREAD = 101 };

void bench_die(const char *what, const char *why)
{
    (void)fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

double bench_cpu_s(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

double bench_wall_s(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

const char *bench_option(int argc, char **argv, const char *name, const char *otherwise)
{
    for (int i = 1; i + 1 < argc; i++) {
        if (strncmp(argv[i], "--", 2) == 0 && strcmp(argv[i] + 2, name) == 0) {
            return argv[i + 1];
        }
    }
    return otherwise;
}

long bench_option_long(int argc, char **argv, const char *name, long otherwise)
{
    const char *text = bench_option(argc, argv, name, NULL);
    int64_t value = otherwise;
    if (text != NULL && !ax_ok(ax_str_to_i64(ax_str_c(text), &value))) {
        bench_die(name, "is no number");
    }
    return (long)value;
}

void bench_print(const char *name, size_t records, double seconds, double cpu_s)
{
    double n = records == 0 ? 1 : (double)records;
    (void)printf("{\"name\":\"%s\",\"records\":%zu,\"seconds\":%.4f,\"perSecond\":%.0f,\"cpuSeconds\":%.3f,"
                 "\"cpuSecondsPerMillion\":%.3f}\n",
            name, records, seconds, n / seconds, cpu_s, cpu_s * 1e6 / n);
}

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

/* Half of the bytes repeat from record to record, as in encoded facts, so that compression has something to do. */
static void make_up(struct bench_load *load, size_t count)
{
    uint64_t random = 1;
    size_t stride = KEY_BYTES + 1 + VALUE_MIN_BYTES + VALUE_SPREAD;
    load->bytes = ax_xcalloc(count, stride);
    load->records = ax_xcalloc(count, sizeof *load->records);
    load->count = count;
    for (size_t i = 0; i < count; i++) {
        char *key = load->bytes + i * stride;
        char *value = key + KEY_BYTES + 1;
        (void)snprintf(key, KEY_BYTES + 1, "9114%014llu", (unsigned long long)(next_random(&random) % KEYS));
        size_t len = VALUE_MIN_BYTES + next_random(&random) % VALUE_SPREAD;
        for (size_t j = 0; j < len; j++) {
            value[j] = j % 2 == 0 ? (char)('a' + j % 23) : (char)next_random(&random);
        }
        load->records[i] = (struct bench_record){.key = ax_str_of(key, KEY_BYTES), .value = ax_str_of(value, len)};
    }
}

static bool take_piece(struct ax_cursor *c, ax_str *out)
{
    uint32_t len = 0;
    return ax_cursor_u32be(c, &len) && ax_cursor_take(c, len, out);
}

static void read_file(struct bench_load *load, const char *path, size_t max)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        bench_die(path, "cannot be read");
    }
    size_t size = (size_t)ftell(file);
    rewind(file);
    load->bytes = ax_xcalloc(size + 1, 1);
    if (fread(load->bytes, 1, size, file) != size) {
        bench_die(path, "cannot be read");
    }
    (void)fclose(file);
    struct ax_cursor c = ax_cursor_of(ax_str_of(load->bytes, size));
    size_t room = 0;
    while (ax_cursor_left(&c) > 0 && (max == 0 || load->count < max)) {
        if (load->count == room) {
            room = room == 0 ? 65536 : room * 2;
            load->records = ax_xrealloc(load->records, room * sizeof *load->records);
        }
        struct bench_record *record = &load->records[load->count++];
        if (!take_piece(&c, &record->key) || !take_piece(&c, &record->value)) {
            bench_die(path, "ends inside a record");
        }
    }
}

void bench_load_make(struct bench_load *load, const char *file, size_t count, int32_t partitions)
{
    *load = (struct bench_load){0};
    if (file == NULL) {
        make_up(load, count);
    } else {
        read_file(load, file, count);
    }
    for (size_t i = 0; i < load->count; i++) {
        load->records[i].partition = (int32_t)(ax_murmur2(load->records[i].key) & 0x7fffffff) % partitions;
    }
}

void bench_load_free(struct bench_load *load)
{
    ax_xfree(load->records);
    ax_xfree(load->bytes);
}
