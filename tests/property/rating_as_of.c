/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both times: the rating of a day T by a pack P and by what was known at an instant K, as the exchange makes it from the
 * store, is what the records of the log give that were known then, applied one by one to an empty ledger. Facts are those
 * of the made-up province, in any order, known at any time, some of them twice, revised or withdrawn; the scorer puts them
 * into the store in batches of any size; P is every pack of this house and what the bundle itself would choose.
 */
#include "tests/unit/t.h"

#include "base/digest.h"
#include "connectors/synth.h"
#include "services/exchange/answer.h"
#include "services/lib/view/glance.h"
#include "services/scorer/scorer.h"
#include "tests/sim/world.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    TRIPLES = T_CASES(10000),
    STORED_DAYS = 30, /* looked at of each enterprise */
    ENTERPRISES = 60,
    RECORDS_MAX = 1 << 13,
    STEPS_MAX = 200000,
    SPAN_DAYS = 2500, /* of T and K, ending some time after the last fact */
    AFTER_DAYS = 700,
    RECORD_BYTES = 1 << 14,
};

static const int64_t day_us = 86400LL * 1000000;

struct record {
    ax_str bytes;
    int64_t offset;
    char code[AX_USCC_LEN];
};

struct scene {
    struct world w;
    struct ax_exchange x;
    struct ax_rater rater;
    struct ax_arena arena; /* of the log's bytes */
    struct record records[RECORDS_MAX];
    size_t count;
    char codes[ENTERPRISES][AX_USCC_LEN];
    size_t code_count;
};

static void append(struct scene *s, const struct ax_fact *fact)
{
    struct ax_buf canonical;
    struct ax_buf bytes;
    ax_buf_init(&canonical, RECORD_BYTES);
    ax_buf_init(&bytes, RECORD_BYTES);
    ax_fact_canonical(fact, &canonical);
    int64_t known_at_us = s->w.clock.now - (int64_t)world_random(&s->w, SPAN_DAYS) * day_us;
    ax_fact_record_encode(ax_buf_str(&canonical), known_at_us, &bytes);
    world_append_bytes(&s->w, fact->enterprise, ax_buf_str(&bytes));
    ax_buf_deinit(&bytes);
    ax_buf_deinit(&canonical);
}

/* Some facts come again, with another time, content or state. */
static void append_some(struct scene *s, const struct ax_fact *fact)
{
    struct ax_fact f = *fact;
    append(s, &f);
    if (world_random(&s->w, 4) == 0) {
        append(s, &f);
    }
    if (world_random(&s->w, 4) == 0) {
        f.revision++;
        f.state = 1 + (int32_t)world_random(&s->w, 5);
        append(s, &f);
    }
    if (world_random(&s->w, 8) == 0) { /* a conflict */
        f.decided_on = f.occurred_on;
        append(s, &f);
    }
}

static void fill(struct scene *s)
{
    struct ax_synth_options options = {.enterprises = ENTERPRISES, .seed = s->w.seed, .until = world_today(&s->w)};
    struct ax_synth *synth = NULL;
    struct ax_err err;
    assert_true(ax_ok(ax_synth_open(&options, &synth, &err)));
    for (const struct ax_fact *f = ax_synth_next(synth); f != NULL; f = ax_synth_next(synth)) {
        if (s->code_count == 0 || memcmp(s->codes[s->code_count - 1], f->enterprise.ptr, AX_USCC_LEN) != 0) {
            assert_true(s->code_count < ENTERPRISES);
            memcpy(s->codes[s->code_count++], f->enterprise.ptr, AX_USCC_LEN);
        }
        append_some(s, f);
    }
    ax_synth_close(synth);
}

static void score(struct scene *s)
{
    struct ax_scorer_options options = {.log = s->w.log,
            .store = s->w.store,
            .bundle = s->w.bundle,
            .clock = &s->w.clock.clock,
            .batch_max_records = 1 + world_random(&s->w, 200)};
    struct ax_scorer *scorer = NULL;
    struct ax_err err;
    assert_true(ax_ok(ax_scorer_open(&options, &scorer, &err)));
    for (int i = 0; !world_settled(&s->w, s->w.store); i++) {
        (void)ax_scorer_step(scorer, 0, &err).code;
        assert_true(i < STEPS_MAX);
    }
    ax_scorer_close(scorer);
}

static ax_rc from_the_start(void *state, int32_t partition, int64_t *next_offset)
{
    (void)state;
    (void)partition;
    *next_offset = 0;
    return AX_RC(OK);
}

