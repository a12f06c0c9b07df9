/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/risk_sides.h"

/* Filled as far as it is used. */
#define UNSET __attribute__((uninitialized))

/* The event that the entry is, or answers; NULL: none of which two sides may be known. */
static const struct ax_entry *event_of(const struct ax_entry *entries, const struct ax_entry *e)
{
    bool answers = e->kind == AX_FACT_ENFORCEMENT_PENALTY || e->kind == AX_FACT_INSURANCE_CLAIM;
    return e->kind == AX_FACT_ACCIDENT ? e : answers ? ax_entry_event(entries, e) : NULL;
}

/* Where the event is in the state; AX_RISK_EVENTS_MAX: it has no choice. */
static size_t find(const struct ax_risk_state *s, const struct ax_entry *entries, const struct ax_entry *event)
{
    for (size_t i = 0; i < s->event_count; i++) {
        if (&entries[s->events[i].entry] == event) {
            return i;
        }
    }
    return AX_RISK_EVENTS_MAX;
}

static bool is_newer(const struct ax_entry *a, const struct ax_entry *b)
{
    int32_t x = ax_risk_event_day(a);
    int32_t y = ax_risk_event_day(b);
    return x != y ? x > y : a > b;
}

/* Keeps the newest. */
static void note(struct ax_risk_state *s, const struct ax_entry *entries, const struct ax_entry *event)
{
    if (find(s, entries, event) < AX_RISK_EVENTS_MAX) {
        return;
    }
    uint32_t entry = (uint32_t)(event - entries);
    if (s->event_count < AX_RISK_EVENTS_MAX) {
        s->events[s->event_count++].entry = entry;
        return;
    }
    size_t oldest = 0;
    for (size_t i = 1; i < AX_RISK_EVENTS_MAX; i++) {
        oldest = is_newer(&entries[s->events[oldest].entry], &entries[s->events[i].entry]) ? i : oldest;
    }
    if (is_newer(event, &entries[s->events[oldest].entry])) {
        s->events[oldest].entry = entry;
    }
}

static void begin(struct ax_risk_event *event)
{
    memset(event->change, 0, sizeof event->change);
    for (size_t i = 0; i < AX_RISK_CHANNELS; i++) {
        event->last[i] = AX_DAY_NONE;
    }
}

static void add(double sum[AX_RISK_SLOTS], const struct ax_risk_tables *t, const struct ax_risk_fact *f, double sign)
{
    struct ax_risk_place at = ax_risk_place_of(f->day);
    for (uint32_t bits = f->channels; bits != 0; bits &= bits - 1) {
        size_t channel = (size_t)__builtin_ctz(bits);
        for (size_t slot = channel * AX_RISK_LANES; slot < (channel + 1) * AX_RISK_LANES; slot++) {
            sum[slot] += sign * f->weight[channel] * ax_risk_up_at(t, slot, at);
        }
    }
}

