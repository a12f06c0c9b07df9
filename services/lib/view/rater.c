/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/view/rater.h"

#include "base/digest.h"

enum {
    STORED_HEAD_SIZE = 8,
    /* Tags of anxin.v1.Rating.rated_on and .as_of: (number << 3) | length-delimited. */
    TAG_RATED_ON = 11 << 3 | 2,
    TAG_AS_OF = 17 << 3 | 2,
    AS_OF_SIZE_MAX = 160,
};

static void add_edition_day(struct ax_rater *rater, int32_t day)
{
    size_t at = 0;
    while (at < rater->edition_day_count && rater->edition_days[at] < day) {
        at++;
    }
    if (at < rater->edition_day_count && rater->edition_days[at] == day) {
        return;
    }
    AX_ASSERT(rater->edition_day_count < AX_EDITION_DAYS_MAX);
    for (size_t i = rater->edition_day_count; i > at; i--) {
        rater->edition_days[i] = rater->edition_days[i - 1];
    }
    rater->edition_days[at] = day;
    rater->edition_day_count++;
}

void ax_rater_init(struct ax_rater *rater, const struct ax_bundle *bundle)
{
    *rater = (struct ax_rater){.bundle = bundle};
    for (size_t i = 0; i < bundle->count; i++) {
        if (bundle->packs[i].effective_from != AX_DAY_NONE) {
            add_edition_day(rater, bundle->packs[i].effective_from);
        }
        if (bundle->packs[i].effective_to != AX_DAY_NONE && bundle->packs[i].effective_to < AX_DAY_MAX) {
            add_edition_day(rater, bundle->packs[i].effective_to + 1);
        }
    }
}

void ax_rater_init_only(struct ax_rater *rater, const struct ax_bundle *bundle, const struct ax_pack *only)
{
    *rater = (struct ax_rater){.bundle = bundle, .only = only};
}

enum { REGION_AT = 2, REGION_LEN = 6 }; /* of the place of registration in a 统一社会信用代码 (GB 32100) */

/* The profile by which a pack is chosen. Where no fact says whose rules apply or where the enterprise is, the place of its
 * registration decides, since that is whom a province's measures are for; it never stands for where the enterprise is. */
static void profile_of(const struct ax_ledger *ledger, ax_str enterprise, struct ax_profile *out)
{
    ax_ledger_profile(ledger, out);
    if (out->jurisdiction.len == 0 && out->region.len == 0 && enterprise.len == AX_USCC_LEN) {
        out->jurisdiction = ax_str_of(enterprise.ptr + REGION_AT, REGION_LEN);
    }
}

static const struct ax_pack *choose(const struct ax_rater *rater, const struct ax_profile *profile, int32_t day)
{
    if (rater->only != NULL) {
        return rater->only;
    }
    return ax_bundle_choose(rater->bundle, profile->jurisdiction, profile->region, profile->industry, day);
}

const struct ax_pack *ax_rater_pack(
        const struct ax_rater *rater, const struct ax_ledger *ledger, ax_str enterprise, int32_t day)
{
    struct ax_profile profile;
    profile_of(ledger, enterprise, &profile);
    return choose(rater, &profile, day);
}

ax_str ax_rater_place(const struct ax_ledger *ledger, ax_str enterprise)
{
    struct ax_profile profile;
    profile_of(ledger, enterprise, &profile);
    return profile.jurisdiction.len > 0 ? profile.jurisdiction : profile.region;
}

/* The days on which the same edition applies: the first, and the first after them. */
static void find_edition(const struct ax_rater *rater, const struct ax_profile *profile, int32_t day,
        const struct ax_pack *pack, int32_t *since, int32_t *until)
{
    *since = *until = AX_DAY_NONE;
    for (size_t i = 0; i < rater->edition_day_count && *until == AX_DAY_NONE; i++) {
        int32_t edge = rater->edition_days[i];
        if (edge <= day) {
            *since = choose(rater, profile, edge - 1) != pack ? edge : *since;
        } else if (choose(rater, profile, edge) != pack) {
            *until = edge;
        }
    }
}

