/* SPDX-License-Identifier: Apache-2.0 */
#include "services/exchange/asking.h"

#include "services/lib/wire/put.h"
#include "services/lib/wire/rating_wire.h"

enum {
    BATCH_STEP = 50,
    BUNDLE_PART = 8, /* of a bundle's digest, enough to tell one from another */
    STREAM_DEPTH = 64,
    STREAM_WAIT_MS = 30000,
    READ_ARENA_BYTES = 64 << 10,
    READ_ARENA_MAX_BYTES = AX_ASKING_CALLS_MAX * AX_STORE_RATING_MAX_BYTES + (1 << 20),
    LEDGERS_MAX_BYTES = 16 << 20, /* read together; else each by itself */
    BATCH_ENTERPRISE = 1,
    BATCH_ANSWER = 2,
    BATCH_ERROR = 3,
    BATCH_WHY = 4,
};

_Static_assert((int)BATCH_STEP <= (int)AX_ASKING_CALLS_MAX, "a step of a batch is a round");

/* Askings that go to the store together. */
struct round {
    const struct ax_exchange *x;
    const void *rater;
    const struct ax_asking_verb *verb;
    struct ax_arena arena;
    struct ax_arena ledgers;
    struct ax_buf out;
    struct ax_buf kept;
    size_t count;
    bool answered[AX_ASKING_CALLS_MAX];
    struct ax_store_read reads[AX_ASKING_CALLS_MAX];
    struct ax_asking askings[AX_ASKING_CALLS_MAX];
    void (*take)(struct round *r, size_t at, ax_rc rc, const struct ax_err *err); /* r->out, or why not */
    struct ax_rpc_call **calls;                                                   /* of unary ones */
    struct ax_buf messages; /* of a batch, in the order in which they were made */
    struct {
        size_t at;
        size_t len;
    } said[AX_ASKING_CALLS_MAX];
};

static void round_open(struct round *r, const struct ax_exchange *x, const struct ax_asking_verb *verb)
{
    r->x = x;
    r->rater = x->rater;
    r->verb = verb;
    r->count = 0;
    ax_arena_init(&r->arena, READ_ARENA_BYTES, READ_ARENA_MAX_BYTES);
    ax_arena_init(&r->ledgers, READ_ARENA_BYTES, LEDGERS_MAX_BYTES);
    ax_buf_init(&r->out, AX_ASKING_ANSWER_MAX_BYTES);
    ax_buf_init(&r->kept, AX_ASKING_ANSWER_MAX_BYTES);
    ax_buf_init(&r->messages, (size_t)BATCH_STEP * AX_ASKING_ANSWER_MAX_BYTES);
}

static void round_close(struct round *r)
{
    ax_buf_deinit(&r->messages);
    ax_buf_deinit(&r->kept);
    ax_buf_deinit(&r->out);
    ax_arena_deinit(&r->ledgers);
    ax_arena_deinit(&r->arena);
}

static void round_add(struct round *r, const struct ax_question *q, ax_str enterprise)
{
    struct ax_store_read *read = &r->reads[r->count];
    *read = (struct ax_store_read){
            .enterprise = enterprise, .partition = ax_log_partition_of(r->x->options.log, enterprise)};
    struct ax_asking *a = &r->askings[r->count];
    r->answered[r->count++] = false;
    *a = (struct ax_asking){.x = r->x,
            .q = q,
            .read = read,
            .time = {ax_exchange_today(r->x), 0},
            .rater = r->rater,
            .out = &r->out,
            .kept = &r->kept};
    if (r->verb->name != NULL) {
        r->verb->name(a);
        a->is_kept = ax_kept_has(r->x->kept, ax_str_of(a->key, a->key_len));
        read->mark_only = a->is_kept;
    }
}

/* The stored rating as it has just been read. */
static void look(struct ax_asking *a)
{
    a->ready = ax_answer_open(a->x, a->read, a->time, &a->stored);
}

