/* SPDX-License-Identifier: Apache-2.0 */
/* The proto3 JSON mapping: golden lines, and what is refused. */
#include "tests/unit/t.h"

#include "services/lib/wire/base64.h"
#include "services/lib/wire/fact_wire.h"
#include "services/lib/wire/json.h"
#include "services/lib/wire/rating_wire.h"

#include <anxin/v1/admin_service.pb-c.h>
#include <anxin/v1/fact.pb-c.h>
#include <anxin/v1/ingest_service.pb-c.h>
#include <anxin/v1/rating_service.pb-c.h>

enum { CAP_BYTES = 4 << 20 };

struct room {
    struct ax_arena arena;
    struct ax_buf out;
    struct ax_err err;
};

static int set_up(void **state)
{
    struct room *room = ax_xcalloc(1, sizeof *room);
    ax_arena_init(&room->arena, 4096, CAP_BYTES);
    ax_buf_init(&room->out, CAP_BYTES);
    *state = room;
    return 0;
}

static int tear_down(void **state)
{
    struct room *room = *state;
    ax_buf_deinit(&room->out);
    ax_arena_deinit(&room->arena);
    ax_xfree(room);
    return 0;
}

static void expect_json(struct room *room, const char *json)
{
    ax_buf_put_u8(&room->out, 0);
    assert_string_equal((const char *)room->out.ptr, json);
    ax_buf_clear(&room->out);
}

static void rating_line(void **state)
{
    struct room *room = *state;
    struct ax_rule_ref override = {.rule_id = AX_STR("a.b"), .legal_basis = AX_STR("令第11号 \"A1\"")};
    struct ax_rating rating;
    ax_message_init(&ax_rating_message, &rating);
    rating.enterprise = AX_STR("91990000M46084369Y");
    rating.name = AX_STR("煤矿");
    rating.level = AX_LEVEL_D;
    rating.level_points = -3;
    rating.overrides = (struct ax_list){&override, 1};
    rating.rated_on = 20000;
    rating.revision = (struct ax_rating_revision){9007199254740993, 19999};
    memset(rating.ledger_digest, 0xAB, sizeof rating.ledger_digest);
    assert_true(ax_ok(ax_rating_to_json(&rating, &room->arena, &room->out, &room->err)));
    expect_json(room,
            "{\"enterprise\":\"91990000M46084369Y\",\"name\":\"煤矿\",\"region\":\"\",\"industry\":\"\","
            "\"industryEdition\":\"\",\"level\":\"LEVEL_D\",\"levelPoints\":-3,"
            "\"overrides\":[{\"ruleId\":\"a.b\",\"legalBasis\":\"令第11号 \\\"A1\\\"\",\"titleZh\":\"\","
            "\"titleEn\":\"\"}],\"flags\":[],\"ratedOn\":\"2024-10-04\",\"nextChangeOn\":\"\","
            "\"revision\":{\"offset\":\"9007199254740993\",\"day\":\"2024-10-03\"},"
            "\"ledgerDigest\":\"abababababababababababababababababababababababababababababababab\","
            "\"packDigest\":\"\",\"pack\":\"\",\"facts\":0,\"objected\":0,\"conflicts\":0,"
            "\"standardisationMissing\":false,\"synthetic\":false,\"incomplete\":false,\"symbol\":\"\",\"riskGrade\":"
            "\"RISK_GRADE_UNSPECIFIED\",\"credibilityPpm\":0,\"scoreLow\":0,\"scoreHigh\":0,\"peerPercentile\":0,"
            "\"watch\":false,\"silent\":false,\"exposureEstimated\":false,\"riskModel\":\"\"}");
    rating.risk_score_present = 8; /* set, and 0 */
    assert_true(ax_ok(ax_rating_to_json(&rating, &room->arena, &room->out, &room->err)));
    ax_buf_put_u8(&room->out, 0);
    assert_non_null(strstr((const char *)room->out.ptr, "\"levelPoints\":-3,\"riskScore\":0,\"overrides\""));
}

