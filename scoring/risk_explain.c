/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/risk_explain.h"

#include "scoring/risk_sides.h"

enum {
    PART_PEERS,
    PART_RECENCY,
    PART_INTERACTION,
    PART_CHANNELS, /* facts, credit, recency of each */
    PARTS_A_CHANNEL = 3,
    PARTS = PART_CHANNELS + PARTS_A_CHANNEL * AX_RISK_CHANNELS,
    CHANNELS_OF_A_FACT = 4, /* at most: an accident's */
    BUCKETS = 128,
};

struct explaining {
    const struct ax_risk_edition *e;
    const struct ax_risk_model *m;
    struct ax_risk_explained *out;
    struct ax_risk_lane lanes[AX_RISK_SLOTS];
    struct ax_risk_found found;  /* of the sides that count */
    double blend[AX_RISK_SLOTS]; /* points of a lane's facts, < 0 */
    double real[PARTS];
    int32_t whole[PARTS];
};

static int32_t floor_of(double x)
{
    int32_t cut = (int32_t)x;
    return x < cut ? cut - 1 : cut;
}

/* Of one point of ln in a lane: each head by its share in the cost. */
static double points_of(const struct explaining *x, const double lost_time, const double severe)
{
    const double *share = x->out->risk.share;
    return -x->e->pdo / AX_LN2 * (share[0] * lost_time + share[1] * severe);
}

/* Facts and credit of a lane. */
static void split_lane(struct explaining *x, size_t slot)
{
    const struct ax_risk_lane *l = &x->lanes[slot];
    const struct ax_risk_channel_model *c = &x->m->channels[slot / AX_RISK_LANES];
    size_t lane = slot % AX_RISK_LANES;
    size_t at = PART_CHANNELS + slot / AX_RISK_LANES * PARTS_A_CHANNEL;
    double beta = points_of(x, c->beta[0][lane], c->beta[1][lane]);
    x->blend[slot] = l->found > 0 ? beta * ax_ln((l->found + l->kappa) / l->kappa) : 0;
    x->real[at] += x->blend[slot];
    x->real[at + 1] += beta * ax_ln(l->kappa / (l->expected + l->kappa));
    struct ax_risk_part *part = &x->out->channels[slot / AX_RISK_LANES];
    if (lane == 0 || c->beta[0][1] + c->beta[1][1] > c->beta[0][0] + c->beta[1][0]) {
        part->found = l->found;
        part->expected = l->expected;
    }
}

static double recency_of(const struct explaining *x, const double gamma[AX_RISK_HEADS], double tau, int32_t last)
{
    if (gamma[0] <= 0 && gamma[1] <= 0) {
        return 0;
    }
    int32_t since = ax_risk_since(&x->out->state, last, x->out->day);
    return points_of(x, -gamma[0], -gamma[1]) * ax_ln(1 + since / tau);
}

static void split_parts(struct explaining *x)
{
    const struct ax_risk *r = &x->out->risk;
    for (size_t slot = 0; slot < AX_RISK_SLOTS; slot++) {
        if (ax_risk_is_on(x->m, slot)) {
            split_lane(x, slot);
        }
    }
    const double *log2_mean = x->m->tables->log2_mean[x->out->state.peer];
    x->real[PART_PEERS] = -points_of(x, log2_mean[0] * AX_LN2, log2_mean[1] * AX_LN2);
    x->real[PART_RECENCY] = recency_of(x, x->m->any.gamma, x->m->any.tau_days, x->found.last_any);
    double sum = x->e->base + x->real[PART_PEERS] + x->real[PART_RECENCY];
    for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
        const struct ax_risk_channel_model *c = &x->m->channels[k];
        double *part = &x->real[PART_CHANNELS + k * PARTS_A_CHANNEL];
        part[2] = recency_of(x, c->gamma, c->tau_days, x->found.last[k]);
        sum += part[0] + part[1] + part[2];
    }
    x->real[PART_INTERACTION] = r->exact - sum;
}

/* Whole numbers next to the real ones that add up to `total`: the largest remainders are raised. */
static void apportion(const double *real, int32_t *whole, size_t count, int32_t total)
{
    for (size_t i = 0; i < count; i++) {
        whole[i] = floor_of(real[i]);
        total -= whole[i];
    }
    double left[PARTS];
    for (size_t i = 0; i < count; i++) {
        left[i] = real[i] - whole[i];
    }
    for (; total > 0; total--) {
        size_t best = 0;
        for (size_t i = 1; i < count; i++) {
            best = left[i] > left[best] ? i : best;
        }
        if (left[best] < 0) {
            break;
        }
        left[best] = -1;
        whole[best]++;
    }
    whole[PART_INTERACTION] += total; /* 0, but for the last bit of a sum */
}

