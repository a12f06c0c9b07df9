/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A rebuild of the view from the log: a new generation of each partition from offset 0, beside the live one, which is
 * switched to when it has caught up. Readers and the scorer go on meanwhile. The caller's thread does the work.
 */
#include "services/scorer/scorer.h"

struct ax_rebuild_progress {
    int32_t partition;
    int64_t done;  /* records applied, over all partitions */
    int64_t total; /* records on the log when the partition began, likewise */
};

struct ax_rebuild_options {
    struct ax_log *log;
    struct ax_store *store;
    const struct ax_bundle *bundle;
    struct ax_library *library;   /* NULL: only `bundle` */
    const struct ax_clock *clock; /* NULL: the system's */
    int32_t first_partition;
    int32_t last_partition;                                                    /* -1: the log's last */
    void (*progress)(void *state, const struct ax_rebuild_progress *progress); /* may be NULL */
    void *state;
};

struct ax_rebuild_result {
    int64_t records;
    int64_t enterprises;
    int64_t unreadable; /* records that could not be read */
};

ax_rc ax_scorer_rebuild(
        const struct ax_rebuild_options *options, struct ax_rebuild_result *out, struct ax_err *err) AX_MUST_CHECK;
