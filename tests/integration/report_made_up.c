/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the report of a made-up panel into a folder, so that another program can compute it again. */
#include "base/random.h"
#include "services/lib/report/report.h"
#include "services/lib/report/sim_claims.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { UNITS = 1500, DATES = 3, CHANNELS = 3, SEED = 20 };

static double uniform(struct ax_random *r)
{
    return (double)(ax_random_next(r) >> 11) / 9007199254740992.0;
}

static uint32_t grade_of(double score)
{
    uint32_t grade = 0;
    for (double least = 680; score < least && grade < AX_REPORT_NR - 1; least -= 30) {
        grade++;
    }
    return grade;
}

static void claims_of(struct ax_report_row *row)
{
    struct ax_sim_accident a = {row->unit, 2010 + (int32_t)row->date, 2, 100, (uint32_t)row->deaths, 0, row->days_lost};
    struct ax_sim_claim claims[AX_SIM_CLAIMS_MAX];
    size_t n = ax_sim_claims(SEED, &a, claims);
    row->claims.count = (uint32_t)n;
    for (size_t i = 0; i < n; i++) {
        row->claims.ultimate += (double)claims[i].ultimate_fen;
        for (int age = 0; age < AX_REPORT_CLAIM_AGES; age++) {
            row->claims.paid[age] += (double)ax_sim_claim_paid_fen(&claims[i], 365 * (age + 1));
            row->claims.incurred[age] += (double)ax_sim_claim_incurred_fen(&claims[i], 365 * (age + 1));
        }
    }
}

static void outcomes(struct ax_report_row *row, struct ax_random *r, double truth)
{
    double q = -expm1(-0.4 * truth * row->actual / AX_REPORT_QUARTERS);
    for (int i = 0; i < AX_REPORT_QUARTERS; i++) {
        row->lost_quarters += uniform(r) < q;
    }
    row->severe = uniform(r) < 0.02 * truth ? 1 : 0;
    row->deaths = row->severe > 0 && uniform(r) < 0.05 ? 6 : row->severe;
    row->days_lost = row->lost_quarters * 20.0 * uniform(r);
    row->tariff = row->lost_quarters > 2 ? 1.2 : 0.9;
    claims_of(row);
}

static void fill(struct ax_report_row *row, struct ax_random *r, uint32_t unit, uint32_t date)
{
    double truth = exp(2 * (uniform(r) + uniform(r) - 1)), seen = truth * exp(0.5 * (uniform(r) - 0.5));
    seen = unit % 7 == 0 ? 1 : seen; /* ties */
    row->unit = unit;
    row->date = date;
    row->exposure = 0.5 + uniform(r);
    row->actual = row->exposure * (0.7 + 0.6 * uniform(r));
    row->expected[0] = 0.4 * seen * row->exposure;
    row->expected[1] = 0.02 * seen;
    row->p[0] = -expm1(-row->expected[0]);
    row->p[1] = -expm1(-row->expected[1]);
    row->score = unit % 7 == 0 ? (double)NAN : 600 - 40 / log(2) * log(seen);
    row->grade = unit % 7 == 0 ? AX_REPORT_NR : grade_of(row->score);
    row->peer_cost_fen = 1e6 * row->exposure;
    row->cost_fen = row->peer_cost_fen * seen;
    row->coefficient = seen < 0.7 ? 0.7 : seen > 1.5 ? 1.5 : seen;
    row->log_sd = 0.2;
    row->credibility = 0.5;
    for (int k = 0; k < AX_REPORT_RIVALS; k++) {
        row->rival[k] = row->expected[0] * exp((uniform(r) - 0.5) * (k + 1)) + 1e-3;
    }
    for (int k = 0; k < CHANNELS; k++) {
        row->points[k] = floor(40 * (uniform(r) - 0.5));
    }
    row->label[AX_REPORT_SIZE] = (uint16_t)(unit % 3);
    row->label[AX_REPORT_REGION] = (uint16_t)(unit % 2);
    row->label[AX_REPORT_OWNERSHIP] = (uint16_t)(unit % 5 > 2);
    outcomes(row, r, truth);
}

static void population(struct ax_report_population *pop, bool counted)
{
    static const char *const sizes[] = {"small", "middle", "large"};
    pop->counted = counted;
    pop->id = counted ? "hours" : "all";
    pop->en = pop->id;
    pop->zh = counted ? "有工时" : "全部";
    pop->rows = ax_xcalloc((size_t)UNITS * DATES, sizeof *pop->rows);
    pop->axes[AX_REPORT_SIZE] = (struct ax_report_axis_labels){{sizes[0], sizes[1], sizes[2]}, 3};
    pop->axes[AX_REPORT_REGION] = (struct ax_report_axis_labels){{"north & <south>", "\"west\""}, 2};
    pop->axes[AX_REPORT_OWNERSHIP] = (struct ax_report_axis_labels){{"own", "leased"}, 2};
    pop->axes[AX_REPORT_INDUSTRY] = (struct ax_report_axis_labels){{"coal"}, 1};
    struct ax_random r;
    ax_random_init(&r, counted ? SEED : SEED + 1);
    for (uint32_t d = 0; d < DATES; d++) {
        for (uint32_t u = 0; u < UNITS; u++) {
            struct ax_report_row row = {0};
            fill(&row, &r, u, d);
            if (u % 50 != d) { /* some come and go */
                pop->rows[pop->count++] = row;
            }
        }
    }
}

int main(int argc, char **argv)
{
    static char names[UNITS][16];
    static const char *unit_names[UNITS];
    struct ax_report_input in = {.pack = "made-up",
            .parameter_digest = "00",
            .data_digest = "11",
            .tariff = "made-up",
            .from = "2010-01-01",
            .to = "2013-01-01",
            .fitted_until = "2011-01-01",
            .in_sample = 1,
            .dates = {"2010-01-01", "2011-01-01", "2012-01-01"},
            .date_count = DATES,
            .unit_names = unit_names,
            .units = UNITS,
            .channels_en = {"accidents", "days lost", "enforcement"},
            .channels_zh = {"事故", "损失工日", "执法"},
            .channel_count = CHANNELS,
            .seed = SEED,
            .rounds = 100};
    struct ax_err err;
    char line[512];
    if (argc != 2) {
        return 2;
    }
    for (size_t i = 0; i < UNITS; i++) {
        snprintf(names[i], sizeof names[i], "U%04zu", i);
        unit_names[i] = names[i];
    }
    population(&in.all, false);
    population(&in.hours, true);
    double *doubled = ax_xcalloc(in.all.count, sizeof *doubled);
    for (size_t i = 0; i < in.all.count; i++) {
        doubled[i] = -expm1(-2 * in.all.rows[i].expected[0]);
    }
    in.variants[0] = (struct ax_report_variant){"doubled", "doubled", "加倍", NULL, {doubled, doubled}, {NULL, NULL}};
    in.variants[1] = (struct ax_report_variant){"no", "no", "否", "not allowed", {NULL, NULL}, {NULL, NULL}};
    in.variant_count = 2;
    struct ax_doc *doc = ax_report_make(&in, NULL, NULL);
    ax_rc rc = ax_report_write(&in, doc, argv[1], &err);
    if (!ax_ok(rc)) {
        fprintf(stderr, "%s\n", ax_err_line(&err, line, sizeof line));
    }
    ax_doc_free(doc);
    ax_xfree(in.all.rows);
    ax_xfree(in.hours.rows);
    ax_xfree(doubled);
    return ax_ok(rc) ? 0 : 1;
}
