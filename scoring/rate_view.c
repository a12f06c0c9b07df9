/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/profile.h"
#include "scoring/rate_sums.h"

/* Filled as far as it is used. */
#define UNSET __attribute__((uninitialized))

struct days {
    int32_t act;   /* decided, found, listed, valid from; else occurred */
    int32_t event; /* occurred; else as above */
    int32_t legal; /* the day by which the law's version is picked: of the accident, else of the decision */
    bool last_known;
    int32_t last;                          /* on which it may be used */
    uint32_t ended;                        /* bit n: the end of window n is there */
    int32_t ends[2 * AX_PACK_WINDOWS_MAX]; /* last day of the pack's window n */
};

/* The pack's row that says until when a fact of that legal day may be used; NULL: none does. */
static inline const struct ax_use *use_of(const struct ax_pack *p, const struct ax_entry *e, int32_t legal)
{
    for (uint32_t rows = p->kind_uses[e->kind - AX_FACT_ENFORCEMENT_PENALTY][e->grade]; rows != 0; rows &= rows - 1) {
        const struct ax_use *u = &p->uses[__builtin_ctz(rows)];
        if (legal >= u->effective_from && (u->effective_to == AX_DAY_NONE || legal <= u->effective_to)) {
            return u;
        }
    }
    return NULL;
}

static int32_t last_use(const struct ax_pack *p, const struct ax_entry *e, int32_t act, int32_t legal)
{
    if (e->use_until_day != 0) {
        return ax_entry_use_until(e);
    }
    const struct ax_use *u = act == AX_DAY_NONE ? NULL : use_of(p, e, legal);
    return u == NULL ? AX_DAY_MAX : ax_day_add_months(act, u->months) - 1;
}

static inline int32_t cut(const struct ax_pack *p, const struct ax_entry *e, int32_t until, struct days *d)
{
    if (!d->last_known) {
        d->last_known = true;
        d->last = last_use(p, e, d->act, d->legal);
    }
    return until > d->last ? d->last : until;
}

static inline void days_of(const struct ax_entry *e, struct days *d)
{
    uint32_t occurred = e->occurred_day;
    uint32_t from = e->from_day;
    d->act = ax_entry_day(from == 0 ? occurred : from);
    d->event = ax_entry_day(occurred == 0 ? from : occurred);
    d->legal = e->kind == AX_FACT_ACCIDENT ? d->event : d->act;
    d->last_known = false;
    d->ended = 0;
}

int32_t ax_rate_use_until(const struct ax_pack *pack, const struct ax_entry *e)
{
    if (pack == NULL || e->use_until_day != 0) {
        return e->use_until_day == 0 ? AX_DAY_MAX : ax_entry_use_until(e);
    }
    int32_t act = ax_entry_day(e->from_day == 0 ? e->occurred_day : e->from_day);
    bool by_event = e->kind == AX_FACT_ACCIDENT && e->occurred_day != 0;
    return last_use(pack, e, act, by_event ? ax_entry_occurred_on(e) : act);
}

static uint32_t measure_of(const struct ax_rule *r, const struct ax_entry *e)
{
    switch (r->measure) {
    case AX_MEASURE_ACTS:
        return 1;
    case AX_MEASURE_COUNT:
        return e->count;
    case AX_MEASURE_NUMBER:
    case AX_MEASURE_EMPLOYEES:
        return e->number;
    case AX_MEASURE_DEATHS:
        return e->bits;
    case AX_MEASURE_INJURIES:
        return e->kind == AX_FACT_ACCIDENT ? ax_entry_injured(e) : e->number;
    case AX_MEASURE_TIER:
        return e->count * (e->grade == 0 ? 1U : e->grade);
    case AX_MEASURE_YUAN:
    case AX_MEASURE_HOURS:
        return e->amount;
    case AX_MEASURE_VALUE:
        return (e->flags & AX_ENTRY_NOT_APPLICABLE) != 0 ? r->neutral : e->number;
    case AX_MEASURE_VEHICLES:
        return e->extra;
    }
    return 1;
}

/* Half away from zero. */
static int64_t percent_of(int64_t points, uint32_t percent)
{
    int64_t hundredths = points * percent;
    return (hundredths + (hundredths < 0 ? -50 : 50)) / 100;
}

