/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first answer about an enterprise, what is kept of it, and the one that is made of the whole ledger where the stored
 * rating does not serve (here: since it is in the form that had no gist) are the same answer.
 */
#include "tests/unit/t.h"

#include "services/lib/view/rater.h"
#include "services/lib/wire/put.h"
#include "services/lib/wire/rating_wire.h"
#include "services/lib/wire/reader.h"
#include "tests/integration/spine_bed.h"

#include <stdio.h>

enum { ENTERPRISES = 12, PARTITIONS = 3, LICENSING = 1, PURPOSES = 3, CHECK_RATING = 4, PROFILE_RATING = 1 };

static const char check_credit[] = "/anxin.v1.GateService/CheckCredit";
static const char batch_check[] = "/anxin.v1.GateService/BatchCheckCredit";
static const char get_profile[] = "/anxin.v1.InsuranceService/GetUnderwritingProfile";

static char codes[ENTERPRISES][19];

/* Fines, and with some of them more: a closure, a suspended licence, operating without one. */
static void submit_facts(struct spine *s, int i)
{
    char reference[64];
    struct ax_submit_result last = {0};
    for (int n = 0; n <= i; n++) {
        struct ax_fact f;
        (void)snprintf(reference, sizeof reference, "晋应急罚〔2023〕%d-%d号", i, n);
        spine_penalty(&f, codes[i], reference);
        if (i % 4 == 1 && n == 0) {
            f.enforcement_penalty.categories |= 1U << AX_PENALTY_CATEGORY_CLOSURE;
        } else if (i % 4 == 2 && n == 0) {
            f.enforcement_penalty.categories |= 1U << AX_PENALTY_CATEGORY_LICENCE_SUSPENSION;
        } else if (i % 4 == 3 && n == 0) {
            f.enforcement_penalty.unlicensed_operation = true;
        }
        last = spine_submit(s, &f);
    }
    (void)spine_rating(s, codes[i], last.offset + 1);
}

static ax_str check_request(struct spine *s, const char *code, uint64_t purpose)
{
    struct ax_buf request;
    ax_buf_init(&request, 4096);
    ax_wire_put_str(&request, 2, ax_str_c(code));
    ax_wire_put_uint(&request, 3, purpose);
    ax_str copy = ax_arena_dup(&s->arena, ax_buf_str(&request));
    ax_buf_deinit(&request);
    return copy;
}

static void put_rating(struct spine *s, ax_str bytes, struct ax_buf *out)
{
    struct ax_err err;
    struct ax_rating rating;
    assert_true(ax_ok(ax_rating_from_wire(bytes, &s->arena, &rating, &err)));
    ax_encode(&ax_rating_message, &rating, false, out);
}

/* Field by field; the rating, whose fields may come in another order, by what it says. */
static void assert_same(struct spine *s, ax_str a, ax_str b, uint32_t rating)
{
    struct ax_err err;
    struct ax_cursor x = ax_cursor_of(a);
    struct ax_cursor y = ax_cursor_of(b);
    size_t ratings = 0;
    while (ax_cursor_left(&x) > 0 && ax_cursor_left(&y) > 0) {
        struct ax_wire_field f = {0};
        struct ax_wire_field g = {0};
        assert_true(ax_ok(ax_wire_next(&x, &f, &err)) && ax_ok(ax_wire_next(&y, &g, &err)));
        assert_int_equal(f.number, g.number);
        assert_int_equal(f.value, g.value);
        struct ax_buf p;
        struct ax_buf q;
        ax_buf_init(&p, 1 << 20);
        ax_buf_init(&q, 1 << 20);
        if (f.number == rating) {
            put_rating(s, f.bytes, &p);
            put_rating(s, g.bytes, &q);
            ratings++;
        } else {
            ax_buf_put_str(&p, f.bytes);
            ax_buf_put_str(&q, g.bytes);
        }
        assert_true(ax_str_eq(ax_buf_str(&p), ax_buf_str(&q)));
        ax_buf_deinit(&p);
        ax_buf_deinit(&q);
    }
    assert_true(ax_cursor_left(&x) == 0 && ax_cursor_left(&y) == 0 && ratings == 1);
}

