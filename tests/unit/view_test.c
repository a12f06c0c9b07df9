/* SPDX-License-Identifier: Apache-2.0 */
/* Views of enterprises with very many facts: memory and sameness (time: `bench/run one-enterprise`); and what was known at an instant. */
#include "services/lib/view/rater.h"
#include "services/lib/wire/rating_wire.h"
#include "tests/unit/scoring_world.h"
#include "tests/unit/t.h"

#include <stdio.h>
#include <stdlib.h>

#define T(name) cmocka_unit_test(name)
#define assert_ok(expression) assert_true(ax_ok(expression))

enum { MANY = 150000, BATCH = 8192, CHUNKS_MAX = 64, SMALL_BYTES = 1 << 20, LARGE_BYTES = 512 << 20, TEXT_SIZE = 16 };

struct many {
    struct ax_buf chunks[CHUNKS_MAX];
    ax_str list[CHUNKS_MAX];
    size_t count;
};

static void put_fact(struct ax_buf *chunk, bool begin, int64_t first, int64_t offset, int64_t known_at_us, bool earlier)
{
    static const char *const days[] = {"2024-01-01", "2022-05-06", "2019-12-31", "2024-02-29", "2023-07-08"};
    char reference[TEXT_SIZE];
    (void)snprintf(reference, sizeof reference, "r%lld", (long long)(earlier ? 0 : offset));
    struct ax_fact f = world_penalty(reference, days[offset % 5], 1 + (int32_t)(earlier ? 0 : offset % 3));
    f.decided_on -= earlier ? 0 : (int32_t)(offset % 1000); /* so that something ends on nearly every day */
    if (earlier) {
        f = world_penalty(reference, days[0], 1);
    }
    struct ax_buf canonical;
    ax_buf_init(&canonical, 1 << 16);
    ax_fact_canonical(&f, &canonical);
    struct ax_chunk_item item = {.mark = earlier ? AX_CHUNK_EARLIER : AX_CHUNK_ADDED,
            .offset = offset,
            .known_at_us = known_at_us,
            .canonical = ax_buf_str(&canonical)};
    ax_chunk_put(chunk, begin, first, &item);
    ax_buf_deinit(&canonical);
}

static void make_many(struct many *m, int64_t facts)
{
    m->count = 0;
    for (int64_t i = 0; i < facts; i++) {
        struct ax_buf *chunk = &m->chunks[i / BATCH];
        if (i % BATCH == 0) {
            ax_buf_init(chunk, LARGE_BYTES);
            m->count++;
        }
        put_fact(chunk, i % BATCH == 0, i - i % BATCH, i, i + 1, false);
    }
    for (size_t i = 0; i < m->count; i++) {
        m->list[i] = ax_buf_str(&m->chunks[i]);
    }
}

static void free_many(struct many *m)
{
    for (size_t i = 0; i < m->count; i++) {
        ax_buf_deinit(&m->chunks[i]);
    }
}

static void digest_of(const struct ax_view *view, uint8_t digest[AX_DIGEST_SIZE])
{
    struct ax_buf bytes;
    ax_buf_init(&bytes, LARGE_BYTES);
    ax_ledger_canonical(&view->ledger, &bytes);
    assert_false(bytes.failed);
    ax_sha256(ax_buf_str(&bytes), digest);
    ax_buf_deinit(&bytes);
}

/* As the scorer does it: each chunk's records decoded and merged as one batch. */
static void apply_chunk(struct ax_view *view, ax_str chunk)
{
    struct ax_arena arena;
    ax_arena_init(&arena, SMALL_BYTES, LARGE_BYTES);
    struct ax_view_record *records = AX_ARENA_ARRAY(&arena, struct ax_view_record, BATCH);
    struct ax_view_record **order = AX_ARENA_ARRAY(&arena, struct ax_view_record *, BATCH);
    struct ax_chunk_reader reader;
    struct ax_chunk_item item;
    struct ax_err err;
    size_t n = 0;
    assert_ok(ax_chunk_open(&reader, chunk, &err));
    for (bool end = false;;) {
        assert_ok(ax_chunk_next(&reader, &item, &end, &err));
        if (end) {
            break;
        }
        records[n].offset = item.offset;
        assert_ok(ax_view_record_read(&records[n], item.canonical, item.known_at_us, &arena, &err));
        order[n] = &records[n];
        n++;
    }
    assert_true(ax_view_apply(view, order, n, &arena, NULL, NULL));
    ax_arena_deinit(&arena);
}

