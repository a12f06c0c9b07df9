/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Questions about one enterprise each that are answered from its ledger: many calls go to the store together, and so do
 * those in a batch. An asking of which something is kept begins with the mark of its partition: where nothing was written to
 * it since, the whole answer is as it was. The others, and those elsewhere, go on with the stored rating (and no ledger);
 * what was made before is kept for the very same rating and day. Whoever cannot be answered so is answered by the ledger;
 * those of one round are read together. Any thread.
 */
#include "services/exchange/answer.h"

enum { AX_ASKING_CALLS_MAX = 64, AX_ASKING_ANSWER_MAX_BYTES = 1 << 20, AX_ASKING_KEY_MAX = 128 };

struct ax_asking {
    const struct ax_exchange *x;
    const struct ax_question *q;
    struct ax_store_read *read;
    struct ax_answer_time time; /* today */
    struct ax_stored stored;    /* the read's, where `ready` */
    bool ready;                 /* the stored rating serves */
    const void *rater;          /* the one there was when the round began */
    struct ax_buf *out;         /* the answer */
    struct ax_buf *kept;        /* scratch */
    bool is_kept;               /* something was, when it was asked */
    size_t key_len;             /* of what is kept; 0: nothing of it is */
    char key[AX_ASKING_KEY_MAX];
};

struct ax_asking_verb {
    /* What is kept of it, by ax_asking_name; and the answer from a whole one, in a->kept. NULL: each is made anew. */
    void (*name)(struct ax_asking *a);
    void (*again)(struct ax_asking *a);
    bool by_ledger; /* `soon` answers nobody of whom nothing is kept: ledgers are read at once */
    /* Answers by the stored rating or by what is kept, or refuses; *done stays false where the ledger is needed. */
    ax_rc (*soon)(struct ax_asking *a, bool *done, struct ax_err *err);
    /* Answers by the ledger, which has been read; `made` is initialised, and freed by the caller. */
    ax_rc (*whole)(struct ax_asking *a, struct ax_made *made, struct ax_err *err);
};

/* Unary calls, at most AX_ASKING_CALLS_MAX. */
void ax_asking_unary(const struct ax_exchange *x, struct ax_rpc_call **calls, size_t count, enum ax_asked asked,
        const struct ax_asking_verb *verb);
/* A stream of messages with enterprise = 1, answer = 2 or error = 3, in the order asked for. */
void ax_asking_stream(const struct ax_exchange *x, struct ax_rpc_call **calls, size_t count, enum ax_asked asked,
        const struct ax_asking_verb *verb);
/* That kind of answer to that question, about the enterprise and by the rules of the day. */
void ax_asking_name(struct ax_asking *a, char kind, ax_str asked);
/* What is kept of it, into a->kept; false: make it. */
bool ax_asking_kept(struct ax_asking *a);
/* Today's rating: the head of the stored one (ax_stored_head) where that serves, else made anew. The ledger is loaded. */
ax_rc ax_asking_rate(
        struct ax_asking *a, struct ax_made *made, struct ax_rating *out, struct ax_err *err) AX_MUST_CHECK;
/* Appends field `number` = Rating, likewise, and keeps it behind what is in a->kept; `made` may be NULL where the stored one
 * serves. */
ax_rc ax_asking_put_rating(
        struct ax_asking *a, const struct ax_made *made, uint32_t number, struct ax_err *err) AX_MUST_CHECK;
