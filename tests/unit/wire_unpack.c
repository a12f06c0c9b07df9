/* SPDX-License-Identifier: Apache-2.0 */
/* What must not come in: by the checked protobuf-c (unpack.h) and by the reader of our tables (decode.h). */
#include "tests/unit/t.h"

#include "scoring/codec_wire.h"
#include "services/exchange/level_part.h"
#include "services/exchange/score_part.h"
#include "services/lib/wire/decode.h"
#include "services/lib/wire/fact_wire.h"
#include "services/lib/wire/put.h"
#include "services/lib/wire/rating_wire.h"
#include "services/lib/wire/unpack.h"

#include <anxin/v1/fact.pb-c.h>
#include <anxin/v1/ingest_service.pb-c.h>
#include <anxin/v1/rating_service.pb-c.h>

enum { CAP_BYTES = 1 << 20 };

struct room {
    struct ax_arena arena;
    struct ax_buf bytes;
    struct ax_err err;
    struct ax_fact fact;
};

static int set_up(void **state)
{
    struct room *room = ax_xcalloc(1, sizeof *room);
    ax_arena_init(&room->arena, 4096, CAP_BYTES);
    ax_buf_init(&room->bytes, 64 << 20);
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

/* Both ways in refuse the fact in room->bytes, with these words. */
static void refuse_fact(struct room *room, const char *field, const char *text)
{
    ax_rc rc = ax_fact_from_wire(ax_buf_str(&room->bytes), &room->arena, &room->fact, &room->err);
    assert_int_equal(rc.code, AX_INVALID);
    assert_string_equal(room->err.field, field);
    assert_non_null(strstr(room->err.text, text));
    ProtobufCMessage *message = NULL;
    rc = ax_unpack(&anxin__v1__fact__descriptor, ax_buf_str(&room->bytes), &room->arena, &message, &room->err);
    if (ax_ok(rc)) { /* protobuf lets it through; our struct does not */
        rc = ax_fact_from_pb((const Anxin__V1__Fact *)message, &room->arena, &room->fact, &room->err);
    }
    assert_int_equal(rc.code, AX_INVALID);
    assert_string_equal(room->err.field, field);
    ax_buf_clear(&room->bytes);
}

static void put_in(struct room *room, uint32_t member, uint32_t number, ax_str text)
{
    size_t start = room->bytes.len;
    ax_wire_put_str(&room->bytes, number, text);
    ax_wire_wrap(&room->bytes, start, member);
}

static void bad_text(void **state)
{
    struct room *room = *state;
    ax_wire_put_str(&room->bytes, 1, AX_STR("ms\0ha"));
    refuse_fact(room, "source", "NUL");
    assert_string_equal(room->err.value, "ms\\x00ha");
    ax_wire_put_str(&room->bytes, 6, AX_STR("\xC3\x28"));
    refuse_fact(room, "enterprise_name", "UTF-8");
    assert_true(ax_utf8_valid(ax_str_c(room->err.value)));
    ax_wire_put_str(&room->bytes, 6, AX_STR("\xED\xA0\x80")); /* half a surrogate pair */
    refuse_fact(room, "enterprise_name", "UTF-8");
    put_in(room, 20, 1, AX_STR("a\xFF"));
    refuse_fact(room, "enforcement_penalty.document_number", "UTF-8");
}

static void bad_dates(void **state)
{
    struct room *room = *state;
    static const char *const dates[] = {"2026-02-30", "2026-1-1", "20260101", "1899-12-31", "yesterday", "2026-01-01 "};
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        ax_wire_put_str(&room->bytes, 11, ax_str_c(dates[i]));
        refuse_fact(room, "occurred_on", "YYYY-MM-DD");
        assert_string_equal(room->err.value, dates[i]);
    }
}

static void unknown_enum_values(void **state)
{
    struct room *room = *state;
    ax_wire_put_uint(&room->bytes, 15, 7);
    refuse_fact(room, "state", "no such value");
    ax_wire_put_uint(&room->bytes, 15, UINT64_MAX); /* -1 */
    refuse_fact(room, "state", "no such value");
    size_t start = room->bytes.len;
    ax_wire_put_uint(&room->bytes, 9, 99);
    ax_wire_wrap(&room->bytes, start, 21);
    refuse_fact(room, "accident.grade", "no such value");
    put_in(room, 20, 5, AX_STR("\x03\x0F"));
    refuse_fact(room, "enforcement_penalty.categories", "no such value");
}

static void numbers_out_of_range(void **state)
{
    struct room *room = *state;
    size_t start = room->bytes.len;
    ax_wire_put_uint(&room->bytes, 6, (uint64_t)1 << 32);
    ax_wire_wrap(&room->bytes, start, 21);
    ax_rc rc = ax_fact_from_wire(ax_buf_str(&room->bytes), &room->arena, &room->fact, &room->err);
    assert_int_equal(rc.code, AX_INVALID);
    assert_string_equal(room->err.field, "accident.deaths");
    assert_string_equal(room->err.value, "4294967296");
}