static void load(const struct many *m, struct ax_view *view)
{
    struct ax_arena arena;
    struct ax_err err;
    ax_arena_init(&arena, 1 << 16, SMALL_BYTES);
    ax_view_init(view);
    assert_ok(ax_view_load(view, m->list, m->count, INT64_MAX, &arena, &err));
    assert_true(arena.used <= SMALL_BYTES);
    ax_arena_deinit(&arena);
}

static void many_facts_in_a_small_arena(void **state)
{
    (void)state;
    struct many m;
    struct ax_view loaded;
    struct ax_view merged;
    make_many(&m, MANY);
    load(&m, &loaded);
    assert_int_equal(loaded.ledger.count, MANY);
    assert_int_equal(loaded.last_offset, MANY - 1);

    ax_view_init(&merged);
    for (size_t i = 0; i < m.count; i++) {
        apply_chunk(&merged, m.list[i]);
    }
    uint8_t a[AX_DIGEST_SIZE];
    uint8_t b[AX_DIGEST_SIZE];
    digest_of(&loaded, a);
    digest_of(&merged, b);
    assert_memory_equal(a, b, sizeof a);
    struct ax_rate x;
    struct ax_rate y;
    ax_rate(&loaded.ledger, world_pack(), world_day("2024-03-01"), &x);
    ax_rate(&merged.ledger, world_pack(), world_day("2024-03-01"), &y);
    assert_true(ax_rate_same(&x, &y));
    assert_int_equal(x.facts, y.facts);
    /* Points are at their least for years: of so many facts one boundary is looked at, and the second is named. */
    ax_rate(&loaded.ledger, world_pack(), x.next_boundary, &y);
    assert_true(x.next_change_on <= y.next_boundary);
    int32_t last;
    ax_rate_with_last_change(&loaded.ledger, world_pack(), AX_DAY_NONE, world_day("2024-03-01"), &y, &last);
    assert_true(last >= x.last_boundary - 7);
    ax_view_deinit(&loaded);
    ax_view_deinit(&merged);
    free_many(&m);
}

static bool is_among(const struct ax_view_facts *facts, const struct ax_entry *e)
{
    size_t i = 0;
    while (i < facts->count && memcmp(facts->items[i]->digest, e->id->digest, AX_DIGEST_SIZE) != 0) {
        i++;
    }
    return i < facts->count && facts->items[i]->fact.reference.len > 0;
}

/* As many as are held, one more, and as many in an arena with no room for them: the ledger is the same. */
static void facts_are_held_where_they_are_few(void **state)
{
    (void)state;
    static const struct {
        int64_t facts;
        size_t arena_bytes;
        bool is_whole;
    } ways[] = {{AX_VIEW_FACTS_MAX, SMALL_BYTES, true}, {AX_VIEW_FACTS_MAX + 1, SMALL_BYTES, false},
            {AX_VIEW_FACTS_MAX, 16 << 10, false}, {1, SMALL_BYTES, true}};
    for (size_t w = 0; w < sizeof ways / sizeof ways[0]; w++) {
        struct many m;
        struct ax_view views[2];
        struct ax_view_facts facts;
        struct ax_arena arena;
        struct ax_err err;
        uint8_t digests[2][AX_DIGEST_SIZE];
        make_many(&m, ways[w].facts);
        load(&m, &views[0]);
        ax_arena_init(&arena, 4 << 10, ways[w].arena_bytes);
        ax_view_init(&views[1]);
        assert_ok(ax_view_load_facts(&views[1], m.list, m.count, &arena, &facts, &err));
        assert_int_equal(facts.is_whole, ways[w].is_whole);
        for (uint32_t i = 0; i < views[1].ledger.count && facts.is_whole; i++) {
            assert_true(is_among(&facts, &views[1].ledger.entries[i]));
        }
        digest_of(&views[0], digests[0]);
        digest_of(&views[1], digests[1]);
        assert_memory_equal(digests[0], digests[1], AX_DIGEST_SIZE);
        assert_int_equal(views[0].last_offset, views[1].last_offset);
        ax_arena_deinit(&arena);
        ax_view_deinit(&views[0]);
        ax_view_deinit(&views[1]);
        free_many(&m);
    }
}

/* Items of almost no bytes, but more than a ledger may hold. */
static void too_many_facts_are_an_error(void **state)
{
    (void)state;
    struct ax_buf chunk;
    ax_buf_init(&chunk, LARGE_BYTES);
    for (int64_t i = 0; i <= AX_LEDGER_FACTS_MAX; i++) {
        struct ax_chunk_item item = {.mark = AX_CHUNK_ADDED, .offset = i, .canonical = AX_STR("x")};
        ax_chunk_put(&chunk, i == 0, 0, &item);
    }
    struct ax_view view;
    struct ax_arena arena;
    struct ax_err err;
    ax_view_init(&view);
    ax_arena_init(&arena, 1 << 16, SMALL_BYTES);
    ax_str list[] = {ax_buf_str(&chunk)};
    ax_rc rc = ax_view_load(&view, list, 1, INT64_MAX, &arena, &err);
    assert_int_equal(rc.code, AX_LIMIT);
    ax_arena_deinit(&arena);
    ax_view_deinit(&view);
    ax_buf_deinit(&chunk);
}

