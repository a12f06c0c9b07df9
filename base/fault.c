/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fault.h"

#include "base/bytes.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum { NAME_SIZE = 64 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char armed[NAME_SIZE];
static int64_t pass; /* 0: nothing is armed */
static _Atomic int64_t passed;

static void read_environment(void)
{
    const char *text = getenv("AX_FAULT");
    ax_str count = ax_str_c(text == NULL ? "" : text);
    ax_str name = ax_str_split(&count, ':');
    int64_t number = 0;
    if (ax_str_to_c(name, armed, sizeof armed) && ax_ok(ax_str_to_i64(count, &number)) && number > 0) {
        pass = number;
    }
}

void ax_fault_pass(const char *name)
{
    AX_ASSERT(pthread_once(&once, read_environment) == 0);
    if (pass > 0 && ax_str_eq(ax_str_c(name), ax_str_c(armed)) && atomic_fetch_add(&passed, 1) + 1 == pass) {
        (void)kill(getpid(), SIGKILL);
        for (;;) {
            (void)pause();
        }
    }
}
