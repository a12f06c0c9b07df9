/* SPDX-License-Identifier: Apache-2.0 */
/* A fact that moves from one enterprise to another, on a log that fails: never at both once the submitter was told. */
#include "tests/unit/t.h"

#include "base/log.h"
#include "services/ingest/state.h"
#include "services/scorer/scorer.h"
#include "tests/sim/world.h"

enum { SEEDS = 200, FAULT_PPM = 400000, TRIES_MAX = 200, READ_MAX = 256, STEPS_MAX = 2000 };

struct bed {
    struct world w;
    struct ax_scorer *scorer;
    struct ax_ingest *ingest;
    struct ax_arena arena;
    struct ax_principal operator;
    char from[19];
    char to[19];
};

static struct ax_ingest *open_ingest(struct bed *b, struct ax_store *store)
{
    struct ax_ingest_options options = {
            .log = b->w.log, .store = store, .bundle = b->w.bundle, .clock = &b->w.clock.clock, .recent_max = 64};
    struct ax_ingest *ingest = NULL;
    assert_true(ax_ok(ax_ingest_open(&options, &ingest, NULL)));
    return ingest;
}

static void open_bed(struct bed *b, uint64_t seed, int fault_ppm)
{
    *b = (struct bed){.operator= {.role = "operator", .id = "main"} };
    world_init(&b->w, seed, fault_ppm);
    ax_arena_init(&b->arena, 1 << 16, 64 << 20);
    ax_store_close(b->w.store);
    b->w.store = world_clean_store(&b->w);
    struct ax_scorer_options options = {
            .log = b->w.log, .store = b->w.store, .bundle = b->w.bundle, .clock = &b->w.clock.clock};
    assert_true(ax_ok(ax_scorer_open(&options, &b->scorer, NULL)));
    b->ingest = open_ingest(b, b->w.store);
    world_code(1, b->from);
    world_code(2, b->to);
}

static void close_bed(struct bed *b)
{
    ax_ingest_close(b->ingest);
    ax_scorer_close(b->scorer);
    ax_arena_deinit(&b->arena);
    world_deinit(&b->w);
}

static void settle(struct bed *b)
{
    for (int i = 0; !world_settled(&b->w, b->w.store); i++) {
        assert_true(i < STEPS_MAX);
        (void)!ax_ok(ax_scorer_step(b->scorer, 0, NULL));
    }
}

static struct ax_fact penalty(const char *enterprise, int64_t revision)
{
    struct ax_fact f;
    ax_fact_init(&f);
    f.source = AX_STR("creditchina");
    f.reference = AX_STR("moved-1");
    f.revision = revision;
    f.enterprise = ax_str_c(enterprise);
    f.occurred_on = WORLD_FIRST_DAY - 30;
    f.decided_on = WORLD_FIRST_DAY - 10;
    f.state = AX_FACT_STATE_ACTIVE;
    f.kind = AX_FACT_ENFORCEMENT_PENALTY;
    f.enforcement_penalty.document_number = AX_STR("moved-1");
    f.enforcement_penalty.authority = AX_STR("山西省应急管理厅");
    f.enforcement_penalty.categories = 1U << AX_PENALTY_CATEGORY_FINE;
    f.enforcement_penalty.fine_fen = 100;
    f.enforcement_penalty.tier = 1;
    return f;
}

static struct ax_fact moved(const struct bed *b)
{
    struct ax_fact f = penalty(b->to, 1); /* a source without revisions of its own */
    f.previous_enterprise = ax_str_c(b->from);
    return f;
}

static struct ax_submit_result submit(struct bed *b, struct ax_ingest *ingest, const struct ax_fact *fact)
{
    struct ax_submit_item item = {.kind = AX_SUBMIT_FACT, .fact = *fact};
    struct ax_submit_result *result = NULL;
    struct ax_err err;
    ax_rc rc = ax_submit_items(ingest, &item, 1, false, &b->operator, & b->arena, &result, &err);
    if (!ax_ok(rc)) {
        fail_msg("submit: %s", err.text);
    }
    return *result;
}

