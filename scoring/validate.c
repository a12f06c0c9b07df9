/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/codec_wire.h"

#include <stdio.h>

struct frame {
    const struct ax_message *m;
    const uint8_t *data;
    size_t next;
    size_t item;
};

struct validator {
    struct frame stack[AX_CODEC_DEPTH_MAX];
    size_t depth;
    struct ax_err *err;
};

/* "accident.deaths": the names of the messages' fields that lead here, then the field's. */
static const char *path_of(const struct validator *v, const struct ax_field *f, char buf[AX_ERR_FIELD_MAX])
{
    size_t at = 0;
    buf[0] = '\0';
    for (size_t i = 0; i + 1 < v->depth; i++) {
        const struct frame *frame = &v->stack[i];
        int n = snprintf(buf + at, AX_ERR_FIELD_MAX - at, "%s.", frame->m->fields[frame->next].name);
        at += (size_t)n;
        AX_ASSERT(at < AX_ERR_FIELD_MAX);
    }
    (void)snprintf(buf + at, AX_ERR_FIELD_MAX - at, "%s", f->name);
    return buf;
}

static ax_rc broken(const struct validator *v, const struct ax_field *f, ax_str value, const char *rule)
{
    char path[AX_ERR_FIELD_MAX];
    return ax_fail_field(v->err, AX_INVALID, path_of(v, f, path), value.ptr, value.len, "%s", rule);
}

static ax_rc broken_number(const struct validator *v, const struct ax_field *f, int64_t number, const char *rule)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%lld", (long long)number);
    return broken(v, f, ax_str_of(text, (size_t)len), rule);
}

/* C0, DEL and C1 (which is C2 80 to C2 9F in UTF-8). */
static bool has_control(ax_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c < 0x20 || c == 0x7F || (c == 0xC2 && i + 1 < s.len && (unsigned char)s.ptr[i + 1] < 0xA0)) {
            return true;
        }
    }
    return false;
}

static size_t characters(ax_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        n += ((unsigned char)s.ptr[i] & 0xC0) != 0x80 ? 1 : 0;
    }
    return n;
}

static ax_rc check_text(const struct validator *v, const struct ax_field *f, ax_str s)
{
    if (!ax_utf8_valid(s)) {
        return broken(v, f, s, "must be UTF-8 without NUL");
    }
    if (has_control(s)) {
        return broken(v, f, s, "must not hold control characters");
    }
    if (f->max != 0 && s.len > f->max && characters(s) > f->max) {
        char rule[64];
        (void)snprintf(rule, sizeof rule, "at most %u characters, this has %zu", (unsigned)f->max, characters(s));
        return broken(v, f, s, rule);
    }
    return AX_RC(OK);
}

static ax_rc check_strs(const struct validator *v, const struct ax_field *f, const struct ax_strs *set)
{
    if (set->count > (f->max != 0 ? f->max : AX_CODEC_LIST_MAX)) {
        return broken_number(v, f, (int64_t)set->count, "too many items");
    }
    for (size_t i = 0; i < set->count; i++) {
        if (!ax_utf8_valid(set->items[i]) || has_control(set->items[i])) {
            return broken(v, f, set->items[i], "must be UTF-8 without control characters");
        }
        if (i > 0 && ax_str_cmp(set->items[i - 1], set->items[i]) >= 0) {
            return broken(v, f, set->items[i], "items of a set ascend and are there once");
        }
    }
    return AX_RC(OK);
}

static ax_rc check_signed(const struct validator *v, const struct ax_field *f, int64_t value)
{
    if ((f->flags & AX_F_NON_NEGATIVE) != 0 && value < 0) {
        return broken_number(v, f, value, "must not be negative");
    }
    return AX_RC(OK);
}

static ax_rc check_enum(const struct validator *v, const struct ax_field *f, int32_t value)
{
    if (value < 0 || (f->max != 0 && (uint32_t)value > f->max)) {
        return broken_number(v, f, value, "must be a value of its code list");
    }
    return AX_RC(OK);
}

static ax_rc check_set(const struct validator *v, const struct ax_field *f, uint32_t mask)
{
    uint32_t largest = f->max == 0 || f->max > 31 ? 31 : f->max;
    uint32_t allowed = (largest == 31 ? UINT32_MAX : (UINT32_C(1) << (largest + 1)) - 1) & ~UINT32_C(1);
    if ((mask & ~allowed) != 0) {
        return broken_number(v, f, (int64_t)__builtin_ctz(mask & ~allowed), "must be values of its code list");
    }
    return AX_RC(OK);
}

