/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/rate_choice.h"

/* The event's index; c->count: it is not here. */
static size_t find(const struct ax_rate_choices *c, const struct ax_entry *e)
{
    uint64_t act = e->kind == AX_FACT_ACCIDENT ? e->act : e->link;
    size_t event = 0;
    while (event < c->count && c->of[event].act != act) {
        event++;
    }
    return event;
}

bool ax_rate_choices_have(const struct ax_rate_choices *c, const struct ax_entry *e)
{
    return find(c, e) < c->count;
}

static size_t rate_of(const struct ax_pack *pack, uint16_t rule)
{
    size_t rate = 0;
    while (pack->sides.rates[rate] != rule) {
        rate++;
    }
    return rate;
}

void ax_rate_choices_meet(
        struct ax_rate_choices *c, const struct ax_pack *pack, const struct ax_entry *e, const struct ax_rate_span *s)
{
    size_t event = find(c, e);
    if (event == AX_RATE_CHOICES_MAX) {
        c->many = true;
        return;
    }
    if (event == c->count && e->kind != AX_FACT_ACCIDENT) {
        c->of[c->count++] = (struct ax_rate_choice){.act = e->link};
    }
    if (event < c->count) {
        c->of[event].measure[rate_of(pack, s->rule)] += s->measure;
    }
}

/* Whether the event's side in that rate is not the one that counts. */
static inline bool is_left_out(const struct ax_pack *pack, size_t rate, size_t event, uint32_t faces)
{
    bool of_accident = pack->rules[pack->sides.rates[rate]].kind == AX_FACT_ACCIDENT;
    return of_accident == ((faces >> event & 1) != 0);
}

static uint64_t left_out(const struct ax_rate_choices *c, const struct ax_pack *pack, size_t rate, uint32_t faces)
{
    uint64_t measure = 0;
    for (size_t i = 0; i < c->count; i++) {
        measure += is_left_out(pack, rate, i, faces) ? c->of[i].measure[rate] : 0;
    }
    return measure;
}

/* Points of all rates, <= 0. */
static int64_t points_by(
        const struct ax_rate_choices *c, const struct ax_pack *pack, const struct ax_rate_sums *sums, uint32_t faces)
{
    int64_t points = 0;
    for (size_t rate = 0; rate < pack->sides.rate_count; rate++) {
        const struct ax_rule *r = &pack->rules[pack->sides.rates[rate]];
        uint64_t measure = sums->of[pack->sides.rates[rate]].measure - left_out(c, pack, rate, faces);
        int64_t taken = ax_rate_per_exposure(r, measure, sums);
        points += r->cap != 0 && taken < -r->cap ? -r->cap : taken;
    }
    return points;
}

void ax_rate_choices_settle(struct ax_rate_choices *c, const struct ax_pack *pack, struct ax_rate_sums *sums)
{
    if (c->many) {
        c->count = 0;
    }
    int64_t least = INT64_MAX;
    for (uint32_t faces = 0; faces < 1U << c->count; faces++) {
        int64_t points = points_by(c, pack, sums, faces);
        if (points < least) {
            least = points;
            c->faces = faces;
        }
    }
    for (size_t rate = 0; rate < pack->sides.rate_count; rate++) {
        sums->of[pack->sides.rates[rate]].measure -= left_out(c, pack, rate, c->faces);
    }
}

bool ax_rate_choices_keep(const struct ax_rate_choices *c, const struct ax_pack *pack, const struct ax_entry *e,
        const struct ax_rate_span *s)
{
    size_t event = find(c, e);
    return event == c->count || !is_left_out(pack, rate_of(pack, s->rule), event, c->faces);
}
