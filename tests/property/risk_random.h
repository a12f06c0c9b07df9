/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Made-up models and ledgers for what must hold of any risk score: with recency, means other than 1, three groups of peers,
 * calendar time and hours. Entries are filled in directly: millions of them are needed, and what they came from does not
 * matter. Seeded; needs only scoring, so that it can be built apart.
 */
#include "scoring/risk_explain.h"

enum { RANDOM_ENTRIES_MAX = 64, RANDOM_DAY = 20000 /* 2024-10-04 */, RANDOM_SPAN = 3000 };

struct random_risk {
    struct ax_risk_edition edition;
    struct ax_risk_model models[2];
    struct ax_risk_peer peers[2][3];
    ax_str everywhere;
    ax_str coal;
};

static inline uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static inline uint32_t random_below(uint64_t *state, uint32_t n)
{
    return (uint32_t)((random_next(state) >> 33) % n);
}

static inline double random_in(uint64_t *state, double from, double to)
{
    return from + (to - from) * (double)(random_next(state) >> 11) * 0x1p-53;
}

static inline void random_channel(uint64_t *state, struct ax_risk_channel_model *c)
{
    c->shape = random_below(state, 2) == 0 ? AX_RISK_LINEAR : AX_RISK_LOG;
    c->reference = random_in(state, 0.5, 5);
    c->cap = random_in(state, 5, 400);
    c->tau_days = random_in(state, 200, 1000);
    for (int j = 0; j < AX_RISK_LANES; j++) {
        c->half_life_days[j] = random_in(state, 200, 1800);
        c->kappa[j] = random_in(state, 1, 5);
        for (int head = 0; head < AX_RISK_HEADS; head++) {
            c->beta[head][j] = random_below(state, 4) == 0 ? 0 : random_in(state, 0, 0.25);
            c->gamma[head] = random_below(state, 3) == 0 ? random_in(state, 0, 0.2) : 0;
        }
    }
}

static inline void random_peer(uint64_t *state, struct ax_risk_peer *p, double scale)
{
    static const char *const ids[] = {"all", "coal", "other"};
    size_t index = p->id.len;
    p->id = p->title_zh = p->title_en = ax_str_c(ids[index]);
    p->parent = index == 0 ? AX_STR("") : AX_STR("all");
    for (int k = 0; k < AX_RISK_CHANNELS; k++) {
        p->rate[k] = random_in(state, 0.05, 1) * scale;
    }
    for (int head = 0; head < AX_RISK_HEADS; head++) {
        p->head_rate[head] = random_in(state, 0.01, 0.5) * scale;
        p->head_mean[head] = random_in(state, 0.3, 2);
        p->trend[head] = random_in(state, -0.06, 0.02);
        p->cost_fen[head] = random_in(state, 1e6, 1e9);
    }
    p->log_sd = 0.1;
    p->imputed_per_year = 1;
    p->quantile_count = index == 2 ? 0 : 11;
    for (size_t i = 0; i < p->quantile_count; i++) {
        p->quantiles[i] = 400 + 40 * (double)i;
    }
}

/* Until the parameters are such as a pack may have. Give back with ax_risk_free. */
static inline void random_edition(uint64_t *state, struct random_risk *r)
{
    struct ax_err err;
    do {
        memset(r, 0, sizeof *r);
        r->everywhere = AX_STR("");
        r->coal = AX_STR("06");
        r->edition = (struct ax_risk_edition){.id = AX_STR("random"),
                .provenance = AX_PROVENANCE_OURS,
                .scope = {{&r->everywhere, 1}, {NULL, 0}, AX_DAY_NONE, AX_DAY_NONE},
                .base = 600,
                .pdo = 40,
                .grades = {720, 680, 640, 600, 560, 500},
                .credibility_min = 0.15,
                .interval_z = 1.645,
                .outlook_points = 10,
                .silence_expected = 1,
                .models = r->models,
                .model_count = 2};
        for (int i = 0; i < 2; i++) {
            struct ax_risk_model *m = &r->models[i];
            m->id = i == 0 ? AX_STR("calendar") : AX_STR("hours");
            m->unit = i == 0 ? AX_RISK_DAYS : AX_RISK_HOURS;
            m->per = i == 0 ? 365.25 : 200000;
            m->kappa_days = 90;
            m->carry_months = i == 0 ? 0 : 24;
            m->days_per_death = random_below(state, 2) == 0 ? 6000 : 0;
            m->severe_per_injury = 0.5;
            m->fine_reference_yuan = 30000;
            m->fine_weight = 0.5;
            m->base_day = RANDOM_DAY - 1000;
            m->any = (struct ax_risk_recency){{random_in(state, 0, 0.3), random_in(state, 0, 0.3)}, 500};
            m->peers = r->peers[i];
            m->peer_count = 3;
            for (int k = 0; k < AX_RISK_CHANNELS; k++) {
                random_channel(state, &m->channels[k]);
            }
            for (size_t p = 0; p < 3; p++) {
                m->peers[p].id.len = p;
                random_peer(state, &m->peers[p], i == 0 ? 1 : 4);
            }
            m->peers[1].industries = (struct ax_strs){&r->coal, 1};
        }
    } while (!ax_ok(ax_risk_compile(&r->edition, &err)));
}

static inline uint32_t random_kept(uint64_t *state)
{
    return (uint32_t)(RANDOM_DAY - (int32_t)random_below(state, RANDOM_SPAN) - AX_DAY_MIN + 1) & 0x1FFFF;
}

