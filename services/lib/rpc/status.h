/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * google.rpc.Status as it travels in grpc-status-details-bin: a message that says all in one line, ErrorInfo (reason =
 * ax_code_name, domain "anxin", metadata field, value and rule), BadRequest where a field is named, RetryInfo where a retry
 * helps. Pure functions.
 */
#include "base/bytes.h"

enum {
    AX_STATUS_DETAILS_MAX = 2048, /* metadata over 8 KiB is refused by peers */
    AX_STATUS_MESSAGE_MAX = 512,  /* room for ax_err_line of any error, which is the status message */
    AX_STATUS_RETRY_MS = 200,     /* what RetryInfo advises */
};

/* Appends the message for `err`; `retry` adds RetryInfo whatever the code. */
void ax_status_encode(const struct ax_err *err, bool retry, struct ax_buf *out);
/* Fills `err` from a gRPC status and its details, which come from a peer and may be anything. AX_INVALID where the
 * details are no Status (err is then made from code and message alone). */
ax_rc ax_status_decode(int grpc_code, ax_str message, ax_str details, struct ax_err *err) AX_MUST_CHECK;
/* The ax_code for a gRPC status code without details. */
int ax_status_code(int grpc_code);
