/* SPDX-License-Identifier: Apache-2.0 */
/* SubmitFacts from the client's bytes to the server's items and back; one bad item leaves the others alone. */
#include "tests/unit/t.h"

#include "services/lib/wire/put.h"
#include "services/lib/wire/submit_wire.h"
#include "services/lib/wire/unpack.h"

#include <anxin/v1/ingest_service.pb-c.h>

enum { CAP_BYTES = 16 << 20 };

struct room {
    struct ax_arena arena;
    struct ax_buf bytes;
    struct ax_err err;
    struct ax_submit_request request;
};

static int set_up(void **state)
{
    struct room *room = ax_xcalloc(1, sizeof *room);
    ax_arena_init(&room->arena, 4096, CAP_BYTES);
    ax_buf_init(&room->bytes, CAP_BYTES);
    *state = room;
    return 0;
}

static int tear_down(void **state)
{
    struct room *room = *state;
    ax_buf_deinit(&room->bytes);
    ax_arena_deinit(&room->arena);
    ax_xfree(room);
    return 0;
}

static void put_fact(struct room *room, const char *reference)
{
    struct ax_fact fact;
    ax_message_init(&ax_fact_message, &fact);
    fact.source = AX_STR("creditchina");
    fact.reference = ax_str_c(reference);
    fact.kind = AX_FACT_HAZARD;
    ax_message_init(ax_message_field(&ax_fact_message, AX_FACT_HAZARD)->message, &fact.hazard);
    fact.hazard.found_on = 20000;
    struct ax_buf one;
    ax_buf_init(&one, 4096);
    ax_encode(&ax_fact_message, &fact, false, &one);
    ax_submit_put_fact(&room->bytes, ax_buf_str(&one));
    ax_buf_deinit(&one);
}

static ax_rc read_request(struct room *room)
{
    return ax_submit_request_read(ax_buf_str(&room->bytes), &room->arena, &room->request, &room->err);
}

static void whole_request(void **state)
{
    struct room *room = *state;
    ax_submit_put_head(&room->bytes, AX_STR("id-1"), true);
    put_fact(room, "r-1");
    struct ax_raw_row raw = {.system = AX_STR("creditchina"),
            .origin = AX_STR("a.csv"),
            .row = 17,
            .content = AX_STR("a,b\0c"),
            .error = {AX_STR("INVALID"), AX_STR("处罚机关"), AX_STR("x"), AX_STR("must be there")}};
    ax_submit_put_raw(&room->bytes, &raw);
    assert_true(ax_ok(read_request(room)));
    assert_true(ax_str_eq(room->request.request_id, AX_STR("id-1")));
    assert_true(room->request.validate_only);
    assert_int_equal(room->request.count, 2);
    const struct ax_submit_item *fact = &room->request.items[0];
    assert_int_equal(fact->kind, AX_SUBMIT_FACT);
    assert_null(fact->fault);
    assert_true(ax_str_eq(fact->fact.reference, AX_STR("r-1")));
    assert_int_equal(fact->fact.hazard.found_on, 20000);
    const struct ax_submit_item *row = &room->request.items[1];
    assert_int_equal(row->kind, AX_SUBMIT_RAW);
    assert_null(row->fault);
    assert_int_equal(row->raw.row, 17);
    assert_int_equal(row->raw.content.len, 5);
    struct ax_err error;
    ax_field_error_to_err(&row->raw.error, &error);
    assert_int_equal(error.code, AX_INVALID);
    assert_string_equal(error.field, "处罚机关");
    assert_string_equal(error.text, "must be there");
    /* protobuf-c reads the same. */
    ProtobufCMessage *message = NULL;
    assert_true(ax_ok(ax_unpack(&anxin__v1__submit_facts_request__descriptor, ax_buf_str(&room->bytes), &room->arena,
            &message, &room->err)));
    assert_int_equal(((const Anxin__V1__SubmitFactsRequest *)message)->n_items, 2);
}

