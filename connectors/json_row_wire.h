/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A line of JSON that is a fact, with some of its members replaced. Any thread. */
#include "connectors/connector.h"

/* A column is a path in Fact, its parts joined by dots, in either spelling (occurredOn, enforcement_penalty.tier). An empty
 * value takes the member out. *out is arena memory. AX_INVALID: no such member, or the line is no JSON object. */
ax_rc ax_json_row_replace(ax_str line, const struct ax_source_override *overrides, size_t count, struct ax_arena *arena,
        ax_str *out, struct ax_err *err) AX_MUST_CHECK;
