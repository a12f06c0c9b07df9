/* SPDX-License-Identifier: Apache-2.0 */
#include "base/metrics.h"

#include "base/bytes.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>

/*
 * A series is one label value of one metric. Slots are claimed under a lock and published by a release store of the
 * count; after that only atomics are touched. The last slot of a metric is "other".
 */
enum {
    LABEL_MAX = 64,
    BUCKET_COUNT = 26, /* 2^0 … 2^24 µs, about 17 s; the last has the rest */
    TEXT_MAX_BYTES = 4 << 20,
    HTTP_CONNECTIONS_MAX = 16,
    HTTP_TIMEOUT_S = 10,
    ADDRESS_MAX = 256,
};

enum kind { COUNTER, GAUGE, HISTOGRAM };

struct series {
    char label[LABEL_MAX];
    _Atomic int64_t value;
};

struct metric {
    _Atomic size_t count;
    struct series series[AX_METRIC_LABELS_MAX];
};

struct histogram {
    _Atomic uint64_t buckets[BUCKET_COUNT];
    _Atomic uint64_t sum_us;
};

static const struct {
    enum kind kind;
    const char *name;
    const char *label;
    const char *help;
} table[] = {
#define XX(id, kind, name, label, help) {kind, name, label, help},
        AX_METRICS(XX)
#undef XX
};

static struct metric metrics[AX_METRIC_COUNT];
static struct histogram histograms[AX_METRIC_COUNT];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct series *find(struct metric *m, const char *label, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strncmp(m->series[i].label, label, LABEL_MAX - 1) == 0) {
            return &m->series[i];
        }
    }
    return NULL;
}

static struct series *claim(struct metric *m, const char *label)
{
    AX_ASSERT(pthread_mutex_lock(&lock) == 0);
    size_t count = atomic_load(&m->count);
    struct series *s = find(m, label, count);
    if (s == NULL) {
        size_t at = count < AX_METRIC_LABELS_MAX ? count : AX_METRIC_LABELS_MAX - 1;
        s = &m->series[at];
        if (at == count) {
            bool last = at == AX_METRIC_LABELS_MAX - 1;
            (void)snprintf(s->label, sizeof s->label, "%s", last ? "other" : label);
            atomic_store(&m->count, count + 1);
        }
    }
    AX_ASSERT(pthread_mutex_unlock(&lock) == 0);
    return s;
}

static struct series *series_of(enum ax_metric metric, const char *label)
{
    AX_ASSERT(metric < AX_METRIC_COUNT);
    struct metric *m = &metrics[metric];
    const char *name = table[metric].label == NULL || label == NULL ? "" : label;
    size_t count = atomic_load_explicit(&m->count, memory_order_acquire);
    struct series *s = find(m, name, count);
    return s != NULL ? s : claim(m, name);
}

void ax_metric_add(enum ax_metric metric, const char *label, uint64_t by)
{
    atomic_fetch_add_explicit(&series_of(metric, label)->value, (int64_t)by, memory_order_relaxed);
}

void ax_metric_set(enum ax_metric metric, const char *label, int64_t value)
{
    atomic_store_explicit(&series_of(metric, label)->value, value, memory_order_relaxed);
}

void ax_metric_observe_us(enum ax_metric metric, int64_t us)
{
    AX_ASSERT(metric < AX_METRIC_COUNT && table[metric].kind == HISTOGRAM);
    uint64_t value = us < 0 ? 0 : (uint64_t)us;
    size_t bucket = value <= 1 ? 0 : 64 - (size_t)__builtin_clzll(value - 1); /* smallest b with value <= 2^b */
    bucket = bucket < BUCKET_COUNT ? bucket : BUCKET_COUNT - 1;
    atomic_fetch_add_explicit(&histograms[metric].buckets[bucket], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&histograms[metric].sum_us, value, memory_order_relaxed);
}

static void put_label_value(struct ax_buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            ax_buf_put_u8(out, '\\');
        }
        ax_buf_put_u8(out, *text == '\n' ? ' ' : (uint8_t)*text);
    }
}

static void put_series(struct ax_buf *out, size_t metric)
{
    struct metric *m = &metrics[metric];
    size_t count = atomic_load_explicit(&m->count, memory_order_acquire);
    for (size_t i = 0; i < count; i++) {
        ax_buf_printf(out, "%s", table[metric].name);
        if (table[metric].label != NULL) {
            ax_buf_printf(out, "{%s=\"", table[metric].label);
            put_label_value(out, m->series[i].label);
            ax_buf_printf(out, "\"}");
        }
        long long value = atomic_load_explicit(&m->series[i].value, memory_order_relaxed);
        ax_buf_printf(out, " %lld\n", value);
    }
}

