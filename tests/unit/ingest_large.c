/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger that is large is not read from the store for every request, and what is known of it is still told. */
#include "tests/unit/t.h"

#include "base/digest.h"
#include "services/ingest/known.h"
#include "services/lib/store/backend.h"
#include "services/lib/view/chunk.h"

#include <stdio.h>

enum { FACTS = AX_LARGE_FACTS + 100, ASKS = 200, TEXT = 32, DAY = 20000, CHUNK_CAP = 4 << 20 };

static const char code[] = "91141090MAB4JU2L0J";

struct piece { /* a fact and what a request makes of it */
    char reference[TEXT];
    struct ax_fact fact;
    struct ax_buf canonical;
    struct ax_item item;
};

static void make(struct piece *p, int number, int64_t revision)
{
    (void)snprintf(p->reference, sizeof p->reference, "r-%d", number);
    p->fact = (struct ax_fact){.source = AX_STR("s"),
            .reference = ax_str_c(p->reference),
            .revision = revision,
            .enterprise = ax_str_c(code)};
    p->fact.kind = AX_FACT_ENFORCEMENT_PENALTY;
    p->fact.occurred_on = DAY;
    ax_buf_init(&p->canonical, 4096);
    ax_fact_canonical(&p->fact, &p->canonical);
    p->item = (struct ax_item){.fact = &p->fact, .canonical = ax_buf_str(&p->canonical)};
    ax_sha256(p->item.canonical, p->item.digest);
    struct ax_buf key;
    uint8_t whole[AX_DIGEST_SIZE];
    ax_buf_init(&key, 256);
    ax_fact_key_bytes(&p->fact, &key);
    ax_sha256(ax_buf_str(&key), whole);
    memcpy(p->item.key, whole, AX_KEY_SIZE);
    ax_buf_deinit(&key);
}

static struct ax_large_content content_of(const struct piece *p)
{
    struct ax_large_content c = {.revision = p->fact.revision};
    memcpy(c.key, p->item.key, AX_KEY_SIZE);
    memcpy(c.digest, p->item.digest, AX_DIGEST_SIZE);
    return c;
}

static bool ask(struct ax_large *large, struct piece *p, int64_t now_us)
{
    struct ax_item *item = &p->item;
    item->duplicate = false;
    item->known_revision = 0;
    return ax_large_ask(large, &item, 1, now_us);
}

/* A reading is good for as many times as long as it took, and appended contents belong to it. */
static void a_reading_is_good_for_a_while(void **state)
{
    (void)state;
    struct ax_large *large = ax_large_new(AX_LARGE_MAX_BYTES);
    struct piece there;
    struct piece later;
    struct piece never;
    make(&there, 1, 3);
    make(&later, 1, 4);
    make(&never, 2, 1);
    assert_false(ask(large, &there, 0));
    struct ax_large_content content = content_of(&there);
    ax_large_read(large, there.fact.enterprise, &content, 1, 1000, 10);
    assert_true(ask(large, &there, 1000 + 10 * AX_LARGE_REST - 1));
    assert_true(there.item.duplicate);
    assert_true(ask(large, &later, 1000));
    assert_false(later.item.duplicate);
    assert_int_equal(later.item.known_revision, 3);
    assert_true(ask(large, &never, 1000));
    assert_int_equal(never.item.known_revision, 0);
    content = content_of(&later);
    ax_large_appended(large, later.fact.enterprise, &content);
    assert_true(ask(large, &there, 1000));
    assert_true(there.item.duplicate);
    assert_int_equal(there.item.known_revision, 4);
    assert_false(ask(large, &there,
            1000 + 10 * AX_LARGE_REST)); /* and is read by one that asks, while others wait for nothing */
    assert_true(ask(large, &there, 1000 + 10 * AX_LARGE_REST));
    assert_true(there.item.duplicate);
    assert_false(ask(large, &there, 1000 + 20 * AX_LARGE_REST));
    ax_buf_deinit(&there.canonical);
    ax_buf_deinit(&later.canonical);
    ax_buf_deinit(&never.canonical);
    ax_large_free(large);
}

