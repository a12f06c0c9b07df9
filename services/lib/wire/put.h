/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Writing protobuf by hand around what ax_encode writes. Default values are not written. One thread at a time. */
#include "base/bytes.h"

void ax_wire_put_uint(struct ax_buf *out, uint32_t number, uint64_t value); /* any varint type; negative as 64 bits */
void ax_wire_put_str(struct ax_buf *out, uint32_t number, ax_str value);    /* string or bytes */
/* Makes a sub-message of all bytes from `start` to the end: puts tag and length before them. Also of no bytes. */
void ax_wire_wrap(struct ax_buf *out, size_t start, uint32_t number);
