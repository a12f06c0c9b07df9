/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/tariff_look.h"

bool ax_tariff_has_effect(const struct ax_tariff_looking *l, const struct ax_entry *e)
{
    bool over = e->state == AX_FACT_STATE_REPAIRED || e->state == AX_FACT_STATE_WITHDRAWN ||
                e->state == AX_FACT_STATE_EXPIRED;
    return (e->marks & (AX_MARK_HEAD | AX_MARK_ECHO)) == AX_MARK_HEAD && !over &&
           ax_rate_use_until(l->pack, e) >= l->day;
}

bool ax_tariff_is_within(int32_t act, int32_t day, int32_t months)
{
    return act != AX_DAY_NONE && act <= day && act >= ax_day_add_months(day, -months);
}

int32_t ax_tariff_event_day(const struct ax_entry *e)
{
    return e->occurred_day == 0 ? ax_entry_from(e) : ax_entry_occurred_on(e);
}

static bool stands(const struct ax_entry *e, int32_t day)
{
    return (e->from_day == 0 || ax_entry_from(e) <= day) && (e->until_day == 0 || ax_entry_until(e) >= day);
}

static void see_standardisation(struct ax_tariff_looking *l, uint32_t i)
{
    const struct ax_entry *e = &l->ledger->entries[i];
    struct ax_tariff_experience *x = l->out;
    int32_t from = e->from_day == 0 ? AX_DAY_MIN : ax_entry_from(e);
    if (!stands(e, l->day)) {
        x->standardisation = x->standardisation == 0 ? AX_STANDARDISATION_LEVEL_NONE : x->standardisation;
        return;
    }
    bool later = from > l->standard_from || (from == l->standard_from && (int32_t)e->grade > x->standardisation);
    if (x->standardisation_entry == UINT32_MAX || later) {
        x->standardisation = (int32_t)e->grade;
        x->standardisation_entry = i;
        l->standard_from = from;
    }
}

/* As the level and the gate mean it. */
static bool is_listed(const struct ax_entry *e, int32_t day)
{
    int32_t from = e->from_day == 0 ? ax_entry_occurred_on(e) : ax_entry_from(e);
    return from != AX_DAY_NONE && from <= day &&
           day <= ax_entry_listed_until(e, ax_day_add_months(from, AX_LIST_TERM_MONTHS) - 1);
}

static void see_list(struct ax_tariff_looking *l, uint32_t i)
{
    const struct ax_entry *e = &l->ledger->entries[i];
    if (e->grade == AX_LIST_KIND_SERIOUS_DISHONESTY) {
        l->out->list_entry = is_listed(e, l->day) ? i : l->out->list_entry;
    } else if (e->grade == AX_LIST_KIND_COMMENDATION && stands(e, l->day)) {
        l->out->award_entry = i;
    }
}

/* Heads and vehicles by what ends last. */
static void see_exposure(struct ax_tariff_looking *l, uint32_t i)
{
    const struct ax_entry *e = &l->ledger->entries[i];
    int32_t until = e->until_day == 0 ? AX_DAY_MAX : ax_entry_until(e);
    if (e->number > 0 && until >= l->exposure_until && (e->from_day == 0 || ax_entry_from(e) <= l->day)) {
        l->out->heads = e->number;
        l->out->vehicles = e->kind == AX_FACT_EXPOSURE ? e->extra : l->out->vehicles;
        l->exposure_until = until;
    }
}

/*
 * Where nothing of this is there, dated no later than cover, no accident would have been heard of either (ours): a licence or
 * standardisation grade that stands (both are lost by a fatal accident: 安全生产许可证条例 art. 9, 企业安全生产标准化建设定级办法
 * (2021)), and of the last AX_TARIFF_KNOWN_MONTHS an inspection or a statement of exposure. Nothing adverse is among them: it must
 * not help.
 */
