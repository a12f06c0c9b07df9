/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The protobuf wire format, as much of it as the standard messages of this folder need (google.rpc.Status, health,
 * reflection): flat fields, no recursion, no allocation on reading. Values; one thread at a time.
 */
#include "base/bytes.h"

enum ax_pb_wire { AX_PB_VARINT = 0, AX_PB_FIXED64 = 1, AX_PB_BYTES = 2, AX_PB_FIXED32 = 5 };

struct ax_pb_field {
    uint32_t number;
    unsigned wire;  /* enum ax_pb_wire */
    uint64_t value; /* of a varint */
    ax_str bytes;   /* of AX_PB_BYTES */
};

/* The next field. False at the end, and with *bad set where the bytes are no protobuf. */
bool ax_pb_next(struct ax_cursor *c, struct ax_pb_field *field, bool *bad);
void ax_pb_put_int(struct ax_buf *b, uint32_t number, uint64_t value);
void ax_pb_put_bytes(struct ax_buf *b, uint32_t number, ax_str bytes);
