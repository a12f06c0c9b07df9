/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/wire/base64.h"
#include "services/lib/wire/json.h"
#include "services/lib/wire/reader.h"
#include "services/lib/wire/unpack.h"

#include <errno.h>
#include <stdlib.h>

struct place {
    const ProtobufCFieldDescriptor *field;
    const char *key; /* the field's name; as it was written where there is no such field */
    struct ax_arena *arena;
    struct ax_err *err;
};

enum { SHOWN_MAX_BYTES = 256 };

static ax_rc wrong(const struct place *p, const json_t *value, const char *rule)
{
    if (json_is_string(value)) {
        return ax_fail_field(
                p->err, AX_INVALID, p->key, json_string_value(value), json_string_length(value), "%s", rule);
    }
    struct ax_buf text;
    ax_buf_init(&text, SHOWN_MAX_BYTES);
    ax_rc rc = ax_json_print(value, &text, NULL); /* what fits of it */
    rc = ax_fail_field(p->err, AX_INVALID, p->key, text.ptr, text.len, "%s", rule);
    ax_buf_deinit(&text);
    return rc;
}

static ax_rc full(const struct place *p)
{
    return ax_fail_field(p->err, AX_LIMIT, p->key, NULL, 0, "the message takes more memory than a request may");
}

static ax_rc read_signed(
        const struct place *p, json_t *value, int64_t least, int64_t most, int64_t *out, const char *rule)
{
    if (json_is_integer(value)) {
        *out = json_integer_value(value);
    } else if (!json_is_string(value) ||
               !ax_ok(ax_str_to_i64(ax_str_of(json_string_value(value), json_string_length(value)), out))) {
        return wrong(p, value, rule);
    }
    return *out < least || *out > most ? wrong(p, value, rule) : AX_RC(OK);
}

static ax_rc read_u64(const struct place *p, json_t *value, uint64_t *out)
{
    const char *rule = "must be a whole number from 0 to 18446744073709551615";
    if (json_is_integer(value)) {
        json_int_t number = json_integer_value(value);
        *out = (uint64_t)number;
        return number < 0 ? wrong(p, value, rule) : AX_RC(OK);
    }
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    size_t len = strlen(text);
    if (len == 0 || len > 20 || strspn(text, "0123456789") != len) {
        return wrong(p, value, rule);
    }
    errno = 0;
    *out = strtoull(text, NULL, 10);
    return errno == 0 ? AX_RC(OK) : wrong(p, value, rule);
}

static ax_rc read_enum(const struct place *p, json_t *value, int *out)
{
    const ProtobufCEnumDescriptor *type = p->field->descriptor;
    const ProtobufCEnumValue *found = NULL;
    if (json_is_string(value)) {
        found = protobuf_c_enum_descriptor_get_value_by_name(type, json_string_value(value));
    } else if (json_is_integer(value) && json_integer_value(value) == (int)json_integer_value(value)) {
        found = protobuf_c_enum_descriptor_get_value(type, (int)json_integer_value(value));
    }
    if (found == NULL) {
        ax_rc rc = wrong(p, value, "no such value of this enum");
        if (p->err != NULL) {
            ax_err_prefix(p->err, "%s", type->short_name);
        }
        return rc;
    }
    *out = found->value;
    return AX_RC(OK);
}

static ax_rc read_text(const struct place *p, json_t *value, char **out)
{
    if (!json_is_string(value)) {
        return wrong(p, value, "must be a string");
    }
    ax_str copy = ax_arena_dup(p->arena, ax_str_of(json_string_value(value), json_string_length(value)));
    if (copy.ptr == NULL) {
        return full(p);
    }
    union {
        const char *read;
        char *write;
    } text = {.read = copy.ptr};
    *out = text.write;
    return ax_wire_text_check(p->key, copy, p->err);
}

static ax_rc read_bytes(const struct place *p, json_t *value, ProtobufCBinaryData *out)
{
    if (!json_is_string(value)) {
        return wrong(p, value, "must be a string of base64");
    }
    ax_str text = ax_str_of(json_string_value(value), json_string_length(value));
    out->data = ax_arena_alloc(p->arena, text.len);
    if (out->data == NULL) {
        return full(p);
    }
    return ax_base64_decode(text, out->data, &out->len) ? AX_RC(OK) : wrong(p, value, "must be a string of base64");
}

static ax_rc read_number(const struct place *p, json_t *value, void *member)
{
    int64_t number = 0;
    switch (p->field->type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return read_signed(p, value, INT64_MIN, INT64_MAX, member, "must be a whole number of 64 bits");
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return read_u64(p, value, member);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        AX_TRY(read_signed(p, value, 0, UINT32_MAX, &number, "must be a whole number from 0 to 4294967295"));
        *(uint32_t *)member = (uint32_t)number;
        return AX_RC(OK);
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        AX_TRY(read_signed(p, value, INT32_MIN, INT32_MAX, &number, "must be a whole number of 32 bits"));
        *(int32_t *)member = (int32_t)number;
        return AX_RC(OK);
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *)member = json_is_true(value);
        return json_is_boolean(value) ? AX_RC(OK) : wrong(p, value, "must be true or false");
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
    case PROTOBUF_C_TYPE_ENUM:
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        break;
    }
    return ax_fail_field(p->err, AX_UNSUPPORTED, p->key, NULL, 0, "floating point fields are not mapped to JSON");
}

