/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of JSON as rows of a system (accident-report): facts, or rejects that map again; one accident's shares never exceed the whole. */
#include "connectors/connector.h"

#include <stdio.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(const struct ax_source_item *item, struct ax_arena *arena)
{
    uint64_t shares = 0;
    for (size_t i = 0; i < item->fact_count; i++) {
        shares += item->facts[i].accident.share_percent;
    }
    AX_ASSERT(shares <= 100 && item->fact_count <= AX_SOURCE_FACTS_MAX);
    if (item->kind == AX_SOURCE_REJECT) {
        struct ax_source_item again;
        AX_ASSERT(item->content.len <= 2 * AX_SOURCE_ROW_MAX_BYTES);
        (void)!ax_ok(
                ax_source_row("accident-report", item->header, item->content, NULL, 0, 1, 20300, arena, &again, NULL));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ax_arena arena;
    char path[64];
    ax_arena_init(&arena, 64 << 10, 8 << 20);
    (void)snprintf(path, sizeof path, "/tmp/ax_fuzz_object.%d", (int)getpid());
    FILE *file = fopen(path, "wb");
    AX_ASSERT(file != NULL && fwrite(data, 1, size, file) == size && fclose(file) == 0);
    struct ax_source_options options = {.path = path, .system = "accident-report", .today = 20300};
    struct ax_source_reader *reader;
    if (ax_ok(ax_source_open(&options, &reader, NULL))) {
        struct ax_source_item item = {.kind = AX_SOURCE_FACTS};
        ax_arena_reset(&arena);
        while (ax_ok(ax_source_next(reader, &arena, &item, NULL)) && item.kind != AX_SOURCE_END) {
            look_at(&item, &arena);
            ax_arena_reset(&arena);
        }
        ax_source_close(reader);
    }
    (void)unlink(path);
    ax_arena_deinit(&arena);
    return 0;
}