static void fact_line(void **state)
{
    struct room *room = *state;
    struct ax_fact fact;
    const char *line =
            "{\"source\":\"msha\",\"reference\":\"r-1\",\"revision\":2,\"enterprise\":\"91990000M46084369Y\","
            "\"occurred_on\":\"2010-04-05\",\"state\":\"FACT_STATE_ACTIVE\",\"accident\":"
            "{\"accidentId\":\"UBB\",\"deaths\":29,\"directLossFen\":\"123\",\"grade\":3,\"concealed\":true,"
            "\"lostWorkdays\":\"18446744073709551615\",\"stage\":null}}";
    assert_true(ax_ok(ax_fact_from_json(ax_str_c(line), &room->arena, &fact, &room->err)));
    assert_int_equal(fact.kind, AX_FACT_ACCIDENT);
    assert_int_equal(fact.occurred_on, 14704);
    assert_int_equal(fact.accident.deaths, 29);
    assert_int_equal(fact.accident.direct_loss_fen, 123);
    assert_int_equal(fact.accident.grade, AX_ACCIDENT_GRADE_SERIOUS);
    assert_true(fact.accident.lost_workdays == UINT64_MAX);
    assert_true(fact.accident.concealed);
    assert_true(ax_ok(ax_fact_to_json(&fact, &room->arena, &room->out, &room->err)));
    expect_json(room,
            "{\"source\":\"msha\",\"reference\":\"r-1\",\"revision\":\"2\",\"enterprise\":\"91990000M46084369Y\","
            "\"previousEnterprise\":\"\",\"enterpriseName\":\"\",\"site\":\"\",\"region\":\"\",\"industry\":\"\","
            "\"industryEdition\":\"\",\"occurredOn\":\"2010-04-05\",\"decidedOn\":\"\",\"publishUntil\":\"\","
            "\"useUntil\":\"\",\"state\":\"FACT_STATE_ACTIVE\",\"jurisdiction\":\"\",\"synthetic\":false,"
            "\"knownAtUs\":\"0\",\"accident\":{\"accidentId\":\"UBB\",\"category\":\"\",\"categoryEdition\":\"\","
            "\"count\":0,\"aggregate\":false,\"deaths\":29,\"seriousInjuries\":0,\"directLossFen\":\"123\","
            "\"grade\":\"ACCIDENT_GRADE_SERIOUS\",\"lostWorkdays\":\"18446744073709551615\","
            "\"permanentDisabilities\":0,\"liability\":\"LIABILITY_UNSPECIFIED\",\"concealed\":true,"
            "\"stage\":\"ACCIDENT_STAGE_UNSPECIFIED\",\"restrictedWorkdays\":\"0\",\"sharePercent\":0,\"contractor\":"
            "false,\"reportMinutes\":0,\"forwardMinutes\":0}}");
}

static void bytes_are_base64(void **state)
{
    struct room *room = *state;
    ProtobufCMessage *message = NULL;
    const ProtobufCMessageDescriptor *type = &anxin__v1__raw_row__descriptor;
    static const char *const lines[] = {"{\"content\":\"+/8=\"}", "{\"content\":\"-_8\"}", "{\"content\":\"-_8=\"}"};
    for (size_t i = 0; i < 3; i++) {
        assert_true(ax_ok(ax_json_read(ax_str_c(lines[i]), type, &room->arena, &message, &room->err)));
        const Anxin__V1__RawRow *row = (const Anxin__V1__RawRow *)message;
        assert_int_equal(row->content.len, 2);
        assert_memory_equal(row->content.data, "\xFB\xFF", 2);
    }
    assert_true(ax_ok(ax_json_write(message, &room->out, &room->err)));
    expect_json(room, "{\"system\":\"\",\"origin\":\"\",\"row\":\"0\",\"header\":\"\",\"content\":\"+/8=\"}");
    static const char *const bad[] = {"A", "AA=", "AA===", "A A=", "=", "AA=A", "Ä==="};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t out[16];
        size_t len = 0;
        assert_false(ax_base64_decode(ax_str_c(bad[i]), out, &len));
    }
}

/* Every length and every byte there and back. */
static void base64_both_ways(void **state)
{
    struct room *room = *state;
    uint8_t bytes[256];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 7);
    }
    for (size_t len = 0; len <= sizeof bytes; len++) {
        ax_str text = ax_base64_encode(ax_str_of(bytes, len), &room->arena);
        uint8_t back[512];
        size_t back_len = 0;
        assert_true(ax_base64_decode(text, back, &back_len));
        assert_int_equal(back_len, len);
        assert_memory_equal(back, bytes, len);
    }
}

