/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Facts: anxin.v1.Fact <-> struct ax_fact. Form only; what a fact may say is ax_fact_check's. Strings borrow from the
 * bytes given or are arena memory. Bytes of a fact are what ax_encode(&ax_fact_message, …) makes. Any thread.
 */
#include "scoring/fact.h"

struct Anxin__V1__Fact;

enum {
    AX_FACT_BYTES_MAX = 64 << 10,
    AX_FACT_JSON_BYTES_MAX = 6 * AX_FACT_BYTES_MAX, /* every character may be escaped */
};

/* Any protobuf form of a Fact; more than AX_FACT_BYTES_MAX is AX_INVALID. */
ax_rc ax_fact_from_wire(ax_str bytes, struct ax_arena *arena, struct ax_fact *out, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_fact_from_pb(const struct Anxin__V1__Fact *fact, struct ax_arena *arena, struct ax_fact *out,
        struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_fact_to_pb(const struct ax_fact *fact, struct ax_arena *arena, struct Anxin__V1__Fact **out,
        struct ax_err *err) AX_MUST_CHECK;
/* One JSON object, as of a line of JSON lines. */
ax_rc ax_fact_from_json(ax_str json, struct ax_arena *arena, struct ax_fact *out, struct ax_err *err) AX_MUST_CHECK;
/* Appends one line without its end. */
ax_rc ax_fact_to_json(
        const struct ax_fact *fact, struct ax_arena *arena, struct ax_buf *out, struct ax_err *err) AX_MUST_CHECK;
