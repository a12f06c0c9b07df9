/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What scoring costs: one line a measure, `name value unit`. Medians of 5 runs on seeded input; a fact has about 300 bytes.
 */
#include "base/digest.h"
#include "scoring/risk_explain.h"
#include "services/lib/pack/bundle.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Every allocation of the process goes through these, so that none can hide. */
extern void *__libc_malloc(size_t size);               /* NOLINT: glibc's name */
extern void *__libc_calloc(size_t count, size_t size); /* NOLINT */
extern void *__libc_realloc(void *block, size_t size); /* NOLINT */
static uint64_t allocations;

void *malloc(size_t size)
{
    allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    allocations++;
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    allocations++;
    return __libc_realloc(block, size);
}

enum {
    FACTS = 20,
    LEDGERS = 2000,
    SETS = 50, /* of FACTS facts each: a fact that is applied was decoded a moment before and is in the cache, its ledger is not */
    RUNS = 5,
    BATCH = 500,
    MANY = 100000,
    MEMORY_LEDGERS = 50000,
    ENTERPRISES = 1000000,
    COUNTED_LEDGERS = 200, /* under callgrind */
    TODAY = 20634,         /* 2026-06-30 */
};

static size_t measured = LEDGERS; /* ledgers */

static uint64_t seed = 1;

