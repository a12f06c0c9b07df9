/* SPDX-License-Identifier: Apache-2.0 */
#include "services/exchange/asking.h"

#include "services/lib/wire/put.h"

enum {
    BATCH_STEP = 50,
    STREAM_DEPTH = 64,
    STREAM_WAIT_MS = 30000,
    READ_ARENA_BYTES = 64 << 10,
    READ_ARENA_MAX_BYTES = AX_ASKING_CALLS_MAX * AX_STORE_RATING_MAX_BYTES + (1 << 20),
    BATCH_ENTERPRISE = 1,
    BATCH_ANSWER = 2,
    BATCH_ERROR = 3,
};

/* What the askings of one round trip to the store share. */
struct round {
    struct ax_arena arena;
    struct ax_buf out;
    struct ax_buf kept;
};

static void round_open(struct round *r)
{
    ax_arena_init(&r->arena, READ_ARENA_BYTES, READ_ARENA_MAX_BYTES);
    ax_buf_init(&r->out, AX_ASKING_ANSWER_MAX_BYTES);
    ax_buf_init(&r->kept, AX_ASKING_ANSWER_MAX_BYTES);
}

static void round_close(struct round *r)
{
    ax_buf_deinit(&r->kept);
    ax_buf_deinit(&r->out);
    ax_arena_deinit(&r->arena);
}

static ax_rc read_ratings(
        const struct ax_exchange *x, struct ax_store_read *reads, size_t count, struct round *r, struct ax_err *err)
{
    for (size_t i = 0; i < count; i++) {
        reads[i].partition = ax_log_partition_of(x->options.log, reads[i].enterprise);
    }
    return ax_store_read_many(x->options.store, reads, count, false, &r->arena, err);
}

static struct ax_asking asking_of(
        const struct ax_exchange *x, const struct ax_question *q, struct ax_store_read *read, struct round *r)
{
    struct ax_asking a = {.x = x,
            .q = q,
            .read = read,
            .time = {ax_exchange_today(x), 0},
            .arena = &r->arena,
            .out = &r->out,
            .kept = &r->kept};
    a.ready = ax_answer_open(x, read, a.time, &a.stored);
    return a;
}

static ax_rc answer(struct ax_asking *a, ax_asking_verb verb, struct ax_err *err)
{
    ax_rc rc = verb(a, err);
    if (ax_ok(rc) && a->out->failed) {
        return ax_fail(err, AX_LIMIT, "the answer is larger than %d bytes", AX_ASKING_ANSWER_MAX_BYTES);
    }
    return rc;
}

struct asked_call {
    struct ax_rpc_call *call;
    struct ax_question question;
};

static void answer_calls(const struct ax_exchange *x, struct asked_call *calls, size_t count, ax_asking_verb verb)
{
    struct ax_err err;
    struct ax_store_read reads[AX_ASKING_CALLS_MAX] = {0};
    struct round r;
    round_open(&r);
    for (size_t i = 0; i < count; i++) {
        reads[i].enterprise = calls[i].question.enterprise;
    }
    ax_rc read = read_ratings(x, reads, count, &r, &err);
    for (size_t i = 0; i < count; i++) {
        struct ax_asking a = asking_of(x, &calls[i].question, &reads[i], &r);
        ax_buf_clear(&r.out);
        ax_rc rc = ax_ok(read) ? answer(&a, verb, &err) : read;
        if (ax_ok(rc)) {
            ax_rpc_reply(calls[i].call, ax_buf_str(&r.out));
        } else {
            ax_rpc_fail(calls[i].call, rc, &err);
        }
    }
    round_close(&r);
}

