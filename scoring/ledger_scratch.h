/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Memory for one call: from the arena, or, where that is full, from the heap and freed at the end. Private to
 * scoring/ledger*.c; of the thread that calls. */
#include "base/arena.h"
#include "base/rc.h"

struct ax_ledger_scratch {
    struct ax_arena *arena;
    void *owned[4];
    size_t count;
};

static inline void *ax_ledger_scratch_alloc(struct ax_ledger_scratch *s, size_t size)
{
    void *block = s->arena == NULL ? NULL : ax_arena_alloc(s->arena, size);
    if (block == NULL) {
        AX_ASSERT(s->count < sizeof s->owned / sizeof s->owned[0]);
        block = s->owned[s->count++] = ax_xrealloc(NULL, size);
    }
    return block;
}

static inline void ax_ledger_scratch_free(struct ax_ledger_scratch *s)
{
    for (size_t i = 0; i < s->count; i++) {
        ax_xfree(s->owned[i]);
    }
}
