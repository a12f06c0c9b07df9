/* SPDX-License-Identifier: Apache-2.0 */
/* The canonical encoding: golden bytes, what the strict decoder refuses, what the tables allow. */
#include "tests/unit/scoring_world.h"
#include "tests/unit/t.h"

#define T(name) cmocka_unit_test(name)

/* One field of every type. */
struct leaf {
    int32_t number;
    int32_t day;
};
struct all {
    ax_str text;
    ax_str bytes;
    uint8_t digest[AX_DIGEST_SIZE];
    int32_t day;
    int64_t i64;
    int32_t i32;
    uint64_t u64;
    uint32_t u32;
    int32_t choice;
    bool yes;
    struct leaf leaf;
    struct ax_strs names;
    uint32_t set;
    struct ax_list leaves;
    int32_t which;
    union {
        int32_t picked;
        struct leaf picked_leaf;
        ax_str picked_text;
        uint8_t picked_digest[AX_DIGEST_SIZE];
        int32_t picked_day;
    };
};

#define F(number, type, flags, member, max) \
    { \
        number, type, flags, offsetof(struct all, member), 0, max, #member, NULL \
    }
#define ONE(number, type, member, message) \
    { \
        number, type, 0, offsetof(struct all, member), offsetof(struct all, which), 0, #member, message \
    }

static const struct ax_field leaf_fields[] = {
        {1, AX_T_I32, AX_F_NON_NEGATIVE, offsetof(struct leaf, number), 0, 0, "number", NULL},
        {2, AX_T_DATE, 0, offsetof(struct leaf, day), 0, 0, "day", NULL},
};
static const struct ax_message leaf_message = {"Leaf", leaf_fields, 2, sizeof(struct leaf)};
static const struct ax_field all_fields[] = {
        F(1, AX_T_STR, AX_F_REQUIRED, text, 3),
        F(2, AX_T_BYTES, 0, bytes, 4),
        F(3, AX_T_HEX, 0, digest, 0),
        F(4, AX_T_DATE, 0, day, 0),
        F(5, AX_T_I64, AX_F_NON_NEGATIVE, i64, 0),
        F(6, AX_T_I32, AX_F_NOT_CONTENT, i32, 0),
        F(7, AX_T_U64, 0, u64, 0),
        F(8, AX_T_U32, 0, u32, 0),
        F(9, AX_T_ENUM, 0, choice, 3),
        F(10, AX_T_BOOL, 0, yes, 0),
        {11, AX_T_MSG, 0, offsetof(struct all, leaf), 0, 0, "leaf", &leaf_message},
        F(12, AX_T_STR_SET, 0, names, 3),
        F(13, AX_T_ENUM_SET, 0, set, 5),
        {14, AX_T_MSG_LIST, 0, offsetof(struct all, leaves), 0, 2, "leaves", &leaf_message},
        ONE(20, AX_T_I32, picked, NULL),
        ONE(21, AX_T_MSG, picked_leaf, &leaf_message),
        ONE(22, AX_T_STR, picked_text, NULL),
        ONE(23, AX_T_HEX, picked_digest, NULL),
        ONE(24, AX_T_DATE, picked_day, NULL),
};
static const struct ax_message all_message = {
        "All", all_fields, sizeof all_fields / sizeof all_fields[0], sizeof(struct all)};

static void hex_of(const struct all *a, bool content_only, char *out, size_t size)
{
    struct ax_buf b;
    ax_buf_init(&b, 4096);
    ax_encode(&all_message, a, content_only, &b);
    assert_false(b.failed);
    assert_true(2 * b.len < size);
    ax_hex(b.ptr, b.len, out);
    out[2 * b.len] = '\0';
    ax_buf_deinit(&b);
}

static ax_rc decode_hex(const char *hex, struct ax_arena *arena, struct all *out, struct ax_err *err)
{
    static uint8_t bytes[4096];
    size_t len = strlen(hex) / 2;
    assert_true(ax_unhex(ax_str_of(hex, 2 * len), bytes, len));
    return ax_decode(&all_message, ax_str_of(bytes, len), arena, out, err);
}