/* However the records are cut into calls, the same are refused. */
static void a_full_ledger_refuses(void **state)
{
    (void)state;
    struct many m;
    struct ax_view views[2];
    make_many(&m, 20);
    for (size_t way = 0; way < 2; way++) {
        struct ax_arena arena;
        struct ax_chunk_reader reader;
        struct ax_chunk_item item;
        struct ax_err err;
        struct ax_view_record records[24];
        struct ax_view_record *order[24];
        size_t n = 0;
        ax_arena_init(&arena, 1 << 16, SMALL_BYTES);
        ax_view_init(&views[way]);
        views[way].facts_max = 12;
        for (int twice = 0; twice < 2; twice++) { /* the first four come again at once */
            assert_ok(ax_chunk_open(&reader, m.list[0], &err));
            for (size_t i = 0; i < (twice == 0 ? 4 : 20); i++) {
                bool end = false;
                assert_ok(ax_chunk_next(&reader, &item, &end, &err));
                records[n] = (struct ax_view_record){.offset = (int64_t)n};
                assert_ok(ax_view_record_read(&records[n], item.canonical, item.known_at_us, &arena, &err));
                order[n] = &records[n];
                n++;
            }
        }
        for (size_t at = 0; at < n; at += way == 0 ? n : 1) {
            int64_t offset = 0;
            size_t count = way == 0 ? n : 1;
            assert_int_equal(ax_view_apply(&views[way], order + at, count, &arena, NULL, &offset), at < 4 || at >= 8);
        }
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(records[i].refused, i >= 16);
        }
        assert_int_equal(views[way].ledger.count, 12);
        assert_int_equal(views[way].last_offset, 23);
        assert_true(views[way].incomplete);
        ax_view_deinit(&views[way]);
        ax_arena_deinit(&arena);
    }
    free_many(&m);
}

static int64_t last_known(const struct ax_buf *chunk, int64_t known_at_us, uint32_t *facts)
{
    struct ax_view view;
    struct ax_arena arena;
    struct ax_err err;
    ax_view_init(&view);
    ax_arena_init(&arena, 1 << 16, SMALL_BYTES);
    ax_str list[] = {ax_buf_str(chunk)};
    assert_ok(ax_view_load_known(&view, list, 1, INT64_MAX, known_at_us, &arena, &err));
    int64_t last = view.last_offset;
    *facts = view.ledger.count;
    ax_view_deinit(&view);
    ax_arena_deinit(&arena);
    return last;
}

static void known_at_an_instant(void **state)
{
    (void)state;
    struct ax_buf chunk;
    uint32_t facts = 0;
    ax_buf_init(&chunk, SMALL_BYTES);
    put_fact(&chunk, true, 0, 0, 40, false);
    put_fact(&chunk, false, 0, 1, 20, false);
    put_fact(&chunk, false, 0, 2, 30, false);
    put_fact(&chunk, false, 0, 3, 10, true); /* the first one, known earlier than had been thought */
    assert_int_equal(last_known(&chunk, INT64_MAX, &facts), 2);
    assert_int_equal(facts, 3);
    assert_int_equal(last_known(&chunk, 40, &facts), 2);
    assert_int_equal(last_known(&chunk, 25, &facts), 3); /* by the record that said it earlier */
    assert_int_equal(facts, 2);
    assert_int_equal(last_known(&chunk, 15, &facts), 3);
    assert_int_equal(facts, 1);
    assert_int_equal(last_known(&chunk, 5, &facts), -1);
    assert_int_equal(facts, 0);
    ax_buf_deinit(&chunk);
}

