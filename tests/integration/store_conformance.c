/* SPDX-License-Identifier: Apache-2.0 */
/* What every store must do, run against each back end: store_conformance sim|sqlite|redis|redis-tls. */
#include "tests/integration/store_fixture.h"
#include "tests/unit/t.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#define DAY_NONE INT32_MIN

/* MARK_READS: so many that no server answers them in one go. */
enum { ARENA_CAP = 64 << 20, MANY = 500, READERS = 3, RACE_COMMITS = 60, MARK_READS = 500, MARK_COMMITS = 300 };

static const char *backend = "sim";
static struct store_fixture fixture;
static struct ax_store *store;
static struct ax_arena arena;
static struct ax_err err;

static int set_up(void **state)
{
    (void)state;
    store_fixture_init(&fixture, backend);
    store = store_fixture_open(&fixture);
    ax_arena_init(&arena, 1 << 16, ARENA_CAP);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ax_arena_deinit(&arena);
    ax_store_close(store);
    store_fixture_deinit(&fixture);
    return 0;
}

static struct ax_store_position at(int64_t offset, int32_t day)
{
    return (struct ax_store_position){offset, day};
}

static void check_ok(ax_rc rc, const char *what)
{
    if (!ax_ok(rc)) {
        fail_msg("%s: %s %s", what, ax_code_name(rc.code), err.text);
    }
}

static struct ax_store_part *take(int32_t partition, struct ax_store_position *position)
{
    struct ax_store_part *part = NULL;
    check_ok(ax_store_take(store, partition, &part, position, &err), "take");
    return part;
}

static struct ax_store_write write_of(
        const struct test_code *code, const char *rating, int64_t offset, const char *chunk)
{
    return (struct ax_store_write){.enterprise = ax_str_c(code->text),
            .rating = ax_str_c(rating),
            .chunk_offset = offset,
            .chunk = ax_str_c(chunk)};
}

static struct ax_store_read read_of(const struct test_code *code, int32_t partition, bool ledgers)
{
    struct ax_store_read read = {.enterprise = ax_str_c(code->text), .partition = partition};
    check_ok(ax_store_read_many(store, &read, 1, ledgers, &arena, &err), "read");
    return read;
}

static bool is_same_mark(struct ax_store_mark a, struct ax_store_mark b)
{
    return a.generation == b.generation && a.commits == b.commits;
}

static void check_text(ax_str got, const char *want)
{
    if (!ax_str_eq(got, ax_str_c(want))) {
        fail_msg("got \"%.*s\", want \"%s\"", AX_ARG(got), want);
    }
}

static void check_position(int32_t partition, struct ax_store_position want, int64_t want_enterprises)
{
    struct ax_store_position position = {0};
    int64_t enterprises = -1;
    check_ok(ax_store_position(store, partition, &position, &enterprises, &err), "position");
    assert_int_equal(position.next_offset, want.next_offset);
    assert_int_equal(position.day, want.day);
    assert_int_equal(enterprises, want_enterprises);
}

static void test_fresh(void **state)
{
    (void)state;
    struct ax_store_position position = {9, 9};
    int64_t enterprises = 0;
    assert_int_equal(ax_store_position(store, 2, &position, &enterprises, &err).code, AX_NOT_FOUND);
    struct test_code code = test_code(1);
    struct ax_store_read read = read_of(&code, 2, true);
    assert_null(read.rating.ptr);
    assert_int_equal(read.chunk_count, 0);
    assert_int_equal(read.position.next_offset, 0);
    assert_int_equal(read.position.day, DAY_NONE);
    struct ax_store_part *part = take(2, &position);
    assert_int_equal(position.next_offset, 0);
    assert_int_equal(position.day, DAY_NONE);
    check_position(2, at(0, DAY_NONE), 0);
    ax_store_part_free(part);
}