static void give(struct round *r, size_t at, ax_rc rc, struct ax_err *err)
{
    if (ax_ok(rc) && r->out.failed) {
        rc = ax_fail(err, AX_LIMIT, "the answer is larger than %d bytes", AX_ASKING_ANSWER_MAX_BYTES);
    }
    r->take(r, at, rc, err);
    r->answered[at] = true;
    ax_buf_clear(&r->out);
}

static struct ax_kept_of kept_of(const struct ax_asking *a)
{
    return (struct ax_kept_of){
            .day = a->time.day, .rater = a->rater, .mark = a->read->mark, .next_offset = a->read->position.next_offset};
}

/* Of those whose mark alone was read: the answer as it was. */
static bool answer_again(struct round *r, size_t at, struct ax_err *err)
{
    struct ax_asking *a = &r->askings[at];
    struct ax_kept_of of = kept_of(a);
    ax_buf_clear(a->kept);
    if (!ax_kept_get_whole(r->x->kept, ax_str_of(a->key, a->key_len), &of, a->kept)) {
        return false;
    }
    r->verb->again(a);
    give(r, at, AX_RC(OK), err);
    return true;
}

/* Answers again whom it can; the others then have their stored ratings read. */
static ax_rc answer_marked(struct round *r, struct ax_err *err)
{
    struct ax_store_read reads[AX_ASKING_CALLS_MAX];
    size_t which[AX_ASKING_CALLS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < r->count; i++) {
        if (r->reads[i].mark_only && !answer_again(r, i, err)) {
            reads[count] = r->reads[i];
            reads[count].mark_only = false;
            which[count++] = i;
        }
    }
    AX_TRY(ax_store_read_many(r->x->options.store, reads, count, false, &r->arena, err));
    for (size_t i = 0; i < count; i++) {
        r->reads[which[i]] = reads[i];
    }
    return AX_RC(OK);
}

/* The ledgers of those who have none yet, in one round trip. Where they do not come together, each is read again. */
static void read_ledgers(struct round *r, const size_t *which, size_t count)
{
    struct ax_err ignored;
    struct ax_store_read reads[AX_ASKING_CALLS_MAX];
    size_t of[AX_ASKING_CALLS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (r->reads[which[i]].chunks == NULL) {
            reads[n] = r->reads[which[i]];
            of[n++] = which[i];
        }
    }
    if (n > 1 && ax_ok(ax_store_read_many(r->x->options.store, reads, n, true, &r->ledgers, &ignored))) {
        for (size_t i = 0; i < n; i++) {
            r->reads[of[i]] = reads[i];
        }
    }
}

/* Marks, or stored ratings, with the ledgers where nobody can be answered without. */
static ax_rc read_round(struct round *r, struct ax_err *err)
{
    if (r->verb->by_ledger) {
        ax_rc rc = ax_store_read_many(r->x->options.store, r->reads, r->count, true, &r->ledgers, err);
        if (rc.code != AX_LIMIT) {
            return rc;
        }
        ax_arena_reset(&r->ledgers);
    }
    return ax_store_read_many(r->x->options.store, r->reads, r->count, false, &r->arena, err);
}

static ax_rc answer_whole(struct round *r, struct ax_asking *a, struct ax_made *made, struct ax_err *err)
{
    if (a->read->chunks == NULL) {
        AX_TRY(ax_store_read_many(r->x->options.store, a->read, 1, true, &made->reads, err));
    }
    look(a);
    AX_TRY(ax_made_load(made, a->read, a->time, &made->reads, err));
    return r->verb->whole(a, made, err);
}

static void answer_left(struct round *r, const size_t *which, size_t count)
{
    read_ledgers(r, which, count);
    struct ax_made made;
    ax_made_init(&made);
    for (size_t i = 0; i < count; i++) {
        struct ax_err err;
        ax_rc rc = answer_whole(r, &r->askings[which[i]], &made, &err);
        give(r, which[i], rc, &err);
        ax_made_clear(&made);
    }
    ax_made_free(&made);
}

