/* SPDX-License-Identifier: Apache-2.0 */
/* Requests as they come over the wire: what is refused names field and value as they were sent. */
#include "services/exchange/question.h"
#include "services/lib/wire/put.h"
#include "tests/unit/t.h"

static void one_measure_at_most(void **state)
{
    (void)state;
    enum { ENTERPRISE = 1, EXPOSURE = 2, VEHICLES = 7 };
    static const struct ax_principal insurer = {.role = "insurer", .id = "x"};
    struct ax_buf request;
    struct ax_arena arena;
    struct ax_question question;
    struct ax_err err;
    ax_buf_init(&request, 4096);
    ax_arena_init(&arena, 4096, 1 << 16);
    ax_wire_put_str(&request, ENTERPRISE, AX_STR("91140000MA07E5716U"));
    ax_wire_put_uint(&request, EXPOSURE, 1);
    assert_true(ax_ok(ax_question_read(AX_ASKED_QUOTE, ax_buf_str(&request), &insurer, &arena, &question, &err)));
    assert_int_equal(question.exposure, 1);
    ax_wire_put_uint(&request, VEHICLES, UINT64_MAX);
    ax_rc rc = ax_question_read(AX_ASKED_QUOTE, ax_buf_str(&request), &insurer, &arena, &question, &err);
    assert_int_equal(rc.code, AX_INVALID);
    assert_string_equal(err.field, "vehicles");
    assert_string_equal(err.value, "18446744073709551615");
    ax_arena_deinit(&arena);
    ax_buf_deinit(&request);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_measure_at_most)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
