/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/names_wire.h"

#include "anxin/v1/fact.pb-c.h"

#include <strings.h>

static const ProtobufCEnumDescriptor *enum_of(const struct ax_field *body, const struct ax_field *field)
{
    const ProtobufCMessageDescriptor *message = &anxin__v1__fact__descriptor;
    if (body != NULL) {
        message = protobuf_c_message_descriptor_get_field_by_name(message, body->name)->descriptor;
    }
    const ProtobufCFieldDescriptor *found = protobuf_c_message_descriptor_get_field_by_name(message, field->name);
    AX_ASSERT(found != NULL && found->type == PROTOBUF_C_TYPE_ENUM);
    return found->descriptor;
}

/* "PENALTY_TIER_" of "PENALTY_TIER_UNSPECIFIED". */
static size_t prefix_length(const ProtobufCEnumDescriptor *type)
{
    const char *zero = protobuf_c_enum_descriptor_get_value(type, 0)->name;
    size_t len = strlen(zero);
    size_t tail = sizeof "UNSPECIFIED" - 1;
    return len > tail ? len - tail : 0;
}

static bool is_name(ax_str text, const char *name)
{
    return strlen(name) == text.len && strncasecmp(text.ptr, name, text.len) == 0;
}

bool ax_enum_number(const struct ax_field *body, const struct ax_field *field, ax_str name, int32_t *number)
{
    const ProtobufCEnumDescriptor *type = enum_of(body, field);
    size_t prefix = prefix_length(type);
    int64_t given = -1;
    bool is_number = ax_ok(ax_str_to_i64(name, &given));
    for (unsigned i = 0; i < type->n_values; i++) {
        const ProtobufCEnumValue *value = &type->values[i];
        if (is_name(name, value->name) || is_name(name, value->name + prefix) || (is_number && value->value == given)) {
            *number = value->value;
            return true;
        }
    }
    return false;
}

const char *ax_enum_name(const struct ax_field *body, const struct ax_field *field, int32_t number)
{
    const ProtobufCEnumDescriptor *type = enum_of(body, field);
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(type, number);
    return value == NULL ? "" : value->name + prefix_length(type);
}
