/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * From a view to the rating of a day: chooses the edition, rates, and makes the form that the store keeps.
 *
 * A day is rated by what is dated up to it (scoring/ledger_day.h); the ledger's digest is that of all that is known.
 *
 * A stored rating is valid for a span of days and does not depend on which of them it was made on. It is:
 *   the span: two days, 4 bytes each, big-endian, sign bit turned; 0 is open;
 *   where the rater has several bundles, the byte 8 and the first 8 bytes of ax_rater_digest: on any day the next change may
 *   be the work of a bundle that begins later;
 *   the byte 7, and, each behind its length (varint), whose law it is (ax_rater_place) and the gist of the ledger
 *   (scoring/gist.h);
 *   the length of what the risk score is made of (varint, never 7 or 8; 0: no edition of it covers the enterprise), and that:
 *   the edition's index (a byte), the first 8 bytes of its digest, and the state (scoring/risk_codec.c);
 *   the encoding of anxin.v1.Rating without rated_on, as_of and what of the risk score changes from day to day.
 * So the store's bytes are a function of log and packs, and what belongs to the day of an answer is added on the way out.
 *
 * A rater has one bundle, or several, each from a day on (services/lib/schedule). Once made it is immutable, borrows the
 * bundles, and may be used by any thread.
 */
#include "scoring/gist.h"
#include "scoring/risk_explain.h"
#include "services/lib/pack/bundle.h"
#include "services/lib/view/view.h"

enum { AX_EDITION_DAYS_MAX = 1024, AX_RATER_LATER_MAX = 63, AX_RATER_MARK_SIZE = 8 };

struct ax_rater {
    const struct ax_bundle *bundle; /* the first */
    struct {
        int32_t since;
        const struct ax_bundle *bundle;
    } later[AX_RATER_LATER_MAX]; /* ascending */
    size_t later_count;
    uint8_t mark[AX_RATER_MARK_SIZE];          /* of the digest, where there are later ones */
    const struct ax_pack *only;                /* of the bundle, for everybody and every day; NULL: chosen */
    const struct ax_risk_edition *only_risk;   /* likewise: of the same folder */
    int32_t edition_days[AX_EDITION_DAYS_MAX]; /* on which some edition begins or has ended, ascending */
    size_t edition_day_count;
    int32_t risk_days[AX_EDITION_DAYS_MAX]; /* the same of risk scores */
    size_t risk_day_count;
};

struct ax_rated {
    struct ax_rate rate;
    struct ax_rating rating; /* borrows from the view's ledger, pack and `refs` */
    struct ax_rating_refs refs;
    const struct ax_pack *pack;
    const struct ax_risk_edition *risk_edition; /* NULL: none; then there is no score */
    struct ax_risk_state risk_state;
    struct ax_risk risk; /* of the day */
    ax_str place;        /* whose law it is; borrowed as the rating's texts are */
    struct ax_gist gist;
    uint8_t ledger_digest[AX_DIGEST_SIZE];
    int32_t changed_on; /* the last day on which time or another edition changed it; AX_DAY_NONE: none did */
    int32_t from;       /* first day for which it is the same; AX_DAY_NONE: always was */
    int32_t until;      /* first day on which time alone may change it; AX_DAY_NONE: never */
};

void ax_rater_init(struct ax_rater *rater, const struct ax_bundle *bundle);
/* From that day on another bundle; days ascend. False: too many editions, and nothing has changed. */
bool ax_rater_add(struct ax_rater *rater, int32_t since, const struct ax_bundle *bundle);
/* The bundle that rates a day. */
const struct ax_bundle *ax_rater_bundle(const struct ax_rater *rater, int32_t day);
/* Of all that makes a stored rating beside the ledger: its form, the digests of all bundles and the days they begin on. */
void ax_rater_digest(const struct ax_rater *rater, uint8_t out[AX_DIGEST_SIZE]);
/* What if this pack of the bundle were everybody's, wherever they are and whatever the day; its risk score as well where it
 * has one. */
void ax_rater_init_only(struct ax_rater *rater, const struct ax_bundle *bundle, const struct ax_pack *only);
/* `scratch` is overwritten. `out` must not be moved: it points into itself. */
void ax_rater_rate(const struct ax_rater *rater, const struct ax_view *view, ax_str enterprise, int32_t day,
        struct ax_buf *scratch, struct ax_rated *out);
/* The level alone: pack, rate and the days of both. */
void ax_rater_level(
        const struct ax_rater *rater, const struct ax_view *view, ax_str enterprise, int32_t day, struct ax_rated *out);
/* By the ledger of the day: by what facts declare, else where they say the enterprise is, else where its code says it is
 * registered. */
const struct ax_pack *ax_rater_pack(
        const struct ax_rater *rater, const struct ax_ledger *ledger, ax_str enterprise, int32_t day);
/* Whose law it is: the jurisdiction that facts declare, else their region, else that of its registration. Borrowed. */
ax_str ax_rater_place(const struct ax_ledger *ledger, ax_str enterprise);

/* The edition of the risk score, by the same. */
const struct ax_risk_edition *ax_rater_risk(
        const struct ax_rater *rater, const struct ax_ledger *ledger, ax_str enterprise, int32_t day);
/* The first day after that one on which time alone, or another edition, leads to a better grade than that; within
 * AX_RISK_AHEAD_DAYS. */
void ax_rater_better(const struct ax_rater *rater, const struct ax_view *view, ax_str enterprise, int32_t day,
        int32_t grade, struct ax_risk_better *out);

/* Appends the stored form. */
void ax_rated_store(const struct ax_rater *rater, const struct ax_rated *rated, struct ax_buf *out);

struct ax_stored {
    int32_t from;
    int32_t until;
    ax_str mark; /* empty: of a rater with one bundle; borrowed, as are the next */
    ax_str place;
    ax_str gist; /* .ptr NULL: of a form that had none */
    ax_str risk;
    ax_str rating;
};

ax_rc ax_stored_open(ax_str bytes, struct ax_stored *out, struct ax_err *err) AX_MUST_CHECK;
/* Of the rating: industry, level, level_points, ledger_digest, standardisation_missing, incomplete; the rest is not there. */
ax_rc ax_stored_head(const struct ax_stored *stored, struct ax_rating *out, struct ax_err *err) AX_MUST_CHECK;
static inline bool ax_stored_holds(const struct ax_stored *s, int32_t day)
{
    return day >= s->from && (s->until == AX_DAY_NONE || day < s->until);
}

struct ax_as_of ax_rater_as_of(const struct ax_rater *rater, int32_t partition, int64_t next_offset, int32_t day);
/* Whether it was made by what the rater has: in today's form, the same bundles on the same days, and the edition of the risk
 * score is its bundle's; where it was not, the rating is to be made anew. */
bool ax_stored_fits(const struct ax_rater *rater, const struct ax_stored *stored);
/* The score of a day, where the stored rating fits; NULL: it has none. */
const struct ax_risk_edition *ax_stored_risk(const struct ax_rater *rater, const struct ax_stored *stored, int32_t day,
        struct ax_risk_state *state, struct ax_risk *out);
/* Appends what an answer carries: the Rating with rated_on, as_of and the risk score of the day, as any protobuf reader takes
 * it. The score is left out where the stored rating does not fit. */
void ax_stored_serve(const struct ax_rater *rater, const struct ax_stored *stored, int32_t day,
        const struct ax_as_of *as_of, struct ax_buf *out);