static void put_parts(struct explaining *x)
{
    struct ax_risk_explained *o = x->out;
    int32_t goal = floor_of(o->risk.exact + 0.5);
    o->base = floor_of(x->e->base);
    o->clamp = o->risk.score - goal;
    apportion(x->real, x->whole, PARTS, goal - o->base);
    o->peers = x->whole[PART_PEERS];
    o->recency = x->whole[PART_RECENCY];
    o->interaction = x->whole[PART_INTERACTION];
    for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
        const int32_t *part = &x->whole[PART_CHANNELS + k * PARTS_A_CHANNEL];
        struct ax_risk_part *to = &o->channels[k];
        to->facts = part[0];
        to->credit = part[1];
        to->recency = part[2];
        to->net = part[0] + part[1] + part[2];
    }
}

/* How much of a channel's facts one of them is: lanes weigh by the points that they take. */
static double share_of(const struct explaining *x, size_t channel, double weight, int32_t day)
{
    double sum = 0;
    double all = 0;
    for (size_t slot = channel * AX_RISK_LANES; slot < (channel + 1) * AX_RISK_LANES; slot++) {
        if (ax_risk_is_on(x->m, slot) && x->found.sum[slot] > 0) {
            double says = x->out->risk.rated ? x->blend[slot] : -1;
            sum += says * (weight * ax_risk_up(x->m->tables, slot, day) / x->found.sum[slot]);
            all += says;
        }
    }
    return all < 0 ? sum / all : 0;
}

static void add_lines(struct explaining *x, uint32_t entry, const struct ax_risk_fact *f)
{
    for (uint32_t bits = f->channels; bits != 0; bits &= bits - 1) {
        size_t channel = (size_t)__builtin_ctz(bits);
        x->out->channels[channel].lines++;
        x->out->lines[x->out->line_count++] = (struct ax_risk_line){
                .entry = entry,
                .channel = (uint16_t)channel,
                .day = f->day,
                .until = f->until >= AX_DAY_MAX ? AX_DAY_NONE : f->until,
                .weight = f->weight[channel],
                .decayed = share_of(x, channel, f->weight[channel], f->day),
        };
    }
}

static bool list_side(struct explaining *x, const struct ax_risk_look *at, uint32_t entry, bool other)
{
    struct ax_risk_fact f AX_UNSET;
    bool counts = ax_risk_side_of(at, &x->out->state, x->out->risk.turned, other, &at->entries[entry], &f);
    if (counts) {
        add_lines(x, entry, &f);
    }
    return counts;
}

static void list_sides(struct explaining *x, const struct ax_risk_look *at, uint32_t entry)
{
    bool held = list_side(x, at, entry, false);
    bool other = list_side(x, at, entry, true);
    if (!held && !other && ax_risk_has_choice(at, &x->out->state, &at->entries[entry])) {
        x->out->aside[x->out->aside_count++] = entry;
    }
}

static ax_rc list_facts(
        struct explaining *x, const struct ax_ledger *ledger, const struct ax_pack *pack, struct ax_arena *arena)
{
    size_t adverse = 0;
    for (uint32_t i = 0; i < ledger->count; i++) {
        adverse += ax_risk_has_effect(&ledger->entries[i]) ? 1 : 0;
    }
    x->out->lines = ax_arena_alloc(arena, (adverse * CHANNELS_OF_A_FACT + 1) * sizeof *x->out->lines);
    x->out->aside = ax_arena_alloc(arena, (adverse + 1) * sizeof *x->out->aside);
    if (x->out->lines == NULL || x->out->aside == NULL) {
        return AX_RC(LIMIT);
    }
    const struct ax_risk_look at = {x->m, pack, ledger->entries, x->out->day};
    for (uint32_t i = 0; i < ledger->count; i++) {
        if (ledger->sides > 0) {
            list_sides(x, &at, i);
        } else {
            (void)list_side(x, &at, i, false);
        }
    }
    return AX_RC(OK);
}

/* What is to be given to the lines of one channel so that they add up to its facts. */
struct giving {
    double real;                   /* of all lines */
    int32_t left;                  /* beyond the floors */
    uint32_t buckets[BUCKETS];     /* lines by their remainder */
    uint64_t filled[BUCKETS / 64]; /* buckets with lines */
    uint32_t from;                 /* lines of buckets from here on are raised … */
    uint32_t also;                 /* … and so many of the bucket before */
};

static uint32_t bucket_of(double real)
{
    return (uint32_t)((real - floor_of(real)) * BUCKETS) % BUCKETS;
}

