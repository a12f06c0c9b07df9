/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * SubmitFacts, both sides of it. The server reads a request item by item, so that nothing valid is lost because of
 * something invalid beside it: an item that breaks a rule of form has a `fault` and the others stand. The client puts
 * items behind each other and reads the results. Structs borrow from the bytes read or written; any thread.
 */
#include "services/lib/wire/fact_wire.h"

enum {
    AX_SUBMIT_ITEMS_MAX = 1000,
    AX_RAW_ORIGIN_BYTES_MAX = 256,
    AX_RAW_HEADER_BYTES_MAX = 16 << 10,
    AX_RAW_CONTENT_BYTES_MAX = 64 << 10,
};

struct ax_field_error {
    ax_str reason; /* ax_code_name */
    ax_str field;
    ax_str value;
    ax_str rule;
};

struct ax_raw_row {
    ax_str system;
    ax_str origin;
    uint64_t row;
    ax_str header;
    ax_str content;
    struct ax_field_error error;
};

enum ax_submit_kind { AX_SUBMIT_NONE = 0, AX_SUBMIT_FACT = 1, AX_SUBMIT_RAW = 2 };

struct ax_submit_item {
    int32_t kind;               /* enum ax_submit_kind */
    const struct ax_err *fault; /* why it could not be read; NULL: the member is filled */
    ax_str bytes;               /* the Fact or RawRow as it came */
    union {
        struct ax_fact fact;
        struct ax_raw_row raw;
    };
};

struct ax_submit_request {
    ax_str request_id;
    bool validate_only;
    struct ax_submit_item *items;
    size_t count;
};

enum ax_submit_status { /* = anxin.v1.SubmitStatus */
    AX_SUBMIT_UNSPECIFIED = 0,
    AX_SUBMIT_ACCEPTED = 1,
    AX_SUBMIT_DUPLICATE = 2,
    AX_SUBMIT_REJECTED = 3,
    AX_SUBMIT_NOT_ACCEPTED = 4,
    AX_SUBMIT_SUPERSEDED = 5,
    AX_SUBMIT_CONFLICT = 6,
};

struct ax_submit_result {
    int32_t status; /* enum ax_submit_status */
    uint32_t partition;
    int64_t offset;
    struct ax_field_error error;
    uint8_t digest[AX_DIGEST_SIZE]; /* all zero: none */
    ax_str reject_id;
};

extern const struct ax_message ax_field_error_message;
extern const struct ax_message ax_raw_row_message;
extern const struct ax_message ax_submit_result_message;

/* AX_INVALID only for what makes the whole of it unreadable, or for more than AX_SUBMIT_ITEMS_MAX items. */
ax_rc ax_submit_request_read(
        ax_str bytes, struct ax_arena *arena, struct ax_submit_request *out, struct ax_err *err) AX_MUST_CHECK;
/* Appends to a request: id and mode once, then any number of items. `fact` may be the canonical bytes of a fact. */
void ax_submit_put_head(struct ax_buf *request, ax_str request_id, bool validate_only);
void ax_submit_put_fact(struct ax_buf *request, ax_str fact);
void ax_submit_put_raw(struct ax_buf *request, const struct ax_raw_row *raw);

/* Appends to a response, one an item, in order. */
void ax_submit_put_result(struct ax_buf *response, const struct ax_submit_result *result);
/* Items of `results` are struct ax_submit_result. */
ax_rc ax_submit_response_read(
        ax_str bytes, struct ax_arena *arena, struct ax_list *results, struct ax_err *err) AX_MUST_CHECK;

/* Borrows from `err`. */
struct ax_field_error ax_field_error_of(const struct ax_err *err);
/* Back to what a program works with; AX_INVALID for a reason that is no code of ours. */
void ax_field_error_to_err(const struct ax_field_error *error, struct ax_err *out);
