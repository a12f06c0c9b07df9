/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/property/wire_random.h"

#include "scoring/day.h"

uint64_t random_next(struct random *r) /* splitmix64 */
{
    uint64_t z = r->state += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

uint64_t random_below(struct random *r, uint64_t bound)
{
    return random_next(r) % bound;
}

static ax_str random_text(struct random *r, struct ax_arena *arena, size_t max)
{
    static const char *const pieces[] = {"a", "Z", "0", " ", "\"", "\\", "/", "煤", "矿", "é", "𠮷", "-", "\x7f", "<"};
    size_t count = 1 + random_below(r, max == 0 || max > 40 ? 40 : max);
    struct ax_buf text;
    ax_buf_init(&text, 1024);
    for (size_t i = 0; i < count; i++) {
        ax_buf_put_str(&text, ax_str_c(pieces[random_below(r, sizeof pieces / sizeof pieces[0])]));
    }
    ax_str copy = ax_arena_dup(arena, ax_buf_str(&text));
    ax_buf_deinit(&text);
    AX_ASSERT(copy.ptr != NULL);
    return copy;
}

/* Small ones, large ones, the ends. */
static uint64_t random_number(struct random *r)
{
    return random_next(r) >> random_below(r, 64);
}

static void fill_set(struct random *r, struct ax_arena *arena, struct ax_strs *set)
{
    static const char *const texts[] = {"a", "aa", "b", "煤", "矿"};
    set->items = AX_ARENA_ARRAY(arena, ax_str, 5);
    set->count = 0;
    for (size_t i = 0; i < 5; i++) {
        if (random_below(r, 2) == 0) {
            set->items[set->count++] = ax_str_c(texts[i]);
        }
    }
}

static void fill_list(struct random *r, const struct ax_field *f, struct ax_arena *arena, struct ax_list *list)
{
    list->count = random_below(r, 4);
    list->items = ax_arena_zalloc(arena, list->count * f->message->struct_size);
    for (size_t i = 0; i < list->count; i++) {
        random_fill(r, f->message, arena, (uint8_t *)list->items + i * f->message->struct_size);
    }
}

static void fill_field(struct random *r, const struct ax_field *f, struct ax_arena *arena, void *member)
{
    switch ((enum ax_field_type)f->type) {
    case AX_T_STR:
    case AX_T_BYTES:
        *(ax_str *)member = random_text(r, arena, f->max);
        break;
    case AX_T_HEX:
        for (size_t i = 0; i < AX_DIGEST_SIZE; i++) {
            ((uint8_t *)member)[i] = (uint8_t)random_next(r);
        }
        break;
    case AX_T_DATE:
        *(int32_t *)member = AX_DAY_MIN + (int32_t)random_below(r, AX_DAY_MAX - AX_DAY_MIN + 1);
        break;
    case AX_T_I64:
    case AX_T_U64:
        *(uint64_t *)member = random_number(r);
        break;
    case AX_T_I32:
    case AX_T_U32:
        *(uint32_t *)member = (uint32_t)random_number(r);
        break;
    case AX_T_ENUM:
        *(int32_t *)member = (int32_t)random_below(r, (uint64_t)f->max + 1);
        break;
    case AX_T_BOOL:
        *(bool *)member = true;
        break;
    case AX_T_MSG:
        random_fill(r, f->message, arena, member);
        break;
    case AX_T_STR_SET:
        fill_set(r, arena, member);
        break;
    case AX_T_ENUM_SET:
        *(uint32_t *)member = (uint32_t)random_next(r) & (((uint32_t)2 << f->max) - 2);
        break;
    case AX_T_MSG_LIST:
        fill_list(r, f, arena, member);
        break;
    }
}

void random_fill(struct random *r, const struct ax_message *m, struct ax_arena *arena, void *data)
{
    ax_message_init(m, data);
    size_t members = 0;
    for (size_t i = 0; i < m->field_count; i++) {
        members += m->fields[i].oneof_case != 0;
    }
    size_t chosen = random_below(r, members + 1); /* the last: none */
    for (size_t i = 0, member = 0; i < m->field_count; i++) {
        const struct ax_field *f = &m->fields[i];
        if (f->oneof_case != 0) {
            if (member++ == chosen) {
                *(int32_t *)(void *)((uint8_t *)data + f->oneof_case) = (int32_t)f->number;
                fill_field(r, f, arena, (uint8_t *)data + f->offset);
            }
        } else if (random_below(r, 3) != 0) {
            fill_field(r, f, arena, (uint8_t *)data + f->offset);
        }
    }
}
