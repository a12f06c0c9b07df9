/* SPDX-License-Identifier: Apache-2.0 */
/* A view of one day: the sums of what counts on it, without spans. */
#include "scoring/rate_span.h"
#include "scoring/rate_sums.h"

/* How many of the windows that begin on that day reach the day of `on`. */
static inline size_t windows_on(const struct ax_rate_day *on, size_t basis, uint32_t from)
{
    uint32_t age = on->kept - from; /* before the first of all days, of what is to come */
    return __builtin_expect(age < AX_RATE_AGES, 1) ? on->reaching[basis][age]
           : from <= on->kept                      ? ax_rate_windows_from(on, basis, from)
                                                   : 0;
}

/* The use is known not to end before the day, which is all that matters. */
static void days_on(const struct ax_seen_entry *n, struct ax_rate_days *d)
{
    d->act = ax_entry_day(n->act);
    d->event = ax_entry_day(n->event);
    d->last_known = true;
    d->last = AX_DAY_MAX;
}

/* Of a rule that is not plain. */
static bool counts_on(
        const struct ax_rate_day *on, const struct ax_rule *r, const struct ax_seen_entry *n, struct ax_rate_span *s)
{
    struct ax_rate_days d AX_UNSET;
    struct ax_rate_past past = {on->day, AX_DAY_NONE, AX_DAY_NONE};
    days_on(n, &d);
    return ax_rate_meets(r, n->entry) && ax_rate_first_and_last(on->pack, r, n->entry, &d, &past, s) &&
           s->from <= on->day;
}

/* What states no day has begun before all of them. */
static bool has_begun(const struct ax_seen *seen, const struct ax_seen_entry *n)
{
    if (n->act != 0) {
        return (n->marks & AX_SEEN_USED) != 0 && n->act <= seen->on->kept;
    }
    uint32_t until = n->entry->use_until_day;
    return (n->marks & AX_SEEN_EFFECT) != 0 && (until == 0 || until >= seen->on->kept);
}

static void count_exposures(const struct ax_rate_view *v, const struct ax_seen *seen, struct ax_rate_sums *sums)
{
    for (size_t i = seen->first[AX_FACT_EXPOSURE]; i != AX_SEEN_END; i = seen->entries[i].next) {
        const struct ax_seen_entry *n = &seen->entries[i];
        if (!has_begun(seen, n)) {
            continue;
        }
        struct ax_rate_span spans[AX_EXPOSED_COUNT] AX_UNSET;
        struct ax_rate_days d AX_UNSET;
        struct ax_rate_past past = {seen->on->day, AX_DAY_NONE, AX_DAY_NONE};
        days_on(n, &d);
        size_t count = ax_rate_standing_spans(v, n->entry, (uint32_t)i, &d, &past, spans);
        for (size_t j = 0; j < count; j++) {
            ax_rate_count_standing(sums, v->ledger, &spans[j]);
        }
    }
}

/* As ax_rate_standing_spans has them. */
static void count_standardisations(const struct ax_rate_view *v, const struct ax_seen *seen, struct ax_rate_sums *sums)
{
    for (size_t i = seen->first[AX_FACT_STANDARDISATION]; i != AX_SEEN_END; i = seen->entries[i].next) {
        const struct ax_seen_entry *n = &seen->entries[i];
        uint32_t until = n->entry->until_day;
        if (has_begun(seen, n) && (until == 0 || until >= seen->on->kept)) {
            int32_t from = n->act == 0 ? AX_DAY_MIN : ax_entry_day(n->act);
            struct ax_rate_span s = {.from = from, .entry = (uint32_t)i, .rule = AX_SPAN_BASE};
            ax_rate_count_standing(sums, v->ledger, &s);
        }
    }
}

/* An entry and which of its kind's steps may count for it. */
struct met {
    const struct ax_seen_entry *seen;
    uint64_t steps;
};

enum { MET_MAX = 32 }; /* at once */

/* Of the kind from *next on those that meet a step, without a branch: half of what is guessed of an entry would be wrong. */
static inline size_t meet_some(const struct ax_rate_view *v, const struct ax_seen *seen, size_t kind, size_t *next,
        struct met out[MET_MAX + 1])
{
    size_t of_pack = kind - AX_FACT_ENFORCEMENT_PENALTY;
    const struct ax_pack_index *index = &v->pack->index[of_pack];
    const uint64_t *by_act = seen->on->reach[0][of_pack].steps;
    const uint64_t *by_event = seen->on->reach[1][of_pack].steps;
    bool from_event = by_event[AX_PACK_WINDOWS_MAX] != by_event[0];
    uint64_t open = ~v->barred->steps[of_pack];
    size_t count = 0;
    size_t i = *next;
    for (; i != AX_SEEN_END && count < MET_MAX; i = seen->entries[i].next) {
        const struct ax_seen_entry *n = &seen->entries[i];
        uint64_t steps = by_act[windows_on(seen->on, 0, n->act)];
        steps |= from_event ? by_event[windows_on(seen->on, 1, n->event)] : 0;
        steps &= ax_rate_rules_met(index, n->entry) & open & n->counts;
        out[count] = (struct met){n, steps};
        count += steps != 0 ? 1 : 0;
    }
    *next = i;
    return count;
}

