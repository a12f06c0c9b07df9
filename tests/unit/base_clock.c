/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include "tests/unit/t.h"

#include <stdlib.h>
#include <time.h>

enum { DAY_S = 86400 };

static void system_clock_has_the_offset(void **state)
{
    (void)state;
    int64_t expected_us = ((int64_t)time(NULL) + DAY_S) * 1000000;
    int64_t now_us = ax_clock_us(ax_clock_system());
    assert_true(now_us > expected_us - 5000000 && now_us < expected_us + 5000000);
}

static void fake_clock_stands(void **state)
{
    (void)state;
    struct ax_clock_fake fake;
    ax_clock_fake_init(&fake, 42);
    assert_true(ax_clock_us(&fake.clock) == 42);
    fake.now += 8;
    assert_true(ax_clock_us(&fake.clock) == 50);
}

static void monotonic_clock_runs(void **state)
{
    (void)state;
    int64_t before_us = ax_mono_us();
    ax_sleep_ms(2);
    assert_true(ax_mono_us() - before_us >= 2000);
    ax_sleep_ms(0);
    ax_sleep_ms(-1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(system_clock_has_the_offset),
            cmocka_unit_test(fake_clock_stands),
            cmocka_unit_test(monotonic_clock_runs),
    };
    if (setenv("AX_CLOCK_OFFSET_S", "86400", 1) != 0) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
