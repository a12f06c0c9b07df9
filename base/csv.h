/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * One CSV record (RFC 4180) as cells. Cells are given twice: as they stand in the record, so that one can be masked in
 * place, and as what they say. Quotes count at the start of a cell only. Pure; memory comes from the arena.
 */
#include "base/arena.h"

enum { AX_CSV_CELLS_MAX = 512 };

struct ax_csv_row {
    ax_str *raw;  /* with quotes */
    ax_str *text; /* without them, in the record's encoding */
    size_t count;
    bool open; /* the record ends inside the last cell's quotes */
};

/* AX_INVALID: more cells than AX_CSV_CELLS_MAX, or text behind a closing quote; the cells up to there are given all the
 * same. AX_LIMIT: arena. */
ax_rc ax_csv_split(ax_str record, struct ax_arena *arena, struct ax_csv_row *row, struct ax_err *err) AX_MUST_CHECK;
/* Appends a cell, quoted where it must be; `first` leaves the comma out. */
void ax_csv_put(struct ax_buf *out, ax_str text, bool first);
