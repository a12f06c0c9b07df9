/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/risk_sides.h"

enum { WHOLE = 100 }; /* percent */

/* The event that the entry is, or answers; NULL: none of which two sides may be known. */
static const struct ax_entry *event_of(const struct ax_entry *entries, const struct ax_entry *e)
{
    bool answers = e->kind == AX_FACT_ENFORCEMENT_PENALTY || e->kind == AX_FACT_INSURANCE_CLAIM;
    return e->kind == AX_FACT_ACCIDENT ? e : answers ? ax_entry_event(entries, e) : NULL;
}

/* Where the event is in the state; the count: it has no choice. */
static size_t find(const struct ax_risk_state *s, const struct ax_entry *entries, const struct ax_entry *event)
{
    size_t at = 0;
    while (at < s->event_count && &entries[s->events[at].entry] != event) {
        at++;
    }
    return at;
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
    if (find(s, entries, event) < s->event_count) {
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
    event->claim = UINT32_MAX;
    event->killed = event->injured = 0;
    event->told_on = AX_DAY_NONE;
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

static void see_last(int32_t last[AX_RISK_CHANNELS], int32_t *any, const struct ax_risk_fact *f)
{
    for (uint32_t bits = f->channels; bits != 0; bits &= bits - 1) {
        size_t channel = (size_t)__builtin_ctz(bits);
        last[channel] = later(last[channel], f->day);
        *any = later(*any, f->day);
    }
}

static bool tells_of_harm(const struct ax_entry *e)
{
    return e->kind == AX_FACT_INSURANCE_CLAIM && (e->bits > 0 || e->number > 0);
}

/* What a claim that counts tells of its event. */
static void hear(const struct ax_entry *entries, const struct ax_entry *e, struct ax_risk_event *event)
{
    const struct ax_entry *best = event->claim == UINT32_MAX ? NULL : &entries[event->claim];
    bool graver = best == NULL || (e->bits != best->bits ? e->bits > best->bits : e->number > best->number);
    event->claim = graver ? (uint32_t)(e - entries) : event->claim;
    event->killed = e->bits > event->killed ? e->bits : event->killed;
    event->injured = e->number > event->injured ? e->number : event->injured;
    event->told_on = later(event->told_on, ax_risk_event_day(e));
}

static bool is_reported(const struct ax_entry *of)
{
    return of->kind == AX_FACT_ACCIDENT;
}

/* Where a claim is the gravest of its event, what all of them tell beyond the accident that is reported and counts. */
static void weigh_told(const struct ax_risk_look *at, const struct ax_risk_event *event, const struct ax_entry *e,
        struct ax_risk_fact *f)
{
    if (event->claim != (uint32_t)(e - at->entries)) {
        return;
    }
    const struct ax_entry *of = event_of(at->entries, e);
    AX_ASSERT(of != NULL);
    const struct ax_entry *accident = is_reported(of) && ax_risk_counts_on(at, of) ? of : NULL;
    const struct ax_risk_harm harm = {event->killed, event->injured, is_reported(of) ? ax_entry_share(of) : WHOLE};
    f->day = accident == NULL ? event->told_on : later(event->told_on, ax_risk_event_day(accident));
    ax_risk_weigh_harm(at->m, &harm, accident, f);
}

/* The side that the sums hold: the accident that is reported, with what claims tell beyond it, else what answers it. */
static void weigh_held(const struct ax_risk_look *at, const struct ax_risk_event *event, const struct ax_entry *e,
        struct ax_risk_fact *f)
{
    f->channels = 0;
    if (ax_risk_is_adverse(e)) {
        ax_risk_weigh_fact(at->m, e, f);
        f->day = event != NULL && e->kind == AX_FACT_ACCIDENT ? later(f->day, event->told_on) : f->day;
    } else if (event != NULL) {
        weigh_told(at, event, e, f);
    }
}

/* The other side. Of an event that has no choice a claim tells of its own harm. */
static void weigh_other(const struct ax_risk_look *at, const struct ax_risk_event *event, const struct ax_entry *e,
        struct ax_risk_fact *f)
{
    const struct ax_entry *of = event_of(at->entries, e);
    AX_ASSERT(of != NULL);
    f->channels = 0;
    f->day = ax_risk_event_day(e);
    if (is_reported(of) && of != e) {
        ax_risk_weigh_fact(at->m, e, f);
    } else if (event != NULL && !is_reported(of)) {
        weigh_told(at, event, e, f);
    }
    if (event == NULL && tells_of_harm(e)) {
        const struct ax_risk_harm harm = {e->bits, e->number, is_reported(of) ? ax_entry_share(of) : WHOLE};
        ax_risk_weigh_harm(at->m, &harm, NULL, f);
    }
}

/* The sums hold what an adverse entry says alone, and now what its event says of it. */
static void hold(
        const struct ax_risk_look *at, const struct ax_entry *e, struct ax_risk_fact *f, struct ax_risk_state *s)
{
    bool alone = ax_risk_is_adverse(e);
    if (alone && f->day == ax_risk_event_day(e)) {
        return;
    }
    add(s->sum, at->m->tables, f, 1);
    see_last(s->last, &s->last_any, f);
    if (alone) {
        f->day = ax_risk_event_day(e);
        add(s->sum, at->m->tables, f, -1);
    }
}

/* Where its event has no choice both sides count. */
static void see_entry(const struct ax_risk_look *at, const struct ax_entry *e, struct ax_risk_state *s)
{
    size_t i = find(s, at->entries, event_of(at->entries, e));
    struct ax_risk_event *event = i < s->event_count ? &s->events[i] : NULL;
    int32_t any = AX_DAY_NONE;
    struct ax_risk_fact f AX_UNSET;
    weigh_other(at, event, e, &f);
    add(event != NULL ? event->change : s->sum, at->m->tables, &f, 1);
    see_last(event != NULL ? event->last : s->last, event != NULL ? &any : &s->last_any, &f);
    if (event != NULL) {
        weigh_held(at, event, e, &f);
        add(event->change, at->m->tables, &f, -1);
        hold(at, e, &f, s);
    }
    s->marks |= ax_risk_watch_of(e);
}

void ax_risk_see_sides(const struct ax_risk_look *at, uint32_t count, struct ax_risk_state *s)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct ax_entry *e = &at->entries[i];
        const struct ax_entry *of = event_of(at->entries, e);
        if (of != NULL && e->kind != AX_FACT_ACCIDENT && ax_risk_counts_on(at, e)) {
            note(s, at->entries, of);
        }
    }
    for (size_t i = 0; i < s->event_count; i++) {
        begin(&s->events[i]);
    }
    for (uint32_t i = 0; s->event_count > 0 && i < count; i++) {
        const struct ax_entry *e = &at->entries[i];
        size_t event = tells_of_harm(e) ? find(s, at->entries, event_of(at->entries, e)) : s->event_count;
        if (event < s->event_count && ax_risk_counts_on(at, e)) {
            hear(at->entries, e, &s->events[event]);
        }
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
    return find(s, at->entries, event_of(at->entries, e)) < s->event_count && ax_risk_counts_on(at, e);
}

bool ax_risk_side_of(const struct ax_risk_look *at, const struct ax_risk_state *s, uint32_t turned, bool other,
        const struct ax_entry *e, struct ax_risk_fact *out)
{
    if (!ax_risk_days_of(at->pack, e, out) || out->since > at->day || at->day > out->until) {
        return false;
    }
    const struct ax_entry *of = event_of(at->entries, e);
    size_t i = of == NULL ? s->event_count : find(s, at->entries, of);
    const struct ax_risk_event *event = i < s->event_count ? &s->events[i] : NULL;
    if ((event != NULL && (turned >> i & 1) != other) || (of == NULL && other)) {
        return false;
    }
    if (other) {
        weigh_other(at, event, e, out);
    } else {
        weigh_held(at, event, e, out);
    }
    return out->channels != 0;
}
