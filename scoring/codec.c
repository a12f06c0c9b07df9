/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/codec_wire.h"

const struct ax_field *ax_message_field(const struct ax_message *m, uint32_t number)
{
    for (size_t i = 0; i < m->field_count; i++) {
        if (m->fields[i].number == number) {
            return &m->fields[i];
        }
    }
    return NULL;
}

/* Members of a oneof share memory and are made ready when they are chosen; a fresh struct has none chosen. */
static void init_dates(const struct ax_message *m, uint8_t *data)
{
    for (size_t i = 0; i < m->field_count; i++) {
        const struct ax_field *f = &m->fields[i];
        if (f->type == AX_T_DATE && f->oneof_case == 0) {
            *(int32_t *)(void *)(data + f->offset) = AX_DAY_NONE;
        }
    }
}

/* Inline messages are one level deep by rule: an inline message has none itself outside a oneof. */
void ax_message_init(const struct ax_message *m, void *data)
{
    uint8_t *at = data;
    memset(data, 0, m->struct_size);
    for (size_t i = 0; i < m->field_count; i++) {
        const struct ax_field *f = &m->fields[i];
        if (f->oneof_case != 0) {
            continue;
        }
        if (f->type == AX_T_DATE) {
            *(int32_t *)(void *)(at + f->offset) = AX_DAY_NONE;
        } else if (f->type == AX_T_MSG) {
            init_dates(f->message, at + f->offset);
        }
    }
}

static void put_tag(const struct ax_field *f, uint64_t wire, struct ax_buf *out)
{
    ax_buf_put_varint(out, (uint64_t)f->number << 3 | wire);
}

static void put_number(const struct ax_field *f, uint64_t value, bool chosen, struct ax_buf *out)
{
    if (value != 0 || chosen) {
        put_tag(f, AX_WIRE_VARINT, out);
        ax_buf_put_varint(out, value);
    }
}

static void put_bytes(const struct ax_field *f, ax_str s, bool always, struct ax_buf *out)
{
    if (s.len != 0 || always) {
        put_tag(f, AX_WIRE_LENGTH, out);
        ax_buf_put_varint(out, s.len);
        ax_buf_put_str(out, s);
    }
}

static void put_hex(const struct ax_field *f, const uint8_t *digest, bool chosen, struct ax_buf *out)
{
    static const uint8_t zero[AX_DIGEST_SIZE];
    if (memcmp(digest, zero, sizeof zero) != 0 || chosen) {
        char text[AX_DIGEST_HEX_SIZE];
        ax_hex(digest, AX_DIGEST_SIZE, text);
        put_bytes(f, ax_str_of(text, AX_DIGEST_HEX_SIZE - 1), true, out);
    }
}

static void put_date(const struct ax_field *f, int32_t day, bool chosen, struct ax_buf *out)
{
    char text[AX_DAY_TEXT_SIZE];
    if (day != AX_DAY_NONE || chosen) {
        put_bytes(f, ax_str_c(ax_day_format(day, text)), true, out);
    }
}

static void put_enum_set(const struct ax_field *f, uint32_t mask, struct ax_buf *out)
{
    if (mask == 0) {
        return;
    }
    /* Values 1 to 31 take one byte each. */
    put_tag(f, AX_WIRE_LENGTH, out);
    ax_buf_put_varint(out, (uint64_t)__builtin_popcount(mask));
    for (uint32_t value = 1; value < 32; value++) {
        if ((mask >> value & 1) != 0) {
            ax_buf_put_u8(out, (uint8_t)value);
        }
    }
}

