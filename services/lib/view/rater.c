/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/view/rater.h"

#include "base/digest.h"
#include "scoring/ledger_day.h"

enum { LOOKS_MAX = 1 << 16 }; /* at a fact, for the next change: each day on which a fact is dated costs a ledger */

enum {
    DIGEST_PART = 8, /* of the edition's digest, enough to tell one from another */
    FORM = 5,        /* of a stored rating; another makes all of them anew */
    TAG_GIST = 7,    /* where a length is never so much */
    STATE_SIZE_MAX = 1 + DIGEST_PART + AX_RISK_STATE_BYTES_MAX, /* of what stands behind a risk score */
    /* Tags of anxin.v1.Rating.rated_on and .as_of: (number << 3) | length-delimited. */
    TAG_RATED_ON = 11 << 3 | 2,
    TAG_AS_OF = 17 << 3 | 2,
    AS_OF_SIZE_MAX = 160,
};

static void add_day(int32_t days[AX_EDITION_DAYS_MAX], size_t *count, int32_t day)
{
    size_t at = 0;
    while (at < *count && days[at] < day) {
        at++;
    }
    if (at < *count && days[at] == day) {
        return;
    }
    AX_ASSERT(*count < AX_EDITION_DAYS_MAX);
    for (size_t i = *count; i > at; i--) {
        days[i] = days[i - 1];
    }
    days[at] = day;
    (*count)++;
}

/* The days on which a scope begins and has ended. */
static void add_scope(int32_t days[AX_EDITION_DAYS_MAX], size_t *count, const struct ax_scope *scope)
{
    if (scope->effective_from != AX_DAY_NONE) {
        add_day(days, count, scope->effective_from);
    }
    if (scope->effective_to != AX_DAY_NONE && scope->effective_to < AX_DAY_MAX) {
        add_day(days, count, scope->effective_to + 1);
    }
}

static void add_risk_days(struct ax_rater *rater, const struct ax_bundle *bundle)
{
    for (size_t i = 0; i < bundle->risk_count; i++) {
        add_scope(rater->risk_days, &rater->risk_day_count, &bundle->risks[i].scope);
    }
}

static void add_editions(struct ax_rater *rater, const struct ax_bundle *bundle)
{
    for (size_t i = 0; i < bundle->count; i++) {
        struct ax_scope scope = ax_pack_scope(&bundle->packs[i]);
        add_scope(rater->edition_days, &rater->edition_day_count, &scope);
    }
    add_risk_days(rater, bundle);
}

void ax_rater_init(struct ax_rater *rater, const struct ax_bundle *bundle)
{
    *rater = (struct ax_rater){.bundle = bundle};
    add_editions(rater, bundle);
}

bool ax_rater_add(struct ax_rater *rater, int32_t since, const struct ax_bundle *bundle)
{
    size_t n = rater->later_count;
    AX_ASSERT(n == 0 || rater->later[n - 1].since < since);
    if (n == AX_RATER_LATER_MAX || rater->edition_day_count + 2 * bundle->count + 1 > AX_EDITION_DAYS_MAX ||
            rater->risk_day_count + 2 * bundle->risk_count + 1 > AX_EDITION_DAYS_MAX) {
        return false;
    }
    rater->later[n].since = since;
    rater->later[n].bundle = bundle;
    rater->later_count++;
    add_day(rater->edition_days, &rater->edition_day_count, since);
    add_day(rater->risk_days, &rater->risk_day_count, since);
    add_editions(rater, bundle);
    uint8_t digest[AX_DIGEST_SIZE];
    ax_rater_digest(rater, digest);
    memcpy(rater->mark, digest, sizeof rater->mark);
    return true;
}

const struct ax_bundle *ax_rater_bundle(const struct ax_rater *rater, int32_t day)
{
    const struct ax_bundle *bundle = rater->bundle;
    for (size_t i = 0; i < rater->later_count && rater->later[i].since <= day; i++) {
        bundle = rater->later[i].bundle;
    }
    return bundle;
}

