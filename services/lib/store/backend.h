/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What a back end of the store provides. store.c has checked every argument before it calls one of these: partitions
 * are in range, enterprises are well formed, sizes are within their limits, positions go forward. `struct ax_store` and
 * `struct ax_store_part` are the first members of the back ends' own structs.
 */
#include "services/lib/store/store.h"

enum {
    AX_STORE_PARTITIONS_MAX = 1024,
    AX_STORE_TIMEOUT_MS = 5000, /* where the options say 0 */
};

/* INT32_MIN, the scoring room's AX_DAY_NONE. */
#define AX_STORE_DAY_NONE INT32_MIN

struct ax_store {
    const struct ax_store_ops *ops;
    int32_t partitions;
};

struct ax_store_part {
    struct ax_store *store;
    int32_t partition;
    int64_t generation;
    int64_t epoch;
    /* A commit whose outcome is not known: if the partition turns out to stand at `unsure_next` it was done. */
    bool is_unsure;
    struct ax_store_position unsure_expected;
    struct ax_store_position unsure_next;
};

struct ax_store_commit {
    struct ax_store_position expected;
    struct ax_store_position next;
    const struct ax_store_write *writes;
    size_t count;
    /* out, with AX_STALE: whether generation and epoch were still the handle's, and where the partition stands. */
    bool is_owner;
    struct ax_store_position found;
};

struct ax_store_scan {
    int32_t partition;
    ax_str after;
    size_t max;
    bool ledgers;
    struct ax_store_read *reads; /* out, in the arena */
    size_t count;                /* out */
};

struct ax_store_ops {
    void (*close)(struct ax_store *store);
    ax_rc (*take)(struct ax_store *store, int32_t partition, struct ax_store_part **out,
            struct ax_store_position *position, struct ax_err *err);
    void (*part_free)(struct ax_store_part *part);
    ax_rc (*commit)(struct ax_store_part *part, struct ax_store_commit *commit, struct ax_err *err);
    ax_rc (*read_many)(struct ax_store *store, struct ax_store_read *reads, size_t count, bool ledgers,
            struct ax_arena *arena, struct ax_err *err);
    ax_rc (*scan)(struct ax_store *store, struct ax_store_scan *scan, struct ax_arena *arena, struct ax_err *err);
    ax_rc (*position)(struct ax_store *store, int32_t partition, struct ax_store_position *position,
            int64_t *enterprises, struct ax_err *err);
    ax_rc (*rebuild)(struct ax_store *store, int32_t partition, struct ax_store_part **out, struct ax_err *err);
    ax_rc (*make_live)(struct ax_store_part *rebuilt, struct ax_err *err);
    ax_rc (*note_put)(struct ax_store *store, int32_t partition, ax_str name, ax_str value, struct ax_err *err);
    ax_rc (*note_get)(struct ax_store *store, int32_t partition, ax_str name, struct ax_arena *arena, ax_str *value,
            struct ax_err *err);
};

ax_rc ax_store_sim_open(
        const struct ax_store_options *options, struct ax_store **out, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_store_sqlite_open(
        const struct ax_store_options *options, struct ax_store **out, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_store_redis_open(
        const struct ax_store_options *options, struct ax_store **out, struct ax_err *err) AX_MUST_CHECK;

/* The answers that all back ends give in the same words. */
ax_rc ax_store_fail_partitions(struct ax_err *err, int64_t there, int32_t asked);
ax_rc ax_store_fail_stale(struct ax_err *err, const struct ax_store_part *part, const struct ax_store_commit *commit);
ax_rc ax_store_fail_arena(struct ax_err *err);

static inline bool ax_store_position_eq(struct ax_store_position a, struct ax_store_position b)
{
    return a.next_offset == b.next_offset && a.day == b.day;
}