static void put_histogram(struct ax_buf *out, size_t metric)
{
    struct histogram *h = &histograms[metric];
    const char *name = table[metric].name;
    unsigned long long total = 0;
    for (size_t i = 0; i < BUCKET_COUNT; i++) {
        total += atomic_load_explicit(&h->buckets[i], memory_order_relaxed);
        if (i + 1 < BUCKET_COUNT) {
            uint64_t limit_us = UINT64_C(1) << i;
            ax_buf_printf(out, "%s_bucket{le=\"%llu.%06llu\"} %llu\n", name, (unsigned long long)(limit_us / 1000000),
                    (unsigned long long)(limit_us % 1000000), total);
        } else {
            ax_buf_printf(out, "%s_bucket{le=\"+Inf\"} %llu\n", name, total);
        }
    }
    unsigned long long sum = atomic_load_explicit(&h->sum_us, memory_order_relaxed);
    ax_buf_printf(out, "%s_sum %llu.%06llu\n%s_count %llu\n", name, sum / 1000000, sum % 1000000, name, total);
}

char *ax_metrics_text(void)
{
    static const char *const kinds[] = {"counter", "gauge", "histogram"};
    struct ax_buf out;
    ax_buf_init(&out, TEXT_MAX_BYTES);
    for (size_t i = 0; i < AX_METRIC_COUNT; i++) {
        ax_buf_printf(&out, "# HELP %s %s\n# TYPE %s %s\n", table[i].name, table[i].help, table[i].name,
                kinds[table[i].kind]);
        if (table[i].kind == HISTOGRAM) {
            put_histogram(&out, i);
        } else {
            put_series(&out, i);
        }
    }
    ax_buf_put_u8(&out, 0);
    AX_ASSERT(!out.failed); /* metrics × labels × line fits by far */
    return (char *)out.ptr;
}

struct ax_metrics_listener {
    struct MHD_Daemon *daemon;
};

static enum MHD_Result answer(void *state, struct MHD_Connection *connection, const char *url, const char *verb,
        const char *version, const char *body, size_t *body_size, void **request)
{
    (void)state;
    (void)version;
    (void)body;
    (void)request;
    *body_size = 0;
    bool known = strcmp(url, "/metrics") == 0;
    bool get = strcmp(verb, "GET") == 0;
    char *text = known && get ? ax_metrics_text() : ax_xstrdup("only GET /metrics is here\n");
    struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback(strlen(text), text, ax_xfree);
    if (response == NULL) {
        ax_xfree(text);
        return MHD_NO;
    }
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    unsigned status = known && get ? MHD_HTTP_OK : known ? MHD_HTTP_METHOD_NOT_ALLOWED : MHD_HTTP_NOT_FOUND;
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

/* "host:port" or "[v6]:port". */
static ax_rc resolve(const char *address, struct addrinfo **out, struct ax_err *err)
{
    char host[ADDRESS_MAX];
    const char *colon = strrchr(address, ':');
    int64_t port = -1;
    if (colon == NULL || !ax_ok(ax_str_to_i64(ax_str_c(colon + 1), &port)) || port < 0 || port > 65535) {
        return ax_fail_field(err, AX_INVALID, "metrics_listen", address, strlen(address), "must be host:port");
    }
    ax_str name = ax_str_of(address, (size_t)(colon - address));
    if (name.len >= 2 && name.ptr[0] == '[' && name.ptr[name.len - 1] == ']') {
        name = (ax_str){name.ptr + 1, name.len - 2};
    }
    if (!ax_str_to_c(name, host, sizeof host)) {
        return ax_fail_field(err, AX_INVALID, "metrics_listen", address, strlen(address), "host name too long");
    }
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    int error = getaddrinfo(host, colon + 1, &hints, out);
    if (error != 0) {
        return ax_fail_field(err, AX_INVALID, "metrics_listen", address, strlen(address), "%s", gai_strerror(error));
    }
    return AX_RC(OK);
}

ax_rc ax_metrics_listen(const char *address, struct ax_metrics_listener **out, int *port, struct ax_err *err)
{
    struct addrinfo *where = NULL;
    AX_TRY(resolve(address, &where, err));
    AX_ASSERT(where != NULL);
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | (where->ai_family == AF_INET6 ? MHD_USE_IPv6 : 0U);
    struct MHD_Daemon *daemon = MHD_start_daemon(flags, 0, NULL, NULL, answer, NULL, MHD_OPTION_SOCK_ADDR,
            where->ai_addr, MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
            (unsigned)HTTP_TIMEOUT_S, MHD_OPTION_END);
    freeaddrinfo(where);
    if (daemon == NULL) {
        return ax_fail_field(err, AX_IO, "metrics_listen", address, strlen(address), "cannot listen there");
    }
    if (port != NULL) {
        const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
        *port = info == NULL ? 0 : info->port;
    }
    *out = ax_xcalloc(1, sizeof **out);
    (*out)->daemon = daemon;
    return AX_RC(OK);
}

void ax_metrics_close(struct ax_metrics_listener *listener)
{
    if (listener != NULL) {
        MHD_stop_daemon(listener->daemon);
        ax_xfree(listener);
    }
}
