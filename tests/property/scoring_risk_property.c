/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold of any risk score: explanations add up, more or graver facts never help, no day without a fact or an expiry
 * is a step, the order of arrival changes nothing, and 100,000 facts cost a hundred times what 1,000 do.
 */
#include "scoring/risk_model.h"
#include "tests/property/risk_random.h"
#include "tests/unit/scoring_world.h"
#include "tests/unit/t.h"

#include "base/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define T(name) cmocka_unit_test(name)

enum { SUMS = T_CASES(1000000), EDITIONS = 50, LEDGERS_A_EDITION = SUMS / EDITIONS, FACTS_A_LEDGER = 8 };

static struct ax_risk risk_of(const struct random_risk *r, const struct ax_ledger *l, int32_t day)
{
    struct ax_risk_state s;
    struct ax_risk out;
    ax_risk_state_of(l, NULL, &r->edition, day, &s);
    ax_risk_at(&r->edition, &s, day, &out);
    return out;
}

/* The points of the parts, and of the lines below them. */
static void check_sums(const struct ax_risk_explained *x)
{
    int32_t lines[AX_RISK_CHANNELS] = {0};
    int32_t sum = x->base + x->peers + x->recency + x->interaction + x->clamp;
    for (size_t i = 0; i < x->line_count; i++) {
        lines[x->lines[i].channel] += x->lines[i].points;
        assert_true(x->lines[i].points <= 1);
    }
    for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
        const struct ax_risk_part *p = &x->channels[k];
        sum += p->facts + p->credit + p->recency;
        assert_true(lines[k] == p->facts && p->facts <= 1 && p->credit >= 0 && p->recency >= 0);
    }
    assert_int_equal(sum, x->risk.rated ? x->risk.score : 0);
    assert_true(x->interaction >= -1);
}

static void sums_are_exact(void **state)
{
    (void)state;
    uint64_t seed = 11;
    struct ax_arena arena;
    struct random_risk r;
    struct random_ledger l;
    struct ax_risk_explained x;
    int rated = 0;
    ax_arena_init(&arena, 1 << 14, 1 << 20);
    for (int i = 0; i < EDITIONS; i++) {
        random_edition(&seed, &r);
        for (int j = 0; j < LEDGERS_A_EDITION; j++) {
            random_ledger(&seed, &l, j % 100 == 0 ? RANDOM_ENTRIES_MAX : FACTS_A_LEDGER);
            ax_arena_reset(&arena);
            assert_true(ax_ok(ax_risk_explain(&l.ledger, NULL, &r.edition, RANDOM_DAY, &arena, &x)));
            check_sums(&x);
            rated += x.risk.rated ? 1 : 0;
        }
        ax_risk_free(&r.edition);
    }
    assert_true(rated > SUMS / 2);
    ax_arena_deinit(&arena);
}

/* In one thing only: another may hide what it does. */
static void worsen_once(uint64_t *seed, struct ax_entry *e)
{
    switch (random_below(seed, 6)) {
    case 0:
        e->number += 1 + random_below(seed, 100);
        break;
    case 1:
        e->amount += 1 + random_below(seed, 100000);
        break;
    case 2:
        e->count = (e->count + 1U) & AX_ENTRY_COUNT_MAX;
        break;
    case 3:
        e->bits |= 1U << (AX_PENALTY_CATEGORY_ACTIVITY_RESTRICTION - 1); /* or 256 deaths */
        break;
    case 4:
        e->flags |= e->kind == AX_FACT_ENFORCEMENT_PENALTY ? AX_ENTRY_MULTIPLIED : 0;
        break;
    default:
        e->extra += e->kind == AX_FACT_ACCIDENT && ax_entry_disabled(e) < AX_ENTRY_DISABLED_MAX ? 1 : 0;
    }
}

