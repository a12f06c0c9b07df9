/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * One field after another of a protobuf message as any writer may have written it. Borrows from the bytes; allocates
 * nothing. What is no protobuf (a length past the end, a group, field 0) is AX_INVALID with the place in the message.
 */
#include "base/bytes.h"

enum ax_wire_type { AX_WIRE_VARINT = 0, AX_WIRE_FIXED64 = 1, AX_WIRE_BYTES = 2, AX_WIRE_FIXED32 = 5 };

struct ax_wire_field {
    uint32_t number;
    uint8_t type;   /* enum ax_wire_type */
    uint64_t value; /* unless AX_WIRE_BYTES */
    ax_str bytes;   /* AX_WIRE_BYTES only */
};

/* A varint of 1 to 10 bytes, need not be minimal. */
bool ax_wire_varint_long(struct ax_cursor *c, uint64_t *out);

/* One byte, as most are, without a call. */
static inline bool ax_wire_varint(struct ax_cursor *c, uint64_t *out)
{
    if (c->at < c->end && *c->at < 0x80) {
        *out = *c->at++;
        return true;
    }
    return ax_wire_varint_long(c, out);
}

/* The next field; the cursor must not be at its end. */
ax_rc ax_wire_next(struct ax_cursor *c, struct ax_wire_field *out, struct ax_err *err) AX_MUST_CHECK;
/* UTF-8 (RFC 3629) without NUL, which protobuf-c would cut at. Names the field. */
ax_rc ax_wire_text_check(const char *field, ax_str text, struct ax_err *err) AX_MUST_CHECK;
/* Puts "name." before the field that `err` names. */
void ax_err_in_field(struct ax_err *err, const char *name);
