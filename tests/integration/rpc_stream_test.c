/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/integration/rpc_bed.h"
#include "tests/unit/t.h"

#include "base/clock.h"
#include "services/lib/rpc/pb.h"

#include <pthread.h>
#include <string.h>

static struct bed bed;
static struct ax_rpc_channel *channel;

static int setup(void **state)
{
    (void)state;
    bed_open(&bed, NULL);
    channel = bed_channel(&bed, "operator");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ax_rpc_channel_close(channel);
    bed_close(&bed);
    return 0;
}

static struct ax_rpc_stream *open_stream(const char *path, ax_str request)
{
    struct ax_rpc_stream *stream = NULL;
    assert_true(ax_ok(ax_rpc_stream_open(channel, path, request, 30000, &stream, NULL)));
    return stream;
}

/* Reads to the end; how many messages came. */
static unsigned read_all(struct ax_rpc_stream *stream, ax_rc *rc, struct ax_err *err)
{
    struct ax_buf message;
    ax_buf_init(&message, BED_MESSAGE_MAX);
    unsigned count = 0;
    bool end = false;
    for (;;) {
        *rc = ax_rpc_stream_next(stream, &message, &end, err);
        if (!ax_ok(*rc) || end) {
            break;
        }
        count++;
    }
    ax_buf_deinit(&message);
    return count;
}

static void wait_for(atomic_uint *what, unsigned value)
{
    for (int i = 0; i < 5000 && atomic_load(what) < value; i++) {
        ax_sleep_ms(1);
    }
    assert_true(atomic_load(what) >= value);
}

static void every_message_arrives(void **state)
{
    (void)state;
    struct ax_err err;
    ax_rc rc;
    struct ax_rpc_stream *stream = open_stream("/anxin.test.Echo/Count", AX_STR("3000"));
    assert_int_equal(read_all(stream, &rc, &err), 3000);
    assert_true(ax_ok(rc));
    ax_rpc_stream_close(stream);
    stream = open_stream("/anxin.test.Echo/Count", AX_STR("0"));
    assert_int_equal(read_all(stream, &rc, &err), 0);
    assert_true(ax_ok(rc));
    ax_rpc_stream_close(stream);
}

static void a_cancelled_stream_ends_its_handler(void **state)
{
    (void)state;
    struct ax_buf message;
    bool end;
    ax_buf_init(&message, BED_MESSAGE_MAX);
    struct ax_rpc_stream *stream = open_stream("/anxin.test.Echo/Count", AX_STR("forever"));
    for (int i = 0; i < 100; i++) {
        assert_true(ax_ok(ax_rpc_stream_next(stream, &message, &end, NULL)));
    }
    ax_rpc_stream_cancel(stream);
    ax_rpc_stream_close(stream);
    wait_for(&bed.stream_ends, 1);
    assert_int_equal(atomic_load(&bed.cancels), 1);
    ax_buf_deinit(&message);
}

static void a_slow_reader_holds_its_own_stream_only(void **state)
{
    (void)state;
    struct ax_err err;
    ax_rc rc;
    struct ax_rpc_stream *slow[4];
    struct ax_buf response;
    ax_buf_init(&response, 1000);
    for (int i = 0; i < 4; i++) { /* as many as there are workers of streams */
        slow[i] = open_stream("/anxin.test.Echo/Count", AX_STR("forever"));
    }
    ax_sleep_ms(300);
    assert_true(ax_ok(ax_rpc_unary(channel, "/anxin.test.Echo/Echo", AX_STR("x"), 5000, &response, &err)));
    assert_int_equal(atomic_load(&bed.stream_ends), 0);
    for (int i = 0; i < 4; i++) {
        ax_rpc_stream_close(slow[i]);
    }
    wait_for(&bed.stream_ends, 4);
    struct ax_rpc_stream *flood = open_stream("/anxin.test.Echo/Flood", AX_STR("forever"));
    wait_for(&bed.limits, 1); /* bounded: the producer is told */
    (void)read_all(flood, &rc, &err);
    assert_int_equal(rc.code, AX_LIMIT);
    ax_rpc_stream_close(flood);
    ax_buf_deinit(&response);
}

static void errors_end_a_stream(void **state)
{
    (void)state;
    struct ax_err err;
    ax_rc rc;
    struct ax_rpc_stream *stream = open_stream("/anxin.test.Echo/Nope", AX_STR("1"));
    assert_int_equal(read_all(stream, &rc, &err), 0);
    assert_int_equal(rc.code, AX_UNSUPPORTED);
    ax_rpc_stream_close(stream);
}

