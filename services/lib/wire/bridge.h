/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Between a generated message and our plain struct of the same fields, matched by number: over the bytes, which both
 * sides can read and write, so that there is one set of rules. For requests and answers that hold a fact or a rating
 * among other things; whole messages of ours go to and from bytes directly (decode.h, ax_encode). Any thread.
 */
#include "services/lib/wire/decode.h"
#include "services/lib/wire/unpack.h"

/* Strings of `data` are arena memory. Fields that `m` does not know are an error. */
ax_rc ax_from_pb(const ProtobufCMessage *message, const struct ax_message *m, struct ax_arena *arena, void *data,
        struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_to_pb(const struct ax_message *m, const void *data, const ProtobufCMessageDescriptor *type,
        struct ax_arena *arena, ProtobufCMessage **out, struct ax_err *err) AX_MUST_CHECK;
/* JSON (json.h) <-> struct by way of the message. */
ax_rc ax_struct_from_json(ax_str json, const ProtobufCMessageDescriptor *type, const struct ax_message *m,
        struct ax_arena *arena, void *data, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_struct_to_json(const struct ax_message *m, const void *data, const ProtobufCMessageDescriptor *type,
        struct ax_arena *arena, struct ax_buf *out, struct ax_err *err) AX_MUST_CHECK;
