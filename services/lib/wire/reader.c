/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/wire/reader.h"

#include <stdio.h>

enum {
    VARINT_MAX_BYTES = 10,
    FIELD_NUMBER_MAX = (1 << 29) - 1,
};

bool ax_wire_varint_long(struct ax_cursor *c, uint64_t *out)
{
    uint64_t value = 0;
    size_t left = ax_cursor_left(c);
    for (size_t i = 0; i < VARINT_MAX_BYTES && i < left; i++) {
        uint8_t byte = c->at[i];
        if (i == VARINT_MAX_BYTES - 1 && byte > 1) {
            return false;
        }
        value |= (uint64_t)(byte & 0x7F) << (7 * i);
        if (byte < 0x80) {
            c->at += i + 1;
            *out = value;
            return true;
        }
    }
    return false;
}

static bool take_fixed(struct ax_cursor *c, size_t size, uint64_t *out)
{
    ax_str bytes;
    if (!ax_cursor_take(c, size, &bytes)) {
        return false;
    }
    *out = 0;
    for (size_t i = size; i-- > 0;) {
        *out = *out << 8 | (uint8_t)bytes.ptr[i];
    }
    return true;
}

static ax_rc take_bytes(struct ax_cursor *c, struct ax_wire_field *out, struct ax_err *err)
{
    uint64_t len = 0;
    if (!ax_wire_varint(c, &len)) {
        return ax_fail(err, AX_INVALID, "field %u: its length is cut off", out->number);
    }
    if (len > ax_cursor_left(c)) {
        return ax_fail(err, AX_INVALID, "field %u: says %llu bytes long where %zu are left", out->number,
                (unsigned long long)len, ax_cursor_left(c));
    }
    AX_ASSERT(ax_cursor_take(c, (size_t)len, &out->bytes));
    return AX_RC(OK);
}

ax_rc ax_wire_next(struct ax_cursor *c, struct ax_wire_field *out, struct ax_err *err)
{
    uint64_t tag = 0;
    if (!ax_wire_varint(c, &tag)) {
        return ax_fail(err, AX_INVALID, "not a protobuf message: a field's tag is cut off or too long");
    }
    if (tag >> 3 == 0 || tag >> 3 > FIELD_NUMBER_MAX) {
        return ax_fail(err, AX_INVALID, "not a protobuf message: field number %llu", (unsigned long long)(tag >> 3));
    }
    *out = (struct ax_wire_field){.number = (uint32_t)(tag >> 3), .type = (uint8_t)(tag & 7)};
    bool whole = true;
    switch (out->type) {
    case AX_WIRE_VARINT:
        whole = ax_wire_varint(c, &out->value);
        break;
    case AX_WIRE_FIXED64:
        whole = take_fixed(c, 8, &out->value);
        break;
    case AX_WIRE_FIXED32:
        whole = take_fixed(c, 4, &out->value);
        break;
    case AX_WIRE_BYTES:
        return take_bytes(c, out, err);
    default:
        return ax_fail(err, AX_INVALID, "field %u: wire type %u, which proto3 does not have", out->number, out->type);
    }
    return whole ? AX_RC(OK) : ax_fail(err, AX_INVALID, "field %u: its value is cut off or too long", out->number);
}

ax_rc ax_wire_text_check(const char *field, ax_str text, struct ax_err *err)
{
    if (__builtin_expect(ax_utf8_valid(text), 1)) {
        return AX_RC(OK);
    }
    bool nul = memchr(text.ptr, '\0', text.len) != NULL;
    return ax_fail_field(
            err, AX_INVALID, field, text.ptr, text.len, nul ? "text must not hold a NUL" : "text must be UTF-8");
}

void ax_err_in_field(struct ax_err *err, const char *name)
{
    if (err == NULL) {
        return;
    }
    char path[2 * AX_ERR_FIELD_MAX];
    (void)snprintf(
            path, sizeof path, "%.*s%s%s", AX_ERR_FIELD_MAX / 2, name, err->field[0] == '\0' ? "" : ".", err->field);
    (void)snprintf(err->field, sizeof err->field, "%.*s", AX_ERR_FIELD_MAX - 1, path);
    ax_utf8_trim(err->field);
}
