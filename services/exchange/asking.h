/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Questions about one enterprise each that are answered from its ledger: many calls go to the store together, a stream asks
 * for one after the other. An asking begins with the stored rating (and no ledger); where what was made before is kept for the
 * very same rating and day it is served, else the verb reads the ledger and keeps what it makes. Any thread.
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
    struct ax_arena *arena;     /* of the round: for a little */
    struct ax_buf *out;         /* the answer */
    struct ax_buf *kept;        /* scratch */
};

typedef ax_rc (*ax_asking_verb)(struct ax_asking *a, struct ax_err *err);

/* Unary calls, at most AX_ASKING_CALLS_MAX. */
void ax_asking_unary(const struct ax_exchange *x, struct ax_rpc_call **calls, size_t count, enum ax_asked asked,
        ax_asking_verb verb);
/* A stream of messages with enterprise = 1, answer = 2 or error = 3, in the order asked for. */
void ax_asking_stream(const struct ax_exchange *x, struct ax_rpc_call **calls, size_t count, enum ax_asked asked,
        ax_asking_verb verb);
/* The key of an answer: which kind, what else was asked, the enterprise, and the rules of the day. */
ax_str ax_asking_key(const struct ax_asking *a, char kind, ax_str asked, char out[AX_ASKING_KEY_MAX]);
/* What is kept under `key` into a->kept; false: make it. */
bool ax_asking_kept(struct ax_asking *a, ax_str key);
/* Reads the ledger and rates today; `made` is the caller's, initialised. */
ax_rc ax_asking_load(struct ax_asking *a, struct ax_made *made, struct ax_err *err) AX_MUST_CHECK;