static void golden(void **state)
{
    (void)state;
    struct all a;
    char hex[1024];
    ax_message_init(&all_message, &a);
    hex_of(&a, false, hex, sizeof hex);
    assert_string_equal(hex, "");
    assert_int_equal(a.day, AX_DAY_NONE);
    assert_int_equal(a.leaf.day, AX_DAY_NONE);

    ax_str names[] = {AX_STR("a"), AX_STR("b")};
    struct leaf leaves[2] = {{1, AX_DAY_NONE}, {0, AX_DAY_NONE}};
    a.text = AX_STR("煤");
    a.bytes = AX_STR("\x00\x01");
    a.digest[31] = 0xAB;
    a.day = 0;
    a.i64 = -1;
    a.i32 = -2;
    a.u64 = UINT64_MAX;
    a.u32 = 300;
    a.choice = 3;
    a.yes = true;
    a.leaf.number = 5;
    a.names = (struct ax_strs){names, 2};
    a.set = 1U << 1 | 1U << 5;
    a.leaves = (struct ax_list){leaves, 2};
    a.which = 20;
    a.picked = 0;
    static const char whole[] = "0a03e785a4"
                                "12020001"
                                "1a40"
                                "3030303030303030303030303030303030303030303030303030303030"
                                "303030303030303030303030303030303030303030303030303030303030303030"
                                "6162"
                                "220a313937302d30312d3031"
                                "28ffffffffffffffffff01"
                                "30feffffffffffffffff01"
                                "38ffffffffffffffffff01"
                                "40ac02"
                                "4803"
                                "5001"
                                "5a020805"
                                "620161"
                                "620162"
                                "6a020105"
                                "72020801"
                                "7200"
                                "a00100";
    hex_of(&a, false, hex, sizeof hex);
    assert_string_equal(hex, whole);
    struct all back;
    struct ax_arena arena;
    struct ax_err err;
    ax_arena_init(&arena, 1024, 4096);
    assert_int_equal(decode_hex(whole, &arena, &back, &err).code, AX_OK);
    char again[1024];
    hex_of(&back, false, again, sizeof again);
    assert_string_equal(again, whole);
    hex_of(&back, true, again, sizeof again); /* without i32 */
    assert_int_equal(strlen(again), strlen(whole) - 22);
    ax_arena_deinit(&arena);
}

static void oneofs(void **state)
{
    (void)state;
    struct all a;
    char hex[512];
    ax_message_init(&all_message, &a);
    a.which = 21;
    a.picked_leaf = (struct leaf){0, AX_DAY_NONE};
    hex_of(&a, false, hex, sizeof hex);
    assert_string_equal(hex, "aa0100"); /* chosen, though empty */
    a.which = 22;
    a.picked_text = AX_STR("");
    hex_of(&a, false, hex, sizeof hex);
    assert_string_equal(hex, "b20100");
    a.which = 24;
    a.picked_day = AX_DAY_NONE;
    hex_of(&a, false, hex, sizeof hex);
    assert_string_equal(hex, "c20100");
    a.which = 23;
    memset(a.picked_digest, 0, sizeof a.picked_digest);
    hex_of(&a, false, hex, sizeof hex);
    assert_int_equal(strlen(hex), 6 + 128);
    static const char *const round[] = {"aa0100", "b20100", "c20100", "a00100", "aa01020805"};
    struct ax_arena arena;
    ax_arena_init(&arena, 1024, 4096);
    for (size_t i = 0; i < sizeof round / sizeof round[0]; i++) {
        struct ax_err err;
        assert_int_equal(decode_hex(round[i], &arena, &a, &err).code, AX_OK);
        hex_of(&a, false, hex, sizeof hex);
        assert_string_equal(hex, round[i]);
    }
    ax_arena_deinit(&arena);
}

/* A nested message of 128 bytes and more: its length takes two bytes. */
static void long_nested(void **state)
{
    (void)state;
    static char text[300];
    memset(text, 'x', sizeof text);
    struct ax_fact f = world_penalty("r", "2024-01-02", 1);
    f.enforcement_penalty.content = ax_str_of(text, sizeof text);
    struct ax_buf b;
    struct ax_buf again;
    ax_buf_init(&b, 4096);
    ax_buf_init(&again, 4096);
    ax_fact_canonical(&f, &b);
    struct ax_arena arena;
    struct ax_fact back;
    struct ax_err err;
    ax_arena_init(&arena, 1024, 4096);
    assert_int_equal(ax_fact_decode(ax_buf_str(&b), &arena, &back, &err).code, AX_OK);
    ax_fact_canonical(&back, &again);
    assert_true(ax_str_eq(ax_buf_str(&b), ax_buf_str(&again)));
    assert_int_equal(back.enforcement_penalty.content.len, sizeof text);
    ax_arena_deinit(&arena);
    ax_buf_deinit(&b);
    ax_buf_deinit(&again);
}

static void full_buffer(void **state)
{
    (void)state;
    struct ax_fact f = world_penalty("r", "2024-01-02", 1);
    f.enforcement_penalty.content = AX_STR("0123456789012345678901234567890123456789012345678901234567890123456789"
                                           "0123456789012345678901234567890123456789012345678901234567890123456789");
    for (size_t cap = 0; cap < 330; cap++) {
        struct ax_buf b;
        ax_buf_init(&b, cap);
        ax_fact_canonical(&f, &b);
        assert_true(b.failed || b.len <= cap);
        ax_buf_deinit(&b);
    }
}