static void put_bad(struct room *room, ax_str fact)
{
    size_t start = room->bytes.len;
    ax_buf_put_str(&room->bytes, fact);
    ax_wire_wrap(&room->bytes, start, 1);
    ax_wire_wrap(&room->bytes, start, 2);
}

static void bad_items_stay_alone(void **state)
{
    struct room *room = *state;
    put_fact(room, "first");
    put_bad(room, AX_STR("\x0A\x02\xC3\x28")); /* source is not UTF-8 */
    put_fact(room, "second");
    put_bad(room, AX_STR("\x0A\xFF\xFF\xFF\xFF\x07")); /* 2 GiB */
    ax_wire_wrap(&room->bytes, room->bytes.len, 2);    /* an item that holds nothing */
    put_bad(room, AX_STR("\x78\x63"));                 /* state 15 is known, this is field 15 = 99 */
    size_t start = room->bytes.len;                    /* two members in one item */
    ax_wire_wrap(&room->bytes, start, 1);
    ax_wire_wrap(&room->bytes, room->bytes.len, 1);
    ax_wire_wrap(&room->bytes, start, 2);
    put_fact(room, "third");
    assert_true(ax_ok(read_request(room)));
    static const char *const faults[] = {
            NULL, "UTF-8", NULL, "2147483647", "must hold", "no such value", "one fact", NULL};
    assert_int_equal(room->request.count, 8);
    for (size_t i = 0; i < 8; i++) {
        const struct ax_submit_item *item = &room->request.items[i];
        assert_int_equal(item->fault == NULL, faults[i] == NULL);
        if (item->fault != NULL) {
            assert_int_equal(item->fault->code, AX_INVALID);
            assert_non_null(strstr(item->fault->text, faults[i]));
        }
    }
    assert_true(ax_str_eq(room->request.items[1].bytes, AX_STR("\x0A\x02\xC3\x28")));
    assert_true(ax_str_eq(room->request.items[7].fact.reference, AX_STR("third")));
}

/* What a connector says about a row may be broken: row, origin and bytes are kept, its words are mended. */
static void broken_words_lose_no_row(void **state)
{
    struct room *room = *state;
    char long_rule[600];
    memset(long_rule, 'r', sizeof long_rule);
    struct ax_raw_row raw = {.system = AX_STR("creditchina"),
            .origin = AX_STR("a\xE5.csv"),
            .row = 17,
            .content = AX_STR("a,b"),
            .error = {
                    AX_STR("INVALID"), AX_STR("代码\xE4\xBB"), AX_STR("\0x"), ax_str_of(long_rule, sizeof long_rule)}};
    ax_submit_put_raw(&room->bytes, &raw);
    assert_true(ax_ok(read_request(room)));
    const struct ax_submit_item *row = &room->request.items[0];
    assert_null(row->fault);
    assert_true(ax_str_eq(row->raw.origin, AX_STR("a?.csv")));
    assert_int_equal(row->raw.row, 17);
    assert_true(ax_str_eq(row->raw.content, AX_STR("a,b")));
    assert_true(ax_str_eq(row->raw.error.field, AX_STR("代码??")));
    assert_true(ax_str_eq(row->raw.error.value, AX_STR("?x")));
    assert_int_equal(row->raw.error.rule.len, 512);
}

static void raw_rows_have_limits(void **state)
{
    struct room *room = *state;
    uint8_t *long_text = ax_xcalloc(AX_RAW_CONTENT_BYTES_MAX + 1, 1);
    struct ax_raw_row raw = {.content = ax_str_of(long_text, AX_RAW_CONTENT_BYTES_MAX)};
    ax_submit_put_raw(&room->bytes, &raw);
    raw.content.len++;
    ax_submit_put_raw(&room->bytes, &raw);
    raw = (struct ax_raw_row){.header = ax_str_of(long_text, AX_RAW_HEADER_BYTES_MAX + 1)};
    ax_submit_put_raw(&room->bytes, &raw);
    ax_xfree(long_text);
    assert_true(ax_ok(read_request(room)));
    assert_null(room->request.items[0].fault);
    assert_string_equal(room->request.items[1].fault->field, "content");
    assert_string_equal(room->request.items[2].fault->field, "header");
}

