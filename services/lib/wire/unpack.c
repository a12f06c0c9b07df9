/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/wire/unpack.h"

#include "services/lib/wire/reader.h"

static ax_rc check_message(const ProtobufCMessageDescriptor *type, ax_str bytes, unsigned depth, struct ax_err *err);

static uint8_t wire_type_of(const ProtobufCFieldDescriptor *f)
{
    switch (f->type) {
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return AX_WIRE_BYTES;
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        return AX_WIRE_FIXED32;
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return AX_WIRE_FIXED64;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM:
        break;
    }
    return AX_WIRE_VARINT;
}

static ax_rc check_enum(const ProtobufCFieldDescriptor *f, uint64_t value, struct ax_err *err)
{
    int64_t number = (int64_t)value;
    if (number == (int32_t)number && protobuf_c_enum_descriptor_get_value(f->descriptor, (int)number) != NULL) {
        return AX_RC(OK);
    }
    const ProtobufCEnumDescriptor *type = f->descriptor;
    return ax_fail_field(
            err, AX_INVALID, f->name, NULL, 0, "%s has no value %lld", type->short_name, (long long)number);
}

static ax_rc check_packed(const ProtobufCFieldDescriptor *f, ax_str bytes, uint32_t *count, struct ax_err *err)
{
    struct ax_cursor c = ax_cursor_of(bytes);
    uint8_t wire = wire_type_of(f);
    while (ax_cursor_left(&c) != 0) {
        uint64_t value = 0;
        ax_str fixed;
        bool whole = wire == AX_WIRE_VARINT ? ax_wire_varint(&c, &value)
                                            : ax_cursor_take(&c, wire == AX_WIRE_FIXED32 ? 4 : 8, &fixed);
        if (!whole) {
            return ax_fail_field(err, AX_INVALID, f->name, NULL, 0, "the packed list is cut off");
        }
        if (f->type == PROTOBUF_C_TYPE_ENUM) {
            AX_TRY(check_enum(f, value, err));
        }
        ++*count;
    }
    return AX_RC(OK);
}

/* NOLINTBEGIN(misc-no-recursion): AX_UNPACK_DEPTH_MAX */
static ax_rc check_value(
        const ProtobufCFieldDescriptor *f, const struct ax_wire_field *field, unsigned depth, struct ax_err *err)
{
    if (f->type == PROTOBUF_C_TYPE_STRING) {
        return ax_wire_text_check(f->name, field->bytes, err);
    }
    if (f->type == PROTOBUF_C_TYPE_ENUM) {
        return check_enum(f, field->value, err);
    }
    if (f->type == PROTOBUF_C_TYPE_MESSAGE) {
        ax_rc rc = check_message(f->descriptor, field->bytes, depth + 1, err);
        if (!ax_ok(rc)) {
            ax_err_in_field(err, f->name);
        }
        return rc;
    }
    return AX_RC(OK);
}

static ax_rc check_field(const ProtobufCFieldDescriptor *f, const struct ax_wire_field *field, unsigned depth,
        uint32_t *count, struct ax_err *err)
{
    uint8_t wire = wire_type_of(f);
    bool packed = f->label == PROTOBUF_C_LABEL_REPEATED && wire != AX_WIRE_BYTES && field->type == AX_WIRE_BYTES;
    if (packed) {
        AX_TRY(check_packed(f, field->bytes, count, err));
    } else if (field->type != wire) {
        return ax_fail_field(err, AX_INVALID, f->name, NULL, 0, "wire type %u does not fit this field", field->type);
    } else {
        AX_TRY(check_value(f, field, depth, err));
        ++*count;
    }
    if (f->label == PROTOBUF_C_LABEL_REPEATED && *count > AX_WIRE_LIST_MAX) {
        return ax_fail_field(err, AX_INVALID, f->name, NULL, 0, "more than %d of them", AX_WIRE_LIST_MAX);
    }
    return AX_RC(OK);
}

static ax_rc check_message(const ProtobufCMessageDescriptor *type, ax_str bytes, unsigned depth, struct ax_err *err)
{
    AX_ASSERT(type->n_fields <= AX_UNPACK_FIELDS_MAX);
    if (depth > AX_UNPACK_DEPTH_MAX) {
        return ax_fail(err, AX_INVALID, "messages nested more than %d deep", AX_UNPACK_DEPTH_MAX);
    }
    uint32_t counts[AX_UNPACK_FIELDS_MAX] = {0};
    struct ax_cursor c = ax_cursor_of(bytes);
    while (ax_cursor_left(&c) != 0) {
        struct ax_wire_field field;
        AX_TRY(ax_wire_next(&c, &field, err));
        const ProtobufCFieldDescriptor *f = protobuf_c_message_descriptor_get_field(type, field.number);
        if (f != NULL) {
            AX_TRY(check_field(f, &field, depth, &counts[f - type->fields], err));
        }
    }
    return AX_RC(OK);
}
/* NOLINTEND(misc-no-recursion) */

ax_rc ax_unpack_check(const ProtobufCMessageDescriptor *type, ax_str bytes, struct ax_err *err)
{
    return check_message(type, bytes, 0, err);
}

struct capped {
    struct ax_arena *arena;
    bool full;
};

static void *capped_alloc(void *state, size_t size)
{
    struct capped *capped = state;
    void *block = ax_arena_alloc(capped->arena, size);
    capped->full = capped->full || block == NULL;
    return block;
}

static void capped_free(void *state, void *block)
{
    (void)state; /* goes with the arena */
    (void)block;
}

ax_rc ax_unpack(const ProtobufCMessageDescriptor *type, ax_str bytes, struct ax_arena *arena, ProtobufCMessage **out,
        struct ax_err *err)
{
    AX_TRY(ax_unpack_check(type, bytes, err));
    struct capped capped = {.arena = arena};
    ProtobufCAllocator allocator = {.alloc = capped_alloc, .free = capped_free, .allocator_data = &capped};
    *out = protobuf_c_message_unpack(type, &allocator, bytes.len, (const uint8_t *)bytes.ptr);
    if (*out != NULL) {
        return AX_RC(OK);
    }
    if (capped.full) {
        return ax_fail(err, AX_LIMIT, "a message of %zu bytes takes more memory than a request may", bytes.len);
    }
    return ax_fail(err, AX_INVALID, "not a %s", type->name);
}

void ax_pack_pb(const ProtobufCMessage *message, struct ax_buf *out)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *room = ax_buf_grow(out, size);
    if (room != NULL) {
        AX_ASSERT(protobuf_c_message_pack(message, room) == size);
    }
}
