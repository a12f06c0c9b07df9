/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/risk_sides.h"

#define LOG2_ETA_MAX 300.0 /* far off any scale, and what follows stays within a double */
#define YEARS_MAX 20.0     /* that a trend is followed for */

struct scoring {
    const struct ax_risk_edition *e;
    const struct ax_risk_model *m;
    const struct ax_risk_peer *p;
    const struct ax_risk_state *s;
    const struct ax_risk_found *found; /* of the sides that count */
    int32_t day;
    struct ax_risk_lane *lanes; /* NULL: nobody asks */
    double kappa_units;
    double units_a_day; /* that go on */
    bool unseen;        /* nothing adverse and no inspection is known: it may be silent */
    double log2_eta[AX_RISK_HEADS];
    double relative[AX_RISK_HEADS];     /* rate against the peers' own */
    double graver[AX_RISK_HEADS];       /* log2_eta by the sides that are worst for the head alone */
    double precision[AX_RISK_CHANNELS]; /* 1 / (S + kappa), the greater of the lanes */
};

static double greater(double a, double b)
{
    return a > b ? a : b;
}

/* By slot, in inflated coordinates; of lanes that are off kappa is 1, and nothing is found or expected. */
struct lanes {
    double up[AX_RISK_SLOTS];
    double expected[AX_RISK_SLOTS];
    double kappa[AX_RISK_SLOTS];
};

static void look_at_lanes(const struct scoring *c, struct lanes *restrict l)
{
    const struct ax_risk_tables *t = c->m->tables;
    const double *rate = t->rate[c->s->peer];
    struct ax_risk_place at = ax_risk_place_of(c->day);
    for (size_t slot = 0; slot < AX_RISK_SLOTS; slot++) {
        l->up[slot] = ax_risk_up_at(t, slot, at);
    }
    for (size_t slot = 0; slot < AX_RISK_SLOTS; slot++) {
        double exposed = c->s->exposure[slot] + c->units_a_day * t->day_units[slot] * l->up[slot];
        l->expected[slot] = rate[slot] * greater(exposed, 0);
        l->kappa[slot] = greater(t->kappa[slot], c->kappa_units * rate[slot]) * l->up[slot] + t->off[slot];
    }
}

/* Decayed to the day, which nobody else asks for. */
static void keep_lanes(struct scoring *c, const struct lanes *l, struct ax_risk *out)
{
    for (size_t slot = 0; slot < AX_RISK_SLOTS; slot++) {
        if (!ax_risk_is_on(c->m, slot)) {
            continue;
        }
        double up = l->up[slot];
        if (c->lanes != NULL) {
            c->lanes[slot] =
                    (struct ax_risk_lane){c->found->sum[slot] / up, l->expected[slot] / up, l->kappa[slot] / up};
        }
        bool last = slot % AX_RISK_LANES == AX_RISK_LANES - 1 || !ax_risk_is_on(c->m, slot + 1); /* of the channel */
        if (c->unseen && last) {
            out->expected_weight += l->expected[slot] / up;
        }
    }
}

/* Ratios, which become their logarithms. */
static inline void add_lanes(struct scoring *c, double ratio[AX_RISK_SLOTS])
{
    const struct ax_risk_tables *t = c->m->tables;
    ax_log2_each(ratio, AX_RISK_SLOTS);
    for (size_t slot = 0; slot < AX_RISK_SLOTS; slot++) {
        c->log2_eta[0] += t->slopes[0][slot] * ratio[slot];
        c->log2_eta[1] += t->slopes[1][slot] * ratio[slot];
    }
}

/* By slot: what is found beside what peers have, how much of that is known, and 1 / (S + kappa). */
struct comparison {
    double ratio[AX_RISK_SLOTS];
    double known[AX_RISK_SLOTS];
    double precision[AX_RISK_SLOTS];
};

static void compare_lanes(const double *restrict sum, const struct lanes *restrict l, struct comparison *restrict out)
{
    for (size_t slot = 0; slot < AX_RISK_SLOTS; slot++) {
        double found = sum[slot] + l->kappa[slot];
        double prior = 1 / (l->expected[slot] + l->kappa[slot]);
        out->ratio[slot] = found * prior;
        out->known[slot] = l->expected[slot] * prior;
        out->precision[slot] = l->up[slot] / found;
    }
}

static void compare(struct scoring *c, struct ax_risk *out)
{
    struct lanes l AX_UNSET;
    struct comparison by AX_UNSET;
    look_at_lanes(c, &l);
    compare_lanes(c->found->sum, &l, &by);
    for (size_t slot = 0; slot < AX_RISK_SLOTS; slot += AX_RISK_LANES) {
        c->precision[slot / AX_RISK_LANES] = greater(by.precision[slot], by.precision[slot + 1]);
        out->credibility = greater(out->credibility, greater(by.known[slot], by.known[slot + 1]));
    }
    if (c->lanes != NULL || c->unseen) {
        keep_lanes(c, &l, out);
    }
    add_lanes(c, by.ratio);
    for (size_t slot = 0; slot < AX_RISK_SLOTS; slot++) {
        out->ln_ratio[slot] = by.ratio[slot] * AX_LN2;
    }
}

