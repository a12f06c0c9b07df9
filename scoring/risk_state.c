/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/profile.h"
#include "scoring/rate_view.h"
#include "scoring/risk_sides.h"
#include "scoring/seen.h"

enum {
    PERIODS_MAX = 128
}; /* of stated exposure, the latest: three years of months, and far more than half-lives reach */

/* A stated exposure: so many hours a day from a day on, until the next says something else or it has gone stale. */
struct period {
    int32_t from;
    int32_t until;
    int32_t reach; /* last day that one which began on that day states */
    const uint8_t *digest;
    double a_day;
};

struct making {
    struct ax_risk_look at;
    struct ax_risk_state *s;
    /* Of accidents and penalties, and of claims: each in the order of the ledger, however it is walked. */
    double sum[2][AX_RISK_SLOTS];
    bool has_claims;
    int32_t stated; /* last day that a fact states exposure for; AX_DAY_MAX: one without end */
    size_t period_count;
    struct period periods[PERIODS_MAX]; /* ascending by day, one a day */
    /* Of a ledger that is seen: entries of a kind that count, and what penalties weigh. */
    uint16_t picked[AX_SEEN_MAX + 1];
    double enforcement[AX_SEEN_MAX];
    double grave[AX_SEEN_MAX];
};

/* A day on which something begins, as rates see it. */
static void see_boundary(struct ax_risk_state *s, int32_t boundary, int32_t day)
{
    if (boundary <= day) {
        s->last_boundary = boundary > s->last_boundary ? boundary : s->last_boundary;
    } else if (s->next_boundary == AX_DAY_NONE || boundary < s->next_boundary) {
        s->next_boundary = boundary;
    }
}

/* Of periods that begin on one day the shortest says most; then the digest decides. */
static bool is_preferred(const struct period *a, const struct period *b)
{
    return a->until != b->until ? a->until < b->until : memcmp(a->digest, b->digest, AX_DIGEST_SIZE) > 0;
}

static void add_period(struct making *k, const struct period *p)
{
    size_t at = k->period_count;
    while (at > 0 && k->periods[at - 1].from >= p->from) {
        at--;
    }
    if (at < k->period_count && k->periods[at].from == p->from) {
        int32_t reach = p->until > k->periods[at].reach ? p->until : k->periods[at].reach;
        if (is_preferred(p, &k->periods[at])) {
            k->periods[at] = *p;
        }
        k->periods[at].reach = reach;
        return;
    }
    if (k->period_count == PERIODS_MAX) {
        if (at == 0) {
            return;
        }
        memmove(&k->periods[0], &k->periods[1], (at - 1) * sizeof k->periods[0]);
        k->periods[at - 1] = *p;
        return;
    }
    memmove(&k->periods[at + 1], &k->periods[at], (k->period_count - at) * sizeof k->periods[0]);
    k->periods[at] = *p;
    k->period_count++;
}

static void see_stated(struct making *k, int32_t until)
{
    k->stated = until > k->stated ? until : k->stated;
}

static void look_at_standing(struct making *k, const struct ax_entry *e)
{
    int32_t since = ax_risk_registers(e);
    if (since != AX_DAY_NONE) {
        see_boundary(k->s, since, k->at.day);
        int32_t first = k->s->registered == AX_DAY_NONE || since < k->s->registered ? since : k->s->registered;
        k->s->registered = since <= k->at.day ? first : k->s->registered;
        if (since <= k->at.day && k->at.m->unit == AX_RISK_DAYS) {
            see_stated(k, e->until_day == 0 ? AX_DAY_MAX : ax_entry_until(e));
        }
    }
    struct period p = {.digest = e->id->digest};
    if (k->at.m->unit == AX_RISK_HOURS && ax_risk_hours_of(e, &p.from, &p.until, &p.a_day)) {
        see_boundary(k->s, p.from, k->at.day);
        if (p.from <= k->at.day) {
            p.reach = p.until;
            add_period(k, &p);
            see_stated(k, p.until);
        }
    }
}

