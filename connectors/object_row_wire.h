/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Rows of a mapping's table as JSON objects, one a line: a member is a column, in any of its spellings; a list of objects is
 * the list that an `each` of the table names. Every row becomes the CSV row that says the same, and goes on as that. Any
 * thread.
 */
#include "connectors/mapper.h"

/* The header of the table that fits the first line's members best: all its columns. Arena memory. */
ax_rc ax_object_header(const struct ax_mapping_loaded *mapping, ax_str line, struct ax_arena *arena, ax_str *header,
        struct ax_err *err) AX_MUST_CHECK;
/* The row of a sheet with that header. AX_INVALID: no JSON object, a member that is no column, a value that is no text,
 * number, true or false; *row then holds what was understood before. AX_LIMIT: arena. */
ax_rc ax_object_row(const struct ax_sheet *sheet, ax_str line, struct ax_arena *arena, ax_str *row,
        struct ax_err *err) AX_MUST_CHECK;