/* Stored as it was before there were gists. */
static void take_gist(struct spine *s, const char *code)
{
    struct ax_err err;
    struct ax_store_part *part = NULL;
    struct ax_store_position at;
    struct ax_stored stored;
    struct ax_buf old;
    struct ax_store_read read = {.enterprise = ax_str_c(code)};
    struct ax_store *store = ax_host_store(s->host);
    read.partition = ax_log_partition_of(ax_host_log(s->host), read.enterprise);
    assert_true(ax_ok(ax_store_take(store, read.partition, &part, &at, &err)));
    assert_true(ax_ok(ax_store_read_many(store, &read, 1, false, &s->arena, &err)));
    assert_true(ax_ok(ax_stored_open(read.rating, &stored, &err)));
    assert_true(stored.gist.len > 0 && stored.mark.len == 0);
    ax_buf_init(&old, 1 << 20);
    ax_buf_put(&old, read.rating.ptr, 8);
    ax_buf_put_varint(&old, stored.risk.len);
    ax_buf_put_str(&old, stored.risk);
    ax_buf_put_str(&old, stored.rating);
    struct ax_store_write write = {.enterprise = read.enterprise, .rating = ax_buf_str(&old)};
    assert_true(ax_ok(ax_store_commit(part, at, at, &write, 1, &err)));
    ax_store_part_free(part);
    ax_buf_deinit(&old);
}

struct answers {
    ax_str checks[ENTERPRISES][PURPOSES];
    ax_str profiles[ENTERPRISES];
};

static void ask_all(struct spine *s, struct answers *out)
{
    for (int i = 0; i < ENTERPRISES; i++) {
        for (uint64_t p = 0; p < PURPOSES; p++) {
            out->checks[i][p] = spine_call(s, check_credit, check_request(s, codes[i], LICENSING + p));
        }
        out->profiles[i] = spine_call(s, get_profile, spine_request(s, codes[i], ""));
    }
}

static void assert_all_same(struct spine *s, const struct answers *a, const struct answers *b)
{
    for (int i = 0; i < ENTERPRISES; i++) {
        for (int p = 0; p < PURPOSES; p++) {
            assert_same(s, a->checks[i][p], b->checks[i][p], CHECK_RATING);
        }
        assert_same(s, a->profiles[i], b->profiles[i], PROFILE_RATING);
    }
}

/* A batch says the same, in the order asked for. */
static void assert_batch(struct spine *s, const struct answers *a)
{
    struct ax_err err;
    struct ax_buf request;
    struct ax_buf message;
    struct ax_rpc_stream *stream = NULL;
    ax_buf_init(&request, 4096);
    ax_buf_init(&message, 1 << 20);
    for (int i = 0; i < ENTERPRISES; i++) {
        ax_wire_put_str(&request, 2, ax_str_c(codes[i]));
    }
    ax_wire_put_uint(&request, 3, LICENSING);
    assert_true(ax_ok(ax_rpc_stream_open(s->channel, batch_check, ax_buf_str(&request), SPINE_WAIT_MS, &stream, &err)));
    for (int i = 0; i < ENTERPRISES; i++) {
        bool end = false;
        struct ax_wire_field code = {0};
        struct ax_wire_field answer = {0};
        assert_true(ax_ok(ax_rpc_stream_next(stream, &message, &end, &err)) && !end);
        struct ax_cursor c = ax_cursor_of(ax_buf_str(&message));
        assert_true(ax_ok(ax_wire_next(&c, &code, &err)) && ax_ok(ax_wire_next(&c, &answer, &err)));
        assert_true(ax_str_eq(code.bytes, ax_str_c(codes[i])) && answer.number == 2);
        assert_same(s, answer.bytes, a->checks[i][0], CHECK_RATING);
    }
    ax_rpc_stream_close(stream);
    ax_buf_deinit(&message);
    ax_buf_deinit(&request);
}

static void test_the_first_answer_is_that_of_the_whole_ledger(void **state)
{
    struct spine *s = *state;
    static struct answers first;
    static struct answers then;
    static struct answers whole;
    ask_all(s, &first);
    ask_all(s, &then);
    assert_all_same(s, &first, &then);
    assert_batch(s, &first);
    spine_scorer_stop(s);
    for (int i = 0; i < ENTERPRISES; i += 2) {
        take_gist(s, codes[i]);
    }
    assert_batch(s, &first); /* some of it from ledgers, some not */
    for (int i = 1; i < ENTERPRISES; i += 2) {
        take_gist(s, codes[i]);
    }
    ask_all(s, &whole);
    assert_all_same(s, &first, &whole);
}

static int set_up(void **state)
{
    static struct spine s;
    spine_open(&s, PARTITIONS);
    for (int i = 0; i < ENTERPRISES; i++) {
        (void)spine_code(100 + i, codes[i]);
        submit_facts(&s, i);
    }
    *state = &s;
    return 0;
}

static int tear_down(void **state)
{
    spine_close(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_first_answer_is_that_of_the_whole_ledger)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
