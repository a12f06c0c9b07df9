/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The system `anxin-facts`: a table whose columns are named like the fields of anxin.v1.Fact, the body's with its name
 * before them (`accident.deaths`), and `kind` naming the body (`accident`). An empty cell is "not stated". Dates are days,
 * money is in 分, enum values are names with or without the enum's prefix, several are joined by ;.
 */
#include "base/csv.h"
#include "scoring/fact.h"

#define AX_TABLE_SYSTEM "anxin-facts"

struct ax_table;

/* Whether the header is of this kind: it has `kind`, `source`, `reference` and `enterprise`. */
bool ax_table_fits(const ax_str *header, size_t count);
ax_rc ax_table_bind(const ax_str *header, size_t count, struct ax_arena *arena, struct ax_table **out,
        struct ax_err *err) AX_MUST_CHECK;
bool ax_table_find(const struct ax_table *table, ax_str name, size_t *cell);
/* `cells` is UTF-8, as many as the header. AX_INVALID names column, value and rule; AX_LIMIT: arena. */
ax_rc ax_table_map(const struct ax_table *table, const ax_str *cells, int64_t revision, int32_t today,
        struct ax_arena *arena, struct ax_fact *out, struct ax_err *err) AX_MUST_CHECK;

/* The other way: the columns that a stream of such facts needs, and one fact as a row (with its line end). */
void ax_table_put_header(struct ax_buf *out);
void ax_table_put_fact(const struct ax_fact *fact, struct ax_buf *out);
