/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the encoder and the decoder of scoring/codec.h share about the wire form. Pure; any thread. Private to scoring. */
#include "scoring/codec.h"
#include "scoring/day.h"

enum { AX_WIRE_VARINT = 0, AX_WIRE_LENGTH = 2 };
enum {
    AX_VARINT_MAX = 10,
    AX_CODEC_DEPTH_MAX = 4,
    AX_CODEC_LIST_MAX = 65536, /* items of one list, where the table says nothing */
};

/* Minimal LEB128; returns the bytes used. */
static inline size_t ax_varint_write(uint8_t out[AX_VARINT_MAX], uint64_t value)
{
    size_t len = 0;
    while (value >= 0x80) {
        out[len++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    out[len++] = (uint8_t)value;
    return len;
}

/* One byte or two, as most are, without a call. */
static inline bool ax_varint_read(struct ax_cursor *c, uint64_t *out)
{
    if (c->at < c->end && *c->at < 0x80) {
        *out = *c->at++;
        return true;
    }
    if (ax_cursor_left(c) > 1 && c->at[1] < 0x80 && c->at[1] != 0) {
        *out = (uint64_t)(c->at[0] & 0x7F) | (uint64_t)c->at[1] << 7;
        c->at += 2;
        return true;
    }
    return ax_cursor_varint(c, out);
}
