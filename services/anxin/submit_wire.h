/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* SubmitFacts in wire form: a request is put together item by item, so that any part of it can be sent again. One thread. */
#include "base/arena.h"

/* A row that could not become a fact. */
struct ax_submit_raw {
    ax_str system;
    ax_str origin;
    uint64_t row;
    ax_str header;
    ax_str content;
    const struct ax_err *err;
};

enum ax_submit_status { /* = anxin.v1.SubmitStatus */
    AX_SUBMIT_UNKNOWN = 0,
    AX_SUBMIT_ACCEPTED,
    AX_SUBMIT_DUPLICATE,
    AX_SUBMIT_REJECTED,
    AX_SUBMIT_NOT_ACCEPTED,
    AX_SUBMIT_SUPERSEDED,
    AX_SUBMIT_CONFLICT,
};

struct ax_submit_result {
    enum ax_submit_status status;
    ax_str field;
    ax_str value;
    ax_str rule;
    ax_str reject_id;
};

/* Each appends one encoded `items` field of SubmitFactsRequest. */
void ax_submit_put_fact(struct ax_buf *request, ax_str canonical_fact);
ax_rc ax_submit_put_raw(struct ax_buf *request, const struct ax_submit_raw *raw, struct ax_err *err) AX_MUST_CHECK;
/* Appends the other fields. */
void ax_submit_put_options(struct ax_buf *request, bool validate_only);
/* Results borrow from the arena. */
ax_rc ax_submit_read(ax_str response, struct ax_arena *arena, struct ax_submit_result **results, size_t *count, struct ax_err *err)
        AX_MUST_CHECK;
/* RetryRejectRequest with a mended fact. */
void ax_submit_put_retry(struct ax_buf *request, ax_str reject_id, ax_str canonical_fact);
