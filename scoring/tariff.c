/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/tariff.h"

#include <stdlib.h>

enum { LIMIT_MAX_YUAN = 1000000000, FEN_PER_YUAN = 100 };

__extension__ typedef unsigned __int128 u128;

#define MONEY_MAX_FEN (INT64_C(1) << 56)

const char *ax_tariff_unit_name(enum ax_tariff_unit unit)
{
    static const char *const names[] = {"", "heads", "contract_price", "vehicles", "licence"};
    return names[unit];
}

static ax_rc broken(struct ax_err *err, const char *field, ax_str value, const char *why)
{
    return ax_fail_field(err, AX_INVALID, field, value.ptr, value.len, "%s", why);
}

static ax_rc check_source(
        const char *field, ax_str which, ax_str legal_basis, enum ax_provenance provenance, struct ax_err *err)
{
    if (provenance == AX_PROVENANCE_NONE) {
        return broken(err, field, which, "provenance must be T, S, K or ours");
    }
    return provenance == AX_PROVENANCE_OURS || legal_basis.len > 0
                   ? AX_RC(OK)
                   : broken(err, field, which, "legal_basis must be given, or provenance must say ours");
}

static ax_rc check_value(const char *field, ax_str which, const struct ax_tariff_value *v, struct ax_err *err)
{
    if (v->ppm == 0) {
        return AX_RC(OK);
    }
    if (v->ppm > AX_TARIFF_FACTOR_MAX_PPM) {
        return broken(err, field, which, "at most 10,000,000 parts per million");
    }
    return check_source(field, which, v->legal_basis, v->provenance, err);
}

/* A table says something of every case, or nothing at all. */
static ax_rc check_table(
        const char *field, const struct ax_tariff_value *values, size_t first, size_t count, struct ax_err *err)
{
    size_t given = 0;
    for (size_t i = first; i < count; i++) {
        AX_TRY(check_value(field, AX_STR(""), &values[i], err));
        given += values[i].ppm > 0 ? 1 : 0;
    }
    return given == 0 || given == count - first
                   ? AX_RC(OK)
                   : broken(err, field, AX_STR(""), "a factor has a value above 0 for every case, or none for any");
}

static ax_rc check_base(const struct ax_tariff *t, const struct ax_tariff_base *b, struct ax_err *err)
{
    bool money = b->fen_per_unit >= 0 && b->fen >= 0 && b->fen_per_unit <= MONEY_MAX_FEN && b->fen <= MONEY_MAX_FEN &&
                 b->fen_per_unit_max <= MONEY_MAX_FEN && b->fen_max <= MONEY_MAX_FEN && b->limit_per_death_fen >= 0;
    int prices = (b->rate_ppm > 0 ? 1 : 0) + (b->rate_of_limit_ppm > 0 ? 1 : 0) + (b->fen_per_unit > 0 ? 1 : 0) +
                 (b->fen > 0 ? 1 : 0);
    if (b->id.len == 0 || b->title_zh.len == 0 || b->title_en.len == 0) {
        return broken(err, "bases", b->id, "a base has an id and a title in Chinese and English");
    }
    if (!money || prices != 1 || b->rate_ppm > AX_TARIFF_PPM || b->rate_of_limit_ppm > AX_TARIFF_PPM) {
        return broken(err, "bases", b->id, "one price: rate_ppm, rate_of_limit_ppm, fen_per_unit or fen");
    }
    if ((b->fen_per_unit_max != 0 && b->fen_per_unit_max < b->fen_per_unit) ||
            (b->fen_max != 0 && b->fen_max < b->fen)) {
        return broken(err, "bases", b->id, "the upper end of a price is not below it");
    }
    if ((b->rate_ppm > 0) != (b->unit == AX_TARIFF_UNIT_CONTRACT_PRICE) ||
            (b->rate_of_limit_ppm > 0 && b->unit != AX_TARIFF_UNIT_HEADS)) {
        return broken(err, "unit", b->id, "rate_ppm is of contract_price, rate_of_limit_ppm for heads");
    }
    if (b->unit == AX_TARIFF_UNIT_NONE || (b->up_to != 0 && b->up_to <= b->over)) {
        return broken(err, "up_to", b->id, "a unit, and up_to above over");
    }
    if (b->options >> t->option_count != 0) {
        return broken(err, "options", b->id, "must be options of the tariff");
    }
    return check_source("bases", b->id, b->legal_basis, b->provenance, err);
}

