/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Exponentially decayed sums: S(t) = Σ w · 2^(−(t − t_i) / h) over events up to t. The state of one event after another is
 * exact for any split into batches; an event that comes late is decayed to the day the state stands at. Pure.
 */
struct ax_decay {
    double half_life_days;
    double day; /* the state is for this day */
    double sum;
};

struct ax_decay ax_decay_new(double half_life_days, double day);
/* Moves the state to the event's day where that is later. */
void ax_decay_add(struct ax_decay *s, double day, double weight);
/* Exposure that comes evenly, `rate` a day, from day `from` to day `to`: its decayed integral. */
void ax_decay_add_span(struct ax_decay *s, double from, double to, double rate);
double ax_decay_at(const struct ax_decay *s, double day); /* day ≥ s->day */
