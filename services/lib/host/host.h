/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What every process of ours stands on, made from its configuration: log, store, rule packs, policy, and, where it
 * serves, the gRPC server and the metrics listener. SIGTERM and SIGINT end it with a drain; SIGHUP reads certificates
 * and policy anew, and keeps the old ones where the new have a fault.
 *
 * The host owns what it opens. Open, serve, wait and close belong to the main thread; the getters may be called by any.
 */
#include "base/clock.h"
#include "base/config.h"
#include "services/lib/eventlog/eventlog.h"
#include "services/lib/schedule/library.h"
#include "services/lib/rpc/server.h"
#include "services/lib/store/store.h"
#include "services/lib/trust/trust.h"

struct ax_host;

struct ax_host_options {
    const char *service;            /* for the log, e.g. "ingest" */
    const struct ax_config *config; /* borrowed */
    const struct ax_clock *clock;   /* NULL: the system's */
    bool create_topics;             /* make missing topics on the log */
    unsigned wait_ms;               /* how long to try again while log or store are not up yet */
};

/* Blocks the signals that ax_host_wait takes, in this thread and those started from it: call it before any thread. */
ax_rc ax_host_open(const struct ax_host_options *options, struct ax_host **out, struct ax_err *err) AX_MUST_CHECK;
const struct ax_config *ax_host_config(const struct ax_host *host);
struct ax_log *ax_host_log(const struct ax_host *host);
struct ax_store *ax_host_store(const struct ax_host *host);
const struct ax_bundle *ax_host_bundle(const struct ax_host *host);
struct ax_library *ax_host_library(const struct ax_host *host);
/* The store beside the store, where the challenger's ratings are: another file, or other keys. The caller closes it. */
ax_rc ax_host_challenger_store(const struct ax_host *host, struct ax_store **out, struct ax_err *err) AX_MUST_CHECK;
const struct ax_clock *ax_host_clock(const struct ax_host *host);
/* Starts the gRPC server on config rpc.listen and the metrics listener. At most once. */
ax_rc ax_host_serve(
        struct ax_host *host, const struct ax_rpc_method *methods, size_t count, struct ax_err *err) AX_MUST_CHECK;
int ax_host_port(const struct ax_host *host);
/* Until SIGTERM, SIGINT or ax_host_stop. */
void ax_host_wait(struct ax_host *host);
void ax_host_stop(struct ax_host *host); /* from any thread */
/* Drains the server; the handlers' owners may be closed after it, before ax_host_close. */
void ax_host_drain(struct ax_host *host);
void ax_host_close(struct ax_host *host);

/* A whole program: --config FILE [--set section.key=value]…, open, start, wait, drain, stop, close. Returns the exit code. */
struct ax_host_program {
    const char *service;
    bool create_topics;
    /* Starts what the program is; fills `methods` (at most `max`; *count 0: it serves health only). */
    ax_rc (*start)(struct ax_host *host, void **state, struct ax_rpc_method *methods, size_t max, size_t *count,
            struct ax_err *err);
    void (*stop)(void *state);
};
int ax_host_main(const struct ax_host_program *program, int argc, char **argv);