/* NOLINTBEGIN(misc-no-recursion): messages hold no cycle, see unit_wire_tables */
static ax_rc read_value(const struct place *p, json_t *value, void *member)
{
    if (p->field->type == PROTOBUF_C_TYPE_MESSAGE) {
        ax_rc rc = ax_json_to_pb(value, p->field->descriptor, p->arena, member, p->err);
        if (!ax_ok(rc)) {
            ax_err_in_field(p->err, p->key);
        }
        return rc;
    }
    if (p->field->type == PROTOBUF_C_TYPE_STRING) {
        return read_text(p, value, member);
    }
    if (p->field->type == PROTOBUF_C_TYPE_BYTES) {
        return read_bytes(p, value, member);
    }
    if (p->field->type == PROTOBUF_C_TYPE_ENUM) {
        return read_enum(p, value, member);
    }
    return read_number(p, value, member);
}

static ax_rc read_list(const struct place *p, json_t *value, uint8_t *message)
{
    if (!json_is_array(value)) {
        return wrong(p, value, "must be a list");
    }
    size_t count = json_array_size(value);
    size_t size = ax_json_item_size(p->field);
    uint8_t *items = ax_arena_zalloc(p->arena, count * size);
    if (items == NULL) {
        return full(p);
    }
    for (size_t i = 0; i < count; i++) {
        AX_TRY(read_value(p, json_array_get(value, i), items + i * size));
    }
    *(size_t *)(void *)(message + p->field->quantifier_offset) = count;
    *(void **)(void *)(message + p->field->offset) = items;
    return AX_RC(OK);
}

static const ProtobufCFieldDescriptor *field_of(const ProtobufCMessageDescriptor *type, const char *key)
{
    for (unsigned i = 0; i < type->n_fields; i++) {
        char name[AX_JSON_NAME_SIZE];
        ax_json_name(type->fields[i].name, name);
        if (strcmp(key, name) == 0 || strcmp(key, type->fields[i].name) == 0) {
            return &type->fields[i];
        }
    }
    return NULL;
}

static ax_rc read_field(const struct place *p, json_t *value, uint8_t *message, bool *seen)
{
    if (*seen) {
        return wrong(p, value, "the same field under two names");
    }
    *seen = true;
    if (json_is_null(value)) {
        return AX_RC(OK);
    }
    if (p->field->label == PROTOBUF_C_LABEL_REPEATED) {
        return read_list(p, value, message);
    }
    if ((p->field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0) {
        uint32_t *set = (uint32_t *)(void *)(message + p->field->quantifier_offset);
        if (*set != 0) {
            return ax_fail_field(p->err, AX_INVALID, p->key, NULL, 0, "only one of its oneof may be set");
        }
        *set = p->field->id;
    }
    return read_value(p, value, message + p->field->offset);
}

ax_rc ax_json_to_pb(json_t *json, const ProtobufCMessageDescriptor *type, struct ax_arena *arena,
        ProtobufCMessage **out, struct ax_err *err)
{
    AX_ASSERT(type->n_fields <= AX_UNPACK_FIELDS_MAX);
    bool seen[AX_UNPACK_FIELDS_MAX] = {false};
    struct place p = {.key = "", .arena = arena, .err = err};
    if (!json_is_object(json)) {
        return wrong(&p, json, "must be an object");
    }
    uint8_t *message = ax_arena_zalloc(arena, type->sizeof_message);
    if (message == NULL) {
        return full(&p);
    }
    type->message_init((ProtobufCMessage *)(void *)message);
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(json, key, value)
    {
        p.key = key;
        p.field = field_of(type, key);
        if (p.field == NULL) {
            return ax_fail_field(err, AX_INVALID, key, NULL, 0, "%s has no such field", type->short_name);
        }
        p.key = p.field->name;
        AX_TRY(read_field(&p, value, message, &seen[p.field - type->fields]));
    }
    *out = (ProtobufCMessage *)(void *)message;
    return AX_RC(OK);
}
/* NOLINTEND(misc-no-recursion) */

ax_rc ax_json_parse(ax_str text, size_t max_bytes, json_t **out, struct ax_err *err)
{
    if (text.len > max_bytes) {
        return ax_fail(err, AX_INVALID, "JSON of %zu bytes, more than %zu", text.len, max_bytes);
    }
    json_error_t fault;
    *out = json_loadb(text.ptr == NULL ? "" : text.ptr, text.len, JSON_REJECT_DUPLICATES, &fault);
    if (*out == NULL) {
        return ax_fail(err, AX_INVALID, "not JSON: line %d, column %d: %s", fault.line, fault.column, fault.text);
    }
    return AX_RC(OK);
}

ax_rc ax_json_read(ax_str text, const ProtobufCMessageDescriptor *type, struct ax_arena *arena, ProtobufCMessage **out,
        struct ax_err *err)
{
    json_t *json = NULL;
    AX_TRY(ax_json_parse(text, AX_JSON_MAX_BYTES, &json, err));
    ax_rc rc = ax_json_to_pb(json, type, arena, out, err);
    json_decref(json);
    return rc;
}