/* Within an edition, and on the day on which it begins. */
static void rate(const struct ax_rater *rater, const struct ax_view *view, const struct ax_profile *profile,
        int32_t day, struct ax_rated *out)
{
    int32_t since;
    int32_t until;
    out->pack = choose(rater, profile, day);
    find_edition(rater, profile, day, out->pack, &since, &until);
    int32_t from = since == AX_DAY_NONE ? AX_DAY_NONE : since + 1;
    ax_rate_with_last_change(&view->ledger, out->pack, from, day, &out->rate, &out->changed_on);
    out->changed_on = out->changed_on == AX_DAY_NONE ? since : out->changed_on;
    out->from = out->rate.last_boundary > since ? out->rate.last_boundary : since;
    out->until = out->rate.next_boundary;
    if (until != AX_DAY_NONE && (out->until == AX_DAY_NONE || until < out->until)) {
        out->until = until;
    }
}

void ax_rater_rate(const struct ax_rater *rater, const struct ax_view *view, ax_str enterprise, int32_t day,
        struct ax_buf *scratch, struct ax_rated *out)
{
    struct ax_profile profile;
    profile_of(&view->ledger, enterprise, &profile);
    rate(rater, view, &profile, day, out);
    ax_buf_clear(scratch);
    ax_ledger_canonical(&view->ledger, scratch);
    AX_ASSERT(!scratch->failed);
    ax_sha256(ax_buf_str(scratch), out->ledger_digest);
    struct ax_rating_input in = {
            .enterprise = enterprise,
            .ledger = &view->ledger,
            .pack = out->pack,
            .rate = &out->rate,
            .day = day,
            .ledger_digest = out->ledger_digest,
            .pack_digest = rater->bundle->digest,
            .offset = view->last_offset,
            .incomplete = view->incomplete,
    };
    ax_rating_fill(&in, &out->refs, &out->rating);
    out->rating.revision.day = out->changed_on;
}

static void put_day(struct ax_buf *out, int32_t day)
{
    ax_buf_put_u32be(out, (uint32_t)day ^ 0x80000000U);
}

void ax_rated_store(struct ax_rated *rated, struct ax_buf *out)
{
    int32_t rated_on = rated->rating.rated_on;
    put_day(out, rated->from);
    put_day(out, rated->until);
    rated->rating.rated_on = AX_DAY_NONE;
    ax_encode(&ax_rating_message, &rated->rating, false, out);
    rated->rating.rated_on = rated_on;
}

ax_rc ax_stored_open(ax_str bytes, struct ax_stored *out, struct ax_err *err)
{
    struct ax_cursor c = ax_cursor_of(bytes);
    uint32_t from = 0;
    uint32_t until = 0;
    if (!ax_cursor_u32be(&c, &from) || !ax_cursor_u32be(&c, &until)) {
        return ax_fail(err, AX_CORRUPT, "a stored rating is shorter than its head of %d bytes", STORED_HEAD_SIZE);
    }
    out->from = (int32_t)(from ^ 0x80000000U);
    out->until = (int32_t)(until ^ 0x80000000U);
    out->rating = ax_str_of(c.at, ax_cursor_left(&c));
    return AX_RC(OK);
}

struct ax_as_of ax_rater_as_of(const struct ax_rater *rater, int32_t partition, int64_t next_offset, int32_t day)
{
    struct ax_as_of as_of = {.partition = (uint32_t)partition, .offset = next_offset, .day = day};
    for (size_t i = 0; i < sizeof as_of.pack; i++) {
        as_of.pack[i] = rater->bundle->digest[i];
    }
    return as_of;
}

void ax_stored_serve(const struct ax_stored *stored, int32_t day, const struct ax_as_of *as_of, struct ax_buf *out)
{
    uint8_t bytes[AS_OF_SIZE_MAX];
    struct ax_buf inner = {.ptr = bytes, .size = sizeof bytes, .cap = sizeof bytes};
    ax_encode(&ax_as_of_message, as_of, false, &inner);
    AX_ASSERT(!inner.failed);
    char text[AX_DAY_TEXT_SIZE];
    ax_buf_put_str(out, stored->rating);
    ax_buf_put_varint(out, TAG_RATED_ON);
    ax_buf_put_varint(out, AX_DAY_TEXT_SIZE - 1);
    ax_buf_put(out, ax_day_format(day, text), AX_DAY_TEXT_SIZE - 1);
    ax_buf_put_varint(out, TAG_AS_OF);
    ax_buf_put_varint(out, inner.len);
    ax_buf_put_str(out, ax_buf_str(&inner));
}
