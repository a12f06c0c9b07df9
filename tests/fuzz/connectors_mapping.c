/* SPDX-License-Identifier: Apache-2.0 */
/* A mapping of any bytes: refused, or whole; one that is whole can be applied to a row. */
#include "connectors/mapper.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void apply(const struct ax_mapping_loaded *mapping, uint32_t table, struct ax_arena *arena)
{
    const struct ax_mapping_table *t = &mapping->yaml->tables[table];
    ax_str header[AX_MAPPING_COLUMNS_MAX];
    ax_str cells[AX_MAPPING_COLUMNS_MAX];
    for (uint32_t i = 0; i < t->columns_count; i++) {
        header[i] = ax_str_c(t->columns[i].name);
        cells[i] = AX_STR("1");
    }
    struct ax_sheet *sheet;
    if (!ax_ok(ax_sheet_bind(mapping, table, header, t->columns_count, arena, &sheet, NULL))) {
        return;
    }
    struct ax_mapper_output *out = AX_ARENA_NEW(arena, struct ax_mapper_output);
    struct ax_mapper_input input = {.cells = cells, .revision = 1, .today = 20000};
    if (out != NULL) {
        (void)!ax_ok(ax_mapper_map(sheet, &input, arena, out, NULL));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ax_mapping_loaded *mapping;
    if (!ax_ok(ax_mapping_load(ax_str_of(data, size), "fuzz", &mapping, NULL))) {
        return 0;
    }
    struct ax_arena arena;
    ax_arena_init(&arena, 64 << 10, 4 << 20);
    for (uint32_t i = 0; i < mapping->yaml->tables_count; i++) {
        apply(mapping, i, &arena);
    }
    ax_arena_deinit(&arena);
    ax_mapping_free(mapping);
    return 0;
}
