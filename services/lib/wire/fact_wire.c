/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/wire/fact_wire.h"

#include "services/lib/wire/bridge.h"

#include <anxin/v1/fact.pb-c.h>

ax_rc ax_fact_from_wire(ax_str bytes, struct ax_arena *arena, struct ax_fact *out, struct ax_err *err)
{
    if (bytes.len > AX_FACT_BYTES_MAX) {
        return ax_fail(err, AX_INVALID, "a fact of %zu bytes, more than %d", bytes.len, AX_FACT_BYTES_MAX);
    }
    return ax_wire_decode(&ax_fact_message, bytes, arena, out, err);
}

ax_rc ax_fact_from_pb(
        const struct Anxin__V1__Fact *fact, struct ax_arena *arena, struct ax_fact *out, struct ax_err *err)
{
    return ax_from_pb(&fact->base, &ax_fact_message, arena, out, err);
}

ax_rc ax_fact_to_pb(
        const struct ax_fact *fact, struct ax_arena *arena, struct Anxin__V1__Fact **out, struct ax_err *err)
{
    ProtobufCMessage *message = NULL;
    AX_TRY(ax_to_pb(&ax_fact_message, fact, &anxin__v1__fact__descriptor, arena, &message, err));
    *out = (Anxin__V1__Fact *)message;
    return AX_RC(OK);
}

ax_rc ax_fact_from_json(ax_str json, struct ax_arena *arena, struct ax_fact *out, struct ax_err *err)
{
    if (json.len > AX_FACT_JSON_BYTES_MAX) {
        return ax_fail(err, AX_INVALID, "a fact of %zu bytes, more than %d", json.len, AX_FACT_JSON_BYTES_MAX);
    }
    return ax_struct_from_json(json, &anxin__v1__fact__descriptor, &ax_fact_message, arena, out, err);
}

ax_rc ax_fact_to_json(const struct ax_fact *fact, struct ax_arena *arena, struct ax_buf *out, struct ax_err *err)
{
    return ax_struct_to_json(&ax_fact_message, fact, &anxin__v1__fact__descriptor, arena, out, err);
}
