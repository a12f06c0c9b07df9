/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The scorer: facts from the log become ledgers and ratings in the store, exactly once in effect.
 *
 * Every batch is one commit that moves (next offset, rated day) together with what it changes; a lost race, a kill or an
 * unknown outcome is answered by taking the partition again and going on from the position found there. Midnight in
 * UTC+8 is a commit like any other. The scorer owns one thread for its partitions and one for the ratings feed; log,
 * store, bundle and clock are borrowed and must outlive it. Start and stop are for one thread.
 */
#include "base/clock.h"
#include "services/lib/eventlog/eventlog.h"
#include "services/lib/schedule/library.h"
#include "services/lib/store/store.h"

struct ax_scorer;

struct ax_scorer_options {
    struct ax_log *log;
    struct ax_store *store;
    const struct ax_bundle *bundle; /* rates until another is activated */
    struct ax_library *library;     /* where others are; NULL: nowhere */
    const struct ax_clock *clock;   /* NULL: the system's */
    const char *group;              /* NULL: all partitions, no group */
    const char *member;             /* static member name; may be NULL */
    uint32_t batch_max_records;     /* a partition and commit; 0: 8192 */
    uint32_t batch_wait_ms;         /* longest wait for the first record; 0: 100 */
    uint32_t cache_max_mib;         /* ledgers in memory; 0: 64 */
    uint32_t poison_attempts_max;   /* a record that ends the process this often is quarantined; 0: 3 */
    uint32_t publish_ms;            /* longest time from a commit to the ratings feed when idle; 0: 500 */
    uint32_t publish_busy_ms; /* the same under load; longer, where publishing takes more than a tenth of it; 0: 2000 */
    size_t prefetch_bytes;    /* 0: 16 MiB */
    /* Rates by `bundle` whatever is activated, publishes nothing and keeps no dead letters: the champion's scorer does. */
    bool challenger;
};

ax_rc ax_scorer_start(
        const struct ax_scorer_options *options, struct ax_scorer **out, struct ax_err *err) AX_MUST_CHECK;
/* Ends after the commit in hand; publishes nothing more. Also frees. */
void ax_scorer_stop(struct ax_scorer *scorer);

/* The same without threads, for simulation: one turn of the loop in the caller's thread. Not OK: something below failed
 * and will be tried again on a later step. */
ax_rc ax_scorer_open(const struct ax_scorer_options *options, struct ax_scorer **out, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_scorer_step(struct ax_scorer *scorer, int timeout_ms, struct ax_err *err) AX_MUST_CHECK;
void ax_scorer_close(struct ax_scorer *scorer);