static void worsen(uint64_t *seed, struct ax_entry *e)
{
    if (random_below(seed, 2) == 0) {
        worsen_once(seed, e);
        return;
    }
    e->number += random_below(seed, 100);
    e->amount += random_below(seed, 100000);
    e->count = (e->count + 1U) & AX_ENTRY_COUNT_MAX;
    if (e->kind == AX_FACT_ACCIDENT) {
        e->bits = (e->bits + random_below(seed, 2)) & AX_ENTRY_BITS_MAX;
        uint32_t share = ax_entry_share(e);
        e->extra = (e->extra & 0xFFFFFF) | (share + (100 - share) / 2) << 24;
    } else if (e->kind == AX_FACT_ENFORCEMENT_PENALTY) {
        e->grade = AX_PENALTY_TIER_SERIOUS;
    }
}

static bool is_adverse(const struct ax_entry *e)
{
    return e->kind == AX_FACT_ENFORCEMENT_PENALTY || e->kind == AX_FACT_ACCIDENT || e->kind == AX_FACT_INSURANCE_CLAIM;
}

static void assert_no_better(const struct ax_risk *before, const struct ax_risk *after)
{
    assert_true(after->expected[AX_RISK_SEVERE_HEAD] <= after->expected[AX_RISK_LOST_TIME]);
    assert_true(after->p_any[AX_RISK_SEVERE_HEAD] <= after->p_any[AX_RISK_LOST_TIME]);
    assert_true(after->rated == before->rated);
    assert_true(after->score <= before->score);
    assert_true(after->exact <= before->exact + 1e-9);
    assert_true(!after->rated || after->expected_cost_fen >= before->expected_cost_fen * (1 - 1e-12));
    assert_true(after->grade >= before->grade);
}

static void more_or_graver_never_helps(void **state)
{
    (void)state;
    uint64_t seed = 12;
    struct random_risk r;
    struct random_ledger l;
    int lower = 0;
    for (int i = 0; i < EDITIONS; i++) {
        random_edition(&seed, &r);
        for (int j = 0; j < T_CASES(2000); j++) {
            random_ledger(&seed, &l, 20);
            struct ax_risk before = risk_of(&r, &l.ledger, RANDOM_DAY);
            random_entry(&seed, &l.entries[l.ledger.count], true);
            l.ledger.count++;
            struct ax_risk more = risk_of(&r, &l.ledger, RANDOM_DAY);
            assert_no_better(&before, &more);
            lower += more.score < before.score ? 1 : 0;
            for (uint32_t k = 0; k < l.ledger.count; k++) {
                if (is_adverse(&l.entries[k]) && random_below(&seed, 3) == 0) {
                    worsen(&seed, &l.entries[k]);
                }
            }
            struct ax_risk graver = risk_of(&r, &l.ledger, RANDOM_DAY);
            assert_no_better(&more, &graver);
        }
        ax_risk_free(&r.edition);
    }
    assert_true(lower > T_CASES(10000));
}

static void a_day_is_no_step(void **state)
{
    (void)state;
    uint64_t seed = 13;
    struct random_risk r;
    struct random_ledger l;
    int days = 0;
    for (int i = 0; i < EDITIONS; i++) {
        random_edition(&seed, &r);
        for (int j = 0; j < 20; j++) {
            random_ledger(&seed, &l, 20);
            struct ax_risk before = {.rated = false};
            struct ax_risk_state s = {.next_boundary = RANDOM_DAY - 2000};
            for (int32_t day = RANDOM_DAY - 2000; day < RANDOM_DAY + 1000; day++) {
                bool boundary = day == s.next_boundary;
                if (boundary) {
                    ax_risk_state_of(&l.ledger, NULL, &r.edition, day, &s);
                }
                struct ax_risk now;
                ax_risk_at(&r.edition, &s, day, &now);
                if (before.rated && now.rated && !boundary) {
                    assert_true(abs(now.score - before.score) <= 2);
                    days++;
                }
                before = now;
            }
        }
        ax_risk_free(&r.edition);
    }
    assert_true(days > 1000000);
}