static bool shows_accidents(const struct ax_tariff_looking *l, const struct ax_entry *e)
{
    int32_t first = e->from_day != 0 ? ax_entry_from(e) : ax_entry_occurred_on(e);
    int32_t last = e->kind == AX_FACT_EXPOSURE && e->until_day != 0 ? ax_entry_until(e) : ax_tariff_event_day(e);
    first = e->kind == AX_FACT_INSPECTION || first == AX_DAY_NONE ? last : first;
    if (first == AX_DAY_NONE || first > l->day) {
        return false;
    }
    switch (e->kind) {
    case AX_FACT_LICENCE:
    case AX_FACT_STANDARDISATION:
        return stands(e, l->day);
    case AX_FACT_INSPECTION:
    case AX_FACT_EXPOSURE:
        return last >= ax_day_add_months(l->day, -AX_TARIFF_KNOWN_MONTHS);
    default:
        return false;
    }
}

bool ax_tariff_is_silent(
        const struct ax_ledger *ledger, const struct ax_pack *pack, const struct ax_risk_edition *edition, int32_t day)
{
    struct ax_risk_state state;
    struct ax_risk risk;
    if (edition == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < ledger->count; i++) {
        const struct ax_entry *e = &ledger->entries[i];
        int32_t on = ax_tariff_event_day(e);
        if (e->kind == AX_FACT_INSPECTION && (e->marks & AX_MARK_HEAD) != 0 && e->state != AX_FACT_STATE_WITHDRAWN &&
                on <= day) {
            return false;
        }
    }
    ax_risk_state_of(ledger, pack, edition, day, &state);
    state.marks &= (uint8_t)~AX_RISK_INSPECTED;
    ax_risk_at(edition, &state, day, &risk);
    return risk.silent;
}

static void see(struct ax_tariff_looking *l, uint32_t i)
{
    const struct ax_entry *e = &l->ledger->entries[i];
    ax_tariff_see_side(l, i);
    if (!ax_tariff_has_effect(l, e)) {
        return;
    }
    l->out->accidents_known = l->out->accidents_known || shows_accidents(l, e);
    switch (e->kind) {
    case AX_FACT_STANDARDISATION:
        see_standardisation(l, i);
        break;
    case AX_FACT_LIST_ENTRY:
        see_list(l, i);
        break;
    case AX_FACT_EXPOSURE:
        see_exposure(l, i);
        break;
    case AX_FACT_INSURANCE_POLICY:
        see_exposure(l, i);
        ax_tariff_see_policy(l, e);
        break;
    default:
        break;
    }
}

static void see_all(struct ax_tariff_looking *l)
{
    for (uint32_t i = 0; i < l->ledger->count; i++) {
        see(l, i);
    }
    ax_tariff_settle_policies(l);
    for (uint32_t i = 0; i < l->ledger->count; i++) {
        const struct ax_entry *e = &l->ledger->entries[i];
        if (e->kind == AX_FACT_INSURANCE_CLAIM && ax_tariff_has_effect(l, e)) {
            ax_tariff_weigh_claim(l, e, &l->losses);
        }
    }
}

ax_rc ax_tariff_look(const struct ax_tariff *tariff, const struct ax_ledger *ledger, const struct ax_pack *pack,
        bool silent, int32_t day, struct ax_arena *arena, struct ax_tariff_experience *out, struct ax_err *err)
{
    struct ax_arena_mark mark = ax_arena_mark(arena);
    size_t room = (size_t)ledger->count + 1;
    struct ax_tariff_looking l = {.tariff = tariff,
            .ledger = ledger,
            .pack = pack,
            .day = day,
            .out = out,
            .covers = AX_ARENA_ARRAY(arena, struct ax_tariff_cover, room),
            .sides = AX_ARENA_ARRAY(arena, struct ax_tariff_side, room),
            .cleared = AX_ARENA_ARRAY(arena, uint64_t, room),
            .rest = AX_ARENA_ARRAY(arena, struct ax_entry, room),
            .exposure_until = AX_DAY_MIN};
    *out = (struct ax_tariff_experience){
            .standardisation_entry = UINT32_MAX, .list_entry = UINT32_MAX, .award_entry = UINT32_MAX};
    if (l.covers == NULL || l.sides == NULL || l.cleared == NULL || l.rest == NULL) {
        return ax_fail(err, AX_LIMIT, "no room for %u facts", ledger->count);
    }
    see_all(&l);
    out->accidents_known = out->accidents_known && !silent;
    ax_tariff_find_ways(&l, pack);
    ax_arena_rewind(arena, mark);
    return AX_RC(OK);
}