/* A oneof that is set is written, also with its default value; lists of numbers and of messages. */
static void oneofs_and_lists(void **state)
{
    struct room *room = *state;
    ProtobufCMessage *message = NULL;
    assert_true(ax_ok(ax_json_read(AX_STR("{\"enterprise\":\"x\",\"error\":\"\"}"),
            &anxin__v1__batch_get_ratings_response__descriptor, &room->arena, &message, &room->err)));
    assert_true(ax_ok(ax_json_write(message, &room->out, &room->err)));
    expect_json(room, "{\"enterprise\":\"x\",\"error\":\"\"}");
    assert_true(ax_ok(ax_json_read(AX_STR("{\"levels\":[\"LEVEL_D\",1],\"pageSize\":\"7\"}"),
            &anxin__v1__list_ratings_request__descriptor, &room->arena, &message, &room->err)));
    assert_true(ax_ok(ax_json_write(message, &room->out, &room->err)));
    expect_json(room, "{\"pageSize\":7,\"pageToken\":\"\",\"levels\":[\"LEVEL_D\",\"LEVEL_A1\"],\"region\":\"\","
                      "\"industry\":\"\","
                      "\"asOf\":\"\",\"name\":\"\"}");
    assert_true(ax_ok(ax_json_read(AX_STR("{\"partitions\":[{\"partition\":1},{}]}"),
            &anxin__v1__get_status_response__descriptor, &room->arena, &message, &room->err)));
    assert_int_equal(((const Anxin__V1__GetStatusResponse *)message)->n_partitions, 2);
}

static void refused(void **state)
{
    struct room *room = *state;
    static const struct {
        const char *json;
        const char *field;
        const char *text;
    } cases[] = {
            {"{\"sauce\":\"x\"}", "sauce", "Fact has no such field"},
            {"{\"accident\":{\"deathz\":1}}", "accident.deathz", "Accident has no such field"},
            {"{\"accident\":{\"deaths\":-1}}", "accident.deaths", "from 0 to 4294967295"},
            {"{\"accident\":{\"deaths\":4294967296}}", "accident.deaths", "from 0 to 4294967295"},
            {"{\"accident\":{\"deaths\":1.5}}", "accident.deaths", "whole number"},
            {"{\"accident\":{\"deaths\":\"1x\"}}", "accident.deaths", "whole number"},
            {"{\"accident\":{\"lostWorkdays\":\"18446744073709551616\"}}", "accident.lost_workdays", "whole number"},
            {"{\"accident\":{\"concealed\":1}}", "accident.concealed", "true or false"},
            {"{\"accident\":{\"grade\":\"ACCIDENT_GRADE_HUGE\"}}", "accident.grade", "no such value"},
            {"{\"accident\":{\"grade\":17}}", "accident.grade", "no such value"},
            {"{\"accident\":[]}", "accident", "must be an object"},
            {"{\"accident\":{},\"hazard\":{}}", "hazard", "only one"},
            {"{\"source\":1}", "source", "must be a string"},
            {"{\"occurredOn\":\"2026-02-30\"}", "occurred_on", "YYYY-MM-DD"},
            {"{\"occurredOn\":\"\",\"occurred_on\":\"\"}", "occurred_on", "two names"},
            {"{\"enforcementPenalty\":{\"categories\":3}}", "enforcement_penalty.categories", "must be a list"},
            {"{\"enforcementPenalty\":{\"categories\":[0]}}", "enforcement_penalty.categories", "no such value"},
            {"{\"source\":\"a\",\"source\":\"b\"}", "", "duplicate"},
            {"{\"source\":\"a\\u0000b\"}", "", "not JSON"},
            {"{\"source\":\"\xFF\"}", "", "not JSON"},
            {"{\"source\":\"a\"} x", "", "not JSON"},
            {"{\"source\":", "", "not JSON"},
            {"", "", "not JSON"},
            {"[]", "", "must be an object"},
    };
    struct ax_fact fact;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ax_rc rc = ax_fact_from_json(ax_str_c(cases[i].json), &room->arena, &fact, &room->err);
        if (rc.code != AX_INVALID || strcmp(room->err.field, cases[i].field) != 0 ||
                strstr(room->err.text, cases[i].text) == NULL) {
            fail_msg("%s: %s, %s: %s", cases[i].json, ax_code_name(rc.code), room->err.field, room->err.text);
        }
    }
}

/* Deep nesting ends in jansson's own limit, long lines in ours. */
static void too_deep_and_too_long(void **state)
{
    struct room *room = *state;
    for (int i = 0; i < 100000; i++) {
        ax_buf_put_u8(&room->out, '[');
    }
    struct ax_fact fact;
    ax_rc rc = ax_fact_from_json(ax_buf_str(&room->out), &room->arena, &fact, &room->err);
    assert_int_equal(rc.code, AX_INVALID);
    assert_non_null(strstr(room->err.text, "depth"));
    for (int i = 0; i < AX_FACT_JSON_BYTES_MAX; i++) {
        ax_buf_put_u8(&room->out, ' ');
    }
    rc = ax_fact_from_json(ax_buf_str(&room->out), &room->arena, &fact, &room->err);
    assert_int_equal(rc.code, AX_INVALID);
    assert_non_null(strstr(room->err.text, "more than"));
}