static ax_rc answer_round(struct round *r, struct ax_err *err)
{
    size_t left[AX_ASKING_CALLS_MAX];
    size_t left_count = 0;
    AX_TRY(read_round(r, err));
    AX_TRY(answer_marked(r, err));
    for (size_t i = 0; i < r->count; i++) {
        bool done = false;
        if (r->answered[i]) {
            continue;
        }
        look(&r->askings[i]);
        ax_rc rc = r->verb->soon(&r->askings[i], &done, err);
        if (done || !ax_ok(rc)) {
            give(r, i, rc, err);
        } else {
            left[left_count++] = i;
        }
    }
    answer_left(r, left, left_count);
    return AX_RC(OK);
}

static void reply_call(struct round *r, size_t at, ax_rc rc, const struct ax_err *err)
{
    if (ax_ok(rc)) {
        ax_rpc_reply(r->calls[at], ax_buf_str(&r->out));
    } else {
        ax_rpc_fail(r->calls[at], rc, err);
    }
}

void ax_asking_unary(const struct ax_exchange *x, struct ax_rpc_call **calls, size_t count, enum ax_asked asked,
        const struct ax_asking_verb *verb)
{
    struct ax_question questions[AX_ASKING_CALLS_MAX];
    struct ax_rpc_call *good[AX_ASKING_CALLS_MAX];
    struct ax_err err;
    struct round r = {.take = reply_call, .calls = good};
    AX_ASSERT(count <= AX_ASKING_CALLS_MAX);
    round_open(&r, x, verb);
    for (size_t i = 0; i < count; i++) {
        struct ax_question *q = &questions[r.count];
        ax_rc rc = ax_question_read(
                asked, ax_rpc_request(calls[i]), ax_rpc_principal(calls[i]), ax_rpc_arena(calls[i]), q, &err);
        if (ax_ok(rc)) {
            good[r.count] = calls[i];
            round_add(&r, q, q->enterprise);
        } else {
            ax_rpc_fail(calls[i], rc, &err);
        }
    }
    ax_rc rc = answer_round(&r, &err);
    for (size_t i = 0; i < r.count && !ax_ok(rc); i++) {
        if (!r.answered[i]) {
            ax_rpc_fail(good[i], rc, &err);
        }
    }
    round_close(&r);
}

static void put_why(struct ax_buf *out, const struct ax_err *err)
{
    enum { REASON = 1, FIELD, VALUE, RULE };
    size_t start = out->len;
    ax_wire_put_str(out, REASON, ax_str_c(ax_code_name(err->code)));
    ax_wire_put_str(out, FIELD, ax_str_c(err->field));
    ax_wire_put_str(out, VALUE, ax_str_c(err->value));
    ax_wire_put_str(out, RULE, ax_str_c(err->text));
    ax_wire_wrap(out, start, BATCH_WHY);
}

static void keep_message(struct round *r, size_t at, ax_rc rc, const struct ax_err *err)
{
    struct ax_buf *out = &r->messages;
    r->said[at].at = out->len;
    ax_wire_put_str(out, BATCH_ENTERPRISE, r->reads[at].enterprise);
    if (ax_ok(rc)) {
        ax_wire_put_str(out, BATCH_ANSWER, ax_buf_str(&r->out));
    } else {
        ax_wire_put_str(out, BATCH_ERROR, ax_str_c(ax_code_name(rc.code)));
        if (rc.code == AX_INVALID) { /* what was asked is at fault: said in full, as alone */
            put_why(out, err);
        }
    }
    r->said[at].len = out->len - r->said[at].at;
}

