/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AdminService: which bundle of packs rates which day. One person proposes, another approves; both are facts on
 * anxin.packs.v1, and what they come to is services/lib/schedule's. Here is only looked at who asks, whether the bundle is
 * at hand (a bad one cannot be loaded, so it cannot be proposed), and whether `anxin pack check` finds its rules wrong.
 */
#include "services/ingest/state.h"

#include "base/log.h"
#include "services/lib/pack/editions.h"
#include "services/lib/pack/pack_lint.h"
#include "services/lib/wire/put.h"
#include "services/lib/wire/unpack.h"

#include <anxin/v1/admin_service.pb-c.h>

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

/* Numbers in ProposePackResponse, ApprovePackResponse, ListPacksResponse, PackBundle and PackDays. */
enum {
    PROPOSAL = 1,
    WARNINGS = 2,
    PROPOSALS = 1,
    BUNDLES = 2,
    CHAMPION_DIGEST = 3,
    MISSING_DIGEST = 4,
    BUNDLE_DIGEST = 1,
    BUNDLE_PACKS = 2,
    BUNDLE_CHAMPION = 3,
    BUNDLE_CHALLENGER = 4,
    BUNDLE_RATES = 5,
    DAYS_FROM = 1,
    DAYS_TO = 2,
    ID_BYTES = 8,
    ID_HEX_SIZE = ID_BYTES * 2 + 1,
};

static ax_rc who(const struct ax_rpc_call *call, char out[AX_SCHEDULE_PRINCIPAL_MAX], struct ax_err *err)
{
    const struct ax_principal *p = ax_rpc_principal(call);
    if (strcmp(p->role, "operator") != 0 && strcmp(p->role, "regulator") != 0) {
        return ax_fail_field(err, AX_DENIED, "principal", p->role, strlen(p->role),
                "packs are proposed and approved by operators and regulators");
    }
    (void)snprintf(out, AX_SCHEDULE_PRINCIPAL_MAX, "%s/%s", p->role, p->id);
    return AX_RC(OK);
}

static ax_rc read_digest(const char *text, uint8_t out[AX_DIGEST_SIZE], struct ax_err *err)
{
    if (strlen(text) == AX_DIGEST_HEX_SIZE - 1 && ax_unhex(ax_str_c(text), out, AX_DIGEST_SIZE)) {
        return AX_RC(OK);
    }
    return ax_fail_field(err, AX_INVALID, "bundle_digest", text, strlen(text),
            "must be 64 hex digits, as `anxin pack show` has them");
}

static ax_rc make_id(char out[ID_HEX_SIZE], struct ax_err *err)
{
    uint8_t bytes[ID_BYTES];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
        return ax_fail(err, AX_UNAVAILABLE, "no random bytes: %s", strerror(errno));
    }
    ax_hex(bytes, sizeof bytes, out);
    return AX_RC(OK);
}

static ax_rc at_hand(struct ax_ingest *in, const uint8_t digest[AX_DIGEST_SIZE], struct ax_err *err)
{
    char hex[AX_DIGEST_HEX_SIZE];
    ax_hex(digest, AX_DIGEST_SIZE, hex);
    const struct ax_bundle *bundle = ax_library_find(ax_live_library(in->live), digest);
    if (bundle != NULL) {
        return ax_pack_lint_bundle(bundle, err);
    }
    return ax_fail_field(err, AX_STATE, "bundle_digest", hex, strlen(hex),
            "no sound bundle of this digest in packs_dir, packs_shadow_dir or packs_bundles_dir");
}

static ax_rc find(
        struct ax_ingest *in, ax_str id, struct ax_arena *arena, struct ax_pack_proposal **out, struct ax_err *err)
{
    struct ax_pack_proposal *all = NULL;
    size_t count = 0;
    *out = NULL;
    AX_TRY(ax_live_catch_up(in->live, err));
    AX_TRY(ax_live_proposals(in->live, arena, &all, &count, err));
    for (size_t i = 0; i < count; i++) {
        if (ax_str_eq(all[i].id, id)) {
            *out = &all[i];
        }
    }
    return AX_RC(OK);
}

