/* SPDX-License-Identifier: Apache-2.0 */
/* What readers of the exchange rely on: pages and their tokens, filters, history, batches, resume tokens, and that a call
 * which waits holds nobody else. */
#include "tests/unit/t.h"

#include <stdio.h>

#include "anxin/v1/rating_service.pb-c.h"
#include "services/lib/wire/unpack.h"
#include "tests/integration/spine_bed.h"

enum { ENTERPRISES = 23, PARTITIONS = 3 };

static const char get_rating[] = "/anxin.v1.RatingService/GetRating";
static const char list_ratings[] = "/anxin.v1.RatingService/ListRatings";
static const char watch_ratings[] = "/anxin.v1.RatingService/WatchRatings";

static char codes[ENTERPRISES][19];

static ax_str pack(struct spine *s, const void *message)
{
    struct ax_buf bytes;
    ax_buf_init(&bytes, 1 << 20);
    ax_pack_pb(message, &bytes);
    ax_str kept = ax_arena_dup(&s->arena, ax_buf_str(&bytes));
    ax_buf_deinit(&bytes);
    return kept;
}

static void *unpack(struct spine *s, const ProtobufCMessageDescriptor *type, ax_str bytes)
{
    struct ax_err err;
    ProtobufCMessage *message = NULL;
    assert_true(ax_ok(ax_unpack(type, bytes, &s->arena, &message, &err)));
    return message;
}

static Anxin__V1__ListRatingsResponse *list(struct spine *s, const Anxin__V1__ListRatingsRequest *request)
{
    return unpack(s, &anxin__v1__list_ratings_response__descriptor, spine_call(s, list_ratings, pack(s, request)));
}

/* Every page of a query; checks the order on the way. */
static size_t list_all(struct spine *s, Anxin__V1__ListRatingsRequest request, size_t *pages)
{
    char last[19] = "";
    size_t count = 0;
    *pages = 0;
    for (bool more = true; more; (*pages)++) {
        const Anxin__V1__ListRatingsResponse *page = list(s, &request);
        for (size_t i = 0; i < page->n_ratings; i++) {
            assert_true(strcmp(page->ratings[i]->enterprise, last) > 0);
            (void)snprintf(last, sizeof last, "%s", page->ratings[i]->enterprise);
            assert_string_equal(page->ratings[i]->as_of->day, page->ratings[i]->rated_on);
        }
        count += page->n_ratings;
        request.page_token = page->next_page_token;
        more = page->next_page_token[0] != '\0';
    }
    return count;
}

static void test_pages_follow_each_other_over_all_partitions(void **state)
{
    struct spine *s = *state;
    size_t pages = 0;
    Anxin__V1__ListRatingsRequest request = ANXIN__V1__LIST_RATINGS_REQUEST__INIT;
    request.page_size = 5;
    assert_int_equal(list_all(s, request, &pages), ENTERPRISES);
    assert_int_equal(pages, (ENTERPRISES + 4) / 5);
    request.page_size = 1000000; /* coerced down */
    assert_int_equal(list_all(s, request, &pages), ENTERPRISES);
    assert_int_equal(pages, 1);
    char yesterday[AX_DAY_TEXT_SIZE];
    request.page_size = 4;
    request.as_of = ax_day_format(SPINE_FIRST_DAY - 1, yesterday);
    assert_int_equal(list_all(s, request, &pages), ENTERPRISES);
}

static void test_filters(void **state)
{
    struct spine *s = *state;
    size_t pages = 0;
    Anxin__V1__ListRatingsRequest request = ANXIN__V1__LIST_RATINGS_REQUEST__INIT;
    request.name = "COLLIERY 55"; /* ASCII letters in any case */
    assert_int_equal(list_all(s, request, &pages), 1);
    request.name = "no such name";
    assert_int_equal(list_all(s, request, &pages), 0);
    request.name = "";
    Anxin__V1__Level d = ANXIN__V1__LEVEL__LEVEL_D;
    request.n_levels = 1;
    request.levels = &d;
    size_t of_d = list_all(s, request, &pages);
    Anxin__V1__Level others[] = {1, 2, 3, 4, 5, 6, 7, 8, 10};
    request.n_levels = sizeof others / sizeof others[0];
    request.levels = others;
    assert_int_equal(of_d + list_all(s, request, &pages), ENTERPRISES);
}