static uint64_t next_random(void)
{
    uint64_t z = seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* A fact with what is digested of it; text in `words`. */
struct sample {
    struct ax_fact fact;
    uint8_t digest[AX_DIGEST_SIZE];
    uint8_t key[AX_KEY_SIZE];
    char words[32];
};

static void make_body(struct ax_fact *f, unsigned n, int32_t day)
{
    unsigned kind = n % 10;
    if (kind < 6) {
        f->kind = AX_FACT_ENFORCEMENT_PENALTY;
        f->decided_on = day;
        struct ax_enforcement_penalty *p = &f->enforcement_penalty;
        p->document_number = f->reference;
        p->authority = AX_STR("太原市应急管理局");
        p->authority_code = AX_STR("11140100MB1234567X");
        p->categories = 1U << AX_PENALTY_CATEGORY_FINE;
        p->fine_fen = 3000000;
        p->tier = 1 + (int32_t)(next_random() % 3);
        p->violation_type = AX_STR("未按规定开展安全生产教育和培训");
        p->legal_basis = AX_STR("《中华人民共和国安全生产法》第九十七条第三项");
        return;
    }
    f->occurred_on = day;
    if (kind < 8) {
        f->kind = AX_FACT_ACCIDENT;
        ax_message_init(ax_message_field(&ax_fact_message, AX_FACT_ACCIDENT)->message, &f->accident);
        f->accident.accident_id = f->reference;
        f->accident.liability = (int32_t)(next_random() % 4);
        f->accident.deaths = (uint32_t)(next_random() % 2);
    } else if (kind == 8) {
        f->kind = AX_FACT_HAZARD;
        ax_message_init(ax_message_field(&ax_fact_message, AX_FACT_HAZARD)->message, &f->hazard);
        f->hazard.hazard_id = f->reference;
        f->hazard.level = AX_HAZARD_LEVEL_MAJOR;
        f->hazard.finder = AX_HAZARD_FINDER_AUTHORITY;
        f->hazard.found_on = day;
        f->hazard.closed_on = day + 40;
    } else {
        f->kind = AX_FACT_STANDARDISATION;
        ax_message_init(ax_message_field(&ax_fact_message, AX_FACT_STANDARDISATION)->message, &f->standardisation);
        f->standardisation.level = 1 + (int32_t)(next_random() % 3);
        f->standardisation.valid_from = day;
        f->standardisation.valid_until = day + 1095;
    }
}

static void make(struct sample *s, unsigned n)
{
    ax_fact_init(&s->fact);
    struct ax_fact *f = &s->fact;
    (void)snprintf(s->words, sizeof s->words, "(晋)应急罚[2025]%06u", (unsigned)(next_random() % 1000000));
    f->source = AX_STR("creditchina");
    f->reference = ax_str_c(s->words);
    f->revision = 1;
    f->enterprise = AX_STR("91140000MA07E5716U");
    f->enterprise_name = AX_STR("山西某某煤业有限责任公司");
    f->region = AX_STR("140100");
    f->industry = AX_STR("0610");
    f->industry_edition = AX_STR("2017");
    f->state = AX_FACT_STATE_ACTIVE;
    f->known_at_us = 1;
    make_body(f, n, TODAY - (int32_t)(next_random() % 1825));
    struct ax_buf b;
    ax_buf_init(&b, 65536);
    uint8_t digest[AX_DIGEST_SIZE];
    ax_fact_key_bytes(f, &b);
    ax_sha256(ax_buf_str(&b), digest);
    memcpy(s->key, digest, AX_KEY_SIZE);
    ax_buf_clear(&b);
    ax_fact_canonical(f, &b);
    ax_sha256(ax_buf_str(&b), s->digest);
    ax_buf_deinit(&b);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return x < y ? -1 : x > y ? 1 : 0;
}

/* CPU time of this thread: other work on the machine does not count. */
static int64_t cpu_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Median nanoseconds for one of `count` things that `run` does. */
static double median_ns(void (*run)(void *state), void *state, double count)
{
    double ns[RUNS];
    for (int i = 0; i < RUNS; i++) {
        int64_t begin = cpu_ns();
        run(state);
        ns[i] = (double)(cpu_ns() - begin) / count;
    }
    qsort(ns, RUNS, sizeof ns[0], by_value);
    return ns[RUNS / 2];
}

struct bench {
    const struct ax_pack *pack;
    const struct ax_risk_edition *risk;
    struct ax_rate_day day; /* the pack on TODAY */
    struct ax_buf states;   /* of LEDGERS enterprises, as they are stored */
    size_t *state_ends;
    struct sample *samples; /* LEDGERS * FACTS */
    struct ax_ledger *ledgers;
    struct ax_arena scratch;
    struct ax_buf bytes;
    struct ax_ledger large; /* MANY facts of one enterprise */
    uint64_t sink;
};

static void merge(struct bench *b, struct ax_ledger *l, struct sample *samples, size_t count)
{
    /* The compiler would clear all of it before each batch, which costs more than merging. */
    struct ax_ledger_item items[BATCH] AX_UNSET;
    for (size_t i = 0; i < count; i++) {
        items[i] =
                (struct ax_ledger_item){.fact = &samples[i].fact, .digest = samples[i].digest, .key = samples[i].key};
    }
    ax_arena_reset(&b->scratch);
    ax_ledger_merge(l, items, count, &b->scratch);
}

/* Neither inlined nor taken for another: callgrind counts from here on. */
#define MEASURED __attribute__((noipa)) static void

static void run_merge(struct bench *b, size_t batch, size_t sets)
{
    for (size_t i = 0; i < measured; i++) {
        ax_ledger_deinit(&b->ledgers[i]);
    }
    for (size_t at = 0; at < FACTS; at += batch) {
        for (size_t i = 0; i < measured; i++) {
            if (i + 1 < measured) { /* as the scorer does */
                ax_ledger_fetch_to_merge(&b->ledgers[i + 1]);
            }
            merge(b, &b->ledgers[i], &b->samples[i % sets * FACTS + at], batch);
        }
    }
}

MEASURED run_merge_ones(void *state)
{
    run_merge(state, 1, SETS);
}

MEASURED run_merge_fives(void *state)
{
    run_merge(state, 5, SETS);
}

MEASURED run_level(void *state)
{
    struct bench *b = state;
    for (size_t i = 0; i < measured; i++) {
        struct ax_rate rate;
        ax_rate_on(&b->ledgers[i], &b->day, &rate);
        b->sink += (uint64_t)rate.points + (uint64_t)rate.level;
    }
}

MEASURED run_rate(void *state)
{
    struct bench *b = state;
    for (size_t i = 0; i < measured; i++) {
        struct ax_rate rate;
        ax_rate(&b->ledgers[i], b->pack, TODAY, &rate);
        b->sink += (uint64_t)rate.points + (uint64_t)rate.next_change_on;
    }
}

MEASURED run_last_change(void *state)
{
    struct bench *b = state;
    for (size_t i = 0; i < measured; i++) {
        struct ax_rate rate;
        int32_t last;
        ax_rate_with_last_change(&b->ledgers[i], b->pack, AX_DAY_NONE, TODAY, &rate, &last);
        b->sink += (uint64_t)rate.points + (uint64_t)last;
    }
}

static int32_t score(struct bench *b, const struct ax_ledger *l)
{
    struct ax_risk_state state;
    struct ax_risk risk;
    ax_risk_state_on(l, &b->day, b->risk, &state);
    ax_risk_at(b->risk, &state, TODAY, &risk);
    return risk.score;
}

MEASURED run_risk(void *state)
{
    struct bench *b = state;
    for (size_t i = 0; i < measured; i++) {
        b->sink += (uint64_t)score(b, &b->ledgers[i]);
    }
}

MEASURED run_level_and_risk(void *state)
{
    struct bench *b = state;
    for (size_t i = 0; i < measured; i++) {
        if (i + 1 < measured) { /* as whoever works through many ledgers does */
            ax_ledger_fetch(&b->ledgers[i + 1]);
        }
        struct ax_rate rate AX_UNSET;
        struct ax_risk_state stored AX_UNSET;
        struct ax_risk risk AX_UNSET;
        ax_rate_and_risk_on(&b->ledgers[i], &b->day, b->risk, &rate, &stored);
        ax_risk_at(b->risk, &stored, TODAY, &risk);
        b->sink += (uint64_t)rate.points + (uint64_t)risk.score;
    }
}

/* Level and score of so many enterprises on a day from their facts. */
static void run_rerate(void *state)
{
    for (size_t i = 0; i < ENTERPRISES / LEDGERS; i++) {
        run_level_and_risk(state);
    }
}

/* The points of the level and of the score, line by line, and the days on which they change by themselves. */
MEASURED run_explained(void *state)
{
    struct bench *b = state;
    for (size_t i = 0; i < measured; i++) {
        struct ax_rate rate;
        struct ax_rate_line *lines;
        struct ax_risk_explained x AX_UNSET;
        size_t count = 0;
        ax_arena_reset(&b->scratch);
        ax_rc rc = ax_rate_explain(&b->ledgers[i], b->pack, TODAY, &b->scratch, &rate, &lines, &count);
        AX_ASSERT(ax_ok(rc));
        rc = ax_risk_explain(&b->ledgers[i], b->pack, b->risk, TODAY, &b->scratch, &x);
        AX_ASSERT(ax_ok(rc));
        b->sink += count + x.line_count + (uint64_t)rate.next_change_on;
    }
}

static void make_states(struct bench *b)
{
    b->state_ends = ax_xcalloc(LEDGERS, sizeof *b->state_ends);
    for (size_t i = 0; i < LEDGERS; i++) {
        struct ax_risk_state state;
        ax_risk_state_of(&b->ledgers[i], b->pack, b->risk, TODAY, &state);
        ax_risk_state_put(b->risk, &state, &b->states);
        b->state_ends[i] = b->states.len;
    }
}

/* The score of another day from what is stored: what every answer costs, and a portfolio each day. */
MEASURED run_rescore(void *state)
{
    struct bench *b = state;
    for (size_t i = 0; i < ENTERPRISES; i++) {
        size_t at = i % LEDGERS;
        size_t begin = at == 0 ? 0 : b->state_ends[at - 1];
        struct ax_risk_state stored AX_UNSET;
        struct ax_risk risk AX_UNSET;
        bool taken = ax_risk_state_take(b->risk, ax_str_of(b->states.ptr + begin, b->state_ends[at] - begin), &stored);
        AX_ASSERT(taken);
        int32_t day = TODAY + (int32_t)(i % 30);
        bool ends =
                stored.next_boundary != AX_DAY_NONE && day >= stored.next_boundary; /* from then on it is made anew */
        ax_risk_at(b->risk, &stored, ends ? stored.next_boundary - 1 : day, &risk);
        b->sink += (uint64_t)risk.score;
    }
}

static void run_encode(void *state)
{
    struct bench *b = state;
    for (size_t i = 0; i < (size_t)LEDGERS * FACTS; i++) {
        ax_buf_clear(&b->bytes);
        ax_fact_canonical(&b->samples[i].fact, &b->bytes);
        b->sink += b->bytes.len;
    }
}

static void run_decode(void *state)
{
    struct bench *b = state;
    for (size_t i = 0; i < (size_t)LEDGERS * FACTS; i++) {
        struct ax_fact f;
        ax_rc rc = ax_fact_decode(ax_buf_str(&b->bytes), &b->scratch, &f, NULL);
        b->sink += ax_ok(rc) ? f.reference.len : 0;
    }
}

/* Into `l`, which is empty. */
static void fill_large(struct bench *b, struct ax_ledger *l)
{
    struct ax_ledger_item items[BATCH];
    struct ax_fact facts[BATCH];
    uint64_t keys[BATCH][2];
    for (size_t at = 0; at < MANY; at += BATCH) {
        for (size_t i = 0; i < BATCH; i++) {
            keys[i][0] = next_random();
            keys[i][1] = 0;
            facts[i] = b->samples[0].fact;
            facts[i].enforcement_penalty.document_number = ax_str_of(&keys[i][0], sizeof keys[i][0]);
            items[i] = (struct ax_ledger_item){
                    .fact = &facts[i], .digest = b->samples[0].digest, .key = (const uint8_t *)keys[i]};
        }
        ax_arena_reset(&b->scratch);
        ax_ledger_merge(l, items, BATCH, &b->scratch);
    }
}

static void run_one_large(void *state)
{
    struct bench *b = state;
    struct ax_ledger l;
    ax_ledger_init(&l);
    fill_large(b, &l);
    b->sink += l.count;
    ax_ledger_deinit(&l);
}

/* With the next change and the last. */
static void run_rate_large(void *state)
{
    struct bench *b = state;
    struct ax_rate rate;
    int32_t last;
    ax_rate_with_last_change(&b->large, b->pack, AX_DAY_NONE, ax_day_of(2026, 6, 30), &rate, &last);
    b->sink += (uint64_t)rate.points + (uint64_t)last;
}

static void print_memory(struct bench *b)
{
    size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    struct ax_ledger *ledgers = ax_xcalloc(MEMORY_LEDGERS, sizeof *ledgers);
    for (size_t at = 0; at < FACTS; at += 5) {
        for (size_t i = 0; i < MEMORY_LEDGERS; i++) {
            merge(b, &ledgers[i], &b->samples[i % LEDGERS * FACTS + at], 5);
        }
    }
    size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;
    (void)printf("ledger_memory_50000x20 %.1f MiB\n", (double)(after - before) / 1048576);
    for (size_t i = 0; i < MEMORY_LEDGERS; i++) {
        ax_ledger_deinit(&ledgers[i]);
    }
    ax_xfree(ledgers);
}

/* Under callgrind, which counts from the named function on: one run over few ledgers. */
static void count_once(struct bench *b, const char *name)
{
    static const struct {
        const char *name;
        void (*run)(void *state);
    } runs[] = {{"run_level", run_level}, {"run_rate", run_rate}, {"run_risk", run_risk},
            {"run_level_and_risk", run_level_and_risk}, {"run_explained", run_explained},
            {"run_merge_ones", run_merge_ones}, {"run_merge_fives", run_merge_fives}};
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        if (strcmp(runs[i].name, name) == 0) {
            runs[i].run(b);
        }
    }
}