static inline void count_fact(struct making *k, const struct ax_entry *e, const struct ax_risk_fact *f)
{
    struct ax_risk_state *s = k->s;
    bool is_claim = e->kind == AX_FACT_INSURANCE_CLAIM;
    double *sum = k->sum[is_claim ? 1 : 0];
    k->has_claims = k->has_claims || is_claim;
    const struct ax_risk_tables *t = k->at.m->tables;
    struct ax_risk_place at = ax_risk_place_of(f->day);
    int32_t day = f->channels != 0 ? f->day : AX_DAY_NONE;
    s->last_any = day > s->last_any ? day : s->last_any;
    for (uint32_t bits = f->channels; bits != 0; bits &= bits - 1) {
        size_t channel = (size_t)__builtin_ctz(bits);
        size_t slot = channel * AX_RISK_LANES;
        double weight = f->weight[channel];
        s->last[channel] = f->day > s->last[channel] ? f->day : s->last[channel];
        sum[slot] += weight * ax_risk_up_at(t, slot, at);
        sum[slot + 1] += weight * ax_risk_up_at(t, slot + 1, at);
    }
}

_Static_assert(AX_RISK_LANES == 2, "counted side by side");

static void look_at_adverse(struct making *k, const struct ax_entry *e)
{
    struct ax_risk_fact f AX_UNSET;
    if (!ax_risk_days_of(k->at.pack, e, &f)) {
        return;
    }
    see_boundary(k->s, f.since, k->at.day);
    if (f.until < AX_DAY_MAX) {
        see_boundary(k->s, f.until + 1, k->at.day);
    }
    if (f.since <= k->at.day && k->at.day <= f.until && ax_risk_is_adverse(e)) {
        ax_risk_weigh_fact(k->at.m, e, &f);
        count_fact(k, e, &f);
        k->s->marks |= ax_risk_watch_of(e);
    }
}

/* That somebody looked, or that something was reported, whatever became of it. */
static void look_at_silence(struct making *k, const struct ax_entry *e)
{
    int32_t day = e->occurred_day != 0 ? ax_entry_occurred_on(e) : ax_entry_from(e);
    if (day == AX_DAY_NONE || day <= k->at.day) {
        k->s->marks |= AX_RISK_INSPECTED;
    } else {
        see_boundary(k->s, day, k->at.day);
    }
}

static void look_at(struct making *k, const struct ax_entry *e)
{
    if ((e->marks & AX_MARK_HEAD) == 0 || e->state == AX_FACT_STATE_WITHDRAWN) {
        return;
    }
    if ((e->flags & AX_ENTRY_SYNTHETIC) != 0) {
        k->s->marks |= AX_RISK_SYNTHETIC;
    }
    switch (e->kind) {
    case AX_FACT_ENFORCEMENT_PENALTY:
    case AX_FACT_ACCIDENT:
    case AX_FACT_INSURANCE_CLAIM:
        look_at_adverse(k, e);
        look_at_silence(k, e);
        break;
    case AX_FACT_INSPECTION:
    case AX_FACT_HAZARD:
        look_at_silence(k, e);
        break;
    case AX_FACT_LICENCE:
    case AX_FACT_CERTIFICATE:
    case AX_FACT_STANDARDISATION:
    case AX_FACT_INSURANCE_POLICY:
    case AX_FACT_EXPOSURE:
        look_at_standing(k, e);
        break;
    default:
        break;
    }
}

void ax_risk_expose(const struct ax_risk_model *m, int32_t from, int32_t to, double per_day, struct ax_risk_state *s)
{
    const struct ax_risk_tables *t = m->tables;
    struct ax_risk_place begin = ax_risk_place_of(from);
    struct ax_risk_place end = ax_risk_place_of(to);
    double passed[AX_RISK_SLOTS] AX_UNSET;
    for (size_t slot = 0; slot < AX_RISK_SLOTS; slot++) {
        double until = to == AX_DAY_NONE ? 0 : ax_risk_up_at(t, slot, end);
        passed[slot] = until - ax_risk_up_at(t, slot, begin);
    }
    for (size_t slot = 0; slot < AX_RISK_SLOTS; slot++) {
        s->exposure[slot] += per_day * t->day_units[slot] * passed[slot];
    }
}

/* The day from which on exposure has gone stale, AX_DAY_NONE while it goes on. */
static int32_t stale_from(struct making *k)
{
    if (k->at.m->carry_months <= 0 || k->stated == AX_DAY_NONE || k->stated == AX_DAY_MAX) {
        return AX_DAY_NONE;
    }
    int32_t day = ax_day_add_months(k->stated, (int32_t)k->at.m->carry_months) + 1;
    see_boundary(k->s, day, k->at.day);
    return day > k->at.day ? AX_DAY_NONE : day;
}

