/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/report/vectors.h"

#include <math.h>

double ax_report_event(const struct ax_report_row *row, enum ax_report_head head)
{
    return head == AX_REPORT_LOST_TIME ? row->lost_quarters > 0 : row->severe > 0;
}

double ax_report_saturated(double lambda)
{
    return AX_REPORT_QUARTERS * -expm1(-lambda / AX_REPORT_QUARTERS);
}

double ax_report_mu(const struct ax_report_row *row)
{
    return ax_report_saturated(row->expected[AX_REPORT_LOST_TIME] * row->actual / row->exposure);
}

static struct ax_vectors make(size_t room)
{
    struct ax_vectors v = {.row = ax_xcalloc(room + 1, sizeof *v.row)};
    double **const all[] = {&v.p, &v.event, &v.mu, &v.count, &v.exposure, &v.rate};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        *all[i] = ax_xcalloc(room + 1, sizeof(double));
    }
    return v;
}

void ax_vectors_deinit(struct ax_vectors *v)
{
    double *const all[] = {v->p, v->event, v->mu, v->count, v->exposure, v->rate};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        ax_xfree(all[i]);
    }
    ax_xfree((void *)v->row);
}

static double rate_of(double mu, double exposure)
{
    return (double)(float)(mu / exposure);
}

struct ax_vectors ax_vectors_of(const struct ax_report_population *pop, enum ax_report_head head, int date)
{
    struct ax_vectors v = make(pop->count);
    for (size_t i = 0; i < pop->count; i++) {
        const struct ax_report_row *r = &pop->rows[i];
        if ((date != AX_ALL_DATES && r->date != (uint32_t)date) || (pop->counted && !(r->actual > 0))) {
            continue;
        }
        size_t k = v.n++;
        bool counted = pop->counted && head == AX_REPORT_LOST_TIME;
        v.row[k] = r;
        v.p[k] = pop->counted ? -expm1(-r->expected[head] * r->actual / r->exposure) : r->p[head];
        v.event[k] = ax_report_event(r, head);
        v.mu[k] = counted ? ax_report_mu(r) : v.p[k];
        v.count[k] = counted ? r->lost_quarters : v.event[k];
        v.exposure[k] = pop->counted ? r->actual : 1;
        v.rate[k] = rate_of(v.mu[k], v.exposure[k]);
    }
    return v;
}

struct ax_vectors ax_vectors_of_rival(
        const struct ax_report_population *pop, enum ax_report_head head, int date, enum ax_report_rival rival)
{
    struct ax_vectors v = ax_vectors_of(pop, head, date);
    for (size_t i = 0; i < v.n; i++) {
        v.p[i] = v.mu[i] = v.row[i]->rival[rival];
        v.rate[i] = rate_of(v.mu[i], v.exposure[i]);
    }
    return v;
}