/* Of a rule that needs a closer look, or of which the latest counts. */
static void count_closer(const struct ax_rate_view *v, const struct ax_rate_day *on, const struct ax_pack_step *step,
        const struct ax_seen_entry *n, struct ax_rate_sums *sums)
{
    const struct ax_rule *r = &v->pack->rules[step->rule];
    const struct ax_entry *e = n->entry;
    struct ax_rate_span s = {.from = ax_entry_day(step->event ? n->event : n->act)};
    if (step->plain || counts_on(on, r, n, &s)) {
        ax_rate_fill_span(step, r, e, (uint32_t)(e - v->ledger->entries), &s);
        ax_rate_count(sums, v->ledger, &s);
    }
}

/* Pair by pair of an entry and a step that it meets: a loop within a loop would end at a guess for each entry. */
static inline void count_met(const struct ax_rate_view *v, const struct ax_seen *seen, size_t kind, struct met *met,
        size_t count, struct ax_rate_sums *sums)
{
    const struct ax_pack_step *kind_steps = &v->pack->steps[v->pack->kind_first[kind - AX_FACT_ENFORCEMENT_PENALTY]];
    for (size_t i = 0; i < count;) {
        const struct ax_seen_entry *n = met[i].seen;
        const struct ax_pack_step *step = &kind_steps[__builtin_ctzll(met[i].steps)];
        met[i].steps &= met[i].steps - 1;
        i += met[i].steps == 0 ? 1 : 0;
        int32_t legal = (int32_t)(kind == AX_FACT_ACCIDENT ? n->event : n->act) - 1 + AX_DAY_MIN;
        if (legal < step->from || legal > step->to) {
            continue;
        }
        if (!step->simple) {
            count_closer(v, seen->on, step, n, sums);
            continue;
        }
        struct ax_rate_sum *sum = &sums->of[step->rule];
        uint32_t measure = step->measured ? ax_rate_measure(&v->pack->rules[step->rule], n->entry)
                                          : 1 + (n->entry->count - 1U) * step->counts;
        ax_rate_hold(sums->touched, step->rule);
        sum->measure += measure;
        sum->points += (int64_t)step->each * measure;
    }
}

/* Called once: a call a kind would cost as much as a fact. */
static inline __attribute__((always_inline)) void count_kind(
        const struct ax_rate_view *v, const struct ax_seen *seen, size_t kind, struct ax_rate_sums *sums)
{
    struct met met[MET_MAX + 1] AX_UNSET;
    for (size_t next = seen->first[kind]; next != AX_SEEN_END;) {
        size_t count = meet_some(v, seen, kind, &next, met);
        count_met(v, seen, kind, met, count, sums);
    }
}

/* Whether something that the pack rates is there on the day. */
static bool is_rated_on(const struct ax_seen *s)
{
    uint64_t rated = (uint64_t)s->on->pack->rated_kinds << AX_FACT_ENFORCEMENT_PENALTY;
    for (uint64_t bits = rated; bits != 0; bits &= bits - 1) {
        for (size_t i = s->first[__builtin_ctzll(bits)]; i != AX_SEEN_END; i = s->entries[i].next) {
            const struct ax_seen_entry *n = &s->entries[i];
            if ((n->marks & AX_SEEN_THERE) != 0 && (n->act <= s->on->kept || n->event <= s->on->kept)) {
                return true;
            }
        }
    }
    return false;
}

/* The first day of anything that the pack asks how long it has been known; AX_DAY_NONE: there is none. */
static int32_t known_from(const struct ax_seen *s)
{
    uint32_t first = UINT32_MAX; /* none is the greatest, less one */
    uint64_t known = (uint64_t)s->on->pack->known_kinds << AX_FACT_ENFORCEMENT_PENALTY;
    for (uint64_t bits = known; bits != 0; bits &= bits - 1) {
        for (size_t i = s->first[__builtin_ctzll(bits)]; i != AX_SEEN_END; i = s->entries[i].next) {
            const struct ax_seen_entry *n = &s->entries[i];
            uint32_t day = (n->act < n->event ? n->act : n->event) - 1;
            first = (n->marks & AX_SEEN_THERE) != 0 && day < first ? day : first;
        }
    }
    return first == UINT32_MAX ? AX_DAY_NONE : ax_entry_day(first + 1);
}

bool ax_rate_view_init_on(struct ax_rate_view *v, const struct ax_seen *s, struct ax_rate_sums *sums)
{
    const struct ax_pack *pack = s->on->pack;
    ax_rate_view_begin(v, s->ledger, pack, s->on->day);
    v->facts = s->facts;
    v->conflicts = s->conflicts;
    v->objected = s->objected;
    v->standardisation_known = ax_seen_has(s, AX_FACT_STANDARDISATION);
    v->rated_from = pack != NULL && is_rated_on(s) ? s->on->day : AX_DAY_NONE;
    v->known_from = pack != NULL ? known_from(s) : AX_DAY_NONE;
    if (v->rated_from == AX_DAY_NONE) {
        return false;
    }
    ax_rate_view_look_at_scale(v, s->industry);
    v->barred = ax_pack_barred_of(pack, s->industry, &v->barred_here);
    ax_rate_view_look_at_absent(v);
    ax_rate_sums_init(sums, pack);
    for (uint64_t bits = s->on->kinds; bits != 0; bits &= bits - 1) {
        count_kind(v, s, (size_t)__builtin_ctzll(bits), sums);
    }
    count_standardisations(v, s, sums);
    if (pack->exposed != 0) {
        count_exposures(v, s, sums);
    }
    return true;
}