static int32_t later(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static void see_last(int32_t last[AX_RISK_CHANNELS], const struct ax_risk_fact *f)
{
    for (uint32_t bits = f->channels; bits != 0; bits &= bits - 1) {
        size_t channel = (size_t)__builtin_ctz(bits);
        last[channel] = later(last[channel], f->day);
    }
}

/* The side that the sums hold. */
static void weigh_held(const struct ax_risk_look *at, const struct ax_entry *e, struct ax_risk_fact *f)
{
    f->channels = 0;
    if (ax_risk_is_adverse(e)) {
        ax_risk_weigh_fact(at, e, f);
    }
}

/* The other side: of an accident that is reported what answers it, else what is told of it. */
static void weigh_other(const struct ax_risk_look *at, const struct ax_entry *e, struct ax_risk_fact *f)
{
    const struct ax_entry *event = event_of(at->entries, e);
    bool reported = event != NULL && event->kind == AX_FACT_ACCIDENT;
    f->channels = 0;
    f->day = ax_risk_event_day(e);
    if (reported && event != e) {
        ax_risk_weigh_face(at->m, e, f);
    } else if (!reported && event == e) {
        ax_risk_weigh_harm(at->m, e, f);
    }
}

/* Where its event has no choice both sides count. */
static void see_entry(const struct ax_risk_look *at, const struct ax_entry *e, struct ax_risk_state *s)
{
    size_t event = find(s, at->entries, event_of(at->entries, e));
    bool chosen = event < AX_RISK_EVENTS_MAX;
    double *sum = chosen ? s->events[event].change : s->sum;
    struct ax_risk_fact f UNSET;
    weigh_other(at, e, &f);
    add(sum, at->m->tables, &f, 1);
    see_last(chosen ? s->events[event].last : s->last, &f);
    s->last_any = chosen || f.channels == 0 ? s->last_any : later(s->last_any, f.day);
    s->marks |= ax_risk_watch_of(e);
    if (chosen) {
        weigh_held(at, e, &f);
        add(sum, at->m->tables, &f, -1);
    }
}

void ax_risk_see_sides(const struct ax_risk_look *at, uint32_t count, struct ax_risk_state *s)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct ax_entry *e = &at->entries[i];
        const struct ax_entry *event = event_of(at->entries, e);
        if (event != NULL && e->kind != AX_FACT_ACCIDENT && ax_risk_counts_on(at, e)) {
            note(s, at->entries, event);
        }
    }
    for (size_t i = 0; i < s->event_count; i++) {
        begin(&s->events[i]);
    }
    for (uint32_t i = 0; s->event_count > 0 && i < count; i++) {
        const struct ax_entry *e = &at->entries[i];
        if (event_of(at->entries, e) != NULL && ax_risk_counts_on(at, e)) {
            see_entry(at, e, s);
        }
    }
}

static void turn(const struct ax_risk_event *event, struct ax_risk_found *out)
{
    for (size_t slot = 0; slot < AX_RISK_SLOTS; slot++) {
        out->sum[slot] += event->change[slot];
    }
    for (size_t i = 0; i < AX_RISK_CHANNELS; i++) {
        out->last[i] = later(out->last[i], event->last[i]);
        out->last_any = later(out->last_any, event->last[i]);
    }
}

void ax_risk_found_by(const struct ax_risk_state *s, uint32_t turned, struct ax_risk_found *out)
{
    memcpy(out->sum, s->sum, sizeof out->sum);
    memcpy(out->last, s->last, sizeof out->last);
    out->last_any = s->last_any;
    for (uint32_t bits = turned; bits != 0; bits &= bits - 1) {
        turn(&s->events[__builtin_ctz(bits)], out);
    }
    for (size_t slot = 0; slot < AX_RISK_SLOTS && turned != 0; slot++) {
        out->sum[slot] = out->sum[slot] > 0 ? out->sum[slot] : 0; /* 0, but for the last bit of what was taken out */
    }
}

bool ax_risk_has_choice(const struct ax_risk_look *at, const struct ax_risk_state *s, const struct ax_entry *e)
{
    return find(s, at->entries, event_of(at->entries, e)) < AX_RISK_EVENTS_MAX && ax_risk_counts_on(at, e);
}

bool ax_risk_side_of(const struct ax_risk_look *at, const struct ax_risk_state *s, uint32_t turned, bool other,
        const struct ax_entry *e, struct ax_risk_fact *out)
{
    if (!ax_risk_days_of(at->pack, e, out) || out->since > at->day || at->day > out->until) {
        return false;
    }
    size_t event = s->event_count == 0 ? AX_RISK_EVENTS_MAX : find(s, at->entries, event_of(at->entries, e));
    if (event < AX_RISK_EVENTS_MAX && (turned >> event & 1) != other) {
        return false;
    }
    if (other) {
        weigh_other(at, e, out);
    } else {
        weigh_held(at, e, out);
    }
    return out->channels != 0;
}
