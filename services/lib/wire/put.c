/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/wire/put.h"

#include "services/lib/wire/reader.h"

static void put_tag(struct ax_buf *out, uint32_t number, enum ax_wire_type type)
{
    ax_buf_put_varint(out, (uint64_t)number << 3 | type);
}

void ax_wire_put_uint(struct ax_buf *out, uint32_t number, uint64_t value)
{
    if (value != 0) {
        put_tag(out, number, AX_WIRE_VARINT);
        ax_buf_put_varint(out, value);
    }
}

void ax_wire_put_str(struct ax_buf *out, uint32_t number, ax_str value)
{
    if (value.len != 0) {
        put_tag(out, number, AX_WIRE_BYTES);
        ax_buf_put_varint(out, value.len);
        ax_buf_put_str(out, value);
    }
}

static size_t varint_size(uint64_t value)
{
    size_t size = 1;
    while (value >= 0x80) {
        value >>= 7;
        size++;
    }
    return size;
}

void ax_wire_wrap(struct ax_buf *out, size_t start, uint32_t number)
{
    if (out->failed) {
        return;
    }
    AX_ASSERT(start <= out->len);
    size_t body = out->len - start;
    uint64_t tag = (uint64_t)number << 3 | AX_WIRE_BYTES;
    size_t head = varint_size(tag) + varint_size(body);
    if (ax_buf_grow(out, head) == NULL) {
        return;
    }
    if (body != 0) {
        memmove(out->ptr + start + head, out->ptr + start, body);
    }
    size_t end = out->len;
    out->len = start;
    ax_buf_put_varint(out, tag);
    ax_buf_put_varint(out, body);
    out->len = end;
}
