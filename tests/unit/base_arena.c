/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include "tests/unit/t.h"

#include <stdalign.h>
#include <stdint.h>

/* The linker sends our own allocations here (base.cmake): the n-th from now fails. */
static int fail_after = -1;
void *__real_malloc(size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool fails_now(void)
{
    return fail_after >= 0 && fail_after-- == 0;
}

void *__wrap_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails_now() ? NULL : __real_realloc(old, size);
}

static void aligns_and_keeps_apart(void **state)
{
    (void)state;
    struct ax_arena a;
    ax_arena_init(&a, 512, 1 << 20);
    uint8_t *blocks[200];
    for (size_t i = 0; i < 200; i++) {
        blocks[i] = ax_arena_alloc(&a, i);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % alignof(max_align_t), 0);
        memset(blocks[i], (int)i, i);
    }
    for (size_t i = 0; i < 200; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_int_equal(blocks[i][j], i);
        }
    }
    ax_arena_deinit(&a);
}

static void keeps_its_cap(void **state)
{
    (void)state;
    struct ax_arena a;
    ax_arena_init(&a, 1024, 4096);
    size_t got = 0;
    while (ax_arena_alloc(&a, 64) != NULL) {
        got += 64;
        assert_true(a.used <= 4096);
    }
    assert_int_equal(got, 4096);
    assert_null(ax_arena_alloc(&a, 1));
    ax_arena_reset(&a);
    assert_non_null(ax_arena_alloc(&a, 3000)); /* more than a chunk */
    assert_null(ax_arena_alloc(&a, 4000));
    assert_non_null(ax_arena_alloc(&a, 16)); /* a refusal does not spoil what still fits */
    ax_arena_deinit(&a);
}

static void refuses_absurd_sizes(void **state)
{
    (void)state;
    struct ax_arena a;
    ax_arena_init(&a, 1024, SIZE_MAX);
    assert_null(ax_arena_alloc(&a, SIZE_MAX));
    assert_null(ax_arena_alloc(&a, SIZE_MAX / 2 + 1));
    assert_null(ax_arena_zarray(&a, SIZE_MAX / 4, 8));
    assert_null(ax_arena_dup(&a, (ax_str){"x", SIZE_MAX}).ptr);
    ax_arena_deinit(&a);
}

static void reset_allocates_nothing(void **state)
{
    (void)state;
    struct ax_arena a;
    ax_arena_init(&a, 1024, 1 << 20);
    void *first = ax_arena_alloc(&a, 100);
    assert_non_null(first);
    assert_non_null(ax_arena_alloc(&a, 5000));
    ax_arena_reset(&a);
    fail_after = 0;
    assert_ptr_equal(ax_arena_alloc(&a, 100), first);
    fail_after = -1;
    ax_arena_reset(&a);
    ax_arena_reset(&a);
    ax_arena_deinit(&a);
    ax_arena_deinit(&a);
}

static void a_huge_first_chunk_is_not_kept(void **state)
{
    (void)state;
    struct ax_arena a;
    ax_arena_init(&a, 1024, 1 << 20);
    assert_non_null(ax_arena_alloc(&a, 100000));
    ax_arena_reset(&a);
    assert_null(a.first);
    assert_int_equal(a.used, 0);
    ax_arena_deinit(&a);
}

static void copies_and_prints(void **state)
{
    (void)state;
    struct ax_arena a;
    ax_arena_init(&a, 1024, 2048);
    ax_str copy = ax_arena_dup(&a, AX_STR("安信"));
    assert_true(ax_str_eq(copy, AX_STR("安信")));
    assert_int_equal(copy.ptr[copy.len], '\0');
    assert_non_null(ax_arena_dup(&a, (ax_str){NULL, 0}).ptr);
    assert_string_equal(ax_arena_printf(&a, "%d-%s", 7, "x"), "7-x");
    assert_null(ax_arena_printf(&a, "%5000d", 7));
    int *numbers = AX_ARENA_ARRAY(&a, int, 8);
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(numbers[i], 0);
    }
    ax_arena_deinit(&a);
}

/* For every n, the n-th allocation fails: all that follows is a clean NULL, and nothing leaks. */
static void fails_softly_at_every_allocation(void **state)
{
    (void)state;
    bool failed = true;
    for (int n = 0; failed; n++) {
        struct ax_arena a;
        struct ax_buf b;
        failed = false;
        ax_arena_init(&a, 256, 1 << 20);
        ax_buf_init(&b, 1 << 20);
        fail_after = n;
        for (size_t i = 0; i < 64; i++) {
            failed = ax_arena_dup(&a, AX_STR("a string of some length")).ptr == NULL || failed;
            ax_buf_printf(&b, "%zu: %s\n", i, "a string of some length");
        }
        failed = failed || b.failed;
        fail_after = -1;
        ax_arena_deinit(&a);
        ax_buf_deinit(&b);
        assert_true(n < 1000);
    }
}

static void rewinds_to_a_mark(void **state)
{
    (void)state;
    struct ax_arena a;
    ax_arena_init(&a, 256, 4096);
    struct ax_arena_mark none = ax_arena_mark(&a);
    char *kept = ax_arena_alloc(&a, 64);
    memset(kept, 7, 64);
    struct ax_arena_mark mark = ax_arena_mark(&a);
    size_t used = a.used;
    for (int i = 0; i < 100; i++) { /* far more than the cap */
        assert_non_null(ax_arena_alloc(&a, 128));
        assert_non_null(ax_arena_alloc(&a, 1024));
        ax_arena_rewind(&a, mark);
        assert_int_equal(a.used, used);
    }
    assert_int_equal(kept[63], 7);
    assert_ptr_equal(ax_arena_alloc(&a, 16), kept + 64);
    ax_arena_rewind(&a, none);
    assert_ptr_equal(ax_arena_alloc(&a, 16), kept);
    ax_arena_deinit(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(aligns_and_keeps_apart),
            cmocka_unit_test(keeps_its_cap),
            cmocka_unit_test(refuses_absurd_sizes),
            cmocka_unit_test(reset_allocates_nothing),
            cmocka_unit_test(rewinds_to_a_mark),
            cmocka_unit_test(a_huge_first_chunk_is_not_kept),
            cmocka_unit_test(copies_and_prints),
            cmocka_unit_test(fails_softly_at_every_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