/* Between boundaries a state does not depend on the day that it was made on. */
static void a_state_is_that_of_its_span(void **state)
{
    (void)state;
    uint64_t seed = 14;
    struct random_risk r;
    struct random_ledger l;
    struct ax_buf a;
    struct ax_buf b;
    ax_buf_init(&a, 1 << 12);
    ax_buf_init(&b, 1 << 12);
    for (int i = 0; i < EDITIONS; i++) {
        random_edition(&seed, &r);
        for (int j = 0; j < T_CASES(500); j++) {
            random_ledger(&seed, &l, 20);
            struct ax_risk_state s;
            struct ax_risk_state t;
            int32_t day = RANDOM_DAY - (int32_t)random_below(&seed, RANDOM_SPAN);
            ax_risk_state_of(&l.ledger, NULL, &r.edition, day, &s);
            int32_t end = s.next_boundary == AX_DAY_NONE ? day + 1000 : s.next_boundary - 1;
            ax_risk_state_of(&l.ledger, NULL, &r.edition, end, &t);
            ax_buf_clear(&a);
            ax_buf_clear(&b);
            ax_risk_state_put(&r.edition, &s, &a);
            ax_risk_state_put(&r.edition, &t, &b);
            assert_true(ax_str_eq(ax_buf_str(&a), ax_buf_str(&b)));
            struct ax_risk_state back;
            assert_true(ax_risk_state_take(&r.edition, ax_buf_str(&a), &back));
            struct ax_risk x;
            struct ax_risk y;
            ax_risk_at(&r.edition, &s, end, &x);
            ax_risk_at(&r.edition, &back, end, &y);
            assert_memory_equal(&x, &y, sizeof x);
        }
        ax_risk_free(&r.edition);
    }
    ax_buf_deinit(&a);
    ax_buf_deinit(&b);
}

/* The real violations of Upper Big Branch: 13 quoted columns. */
enum { UBB_ROWS = 4415, UBB_COLUMNS = 13, RETRACTED = 400, NAME_SIZE = 8 };

struct ubb {
    struct ax_buf file;
    struct ax_fact facts[UBB_ROWS + RETRACTED]; /* the last take back some of those before */
    char names[UBB_ROWS][NAME_SIZE];
    size_t count;
};

static ax_str column(ax_str *row)
{
    if (row->len == 0 || row->ptr[0] != '"') {
        return ax_str_split(row, ',');
    }
    *row = ax_str_of(row->ptr + 1, row->len - 1);
    ax_str value = ax_str_split(row, '"');
    (void)ax_str_split(row, ',');
    return value;
}

static void put_row(struct ubb *u, ax_str row)
{
    ax_str columns[UBB_COLUMNS];
    for (size_t i = 0; i < UBB_COLUMNS; i++) {
        columns[i] = column(&row);
    }
    struct ax_fact *f = &u->facts[u->count];
    (void)snprintf(u->names[u->count], NAME_SIZE, "%zu", u->count + 1);
    *f = world_fact(AX_FACT_ENFORCEMENT_PENALTY, u->names[u->count]);
    (void)ax_day_parse_iso(columns[4], &f->decided_on);
    (void)ax_day_parse_iso(columns[6], &f->occurred_on);
    assert_true(f->decided_on != AX_DAY_NONE || f->occurred_on != AX_DAY_NONE);
    int64_t whole = 0;
    if (ax_ok(ax_str_to_i64(ax_str_split(&columns[3], '.'), &whole))) {
        f->enforcement_penalty.fine_fen = whole * 100;
    }
    bool grave = ax_str_eq(columns[12], AX_STR("HighNegligence")) || ax_str_eq(columns[12], AX_STR("Reckless"));
    f->enforcement_penalty.tier = grave ? AX_PENALTY_TIER_SERIOUS : AX_PENALTY_TIER_GENERAL;
    u->count++;
}

