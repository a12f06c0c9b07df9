/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The load of the log's benches: records from a file of pairs (u32be length and bytes of the key, then of the value), or
 * made up from a seed: values of about 300 bytes, keys of 18 out of 50,000. All in memory before a clock starts. One thread.
 */
#include "base/bytes.h"

struct bench_record {
    ax_str key;
    ax_str value;
    int32_t partition; /* murmur2, as everywhere */
};

struct bench_load {
    struct bench_record *records;
    size_t count;
    char *bytes;
};

/* `file` NULL: `count` made-up ones. A file gives at most `count` (0: all). Ends the program with a message if it cannot. */
void bench_load_make(struct bench_load *load, const char *file, size_t count, int32_t partitions);
void bench_load_free(struct bench_load *load);

/* Own CPU seconds of the process so far; wall clock in seconds. */
double bench_cpu_s(void);
double bench_wall_s(void);
/* "--name VALUE" out of the command line, or `otherwise`. */
const char *bench_option(int argc, char **argv, const char *name, const char *otherwise);
long bench_option_long(int argc, char **argv, const char *name, long otherwise);
/* One line: {"name":…,"records":…,"seconds":…,"perSecond":…,"cpuSeconds":…,"cpuSecondsPerMillion":…}. */
void bench_print(const char *name, size_t records, double seconds, double cpu_s);
_Noreturn void bench_die(const char *what, const char *why);