/* A boundary at which nothing changes is the end of a span, and of nothing that is said. */
static void the_revision_is_the_last_change(void **state)
{
    (void)state;
    struct ax_bundle *bundle = NULL;
    struct ax_err err;
    struct ax_rater rater;
    struct ax_view view;
    struct ax_buf scratch;
    struct ax_buf stored[2];
    struct ax_stored open[2];
    static const char *const days[] = {"2024-01-15", "2024-03-01"};
    assert_ok(ax_bundle_load("scoring/packs", &bundle, &err));
    ax_rater_init(&rater, bundle);
    ax_view_init(&view);
    ax_buf_init(&scratch, SMALL_BYTES);
    struct ax_fact facts[] = {world_standard("a", "2023-01-01", NULL, AX_STANDARDISATION_LEVEL_TWO),
            world_standard("b", "2024-02-01", NULL, AX_STANDARDISATION_LEVEL_TWO)};
    world_merge(&view.ledger, facts, 2);
    view.last_offset = 1;
    for (size_t i = 0; i < 2; i++) {
        struct ax_rated rated;
        ax_buf_init(&stored[i], SMALL_BYTES);
        ax_rater_rate(&rater, &view, AX_STR(WORLD_ENTERPRISE), world_day(days[i]), &scratch, &rated);
        assert_int_equal(rated.rating.revision.day, world_day("2023-01-01"));
        ax_rated_store(&rater, &rated, &stored[i]);
        assert_ok(ax_stored_open(ax_buf_str(&stored[i]), &open[i], &err));
    }
    assert_int_equal(open[0].until, world_day("2024-02-01"));
    assert_int_equal(open[1].from, world_day("2024-02-01"));
    struct ax_arena arena;
    struct ax_rating ratings[2];
    ax_arena_init(&arena, 1 << 12, 1 << 20);
    for (size_t i = 0; i < 2; i++) {
        struct ax_rating head;
        assert_ok(ax_decode(&ax_rating_message, open[i].rating, &arena, &ratings[i], &err));
        assert_ok(ax_stored_head(&open[i], &head, &err));
        assert_true(head.level == ratings[i].level && head.level_points == ratings[i].level_points);
        assert_true(ax_str_eq(head.industry, ratings[i].industry));
        assert_memory_equal(head.ledger_digest, ratings[i].ledger_digest, AX_DIGEST_SIZE);
        assert_true(head.incomplete == ratings[i].incomplete);
        assert_true(head.standardisation_missing == ratings[i].standardisation_missing);
    }
    assert_int_equal(ratings[0].facts, 1);
    ratings[0].facts = 2; /* and nothing else differs */
    struct ax_buf again;
    ax_buf_init(&again, SMALL_BYTES);
    ax_encode(&ax_rating_message, &ratings[0], false, &again);
    assert_true(ax_str_eq(ax_buf_str(&again), open[1].rating));
    ax_buf_deinit(&again);
    ax_arena_deinit(&arena);
    /* The edition begins on 2000-01-01: then it became rated, whatever was there before. */
    struct ax_rated first;
    facts[0] = world_standard("c", "1998-01-01", NULL, AX_STANDARDISATION_LEVEL_TWO);
    world_merge(&view.ledger, facts, 1);
    ax_rater_rate(&rater, &view, AX_STR(WORLD_ENTERPRISE), world_day("2001-01-01"), &scratch, &first);
    assert_int_equal(first.rating.revision.day, world_day("2000-01-01"));
    ax_buf_deinit(&stored[0]);
    ax_buf_deinit(&stored[1]);
    ax_buf_deinit(&scratch);
    ax_view_deinit(&view);
    ax_bundle_free(bundle);
}

enum { DATED = 24 };

/* Of somewhere, some trade and some kind. */
static struct ax_fact dated_fact(const char *reference, int32_t day, uint64_t *way)
{
    static const char *const regions[] = {"140100", "370100", "320100", "440100"};
    static const char *const industries[] = {"0610", "3011", "5430", "2611"};
    struct ax_fact f = world_penalty(reference, "2020-01-01", 1 + (int32_t)(world_random(way) % 3));
    switch (world_random(way) % 5) {
    case 0:
        f = world_standard(reference, "2020-01-01", NULL, 1 + (int32_t)(world_random(way) % 3));
        f.standardisation.valid_from = day;
        break;
    case 1:
        f = world_accident(reference, "2020-01-01", AX_LIABILITY_GENERAL, (uint32_t)(world_random(way) % 3));
        break;
    case 2:
        f = world_fact(AX_FACT_EXPOSURE, reference);
        f.exposure.period_from = day;
        f.exposure.period_until = day + 364;
        f.exposure.labour_hours = 1000 + world_random(way) % 1000000;
        break;
    default:
        f.decided_on = day;
        f.enforcement_penalty.document_number = world_random(way) % 3 == 0 ? AX_STR("one act") : f.reference;
        break;
    }
    f.occurred_on = day;
    f.region = ax_str_c(regions[world_random(way) % 4]);
    f.industry = ax_str_c(industries[world_random(way) % 4]);
    f.state = world_random(way) % 6 == 0 ? AX_FACT_STATE_OBJECTED : AX_FACT_STATE_ACTIVE;
    return f;
}