static const struct {
    const char *hex;
    const char *why;
} refusals[] = {
        {"0a00", "an empty string"},
        {"0a05616263", "past the end"},
        {"0a", "half a tag and no length"},
        {"80", "half a varint"},
        {"8a0001", "a tag that is not minimal"},
        {"0a810061", "a length that is not minimal"},
        {"12016100", "field 0"},
        {"120161"
         "0a0161",
                "descending"},
        {"0a0161"
         "0a0162",
                "twice"},
        {"ba0301", "unknown field"},
        {"080161", "wrong wire type"},
        {"2a0100", "number as bytes"},
        {"0d00000000", "fixed32"},
        {"0b0c", "group"},
        {"2800", "default number"},
        {"5000", "false"},
        {"5002", "bool of 2"},
        {"40ffffffffff0f", "u32 too great"},
        {"3080808080808080808001", "i32 too great"},
        {"48ffffffff0f", "enum too great"},
        {"30808080801000", "i32 too great"},
        {"220a323032342d30322d3330", "30 February"},
        {"2208323032343031303", "half a date"},
        {"2209323032342d312d31", "short date"},
        {"1a0161", "short digest"},
        {"1a40"
         "3030303030303030303030303030303030303030303030303030303030303030"
         "3030303030303030303030303030303030303030303030303030303030303030",
                "digest of zeros"},
        {"1a40"
         "4142303030303030303030303030303030303030303030303030303030303030"
         "3030303030303030303030303030303030303030303030303030303030303030",
                "upper-case digest"},
        {"1a40"
         "7a42303030303030303030303030303030303030303030303030303030303030"
         "3030303030303030303030303030303030303030303030303030303030303030",
                "no hex"},
        {"5a00", "an empty message"},
        {"5a0208", "half a nested varint"},
        {"5a021800", "unknown nested"},
        {"620162"
         "620161",
                "set descends"},
        {"620161"
         "620161",
                "twins"},
        {"620161"
         "620162"
         "620163"
         "620164",
                "too many items"},
        {"620161"
         "6201",
                "half an item"},
        {"6a00", "empty set"},
        {"6a020201", "enum set descends"},
        {"6a0100", "enum set of 0"},
        {"6a0120", "32"},
        {"6a020101", "enum twins"},
        {"7200"
         "7200"
         "7200",
                "too many messages"},
        {"7200"
         "7202",
                "half a message"},
        {"a00101"
         "a80100",
                "two of a oneof"},
        {"a00101"
         "b20100",
                "two of a oneof"},
};

static void refused(void **state)
{
    (void)state;
    struct ax_arena arena;
    ax_arena_init(&arena, 1024, 4096);
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        struct all a;
        struct ax_err err = {.code = 0};
        if (decode_hex(refusals[i].hex, &arena, &a, &err).code != AX_CORRUPT || err.code != AX_CORRUPT) {
            fail_msg("%s: %s", refusals[i].why, refusals[i].hex);
        }
    }
    ax_arena_deinit(&arena);
}

static void lists_need_memory(void **state)
{
    (void)state;
    struct ax_arena arena;
    struct all a;
    struct ax_err err;
    ax_arena_init(&arena, 8, 8);
    assert_int_equal(decode_hex("620161620162", &arena, &a, &err).code, AX_LIMIT);
    assert_int_equal(decode_hex("72007200", &arena, &a, &err).code, AX_LIMIT);
    ax_arena_deinit(&arena);
}

static void say_all(struct all *a)
{
    ax_message_init(&all_message, a);
    a->text = AX_STR("abc");
}

static void expect(const struct all *a, const char *field, const char *words)
{
    struct ax_err err = {.text = ""};
    ax_rc rc = ax_validate(&all_message, a, &err);
    if (field == NULL) {
        if (!ax_ok(rc)) {
            fail_msg("%s: %s", err.field, err.text);
        }
        return;
    }
    assert_int_equal(rc.code, AX_INVALID);
    assert_string_equal(err.field, field);
    if (strstr(err.text, words) == NULL) {
        fail_msg("%s: %s", field, err.text);
    }
}

