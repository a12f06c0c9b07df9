/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct ax_arena_chunk {
    struct ax_arena_chunk *next;
    size_t size;
    size_t used;
    alignas(max_align_t) uint8_t bytes[];
};

enum { ARENA_ALIGN = alignof(max_align_t), ARENA_CHUNK_MIN = 256 };

void ax_arena_init(struct ax_arena *a, size_t chunk_bytes, size_t cap_bytes)
{
    size_t chunk = chunk_bytes < ARENA_CHUNK_MIN ? ARENA_CHUNK_MIN : chunk_bytes;
    *a = (struct ax_arena){.cap = cap_bytes, .chunk_size = chunk};
}

static void free_chain(struct ax_arena_chunk *chunk)
{
    while (chunk != NULL) {
        struct ax_arena_chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
}

void ax_arena_deinit(struct ax_arena *a)
{
    free_chain(a->first);
    a->first = NULL;
    a->current = NULL;
    a->used = 0;
}

void ax_arena_reset(struct ax_arena *a)
{
    if (a->first == NULL) {
        return;
    }
    if (a->first->size > a->chunk_size) { /* made for one huge block: not worth keeping */
        ax_arena_deinit(a);
        return;
    }
    free_chain(a->first->next);
    a->first->next = NULL;
    a->first->used = 0;
    a->current = a->first;
    a->used = a->first->size;
}

struct ax_arena_mark ax_arena_mark(const struct ax_arena *a)
{
    return (struct ax_arena_mark){a->current, a->current == NULL ? 0 : a->current->used};
}

void ax_arena_rewind(struct ax_arena *a, struct ax_arena_mark mark)
{
    if (mark.chunk == NULL) {
        ax_arena_reset(a);
        return;
    }
    for (const struct ax_arena_chunk *c = mark.chunk->next; c != NULL; c = c->next) {
        a->used -= c->size;
    }
    free_chain(mark.chunk->next);
    mark.chunk->next = NULL;
    mark.chunk->used = mark.used;
    a->current = mark.chunk;
}

static struct ax_arena_chunk *add_chunk(struct ax_arena *a, size_t need)
{
    size_t left = a->cap - a->used;
    if (need > left) {
        return NULL;
    }
    size_t size = need > a->chunk_size ? need : a->chunk_size;
    size = size > left ? left : size;
    struct ax_arena_chunk *chunk = malloc(sizeof *chunk + size);
    if (chunk == NULL) {
        return NULL;
    }
    *chunk = (struct ax_arena_chunk){.size = size};
    if (a->current == NULL) {
        a->first = chunk;
    } else {
        a->current->next = chunk;
    }
    a->current = chunk;
    a->used += size;
    return chunk;
}

void *ax_arena_alloc(struct ax_arena *a, size_t size)
{
    if (size > SIZE_MAX / 2) {
        return NULL;
    }
    size_t need = size == 0 ? ARENA_ALIGN : (size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    struct ax_arena_chunk *chunk = a->current;
    if (chunk == NULL || chunk->size - chunk->used < need) {
        chunk = add_chunk(a, need);
        if (chunk == NULL) {
            return NULL;
        }
    }
    void *block = chunk->bytes + chunk->used;
    chunk->used += need;
    return block;
}

void *ax_arena_zalloc(struct ax_arena *a, size_t size)
{
    void *block = ax_arena_alloc(a, size);
    if (block != NULL) {
        memset(block, 0, size);
    }
    return block;
}

void *ax_arena_zarray(struct ax_arena *a, size_t count, size_t size)
{
    size_t total = 0;
    return __builtin_mul_overflow(count, size, &total) ? NULL : ax_arena_zalloc(a, total);
}

ax_str ax_arena_dup(struct ax_arena *a, ax_str s)
{
    char *copy = s.len == SIZE_MAX ? NULL : ax_arena_alloc(a, s.len + 1);
    if (copy == NULL) {
        return (ax_str){NULL, 0};
    }
    if (s.len != 0) {
        memcpy(copy, s.ptr, s.len);
    }
    copy[s.len] = '\0';
    return (ax_str){copy, s.len};
}

char *ax_arena_printf(struct ax_arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *out = len < 0 ? NULL : ax_arena_alloc(a, (size_t)len + 1);
    if (out == NULL) {
        return NULL;
    }
    va_start(args, format);
    (void)vsnprintf(out, (size_t)len + 1, format, args);
    va_end(args);
    return out;
}