void ax_rater_digest(const struct ax_rater *rater, uint8_t out[AX_DIGEST_SIZE])
{
    struct ax_sha256_run *run = ax_sha256_new();
    const uint8_t form = FORM;
    ax_sha256_add(run, ax_str_of(&form, sizeof form));
    ax_sha256_add(run, ax_str_of(rater->bundle->digest, AX_DIGEST_SIZE));
    for (size_t i = 0; i < rater->later_count; i++) {
        char day[AX_DAY_TEXT_SIZE];
        ax_sha256_add(run, ax_str_c(ax_day_format(rater->later[i].since, day)));
        ax_sha256_add(run, ax_str_of(rater->later[i].bundle->digest, AX_DIGEST_SIZE));
    }
    ax_sha256_end(run, out);
}

/* The days that the bundle of a day rates: the first, and the first of the next. */
static void find_bundle(const struct ax_rater *rater, int32_t day, int32_t *since, int32_t *until)
{
    *since = *until = AX_DAY_NONE;
    for (size_t i = 0; i < rater->later_count && *until == AX_DAY_NONE; i++) {
        *(rater->later[i].since <= day ? since : until) = rater->later[i].since;
    }
}

void ax_rater_init_only(struct ax_rater *rater, const struct ax_bundle *bundle, const struct ax_pack *only)
{
    *rater = (struct ax_rater){.bundle = bundle, .only = only};
    for (size_t i = 0; i < bundle->risk_count; i++) {
        if (ax_str_eq(bundle->risks[i].id, only->id)) {
            rater->only_risk = &bundle->risks[i];
        }
    }
    add_risk_days(rater, bundle);
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
    return ax_bundle_choose(
            ax_rater_bundle(rater, day), profile->jurisdiction, profile->region, profile->industry, day);
}

const struct ax_pack *ax_rater_pack(
        const struct ax_rater *rater, const struct ax_ledger *ledger, ax_str enterprise, int32_t day)
{
    struct ax_profile profile;
    profile_of(ledger, enterprise, &profile);
    return choose(rater, &profile, day);
}

static ax_str place_of(const struct ax_profile *profile)
{
    return profile->jurisdiction.len > 0 ? profile->jurisdiction : profile->region;
}

ax_str ax_rater_place(const struct ax_ledger *ledger, ax_str enterprise)
{
    struct ax_profile profile;
    profile_of(ledger, enterprise, &profile);
    return place_of(&profile);
}

static const struct ax_risk_edition *choose_risk(
        const struct ax_rater *rater, const struct ax_profile *profile, int32_t day)
{
    return rater->only_risk != NULL ? rater->only_risk
                                    : ax_bundle_choose_risk(ax_rater_bundle(rater, day), profile->jurisdiction,
                                              profile->region, profile->industry, day);
}

const struct ax_risk_edition *ax_rater_risk(
        const struct ax_rater *rater, const struct ax_ledger *ledger, ax_str enterprise, int32_t day)
{
    struct ax_profile profile;
    profile_of(ledger, enterprise, &profile);
    return ledger->count == 0 ? NULL : choose_risk(rater, &profile, day);
}

/* The days on which the same edition applies: the first, and the first after them. */
static void find_edition(const struct ax_rater *rater, const struct ax_profile *profile, int32_t day,
        const struct ax_pack *pack, int32_t *since, int32_t *until)
{
    find_bundle(rater, day, since, until);
    for (size_t i = 0; i < rater->edition_day_count; i++) {
        int32_t edge = rater->edition_days[i];
        if (*until != AX_DAY_NONE && edge >= *until) {
            break;
        }
        if (edge <= day) {
            *since = edge > *since && choose(rater, profile, edge - 1) != pack ? edge : *since;
        } else if (choose(rater, profile, edge) != pack) {
            *until = edge;
        }
    }
}

static bool same_rules(
        const struct ax_pack *a, const uint16_t *of_a, const struct ax_pack *b, const uint16_t *of_b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!ax_str_eq(a->rules[of_a[i]].id, b->rules[of_b[i]].id)) {
            return false;
        }
    }
    return true;
}

/* ax_rate_same over two editions, in which a rule may have another index. */
static bool is_same(
        const struct ax_pack *pack, const struct ax_rate *a, const struct ax_pack *other, const struct ax_rate *b)
{
    return a->level == b->level && a->band == b->band && a->points == b->points &&
           a->override_count == b->override_count && a->flag_count == b->flag_count &&
           same_rules(pack, a->overrides, other, b->overrides, a->override_count) &&
           same_rules(pack, a->flags, other, b->flags, a->flag_count);
}