static void test_commit_and_read(void **state)
{
    (void)state;
    struct ax_store_position position;
    struct ax_store_part *part = take(0, &position);
    struct test_code a = test_code(1);
    struct test_code b = test_code(2);
    struct test_code none = test_code(3);
    struct ax_store_write writes[] = {
            write_of(&a, "A1", 0, "one,"), write_of(&b, "B2", 1, "two,"), write_of(&b, NULL, 0, NULL)};
    check_ok(ax_store_commit(part, position, at(3, 20000), writes, 3, &err), "commit");
    check_position(0, at(3, 20000), 2);
    struct ax_store_write more[] = {write_of(&a, "A2", 4, "three"), write_of(&b, NULL, 3, "four")};
    check_ok(ax_store_commit(part, at(3, 20000), at(5, 20000), more, 2, &err), "commit");
    struct ax_store_read reads[] = {{.enterprise = ax_str_c(none.text)}, {.enterprise = ax_str_c(b.text)},
            {.enterprise = ax_str_c(a.text)}, {.enterprise = ax_str_c(a.text), .partition = 1}};
    check_ok(ax_store_read_many(store, reads, 4, true, &arena, &err), "read");
    assert_null(reads[0].rating.ptr);
    assert_int_equal(reads[0].position.next_offset, 5);
    check_text(reads[1].rating, "B2");
    assert_int_equal(reads[1].chunk_count, 2);
    check_text(reads[1].chunks[0], "two,");
    check_text(reads[1].chunks[1], "four");
    check_text(reads[2].rating, "A2");
    check_text(reads[2].chunks[0], "one,");
    check_text(reads[2].chunks[1], "three");
    assert_int_equal(reads[2].position.day, 20000);
    assert_null(reads[3].rating.ptr);
    assert_int_equal(reads[3].position.next_offset, 0);
    struct ax_store_read light = read_of(&a, 0, false);
    check_text(light.rating, "A2");
    assert_int_equal(light.chunk_count, 0);
    check_position(0, at(5, 20000), 2);
    ax_store_part_free(part);
}

static void test_compare_and_set(void **state)
{
    (void)state;
    struct ax_store_position position;
    struct ax_store_part *part = take(1, &position);
    struct test_code a = test_code(1);
    struct ax_store_write write = write_of(&a, "A1", 10, "c");
    check_ok(ax_store_commit(part, at(0, DAY_NONE), at(11, 100), &write, 1, &err), "commit");
    struct ax_store_write other = write_of(&a, "D", 11, "x");
    assert_int_equal(ax_store_commit(part, at(10, 100), at(12, 100), &other, 1, &err).code, AX_STALE);
    assert_int_equal(ax_store_commit(part, at(11, 99), at(12, 100), &other, 1, &err).code, AX_STALE);
    assert_int_equal(ax_store_commit(part, at(11, 101), at(12, 101), &other, 1, &err).code, AX_STALE);
    check_text(read_of(&a, 1, false).rating, "A1");
    /* A second time is not a repetition of an unknown outcome: refused, too. */
    assert_int_equal(ax_store_commit(part, at(0, DAY_NONE), at(11, 100), &write, 1, &err).code, AX_STALE);
    /* A day that passes: the same offset, the next day. */
    struct ax_store_write night = write_of(&a, "A2", 0, NULL);
    check_ok(ax_store_commit(part, at(11, 100), at(11, 101), &night, 1, &err), "midnight");
    check_text(read_of(&a, 1, false).rating, "A2");
    check_position(1, at(11, 101), 1);
    ax_store_part_free(part);
}

static void test_goes_forward_only(void **state)
{
    (void)state;
    struct ax_store_position position;
    struct ax_store_part *part = take(0, &position);
    check_ok(ax_store_commit(part, position, at(5, 100), NULL, 0, &err), "commit");
    assert_int_equal(ax_store_commit(part, at(5, 100), at(5, 100), NULL, 0, &err).code, AX_INVALID);
    assert_int_equal(ax_store_commit(part, at(5, 100), at(4, 100), NULL, 0, &err).code, AX_INVALID);
    assert_int_equal(ax_store_commit(part, at(5, 100), at(6, 99), NULL, 0, &err).code, AX_INVALID);
    check_position(0, at(5, 100), 0);
    ax_store_part_free(part);
}

