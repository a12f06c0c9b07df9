/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A state as bytes, behind a stored rating: model, peer and marks (a byte each); days (registered, last of any, last of each
 * channel) as varints of a count from AX_DAY_MIN, 0 = none; per_day; a varint whose bit n says that the sum of slot n is not
 * 0; those sums; unless calendar time goes on, the exposure of every slot that is on; a byte, how many events have a choice of
 * sides, and of each what changes, as the sums, and the last of each channel. Doubles are the 8 bytes of their IEEE 754
 * form, most significant first.
 */
#include "scoring/risk_model.h"

enum { DAY_MAX = 3, THERE_MAX = 2, DOUBLE_SIZE = 8, SUMS_MAX = THERE_MAX + AX_RISK_SLOTS * DOUBLE_SIZE };

_Static_assert(AX_DAY_MAX - AX_DAY_MIN + 1 < 1 << 7 * DAY_MAX && AX_RISK_SLOTS <= 7 * THERE_MAX, "sizes of varints");
_Static_assert(3 + (2 + AX_RISK_CHANNELS) * DAY_MAX + DOUBLE_SIZE + SUMS_MAX + AX_RISK_SLOTS * DOUBLE_SIZE + 1 +
                               AX_RISK_EVENTS_MAX * (SUMS_MAX + AX_RISK_CHANNELS * DAY_MAX) <=
                       AX_RISK_STATE_BYTES_MAX,
        "all there is of a state");

/* Calendar time that goes on is known by its beginning. */
static bool keeps_exposure(const struct ax_risk_state *s)
{
    return (s->marks & AX_RISK_ESTIMATED) == 0 || ((s->marks & AX_RISK_ENDED) != 0 && s->registered != AX_DAY_NONE);
}

static void put_double(struct ax_buf *out, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    ax_buf_put_u64be(out, bits);
}

static void put_day(struct ax_buf *out, int32_t day)
{
    ax_buf_put_varint(out, day < AX_DAY_MIN || day > AX_DAY_MAX ? 0 : (uint64_t)(day - AX_DAY_MIN + 1));
}

static void put_days(struct ax_buf *out, const int32_t last[AX_RISK_CHANNELS])
{
    for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
        put_day(out, last[k]);
    }
}

static void put_sums(struct ax_buf *out, const double sum[AX_RISK_SLOTS])
{
    uint64_t there = 0;
    for (size_t slot = 0; slot < AX_RISK_SLOTS; slot++) {
        there |= sum[slot] > 0 || sum[slot] < 0 ? UINT64_C(1) << slot : 0;
    }
    ax_buf_put_varint(out, there);
    for (size_t slot = 0; slot < AX_RISK_SLOTS; slot++) {
        if ((there >> slot & 1) != 0) {
            put_double(out, sum[slot]);
        }
    }
}

void ax_risk_state_put(const struct ax_risk_edition *edition, const struct ax_risk_state *s, struct ax_buf *out)
{
    const struct ax_risk_model *m = &edition->models[s->model];
    ax_buf_put_u8(out, (uint8_t)s->model);
    ax_buf_put_u8(out, (uint8_t)s->peer);
    ax_buf_put_u8(out, s->marks);
    put_day(out, s->registered);
    put_day(out, s->last_any);
    put_days(out, s->last);
    put_double(out, s->per_day);
    put_sums(out, s->sum);
    for (size_t slot = 0; slot < AX_RISK_SLOTS && keeps_exposure(s); slot++) {
        if (ax_risk_is_on(m, slot)) {
            put_double(out, s->exposure[slot]);
        }
    }
    ax_buf_put_u8(out, (uint8_t)s->event_count);
    for (size_t i = 0; i < s->event_count; i++) {
        put_sums(out, s->events[i].change);
        put_days(out, s->events[i].last);
    }
}

static bool take_double(struct ax_cursor *c, double *x)
{
    uint64_t bits;
    if (!ax_cursor_u64be(c, &bits)) {
        return false;
    }
    memcpy(x, &bits, sizeof *x);
    return true;
}

