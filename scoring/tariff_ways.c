/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/tariff_look.h"

#include <stdlib.h>

/* An accident that the unit is not cleared of and what answers it, or what tells of one that nobody reported. */
struct event {
    enum ax_tariff_accident grade;
    uint32_t entry; /* of its sides the gravest */
    uint32_t acts;
    uint32_t penalties;
    struct ax_tariff_losses losses; /* of its claims */
    const struct ax_tariff_side *sides;
    size_t side_count;
};

/* A total over a period is never graded: it counts as general (ours). */
static enum ax_tariff_accident grade_of(int32_t grade)
{
    return grade >= AX_ACCIDENT_GRADE_SERIOUS  ? AX_TARIFF_ACCIDENT_SERIOUS
           : grade == AX_ACCIDENT_GRADE_LARGER ? AX_TARIFF_ACCIDENT_LARGER
                                               : AX_TARIFF_ACCIDENT_GENERAL;
}

/* A claim by 493 art. 3 and the people whom it tells of; what only names an accident is a general one. */
static enum ax_tariff_accident grade_of_side(const struct ax_entry *e)
{
    struct ax_accident told = {.deaths = 0};
    if (e->kind == AX_FACT_ACCIDENT) {
        return grade_of((int32_t)e->grade);
    }
    if (e->kind == AX_FACT_INSURANCE_CLAIM) {
        told.deaths = e->bits;
        told.serious_injuries = e->number;
    }
    return grade_of(ax_accident_grade_counted(&told));
}

/* A claim with people killed or seriously injured, or a claim or penalty that names an accident. */
static bool tells_of_accident(const struct ax_entry *e)
{
    bool refused = e->grade == AX_CLAIM_STATE_REFUSED || e->grade == AX_CLAIM_STATE_CLOSED_WITHOUT_PAYMENT;
    return e->kind == AX_FACT_INSURANCE_CLAIM ? (e->link != 0 || e->bits > 0 || e->number > 0) && !refused
                                              : e->kind == AX_FACT_ENFORCEMENT_PENALTY && e->link != 0;
}

static void note_cleared(struct ax_tariff_looking *l, const struct ax_entry *e)
{
    bool there = e->kind == AX_FACT_ACCIDENT && e->state != AX_FACT_STATE_WITHDRAWN && e->act != 0 &&
                 (e->marks & (AX_MARK_HEAD | AX_MARK_ECHO)) == AX_MARK_HEAD;
    if (there && (e->liability == AX_LIABILITY_NONE || !ax_tariff_has_effect(l, e))) {
        l->cleared[l->cleared_count++] = e->act;
    }
}

