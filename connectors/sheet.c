/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sheet.h"

#include "connectors/charset.h"

#include <stdio.h>

static bool find_column(const struct ax_mapping_table *table, ax_str folded, uint16_t *column)
{
    for (uint32_t i = 0; i < table->columns_count; i++) {
        for (uint32_t j = 0; j <= table->columns[i].aliases_count; j++) {
            if (ax_str_eq(table->columns[i].spellings[j], folded)) {
                *column = (uint16_t)i;
                return true;
            }
        }
    }
    return false;
}

static size_t known_columns(
        const struct ax_mapping_table *table, const ax_str *header, size_t count, struct ax_arena *arena, bool *whole)
{
    uint64_t seen[AX_MAPPING_COLUMNS_MAX / 64] = {0};
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        ax_str folded;
        uint16_t column;
        if (ax_ok(ax_charset_fold(header[i], arena, &folded)) && find_column(table, folded, &column)) {
            known++;
            seen[column / 64] |= UINT64_C(1) << (column % 64);
        }
    }
    *whole = known == count;
    for (uint32_t i = 0; i < table->columns_count; i++) {
        bool there = (seen[i / 64] >> (i % 64) & 1) != 0;
        *whole = *whole && (there || !table->columns[i].required);
    }
    return known;
}

size_t ax_sheet_fit(const struct ax_mapping_loaded *mapping, const ax_str *header, size_t count, struct ax_arena *arena,
        uint32_t *best, bool *whole)
{
    size_t most = 0;
    *best = 0;
    *whole = false;
    for (uint32_t i = 0; i < mapping->yaml->tables_count; i++) {
        bool fits;
        size_t known = known_columns(&mapping->yaml->tables[i], header, count, arena, &fits);
        if ((fits && !*whole) || (fits == *whole && known > most)) {
            *best = i;
            *whole = fits;
            most = known;
        }
    }
    return most;
}

/* "a, b, c" of the table's columns, as much as there is room for. */
static const char *list_columns(const struct ax_mapping_table *table, char *buf, size_t size)
{
    size_t at = 0;
    buf[0] = '\0';
    for (uint32_t i = 0; i < table->columns_count && at + 8 < size; i++) {
        int n = snprintf(buf + at, size - at, "%s%s", i == 0 ? "" : ", ", table->columns[i].name);
        at += n < 0 ? 0 : (size_t)n;
    }
    return buf;
}

static ax_rc check_required(const struct ax_sheet *sheet, struct ax_err *err)
{
    for (uint32_t i = 0; i < sheet->table->columns_count; i++) {
        const struct ax_mapping_column *c = &sheet->table->columns[i];
        if (c->required && sheet->cell_of[i] == AX_SHEET_NO_CELL) {
            return ax_fail_field(err, AX_INVALID, c->name, NULL, 0, "the file lacks this column, which %s/%s must have",
                    sheet->mapping->name, sheet->table->name);
        }
    }
    return AX_RC(OK);
}

ax_rc ax_sheet_bind(const struct ax_mapping_loaded *mapping, uint32_t table, const ax_str *header, size_t count,
        struct ax_arena *arena, struct ax_sheet **out, struct ax_err *err)
{
    struct ax_sheet *sheet = AX_ARENA_NEW(arena, struct ax_sheet);
    if (sheet == NULL || count > AX_CSV_CELLS_MAX) {
        return ax_fail(err, AX_LIMIT, "no memory for the header");
    }
    *sheet = (struct ax_sheet){
            .mapping = mapping->yaml, .table = &mapping->yaml->tables[table], .header = header, .count = count};
    memset(sheet->cell_of, 0xFF, sizeof sheet->cell_of);
    for (size_t i = 0; i < count; i++) {
        ax_str folded;
        if (!ax_ok(ax_charset_fold(header[i], arena, &folded))) {
            return ax_fail(err, AX_LIMIT, "no memory for the header");
        }
        uint16_t column;
        if (!find_column(sheet->table, folded, &column)) {
            char known[160];
            return ax_fail_field(err, AX_INVALID, "header", header[i].ptr, header[i].len,
                    "unknown column; %s/%s knows: %s", sheet->mapping->name, sheet->table->name,
                    list_columns(sheet->table, known, sizeof known));
        }
        if (sheet->cell_of[column] != AX_SHEET_NO_CELL) {
            return ax_fail_field(err, AX_INVALID, "header", header[i].ptr, header[i].len,
                    "this column stands there twice (%s)", sheet->table->columns[column].name);
        }
        sheet->column_of[i] = column;
        sheet->cell_of[column] = (uint16_t)i;
    }
    AX_TRY(check_required(sheet, err));
    *out = sheet;
    return AX_RC(OK);
}

size_t ax_sheet_columns(const struct ax_sheet *sheet)
{
    return sheet->count;
}

const struct ax_mapping_table *ax_sheet_table(const struct ax_sheet *sheet)
{
    return sheet->table;
}

enum ax_mapping_personal ax_sheet_personal(const struct ax_sheet *sheet, size_t cell)
{
    return sheet->table->columns[sheet->column_of[cell]].personal;
}

bool ax_sheet_find(const struct ax_sheet *sheet, ax_str name, struct ax_arena *arena, size_t *cell)
{
    ax_str folded;
    uint16_t column;
    if (!ax_ok(ax_charset_fold(name, arena, &folded)) || !find_column(sheet->table, folded, &column) ||
            sheet->cell_of[column] == AX_SHEET_NO_CELL) {
        return false;
    }
    *cell = sheet->cell_of[column];
    return true;
}