static void too_many_items(void **state)
{
    struct room *room = *state;
    for (int i = 0; i <= AX_SUBMIT_ITEMS_MAX; i++) {
        ax_wire_wrap(&room->bytes, room->bytes.len, 2);
    }
    assert_int_equal(read_request(room).code, AX_INVALID);
    assert_string_equal(room->err.field, "items");
    room->bytes.len -= 2;
    assert_true(ax_ok(read_request(room)));
    assert_int_equal(room->request.count, AX_SUBMIT_ITEMS_MAX);
    struct ax_arena small;
    ax_arena_init(&small, 4096, 32 << 10);
    ax_rc rc = ax_submit_request_read(ax_buf_str(&room->bytes), &small, &room->request, &room->err);
    assert_int_equal(rc.code, AX_LIMIT);
    ax_arena_deinit(&small);
}

static void broken_request(void **state)
{
    struct room *room = *state;
    static const ax_str cases[] = {
            {"\x12\xFF\xFF\xFF\xFF\x07", 6}, {"\x12", 1}, {"\x10\x01", 2}, {"\x0A\x01\x00", 3}, {"\x1A\x00", 2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(ax_submit_request_read(cases[i], &room->arena, &room->request, &room->err).code, AX_INVALID);
    }
    assert_true(ax_ok(ax_submit_request_read(AX_STR(""), &room->arena, &room->request, &room->err)));
    assert_int_equal(room->request.count, 0);
}

static void response(void **state)
{
    struct room *room = *state;
    struct ax_submit_result results[2] = {
            {.status = AX_SUBMIT_ACCEPTED, .partition = 3, .offset = 99, .digest = {1, 2, 3}},
            {.status = AX_SUBMIT_REJECTED, .reject_id = AX_STR("0:7")},
    };
    struct ax_err fault;
    ax_rc rc = ax_fail_field(&fault, AX_INVALID, "enterprise", "9199", 4, "must be 18 characters");
    assert_int_equal(rc.code, AX_INVALID);
    results[1].error = ax_field_error_of(&fault);
    ax_submit_put_result(&room->bytes, &results[0]);
    ax_submit_put_result(&room->bytes, &results[1]);
    ax_wire_put_uint(&room->bytes, 77, 1); /* from a newer server */
    struct ax_list list;
    assert_true(ax_ok(ax_submit_response_read(ax_buf_str(&room->bytes), &room->arena, &list, &room->err)));
    assert_int_equal(list.count, 2);
    const struct ax_submit_result *read = list.items;
    assert_int_equal(read[0].status, AX_SUBMIT_ACCEPTED);
    assert_int_equal(read[0].offset, 99);
    assert_memory_equal(read[0].digest, results[0].digest, AX_DIGEST_SIZE);
    assert_true(ax_str_eq(read[1].reject_id, AX_STR("0:7")));
    assert_true(ax_str_eq(read[1].error.rule, AX_STR("must be 18 characters")));
    assert_true(ax_str_eq(read[1].error.value, AX_STR("9199")));
    assert_true(ax_str_eq(read[1].error.reason, AX_STR("INVALID")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(whole_request, set_up, tear_down),
            cmocka_unit_test_setup_teardown(bad_items_stay_alone, set_up, tear_down),
            cmocka_unit_test_setup_teardown(broken_words_lose_no_row, set_up, tear_down),
            cmocka_unit_test_setup_teardown(raw_rows_have_limits, set_up, tear_down),
            cmocka_unit_test_setup_teardown(too_many_items, set_up, tear_down),
            cmocka_unit_test_setup_teardown(broken_request, set_up, tear_down),
            cmocka_unit_test_setup_teardown(response, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