static void read_log(struct scene *s)
{
    struct ax_log_consumer_options options = {.topic = AX_TOPIC_FACTS, .callbacks = {.assigned = from_the_start}};
    struct ax_log_consumer *consumer = NULL;
    struct ax_err err;
    struct ax_log_record polled[64];
    assert_true(ax_ok(ax_log_consumer_open(s->w.log, &options, &consumer, &err)));
    while ((int64_t)s->count < s->w.appended) {
        size_t count = 0;
        assert_true(ax_ok(ax_log_poll(consumer, polled, 64, 0, &count, &err)));
        for (size_t i = 0; i < count; i++) {
            assert_true(s->count < RECORDS_MAX);
            struct record *r = &s->records[s->count++];
            r->bytes = ax_arena_dup(&s->arena, polled[i].value);
            r->offset = polled[i].offset;
            memcpy(r->code, polled[i].key.ptr, AX_USCC_LEN);
        }
    }
    ax_log_consumer_close(consumer);
}

/* The rating without as_of, all of it. */
static void encode(struct ax_rated *rated, struct ax_buf *out)
{
    rated->rating.as_of = (struct ax_as_of){.day = AX_DAY_NONE};
    ax_buf_clear(out);
    ax_encode(&ax_rating_message, &rated->rating, false, out);
    assert_false(out->failed);
}

/* What a glance on the day says is what the rating does. */
static void check_glance(const struct ax_rater *rater, const struct ax_ledger *ledger, ax_str enterprise, int32_t day,
        const struct ax_rating *rating)
{
    struct ax_glance *g = ax_glance_new(rater, day);
    struct ax_glanced seen;
    ax_glance_at(g, ledger, enterprise, &seen);
    assert_int_equal(seen.level, rating->level);
    assert_int_equal(seen.points, rating->level_points);
    assert_int_equal(seen.has_score, rating->risk_score_present != 0);
    assert_int_equal(seen.score, rating->risk_score_present != 0 ? rating->risk_score : 0);
    ax_glance_free(g);
}

/* What the log alone says. False: nothing was known then. */
static bool rebuild(struct scene *s, const struct ax_rater *rater, const char *code, int32_t day, int64_t known_at_us,
        struct ax_arena *scratch, struct ax_buf *out)
{
    struct ax_view view;
    ax_view_init(&view);
    for (size_t i = 0; i < s->count; i++) {
        struct ax_view_record record = {.offset = s->records[i].offset};
        struct ax_view_record *one = &record;
        ax_str canonical;
        int64_t known = 0;
        struct ax_err err;
        if (memcmp(s->records[i].code, code, AX_USCC_LEN) != 0) {
            continue;
        }
        assert_true(ax_ok(ax_fact_record_decode(s->records[i].bytes, &canonical, &known, &err)));
        if (known <= known_at_us) {
            assert_true(ax_ok(ax_view_record_read(&record, canonical, known, scratch, &err)));
            (void)ax_view_apply(&view, &one, 1, scratch, NULL, NULL);
        }
    }
    bool known = view.ledger.count > 0;
    if (known) {
        struct ax_rated rated;
        struct ax_buf bytes;
        ax_buf_init(&bytes, 1 << 20);
        ax_rater_rate(rater, &view, ax_str_of(code, AX_USCC_LEN), day, &bytes, &rated);
        check_glance(rater, &view.ledger, ax_str_of(code, AX_USCC_LEN), day, &rated.rating);
        encode(&rated, out);
        ax_buf_deinit(&bytes);
    }
    ax_view_deinit(&view);
    return known;
}

/* What the exchange answers. */
static bool ask(
        struct scene *s, const char *code, int32_t day, int64_t known_at_us, struct ax_arena *arena, struct ax_buf *out)
{
    struct ax_err err;
    struct ax_made made;
    struct ax_store_read read = {.enterprise = ax_str_of(code, AX_USCC_LEN)};
    read.partition = ax_log_partition_of(s->w.log, read.enterprise);
    ax_made_init(&made);
    assert_true(ax_ok(ax_store_read_many(s->w.store, &read, 1, true, arena, &err)));
    ax_rc rc = ax_made_rate(&made, &s->x, &read, (struct ax_answer_time){day, known_at_us}, arena, &err);
    if (ax_ok(rc)) {
        encode(&made.rated, out);
    }
    assert_true(ax_ok(rc) || rc.code == AX_NOT_FOUND);
    ax_made_free(&made);
    return ax_ok(rc);
}

