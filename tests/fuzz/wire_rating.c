/* SPDX-License-Identifier: Apache-2.0 */
/* Attacks the reading of a rating, as a client does it, and of every answer that holds one. */
#include "services/lib/wire/json.h"
#include "services/lib/wire/rating_wire.h"
#include "services/lib/wire/unpack.h"

#include <anxin/v1/rating_service.pb-c.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CAP_BYTES = 1 << 20 };

static void read_answer(const ProtobufCMessageDescriptor *type, ax_str bytes, struct ax_arena *arena)
{
    ProtobufCMessage *message = NULL;
    struct ax_err err;
    if (!ax_ok(ax_unpack(type, bytes, arena, &message, &err))) {
        return;
    }
    struct ax_buf json;
    ax_buf_init(&json, CAP_BYTES);
    if (ax_ok(ax_json_write(message, &json, &err))) {
        ProtobufCMessage *again = NULL;
        ax_rc rc = ax_json_read(ax_buf_str(&json), type, arena, &again, &err);
        AX_ASSERT(ax_ok(rc) || rc.code == AX_LIMIT);
    }
    ax_buf_deinit(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ax_arena arena;
    ax_arena_init(&arena, 4096, CAP_BYTES);
    struct ax_rating rating;
    struct ax_err err;
    ax_str bytes = ax_str_of(data, size);
    if (ax_ok(ax_rating_from_wire(bytes, &arena, &rating, &err))) {
        struct ax_buf again;
        ax_buf_init(&again, CAP_BYTES);
        ax_encode(&ax_rating_message, &rating, false, &again);
        AX_ASSERT(ax_ok(ax_decode(&ax_rating_message, ax_buf_str(&again), &arena, &rating, &err)));
        ax_buf_deinit(&again);
    }
    read_answer(&anxin__v1__explain_rating_response__descriptor, bytes, &arena);
    read_answer(&anxin__v1__watch_ratings_response__descriptor, bytes, &arena);
    read_answer(&anxin__v1__list_ratings_request__descriptor, bytes, &arena);
    ax_arena_deinit(&arena);
    return 0;
}
