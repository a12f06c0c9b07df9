/* SPDX-License-Identifier: Apache-2.0 */
#include "services/exchange/answer.h"

#include "services/lib/wire/put.h"
#include "services/lib/wire/rating_wire.h"

enum { SCRATCH_MAX_BYTES = 64 << 20, READ_CHUNK_BYTES = 64 << 10 };

_Static_assert(SCRATCH_MAX_BYTES >= AX_LEDGER_FACTS_MAX * AX_DIGEST_SIZE, "the digests of a full ledger");

ax_rc ax_not_found(ax_str enterprise, struct ax_err *err)
{
    return ax_fail_field(err, AX_NOT_FOUND, "enterprise", enterprise.ptr, enterprise.len, "no fact is known about it");
}

void ax_made_init(struct ax_made *made)
{
    ax_view_init(&made->view);
    ax_buf_init(&made->scratch, SCRATCH_MAX_BYTES);
    ax_arena_init(&made->reads, READ_CHUNK_BYTES, AX_VIEW_READ_MAX_BYTES);
    made->facts.is_whole = false;
}

void ax_made_free(struct ax_made *made)
{
    ax_view_deinit(&made->view);
    ax_buf_deinit(&made->scratch);
    ax_arena_deinit(&made->reads);
}

void ax_made_clear(struct ax_made *made)
{
    ax_view_deinit(&made->view);
    ax_view_init(&made->view);
    ax_buf_clear(&made->scratch);
    ax_arena_reset(&made->reads);
    made->facts.is_whole = false;
}

ax_rc ax_made_read(struct ax_made *made, const struct ax_exchange *x, ax_str enterprise, struct ax_store_read *read,
        struct ax_err *err)
{
    *read = (struct ax_store_read){
            .enterprise = enterprise, .partition = ax_log_partition_of(x->options.log, enterprise)};
    AX_TRY(ax_store_read_many(x->options.store, read, 1, true, &made->reads, err));
    return read->rating.ptr == NULL ? ax_not_found(enterprise, err) : AX_RC(OK);
}

ax_rc ax_made_load(struct ax_made *made, const struct ax_store_read *read, struct ax_answer_time time,
        struct ax_arena *arena, struct ax_err *err)
{
    if (time.known_at_us > 0) {
        made->facts.is_whole = false;
        AX_TRY(ax_view_load_known(
                &made->view, read->chunks, read->chunk_count, INT64_MAX, time.known_at_us, arena, err));
    } else {
        AX_TRY(ax_view_load_facts(&made->view, read->chunks, read->chunk_count, arena, &made->facts, err));
    }
    if (made->view.ledger.count == 0 && (!made->view.incomplete || time.known_at_us > 0)) {
        return ax_not_found(read->enterprise, err);
    }
    return AX_RC(OK);
}

void ax_made_rate_loaded(
        struct ax_made *made, const struct ax_exchange *x, const struct ax_store_read *read, struct ax_answer_time time)
{
    ax_rater_rate(x->rater, &made->view, read->enterprise, time.day, &made->scratch, &made->rated);
    struct ax_rating *rating = &made->rated.rating;
    rating->as_of = ax_rater_as_of(x->rater, read->partition, read->position.next_offset, time.day);
    rating->as_of.known_at_us = time.known_at_us;
}

ax_rc ax_made_rate(struct ax_made *made, const struct ax_exchange *x, const struct ax_store_read *read,
        struct ax_answer_time time, struct ax_arena *arena, struct ax_err *err)
{
    AX_TRY(ax_made_load(made, read, time, arena, err));
    ax_made_rate_loaded(made, x, read, time);
    return AX_RC(OK);
}

bool ax_answer_open(const struct ax_exchange *x, const struct ax_store_read *read, struct ax_answer_time time,
        struct ax_stored *stored)
{
    struct ax_err ignored;
    return time.known_at_us == 0 && read->rating.ptr != NULL && ax_ok(ax_stored_open(read->rating, stored, &ignored)) &&
           ax_stored_holds(stored, time.day) && ax_stored_fits(x->rater, stored);
}

