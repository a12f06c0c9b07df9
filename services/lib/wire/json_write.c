/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/wire/base64.h"
#include "services/lib/wire/json.h"
#include "services/lib/wire/reader.h"

#include <inttypes.h>
#include <stdio.h>

enum { SCRATCH_CHUNK_BYTES = 4 << 10 };

void ax_json_name(const char *field, char out[AX_JSON_NAME_SIZE])
{
    size_t at = 0;
    bool upper = false;
    for (const char *c = field; *c != '\0'; c++) {
        if (*c == '_') {
            upper = true;
            continue;
        }
        AX_ASSERT(at + 1 < AX_JSON_NAME_SIZE);
        out[at++] = upper && *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
        upper = false;
    }
    out[at] = '\0';
}

static json_t *bytes_value(const ProtobufCBinaryData *data)
{
    struct ax_arena scratch;
    ax_arena_init(&scratch, SCRATCH_CHUNK_BYTES, AX_JSON_MAX_BYTES);
    ax_str text = ax_base64_encode(ax_str_of(data->data, data->len), &scratch);
    json_t *value = text.ptr == NULL ? NULL : json_stringn(text.ptr, text.len);
    ax_arena_deinit(&scratch);
    return value;
}

static json_t *enum_value(const ProtobufCEnumDescriptor *type, int number)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(type, number);
    return value == NULL ? json_integer(number) : json_string(value->name); /* as the mapping has it */
}

static json_t *signed_text(int64_t number)
{
    return json_sprintf("%" PRId64, number);
}

static json_t *unsigned_text(uint64_t number)
{
    return json_sprintf("%" PRIu64, number);
}

/* One value that is no message; NULL where it has no JSON. */
static json_t *scalar_value(const ProtobufCFieldDescriptor *f, const void *member)
{
    switch (f->type) {
    case PROTOBUF_C_TYPE_STRING:
        return json_string(*(char *const *)member);
    case PROTOBUF_C_TYPE_BYTES:
        return bytes_value(member);
    case PROTOBUF_C_TYPE_BOOL:
        return json_boolean(*(const protobuf_c_boolean *)member);
    case PROTOBUF_C_TYPE_ENUM:
        return enum_value(f->descriptor, *(const int *)member);
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        return json_integer(*(const int32_t *)member);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return json_integer(*(const uint32_t *)member);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return signed_text(*(const int64_t *)member);
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return unsigned_text(*(const uint64_t *)member);
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
    case PROTOBUF_C_TYPE_MESSAGE:
        break;
    }
    return NULL;
}

/* NOLINTBEGIN(misc-no-recursion): messages hold no cycle, see unit_wire_tables */
static ax_rc value_of(const ProtobufCFieldDescriptor *f, const void *member, json_t **out, struct ax_err *err)
{
    if (f->type == PROTOBUF_C_TYPE_MESSAGE) {
        ax_rc rc = ax_json_of_pb(*(ProtobufCMessage *const *)member, out, err);
        if (!ax_ok(rc)) {
            ax_err_in_field(err, f->name);
        }
        return rc;
    }
    if (f->type == PROTOBUF_C_TYPE_FLOAT || f->type == PROTOBUF_C_TYPE_DOUBLE) {
        return ax_fail_field(err, AX_UNSUPPORTED, f->name, NULL, 0, "floating point fields are not mapped to JSON");
    }
    *out = scalar_value(f, member);
    return *out != NULL ? AX_RC(OK) : ax_fail_field(err, AX_INVALID, f->name, NULL, 0, "text must be UTF-8");
}

size_t ax_json_item_size(const ProtobufCFieldDescriptor *f)
{
    switch (f->type) {
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return 8;
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM:
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        break;
    }
    return 4;
}

static ax_rc list_of(const ProtobufCFieldDescriptor *f, const uint8_t *message, json_t **out, struct ax_err *err)
{
    size_t count = *(const size_t *)(const void *)(message + f->quantifier_offset);
    const uint8_t *items = *(const uint8_t *const *)(const void *)(message + f->offset);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *item = NULL;
        ax_rc rc = value_of(f, items + i * ax_json_item_size(f), &item, err);
        if (!ax_ok(rc)) {
            json_decref(list);
            return rc;
        }
        (void)json_array_append_new(list, item);
    }
    *out = list;
    return AX_RC(OK);
}

static bool is_set(const ProtobufCFieldDescriptor *f, const uint8_t *message)
{
    if ((f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0 &&
            *(const uint32_t *)(const void *)(message + f->quantifier_offset) != f->id) {
        return false;
    }
    return f->type != PROTOBUF_C_TYPE_MESSAGE || *(void *const *)(const void *)(message + f->offset) != NULL;
}

ax_rc ax_json_of_pb(const ProtobufCMessage *message, json_t **out, struct ax_err *err)
{
    const uint8_t *base = (const uint8_t *)message;
    json_t *object = json_object();
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &message->descriptor->fields[i];
        json_t *value = NULL;
        ax_rc rc = AX_RC(OK);
        if (f->label == PROTOBUF_C_LABEL_REPEATED) {
            rc = list_of(f, base, &value, err);
        } else if (is_set(f, base)) {
            rc = value_of(f, base + f->offset, &value, err);
        } else {
            continue;
        }
        if (!ax_ok(rc)) {
            json_decref(object);
            return rc;
        }
        char name[AX_JSON_NAME_SIZE];
        ax_json_name(f->name, name);
        (void)json_object_set_new(object, name, value);
    }
    *out = object;
    return AX_RC(OK);
}
/* NOLINTEND(misc-no-recursion) */

static int put(const char *bytes, size_t len, void *state)
{
    struct ax_buf *out = state;
    ax_buf_put(out, bytes, len);
    return out->failed ? -1 : 0;
}

ax_rc ax_json_print(const json_t *json, struct ax_buf *out, struct ax_err *err)
{
    if (json_dump_callback(json, put, out, JSON_COMPACT | JSON_ENCODE_ANY) != 0) {
        return ax_fail(err, AX_LIMIT, "the JSON is longer than %zu bytes", out->cap);
    }
    return AX_RC(OK);
}

ax_rc ax_json_write(const ProtobufCMessage *message, struct ax_buf *out, struct ax_err *err)
{
    json_t *json = NULL;
    AX_TRY(ax_json_of_pb(message, &json, err));
    ax_rc rc = ax_json_print(json, out, err);
    json_decref(json);
    return rc;
}
