/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The strict decoder. Fields ascend, so one walk along the table finds each; scalars and strings need no memory, lists are
 * counted before they are read. Nested messages go on a small stack instead of a call.
 */
#include "scoring/codec_wire.h"

struct frame {
    const struct ax_message *m;
    uint8_t *data;
    struct ax_cursor in;
    size_t next;                 /* field: the first that may still come */
    const struct ax_field *list; /* the list in hand, or NULL */
    size_t item;
};

struct decoder {
    struct frame stack[AX_CODEC_DEPTH_MAX];
    size_t depth;
    struct ax_arena *arena;
    struct ax_err *err;
};

static ax_rc corrupt(struct decoder *d, const struct ax_field *f, const char *rule)
{
    return ax_fail_field(d->err, AX_CORRUPT, f == NULL ? d->stack[d->depth - 1].m->name : f->name, NULL, 0, "%s", rule);
}

static ax_rc read_number(struct decoder *d, const struct ax_field *f, struct ax_cursor *in, void *at)
{
    uint64_t value;
    if (!ax_varint_read(in, &value)) {
        return corrupt(d, f, "a minimal varint");
    }
    if (value == 0 && f->oneof_case == 0) {
        return corrupt(d, f, "default values are not written");
    }
    bool fits = true;
    switch ((enum ax_field_type)f->type) {
    case AX_T_I64:
        *(int64_t *)at = (int64_t)value;
        break;
    case AX_T_U64:
        *(uint64_t *)at = value;
        break;
    case AX_T_I32:
        *(int32_t *)at = (int32_t)(int64_t)value;
        fits = (int64_t)value >= INT32_MIN && (int64_t)value <= INT32_MAX;
        break;
    case AX_T_ENUM:
        *(int32_t *)at = (int32_t)value;
        fits = value <= INT32_MAX;
        break;
    case AX_T_U32:
        *(uint32_t *)at = (uint32_t)value;
        fits = value <= UINT32_MAX;
        break;
    case AX_T_BOOL:
        *(bool *)at = value != 0;
        fits = value <= 1;
        break;
    case AX_T_STR:
    case AX_T_BYTES:
    case AX_T_HEX:
    case AX_T_DATE:
    case AX_T_MSG:
    case AX_T_STR_SET:
    case AX_T_ENUM_SET:
    case AX_T_MSG_LIST:
        AX_ASSERT(false);
    }
    return fits ? AX_RC(OK) : corrupt(d, f, "a number that fits its type");
}

static ax_rc read_length(struct decoder *d, const struct ax_field *f, struct ax_cursor *in, ax_str *out)
{
    uint64_t len;
    if (!ax_varint_read(in, &len) || len > ax_cursor_left(in)) {
        return corrupt(d, f, "a length that ends within the message");
    }
    *out = ax_str_of(in->at, (size_t)len);
    in->at += len;
    return AX_RC(OK);
}

static ax_rc read_enum_set(struct decoder *d, const struct ax_field *f, ax_str s, uint32_t *mask)
{
    uint32_t set = 0;
    uint8_t last = 0;
    for (size_t i = 0; i < s.len; i++) {
        uint8_t value = (uint8_t)s.ptr[i];
        if (value <= last || value > 31) {
            return corrupt(d, f, "values of a set ascend, 1 to 31");
        }
        set |= UINT32_C(1) << value;
        last = value;
    }
    *mask = set;
    return AX_RC(OK);
}

static bool is_zero(const uint8_t *digest)
{
    static const uint8_t zero[AX_DIGEST_SIZE];
    return memcmp(digest, zero, sizeof zero) == 0;
}