/* The bundle that rates a day by what is approved. */
static void rates_on(struct ax_ingest *in, int32_t day, uint8_t digest[AX_DIGEST_SIZE])
{
    struct ax_schedule_slot slots[AX_SCHEDULE_SLOTS_MAX + 1];
    size_t at = ax_live_slots(in->live, slots) - 1;
    while (at > 0 && slots[at].since > day) {
        at--;
    }
    memcpy(digest, slots[at].digest, AX_DIGEST_SIZE);
}

static void put_proposal(struct ax_buf *response, uint32_t number, const struct ax_pack_proposal *p)
{
    size_t start = response->len;
    ax_encode(&ax_pack_proposal_message, p, false, response);
    ax_wire_wrap(response, start, number);
}

static void put_gaps(struct ax_buf *response, const struct ax_edition_gap *gaps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[AX_EDITION_GAP_TEXT_SIZE];
        ax_wire_put_str(response, WARNINGS, ax_str_c(ax_edition_gap_text(&gaps[i], text)));
    }
}

/* Whom it leaves without an edition: from its day on, of those whom the bundle of the day before covers, and between two of
 * its own. */
static void put_warnings(struct ax_ingest *in, struct ax_buf *response, const struct ax_pack_proposal *p)
{
    struct ax_edition_gap gaps[AX_EDITION_GAPS_MAX];
    uint8_t before[AX_DIGEST_SIZE];
    rates_on(in, p->effective_on - 1, before);
    const struct ax_bundle *bundle = ax_library_find(ax_live_library(in->live), p->bundle_digest);
    const struct ax_bundle *last = ax_library_find(ax_live_library(in->live), before);
    if (bundle != NULL && last != NULL) {
        put_gaps(response, gaps, ax_edition_gaps_between(last, bundle, p->effective_on, gaps));
    }
    if (bundle != NULL) {
        put_gaps(response, gaps, ax_edition_gaps(bundle, p->effective_on, gaps));
    }
}

static bool is_same(const struct ax_pack_proposal *p, const struct ax_pack_action *a)
{
    return memcmp(p->bundle_digest, a->bundle_digest, AX_DIGEST_SIZE) == 0 && p->effective_on == a->effective_on &&
           ax_str_eq(p->proposed_by, a->principal) && ax_str_eq(p->reason, a->reason);
}

static void note(const char *what, const struct ax_pack_action *a)
{
    char hex[AX_DIGEST_HEX_SIZE];
    char day[AX_DAY_TEXT_SIZE];
    char by[AX_SCHEDULE_PRINCIPAL_MAX * 2];
    char principal[AX_SCHEDULE_PRINCIPAL_MAX];
    ax_hex(a->bundle_digest, AX_DIGEST_SIZE, hex);
    (void)ax_str_to_c(a->principal, principal, sizeof principal);
    AX_NOTE(INFO, what, "digest=%s effective_on=%s by=%s", hex, ax_day_format(a->effective_on, day),
            ax_note_quote(principal, by, sizeof by));
}

/* Sent again it is the proposal that is there; another one under this id is an error. */
static ax_rc propose(struct ax_ingest *in, const struct ax_pack_action *action, struct ax_arena *arena,
        struct ax_buf *response, struct ax_err *err)
{
    struct ax_pack_proposal *there = NULL;
    AX_TRY(find(in, action->id, arena, &there, err));
    if (there == NULL) {
        AX_TRY(at_hand(in, action->bundle_digest, err));
        ax_rc rc = ax_live_append(in->live, action, err);
        if (!ax_ok(rc) && rc.code != AX_EXISTS) {
            return rc;
        }
        AX_TRY(find(in, action->id, arena, &there, err));
        note("pack.proposed", action);
    }
    if (there == NULL || !is_same(there, action)) {
        return ax_fail_field(
                err, AX_EXISTS, "request_id", action->id.ptr, action->id.len, "another proposal has this id");
    }
    put_proposal(response, PROPOSAL, there);
    put_warnings(in, response, there);
    return AX_RC(OK);
}

