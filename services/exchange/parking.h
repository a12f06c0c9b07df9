/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Calls that wait until the store has read as far as their caller has seen (min_as_of): read your own writes. One thread
 * looks after all of them, so that no worker of the server waits. A parked call belongs to the parking until it is
 * answered. Any thread may park.
 */
#include "services/exchange/question.h"
#include "services/exchange/state.h"

enum { AX_PARKING_CALLS_MAX = 1024 };

struct ax_parking;

/* Answers a call whose time has come; on the parking's thread. */
typedef void (*ax_parking_answer)(
        const struct ax_exchange *x, struct ax_rpc_call *call, const struct ax_question *question);

ax_rc ax_parking_open(const struct ax_exchange *x, ax_parking_answer answer, struct ax_parking **out,
        struct ax_err *err) AX_MUST_CHECK;
void ax_parking_close(struct ax_parking *parking); /* ends what is parked with AX_UNAVAILABLE */
/* Not OK: the call was not taken and must be answered with it. AX_RANGE: the offset lies beyond the log's end. */
ax_rc ax_parking_put(struct ax_parking *parking, struct ax_rpc_call *call, const struct ax_question *question,
        struct ax_err *err) AX_MUST_CHECK;