static int32_t submit_until_told(struct bed *b, const struct ax_fact *fact)
{
    for (int i = 0; i < TRIES_MAX; i++) {
        int32_t status = submit(b, b->ingest, fact).status;
        if (status != AX_SUBMIT_NOT_ACCEPTED) {
            return status;
        }
    }
    fail_msg("never accepted");
    return 0;
}

/* The head of the fact at an enterprise, from the log alone. */
struct head {
    int64_t revision; /* 0: it never was there */
    bool withdrawn;
    size_t records;
};

static ax_rc all_from_the_start(void *state, int32_t partition, int64_t *next_offset)
{
    (void)state;
    (void)partition;
    *next_offset = 0;
    return AX_RC(OK);
}

static void take(struct bed *b, const struct ax_log_record *record, const char *enterprise, struct head *head)
{
    struct ax_fact fact;
    ax_str canonical;
    int64_t known_at_us;
    assert_true(ax_ok(ax_fact_record_decode(ax_arena_dup(&b->arena, record->value), &canonical, &known_at_us, NULL)));
    assert_true(ax_ok(ax_fact_decode(canonical, &b->arena, &fact, NULL)));
    if (!ax_str_eq(fact.enterprise, ax_str_c(enterprise))) {
        return;
    }
    head->records++;
    if (fact.revision >= head->revision) {
        head->revision = fact.revision;
        head->withdrawn = fact.state == AX_FACT_STATE_WITHDRAWN;
    }
}

static struct head head_at(struct bed *b, const char *enterprise)
{
    struct head head = {0};
    int64_t left = 0;
    for (int32_t p = 0; p < b->w.partitions; p++) {
        int64_t begin = 0;
        int64_t end = 0;
        while (!ax_ok(ax_log_range(b->w.log, AX_TOPIC_FACTS, p, &begin, &end, NULL))) {
        }
        left += end;
    }
    struct ax_log_consumer_options options = {
            .topic = AX_TOPIC_FACTS, .callbacks = {.assigned = all_from_the_start}, .prefetch_bytes = 1 << 20};
    struct ax_log_consumer *consumer = NULL;
    assert_true(ax_ok(ax_log_consumer_open(b->w.log, &options, &consumer, NULL)));
    while (left > 0) {
        struct ax_log_record records[READ_MAX];
        size_t count = 0;
        if (!ax_ok(ax_log_poll(consumer, records, READ_MAX, 0, &count, NULL))) {
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            take(b, &records[i], enterprise, &head);
        }
        left -= (int64_t)count;
    }
    ax_log_consumer_close(consumer);
    return head;
}

static bool is_active(struct head head)
{
    return head.revision > 0 && !head.withdrawn;
}

/* At every step, whatever fails: not at both. */
static void at_one_enterprise_only(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct bed b;
        open_bed(&b, seed, FAULT_PPM);
        struct ax_fact first = penalty(b.from, 1);
        struct ax_fact then = moved(&b);
        (void)submit_until_told(&b, &first);
        if (seed % 2 == 0) {
            settle(&b); /* else the store knows nothing of it yet */
        }
        int32_t status = AX_SUBMIT_NOT_ACCEPTED;
        for (int i = 0; status == AX_SUBMIT_NOT_ACCEPTED; i++) {
            assert_true(i < TRIES_MAX);
            status = submit(&b, b.ingest, &then).status;
            assert_false(is_active(head_at(&b, b.from)) && is_active(head_at(&b, b.to)));
        }
        assert_true(is_active(head_at(&b, b.to)));
        assert_true(head_at(&b, b.from).withdrawn);
        close_bed(&b);
    }
}