int32_t ax_risk_since(const struct ax_risk_state *s, int32_t last, int32_t day)
{
    int32_t age = s->registered == AX_DAY_NONE ? 0 : day - s->registered;
    int32_t since = last == AX_DAY_NONE ? age : day - last;
    since = since < age ? since : age;
    return since < 0 ? 0 : since;
}

static void add_recency(struct scoring *c, const double gamma[AX_RISK_HEADS], double tau, int32_t last)
{
    if (gamma[0] <= 0 && gamma[1] <= 0) {
        return;
    }
    double log2_time = ax_log2(1 + ax_risk_since(c->s, last, c->day) / tau);
    for (size_t head = 0; head < AX_RISK_HEADS; head++) {
        c->log2_eta[head] -= gamma[head] * log2_time;
    }
}

static double within(double log2_eta)
{
    return log2_eta > LOG2_ETA_MAX ? LOG2_ETA_MAX : log2_eta < -LOG2_ETA_MAX ? -LOG2_ETA_MAX : log2_eta;
}

static void add_recencies(struct scoring *c)
{
    if (c->m->tables->has_recency) {
        add_recency(c, c->m->any.gamma, c->m->any.tau_days, c->found->last_any);
    }
    for (size_t k = 0; k < AX_RISK_CHANNELS && c->m->tables->has_recency; k++) {
        add_recency(c, c->m->channels[k].gamma, c->m->channels[k].tau_days, c->found->last[k]);
    }
    for (size_t head = 0; head < AX_RISK_HEADS; head++) {
        c->log2_eta[head] = within(c->log2_eta[head]);
    }
}

/* The cost rate against the peers' own, but for a factor. */
static double cost_of(struct scoring *c, const struct lanes *l)
{
    const struct ax_risk_tables *t = c->m->tables;
    double log2_ratio[AX_RISK_SLOTS] AX_UNSET;
    for (size_t slot = 0; slot < AX_RISK_SLOTS; slot++) {
        log2_ratio[slot] = (c->found->sum[slot] + l->kappa[slot]) / (l->expected[slot] + l->kappa[slot]);
    }
    add_lanes(c, log2_ratio);
    add_recencies(c);
    double cost = 0;
    for (size_t head = 0; head < AX_RISK_HEADS; head++) {
        cost += t->cost_share[c->s->peer][head] * ax_exp2(c->log2_eta[head] - t->log2_mean[c->s->peer][head]);
        c->graver[head] = greater(c->graver[head], c->log2_eta[head]);
        c->log2_eta[head] = 0;
    }
    return cost;
}

/* The sides by which the score is worst; of equal ones the accidents. */
static uint32_t choose_sides(struct scoring *c, struct ax_risk_found *found)
{
    struct lanes lanes AX_UNSET;
    uint32_t worst = 0;
    double most = 0;
    look_at_lanes(c, &lanes);
    c->graver[0] = c->graver[1] = -LOG2_ETA_MAX;
    for (uint32_t turned = 0; turned < UINT32_C(1) << c->s->event_count; turned++) {
        ax_risk_found_by(c->s, turned, found);
        double cost = cost_of(c, &lanes);
        worst = cost > most ? turned : worst;
        most = greater(cost, most);
    }
    return worst;
}

static int32_t rounded(double score)
{
    double x = score < 0 ? 0 : score > AX_RISK_SCORE_MAX ? AX_RISK_SCORE_MAX : score;
    return (int32_t)(x + 0.5);
}

static uint32_t percentile_of(const struct ax_risk_peer *p, const uint8_t *quantile_below, double score)
{
    size_t n = p->quantile_count;
    if (score < p->quantiles[0]) {
        return 0;
    }
    size_t below = quantile_below[score < AX_RISK_SCORE_MAX ? (size_t)score : AX_RISK_SCORE_MAX];
    while (below + 1 < n && p->quantiles[below + 1] <= score) {
        below++;
    }
    double part = 0;
    if (below + 1 < n) {
        part = (score - p->quantiles[below]) / (p->quantiles[below + 1] - p->quantiles[below]);
    }
    return (uint32_t)(((double)below + part) * 100 / (double)(n - 1));
}

