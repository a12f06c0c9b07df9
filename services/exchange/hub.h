/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The ratings feed, read once for all watchers. One thread keeps the newest events in a ring, hands them to every watcher
 * that has room, sends heartbeats, and ends those who are gone or too slow. A watcher's call belongs to the hub from
 * ax_hub_join on. Join and place may be called by any thread.
 */
#include "services/exchange/question.h"
#include "services/exchange/state.h"
#include "services/exchange/token.h"

enum {
    AX_HUB_EVENTS_MAX = 16384, /* in the ring */
    AX_HUB_BYTES_MAX = 32 << 20,
};

ax_rc ax_hub_open(struct ax_exchange *x, struct ax_hub **out, struct ax_err *err) AX_MUST_CHECK;
void ax_hub_close(struct ax_hub *hub); /* ends every watcher with AX_UNAVAILABLE */

/* Where the feed is now. */
void ax_hub_place(struct ax_hub *hub, struct ax_place *out);
/* Counts a watcher in, before its snapshot: AX_LIMIT where there are too many. Each is counted out when its call ends. */
ax_rc ax_hub_reserve(struct ax_hub *hub, struct ax_err *err) AX_MUST_CHECK;
void ax_hub_release(struct ax_hub *hub);
/* Is everything from that place on still in the ring? */
bool ax_hub_has(struct ax_hub *hub, const struct ax_place *place);
/* Goes on from `place`. The question (arena memory of the call) must live as long as the call. */
void ax_hub_join(
        struct ax_hub *hub, struct ax_rpc_call *call, const struct ax_question *question, const struct ax_place *place);
/* Does this rating, as fed or stored, belong to what the question wants? */
ax_rc ax_watch_wants(const struct ax_question *question, ax_str rating, struct ax_arena *scratch, bool *wanted,
        struct ax_err *err) AX_MUST_CHECK;