static ax_rc read_text(struct decoder *d, const struct ax_field *f, struct ax_cursor *in, void *at)
{
    ax_str s = {NULL, 0};
    AX_TRY(read_length(d, f, in, &s));
    bool chosen = f->oneof_case != 0;
    if (s.len == 0 && (!chosen || f->type == AX_T_ENUM_SET)) {
        return corrupt(d, f, "default values are not written");
    }
    if (f->type == AX_T_STR || f->type == AX_T_BYTES) {
        *(ax_str *)at = s;
    } else if (f->type == AX_T_DATE) {
        int32_t *day = at;
        if (s.len == 0) {
            *day = AX_DAY_NONE;
        } else if (!ax_day_parse_iso(s, day)) {
            return corrupt(d, f, "a day of the calendar, YYYY-MM-DD");
        }
    } else if (f->type == AX_T_HEX) {
        char again[AX_DIGEST_HEX_SIZE];
        if (s.len != AX_DIGEST_HEX_SIZE - 1 || !ax_unhex(s, at, AX_DIGEST_SIZE) || (is_zero(at) && !chosen)) {
            return corrupt(d, f, "64 hex digits, not all zero");
        }
        ax_hex(at, AX_DIGEST_SIZE, again);
        if (memcmp(again, s.ptr, s.len) != 0) {
            return corrupt(d, f, "lower-case hex digits");
        }
    } else {
        return read_enum_set(d, f, s, at);
    }
    return AX_RC(OK);
}

/* How many items with this tag follow: they stand together. */
static ax_rc count_items(struct decoder *d, const struct ax_field *f, struct ax_cursor in, size_t *count)
{
    uint64_t tag = 0;
    ax_str s;
    struct ax_cursor look = in;
    size_t n = 0;
    do {
        AX_TRY(read_length(d, f, &look, &s));
        n++;
        if (n > (f->max != 0 ? f->max : AX_CODEC_LIST_MAX)) {
            return corrupt(d, f, "no more items than the table allows");
        }
    } while (ax_varint_read(&look, &tag) && tag == ((uint64_t)f->number << 3 | AX_WIRE_LENGTH));
    *count = n;
    return AX_RC(OK);
}

static ax_rc read_str_set(struct decoder *d, const struct ax_field *f, struct ax_cursor *in, struct ax_strs *set)
{
    size_t count = 0;
    AX_TRY(count_items(d, f, *in, &count));
    ax_str *items = ax_arena_alloc(d->arena, count * sizeof *items);
    if (items == NULL) {
        return ax_fail_field(d->err, AX_LIMIT, f->name, NULL, 0, "more than the memory allowed for a message");
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t tag;
        if (i > 0 && !ax_varint_read(in, &tag)) {
            return corrupt(d, f, "a tag");
        }
        AX_TRY(read_length(d, f, in, &items[i]));
        if (i > 0 && ax_str_cmp(items[i - 1], items[i]) >= 0) {
            return corrupt(d, f, "items of a set ascend");
        }
    }
    *set = (struct ax_strs){items, count};
    return AX_RC(OK);
}

static ax_rc enter(struct decoder *d, const struct ax_field *f, ax_str bytes, void *at)
{
    AX_ASSERT(d->depth < AX_CODEC_DEPTH_MAX);
    ax_message_init(f->message, at);
    d->stack[d->depth++] = (struct frame){.m = f->message, .data = at, .in = ax_cursor_of(bytes)};
    return AX_RC(OK);
}

static ax_rc begin_list(struct decoder *d, struct frame *top, const struct ax_field *f)
{
    size_t count = 0;
    AX_TRY(count_items(d, f, top->in, &count));
    struct ax_list *list = (void *)(top->data + f->offset);
    list->items = ax_arena_alloc(d->arena, count * f->message->struct_size);
    if (list->items == NULL) {
        return ax_fail_field(d->err, AX_LIMIT, f->name, NULL, 0, "more than the memory allowed for a message");
    }
    list->count = count;
    top->list = f;
    top->item = 0;
    return AX_RC(OK);
}

static ax_rc read_message(struct decoder *d, struct frame *top, const struct ax_field *f)
{
    if (f->type == AX_T_MSG_LIST && top->list == NULL) {
        AX_TRY(begin_list(d, top, f));
    }
    ax_str bytes = {NULL, 0};
    AX_TRY(read_length(d, f, &top->in, &bytes));
    if (f->type == AX_T_MSG) {
        if (bytes.len == 0 && f->oneof_case == 0) {
            return corrupt(d, f, "default values are not written");
        }
        return enter(d, f, bytes, top->data + f->offset);
    }
    struct ax_list *list = (void *)(top->data + f->offset);
    uint8_t *item = (uint8_t *)list->items + top->item++ * f->message->struct_size;
    if (top->item == list->count) {
        top->list = NULL;
    }
    return enter(d, f, bytes, item);
}

