/* SPDX-License-Identifier: Apache-2.0 */
/* Answers that are kept: served for the same day and rating only, the ones used longest ago go first. */
#include "services/exchange/kept.h"
#include "tests/unit/t.h"

#include <pthread.h>
#include <stdio.h>

#define T(name) cmocka_unit_test(name)

enum { SHARDS = 16, MANY = 20000 };

static void put(struct ax_kept *kept, ax_str key, int32_t day, const char *rating, const char *answer)
{
    const struct ax_kept_of of = {.day = day};
    ax_kept_put(kept, key, &of, ax_str_c(rating), ax_str_c(answer), AX_STR(" and rest"));
}

static bool holds(struct ax_kept *kept, ax_str key, int32_t day, const char *made_of, const char *answer)
{
    struct ax_buf out;
    ax_buf_init(&out, 1 << 20);
    bool found = ax_kept_get(kept, key, day, ax_str_c(made_of), &out) && ax_str_eq(ax_buf_str(&out), ax_str_c(answer));
    ax_buf_deinit(&out);
    return found;
}

static void same_day_and_rating_only(void **state)
{
    (void)state;
    struct ax_kept *kept = ax_kept_new(1 << 20);
    ax_str key = AX_STR("G191140000MA07E5716U");
    assert_false(holds(kept, key, 7, "rating", "answer"));
    put(kept, key, 7, "rating", "answer");
    assert_true(holds(kept, key, 7, "rating", "answer"));
    assert_false(holds(kept, key, 8, "rating", "answer"));
    assert_false(holds(kept, key, 7, "rating2", "answer"));
    assert_false(holds(kept, AX_STR("G291140000MA07E5716U"), 7, "rating", "answer"));
    put(kept, key, 8, "rating2", "other");
    assert_true(holds(kept, key, 8, "rating2", "other"));
    assert_false(holds(kept, key, 7, "rating", "answer"));
    ax_kept_free(kept);
}

static void whole_where_nothing_was_written_since(void **state)
{
    (void)state;
    struct ax_kept *kept = ax_kept_new(1 << 20);
    ax_str key = AX_STR("G191140000MA07E5716U");
    const struct ax_kept_of of = {.day = 7, .rater = kept, .mark = {.generation = 1, .commits = 5}, .next_offset = 9};
    struct ax_kept_of others[] = {of, of, of, of, of};
    others[0].day = 8;
    others[1].rater = NULL;
    others[2].mark.generation = 2;
    others[3].mark.commits = 6; /* rated again where the position stands */
    others[4].next_offset = 10;
    struct ax_buf out;
    ax_buf_init(&out, 1 << 10);
    assert_false(ax_kept_has(kept, key));
    assert_false(ax_kept_get_whole(kept, key, &of, &out));
    ax_kept_put(kept, key, &of, AX_STR("rating"), AX_STR("answer"), AX_STR(" and rest"));
    assert_true(ax_kept_has(kept, key));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_false(ax_kept_get_whole(kept, key, &others[i], &out));
    }
    assert_int_equal(out.len, 0);
    assert_true(ax_kept_get_whole(kept, key, &of, &out));
    assert_true(ax_str_eq(ax_buf_str(&out), AX_STR("answer and rest")));
    ax_buf_deinit(&out);
    ax_kept_free(kept);
}

static ax_str key_of(int i, char text[16])
{
    (void)snprintf(text, 16, "K%d", i);
    return ax_str_c(text);
}

static void what_was_used_longest_ago_goes_first(void **state)
{
    (void)state;
    char text[16];
    char first[16];
    struct ax_kept *kept = ax_kept_new(SHARDS * 8192);
    for (int i = 0; i < MANY; i++) {
        put(kept, key_of(i, text), 1, "r", "a");
        assert_true(holds(kept, key_of(0, first), 1, "r", "a")); /* used all the time */
    }
    assert_true(holds(kept, key_of(MANY - 1, text), 1, "r", "a"));
    assert_false(holds(kept, key_of(1, text), 1, "r", "a"));
    int left = 0;
    for (int i = 0; i < MANY; i++) {
        left += holds(kept, key_of(i, text), 1, "r", "a") ? 1 : 0;
    }
    assert_in_range(left, SHARDS * 10, SHARDS * 8192 / 64); /* no more bytes than it may hold */
    ax_kept_free(kept);
}

static void what_is_too_large_is_not_kept(void **state)
{
    (void)state;
    struct ax_kept *kept = ax_kept_new(SHARDS * 1024);
    static char large[2048];
    memset(large, 'x', sizeof large - 1);
    put(kept, AX_STR("K"), 1, "r", large);
    assert_false(holds(kept, AX_STR("K"), 1, "r", large));
    ax_kept_free(kept);
}

static void *hammer(void *state)
{
    struct ax_kept *kept = state;
    char text[16];
    for (int i = 0; i < MANY; i++) {
        ax_str key = key_of(i % 50, text);
        put(kept, key, i % 3, "r", text);
        struct ax_buf out;
        ax_buf_init(&out, 64);
        if (ax_kept_get(kept, key, i % 3, AX_STR("r"), &out)) {
            AX_ASSERT(ax_str_eq(ax_buf_str(&out), key));
        }
        ax_buf_deinit(&out);
    }
    return NULL;
}

static void threads_see_whole_answers(void **state)
{
    (void)state;
    struct ax_kept *kept = ax_kept_new(SHARDS * 2048);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, hammer, kept), 0);
    }
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    ax_kept_free(kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(same_day_and_rating_only), T(whole_where_nothing_was_written_since),
            T(what_was_used_longest_ago_goes_first), T(what_is_too_large_is_not_kept), T(threads_see_whole_answers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
