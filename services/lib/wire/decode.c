/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/wire/decode.h"

#include "scoring/day.h"
#include "services/lib/wire/reader.h"

#include <stdio.h>
#include <stdlib.h>

struct decoder {
    struct ax_arena *arena;
    bool skip_unknown;
    struct ax_err *err;
};

static ax_rc decode_into(struct decoder *d, const struct ax_message *m, ax_str bytes, void *data);

static void *at(void *data, size_t offset)
{
    return (uint8_t *)data + offset;
}

static ax_rc bad_number(const struct ax_field *f, int64_t value, const char *rule, struct ax_err *err)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%lld", (long long)value);
    return ax_fail_field(err, AX_INVALID, f->name, text, (size_t)len, "%s", rule);
}

static ax_rc decode_date(const struct ax_field *f, ax_str text, int32_t *day, struct ax_err *err)
{
    *day = AX_DAY_NONE;
    if (text.len != 0 && !ax_day_parse_iso(text, day)) {
        return ax_fail_field(err, AX_INVALID, f->name, text.ptr, text.len, "must be a day, YYYY-MM-DD, 1900 to 2199");
    }
    return AX_RC(OK);
}

static ax_rc decode_hex(const struct ax_field *f, ax_str text, uint8_t *digest, struct ax_err *err)
{
    memset(digest, 0, AX_DIGEST_SIZE);
    if (text.len != 0 && !ax_unhex(text, digest, AX_DIGEST_SIZE)) {
        return ax_fail_field(err, AX_INVALID, f->name, text.ptr, text.len, "must be 64 lower-case hex digits");
    }
    return AX_RC(OK);
}

static ax_rc decode_bytes(const struct ax_field *f, ax_str bytes, void *member, struct ax_err *err)
{
    switch ((enum ax_field_type)f->type) {
    case AX_T_STR:
        AX_TRY(ax_wire_text_check(f->name, bytes, err));
        *(ax_str *)member = bytes;
        return AX_RC(OK);
    case AX_T_BYTES:
        *(ax_str *)member = bytes;
        return AX_RC(OK);
    case AX_T_DATE:
        return decode_date(f, bytes, member, err);
    case AX_T_HEX:
        return decode_hex(f, bytes, member, err);
    case AX_T_I64:
    case AX_T_I32:
    case AX_T_U64:
    case AX_T_U32:
    case AX_T_ENUM:
    case AX_T_BOOL:
    case AX_T_MSG:
    case AX_T_STR_SET:
    case AX_T_ENUM_SET:
    case AX_T_MSG_LIST:
        break;
    }
    AX_ASSERT(false);
}

static bool enum_known(const struct ax_field *f, int64_t value)
{
    return value >= 0 && value <= (f->max == 0 ? INT32_MAX : (int64_t)f->max);
}

static ax_rc decode_number(const struct ax_field *f, uint64_t value, void *member, struct ax_err *err)
{
    int64_t number = (int64_t)value;
    switch ((enum ax_field_type)f->type) {
    case AX_T_I64:
        *(int64_t *)member = number;
        return AX_RC(OK);
    case AX_T_U64:
        *(uint64_t *)member = value;
        return AX_RC(OK);
    case AX_T_BOOL:
        *(bool *)member = value != 0;
        return AX_RC(OK);
    case AX_T_I32:
        *(int32_t *)member = (int32_t)number;
        return number == (int32_t)number ? AX_RC(OK) : bad_number(f, number, "must be a 32-bit number", err);
    case AX_T_U32:
        *(uint32_t *)member = (uint32_t)value;
        return value <= UINT32_MAX ? AX_RC(OK) : bad_number(f, number, "must be from 0 to 4294967295", err);
    case AX_T_ENUM:
        *(int32_t *)member = (int32_t)number;
        return enum_known(f, number) ? AX_RC(OK) : bad_number(f, number, "no such value of this enum", err);
    case AX_T_STR:
    case AX_T_BYTES:
    case AX_T_HEX:
    case AX_T_DATE:
    case AX_T_MSG:
    case AX_T_STR_SET:
    case AX_T_ENUM_SET:
    case AX_T_MSG_LIST:
        break;
    }
    AX_ASSERT(false);
}

