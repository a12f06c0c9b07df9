/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/wire/bridge.h"

#include "services/lib/wire/json.h"

enum { ENCODED_MAX_BYTES = 16 << 20 };

ax_rc ax_from_pb(const ProtobufCMessage *message, const struct ax_message *m, struct ax_arena *arena, void *data,
        struct ax_err *err)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = ax_arena_alloc(arena, size);
    if (bytes == NULL) {
        return ax_fail(err, AX_LIMIT, "a %s of %zu bytes takes more memory than a request may", m->name, size);
    }
    AX_ASSERT(protobuf_c_message_pack(message, bytes) == size);
    return ax_wire_decode(m, ax_str_of(bytes, size), arena, data, err);
}

ax_rc ax_to_pb(const struct ax_message *m, const void *data, const ProtobufCMessageDescriptor *type,
        struct ax_arena *arena, ProtobufCMessage **out, struct ax_err *err)
{
    struct ax_buf bytes;
    ax_buf_init(&bytes, ENCODED_MAX_BYTES);
    ax_encode(m, data, false, &bytes);
    ax_rc rc = bytes.failed ? ax_fail(err, AX_LIMIT, "a %s of more than %d bytes", m->name, ENCODED_MAX_BYTES)
                            : ax_unpack(type, ax_buf_str(&bytes), arena, out, err);
    ax_buf_deinit(&bytes);
    return rc;
}

ax_rc ax_struct_from_json(ax_str json, const ProtobufCMessageDescriptor *type, const struct ax_message *m,
        struct ax_arena *arena, void *data, struct ax_err *err)
{
    ProtobufCMessage *message = NULL;
    AX_TRY(ax_json_read(json, type, arena, &message, err));
    return ax_from_pb(message, m, arena, data, err);
}

ax_rc ax_struct_to_json(const struct ax_message *m, const void *data, const ProtobufCMessageDescriptor *type,
        struct ax_arena *arena, struct ax_buf *out, struct ax_err *err)
{
    ProtobufCMessage *message = NULL;
    AX_TRY(ax_to_pb(m, data, type, arena, &message, err));
    return ax_json_write(message, out, err);
}