/* More enterprises than one commit takes are rated again at midnight, or other packs rate all of them: pages of ratings at
 * an unchanged position, as often as it takes, and no facts. */
static void test_rates_again_at_an_unchanged_position(void **state)
{
    (void)state;
    struct ax_store_position position;
    struct ax_store_part *part = take(0, &position);
    struct test_code a = test_code(1);
    struct ax_store_write first = write_of(&a, "A1", 0, "c");
    check_ok(ax_store_commit(part, position, at(5, 100), &first, 1, &err), "commit");
    struct ax_store_write again = write_of(&a, "A2", 0, NULL);
    check_ok(ax_store_commit(part, at(5, 100), at(5, 100), &again, 1, &err), "again");
    check_ok(ax_store_commit(part, at(5, 100), at(5, 100), &again, 1, &err), "and again");
    check_text(read_of(&a, 0, false).rating, "A2");
    check_position(0, at(5, 100), 1);
    struct ax_store_write fact = write_of(&a, "A3", 4, "d");
    assert_int_equal(ax_store_commit(part, at(5, 100), at(5, 100), &fact, 1, &err).code, AX_INVALID);
    struct ax_store_part *other = take(0, &position);
    assert_int_equal(ax_store_commit(part, at(5, 100), at(5, 100), &again, 1, &err).code, AX_STALE);
    ax_store_part_free(other);
    ax_store_part_free(part);
}

static void test_all_or_nothing(void **state)
{
    (void)state;
    struct ax_store_position position;
    struct ax_store_part *part = take(0, &position);
    struct test_code a = test_code(1);
    struct test_code b = test_code(2);
    static const char nul_code[] = "91110000MA\0{s1}:m1";
    struct ax_store_write good = write_of(&a, "A1", 0, "c");
    struct ax_store_write bad[] = {write_of(&b, "B", 0, "c"), write_of(&b, "B", 0, "c"), write_of(&b, "B", 0, "c"),
            write_of(&b, "B", 7, "c"), write_of(&b, "B", -1, "c"), write_of(&b, "B", 0, "c")};
    bad[0].enterprise = AX_STR("9111}{s1}:00000001");
    bad[1].enterprise = AX_STR("short");
    bad[2].enterprise = ax_str_of(nul_code, 18);
    bad[5].rating = ax_str_of(backend, AX_STORE_RATING_MAX_BYTES + 1);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct ax_store_write writes[] = {good, bad[i]};
        int code = ax_store_commit(part, at(0, DAY_NONE), at(5, 1), writes, 2, &err).code;
        assert_true(code == AX_INVALID || code == AX_LIMIT);
        assert_null(read_of(&a, 0, false).rating.ptr);
    }
    check_position(0, at(0, DAY_NONE), 0);
    struct ax_store_read escape = {.enterprise = AX_STR("}:m{s0}:m{s0}:m{s0")};
    assert_int_equal(ax_store_read_many(store, &escape, 1, false, &arena, &err).code, AX_INVALID);
    ax_store_part_free(part);
}

static void test_stale_epoch(void **state)
{
    (void)state;
    struct ax_store_position position;
    struct ax_store_part *first = take(0, &position);
    struct ax_store_part *second = take(0, &position);
    struct test_code a = test_code(1);
    struct ax_store_write write = write_of(&a, "A1", 0, "c");
    assert_int_equal(ax_store_commit(first, position, at(1, 1), &write, 1, &err).code, AX_STALE);
    assert_null(read_of(&a, 0, false).rating.ptr);
    check_ok(ax_store_commit(second, position, at(1, 1), &write, 1, &err), "commit");
    assert_int_equal(ax_store_commit(first, at(1, 1), at(2, 1), NULL, 0, &err).code, AX_STALE);
    struct ax_store_part *third = take(0, &position);
    assert_int_equal(position.next_offset, 1);
    assert_int_equal(position.day, 1);
    ax_store_part_free(first);
    ax_store_part_free(second);
    ax_store_part_free(third);
}

