/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/integration/rpc_bed.h"
#include "tests/unit/t.h"

#include "base/clock.h"
#include "base/metrics.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct bed bed;
static struct ax_rpc_channel *channel;

static ax_rc call(const char *path, ax_str request, int timeout_ms, struct ax_buf *response, struct ax_err *err)
{
    ax_buf_clear(response);
    return ax_rpc_unary(channel, path, request, timeout_ms, response, err);
}

static void echoes(void **state)
{
    (void)state;
    struct ax_buf response;
    struct ax_err err;
    ax_buf_init(&response, BED_MESSAGE_MAX);
    assert_true(ax_ok(call("/anxin.test.Echo/Echo", AX_STR("安信"), 5000, &response, &err)));
    assert_true(ax_str_eq(ax_buf_str(&response), AX_STR("安信")));
    assert_true(ax_ok(call("/anxin.test.Echo/Echo", AX_STR(""), 5000, &response, &err)));
    assert_int_equal(response.len, 0);
    ax_buf_deinit(&response);
}

static void errors_carry_field_value_and_rule(void **state)
{
    (void)state;
    struct ax_buf response;
    struct ax_err err;
    ax_buf_init(&response, 1000);
    ax_rc rc = call("/anxin.test.Echo/Fail", AX_STR("9114\n0000"), 5000, &response, &err);
    assert_int_equal(rc.code, AX_INVALID);
    assert_int_equal(err.code, AX_INVALID);
    assert_string_equal(err.field, "fact.enterprise");
    assert_string_equal(err.value, "9114\\x0a0000");
    assert_string_equal(err.text, "the check character is wrong: 校验码");
    ax_buf_deinit(&response);
}

static void many_at_once_come_in_batches(void **state)
{
    (void)state;
    enum { MANY = 60, ROUNDS = 20 };
    struct ax_rpc_pending *pending[MANY];
    struct ax_buf response;
    struct ax_err err;
    ax_buf_init(&response, 1000);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < MANY; i++) {
            char text[16];
            int len = snprintf(text, sizeof text, "%d", i);
            assert_true(ax_ok(ax_rpc_unary_start(
                    channel, "/anxin.test.Echo/Echo", ax_str_of(text, (size_t)len), 10000, &pending[i], &err)));
        }
        for (int i = 0; i < MANY; i++) {
            ax_buf_clear(&response);
            assert_true(ax_ok(ax_rpc_unary_finish(pending[i], &response, &err)));
            ax_buf_put_u8(&response, 0);
            assert_int_equal(atoi((const char *)response.ptr), i);
        }
    }
    assert_true(atomic_load(&bed.largest) > 1);
    ax_buf_deinit(&response);
}

static void what_was_called_is_counted(void **state)
{
    (void)state;
    bool counted = false;
    for (int i = 0; i < 100 && !counted; i++) { /* told twice a second */
        char *text = ax_metrics_text();
        counted = strstr(text, "grpc_server_started_total{grpc_method=\"/anxin.test.Echo/Echo\"}") != NULL &&
                  strstr(text, "grpc_server_handled_total{grpc_code=\"INVALID_ARGUMENT\"}") != NULL;
        ax_xfree(text);
        ax_sleep_ms(50);
    }
    assert_true(counted);
}

int main(void)
{
    bed_open(&bed, NULL);
    channel = bed_channel(&bed, "operator");
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(echoes),
            cmocka_unit_test(errors_carry_field_value_and_rule),
            cmocka_unit_test(many_at_once_come_in_batches),
            cmocka_unit_test(what_was_called_is_counted),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ax_rpc_channel_close(channel);
    bed_close(&bed);
    return failed;
}
