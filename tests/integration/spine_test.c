/* SPDX-License-Identifier: Apache-2.0 */
/* From a fact over gRPC into SQLite and back as a rating; what may go wrong on the way; and midnight. */
#include "tests/unit/t.h"

#include "services/lib/wire/put.h"
#include "services/lib/wire/rating_wire.h"
#include "services/lib/wire/reader.h"
#include "services/scorer/audit.h"
#include "services/scorer/rebuild.h"
#include "tests/integration/spine_bed.h"

static const char get_rating[] = "/anxin.v1.RatingService/GetRating";

static void test_a_fact_becomes_a_rating(void **state)
{
    struct spine *s = *state;
    char code[19];
    struct ax_fact f;
    spine_penalty(&f, spine_code(1, code), "first-1");
    struct ax_submit_result result = spine_submit(s, &f);
    assert_int_equal(result.status, AX_SUBMIT_ACCEPTED);
    struct ax_rating rating = spine_rating(s, code, result.offset + 1);
    assert_true(ax_str_eq(rating.enterprise, ax_str_c(code)));
    assert_int_equal(rating.facts, 1);
    assert_int_equal(rating.rated_on, SPINE_FIRST_DAY);
    assert_int_equal(rating.as_of.day, SPINE_FIRST_DAY);
    assert_true(rating.as_of.offset > result.offset);
    assert_int_equal(rating.revision.offset, result.offset);
    assert_true(ax_str_eq(rating.pack, AX_STR("shanxi-2023")));
}

static void test_what_is_known_is_said(void **state)
{
    struct spine *s = *state;
    char code[19];
    struct ax_fact f;
    spine_penalty(&f, spine_code(2, code), "known-1");
    f.revision = 5;
    struct ax_submit_result first = spine_submit(s, &f);
    assert_int_equal(first.status, AX_SUBMIT_ACCEPTED);
    assert_int_equal(spine_submit(s, &f).status, AX_SUBMIT_DUPLICATE);
    f.enforcement_penalty.fine_fen++;
    struct ax_submit_result conflict = spine_submit(s, &f);
    assert_int_equal(conflict.status, AX_SUBMIT_CONFLICT);
    f.revision = 4;
    struct ax_submit_result lower = spine_submit(s, &f);
    assert_int_equal(lower.status, AX_SUBMIT_SUPERSEDED);
    struct ax_rating rating = spine_rating(s, code, lower.offset + 1);
    assert_int_equal(rating.facts, 1);
    assert_int_equal(rating.conflicts, 1);
}

/* An ingest that has just been started knows what the store knows. */
static void test_a_new_ingest_knows_duplicates_from_the_store(void **state)
{
    struct spine *s = *state;
    char code[19];
    struct ax_fact f;
    struct ax_err err = {0};
    struct ax_ingest_options options = {
            .log = ax_host_log(s->host),
            .store = ax_host_store(s->host),
            .bundle = ax_host_bundle(s->host),
            .clock = &s->clock.clock,
    };
    spine_penalty(&f, spine_code(3, code), "restart-1");
    struct ax_submit_result first = spine_submit(s, &f);
    (void)spine_rating(s, code, first.offset + 1);
    /* The one behind the server is replaced in place: the same pointer, an empty cache. */
    struct ax_ingest *fresh = NULL;
    assert_true(ax_ok(ax_ingest_open(&options, &fresh, &err)));
    struct ax_rpc_method methods[AX_INGEST_METHODS_MAX];
    (void)ax_ingest_methods(fresh, methods, AX_INGEST_METHODS_MAX);
    struct ax_host_options host_options = {.service = "second", .config = s->config, .clock = &s->clock.clock};
    struct ax_host *second = NULL;
    assert_true(ax_ok(ax_host_open(&host_options, &second, &err)));
    assert_true(ax_ok(ax_host_serve(second, methods, 1, &err)));
    struct spine other = *s;
    other.host = second;
    struct ax_rpc_channel *channel = spine_channel(&other, "operator");
    assert_int_equal(spine_submit_as(s, channel, &f).status, AX_SUBMIT_DUPLICATE);
    f.revision = 2;
    assert_int_equal(spine_submit_as(s, channel, &f).status, AX_SUBMIT_ACCEPTED);
    ax_rpc_channel_close(channel);
    ax_host_drain(second);
    ax_ingest_close(fresh);
    ax_host_close(second);
}