static void test_rebuild(void **state)
{
    (void)state;
    struct ax_store_position position;
    struct ax_store_part *live = take(0, &position);
    struct ax_store_part *dead = NULL;
    struct ax_store_part *next = NULL;
    struct test_code a = test_code(1);
    struct test_code b = test_code(2);
    struct ax_store_write writes[] = {write_of(&a, "old", 0, "o"), write_of(&b, "old", 1, "o")};
    check_ok(ax_store_commit(live, position, at(2, 1), writes, 2, &err), "commit");
    check_ok(ax_store_rebuild(store, 0, &dead, &err), "rebuild");
    check_ok(ax_store_commit(dead, at(0, DAY_NONE), at(1, 1), writes, 1, &err), "commit into the rebuild");
    check_ok(ax_store_rebuild(store, 0, &next, &err), "rebuild again");
    assert_int_equal(ax_store_commit(dead, at(1, 1), at(2, 1), NULL, 0, &err).code, AX_STALE);
    assert_int_equal(ax_store_switch(dead, &err).code, AX_STALE);
    struct ax_store_write fresh = write_of(&a, "new", 0, "n");
    check_ok(ax_store_commit(next, at(0, DAY_NONE), at(3, 2), &fresh, 1, &err), "commit into the rebuild");
    check_text(read_of(&a, 0, false).rating, "old");
    check_ok(ax_store_commit(live, at(2, 1), at(3, 1), NULL, 0, &err), "the live one goes on");
    check_position(0, at(3, 1), 2);
    check_ok(ax_store_switch(next, &err), "switch");
    check_ok(ax_store_switch(next, &err), "switch, repeated");
    struct ax_store_read read = read_of(&a, 0, true);
    check_text(read.rating, "new");
    assert_int_equal(read.chunk_count, 1);
    check_text(read.chunks[0], "n");
    assert_null(read_of(&b, 0, false).rating.ptr);
    check_position(0, at(3, 2), 1);
    assert_int_equal(ax_store_commit(live, at(3, 2), at(4, 2), NULL, 0, &err).code, AX_STALE);
    check_ok(ax_store_commit(next, at(3, 2), at(4, 2), NULL, 0, &err), "the rebuilt one goes on");
    ax_store_part_free(live);
    ax_store_part_free(dead);
    ax_store_part_free(next);
}

static struct ax_store_mark mark_of(const struct test_code *code, int32_t partition)
{
    struct ax_store_read reads[] = {{.enterprise = ax_str_c(code->text), .mark_only = true, .partition = partition},
            {.enterprise = ax_str_c(code->text), .partition = partition}};
    check_ok(ax_store_read_many(store, reads, 2, true, &arena, &err), "read");
    assert_null(reads[0].rating.ptr);
    assert_int_equal(reads[0].chunk_count, 0);
    assert_int_equal(reads[0].position.next_offset, reads[1].position.next_offset);
    assert_true(is_same_mark(reads[0].mark, reads[1].mark));
    check_ok(ax_store_read_many(store, reads, 1, true, &arena, &err), "read the mark alone");
    assert_true(is_same_mark(reads[0].mark, reads[1].mark));
    return reads[0].mark;
}