static int32_t points_of(const struct ax_rule *r, const struct ax_entry *e, uint32_t measure)
{
    int64_t points = (int64_t)r->points * (measure / r->per);
    points = r->by_share && ax_entry_share(e) != 100 ? percent_of(points, ax_entry_share(e)) : points;
    return points > AX_PACK_POINTS_MAX    ? AX_PACK_POINTS_MAX
           : points < -AX_PACK_POINTS_MAX ? -AX_PACK_POINTS_MAX
                                          : (int32_t)points;
}

/* What is left out of a view: spans that ended before keep_from. */
struct past {
    int32_t keep_from;
    int32_t last; /* the latest day after one of them, or on which one that is kept began, not after keep_from */
    int32_t over; /* a window that ends on this day or before is over for certain, and not the last that was: no need to
                   * work out its end */
};

static void note_last(struct past *past, int32_t day)
{
    if (day > past->last) {
        past->last = day;
        past->over = past->keep_from == AX_DAY_NONE ? AX_DAY_NONE
                     : past->keep_from - 1 < day    ? past->keep_from - 1
                                                    : day;
    }
}

/* Whether a span that is known is kept. */
static bool is_kept(struct past *past, const struct ax_rate_span *s)
{
    if (s->from > s->until) {
        return false;
    }
    if (s->until < past->keep_from) {
        note_last(past, s->until + 1);
        return false;
    }
    if (s->from <= past->keep_from) {
        note_last(past, s->from);
    }
    return true;
}

/* The last day of a window, which is worked out once for all rules that have the same. */
static int32_t window_end(const struct ax_pack *p, const struct ax_pack_step *step, struct days *d)
{
    if ((d->ended >> step->window & 1) == 0) {
        d->ended |= 1U << step->window;
        int32_t basis = step->event ? d->event : d->act;
        const struct ax_window_length *w = &p->windows[step->window];
        d->ends[step->window] = ax_day_add_months(basis, w->months) + w->days - 1;
    }
    return d->ends[step->window];
}

/* An exposure is known once its period is over: it is used for some time after it. A licence is suspended or revoked until it is
 * valid again. */
static int32_t stands_until(const struct ax_pack *p, const struct ax_entry *e)
{
    if (e->kind == AX_FACT_LICENCE && e->extra != 0 && (e->until_day == 0 || e->extra < e->until_day)) {
        return ax_entry_day(e->extra);
    }
    if (e->until_day == 0) {
        return AX_DAY_MAX;
    }
    int32_t until = ax_entry_until(e);
    return e->kind == AX_FACT_EXPOSURE && p->exposure_months > 0 ? ax_day_add_months(until, p->exposure_months) : until;
}

static bool first_and_last(const struct ax_pack *p, const struct ax_rule *r, const struct ax_entry *e, struct days *d,
        struct past *past, struct ax_rate_span *s)
{
    int32_t basis = r->basis == AX_BASIS_EVENT ? d->event : d->act;
    s->from = basis;
    if (r->basis == AX_BASIS_DUE) {
        if (e->number > AX_PACK_DAYS_MAX) {
            return false;
        }
        s->from = basis + (int32_t)e->number + 1;
    }
    s->until = AX_DAY_MAX;
    if (r->span == AX_SPAN_STANDING && (e->until_day != 0 || (r->window_months == 0 && r->window_days == 0))) {
        s->until = stands_until(p, e);
    } else if (r->span == AX_SPAN_CALENDAR_YEAR) {
        int year;
        int month;
        int day_of_month;
        ax_day_split(basis, &year, &month, &day_of_month);
        s->until = ax_day_of(year, 12, 31);
    } else if (r->window_months != 0 || r->window_days != 0) {
        s->until = ax_day_add_months(basis, (int)r->window_months) + r->window_days - 1;
    }
    if (r->span == AX_SPAN_TERM) {
        s->until = ax_entry_listed_until(e, s->until);
    }
    s->until = cut(p, e, s->until, d);
    return is_kept(past, s);
}

enum {
    STATES_WITHOUT_EFFECT = 1 << AX_FACT_STATE_REPAIRED | 1 << AX_FACT_STATE_WITHDRAWN | 1 << AX_FACT_STATE_EXPIRED,
};

static inline bool has_effect(const struct ax_entry *e)
{
    uint32_t marks = e->marks;
    uint32_t state = e->state;
    return (marks & (AX_MARK_HEAD | AX_MARK_ECHO)) == AX_MARK_HEAD && (STATES_WITHOUT_EFFECT >> state & 1) == 0;
}

