/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The exchange: RatingService, GateService, what InsuranceService says of prices, and the services that are not built yet
 * (UNIMPLEMENTED). Answers come from the store; a stored rating of an earlier day is rated anew, so that nobody ever gets
 * yesterday's. One thread of its own reads the ratings feed once and serves all watchers.
 *
 * Log, store, bundle and clock are borrowed. Handlers run on the server's workers, any number at once; the principal of
 * a call is a `struct ax_principal *`.
 */
#include "base/clock.h"
#include "services/lib/eventlog/eventlog.h"
#include "services/lib/schedule/library.h"
#include "services/lib/rpc/server.h"
#include "services/lib/store/store.h"

struct ax_exchange;

struct ax_exchange_options {
    struct ax_log *log;
    struct ax_store *store;
    const struct ax_bundle *bundle;
    struct ax_library *library;   /* NULL: only `bundle` */
    const struct ax_clock *clock; /* NULL: the system's */
    unsigned watchers_max;        /* 0: 1024; more get RESOURCE_EXHAUSTED */
};

enum { AX_EXCHANGE_METHODS_MAX = 64 };

ax_rc ax_exchange_open(
        const struct ax_exchange_options *options, struct ax_exchange **out, struct ax_err *err) AX_MUST_CHECK;
/* Fills `methods` (at most `max`) and returns how many there are. */
size_t ax_exchange_methods(struct ax_exchange *exchange, struct ax_rpc_method *methods, size_t max);
/* Ends the watchers that are left; after the server that calls the methods has closed. */
void ax_exchange_close(struct ax_exchange *exchange);