static bool read_ubb(struct ubb *u)
{
    char path[512];
    const char *root = getenv("AX_SHARED_DATA");
    struct ax_err err;
    (void)snprintf(
            path, sizeof path, "%s/msha/upper_big_branch_violations.csv", root == NULL ? "../shared/data" : root);
    ax_buf_init(&u->file, 8 << 20);
    u->count = 0;
    if (!ax_ok(ax_file_read(path, &u->file, &err))) {
        return false;
    }
    ax_str rest = ax_buf_str(&u->file);
    (void)ax_str_split(&rest, '\n');
    while (rest.len > 0) {
        assert_true(u->count < UBB_ROWS);
        put_row(u, ax_str_split(&rest, '\n'));
    }
    assert_int_equal(u->count, UBB_ROWS);
    for (size_t i = 0; i < RETRACTED; i++) {
        struct ax_fact *f = &u->facts[u->count++];
        *f = u->facts[i * 11];
        f->revision = 2;
        f->state = AX_FACT_STATE_WITHDRAWN;
    }
    return true;
}

static void merge_in(
        struct ax_ledger *l, const struct ax_fact *facts, const uint32_t *order, size_t count, size_t batch)
{
    struct ax_fact *some = ax_xcalloc(batch, sizeof *some);
    for (size_t at = 0; at < count;) {
        size_t n = 0;
        for (; n < batch && at < count; n++, at++) {
            some[n] = facts[order[at]];
        }
        world_merge(l, some, n);
    }
    ax_xfree(some);
}

struct outcome {
    uint8_t digest[AX_DIGEST_SIZE];
    struct ax_rate rate;
    struct ax_risk_state state;
    struct ax_risk risk;
};

static struct outcome outcome_of(const struct ax_ledger *l, const struct ax_risk_edition *e)
{
    struct outcome o;
    struct ax_buf b;
    memset(&o, 0, sizeof o);
    ax_buf_init(&b, 1 << 22);
    ax_ledger_canonical(l, &b);
    ax_sha256(ax_buf_str(&b), o.digest);
    ax_buf_deinit(&b);
    ax_rate(l, world_pack(), world_day("2010-01-01"), &o.rate);
    ax_risk_state_of(l, world_pack(), e, world_day("2010-01-01"), &o.state);
    ax_risk_at(e, &o.state, world_day("2010-01-01"), &o.risk);
    return o;
}

static void assert_same_outcome(const struct outcome *a, const struct outcome *b, bool same_ledger)
{
    if (same_ledger) {
        assert_memory_equal(a->digest, b->digest, sizeof a->digest);
    }
    assert_true(ax_rate_same(&a->rate, &b->rate));
    assert_memory_equal(&a->state, &b->state, sizeof a->state);
    assert_memory_equal(&a->risk, &b->risk, sizeof a->risk);
}

