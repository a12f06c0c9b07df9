/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shipped risk parameters on the made-up province (anxin synth --enterprises 2000): what the start values of
 * scoring/packs/common-2026/risk.yaml were set by. It prints the spread of the scores, their quantiles, the expected and
 * observed accidents of the last year on the facts before it, and the rates of each group of peers. All of it is simulated.
 */
#include "connectors/synth.h"
#include "scoring/risk.h"
#include "tests/unit/scoring_world.h"
#include "tests/unit/t.h"

#include <stdlib.h>

enum { ENTERPRISES = 2000, QUANTILES = 21, YEAR = 365, PEERS = 16 };

struct peers {
    double units; /* of exposure, five years */
    double accidents;
    double severe;
    double penalties;
    double grave;
    double claims;
    double expected[AX_RISK_HEADS]; /* of the last year */
    double observed[AX_RISK_HEADS];
};

struct province {
    const struct ax_bundle *bundle;
    struct ax_ledger ledger;
    int32_t scores[ENTERPRISES];
    size_t rated;
    size_t grades[AX_RISK_GRADE_NR + 1];
    struct peers peers[PEERS];
    const struct ax_risk_model *model;
};

static int32_t until(void)
{
    return ax_day_of(2025, 12, 31);
}

static void see_accident(const struct ax_entry *e, struct peers *p)
{
    double severe = e->bits + ax_entry_disabled(e) + ax_entry_injured(e) > 0 ? 1 : 0;
    p->accidents += e->count;
    p->severe += e->bits + ax_entry_disabled(e) + 0.5 * ax_entry_injured(e);
    if (ax_entry_occurred_on(e) > until() - YEAR) {
        p->observed[0] += e->count;
        p->observed[1] += severe;
    }
}

static void see_facts(const struct ax_ledger *l, struct peers *p)
{
    for (uint32_t i = 0; i < l->count; i++) {
        const struct ax_entry *e = &l->entries[i];
        if ((e->marks & (AX_MARK_HEAD | AX_MARK_ECHO)) != AX_MARK_HEAD || e->state == AX_FACT_STATE_WITHDRAWN) {
            continue;
        }
        bool face = (e->marks & AX_MARK_FACE) != 0;
        if (e->kind == AX_FACT_ACCIDENT && e->liability != AX_LIABILITY_NONE) {
            see_accident(e, p);
        }
        p->penalties += e->kind == AX_FACT_ENFORCEMENT_PENALTY && !face ? e->count : 0;
        p->grave += e->kind == AX_FACT_ENFORCEMENT_PENALTY && !face && e->grade == AX_PENALTY_TIER_SERIOUS ? 1 : 0;
        p->claims += e->kind == AX_FACT_INSURANCE_CLAIM && !face ? 1 : 0;
    }
}

static void rate_one(struct province *v)
{
    struct ax_profile profile;
    struct ax_risk_state s;
    struct ax_risk r;
    if (v->ledger.count == 0) {
        return;
    }
    ax_ledger_profile(&v->ledger, &profile);
    const struct ax_risk_edition *e =
            ax_bundle_choose_risk(v->bundle, profile.jurisdiction, profile.region, profile.industry, until());
    assert_non_null(e);
    ax_risk_state_of(&v->ledger, NULL, e, until() - YEAR, &s);
    ax_risk_at(e, &s, until() - YEAR, &r);
    v->model = &e->models[s.model];
    struct peers *p = &v->peers[s.peer];
    p->units += 5 * r.exposure;
    p->expected[0] += r.expected[0];
    p->expected[1] += r.expected[1];
    see_facts(&v->ledger, p);
    ax_risk_state_of(&v->ledger, NULL, e, until(), &s);
    ax_risk_at(e, &s, until(), &r);
    v->grades[r.grade]++;
    if (r.rated) {
        v->scores[v->rated++] = r.score;
    }
    ax_ledger_deinit(&v->ledger);
    ax_ledger_init(&v->ledger);
}

static int by_number(const void *a, const void *b)
{
    const int32_t *x = a;
    const int32_t *y = b;
    return (*x > *y) - (*x < *y);
}

static void rate_all(struct province *v)
{
    struct ax_synth_options options = {.enterprises = ENTERPRISES, .seed = 1, .until = until()};
    struct ax_synth *synth;
    assert_true(ax_ok(ax_synth_open(&options, &synth, NULL)));
    v->bundle = world_bundle();
    ax_ledger_init(&v->ledger);
    uint32_t begun = 0;
    for (const struct ax_fact *fact = ax_synth_next(synth); fact != NULL; fact = ax_synth_next(synth)) {
        if (ax_synth_progress(synth) != begun) {
            rate_one(v);
        }
        begun = ax_synth_progress(synth);
        world_merge(&v->ledger, fact, 1);
    }
    rate_one(v);
    ax_synth_close(synth);
    qsort(v->scores, v->rated, sizeof v->scores[0], by_number);
}

static double mean_of(const struct province *v)
{
    double sum = 0;
    for (size_t i = 0; i < v->rated; i++) {
        sum += v->scores[i];
    }
    return sum / (double)v->rated;
}

static void print_rates(const struct province *v)
{
    for (size_t i = 0; i < v->model->peer_count; i++) {
        const struct peers *p = &v->peers[i];
        if (p->units > 0) {
            print_message("%s: %.0f units; a unit: accidents %.3f severe %.3f penalties %.3f grave %.4f claims %.3f; "
                          "O/E %.0f/%.1f %.0f/%.1f\n",
                    v->model->peers[i].id.ptr, p->units, p->accidents / p->units, p->severe / p->units,
                    p->penalties / p->units, p->grave / p->units, p->claims / p->units, p->observed[0], p->expected[0],
                    p->observed[1], p->expected[1]);
        }
    }
}

static void spread(void **state)
{
    (void)state;
    static struct province v;
    rate_all(&v);
    print_message("simulated: %zu rated of %d, mean %.1f\n", v.rated, ENTERPRISES, mean_of(&v));
    for (int32_t i = AX_RISK_GRADE_AAA; i <= AX_RISK_GRADE_NR; i++) {
        print_message("%s %zu  ", ax_risk_grade_name(i), v.grades[i]);
    }
    print_message("\nquantiles:");
    for (size_t i = 0; i < QUANTILES; i++) {
        print_message(" %d", v.scores[i * (v.rated - 1) / (QUANTILES - 1)]);
    }
    print_message("\n");
    print_rates(&v);
    struct peers all = {.units = 0};
    for (size_t i = 0; i < PEERS; i++) {
        for (size_t head = 0; head < AX_RISK_HEADS; head++) {
            all.expected[head] += v.peers[i].expected[head];
            all.observed[head] += v.peers[i].observed[head];
        }
    }
    print_message(
            "O/E accidents %.2f, severe %.2f\n", all.observed[0] / all.expected[0], all.observed[1] / all.expected[1]);
    assert_true(mean_of(&v) > 580 && mean_of(&v) < 620);
    for (int32_t i = AX_RISK_GRADE_AAA; i <= AX_RISK_GRADE_C; i++) {
        assert_true(v.grades[i] > 0);
    }
    assert_true(v.grades[AX_RISK_GRADE_AAA] * 20 < ENTERPRISES && v.grades[AX_RISK_GRADE_C] * 20 < ENTERPRISES);
    for (size_t head = 0; head < AX_RISK_HEADS; head++) {
        assert_true(all.observed[head] > all.expected[head] / 2 && all.observed[head] < all.expected[head] * 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(spread)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
