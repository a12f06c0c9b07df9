/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attacks ax_fact_from_wire, ax_unpack and the strict ax_decode with the same bytes. What the lenient reader takes is
 * taken by the strict one once it is written again, and protobuf-c, where it takes it too, sees the same fact.
 */
#include "services/lib/wire/bridge.h"
#include "services/lib/wire/fact_wire.h"

#include <anxin/v1/fact.pb-c.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CAP_BYTES = 1 << 20 };

static void compare(const struct ax_fact *fact, const struct ax_buf *bytes)
{
    struct ax_buf again;
    ax_buf_init(&again, CAP_BYTES);
    ax_encode(&ax_fact_message, fact, false, &again);
    AX_ASSERT(ax_str_eq(ax_buf_str(&again), ax_buf_str(bytes)));
    ax_buf_deinit(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ax_arena arena;
    ax_arena_init(&arena, 4096, CAP_BYTES);
    struct ax_fact fact;
    struct ax_fact other;
    struct ax_err err;
    struct ax_buf bytes;
    ax_buf_init(&bytes, CAP_BYTES);
    ProtobufCMessage *message = NULL;
    bool unpacked = ax_ok(ax_unpack(&anxin__v1__fact__descriptor, ax_str_of(data, size), &arena, &message, &err));
    if (ax_ok(ax_fact_from_wire(ax_str_of(data, size), &arena, &fact, &err))) {
        ax_encode(&ax_fact_message, &fact, false, &bytes);
        AX_ASSERT(ax_ok(ax_decode(&ax_fact_message, ax_buf_str(&bytes), &arena, &other, &err)));
        compare(&other, &bytes);
        if (unpacked) {
            AX_ASSERT(ax_ok(ax_from_pb(message, &ax_fact_message, &arena, &other, &err)));
            compare(&other, &bytes);
        }
    } else {
        AX_ASSERT(ax_utf8_valid(ax_str_c(err.value)) && err.text[0] != '\0');
    }
    ax_buf_deinit(&bytes);
    ax_arena_deinit(&arena);
    return 0;
}
