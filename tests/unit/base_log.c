/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"
#include "base/log.h"

#include "tests/unit/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int saved_stderr;
static FILE *captured;

static void capture(void)
{
    captured = tmpfile();
    assert_non_null(captured);
    saved_stderr = dup(STDERR_FILENO);
    assert_true(dup2(fileno(captured), STDERR_FILENO) >= 0);
}

/* What was written since capture(). */
static const char *release(void)
{
    static char text[8192];
    assert_true(dup2(saved_stderr, STDERR_FILENO) >= 0);
    (void)close(saved_stderr);
    rewind(captured);
    size_t len = fread(text, 1, sizeof text - 1, captured);
    text[len] = '\0';
    (void)fclose(captured);
    return text;
}

static void writes_one_line(void **state)
{
    (void)state;
    ax_note_setup("scorer", AX_NOTE_INFO);
    capture();
    AX_NOTE(WARN, "partition.taken", "partition=%d text=%s", 3, "a\nb");
    const char *text = release();
    assert_true(ax_str_ends(ax_str_c(text), AX_STR("Z warn scorer partition.taken partition=3 text=a?b\n")));
    assert_int_equal(text[4], '-');
    assert_int_equal(text[10], 'T');
}

static int evaluated;
static int evaluate(void)
{
    return ++evaluated;
}

static void arguments_below_the_level_are_not_evaluated(void **state)
{
    (void)state;
    capture();
    AX_NOTE(DEBUG, "x", "n=%d", evaluate());
    assert_string_equal(release(), "");
    assert_int_equal(evaluated, 0);
}

static void long_lines_are_cut(void **state)
{
    (void)state;
    capture();
    AX_NOTE(INFO, "x", "n=%5000d", 1);
    size_t len = strlen(release());
    assert_in_range(len, 1000, 2048);
}

static void repeats_are_suppressed_and_counted(void **state)
{
    (void)state;
    capture();
    for (int i = 0; i < 10; i++) {
        AX_NOTE_LIMITED(INFO, "often", "i=%d", i);
    }
    ax_str text = ax_str_c(release());
    assert_true(ax_str_ends(text, AX_STR(" often i=0\n")));
    struct ax_note_limit limit = {.suppressed = 9};
    capture();
    ax_note_write_limited(&limit, AX_NOTE_INFO, "often", "i=%d", 10);
    assert_true(ax_str_ends(ax_str_c(release()), AX_STR(" often i=10 suppressed=9\n")));
    assert_int_equal(limit.suppressed, 0);
}

static void quotes(void **state)
{
    (void)state;
    char buf[64];
    char small[6];
    char err_buf[512];
    assert_string_equal(ax_note_quote("a\"b\\c\n\x01", buf, sizeof buf), "\"a\\\"b\\\\c\\n\\x01\"");
    assert_string_equal(ax_note_quote("abcdef", small, sizeof small), "\"abc\"");
    assert_string_equal(ax_note_quote(NULL, buf, sizeof buf), "\"\"");
    struct ax_err err;
    (void)ax_fail_field(&err, AX_INVALID, "f", "v", 1, "no");
    assert_string_equal(ax_note_err(&err, err_buf, sizeof err_buf), "code=INVALID field=\"f\" value=\"v\" text=\"no\"");
}

static void parses_levels(void **state)
{
    (void)state;
    enum ax_note_level level = AX_NOTE_INFO;
    assert_true(ax_note_level_parse("debug", &level) && level == AX_NOTE_DEBUG);
    assert_false(ax_note_level_parse("loud", &level));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(writes_one_line),
            cmocka_unit_test(arguments_below_the_level_are_not_evaluated),
            cmocka_unit_test(long_lines_are_cut),
            cmocka_unit_test(repeats_are_suppressed_and_counted),
            cmocka_unit_test(quotes),
            cmocka_unit_test(parses_levels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