/* The day on which a period's rate ends that another follows: the other's first, or before it the one on which it has gone stale
 * carry_months after the last day that anything states so far. */
static int32_t ends_on(const struct making *k, int32_t reach, int32_t next)
{
    int32_t months = (int32_t)k->at.m->carry_months;
    if (months <= 0 || next <= reach + 1) {
        return next;
    }
    int32_t stale = ax_day_add_months(reach, months) + 1;
    return stale < next ? stale : next;
}

/* The first rate goes back to the registration, but no further than stated exposure goes on. */
static int32_t begins_on(const struct making *k, int32_t first)
{
    int32_t months = (int32_t)k->at.m->carry_months;
    int32_t registered = k->s->registered;
    if (registered == AX_DAY_NONE || registered >= first) {
        return first;
    }
    int32_t least = months <= 0 ? registered : ax_day_add_months(first, -months);
    return registered > least ? registered : least;
}

static void expose_stated(struct making *k, int32_t stale)
{
    int32_t from = begins_on(k, k->periods[0].from);
    int32_t reach = AX_DAY_NONE;
    for (size_t i = 0; i < k->period_count; i++) {
        const struct period *p = &k->periods[i];
        reach = p->reach > reach ? p->reach : reach;
        k->s->per_day = p->a_day / k->at.m->per;
        bool last = i + 1 == k->period_count;
        ax_risk_expose(
                k->at.m, i == 0 ? from : p->from, last ? stale : ends_on(k, reach, p[1].from), k->s->per_day, k->s);
    }
}

/* Hours as stated; else calendar time, or what peers have. */
static void expose(struct making *k, size_t peer)
{
    struct ax_risk_state *s = k->s;
    int32_t stale = stale_from(k);
    s->marks |= stale != AX_DAY_NONE ? AX_RISK_ENDED : 0;
    if (k->period_count > 0) {
        expose_stated(k, stale);
        return;
    }
    s->marks |= AX_RISK_ESTIMATED;
    s->per_day = k->at.m->unit == AX_RISK_DAYS ? 1 / k->at.m->per
                                               : k->at.m->peers[peer].imputed_per_year / AX_RISK_DAYS_A_YEAR;
    if (s->registered != AX_DAY_NONE) {
        ax_risk_expose(k->at.m, s->registered, stale, s->per_day, s);
    } else {
        s->marks |= AX_RISK_ENDED;
    }
}

/* A state of nothing. */
static void begin(
        struct making *k, const struct ax_risk_edition *edition, size_t model, size_t peer, struct ax_risk_state *s)
{
    memset(s, 0, offsetof(struct ax_risk_state, events));
    s->model = (uint16_t)model;
    s->peer = (uint16_t)peer;
    s->last_any = s->registered = s->last_boundary = s->next_boundary = AX_DAY_NONE;
    for (size_t i = 0; i < AX_RISK_CHANNELS; i++) {
        s->last[i] = AX_DAY_NONE;
    }
    memset(k->sum, 0, sizeof k->sum);
    k->has_claims = false;
    k->at.m = &edition->models[model];
    k->s = s;
    k->period_count = 0;
    k->stated = AX_DAY_NONE;
}

static void finish(struct making *k, const struct ax_ledger *ledger)
{
    for (size_t slot = 0; slot < AX_RISK_SLOTS && k->has_claims; slot++) {
        k->sum[0][slot] += k->sum[1][slot];
    }
    memcpy(k->s->sum, k->sum[0], sizeof k->s->sum);
    if (ledger->sides > 0) {
        ax_risk_see_sides(&k->at, ledger->count, k->s);
    }
    expose(k, k->s->peer);
}

void ax_risk_state_by(const struct ax_ledger *ledger, const struct ax_pack *pack, const struct ax_risk_edition *edition,
        size_t model, size_t peer, int32_t day, struct ax_risk_state *out)
{
    struct making k AX_UNSET;
    begin(&k, edition, model, peer, out);
    k.at.pack = pack;
    k.at.entries = ledger->entries;
    k.at.day = day;
    for (uint32_t i = 0; i < ledger->count; i++) {
        look_at(&k, &ledger->entries[i]);
    }
    finish(&k, ledger);
}

/* Of a kind, which is known where this is compiled, the heads that say something adverse on the day; of claims those that
 * may. Without a branch but for the kind. */