static ax_rc propose_pack(struct ax_ingest *in, struct ax_rpc_call *call, struct ax_buf *response, struct ax_err *err)
{
    struct ax_arena *arena = ax_rpc_arena(call);
    ProtobufCMessage *message = NULL;
    char principal[AX_SCHEDULE_PRINCIPAL_MAX];
    char id[ID_HEX_SIZE];
    AX_TRY(who(call, principal, err));
    AX_TRY(ax_unpack(&anxin__v1__propose_pack_request__descriptor, ax_rpc_request(call), arena, &message, err));
    const Anxin__V1__ProposePackRequest *q = (const Anxin__V1__ProposePackRequest *)message;
    struct ax_pack_action action = {.format_version = AX_PACK_ACTION_VERSION,
            .stage = AX_PACK_STAGE_PROPOSED,
            .id = ax_str_c(q->request_id),
            .reason = ax_str_trim(ax_str_c(q->reason)),
            .principal = ax_str_c(principal),
            .at_us = ax_clock_us(in->options.clock)};
    AX_TRY(read_digest(q->bundle_digest, action.bundle_digest, err));
    if (!ax_day_parse_iso(ax_str_c(q->effective_on), &action.effective_on)) {
        return ax_fail_field(err, AX_INVALID, "effective_on", q->effective_on, strlen(q->effective_on),
                "must be a day like 2026-01-31");
    }
    if (action.id.len == 0) {
        AX_TRY(make_id(id, err));
        action.id = ax_str_c(id);
    }
    AX_TRY(ax_live_catch_up(in->live, err));
    rates_on(in, action.effective_on, action.replaces_digest);
    return propose(in, &action, arena, response, err);
}

static ax_rc sign_off(
        struct ax_ingest *in, const struct ax_pack_proposal *p, struct ax_pack_action *action, struct ax_err *err)
{
    AX_TRY(at_hand(in, action->bundle_digest, err));
    rates_on(in, action->effective_on, action->replaces_digest);
    if (memcmp(action->replaces_digest, p->replaces_digest, AX_DIGEST_SIZE) != 0) {
        return ax_schedule_stale(action->replaces_digest, err);
    }
    ax_rc rc = ax_live_append(in->live, action, err);
    if (!ax_ok(rc) && rc.code != AX_EXISTS) {
        return rc;
    }
    note("pack.approved", action);
    return AX_RC(OK);
}

static ax_rc approve_pack(struct ax_ingest *in, struct ax_rpc_call *call, struct ax_buf *response, struct ax_err *err)
{
    struct ax_arena *arena = ax_rpc_arena(call);
    ProtobufCMessage *message = NULL;
    char principal[AX_SCHEDULE_PRINCIPAL_MAX];
    struct ax_pack_proposal *p = NULL;
    AX_TRY(who(call, principal, err));
    AX_TRY(ax_unpack(&anxin__v1__approve_pack_request__descriptor, ax_rpc_request(call), arena, &message, err));
    const Anxin__V1__ApprovePackRequest *q = (const Anxin__V1__ApprovePackRequest *)message;
    AX_TRY(find(in, ax_str_c(q->id), arena, &p, err));
    if (p == NULL) {
        return ax_fail_field(err, AX_NOT_FOUND, "id", q->id, strlen(q->id), "no proposal has this id");
    }
    struct ax_pack_action action = {.format_version = AX_PACK_ACTION_VERSION,
            .stage = AX_PACK_STAGE_APPROVED,
            .id = p->id,
            .effective_on = p->effective_on,
            .principal = ax_str_c(principal),
            .at_us = ax_clock_us(in->options.clock)};
    memcpy(action.bundle_digest, p->bundle_digest, AX_DIGEST_SIZE);
    if (q->bundle_digest[0] != '\0') {
        AX_TRY(read_digest(q->bundle_digest, action.bundle_digest, err));
    }
    if (p->stage != AX_PACK_STAGE_APPROVED) {
        AX_TRY(sign_off(in, p, &action, err));
        AX_TRY(find(in, p->id, arena, &p, err));
    }
    AX_ASSERT(p != NULL);
    put_proposal(response, PROPOSAL, p);
    put_warnings(in, response, p);
    return AX_RC(OK);
}

