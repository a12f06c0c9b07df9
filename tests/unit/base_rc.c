/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"
#include "base/rc.h"

#include "tests/unit/t.h"

#include <stdio.h>

static void names_all_codes(void **state)
{
    (void)state;
    for (int code = 0; code < AX_CODE_COUNT; code++) {
        assert_true(strlen(ax_code_name(code)) > 0);
        assert_true(strlen(ax_code_text(code, false)) > 0);
        assert_true(ax_utf8_valid(ax_str_c(ax_code_text(code, true))));
        assert_in_range(ax_code_grpc(code), 0, 16);
    }
    assert_int_equal(ax_code_grpc(AX_LIMIT), 8);
    assert_true(ax_code_retriable(AX_STALE) && !ax_code_retriable(AX_INVALID));
}

static void names_field_value_and_rule(void **state)
{
    (void)state;
    struct ax_err err;
    char line[512];
    ax_rc rc = ax_fail_field(&err, AX_INVALID, "fine_cents", "-5\n", 3, "must be at least %d", 0);
    assert_int_equal(rc.code, AX_INVALID);
    assert_string_equal(ax_err_line(&err, line, sizeof line), "fine_cents: must be at least 0 (found \"-5\\x0a\")");
    (void)ax_fail(&err, AX_IO, "no space");
    ax_err_prefix(&err, "row %d", 3);
    assert_string_equal(ax_err_line(&err, line, sizeof line), "row 3: no space");
    assert_int_equal(ax_fail(NULL, AX_LIMIT, "x").code, AX_LIMIT);
    ax_err_prefix(NULL, "x");
}

static void cuts_at_characters(void **state)
{
    (void)state;
    char text[1000] = "";
    for (size_t i = 0; i + 3 < sizeof text; i += 3) {
        (void)snprintf(text + i, 4, "安");
    }
    for (size_t shift = 0; shift < 3; shift++) {
        struct ax_err err;
        char line[100];
        const char *head = &"xx"[2 - shift];
        (void)ax_fail_field(&err, AX_INVALID, text, text, strlen(text), "%s%s", head, text);
        ax_err_prefix(&err, "%s", head);
        assert_true(ax_utf8_valid(ax_str_c(err.field)));
        assert_true(ax_utf8_valid(ax_str_c(err.value)));
        assert_true(ax_utf8_valid(ax_str_c(err.text)));
        assert_true(ax_utf8_valid(ax_str_c(ax_err_line(&err, line, sizeof line))));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(names_all_codes),
            cmocka_unit_test(names_field_value_and_rule),
            cmocka_unit_test(cuts_at_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
