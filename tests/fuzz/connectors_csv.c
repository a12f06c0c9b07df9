/* SPDX-License-Identifier: Apache-2.0 */
/* A file of any bytes: read as records, split, mapped by the system that the header fits; every reject maps again. */
#include "base/csv.h"
#include "connectors/connector.h"
#include "connectors/lines.h"

#include <stdio.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void split_all(ax_str bytes, struct ax_arena *arena)
{
    struct ax_lines *lines = ax_lines_of(bytes);
    for (;;) {
        struct ax_lines_record record;
        bool end;
        AX_ASSERT(ax_ok(ax_lines_peek(lines, &record, &end, NULL)));
        if (end) {
            break;
        }
        AX_ASSERT(record.bytes.len <= AX_LINES_RECORD_MAX);
        struct ax_csv_row row;
        ax_arena_reset(arena);
        if (ax_ok(ax_csv_split(record.bytes, arena, &row, NULL))) {
            AX_ASSERT(row.count > 0 && row.count <= AX_CSV_CELLS_MAX);
        }
        ax_lines_skip(lines);
    }
    ax_lines_close(lines);
}

static void map_all(struct ax_source_reader *reader, struct ax_arena *arena)
{
    for (;;) {
        struct ax_source_item item;
        ax_arena_reset(arena);
        if (!ax_ok(ax_source_next(reader, arena, &item, NULL)) || item.kind == AX_SOURCE_END) {
            return;
        }
        AX_ASSERT(item.fact_count <= AX_SOURCE_FACTS_MAX && item.content.len <= AX_SOURCE_ROW_MAX_BYTES);
        if (item.kind == AX_SOURCE_REJECT) {
            struct ax_source_item again;
            (void)!ax_ok(ax_source_row(
                    ax_source_system(reader), item.header, item.content, NULL, 0, 1, 20000, arena, &again, NULL));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ax_arena arena;
    ax_arena_init(&arena, 64 << 10, 4 << 20);
    split_all(ax_str_of(data, size), &arena);
    char path[64];
    (void)snprintf(path, sizeof path, "/tmp/ax_fuzz_csv.%d", (int)getpid());
    FILE *file = fopen(path, "wb");
    AX_ASSERT(file != NULL && fwrite(data, 1, size, file) == size && fclose(file) == 0);
    struct ax_source_options options = {.path = path, .today = 20000};
    struct ax_source_reader *reader;
    if (ax_ok(ax_source_open(&options, &reader, NULL))) {
        map_all(reader, &arena);
        ax_source_close(reader);
    }
    (void)unlink(path);
    ax_arena_deinit(&arena);
    return 0;
}