static void open_bench(struct bench *b, const struct ax_bundle *bundle)
{
    b->pack = ax_bundle_choose(bundle, AX_STR("14"), AX_STR(""), AX_STR("0610"), TODAY);
    b->risk = ax_bundle_choose_risk(bundle, AX_STR("14"), AX_STR(""), AX_STR("0610"), TODAY);
    ax_rate_day_init(&b->day, b->pack, TODAY);
    ax_buf_init(&b->states, 16 << 20);
    b->samples = ax_xcalloc((size_t)LEDGERS * FACTS, sizeof *b->samples);
    b->ledgers = ax_xcalloc(LEDGERS, sizeof *b->ledgers);
    ax_arena_init(&b->scratch, 1 << 16, 1 << 20);
    ax_buf_init(&b->bytes, 65536);
    for (unsigned i = 0; i < measured * FACTS; i++) {
        make(&b->samples[i], i % FACTS);
    }
    run_merge(b, 5, measured);
}

static void close_bench(struct bench *b)
{
    for (size_t i = 0; i < LEDGERS; i++) {
        ax_ledger_deinit(&b->ledgers[i]);
    }
    ax_xfree(b->samples);
    ax_xfree(b->ledgers);
    ax_buf_deinit(&b->bytes);
    ax_buf_deinit(&b->states);
    ax_xfree(b->state_ends);
    ax_arena_deinit(&b->scratch);
}

