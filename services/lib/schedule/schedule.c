/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/schedule/schedule.h"

#include <stddef.h>

enum { TEXTS_CHUNK_BYTES = 4096, TEXTS_MAX_BYTES = 4 << 20 };

#define F(number_, type_, member_, max_) \
    { \
        .number = (number_), .type = (type_), .offset = offsetof(struct ax_pack_action, member_), .max = (max_), \
        .name = #member_ \
    }
static const struct ax_field action_fields[] = {
        F(1, AX_T_U32, format_version, 0),
        F(2, AX_T_ENUM, stage, AX_PACK_STAGE_APPROVED),
        F(3, AX_T_STR, id, 0),
        F(4, AX_T_HEX, bundle_digest, 0),
        F(5, AX_T_HEX, replaces_digest, 0),
        F(6, AX_T_DATE, effective_on, 0),
        F(7, AX_T_STR, reason, 0),
        F(8, AX_T_STR, principal, 0),
        F(9, AX_T_I64, at_us, 0),
};
#undef F
#define F(number_, type_, member_, max_) \
    { \
        .number = (number_), .type = (type_), .offset = offsetof(struct ax_pack_proposal, member_), .max = (max_), \
        .name = #member_ \
    }
static const struct ax_field proposal_fields[] = {
        F(1, AX_T_STR, id, 0),
        F(2, AX_T_HEX, bundle_digest, 0),
        F(3, AX_T_HEX, replaces_digest, 0),
        F(4, AX_T_DATE, effective_on, 0),
        F(5, AX_T_STR, reason, 0),
        F(6, AX_T_STR, proposed_by, 0),
        F(7, AX_T_I64, proposed_at_us, 0),
        F(8, AX_T_ENUM, stage, AX_PACK_STAGE_APPROVED),
        F(9, AX_T_STR, approved_by, 0),
        F(10, AX_T_I64, approved_at_us, 0),
        F(11, AX_T_BOOL, is_replaced, 0),
};
#undef F

const struct ax_message ax_pack_action_message = {.name = "PackAction",
        .fields = action_fields,
        .field_count = sizeof action_fields / sizeof action_fields[0],
        .struct_size = sizeof(struct ax_pack_action)};
const struct ax_message ax_pack_proposal_message = {.name = "PackProposal",
        .fields = proposal_fields,
        .field_count = sizeof proposal_fields / sizeof proposal_fields[0],
        .struct_size = sizeof(struct ax_pack_proposal)};

void ax_schedule_init(struct ax_schedule *s)
{
    *s = (struct ax_schedule){.count = 0};
    ax_arena_init(&s->texts, TEXTS_CHUNK_BYTES, TEXTS_MAX_BYTES);
    s->proposals = ax_xcalloc(AX_SCHEDULE_PROPOSALS_MAX, sizeof *s->proposals);
}

void ax_schedule_deinit(struct ax_schedule *s)
{
    ax_xfree(s->proposals);
    ax_arena_deinit(&s->texts);
}

const struct ax_pack_proposal *ax_schedule_find(const struct ax_schedule *s, ax_str id)
{
    for (size_t i = 0; i < s->count; i++) {
        if (ax_str_eq(s->proposals[i].id, id)) {
            return &s->proposals[i];
        }
    }
    return NULL;
}

static bool same_digest(const uint8_t a[AX_DIGEST_SIZE], const uint8_t b[AX_DIGEST_SIZE])
{
    return memcmp(a, b, AX_DIGEST_SIZE) == 0;
}

const uint8_t *ax_schedule_on(const struct ax_schedule *s, int32_t day)
{
    const uint8_t *digest = s->slot_count == 0 ? NULL : s->first;
    for (size_t i = 0; i < s->slot_count && s->slots[i].since <= day; i++) {
        digest = s->slots[i].digest;
    }
    return digest;
}

