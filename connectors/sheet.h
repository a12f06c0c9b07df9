/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a sheet is made of; for sheet.c and mapper.c only. */
#include "connectors/mapper.h"

enum { AX_SHEET_NO_CELL = 0xFFFF };

struct ax_sheet {
    const struct ax_mapping *mapping;
    const struct ax_mapping_table *table;
    const ax_str *header;
    size_t count;
    uint16_t column_of[AX_CSV_CELLS_MAX];     /* of a cell */
    uint16_t cell_of[AX_MAPPING_COLUMNS_MAX]; /* of a column, AX_SHEET_NO_CELL where it is not there */
};
