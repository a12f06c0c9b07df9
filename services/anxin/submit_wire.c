/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/submit_wire.h"

#include "anxin/v1/ingest_service.pb-c.h"
#include "services/lib/wire/unpack.h"

/* Tags: field number and wire type of SubmitFactsRequest, SubmitItem and RetryRejectRequest. */
enum {
    TAG_ITEMS = 2 << 3 | 2,
    TAG_VALIDATE_ONLY = 3 << 3 | 0,
    TAG_ITEM_FACT = 1 << 3 | 2,
    TAG_ITEM_RAW = 2 << 3 | 2,
    TAG_RETRY_ID = 1 << 3 | 2,
    TAG_RETRY_FACT = 2 << 3 | 2,
};

static size_t varint_len(uint64_t value)
{
    size_t len = 1;
    while (value >= 0x80) {
        value >>= 7;
        len++;
    }
    return len;
}

static void put_item(struct ax_buf *request, uint8_t tag, ax_str message)
{
    ax_buf_put_u8(request, TAG_ITEMS);
    ax_buf_put_varint(request, 1 + varint_len(message.len) + message.len);
    ax_buf_put_u8(request, tag);
    ax_buf_put_varint(request, message.len);
    ax_buf_put_str(request, message);
}

void ax_submit_put_fact(struct ax_buf *request, ax_str canonical_fact)
{
    put_item(request, TAG_ITEM_FACT, canonical_fact);
}

void ax_submit_put_options(struct ax_buf *request, bool validate_only)
{
    if (validate_only) {
        ax_buf_put_u8(request, TAG_VALIDATE_ONLY);
        ax_buf_put_u8(request, 1);
    }
}

void ax_submit_put_retry(struct ax_buf *request, ax_str reject_id, ax_str canonical_fact)
{
    ax_buf_put_u8(request, TAG_RETRY_ID);
    ax_buf_put_varint(request, reject_id.len);
    ax_buf_put_str(request, reject_id);
    ax_buf_put_u8(request, TAG_RETRY_FACT);
    ax_buf_put_varint(request, canonical_fact.len);
    ax_buf_put_str(request, canonical_fact);
}

static ProtobufCBinaryData bytes_of(ax_str s)
{
    union {
        const char *in;
        uint8_t *out; /* protobuf-c only reads what it packs */
    } cast = {.in = s.ptr};
    return (ProtobufCBinaryData){s.len, cast.out};
}

ax_rc ax_submit_put_raw(struct ax_buf *request, const struct ax_submit_raw *raw, struct ax_err *err)
{
    struct ax_arena arena;
    struct ax_buf message;
    ax_arena_init(&arena, 4096, 1 << 20);
    ax_buf_init(&message, 1 << 20);
    Anxin__V1__FieldError error = ANXIN__V1__FIELD_ERROR__INIT;
    error.reason = ax_arena_printf(&arena, "%s", ax_code_name(raw->err->code));
    error.field = ax_arena_printf(&arena, "%s", raw->err->field);
    error.value = ax_arena_printf(&arena, "%s", raw->err->value);
    error.rule = ax_arena_printf(&arena, "%s", raw->err->text);
    Anxin__V1__RawRow row = ANXIN__V1__RAW_ROW__INIT;
    row.system = ax_arena_printf(&arena, "%.*s", AX_ARG(raw->system));
    row.origin = ax_arena_printf(&arena, "%.*s", AX_ARG(raw->origin));
    row.row = raw->row;
    row.header = bytes_of(raw->header);
    row.content = bytes_of(raw->content);
    row.error = &error;
    ax_rc rc = AX_RC(OK);
    if (row.origin == NULL || row.system == NULL || error.rule == NULL) {
        rc = ax_fail(err, AX_LIMIT, "no room for a row's names");
    } else {
        ax_pack_pb(&row.base, &message);
        put_item(request, TAG_ITEM_RAW, ax_buf_str(&message));
        rc = message.failed ? ax_fail(err, AX_LIMIT, "the row is too large") : rc;
    }
    ax_buf_deinit(&message);
    ax_arena_deinit(&arena);
    return rc;
}

ax_rc ax_submit_read(ax_str response, struct ax_arena *arena, struct ax_submit_result **results, size_t *count, struct ax_err *err)
{
    ProtobufCMessage *message = NULL;
    AX_TRY(ax_unpack(&anxin__v1__submit_facts_response__descriptor, response, arena, &message, err));
    const Anxin__V1__SubmitFactsResponse *answer = (const Anxin__V1__SubmitFactsResponse *)message;
    struct ax_submit_result *out = AX_ARENA_ARRAY(arena, struct ax_submit_result, answer->n_results);
    if (out == NULL) {
        return ax_fail(err, AX_LIMIT, "no room for %zu results", answer->n_results);
    }
    for (size_t i = 0; i < answer->n_results; i++) {
        const Anxin__V1__SubmitResult *from = answer->results[i];
        out[i].status = (enum ax_submit_status)from->status;
        out[i].reject_id = ax_str_c(from->reject_id);
        if (from->error != NULL) {
            out[i].field = ax_str_c(from->error->field);
            out[i].value = ax_str_c(from->error->value);
            out[i].rule = ax_str_c(from->error->rule);
        }
    }
    *results = out;
    *count = answer->n_results;
    return AX_RC(OK);
}