/* A standing that is no rule's: of standardisation, of what is exposed. */
static size_t base_span(
        const struct ax_pack *p, const struct ax_entry *e, struct days *d, struct past *past, struct ax_rate_span *s)
{
    s->from = d->act == AX_DAY_NONE ? AX_DAY_MIN : d->act;
    s->until = cut(p, e, stands_until(p, e), d);
    s->points = 0;
    s->measure = 0;
    s->rule = AX_SPAN_BASE;
    s->latest = false;
    return is_kept(past, s) ? 1 : 0;
}

static inline uint64_t rules_met(const struct ax_pack_index *index, const struct ax_entry *e)
{
    uint32_t flags = ax_entry_rule_flags(e);
    return index->traits[e->sort & AX_SORT_TRAITS_MASK] & index->flags[flags];
}

/* What the index does not know. */
static bool meets(const struct ax_rule *r, const struct ax_entry *e)
{
    bool category = r->categories == 0 || (r->categories & (uint32_t)e->bits << 1) != 0;
    bool share = r->share_at_least == 0 || ax_entry_share(e) >= r->share_at_least;
    return category && share && (r->link == 0 || r->link == e->link) && measure_of(r, e) >= r->each_at_least;
}

/* What stands that is no rule's. */
static inline size_t standing_spans(const struct ax_rate_view *v, const struct ax_entry *e, uint32_t entry,
        struct days *d, struct past *past, struct ax_rate_span *out)
{
    if (e->kind == AX_FACT_STANDARDISATION) {
        out->entry = entry;
        return base_span(v->pack, e, d, past, out);
    }
    if (e->kind != AX_FACT_EXPOSURE || v->pack->exposed == 0) {
        return 0;
    }
    const uint32_t values[AX_EXPOSED_COUNT] = {0, e->extra, e->number, e->amount};
    size_t n = 0;
    for (uint32_t i = AX_EXPOSED_VEHICLES; i < AX_EXPOSED_COUNT; i++) {
        if ((v->pack->exposed >> i & 1) != 0 && values[i] > 0 && base_span(v->pack, e, d, past, &out[n]) > 0) {
            out[n].rule = (uint16_t)(AX_SPAN_EXPOSURE + i);
            out[n].entry = entry;
            out[n++].measure = values[i];
        }
    }
    return n;
}

static inline void fill_span(const struct ax_pack_step *step, const struct ax_rule *r, const struct ax_entry *e,
        uint32_t entry, struct ax_rate_span *s)
{
    s->measure = step->measured ? measure_of(r, e) : 1 + (e->count - 1U) * step->counts;
    s->points = step->scaled ? points_of(r, e, s->measure) : step->each * (int32_t)s->measure;
    s->entry = entry;
    s->rule = step->rule;
    s->latest = step->latest;
}

/* Spans of the rules that the entry meets. */
static inline size_t rule_spans(
        const struct ax_rate_view *v, uint32_t entry, struct days *d, struct past *past, struct ax_rate_span *out)
{
    const struct ax_pack *p = v->pack;
    const struct ax_entry *e = &v->ledger->entries[entry];
    size_t kind = (size_t)e->kind - AX_FACT_ENFORCEMENT_PENALTY;
    const struct ax_pack_step *steps = &p->steps[p->kind_first[kind]];
    size_t n = 0;
    for (uint64_t met = rules_met(&p->index[kind], e) & ~v->barred->steps[kind]; met != 0; met &= met - 1) {
        const struct ax_pack_step *step = &steps[__builtin_ctzll(met)];
        struct ax_rate_span *s = &out[n];
        s->from = step->event ? d->event : d->act;
        if (s->from + step->longest <= past->over || d->legal < step->from || d->legal > step->to) {
            continue;
        }
        const struct ax_rule *r = &p->rules[step->rule];
        bool kept = false;
        if (step->plain) {
            s->until = cut(p, e, window_end(p, step, d), d);
            kept = is_kept(past, s);
        } else {
            kept = meets(r, e) && first_and_last(p, r, e, d, past, s);
        }
        if (kept) {
            fill_span(step, r, e, entry, s);
            n++;
        }
    }
    return n;
}

