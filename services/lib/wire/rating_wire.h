/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Ratings: anxin.v1.Rating <-> struct ax_rating, and answers made of stored bytes without looking into them. Any thread. */
#include "scoring/rating.h"

struct Anxin__V1__Rating;

/* Any protobuf form of a Rating (stored ones are read faster, and strictly, by ax_decode). */
ax_rc ax_rating_from_wire(
        ax_str bytes, struct ax_arena *arena, struct ax_rating *out, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_rating_from_pb(const struct Anxin__V1__Rating *rating, struct ax_arena *arena, struct ax_rating *out,
        struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_rating_to_pb(const struct ax_rating *rating, struct ax_arena *arena, struct Anxin__V1__Rating **out,
        struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_rating_to_json(
        const struct ax_rating *rating, struct ax_arena *arena, struct ax_buf *out, struct ax_err *err) AX_MUST_CHECK;

/*
 * Appends a field `number` that holds a Rating: the stored bytes, then as_of where not NULL. No decoding: protobuf takes
 * fields in any order. GetRatingResponse, WatchRatingsResponse and the lists all have `rating` or `ratings` as field 1,
 * BatchGetRatingsResponse as 2.
 */
void ax_rating_put_stored(struct ax_buf *out, uint32_t number, ax_str stored, const struct ax_as_of *as_of);
/* The same of a struct, its own as_of included. */
void ax_rating_put(struct ax_buf *out, uint32_t number, const struct ax_rating *rating);