/* The field of a tag, which must come after all before it (or be the list in hand). */
static const struct ax_field *find_field(struct frame *top, uint64_t tag)
{
    if (top->list != NULL) {
        return tag >> 3 == top->list->number ? top->list : NULL;
    }
    while (top->next < top->m->field_count && top->m->fields[top->next].number < tag >> 3) {
        top->next++;
    }
    if (top->next == top->m->field_count || top->m->fields[top->next].number != tag >> 3) {
        return NULL;
    }
    return &top->m->fields[top->next++];
}

static bool is_varint_type(uint8_t type)
{
    return type == AX_T_I64 || type == AX_T_I32 || type == AX_T_U64 || type == AX_T_U32 || type == AX_T_ENUM ||
           type == AX_T_BOOL;
}

static ax_rc read_field(struct decoder *d, struct frame *top)
{
    uint64_t tag;
    if (!ax_varint_read(&top->in, &tag)) {
        return corrupt(d, NULL, "a tag, minimal");
    }
    const struct ax_field *f = find_field(top, tag);
    if (f == NULL) {
        return corrupt(d, NULL, "known fields only, ascending, each once");
    }
    bool varint = is_varint_type(f->type);
    if ((tag & 7) != (varint ? AX_WIRE_VARINT : AX_WIRE_LENGTH)) {
        return corrupt(d, f, "the wire type of the table");
    }
    if (f->oneof_case != 0) {
        int32_t *chosen = (void *)(top->data + f->oneof_case);
        if (*chosen != 0) {
            return corrupt(d, f, "one member of a oneof");
        }
        *chosen = f->number;
    }
    void *at = top->data + f->offset;
    if (varint) {
        return read_number(d, f, &top->in, at);
    }
    if (f->type == AX_T_MSG || f->type == AX_T_MSG_LIST) {
        return read_message(d, top, f);
    }
    return f->type == AX_T_STR_SET ? read_str_set(d, f, &top->in, at) : read_text(d, f, &top->in, at);
}

ax_rc ax_decode(const struct ax_message *m, ax_str bytes, struct ax_arena *arena, void *data, struct ax_err *err)
{
    struct decoder d;
    d.arena = arena;
    d.err = err;
    d.depth = 1;
    d.stack[0] = (struct frame){.m = m, .data = data, .in = ax_cursor_of(bytes)};
    ax_message_init(m, data);
    while (d.depth > 0) {
        struct frame *top = &d.stack[d.depth - 1];
        if (top->in.at == top->in.end) {
            d.depth--;
            continue;
        }
        AX_TRY(read_field(&d, top));
    }
    return AX_RC(OK);
}

static ax_rc step_over(struct decoder *d, struct ax_cursor *in, uint64_t tag)
{
    uint64_t number;
    ax_str text;
    if ((tag & 7) == AX_WIRE_LENGTH) {
        return read_length(d, NULL, in, &text);
    }
    return (tag & 7) == AX_WIRE_VARINT && ax_varint_read(in, &number) ? AX_RC(OK) : corrupt(d, NULL, "a field");
}

ax_rc ax_decode_some(
        const struct ax_message *m, const uint16_t *numbers, size_t count, ax_str bytes, void *data, struct ax_err *err)
{
    struct decoder d;
    d.arena = NULL;
    d.err = err;
    d.depth = 1;
    struct frame *top = &d.stack[0];
    *top = (struct frame){.m = m, .data = data, .in = ax_cursor_of(bytes)};
    for (size_t i = 0; i < count && top->in.at != top->in.end;) {
        struct ax_cursor at = top->in;
        uint64_t tag;
        if (!ax_varint_read(&at, &tag)) {
            return corrupt(&d, NULL, "a tag, minimal");
        }
        if (tag >> 3 < numbers[i]) {
            top->in = at;
            AX_TRY(step_over(&d, &top->in, tag));
        } else if (tag >> 3 > numbers[i]) {
            i++;
        } else {
            AX_TRY(read_field(&d, top));
            AX_ASSERT(d.depth == 1);
            i++;
        }
    }
    return AX_RC(OK);
}