static void of_the_day(struct ax_rated *rated, struct ax_buf *out)
{
    rated->rating.next_change_on = AX_DAY_NONE;             /* a fact dated later may change it */
    memset(rated->rating.ledger_digest, 0, AX_DIGEST_SIZE); /* of all that is known */
    ax_buf_clear(out);
    ax_encode(&ax_rating_message, &rated->rating, false, out);
    ax_buf_put(out, &rated->risk.exact, sizeof rated->risk.exact);
}

/* What is dated after a day is as if it were not there on it; the stored rating of a day is for no day on which less was there. */
static void what_is_dated_later_moves_no_day(void **state)
{
    (void)state;
    struct ax_buf scratch;
    struct ax_buf all;
    struct ax_buf before;
    struct ax_rater rater;
    size_t moved = 0;
    ax_rater_init(&rater, world_bundle());
    ax_buf_init(&scratch, SMALL_BYTES);
    ax_buf_init(&all, SMALL_BYTES);
    ax_buf_init(&before, SMALL_BYTES);
    for (uint64_t seed = 1; seed <= 60; seed++) {
        static char names[DATED][8];
        struct ax_fact facts[DATED];
        struct ax_view views[2];
        uint64_t way = seed;
        int32_t day = world_day("2022-01-01") + (int32_t)(world_random(&way) % 1200);
        size_t count = 0;
        int32_t last = AX_DAY_NONE;
        for (size_t i = 0; i < DATED; i++) { /* those up to the day first */
            (void)snprintf(names[i], sizeof names[i], "f%zu", i);
            int32_t away = (int32_t)(world_random(&way) % 800);
            facts[i] = dated_fact(names[i], i < DATED / 2 ? day - away : day + 1 + away, &way);
            count += i < DATED / 2 ? 1 : 0;
            last = i < DATED / 2 && day - away > last ? day - away : last;
        }
        for (size_t i = 0; i < 2; i++) {
            struct ax_rated rated;
            ax_view_init(&views[i]);
            world_merge(&views[i].ledger, facts, i == 0 ? DATED : count);
            ax_rater_rate(&rater, &views[i], AX_STR(WORLD_ENTERPRISE), day, &scratch, &rated);
            assert_true(rated.from >= last);
            assert_true(i == 1 || (rated.until != AX_DAY_NONE && rated.until <= day + 800));
            of_the_day(&rated, i == 0 ? &all : &before);
        }
        assert_true(ax_str_eq(ax_buf_str(&all), ax_buf_str(&before)));
        struct ax_profile profile;
        struct ax_profile later;
        ax_ledger_profile(&views[1].ledger, &profile);
        ax_ledger_profile(&views[0].ledger, &later);
        moved += ax_str_eq(profile.region, later.region) ? 0 : 1;
        ax_view_deinit(&views[0]);
        ax_view_deinit(&views[1]);
    }
    assert_true(moved > 30);
    ax_buf_deinit(&before);
    ax_buf_deinit(&all);
    ax_buf_deinit(&scratch);
}

static struct ax_fact licence(const char *reference, const char *from)
{
    struct ax_fact f = world_fact(AX_FACT_LICENCE, reference);
    f.licence.licence_state = AX_LICENCE_STATE_VALID;
    f.licence.valid_from = world_day(from);
    return f;
}

enum { RISK_FACTS = 4, RISK_EVENTS = AX_RISK_EVENTS_MAX + 1, RISK_FACTS_ALL = RISK_FACTS + 2 * RISK_EVENTS };

/* Accidents and a penalty of each: a state keeps both sides. */
static void risk_events(struct ax_fact *facts)
{
    static char names[RISK_EVENTS][2][8];
    for (size_t i = 0; i < RISK_EVENTS; i++) {
        (void)snprintf(names[i][0], sizeof names[i][0], "A%zu", i);
        (void)snprintf(names[i][1], sizeof names[i][1], "P%zu", i);
        facts[2 * i] = world_accident(names[i][0], "2022-06-01", AX_LIABILITY_MAIN, i % 2);
        facts[2 * i].accident.accident_id = ax_str_c(names[i][0]);
        facts[2 * i].accident.serious_injuries = 1;
        facts[2 * i].accident.lost_workdays = 40;
        facts[2 * i].accident.restricted_workdays = 40;
        facts[2 * i + 1] = world_penalty(names[i][1], "2022-09-01", AX_PENALTY_TIER_SERIOUS);
        facts[2 * i + 1].enforcement_penalty.accident_id = ax_str_c(names[i][0]);
    }
}

