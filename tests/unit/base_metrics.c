/* SPDX-License-Identifier: Apache-2.0 */
#include "base/metrics.h"
#include "base/net.h"

#include "tests/unit/t.h"

#include <pthread.h>
#include <stdio.h>

static bool has_line(const char *line)
{
    char *text = ax_metrics_text();
    char want[256];
    (void)snprintf(want, sizeof want, "\n%s\n", line);
    bool found = strstr(text, want) != NULL;
    if (!found) {
        print_error("not there: %s\n", line);
    }
    ax_xfree(text);
    return found;
}

static void *add_often(void *state)
{
    for (int i = 0; i < 10000; i++) {
        ax_metric_add(AX_METRIC_COMMITS, state, 1);
    }
    return NULL;
}

static void counts_from_many_threads(void **state)
{
    (void)state;
    pthread_t threads[4];
    char labels[2][2] = {"0", "1"};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, add_often, labels[i % 2]), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_true(has_line("ax_commits_total{partition=\"0\"} 20000"));
    assert_true(has_line("ax_commits_total{partition=\"1\"} 20000"));
}

static void gauges_are_set(void **state)
{
    (void)state;
    ax_metric_set(AX_METRIC_FRESHNESS, "3", 17);
    ax_metric_set(AX_METRIC_FRESHNESS, "3", -4);
    assert_true(has_line("ax_freshness_seconds{partition=\"3\"} -4"));
    assert_true(has_line("# TYPE ax_freshness_seconds gauge"));
}

static void buckets_hold_what_is_not_longer(void **state)
{
    (void)state;
    static const int64_t observed[] = {-5, 0, 1, 2, 3, 1024, 1025, INT64_C(1) << 40};
    for (size_t i = 0; i < sizeof observed / sizeof observed[0]; i++) {
        ax_metric_observe_us(AX_METRIC_STORE_SECONDS, observed[i]);
    }
    assert_true(has_line("ax_store_commit_seconds_bucket{le=\"0.000001\"} 3"));
    assert_true(has_line("ax_store_commit_seconds_bucket{le=\"0.000002\"} 4"));
    assert_true(has_line("ax_store_commit_seconds_bucket{le=\"0.000004\"} 5"));
    assert_true(has_line("ax_store_commit_seconds_bucket{le=\"0.001024\"} 6"));
    assert_true(has_line("ax_store_commit_seconds_bucket{le=\"0.002048\"} 7"));
    assert_true(has_line("ax_store_commit_seconds_bucket{le=\"16.777216\"} 7"));
    assert_true(has_line("ax_store_commit_seconds_bucket{le=\"+Inf\"} 8"));
    assert_true(has_line("ax_store_commit_seconds_count 8"));
}

static void too_many_labels_are_other(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++) {
        char label[16];
        (void)snprintf(label, sizeof label, "r%d", i);
        ax_metric_add(AX_METRIC_COMMIT_REJECTED, label, 1);
    }
    ax_metric_add(AX_METRIC_COMMIT_REJECTED, "r0", 1);
    assert_true(has_line("ax_commit_rejected_total{reason=\"r0\"} 2"));
    assert_true(has_line("ax_commit_rejected_total{reason=\"other\"} 137"));
    ax_metric_add(AX_METRIC_FACTS_ACCEPTED, "a\"b\\\n", 1);
    assert_true(has_line("ax_ingest_facts_total{result=\"a\\\"b\\\\ \"} 1"));
}

/* One request, until the server closes. */
static void ask(int port, const char *request, char *answer, size_t size)
{
    struct ax_err err = {0};
    struct ax_net *net = NULL;
    struct ax_net_options options = {
            .host = "127.0.0.1", .port = port, .connect_timeout_ms = 5000, .io_timeout_ms = 5000};
    assert_true(ax_ok(ax_net_connect(&options, &net, &err)));
    assert_true(ax_ok(ax_net_write(net, ax_str_c(request), &err)));
    size_t at = 0;
    size_t got = 0;
    while (at + 1 < size && ax_ok(ax_net_read(net, answer + at, size - 1 - at, &got, &err))) {
        at += got;
    }
    answer[at] = '\0';
    ax_net_close(net);
}

static void serves_http(void **state)
{
    (void)state;
    static char answer[1 << 16];
    struct ax_err err = {0};
    struct ax_metrics_listener *listener = NULL;
    int port = 0;
    assert_true(ax_ok(ax_metrics_listen("127.0.0.1:0", &listener, &port, &err)));
    assert_in_range(port, 1, 65535);
    ask(port, "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", answer, sizeof answer);
    assert_non_null(strstr(answer, "200 OK"));
    assert_non_null(strstr(answer, "# TYPE ax_commits_total counter"));
    ask(port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", answer, sizeof answer);
    assert_non_null(strstr(answer, "404"));
    ask(port, "POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab", answer,
            sizeof answer);
    assert_non_null(strstr(answer, "405"));
    ax_metrics_close(listener);
    ax_metrics_close(NULL);
}

static void wrong_addresses_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "x", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "[::1"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct ax_err err = {0};
        struct ax_metrics_listener *listener = NULL;
        assert_int_equal(ax_metrics_listen(wrong[i], &listener, NULL, &err).code, AX_INVALID);
        assert_string_equal(err.field, "metrics_listen");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(counts_from_many_threads),
            cmocka_unit_test(gauges_are_set),
            cmocka_unit_test(buckets_hold_what_is_not_longer),
            cmocka_unit_test(too_many_labels_are_other),
            cmocka_unit_test(serves_http),
            cmocka_unit_test(wrong_addresses_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
