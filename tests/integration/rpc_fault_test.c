/* SPDX-License-Identifier: Apache-2.0 */
/* What a peer can do wrong, and what this gRPC does wrong unless it is told otherwise. */
#include "tests/integration/rpc_bed.h"
#include "tests/integration/rpc_raw.h"
#include "tests/unit/t.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { HOLD_MAX = 64 };

static struct bed bed;
static struct ax_rpc_channel *channel;

static ax_rc call_on(struct ax_rpc_channel *on, const char *path, ax_str request, int timeout_ms, struct ax_err *err)
{
    struct ax_buf response;
    ax_buf_init(&response, BED_MESSAGE_MAX);
    ax_rc rc = ax_rpc_unary(on, path, request, timeout_ms, &response, err);
    ax_buf_deinit(&response);
    return rc;
}

static struct raw_client *raw(grpc_compression_algorithm algorithm)
{
    char target[64];
    return raw_open(bed_target(&bed, target, sizeof target), bed.dir, "operator", algorithm);
}

static void unknown_methods_are_refused_at_once(void **state)
{
    (void)state;
    struct ax_err err;
    int64_t begin = ax_mono_us();
    for (int i = 0; i < 20; i++) {
        assert_int_equal(call_on(channel, "/anxin.test.Echo/Nope", AX_STR("x"), 10000, &err).code, AX_UNSUPPORTED);
    }
    assert_int_equal(call_on(channel, "/anxin.test.Echo/Missing", AX_STR("x"), 10000, &err).code, AX_UNSUPPORTED);
    assert_true(ax_mono_us() - begin < 5000000);
}

static void compressed_messages_are_refused_unopened(void **state)
{
    (void)state;
    enum { ZEROS = 64 << 20 };
    struct raw_client *client = raw(GRPC_COMPRESS_GZIP);
    ax_str zeros = ax_str_of(ax_xcalloc(1, ZEROS), ZEROS);
    assert_int_equal(raw_call(client, "/anxin.test.Echo/Echo", &zeros, 20000), GRPC_STATUS_UNIMPLEMENTED);
    raw_close(client);
    free((void *)(uintptr_t)zeros.ptr);
    assert_true(ax_ok(call_on(channel, "/anxin.test.Echo/Echo", AX_STR("x"), 5000, NULL)));
}

static void too_large_messages_are_refused(void **state)
{
    (void)state;
    struct raw_client *client = raw(GRPC_COMPRESS_NONE);
    ax_str large = ax_str_of(ax_xcalloc(1, BED_MESSAGE_MAX + 1), BED_MESSAGE_MAX + 1);
    assert_int_equal(raw_call(client, "/anxin.test.Echo/Echo", &large, 10000), GRPC_STATUS_RESOURCE_EXHAUSTED);
    large.len = BED_MESSAGE_MAX;
    assert_int_equal(raw_call(client, "/anxin.test.Echo/Echo", &large, 10000), GRPC_STATUS_OK);
    free((void *)(uintptr_t)large.ptr);
    raw_close(client);
}

static void a_call_without_message_is_invalid(void **state)
{
    (void)state;
    struct raw_client *client = raw(GRPC_COMPRESS_NONE);
    assert_int_equal(raw_call(client, "/anxin.test.Echo/Echo", NULL, 10000), GRPC_STATUS_INVALID_ARGUMENT);
    assert_int_equal(raw_call(client, "/anxin.test.Echo/Count", NULL, 10000), GRPC_STATUS_INVALID_ARGUMENT);
    raw_close(client);
}

static void a_port_is_not_shared(void **state)
{
    (void)state;
    struct ax_rpc_server *second = NULL;
    struct ax_rpc_server_options options = bed.options;
    char listen[64];
    options.listen = bed_target(&bed, listen, sizeof listen);
    struct ax_err err;
    assert_int_equal(ax_rpc_server_open(&options, NULL, 0, &second, &err).code, AX_IO);
    assert_string_equal(err.field, "listen");
}

static void a_method_is_registered_once(void **state)
{
    (void)state;
    struct ax_rpc_server *second = NULL;
    const struct ax_rpc_method twice[] = {{.path = "/a.B/C"}, {.path = "/a.B/C"}};
    struct ax_err err;
    assert_int_equal(ax_rpc_server_open(&bed.options, twice, 2, &second, &err).code, AX_EXISTS);
}

static void wait_held(unsigned count)
{
    for (int i = 0; i < 5000 && atomic_load(&bed.held) != count; i++) {
        ax_sleep_ms(1);
    }
    assert_int_equal(atomic_load(&bed.held), count);
}