void ax_tariff_see_side(struct ax_tariff_looking *l, uint32_t i)
{
    const struct ax_entry *e = &l->ledger->entries[i];
    if (l->tariff->accident[AX_TARIFF_ACCIDENT_NONE].ppm == 0) {
        return;
    }
    note_cleared(l, e);
    if (!ax_tariff_has_effect(l, e)) {
        return;
    }
    if (e->kind == AX_FACT_ACCIDENT && e->liability != AX_LIABILITY_NONE) {
        l->sides[l->side_count++] = (struct ax_tariff_side){e->act, i};
    } else if (tells_of_accident(e) || (e->kind == AX_FACT_INSURANCE_CLAIM && e->link != 0)) {
        l->sides[l->side_count++] = (struct ax_tariff_side){e->link, i};
    }
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static int by_event(const void *a, const void *b)
{
    const struct ax_tariff_side *x = a;
    const struct ax_tariff_side *y = b;
    int order = (x->event > y->event) - (x->event < y->event);
    return order != 0 ? order : (x->entry > y->entry) - (x->entry < y->entry);
}

static const struct ax_entry *entry_of(const struct ax_tariff_looking *l, const struct ax_tariff_side *side)
{
    return &l->ledger->entries[side->entry];
}

/* By the day that its own report states, else by that of any which tells of it. */
static bool is_of_the_months(const struct ax_tariff_looking *l, const struct event *event)
{
    bool told = false;
    for (size_t i = 0; i < event->side_count; i++) {
        const struct ax_entry *e = entry_of(l, &event->sides[i]);
        int32_t day = ax_tariff_event_day(e);
        bool within = ax_tariff_is_within(day, l->day, l->tariff->accident_months);
        if (e->kind == AX_FACT_ACCIDENT && day != AX_DAY_NONE) {
            return within;
        }
        told = told || (within && (e->kind == AX_FACT_ACCIDENT || tells_of_accident(e)));
    }
    return told;
}

static void add_side(const struct ax_tariff_looking *l, struct event *event, const struct ax_tariff_side *side)
{
    const struct ax_entry *e = entry_of(l, side);
    bool is_accident = e->kind == AX_FACT_ACCIDENT;
    if (is_accident) {
        event->acts += e->count;
    } else if (e->kind == AX_FACT_INSURANCE_CLAIM) {
        ax_tariff_weigh_claim(l, e, &event->losses);
    } else {
        event->penalties++;
    }
    enum ax_tariff_accident grade = grade_of_side(e);
    bool graver = event->entry == UINT32_MAX || grade > event->grade || (grade == event->grade && is_accident);
    if ((is_accident || tells_of_accident(e)) && graver) {
        event->entry = side->entry;
        event->grade = grade;
    }
}

/* The event that begins at a side, and how many sides it has; false: it is none of these months, or the unit is cleared of it. */
static bool event_at(const struct ax_tariff_looking *l, size_t at, struct event *out)
{
    const struct ax_tariff_side *sides = &l->sides[at];
    size_t count = 1;
    while (sides[0].event != 0 && at + count < l->side_count && sides[count].event == sides[0].event) {
        count++;
    }
    *out = (struct event){.entry = UINT32_MAX, .sides = sides, .side_count = count};
    if (sides[0].event != 0 && l->cleared_count > 0 &&
            bsearch(&sides[0].event, l->cleared, l->cleared_count, sizeof l->cleared[0], by_value) != NULL) {
        return false;
    }
    if (!is_of_the_months(l, out)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        add_side(l, out, &sides[i]);
    }
    out->acts = out->acts == 0 ? 1 : out->acts;
    return out->entry != UINT32_MAX;
}

static bool has_factor(const struct ax_entry *e)
{
    switch (e->kind) {
    case AX_FACT_ACCIDENT:
    case AX_FACT_INSURANCE_CLAIM:
        return true;
    case AX_FACT_LIST_ENTRY:
        return e->grade == AX_LIST_KIND_SERIOUS_DISHONESTY || e->grade == AX_LIST_KIND_COMMENDATION;
    default:
        return false;
    }
}

static bool is_adverse(const struct ax_entry *e)
{
    return e->kind == AX_FACT_ENFORCEMENT_PENALTY || e->kind == AX_FACT_HAZARD || e->kind == AX_FACT_MONITORING_ALARM ||
           e->kind == AX_FACT_LIST_ENTRY;
}

static int32_t rest_level(const struct ax_tariff_looking *l, const struct ax_pack *pack)
{
    struct ax_rate rate;
    struct ax_ledger rest = *l->ledger;
    rest.entries = l->rest;
    rest.faces = rest.sides = 0;
    ax_rate(&rest, pack, l->day, &rate);
    const struct ax_tariff_value *credit = l->tariff->credit;
    bool is_reward = credit[rate.level].ppm < credit[AX_LEVEL_UNRATED].ppm;
    return l->rated_by_adverse && is_reward ? AX_LEVEL_UNRATED : (int32_t)rate.level;
}

/* Whether nothing but adverse facts rates the enterprise: then a level is no reward, for what is adverse must not help. */
static bool is_rated_by_adverse(const struct ax_tariff_looking *l, const struct ax_pack *pack)
{
    for (uint32_t i = 0; i < l->ledger->count; i++) {
        bool off = has_factor(&l->ledger->entries[i]) || is_adverse(&l->ledger->entries[i]);
        l->rest[i] = l->ledger->entries[i];
        l->rest[i].marks = (off ? 0U : l->rest[i].marks) & AX_MARK_ALL;
    }
    return rest_level(l, pack) == AX_LEVEL_UNRATED;
}

/* The level without what has a factor of its own; each penalty counts by itself, as where nobody reported its accident. */
static int32_t read_level(const struct ax_tariff_looking *l, const struct ax_pack *pack)
{
    for (uint32_t i = 0; i < l->ledger->count; i++) {
        l->rest[i] = l->ledger->entries[i];
        uint32_t off = has_factor(&l->rest[i]) ? AX_MARK_HEAD | AX_MARK_FACE : AX_MARK_FACE;
        l->rest[i].marks &= ~off & AX_MARK_ALL;
    }
    return rest_level(l, pack);
}

/* Without the penalties of the event, too. */
static int32_t read_level_without(
        const struct ax_tariff_looking *l, const struct ax_pack *pack, const struct event *event)
{
    for (size_t i = 0; i < event->side_count; i++) {
        l->rest[event->sides[i].entry].marks &= ~(uint32_t)AX_MARK_HEAD & AX_MARK_ALL;
    }
    int32_t level = rest_level(l, pack);
    for (size_t i = 0; i < event->side_count; i++) {
        struct ax_entry *e = &l->rest[event->sides[i].entry];
        e->marks = (has_factor(e) ? e->marks : e->marks | AX_MARK_HEAD) & AX_MARK_ALL;
    }
    return level;
}

/* The loss and the credit factor of a way together, in 10^-12. */
static uint64_t cost_of(const struct ax_tariff_looking *l, const struct ax_tariff_way *way)
{
    uint64_t loss = ax_tariff_loss_ppm(l->tariff, l->out, way);
    uint64_t credit = l->tariff->credit[way->level].ppm;
    return (loss == 0 ? AX_TARIFF_PPM : loss) * (credit == 0 ? AX_TARIFF_PPM : credit);
}

static bool is_later(const struct ax_tariff_looking *l, uint32_t a, uint32_t b)
{
    return ax_tariff_event_day(&l->ledger->entries[a]) > ax_tariff_event_day(&l->ledger->entries[b]);
}

/* The way with this event in the accident factor, where it is the dearest of its grade so far, or as dear and later. */
static void offer(struct ax_tariff_looking *l, const struct ax_pack *pack, const struct event *event, bool penalties)
{
    struct ax_tariff_way *best = &l->out->ways[event->grade];
    struct ax_tariff_way way = l->out->ways[AX_TARIFF_ACCIDENT_NONE];
    way.entry = event->entry;
    way.claims_left_out = event->losses.claims;
    way.losses.yuan -= event->losses.yuan;
    way.losses.claims -= event->losses.claims;
    way.losses.capped -= event->losses.capped;
    way.losses.unmatched -= event->losses.unmatched;
    uint64_t cost = best->is_there ? cost_of(l, best) : 0;
    if (penalties && event->penalties > 0) {
        way.level = read_level_without(l, pack, event);
        way.penalties_left_out = event->penalties;
    }
    uint64_t own = cost_of(l, &way);
    if (!best->is_there || own > cost || (own == cost && is_later(l, way.entry, best->entry))) {
        *best = way;
        best->is_there = true;
    }
}

static void count_left_out(struct ax_tariff_experience *x, const uint32_t acts[AX_TARIFF_ACCIDENTS])
{
    uint32_t graver = 0;
    for (size_t grade = AX_TARIFF_ACCIDENTS; grade-- > 0;) {
        x->ways[grade].accidents_left_out = graver;
        graver += acts[grade];
    }
    x->accidents = graver;
}

void ax_tariff_find_ways(struct ax_tariff_looking *l, const struct ax_pack *pack)
{
    struct event event;
    uint32_t acts[AX_TARIFF_ACCIDENTS] = {0};
    size_t penalised = 0;
    l->rated_by_adverse = is_rated_by_adverse(l, pack);
    qsort(l->cleared, l->cleared_count, sizeof l->cleared[0], by_value);
    qsort(l->sides, l->side_count, sizeof l->sides[0], by_event);
    l->out->ways[AX_TARIFF_ACCIDENT_NONE] = (struct ax_tariff_way){
            .is_there = true, .entry = UINT32_MAX, .level = read_level(l, pack), .losses = l->losses};
    for (size_t i = 0; i < l->side_count; i += event.side_count) {
        if (event_at(l, i, &event)) {
            acts[event.grade] += event.acts;
            penalised += event.penalties > 0 ? 1 : 0;
        }
    }
    for (size_t i = 0; i < l->side_count; i += event.side_count) {
        if (event_at(l, i, &event)) {
            offer(l, pack, &event, penalised <= AX_TARIFF_PENALISED_MAX);
        }
    }
    count_left_out(l->out, acts);
}
