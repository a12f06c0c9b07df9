/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/pack/lint_rules.h"

/* What ax_tariff_compile takes, since it may be meant, and what has no effect or pays to hide something (ours). */
void ax_lint_tariff(const struct ax_linting *l, const struct ax_tariff *t)
{
    enum { BALANCE_LEAST_PPM = 800000, BALANCE_MOST_PPM = 1250000 };
    const struct ax_tariff_value *standards = t->standardisation;
    const struct ax_tariff_value *accidents = t->accident;
    const struct ax_tariff_value *last = t->loss_count == 0 ? NULL : &t->loss[t->loss_count - 1].value;
    if (standards[0].ppm < standards[AX_STANDARDISATION_LEVEL_NONE].ppm) {
        ax_lint_add(
                l, AX_LINT_SUSPECT, t->id, "standardisation: missing is cheaper than none: who says nothing pays less");
    }
    if (accidents[0].ppm > 0 && accidents[AX_TARIFF_ACCIDENT_SERIOUS].ppm == accidents[0].ppm) {
        ax_lint_add(l, AX_LINT_SUSPECT, t->id, "accident: no accident makes it dearer");
    }
    if (last != NULL && last->ppm <= AX_TARIFF_PPM) {
        ax_lint_add(l, AX_LINT_SUSPECT, t->id, "loss: no ratio makes it dearer");
    }
    if (t->off_balance.ppm < BALANCE_LEAST_PPM || t->off_balance.ppm > BALANCE_MOST_PPM) {
        ax_lint_add(
                l, AX_LINT_SUSPECT, t->id, "off_balance: far from 1, is it of these factors? %u", t->off_balance.ppm);
    }
}