static void test_a_token_belongs_to_its_query(void **state)
{
    struct spine *s = *state;
    struct ax_err err = {0};
    Anxin__V1__ListRatingsRequest request = ANXIN__V1__LIST_RATINGS_REQUEST__INIT;
    request.page_size = 3;
    request.page_token = list(s, &request)->next_page_token;
    assert_true(request.page_token[0] != '\0');
    request.region = "1401";
    assert_int_equal(spine_try(s, s->channel, list_ratings, pack(s, &request), &err), AX_INVALID);
    assert_string_equal(err.field, "page_token");
    request.region = "";
    request.page_token = "91110000600037341L.junk";
    assert_int_equal(spine_try(s, s->channel, list_ratings, pack(s, &request), &err), AX_INVALID);
    request.page_token = "";
    request.page_size = -1;
    assert_int_equal(spine_try(s, s->channel, list_ratings, pack(s, &request), &err), AX_INVALID);
    assert_string_equal(err.field, "page_size");
}

/* Which nobody can have: an empty list would read as if there were no such enterprise. */
static void test_codes_of_no_place_or_trade_are_refused(void **state)
{
    struct spine *s = *state;
    struct ax_err err = {0};
    Anxin__V1__ListRatingsRequest request = ANXIN__V1__LIST_RATINGS_REQUEST__INIT;
    request.region = "99";
    assert_int_equal(spine_try(s, s->channel, list_ratings, pack(s, &request), &err), AX_INVALID);
    assert_string_equal(err.field, "region");
    assert_string_equal(err.value, "99");
    request.region = "14";
    request.industry = "abc";
    assert_int_equal(spine_try(s, s->channel, list_ratings, pack(s, &request), &err), AX_INVALID);
    assert_string_equal(err.field, "industry");
    assert_string_equal(err.value, "abc");
}

static void test_history_is_what_as_of_says(void **state)
{
    struct spine *s = *state;
    Anxin__V1__GetRatingHistoryRequest request = ANXIN__V1__GET_RATING_HISTORY_REQUEST__INIT;
    request.enterprise = codes[0];
    request.page_size = 1;
    size_t count = 0;
    for (bool more = true; more; count++) {
        const Anxin__V1__GetRatingHistoryResponse *page = unpack(s, &anxin__v1__get_rating_history_response__descriptor,
                spine_call(s, "/anxin.v1.RatingService/GetRatingHistory", pack(s, &request)));
        assert_int_equal(page->n_ratings, 1);
        const Anxin__V1__Rating *then = page->ratings[0];
        Anxin__V1__GetRatingRequest ask = ANXIN__V1__GET_RATING_REQUEST__INIT;
        ask.enterprise = codes[0];
        ask.as_of = then->rated_on;
        const Anxin__V1__GetRatingResponse *answer =
                unpack(s, &anxin__v1__get_rating_response__descriptor, spine_call(s, get_rating, pack(s, &ask)));
        assert_int_equal(answer->rating->level, then->level);
        assert_int_equal(answer->rating->level_points, then->level_points);
        request.page_token = page->next_page_token;
        more = page->next_page_token[0] != '\0';
    }
    assert_true(count > 0);
}

static struct ax_rpc_stream *open_stream(struct spine *s, const char *path, const void *request)
{
    struct ax_rpc_stream *stream = NULL;
    struct ax_err err = {0};
    assert_true(ax_ok(ax_rpc_stream_open(s->channel, path, pack(s, request), 60000, &stream, &err)));
    return stream;
}