static int32_t earlier(int32_t a, int32_t b)
{
    return a == AX_DAY_NONE || (b != AX_DAY_NONE && b < a) ? b : a;
}

/* The next change, also where it is another edition that makes it, or a fact that is dated later: from `until` on it is
 * another's, and so on. Of many such days not before the day returned. */
static int32_t find_change(const struct ax_rater *rater, const struct ax_view *view, ax_str enterprise,
        const struct ax_rated *rated, int32_t until)
{
    int32_t on = rated->rate.next_change_on;
    uint32_t tries = 1 + LOOKS_MAX / (view->ledger.count + 1);
    while (until != AX_DAY_NONE && (on == AX_DAY_NONE || on >= until)) {
        struct ax_ledger_day then;
        struct ax_profile profile;
        struct ax_rate rate;
        int32_t since = until;
        ax_ledger_day_init(&then, &view->ledger, since);
        profile_of(then.ledger, enterprise, &profile);
        const struct ax_pack *pack = choose(rater, &profile, since);
        ax_rate(then.ledger, pack, since, &rate);
        int32_t begun = since;
        find_edition(rater, &profile, since, pack, &begun, &until);
        until = earlier(until, then.next);
        ax_ledger_day_deinit(&then);
        if (!is_same(rated->pack, &rated->rate, pack, &rate) || --tries == 0) {
            return since;
        }
        on = rate.next_change_on;
    }
    return on;
}

/* The part of a span in which a boundary lies on neither side. */
static void cut_span(struct ax_rated *out, int32_t last, int32_t next)
{
    out->from = last > out->from ? last : out->from;
    if (next != AX_DAY_NONE && (out->until == AX_DAY_NONE || next < out->until)) {
        out->until = next;
    }
}

/* What is rated on a day: the ledger of that day, and who it is by that. */
struct standing {
    struct ax_ledger_day now;
    struct ax_profile profile;
};

static void stand(struct standing *s, const struct ax_view *view, ax_str enterprise, int32_t day)
{
    ax_ledger_day_init(&s->now, &view->ledger, day);
    profile_of(s->now.ledger, enterprise, &s->profile);
}

/* Within an edition, and on the day on which it begins. */
static void rate(const struct ax_rater *rater, const struct ax_view *view, const struct standing *s, ax_str enterprise,
        int32_t day, struct ax_rated *out)
{
    int32_t since;
    int32_t until;
    out->pack = choose(rater, &s->profile, day);
    find_edition(rater, &s->profile, day, out->pack, &since, &until);
    int32_t from = since == AX_DAY_NONE ? AX_DAY_NONE : since + 1;
    ax_rate_with_last_change(s->now.ledger, out->pack, from, day, &out->rate, &out->changed_on);
    out->changed_on = out->changed_on == AX_DAY_NONE ? since : out->changed_on;
    out->from = out->rate.last_boundary > since ? out->rate.last_boundary : since;
    out->until = out->rate.next_boundary;
    cut_span(out, s->now.last, earlier(until, s->now.next));
    out->rate.next_change_on = find_change(rater, view, enterprise, out, earlier(until, s->now.next));
}

/* A rule that makes it a candidate for a list; by the beginning of its id. */
static bool is_candidate(const struct ax_rated *rated)
{
    for (size_t i = 0; i < rated->rate.flag_count; i++) {
        if (ax_str_starts(rated->pack->rules[rated->rate.flags[i]].id, AX_STR("candidate."))) {
            return true;
        }
    }
    return false;
}

static void score(const struct ax_rater *rater, const struct standing *standing, int32_t day, struct ax_rated *out)
{
    const struct ax_profile *profile = &standing->profile;
    if (standing->now.ledger->count == 0) { /* nothing is dated up to the day: nobody to compare it with */
        out->risk_edition = NULL;
        return;
    }
    out->risk_edition = choose_risk(rater, profile, day);
    for (size_t i = 0; i < rater->risk_day_count; i++) {
        int32_t edge = rater->risk_days[i];
        if (edge <= day && choose_risk(rater, profile, edge - 1) != out->risk_edition) {
            cut_span(out, edge, AX_DAY_NONE);
        } else if (edge > day && choose_risk(rater, profile, edge) != out->risk_edition) {
            cut_span(out, AX_DAY_NONE, edge);
            break;
        }
    }
    if (out->risk_edition == NULL) {
        return;
    }
    struct ax_risk_state *s = &out->risk_state;
    ax_risk_state_of(standing->now.ledger, out->pack, out->risk_edition, day, s);
    s->marks |= is_candidate(out) ? AX_RISK_WATCH_CANDIDATE : 0;
    cut_span(out, s->last_boundary, s->next_boundary);
    ax_risk_at(out->risk_edition, s, day, &out->risk);
}

