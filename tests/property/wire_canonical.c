/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our encoding against protobuf-c's, an implementation that is not ours: what ax_encode writes protobuf-c reads and
 * writes again byte for byte; and every way round (the lenient reader, the generated message, JSON, fields in another
 * order) comes back to the same bytes.
 */
#include "tests/unit/t.h"

#include "services/lib/wire/bridge.h"
#include "services/lib/wire/json.h"
#include "services/lib/wire/reader.h"
#include "services/lib/wire/submit_wire.h"
#include "tests/property/wire_random.h"

#include "scoring/rating.h"

#include <anxin/v1/fact.pb-c.h>
#include <anxin/v1/ingest_service.pb-c.h>
#include <anxin/v1/rating.pb-c.h>

#include <stdlib.h>

enum { ROUNDS = T_CASES(3000), CAP_BYTES = 1 << 20, DATA_MAX_BYTES = 4096 };

struct pair {
    const struct ax_message *ours;
    const ProtobufCMessageDescriptor *theirs;
};

struct room {
    struct ax_arena arena;
    struct ax_buf bytes;
    struct ax_buf again;
    struct ax_err err;
    _Alignas(16) uint8_t data[DATA_MAX_BYTES];
    _Alignas(16) uint8_t back[DATA_MAX_BYTES];
};

static void expect_same(struct room *room, const char *way)
{
    if (room->again.len != room->bytes.len || memcmp(room->again.ptr, room->bytes.ptr, room->bytes.len) != 0) {
        fail_msg("%s does not come back to the same bytes", way);
    }
}

static void expect_ok(struct room *room, ax_rc rc, const char *way)
{
    if (!ax_ok(rc)) {
        char line[512];
        fail_msg("%s: %s", way, ax_err_line(&room->err, line, sizeof line));
    }
}

static void encode_back(struct room *room, const struct pair *pair, const char *way)
{
    ax_buf_clear(&room->again);
    ax_encode(pair->ours, room->back, false, &room->again);
    expect_same(room, way);
}

static void through_protobuf_c(struct room *room, const struct pair *pair)
{
    ProtobufCMessage *message = NULL;
    expect_ok(room, ax_unpack(pair->theirs, ax_buf_str(&room->bytes), &room->arena, &message, &room->err), "unpack");
    assert_int_equal(message->n_unknown_fields, 0);
    ax_buf_clear(&room->again);
    ax_pack_pb(message, &room->again);
    expect_same(room, "protobuf-c");
    expect_ok(room, ax_from_pb(message, pair->ours, &room->arena, room->back, &room->err), "ax_from_pb");
    encode_back(room, pair, "the generated message");
}

static void through_json(struct room *room, const struct pair *pair)
{
    struct ax_buf json;
    ax_buf_init(&json, CAP_BYTES);
    expect_ok(
            room, ax_struct_to_json(pair->ours, room->data, pair->theirs, &room->arena, &json, &room->err), "to JSON");
    assert_null(memchr(json.ptr, '\n', json.len));
    expect_ok(room,
            ax_struct_from_json(ax_buf_str(&json), pair->theirs, pair->ours, &room->arena, room->back, &room->err),
            "from JSON");
    encode_back(room, pair, "JSON");
    ax_buf_deinit(&json);
}

/* Fields last to first, which protobuf allows; where one occurs several times (a list) their order counts. */
static void through_another_order(struct room *room, const struct pair *pair)
{
    struct ax_buf turned;
    ax_buf_init(&turned, CAP_BYTES);
    struct ax_cursor all = ax_cursor_of(ax_buf_str(&room->bytes));
    while (ax_cursor_left(&all) != 0) {
        const uint8_t *start = all.at;
        uint32_t number = 0;
        while (ax_cursor_left(&all) != 0) {
            struct ax_cursor next = all;
            struct ax_wire_field field;
            assert_true(ax_ok(ax_wire_next(&next, &field, NULL)));
            if (number != 0 && field.number != number) {
                break;
            }
            number = field.number;
            all = next;
        }
        size_t len = (size_t)(all.at - start);
        assert_non_null(ax_buf_grow(&turned, len));
        memmove(turned.ptr + len, turned.ptr, turned.len - len);
        memcpy(turned.ptr, start, len);
    }
    expect_ok(room, ax_wire_decode(pair->ours, ax_buf_str(&turned), &room->arena, room->back, &room->err), "turned");
    encode_back(room, pair, "another order");
    ax_buf_deinit(&turned);
}

static void round_trip(const struct pair *pair)
{
    struct room *room = ax_xcalloc(1, sizeof *room);
    assert_true(pair->ours->struct_size <= DATA_MAX_BYTES);
    ax_arena_init(&room->arena, 64 << 10, CAP_BYTES);
    ax_buf_init(&room->bytes, CAP_BYTES);
    ax_buf_init(&room->again, CAP_BYTES);
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        struct random r = {seed};
        random_fill(&r, pair->ours, &room->arena, room->data);
        ax_buf_clear(&room->bytes);
        ax_encode(pair->ours, room->data, false, &room->bytes);
        assert_false(room->bytes.failed);
        expect_ok(room, ax_wire_decode(pair->ours, ax_buf_str(&room->bytes), &room->arena, room->back, &room->err),
                "ax_wire_decode");
        encode_back(room, pair, "the lenient reader");
        expect_ok(room, ax_decode(pair->ours, ax_buf_str(&room->bytes), &room->arena, room->back, &room->err),
                "ax_decode");
        encode_back(room, pair, "the strict reader");
        through_protobuf_c(room, pair);
        through_json(room, pair);
        through_another_order(room, pair);
        ax_arena_reset(&room->arena);
    }
    ax_buf_deinit(&room->bytes);
    ax_buf_deinit(&room->again);
    ax_arena_deinit(&room->arena);
    ax_xfree(room);
}

static void facts(void **state)
{
    (void)state;
    round_trip(&(struct pair){&ax_fact_message, &anxin__v1__fact__descriptor});
}

static void ratings(void **state)
{
    (void)state;
    round_trip(&(struct pair){&ax_rating_message, &anxin__v1__rating__descriptor});
}

static void rows_and_results(void **state)
{
    (void)state;
    round_trip(&(struct pair){&ax_raw_row_message, &anxin__v1__raw_row__descriptor});
    round_trip(&(struct pair){&ax_submit_result_message, &anxin__v1__submit_result__descriptor});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(facts),
            cmocka_unit_test(ratings),
            cmocka_unit_test(rows_and_results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