static void test_bad_facts_are_kept_and_told(void **state)
{
    struct spine *s = *state;
    char code[19];
    struct ax_fact f;
    spine_penalty(&f, spine_code(4, code), "bad-1");
    f.enforcement_penalty.fine_fen = -1;
    struct ax_submit_result result = spine_submit(s, &f);
    assert_int_equal(result.status, AX_SUBMIT_REJECTED);
    assert_true(ax_str_ends(result.error.field, AX_STR("fine_fen")));
    assert_true(result.reject_id.len > 0);
    ax_str listed = spine_call(s, "/anxin.v1.AdminService/ListRejects", AX_STR(""));
    assert_true(ax_str_find(listed, AX_STR("bad-1"), NULL));
    assert_true(ax_str_find(listed, result.reject_id, NULL));
    /* Mended and tried again. */
    struct ax_buf request;
    struct ax_buf fact;
    ax_buf_init(&request, 1 << 16);
    ax_buf_init(&fact, 1 << 16);
    f.enforcement_penalty.fine_fen = 1;
    ax_fact_canonical(&f, &fact);
    ax_wire_put_str(&request, 1, result.reject_id);
    ax_wire_put_str(&request, 2, ax_buf_str(&fact));
    (void)spine_call(s, "/anxin.v1.AdminService/RetryReject", ax_buf_str(&request));
    assert_int_equal(spine_submit(s, &f).status, AX_SUBMIT_DUPLICATE);
    listed = spine_call(s, "/anxin.v1.AdminService/ListRejects", AX_STR(""));
    assert_false(ax_str_find(listed, result.reject_id, NULL));
    ax_buf_deinit(&request);
    ax_buf_deinit(&fact);
}

/* The same again is the same reject, as long as it stands; the identity number in it is nobody's to see. */
static void test_a_reject_is_kept_once(void **state)
{
    struct spine *s = *state;
    char code[19];
    char id[64];
    struct ax_fact f;
    spine_penalty(&f, spine_code(23, code), "bad-twice");
    f.enforcement_penalty.fine_fen = -1;
    f.enforcement_penalty.violation = AX_STR("11010519491231002X");
    struct ax_submit_result first = spine_submit(s, &f);
    assert_int_equal(first.status, AX_SUBMIT_REJECTED);
    assert_true(ax_str_to_c(first.reject_id, id, sizeof id));
    struct ax_submit_result again = spine_submit(s, &f);
    assert_int_equal(again.status, AX_SUBMIT_REJECTED);
    assert_true(ax_str_eq(again.reject_id, ax_str_c(id)));
    ax_str listed = spine_call(s, "/anxin.v1.AdminService/ListRejects", AX_STR(""));
    assert_true(ax_str_find(listed, AX_STR("110105************"), NULL));
    assert_false(ax_str_find(listed, AX_STR("11010519491231002X"), NULL));
    struct ax_buf request;
    struct ax_buf fact;
    ax_buf_init(&request, 1 << 16);
    ax_buf_init(&fact, 1 << 16);
    struct ax_fact mended = f;
    mended.enforcement_penalty.fine_fen = 1;
    ax_fact_canonical(&mended, &fact);
    ax_wire_put_str(&request, 1, ax_str_c(id));
    ax_wire_put_str(&request, 2, ax_buf_str(&fact));
    (void)spine_call(s, "/anxin.v1.AdminService/RetryReject", ax_buf_str(&request));
    again = spine_submit(s, &f); /* resolved: this is another */
    assert_false(ax_str_eq(again.reject_id, ax_str_c(id)));
    ax_buf_deinit(&request);
    ax_buf_deinit(&fact);
}

