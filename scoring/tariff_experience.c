/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/tariff.h"

#include <stdlib.h>

struct looking {
    const struct ax_tariff *tariff;
    const struct ax_ledger *ledger;
    int32_t day;
    struct ax_tariff_experience *out;
    uint64_t *acts; /* of the events that count in the accident factor */
    size_t act_count;
    size_t reported_count; /* of them at the front, sorted: accidents that are there */
    uint64_t *cleared;     /* accidents that are there and without effect for the unit */
    size_t cleared_count;
    int32_t standard_from;
    int32_t exposure_until;
};

static bool has_effect(const struct ax_entry *e, int32_t day)
{
    bool over = e->state == AX_FACT_STATE_REPAIRED || e->state == AX_FACT_STATE_WITHDRAWN ||
                e->state == AX_FACT_STATE_EXPIRED;
    return (e->marks & (AX_MARK_HEAD | AX_MARK_ECHO)) == AX_MARK_HEAD && !over &&
           (e->use_until_day == 0 || ax_entry_use_until(e) >= day);
}

static bool is_within(int32_t act, int32_t day, int32_t months)
{
    return act != AX_DAY_NONE && act < day && act >= ax_day_add_months(day, -months);
}

static bool stands(const struct ax_entry *e, int32_t day)
{
    return (e->from_day == 0 || ax_entry_from(e) <= day) && (e->until_day == 0 || ax_entry_until(e) >= day);
}

static int32_t event_day(const struct ax_entry *e)
{
    return e->occurred_day == 0 ? ax_entry_from(e) : ax_entry_occurred_on(e);
}

/* A total over a period is never graded: it counts as general (ours). */
static enum ax_tariff_accident grade_of(const struct ax_entry *e)
{
    if (e->grade >= AX_ACCIDENT_GRADE_SERIOUS) {
        return AX_TARIFF_ACCIDENT_SERIOUS;
    }
    return e->grade == AX_ACCIDENT_GRADE_LARGER ? AX_TARIFF_ACCIDENT_LARGER : AX_TARIFF_ACCIDENT_GENERAL;
}

/* An event that counts in the accident factor; what answers it counts nowhere else. */
static void take_event(struct looking *l, uint32_t i, uint64_t act, enum ax_tariff_accident grade)
{
    struct ax_tariff_experience *x = l->out;
    if (act != 0) {
        l->acts[l->act_count++] = act;
    }
    if (grade > x->accident || (grade == x->accident && event_day(&l->ledger->entries[i]) >
                                                                event_day(&l->ledger->entries[x->accident_entry]))) {
        x->accident = grade;
        x->accident_entry = i;
    }
}

static void see_accident(struct looking *l, uint32_t i)
{
    const struct ax_entry *e = &l->ledger->entries[i];
    if (l->tariff->accident[0].ppm == 0 || e->liability == AX_LIABILITY_NONE ||
            !is_within(event_day(e), l->day, l->tariff->accident_months)) {
        return;
    }
    l->out->accidents += e->count;
    take_event(l, i, e->act, grade_of(e));
}

/* 493 art. 3 by the people whom a claim tells of; what only names an accident is a general one. */
static enum ax_tariff_accident grade_of_claim(const struct ax_entry *e)
{
    struct ax_accident told = {.deaths = 0};
    if (e->kind == AX_FACT_INSURANCE_CLAIM) {
        told.deaths = e->bits;
        told.serious_injuries = e->number;
    }
    int32_t grade = ax_accident_grade_counted(&told);
    return grade >= AX_ACCIDENT_GRADE_SERIOUS  ? AX_TARIFF_ACCIDENT_SERIOUS
           : grade == AX_ACCIDENT_GRADE_LARGER ? AX_TARIFF_ACCIDENT_LARGER
                                               : AX_TARIFF_ACCIDENT_GENERAL;
}

static bool is_refused(const struct ax_entry *claim)
{
    return claim->grade == AX_CLAIM_STATE_REFUSED || claim->grade == AX_CLAIM_STATE_CLOSED_WITHOUT_PAYMENT;
}