static void shuffle(uint64_t *seed, uint32_t *order, size_t count)
{
    for (size_t i = count; i-- > 1;) {
        uint32_t j = random_below(seed, (uint32_t)i + 1);
        uint32_t kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}

static const struct ax_risk_edition *shipped(void)
{
    static struct ax_bundle *bundle;
    struct ax_err err;
    assert_true(bundle != NULL || ax_ok(ax_bundle_load("scoring/packs", &bundle, &err)));
    return ax_bundle_choose_risk(bundle, AX_STR("14"), AX_STR(""), AX_STR("0610"), world_day("2010-01-01"));
}

/* Fills `order` with every fact, in one of the ways in which they might arrive; duplicates last. */
static size_t arrive(uint64_t *seed, int way, const struct ubb *u, uint32_t *order)
{
    size_t n = u->count;
    for (size_t i = 0; i < n; i++) {
        order[i] = (uint32_t)(way == 1 ? n - 1 - i : i); /* the last first: all late, retractions before their facts */
    }
    if (way > 1) {
        shuffle(seed, order, n);
    }
    for (size_t i = 0; way > 2 && i < u->count / 2; i++) {
        order[n++] = random_below(seed, (uint32_t)u->count);
    }
    if (way > 2) {
        shuffle(seed, order, n);
    }
    return n;
}

static void arrival_changes_nothing(void **state)
{
    (void)state;
    struct ubb *u = ax_xcalloc(1, sizeof *u);
    if (!read_ubb(u)) {
        ax_buf_deinit(&u->file);
        ax_xfree(u);
        skip();
    }
    const struct ax_risk_edition *e = shipped();
    uint32_t *order = ax_xcalloc(2 * u->count, sizeof *order);
    uint64_t seed = 15;
    struct outcome first;
    for (int way = 0; way < 6; way++) {
        struct ax_ledger l;
        ax_ledger_init(&l);
        size_t n = arrive(&seed, way, u, order);
        merge_in(&l, u->facts, order, n, way % 2 == 0 ? 500 : 97);
        struct outcome o = outcome_of(&l, e);
        if (way == 0) {
            first = o;
            assert_int_equal(o.rate.facts, UBB_ROWS - RETRACTED);
            assert_true(o.state.sum[AX_RISK_ENFORCEMENT * AX_RISK_LANES] > 0);
        }
        assert_same_outcome(&first, &o, true);
        ax_ledger_deinit(&l);
    }
    /* What is taken back counts as if it had never been there. */
    struct ax_ledger l;
    ax_ledger_init(&l);
    size_t n = 0;
    for (uint32_t i = 0; i < UBB_ROWS; i++) {
        if (i % 11 != 0 || i / 11 >= RETRACTED) {
            order[n++] = i;
        }
    }
    merge_in(&l, u->facts, order, n, 500);
    struct outcome o = outcome_of(&l, e);
    assert_same_outcome(&first, &o, false);
    ax_ledger_deinit(&l);
    ax_xfree(order);
    ax_buf_deinit(&u->file);
    ax_xfree(u);
}

static int64_t cpu_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t cost_of(const struct random_risk *r, uint32_t count)
{
    uint64_t seed = 16;
    struct random_ledger few;
    struct ax_arena arena;
    struct ax_risk_explained x;
    random_ledger(&seed, &few, 2);
    struct ax_ledger l = few.ledger;
    l.entries = ax_xcalloc(count, sizeof *l.entries);
    struct ax_entry_id *ids = ax_xcalloc(count, sizeof *ids);
    l.count = count;
    for (uint32_t i = 0; i < count; i++) {
        l.entries[i].id = &ids[i];
        random_entry(&seed, &l.entries[i], false);
    }
    int64_t best = INT64_MAX;
    for (int i = 0; i < 3; i++) {
        int64_t begin = cpu_ns();
        ax_arena_init(&arena, 1 << 20, 1 << 28);
        assert_true(ax_ok(ax_risk_explain(&l, NULL, &r->edition, RANDOM_DAY, &arena, &x)));
        check_sums(&x);
        ax_arena_deinit(&arena);
        int64_t ns = cpu_ns() - begin;
        best = ns < best ? ns : best;
    }
    ax_xfree(l.entries);
    ax_xfree(ids);
    return best;
}

static void large_ledgers_are_linear(void **state)
{
    (void)state;
    uint64_t seed = 17;
    struct random_risk r;
    random_edition(&seed, &r);
    int64_t few = cost_of(&r, 2000);
    int64_t many = cost_of(&r, 100000);
    assert_true(many < 50 * few * 3); /* 50 times the facts; a cache that is too small may cost three times as much */
    ax_risk_free(&r.edition);
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(sums_are_exact), T(more_or_graver_never_helps), T(a_day_is_no_step),
            T(a_state_is_that_of_its_span), T(arrival_changes_nothing), T(large_ledgers_are_linear)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
