/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Records of the facts topic that could not be read, kept whole in rejects before the scorer goes on behind them. */
#include "base/clock.h"
#include "services/lib/eventlog/eventlog.h"

enum { AX_DEAD_MAX = 256 }; /* in one batch; more end it */

struct ax_dead;

ax_rc ax_dead_letters_append(struct ax_log *log, const struct ax_clock *clock, const struct ax_dead *dead, size_t count,
        struct ax_err *err) AX_MUST_CHECK;
