/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * From what the store holds about an enterprise to the Rating of a day: the stored bytes where they hold on that day, else
 * rated anew from the ledger. Any thread; buffers and arenas are the caller's.
 */
#include "services/exchange/question.h"
#include "services/exchange/state.h"

/* What an answer is for. */
struct ax_answer_time {
    int32_t day;
    int64_t known_at_us; /* 0: all */
};

static inline struct ax_answer_time ax_answer_time_of(const struct ax_exchange *x, const struct ax_question *q)
{
    return (struct ax_answer_time){q->as_of == AX_DAY_NONE ? ax_exchange_today(x) : q->as_of, q->known_at_us};
}

/* A rating made anew, and what it was made of. Init, then free it when the answer is encoded. */
struct ax_made {
    struct ax_view view;
    struct ax_view_facts facts; /* of the view, where all that is known of it was loaded */
    struct ax_rated rated;
    struct ax_buf scratch;
    struct ax_arena reads; /* for the read of one enterprise, whose ledger may be larger than what a call may use */
};

void ax_made_init(struct ax_made *made);
void ax_made_free(struct ax_made *made);
/* For another enterprise. */
void ax_made_clear(struct ax_made *made);
/* Reads one enterprise with its ledger into `made->reads`. AX_NOT_FOUND where the store has nothing of it. */
ax_rc ax_made_read(struct ax_made *made, const struct ax_exchange *x, ax_str enterprise, struct ax_store_read *read,
        struct ax_err *err) AX_MUST_CHECK;
/* Loads the read's chunks. AX_NOT_FOUND where nothing was known then. */
ax_rc ax_made_load(struct ax_made *made, const struct ax_store_read *read, struct ax_answer_time time,
        struct ax_arena *arena, struct ax_err *err) AX_MUST_CHECK;
/* Rates what is loaded. as_of is filled in. */
void ax_made_rate_loaded(struct ax_made *made, const struct ax_exchange *x, const struct ax_store_read *read,
        struct ax_answer_time time);
/* Both. */
ax_rc ax_made_rate(struct ax_made *made, const struct ax_exchange *x, const struct ax_store_read *read,
        struct ax_answer_time time, struct ax_arena *arena, struct ax_err *err) AX_MUST_CHECK;

/* Can the stored rating of this read be served for that time as it is? Then `stored` is it. */
bool ax_answer_open(const struct ax_exchange *x, const struct ax_store_read *read, struct ax_answer_time time,
        struct ax_stored *stored);
bool ax_answer_ready(const struct ax_exchange *x, const struct ax_store_read *read, struct ax_answer_time time);
/* Appends field `number` = Rating. Where the stored rating does not serve, the read must have come with ledgers. */
ax_rc ax_answer_put(const struct ax_exchange *x, const struct ax_store_read *read, struct ax_answer_time time,
        struct ax_arena *arena, uint32_t number, struct ax_buf *out, struct ax_err *err) AX_MUST_CHECK;
/* Reads many enterprises: ratings, and ledgers as well of those whose stored rating does not serve. */
ax_rc ax_answer_read(const struct ax_exchange *x, struct ax_store_read *reads, size_t count, struct ax_answer_time time,
        struct ax_arena *arena, struct ax_err *err) AX_MUST_CHECK;
bool ax_filter_passes(const struct ax_filter *filter, const struct ax_rating *rating);
bool ax_filter_is_open(const struct ax_filter *filter);
ax_rc ax_not_found(ax_str enterprise, struct ax_err *err) AX_MUST_CHECK;

/* One unary call: fills `out`; `made` is there for those who rate anew. */
typedef ax_rc (*ax_answer_verb)(const struct ax_exchange *x, struct ax_rpc_call *call, struct ax_made *made,
        struct ax_buf *out, struct ax_err *err);
/* Answers each call by the verb, with at most `max_bytes`. */
void ax_answer_each(
        const struct ax_exchange *x, struct ax_rpc_call **calls, size_t count, size_t max_bytes, ax_answer_verb verb);