/* Half of the instants are exactly those at which something became known. */
static int64_t random_instant(struct scene *s)
{
    ax_str canonical;
    int64_t known = 0;
    struct ax_err err;
    const struct record *r = &s->records[world_random(&s->w, (uint32_t)s->count)];
    assert_true(ax_ok(ax_fact_record_decode(r->bytes, &canonical, &known, &err)));
    int64_t shift = (int64_t)world_random(&s->w, 3) - 1;
    return world_random(&s->w, 2) == 0 ? known + shift
                                       : s->w.clock.now - (int64_t)world_random(&s->w, SPAN_DAYS * 86400U) * 1000000;
}

/* A stored rating serves the days that it says: on each of them it is what the ledger gives, the past ones among them. */
static void check_stored(struct scene *s, struct ax_arena *arena)
{
    size_t held = 0;
    size_t past = 0;
    struct ax_buf anew;
    ax_buf_init(&anew, 1 << 20);
    ax_rater_init(&s->rater, s->w.bundle);
    for (size_t i = 0; i < s->code_count * STORED_DAYS; i++) {
        int32_t day = world_today(&s->w) + 60 - (int32_t)world_random(&s->w, 120);
        struct ax_store_read read = {.enterprise = ax_str_of(s->codes[i / STORED_DAYS], AX_USCC_LEN)};
        struct ax_stored stored;
        struct ax_made made;
        struct ax_err err;
        ax_arena_reset(arena);
        ax_made_init(&made);
        read.partition = ax_log_partition_of(s->w.log, read.enterprise);
        assert_true(ax_ok(ax_store_read_many(s->w.store, &read, 1, true, arena, &err)));
        if (ax_answer_open(&s->x, &read, (struct ax_answer_time){day, 0}, &stored)) {
            assert_true(ax_ok(ax_made_rate(&made, &s->x, &read, (struct ax_answer_time){day, 0}, arena, &err)));
            ax_buf_clear(&anew);
            ax_rated_store(&s->rater, &made.rated, &anew);
            assert_true(ax_str_eq(ax_buf_str(&anew), read.rating));
            held++;
            past += day < world_today(&s->w) ? 1 : 0;
        }
        ax_made_free(&made);
    }
    assert_true(past > 30 && held - past > 300);
    ax_buf_deinit(&anew);
}

static void test_any_pack_day_and_instant_is_what_the_log_gives(void **state)
{
    static struct scene scene;
    struct scene *s = &scene;
    (void)state;
    world_init(&s->w, 2026, 0);
    ax_arena_init(&s->arena, 1 << 20, 64 << 20);
    fill(s);
    score(s);
    read_log(s);
    s->x.rater = &s->rater;
    struct ax_arena arena;
    struct ax_buf ours;
    struct ax_buf theirs;
    ax_arena_init(&arena, 1 << 20, 256 << 20);
    ax_buf_init(&ours, 1 << 20);
    ax_buf_init(&theirs, 1 << 20);
    size_t answers = 0;
    for (int i = 0; i < TRIPLES; i++) {
        uint32_t pack = world_random(&s->w, (uint32_t)s->w.bundle->count + 1);
        const char *code = s->codes[world_random(&s->w, (uint32_t)s->code_count)];
        int32_t day = world_today(&s->w) + AFTER_DAYS - (int32_t)world_random(&s->w, SPAN_DAYS);
        int64_t known_at_us = random_instant(s);
        if (pack == s->w.bundle->count) {
            ax_rater_init(&s->rater, s->w.bundle);
        } else {
            ax_rater_init_only(&s->rater, s->w.bundle, &s->w.bundle->packs[pack]);
        }
        ax_arena_reset(&arena);
        bool known = rebuild(s, &s->rater, code, day, known_at_us, &arena, &theirs);
        assert_int_equal(ask(s, code, day, known_at_us, &arena, &ours), known);
        if (known && !ax_str_eq(ax_buf_str(&ours), ax_buf_str(&theirs))) {
            fail_msg("triple %d: %.18s, pack %u, day %d, known at %lld", i, code, pack, day, (long long)known_at_us);
        }
        answers += known ? 1 : 0;
    }
    check_stored(s, &arena);
    assert_true(answers > TRIPLES / 2 && answers < TRIPLES); /* both cases were met */
    ax_buf_deinit(&theirs);
    ax_buf_deinit(&ours);
    ax_arena_deinit(&arena);
    ax_arena_deinit(&s->arena);
    world_deinit(&s->w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_pack_day_and_instant_is_what_the_log_gives)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