static ax_rc broken(struct ax_err *err, enum ax_code code, const char *field, ax_str value, const char *rule)
{
    return ax_fail_field(err, code, field, value.ptr, value.len, "%s", rule);
}

static ax_rc check_form(const struct ax_pack_action *a, struct ax_err *err)
{
    static const uint8_t none[AX_DIGEST_SIZE];
    char day[AX_DAY_TEXT_SIZE];
    if (a->id.len == 0 || a->id.len > AX_SCHEDULE_ID_MAX) {
        return broken(err, AX_INVALID, "request_id", a->id, "1 to 64 bytes");
    }
    if (same_digest(a->bundle_digest, none)) {
        return broken(err, AX_INVALID, "bundle_digest", (ax_str){0}, "must be the digest of a bundle");
    }
    if (a->principal.len == 0 || a->principal.len > AX_SCHEDULE_PRINCIPAL_MAX) {
        return broken(err, AX_INVALID, "principal", a->principal, "must be known");
    }
    if (a->effective_on == AX_DAY_NONE || a->effective_on <= ax_day_of_us(a->at_us)) {
        return broken(err, AX_STATE, "effective_on", ax_str_c(ax_day_format(a->effective_on, day)),
                "must be a day after today: what is past was rated by the packs that were valid then");
    }
    return AX_RC(OK);
}

static ax_rc check_proposal(const struct ax_schedule *s, const struct ax_pack_action *a, struct ax_err *err)
{
    if (a->reason.len == 0 || a->reason.len > AX_SCHEDULE_REASON_MAX) {
        return broken(err, AX_INVALID, "reason", (ax_str){0}, "must be given, at most 512 bytes");
    }
    if (ax_schedule_find(s, a->id) != NULL) {
        return broken(err, AX_EXISTS, "request_id", a->id, "another proposal has this id");
    }
    if (s->count == AX_SCHEDULE_PROPOSALS_MAX) {
        return broken(err, AX_LIMIT, "request_id", (ax_str){0}, "at most 1024 proposals");
    }
    return AX_RC(OK);
}

ax_rc ax_schedule_stale(const uint8_t digest[AX_DIGEST_SIZE], struct ax_err *err)
{
    char hex[AX_DIGEST_HEX_SIZE];
    ax_hex(digest, AX_DIGEST_SIZE, hex);
    return broken(err, AX_STATE, "replaces_digest", ax_str_c(hex),
            "was proposed to replace another bundle than the one that rates its day now: propose it again");
}

/* What was looked at when it was proposed and approved is what it takes the place of, or nobody has looked at it. */
static ax_rc check_replaced(const struct ax_schedule *s, const struct ax_pack_action *a, struct ax_err *err)
{
    static const uint8_t unsaid[AX_DIGEST_SIZE];
    const uint8_t *now = ax_schedule_on(s, a->effective_on);
    if (now == NULL || same_digest(a->replaces_digest, unsaid) || same_digest(a->replaces_digest, now)) {
        return AX_RC(OK);
    }
    return ax_schedule_stale(now, err);
}

/* A principal is role/ID: one person may have certificates of several roles. */
static ax_str person_of(ax_str principal)
{
    size_t slash;
    bool has_role = ax_str_find(principal, AX_STR("/"), &slash);
    return has_role ? ax_str_of(principal.ptr + slash + 1, principal.len - slash - 1) : principal;
}

static ax_rc check_approval(const struct ax_schedule *s, const struct ax_pack_action *a, struct ax_err *err)
{
    const struct ax_pack_proposal *p = ax_schedule_find(s, a->id);
    if (p == NULL) {
        return broken(err, AX_NOT_FOUND, "id", a->id, "no proposal has this id");
    }
    if (p->stage == AX_PACK_STAGE_APPROVED) {
        return broken(err, AX_EXISTS, "id", a->id, "is approved already");
    }
    if (ax_str_eq(person_of(p->proposed_by), person_of(a->principal))) {
        return broken(err, AX_DENIED, "approved_by", a->principal,
                "must be somebody else than who proposed it, whatever the role");
    }
    if (!same_digest(p->bundle_digest, a->bundle_digest) || p->effective_on != a->effective_on) {
        return broken(err, AX_INVALID, "bundle_digest", (ax_str){0}, "is not what was proposed");
    }
    if (s->slot_count == AX_SCHEDULE_SLOTS_MAX) {
        return broken(err, AX_LIMIT, "id", a->id, "at most 63 bundles may be approved");
    }
    return check_replaced(s, a, err);
}