bool ax_answer_ready(const struct ax_exchange *x, const struct ax_store_read *read, struct ax_answer_time time)
{
    struct ax_stored stored;
    return ax_answer_open(x, read, time, &stored);
}

ax_rc ax_answer_put(const struct ax_exchange *x, const struct ax_store_read *read, struct ax_answer_time time,
        struct ax_arena *arena, uint32_t number, struct ax_buf *out, struct ax_err *err)
{
    struct ax_stored stored;
    if (ax_answer_open(x, read, time, &stored)) {
        struct ax_as_of as_of = ax_rater_as_of(x->rater, read->partition, read->position.next_offset, time.day);
        size_t start = out->len;
        ax_stored_serve(x->rater, &stored, time.day, &as_of, out);
        ax_wire_wrap(out, start, number);
        return AX_RC(OK);
    }
    struct ax_made made;
    ax_made_init(&made);
    ax_rc rc = ax_made_rate(&made, x, read, time, arena, err);
    if (ax_ok(rc)) {
        ax_rating_put(out, number, &made.rated.rating);
    }
    ax_made_free(&made);
    return rc;
}

ax_rc ax_answer_read(const struct ax_exchange *x, struct ax_store_read *reads, size_t count, struct ax_answer_time time,
        struct ax_arena *arena, struct ax_err *err)
{
    for (size_t i = 0; i < count; i++) {
        reads[i].partition = ax_log_partition_of(x->options.log, reads[i].enterprise);
    }
    bool always = time.known_at_us > 0 || time.day < ax_exchange_today(x);
    AX_TRY(ax_store_read_many(x->options.store, reads, count, always, arena, err));
    for (size_t i = 0; i < count && !always; i++) {
        if (reads[i].rating.ptr != NULL && !ax_answer_ready(x, &reads[i], time)) {
            AX_TRY(ax_store_read_many(x->options.store, &reads[i], 1, true, arena, err));
        }
    }
    return AX_RC(OK);
}

bool ax_filter_is_open(const struct ax_filter *f)
{
    return f->levels == 0 && f->region.len == 0 && f->industry.len == 0 && f->name.len == 0;
}

static char folded(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* A part of the name, ASCII letters in any case. */
static bool name_has(ax_str name, ax_str part)
{
    for (size_t at = 0; at + part.len <= name.len; at++) {
        size_t same = 0;
        while (same < part.len && folded(name.ptr[at + same]) == folded(part.ptr[same])) {
            same++;
        }
        if (same == part.len) {
            return true;
        }
    }
    return false;
}

bool ax_filter_passes(const struct ax_filter *f, const struct ax_rating *rating)
{
    return (f->levels == 0 || (f->levels >> (unsigned)rating->level & 1U) != 0) &&
           ax_str_starts(rating->region, f->region) &&
           ax_str_starts(ax_industry_digits(rating->industry), f->industry) && name_has(rating->name, f->name);
}

void ax_answer_each(
        const struct ax_exchange *x, struct ax_rpc_call **calls, size_t count, size_t max_bytes, ax_answer_verb verb)
{
    for (size_t i = 0; i < count; i++) {
        struct ax_err err;
        struct ax_made made;
        struct ax_buf out;
        ax_made_init(&made);
        ax_buf_init(&out, max_bytes);
        ax_rc rc = verb(x, calls[i], &made, &out, &err);
        if (ax_ok(rc) && out.failed) {
            rc = ax_fail(&err, AX_LIMIT, "the answer is larger than %zu bytes", max_bytes);
        }
        if (ax_ok(rc)) {
            ax_rpc_reply(calls[i], ax_buf_str(&out));
        } else {
            ax_rpc_fail(calls[i], rc, &err);
        }
        ax_buf_deinit(&out);
        ax_made_free(&made);
    }
}
