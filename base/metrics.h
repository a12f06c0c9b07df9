/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Counters, gauges and log-bucket histograms of one process, in fixed arrays, and a listener of its own that serves them
 * as Prometheus text on /metrics (libmicrohttpd). Names are listed in this one table so that they are documented
 * once. Any thread; relaxed atomics.
 */
#include "base/rc.h"

/* id, kind, name, label, help */
#define AX_METRICS(XX) \
    XX(RPC_STARTED, COUNTER, "grpc_server_started_total", "grpc_method", "calls started") \
    XX(RPC_HANDLED, COUNTER, "grpc_server_handled_total", "grpc_code", "calls answered") \
    XX(RPC_SECONDS, HISTOGRAM, "grpc_server_handling_seconds", NULL, "from request to answer") \
    XX(FACTS_ACCEPTED, COUNTER, "ax_ingest_facts_total", "result", "facts and rows submitted, by result") \
    XX(FACTS_LATE, COUNTER, "ax_ingest_late_facts_total", "source", "first reports after the legal deadline") \
    XX(CODES_UNKNOWN, COUNTER, "ax_ingest_unknown_codes_total", "source", "codes on no list of their edition") \
    XX(COMMITS, COUNTER, "ax_commits_total", "partition", "batches committed") \
    XX(COMMIT_REJECTED, COUNTER, "ax_commit_rejected_total", "reason", "commits refused, by reason") \
    XX(FACTS_APPLIED, COUNTER, "ax_facts_applied_total", "partition", "records applied") \
    XX(POISON, COUNTER, "ax_poison_total", "partition", "records that could not be read") \
    XX(STATE_OFFSET, GAUGE, "ax_state_offset", "partition", "next offset to apply") \
    XX(LOG_END_OFFSET, GAUGE, "ax_log_end_offset", "partition", "next offset to be written") \
    XX(FRESHNESS, GAUGE, "ax_freshness_seconds", "partition", "age of the newest applied fact") \
    XX(LEDGERS_CACHED, GAUGE, "ax_ledgers_cached", "partition", "ledgers in memory") \
    XX(STORE_SECONDS, HISTOGRAM, "ax_store_commit_seconds", NULL, "one commit")

enum ax_metric {
#define XX(id, kind, name, label, help) AX_METRIC_##id,
    AX_METRICS(XX)
#undef XX
            AX_METRIC_COUNT
};

enum { AX_METRIC_LABELS_MAX = 64 }; /* distinct label values a metric; more are counted as "other" */

/* `label` may be NULL where the metric has none; the text is copied on first use. */
void ax_metric_add(enum ax_metric metric, const char *label, uint64_t by);
void ax_metric_set(enum ax_metric metric, const char *label, int64_t value);
void ax_metric_observe_us(enum ax_metric metric, int64_t us);
/* The whole exposition into a new block (free with ax_xfree). */
char *ax_metrics_text(void);

struct ax_metrics_listener;
/* "host:port"; port 0 picks one. */
ax_rc ax_metrics_listen(
        const char *address, struct ax_metrics_listener **out, int *port, struct ax_err *err) AX_MUST_CHECK;
void ax_metrics_close(struct ax_metrics_listener *listener);
