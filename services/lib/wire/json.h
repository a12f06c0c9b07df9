/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The proto3 JSON mapping of a protobuf-c message, by its descriptor: lowerCamelCase, enum names, 64-bit numbers as
 * strings, bytes as base64. Fields of default value are written too, in the order of their numbers; what is left out is
 * a sub-message or a member of a oneof that is not set. Compact, one line.
 *
 * Reading takes both spellings of a name, enum names or numbers, 64-bit numbers as strings or numbers, null as absent.
 * An unknown key, a wrong type, a number out of range, a second member of a oneof, a doubled key, a NUL: each AX_INVALID
 * with the path, the value and the rule. Any thread. Only *_wire.c files include this.
 */
#include "base/arena.h"

#include <jansson.h>
#include <protobuf-c/protobuf-c.h>

enum { AX_JSON_MAX_BYTES = 8 << 20 };

/* A new reference. Fails for text that is not UTF-8 (AX_INVALID) and for floating point fields (AX_UNSUPPORTED). */
ax_rc ax_json_of_pb(const ProtobufCMessage *message, json_t **out, struct ax_err *err) AX_MUST_CHECK;
/* The message is arena memory and borrows nothing from `json`. */
ax_rc ax_json_to_pb(json_t *json, const ProtobufCMessageDescriptor *type, struct ax_arena *arena,
        ProtobufCMessage **out, struct ax_err *err) AX_MUST_CHECK;
/* The same as text; the first appends, without a line end. */
ax_rc ax_json_write(const ProtobufCMessage *message, struct ax_buf *out, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_json_read(ax_str text, const ProtobufCMessageDescriptor *type, struct ax_arena *arena, ProtobufCMessage **out,
        struct ax_err *err) AX_MUST_CHECK;
/* Text to a JSON value (a new reference) within `max_bytes`; a fault names line and column. */
ax_rc ax_json_parse(ax_str text, size_t max_bytes, json_t **out, struct ax_err *err) AX_MUST_CHECK;
/* Appends a JSON value, compact, without a line end. */
ax_rc ax_json_print(const json_t *json, struct ax_buf *out, struct ax_err *err) AX_MUST_CHECK;

enum { AX_JSON_NAME_SIZE = 64 };
/* "level_points" -> "levelPoints". */
void ax_json_name(const char *field, char out[AX_JSON_NAME_SIZE]);
/* Bytes that one item of a repeated field takes in memory. */
size_t ax_json_item_size(const ProtobufCFieldDescriptor *f);