/* The spans of days on which a bundle rates. */
static void put_days(struct ax_ingest *in, struct ax_buf *response, const struct ax_bundle *bundle)
{
    struct ax_schedule_slot slots[AX_SCHEDULE_SLOTS_MAX + 1];
    char day[AX_DAY_TEXT_SIZE];
    size_t count = ax_live_slots(in->live, slots);
    for (size_t i = 0; i < count; i++) {
        if (memcmp(slots[i].digest, bundle->digest, AX_DIGEST_SIZE) != 0) {
            continue;
        }
        size_t start = response->len;
        ax_wire_put_str(response, DAYS_FROM, ax_str_c(ax_day_format(slots[i].since, day)));
        if (i + 1 < count) {
            ax_wire_put_str(response, DAYS_TO, ax_str_c(ax_day_format(slots[i + 1].since - 1, day)));
        }
        ax_wire_wrap(response, start, BUNDLE_RATES);
    }
}

static void put_bundle(struct ax_ingest *in, struct ax_buf *response, const struct ax_bundle *bundle, bool champion)
{
    bool challenger = bundle == ax_library_challenger(ax_live_library(in->live));
    char hex[AX_DIGEST_HEX_SIZE];
    size_t start = response->len;
    ax_hex(bundle->digest, AX_DIGEST_SIZE, hex);
    ax_wire_put_str(response, BUNDLE_DIGEST, ax_str_c(hex));
    for (size_t i = 0; i < bundle->count; i++) {
        ax_wire_put_str(response, BUNDLE_PACKS, bundle->packs[i].id);
    }
    ax_wire_put_uint(response, BUNDLE_CHAMPION, champion);
    ax_wire_put_uint(response, BUNDLE_CHALLENGER, challenger);
    put_days(in, response, bundle);
    ax_wire_wrap(response, start, BUNDLES);
}

static ax_rc list_packs(struct ax_ingest *in, struct ax_rpc_call *call, struct ax_buf *response, struct ax_err *err)
{
    struct ax_pack_proposal *all = NULL;
    size_t count = 0;
    uint8_t missing[AX_DIGEST_SIZE];
    char hex[AX_DIGEST_HEX_SIZE];
    AX_TRY(ax_live_catch_up(in->live, err));
    AX_TRY(ax_live_proposals(in->live, ax_rpc_arena(call), &all, &count, err));
    for (size_t i = 0; i < count; i++) {
        put_proposal(response, PROPOSALS, &all[i]);
    }
    struct ax_library *library = ax_live_library(in->live);
    const struct ax_bundle *bundles[AX_LIBRARY_BUNDLES_MAX + 2];
    size_t bundle_count = ax_library_all(library, bundles, sizeof bundles / sizeof bundles[0]);
    const struct ax_bundle *champion =
            ax_rater_bundle(ax_live_rater(in->live), ax_day_of_us(ax_clock_us(in->options.clock)));
    for (size_t i = 0; i < bundle_count; i++) {
        put_bundle(in, response, bundles[i], bundles[i] == champion);
    }
    ax_hex(champion->digest, AX_DIGEST_SIZE, hex);
    ax_wire_put_str(response, CHAMPION_DIGEST, ax_str_c(hex));
    if (ax_live_missing(in->live, missing)) {
        ax_hex(missing, AX_DIGEST_SIZE, hex);
        ax_wire_put_str(response, MISSING_DIGEST, ax_str_c(hex));
    }
    return AX_RC(OK);
}

void ax_ingest_propose_pack(void *state, struct ax_rpc_call **calls, size_t count)
{
    ax_ingest_answer(state, calls, count, propose_pack);
}

void ax_ingest_approve_pack(void *state, struct ax_rpc_call **calls, size_t count)
{
    ax_ingest_answer(state, calls, count, approve_pack);
}

void ax_ingest_list_packs(void *state, struct ax_rpc_call **calls, size_t count)
{
    ax_ingest_answer(state, calls, count, list_packs);
}
