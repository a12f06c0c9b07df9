/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/actuary/ncci.h"

struct ax_ncci_losses ax_ncci_expected(const struct ax_ncci_class *c)
{
    double expected = c->payroll * c->elr / 100;
    double primary = expected * c->d_ratio;
    return (struct ax_ncci_losses){primary, expected - primary};
}

struct ax_ncci_losses ax_ncci_actual(const struct ax_ncci_claim *c, double split, double limit)
{
    double amount = limit > 0 && c->amount > limit ? limit : c->amount;
    double primary = amount < split ? amount : split;
    double share = c->medical_only ? 0.3 : 1;
    return (struct ax_ncci_losses){share * primary, share * (amount - primary)};
}

struct ax_ncci_plan ax_ncci_plan_of(double expected, double zp, double ze)
{
    return (struct ax_ncci_plan){expected * (1 - zp) / zp, ze / zp};
}

struct ax_ncci_plan ax_ncci_plan_gillam(double expected, double g, double *j)
{
    double e = expected;
    double b = e * (0.10 * e + 2570 * g) / (e + 700 * g);
    *j = e * (0.75 * e + 203825 * g) / (e + 5100 * g);
    b = b < 7500 ? 7500 : b;
    *j = *j < 150000 ? 150000 : *j;
    return (struct ax_ncci_plan){b, (e + b) / (e + *j)};
}

double ax_ncci_mod(struct ax_ncci_losses actual, struct ax_ncci_losses expected, struct ax_ncci_plan plan)
{
    double e = expected.primary + expected.excess;
    return (actual.primary + plan.w * actual.excess + (1 - plan.w) * expected.excess + plan.b) / (e + plan.b);
}

double ax_ncci_mod_credibility(struct ax_ncci_losses actual, struct ax_ncci_losses expected, double zp, double ze)
{
    double e = expected.primary + expected.excess;
    return (zp * actual.primary + (1 - zp) * expected.primary + ze * actual.excess + (1 - ze) * expected.excess) / e;
}
