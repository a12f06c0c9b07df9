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

/* What filters look at, of one rating. */
struct ax_subject {
    char enterprise[AX_STORE_ENTERPRISE_MAX + 1];
    char region[16]; /* cut: prefixes of codes are shorter */
    char industry[16];
    int32_t level; /* enum ax_level */
};

/* Where the feed is now. False while it has not been found yet after a start: wait and ask again. */
bool ax_hub_place(struct ax_hub *hub, struct ax_place *out);
/* Counts a watcher in, before its snapshot: AX_LIMIT where there are too many. Each is counted out when its call ends. */
ax_rc ax_hub_reserve(struct ax_hub *hub, struct ax_err *err) AX_MUST_CHECK;
void ax_hub_release(struct ax_hub *hub);
/* Is everything from that place on still in the ring? */
bool ax_hub_has(struct ax_hub *hub, const struct ax_place *place);
/* Goes on from `place`. The question (arena memory of the call) must live as long as the call. */
void ax_hub_join(
        struct ax_hub *hub, struct ax_rpc_call *call, const struct ax_question *question, const struct ax_place *place);
void ax_subject_of(const struct ax_rating *rating, struct ax_subject *out);
/* Does the question want to hear of it? A filter looks at the rating as it is now. */
bool ax_watch_wants(const struct ax_question *question, const struct ax_subject *subject);
