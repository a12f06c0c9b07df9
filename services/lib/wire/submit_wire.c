/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/wire/submit_wire.h"

#include "services/lib/wire/decode.h"
#include "services/lib/wire/put.h"
#include "services/lib/wire/reader.h"

#include <stdio.h>

#define FIELD_COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

static const struct ax_field error_fields[] = {
        {1, AX_T_STR, 0, offsetof(struct ax_field_error, reason), 0, 64, "reason", NULL},
        {2, AX_T_STR, 0, offsetof(struct ax_field_error, field), 0, 256, "field", NULL},
        {3, AX_T_STR, 0, offsetof(struct ax_field_error, value), 0, 256, "value", NULL},
        {4, AX_T_STR, 0, offsetof(struct ax_field_error, rule), 0, 512, "rule", NULL},
};
const struct ax_message ax_field_error_message = {
        "FieldError", error_fields, FIELD_COUNT(error_fields), sizeof(struct ax_field_error)};

static const struct ax_field raw_fields[] = {
        {1, AX_T_STR, 0, offsetof(struct ax_raw_row, system), 0, 32, "system", NULL},
        {2, AX_T_STR, 0, offsetof(struct ax_raw_row, origin), 0, AX_RAW_ORIGIN_BYTES_MAX, "origin", NULL},
        {3, AX_T_U64, 0, offsetof(struct ax_raw_row, row), 0, 0, "row", NULL},
        {4, AX_T_BYTES, 0, offsetof(struct ax_raw_row, header), 0, AX_RAW_HEADER_BYTES_MAX, "header", NULL},
        {5, AX_T_BYTES, 0, offsetof(struct ax_raw_row, content), 0, AX_RAW_CONTENT_BYTES_MAX, "content", NULL},
        {6, AX_T_MSG, 0, offsetof(struct ax_raw_row, error), 0, 0, "error", &ax_field_error_message},
};
const struct ax_message ax_raw_row_message = {"RawRow", raw_fields, FIELD_COUNT(raw_fields), sizeof(struct ax_raw_row)};

/* The same with texts that only describe the row taken as any bytes. */
static const struct ax_field loose_error_fields[] = {
        {1, AX_T_BYTES, 0, offsetof(struct ax_field_error, reason), 0, 0, "reason", NULL},
        {2, AX_T_BYTES, 0, offsetof(struct ax_field_error, field), 0, 0, "field", NULL},
        {3, AX_T_BYTES, 0, offsetof(struct ax_field_error, value), 0, 0, "value", NULL},
        {4, AX_T_BYTES, 0, offsetof(struct ax_field_error, rule), 0, 0, "rule", NULL},
};
static const struct ax_message loose_error_message = {
        "FieldError", loose_error_fields, FIELD_COUNT(loose_error_fields), sizeof(struct ax_field_error)};
static const struct ax_field loose_raw_fields[] = {
        {1, AX_T_STR, 0, offsetof(struct ax_raw_row, system), 0, 32, "system", NULL},
        {2, AX_T_BYTES, 0, offsetof(struct ax_raw_row, origin), 0, 0, "origin", NULL},
        {3, AX_T_U64, 0, offsetof(struct ax_raw_row, row), 0, 0, "row", NULL},
        {4, AX_T_BYTES, 0, offsetof(struct ax_raw_row, header), 0, AX_RAW_HEADER_BYTES_MAX, "header", NULL},
        {5, AX_T_BYTES, 0, offsetof(struct ax_raw_row, content), 0, AX_RAW_CONTENT_BYTES_MAX, "content", NULL},
        {6, AX_T_MSG, 0, offsetof(struct ax_raw_row, error), 0, 0, "error", &loose_error_message},
};
static const struct ax_message loose_raw_message = {
        "RawRow", loose_raw_fields, FIELD_COUNT(loose_raw_fields), sizeof(struct ax_raw_row)};

static const struct ax_field result_fields[] = {
        {1, AX_T_ENUM, 0, offsetof(struct ax_submit_result, status), 0, AX_SUBMIT_CONFLICT, "status", NULL},
        {2, AX_T_U32, 0, offsetof(struct ax_submit_result, partition), 0, 0, "partition", NULL},
        {3, AX_T_I64, 0, offsetof(struct ax_submit_result, offset), 0, 0, "offset", NULL},
        {4, AX_T_MSG, 0, offsetof(struct ax_submit_result, error), 0, 0, "error", &ax_field_error_message},
        {5, AX_T_HEX, 0, offsetof(struct ax_submit_result, digest), 0, 0, "digest", NULL},
        {6, AX_T_STR, 0, offsetof(struct ax_submit_result, reject_id), 0, 64, "reject_id", NULL},
};
const struct ax_message ax_submit_result_message = {
        "SubmitResult", result_fields, FIELD_COUNT(result_fields), sizeof(struct ax_submit_result)};

struct response {
    struct ax_list results;
};