static void risk_facts(struct ax_fact *facts)
{
    facts[0] = licence("l", "2019-01-01");
    facts[1] = world_accident("a", "2022-05-01", AX_LIABILITY_MAIN, 1);
    facts[1].accident.lost_workdays = 6000;
    facts[1].accident.stage = AX_ACCIDENT_STAGE_REPORTED;
    facts[2] = world_penalty("p", "2023-08-01", AX_PENALTY_TIER_SERIOUS);
    facts[2].use_until = world_day("2024-03-09");
    facts[3] = world_fact(AX_FACT_EXPOSURE, "e");
    facts[3].exposure.period_from = world_day("2024-02-01");
    facts[3].exposure.period_until = world_day("2024-12-31");
    facts[3].exposure.labour_hours = 400000;
}

struct days_of_risk {
    struct ax_rater rater;
    struct ax_view view;
    struct ax_buf scratch;
    struct ax_buf stored;
    struct ax_buf now;
    struct ax_buf served;
    struct ax_arena arena;
    struct ax_rated rated;
    struct ax_stored open;
};

static struct ax_rating serve(struct days_of_risk *d, int32_t day)
{
    struct ax_err err;
    struct ax_rating read;
    struct ax_as_of as_of = ax_rater_as_of(&d->rater, 0, 7, day);
    ax_buf_clear(&d->served);
    ax_stored_serve(&d->rater, &d->open, day, &as_of, &d->served);
    ax_arena_reset(&d->arena);
    assert_ok(ax_rating_from_wire(ax_buf_str(&d->served), &d->arena, &read, &err));
    d->rated.rating.as_of = as_of;
    return read;
}

/* True: another span began. */
static bool store(struct days_of_risk *d, int32_t day)
{
    struct ax_err err;
    ax_rater_rate(&d->rater, &d->view, AX_STR(WORLD_ENTERPRISE), day, &d->scratch, &d->rated);
    ax_buf_clear(&d->now);
    ax_rated_store(&d->rater, &d->rated, &d->now);
    bool begins = day == d->open.until;
    if (begins) {
        ax_buf_clear(&d->stored);
        ax_buf_put_str(&d->stored, ax_buf_str(&d->now));
        assert_ok(ax_stored_open(ax_buf_str(&d->stored), &d->open, &err));
    }
    assert_true(ax_stored_holds(&d->open, day) && ax_stored_fits(&d->rater, &d->open));
    assert_true(ax_str_eq(ax_buf_str(&d->now), ax_buf_str(&d->stored)));
    return begins;
}

static void assert_same_rating(struct days_of_risk *d, const struct ax_rating *read)
{
    struct ax_buf served;
    ax_buf_init(&served, SMALL_BYTES);
    ax_buf_clear(&d->now);
    ax_encode(&ax_rating_message, &d->rated.rating, false, &d->now);
    ax_encode(&ax_rating_message, read, false, &served);
    assert_true(ax_str_eq(ax_buf_str(&d->now), ax_buf_str(&served)));
    ax_buf_deinit(&served);
}

static void days_free(struct days_of_risk *d)
{
    ax_buf_deinit(&d->scratch);
    ax_buf_deinit(&d->stored);
    ax_buf_deinit(&d->now);
    ax_buf_deinit(&d->served);
    ax_arena_deinit(&d->arena);
    ax_view_deinit(&d->view);
}

/* What the store keeps is the same on every day of its span, and what is served from it on each is what rating that day
 * gives. */
static void a_stored_score_is_that_of_the_day(void **state)
{
    struct ax_bundle *bundle = NULL;
    struct ax_err err;
    struct days_of_risk d;
    assert_ok(ax_bundle_load("scoring/packs", &bundle, &err));
    ax_rater_init(&d.rater, bundle);
    ax_view_init(&d.view);
    ax_buf_init(&d.scratch, SMALL_BYTES);
    ax_buf_init(&d.stored, SMALL_BYTES);
    ax_buf_init(&d.now, SMALL_BYTES);
    ax_buf_init(&d.served, SMALL_BYTES);
    ax_arena_init(&d.arena, 1 << 12, 1 << 16);
    struct ax_fact facts[RISK_FACTS_ALL];
    risk_facts(facts);
    risk_events(facts + RISK_FACTS);
    world_merge(&d.view.ledger, facts, *(const size_t *)*state);
    d.view.last_offset = 1;
    d.open = (struct ax_stored){.until = world_day("2023-07-01")};
    int spans = 0;
    int moved = 0;
    int32_t score = 0;
    for (int32_t day = d.open.until; day < world_day("2024-09-01"); day++) {
        spans += store(&d, day) ? 1 : 0;
        struct ax_rating read = serve(&d, day);
        assert_same_rating(&d, &read);
        moved += read.risk_score != score ? 1 : 0;
        score = read.risk_score;
        assert_true(read.watch && read.risk_score_present != 0);
        assert_true(ax_str_eq(read.risk_model,
                day < world_day("2024-02-01") ? AX_STR("common-2026/calendar") : AX_STR("common-2026/hours")));
    }
    assert_true(spans >= 4);
    assert_true(moved >= 10);
    bundle->risks[0].digest[0] ^= 1; /* by other parameters it is not served */
    assert_false(ax_stored_fits(&d.rater, &d.open));
    days_free(&d);
    ax_bundle_free(bundle);
}