static inline __attribute__((always_inline)) size_t pick_adverse(
        struct making *k, const struct ax_seen *seen, enum ax_fact_kind kind)
{
    uint32_t inspected = 0;
    size_t count = 0;
    for (size_t i = seen->first[kind]; i != AX_SEEN_END; i = seen->entries[i].next) {
        const struct ax_seen_entry *n = &seen->entries[i];
        const struct ax_entry *e = n->entry;
        bool known = n->event <= seen->on->kept;
        bool counts = known & (n->counts != 0);
        if (kind == AX_FACT_ENFORCEMENT_PENALTY) {
            counts &= (e->marks & AX_MARK_FACE) == 0;
        } else if (kind == AX_FACT_ACCIDENT) {
            counts &= e->liability != AX_LIABILITY_NONE;
        }
        inspected |= known ? n->marks : 0;
        k->picked[count] = (uint16_t)i;
        count += counts;
    }
    k->s->marks |= (inspected & AX_SEEN_THERE) != 0 ? AX_RISK_INSPECTED : 0;
    return count;
}

/* A day of a channel: the later one. */
static inline void see_last(struct ax_risk_state *s, size_t channel, int32_t day)
{
    s->last[channel] = day > s->last[channel] ? day : s->last[channel];
}

static inline void add_weight(struct making *k, size_t channel, struct ax_risk_place at, double weight)
{
    const struct ax_risk_tables *t = k->at.m->tables;
    size_t slot = channel * AX_RISK_LANES;
    k->sum[0][slot] += weight * ax_risk_up_at(t, slot, at);
    k->sum[0][slot + 1] += weight * ax_risk_up_at(t, slot + 1, at);
}

/* Most of what is adverse; the same as see_adverse. */
static void see_penalties(struct making *k, const struct ax_seen *seen)
{
    int32_t last[2] = {AX_DAY_NONE, AX_DAY_NONE}; /* of those that are grave in the second */
    size_t count = pick_adverse(k, seen, AX_FACT_ENFORCEMENT_PENALTY);
    if (count == 0) {
        return;
    }
    ax_risk_weigh_penalties(k->at.m, k->at.entries, k->picked, count, k->enforcement, k->grave);

    for (size_t i = 0; i < count; i++) {
        const struct ax_entry *e = &k->at.entries[k->picked[i]];
        int32_t day = ax_entry_day(seen->entries[k->picked[i]].event);
        struct ax_risk_place at = ax_risk_place_of(day);
        add_weight(k, AX_RISK_ENFORCEMENT, at, k->enforcement[i]);
        add_weight(k, AX_RISK_GRAVE, at, k->grave[i]);
        last[ax_risk_is_grave(e)] = day > last[ax_risk_is_grave(e)] ? day : last[ax_risk_is_grave(e)];
        k->s->marks |= ax_risk_watch_of(e);
    }
    int32_t any = last[0] > last[1] ? last[0] : last[1];
    see_last(k->s, AX_RISK_ENFORCEMENT, any);
    see_last(k->s, AX_RISK_GRAVE, last[1]);
    k->s->last_any = any > k->s->last_any ? any : k->s->last_any;
}

static inline __attribute__((always_inline)) void see_adverse(
        struct making *k, const struct ax_seen *seen, enum ax_fact_kind kind)
{
    size_t count = pick_adverse(k, seen, kind);
    for (size_t i = 0; i < count; i++) {
        const struct ax_entry *e = &k->at.entries[k->picked[i]];
        if (kind == AX_FACT_INSURANCE_CLAIM && !ax_risk_is_adverse(e)) {
            continue;
        }
        struct ax_risk_fact f AX_UNSET;
        ax_risk_weigh_fact(k->at.m, e, &f);
        count_fact(k, e, &f);
        k->s->marks |= ax_risk_watch_of(e);
    }
}

static void see_inspections(struct making *k, const struct ax_seen *seen, enum ax_fact_kind kind)
{
    for (size_t i = seen->first[kind]; i != AX_SEEN_END; i = seen->entries[i].next) {
        const struct ax_seen_entry *n = &seen->entries[i];
        k->s->marks |= (n->marks & AX_SEEN_THERE) != 0 && n->event <= seen->on->kept ? AX_RISK_INSPECTED : 0;
    }
}

static const uint64_t standing_kinds = AX_SEEN_KIND(AX_FACT_LICENCE) | AX_SEEN_KIND(AX_FACT_CERTIFICATE) |
                                       AX_SEEN_KIND(AX_FACT_STANDARDISATION) | AX_SEEN_KIND(AX_FACT_INSURANCE_POLICY) |
                                       AX_SEEN_KIND(AX_FACT_EXPOSURE);