void ax_rater_level(
        const struct ax_rater *rater, const struct ax_view *view, ax_str enterprise, int32_t day, struct ax_rated *out)
{
    struct standing s;
    stand(&s, view, enterprise, day);
    rate(rater, view, &s, enterprise, day, out);
    ax_ledger_day_deinit(&s.now);
}

/* What it borrows of the day's ledger it borrows of the whole. */
static void borrow(const struct ax_ledger_day *now, const struct ax_ledger *whole, struct ax_rated *out)
{
    ax_str *texts[] = {
            &out->place, &out->rating.name, &out->rating.region, &out->rating.industry, &out->rating.industry_edition};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *texts[i] = ax_ledger_day_text(now, whole, *texts[i]);
    }
}

void ax_rater_rate(const struct ax_rater *rater, const struct ax_view *view, ax_str enterprise, int32_t day,
        struct ax_buf *scratch, struct ax_rated *out)
{
    struct standing s;
    stand(&s, view, enterprise, day);
    out->place = place_of(&s.profile);
    ax_gist_of(s.now.ledger, &out->gist);
    rate(rater, view, &s, enterprise, day, out);
    score(rater, &s, day, out);
    ax_buf_clear(scratch);
    ax_ledger_canonical(&view->ledger, scratch);
    AX_ASSERT(!scratch->failed);
    ax_sha256(ax_buf_str(scratch), out->ledger_digest);
    struct ax_rating_input in = {
            .enterprise = enterprise,
            .ledger = s.now.ledger,
            .pack = out->pack,
            .rate = &out->rate,
            .day = day,
            .ledger_digest = out->ledger_digest,
            .pack_digest = ax_rater_bundle(rater, day)->digest,
            .offset = view->last_offset,
            .incomplete = view->incomplete,
    };
    ax_rating_fill(&in, &out->refs, &out->rating);
    out->rating.revision.day = out->changed_on;
    if (out->risk_edition != NULL) {
        ax_risk_fill(out->risk_edition, &out->risk_state, &out->risk, &out->rating);
    }
    borrow(&s.now, &view->ledger, out);
    ax_ledger_day_deinit(&s.now);
}

/* The first day after that one on which an edition may begin or have ended, but not after `limit`. */
static int32_t next_edge(const struct ax_rater *rater, int32_t day, int32_t limit)
{
    for (size_t i = 0; i < rater->edition_day_count; i++) {
        int32_t edge = rater->edition_days[i];
        limit = edge > day && edge < limit ? edge : limit;
    }
    for (size_t i = 0; i < rater->risk_day_count; i++) {
        int32_t edge = rater->risk_days[i];
        limit = edge > day && edge < limit ? edge : limit;
    }
    return limit;
}

void ax_rater_better(const struct ax_rater *rater, const struct ax_view *view, ax_str enterprise, int32_t day,
        int32_t grade, struct ax_risk_better *out)
{
    const int32_t end = day + AX_RISK_AHEAD_DAYS + 1;
    uint32_t tries = 1 + LOOKS_MAX / (view->ledger.count + 1);
    *out = (struct ax_risk_better){AX_RISK_GRADE_NONE, AX_DAY_NONE};
    for (int32_t at = day + 1; at < end && out->on == AX_DAY_NONE && tries > 0; tries--) {
        struct standing s;
        stand(&s, view, enterprise, at);
        int32_t edge = earlier(next_edge(rater, at, end), s.now.next);
        const struct ax_risk_edition *edition = choose_risk(rater, &s.profile, at);
        if (edition != NULL) {
            (void)ax_risk_find_better(s.now.ledger, choose(rater, &s.profile, at), edition, at, edge - 1, grade, out);
        }
        ax_ledger_day_deinit(&s.now);
        at = edge;
    }
}

static void put_day(struct ax_buf *out, int32_t day)
{
    ax_buf_put_u32be(out, (uint32_t)day ^ 0x80000000U);
}