static void test_a_wrong_check_character_names_its_rule(void **state)
{
    struct spine *s = *state;
    char code[19];
    struct ax_fact f;
    spine_penalty(&f, spine_code(5, code), "bad-2");
    code[17] = code[17] == '0' ? '1' : '0';
    struct ax_submit_result result = spine_submit(s, &f);
    assert_int_equal(result.status, AX_SUBMIT_REJECTED);
    assert_true(ax_str_eq(result.error.field, AX_STR("enterprise")));
    struct ax_err err = {0};
    assert_int_equal(spine_try(s, s->channel, get_rating, spine_request(s, code, ""), &err), AX_INVALID);
    assert_string_equal(err.field, "enterprise");
}

static void test_who_may_ask(void **state)
{
    struct spine *s = *state;
    char own[19];
    char other[19];
    struct ax_err err = {0};
    struct ax_rpc_channel *enterprise = spine_channel(s, "enterprise");
    struct ax_rpc_channel *insurer = spine_channel(s, "insurer");
    (void)spine_code(0, own);
    (void)spine_code(1, other);
    assert_int_equal(spine_try(s, enterprise, get_rating, spine_request(s, own, ""), &err), AX_NOT_FOUND);
    assert_int_equal(spine_try(s, enterprise, get_rating, spine_request(s, other, ""), &err), AX_DENIED);
    /* Authorised before validated: nobody learns which codes are well formed. */
    assert_int_equal(spine_try(s, enterprise, get_rating, spine_request(s, "garbage", ""), &err), AX_DENIED);
    assert_int_equal(spine_try(s, insurer, get_rating, spine_request(s, other, ""), &err), AX_OK);
    struct ax_buf request;
    ax_buf_init(&request, 64);
    assert_int_equal(
            spine_try(s, insurer, "/anxin.v1.IngestService/SubmitFacts", ax_buf_str(&request), &err), AX_DENIED);
    assert_int_equal(
            spine_try(s, s->channel, "/anxin.v1.RatingService/GetCertificate", spine_request(s, own, ""), &err),
            AX_UNSUPPORTED);
    ax_buf_deinit(&request);
    ax_rpc_channel_close(enterprise);
    ax_rpc_channel_close(insurer);
}

static void test_a_fact_moves_to_another_enterprise(void **state)
{
    struct spine *s = *state;
    char wrong[19];
    char right[19];
    struct ax_fact f;
    spine_penalty(&f, spine_code(6, wrong), "moved-1");
    struct ax_submit_result first = spine_submit(s, &f);
    assert_int_equal(spine_rating(s, wrong, first.offset + 1).facts, 1);
    f.enterprise = ax_str_c(spine_code(7, right));
    f.previous_enterprise = ax_str_c(wrong);
    f.revision = 2;
    struct ax_submit_result moved = spine_submit(s, &f);
    assert_int_equal(moved.status, AX_SUBMIT_ACCEPTED);
    assert_int_equal(spine_rating(s, right, moved.offset + 1).facts, 1);
    int64_t begin = 0;
    int64_t end = 0;
    struct ax_err err;
    int32_t partition = ax_log_partition_of(ax_host_log(s->host), ax_str_c(wrong));
    assert_true(ax_ok(ax_log_range(ax_host_log(s->host), AX_TOPIC_FACTS, partition, &begin, &end, &err)));
    assert_int_equal(spine_rating(s, wrong, end).facts, 0);
}

static void test_a_fact_is_withdrawn(void **state)
{
    struct spine *s = *state;
    char code[19];
    struct ax_fact f;
    spine_penalty(&f, spine_code(8, code), "withdrawn-1");
    struct ax_submit_result first = spine_submit(s, &f);
    assert_int_equal(spine_rating(s, code, first.offset + 1).facts, 1);
    struct ax_buf request;
    ax_buf_init(&request, 1024);
    ax_wire_put_str(&request, 1, AX_STR("creditchina"));
    ax_wire_put_str(&request, 2, AX_STR("withdrawn-1")); /* the enterprise is looked for */
    (void)spine_call(s, "/anxin.v1.AdminService/WithdrawFact", ax_buf_str(&request));
    ax_buf_deinit(&request);
    int64_t begin = 0;
    int64_t end = 0;
    struct ax_err err;
    int32_t partition = ax_log_partition_of(ax_host_log(s->host), ax_str_c(code));
    assert_true(ax_ok(ax_log_range(ax_host_log(s->host), AX_TOPIC_FACTS, partition, &begin, &end, &err)));
    assert_int_equal(spine_rating(s, code, end).facts, 0);
}

