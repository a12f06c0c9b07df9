/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Which bundle of packs rates which day: what the records of anxin.packs.v1 say, applied in the order of the log.
 *
 * A bundle rates from a day on when one person has proposed it and another has approved it, both before that day. Days
 * before it keep the bundle that they had. What breaks a rule (one person twice, in whichever roles, a day that has come, an
 * unknown proposal, the same id again, an approval in place of another bundle than the one that rates the day) changes
 * nothing; so whoever reads the log comes to the same answer, after any crash and however often a record was sent. A
 * schedule owns its text. Pure; one thread at a time.
 */
#include "scoring/fact.h"

enum {
    AX_PACK_ACTION_VERSION = 1,
    AX_SCHEDULE_PROPOSALS_MAX = 1024,
    AX_SCHEDULE_SLOTS_MAX = 63, /* bundles approved, after the first */
    AX_SCHEDULE_ID_MAX = 64,
    AX_SCHEDULE_REASON_MAX = 512,
    AX_SCHEDULE_PRINCIPAL_MAX = 128,
};

enum ax_pack_stage { /* = anxin.v1.PackStage */
    AX_PACK_STAGE_NONE = 0,
    AX_PACK_STAGE_PROPOSED,
    AX_PACK_STAGE_APPROVED,
};

/* anxin.v1.PackAction. Strings borrow. */
struct ax_pack_action {
    uint32_t format_version;
    int32_t stage;
    ax_str id;
    uint8_t bundle_digest[AX_DIGEST_SIZE];
    uint8_t replaces_digest[AX_DIGEST_SIZE]; /* that rates effective_on without it; of an approval all zero: not said */
    int32_t effective_on;                    /* day */
    ax_str reason;
    ax_str principal;
    int64_t at_us;
};

extern const struct ax_message ax_pack_action_message;

/* anxin.v1.PackProposal. */
struct ax_pack_proposal {
    ax_str id;
    uint8_t bundle_digest[AX_DIGEST_SIZE];
    uint8_t replaces_digest[AX_DIGEST_SIZE];
    int32_t effective_on; /* day */
    ax_str reason;
    ax_str proposed_by;
    int64_t proposed_at_us;
    int32_t stage;
    ax_str approved_by;
    int64_t approved_at_us;
    bool is_replaced; /* another was approved later for the same day */
};

extern const struct ax_message ax_pack_proposal_message;

/* From this day on that bundle. */
struct ax_schedule_slot {
    int32_t since;
    uint8_t digest[AX_DIGEST_SIZE];
};

struct ax_schedule {
    struct ax_arena texts;
    struct ax_pack_proposal *proposals; /* in the order of the log */
    size_t count;
    uint8_t first[AX_DIGEST_SIZE]; /* what rated before anything was approved */
    struct ax_schedule_slot slots[AX_SCHEDULE_SLOTS_MAX];
    size_t slot_count; /* ascending by `since` */
};

void ax_schedule_init(struct ax_schedule *s);
void ax_schedule_deinit(struct ax_schedule *s);
/* Not OK: the action breaks a rule, which err says, and nothing has changed. */
ax_rc ax_schedule_apply(struct ax_schedule *s, const struct ax_pack_action *action, struct ax_err *err) AX_MUST_CHECK;
/* The same without doing it. */
ax_rc ax_schedule_check(
        const struct ax_schedule *s, const struct ax_pack_action *action, struct ax_err *err) AX_MUST_CHECK;
/* Of the bundle that rates a day by what is approved; NULL: nothing is. */
const uint8_t *ax_schedule_on(const struct ax_schedule *s, int32_t day);
/* The error of an approval in place of another bundle than that of `digest`, which rates the day. */
ax_rc ax_schedule_stale(const uint8_t digest[AX_DIGEST_SIZE], struct ax_err *err) AX_MUST_CHECK;
/* NULL: none of this id. */
const struct ax_pack_proposal *ax_schedule_find(const struct ax_schedule *s, ax_str id);
