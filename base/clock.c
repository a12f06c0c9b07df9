/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include "base/bytes.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int64_t offset_us;

static int64_t read_us(clockid_t which)
{
    struct timespec t;
    AX_ASSERT(clock_gettime(which, &t) == 0);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void read_offset(void)
{
    static const int64_t max_s = 200LL * 366 * 86400;
    const char *text = getenv("AX_CLOCK_OFFSET_S");
    int64_t seconds = 0;
    if (text != NULL && ax_ok(ax_str_to_i64(ax_str_c(text), &seconds)) && seconds >= -max_s && seconds <= max_s) {
        offset_us = seconds * 1000000;
    }
}

static int64_t system_now(void *state)
{
    (void)state;
    AX_ASSERT(pthread_once(&once, read_offset) == 0);
    return read_us(CLOCK_REALTIME) + offset_us;
}

const struct ax_clock *ax_clock_system(void)
{
    static const struct ax_clock clock = {.now_us = system_now};
    return &clock;
}

int64_t ax_mono_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

void ax_sleep_ms(int ms)
{
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    while (ms > 0 && nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

static int64_t fake_now(void *state)
{
    struct ax_clock_fake *fake = state;
    return fake->now;
}

void ax_clock_fake_init(struct ax_clock_fake *fake, int64_t now_us)
{
    fake->clock = (struct ax_clock){.now_us = fake_now, .state = fake};
    fake->now = now_us;
}
