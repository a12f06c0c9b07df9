/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/actuary/decay.h"

#include <math.h>

struct ax_decay ax_decay_new(double half_life_days, double day)
{
    return (struct ax_decay){half_life_days, day, 0};
}

double ax_decay_at(const struct ax_decay *s, double day)
{
    return s->sum * exp2(-(day - s->day) / s->half_life_days);
}

void ax_decay_add(struct ax_decay *s, double day, double weight)
{
    if (day > s->day) {
        s->sum = ax_decay_at(s, day);
        s->day = day;
    }
    s->sum += weight * exp2(-(s->day - day) / s->half_life_days);
}

void ax_decay_add_span(struct ax_decay *s, double from, double to, double rate)
{
    double whole = s->half_life_days / log(2) * (1 - exp2(-(to - from) / s->half_life_days));
    ax_decay_add(s, to, rate * whole);
}