/* Also where the position stands: what ratings are is written again there. */
static void test_the_mark_moves_with_every_commit(void **state)
{
    (void)state;
    struct ax_store_position position;
    struct ax_store_part *part = take(0, &position);
    struct ax_store_part *next = NULL;
    struct test_code a = test_code(1);
    struct ax_store_mark marks[5] = {mark_of(&a, 0)};
    struct ax_store_write first = write_of(&a, "A1", 0, "c");
    check_ok(ax_store_commit(part, position, at(1, 1), &first, 1, &err), "commit");
    marks[1] = mark_of(&a, 0);
    struct ax_store_write again = write_of(&a, "A2", 0, NULL);
    check_ok(ax_store_commit(part, at(1, 1), at(1, 1), &again, 1, &err), "again");
    marks[2] = mark_of(&a, 0);
    struct ax_store_part *other = take(1, &position);
    check_ok(ax_store_commit(other, position, at(1, 1), NULL, 0, &err), "elsewhere");
    check_ok(ax_store_rebuild(store, 0, &next, &err), "rebuild");
    check_ok(ax_store_commit(next, at(0, DAY_NONE), at(1, 1), &first, 1, &err), "commit into the rebuild");
    assert_true(is_same_mark(mark_of(&a, 0), marks[2]));
    check_ok(ax_store_switch(next, &err), "switch");
    marks[3] = mark_of(&a, 0);
    check_ok(ax_store_commit(next, at(1, 1), at(1, 1), &again, 1, &err), "again, rebuilt");
    marks[4] = mark_of(&a, 0);
    for (size_t i = 0; i < 5; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_false(is_same_mark(marks[i], marks[j]));
        }
    }
    ax_store_part_free(part);
    ax_store_part_free(other);
    ax_store_part_free(next);
}

static void commit_many(struct ax_store_part *part, unsigned count, const char *rating)
{
    static struct test_code codes[MANY];
    static struct ax_store_write writes[MANY];
    for (unsigned i = 0; i < count; i++) {
        codes[i] = test_code((i * 7919U) % count);
        writes[i] = write_of(&codes[i], rating, (int64_t)i, "chunk");
    }
    check_ok(ax_store_commit(part, at(0, DAY_NONE), at((int64_t)count, 1), writes, count, &err), "commit");
}

static void test_scan(void **state)
{
    (void)state;
    struct ax_store_position position;
    struct ax_store_part *part = take(3, &position);
    struct ax_store_read *reads = NULL;
    size_t count = 1;
    check_ok(ax_store_scan(store, 3, AX_STR(""), 10, true, &arena, &reads, &count, &err), "scan of nothing");
    assert_int_equal(count, 0);
    commit_many(part, MANY, "r");
    char after[AX_STORE_ENTERPRISE_MAX + 1] = "";
    unsigned seen = 0;
    do {
        ax_arena_reset(&arena);
        check_ok(ax_store_scan(store, 3, ax_str_c(after), 64, seen % 2 == 0, &arena, &reads, &count, &err), "scan");
        for (size_t i = 0; i < count; i++) {
            struct test_code want = test_code(seen);
            check_text(reads[i].enterprise, want.text);
            check_text(reads[i].rating, "r");
            assert_int_equal(reads[i].position.next_offset, MANY);
            seen++;
            assert_true(ax_str_to_c(reads[i].enterprise, after, sizeof after));
        }
    } while (count == 64);
    assert_int_equal(seen, MANY);
    assert_int_equal(ax_store_scan(store, 3, AX_STR("x"), 64, false, &arena, &reads, &count, &err).code, AX_INVALID);
    assert_int_equal(ax_store_scan(store, 4, AX_STR(""), 64, false, &arena, &reads, &count, &err).code, AX_RANGE);
    ax_store_part_free(part);
}

static void test_chunks_in_order(void **state)
{
    (void)state;
    struct ax_store_position position;
    struct ax_store_part *part = take(0, &position);
    struct test_code a = test_code(1);
    for (int64_t i = 0; i < 40; i++) {
        char chunk[16];
        (void)snprintf(chunk, sizeof chunk, "c%02d", (int)i);
        struct ax_store_write write = write_of(&a, "r", i * 97, chunk);
        check_ok(ax_store_commit(part, position, at(i * 97 + 1, 1), &write, 1, &err), "commit");
        position = at(i * 97 + 1, 1);
    }
    struct ax_store_read read = read_of(&a, 0, true);
    assert_int_equal(read.chunk_count, 40);
    for (size_t i = 0; i < 40; i++) {
        char chunk[16];
        (void)snprintf(chunk, sizeof chunk, "c%02zu", i);
        check_text(read.chunks[i], chunk);
    }
    ax_store_part_free(part);
}

