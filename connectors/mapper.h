/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A mapping applied to the rows of one table. A sheet is the table's header bound to a mapping; immutable once made, it
 * borrows the mapping and lives in the arena it was made in.
 */
#include "base/csv.h"
#include "connectors/mapping.h"

struct ax_sheet;

struct ax_mapper_input {
    const ax_str *cells; /* UTF-8, as many as the header has */
    int64_t revision;    /* where the source states none */
    int32_t today;
};

struct ax_mapper_output {
    struct ax_fact facts[AX_MAPPING_FACTS_MAX];
    size_t count;
    bool natural_person; /* the row is about one: refused, and all that is about the subject is personal */
};

/* How well the header fits the mapping's best table: columns that are known. `best` is that table's index. */
size_t ax_sheet_fit(const struct ax_mapping_loaded *mapping, const ax_str *header, size_t count, struct ax_arena *arena,
        uint32_t *best, bool *whole);
/* Names (UTF-8) of all columns. AX_INVALID: unknown, missing or doubled columns, named. */
ax_rc ax_sheet_bind(const struct ax_mapping_loaded *mapping, uint32_t table, const ax_str *header, size_t count,
        struct ax_arena *arena, struct ax_sheet **out, struct ax_err *err) AX_MUST_CHECK;
size_t ax_sheet_columns(const struct ax_sheet *sheet);
const struct ax_mapping_table *ax_sheet_table(const struct ax_sheet *sheet);
enum ax_mapping_personal ax_sheet_personal(const struct ax_sheet *sheet, size_t cell);
/* The cell of a column in any spelling; false: no such column here. */
bool ax_sheet_find(const struct ax_sheet *sheet, ax_str name, struct ax_arena *arena, size_t *cell);
/* Whether the row is one that the mapping refuses: about a natural person. */
bool ax_mapper_refuses(const struct ax_sheet *sheet, const ax_str *cells);
/* Facts are arena memory. AX_INVALID names column, value and rule; facts that are there all the same stand, where only one of
 * a list of those without (struct ax_mapping_each) is at fault. AX_LIMIT: arena. */
ax_rc ax_mapper_map(const struct ax_sheet *sheet, const struct ax_mapper_input *input, struct ax_arena *arena,
        struct ax_mapper_output *out, struct ax_err *err) AX_MUST_CHECK;