static void blocked_handlers_do_not_block_the_network(void **state)
{
    (void)state;
    struct ax_rpc_pending *held[4];
    struct ax_buf response;
    ax_buf_init(&response, 1000);
    atomic_store(&bed.hold, true);
    for (int i = 0; i < 4; i++) {
        assert_true(ax_ok(ax_rpc_unary_start(channel, "/anxin.test.Echo/Hold", AX_STR("x"), 20000, &held[i], NULL)));
    }
    wait_held(4); /* every worker */
    int64_t begin = ax_mono_us();
    struct ax_rpc_channel *fresh = bed_channel(&bed, "operator");
    assert_true(ax_ok(call_on(fresh, "/grpc.health.v1.Health/Check", AX_STR(""), 5000, NULL)));
    assert_true(ax_mono_us() - begin < 2000000);
    ax_rpc_channel_close(fresh);
    atomic_store(&bed.hold, false);
    for (int i = 0; i < 4; i++) {
        ax_buf_clear(&response);
        assert_true(ax_ok(ax_rpc_unary_finish(held[i], &response, NULL)));
    }
    ax_buf_deinit(&response);
}

static void too_many_in_flight_are_refused(void **state)
{
    (void)state;
    enum { SENT = HOLD_MAX + 10 };
    struct ax_rpc_pending *held[SENT];
    struct ax_buf response;
    struct ax_err err;
    ax_buf_init(&response, 1000);
    atomic_store(&bed.hold, true);
    for (int i = 0; i < SENT; i++) {
        assert_true(ax_ok(ax_rpc_unary_start(channel, "/anxin.test.Echo/Hold", AX_STR("x"), 20000, &held[i], NULL)));
    }
    wait_held(4);
    ax_sleep_ms(500);
    assert_int_equal(call_on(channel, "/anxin.test.Echo/Echo", AX_STR("x"), 5000, &err).code, AX_LIMIT);
    atomic_store(&bed.hold, false);
    int refused = 0;
    for (int i = 0; i < SENT; i++) {
        ax_rc rc = ax_rpc_unary_finish(held[i], &response, &err);
        refused += rc.code == AX_LIMIT ? 1 : 0;
        assert_true(ax_ok(rc) || rc.code == AX_LIMIT);
    }
    assert_int_equal(refused, SENT - HOLD_MAX);
    assert_true(ax_ok(call_on(channel, "/anxin.test.Echo/Echo", AX_STR("x"), 5000, &err)));
    ax_buf_deinit(&response);
}

static void a_passed_deadline_reaches_the_handler(void **state)
{
    (void)state;
    struct ax_err err;
    unsigned before = atomic_load(&bed.cancels);
    struct ax_rpc_pending *held = NULL;
    struct ax_buf response;
    ax_buf_init(&response, 1000);
    atomic_store(&bed.hold, true);
    assert_true(ax_ok(ax_rpc_unary_start(channel, "/anxin.test.Echo/Hold", AX_STR("x"), 2000, &held, &err)));
    wait_held(1); /* a call whose deadline is over before it comes reaches no handler */
    assert_int_equal(ax_rpc_unary_finish(held, &response, &err).code, AX_TIMEOUT);
    wait_held(0);
    ax_buf_deinit(&response);
    assert_int_equal(atomic_load(&bed.cancels), before + 1);
    atomic_store(&bed.hold, false);
}

static void the_default_deadline_holds_where_the_client_sets_none(void **state)
{
    (void)state;
    struct ax_err err;
    atomic_store(&bed.hold, true);
    int64_t begin = ax_mono_us();
    assert_int_equal(call_on(channel, "/anxin.test.Echo/Hold", AX_STR("x"), 0, &err).code, AX_TIMEOUT);
    assert_true(ax_mono_us() - begin >= 900000);
    wait_held(0);
    atomic_store(&bed.hold, false);
    assert_true(ax_ok(call_on(channel, "/anxin.test.Echo/Hold", AX_STR("x"), 0, &err)));
}

static void descriptors_are_raised_to_what_is_allowed(void **state)
{
    (void)state;
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_true(limit.rlim_cur == limit.rlim_max);
}

static void change(struct ax_rpc_server_options *options)
{
    options->default_deadline_ms = 1000;
    options->inflight_max = HOLD_MAX;
}

int main(void)
{
    bed_open(&bed, change);
    channel = bed_channel(&bed, "operator");
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(unknown_methods_are_refused_at_once),
            cmocka_unit_test(compressed_messages_are_refused_unopened),
            cmocka_unit_test(too_large_messages_are_refused),
            cmocka_unit_test(a_call_without_message_is_invalid),
            cmocka_unit_test(a_port_is_not_shared),
            cmocka_unit_test(a_method_is_registered_once),
            cmocka_unit_test(blocked_handlers_do_not_block_the_network),
            cmocka_unit_test(too_many_in_flight_are_refused),
            cmocka_unit_test(a_passed_deadline_reaches_the_handler),
            cmocka_unit_test(the_default_deadline_holds_where_the_client_sets_none),
            cmocka_unit_test(descriptors_are_raised_to_what_is_allowed),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ax_rpc_channel_close(channel);
    bed_close(&bed);
    return failed;
}