static void test_bytes_are_opaque(void **state)
{
    (void)state;
    static char all[256 * 64];
    struct ax_store_position position;
    struct ax_store_part *part = take(0, &position);
    struct test_code a = test_code(1);
    struct test_code b = test_code(2);
    for (size_t i = 0; i < sizeof all; i++) {
        all[i] = (char)(i & 0xFF);
    }
    struct ax_store_write writes[] = {write_of(&a, "", 1, NULL), write_of(&b, "", 1, NULL)};
    writes[0].rating = ax_str_of(all, sizeof all);
    writes[0].chunk = ax_str_of(all, sizeof all - 1);
    check_ok(ax_store_commit(part, position, at(3, 1), writes, 2, &err), "commit");
    struct ax_store_read read = read_of(&a, 0, true);
    assert_true(ax_str_eq(read.rating, writes[0].rating));
    assert_true(ax_str_eq(read.chunks[0], writes[0].chunk));
    read = read_of(&b, 0, true);
    assert_non_null(read.rating.ptr); /* empty is not absent */
    assert_int_equal(read.rating.len, 0);
    assert_int_equal(read.chunk_count, 0);
    ax_store_part_free(part);
}

static void test_notes(void **state)
{
    (void)state;
    ax_str value = AX_STR("x");
    check_ok(ax_store_note_get(store, 0, AX_STR("feed"), &arena, &value, &err), "get");
    assert_null(value.ptr);
    check_ok(ax_store_note_put(store, 0, AX_STR("feed"), AX_STR("12"), &err), "put");
    check_ok(ax_store_note_put(store, 0, AX_STR("feed"), AX_STR("13\0x"), &err), "put");
    check_ok(ax_store_note_put(store, 1, AX_STR("feed"), AX_STR(""), &err), "put");
    check_ok(ax_store_note_get(store, 0, AX_STR("feed"), &arena, &value, &err), "get");
    assert_true(ax_str_eq(value, AX_STR("13\0x")));
    check_ok(ax_store_note_get(store, 1, AX_STR("feed"), &arena, &value, &err), "get");
    assert_non_null(value.ptr);
    assert_int_equal(value.len, 0);
    assert_int_equal(ax_store_note_put(store, 0, AX_STR(""), AX_STR("1"), &err).code, AX_INVALID);
    static char big[AX_STORE_NOTE_MAX_BYTES + 1];
    assert_int_equal(ax_store_note_put(store, 0, AX_STR("n"), ax_str_of(big, sizeof big), &err).code, AX_LIMIT);
}

static void test_reopen(void **state)
{
    (void)state;
    if (fixture.options.backend == AX_STORE_SIM) {
        skip();
    }
    struct ax_store_position position;
    struct ax_store_part *part = take(0, &position);
    commit_many(part, 100, "kept");
    check_ok(ax_store_note_put(store, 0, AX_STR("feed"), AX_STR("99"), &err), "put");
    ax_store_part_free(part);
    ax_store_close(store);
    if (fixture.has_server) {
        store_fixture_server_stop(&fixture);
        store_fixture_server_start(&fixture);
    }
    store = store_fixture_open(&fixture);
    check_position(0, at(100, 1), 100);
    struct test_code a = test_code(42);
    check_text(read_of(&a, 0, true).rating, "kept");
    ax_str value;
    check_ok(ax_store_note_get(store, 0, AX_STR("feed"), &arena, &value, &err), "get");
    check_text(value, "99");
    part = take(0, &position);
    assert_int_equal(position.next_offset, 100);
    ax_store_part_free(part);
}

static void test_other_partition_count(void **state)
{
    (void)state;
    if (fixture.options.backend == AX_STORE_SIM) {
        skip();
    }
    struct ax_store_position position;
    struct ax_store_part *part = take(0, &position);
    ax_store_part_free(part);
    struct ax_store_options other = fixture.options;
    other.partitions = FIXTURE_PARTITIONS + 4;
    struct ax_store *second = NULL;
    ax_rc rc = ax_store_open(&other, &second, &err);
    for (int32_t p = 0; ax_ok(rc) && p < other.partitions; p++) {
        rc = ax_store_take(second, p, &part, &position, &err);
    }
    assert_int_equal(rc.code, AX_STATE);
    ax_store_close(second);
}

