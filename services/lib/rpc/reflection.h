/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What server reflection says: a serialised ServerReflectionRequest in, a ServerReflectionResponse out. Any thread. */
#include "base/bytes.h"

/* `services` are those that the server lists. Appends to `out`. The request comes from a peer and may be anything. */
ax_rc ax_reflection_answer(ax_str request, const ax_str *services, size_t service_count, struct ax_buf *out,
        struct ax_err *err) AX_MUST_CHECK;