static struct ax_submit_result withdraw(struct spine *s, const char *reference, const char *enterprise)
{
    struct ax_buf request;
    struct ax_list results;
    ax_buf_init(&request, 1024);
    ax_wire_put_str(&request, 1, AX_STR("creditchina"));
    ax_wire_put_str(&request, 2, ax_str_c(reference));
    ax_wire_put_str(&request, 3, ax_str_c(enterprise));
    ax_wire_put_str(&request, 5, AX_STR("看错了行"));
    ax_str response = spine_call(s, "/anxin.v1.AdminService/WithdrawFact", ax_buf_str(&request));
    assert_true(ax_ok(ax_submit_response_read(response, &s->arena, &results, NULL)));
    ax_buf_deinit(&request);
    return *(const struct ax_submit_result *)results.items;
}

/* The source's own next revision has the number that the withdrawal took: it does not come back, whichever digest is greater. */
static void test_a_withdrawal_is_not_lost_to_the_number_it_took(void **state)
{
    struct spine *s = *state;
    char code[19];
    struct ax_fact f;
    (void)spine_code(33, code);
    for (uint32_t i = 0; i < 8; i++) {
        char reference[] = "taken-0";
        reference[sizeof reference - 2] = (char)('0' + i);
        spine_penalty(&f, code, reference);
        struct ax_submit_result result = spine_submit(s, &f);
        assert_int_equal(spine_rating(s, code, result.offset + 1).facts, 1);
        struct ax_submit_result withdrawn = withdraw(s, reference, code);
        assert_int_equal(withdrawn.status, AX_SUBMIT_ACCEPTED);
        f.revision++;
        f.enforcement_penalty.fine_fen += i;
        result = spine_submit(s, &f);
        assert_int_equal(result.status, AX_SUBMIT_CONFLICT);
        struct ax_rating rating = spine_rating(s, code, result.offset + 1);
        assert_int_equal(rating.facts, 0);
        assert_int_equal(rating.conflicts, i + 1);
        struct ax_submit_result again = withdraw(s, reference, code);
        assert_int_equal(again.status, AX_SUBMIT_DUPLICATE);
        assert_memory_equal(again.digest, withdrawn.digest, AX_DIGEST_SIZE);
    }
}

/* What has moved is withdrawn where it stands; once more changes nothing; two of them are for the operator to tell apart. */
static void test_what_is_withdrawn_stands_somewhere(void **state)
{
    struct spine *s = *state;
    char from[19];
    char to[19];
    char third[19];
    struct ax_fact f;
    struct ax_err err = {0};
    spine_penalty(&f, spine_code(20, from), "withdrawn-2");
    struct ax_submit_result result = spine_submit(s, &f);
    (void)spine_rating(s, from, result.offset + 1);
    f.enterprise = ax_str_c(spine_code(21, to));
    f.previous_enterprise = ax_str_c(from);
    f.revision = 2;
    result = spine_submit(s, &f);
    assert_int_equal(spine_rating(s, to, result.offset + 1).facts, 1);
    result = withdraw(s, "withdrawn-2", "");
    assert_int_equal(result.status, AX_SUBMIT_ACCEPTED);
    assert_int_equal(spine_rating(s, to, result.offset + 1).facts, 0);
    struct ax_submit_result again = withdraw(s, "withdrawn-2", to);
    assert_int_equal(again.status, AX_SUBMIT_DUPLICATE);
    assert_memory_equal(again.digest, result.digest, AX_DIGEST_SIZE);
    assert_int_equal(withdraw(s, "withdrawn-2", "").status, AX_SUBMIT_DUPLICATE);
    /* The same key at two enterprises at once. */
    spine_penalty(&f, to, "withdrawn-3");
    result = spine_submit(s, &f);
    (void)spine_rating(s, to, result.offset + 1);
    f.enterprise = ax_str_c(spine_code(22, third));
    result = spine_submit(s, &f);
    (void)spine_rating(s, third, result.offset + 1);
    struct ax_buf request;
    ax_buf_init(&request, 1024);
    ax_wire_put_str(&request, 1, AX_STR("creditchina"));
    ax_wire_put_str(&request, 2, AX_STR("withdrawn-3"));
    assert_int_equal(
            spine_try(s, s->channel, "/anxin.v1.AdminService/WithdrawFact", ax_buf_str(&request), &err), AX_STATE);
    assert_non_null(strstr(err.text, third));
    assert_non_null(strstr(err.text, to));
    ax_buf_deinit(&request);
    assert_int_equal(withdraw(s, "withdrawn-3", third).status, AX_SUBMIT_ACCEPTED);
}

