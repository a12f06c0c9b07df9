/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/t.h"

#include "tests/sim/world.h"

#include "scoring/fact.h"
#include "services/lib/view/chunk.h"

#include <stdio.h>

enum { DAY_US_PER_S = 1000000 };

static const int64_t day_us = 86400LL * 1000000;
static const int64_t utc8_us = 8LL * 3600 * 1000000;

uint32_t world_random(struct world *w, uint32_t below)
{
    w->random ^= w->random << 13; /* xorshift64 */
    w->random ^= w->random >> 7;
    w->random ^= w->random << 17;
    return (uint32_t)((w->random >> 16) % below);
}

static struct ax_bundle *shared_bundle(void)
{
    static struct ax_bundle *bundle;
    struct ax_err err = {0};
    if (bundle == NULL && !ax_ok(ax_bundle_load("scoring/packs", &bundle, &err))) {
        fail_msg("packs: %s %s", err.field, err.text);
    }
    return bundle;
}

static struct ax_store *open_store(const struct world *w, int fault_ppm)
{
    struct ax_store_options options = {
            .backend = AX_STORE_SIM, .partitions = w->partitions, .sim_seed = w->seed, .sim_fault_ppm = fault_ppm};
    struct ax_store *store = NULL;
    struct ax_err err = {0};
    if (!ax_ok(ax_store_open(&options, &store, &err))) {
        fail_msg("store: %s", err.text);
    }
    return store;
}

struct ax_store *world_clean_store(const struct world *w)
{
    return open_store(w, 0);
}

void world_init(struct world *w, uint64_t seed, int fault_ppm)
{
    *w = (struct world){.seed = seed, .random = seed * 0x9E3779B97F4A7C15ULL + 1};
    for (int i = 0; i < 8; i++) {
        (void)world_random(w, 2);
    }
    w->partitions = 1 + (int32_t)world_random(w, 4);
    w->enterprises = 1 + (int)world_random(w, 12);
    w->bundle = shared_bundle();
    ax_clock_fake_init(&w->clock, WORLD_FIRST_DAY * day_us - utc8_us + (int64_t)world_random(w, 86400) * DAY_US_PER_S);
    struct ax_log_options options = {
            .backend = AX_LOG_SIM, .partitions = w->partitions, .sim_seed = seed, .sim_fault_ppm = fault_ppm};
    struct ax_err err = {0};
    if (!ax_ok(ax_log_open(&options, &w->log, &err)) || !ax_ok(ax_log_create_topics(w->log, &err))) {
        fail_msg("log: %s", err.text);
    }
    w->store = open_store(w, fault_ppm);
}

void world_deinit(struct world *w)
{
    ax_store_close(w->store);
    ax_log_close(w->log);
}

int32_t world_today(const struct world *w)
{
    return ax_day_of_us(w->clock.now);
}

void world_code(int i, char code[19])
{
    (void)snprintf(code, 17, "91140000%08u", (10000000U + (unsigned)i) % 100000000U);
    code[16] = ax_uscc_organisation_check(code + 8);
    code[17] = ax_uscc_check_character(code);
    code[18] = '\0';
}

void world_append_bytes(struct world *w, ax_str key, ax_str value)
{
    for (;;) {
        struct ax_log_record record = {
                .topic = AX_TOPIC_FACTS, .partition = ax_log_partition_of(w->log, key), .key = key, .value = value};
        struct ax_err err;
        if (ax_ok(ax_log_append(w->log, &record, 1, &err))) {
            w->appended++;
            return;
        }
    }
}

void world_append_fact(struct world *w, const struct ax_fact *fact, int64_t known_at_us)
{
    struct ax_buf canonical;
    struct ax_buf record;
    ax_buf_init(&canonical, 1 << 16);
    ax_buf_init(&record, 1 << 16);
    ax_fact_canonical(fact, &canonical);
    ax_fact_record_encode(ax_buf_str(&canonical), known_at_us, &record);
    world_append_bytes(w, fact->enterprise, ax_buf_str(&record));
    ax_buf_deinit(&canonical);
    ax_buf_deinit(&record);
}

static void penalty(struct world *w, struct ax_fact *f)
{
    f->kind = AX_FACT_ENFORCEMENT_PENALTY;
    f->enforcement_penalty.document_number = AX_STR("晋应急罚〔2023〕1号");
    f->enforcement_penalty.authority = AX_STR("山西省应急管理厅");
    f->enforcement_penalty.categories = 1U << AX_PENALTY_CATEGORY_FINE;
    f->enforcement_penalty.fine_fen = (int64_t)(1 + world_random(w, 5)) * 1000000;
    f->enforcement_penalty.tier = 1 + (int32_t)world_random(w, 3);
}

static void accident(struct world *w, struct ax_fact *f)
{
    f->kind = AX_FACT_ACCIDENT;
    f->accident.count = 1;
    f->accident.deaths = world_random(w, 4);
    f->accident.serious_injuries = world_random(w, 3);
    f->accident.liability = (int32_t)world_random(w, 4);
}

static void standardisation(struct world *w, struct ax_fact *f)
{
    f->kind = AX_FACT_STANDARDISATION;
    f->standardisation.level = 1 + (int32_t)world_random(w, 4);
    f->standardisation.valid_from = f->occurred_on;
    f->standardisation.valid_until = f->occurred_on + 365 + (int32_t)world_random(w, 730);
}