static void see_standings(struct making *k, const struct ax_seen *seen)
{
    for (uint64_t bits = standing_kinds; bits != 0; bits &= bits - 1) {
        for (size_t i = seen->first[__builtin_ctzll(bits)]; i != AX_SEEN_END; i = seen->entries[i].next) {
            if ((seen->entries[i].marks & AX_SEEN_THERE) != 0) {
                look_at_standing(k, &k->at.entries[i]);
            }
        }
    }
}

static void state_seen(const struct ax_seen *seen, const struct ax_risk_edition *edition, size_t model, size_t peer,
        struct ax_risk_state *out)
{
    struct making k AX_UNSET;
    begin(&k, edition, model, peer, out);
    k.at.pack = seen->on->pack;
    k.at.entries = seen->ledger->entries;
    k.at.day = seen->on->day;
    out->marks |= seen->synthetic ? AX_RISK_SYNTHETIC : 0;
    see_penalties(&k, seen);
    see_adverse(&k, seen, AX_FACT_ACCIDENT);
    see_adverse(&k, seen, AX_FACT_INSURANCE_CLAIM);
    see_inspections(&k, seen, AX_FACT_INSPECTION);
    see_inspections(&k, seen, AX_FACT_HAZARD);
    see_standings(&k, seen);
    finish(&k, seen->ledger);
    out->last_boundary = out->next_boundary = AX_DAY_NONE;
}

/* Whether hours are stated on the day; *later: of those that are stated later, the first day. */
static bool states_hours(const struct ax_ledger *ledger, int32_t day, int32_t *later)
{
    *later = AX_DAY_NONE;
    for (uint32_t i = 0; i < ledger->count; i++) {
        if (ledger->entries[i].kind != AX_FACT_EXPOSURE) {
            continue;
        }
        int32_t from;
        int32_t until;
        double a_day;
        if (ax_risk_hours_of(&ledger->entries[i], &from, &until, &a_day)) {
            if (from <= day) {
                return true;
            }
            *later = *later == AX_DAY_NONE || from < *later ? from : *later;
        }
    }
    return false;
}

void ax_risk_state_of(const struct ax_ledger *ledger, const struct ax_pack *pack, const struct ax_risk_edition *edition,
        int32_t day, struct ax_risk_state *out)
{
    ax_str industry = ax_profile_best(ledger, AX_PROFILE_INDUSTRY);
    int32_t later;
    bool hours = states_hours(ledger, day, &later);
    size_t model = ax_risk_model_of(edition, industry, hours);
    ax_risk_state_by(ledger, pack, edition, model, ax_risk_peer_of(&edition->models[model], industry), day, out);
    if (!hours && later != AX_DAY_NONE) {
        see_boundary(out, later, day); /* another model */
    }
}

void ax_risk_state_seen(const struct ax_seen *seen, const struct ax_risk_edition *edition, struct ax_risk_state *out)
{
    int32_t later;
    bool hours = seen->first[AX_FACT_EXPOSURE] != AX_SEEN_END && states_hours(seen->ledger, seen->on->day, &later);
    size_t model = ax_risk_model_of(edition, seen->industry, hours);
    state_seen(seen, edition, model, ax_risk_peer_of(&edition->models[model], seen->industry), out);
}

void ax_risk_state_on(const struct ax_ledger *ledger, const struct ax_rate_day *on,
        const struct ax_risk_edition *edition, struct ax_risk_state *out)
{
    struct ax_seen seen AX_UNSET;
    if (ax_seen_init(&seen, ledger, on)) {
        ax_risk_state_seen(&seen, edition, out);
        return;
    }
    ax_risk_state_of(ledger, on->pack, edition, on->day, out);
    out->last_boundary = out->next_boundary = AX_DAY_NONE;
}

void ax_rate_and_risk_on(const struct ax_ledger *ledger, const struct ax_rate_day *on,
        const struct ax_risk_edition *edition, struct ax_rate *rate, struct ax_risk_state *state)
{
    struct ax_seen seen AX_UNSET;
    if (ax_seen_init(&seen, ledger, on)) {
        ax_rate_seen(&seen, rate);
        ax_risk_state_seen(&seen, edition, state);
        return;
    }
    ax_rate_on(ledger, on, rate);
    ax_risk_state_on(ledger, on, edition, state);
}
