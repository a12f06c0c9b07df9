/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/pack_index.h"

#include "scoring/entry.h"
#include "scoring/pack_face.h"

static bool fits_mask(uint32_t mask, uint32_t value)
{
    return mask == 0 || (mask >> value & 1) != 0;
}

static bool fits_flags(const struct ax_rule *r, uint32_t flags)
{
    return (flags & r->flags_all) == r->flags_all && (flags & r->flags_none) == 0;
}

static void index_rule(struct ax_pack_index *index, const struct ax_rule *r, size_t at)
{
    uint64_t bit = UINT64_C(1) << at;
    for (uint32_t traits = 0; traits <= AX_SORT_TRAITS_MASK; traits++) {
        struct ax_entry e = {.sort = traits};
        bool fits = fits_mask(r->grades, e.grade) && fits_mask(r->stages, e.stage) &&
                    fits_mask(r->liabilities, e.liability);
        index->traits[traits] |= fits ? bit : 0;
    }
    for (uint32_t flags = 0; flags < 256; flags++) {
        index->flags[flags] |= fits_flags(r, flags) ? bit : 0;
    }
}

static bool is_asked_for(const struct ax_pack *p, size_t rule)
{
    for (size_t i = 0; i < p->rule_count; i++) {
        if (p->rules[i].needs == (int32_t)rule || p->rules[i].unless == (int32_t)rule) {
            return true;
        }
    }
    return false;
}

/* Of one fact, whatever others there are. */
static bool holds_alone(const struct ax_rule *r)
{
    return !r->absent && !r->latest && r->at_least == 1 && r->below == 0 && r->needs < 0 && r->unless < 0;
}

static void add_rate(struct ax_pack_sides *sides, size_t rule, size_t *count)
{
    if (*count < AX_PACK_RATES_MAX) {
        sides->rates[*count] = (uint8_t)rule;
        sides->per_exposure[rule / 64] |= UINT64_C(1) << rule % 64;
    }
    ++*count;
}

/* Only rules that add up, so that the graver side is known event by event, and rates. One of which the latest counts, that
 * another needs, that shifts further than the least that an accident may, or that takes points once counts a face in full. A
 * rule that asks for a face is about what it is by itself (check_faces). */
static void index_sides(struct ax_pack *p)
{
    size_t rates = 0;
    memset(&p->sides, 0, sizeof p->sides);
    for (size_t i = 0; i < p->rule_count; i++) {
        const struct ax_rule *r = &p->rules[i];
        bool points = r->effect == AX_EFFECT_POINTS_EACH && r->points < 0;
        bool each = points && r->per_exposure == AX_EXPOSED_NONE;
        bool shift = r->effect == AX_EFFECT_SHIFT && r->shift < 0 && !r->absent;
        bool face = ax_pack_can_answer(r->kind) && !ax_pack_asks_for_face(r) && !r->latest;
        bool alone = r->kind == AX_FACT_ACCIDENT && holds_alone(r);
        uint64_t bit = UINT64_C(1) << i % 64;
        p->sides.face_points[i / 64] |= face && each ? bit : 0;
        p->sides.face_shifts[i / 64] |=
                face && shift && r->shift == -1 && r->below == 0 && !is_asked_for(p, i) ? bit : 0;
        p->sides.accident_points[i / 64] |= alone && each ? bit : 0;
        p->sides.accident_shifts[i / 64] |= alone && shift ? bit : 0;
        bool rate = points && !each && r->part != AX_PART_X && !is_asked_for(p, i);
        if (rate && (alone || (face && holds_alone(r)))) {
            add_rate(&p->sides, i, &rates);
        }
    }
    if (rates > AX_PACK_RATES_MAX) {
        memset(p->sides.per_exposure, 0, sizeof p->sides.per_exposure);
        rates = 0;
    }
    p->sides.rate_count = rates;
}

/* Where the end of this window is worked out; NO_WINDOW: there is no room. */
enum { NO_WINDOW = 2 * AX_PACK_WINDOWS_MAX };

static size_t window_of(struct ax_pack *p, const struct ax_rule *r)
{
    size_t first = r->basis == AX_BASIS_EVENT ? AX_PACK_WINDOWS_MAX : 0;
    for (size_t i = first; i < first + AX_PACK_WINDOWS_MAX; i++) {
        struct ax_window_length *w = &p->windows[i];
        if (w->months == 0 && w->days == 0) {
            *w = (struct ax_window_length){r->window_months, r->window_days};
        }
        if (w->months == r->window_months && w->days == r->window_days) {
            return i;
        }
    }
    return NO_WINDOW;
}

