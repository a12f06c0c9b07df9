/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The rater that is valid now: the bundle of packs_dir until the records of anxin.packs.v1 say otherwise. It reads them
 * when it is told to, up to the end that the topic has then, and makes a new rater where they change anything. A rater that
 * was given out stays good until the live closes: somebody may still be rating with it. Any thread.
 */
#include "services/lib/eventlog/eventlog.h"
#include "services/lib/schedule/library.h"
#include "services/lib/schedule/schedule.h"
#include "services/lib/view/rater.h"

struct ax_live;

/* `library` is borrowed; NULL: only `bundle` is at hand. Reads nothing yet. */
struct ax_live *ax_live_new(struct ax_log *log, const struct ax_bundle *bundle, struct ax_library *library);
void ax_live_free(struct ax_live *live);
/* Not OK: it is as it was, or a part further. */
ax_rc ax_live_catch_up(struct ax_live *live, struct ax_err *err) AX_MUST_CHECK;
const struct ax_rater *ax_live_rater(const struct ax_live *live);
struct ax_library *ax_live_library(const struct ax_live *live);
/* Whether a bundle is approved that is not at hand: the one before it goes on, and this is its digest. */
bool ax_live_missing(struct ax_live *live, uint8_t digest[AX_DIGEST_SIZE]);
/* Not OK where one is missing: the error names it. For whoever would rather stop than go on with the one before it. */
ax_rc ax_live_complete(struct ax_live *live, struct ax_err *err) AX_MUST_CHECK;
/* Which bundle rates from which day, ascending, the first since AX_DAY_NONE; how many. */
size_t ax_live_slots(struct ax_live *live, struct ax_schedule_slot out[AX_SCHEDULE_SLOTS_MAX + 1]);
/* Puts an action on the log, once it is known that nothing speaks against it. AX_EXISTS where it is there already. */
ax_rc ax_live_append(struct ax_live *live, const struct ax_pack_action *action, struct ax_err *err) AX_MUST_CHECK;
/* Copies of what was proposed, in arena memory, oldest first. */
ax_rc ax_live_proposals(struct ax_live *live, struct ax_arena *arena, struct ax_pack_proposal **out, size_t *count,
        struct ax_err *err) AX_MUST_CHECK;