/* Wherever the memory of a request ends, it ends with AX_LIMIT. */
static void small_arenas(void **state)
{
    struct room *room = *state;
    static const char *const lines[] = {
            "{\"source\":\"msha\",\"enforcementPenalty\":{\"content\":\"x\",\"categories\":[1,2,3]}}",
            "{\"items\":[{\"raw\":{\"content\":\"AAAA\",\"origin\":\"a.csv\"}},{\"fact\":{}}]}",
    };
    const ProtobufCMessageDescriptor *types[] = {
            &anxin__v1__fact__descriptor, &anxin__v1__submit_facts_request__descriptor};
    for (size_t i = 0; i < 2; i++) {
        unsigned limits = 0;
        for (size_t cap = 0; cap < 16 << 10; cap += 16) {
            struct ax_arena arena;
            ax_arena_init(&arena, 256, cap);
            ProtobufCMessage *message = NULL;
            ax_rc rc = ax_json_read(ax_str_c(lines[i]), types[i], &arena, &message, &room->err);
            assert_true(ax_ok(rc) || rc.code == AX_LIMIT);
            limits += rc.code == AX_LIMIT;
            struct ax_fact fact;
            rc = ax_fact_from_json(ax_str_c(lines[0]), &arena, &fact, &room->err);
            assert_true(ax_ok(rc) || rc.code == AX_LIMIT);
            ax_arena_deinit(&arena);
        }
        assert_true(limits > 0);
    }
}

/* To the generated messages and back, and a buffer that is too small. */
static void generated_messages(void **state)
{
    struct room *room = *state;
    struct ax_fact fact;
    struct ax_fact fact_back;
    assert_true(ax_ok(
            ax_fact_from_json(AX_STR("{\"source\":\"a\",\"hazard\":{\"level\":2}}"), &room->arena, &fact, &room->err)));
    struct Anxin__V1__Fact *fact_pb = NULL;
    assert_true(ax_ok(ax_fact_to_pb(&fact, &room->arena, &fact_pb, &room->err)));
    assert_int_equal(fact_pb->hazard->level, ANXIN__V1__HAZARD_LEVEL__HAZARD_LEVEL_MAJOR);
    assert_true(ax_ok(ax_fact_from_pb(fact_pb, &room->arena, &fact_back, &room->err)));
    assert_int_equal(fact_back.hazard.level, AX_HAZARD_LEVEL_MAJOR);
    struct ax_rating rating;
    ax_message_init(&ax_rating_message, &rating);
    rating.level = AX_LEVEL_C1;
    struct Anxin__V1__Rating *rating_pb = NULL;
    assert_true(ax_ok(ax_rating_to_pb(&rating, &room->arena, &rating_pb, &room->err)));
    assert_int_equal(rating_pb->level, ANXIN__V1__LEVEL__LEVEL_C1);
    ax_rating_put(&room->out, 2, &rating);
    assert_memory_equal(room->out.ptr, "\x12\x02\x30\x06", 4);
    struct ax_buf small;
    ax_buf_init(&small, 10);
    assert_int_equal(ax_fact_to_json(&fact, &room->arena, &small, &room->err).code, AX_LIMIT);
    ax_buf_deinit(&small);
}

static void names(void **state)
{
    (void)state;
    char name[AX_JSON_NAME_SIZE];
    ax_json_name("level_points", name);
    assert_string_equal(name, "levelPoints");
    ax_json_name("title_zh", name);
    assert_string_equal(name, "titleZh");
    ax_json_name("name", name);
    assert_string_equal(name, "name");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(rating_line, set_up, tear_down),
            cmocka_unit_test_setup_teardown(fact_line, set_up, tear_down),
            cmocka_unit_test_setup_teardown(bytes_are_base64, set_up, tear_down),
            cmocka_unit_test_setup_teardown(base64_both_ways, set_up, tear_down),
            cmocka_unit_test_setup_teardown(oneofs_and_lists, set_up, tear_down),
            cmocka_unit_test_setup_teardown(refused, set_up, tear_down),
            cmocka_unit_test_setup_teardown(too_deep_and_too_long, set_up, tear_down),
            cmocka_unit_test_setup_teardown(small_arenas, set_up, tear_down),
            cmocka_unit_test_setup_teardown(generated_messages, set_up, tear_down),
            cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