/* One head's share in the cost grows with its eta, and so does its say in how sure the score is. */
static void put_score(struct scoring *c, struct ax_risk *out)
{
    const struct ax_risk_tables *t = c->m->tables;
    double part[AX_RISK_HEADS];
    for (size_t head = 0; head < AX_RISK_HEADS; head++) {
        part[head] = t->cost_share[c->s->peer][head] * c->relative[head];
    }
    double ratio = part[0] + part[1];
    out->exact = c->e->base - c->e->pdo * ax_log2(ratio);
    double variance = c->p->log_sd * c->p->log_sd;
    for (size_t head = 0; head < AX_RISK_HEADS; head++) {
        out->share[head] = part[head] / ratio;
    }
    for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
        double beta = out->share[0] * t->beta[k][0] + out->share[1] * t->beta[k][1];
        variance += beta * beta * c->precision[k];
    }
    if (out->estimated) {
        variance += c->m->estimated_log_sd * c->m->estimated_log_sd;
    }
    out->sd = c->e->pdo / AX_LN2 * ax_root(variance);
    out->score = rounded(out->exact);
    out->grade = ax_risk_grade_of(c->e, out->score);
    out->low = rounded(out->exact - c->e->interval_z * out->sd);
    out->high = rounded(out->exact + c->e->interval_z * out->sd);
    size_t distribution = t->distribution[c->s->peer];
    out->percentile = percentile_of(&c->m->peers[distribution], t->quantile_below[distribution], out->exact);
}

/* A severe accident is one with lost time, too: where more of them are expected, so many are. */
static void count_severe_as_lost(double by_head[AX_RISK_HEADS])
{
    by_head[AX_RISK_LOST_TIME] = greater(by_head[AX_RISK_LOST_TIME], by_head[AX_RISK_SEVERE_HEAD]);
}

static void put_expected(const struct scoring *c, struct ax_risk *out)
{
    double years = c->m->base_day == AX_DAY_NONE ? 0 : (c->day - c->m->base_day) / AX_RISK_DAYS_A_YEAR;
    years = years > YEARS_MAX ? YEARS_MAX : years < -YEARS_MAX ? -YEARS_MAX : years;
    out->exposure = c->s->per_day * AX_RISK_DAYS_A_YEAR;
    for (size_t head = 0; head < AX_RISK_HEADS; head++) {
        double grown = years == 0 ? 1 : ax_exp(c->p->trend[head] * years);
        double rate = out->exposure * c->p->head_rate[head] * grown;
        out->peer_expected[head] = rate * c->p->head_mean[head];
        out->expected[head] = out->rated ? out->peer_expected[head] * c->relative[head] : out->peer_expected[head];
    }
    count_severe_as_lost(out->peer_expected);
    count_severe_as_lost(out->expected);
    for (size_t head = 0; head < AX_RISK_HEADS; head++) {
        double phi = c->m->phi[head];
        out->p_any[head] =
                phi > 0 ? 1 - ax_exp2(-ax_log2(1 + phi * out->expected[head]) / phi) : 1 - ax_exp(-out->expected[head]);
        out->expected_cost_fen += out->expected[head] * c->p->cost_fen[head];
    }
    count_severe_as_lost(out->p_any);
}

void ax_risk_at_lanes(const struct ax_risk_edition *edition, const struct ax_risk_state *state, int32_t day,
        struct ax_risk *out, struct ax_risk_lane lanes[AX_RISK_SLOTS])
{
    struct scoring c AX_UNSET;
    struct ax_risk_found found AX_UNSET;
    c.e = edition;
    c.m = &edition->models[state->model];
    c.p = &c.m->peers[state->peer];
    c.s = state;
    c.found = &found;
    c.day = day;
    c.lanes = lanes;
    c.kappa_units = c.m->kappa_days * state->per_day;
    c.units_a_day = (state->marks & AX_RISK_ENDED) != 0 ? 0 : state->per_day;
    c.unseen = (state->marks & AX_RISK_INSPECTED) == 0;
    for (size_t head = 0; head < AX_RISK_HEADS; head++) {
        c.log2_eta[head] = c.relative[head] = 0;
    }
    memset(out, 0, sizeof *out);
    out->estimated = (state->marks & AX_RISK_ESTIMATED) != 0;
    out->watch = (state->marks & (AX_RISK_WATCH_ACCIDENT | AX_RISK_WATCH_PENALTY | AX_RISK_WATCH_CANDIDATE)) != 0;
    if (state->event_count > 0) {
        out->turned = choose_sides(&c, &found);
    }
    ax_risk_found_by(state, out->turned, &found);
    compare(&c, out);
    add_recencies(&c);
    out->rated = out->credibility >= edition->credibility_min;
    out->grade = AX_RISK_GRADE_NR;
    if (out->rated) {
        const double *log2_mean = c.m->tables->log2_mean[state->peer];
        for (size_t head = 0; head < AX_RISK_HEADS; head++) {
            c.relative[head] = ax_exp2(c.log2_eta[head] - log2_mean[head]);
            out->eta[head] = c.log2_eta[head] * AX_LN2;
        }
        put_score(&c, out);
        for (size_t head = 0; head < AX_RISK_HEADS && state->event_count > 0; head++) {
            c.relative[head] = ax_exp2(c.graver[head] - log2_mean[head]);
        }
    }
    put_expected(&c, out);
    out->silent = c.unseen && out->expected_weight >= edition->silence_expected;
    out->percentile = out->silent ? 0 : out->percentile;
}

void ax_risk_at(
        const struct ax_risk_edition *edition, const struct ax_risk_state *state, int32_t day, struct ax_risk *out)
{
    ax_risk_at_lanes(edition, state, day, out, NULL);
}
