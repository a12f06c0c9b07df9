/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/rate_faces.h"

/* The event, or the place where it would be. */
static struct ax_rate_event *event_of(struct ax_rate_faces *f, uint64_t act)
{
    size_t at = (size_t)(act ^ act >> 29) % AX_RATE_EVENT_SLOTS;
    while (f->events[at].act != 0 && f->events[at].act != act) {
        at = (at + 1) % AX_RATE_EVENT_SLOTS;
    }
    return &f->events[at];
}

static size_t side_of(const struct ax_rule *r)
{
    return r->part == AX_PART_X ? 1 : 0;
}

/* All spans that may matter, those of an entry together and in the order of the ledger. */
struct walk {
    struct ax_rate_view *v;
    int32_t kind; /* AX_FACT_ACCIDENT: of accidents that events of `faces` are about; else of faces */
    struct ax_rate_faces *faces;
    uint32_t next;
    struct ax_rate_span own[AX_RATE_ENTRY_SPANS_MAX];
};

static inline bool is_wanted(const struct walk *w, const struct ax_entry *e)
{
    if (w->kind != AX_FACT_ACCIDENT) {
        return ax_rate_is_face(e);
    }
    return e->kind == AX_FACT_ACCIDENT && e->act != 0 &&
           (event_of(w->faces, e->act)->act != 0 || ax_rate_choices_have(&w->faces->choices, e));
}

static bool next_spans(struct walk *w, const struct ax_rate_span **spans, size_t *count)
{
    struct ax_rate_view *v = w->v;
    if (v->complete) {
        *spans = v->spans;
        *count = v->count;
        return w->next++ == 0;
    }
    while (w->next < v->ledger->count) {
        uint32_t entry = w->next++;
        if (is_wanted(w, &v->ledger->entries[entry])) {
            *spans = w->own;
            *count = ax_rate_view_entry(v, entry, w->own);
            return true;
        }
    }
    return false;
}

/* Whether it counts on the day and is of what is walked over. */
static inline bool counts(const struct walk *w, const struct ax_rate_span *s, int32_t day)
{
    return s->from <= day && day <= s->until && s->rule < AX_PACK_RULES_MAX &&
           is_wanted(w, &w->v->ledger->entries[s->entry]);
}

static void look_at_face(struct ax_rate_faces *f, const struct ax_rate_view *v, const struct ax_rate_span *s)
{
    const struct ax_pack_sides *sides = &v->pack->sides;
    const struct ax_entry *e = &v->ledger->entries[s->entry];
    if (ax_rate_holds(sides->per_exposure, s->rule)) {
        ax_rate_choices_meet(&f->choices, v->pack, e, s);
        return;
    }
    bool shift = ax_rate_holds(sides->face_shifts, s->rule);
    if (!shift && !ax_rate_holds(sides->face_points, s->rule)) {
        return;
    }
    struct ax_rate_event *event = event_of(f, e->link);
    if (event->act == 0 && f->count == AX_RATE_EVENTS_MAX) {
        f->many = true;
        return;
    }
    f->count += event->act == 0 ? 1 : 0;
    event->act = e->link;
    if (shift) {
        ax_rate_hold(event->shifts, s->rule);
    }
}

/* Points that the accident adds to what the rule's others take, and bands where the rule holds by it alone. */
static void look_at_accident(struct ax_rate_faces *f, const struct ax_rate_view *v, const struct ax_rate_sums *sums,
        const struct ax_rate_span *s)
{
    const struct ax_rule *r = &v->pack->rules[s->rule];
    const struct ax_entry *e = &v->ledger->entries[s->entry];
    struct ax_rate_event *event = event_of(f, e->act);
    if (ax_rate_holds(v->pack->sides.per_exposure, s->rule)) {
        ax_rate_choices_meet(&f->choices, v->pack, e, s);
    } else if (event->act == 0) {
        return;
    } else if (ax_rate_holds(v->pack->sides.accident_points, s->rule)) {
        int64_t own = -(int64_t)s->points;
        int64_t others = -sums->of[s->rule].points - own;
        int64_t room = r->cap == 0 ? own : others < r->cap ? r->cap - others : 0;
        event->takes[side_of(r)] += own < room ? own : room;
    } else if (ax_rate_holds(v->pack->sides.accident_shifts, s->rule)) {
        bool alone = s->measure > 0 && sums->of[s->rule].measure == s->measure;
        event->bands += alone ? -r->shift : 0;
    }
}

