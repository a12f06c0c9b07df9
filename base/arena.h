/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A capped arena: everything one request allocates, freed at once. Allocation past the cap, or out of memory, gives NULL
 * and is counted by nobody: the caller answers AX_LIMIT. The cap counts whole chunks, so padding cannot pass it. Blocks
 * are aligned for any type and not zeroed. One thread at a time. A reset keeps the first chunk, so a recycled request
 * allocates nothing.
 */
#include "base/bytes.h"

struct ax_arena_chunk;

struct ax_arena {
    struct ax_arena_chunk *first;
    struct ax_arena_chunk *current;
    size_t used; /* bytes of all chunks */
    size_t cap;
    size_t chunk_size;
};

void ax_arena_init(struct ax_arena *a, size_t chunk_bytes, size_t cap_bytes);
void ax_arena_deinit(struct ax_arena *a);
void ax_arena_reset(struct ax_arena *a);
/* Frees what was allocated after the mark was made; marks made after it are void. */
struct ax_arena_mark {
    struct ax_arena_chunk *chunk; /* NULL: nothing had been allocated */
    size_t used;
};
struct ax_arena_mark ax_arena_mark(const struct ax_arena *a);
void ax_arena_rewind(struct ax_arena *a, struct ax_arena_mark mark);
void *ax_arena_alloc(struct ax_arena *a, size_t size);
void *ax_arena_zalloc(struct ax_arena *a, size_t size);
void *ax_arena_zarray(struct ax_arena *a, size_t count, size_t size); /* NULL where the product overflows */
/* Copies the bytes (a NUL is added behind them, not counted). On failure .ptr is NULL. */
ax_str ax_arena_dup(struct ax_arena *a, ax_str s);
char *ax_arena_printf(struct ax_arena *a, const char *format, ...) AX_PRINTF(2, 3);

#define AX_ARENA_NEW(arena, type) ((type *)ax_arena_zalloc((arena), sizeof(type)))
#define AX_ARENA_ARRAY(arena, type, count) ((type *)ax_arena_zarray((arena), (count), sizeof(type)))