static void print_all(struct bench *b)
{
    const double all = (double)LEDGERS * FACTS;
    (void)printf("merge_per_fact_batches_of_1 %.0f ns\n", median_ns(run_merge_ones, b, all));
    (void)printf("merge_per_fact_batches_of_5 %.0f ns\n", median_ns(run_merge_fives, b, all));
    run_merge(b, 5, measured); /* every ledger its own facts again */
    (void)printf("rate_20_facts %.0f ns\n", median_ns(run_rate, b, LEDGERS));
    uint64_t allocated = allocations;
    run_rate(b);
    (void)printf("rate_with_last_change_20_facts %.0f ns\n", median_ns(run_last_change, b, LEDGERS));
    (void)printf("rate_20_facts_allocations %llu\n", (unsigned long long)(allocations - allocated));
    (void)printf("level_20_facts %.0f ns\n", median_ns(run_level, b, LEDGERS));
    (void)printf("risk_20_facts %.0f ns\n", median_ns(run_risk, b, LEDGERS));
    (void)printf("level_and_risk_20_facts %.0f ns\n", median_ns(run_level_and_risk, b, LEDGERS));
    (void)printf("explained_20_facts %.0f ns\n", median_ns(run_explained, b, LEDGERS));
    make_states(b);
    (void)printf("stored_score_bytes %.0f bytes\n", (double)b->states.len / LEDGERS);
    (void)printf("rerate_1000000 %.3f s\n", median_ns(run_rerate, b, 1e9));
    (void)printf("rescore_1000000 %.3f s\n", median_ns(run_rescore, b, 1e9));
    (void)printf("encode_per_fact %.0f ns\n", median_ns(run_encode, b, all));
    ax_buf_clear(&b->bytes);
    ax_fact_canonical(&b->samples[0].fact, &b->bytes);
    (void)printf("fact_size %zu bytes\n", b->bytes.len);
    (void)printf("decode_per_fact %.0f ns\n", median_ns(run_decode, b, all));
    (void)printf("merge_per_fact_one_enterprise_of_100000 %.0f ns\n", median_ns(run_one_large, b, MANY));
    fill_large(b, &b->large);
    (void)printf("rate_per_fact_one_enterprise_of_100000 %.0f ns\n", median_ns(run_rate_large, b, MANY));
    ax_ledger_deinit(&b->large);
    print_memory(b);
}

int main(int argc, char **argv)
{
    struct bench b = {.sink = 0};
    struct ax_bundle *bundle;
    struct ax_err err;
    char line[512];
    if (!ax_ok(ax_bundle_load(argc > 1 ? argv[1] : "scoring/packs", &bundle, &err))) {
        (void)fprintf(stderr, "%s\n", ax_err_line(&err, line, sizeof line));
        return 1;
    }
    measured = argc > 2 ? COUNTED_LEDGERS : LEDGERS;
    open_bench(&b, bundle);
    if (argc > 2) {
        count_once(&b, argv[2]);
        return 0;
    }
    print_all(&b);
    (void)fprintf(stderr, "(%llu)\n", (unsigned long long)b.sink);
    close_bench(&b);
    ax_bundle_free(bundle);
    return 0;
}
