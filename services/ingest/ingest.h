/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Ingest: IngestService and AdminService. Every item of a request is checked, made canonical and appended to the log
 * before it is acknowledged, or kept in rejects, or reported as not accepted. Keeps no state but a cache of digests
 * seen lately, which is advice only: the ledger decides what is a duplicate.
 *
 * Log, store, bundle and clock are borrowed. The handlers run on the workers of whichever server they are put into, any
 * number at once; the principal of a call is a `struct ax_principal *`.
 */
#include "base/clock.h"
#include "services/lib/eventlog/eventlog.h"
#include "services/lib/schedule/library.h"
#include "services/lib/rpc/server.h"
#include "services/lib/store/store.h"

struct ax_ingest;

struct ax_ingest_options {
    struct ax_log *log;
    struct ax_store *store;
    const struct ax_bundle *bundle;
    struct ax_library *library;   /* NULL: only `bundle` */
    const struct ax_clock *clock; /* NULL: the system's */
    size_t recent_max;            /* digests remembered; 0: 131072 */
};

enum { AX_INGEST_METHODS_MAX = 16 };

ax_rc ax_ingest_open(const struct ax_ingest_options *options, struct ax_ingest **out, struct ax_err *err) AX_MUST_CHECK;
/* Fills `methods` (at most `max`) and returns how many there are. */
size_t ax_ingest_methods(struct ax_ingest *ingest, struct ax_rpc_method *methods, size_t max);
/* After the server that calls the methods has closed. */
void ax_ingest_close(struct ax_ingest *ingest);
