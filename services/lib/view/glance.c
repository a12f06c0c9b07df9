/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/view/glance.h"

#include "scoring/ledger_day.h"

#include <string.h>

enum { PACKS_MAX = 64 }; /* seen on the day; of more the last is made anew for every ledger */

struct ax_glance {
    const struct ax_rater *rater;
    int32_t day;
    size_t count;
    struct ax_rate_day *packs[PACKS_MAX]; /* as ledgers ask for them */
};

struct ax_glance *ax_glance_new(const struct ax_rater *rater, int32_t day)
{
    struct ax_glance *g = ax_xcalloc(1, sizeof *g);
    g->rater = rater;
    g->day = day;
    return g;
}

void ax_glance_free(struct ax_glance *g)
{
    for (size_t i = 0; g != NULL && i < g->count; i++) {
        ax_xfree(g->packs[i]);
    }
    ax_xfree(g);
}

static const struct ax_rate_day *seen_pack(struct ax_glance *g, const struct ax_pack *pack)
{
    for (size_t i = 0; i < g->count; i++) {
        if (g->packs[i]->pack == pack) {
            return g->packs[i];
        }
    }
    if (g->count < PACKS_MAX) {
        g->packs[g->count++] = ax_xcalloc(1, sizeof *g->packs[0]);
    }
    ax_rate_day_init(g->packs[g->count - 1], pack, g->day);
    return g->packs[g->count - 1];
}

void ax_glance_at(struct ax_glance *g, const struct ax_ledger *whole, ax_str enterprise, struct ax_glanced *out)
{
    struct ax_ledger_day now;
    struct ax_rate rate;
    struct ax_risk risk = {.rated = false};
    ax_ledger_day_init(&now, whole, g->day);
    const struct ax_ledger *ledger = now.ledger;
    const struct ax_rate_day *on = seen_pack(g, ax_rater_pack(g->rater, ledger, enterprise, g->day));
    const struct ax_risk_edition *edition = ax_rater_risk(g->rater, ledger, enterprise, g->day);
    if (edition == NULL) {
        ax_rate_on(ledger, on, &rate);
    } else {
        struct ax_risk_state state;
        ax_rate_and_risk_on(ledger, on, edition, &rate, &state);
        ax_risk_at(edition, &state, g->day, &risk);
    }
    out->pack = on->pack;
    out->level = rate.level;
    out->band = rate.band;
    out->points = rate.points;
    out->has_score = risk.rated;
    out->score = risk.rated ? risk.score : 0;
    out->flag_count = rate.flag_count;
    memcpy(out->flags, rate.flags, rate.flag_count * sizeof rate.flags[0]);
    ax_ledger_day_deinit(&now);
}

static ax_str symbol_of(const struct ax_glanced *g)
{
    return g->band == AX_RATE_NO_BAND ? AX_STR("") : g->pack->bands[g->band].symbol;
}

static bool has_flag(const struct ax_glanced *g, ax_str id)
{
    for (size_t i = 0; i < g->flag_count; i++) {
        if (ax_str_eq(g->pack->rules[g->flags[i]].id, id)) {
            return true;
        }
    }
    return false;
}

static bool has_same_flags(const struct ax_glanced *a, const struct ax_glanced *b)
{
    for (size_t i = 0; i < a->flag_count; i++) {
        if (!has_flag(b, a->pack->rules[a->flags[i]].id)) {
            return false;
        }
    }
    return a->flag_count == b->flag_count;
}

bool ax_glanced_same(const struct ax_glanced *a, const struct ax_glanced *b)
{
    return a->level == b->level && a->points == b->points && a->has_score == b->has_score && a->score == b->score &&
           ax_str_eq(symbol_of(a), symbol_of(b)) && has_same_flags(a, b);
}