/* Called once an entry: a call would cost as much as most entries do. */
static inline __attribute__((always_inline)) size_t spans_of(
        const struct ax_rate_view *v, uint32_t entry, struct past *past, struct ax_rate_span *out)
{
    const struct ax_pack *p = v->pack;
    const struct ax_entry *e = &v->ledger->entries[entry];
    size_t kind = (size_t)e->kind - AX_FACT_ENFORCEMENT_PENALTY;
    if (kind >= AX_PACK_KINDS || !has_effect(e)) {
        return 0;
    }
    int32_t longest = p->longest[kind][e->grade];
    if (longest == 0) {
        return 0;
    }
    struct days d UNSET;
    days_of(e, &d);
    int32_t later = d.act > d.event ? d.act : d.event;
    if (later != AX_DAY_NONE && later + longest <= past->over) {
        return 0;
    }
    size_t n = d.legal == AX_DAY_NONE ? 0 : rule_spans(v, entry, &d, past, out);
    return n + standing_spans(v, e, entry, &d, past, &out[n]);
}

/* How many of the windows that begin on that day reach the day of `on`. */
static inline size_t windows_on(const struct ax_rate_day *on, size_t basis, uint32_t from)
{
    uint32_t age = on->kept - from; /* before the first of all days, of what is to come */
    return __builtin_expect(age < AX_RATE_AGES, 1) ? on->reaching[basis][age]
           : from <= on->kept                      ? ax_rate_windows_from(on, basis, from)
                                                   : 0;
}

/* The use is known not to end before the day, which is all that matters. */
static void days_on(const struct ax_seen_entry *n, struct days *d)
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
    struct days d UNSET;
    struct past past = {on->day, AX_DAY_NONE, AX_DAY_NONE};
    days_on(n, &d);
    return meets(r, n->entry) && first_and_last(on->pack, r, n->entry, &d, &past, s) && s->from <= on->day;
}

