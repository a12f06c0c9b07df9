/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/json_row_wire.h"

#include "services/lib/wire/json.h"

#include <anxin/v1/fact.pb-c.h>

static ax_rc no_such_member(const struct ax_source_override *o, struct ax_err *err)
{
    return ax_fail_field(err, AX_INVALID, "column", o->column.ptr, o->column.len,
            "must name a member of Fact, e.g. occurredOn or enforcement_penalty.tier");
}

static const ProtobufCFieldDescriptor *field_of(const ProtobufCMessageDescriptor *type, ax_str key)
{
    for (unsigned i = 0; i < type->n_fields; i++) {
        char name[AX_JSON_NAME_SIZE];
        ax_json_name(type->fields[i].name, name);
        if (ax_str_eq(key, ax_str_c(name)) || ax_str_eq(key, ax_str_c(type->fields[i].name))) {
            return &type->fields[i];
        }
    }
    return NULL;
}

/* Texts stay as they are; what is written without quotes in JSON (numbers, true, lists) is read as such. */
static json_t *value_of(const ProtobufCFieldDescriptor *field, ax_str text)
{
    bool plain = field->label != PROTOBUF_C_LABEL_REPEATED &&
                 (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_BYTES);
    json_t *value = plain ? NULL : json_loadb(text.ptr, text.len, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
    return value != NULL ? value : json_stringn(text.ptr, text.len);
}

/* The member may stand there in the other spelling. */
static void take_out(json_t *object, const char *name, const char *camel)
{
    (void)json_object_del(object, name);
    (void)json_object_del(object, camel);
}

static json_t *child_of(json_t *object, const char *name, const char *camel)
{
    json_t *child = json_object_get(object, name);
    child = child == NULL ? json_object_get(object, camel) : child;
    if (!json_is_object(child)) {
        take_out(object, name, camel);
        child = json_object();
        AX_ASSERT(json_object_set_new(object, camel, child) == 0);
    }
    return child;
}

static ax_rc replace(json_t *object, const struct ax_source_override *o, struct ax_err *err)
{
    const ProtobufCMessageDescriptor *type = &anxin__v1__fact__descriptor;
    ax_str path = o->column;
    while (type != NULL) {
        const ProtobufCFieldDescriptor *field = field_of(type, ax_str_split(&path, '.'));
        if (field == NULL) {
            return no_such_member(o, err);
        }
        char camel[AX_JSON_NAME_SIZE];
        ax_json_name(field->name, camel);
        bool inside = field->type == PROTOBUF_C_TYPE_MESSAGE && field->label != PROTOBUF_C_LABEL_REPEATED;
        type = path.len > 0 && inside ? field->descriptor : NULL;
        if (path.len > 0 && !inside) {
            return no_such_member(o, err);
        }
        if (type != NULL) {
            object = child_of(object, field->name, camel);
            continue;
        }
        take_out(object, field->name, camel);
        if (o->value.len > 0 && json_object_set_new(object, camel, value_of(field, o->value)) != 0) {
            return ax_fail_field(err, AX_INVALID, "value", o->value.ptr, o->value.len, "must be UTF-8");
        }
    }
    return AX_RC(OK);
}

ax_rc ax_json_row_replace(ax_str line, const struct ax_source_override *overrides, size_t count, struct ax_arena *arena,
        ax_str *out, struct ax_err *err)
{
    json_t *object = NULL;
    struct ax_buf text;
    AX_TRY(ax_json_parse(line, AX_SOURCE_ROW_MAX_BYTES, &object, err));
    ax_rc rc = json_is_object(object) ? AX_RC(OK) : ax_fail(err, AX_INVALID, "the row is no JSON object");
    for (size_t i = 0; ax_ok(rc) && i < count; i++) {
        rc = replace(object, &overrides[i], err);
    }
    ax_buf_init(&text, 2 * AX_SOURCE_ROW_MAX_BYTES);
    if (ax_ok(rc)) {
        rc = ax_json_print(object, &text, err);
    }
    if (ax_ok(rc)) {
        *out = ax_arena_dup(arena, ax_buf_str(&text));
        rc = out->ptr == NULL ? ax_fail(err, AX_LIMIT, "the row needs more memory than is given") : rc;
    }
    ax_buf_deinit(&text);
    json_decref(object);
    return rc;
}
