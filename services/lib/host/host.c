/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/host/host.h"

#include "base/log.h"
#include "base/metrics.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum {
    OPEN_BACKOFF_FIRST_MS = 100,
    OPEN_BACKOFF_MAX_MS = 2000,
    SIGNAL_POLL_MS = 200,
    PATH_MAX_BYTES = 4096,
    UNNAMED_SIZE = 1024,
};

struct ax_host {
    const struct ax_config *config;
    const struct ax_clock *clock;
    const char *service;
    struct ax_log *log;
    struct ax_store *store;
    struct ax_bundle *bundle;
    struct ax_bundle *challenger; /* NULL: none */
    struct ax_library *library;
    pthread_rwlock_t policy_lock; /* over `policy` alone: authorise reads, reload swaps */
    struct ax_policy *policy;
    struct ax_rpc_server *server;
    struct ax_metrics_listener *metrics;
    _Atomic bool stop;
};

static const char *or_null(const char *text)
{
    return text == NULL || text[0] == '\0' ? NULL : text;
}

static void signals_of_ours(sigset_t *set)
{
    (void)sigemptyset(set);
    (void)sigaddset(set, SIGTERM);
    (void)sigaddset(set, SIGINT);
    (void)sigaddset(set, SIGHUP);
}

static ax_rc open_log(struct ax_host *h, bool create_topics, struct ax_err *err)
{
    const struct ax_config *c = h->config;
    bool kafka = c->log.backend != NULL && strcmp(c->log.backend, "kafka") == 0;
    struct ax_log_options options = {
            .backend = kafka ? AX_LOG_KAFKA : AX_LOG_SQLITE,
            .partitions = (int32_t)c->log.partitions,
            .path = or_null(c->log.path),
            .brokers = or_null(c->log.brokers),
            .topic_prefix = or_null(c->log.topic_prefix),
            .replication = (int)c->log.replication,
            .ca_file = or_null(c->tls.ca_file),
            .cert_file = or_null(c->tls.cert_file),
            .key_file = or_null(c->tls.key_file),
            .append_timeout_ms = (int)c->log.append_timeout_ms,
    };
    AX_TRY(ax_log_open(&options, &h->log, err));
    if (create_topics) {
        ax_rc rc = ax_log_create_topics(h->log, err);
        if (!ax_ok(rc)) {
            ax_log_close(h->log);
            h->log = NULL;
            return rc;
        }
    }
    return AX_RC(OK);
}

/* `path` and `prefix` as configured, or the challenger's. */
static ax_rc open_store_at(
        const struct ax_host *h, const char *path, const char *prefix, struct ax_store **out, struct ax_err *err)
{
    const struct ax_config *c = h->config;
    bool redis = c->store.backend != NULL && strcmp(c->store.backend, "redis") == 0;
    struct ax_store_options options = {
            .backend = redis ? AX_STORE_REDIS : AX_STORE_SQLITE,
            .partitions = (int32_t)c->log.partitions,
            .path = or_null(path),
            .host = or_null(c->store.host),
            .port = (int)c->store.port,
            .key_prefix = or_null(prefix),
            .user = or_null(c->store.user),
            .password_file = or_null(c->store.password_file),
            .ca_file = or_null(c->tls.ca_file),
            .cert_file = or_null(c->tls.cert_file),
            .key_file = or_null(c->tls.key_file),
            .timeout_ms = (int)c->store.timeout_ms,
    };
    return ax_store_open(&options, out, err);
}

static ax_rc open_store(struct ax_host *h, struct ax_err *err)
{
    return open_store_at(h, h->config->store.path, h->config->store.key_prefix, &h->store, err);
}

ax_rc ax_host_challenger_store(const struct ax_host *host, struct ax_store **out, struct ax_err *err)
{
    char path[PATH_MAX_BYTES];
    char prefix[PATH_MAX_BYTES];
    const struct ax_config *c = host->config;
    const char *champion = c->store.path == NULL ? "" : c->store.path;
    int path_len = snprintf(path, sizeof path, "%s.challenger", champion);
    int prefix_len =
            snprintf(prefix, sizeof prefix, "%schallenger:", c->store.key_prefix == NULL ? "" : c->store.key_prefix);
    if (path_len < 0 || path_len >= PATH_MAX_BYTES || prefix_len < 0 || prefix_len >= PATH_MAX_BYTES) {
        return ax_fail_field(err, AX_LIMIT, "store.path", champion, strlen(champion), "too long");
    }
    return open_store_at(host, path, prefix, out, err);
}