ax_rc ax_schedule_check(const struct ax_schedule *s, const struct ax_pack_action *action, struct ax_err *err)
{
    if (action->format_version != AX_PACK_ACTION_VERSION) {
        return ax_fail(err, AX_UNSUPPORTED, "a record of version %u", action->format_version);
    }
    if (action->stage == AX_PACK_STAGE_APPROVED) { /* first who may, then the rest */
        AX_TRY(check_approval(s, action, err));
        return check_form(action, err);
    }
    if (action->stage != AX_PACK_STAGE_PROPOSED) {
        return broken(err, AX_INVALID, "stage", (ax_str){0}, "proposed or approved");
    }
    AX_TRY(check_form(action, err));
    return check_proposal(s, action, err);
}

static ax_str keep(struct ax_schedule *s, ax_str text)
{
    ax_str kept = ax_arena_dup(&s->texts, text);
    AX_ASSERT(kept.ptr != NULL || text.len == 0); /* the cap is above what all proposals may have */
    return kept;
}

static void propose(struct ax_schedule *s, const struct ax_pack_action *a)
{
    struct ax_pack_proposal *p = &s->proposals[s->count++];
    *p = (struct ax_pack_proposal){.id = keep(s, a->id),
            .effective_on = a->effective_on,
            .reason = keep(s, a->reason),
            .proposed_by = keep(s, a->principal),
            .proposed_at_us = a->at_us,
            .stage = AX_PACK_STAGE_PROPOSED};
    memcpy(p->bundle_digest, a->bundle_digest, AX_DIGEST_SIZE);
    memcpy(p->replaces_digest, a->replaces_digest, AX_DIGEST_SIZE);
}

/* Of two for one day the one approved later. */
static void put_slot(struct ax_schedule *s, const struct ax_pack_proposal *p)
{
    size_t at = 0;
    while (at < s->slot_count && s->slots[at].since < p->effective_on) {
        at++;
    }
    if (at == s->slot_count || s->slots[at].since != p->effective_on) {
        for (size_t i = s->slot_count; i > at; i--) {
            s->slots[i] = s->slots[i - 1];
        }
        s->slot_count++;
    }
    s->slots[at].since = p->effective_on;
    memcpy(s->slots[at].digest, p->bundle_digest, AX_DIGEST_SIZE);
}

ax_rc ax_schedule_apply(struct ax_schedule *s, const struct ax_pack_action *action, struct ax_err *err)
{
    AX_TRY(ax_schedule_check(s, action, err));
    if (action->stage == AX_PACK_STAGE_PROPOSED) {
        propose(s, action);
        return AX_RC(OK);
    }
    struct ax_pack_proposal *p = &s->proposals[ax_schedule_find(s, action->id) - s->proposals];
    p->stage = AX_PACK_STAGE_APPROVED;
    p->approved_by = keep(s, action->principal);
    p->approved_at_us = action->at_us;
    if (s->slot_count == 0) {
        memcpy(s->first, p->replaces_digest, AX_DIGEST_SIZE);
    }
    for (size_t i = 0; i < s->count; i++) {
        struct ax_pack_proposal *other = &s->proposals[i];
        other->is_replaced = other->is_replaced || (other != p && other->stage == AX_PACK_STAGE_APPROVED &&
                                                           other->effective_on == p->effective_on);
    }
    put_slot(s, p);
    return AX_RC(OK);
}