/* A claim with people killed or seriously injured, or a claim or penalty that names an accident. */
static bool tells_of_accident(const struct ax_entry *e)
{
    return e->kind == AX_FACT_INSURANCE_CLAIM ? (e->link != 0 || e->bits > 0 || e->number > 0) && !is_refused(e)
                                              : e->kind == AX_FACT_ENFORCEMENT_PENALTY && e->link != 0;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static bool is_among(const uint64_t *acts, size_t count, uint64_t act)
{
    return act != 0 && bsearch(&act, acts, count, sizeof act, by_value) != NULL;
}

/* Once all accidents are seen: those of which only a claim or a penalty tells, by its day, unless the unit is cleared of it or
 * the accident is there and has a day of its own. */
static void see_teller(struct looking *l, uint32_t i)
{
    const struct ax_entry *e = &l->ledger->entries[i];
    if (!has_effect(e, l->day) || !tells_of_accident(e) || is_among(l->cleared, l->cleared_count, e->link)) {
        return;
    }
    bool counted = (e->marks & AX_MARK_FACE) != 0 ? is_among(l->acts, l->reported_count, e->link)
                                                  : is_within(event_day(e), l->day, l->tariff->accident_months);
    if (counted) {
        take_event(l, i, e->link, grade_of_claim(e));
    }
}

static void see_standardisation(struct looking *l, uint32_t i)
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

static void see_list(struct looking *l, uint32_t i)
{
    const struct ax_entry *e = &l->ledger->entries[i];
    if (e->grade == AX_LIST_KIND_SERIOUS_DISHONESTY) {
        l->out->list_entry = is_listed(e, l->day) ? i : l->out->list_entry;
    } else if (e->grade == AX_LIST_KIND_COMMENDATION && stands(e, l->day)) {
        l->out->award_entry = i;
    }
}

/* Heads and vehicles by what ends last. */
static void see_exposure(struct looking *l, uint32_t i)
{
    const struct ax_entry *e = &l->ledger->entries[i];
    int32_t until = e->until_day == 0 ? AX_DAY_MAX : ax_entry_until(e);
    if (e->number > 0 && until >= l->exposure_until && (e->from_day == 0 || ax_entry_from(e) <= l->day)) {
        l->out->heads = e->number;
        l->out->vehicles = e->kind == AX_FACT_EXPOSURE ? e->extra : l->out->vehicles;
        l->exposure_until = until;
    }
}

static void see_policy(struct looking *l, uint32_t i)
{
    const struct ax_entry *e = &l->ledger->entries[i];
    see_exposure(l, i);
    if (is_within(ax_entry_from(e), l->day, l->tariff->loss_months)) {
        l->out->premiums_yuan += e->amount;
    }
}

static void note_cleared(struct looking *l, const struct ax_entry *e)
{
    bool there = e->kind == AX_FACT_ACCIDENT && e->state != AX_FACT_STATE_WITHDRAWN && e->act != 0 &&
                 (e->marks & (AX_MARK_HEAD | AX_MARK_ECHO)) == AX_MARK_HEAD;
    if (there && (e->liability == AX_LIABILITY_NONE || !has_effect(e, l->day))) {
        l->cleared[l->cleared_count++] = e->act;
    }
}

/*
 * Where nothing of this is there no accident would have been heard of either (ours): a licence or standardisation grade that
 * stands (both are lost by a fatal accident: 安全生产许可证条例 art. 9, 企业安全生产标准化建设定级办法 (2021)), and of the last
 * AX_TARIFF_KNOWN_MONTHS an inspection or a statement of exposure. Nothing adverse is among them: it must not help.
 */
static bool shows_accidents(const struct looking *l, const struct ax_entry *e)
{
    int32_t last = e->kind == AX_FACT_EXPOSURE && e->until_day != 0 ? ax_entry_until(e) : event_day(e);
    switch (e->kind) {
    case AX_FACT_LICENCE:
    case AX_FACT_STANDARDISATION:
        return stands(e, l->day);
    case AX_FACT_INSPECTION:
    case AX_FACT_EXPOSURE:
        return last != AX_DAY_NONE && last >= ax_day_add_months(l->day, -AX_TARIFF_KNOWN_MONTHS);
    default:
        return false;
    }
}

static void see(struct looking *l, uint32_t i)
{
    const struct ax_entry *e = &l->ledger->entries[i];
    note_cleared(l, e);
    if (!has_effect(e, l->day)) {
        return;
    }
    l->out->accidents_known = l->out->accidents_known || shows_accidents(l, e);
    switch (e->kind) {
    case AX_FACT_ACCIDENT:
        see_accident(l, i);
        break;
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
        see_policy(l, i);
        break;
    default:
        break;
    }
}

/* The accident factor has counted it, as an accident or as what answers one. */
static bool is_counted_event(const struct looking *l, const struct ax_entry *e)
{
    if (l->tariff->accident[0].ppm == 0 || is_among(l->cleared, l->cleared_count, e->link)) {
        return false;
    }
    return is_among(l->acts, l->act_count, e->link) ||
           (e->link == 0 && tells_of_accident(e) && is_within(event_day(e), l->day, l->tariff->accident_months));
}

/* Once all events are known. A claim that answers one of them counts as that accident and not as a loss beside it. */
static void see_claim(struct looking *l, const struct ax_entry *e)
{
    struct ax_tariff_experience *x = l->out;
    int32_t reported = e->from_day == 0 ? ax_entry_occurred_on(e) : ax_entry_from(e);
    if (e->kind != AX_FACT_INSURANCE_CLAIM || !has_effect(e, l->day)) {
        return;
    }
    if (is_counted_event(l, e)) {
        x->claims_as_faces++;
        return;
    }
    if (!is_within(reported, l->day, l->tariff->loss_months)) {
        return;
    }
    x->claims++;
    if (is_refused(e)) {
        return;
    }
    uint64_t cap = (uint64_t)(l->tariff->large_loss_cap_fen / AX_FEN_PER_YUAN);
    x->claims_capped += e->amount > cap ? 1 : 0;
    x->losses_yuan += e->amount > cap ? cap : e->amount;
}

/* What has a factor of its own: accidents, claims, penalties for an accident that was counted, list entries of which the
 * tariff speaks. */
static bool has_factor(const struct looking *l, const struct ax_entry *e)
{
    switch (e->kind) {
    case AX_FACT_ACCIDENT:
    case AX_FACT_INSURANCE_CLAIM:
        return true;
    case AX_FACT_ENFORCEMENT_PENALTY:
        return is_counted_event(l, e);
    case AX_FACT_LIST_ENTRY:
        return e->grade == AX_LIST_KIND_SERIOUS_DISHONESTY || e->grade == AX_LIST_KIND_COMMENDATION;
    default:
        return false;
    }
}

/* The level as if those were not there: a penalty for an accident that has left the accident factor counts by itself, as it
 * does where nobody reported that accident. */
static ax_rc read_level(struct looking *l, const struct ax_pack *pack, struct ax_arena *arena, struct ax_err *err)
{
    struct ax_rate rate;
    struct ax_ledger rest = *l->ledger;
    rest.faces = 0;
    rest.entries = ax_arena_alloc(arena, (rest.count + 1) * sizeof *rest.entries);
    if (rest.entries == NULL) {
        return ax_fail(err, AX_LIMIT, "no room for %u facts", rest.count);
    }
    for (uint32_t i = 0; i < rest.count; i++) {
        rest.entries[i] = l->ledger->entries[i];
        uint32_t off = has_factor(l, &rest.entries[i]) ? AX_MARK_HEAD | AX_MARK_FACE : AX_MARK_FACE;
        rest.entries[i].marks &= ~off & AX_MARK_ALL;
    }
    ax_rate(&rest, pack, l->day, &rate);
    l->out->level = (int32_t)rate.level;
    return AX_RC(OK);
}

static void see_all(struct looking *l)
{
    uint32_t count = l->ledger->count;
    for (uint32_t i = 0; i < count; i++) {
        see(l, i);
    }
    if (l->tariff->accident[0].ppm > 0) {
        qsort(l->cleared, l->cleared_count, sizeof l->cleared[0], by_value);
        qsort(l->acts, l->act_count, sizeof l->acts[0], by_value);
        l->reported_count = l->act_count;
        for (uint32_t i = 0; i < count; i++) {
            see_teller(l, i);
        }
        qsort(l->acts, l->act_count, sizeof l->acts[0], by_value);
    }
    for (uint32_t i = 0; i < count; i++) {
        see_claim(l, &l->ledger->entries[i]);
    }
}

ax_rc ax_tariff_look(const struct ax_tariff *tariff, const struct ax_ledger *ledger, const struct ax_pack *pack,
        int32_t day, struct ax_arena *arena, struct ax_tariff_experience *out, struct ax_err *err)
{
    struct ax_arena_mark mark = ax_arena_mark(arena);
    struct looking l = {.tariff = tariff,
            .ledger = ledger,
            .day = day,
            .out = out,
            .acts = ax_arena_alloc(arena, (ledger->count + 1) * sizeof(uint64_t)),
            .cleared = ax_arena_alloc(arena, (ledger->count + 1) * sizeof(uint64_t)),
            .exposure_until = AX_DAY_MIN};
    *out = (struct ax_tariff_experience){.accident_entry = UINT32_MAX,
            .standardisation_entry = UINT32_MAX,
            .list_entry = UINT32_MAX,
            .award_entry = UINT32_MAX};
    if (l.acts == NULL || l.cleared == NULL) {
        return ax_fail(err, AX_LIMIT, "no room for %u facts", ledger->count);
    }
    see_all(&l);
    ax_rc rc = read_level(&l, pack, arena, err);
    ax_arena_rewind(arena, mark);
    return rc;
}