/* What does not fit is not read again at once either; nothing wrong is said of it. */
static void too_large_to_keep(void **state)
{
    (void)state;
    struct ax_large *large = ax_large_new(1 << 10);
    struct piece there;
    make(&there, 1, 3);
    struct ax_large_content content = content_of(&there);
    ax_large_read(large, there.fact.enterprise, &content, 1, 1000, 10);
    assert_true(ask(large, &there, 1000));
    assert_false(there.item.duplicate);
    assert_int_equal(there.item.known_revision, 0);
    ax_buf_deinit(&there.canonical);
    ax_large_free(large);
}

static size_t ledgers_read;
static const struct ax_store_ops *below;

static ax_rc counted(struct ax_store *store, struct ax_store_read *reads, size_t count, bool ledgers,
        struct ax_arena *arena, struct ax_err *err)
{
    ledgers_read += ledgers ? count : 0;
    return below->read_many(store, reads, count, ledgers, arena, err);
}

static struct ax_store *store_with_ledger(void)
{
    const struct ax_store_options options = {.backend = AX_STORE_SIM, .partitions = 1};
    struct ax_store *store = NULL;
    struct ax_store_part *part = NULL;
    struct ax_store_position from;
    struct ax_buf chunk;
    assert_true(ax_ok(ax_store_open(&options, &store, NULL)));
    assert_true(ax_ok(ax_store_take(store, 0, &part, &from, NULL)));
    ax_buf_init(&chunk, CHUNK_CAP);
    for (int i = 0; i < FACTS; i++) {
        struct piece p;
        make(&p, i, 1);
        struct ax_chunk_item item = {.mark = AX_CHUNK_ADDED, .offset = i, .canonical = p.item.canonical};
        ax_chunk_put(&chunk, i == 0, 0, &item);
        ax_buf_deinit(&p.canonical);
    }
    struct ax_store_write write = {
            .enterprise = ax_str_c(code), .rating = AX_STR("rating"), .chunk_offset = 0, .chunk = ax_buf_str(&chunk)};
    struct ax_store_position to = {.next_offset = FACTS, .day = DAY};
    assert_true(ax_ok(ax_store_commit(part, from, to, &write, 1, NULL)));
    ax_store_part_free(part);
    ax_buf_deinit(&chunk);
    return store;
}

static void many_requests_few_readings(void **state)
{
    (void)state;
    struct ax_store *store = store_with_ledger();
    below = store->ops;
    struct ax_store_ops counting = *below;
    counting.read_many = counted;
    store->ops = &counting;
    static struct ax_known known;
    known = (struct ax_known){.store = store, .large = ax_large_new(AX_LARGE_MAX_BYTES)};
    for (int i = 0; i < ASKS; i++) {
        struct piece same;
        struct piece revised;
        make(&same, 17 * i, 1);
        make(&revised, 17 * i + 1, 2);
        struct ax_item *items[] = {&revised.item, &same.item};
        ax_known_ask(&known, items, 2);
        assert_true(same.item.duplicate);
        assert_false(revised.item.duplicate);
        assert_int_equal(revised.item.known_revision, 1);
        ax_known_appended(&known, 0, FACTS + i, &revised.fact, revised.item.key, revised.item.digest);
        ax_buf_deinit(&same.canonical);
        ax_buf_deinit(&revised.canonical);
    }
    assert_true(ledgers_read >= 1 && ledgers_read < ASKS / 2);
    struct piece appended;
    make(&appended, 1, 2);
    struct ax_item *item = &appended.item;
    assert_true(ax_large_ask(known.large, &item, 1, 0)); /* asked in time */
    assert_true(appended.item.duplicate);
    ax_buf_deinit(&appended.canonical);
    ax_large_free(known.large);
    store->ops = below;
    ax_store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_reading_is_good_for_a_while),
            cmocka_unit_test(too_large_to_keep),
            cmocka_unit_test(many_requests_few_readings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
