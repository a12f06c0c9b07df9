/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * From a view to the rating of a day: chooses the edition, rates, and makes the form that the store keeps.
 *
 * A stored rating is valid for a span of days and does not depend on which of them it was made on: it is the encoding of
 * anxin.v1.Rating without rated_on and as_of, behind the span (two days, 4 bytes each, big-endian, sign bit turned; 0 is
 * open). So the store's bytes are a function of log and packs, and the day that an answer is for is added on the way out.
 *
 * A rater is immutable, borrows the bundle, and may be used by any thread.
 */
#include "scoring/rating.h"
#include "services/lib/pack/bundle.h"
#include "services/lib/view/view.h"

enum { AX_EDITION_DAYS_MAX = AX_BUNDLE_PACKS_MAX * 2 };

struct ax_rater {
    const struct ax_bundle *bundle;
    const struct ax_pack *only;                /* of the bundle, for everybody and every day; NULL: chosen */
    int32_t edition_days[AX_EDITION_DAYS_MAX]; /* on which some edition begins or has ended, ascending */
    size_t edition_day_count;
};

struct ax_rated {
    struct ax_rate rate;
    struct ax_rating rating; /* borrows from ledger, pack and `refs` */
    struct ax_rating_refs refs;
    const struct ax_pack *pack;
    uint8_t ledger_digest[AX_DIGEST_SIZE];
    int32_t changed_on; /* the last day on which time or another edition changed it; AX_DAY_NONE: none did */
    int32_t from;       /* first day for which it is the same; AX_DAY_NONE: always was */
    int32_t until;      /* first day on which time alone may change it; AX_DAY_NONE: never */
};

void ax_rater_init(struct ax_rater *rater, const struct ax_bundle *bundle);
/* What if this pack of the bundle were everybody's, wherever they are and whatever the day. */
void ax_rater_init_only(struct ax_rater *rater, const struct ax_bundle *bundle, const struct ax_pack *only);
/* `scratch` is overwritten. `out` must not be moved: it points into itself. */
void ax_rater_rate(const struct ax_rater *rater, const struct ax_view *view, ax_str enterprise, int32_t day,
        struct ax_buf *scratch, struct ax_rated *out);
/* By what facts declare, else where they say the enterprise is, else where its code says it is registered. */
const struct ax_pack *ax_rater_pack(
        const struct ax_rater *rater, const struct ax_ledger *ledger, ax_str enterprise, int32_t day);
/* Whose law it is: the jurisdiction that facts declare, else their region, else that of its registration. Borrowed. */
ax_str ax_rater_place(const struct ax_ledger *ledger, ax_str enterprise);

/* Appends the stored form. */
void ax_rated_store(struct ax_rated *rated, struct ax_buf *out);

struct ax_stored {
    int32_t from;
    int32_t until;
    ax_str rating; /* borrowed */
};

ax_rc ax_stored_open(ax_str bytes, struct ax_stored *out, struct ax_err *err) AX_MUST_CHECK;
static inline bool ax_stored_holds(const struct ax_stored *s, int32_t day)
{
    return day >= s->from && (s->until == AX_DAY_NONE || day < s->until);
}

struct ax_as_of ax_rater_as_of(const struct ax_rater *rater, int32_t partition, int64_t next_offset, int32_t day);
/* Appends what an answer carries: the Rating with rated_on and as_of, as any protobuf reader takes it. */
void ax_stored_serve(const struct ax_stored *stored, int32_t day, const struct ax_as_of *as_of, struct ax_buf *out);