static ax_rc add_enum(const struct ax_field *f, uint64_t value, uint32_t *mask, struct ax_err *err)
{
    if (value < 1 || value > 31 || !enum_known(f, (int64_t)value)) {
        return bad_number(f, (int64_t)value, "no such value of this enum", err);
    }
    *mask |= (uint32_t)1 << value;
    return AX_RC(OK);
}

static ax_rc decode_enum_set(
        const struct ax_field *f, const struct ax_wire_field *field, uint32_t *mask, struct ax_err *err)
{
    if (field->type == AX_WIRE_VARINT) {
        return add_enum(f, field->value, mask, err);
    }
    struct ax_cursor c = ax_cursor_of(field->bytes);
    while (ax_cursor_left(&c) != 0) {
        uint64_t value = 0;
        if (!ax_wire_varint(&c, &value)) {
            return ax_fail_field(err, AX_INVALID, f->name, NULL, 0, "the packed list is cut off");
        }
        AX_TRY(add_enum(f, value, mask, err));
    }
    return AX_RC(OK);
}

/* Room for one more; blocks double, so that what is left behind in the arena is less than what is used. */
static ax_rc make_room(struct decoder *d, const struct ax_field *f, size_t count, size_t item_size, void **items)
{
    size_t most = f->max != 0 && f->type == AX_T_MSG_LIST ? f->max : AX_WIRE_LIST_MAX;
    if (count >= most) {
        return ax_fail_field(d->err, AX_INVALID, f->name, NULL, 0, "more than %zu of them", most);
    }
    if (count != 0 && (count & (count - 1)) != 0) {
        return AX_RC(OK);
    }
    void *bigger = ax_arena_alloc(d->arena, item_size * (count == 0 ? 1 : count * 2));
    if (bigger == NULL) {
        return ax_fail_field(d->err, AX_LIMIT, f->name, NULL, 0, "the message takes more memory than a request may");
    }
    if (count != 0) {
        memcpy(bigger, *items, item_size * count);
    }
    *items = bigger;
    return AX_RC(OK);
}

static ax_rc add_text(struct decoder *d, const struct ax_field *f, ax_str text, struct ax_strs *set)
{
    AX_TRY(ax_wire_text_check(f->name, text, d->err));
    void *items = set->items;
    AX_TRY(make_room(d, f, set->count, sizeof(ax_str), &items));
    set->items = items;
    set->items[set->count++] = text;
    return AX_RC(OK);
}

/* NOLINTBEGIN(misc-no-recursion): the tables hold no cycle, see unit_wire_tables */
static ax_rc decode_message(struct decoder *d, const struct ax_field *f, ax_str bytes, void *data)
{
    ax_rc rc = decode_into(d, f->message, bytes, data);
    if (!ax_ok(rc)) {
        ax_err_in_field(d->err, f->name);
    }
    return rc;
}

static ax_rc add_message(struct decoder *d, const struct ax_field *f, ax_str bytes, struct ax_list *list)
{
    size_t size = f->message->struct_size;
    AX_TRY(make_room(d, f, list->count, size, &list->items));
    void *item = at(list->items, size * list->count++);
    ax_message_init(f->message, item);
    return decode_message(d, f, bytes, item);
}

static int by_text(const void *left, const void *right)
{
    return ax_str_cmp(*(const ax_str *)left, *(const ax_str *)right);
}

static void sort_set(struct ax_strs *set)
{
    if (set->count < 2) {
        return;
    }
    qsort(set->items, set->count, sizeof *set->items, by_text);
    size_t kept = 1;
    for (size_t i = 1; i < set->count; i++) {
        if (!ax_str_eq(set->items[i], set->items[kept - 1])) {
            set->items[kept++] = set->items[i];
        }
    }
    set->count = kept;
}

static bool is_number(const struct ax_field *f)
{
    return f->type >= AX_T_I64 && f->type <= AX_T_BOOL;
}