static const struct ax_field response_fields[] = {
        {1, AX_T_MSG_LIST, 0, offsetof(struct response, results), 0, AX_SUBMIT_ITEMS_MAX, "results",
                &ax_submit_result_message},
};
static const struct ax_message response_message = {
        "SubmitFactsResponse", response_fields, FIELD_COUNT(response_fields), sizeof(struct response)};

/* Numbers in SubmitFactsRequest and SubmitFactsResponse. */
enum { REQUEST_ID = 1, REQUEST_ITEMS = 2, REQUEST_VALIDATE_ONLY = 3, RESPONSE_RESULTS = 1 };

enum { UTF8_MAX = 4 };

/* As much of the text as may be, with a question mark for each byte that is none of UTF-8. */
static ax_rc repair(ax_str *text, const struct ax_message *m, uint32_t number, struct ax_arena *arena)
{
    size_t max = ax_message_field(m, number)->max;
    char *copy = ax_arena_alloc(arena, max);
    if (copy == NULL) {
        return AX_RC(LIMIT);
    }
    size_t at = 0;
    while (at < text->len && at < max) {
        size_t len = 1;
        while (len < UTF8_MAX && at + len < text->len && !ax_utf8_valid(ax_str_of(text->ptr + at, len))) {
            len++;
        }
        if (!ax_utf8_valid(ax_str_of(text->ptr + at, len))) {
            copy[at++] = '?';
            continue;
        }
        if (at + len > max) {
            break;
        }
        memcpy(copy + at, text->ptr + at, len);
        at += len;
    }
    *text = ax_str_of(copy, at);
    return AX_RC(OK);
}

static ax_rc repair_raw(struct ax_raw_row *raw, struct ax_arena *arena)
{
    AX_TRY(repair(&raw->origin, &ax_raw_row_message, 2, arena));
    AX_TRY(repair(&raw->error.reason, &ax_field_error_message, 1, arena));
    AX_TRY(repair(&raw->error.field, &ax_field_error_message, 2, arena));
    AX_TRY(repair(&raw->error.value, &ax_field_error_message, 3, arena));
    return repair(&raw->error.rule, &ax_field_error_message, 4, arena);
}

/* A row is not lost, nor where it stood, because of what a connector says about it. */
static ax_rc read_raw(ax_str bytes, struct ax_arena *arena, struct ax_raw_row *raw, struct ax_err *err)
{
    ax_rc rc = ax_wire_decode(&ax_raw_row_message, bytes, arena, raw, err);
    if (ax_ok(rc)) {
        rc = ax_validate(&ax_raw_row_message, raw, err);
    }
    if (rc.code != AX_INVALID || !ax_ok(ax_wire_decode(&loose_raw_message, bytes, arena, raw, NULL))) {
        return rc;
    }
    if (!ax_ok(repair_raw(raw, arena))) {
        return ax_fail(err, AX_LIMIT, "the row takes more memory than a request may");
    }
    return ax_validate(&ax_raw_row_message, raw, err);
}

static ax_rc read_member(struct ax_submit_item *item, ax_str bytes, struct ax_arena *arena, struct ax_err *err)
{
    struct ax_cursor c = ax_cursor_of(bytes);
    while (ax_cursor_left(&c) != 0) {
        struct ax_wire_field field;
        AX_TRY(ax_wire_next(&c, &field, err));
        bool known = field.number == AX_SUBMIT_FACT || field.number == AX_SUBMIT_RAW;
        if (!known || field.type != AX_WIRE_BYTES) {
            return ax_fail(err, AX_INVALID, "an item has no field %u of wire type %u", field.number, field.type);
        }
        if (item->kind != AX_SUBMIT_NONE) {
            return ax_fail(err, AX_INVALID, "an item must hold one fact or one row");
        }
        item->kind = (int32_t)field.number;
        item->bytes = field.bytes;
    }
    if (item->kind == AX_SUBMIT_NONE) {
        return ax_fail_field(err, AX_INVALID, "item", NULL, 0, "must hold a fact or a row");
    }
    return item->kind == AX_SUBMIT_FACT ? ax_fact_from_wire(item->bytes, arena, &item->fact, err)
                                        : read_raw(item->bytes, arena, &item->raw, err);
}

/* What is wrong with one item stays with it; only a full arena ends the request. */
static ax_rc read_item(struct ax_submit_item *item, ax_str bytes, struct ax_arena *arena, struct ax_err *err)
{
    struct ax_err fault;
    ax_rc rc = read_member(item, bytes, arena, &fault);
    if (ax_ok(rc)) {
        return rc;
    }
    if (item->kind == AX_SUBMIT_NONE) {
        item->bytes = bytes;
    }
    struct ax_err *kept = rc.code == AX_LIMIT ? NULL : ax_arena_alloc(arena, sizeof *kept);
    if (kept == NULL) {
        return ax_fail(err, AX_LIMIT, "the request takes more memory than one may; send fewer items");
    }
    *kept = fault;
    item->fault = kept;
    return AX_RC(OK);
}