static ax_rc check_loss(const struct ax_tariff *t, struct ax_err *err)
{
    for (size_t i = 0; i < t->loss_count; i++) {
        const struct ax_tariff_loss_band *b = &t->loss[i];
        bool last = i + 1 == t->loss_count;
        bool rises = i == 0 || b->ratio_up_to_ppm == 0 || b->ratio_up_to_ppm > t->loss[i - 1].ratio_up_to_ppm;
        if ((b->ratio_up_to_ppm == 0) != last || !rises || b->value.ppm == 0) {
            return broken(err, "loss", AX_STR(""), "bands rise, and the last one alone has no end");
        }
        AX_TRY(check_value("loss", AX_STR(""), &b->value, err));
    }
    bool whole = t->loss_months > 0 && t->loss_months <= AX_PACK_MONTHS_MAX && t->large_loss_cap_fen >= FEN_PER_YUAN &&
                 t->large_loss_cap_fen / FEN_PER_YUAN <= LIMIT_MAX_YUAN;
    return t->loss_count == 0 || whole
                   ? AX_RC(OK)
                   : broken(err, "loss", AX_STR(""), "months, and a cap of one claim between 1 yuan and 1,000,000,000");
}

static ax_rc check_factors(const struct ax_tariff *t, struct ax_err *err)
{
    AX_TRY(check_table("accident", t->accident, 0, AX_TARIFF_ACCIDENTS, err));
    AX_TRY(check_table("standardisation", t->standardisation, 0, AX_TARIFF_STANDARDS, err));
    AX_TRY(check_table("credit", t->credit, AX_LEVEL_A1, AX_TARIFF_LEVELS, err));
    AX_TRY(check_value("listed", AX_STR(""), &t->listed, err));
    AX_TRY(check_value("award", AX_STR(""), &t->award, err));
    AX_TRY(check_value("off_balance", AX_STR(""), &t->off_balance, err));
    if (t->accident[0].ppm > 0 && (t->accident_months < 1 || t->accident_months > AX_PACK_MONTHS_MAX)) {
        return broken(err, "accident", AX_STR(""), "months: 1 to 1200");
    }
    if (t->off_balance.ppm == 0 || t->off_balance_portfolio.len == 0) {
        return broken(err, "off_balance", AX_STR(""), "a constant, and the portfolio that it was computed on");
    }
    for (size_t i = 0; i < t->option_count; i++) {
        const struct ax_tariff_option *o = &t->options[i];
        if (o->id.len == 0 || o->title_zh.len == 0 || o->title_en.len == 0) {
            return broken(err, "options", o->id, "an option has an id and a title in Chinese and English");
        }
        AX_TRY(check_value("options", o->id, &o->value, err));
    }
    return check_loss(t, err);
}

static ax_rc check_floors(const struct ax_tariff *t, struct ax_err *err)
{
    if (t->default_limit_fen < 0 || t->default_limit_fen > MONEY_MAX_FEN) {
        return broken(err, "default_limit_fen", AX_STR(""), "must not be negative");
    }
    for (size_t i = 0; i < t->floor_count; i++) {
        const struct ax_tariff_floor *f = &t->floors[i];
        if (f->effective_from == AX_DAY_NONE || f->fen <= 0 || f->fen > MONEY_MAX_FEN ||
                (i > 0 && f->effective_from <= t->floors[i - 1].effective_from)) {
            return broken(err, "floors", AX_STR(""), "each has a day, later than the one before, and an amount");
        }
        AX_TRY(check_source("floors", AX_STR(""), f->legal_basis, f->provenance, err));
    }
    return AX_RC(OK);
}

ax_rc ax_tariff_compile(const struct ax_tariff *t, struct ax_err *err)
{
    if (t->id.len == 0 || t->title_zh.len == 0 || t->title_en.len == 0 || t->scope.jurisdictions.count == 0) {
        return broken(err, "id", t->id, "a tariff has an id, a title in Chinese and English, and jurisdictions");
    }
    AX_TRY(check_source("id", t->id, t->legal_basis, t->provenance, err));
    AX_TRY(check_factors(t, err));
    for (size_t i = 0; i < t->base_count; i++) {
        AX_TRY(check_base(t, &t->bases[i], err));
    }
    if (t->clamp_min_ppm == 0 || t->clamp_min_ppm > AX_TARIFF_PPM || t->clamp_max_ppm < AX_TARIFF_PPM ||
            t->clamp_max_ppm > AX_TARIFF_FACTOR_MAX_PPM) {
        return broken(err, "clamp", AX_STR(""), "min_ppm above 0 and at most 1,000,000 <= max_ppm");
    }
    AX_TRY(check_source("clamp", AX_STR(""), t->clamp_basis, t->clamp_provenance, err));
    return check_floors(t, err);
}

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