/* Each of two owners takes, commits until it is stale, takes again: every offset is committed once, by one of them. */
static void *race(void *won_by)
{
    atomic_int *won = won_by;
    struct ax_store_part *part = NULL;
    struct ax_store_position position = {0, DAY_NONE};
    struct ax_err own = {0};
    struct test_code a = test_code(1);
    while (position.next_offset < RACE_COMMITS) {
        if (part == NULL && !ax_ok(ax_store_take(store, 0, &part, &position, &own))) {
            return "take";
        }
        if (position.next_offset >= RACE_COMMITS) {
            break;
        }
        struct ax_store_position next = {position.next_offset + 1, 1};
        struct ax_store_write write = write_of(&a, "r", position.next_offset, "c");
        ax_rc rc = ax_store_commit(part, position, next, &write, 1, &own);
        if (ax_ok(rc)) {
            atomic_fetch_add(&won[position.next_offset], 1);
            position = next;
        } else if (rc.code == AX_STALE) {
            ax_store_part_free(part);
            part = NULL;
        } else {
            return "commit";
        }
    }
    ax_store_part_free(part);
    return NULL;
}

static void test_two_takers(void **state)
{
    (void)state;
    static atomic_int won[RACE_COMMITS];
    for (size_t i = 0; i < RACE_COMMITS; i++) {
        atomic_store(&won[i], 0);
    }
    pthread_t threads[2];
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, race, won), 0);
    }
    for (size_t i = 0; i < 2; i++) {
        void *failed = NULL;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    for (size_t i = 0; i < RACE_COMMITS; i++) {
        assert_int_equal(atomic_load(&won[i]), 1);
    }
    struct test_code a = test_code(1);
    assert_int_equal(read_of(&a, 0, true).chunk_count, RACE_COMMITS);
}

/* Readers meet one generation or the other, never a mixture: rating, both ledgers and position belong together. */
static void *watch(void *stop)
{
    struct ax_arena own;
    struct ax_err mine = {0};
    const char *failed = NULL;
    ax_arena_init(&own, 1 << 16, ARENA_CAP);
    while (!atomic_load((atomic_bool *)stop) && failed == NULL) {
        ax_arena_reset(&own);
        struct test_code codes[] = {test_code(1), test_code(2)};
        struct ax_store_read reads[] = {
                {.enterprise = ax_str_c(codes[0].text)}, {.enterprise = ax_str_c(codes[1].text)}};
        if (!ax_ok(ax_store_read_many(store, reads, 2, true, &own, &mine))) {
            failed = "read";
        } else if (!ax_str_eq(reads[0].rating, reads[1].rating) || reads[0].chunk_count != reads[1].chunk_count ||
                   reads[0].position.next_offset != (int64_t)reads[0].chunk_count * 2 ||
                   reads[1].position.next_offset != reads[0].position.next_offset) {
            failed = "a mixture";
        }
    }
    ax_arena_deinit(&own);
    return (void *)(uintptr_t)failed;
}

static void grow(struct ax_store_part *part, struct ax_store_position *position)
{
    struct test_code codes[] = {test_code(1), test_code(2)};
    char rating[32];
    (void)snprintf(rating, sizeof rating, "%lld", (long long)position->next_offset);
    struct ax_store_write writes[] = {write_of(&codes[0], rating, position->next_offset, "c"),
            write_of(&codes[1], rating, position->next_offset + 1, "c")};
    struct ax_store_position next = {position->next_offset + 2, 1};
    check_ok(ax_store_commit(part, *position, next, writes, 2, &err), "commit");
    *position = next;
}