/* A head of one of the kinds that a score looks at; the entry has the place of its id. */
static inline void random_entry(uint64_t *state, struct ax_entry *e, bool adverse)
{
    static const uint32_t kinds[] = {AX_FACT_ENFORCEMENT_PENALTY, AX_FACT_ACCIDENT, AX_FACT_INSURANCE_CLAIM,
            AX_FACT_LICENCE, AX_FACT_EXPOSURE, AX_FACT_INSPECTION, AX_FACT_STANDARDISATION};
    struct ax_entry_id *id = e->id;
    memset(e, 0, sizeof *e);
    memset(id, 0, sizeof *id);
    e->id = id;
    for (int i = 0; i < AX_KEY_SIZE; i++) {
        id->key[i] = (uint8_t)random_next(state);
        id->digest[i] = (uint8_t)random_next(state);
    }
    e->kind = kinds[random_below(state, adverse ? 3 : 7)] & 0x3F;
    e->marks = AX_MARK_HEAD;
    e->state = AX_FACT_STATE_ACTIVE;
    e->count = (1 + random_below(state, 3)) & AX_ENTRY_COUNT_MAX;
    e->occurred_day = random_kept(state) & 0x1FFFF;
    if (e->kind == AX_FACT_ENFORCEMENT_PENALTY) {
        e->grade = random_below(state, 4) & 7;
        e->amount = random_below(state, 300000);
    } else if (e->kind == AX_FACT_ACCIDENT) {
        e->bits = (random_below(state, 6) == 0 ? random_below(state, 3) : 0) & 3;
        e->number = random_below(state, 3) == 0 ? 0 : random_below(state, 500);
        e->amount = random_below(state, 2) == 0 ? 0 : random_below(state, 100);
        e->extra = random_below(state, 2) | random_below(state, 3) << 12 | (1 + random_below(state, 100)) << 24;
        bool total = random_below(state, 3) == 0;
        e->flags = total ? AX_ENTRY_AGGREGATE : 0;
        e->number = total && random_below(state, 2) == 0 ? 0 : e->number;
        e->count = total && random_below(state, 2) == 0 ? 1 : e->count;
        e->extra = total && e->number == 0 ? e->extra & 0xFF000000U : e->extra;
    } else if (e->kind == AX_FACT_INSURANCE_CLAIM) {
        e->grade = AX_CLAIM_STATE_PAID;
        e->extra = 0;
        e->amount = random_below(state, 1000000);
    } else {
        e->from_day = e->occurred_day;
        e->amount = 1 + random_below(state, 3000000);
        e->until_day = (e->from_day + 30 + random_below(state, 400)) & 0x1FFFF;
        e->grade = 1;
    }
    if (adverse) {
        return;
    }
    uint32_t luck = random_below(state, 20);
    e->use_until_day = (luck < 5 ? e->occurred_day + random_below(state, 1500) : 0) & 0x1FFFF;
    e->state = (luck == 6          ? AX_FACT_STATE_OBJECTED
                       : luck == 7 ? AX_FACT_STATE_REPAIRED
                       : luck == 8 ? AX_FACT_STATE_WITHDRAWN
                                   : AX_FACT_STATE_ACTIVE) &
               7;
}

struct random_ledger {
    uint8_t texts[64]; /* one empty profile */
    struct ax_entry entries[RANDOM_ENTRIES_MAX + 1];
    struct ax_entry_id ids[RANDOM_ENTRIES_MAX + 1];
    struct ax_ledger ledger;
};

/* As the ledger marks what answers an accident, or is the gravest claim of one that is not reported. */
static inline void random_sides(uint64_t *state, struct random_ledger *l)
{
    bool has_gravest[RANDOM_ENTRIES_MAX + 1] = {false};
    for (uint32_t i = 1; i < l->ledger.count; i++) {
        struct ax_entry *e = &l->entries[i];
        const struct ax_entry *event = &l->entries[random_below(state, l->ledger.count)];
        bool claim = e->kind == AX_FACT_INSURANCE_CLAIM;
        bool counted = event->kind == AX_FACT_ACCIDENT && event->state != AX_FACT_STATE_WITHDRAWN &&
                       event->state != AX_FACT_STATE_REPAIRED;
        if ((!claim && e->kind != AX_FACT_ENFORCEMENT_PENALTY) || !(counted || (claim && event == e))) {
            continue;
        }
        bool told = claim && !has_gravest[event - l->entries] && random_below(state, 2) == 0;
        has_gravest[event - l->entries] |= told;
        e->bits = told ? random_below(state, 2) & 1 : e->bits;
        e->number = told ? 1 + random_below(state, 3) : e->number;
        e->marks |= counted ? AX_MARK_FACE : 0;
        e->extra = (uint32_t)(event - l->entries) + 1;
        l->ledger.faces += counted ? 1 : 0;
        l->ledger.sides++;
    }
}

/* Of a licence, so that most are rated, and up to `most` others. */
static inline void random_ledger(uint64_t *state, struct random_ledger *l, uint32_t most)
{
    memset(&l->ledger, 0, sizeof l->ledger);
    memset(l->texts, 0, sizeof l->texts);
    l->ledger.texts = l->texts;
    l->ledger.texts_len = l->ledger.texts_size = sizeof l->texts;
    l->ledger.entries = l->entries;
    for (size_t i = 0; i <= RANDOM_ENTRIES_MAX; i++) {
        l->entries[i].id = &l->ids[i];
    }
    l->ledger.count = 1 + random_below(state, most);
    random_entry(state, &l->entries[0], true);
    l->entries[0].kind = AX_FACT_LICENCE;
    l->entries[0].grade = AX_LICENCE_STATE_VALID;
    l->entries[0].from_day = l->entries[0].occurred_day;
    for (uint32_t i = 1; i < l->ledger.count; i++) {
        random_entry(state, &l->entries[i], false);
    }
    random_sides(state, l);
}