static ax_rc count_items(ax_str bytes, size_t *count, struct ax_err *err)
{
    struct ax_cursor c = ax_cursor_of(bytes);
    while (ax_cursor_left(&c) != 0) {
        struct ax_wire_field field;
        AX_TRY(ax_wire_next(&c, &field, err));
        *count += field.number == REQUEST_ITEMS;
    }
    if (*count > AX_SUBMIT_ITEMS_MAX) {
        return ax_fail_field(
                err, AX_INVALID, "items", NULL, 0, "%zu of them, more than %d", *count, AX_SUBMIT_ITEMS_MAX);
    }
    return AX_RC(OK);
}

static ax_rc read_field(
        struct ax_submit_request *out, const struct ax_wire_field *field, struct ax_arena *arena, struct ax_err *err)
{
    uint8_t type = field->number == REQUEST_VALIDATE_ONLY ? AX_WIRE_VARINT : AX_WIRE_BYTES;
    if (field->number > REQUEST_VALIDATE_ONLY) {
        return AX_RC(OK); /* as protobuf has it */
    }
    if (field->type != type) {
        return ax_fail(err, AX_INVALID, "field %u: wire type %u does not fit", field->number, field->type);
    }
    if (field->number == REQUEST_ID) {
        out->request_id = field->bytes;
        return ax_wire_text_check("request_id", field->bytes, err);
    }
    if (field->number == REQUEST_VALIDATE_ONLY) {
        out->validate_only = field->value != 0;
        return AX_RC(OK);
    }
    return read_item(&out->items[out->count++], field->bytes, arena, err);
}

ax_rc ax_submit_request_read(ax_str bytes, struct ax_arena *arena, struct ax_submit_request *out, struct ax_err *err)
{
    size_t count = 0;
    AX_TRY(count_items(bytes, &count, err));
    *out = (struct ax_submit_request){.items = AX_ARENA_ARRAY(arena, struct ax_submit_item, count)};
    if (out->items == NULL) {
        return ax_fail(err, AX_LIMIT, "%zu items take more memory than a request may; send fewer", count);
    }
    struct ax_cursor c = ax_cursor_of(bytes);
    while (ax_cursor_left(&c) != 0) {
        struct ax_wire_field field;
        AX_TRY(ax_wire_next(&c, &field, err));
        AX_TRY(read_field(out, &field, arena, err));
    }
    return AX_RC(OK);
}

void ax_submit_put_head(struct ax_buf *request, ax_str request_id, bool validate_only)
{
    ax_wire_put_str(request, REQUEST_ID, request_id);
    ax_wire_put_uint(request, REQUEST_VALIDATE_ONLY, validate_only);
}

void ax_submit_put_fact(struct ax_buf *request, ax_str fact)
{
    size_t start = request->len;
    ax_buf_put_str(request, fact);
    ax_wire_wrap(request, start, AX_SUBMIT_FACT);
    ax_wire_wrap(request, start, REQUEST_ITEMS);
}

void ax_submit_put_raw(struct ax_buf *request, const struct ax_raw_row *raw)
{
    size_t start = request->len;
    ax_encode(&ax_raw_row_message, raw, false, request);
    ax_wire_wrap(request, start, AX_SUBMIT_RAW);
    ax_wire_wrap(request, start, REQUEST_ITEMS);
}

void ax_submit_put_result(struct ax_buf *response, const struct ax_submit_result *result)
{
    size_t start = response->len;
    ax_encode(&ax_submit_result_message, result, false, response);
    ax_wire_wrap(response, start, RESPONSE_RESULTS);
}

ax_rc ax_submit_response_read(ax_str bytes, struct ax_arena *arena, struct ax_list *results, struct ax_err *err)
{
    struct response response;
    AX_TRY(ax_wire_decode_known(&response_message, bytes, arena, &response, err));
    *results = response.results;
    return AX_RC(OK);
}

struct ax_field_error ax_field_error_of(const struct ax_err *err)
{
    return (struct ax_field_error){
            ax_str_c(ax_code_name(err->code)), ax_str_c(err->field), ax_str_c(err->value), ax_str_c(err->text)};
}

void ax_field_error_to_err(const struct ax_field_error *error, struct ax_err *out)
{
    int code = AX_INVALID;
    for (int i = 1; i < AX_CODE_COUNT; i++) {
        if (ax_str_eq(error->reason, ax_str_c(ax_code_name(i)))) {
            code = i;
        }
    }
    char field[AX_ERR_FIELD_MAX];
    (void)snprintf(field, sizeof field, "%.*s", AX_ARG(error->field));
    const char *value = error->value.len == 0 ? NULL : error->value.ptr;
    ax_rc rc = ax_fail_field(out, (enum ax_code)code, field, value, error->value.len, "%.*s", AX_ARG(error->rule));
    (void)rc;
}