static void test_rebuild_under_readers(void **state)
{
    (void)state;
    atomic_bool stop = false;
    pthread_t threads[READERS];
    struct ax_store_position position;
    struct ax_store_part *part = take(0, &position);
    for (size_t i = 0; i < READERS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, watch, &stop), 0);
    }
    for (int round = 0; round < 5; round++) {
        struct ax_store_part *rebuilt = NULL;
        struct ax_store_position rebuilt_at = {0, DAY_NONE};
        check_ok(ax_store_rebuild(store, 0, &rebuilt, &err), "rebuild");
        for (int i = 0; i < 10; i++) {
            grow(part, &position);
            grow(rebuilt, &rebuilt_at);
        }
        check_ok(ax_store_switch(rebuilt, &err), "switch");
        ax_store_part_free(part);
        part = rebuilt;
        position = rebuilt_at;
    }
    atomic_store(&stop, true);
    for (size_t i = 0; i < READERS; i++) {
        void *failed = NULL;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        if (failed != NULL) {
            fail_msg("a reader met %s", (const char *)failed);
        }
    }
    ax_store_part_free(part);
}

struct rewriting {
    atomic_bool stop;
    int64_t commits; /* by its mark, where the rating is "0" */
};

/* A rating is of the commit that its mark tells of, also where the position stands. */
static void *watch_marks(void *rewriting)
{
    struct rewriting *of = rewriting;
    struct ax_arena own;
    struct ax_err mine = {0};
    const char *failed = NULL;
    struct test_code code = test_code(1);
    struct ax_store_read reads[MARK_READS];
    ax_arena_init(&own, 1 << 16, ARENA_CAP);
    while (!atomic_load(&of->stop) && failed == NULL) {
        ax_arena_reset(&own);
        for (size_t i = 0; i < MARK_READS; i++) {
            reads[i] = (struct ax_store_read){.enterprise = ax_str_c(code.text)};
        }
        failed = ax_ok(ax_store_read_many(store, reads, MARK_READS, false, &own, &mine)) ? NULL : "an error";
        for (size_t i = 0; i < MARK_READS && failed == NULL; i++) {
            char want[32];
            (void)snprintf(want, sizeof want, "%lld", (long long)(reads[i].mark.commits - of->commits));
            failed = ax_str_eq(reads[i].rating, ax_str_c(want)) ? NULL : "another rating than its mark's";
        }
    }
    ax_arena_deinit(&own);
    return (void *)(uintptr_t)failed;
}

static void test_marks_under_a_writer(void **state)
{
    (void)state;
    struct ax_store_position position;
    struct ax_store_part *part = take(0, &position);
    struct test_code a = test_code(1);
    struct ax_store_write first = write_of(&a, "0", 0, "c");
    check_ok(ax_store_commit(part, position, at(1, 1), &first, 1, &err), "commit");
    struct rewriting of = {.commits = mark_of(&a, 0).commits};
    pthread_t reader;
    assert_int_equal(pthread_create(&reader, NULL, watch_marks, &of), 0);
    for (int i = 1; i <= MARK_COMMITS; i++) {
        char rating[32];
        (void)snprintf(rating, sizeof rating, "%d", i);
        struct ax_store_write again = write_of(&a, rating, 0, NULL);
        check_ok(ax_store_commit(part, at(1, 1), at(1, 1), &again, 1, &err), "again");
    }
    atomic_store(&of.stop, true);
    void *failed = NULL;
    assert_int_equal(pthread_join(reader, &failed), 0);
    if (failed != NULL) {
        fail_msg("a reader met %s", (const char *)failed);
    }
    ax_store_part_free(part);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(test_fresh, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_commit_and_read, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_compare_and_set, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_goes_forward_only, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_rates_again_at_an_unchanged_position, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_all_or_nothing, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_stale_epoch, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_rebuild, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_the_mark_moves_with_every_commit, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_marks_under_a_writer, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_scan, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_chunks_in_order, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_bytes_are_opaque, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_notes, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_reopen, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_other_partition_count, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_two_takers, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_rebuild_under_readers, set_up, tear_down),
    };
    if (argc > 1) {
        backend = argv[1];
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