static void validation(void **state)
{
    (void)state;
    struct all a;
    ax_str names[] = {AX_STR("b"), AX_STR("a"), AX_STR("c"), AX_STR("d")};
    struct leaf leaves[] = {{1, 0}, {-1, 0}};
    say_all(&a);
    expect(&a, NULL, NULL);
    a.text = AX_STR("");
    expect(&a, "text", "must be given");
    a.text = AX_STR("煤矿业");
    expect(&a, NULL, NULL);
    a.text = AX_STR("煤矿业务");
    expect(&a, "text", "at most 3");
    a.text = AX_STR("a\x01");
    expect(&a, "text", "control");
    a.text = AX_STR("\xC2\x85");
    expect(&a, "text", "control");
    a.text = AX_STR("a\x7F");
    expect(&a, "text", "control");
    a.text = AX_STR("\xFF");
    expect(&a, "text", "UTF-8");
    a.text = AX_STR("a\0b");
    expect(&a, "text", "UTF-8");
    say_all(&a);
    a.bytes = AX_STR("12345");
    expect(&a, "bytes", "too many");
    say_all(&a);
    a.day = AX_DAY_MAX + 1;
    expect(&a, "day", "1900");
    say_all(&a);
    a.i64 = -1;
    expect(&a, "i64", "negative");
    say_all(&a);
    a.choice = 4;
    expect(&a, "choice", "code list");
    a.choice = -1;
    expect(&a, "choice", "code list");
    say_all(&a);
    a.set = 1U << 6;
    expect(&a, "set", "code list");
    a.set = 1;
    expect(&a, "set", "code list");
    say_all(&a);
    a.names = (struct ax_strs){names, 2};
    expect(&a, "names", "ascend");
    a.names = (struct ax_strs){names, 4};
    expect(&a, "names", "too many");
    names[0] = AX_STR("\x02");
    a.names = (struct ax_strs){names, 1};
    expect(&a, "names", "UTF-8");
    say_all(&a);
    a.leaves = (struct ax_list){leaves, 2};
    expect(&a, "leaves.number", "negative");
    say_all(&a);
    a.leaf.number = -1;
    expect(&a, "leaf.number", "negative");
    say_all(&a);
    a.which = 21;
    a.picked_leaf = (struct leaf){-3, 0};
    expect(&a, "picked_leaf.number", "negative");
}

/* Every type may be required. */
static void required(void **state)
{
    (void)state;
    for (size_t i = 0; i < 14; i++) {
        struct ax_field field = all_fields[i];
        field.flags |= AX_F_REQUIRED;
        struct ax_message m = {"One", &field, 1, sizeof(struct all)};
        struct all a;
        ax_message_init(&all_message, &a);
        struct ax_err err;
        bool always_there = field.type == AX_T_HEX || field.type == AX_T_MSG || field.type == AX_T_MSG_LIST;
        assert_int_equal(ax_validate(&m, &a, &err).code, always_there ? AX_OK : AX_INVALID);
    }
}

static void fields_by_number(void **state)
{
    (void)state;
    assert_string_equal(ax_message_field(&all_message, 14)->name, "leaves");
    assert_null(ax_message_field(&all_message, 15));
}

/* The others are stepped over, lists and nested ones too; what is not there stays as it was. */
static void some_fields(void **state)
{
    (void)state;
    static const char bytes[] = "\x0A\x01"
                                "a"
                                "\x12\x01"
                                "b"
                                "\x28\x07"
                                "\x5A\x02\x08\x05"
                                "\x62\x01"
                                "x"
                                "\x62\x01"
                                "y"
                                "\x72\x02\x08\x01"
                                "\x72\x00"
                                "\xA0\x01\x09";
    const ax_str whole = ax_str_of(bytes, sizeof bytes - 1);
    static const uint16_t wanted[] = {1, 5, 10, 20};
    struct all a = {.text = AX_STR("before"), .yes = true, .u32 = 4};
    struct ax_err err;
    assert_int_equal(ax_decode_some(&all_message, wanted, 4, whole, &a, &err).code, AX_OK);
    assert_true(ax_str_eq(a.text, AX_STR("a")));
    assert_int_equal(a.i64, 7);
    assert_true(a.yes);
    assert_int_equal(a.u32, 4);
    assert_int_equal(a.which, 20);
    assert_int_equal(a.picked, 9);
    assert_null(a.bytes.ptr);
    assert_int_equal(a.leaves.count, 0);
    for (size_t len = 1; len < whole.len; len++) { /* what is cut short is no field, or none at all */
        struct all part = {.yes = false};
        ax_rc rc = ax_decode_some(&all_message, wanted, 4, ax_str_of(bytes, len), &part, &err);
        assert_true(rc.code == AX_OK || rc.code == AX_CORRUPT);
    }
    assert_int_equal(ax_decode_some(&all_message, wanted, 4, ax_str_of(bytes, 2), &a, &err).code, AX_CORRUPT);
    assert_int_equal(ax_decode_some(&all_message, wanted + 1, 3, AX_STR("\x0B"), &a, &err).code, AX_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(golden), T(oneofs), T(long_nested), T(full_buffer), T(refused),
            T(lists_need_memory), T(validation), T(required), T(fields_by_number), T(some_fields)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