/* What is no protobuf at all. */
static void broken_bytes(void **state)
{
    struct room *room = *state;
    static const struct {
        ax_str bytes;
        const char *text;
    } cases[] = {
            {{"\x0A\xFF\xFF\xFF\xFF\x07", 6}, "2147483647 bytes long where 0 are left"}, /* 2 GiB prefix */
            {{"\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 11}, "bytes long where"},
            {{"\x0A\x05"
              "ab",
                     4},
                    "5 bytes long where 2 are left"},
            {{"\x0A", 1}, "length is cut off"}, {{"\x18", 1}, "value is cut off"},
            {{"\x18\x80\x80\x80\x80\x80\x80\x80\x80\x80\x02", 11}, "too long"}, {{"\x00\x01", 2}, "field number 0"},
            {{"\x0B\x0C", 2}, "wire type 3"}, /* a group */
            {{"\x0F", 1}, "wire type 7"}, {{"\x80", 1}, "tag is cut off"},
            {{"\x08\x01", 2}, "does not fit"},                            /* `source` as a number */
            {{"\x1A\x01x", 3}, "does not fit"},                           /* `revision` as text */
            {{"\xA2\x01\x02\x0A\x05", 5}, "bytes long where 0 are left"}, /* within a body */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ax_rc rc = ax_fact_from_wire(cases[i].bytes, &room->arena, &room->fact, &room->err);
        assert_int_equal(rc.code, AX_INVALID);
        assert_non_null(strstr(room->err.text, cases[i].text));
        rc = ax_unpack_check(&anxin__v1__fact__descriptor, cases[i].bytes, &room->err);
        assert_int_equal(rc.code, AX_INVALID);
        assert_non_null(strstr(room->err.text, cases[i].text));
    }
}

/* A fact of a newer program must not lose a field silently; a request may have a field more. */
static void unknown_fields(void **state)
{
    struct room *room = *state;
    ax_wire_put_str(&room->bytes, 99, AX_STR("new"));
    refuse_fact(room, "", "no field 99");
    put_in(room, 21, 88, AX_STR("new"));
    refuse_fact(room, "accident", "Accident has no field 88");
    ax_wire_put_str(&room->bytes, 99, AX_STR("new"));
    ProtobufCMessage *message = NULL;
    assert_true(ax_ok(ax_unpack(
            &anxin__v1__get_rating_request__descriptor, ax_buf_str(&room->bytes), &room->arena, &message, &room->err)));
}

static void fact_too_long(void **state)
{
    struct room *room = *state;
    uint8_t *text = ax_xcalloc(AX_FACT_BYTES_MAX, 1);
    memset(text, 'a', AX_FACT_BYTES_MAX);
    ax_wire_put_str(&room->bytes, 7, ax_str_of(text, AX_FACT_BYTES_MAX));
    ax_xfree(text);
    ax_rc rc = ax_fact_from_wire(ax_buf_str(&room->bytes), &room->arena, &room->fact, &room->err);
    assert_int_equal(rc.code, AX_INVALID);
    assert_non_null(strstr(room->err.text, "more than 65536"));
}

/* Two bytes an item on the wire, dozens in memory: the arena's cap ends it, and the list's limit before that. */
static void amplification(void **state)
{
    struct room *room = *state;
    for (int i = 0; i < AX_WIRE_LIST_MAX + 1; i++) {
        ax_buf_put_u8(&room->bytes, 0x12); /* SubmitFactsRequest.items, empty */
        ax_buf_put_u8(&room->bytes, 0x00);
    }
    ProtobufCMessage *message = NULL;
    const ProtobufCMessageDescriptor *type = &anxin__v1__submit_facts_request__descriptor;
    ax_rc rc = ax_unpack(type, ax_buf_str(&room->bytes), &room->arena, &message, &room->err);
    assert_int_equal(rc.code, AX_INVALID);
    assert_string_equal(room->err.field, "items");
    room->bytes.len -= 2;
    struct ax_arena small;
    ax_arena_init(&small, 4096, 64 << 10);
    rc = ax_unpack(type, ax_buf_str(&room->bytes), &small, &message, &room->err);
    assert_int_equal(rc.code, AX_LIMIT);
    ax_arena_deinit(&small);
    /* Unknown fields are kept by protobuf-c, so they count as well. */
    ax_buf_clear(&room->bytes);
    for (int i = 0; i < 1 << 20; i++) {
        ax_buf_put_u8(&room->bytes, 0x78); /* field 15, a number */
        ax_buf_put_u8(&room->bytes, 0x01);
    }
    rc = ax_unpack(type, ax_buf_str(&room->bytes), &room->arena, &message, &room->err);
    assert_int_equal(rc.code, AX_LIMIT);
}

/* Whoever asks reads as many lines as the server sends: of the level, and of the score within it. */
static void longest_explanation(void **state)
{
    struct room *room = *state;
    struct ax_buf score;
    struct ax_arena arena;
    ax_buf_init(&score, 1 << 20);
    ax_arena_init(&arena, 1 << 16, 1 << 25);
    for (int i = 0; i < AX_LEVEL_LINES_MAX; i++) {
        ax_buf_put_u8(&room->bytes, 2 << 3 | AX_WIRE_LENGTH);
        ax_buf_put_u8(&room->bytes, 0);
    }
    for (int i = 0; i < AX_SCORE_LINES_MAX + AX_SCORE_OTHER_LINES; i++) {
        ax_buf_put_u8(&score, 12 << 3 | AX_WIRE_LENGTH);
        ax_buf_put_u8(&score, 0);
    }
    ax_wire_put_str(&room->bytes, 5, ax_buf_str(&score));
    ax_buf_deinit(&score);
    ProtobufCMessage *message = NULL;
    const ProtobufCMessageDescriptor *type = &anxin__v1__explain_rating_response__descriptor;
    assert_true(ax_ok(ax_unpack(type, ax_buf_str(&room->bytes), &arena, &message, &room->err)));
    const Anxin__V1__ExplainRatingResponse *read = (const Anxin__V1__ExplainRatingResponse *)message;
    assert_int_equal(read->n_lines, AX_LEVEL_LINES_MAX);
    assert_int_equal(read->score->n_lines, AX_SCORE_LINES_MAX + AX_SCORE_OTHER_LINES);
    ax_arena_deinit(&arena);
}

/* The last member of a oneof counts and scalars may come twice, as protobuf says; the same body twice is refused. */
static void last_one_counts(void **state)
{
    struct room *room = *state;
    put_in(room, 20, 1, AX_STR("number one"));
    put_in(room, 21, 1, AX_STR("accident"));
    ax_wire_put_uint(&room->bytes, 3, 5);
    ax_wire_put_uint(&room->bytes, 3, 6);
    assert_true(ax_ok(ax_fact_from_wire(ax_buf_str(&room->bytes), &room->arena, &room->fact, &room->err)));
    assert_int_equal(room->fact.kind, AX_FACT_ACCIDENT);
    assert_true(ax_str_eq(room->fact.accident.accident_id, AX_STR("accident")));
    assert_int_equal(room->fact.accident.category.len, 0);
    assert_int_equal(room->fact.accident.count, 0);
    assert_int_equal(room->fact.revision, 6);
    put_in(room, 21, 2, AX_STR("01"));
    assert_int_equal(
            ax_fact_from_wire(ax_buf_str(&room->bytes), &room->arena, &room->fact, &room->err).code, AX_INVALID);
    assert_string_equal(room->err.field, "accident");
    assert_non_null(strstr(room->err.text, "twice"));
}

/* A set in any order, packed and not, twice: one mask. */
static void sets_are_sorted(void **state)
{
    struct room *room = *state;
    size_t start = room->bytes.len;
    ax_wire_put_str(&room->bytes, 5, AX_STR("\x0B\x03\x03"));
    ax_wire_put_uint(&room->bytes, 5, 1);
    ax_wire_wrap(&room->bytes, start, 20);
    assert_true(ax_ok(ax_fact_from_wire(ax_buf_str(&room->bytes), &room->arena, &room->fact, &room->err)));
    assert_int_equal(room->fact.enforcement_penalty.categories, 1U << 11 | 1U << 3 | 1U << 1);
}

struct words {
    struct ax_strs words;
};

static const struct ax_field words_fields[] = {
        {1, AX_T_STR_SET, 0, offsetof(struct words, words), 0, 8, "words", NULL},
};
static const struct ax_message words_message = {"Words", words_fields, 1, sizeof(struct words)};

/* Text likewise: no fact has such a set yet. */
static void sets_of_text_are_sorted(void **state)
{
    struct room *room = *state;
    static const char *const texts[] = {"c", "a", "b", "a", "aa", "c", "煤"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        ax_wire_put_str(&room->bytes, 1, ax_str_c(texts[i]));
    }
    struct words read;
    assert_true(ax_ok(ax_wire_decode(&words_message, ax_buf_str(&room->bytes), &room->arena, &read, &room->err)));
    static const char *const sorted[] = {"a", "aa", "b", "c", "煤"};
    assert_int_equal(read.words.count, sizeof sorted / sizeof sorted[0]);
    for (size_t i = 0; i < read.words.count; i++) {
        assert_true(ax_str_eq(read.words.items[i], ax_str_c(sorted[i])));
    }
    ax_wire_put_str(&room->bytes, 1, AX_STR("\xFF"));
    ax_rc rc = ax_wire_decode(&words_message, ax_buf_str(&room->bytes), &room->arena, &read, &room->err);
    assert_int_equal(rc.code, AX_INVALID);
    assert_string_equal(room->err.field, "words");
    ax_buf_clear(&room->bytes);
    for (int i = 0; i <= AX_WIRE_LIST_MAX; i++) {
        ax_wire_put_str(&room->bytes, 1, AX_STR("a"));
    }
    rc = ax_wire_decode(&words_message, ax_buf_str(&room->bytes), &room->arena, &read, &room->err);
    assert_int_equal(rc.code, AX_INVALID);
    assert_non_null(strstr(room->err.text, "more than 5000"));
}

/* A stored rating goes out with as_of behind it and is read as one message. */
static void rating_from_stored_bytes(void **state)
{
    struct room *room = *state;
    struct ax_rating rating;
    ax_message_init(&ax_rating_message, &rating);
    rating.enterprise = AX_STR("91990000M46084369Y");
    rating.level = AX_LEVEL_B2;
    rating.facts = 7;
    struct ax_buf stored;
    ax_buf_init(&stored, 4096);
    ax_encode(&ax_rating_message, &rating, false, &stored);
    struct ax_as_of as_of = {.partition = 3, .offset = 42, .day = 20000};
    ax_rating_put_stored(&room->bytes, 1, ax_buf_str(&stored), &as_of);
    ax_buf_deinit(&stored);
    ProtobufCMessage *message = NULL;
    assert_true(ax_ok(ax_unpack(&anxin__v1__get_rating_response__descriptor, ax_buf_str(&room->bytes), &room->arena,
            &message, &room->err)));
    const Anxin__V1__Rating *read = ((const Anxin__V1__GetRatingResponse *)message)->rating;
    assert_non_null(read);
    assert_string_equal(read->enterprise, "91990000M46084369Y");
    assert_int_equal(read->level, ANXIN__V1__LEVEL__LEVEL_B2);
    assert_int_equal(read->facts, 7);
    assert_non_null(read->as_of);
    assert_int_equal(read->as_of->offset, 42);
    assert_string_equal(read->as_of->day, "2024-10-04");
    struct ax_rating back;
    assert_true(ax_ok(ax_rating_from_pb(read, &room->arena, &back, &room->err)));
    assert_int_equal(back.as_of.partition, 3);
    assert_int_equal(back.as_of.day, 20000);
}

/* Empty messages are wrapped, too, and a full buffer stays failed. */
static void wrapping(void **state)
{
    struct room *room = *state;
    ax_wire_wrap(&room->bytes, 0, 2);
    assert_int_equal(room->bytes.len, 2);
    assert_memory_equal(room->bytes.ptr, "\x12\x00", 2);
    ax_buf_clear(&room->bytes);
    for (int i = 0; i < 200; i++) {
        ax_buf_put_u8(&room->bytes, (uint8_t)i);
    }
    ax_wire_wrap(&room->bytes, 100, 16);
    assert_int_equal(room->bytes.len, 203);
    assert_memory_equal(room->bytes.ptr + 99, "\x63\x82\x01\x64\x64\x65", 6);
    struct ax_buf full;
    ax_buf_init(&full, 4);
    ax_buf_put(&full, "abcd", 4);
    ax_wire_wrap(&full, 0, 1);
    assert_true(full.failed);
    ax_wire_wrap(&full, 0, 1);
    ax_buf_deinit(&full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(bad_text, set_up, tear_down),
            cmocka_unit_test_setup_teardown(bad_dates, set_up, tear_down),
            cmocka_unit_test_setup_teardown(unknown_enum_values, set_up, tear_down),
            cmocka_unit_test_setup_teardown(numbers_out_of_range, set_up, tear_down),
            cmocka_unit_test_setup_teardown(broken_bytes, set_up, tear_down),
            cmocka_unit_test_setup_teardown(unknown_fields, set_up, tear_down),
            cmocka_unit_test_setup_teardown(fact_too_long, set_up, tear_down),
            cmocka_unit_test_setup_teardown(amplification, set_up, tear_down),
            cmocka_unit_test_setup_teardown(longest_explanation, set_up, tear_down),
            cmocka_unit_test_setup_teardown(last_one_counts, set_up, tear_down),
            cmocka_unit_test_setup_teardown(sets_are_sorted, set_up, tear_down),
            cmocka_unit_test_setup_teardown(sets_of_text_are_sorted, set_up, tear_down),
            cmocka_unit_test_setup_teardown(rating_from_stored_bytes, set_up, tear_down),
            cmocka_unit_test_setup_teardown(wrapping, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
