/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A method's request and response between JSON and protobuf, by the descriptors of proto/. A request of NULL is one that
 * jansson could not make, for bytes that are not UTF-8: AX_INVALID. Any thread. */
#include "base/bytes.h"

#include <jansson.h>

ax_rc ax_call_encode(const char *method, json_t *request, struct ax_buf *out, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_call_decode(const char *method, ax_str response, json_t **out, struct ax_err *err) AX_MUST_CHECK;
