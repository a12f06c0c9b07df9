/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/profile.h"
#include "scoring/rate_span.h"

static inline void days_of(const struct ax_entry *e, struct ax_rate_days *d)
{
    uint32_t occurred = e->occurred_day;
    uint32_t from = e->from_day;
    d->act = ax_entry_day(from == 0 ? occurred : from);
    d->event = ax_entry_day(occurred == 0 ? from : occurred);
    d->legal = e->kind == AX_FACT_ACCIDENT ? d->event : d->act;
    d->last_known = false;
    d->ended = 0;
}

/* The last day of a window, which is worked out once for all rules that have the same. */
static int32_t window_end(const struct ax_pack *p, const struct ax_pack_step *step, struct ax_rate_days *d)
{
    if ((d->ended >> step->window & 1) == 0) {
        d->ended |= 1U << step->window;
        int32_t basis = step->event ? d->event : d->act;
        const struct ax_window_length *w = &p->windows[step->window];
        d->ends[step->window] = ax_day_add_months(basis, w->months) + w->days - 1;
    }
    return d->ends[step->window];
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

/* Spans of the rules that the entry meets. */
static inline size_t rule_spans(const struct ax_rate_view *v, uint32_t entry, struct ax_rate_days *d,
        struct ax_rate_past *past, struct ax_rate_span *out)
{
    const struct ax_pack *p = v->pack;
    const struct ax_entry *e = &v->ledger->entries[entry];
    size_t kind = (size_t)e->kind - AX_FACT_ENFORCEMENT_PENALTY;
    const struct ax_pack_step *steps = &p->steps[p->kind_first[kind]];
    size_t n = 0;
    for (uint64_t met = ax_rate_rules_met(&p->index[kind], e) & ~v->barred->steps[kind]; met != 0; met &= met - 1) {
        const struct ax_pack_step *step = &steps[__builtin_ctzll(met)];
        struct ax_rate_span *s = &out[n];
        s->from = step->event ? d->event : d->act;
        if (s->from + step->longest <= past->over || d->legal < step->from || d->legal > step->to) {
            continue;
        }
        const struct ax_rule *r = &p->rules[step->rule];
        bool kept = false;
        if (step->plain) {
            s->until = ax_rate_cut(p, e, window_end(p, step, d), d);
            kept = ax_rate_is_kept(past, s);
        } else {
            kept = ax_rate_meets(r, e) && ax_rate_first_and_last(p, r, e, d, past, s);
        }
        if (kept) {
            ax_rate_fill_span(step, r, e, entry, s);
            n++;
        }
    }
    return n;
}

/* Called once an entry: a call would cost as much as most entries do. */
static inline __attribute__((always_inline)) size_t spans_of(
        const struct ax_rate_view *v, uint32_t entry, struct ax_rate_past *past, struct ax_rate_span *out)
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
    struct ax_rate_days d AX_UNSET;
    days_of(e, &d);
    int32_t later = d.act > d.event ? d.act : d.event;
    if (later != AX_DAY_NONE && later + longest <= past->over) {
        return 0;
    }
    size_t n = d.legal == AX_DAY_NONE ? 0 : rule_spans(v, entry, &d, past, out);
    return n + ax_rate_standing_spans(v, e, entry, &d, past, &out[n]);
}

size_t ax_rate_view_entry(const struct ax_rate_view *v, uint32_t entry, struct ax_rate_span *out)
{
    struct ax_rate_past all = {AX_DAY_NONE, AX_DAY_NONE, AX_DAY_NONE};
    return spans_of(v, entry, &all, out);
}

/* Band by points of an enterprise's place and trade, and its formula. */
void ax_rate_view_look_at_scale(struct ax_rate_view *v, ax_str industry)
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
void ax_rate_view_look_at_absent(struct ax_rate_view *v)
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
    if ((marks & AX_MARK_HEAD) == 0) {
        return;
    }
    h->conflicts += (marks & AX_MARK_CONFLICT) != 0 ? 1 : 0;
    if (state == AX_FACT_STATE_WITHDRAWN) {
        return;
    }
    h->facts++;
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

void ax_rate_view_begin(
        struct ax_rate_view *v, const struct ax_ledger *ledger, const struct ax_pack *pack, int32_t keep_from)
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
    ax_rate_view_begin(v, ledger, pack, keep_from);
    look_at_heads(v);
    if (pack == NULL) {
        return;
    }
    ax_str industry = ax_profile_best(ledger, AX_PROFILE_INDUSTRY);
    ax_rate_view_look_at_scale(v, industry);
    v->barred = ax_pack_barred_of(pack, industry, &v->barred_here);
    ax_rate_view_look_at_absent(v);
    struct ax_rate_past past = {keep_from, AX_DAY_NONE, AX_DAY_NONE};
    for (uint32_t i = 0; i < ledger->count; i++) {
        v->count += spans_of(v, i, &past, &v->spans[v->complete ? v->count : 0]);
        v->complete = v->complete && v->count <= AX_RATE_SPANS_MAX;
    }
    v->past = past.last;
    add_absent(v);
}

bool ax_rate_walk_next(struct ax_rate_walk *w, const struct ax_rate_span **spans, size_t *count)
{
    struct ax_rate_view *v = w->v;
    *spans = v->spans;
    if (v->complete) {
        *count = v->count;
        return w->next++ == 0;
    }
    struct ax_rate_past past = {v->keep_from, AX_DAY_NONE, AX_DAY_NONE};
    while (w->next < v->ledger->count) {
        *count = spans_of(v, w->next++, &past, v->spans);
        if (*count > 0) {
            return true;
        }
    }
    return false;
}
