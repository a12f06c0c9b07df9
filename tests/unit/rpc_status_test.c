/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/t.h"

#include "services/lib/rpc/pb.h"
#include "services/lib/rpc/reflection.h"
#include "services/lib/rpc/status.h"

#include <string.h>

static void encode(const struct ax_err *err, bool retry, struct ax_buf *out)
{
    ax_buf_init(out, AX_STATUS_DETAILS_MAX);
    ax_status_encode(err, retry, out);
    assert_false(out->failed);
}

static void every_code_survives(void **state)
{
    (void)state;
    for (int code = AX_OK + 1; code < AX_CODE_COUNT; code++) {
        struct ax_err err;
        struct ax_err back;
        struct ax_buf out;
        (void)ax_fail_field(&err, (enum ax_code)code, "field", "value", 5, "the rule");
        encode(&err, false, &out);
        assert_true(ax_ok(ax_status_decode(ax_code_grpc(code), AX_STR("the rule"), ax_buf_str(&out), &back)));
        assert_int_equal(back.code, code);
        assert_string_equal(back.field, "field");
        assert_string_equal(back.value, "value");
        assert_string_equal(back.text, "the rule");
        ax_buf_deinit(&out);
    }
}

static void the_longest_error_fits(void **state)
{
    (void)state;
    struct ax_err err = {.code = AX_INVALID};
    memset(err.field, 'f', sizeof err.field - 1);
    memset(err.value, 'v', sizeof err.value - 1);
    memset(err.text, 't', sizeof err.text - 1);
    struct ax_buf out;
    encode(&err, true, &out);
    assert_true(out.len < AX_STATUS_DETAILS_MAX);
    assert_true(ax_str_find(ax_buf_str(&out), AX_STR("google.rpc.BadRequest"), NULL));
    assert_true(ax_str_find(ax_buf_str(&out), AX_STR("google.rpc.RetryInfo"), NULL));
    ax_buf_deinit(&out);
}

static void retry_info_is_where_a_retry_helps(void **state)
{
    (void)state;
    struct ax_err err;
    struct ax_buf out;
    (void)ax_fail(&err, AX_UNAVAILABLE, "later");
    encode(&err, false, &out);
    assert_true(ax_str_find(ax_buf_str(&out), AX_STR("google.rpc.RetryInfo"), NULL));
    assert_false(ax_str_find(ax_buf_str(&out), AX_STR("google.rpc.BadRequest"), NULL));
    ax_buf_deinit(&out);
    (void)ax_fail(&err, AX_NOT_FOUND, "no");
    encode(&err, false, &out);
    assert_false(ax_str_find(ax_buf_str(&out), AX_STR("google.rpc.RetryInfo"), NULL));
    ax_buf_deinit(&out);
}

static void what_is_no_status_leaves_code_and_message(void **state)
{
    (void)state;
    struct ax_err err;
    assert_false(ax_ok(ax_status_decode(5, AX_STR("gone\n"), AX_STR("\xff\xff\xff"), &err)));
    assert_int_equal(err.code, AX_NOT_FOUND);
    assert_string_equal(err.text, "gone ");
    assert_true(ax_ok(ax_status_decode(13, AX_STR("\xff"), AX_STR(""), &err))); /* INTERNAL, no details */
    assert_int_equal(err.code, AX_IO);
    assert_string_equal(err.text, "?");
}

static void a_reason_that_contradicts_the_status_is_not_believed(void **state)
{
    (void)state;
    struct ax_err err;
    struct ax_err back;
    struct ax_buf out;
    (void)ax_fail(&err, AX_DENIED, "no");
    encode(&err, false, &out);
    assert_true(ax_ok(ax_status_decode(14, AX_STR("no"), ax_buf_str(&out), &back)));
    assert_int_equal(back.code, AX_UNAVAILABLE);
    ax_buf_deinit(&out);
}

static void protobuf_is_read_within_its_bounds(void **state)
{
    (void)state;
    struct ax_pb_field f;
    bool bad;
    struct ax_cursor c = ax_cursor_of(AX_STR("\x0a\xff\xff\xff\xff\x7f")); /* a length past the end */
    assert_false(ax_pb_next(&c, &f, &bad));
    assert_true(bad);
    c = ax_cursor_of(AX_STR("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01")); /* eleven bytes of varint */
    assert_false(ax_pb_next(&c, &f, &bad));
    assert_true(bad);
    c = ax_cursor_of(AX_STR("\x0b")); /* a group */
    assert_false(ax_pb_next(&c, &f, &bad));
    assert_true(bad);
    c = ax_cursor_of(AX_STR("\x88\x00\x81\x00")); /* not minimal, and allowed */
    assert_true(ax_pb_next(&c, &f, &bad));
    assert_int_equal(f.number, 1);
    assert_int_equal(f.value, 1);
}

static void reflection_refuses_what_it_cannot_read(void **state)
{
    (void)state;
    struct ax_buf out;
    struct ax_err err;
    const ax_str services[] = {AX_STR("a.B")};
    ax_buf_init(&out, 1 << 20);
    assert_int_equal(ax_reflection_answer(AX_STR("\x0a\x7f"), services, 1, &out, &err).code, AX_INVALID);
    assert_true(ax_ok(ax_reflection_answer(AX_STR(""), services, 1, &out, &err))); /* an error_response inside */
    ax_buf_clear(&out);
    assert_true(ax_ok(ax_reflection_answer(AX_STR("\x3a\x00"), services, 1, &out, &err)));
    assert_true(ax_str_find(ax_buf_str(&out), AX_STR("a.B"), NULL));
    ax_buf_deinit(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(every_code_survives),
            cmocka_unit_test(the_longest_error_fits),
            cmocka_unit_test(retry_info_is_where_a_retry_helps),
            cmocka_unit_test(what_is_no_status_leaves_code_and_message),
            cmocka_unit_test(a_reason_that_contradicts_the_status_is_not_believed),
            cmocka_unit_test(protobuf_is_read_within_its_bounds),
            cmocka_unit_test(reflection_refuses_what_it_cannot_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
