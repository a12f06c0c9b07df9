/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The load of the store's benches: facts of `fact_bytes` over enterprises in seeded random order, each enterprise in one
 * of the partitions, dealt out as batches of one partition (commits) or in order of arrival. Content is random text, so
 * that nothing compresses it. One thread.
 */
#include "base/bytes.h"
#include "services/lib/store/store.h"

struct load_options {
    int64_t facts;
    int32_t enterprises;
    int32_t partitions;
    int32_t batch;
    int32_t fact_bytes;
    int32_t rating_bytes;
    uint64_t seed;
    const char *dir;
    const char *backend;
};

struct load_batch {
    int32_t partition;
    int64_t first_offset; /* in the partition */
    int64_t facts;
    struct ax_store_write *writes;
    size_t count;
};

struct load;

/* Takes --facts N --enterprises N --partitions N --batch N --rating-bytes N --dir DIR BACKEND; usage and exit where wrong. */
struct load_options load_options_parse(int argc, char **argv);
struct load *load_new(const struct load_options *options);
void load_free(struct load *load);
/* The next batch, valid until the next call: by turns of the partitions, or, with `is_mixed`, of all in order of arrival
 * (partition and first_offset are then 0). NULL at the end. */
const struct load_batch *load_next(struct load *load, bool is_mixed);

double load_cpu_seconds(void); /* of this process */
double load_wall_seconds(void);
/* `name value unit` as one JSON line. */
void load_print(const char *name, double value, const char *unit);
