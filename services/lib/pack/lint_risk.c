/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/pack/lint_rules.h"
#include "services/lib/pack/mine_models.h"

/* Of two models of a unit with the same prefix the first is everybody's (ax_risk_model_of). */
void ax_lint_risk(const struct ax_linting *l, const struct ax_risk_edition *e)
{
    for (size_t i = 1; i < e->model_count; i++) {
        const struct ax_risk_model *m = &e->models[i];
        bool told = ax_mine_model_is(m->id);
        for (size_t j = 0; j < i && !told; j++) {
            const ax_str *both =
                    e->models[j].unit == m->unit ? ax_prefixes_common(&m->industries, &e->models[j].industries) : NULL;
            told = both != NULL;
            if (told) {
                ax_lint_add(l, AX_LINT_UNREACHABLE, m->id,
                        "nobody gets this model for industry \"%.*s\": %.*s has the same unit and stands before it",
                        AX_ARG(*both), AX_ARG(e->models[j].id));
            }
        }
    }
}
