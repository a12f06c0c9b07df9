/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/rpc/pb.h"

static bool take_varint(struct ax_cursor *c, uint64_t *out)
{
    /* Not ax_cursor_varint: protobuf allows forms that are not minimal. */
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        uint8_t byte;
        if (!ax_cursor_u8(c, &byte)) {
            return false;
        }
        if (shift < 64) {
            value |= (uint64_t)(byte & 0x7FU) << shift;
        }
        if ((byte & 0x80U) == 0) {
            *out = value;
            return true;
        }
    }
    return false;
}

static bool take_value(struct ax_cursor *c, struct ax_pb_field *field)
{
    ax_str skipped;
    uint64_t len;
    switch (field->wire) {
    case AX_PB_VARINT:
        return take_varint(c, &field->value);
    case AX_PB_FIXED64:
        return ax_cursor_take(c, 8, &skipped);
    case AX_PB_FIXED32:
        return ax_cursor_take(c, 4, &skipped);
    case AX_PB_BYTES:
        return take_varint(c, &len) && len <= ax_cursor_left(c) && ax_cursor_take(c, (size_t)len, &field->bytes);
    default:
        return false;
    }
}

bool ax_pb_next(struct ax_cursor *c, struct ax_pb_field *field, bool *bad)
{
    *bad = false;
    if (ax_cursor_left(c) == 0) {
        return false;
    }
    *field = (struct ax_pb_field){0};
    uint64_t tag;
    if (!take_varint(c, &tag) || tag > UINT32_MAX || tag >> 3 == 0) {
        *bad = true;
        return false;
    }
    field->number = (uint32_t)(tag >> 3);
    field->wire = (unsigned)(tag & 7U);
    *bad = !take_value(c, field);
    return !*bad;
}

void ax_pb_put_int(struct ax_buf *b, uint32_t number, uint64_t value)
{
    ax_buf_put_varint(b, (uint64_t)number << 3 | AX_PB_VARINT);
    ax_buf_put_varint(b, value);
}

void ax_pb_put_bytes(struct ax_buf *b, uint32_t number, ax_str bytes)
{
    ax_buf_put_varint(b, (uint64_t)number << 3 | AX_PB_BYTES);
    ax_buf_put_varint(b, bytes.len);
    ax_buf_put_str(b, bytes);
}