/* A broker or a Redis that starts beside us may need a moment. */
static ax_rc open_back_ends(struct ax_host *h, const struct ax_host_options *options, struct ax_err *err)
{
    int64_t until = ax_mono_us() + (int64_t)options->wait_ms * 1000;
    int backoff_ms = OPEN_BACKOFF_FIRST_MS;
    for (;;) {
        ax_rc rc = h->log == NULL ? open_log(h, options->create_topics, err) : AX_RC(OK);
        if (ax_ok(rc)) {
            rc = open_store(h, err);
        }
        if (ax_ok(rc) || !ax_code_retriable(rc.code) || ax_mono_us() >= until) {
            return rc;
        }
        char text[AX_ERR_TEXT_MAX * 2];
        AX_NOTE_LIMITED(WARN, "host.waiting", "%s", ax_note_err(err, text, sizeof text));
        ax_sleep_ms(backoff_ms);
        backoff_ms = backoff_ms * 2 > OPEN_BACKOFF_MAX_MS ? OPEN_BACKOFF_MAX_MS : backoff_ms * 2;
    }
}

static ax_rc load_policy(const struct ax_config *config, struct ax_policy **out, struct ax_err *err)
{
    if (or_null(config->policy_file) == NULL) {
        return ax_policy_parse(ax_str_c(ax_policy_default_yaml), out, err);
    }
    return ax_policy_load(config->policy_file, out, err);
}

static ax_rc load_packs(struct ax_host *h, struct ax_err *err)
{
    const char *shadow = or_null(h->config->packs_shadow_dir);
    AX_TRY(ax_bundle_load(h->config->packs_dir, &h->bundle, err));
    if (shadow != NULL) {
        AX_TRY(ax_bundle_load(shadow, &h->challenger, err));
    }
    h->library = ax_library_new(h->bundle, h->challenger, or_null(h->config->packs_bundles_dir));
    return AX_RC(OK);
}

ax_rc ax_host_open(const struct ax_host_options *options, struct ax_host **out, struct ax_err *err)
{
    sigset_t set;
    signals_of_ours(&set);
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    struct ax_host *h = ax_xcalloc(1, sizeof *h);
    h->config = options->config;
    h->clock = options->clock == NULL ? ax_clock_system() : options->clock;
    h->service = options->service;
    (void)pthread_rwlock_init(&h->policy_lock, NULL);
    ax_rc rc = load_policy(h->config, &h->policy, err);
    if (ax_ok(rc)) {
        rc = load_packs(h, err);
    }
    if (ax_ok(rc)) {
        rc = open_back_ends(h, options, err);
    }
    if (!ax_ok(rc)) {
        ax_host_close(h);
        return rc;
    }
    *out = h;
    return rc;
}

const struct ax_config *ax_host_config(const struct ax_host *host)
{
    return host->config;
}

struct ax_log *ax_host_log(const struct ax_host *host)
{
    return host->log;
}

struct ax_store *ax_host_store(const struct ax_host *host)
{
    return host->store;
}

const struct ax_bundle *ax_host_bundle(const struct ax_host *host)
{
    return host->bundle;
}

struct ax_library *ax_host_library(const struct ax_host *host)
{
    return host->library;
}

const struct ax_clock *ax_host_clock(const struct ax_host *host)
{
    return host->clock;
}

int ax_host_port(const struct ax_host *host)
{
    return host->server == NULL ? 0 : ax_rpc_server_port(host->server);
}

static ax_rc authorise(
        void *state, ax_str path, ax_str spiffe, struct ax_arena *arena, void **principal, struct ax_err *err)
{
    struct ax_host *h = state;
    struct ax_principal *p = AX_ARENA_NEW(arena, struct ax_principal);
    if (p == NULL) {
        return ax_fail(err, AX_LIMIT, "the call's memory limit was reached");
    }
#ifdef AX_HOST_WITHOUT_TLS /* benches only: nobody can show a certificate */
    spiffe = or_null(h->config->tls.ca_file) == NULL ? AX_STR("spiffe://anxin/operator/bench") : spiffe;
#endif
    (void)pthread_rwlock_rdlock(&h->policy_lock);
    ax_rc rc = ax_policy_authorise(h->policy, spiffe, path, p, err);
    (void)pthread_rwlock_unlock(&h->policy_lock);
    *principal = p;
    return rc;
}