/* The last bucket below `end` with lines; BUCKETS: there is none. */
static uint32_t filled_below(const struct giving *g, uint32_t end)
{
    for (uint32_t word = BUCKETS / 64; word-- > 0;) {
        uint32_t here = end <= 64 * word ? 0 : end - 64 * word;
        uint64_t bits = here >= 64 ? g->filled[word] : g->filled[word] & ((UINT64_C(1) << here) - 1);
        if (bits != 0) {
            return 64 * word + 63 - (uint32_t)__builtin_clzll(bits);
        }
    }
    return BUCKETS;
}

/* From the greatest remainders on. */
static void plan(struct giving *g)
{
    g->from = BUCKETS;
    g->also = 0;
    while (g->left > 0) {
        uint32_t bucket = filled_below(g, g->from);
        if (bucket == BUCKETS) {
            g->from = 0;
            return;
        }
        int32_t lines = (int32_t)g->buckets[bucket];
        g->from = g->left < lines ? bucket + 1 : bucket;
        g->also = g->left < lines ? (uint32_t)g->left : 0;
        g->left -= g->left < lines ? g->left : lines;
    }
}

static void put_in_bucket(struct giving *g, uint32_t bucket)
{
    g->buckets[bucket]++;
    g->filled[bucket / 64] |= UINT64_C(1) << bucket % 64;
}

static void give_points(struct explaining *x)
{
    struct giving giving[AX_RISK_CHANNELS] AX_UNSET;
    uint32_t used = 0;
    for (size_t i = 0; i < x->out->line_count; i++) {
        used |= UINT32_C(1) << x->out->lines[i].channel;
    }
    for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
        if ((used >> k & 1) == 0) {
            continue;
        }
        memset(&giving[k], 0, sizeof giving[k]);
        giving[k].real = x->real[PART_CHANNELS + k * PARTS_A_CHANNEL];
        giving[k].left = x->out->channels[k].facts;
    }
    for (size_t i = 0; i < x->out->line_count; i++) {
        struct ax_risk_line *l = &x->out->lines[i];
        struct giving *g = &giving[l->channel];
        l->points = floor_of(g->real * l->decayed);
        g->left -= l->points;
        put_in_bucket(g, bucket_of(g->real * l->decayed));
    }
    for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
        if ((used >> k & 1) != 0) {
            plan(&giving[k]);
        }
    }
    for (size_t i = 0; i < x->out->line_count; i++) {
        struct ax_risk_line *l = &x->out->lines[i];
        struct giving *g = &giving[l->channel];
        uint32_t bucket = bucket_of(g->real * l->decayed);
        if (bucket >= g->from) {
            l->points++;
        } else if (g->also > 0 && bucket + 1 == g->from) {
            l->points++;
            g->also--;
        }
        l->points += g->left; /* 0, but for the last bit of a sum */
        g->left = 0;
    }
}

static void find_reasons(struct ax_risk_explained *o)
{
    bool told[AX_RISK_CHANNELS] = {false};
    while (o->reason_count < AX_RISK_REASONS_MAX) {
        size_t worst = AX_RISK_CHANNELS;
        for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
            int32_t lost = o->channels[k].facts + o->channels[k].credit;
            if (!told[k] && lost < 0 &&
                    (worst == AX_RISK_CHANNELS || lost < o->channels[worst].facts + o->channels[worst].credit)) {
                worst = k;
            }
        }
        if (worst == AX_RISK_CHANNELS) {
            return;
        }
        told[worst] = true;
        o->reasons[o->reason_count++] =
                (struct ax_risk_reason){(uint16_t)worst, o->channels[worst].facts + o->channels[worst].credit};
    }
}

ax_rc ax_risk_explain(const struct ax_ledger *ledger, const struct ax_pack *pack, const struct ax_risk_edition *edition,
        int32_t day, struct ax_arena *arena, struct ax_risk_explained *out)
{
    memset(out, 0, offsetof(struct ax_risk_explained, state));
    struct explaining x = {.e = edition, .out = out};
    out->day = day;
    ax_risk_state_of(ledger, pack, edition, day, &out->state);
    x.m = out->model = &edition->models[out->state.model];
    out->peer = &out->model->peers[out->state.peer];
    ax_risk_at_lanes(edition, &out->state, day, &out->risk, x.lanes);
    ax_risk_found_by(&out->state, out->risk.turned, &x.found);
    if (out->risk.rated) {
        split_parts(&x);
        put_parts(&x);
    }
    AX_TRY(list_facts(&x, ledger, pack, arena));
    if (out->risk.rated) {
        give_points(&x);
        find_reasons(out);
    }
    return AX_RC(OK);
}