static bool type_fits(const struct ax_field *f, const struct ax_wire_field *field)
{
    if (f->type == AX_T_ENUM_SET && field->type == AX_WIRE_VARINT) {
        return true;
    }
    return field->type == (is_number(f) ? AX_WIRE_VARINT : AX_WIRE_BYTES);
}

/*
 * The member of a oneof that comes last is the one that is set; what another one left in the union goes. The same message
 * twice in a row would be merged by some readers (as protobuf says) and replaced by others (protobuf-c): it is refused,
 * since all must see the same fact.
 */
static ax_rc choose(struct decoder *d, const struct ax_field *f, void *data)
{
    int32_t *set = at(data, f->oneof_case);
    bool again = *set == (int32_t)f->number;
    *set = (int32_t)f->number;
    if (f->type != AX_T_MSG) {
        return AX_RC(OK);
    }
    if (again) {
        return ax_fail_field(d->err, AX_INVALID, f->name, NULL, 0, "is there twice");
    }
    ax_message_init(f->message, at(data, f->offset));
    return AX_RC(OK);
}

static ax_rc decode_field(struct decoder *d, const struct ax_field *f, const struct ax_wire_field *field, void *data)
{
    void *member = at(data, f->offset);
    if (!type_fits(f, field)) {
        return ax_fail_field(d->err, AX_INVALID, f->name, NULL, 0, "wire type %u does not fit this field", field->type);
    }
    if (f->oneof_case != 0) {
        AX_TRY(choose(d, f, data));
    }
    if (is_number(f)) {
        return decode_number(f, field->value, member, d->err);
    }
    switch (f->type) {
    case AX_T_MSG:
        return decode_message(d, f, field->bytes, member);
    case AX_T_MSG_LIST:
        return add_message(d, f, field->bytes, member);
    case AX_T_STR_SET:
        return add_text(d, f, field->bytes, member);
    case AX_T_ENUM_SET:
        return decode_enum_set(f, field, member, d->err);
    default:
        return decode_bytes(f, field->bytes, member, d->err);
    }
}

/* `next` is where the field is looked for first: writers mostly write in order. */
static const struct ax_field *find(const struct ax_message *m, uint32_t number, size_t *next)
{
    while (*next < m->field_count && m->fields[*next].number < number) {
        ++*next;
    }
    bool here = *next < m->field_count && m->fields[*next].number == number;
    return here ? &m->fields[*next] : ax_message_field(m, number);
}

static ax_rc decode_into(struct decoder *d, const struct ax_message *m, ax_str bytes, void *data)
{
    struct ax_cursor c = ax_cursor_of(bytes);
    size_t next = 0;
    while (ax_cursor_left(&c) != 0) {
        struct ax_wire_field field;
        AX_TRY(ax_wire_next(&c, &field, d->err));
        const struct ax_field *f = find(m, field.number, &next);
        if (f != NULL) {
            AX_TRY(decode_field(d, f, &field, data));
        } else if (!d->skip_unknown) {
            return ax_fail(d->err, AX_INVALID, "%s has no field %u here: is the writer newer than this program?",
                    m->name, field.number);
        }
    }
    for (size_t i = 0; i < m->field_count; i++) {
        if (m->fields[i].type == AX_T_STR_SET) {
            sort_set(at(data, m->fields[i].offset));
        }
    }
    return AX_RC(OK);
}
/* NOLINTEND(misc-no-recursion) */

ax_rc ax_wire_decode(const struct ax_message *m, ax_str bytes, struct ax_arena *arena, void *data, struct ax_err *err)
{
    struct decoder d = {.arena = arena, .err = err};
    ax_message_init(m, data);
    return decode_into(&d, m, bytes, data);
}

ax_rc ax_wire_decode_known(
        const struct ax_message *m, ax_str bytes, struct ax_arena *arena, void *data, struct ax_err *err)
{
    struct decoder d = {.arena = arena, .skip_unknown = true, .err = err};
    ax_message_init(m, data);
    return decode_into(&d, m, bytes, data);
}