/* A policy file that is older than the program names no role for what is new in it, and the file is never rewritten. */
static void compare_policy(const struct ax_host *h, const struct ax_rpc_method *methods, size_t count)
{
    struct ax_policy *built_in = NULL;
    char list[UNNAMED_SIZE] = "";
    size_t len = 0;
    if (!ax_ok(ax_policy_parse(ax_str_c(ax_policy_default_yaml), &built_in, NULL))) {
        return;
    }
    for (size_t i = 0; i < count && len < sizeof list; i++) {
        ax_str path = ax_str_c(methods[i].path);
        if (ax_policy_names(built_in, path) && !ax_policy_names(h->policy, path)) {
            len += (size_t)snprintf(list + len, sizeof list - len, "%s%s", len == 0 ? "" : ",", methods[i].path);
        }
    }
    ax_policy_free(built_in);
    if (len > 0) {
        AX_NOTE(WARN, "policy.older",
                "file=%s methods=%s text=\"no role may call them but one that may call everything: add them to the "
                "roles "
                "that `anxin pki policy` gives them to, then SIGHUP or start again\"",
                h->config->policy_file, list);
    }
}

ax_rc ax_host_serve(struct ax_host *host, const struct ax_rpc_method *methods, size_t count, struct ax_err *err)
{
    AX_ASSERT(host->server == NULL);
    const struct ax_config *c = host->config;
    struct ax_rpc_server_options options = {
            .listen = c->rpc.listen,
            .ca_file = or_null(c->tls.ca_file),
            .cert_file = or_null(c->tls.cert_file),
            .key_file = or_null(c->tls.key_file),
            .network_threads = c->rpc.network_threads,
            .worker_threads = c->rpc.worker_threads,
            .inflight_max = c->rpc.inflight_max,
            .message_max_bytes = (size_t)c->rpc.message_max_kib * 1024,
            .arena_max_bytes = (size_t)c->rpc.arena_max_kib * 1024,
            .stream_queue_max = c->rpc.stream_queue_max,
            .default_deadline_ms = c->rpc.default_deadline_ms,
            .drain_grace_ms = c->rpc.drain_grace_ms,
            .authorise = authorise,
            .authorise_state = host,
    };
    AX_TRY(ax_rpc_server_open(&options, methods, count, &host->server, err));
    if (or_null(c->metrics_listen) != NULL) {
        int port = 0;
        AX_TRY(ax_metrics_listen(c->metrics_listen, &host->metrics, &port, err));
        AX_NOTE(INFO, "metrics.listening", "port=%d", port);
    }
    AX_NOTE(INFO, "rpc.listening", "port=%d", ax_rpc_server_port(host->server));
    compare_policy(host, methods, count);
    return AX_RC(OK);
}

static void reload(struct ax_host *h)
{
    struct ax_err err = {0};
    char text[AX_ERR_TEXT_MAX * 2];
    struct ax_policy *fresh = NULL;
    if (ax_ok(load_policy(h->config, &fresh, &err))) {
        (void)pthread_rwlock_wrlock(&h->policy_lock);
        struct ax_policy *old = h->policy;
        h->policy = fresh;
        (void)pthread_rwlock_unlock(&h->policy_lock);
        ax_policy_free(old);
    } else {
        AX_NOTE(ERROR, "policy.kept", "%s", ax_note_err(&err, text, sizeof text));
    }
    if (h->server != NULL && !ax_ok(ax_rpc_server_reload(h->server, &err))) {
        AX_NOTE(ERROR, "certificates.kept", "%s", ax_note_err(&err, text, sizeof text));
        return;
    }
    AX_NOTE(INFO, "host.reloaded", "service=%s", h->service);
}

void ax_host_wait(struct ax_host *host)
{
    sigset_t set;
    signals_of_ours(&set);
    struct timespec tick = {.tv_nsec = SIGNAL_POLL_MS * 1000000L};
    while (!host->stop) {
        int got = sigtimedwait(&set, NULL, &tick);
        if (got == SIGHUP) {
            reload(host);
        } else if (got == SIGTERM || got == SIGINT) {
            AX_NOTE(INFO, "host.stopping", "service=%s signal=%d", host->service, got);
            return;
        }
    }
}

void ax_host_stop(struct ax_host *host)
{
    host->stop = true;
}

void ax_host_drain(struct ax_host *host)
{
    if (host->server != NULL) {
        ax_rpc_server_close(host->server);
        host->server = NULL;
    }
}

void ax_host_close(struct ax_host *host)
{
    if (host == NULL) {
        return;
    }
    ax_host_drain(host);
    if (host->metrics != NULL) {
        ax_metrics_close(host->metrics);
    }
    if (host->store != NULL) {
        ax_store_close(host->store);
    }
    if (host->log != NULL) {
        ax_log_close(host->log);
    }
    ax_library_free(host->library);
    ax_bundle_free(host->challenger);
    ax_bundle_free(host->bundle);
    if (host->policy != NULL) {
        ax_policy_free(host->policy);
    }
    (void)pthread_rwlock_destroy(&host->policy_lock);
    ax_xfree(host);
}
