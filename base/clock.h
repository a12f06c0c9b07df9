/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Time is injected: whoever needs the time of day is given a clock, and tests move theirs. `struct ax_clock` is borrowed
 * and may be read by any thread. AX_CLOCK_OFFSET_S in the environment moves the system clock of a whole process (tests
 * that let midnight pass in a real deployment).
 */
#include "base/rc.h"

struct ax_clock {
    int64_t (*now_us)(void *state); /* UTC microseconds since 1970 */
    void *state;
};

const struct ax_clock *ax_clock_system(void);
static inline int64_t ax_clock_us(const struct ax_clock *clock)
{
    return clock->now_us(clock->state);
}

/* Monotonic, for time-outs and durations; cannot be injected and is never stored. */
int64_t ax_mono_us(void);
void ax_sleep_ms(int ms);

/* A clock that stands until it is moved. */
struct ax_clock_fake {
    struct ax_clock clock;
    _Atomic int64_t now;
};
void ax_clock_fake_init(struct ax_clock_fake *fake, int64_t now_us);