static bool take_day(struct ax_cursor *c, int32_t *day)
{
    uint64_t kept;
    if (!ax_cursor_varint(c, &kept) || kept > (uint64_t)(AX_DAY_MAX - AX_DAY_MIN + 1)) {
        return false;
    }
    *day = kept == 0 ? AX_DAY_NONE : (int32_t)kept - 1 + AX_DAY_MIN;
    return true;
}

static bool take_days(struct ax_cursor *c, int32_t last[AX_RISK_CHANNELS])
{
    bool fine = true;
    for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
        fine = fine && take_day(c, &last[k]);
    }
    return fine;
}

static bool take_head(const struct ax_risk_edition *edition, struct ax_cursor *c, struct ax_risk_state *s)
{
    uint8_t model;
    uint8_t peer;
    if (!ax_cursor_u8(c, &model) || !ax_cursor_u8(c, &peer) || !ax_cursor_u8(c, &s->marks) ||
            model >= edition->model_count || peer >= edition->models[model].peer_count) {
        return false;
    }
    s->model = model;
    s->peer = peer;
    return take_day(c, &s->registered) && take_day(c, &s->last_any) && take_days(c, s->last) &&
           take_double(c, &s->per_day);
}

static bool take_sums(struct ax_cursor *c, double sum[AX_RISK_SLOTS])
{
    uint64_t there;
    bool fine = ax_cursor_varint(c, &there);
    for (size_t slot = 0; slot < AX_RISK_SLOTS && fine; slot++) {
        sum[slot] = 0;
        fine = (there >> slot & 1) == 0 || take_double(c, &sum[slot]);
    }
    return fine;
}

static bool take_events(struct ax_cursor *c, struct ax_risk_state *s)
{
    uint8_t count;
    bool fine = ax_cursor_u8(c, &count) && count <= AX_RISK_EVENTS_MAX;
    for (size_t i = 0; fine && i < count; i++) {
        fine = take_sums(c, s->events[i].change) && take_days(c, s->events[i].last);
    }
    s->event_count = fine ? count : 0;
    return fine;
}

bool ax_risk_state_take(const struct ax_risk_edition *edition, ax_str bytes, struct ax_risk_state *out)
{
    struct ax_cursor c = ax_cursor_of(bytes);
    memset(out, 0, offsetof(struct ax_risk_state, events));
    out->last_boundary = out->next_boundary = AX_DAY_NONE;
    if (!take_head(edition, &c, out)) {
        return false;
    }
    bool fine = take_sums(&c, out->sum);
    const struct ax_risk_model *m = &edition->models[out->model];
    bool kept = keeps_exposure(out);
    for (size_t slot = 0; slot < AX_RISK_SLOTS && kept; slot++) {
        if (ax_risk_is_on(m, slot)) {
            fine = fine && take_double(&c, &out->exposure[slot]);
        }
    }
    if (!kept && out->registered != AX_DAY_NONE) {
        ax_risk_expose(m, out->registered, AX_DAY_NONE, out->per_day, out);
    }
    return fine && take_events(&c, out) && ax_cursor_left(&c) == 0;
}

enum { PPM = 1000000 };

void ax_risk_fill(const struct ax_risk_edition *edition, const struct ax_risk_state *state, const struct ax_risk *risk,
        struct ax_rating *out)
{
    out->risk_score_present = risk->rated ? AX_RATING_RISK_SCORE : 0;
    out->risk_score = risk->score;
    out->risk_grade = risk->grade;
    out->credibility_ppm = (uint32_t)(risk->credibility * PPM + 0.5);
    out->score_low = risk->low;
    out->score_high = risk->high;
    out->peer_percentile = risk->percentile;
    out->watch = risk->watch;
    out->silent = risk->silent;
    out->exposure_estimated = risk->estimated;
    out->risk_model = edition->models[state->model].name;
}