struct days_of_change {
    struct ax_view view;
    struct ax_buf scratch;
    struct ax_rated rated;
};

static const struct ax_rated *rated_on(struct days_of_change *d, const struct ax_rater *rater, int32_t day)
{
    ax_rater_rate(rater, &d->view, AX_STR(WORLD_ENTERPRISE), day, &d->scratch, &d->rated);
    return &d->rated;
}

/* Day by day: the first day after `day` with another level or other points, before `until`. */
static int32_t first_change(struct days_of_change *d, const struct ax_rater *rater, int32_t day, int32_t until)
{
    enum ax_level level = rated_on(d, rater, day)->rate.level;
    int32_t points = d->rated.rate.points;
    for (int32_t on = day + 1; on < until; on++) {
        if (rated_on(d, rater, on)->rate.level != level || d->rated.rate.points != points) {
            return on;
        }
    }
    return AX_DAY_NONE;
}

/* The next change may be a day on which another bundle begins, or lie in its days; where it gives the same it is none. */
static void changes_are_foretold_across_bundles(void **state)
{
    (void)state;
    struct ax_bundle *first = NULL;
    struct ax_bundle *same = NULL;
    struct ax_bundle *other = NULL; /* covers nobody here */
    struct ax_err err;
    struct days_of_change d;
    struct ax_rater raters[3];
    assert_ok(ax_bundle_load("scoring/packs", &first, &err));
    assert_ok(ax_bundle_load("scoring/packs", &same, &err));
    assert_ok(ax_bundle_load_pack("scoring/packs/shandong-2013", &other, &err));
    ax_view_init(&d.view);
    ax_buf_init(&d.scratch, SMALL_BYTES);
    struct ax_fact facts[] = {world_standard("s", "2022-01-01", NULL, AX_STANDARDISATION_LEVEL_TWO),
            world_penalty("p", "2023-01-10", AX_PENALTY_TIER_SERIOUS)};
    world_merge(&d.view.ledger, facts, 2);
    int32_t day = world_day("2023-03-01");
    for (size_t i = 0; i < 3; i++) {
        ax_rater_init(&raters[i], first);
    }
    assert_true(ax_rater_add(&raters[1], world_day("2023-06-01"), same));
    assert_true(ax_rater_add(&raters[2], world_day("2023-06-01"), same));
    assert_true(ax_rater_add(&raters[2], world_day("2023-09-01"), other));
    int32_t alone = rated_on(&d, &raters[0], day)->rate.next_change_on;
    assert_true(alone > world_day("2023-09-01"));
    assert_int_equal(first_change(&d, &raters[0], day, alone + 1), alone);
    assert_int_equal(rated_on(&d, &raters[1], day)->rate.next_change_on, alone);
    assert_int_equal(d.rated.rating.next_change_on, alone);
    assert_int_equal(d.rated.until, world_day("2023-06-01"));
    assert_int_equal(first_change(&d, &raters[2], day, alone), world_day("2023-09-01"));
    assert_int_equal(rated_on(&d, &raters[2], day)->rate.next_change_on, world_day("2023-09-01"));
    assert_int_equal(d.rated.rating.next_change_on, world_day("2023-09-01"));
    assert_int_equal(rated_on(&d, &raters[2], world_day("2023-09-01"))->rate.next_change_on, AX_DAY_NONE);
    ax_buf_deinit(&d.scratch);
    ax_view_deinit(&d.view);
    ax_bundle_free(other);
    ax_bundle_free(same);
    ax_bundle_free(first);
}

/* Day by day: the first day after `day`, before `until`, with a better grade. */
static int32_t first_better(struct days_of_change *d, const struct ax_rater *rater, int32_t day, int32_t until)
{
    int32_t grade = rated_on(d, rater, day)->rating.risk_grade;
    for (int32_t on = day + 1; on < until; on++) {
        if (rated_on(d, rater, on)->rating.risk_score_present != 0 && d->rated.rating.risk_grade < grade) {
            return on;
        }
    }
    return AX_DAY_NONE;
}