static void test_a_batch_answers_each(void **state)
{
    struct spine *s = *state;
    char unknown[19];
    (void)spine_code(5000, unknown);
    char *asked[] = {codes[3], unknown, codes[1]};
    Anxin__V1__BatchGetRatingsRequest request = ANXIN__V1__BATCH_GET_RATINGS_REQUEST__INIT;
    request.n_enterprises = 3;
    request.enterprises = asked;
    struct ax_rpc_stream *stream = open_stream(s, "/anxin.v1.RatingService/BatchGetRatings", &request);
    struct ax_buf message;
    ax_buf_init(&message, 1 << 20);
    for (size_t i = 0;; i++) {
        bool end = false;
        struct ax_err err = {0};
        assert_true(ax_ok(ax_rpc_stream_next(stream, &message, &end, &err)));
        if (end) {
            assert_int_equal(i, 3);
            break;
        }
        const Anxin__V1__BatchGetRatingsResponse *answer =
                unpack(s, &anxin__v1__batch_get_ratings_response__descriptor, ax_buf_str(&message));
        assert_string_equal(answer->enterprise, asked[i]);
        assert_int_equal(answer->result_case, i == 1 ? ANXIN__V1__BATCH_GET_RATINGS_RESPONSE__RESULT_ERROR
                                                     : ANXIN__V1__BATCH_GET_RATINGS_RESPONSE__RESULT_RATING);
    }
    ax_buf_deinit(&message);
    ax_rpc_stream_close(stream);
}

struct watched {
    size_t in_snapshot;
    size_t changes;
    bool snapshot_end;
    char token[512];
    char changed[19];
};

/* Reads events until the snapshot's end, or a change, or a heartbeat. */
static void watch_a_while(struct spine *s, struct ax_rpc_stream *stream, struct watched *w)
{
    struct ax_buf message;
    ax_buf_init(&message, 1 << 20);
    *w = (struct watched){0};
    for (bool more = true; more;) {
        bool end = false;
        struct ax_err err = {0};
        assert_true(ax_ok(ax_rpc_stream_next(stream, &message, &end, &err)));
        assert_false(end);
        const Anxin__V1__WatchRatingsResponse *event =
                unpack(s, &anxin__v1__watch_ratings_response__descriptor, ax_buf_str(&message));
        if (event->event_case == ANXIN__V1__WATCH_RATINGS_RESPONSE__EVENT_RATING) {
            w->in_snapshot += event->snapshot ? 1 : 0;
            w->changes += event->snapshot ? 0 : 1;
            (void)snprintf(w->changed, sizeof w->changed, "%s", event->rating->enterprise);
        }
        w->snapshot_end = w->snapshot_end || event->event_case == ANXIN__V1__WATCH_RATINGS_RESPONSE__EVENT_SNAPSHOT_END;
        if (event->resume_token[0] != '\0') {
            (void)snprintf(w->token, sizeof w->token, "%s", event->resume_token);
            more = false;
        }
    }
    ax_buf_deinit(&message);
}

static void change(struct spine *s, const char *code, const char *reference)
{
    struct ax_fact f;
    spine_penalty(&f, code, reference);
    struct ax_submit_result result = spine_submit(s, &f);
    assert_int_equal(result.status, AX_SUBMIT_ACCEPTED);
    (void)spine_rating(s, code, result.offset + 1);
}

static void watch_until_change(struct spine *s, struct ax_rpc_stream *stream, const char *code, struct watched *w)
{
    do {
        watch_a_while(s, stream, w);
        assert_int_equal(w->in_snapshot, 0);
    } while (w->changes == 0 || strcmp(w->changed, code) != 0);
}

static void test_a_watch_goes_on_from_its_token(void **state)
{
    struct spine *s = *state;
    struct watched w;
    Anxin__V1__WatchRatingsRequest request = ANXIN__V1__WATCH_RATINGS_REQUEST__INIT;
    request.heartbeat_ms = 1000;
    struct ax_rpc_stream *stream = open_stream(s, watch_ratings, &request);
    watch_a_while(s, stream, &w);
    assert_true(w.snapshot_end);
    assert_int_equal(w.in_snapshot, ENTERPRISES);
    ax_rpc_stream_close(stream);

    change(s, codes[2], "while-away"); /* nobody watches */
    char token[512];
    (void)snprintf(token, sizeof token, "%s", w.token);
    request.resume_token = token;
    stream = open_stream(s, watch_ratings, &request);
    watch_until_change(s, stream, codes[2], &w);
    ax_rpc_stream_close(stream);
}