static ax_rc send_messages(const struct round *r, struct ax_rpc_call *call, struct ax_err *err)
{
    AX_ASSERT(!r->messages.failed); /* each is an answer and a code, or a word */
    ax_rc rc = AX_RC(OK);
    for (size_t i = 0; i < r->count && ax_ok(rc); i++) {
        rc = ax_rpc_wait_room(call, STREAM_DEPTH, STREAM_WAIT_MS);
        if (ax_ok(rc)) {
            rc = ax_rpc_send(call, ax_str_of(r->messages.ptr + r->said[i].at, r->said[i].len));
        }
    }
    return ax_ok(rc) ? rc : ax_fail(err, (enum ax_code)rc.code, "the stream ended before its end");
}

static ax_rc stream_step(const struct ax_exchange *x, struct ax_rpc_call *call, const struct ax_question *q, size_t at,
        const struct ax_asking_verb *verb, struct ax_err *err)
{
    struct round r = {.take = keep_message};
    round_open(&r, x, verb);
    for (size_t i = at; i < q->enterprise_count && r.count < BATCH_STEP; i++) {
        round_add(&r, q, q->enterprises[i]);
    }
    ax_rc rc = answer_round(&r, err);
    if (ax_ok(rc)) {
        rc = send_messages(&r, call, err);
    }
    round_close(&r);
    return rc;
}

void ax_asking_stream(const struct ax_exchange *x, struct ax_rpc_call **calls, size_t count, enum ax_asked asked,
        const struct ax_asking_verb *verb)
{
    for (size_t i = 0; i < count; i++) {
        struct ax_err err;
        struct ax_question q;
        ax_rc rc = ax_question_read(
                asked, ax_rpc_request(calls[i]), ax_rpc_principal(calls[i]), ax_rpc_arena(calls[i]), &q, &err);
        for (size_t at = 0; ax_ok(rc) && at < q.enterprise_count; at += BATCH_STEP) {
            rc = stream_step(x, calls[i], &q, at, verb, &err);
        }
        if (ax_ok(rc)) {
            ax_rpc_finish(calls[i]);
        } else {
            ax_rpc_fail(calls[i], rc, &err);
        }
    }
}

void ax_asking_name(struct ax_asking *a, char kind, ax_str asked)
{
    char *out = a->key;
    a->key_len = 1 + AX_USCC_LEN + BUNDLE_PART + asked.len;
    AX_ASSERT(a->key_len <= AX_ASKING_KEY_MAX && a->read->enterprise.len == AX_USCC_LEN);
    out[0] = kind;
    memcpy(out + 1, a->read->enterprise.ptr, AX_USCC_LEN);
    memcpy(out + 1 + AX_USCC_LEN, ax_rater_bundle(a->x->rater, a->time.day)->digest, BUNDLE_PART);
    memcpy(out + 1 + AX_USCC_LEN + BUNDLE_PART, asked.ptr, asked.len);
}

bool ax_asking_kept(struct ax_asking *a)
{
    ax_buf_clear(a->kept);
    return a->is_kept && a->ready &&
           ax_kept_get(a->x->kept, ax_str_of(a->key, a->key_len), a->time.day, a->read->rating, a->kept);
}

ax_rc ax_asking_rate(struct ax_asking *a, struct ax_made *made, struct ax_rating *out, struct ax_err *err)
{
    if (a->ready) {
        return ax_stored_head(&a->stored, out, err);
    }
    ax_made_rate_loaded(made, a->x, a->read, a->time);
    *out = made->rated.rating;
    return AX_RC(OK);
}

ax_rc ax_asking_put_rating(struct ax_asking *a, const struct ax_made *made, uint32_t number, struct ax_err *err)
{
    if (a->ready) {
        struct ax_kept_of of = kept_of(a);
        size_t start = a->out->len;
        AX_TRY(ax_answer_put(a->x, a->read, a->time, NULL, number, a->out, err));
        if (!a->out->failed) {
            ax_kept_put(a->x->kept, ax_str_of(a->key, a->key_len), &of, a->read->rating, ax_buf_str(a->kept),
                    ax_str_of(a->out->ptr + start, a->out->len - start));
        }
        return AX_RC(OK);
    }
    ax_rating_put(a->out, number, &made->rated.rating);
    return AX_RC(OK);
}
