/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/wire/rating_wire.h"

#include "services/lib/wire/bridge.h"
#include "services/lib/wire/put.h"

#include <anxin/v1/rating.pb-c.h>

enum { RATING_AS_OF_NUMBER = 17 };

ax_rc ax_rating_from_wire(ax_str bytes, struct ax_arena *arena, struct ax_rating *out, struct ax_err *err)
{
    return ax_wire_decode(&ax_rating_message, bytes, arena, out, err);
}

ax_rc ax_rating_from_pb(
        const struct Anxin__V1__Rating *rating, struct ax_arena *arena, struct ax_rating *out, struct ax_err *err)
{
    return ax_from_pb(&rating->base, &ax_rating_message, arena, out, err);
}

ax_rc ax_rating_to_pb(
        const struct ax_rating *rating, struct ax_arena *arena, struct Anxin__V1__Rating **out, struct ax_err *err)
{
    ProtobufCMessage *message = NULL;
    AX_TRY(ax_to_pb(&ax_rating_message, rating, &anxin__v1__rating__descriptor, arena, &message, err));
    *out = (Anxin__V1__Rating *)message;
    return AX_RC(OK);
}

ax_rc ax_rating_to_json(const struct ax_rating *rating, struct ax_arena *arena, struct ax_buf *out, struct ax_err *err)
{
    return ax_struct_to_json(&ax_rating_message, rating, &anxin__v1__rating__descriptor, arena, out, err);
}

void ax_rating_put_stored(struct ax_buf *out, uint32_t number, ax_str stored, const struct ax_as_of *as_of)
{
    size_t start = out->len;
    ax_buf_put_str(out, stored);
    if (as_of != NULL) {
        size_t as_of_start = out->len;
        ax_encode(&ax_as_of_message, as_of, false, out);
        ax_wire_wrap(out, as_of_start, RATING_AS_OF_NUMBER);
    }
    ax_wire_wrap(out, start, number);
}

void ax_rating_put(struct ax_buf *out, uint32_t number, const struct ax_rating *rating)
{
    size_t start = out->len;
    ax_encode(&ax_rating_message, rating, false, out);
    ax_wire_wrap(out, start, number);
}