static void *close_server(void *unused)
{
    (void)unused;
    bed_stop(&bed);
    return NULL;
}

static void a_drain_ends_streams_and_lets_calls_finish(void **state)
{
    (void)state;
    struct ax_err err;
    ax_rc rc;
    struct ax_buf response;
    ax_buf_init(&response, BED_MESSAGE_MAX);
    bool end;
    struct ax_rpc_pending *held = NULL;
    struct ax_rpc_stream *stream = open_stream("/anxin.test.Echo/Count", AX_STR("forever"));
    struct ax_rpc_stream *watch = open_stream("/grpc.health.v1.Health/Watch", AX_STR(""));
    assert_true(ax_ok(ax_rpc_stream_next(watch, &response, &end, &err)));
    assert_true(ax_ok(ax_rpc_stream_next(stream, &response, &end, &err)));
    atomic_store(&bed.hold, true);
    assert_true(ax_ok(ax_rpc_unary_start(channel, "/anxin.test.Echo/Hold", AX_STR("x"), 20000, &held, &err)));
    wait_for(&bed.held, 1);
    pthread_t closer;
    assert_int_equal(pthread_create(&closer, NULL, close_server, NULL), 0);
    assert_true(ax_ok(ax_rpc_stream_next(watch, &response, &end, &err)));
    assert_memory_equal(response.ptr, "\x08\x02", 2); /* NOT_SERVING */
    (void)read_all(watch, &rc, &err);
    assert_int_equal(rc.code, AX_UNAVAILABLE);
    (void)read_all(stream, &rc, &err);
    assert_int_equal(rc.code, AX_UNAVAILABLE);
    assert_string_equal(err.text, "draining");
    ax_sleep_ms(300);
    atomic_store(&bed.hold, false);
    ax_buf_clear(&response);
    assert_true(ax_ok(ax_rpc_unary_finish(held, &response, &err)));
    ax_rpc_stream_close(stream);
    ax_rpc_stream_close(watch);
    (void)pthread_join(closer, NULL);
    ax_buf_deinit(&response);
}

static void a_drain_cancels_what_outlasts_its_grace(void **state)
{
    (void)state;
    struct ax_err err;
    struct ax_buf response;
    ax_buf_init(&response, 1000);
    struct ax_rpc_pending *held = NULL;
    atomic_store(&bed.hold, true);
    assert_true(ax_ok(ax_rpc_unary_start(channel, "/anxin.test.Echo/Hold", AX_STR("x"), 20000, &held, &err)));
    wait_for(&bed.held, 1);
    int64_t begin = ax_mono_us();
    bed_stop(&bed);
    int64_t took_us = ax_mono_us() - begin;
    assert_true(took_us >= 1900000 && took_us < 10000000);
    assert_false(ax_ok(ax_rpc_unary_finish(held, &response, &err)));
    ax_buf_deinit(&response);
}

static void health_is_watched(void **state)
{
    (void)state;
    struct ax_err err;
    struct ax_buf response;
    bool end;
    ax_buf_init(&response, 1000);
    static const char request[] = "\x0a\x0f"
                                  "anxin.test.Echo";
    ax_str named = ax_str_of(request, sizeof request - 1);
    struct ax_rpc_stream *watch = open_stream("/grpc.health.v1.Health/Watch", named);
    struct ax_rpc_stream *unknown = open_stream("/grpc.health.v1.Health/Watch", AX_STR("\x0a\x01x"));
    assert_true(ax_ok(ax_rpc_stream_next(watch, &response, &end, &err)));
    assert_memory_equal(response.ptr, "\x08\x01", 2);
    assert_true(ax_ok(ax_rpc_stream_next(unknown, &response, &end, &err)));
    assert_memory_equal(response.ptr, "\x08\x03", 2);
    ax_rpc_server_set_serving(bed.server, "anxin.test.Echo", false);
    assert_true(ax_ok(ax_rpc_stream_next(watch, &response, &end, &err)));
    assert_memory_equal(response.ptr, "\x08\x02", 2);
    ax_rpc_server_set_serving(bed.server, "x", true);
    assert_true(ax_ok(ax_rpc_stream_next(unknown, &response, &end, &err)));
    assert_memory_equal(response.ptr, "\x08\x01", 2);
    ax_buf_clear(&response);
    assert_true(ax_ok(ax_rpc_unary(channel, "/grpc.health.v1.Health/Check", AX_STR(""), 5000, &response, &err)));
    assert_memory_equal(response.ptr, "\x08\x01", 2);
    ax_rc rc = ax_rpc_unary(channel, "/grpc.health.v1.Health/Check", AX_STR("\x0a\x01y"), 5000, &response, &err);
    assert_int_equal(rc.code, AX_NOT_FOUND);
    rc = ax_rpc_unary(channel, "/grpc.health.v1.Health/Check", AX_STR("\x0a\x7f"), 5000, &response, &err);
    assert_int_equal(rc.code, AX_INVALID);
    ax_rpc_stream_close(watch);
    ax_rpc_stream_close(unknown);
    ax_buf_deinit(&response);
}