static void make_step(struct ax_pack *p, size_t rule, struct ax_pack_step *step)
{
    enum { LONGEST_MONTH = 31 };
    const struct ax_rule *r = &p->rules[rule];
    bool windowed =
            r->span == AX_SPAN_WINDOW && (r->window_months > 0 || r->window_days > 0) && r->basis != AX_BASIS_DUE;
    bool points = r->effect == AX_EFFECT_POINTS_EACH && r->per_exposure == AX_EXPOSED_NONE;
    size_t window = windowed ? window_of(p, r) : NO_WINDOW;
    *step = (struct ax_pack_step){
            .from = r->effective_from == AX_DAY_NONE ? INT32_MIN : r->effective_from,
            .to = r->effective_to == AX_DAY_NONE ? INT32_MAX : r->effective_to,
            .longest = windowed ? LONGEST_MONTH * r->window_months + r->window_days : AX_PACK_NO_END,
            .rule = (uint8_t)rule,
            .window = (uint8_t)window,
            .event = r->basis == AX_BASIS_EVENT,
            .plain = window != NO_WINDOW && r->categories == 0 && r->link == 0 && r->share_at_least == 0 &&
                     r->each_at_least == 0,
            .measured = r->measure != AX_MEASURE_ACTS && r->measure != AX_MEASURE_COUNT,
            .counts = r->measure == AX_MEASURE_COUNT,
            .scaled = points && (r->per != 1 || r->by_share || r->measure != AX_MEASURE_ACTS),
            .latest = r->latest,
            .each = points ? r->points : 0,
    };
    step->simple = step->plain && !step->scaled && !step->latest;
}

static void note_longest(int32_t by_grade[8], uint32_t grades, int32_t days)
{
    for (uint32_t value = 0; value < 8; value++) {
        by_grade[value] = fits_mask(grades, value) && days > by_grade[value] ? days : by_grade[value];
    }
}

static void make_steps(struct ax_pack *p)
{
    size_t n = 0;
    memset(p->windows, 0, sizeof p->windows);
    memset(p->window_steps, 0, sizeof p->window_steps);
    for (int kind = 0; kind < AX_PACK_KINDS; kind++) {
        p->kind_first[kind] = (uint8_t)n;
        memset(p->longest[kind], 0, sizeof p->longest[kind]);
        for (size_t i = 0; i < p->rule_count; i++) {
            if (p->rules[i].kind == kind + AX_FACT_ENFORCEMENT_PENALTY) {
                struct ax_pack_step *step = &p->steps[n];
                p->place[i] = (uint8_t)(n - p->kind_first[kind]);
                index_rule(&p->index[kind], &p->rules[i], p->place[i]);
                make_step(p, i, step);
                p->window_steps[kind][step->window] |= UINT64_C(1) << p->place[i];
                note_longest(p->longest[kind], p->rules[i].grades, step->longest);
                n++;
            }
        }
    }
    p->kind_first[AX_PACK_KINDS] = (uint8_t)n;
    note_longest(p->longest[AX_FACT_STANDARDISATION - AX_FACT_ENFORCEMENT_PENALTY], 0, AX_PACK_NO_END); /* the base */
    note_longest(p->longest[AX_FACT_EXPOSURE - AX_FACT_ENFORCEMENT_PENALTY], 0, AX_PACK_NO_END);
}

static void index_uses(struct ax_pack *p)
{
    memset(p->kind_uses, 0, sizeof p->kind_uses);
    for (size_t i = 0; i < p->use_count; i++) {
        uint32_t *by_grade = p->kind_uses[p->uses[i].kind - AX_FACT_ENFORCEMENT_PENALTY];
        for (uint32_t grade = 0; grade < 8; grade++) {
            by_grade[grade] |= fits_mask(p->uses[i].grades, grade) ? UINT32_C(1) << i : 0;
        }
    }
}

void ax_pack_make_index(struct ax_pack *p)
{
    memset(p->index, 0, sizeof p->index);
    memset(p->absent, 0, sizeof p->absent);
    p->exposed = 0;
    for (size_t i = 0; i < p->rule_count; i++) {
        struct ax_rule *r = &p->rules[i];
        r->link = r->item.len == 0 ? 0 : ax_entry_item(r->scheme, r->item);
        p->exposed |= r->per_exposure == AX_EXPOSED_NONE ? 0U : 1U << r->per_exposure;
        p->absent[i / 64] |= (uint64_t)p->rules[i].absent << i % 64;
    }
    make_steps(p);
    index_uses(p);
    index_sides(p);
}

void ax_pack_make_leasts(struct ax_pack *p)
{
    p->has_top = false;
    p->parts = 0;
    for (int i = 0; i < AX_PARTS; i++) {
        p->parts += p->part_base[i];
    }
    for (size_t b = 0; b < p->band_count; b++) {
        bool top = p->bands[b].top_percent != 0;
        p->has_top = p->has_top || top;
        p->least[b] = top ? INT32_MAX : p->bands[b].least;
        for (size_t i = 0; i < p->distribution_count; i++) {
            struct ax_distribution *d = &p->distributions[i];
            d->least[b] = top && d->points[b] > p->bands[b].least ? d->points[b] : p->bands[b].least;
        }
    }
}