static void count_standings(
        const struct ax_rate_view *v, const struct ax_seen *seen, size_t kind, struct ax_rate_sums *sums)
{
    for (size_t i = seen->first[kind]; i != AX_SEEN_END; i = seen->entries[i].next) {
        const struct ax_seen_entry *n = &seen->entries[i];
        if ((n->marks & AX_SEEN_USED) == 0 || n->act > seen->on->kept) {
            continue;
        }
        struct ax_rate_span spans[AX_EXPOSED_COUNT] UNSET;
        struct days d UNSET;
        struct past past = {seen->on->day, AX_DAY_NONE, AX_DAY_NONE};
        days_on(n, &d);
        size_t count = standing_spans(v, n->entry, (uint32_t)i, &d, &past, spans);
        for (size_t j = 0; j < count; j++) {
            ax_rate_count_standing(sums, v->ledger, &spans[j]);
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
        steps &= rules_met(index, n->entry) & open & n->counts;
        out[count] = (struct met){n, steps};
        count += steps != 0 ? 1 : 0;
    }
    *next = i;
    return count;
}

/* Of a rule that needs a closer look, or of which the latest counts. */
static void count_closer(const struct ax_rate_view *v, const struct ax_rate_day *on, const struct ax_pack_step *step,
        const struct met *met, int32_t from, struct ax_rate_sums *sums)
{
    const struct ax_rule *r = &v->pack->rules[step->rule];
    const struct ax_entry *e = met->seen->entry;
    struct ax_rate_span s = {.from = from};
    if (step->plain || counts_on(on, r, met->seen, &s)) {
        fill_span(step, r, e, (uint32_t)(e - v->ledger->entries), &s);
        ax_rate_count(sums, v->ledger, &s);
    }
}

static inline void count_met(const struct ax_rate_view *v, const struct ax_rate_day *on,
        const struct ax_pack_step *kind_steps, const struct met *met, struct ax_rate_sums *sums)
{
    int32_t act = (int32_t)met->seen->act - 1 + AX_DAY_MIN;
    int32_t event = (int32_t)met->seen->event - 1 + AX_DAY_MIN;
    int32_t legal = met->seen->entry->kind == AX_FACT_ACCIDENT ? event : act;
    uint32_t more = met->seen->entry->count - 1U;
    for (uint64_t steps = met->steps; steps != 0; steps &= steps - 1) {
        const struct ax_pack_step *step = &kind_steps[__builtin_ctzll(steps)];
        if (legal < step->from || legal > step->to) {
            continue;
        }
        if (!step->simple) {
            count_closer(v, on, step, met, step->event ? event : act, sums);
            continue;
        }
        struct ax_rate_sum *sum = &sums->of[step->rule];
        uint32_t measure = 1 + more * step->counts;
        ax_rate_hold(sums->touched, step->rule);
        sum->measure += measure;
        sum->points += (int64_t)step->each * measure;
    }
}

static void count_kind(struct ax_rate_view *v, const struct ax_seen *seen, size_t kind, struct ax_rate_sums *sums)
{
    const uint8_t *first = &v->pack->kind_first[kind - AX_FACT_ENFORCEMENT_PENALTY];
    struct met met[MET_MAX + 1] UNSET;
    for (size_t next = first[0] == first[1] ? AX_SEEN_END : seen->first[kind]; next != AX_SEEN_END;) {
        size_t count = meet_some(v, seen, kind, &next, met);
        for (size_t i = 0; i < count; i++) {
            count_met(v, seen->on, &v->pack->steps[first[0]], &met[i], sums);
        }
    }
    if (kind == AX_FACT_STANDARDISATION || kind == AX_FACT_EXPOSURE) {
        count_standings(v, seen, kind, sums);
    }
}

size_t ax_rate_view_entry(const struct ax_rate_view *v, uint32_t entry, struct ax_rate_span *out)
{
    struct past all = {AX_DAY_NONE, AX_DAY_NONE, AX_DAY_NONE};
    return spans_of(v, entry, &all, out);
}

/* Band by points of an enterprise's place and trade, and its formula. */
static void look_at_scale(struct ax_rate_view *v, ax_str industry)
{
    const struct ax_pack *p = v->pack;
    v->least = p->least;
    v->formula = NULL;
    if (p->formula_count == 0 && !p->has_top) {
        return;
    }
    v->formula = ax_pack_formula(p, industry);
    if (p->has_top) {
        ax_str place = ax_profile_best(v->ledger, AX_PROFILE_JURISDICTION);
        place = place.len > 0 ? place : ax_profile_best(v->ledger, AX_PROFILE_REGION);
        const struct ax_distribution *d = ax_pack_distribution(p, place, industry);
        v->least = d == NULL ? p->least : d->least;
    }
}

/* When rules for what is absent can hold at all: once something has been known for long enough. */
static void look_at_absent(struct ax_rate_view *v)
{
    for (size_t word = 0; word < AX_PACK_RULE_WORDS; word++) {
        for (uint64_t bits = v->pack->absent[word]; bits != 0; bits &= bits - 1) {
            size_t rule = word * 64 + (size_t)__builtin_ctzll(bits);
            int32_t months = v->pack->rules[rule].known_months;
            v->enabled[rule] = months == 0                    ? AX_DAY_MIN
                               : v->known_from == AX_DAY_NONE ? AX_DAY_NONE
                                                              : ax_day_add_months(v->known_from, months);
        }
    }
}

/* Days on which rules for what is absent begin or end by themselves. */
static void add_absent(struct ax_rate_view *v)
{
    for (size_t word = 0; word < AX_PACK_RULE_WORDS; word++) {
        for (uint64_t bits = v->pack->absent[word] & ~v->barred->rules[word]; bits != 0; bits &= bits - 1) {
            size_t rule = word * 64 + (size_t)__builtin_ctzll(bits);
            const struct ax_rule *r = &v->pack->rules[rule];
            const int32_t days[] = {v->enabled[rule], r->effective_from,
                    r->effective_to == AX_DAY_NONE ? AX_DAY_NONE : r->effective_to + 1};
            for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
                if (days[i] > v->rated_from && days[i] > AX_DAY_MIN && days[i] <= AX_DAY_MAX) {
                    v->absent[v->absent_count++] = days[i];
                }
            }
        }
    }
}

/* What heads count for, whatever rules say; days as entries keep them, UINT32_MAX: none. */
struct heads {
    uint32_t facts;
    uint32_t conflicts;
    uint32_t objected;
    uint64_t kinds; /* bit: enum ax_fact_kind, like the next two */
    uint64_t rated;
    uint64_t known;
    uint32_t rated_from;
    uint32_t known_from;
};

static inline void look_at_head(const struct ax_entry *e, struct heads *h)
{
    uint32_t marks = e->marks;
    uint32_t state = e->state;
    if ((marks & AX_MARK_HEAD) == 0 || state == AX_FACT_STATE_WITHDRAWN) {
        return;
    }
    h->facts++;
    h->conflicts += (marks & AX_MARK_CONFLICT) != 0 ? 1 : 0;
    h->objected += state == AX_FACT_STATE_OBJECTED ? 1 : 0;
    uint64_t kind = UINT64_C(1) << e->kind;
    h->kinds |= kind;
    if (((h->rated | h->known) & kind) == 0) {
        return;
    }
    uint32_t first = ax_entry_date(e);
    h->rated_from = (h->rated & kind) != 0 && first < h->rated_from ? first : h->rated_from;
    h->known_from = (h->known & kind) != 0 && first != 0 && first < h->known_from ? first : h->known_from;
}