static void wait_for_day(struct spine *s, int32_t day)
{
    for (int32_t p = 0; p < ax_log_partitions(ax_host_log(s->host)); p++) {
        for (int waited = 0;; waited += 10) {
            struct ax_store_position position = {.day = AX_DAY_NONE};
            int64_t enterprises = 0;
            struct ax_err err;
            ax_rc rc = ax_store_position(ax_host_store(s->host), p, &position, &enterprises, &err);
            if (ax_ok(rc) && position.day >= day) {
                break;
            }
            assert_true(waited < SPINE_WAIT_MS);
            ax_sleep_ms(10);
        }
    }
}

/* Reads watch events until one is a rating of the code for that day: one that changed, or the one that the watch began with. */
static void watch_until(struct spine *s, struct ax_rpc_stream *stream, ax_str code, int32_t wanted, bool at_first)
{
    struct ax_buf message;
    ax_buf_init(&message, 1 << 20);
    for (int32_t day = AX_DAY_NONE; day != wanted;) {
        bool end = false;
        struct ax_err err = {0};
        assert_true(ax_ok(ax_rpc_stream_next(stream, &message, &end, &err)));
        assert_false(end);
        struct ax_cursor c = ax_cursor_of(ax_buf_str(&message));
        struct ax_rating rating = {0};
        bool snapshot = false;
        bool is_rating = false;
        while (ax_cursor_left(&c) > 0) {
            struct ax_wire_field field;
            assert_true(ax_ok(ax_wire_next(&c, &field, &err)));
            snapshot = snapshot || field.number == 5;
            if (field.number == 1) {
                ax_str copy = ax_arena_dup(&s->arena, field.bytes);
                assert_true(ax_ok(ax_rating_from_wire(copy, &s->arena, &rating, &err)));
                is_rating = true;
            }
        }
        if (is_rating && snapshot == at_first && ax_str_eq(rating.enterprise, code)) {
            day = rating.rated_on;
        }
    }
    ax_buf_deinit(&message);
}

/* A standardisation that ends with the day: the rating changes at midnight with no event, and watchers hear of it. */
static void test_midnight(void **state)
{
    struct spine *s = *state;
    char code[19];
    struct ax_fact f;
    spine_penalty(&f, spine_code(9, code), "midnight-1");
    f.kind = AX_FACT_STANDARDISATION;
    f.standardisation = (struct ax_standardisation){.level = AX_STANDARDISATION_LEVEL_ONE,
            .valid_from = SPINE_FIRST_DAY - 100,
            .valid_until = ax_day_of_us(s->clock.now)};
    struct ax_submit_result result = spine_submit(s, &f);
    assert_int_equal(result.status, AX_SUBMIT_ACCEPTED);
    struct ax_rating before = spine_rating(s, code, result.offset + 1);
    int32_t today = before.rated_on;
    assert_int_equal(before.next_change_on, today + 1);
    struct ax_rpc_stream *stream = NULL;
    struct ax_err err = {0};
    assert_true(ax_ok(
            ax_rpc_stream_open(s->channel, "/anxin.v1.RatingService/WatchRatings", AX_STR(""), 60000, &stream, &err)));
    watch_until(s, stream, ax_str_c(code), today, true); /* else midnight may be over before anybody watches */
    s->clock.now += 86400LL * 1000000;
    /* Nobody is ever given yesterday's, however late the scorer is. */
    struct ax_rating after = spine_rating(s, code, 0);
    assert_int_equal(after.rated_on, today + 1);
    assert_true(after.level != before.level || after.level_points != before.level_points);
    watch_until(s, stream, ax_str_c(code), today + 1, false);
    ax_rpc_stream_close(stream);
    wait_for_day(s, today + 1);
    struct ax_rating stored = spine_rating(s, code, 0);
    assert_int_equal(stored.level, after.level);
    assert_int_equal(stored.revision.day, today + 1);
    assert_int_equal(stored.revision.offset, before.revision.offset);
}