static void put_risk(const struct ax_rater *rater, const struct ax_rated *rated, struct ax_buf *out)
{
    if (rated->risk_edition == NULL) {
        ax_buf_put_varint(out, 0);
        return;
    }
    uint8_t bytes[STATE_SIZE_MAX];
    struct ax_buf inner = {.ptr = bytes, .size = sizeof bytes, .cap = sizeof bytes};
    ax_buf_put_u8(&inner, (uint8_t)(rated->risk_edition - ax_rater_bundle(rater, rated->rating.rated_on)->risks));
    ax_buf_put(&inner, rated->risk_edition->digest, DIGEST_PART);
    ax_risk_state_put(rated->risk_edition, &rated->risk_state, &inner);
    AX_ASSERT(!inner.failed);
    ax_buf_put_varint(out, inner.len);
    ax_buf_put_str(out, ax_buf_str(&inner));
}

static void put_gist(const struct ax_rated *rated, struct ax_buf *out)
{
    uint8_t bytes[AX_GIST_BYTES_MAX];
    struct ax_buf inner = {.ptr = bytes, .size = sizeof bytes, .cap = sizeof bytes};
    ax_gist_put(&rated->gist, &inner);
    AX_ASSERT(!inner.failed);
    ax_buf_put_u8(out, TAG_GIST);
    ax_buf_put_varint(out, rated->place.len);
    ax_buf_put_str(out, rated->place);
    ax_buf_put_varint(out, inner.len);
    ax_buf_put_str(out, ax_buf_str(&inner));
}

void ax_rated_store(const struct ax_rater *rater, const struct ax_rated *rated, struct ax_buf *out)
{
    put_day(out, rated->from);
    put_day(out, rated->until);
    if (rater->later_count > 0) {
        ax_buf_put_varint(out, sizeof rater->mark);
        ax_buf_put(out, rater->mark, sizeof rater->mark);
    }
    put_gist(rated, out);
    put_risk(rater, rated, out);
    struct ax_rating rating = rated->rating;
    rating.rated_on = AX_DAY_NONE;
    rating.as_of = (struct ax_as_of){.day = AX_DAY_NONE};
    rating.risk_score_present = 0;
    rating.risk_grade = AX_RISK_GRADE_NONE;
    rating.credibility_ppm = rating.peer_percentile = 0;
    rating.score_low = rating.score_high = 0;
    rating.watch = rating.silent = rating.exposure_estimated = false;
    ax_encode(&ax_rating_message, &rating, false, out);
}

static bool take_text(struct ax_cursor *c, ax_str *out)
{
    uint64_t len = 0;
    return ax_cursor_varint(c, &len) && ax_cursor_take(c, len, out);
}

/* What stands between the span and the rating: a mark and a gist, or not, and the state. */
static bool open_middle(struct ax_cursor *c, struct ax_stored *out)
{
    uint64_t len = 0;
    bool whole = ax_cursor_varint(c, &len);
    if (whole && len == AX_RATER_MARK_SIZE) {
        whole = ax_cursor_take(c, len, &out->mark) && ax_cursor_varint(c, &len);
    }
    if (whole && len == TAG_GIST) {
        whole = take_text(c, &out->place) && take_text(c, &out->gist) && ax_cursor_varint(c, &len);
    }
    return whole && ax_cursor_take(c, len, &out->risk);
}

ax_rc ax_stored_open(ax_str bytes, struct ax_stored *out, struct ax_err *err)
{
    struct ax_cursor c = ax_cursor_of(bytes);
    uint32_t from = 0;
    uint32_t until = 0;
    *out = (struct ax_stored){0};
    if (!ax_cursor_u32be(&c, &from) || !ax_cursor_u32be(&c, &until) || !open_middle(&c, out)) {
        return ax_fail(err, AX_CORRUPT, "a stored rating is shorter than its head");
    }
    out->from = (int32_t)(from ^ 0x80000000U);
    out->until = (int32_t)(until ^ 0x80000000U);
    out->rating = ax_str_of(c.at, ax_cursor_left(&c));
    return AX_RC(OK);
}