static void look_at_heads(struct ax_rate_view *v)
{
    struct heads h = {.rated_from = UINT32_MAX, .known_from = UINT32_MAX};
    if (v->pack != NULL) {
        h.rated = (uint64_t)v->pack->rated_kinds << AX_FACT_ENFORCEMENT_PENALTY;
        h.known = (uint64_t)v->pack->known_kinds << AX_FACT_ENFORCEMENT_PENALTY;
    }
    const struct ax_ledger *l = v->ledger;
    for (uint32_t i = 0; i < l->count; i++) {
        look_at_head(&l->entries[i], &h);
    }
    v->facts = h.facts;
    v->conflicts = h.conflicts;
    v->objected = h.objected;
    v->standardisation_known = (h.kinds >> AX_FACT_STANDARDISATION & 1) != 0;
    v->rated_from = h.rated_from == UINT32_MAX ? AX_DAY_NONE
                    : h.rated_from == 0        ? AX_DAY_MIN
                                               : ax_entry_day(h.rated_from);
    v->known_from = h.known_from == UINT32_MAX ? AX_DAY_NONE : ax_entry_day(h.known_from);
}

static void begin(struct ax_rate_view *v, const struct ax_ledger *ledger, const struct ax_pack *pack, int32_t keep_from)
{
    v->ledger = ledger;
    v->pack = pack;
    v->faces = NULL;
    v->past = AX_DAY_NONE;
    v->keep_from = keep_from;
    v->complete = true;
    v->count = v->absent_count = 0;
}

void ax_rate_view_init(
        struct ax_rate_view *v, const struct ax_ledger *ledger, const struct ax_pack *pack, int32_t keep_from)
{
    begin(v, ledger, pack, keep_from);
    look_at_heads(v);
    if (pack == NULL) {
        return;
    }
    ax_str industry = ax_profile_best(ledger, AX_PROFILE_INDUSTRY);
    look_at_scale(v, industry);
    v->barred = ax_pack_barred_of(pack, industry, &v->barred_here);
    look_at_absent(v);
    struct past past = {keep_from, AX_DAY_NONE, AX_DAY_NONE};
    for (uint32_t i = 0; i < ledger->count; i++) {
        v->count += spans_of(v, i, &past, &v->spans[v->complete ? v->count : 0]);
        v->complete = v->complete && v->count <= AX_RATE_SPANS_MAX;
    }
    v->past = past.last;
    add_absent(v);
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
    begin(v, s->ledger, pack, s->on->day);
    v->facts = s->facts;
    v->conflicts = s->conflicts;
    v->objected = s->objected;
    v->standardisation_known = ax_seen_has(s, AX_FACT_STANDARDISATION);
    v->rated_from = pack != NULL && is_rated_on(s) ? s->on->day : AX_DAY_NONE;
    v->known_from = pack != NULL ? known_from(s) : AX_DAY_NONE;
    if (v->rated_from == AX_DAY_NONE) {
        return false;
    }
    look_at_scale(v, s->industry);
    v->barred = ax_pack_barred_of(pack, s->industry, &v->barred_here);
    look_at_absent(v);
    ax_rate_sums_init(sums, pack);
    for (uint64_t bits = s->on->kinds; bits != 0; bits &= bits - 1) {
        size_t kind = (size_t)__builtin_ctzll(bits);
        if (s->first[kind] != AX_SEEN_END) {
            count_kind(v, s, kind, sums);
        }
    }
    return true;
}

bool ax_rate_walk_next(struct ax_rate_walk *w, const struct ax_rate_span **spans, size_t *count)
{
    struct ax_rate_view *v = w->v;
    *spans = v->spans;
    if (v->complete) {
        *count = v->count;
        return w->next++ == 0;
    }
    struct past past = {v->keep_from, AX_DAY_NONE, AX_DAY_NONE};
    while (w->next < v->ledger->count) {
        *count = spans_of(v, w->next++, &past, v->spans);
        if (*count > 0) {
            return true;
        }
    }
    return false;
}