static void audit(struct spine *s, struct ax_audit_result *out)
{
    struct ax_err err = {0};
    struct ax_audit_options options = {
            .log = ax_host_log(s->host),
            .store = ax_host_store(s->host),
            .bundle = ax_host_bundle(s->host),
            .clock = &s->clock.clock,
            .as_of = SPINE_FIRST_DAY,
    };
    if (!ax_ok(ax_scorer_audit(&options, out, &err))) {
        fail_msg("audit: %s", err.text);
    }
    assert_int_equal(out->differences, 0);
}

static void test_a_rebuild_changes_nothing(void **state)
{
    struct spine *s = *state;
    struct ax_audit_result before;
    struct ax_audit_result after;
    struct ax_err err = {0};
    audit(s, &before);
    assert_true(before.enterprises > 5);
    struct ax_rebuild_options options = {
            .log = ax_host_log(s->host),
            .store = ax_host_store(s->host),
            .bundle = ax_host_bundle(s->host),
            .clock = &s->clock.clock,
            .last_partition = -1,
    };
    struct ax_rebuild_result result;
    if (!ax_ok(ax_scorer_rebuild(&options, &result, &err))) {
        fail_msg("rebuild: %s", err.text);
    }
    audit(s, &after);
    assert_memory_equal(before.digest, after.digest, AX_DIGEST_SIZE);
    assert_int_equal(result.enterprises, after.enterprises);
    /* The scorer, whose handle went stale, goes on. */
    char code[19];
    struct ax_fact f;
    spine_penalty(&f, spine_code(10, code), "after-1");
    struct ax_submit_result submitted = spine_submit(s, &f);
    assert_int_equal(spine_rating(s, code, submitted.offset + 1).facts, 1);
}

/* A penalty file says neither where an enterprise is nor whose rules apply: then where it is registered decides. */
static void test_the_place_of_registration_decides_last(void **state)
{
    static const struct {
        const char *code;
        const char *pack;
    } cases[] = {{"91140100MA0HH0013W", "shanxi-2023"}, {"91350100M000100Y43", ""}};
    struct spine *s = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ax_fact f;
        spine_penalty(&f, cases[i].code, "registered");
        f.region = f.jurisdiction = (ax_str){0};
        struct ax_submit_result submitted = spine_submit(s, &f);
        assert_int_equal(submitted.status, AX_SUBMIT_ACCEPTED);
        struct ax_rating rating = spine_rating(s, cases[i].code, submitted.offset + 1);
        assert_true(ax_str_eq(rating.pack, ax_str_c(cases[i].pack)));
        assert_int_equal(rating.level == AX_LEVEL_UNRATED, cases[i].pack[0] == '\0');
        assert_int_equal(rating.region.len, 0); /* where it is registered is not where it is */
    }
}

static int set_up(void **state)
{
    static struct spine s;
    spine_open(&s, 3);
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
            cmocka_unit_test(test_a_fact_becomes_a_rating),
            cmocka_unit_test(test_what_is_known_is_said),
            cmocka_unit_test(test_a_new_ingest_knows_duplicates_from_the_store),
            cmocka_unit_test(test_bad_facts_are_kept_and_told),
            cmocka_unit_test(test_a_reject_is_kept_once),
            cmocka_unit_test(test_a_wrong_check_character_names_its_rule),
            cmocka_unit_test(test_who_may_ask),
            cmocka_unit_test(test_a_fact_moves_to_another_enterprise),
            cmocka_unit_test(test_a_fact_is_withdrawn),
            cmocka_unit_test(test_a_withdrawal_is_not_lost_to_the_number_it_took),
            cmocka_unit_test(test_what_is_withdrawn_stands_somewhere),
            cmocka_unit_test(test_midnight),
            cmocka_unit_test(test_the_place_of_registration_decides_last),
            cmocka_unit_test(test_a_rebuild_changes_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