static void put_scalar(const struct ax_field *f, const uint8_t *data, bool chosen, struct ax_buf *out)
{
    const void *at = data + f->offset;
    switch ((enum ax_field_type)f->type) {
    case AX_T_STR:
    case AX_T_BYTES:
        put_bytes(f, *(const ax_str *)at, chosen, out);
        break;
    case AX_T_HEX:
        put_hex(f, at, chosen, out);
        break;
    case AX_T_DATE:
        put_date(f, *(const int32_t *)at, chosen, out);
        break;
    case AX_T_I64:
        put_number(f, (uint64_t) * (const int64_t *)at, chosen, out);
        break;
    case AX_T_I32:
    case AX_T_ENUM:
        put_number(f, (uint64_t)(int64_t) * (const int32_t *)at, chosen, out);
        break;
    case AX_T_U64:
        put_number(f, *(const uint64_t *)at, chosen, out);
        break;
    case AX_T_U32:
        put_number(f, *(const uint32_t *)at, chosen, out);
        break;
    case AX_T_BOOL:
        put_number(f, *(const bool *)at ? 1 : 0, chosen, out);
        break;
    case AX_T_STR_SET: {
        const struct ax_strs *set = at;
        for (size_t i = 0; i < set->count; i++) {
            put_bytes(f, set->items[i], true, out);
        }
        break;
    }
    case AX_T_ENUM_SET:
        put_enum_set(f, *(const uint32_t *)at, out);
        break;
    case AX_T_MSG:
    case AX_T_MSG_LIST:
        break; /* the caller's */
    }
}

struct frame {
    const struct ax_message *m;
    const uint8_t *data;
    size_t next;    /* field */
    size_t item;    /* of the list in hand */
    size_t begin;   /* where its tag stands, to take an empty one back */
    size_t content; /* where its content begins, behind one byte for the length */
    bool always;    /* written even where empty: in a oneof or list */
};

static const void *child_of(struct frame *f, const struct ax_field *field, bool chosen, bool *always)
{
    if (field->type == AX_T_MSG_LIST) {
        const struct ax_list *list = (const void *)(f->data + field->offset);
        *always = true;
        return f->item < list->count ? (const uint8_t *)list->items + f->item * field->message->struct_size : NULL;
    }
    *always = chosen;
    return f->item == 0 ? f->data + field->offset : NULL;
}

/* The length was left one byte; a longer one pushes the content up. */
static void close_frame(const struct frame *f, struct ax_buf *out)
{
    if (out->failed) {
        return;
    }
    size_t len = out->len - f->content;
    if (len == 0 && !f->always) {
        out->len = f->begin;
        return;
    }
    uint8_t bytes[AX_VARINT_MAX];
    size_t bytes_len = ax_varint_write(bytes, len);
    if (bytes_len > 1 && ax_buf_grow(out, bytes_len - 1) == NULL) {
        return;
    }
    memmove(out->ptr + f->content + bytes_len - 1, out->ptr + f->content, len);
    memcpy(out->ptr + f->content - 1, bytes, bytes_len);
}

static bool is_left_out(const struct ax_field *field, const uint8_t *data, bool content_only, bool *chosen)
{
    *chosen = false;
    if (content_only && (field->flags & AX_F_NOT_CONTENT) != 0) {
        return true;
    }
    if (field->oneof_case == 0) {
        return false;
    }
    *chosen = *(const int32_t *)(const void *)(data + field->oneof_case) == field->number;
    return !*chosen;
}

void ax_encode(const struct ax_message *m, const void *data, bool content_only, struct ax_buf *out)
{
    struct frame stack[AX_CODEC_DEPTH_MAX] = {{.m = m, .data = data}};
    size_t depth = 1;
    while (depth > 0) {
        struct frame *f = &stack[depth - 1];
        AX_ASSERT(f->data != NULL);
        if (f->next == f->m->field_count) {
            if (--depth > 0) {
                close_frame(f, out);
            }
            continue;
        }
        const struct ax_field *field = &f->m->fields[f->next];
        bool chosen;
        if (is_left_out(field, f->data, content_only, &chosen)) {
            f->next++;
            continue;
        }
        if (field->type != AX_T_MSG && field->type != AX_T_MSG_LIST) {
            put_scalar(field, f->data, chosen, out);
            f->next++;
            continue;
        }
        bool always;
        const void *child = child_of(f, field, chosen, &always);
        if (child == NULL) {
            f->next++;
            f->item = 0;
            continue;
        }
        f->item++;
        AX_ASSERT(depth < AX_CODEC_DEPTH_MAX);
        size_t begin = out->len;
        put_tag(field, AX_WIRE_LENGTH, out);
        ax_buf_put_u8(out, 0);
        stack[depth++] = (struct frame){field->message, child, 0, 0, begin, out->len, always};
    }
}