/* Of the rules whose shift the faces meet as many as the accident shifts bands. */
static void choose_shifts(struct ax_rate_event *event)
{
    for (size_t word = 0; word < AX_PACK_RULE_WORDS; word++) {
        uint64_t chosen = 0;
        for (uint64_t bits = event->shifts[word]; bits != 0 && event->bands > 0; bits &= bits - 1) {
            chosen |= bits & (0 - bits);
            event->bands--;
        }
        event->shifts[word] = chosen;
    }
}

static void walk_over(struct walk *w, int32_t kind, int32_t day, const struct ax_rate_sums *sums)
{
    const struct ax_rate_span *spans;
    size_t count;
    w->kind = kind;
    for (w->next = 0; next_spans(w, &spans, &count);) {
        for (size_t i = 0; i < count; i++) {
            if (!counts(w, &spans[i], day)) {
                continue;
            }
            if (kind == AX_FACT_ACCIDENT) {
                look_at_accident(w->faces, w->v, sums, &spans[i]);
            } else {
                look_at_face(w->faces, w->v, &spans[i]);
            }
        }
    }
}

/* The events of the day, none of them where there are too many. */
static void look(struct walk *w, int32_t day, const struct ax_rate_sums *sums)
{
    struct ax_rate_faces *f = w->faces;
    memset(f, 0, sizeof *f);
    walk_over(w, AX_FACT_ENFORCEMENT_PENALTY, day, sums);
    if (f->many) {
        memset(f->events, 0, sizeof f->events);
        f->count = 0;
    }
    if (f->choices.many) {
        f->choices.count = 0;
    }
    if (f->count > 0 || f->choices.count > 0) {
        walk_over(w, AX_FACT_ACCIDENT, day, sums);
    }
    for (size_t i = 0; i < AX_RATE_EVENT_SLOTS; i++) {
        choose_shifts(&f->events[i]);
    }
}

static void rewind_points(struct ax_rate_faces *f)
{
    for (size_t i = 0; i < AX_RATE_EVENT_SLOTS; i++) {
        memcpy(f->events[i].left, f->events[i].takes, sizeof f->events[i].left);
    }
}

bool ax_rate_faces_leave(struct ax_rate_faces *f, const struct ax_rate_view *v, struct ax_rate_span *s)
{
    const struct ax_entry *e = &v->ledger->entries[s->entry];
    if (s->rule >= AX_PACK_RULES_MAX || !(ax_rate_is_face(e) || (e->kind == AX_FACT_ACCIDENT && e->act != 0))) {
        return true;
    }
    if (ax_rate_holds(v->pack->sides.per_exposure, s->rule)) {
        return ax_rate_choices_keep(&f->choices, v->pack, e, s);
    }
    struct ax_rate_event *event = ax_rate_is_face(e) ? event_of(f, e->link) : NULL;
    if (event == NULL || event->act == 0) {
        return true;
    }
    if (ax_rate_holds(event->shifts, s->rule)) {
        s->measure = 0;
        return false;
    }
    if (s->points == 0 || !ax_rate_holds(v->pack->sides.face_points, s->rule)) {
        return true;
    }
    int64_t *left = &event->left[side_of(&v->pack->rules[s->rule])];
    int64_t off = -(int64_t)s->points < *left ? -(int64_t)s->points : *left;
    *left -= off;
    s->points += (int32_t)off;
    return s->points != 0;
}

/* Of what adds up. */
static void set_off(struct walk *w, int32_t day, struct ax_rate_sums *sums)
{
    const struct ax_rate_span *spans;
    size_t count;
    w->kind = AX_FACT_ENFORCEMENT_PENALTY;
    for (w->next = 0; next_spans(w, &spans, &count);) {
        for (size_t i = 0; i < count; i++) {
            if (counts(w, &spans[i], day)) {
                struct ax_rate_span s = spans[i];
                (void)ax_rate_faces_leave(w->faces, w->v, &s);
                sums->of[s.rule].measure -= spans[i].measure - s.measure;
                sums->of[s.rule].points += s.points - spans[i].points;
            }
        }
    }
}

void ax_rate_faces_settle(struct ax_rate_view *v, int32_t day, struct ax_rate_sums *sums)
{
    struct ax_rate_faces own AX_UNSET;
    struct walk w AX_UNSET;
    w.v = v;
    w.faces = v->faces == NULL ? &own : v->faces;
    look(&w, day, sums);
    if (w.faces->count > 0) {
        rewind_points(w.faces);
        set_off(&w, day, sums);
        rewind_points(w.faces);
    }
    if (w.faces->choices.count > 0) {
        ax_rate_choices_settle(&w.faces->choices, v->pack, sums);
    }
}
