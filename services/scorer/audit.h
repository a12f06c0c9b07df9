/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The audit: every ledger and rating recomputed from the log, up to the position that the store has committed, and
 * compared with what is stored. Changes nothing and runs beside live services. One partition after another is held in
 * memory. The digest covers (enterprise, ledger digest, content of the rating) of all enterprises in byte order, so it is
 * the same for the same facts, packs and day however many partitions there are.
 */
#include "services/scorer/scorer.h"

struct ax_audit_difference {
    int32_t partition;
    char enterprise[AX_STORE_ENTERPRISE_MAX + 1];
    const char *what; /* "not in the store", "not in the log", "ledger", "rating" */
};

struct ax_audit_options {
    struct ax_log *log;
    struct ax_store *store;
    const struct ax_bundle *bundle;
    struct ax_library *library;                                                    /* NULL: only `bundle` */
    const struct ax_clock *clock;                                                  /* NULL: the system's */
    int32_t as_of;                                                                 /* AX_DAY_NONE: today, in UTC+8 */
    void (*difference)(void *state, const struct ax_audit_difference *difference); /* may be NULL */
    void (*progress)(void *state, int64_t done, int64_t total);                    /* records; may be NULL */
    void *state;
};

struct ax_audit_result {
    int64_t enterprises;
    int64_t facts;       /* distinct contents */
    int64_t differences; /* enterprises that differ */
    int64_t records;     /* read from the log */
    int32_t day;
    uint8_t digest[AX_DIGEST_SIZE]; /* of what the log says */
};

ax_rc ax_scorer_audit(
        const struct ax_audit_options *options, struct ax_audit_result *out, struct ax_err *err) AX_MUST_CHECK;
