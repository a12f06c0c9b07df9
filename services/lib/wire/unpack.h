/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * protobuf-c with the checks that it lacks. Bytes are walked by the message's descriptor first: text is UTF-8 without
 * NUL, enum values are known, wire types fit, lists are no longer than AX_WIRE_LIST_MAX, nesting no deeper than
 * AX_UNPACK_DEPTH_MAX. Fields that the descriptor does not know are let through, as protobuf wants it. Then they are
 * unpacked into the arena, whose cap bounds what small bytes can grow into. The message lives and dies with the arena;
 * never free it. Only *_wire.c files include this. Any thread.
 */
#include "services/lib/wire/decode.h"

#include <protobuf-c/protobuf-c.h>

enum {
    AX_UNPACK_DEPTH_MAX = 16,
    AX_UNPACK_FIELDS_MAX = 64, /* of one message type of ours; a test holds us to it */
};

/* AX_INVALID: the bytes break a rule. AX_LIMIT: they take more memory than the arena gives. */
ax_rc ax_unpack(const ProtobufCMessageDescriptor *type, ax_str bytes, struct ax_arena *arena, ProtobufCMessage **out,
        struct ax_err *err) AX_MUST_CHECK;
/* The first half alone. */
ax_rc ax_unpack_check(const ProtobufCMessageDescriptor *type, ax_str bytes, struct ax_err *err) AX_MUST_CHECK;
/* Appends the message. */
void ax_pack_pb(const ProtobufCMessage *message, struct ax_buf *out);