ax_rc ax_stored_head(const struct ax_stored *stored, struct ax_rating *out, struct ax_err *err)
{
    enum {
        INDUSTRY = 4,
        LEVEL = 6,
        LEVEL_POINTS = 7,
        LEDGER_DIGEST = 14,
        STANDARDISATION_MISSING = 21,
        INCOMPLETE = 23
    };
    static const uint16_t wanted[] = {
            INDUSTRY, LEVEL, LEVEL_POINTS, LEDGER_DIGEST, STANDARDISATION_MISSING, INCOMPLETE};
    *out = (struct ax_rating){.level = 0};
    return ax_decode_some(&ax_rating_message, wanted, sizeof wanted / sizeof wanted[0], stored->rating, out, err);
}

struct ax_as_of ax_rater_as_of(const struct ax_rater *rater, int32_t partition, int64_t next_offset, int32_t day)
{
    struct ax_as_of as_of = {.partition = (uint32_t)partition, .offset = next_offset, .day = day};
    memcpy(as_of.pack, ax_rater_bundle(rater, day)->digest, sizeof as_of.pack);
    return as_of;
}

/* The edition that the state behind it is of; NULL: of none that is in the bundle of its days. */
static const struct ax_risk_edition *edition_of(const struct ax_rater *rater, const struct ax_stored *stored)
{
    ax_str risk = stored->risk;
    const struct ax_bundle *bundle = ax_rater_bundle(rater, stored->from);
    if (risk.len < 1 + DIGEST_PART || (uint8_t)risk.ptr[0] >= bundle->risk_count) {
        return NULL;
    }
    const struct ax_risk_edition *e = &bundle->risks[(uint8_t)risk.ptr[0]];
    return ax_str_eq(ax_str_of(risk.ptr + 1, DIGEST_PART), ax_str_of(e->digest, DIGEST_PART)) ? e : NULL;
}

bool ax_stored_fits(const struct ax_rater *rater, const struct ax_stored *stored)
{
    ax_str mark = rater->later_count == 0 ? (ax_str){0} : ax_str_of(rater->mark, sizeof rater->mark);
    return stored->gist.ptr != NULL && ax_str_eq(stored->mark, mark) &&
           (stored->risk.len == 0 || edition_of(rater, stored) != NULL);
}

const struct ax_risk_edition *ax_stored_risk(const struct ax_rater *rater, const struct ax_stored *stored, int32_t day,
        struct ax_risk_state *state, struct ax_risk *out)
{
    ax_str bytes = stored->risk;
    const struct ax_risk_edition *e = edition_of(rater, stored);
    if (e == NULL ||
            !ax_risk_state_take(e, ax_str_of(bytes.ptr + 1 + DIGEST_PART, bytes.len - 1 - DIGEST_PART), state)) {
        return NULL;
    }
    ax_risk_at(e, state, day, out);
    return e;
}

static void serve_risk(const struct ax_rater *rater, const struct ax_stored *stored, int32_t day, struct ax_buf *out)
{
    struct ax_risk risk AX_UNSET;
    struct ax_risk_state state AX_UNSET;
    const struct ax_risk_edition *e = ax_stored_risk(rater, stored, day, &state, &risk);
    if (e != NULL) {
        struct ax_rating rating = {.level = 0};
        ax_risk_fill(e, &state, &risk, &rating);
        ax_encode(&ax_rating_risk_message, &rating, false, out);
    }
}

void ax_stored_serve(const struct ax_rater *rater, const struct ax_stored *stored, int32_t day,
        const struct ax_as_of *as_of, struct ax_buf *out)
{
    uint8_t bytes[AS_OF_SIZE_MAX];
    struct ax_buf inner = {.ptr = bytes, .size = sizeof bytes, .cap = sizeof bytes};
    ax_encode(&ax_as_of_message, as_of, false, &inner);
    AX_ASSERT(!inner.failed);
    char text[AX_DAY_TEXT_SIZE];
    ax_buf_put_str(out, stored->rating);
    serve_risk(rater, stored, day, out);
    ax_buf_put_varint(out, TAG_RATED_ON);
    ax_buf_put_varint(out, AX_DAY_TEXT_SIZE - 1);
    ax_buf_put(out, ax_day_format(day, text), AX_DAY_TEXT_SIZE - 1);
    ax_buf_put_varint(out, TAG_AS_OF);
    ax_buf_put_varint(out, inner.len);
    ax_buf_put_str(out, ax_buf_str(&inner));
}
