/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Rows of a population as vectors for the measures: predictions of one head, or of a rival in its place, and outcomes.
 * For counted rows the expected count is taken at the hours that were worked, saturating at four quarters. The vectors
 * own their memory, and borrow the rows. Any thread.
 */
#include "services/lib/report/rows.h"

struct ax_vectors {
    size_t n;
    const struct ax_report_row **row;
    double *p;        /* of the event; counted rows: in the actual hours; of a rival: its own measure of risk */
    double *event;    /* 0 or 1 */
    double *mu;       /* counted rows: expected lost-time quarters in the actual hours; else p */
    double *count;    /* counted rows: lost-time quarters; else the event */
    double *exposure; /* counted rows: actual; else 1 */
    double *rate;     /* mu / exposure, to single precision: peers of one rate stay tied */
};

enum { AX_ALL_DATES = -1 };

/* Rows of one date (or AX_ALL_DATES); counted rows without actual exposure are left out. */
struct ax_vectors ax_vectors_of(const struct ax_report_population *pop, enum ax_report_head head, int date);
struct ax_vectors ax_vectors_of_rival(
        const struct ax_report_population *pop, enum ax_report_head head, int date, enum ax_report_rival rival);
void ax_vectors_deinit(struct ax_vectors *v);

double ax_report_event(const struct ax_report_row *row, enum ax_report_head head);
/* Quarters of a year with an event where λ events are expected: 4 (1 − exp(−λ / 4)). */
double ax_report_saturated(double lambda);
double ax_report_mu(const struct ax_report_row *row); /* at the actual exposure */