static ax_rc check_date(const struct validator *v, const struct ax_field *f, int32_t day)
{
    if (day != AX_DAY_NONE && (day < AX_DAY_MIN || day > AX_DAY_MAX)) {
        return broken_number(v, f, day, "must be a day from 1900-01-01 to 2199-12-31");
    }
    return AX_RC(OK);
}

static bool is_absent(const struct ax_field *f, const void *at)
{
    switch ((enum ax_field_type)f->type) {
    case AX_T_STR:
    case AX_T_BYTES:
        return ((const ax_str *)at)->len == 0;
    case AX_T_DATE:
        return *(const int32_t *)at == AX_DAY_NONE;
    case AX_T_I64:
    case AX_T_U64:
        return *(const uint64_t *)at == 0;
    case AX_T_I32:
    case AX_T_U32:
    case AX_T_ENUM:
    case AX_T_ENUM_SET:
        return *(const uint32_t *)at == 0;
    case AX_T_BOOL:
        return !*(const bool *)at;
    case AX_T_STR_SET:
        return ((const struct ax_strs *)at)->count == 0;
    case AX_T_MSG_LIST:
        return ((const struct ax_list *)at)->count == 0;
    case AX_T_HEX:
    case AX_T_MSG:
        return false;
    }
    return false;
}

static ax_rc check_scalar(const struct validator *v, const struct ax_field *f, const void *at)
{
    if ((f->flags & AX_F_REQUIRED) != 0 && is_absent(f, at)) {
        return broken(v, f, AX_STR(""), "must be given");
    }
    switch ((enum ax_field_type)f->type) {
    case AX_T_STR:
        return check_text(v, f, *(const ax_str *)at);
    case AX_T_BYTES:
        return f->max != 0 && ((const ax_str *)at)->len > f->max ? broken(v, f, AX_STR(""), "too many bytes")
                                                                 : AX_RC(OK);
    case AX_T_DATE:
        return check_date(v, f, *(const int32_t *)at);
    case AX_T_I64:
        return check_signed(v, f, *(const int64_t *)at);
    case AX_T_I32:
        return check_signed(v, f, *(const int32_t *)at);
    case AX_T_ENUM:
        return check_enum(v, f, *(const int32_t *)at);
    case AX_T_STR_SET:
        return check_strs(v, f, at);
    case AX_T_ENUM_SET:
        return check_set(v, f, *(const uint32_t *)at);
    case AX_T_HEX:
    case AX_T_U64:
    case AX_T_U32:
    case AX_T_BOOL:
    case AX_T_MSG:
    case AX_T_MSG_LIST:
        break; /* every value is right */
    }
    return AX_RC(OK);
}

static const uint8_t *next_child(struct frame *f, const struct ax_field *field)
{
    if (field->type == AX_T_MSG) {
        return f->item == 0 ? f->data + field->offset : NULL;
    }
    const struct ax_list *list = (const void *)(f->data + field->offset);
    return f->item < list->count ? (const uint8_t *)list->items + f->item * field->message->struct_size : NULL;
}

ax_rc ax_validate(const struct ax_message *m, const void *data, struct ax_err *err)
{
    struct validator v = {.stack = {{.m = m, .data = data}}, .depth = 1, .err = err};
    while (v.depth > 0) {
        struct frame *f = &v.stack[v.depth - 1];
        AX_ASSERT(f->data != NULL);
        if (f->next == f->m->field_count) {
            v.depth--;
            continue;
        }
        const struct ax_field *field = &f->m->fields[f->next];
        bool out = field->oneof_case != 0 &&
                   *(const int32_t *)(const void *)(f->data + field->oneof_case) != field->number;
        const uint8_t *child = NULL;
        if (!out && (field->type == AX_T_MSG || field->type == AX_T_MSG_LIST)) {
            child = next_child(f, field);
        } else if (!out) {
            AX_TRY(check_scalar(&v, field, f->data + field->offset));
        }
        if (child == NULL) {
            f->next++;
            f->item = 0;
            continue;
        }
        f->item++;
        AX_ASSERT(v.depth < AX_CODEC_DEPTH_MAX);
        v.stack[v.depth++] = (struct frame){.m = field->message, .data = child};
    }
    return AX_RC(OK);
}
