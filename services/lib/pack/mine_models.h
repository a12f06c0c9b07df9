/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Risk models of mines by id: which one a mine has follows from its panel, and no fact says it. `anxin fit` makes them,
 * `anxin predict` finds them, `anxin pack check` knows that they are found so. Pure; any thread. */
#include "base/bytes.h"

enum ax_mine_model {
    AX_MINE_MODEL_CALENDAR_OTHER,
    AX_MINE_MODEL_CALENDAR_COAL,
    AX_MINE_MODEL_HOURS_UNDERGROUND,
    AX_MINE_MODEL_HOURS_SURFACE,
    AX_MINE_MODELS,
};

static inline const char *ax_mine_model_id(enum ax_mine_model model)
{
    static const char *const ids[AX_MINE_MODELS] = {
            "calendar-other", "calendar-coal", "hours-underground", "hours-surface"};
    return ids[model];
}

static inline bool ax_mine_model_is(ax_str id)
{
    for (int i = 0; i < AX_MINE_MODELS; i++) {
        if (ax_str_eq(id, ax_str_c(ax_mine_model_id((enum ax_mine_model)i)))) {
            return true;
        }
    }
    return false;
}
