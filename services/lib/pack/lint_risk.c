/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/pack/lint_rules.h"

/* Of a panel it is known what no fact says: `anxin predict` asks for these by id (services/lib/model/predict.h). */
static bool is_found_by_id(ax_str id)
{
    static const ax_str ids[] = {
            {"calendar-coal", 13}, {"calendar-other", 14}, {"hours-underground", 17}, {"hours-surface", 13}};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        if (ax_str_eq(ids[i], id)) {
            return true;
        }
    }
    return false;
}

/* The prefix that both are for; NULL: none. "": both are for all industries. */
static const ax_str *common(const struct ax_strs *a, const struct ax_strs *b)
{
    static const ax_str all = {"", 0};
    for (size_t i = 0; i < a->count; i++) {
        for (size_t j = 0; j < b->count; j++) {
            if (ax_str_eq(a->items[i], b->items[j])) {
                return &a->items[i];
            }
        }
    }
    return a->count == 0 && b->count == 0 ? &all : NULL;
}

/* Of two models of a unit with the same prefix the first is everybody's (ax_risk_model_of). */
void ax_lint_risk(const struct ax_linting *l, const struct ax_risk_edition *e)
{
    for (size_t i = 1; i < e->model_count; i++) {
        const struct ax_risk_model *m = &e->models[i];
        bool told = is_found_by_id(m->id);
        for (size_t j = 0; j < i && !told; j++) {
            const ax_str *both = e->models[j].unit == m->unit ? common(&m->industries, &e->models[j].industries) : NULL;
            told = both != NULL;
            if (told) {
                ax_lint_add(l, AX_LINT_UNREACHABLE, m->id,
                        "nobody gets this model for industry \"%.*s\": %.*s has the same unit and stands before it",
                        AX_ARG(*both), AX_ARG(e->models[j].id));
            }
        }
    }
}