/* What an ingest that ended half-way left behind is mended when the fact comes again, although it is a duplicate. */
static void half_a_move_is_finished(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS / 4; seed++) {
        struct bed b;
        open_bed(&b, seed, FAULT_PPM);
        struct ax_fact first = penalty(b.from, 1);
        struct ax_fact then = moved(&b);
        struct ax_fact alone = then;
        (void)submit_until_told(&b, &first);
        world_append_fact(&b.w, &alone, b.w.clock.now);
        settle(&b);
        assert_true(is_active(head_at(&b, b.from)));
        assert_int_equal(submit_until_told(&b, &then), AX_SUBMIT_DUPLICATE);
        assert_true(head_at(&b, b.from).withdrawn);
        /* Once is enough, for this ingest at once and for another as soon as the store knows. */
        size_t records = head_at(&b, b.from).records;
        assert_int_equal(submit_until_told(&b, &then), AX_SUBMIT_DUPLICATE);
        settle(&b);
        struct ax_ingest *other = open_ingest(&b, b.w.store);
        assert_int_equal(submit(&b, other, &then).status, AX_SUBMIT_DUPLICATE);
        ax_ingest_close(other);
        assert_int_equal(head_at(&b, b.from).records, records);
        close_bed(&b);
    }
}

/* An old correction that comes again does not follow the fact that has moved back since. */
static void a_move_that_is_past(void **state)
{
    (void)state;
    struct bed b;
    open_bed(&b, 7, 0);
    struct ax_fact first = penalty(b.from, 1);
    struct ax_fact then = moved(&b);
    struct ax_fact back = penalty(b.from, 3);
    then.revision = 2;
    back.previous_enterprise = ax_str_c(b.to);
    assert_int_equal(submit(&b, b.ingest, &first).status, AX_SUBMIT_ACCEPTED);
    assert_int_equal(submit(&b, b.ingest, &then).status, AX_SUBMIT_ACCEPTED);
    assert_int_equal(submit(&b, b.ingest, &back).status, AX_SUBMIT_ACCEPTED);
    settle(&b);
    struct ax_ingest *other = open_ingest(&b, b.w.store);
    (void)submit(&b, other, &then);
    (void)submit(&b, b.ingest, &then);
    ax_ingest_close(other);
    assert_true(is_active(head_at(&b, b.from)));
    assert_true(head_at(&b, b.to).withdrawn);
    close_bed(&b);
}

/* Where nobody can say what is known at the old enterprise, nothing is done. */
static void a_store_that_does_not_answer(void **state)
{
    (void)state;
    struct bed b;
    open_bed(&b, 3, 0);
    struct ax_store_options down = {
            .backend = AX_STORE_SIM, .partitions = b.w.partitions, .sim_seed = 1, .sim_fault_ppm = 1000000};
    struct ax_store *store = NULL;
    assert_true(ax_ok(ax_store_open(&down, &store, NULL)));
    struct ax_ingest *ingest = open_ingest(&b, store);
    struct ax_fact first = penalty(b.from, 1);
    struct ax_fact then = moved(&b);
    assert_int_equal(submit(&b, ingest, &first).status, AX_SUBMIT_ACCEPTED); /* it moves from nowhere */
    struct ax_submit_result result = submit(&b, ingest, &then);
    assert_int_equal(result.status, AX_SUBMIT_NOT_ACCEPTED);
    assert_true(ax_str_find(result.error.rule, AX_STR("previous_enterprise"), NULL));
    assert_true(is_active(head_at(&b, b.from)));
    assert_int_equal(head_at(&b, b.to).records, 0);
    ax_ingest_close(ingest);
    ax_store_close(store);
    close_bed(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(at_one_enterprise_only),
            cmocka_unit_test(half_a_move_is_finished),
            cmocka_unit_test(a_move_that_is_past),
            cmocka_unit_test(a_store_that_does_not_answer),
    };
    ax_note_level = AX_NOTE_ERROR;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