/* The first field of a reflection answer that is not the echo of the request. */
static struct ax_pb_field ask_reflection(const char *path, ax_str request, struct ax_buf *response)
{
    struct ax_err err;
    bool end;
    bool bad = false;
    struct ax_pb_field field = {0};
    struct ax_rpc_stream *stream = open_stream(path, request);
    assert_true(ax_ok(ax_rpc_stream_next(stream, response, &end, &err)));
    struct ax_cursor c = ax_cursor_of(ax_buf_str(response));
    while (ax_pb_next(&c, &field, &bad) && field.number <= 2) {
    }
    assert_false(bad);
    struct ax_buf rest;
    ax_buf_init(&rest, 1000);
    assert_true(ax_ok(ax_rpc_stream_next(stream, &rest, &end, &err)));
    assert_true(end);
    ax_rpc_stream_close(stream);
    ax_buf_deinit(&rest);
    return field;
}

static void reflection_answers_under_both_names(void **state)
{
    (void)state;
    static const char *const paths[] = {"/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"};
    struct ax_buf response;
    ax_buf_init(&response, BED_MESSAGE_MAX);
    for (int i = 0; i < 2; i++) {
        struct ax_pb_field list = ask_reflection(paths[i], AX_STR("\x3a\x01*"), &response);
        assert_int_equal(list.number, 6);
        assert_true(ax_str_find(list.bytes, AX_STR("anxin.test.Echo"), NULL));
        assert_true(ax_str_find(list.bytes, AX_STR("grpc.health.v1.Health"), NULL));
        struct ax_pb_field files = ask_reflection(paths[i],
                AX_STR("\x22\x16"
                       "anxin.v1.RatingService"),
                &response);
        assert_int_equal(files.number, 4);
        assert_true(ax_str_find(files.bytes, AX_STR("anxin/v1/rating_service.proto"), NULL));
        assert_true(ax_str_find(files.bytes, AX_STR("anxin/v1/fact.proto"), NULL));
        struct ax_pb_field error = ask_reflection(paths[i], AX_STR("\x22\x01x"), &response);
        assert_int_equal(error.number, 7);
    }
    ax_buf_deinit(&response);
}

static void the_built_in_services_ask_for_authority_too(void **state)
{
    (void)state;
    struct ax_err err;
    ax_rc rc;
    struct ax_buf response;
    ax_buf_init(&response, 1000);
    struct ax_rpc_channel *provider = bed_channel(&bed, "provider");
    assert_true(ax_ok(ax_rpc_unary(provider, "/grpc.health.v1.Health/Check", AX_STR(""), 5000, &response, &err)));
    rc = ax_rpc_unary(provider, "/anxin.test.Echo/Echo", AX_STR("x"), 5000, &response, &err);
    assert_int_equal(rc.code, AX_DENIED);
    struct ax_rpc_stream *stream = NULL;
    assert_true(ax_ok(ax_rpc_stream_open(provider, "/anxin.test.Echo/Count", AX_STR("1"), 5000, &stream, &err)));
    assert_int_equal(read_all(stream, &rc, &err), 0);
    assert_int_equal(rc.code, AX_DENIED);
    ax_rpc_stream_close(stream);
    ax_rpc_channel_close(provider);
    ax_buf_deinit(&response);
}

int main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
            EACH(every_message_arrives),
            EACH(a_cancelled_stream_ends_its_handler),
            EACH(a_slow_reader_holds_its_own_stream_only),
            EACH(errors_end_a_stream),
            EACH(a_drain_ends_streams_and_lets_calls_finish),
            EACH(a_drain_cancels_what_outlasts_its_grace),
            EACH(health_is_watched),
            EACH(reflection_answers_under_both_names),
            EACH(the_built_in_services_ask_for_authority_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