static void random_fact(struct world *w)
{
    static void (*const bodies[])(struct world *, struct ax_fact *) = {penalty, accident, standardisation};
    char code[19];
    char reference[32];
    world_code((int)world_random(w, (uint32_t)w->enterprises), code);
    uint32_t number = world_random(w, 12);
    (void)snprintf(reference, sizeof reference, "r%u", number);
    struct ax_fact f;
    ax_fact_init(&f);
    f.source = AX_STR("sim");
    f.reference = ax_str_c(reference);
    f.revision = 1 + world_random(w, 3);
    f.enterprise = ax_str_of(code, 18);
    f.enterprise_name = AX_STR("太原示例矿业有限公司");
    f.region = AX_STR("140105");
    f.industry = AX_STR("0610");
    f.industry_edition = AX_STR("2017");
    /* Near the edges of the look-backs, so that days that pass matter. */
    f.occurred_on = world_today(w) - 300 - (int32_t)world_random(w, 800);
    f.decided_on = f.occurred_on + (int32_t)world_random(w, 20);
    f.state = 1 + (int32_t)world_random(w, 5);
    bodies[number % 3](w, &f);
    world_append_fact(w, &f, w->clock.now - (int64_t)world_random(w, 1000) * 1000);
}

void world_append(struct world *w, int count)
{
    for (int i = 0; i < count; i++) {
        uint64_t before = w->random;
        random_fact(w);
        if (world_random(w, 4) == 0) { /* the same again, known at another time */
            uint64_t after = w->random;
            w->random = before;
            random_fact(w);
            w->random = after;
        }
    }
}

void world_append_penalty(struct world *w, int enterprise, const char *reference, int32_t decided_on)
{
    char code[19];
    world_code(enterprise, code);
    struct ax_fact f;
    ax_fact_init(&f);
    f.source = AX_STR("sim");
    f.reference = ax_str_c(reference);
    f.revision = 1;
    f.enterprise = ax_str_of(code, 18);
    f.region = AX_STR("140105");
    f.industry = AX_STR("0610");
    f.occurred_on = decided_on;
    f.decided_on = decided_on;
    f.state = AX_FACT_STATE_ACTIVE;
    penalty(w, &f);
    world_append_fact(w, &f, w->clock.now);
}

static void dump_chunks(const struct ax_store_read *read, struct ax_buf *out)
{
    for (size_t i = 0; i < read->chunk_count; i++) {
        struct ax_chunk_reader reader;
        struct ax_err err;
        assert_true(ax_ok(ax_chunk_open(&reader, read->chunks[i], &err)));
        for (;;) {
            struct ax_chunk_item item;
            bool end = false;
            assert_true(ax_ok(ax_chunk_next(&reader, &item, &end, &err)));
            if (end) {
                break;
            }
            ax_buf_printf(out, " %lld/%d/%lld ", (long long)item.offset, (int)item.mark, (long long)item.known_at_us);
            ax_buf_put_str(out, item.canonical);
        }
    }
}

void world_dump(const struct world *w, struct ax_store *store, struct ax_buf *out)
{
    struct ax_arena arena;
    ax_arena_init(&arena, 1 << 16, 64 << 20);
    for (int32_t p = 0; p < w->partitions; p++) {
        struct ax_store_read *reads = NULL;
        size_t count = 0;
        struct ax_store_position position = {0};
        int64_t enterprises = 0;
        struct ax_err err;
        while (!ax_ok(ax_store_position(store, p, &position, &enterprises, &err))) {
        }
        while (!ax_ok(ax_store_scan(store, p, AX_STR(""), 1000, true, &arena, &reads, &count, &err))) {
        }
        ax_buf_printf(out, "\npartition %d at %lld day %d, %lld", p, (long long)position.next_offset, position.day,
                (long long)enterprises);
        for (size_t i = 0; i < count; i++) {
            ax_buf_printf(out, "\n%.*s ", AX_ARG(reads[i].enterprise));
            ax_buf_put_str(out, reads[i].rating);
            dump_chunks(&reads[i], out);
        }
    }
    assert_false(out->failed);
    ax_arena_deinit(&arena);
}

int64_t world_records(const struct world *w, enum ax_topic topic)
{
    int64_t count = 0;
    for (int32_t p = 0; p < w->partitions; p++) {
        int64_t begin = 0;
        int64_t end = 0;
        struct ax_err err;
        assert_true(ax_ok(ax_log_range(w->log, topic, p, &begin, &end, &err)));
        count += end;
    }
    return count;
}

void world_rating(const struct world *w, const char *code, struct ax_arena *arena, struct ax_stored *stored,
        struct ax_rating *rating)
{
    struct ax_err err;
    ax_str key = ax_str_c(code);
    struct ax_store_read read = {.enterprise = key, .partition = ax_log_partition_of(w->log, key)};
    assert_true(ax_ok(ax_store_read_many(w->store, &read, 1, false, arena, &err)));
    assert_non_null(read.rating.ptr);
    assert_true(ax_ok(ax_stored_open(read.rating, stored, &err)));
    assert_true(ax_ok(ax_decode(&ax_rating_message, stored->rating, arena, rating, &err)));
}

bool world_settled(const struct world *w, struct ax_store *store)
{
    for (int32_t p = 0; p < w->partitions; p++) {
        int64_t begin = 0;
        int64_t end = 0;
        struct ax_err err;
        while (!ax_ok(ax_log_range(w->log, AX_TOPIC_FACTS, p, &begin, &end, &err))) {
        }
        struct ax_store_position position = {0};
        int64_t enterprises = 0;
        if (!ax_ok(ax_store_position(store, p, &position, &enterprises, &err)) || position.next_offset != end ||
                position.day != world_today(w)) {
            return false;
        }
    }
    return true;
}