static void see_list(struct looking *l, uint32_t i)
{
    const struct ax_entry *e = &l->ledger->entries[i];
    if (!stands(e, l->day)) {
        return;
    }
    if (e->grade == AX_LIST_KIND_SERIOUS_DISHONESTY) {
        l->out->list_entry = i;
    } else if (e->grade == AX_LIST_KIND_COMMENDATION) {
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
    uint64_t cap = (uint64_t)(l->tariff->large_loss_cap_fen / FEN_PER_YUAN);
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

/* The product so far, in 10^-12. */
struct pricing {
    struct ax_tariff_quote *out;
    uint64_t product;
};

#define UNIT_PRODUCT UINT64_C(1000000000000)

static uint64_t times(uint64_t a, uint64_t ppm)
{
    u128 product = (u128)a * ppm + AX_TARIFF_PPM / 2;
    product /= AX_TARIFF_PPM;
    return product > UNIT_PRODUCT * 1000 ? UNIT_PRODUCT * 1000 : (uint64_t)product;
}

static void apply(
        struct pricing *p, const char *group, ax_str which, const struct ax_tariff_value *value, uint32_t entry)
{
    if (value->ppm == 0) {
        return;
    }
    AX_ASSERT(p->out->factor_count < AX_TARIFF_FACTORS_MAX);
    p->product = times(p->product, value->ppm);
    p->out->factors[p->out->factor_count++] = (struct ax_tariff_factor){.group = group,
            .which = which,
            .ppm = value->ppm,
            .legal_basis = value->legal_basis,
            .provenance = value->provenance,
            .entry = entry};
}

/* Where nothing shows that an accident would have been heard of, "none" is not claimed (ours). */
static void apply_accident(struct pricing *p, const struct ax_tariff *t, const struct ax_tariff_experience *x)
{
    static const char *const accidents[] = {"none", "general", "larger", "serious"};
    static const struct ax_tariff_value unknown = {.ppm = AX_TARIFF_PPM, .provenance = AX_PROVENANCE_OURS};
    bool silent = x->accident == AX_TARIFF_ACCIDENT_NONE && !x->accidents_known;
    if (silent && t->accident[0].ppm > 0) {
        apply(p, "accident", AX_STR("unknown"), &unknown, UINT32_MAX);
    } else {
        apply(p, "accident", ax_str_c(accidents[x->accident]), &t->accident[x->accident], x->accident_entry);
    }
}

static const struct ax_tariff_value *loss_value(
        const struct ax_tariff *t, const struct ax_tariff_experience *x, struct ax_tariff_quote *out)
{
    static const struct ax_tariff_value none = {0};
    if (t->loss_count == 0 || x->premiums_yuan == 0) {
        return &none;
    }
    u128 ratio = (u128)x->losses_yuan * AX_TARIFF_PPM / x->premiums_yuan;
    out->has_loss_ratio = true;
    out->loss_ratio_ppm = ratio > UINT32_MAX ? UINT32_MAX : (uint32_t)ratio;
    size_t i = 0;
    while (i + 1 < t->loss_count && out->loss_ratio_ppm > t->loss[i].ratio_up_to_ppm) {
        i++;
    }
    return !x->accidents_known && t->loss[i].value.ppm < AX_TARIFF_PPM ? &none : &t->loss[i].value;
}

static uint32_t clamped(const struct ax_tariff *t, uint64_t product)
{
    uint64_t ppm = (product + AX_TARIFF_PPM / 2) / AX_TARIFF_PPM;
    if (ppm < t->clamp_min_ppm) {
        return t->clamp_min_ppm;
    }
    return ppm > t->clamp_max_ppm ? t->clamp_max_ppm : (uint32_t)ppm;
}

void ax_tariff_price(
        const struct ax_tariff *t, const struct ax_tariff_experience *x, uint32_t options, struct ax_tariff_quote *out)
{
    static const char *const standards[] = {"missing", "one", "two", "three", "none"};
    static const char *const levels[] = {"", "A1", "A2", "B1", "B2", "B3", "C1", "C2", "C3", "D", "unrated"};
    *out = (struct ax_tariff_quote){.factor_count = 0};
    struct pricing p = {out, UNIT_PRODUCT};
    apply_accident(&p, t, x);
    apply(&p, "standardisation", ax_str_c(standards[x->standardisation]), &t->standardisation[x->standardisation],
            x->standardisation_entry);
    apply(&p, "credit", ax_str_c(levels[x->level]), &t->credit[x->level], UINT32_MAX);
    if (x->list_entry != UINT32_MAX) {
        apply(&p, "listed", AX_STR(""), &t->listed, x->list_entry);
    }
    if (x->award_entry != UINT32_MAX) {
        apply(&p, "award", AX_STR(""), &t->award, x->award_entry);
    }
    apply(&p, "loss", AX_STR(""), loss_value(t, x, out), UINT32_MAX);
    for (size_t i = 0; i < t->option_count; i++) {
        if ((options >> i & 1) != 0) {
            apply(&p, "option", t->options[i].id, &t->options[i].value, UINT32_MAX);
        }
    }
    apply(&p, "off_balance", AX_STR(""), &t->off_balance, UINT32_MAX);
    uint64_t product = (p.product + AX_TARIFF_PPM / 2) / AX_TARIFF_PPM;
    out->product_ppm = product > UINT32_MAX ? UINT32_MAX : (uint32_t)product;
    out->coefficient_ppm = clamped(t, p.product);
}

/* What a price is asked for. */
struct asked {
    ax_str industry;
    uint64_t exposure;
    uint32_t units;
    int64_t limit_per_death_fen;
    uint32_t options;
};

static bool fits(const struct ax_tariff_base *b, const struct asked *a)
{
    bool whole = b->unit == AX_TARIFF_UNIT_LICENCE;
    bool sized = whole || (a->exposure > b->over && (b->up_to == 0 || a->exposure <= b->up_to));
    return sized && (b->options & a->options) == b->options && (a->units == 0 || (a->units >> b->unit & 1) != 0) &&
           (b->limit_per_death_fen == 0 || b->limit_per_death_fen == a->limit_per_death_fen) &&
           ax_pack_industry_in(&b->industries, a->industry);
}

static const struct ax_tariff_base *find_base(const struct ax_tariff *t, const struct asked *a)
{
    for (size_t i = 0; i < t->base_count; i++) {
        if (fits(&t->bases[i], a)) {
            return &t->bases[i];
        }
    }
    return NULL;
}

static int64_t money(u128 fen)
{
    return fen > (u128)MONEY_MAX_FEN ? MONEY_MAX_FEN : (int64_t)fen;
}

static int64_t part_of(int64_t fen, uint32_t ppm)
{
    return money(((u128)(uint64_t)fen * ppm + AX_TARIFF_PPM / 2) / AX_TARIFF_PPM);
}

/* At the lower or the upper end of the base's price. */
static int64_t base_fen(const struct ax_tariff_base *b, uint64_t exposure, int64_t limit_per_death_fen, bool upper)
{
    int64_t whole = upper && b->fen_max > 0 ? b->fen_max : b->fen;
    int64_t each = upper && b->fen_per_unit_max > 0 ? b->fen_per_unit_max : b->fen_per_unit;
    if (whole > 0) {
        return whole;
    }
    if (each > 0) {
        return money((u128)exposure * (uint64_t)each);
    }
    if (b->rate_ppm > 0) {
        return part_of(money(exposure), b->rate_ppm);
    }
    return part_of(money((u128)exposure * (uint64_t)limit_per_death_fen), b->rate_of_limit_ppm);
}

void ax_tariff_base_premium(const struct ax_tariff *tariff, ax_str industry, uint64_t exposure, uint32_t units,
        int64_t limit_per_death_fen, uint32_t options, uint32_t coefficient_ppm, struct ax_tariff_premium *out)
{
    struct asked asked = {industry, exposure, units, limit_per_death_fen, options};
    *out = (struct ax_tariff_premium){.base = find_base(tariff, &asked)};
    if (out->base != NULL) {
        out->fen = base_fen(out->base, exposure, limit_per_death_fen, false);
        out->max_fen = base_fen(out->base, exposure, limit_per_death_fen, true);
        out->reference_fen = part_of(out->fen, coefficient_ppm);
        out->reference_max_fen = part_of(out->max_fen, coefficient_ppm);
    }
}

const struct ax_tariff_floor *ax_tariff_floor_on(const struct ax_tariff *tariff, int32_t day)
{
    const struct ax_tariff_floor *floor = NULL;
    for (size_t i = 0; i < tariff->floor_count && tariff->floors[i].effective_from <= day; i++) {
        floor = &tariff->floors[i];
    }
    return floor;
}

bool ax_tariff_balance(const struct ax_tariff *tariff, const uint32_t *products_ppm, size_t count, uint32_t *ppm)
{
    uint32_t low = 1;
    uint32_t high = AX_TARIFF_FACTOR_MAX_PPM;
    while (low < high) { /* the least constant by which the mean is not below 1: the sum rises with it */
        uint32_t middle = low + (high - low) / 2;
        uint64_t sum = 0;
        for (size_t i = 0; i < count; i++) {
            sum += clamped(tariff, times((uint64_t)products_ppm[i] * AX_TARIFF_PPM, middle));
        }
        if (sum < (uint64_t)count * AX_TARIFF_PPM) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *ppm = low;
    return count > 0 && low < AX_TARIFF_FACTOR_MAX_PPM;
}