/* A better grade is foretold by what will be in force by then. */
static void grades_are_foretold_across_bundles(void **state)
{
    (void)state;
    struct ax_bundle *first = NULL;
    struct ax_bundle *other = NULL; /* covers nobody here */
    struct ax_bundle *milder = NULL;
    struct ax_err err;
    struct days_of_change d;
    assert_ok(ax_bundle_load("scoring/packs", &first, &err));
    assert_ok(ax_bundle_load("scoring/packs", &milder, &err));
    assert_ok(ax_bundle_load_pack("scoring/packs/shandong-2013", &other, &err));
    for (size_t i = 0; i < milder->risk_count; i++) { /* who is not AAA is AA */
        for (size_t j = 1; j + 1 < AX_RISK_GRADES; j++) {
            milder->risks[i].grades[j] = 0;
        }
    }
    ax_view_init(&d.view);
    ax_buf_init(&d.scratch, SMALL_BYTES);
    struct ax_fact facts[] = {world_standard("s", "2015-01-01", NULL, AX_STANDARDISATION_LEVEL_TWO),
            world_accident("a", "2022-12-10", AX_LIABILITY_MAIN, 1),
            world_penalty("p", "2023-01-10", AX_PENALTY_TIER_SERIOUS)};
    world_merge(&d.view.ledger, facts, 3);
    const int32_t day = world_day("2023-03-01");
    for (size_t i = 0; i < 3; i++) {
        struct ax_rater rater;
        struct ax_risk_better better;
        ax_rater_init(&rater, first);
        if (i > 0) {
            assert_true(ax_rater_add(&rater, world_day("2023-04-01"), i == 1 ? other : milder));
        }
        ax_rater_better(
                &rater, &d.view, AX_STR(WORLD_ENTERPRISE), day, rated_on(&d, &rater, day)->rating.risk_grade, &better);
        assert_int_equal(better.on, first_better(&d, &rater, day, day + AX_RISK_AHEAD_DAYS));
        assert_int_equal(better.on == AX_DAY_NONE, i == 1);
        assert_int_equal(better.on == world_day("2023-04-01"), i == 2);
        assert_int_equal(
                better.grade, i == 1 ? AX_RISK_GRADE_NONE : rated_on(&d, &rater, better.on)->rating.risk_grade);
    }
    ax_buf_deinit(&d.scratch);
    ax_view_deinit(&d.view);
    ax_bundle_free(milder);
    ax_bundle_free(other);
    ax_bundle_free(first);
}

/* Day by day the rating is what was foretold, also where facts are dated later and move the enterprise elsewhere. */
static void changes_are_foretold_across_facts(void **state)
{
    (void)state;
    struct days_of_change d;
    struct ax_rater rater;
    ax_rater_init(&rater, world_bundle());
    ax_view_init(&d.view);
    ax_buf_init(&d.scratch, SMALL_BYTES);
    struct ax_fact facts[] = {world_standard("s", "2020-01-01", NULL, AX_STANDARDISATION_LEVEL_TWO),
            world_penalty("p", "2023-01-10", AX_PENALTY_TIER_GENERAL), world_fact(AX_FACT_INSPECTION, "i")};
    facts[2].occurred_on = world_day("2023-05-01");
    facts[2].region = AX_STR("370100");
    world_merge(&d.view.ledger, facts, 3);
    const struct ax_rated *now = rated_on(&d, &rater, world_day("2023-03-01"));
    assert_true(ax_str_eq(now->rating.pack, AX_STR("shanxi-2023")));
    assert_true(ax_str_eq(now->rating.region, AX_STR("140100")));
    int32_t next = now->rating.next_change_on;
    assert_int_equal(next, first_change(&d, &rater, world_day("2023-03-01"), next + 1));
    assert_int_equal(next, world_day("2023-05-01"));
    assert_true(ax_str_eq(rated_on(&d, &rater, next)->rating.region, AX_STR("370100")));
    assert_true(ax_str_eq(d.rated.rating.pack, AX_STR("shandong-2013")));
    ax_buf_deinit(&d.scratch);
    ax_view_deinit(&d.view);
}

int main(void)
{
    size_t some = RISK_FACTS;
    size_t all = RISK_FACTS_ALL;
    const struct CMUnitTest tests[] = {T(many_facts_in_a_small_arena), T(facts_are_held_where_they_are_few),
            T(too_many_facts_are_an_error), T(a_full_ledger_refuses), T(known_at_an_instant),
            T(the_revision_is_the_last_change), cmocka_unit_test_prestate(a_stored_score_is_that_of_the_day, &some),
            cmocka_unit_test_prestate(a_stored_score_is_that_of_the_day, &all), T(changes_are_foretold_across_bundles),
            T(grades_are_foretold_across_bundles), T(what_is_dated_later_moves_no_day),
            T(changes_are_foretold_across_facts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
