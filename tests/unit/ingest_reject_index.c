/* SPDX-License-Identifier: Apache-2.0 */
/* The index of rejects: pages from the newest, the same reject found once, the oldest forgotten. */
#include "tests/unit/t.h"

#include "services/ingest/reject_index.h"

enum { PARTITIONS = 7, COUNT = 3000, PAGE = 13 };

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 8;
}

static void digest_of(uint32_t number, uint8_t digest[AX_REJECT_DIGEST_SIZE])
{
    for (size_t i = 0; i < AX_REJECT_DIGEST_SIZE; i++) {
        digest[i] = (uint8_t)(i < 4 ? 0x11 : number >> (8 * (i % 4))); /* few places of the table */
    }
}

/* All pages together: everything once, the newest first, whatever the page. */
static void pages(void **state)
{
    (void)state;
    static int64_t at_us[PARTITIONS][COUNT];
    struct ax_reject_index *index = ax_reject_index_new();
    int64_t next[PARTITIONS] = {0};
    uint32_t random = 1;
    for (int i = 0; i < COUNT; i++) {
        struct ax_reject_id id = {.partition = (int32_t)(next_random(&random) % PARTITIONS)};
        uint8_t digest[AX_REJECT_DIGEST_SIZE];
        id.offset = next[id.partition]++;
        at_us[id.partition][id.offset] = 1000 + i / 5;
        digest_of((uint32_t)i, digest);
        ax_reject_index_add(index, id, 1000 + i / 5, digest);
        if (i % 3 == 0) {
            ax_reject_index_resolve(index, id);
            ax_reject_index_resolve(index, id);
        }
    }
    assert_int_equal(ax_reject_index_unresolved(index), COUNT - COUNT / 3);
    for (int all = 0; all < 2; all++) {
        struct ax_reject_id after = {.offset = -1};
        int64_t newest_us = INT64_MAX;
        size_t seen = 0;
        for (size_t count = PAGE; count == PAGE;) {
            struct ax_reject_entry page[PAGE];
            count = ax_reject_index_page(index, after, all != 0, page, PAGE);
            for (size_t i = 0; i < count; i++) {
                after = page[i].id;
                assert_true(at_us[after.partition][after.offset] <= newest_us);
                newest_us = at_us[after.partition][after.offset];
                assert_true(all != 0 || !page[i].resolved);
            }
            seen += count;
        }
        assert_int_equal(seen, all != 0 ? COUNT : COUNT - COUNT / 3);
    }
    struct ax_reject_entry none;
    assert_int_equal(ax_reject_index_page(index, (struct ax_reject_id){0, COUNT}, true, &none, 1), 0);
    assert_false(ax_reject_index_find(index, (struct ax_reject_id){0, COUNT}, &none));
    ax_reject_index_free(index);
}

static void the_same(void **state)
{
    (void)state;
    struct ax_reject_index *index = ax_reject_index_new();
    uint8_t digest[AX_REJECT_DIGEST_SIZE];
    struct ax_reject_id id;
    digest_of(1, digest);
    assert_false(ax_reject_index_same(index, digest, &id));
    ax_reject_index_add(index, (struct ax_reject_id){3, 7}, 1, digest);
    assert_true(ax_reject_index_same(index, digest, &id));
    assert_int_equal(id.partition, 3);
    assert_int_equal(id.offset, 7);
    ax_reject_index_resolve(index, id);
    assert_false(ax_reject_index_same(index, digest, &id));
    ax_reject_index_add(index, (struct ax_reject_id){3, 9}, 1, digest);
    assert_true(ax_reject_index_same(index, digest, &id));
    assert_int_equal(id.offset, 9);
    ax_reject_index_free(index);
}

static void the_oldest_are_forgotten(void **state)
{
    (void)state;
    struct ax_reject_index *index = ax_reject_index_new();
    struct ax_reject_entry entry;
    struct ax_reject_id id;
    uint8_t digest[AX_REJECT_DIGEST_SIZE] = {0};
    for (int64_t i = 0; i <= AX_REJECTS_MAX; i++) {
        uint64_t spread = (uint64_t)i * 0x9E3779B97F4A7C15ULL;
        memcpy(digest, &spread, sizeof spread);
        ax_reject_index_add(index, (struct ax_reject_id){(int32_t)(i % 2), i / 2}, i, digest);
    }
    assert_int_equal(ax_reject_index_unresolved(index), AX_REJECTS_MAX / 2 + 1);
    assert_false(ax_reject_index_find(index, (struct ax_reject_id){0, 0}, &entry));
    assert_true(ax_reject_index_find(index, (struct ax_reject_id){0, AX_REJECTS_MAX / 2}, &entry));
    assert_true(ax_reject_index_same(index, digest, &id));
    assert_int_equal(id.offset, AX_REJECTS_MAX / 2);
    ax_reject_index_free(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(pages),
            cmocka_unit_test(the_same),
            cmocka_unit_test(the_oldest_are_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
