/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * One row on its way through a mapping. Borrows sheet, input, arena and error of whoever maps it, who alone uses it. Private to
 * connectors/mapper*.c.
 */
#include "connectors/mapper.h"
#include "connectors/sheet.h"

struct ax_mapping_run {
    const struct ax_sheet *sheet;
    const struct ax_mapper_input *input;
    struct ax_arena *arena;
    struct ax_err *err;
    ax_str variables[AX_MAPPING_COLUMNS_MAX];
    bool derived; /* derived values are those of the columns as they stand */
    bool faulty;  /* one fact was left out; err has why */
};

/* A code of an enterprise in any spelling becomes the one that facts have. AX_LIMIT: arena. */
ax_rc ax_mapping_fold_code(struct ax_mapping_run *run, ax_str *text) AX_MUST_CHECK;
/* The fact of the variables as they stand, if it is wanted. */
ax_rc ax_mapping_make_one(
        struct ax_mapping_run *run, const struct ax_mapping_fact *fact, struct ax_mapper_output *out) AX_MUST_CHECK;
/* One fact for each of the values that are joined in the columns of fact->each. */
ax_rc ax_mapping_make_each(
        struct ax_mapping_run *run, const struct ax_mapping_fact *fact, struct ax_mapper_output *out) AX_MUST_CHECK;