void ax_asking_unary(
        const struct ax_exchange *x, struct ax_rpc_call **calls, size_t count, enum ax_asked asked, ax_asking_verb verb)
{
    struct asked_call good[AX_ASKING_CALLS_MAX];
    size_t good_count = 0;
    AX_ASSERT(count <= AX_ASKING_CALLS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct ax_err err;
        struct asked_call *c = &good[good_count];
        c->call = calls[i];
        ax_rc rc = ax_question_read(
                asked, ax_rpc_request(c->call), ax_rpc_principal(c->call), ax_rpc_arena(c->call), &c->question, &err);
        if (ax_ok(rc)) {
            good_count++;
        } else {
            ax_rpc_fail(c->call, rc, &err);
        }
    }
    if (good_count > 0) {
        answer_calls(x, good, good_count, verb);
    }
}

static void put_item(struct ax_asking *a, ax_asking_verb verb)
{
    struct ax_err err;
    ax_buf_clear(a->out);
    ax_wire_put_str(a->out, BATCH_ENTERPRISE, a->read->enterprise);
    size_t start = a->out->len;
    ax_rc rc = answer(a, verb, &err);
    if (ax_ok(rc)) {
        ax_wire_wrap(a->out, start, BATCH_ANSWER);
        return;
    }
    a->out->failed = false;
    a->out->len = start;
    ax_wire_put_str(a->out, BATCH_ERROR, ax_str_c(ax_code_name(rc.code)));
}

static ax_rc stream_step(const struct ax_exchange *x, struct ax_rpc_call *call, const struct ax_question *q, size_t at,
        ax_asking_verb verb, struct ax_err *err)
{
    struct ax_store_read reads[BATCH_STEP] = {0};
    size_t left = q->enterprise_count - at;
    size_t count = left < BATCH_STEP ? left : BATCH_STEP;
    struct round r;
    round_open(&r);
    for (size_t i = 0; i < count; i++) {
        reads[i].enterprise = q->enterprises[at + i];
    }
    ax_rc rc = read_ratings(x, reads, count, &r, err);
    for (size_t i = 0; i < count && ax_ok(rc); i++) {
        struct ax_asking a = asking_of(x, q, &reads[i], &r);
        put_item(&a, verb);
        rc = ax_rpc_wait_room(call, STREAM_DEPTH, STREAM_WAIT_MS);
        if (ax_ok(rc)) {
            rc = ax_rpc_send(call, ax_buf_str(&r.out));
        }
        if (!ax_ok(rc)) {
            (void)ax_fail(err, (enum ax_code)rc.code, "the stream ended before its end");
        }
    }
    round_close(&r);
    return rc;
}

void ax_asking_stream(
        const struct ax_exchange *x, struct ax_rpc_call **calls, size_t count, enum ax_asked asked, ax_asking_verb verb)
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

ax_str ax_asking_key(const struct ax_asking *a, char kind, ax_str asked, char out[AX_ASKING_KEY_MAX])
{
    size_t len = 1 + AX_USCC_LEN + AX_DIGEST_SIZE + asked.len;
    AX_ASSERT(len <= AX_ASKING_KEY_MAX && a->read->enterprise.len == AX_USCC_LEN);
    out[0] = kind;
    memcpy(out + 1, a->read->enterprise.ptr, AX_USCC_LEN);
    memcpy(out + 1 + AX_USCC_LEN, ax_rater_bundle(a->x->rater, a->time.day)->digest, AX_DIGEST_SIZE);
    memcpy(out + 1 + AX_USCC_LEN + AX_DIGEST_SIZE, asked.ptr, asked.len);
    return ax_str_of(out, len);
}

bool ax_asking_kept(struct ax_asking *a, ax_str key)
{
    ax_buf_clear(a->kept);
    return a->ready && ax_kept_get(a->x->kept, key, a->time.day, a->read->rating, a->kept);
}

ax_rc ax_asking_load(struct ax_asking *a, struct ax_made *made, struct ax_err *err)
{
    AX_TRY(ax_store_read_many(a->x->options.store, a->read, 1, true, &made->reads, err));
    return ax_made_rate(made, a->x, a->read, a->time, &made->reads, err);
}
