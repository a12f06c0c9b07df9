/* SPDX-License-Identifier: Apache-2.0 */
#include "services/ingest/reject.h"

#include "base/digest.h"
#include "services/lib/wire/personal.h"
#include "services/lib/wire/put.h"
#include "services/lib/wire/reader.h"
#include "services/lib/wire/unpack.h"

#include <anxin/v1/fact.pb-c.h>

#include <stdio.h>

/* Numbers in RejectRecord, Reject and RawRow. */
enum {
    RECORD_VERSION = 1,
    RECORD_REJECT = 2,
    RECORD_RESOLVED = 3,
    REJECT_ERROR = 2,
    REJECT_RAW = 3,
    REJECT_FACT = 4,
    REJECT_AT = 5,
    REJECT_PRINCIPAL = 6,
    RAW_CONTENT = 5,
};

enum { FORMAT_VERSION = 1, PRINCIPAL_SIZE = 128 };

bool ax_reject_id_parse(ax_str text, struct ax_reject_id *out)
{
    int64_t partition = 0;
    ax_str head = ax_str_split(&text, ':');
    if (!ax_ok(ax_str_to_i64(head, &partition)) || !ax_ok(ax_str_to_i64(text, &out->offset))) {
        return false;
    }
    out->partition = (int32_t)partition;
    return partition >= 0 && partition < AX_LOG_PARTITIONS_MAX && out->offset >= 0;
}

char *ax_reject_id_format(struct ax_reject_id id, char out[AX_REJECT_ID_SIZE])
{
    (void)snprintf(out, AX_REJECT_ID_SIZE, "%d:%lld", id.partition, (long long)id.offset);
    return out;
}

static void put_error(struct ax_buf *out, const struct ax_field_error *error)
{
    size_t start = out->len;
    ax_encode(&ax_field_error_message, error, false, out);
    ax_wire_wrap(out, start, REJECT_ERROR);
}

/* A fact that any reader can read stays a fact; other bytes are a row's content, or they would spoil the whole answer. */
static void put_fact(struct ax_buf *out, ax_str bytes)
{
    size_t start = out->len;
    if (ax_ok(ax_unpack_check(&anxin__v1__fact__descriptor, bytes, NULL))) {
        ax_buf_put_str(out, bytes);
        ax_wire_wrap(out, start, REJECT_FACT);
        return;
    }
    ax_str cut = bytes.len > AX_RAW_CONTENT_BYTES_MAX ? ax_str_of(bytes.ptr, AX_RAW_CONTENT_BYTES_MAX) : bytes;
    ax_wire_put_str(out, RAW_CONTENT, cut);
    ax_wire_wrap(out, start, REJECT_RAW);
}

static void put_item(struct ax_buf *out, const struct ax_submit_item *item)
{
    if (item->kind == AX_SUBMIT_RAW && item->fault == NULL) {
        size_t start = out->len;
        ax_encode(&ax_raw_row_message, &item->raw, false, out);
        ax_wire_wrap(out, start, REJECT_RAW);
    } else {
        put_fact(out, item->bytes);
    }
}

static void digest_of(ax_str bytes, uint8_t digest[AX_REJECT_DIGEST_SIZE])
{
    uint8_t whole[AX_DIGEST_SIZE];
    ax_sha256(bytes, whole);
    memcpy(digest, whole, AX_REJECT_DIGEST_SIZE);
}

void ax_reject_digest(ax_str reject, uint8_t digest[AX_REJECT_DIGEST_SIZE], int64_t *at_us)
{
    struct ax_cursor c = ax_cursor_of(reject);
    struct ax_wire_field field = {0};
    size_t what = 0; /* bytes in front of when it was */
    *at_us = 0;
    while (ax_cursor_left(&c) > 0 && ax_ok(ax_wire_next(&c, &field, NULL)) && field.number != REJECT_AT) {
        what = reject.len - ax_cursor_left(&c);
    }
    if (field.number == REJECT_AT && field.type == AX_WIRE_VARINT) {
        *at_us = (int64_t)field.value;
    }
    digest_of(ax_str_of(reject.ptr, what), digest);
}

void ax_reject_encode(const struct ax_reject_input *input, struct ax_buf *out, uint8_t digest[AX_REJECT_DIGEST_SIZE])
{
    ax_wire_put_uint(out, RECORD_VERSION, FORMAT_VERSION);
    size_t start = out->len;
    struct ax_field_error error = input->fault == NULL ? input->item->raw.error : ax_field_error_of(input->fault);
    char principal[PRINCIPAL_SIZE];
    (void)snprintf(principal, sizeof principal, "%.*s/%.*s", AX_ARG(input->role), AX_ARG(input->id));
    put_error(out, &error);
    put_item(out, input->item);
    if (!out->failed) {
        ax_personal_mask_bytes((char *)out->ptr + start, out->len - start, false);
    }
    digest_of(ax_str_of(out->failed ? NULL : out->ptr + start, out->failed ? 0 : out->len - start), digest);
    ax_wire_put_uint(out, REJECT_AT, (uint64_t)input->at_us);
    ax_wire_put_str(out, REJECT_PRINCIPAL, ax_str_c(principal));
    ax_wire_wrap(out, start, RECORD_REJECT);
}

void ax_reject_encode_resolved(struct ax_reject_id id, struct ax_buf *out)
{
    char text[AX_REJECT_ID_SIZE];
    ax_wire_put_uint(out, RECORD_VERSION, FORMAT_VERSION);
    ax_wire_put_str(out, RECORD_RESOLVED, ax_str_c(ax_reject_id_format(id, text)));
}