/* A token of nowhere means that changes were missed: a snapshot comes, also for those who want changes only. */
static void test_a_bad_token_begins_with_a_snapshot(void **state)
{
    struct spine *s = *state;
    struct watched w;
    Anxin__V1__WatchRatingsRequest request = ANXIN__V1__WATCH_RATINGS_REQUEST__INIT;
    request.resume_token = "1.3.999999.999999.999999";
    request.skip_snapshot = 1;
    struct ax_rpc_stream *stream = open_stream(s, watch_ratings, &request);
    watch_a_while(s, stream, &w);
    assert_true(w.snapshot_end);
    assert_int_equal(w.in_snapshot, ENTERPRISES);
    ax_rpc_stream_close(stream);
    request.resume_token = "";
    stream = open_stream(s, watch_ratings, &request);
    watch_a_while(s, stream, &w);
    assert_true(w.snapshot_end);
    assert_int_equal(w.in_snapshot, 0);
    ax_rpc_stream_close(stream);
}

static ax_str ask_from(struct spine *s, int64_t offset)
{
    Anxin__V1__AsOf as_of = ANXIN__V1__AS_OF__INIT;
    Anxin__V1__GetRatingRequest request = ANXIN__V1__GET_RATING_REQUEST__INIT;
    as_of.offset = offset;
    request.enterprise = codes[4];
    request.min_as_of = &as_of;
    return pack(s, &request);
}

static void test_who_waits_holds_nobody(void **state)
{
    enum { WAITING = 40, WAIT_MS = 3000 };
    struct spine *s = *state;
    struct ax_err err = {0};
    struct ax_rpc_pending *waiting[WAITING];
    int64_t begin = 0;
    int64_t end = 0;
    int32_t partition = ax_log_partition_of(ax_host_log(s->host), ax_str_c(codes[4]));
    assert_int_equal(spine_try(s, s->channel, get_rating, ask_from(s, INT64_MAX), &err), AX_RANGE);
    assert_string_equal(err.field, "min_as_of");
    spine_scorer_stop(s); /* what is submitted now waits */
    struct ax_fact f;
    spine_penalty(&f, codes[4], "parked");
    assert_int_equal(spine_submit(s, &f).status, AX_SUBMIT_ACCEPTED);
    assert_true(ax_ok(ax_log_range(ax_host_log(s->host), AX_TOPIC_FACTS, partition, &begin, &end, &err)));
    for (size_t i = 0; i < WAITING; i++) {
        assert_true(
                ax_ok(ax_rpc_unary_start(s->channel, get_rating, ask_from(s, end), WAIT_MS * 10, &waiting[i], &err)));
    }
    (void)spine_call(s, get_rating, ask_from(s, 0)); /* answered while they wait */
    spine_scorer_start(s);
    struct ax_buf answer;
    ax_buf_init(&answer, 1 << 20);
    for (size_t i = 0; i < WAITING; i++) {
        ax_buf_clear(&answer);
        assert_true(ax_ok(ax_rpc_unary_finish(waiting[i], &answer, &err)));
        const Anxin__V1__GetRatingResponse *got =
                unpack(s, &anxin__v1__get_rating_response__descriptor, ax_buf_str(&answer));
        assert_true(got->rating->as_of->offset >= end);
    }
    ax_buf_deinit(&answer);
}

static int set_up(void **state)
{
    static struct spine s;
    spine_open(&s, PARTITIONS);
    for (int i = 0; i < ENTERPRISES; i++) {
        struct ax_fact f;
        char reference[32];
        char name[32];
        (void)snprintf(reference, sizeof reference, "one-%d", i);
        (void)snprintf(name, sizeof name, "Colliery %d.", i + 50);
        spine_penalty(&f, spine_code(100 + i, codes[i]), reference);
        f.enterprise_name = ax_str_c(name);
        f.enforcement_penalty.unlicensed_operation = i % 4 == 0;
        struct ax_submit_result result = spine_submit(&s, &f);
        (void)spine_rating(&s, codes[i], result.offset + 1);
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
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_pages_follow_each_other_over_all_partitions),
            cmocka_unit_test(test_filters),
            cmocka_unit_test(test_a_token_belongs_to_its_query),
            cmocka_unit_test(test_codes_of_no_place_or_trade_are_refused),
            cmocka_unit_test(test_history_is_what_as_of_says),
            cmocka_unit_test(test_a_batch_answers_each),
            cmocka_unit_test(test_a_watch_goes_on_from_its_token),
            cmocka_unit_test(test_a_bad_token_begins_with_a_snapshot),
            cmocka_unit_test(test_who_waits_holds_nobody),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
