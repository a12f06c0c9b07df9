/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold for every stream of facts. Seeds are fixed; a failure names the seed of its case. Facts are about one
 * enterprise, with few references, revisions and acts, so that supersession, conflicts and echoes are frequent.
 */
#include "tests/property/random_facts.h"
#include "tests/unit/t.h"

#include <stdio.h>

#define T(name) cmocka_unit_test(name)

enum { FACTS_MAX = 500, FEW = 20, SMALL = T_CASES(100000), LARGE = T_CASES(200) };

struct stream {
    uint64_t seed;
    struct ax_fact facts[FACTS_MAX];
    uint8_t digests[FACTS_MAX][AX_DIGEST_SIZE];
    uint8_t keys[FACTS_MAX][AX_KEY_SIZE];
    size_t count;
};

static struct stream stream; /* large */

static const char *const references[] = {"r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "s0", "s1", "s2",
        "s3", "s4", "s5", "s6", "s7", "s8", "s9"};
static const char *const names[] = {"甲煤业", "乙煤业", "丙煤业"};
static const char *const industries[] = {"0610", "2611", "", "5110"};

static const struct random_days span = {.first = "2016-01-01", .count = 3650, .stands = 1200};

static struct ax_fact penalty(uint64_t *seed)
{
    struct ax_fact f = world_fact(AX_FACT_ENFORCEMENT_PENALTY, "");
    f.decided_on = random_day(&span, seed);
    f.enforcement_penalty.authority = AX_STR("局");
    f.enforcement_penalty.document_number = ax_str_c(references[world_below(seed, 6)]);
    f.enforcement_penalty.tier = (int32_t)world_below(seed, 4);
    f.enforcement_penalty.count = world_below(seed, 4) == 0 ? (uint32_t)world_below(seed, 90) : 0;
    f.enforcement_penalty.unlicensed_operation = world_below(seed, 20) == 0;
    f.enforcement_penalty.accident_id = world_below(seed, 5) == 0 ? AX_STR("r1") : AX_STR("");
    return f;
}

static struct ax_fact accident(uint64_t *seed)
{
    struct ax_fact f = world_fact(AX_FACT_ACCIDENT, "");
    f.occurred_on = random_day(&span, seed);
    f.accident.accident_id = ax_str_c(references[world_below(seed, 6)]);
    f.accident.deaths = (uint32_t)world_below(seed, 8) == 0 ? 3 : (uint32_t)world_below(seed, 2);
    f.accident.liability = (int32_t)world_below(seed, 4);
    f.accident.aggregate = world_below(seed, 4) == 0;
    f.accident.lost_workdays = world_below(seed, 200);
    f.accident.concealed = world_below(seed, 30) == 0;
    return f;
}

static struct ax_fact some_fact(uint64_t *seed)
{
    uint64_t kind = world_below(seed, 10);
    struct ax_fact f = kind < 4 ? penalty(seed) : kind < 6 ? accident(seed) : random_standing(&span, seed);
    f.source = world_below(seed, 4) == 0 ? AX_STR("b") : AX_STR("a");
    f.reference = ax_str_c(references[world_below(seed, 20)]);
    f.revision = 1 + (int64_t)world_below(seed, 3);
    f.enterprise_name = ax_str_c(names[world_below(seed, 3)]);
    f.industry = ax_str_c(industries[world_below(seed, 4)]);
    f.state = (int32_t)world_below(seed, 12) == 0 ? 2 + (int32_t)world_below(seed, 5) : AX_FACT_STATE_ACTIVE;
    f.use_until = world_below(seed, 12) == 0 ? random_day(&span, seed) : AX_DAY_NONE;
    f.known_at_us = 1 + (int64_t)world_below(seed, 50);
    f.synthetic = world_below(seed, 9) == 0;
    return f;
}

static void finish(struct stream *s, size_t i)
{
    world_digest(&s->facts[i], s->digests[i]);
    world_key(&s->facts[i], s->keys[i]);
}

static void fill(struct stream *s, uint64_t seed, size_t count)
{
    s->seed = seed;
    s->count = count;
    for (size_t i = 0; i < count; i++) {
        s->facts[i] = some_fact(&seed);
        finish(s, i);
    }
}

/* Every fact at least once, some twice, in any order and in any batches. */
static void merge_anyhow(struct ax_ledger *l, const struct stream *s, uint64_t *seed)
{
    static struct ax_ledger_item items[2 * FACTS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < s->count; i++) {
        for (uint64_t times = 1 + world_below(seed, 5) / 4; times > 0; times--) {
            items[count++] = (struct ax_ledger_item){.fact = &s->facts[i], .digest = s->digests[i], .key = s->keys[i]};
        }
    }
    for (size_t i = count; i > 1; i--) {
        size_t j = world_below(seed, i);
        struct ax_ledger_item swap = items[i - 1];
        items[i - 1] = items[j];
        items[j] = swap;
    }
    for (size_t at = 0; at < count;) {
        size_t batch = 1 + world_below(seed, count - at);
        ax_ledger_merge(l, items + at, batch, NULL);
        at += batch;
    }
}

static void check_same(const struct ax_ledger *a, const struct ax_ledger *b, uint64_t seed)
{
    if (a->count != b->count) {
        fail_msg("seed %llu: %u and %u entries", (unsigned long long)seed, a->count, b->count);
    }
    for (uint32_t i = 0; i < a->count; i++) {
        struct ax_entry x = a->entries[i];
        struct ax_entry y = b->entries[i];
        bool same_id = memcmp(x.id, y.id, sizeof *x.id) == 0;
        x.profile = y.profile = 0; /* where a profile stands is nobody's business, nor where an id does */
        x.id = y.id = NULL;
        if (!same_id || memcmp(&x, &y, sizeof x) != 0) {
            fail_msg("seed %llu: entry %u differs", (unsigned long long)seed, i);
        }
    }
    struct ax_buf one;
    struct ax_buf two;
    ax_buf_init(&one, 1 << 20);
    ax_buf_init(&two, 1 << 20);
    const struct ax_ledger *both[] = {a, b};
    struct ax_buf *bytes[] = {&one, &two};
    static const uint8_t digest[AX_DIGEST_SIZE] = {1};
    for (int i = 0; i < 2; i++) {
        struct ax_rate rate;
        struct ax_rating_refs refs;
        struct ax_rating rating;
        ax_rate(both[i], world_pack(), world_day("2022-06-30"), &rate);
        const struct ax_rating_input in = {.enterprise = AX_STR(WORLD_ENTERPRISE),
                .ledger = both[i],
                .pack = world_pack(),
                .rate = &rate,
                .day = world_day("2022-06-30"),
                .ledger_digest = digest,
                .pack_digest = digest};
        ax_rating_fill(&in, &refs, &rating);
        ax_ledger_canonical(both[i], bytes[i]);
        ax_encode(&ax_rating_message, &rating, false, bytes[i]);
    }
    if (!ax_str_eq(ax_buf_str(&one), ax_buf_str(&two))) {
        fail_msg("seed %llu: the bytes differ", (unsigned long long)seed);
    }
    ax_buf_deinit(&one);
    ax_buf_deinit(&two);
}

static void order_does_not_matter(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= T_CASES(3000); seed++) {
        uint64_t way = seed * 77;
        fill(&stream, seed, 1 + world_below(&way, 60));
        struct ax_ledger a;
        struct ax_ledger b;
        ax_ledger_init(&a);
        ax_ledger_init(&b);
        merge_anyhow(&a, &stream, &way);
        merge_anyhow(&b, &stream, &way);
        check_same(&a, &b, seed);
        merge_anyhow(&a, &stream, &way); /* and once more changes nothing */
        check_same(&a, &b, seed);
        ax_ledger_deinit(&a);
        ax_ledger_deinit(&b);
    }
}

static void adding_many_is_merging(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= T_CASES(3000); seed++) {
        uint64_t way = seed * 55;
        fill(&stream, seed + 9000, 1 + world_below(&way, 60));
        struct ax_ledger merged;
        struct ax_ledger added;
        ax_ledger_init(&merged);
        ax_ledger_init(&added);
        merge_anyhow(&merged, &stream, &way);
        for (size_t i = stream.count; i-- > 0;) {
            if (i == stream.count / 2) {
                ax_ledger_settle(&added, NULL); /* in two goes */
            }
            ax_ledger_add(&added, &stream.facts[i], stream.digests[i], stream.keys[i]);
        }
        ax_ledger_settle(&added, NULL);
        check_same(&merged, &added, seed);
        for (uint32_t i = 0; i < merged.count; i++) {
            assert_int_equal(merged.entries[i].marks, added.entries[i].marks);
            assert_int_equal(merged.entries[i].id->known_at_us, added.entries[i].id->known_at_us);
        }
        ax_ledger_deinit(&merged);
        ax_ledger_deinit(&added);
    }
}

static void as_known_is_a_rebuild(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= T_CASES(2000); seed++) {
        uint64_t way = seed * 99;
        fill(&stream, seed + 5000, 1 + world_below(&way, 40));
        struct ax_ledger all;
        struct ax_ledger known;
        struct ax_ledger rebuilt;
        ax_ledger_init(&all);
        ax_ledger_init(&rebuilt);
        merge_anyhow(&all, &stream, &way);
        int64_t at = (int64_t)world_below(&way, 52);
        ax_ledger_as_known(&all, at, &known);
        size_t kept = 0;
        for (size_t i = 0; i < stream.count; i++) {
            if (stream.facts[i].known_at_us <= at) {
                stream.facts[kept] = stream.facts[i];
                finish(&stream, kept++);
            }
        }
        stream.count = kept;
        merge_anyhow(&rebuilt, &stream, &way);
        check_same(&known, &rebuilt, seed);
        ax_ledger_deinit(&all);
        ax_ledger_deinit(&known);
        ax_ledger_deinit(&rebuilt);
    }
}

static void check_explained(const struct ax_ledger *l, int32_t day, struct ax_arena *arena, uint64_t seed)
{
    struct ax_rate rate;
    struct ax_rate explained;
    struct ax_rate_line *lines;
    size_t count;
    ax_arena_reset(arena);
    ax_rate(l, world_pack(), day, &rate);
    assert_int_equal(ax_rate_explain(l, world_pack(), day, arena, &explained, &lines, &count).code, AX_OK);
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += lines[i].points;
    }
    if (sum != rate.points || !ax_rate_same(&rate, &explained) || rate.next_change_on != explained.next_change_on) {
        fail_msg("seed %llu: lines add up to %lld, not %d", (unsigned long long)seed, (long long)sum, rate.points);
    }
}

/* Many small ledgers and some that are too large for a view. Digests are made up: nothing here looks at them. */
static void explanations_add_up(void **state)
{
    (void)state;
    struct ax_arena arena;
    ax_arena_init(&arena, 1 << 16, 1 << 22);
    for (uint64_t seed = 1; seed <= SMALL + LARGE; seed++) {
        uint64_t way = seed * 31;
        size_t count = seed > SMALL ? FACTS_MAX : world_below(&way, 12);
        static struct ax_ledger_item items[FACTS_MAX];
        for (size_t i = 0; i < count; i++) {
            stream.facts[i] = some_fact(&way);
            uint64_t number = world_random(&way);
            memcpy(stream.digests[i], &number, sizeof number);
            number = count == FACTS_MAX ? number : number % 16;
            memset(stream.keys[i], 0, AX_KEY_SIZE);
            memcpy(stream.keys[i], &number, sizeof number);
            items[i] = (struct ax_ledger_item){
                    .fact = &stream.facts[i], .digest = stream.digests[i], .key = stream.keys[i]};
        }
        struct ax_ledger l;
        ax_ledger_init(&l);
        ax_ledger_merge(&l, items, count, NULL);
        check_explained(&l, random_day(&span, &way), &arena, seed);
        ax_ledger_deinit(&l);
    }
    ax_arena_deinit(&arena);
}

/* A new act that speaks against the enterprise: of its own, now or long ago. */
static struct ax_fact adverse_fact(uint64_t *seed)
{
    struct ax_fact f;
    do {
        f = world_below(seed, 2) == 0   ? penalty(seed)
            : world_below(seed, 2) == 0 ? accident(seed)
                                        : random_standing(&span, seed);
    } while (f.kind == AX_FACT_STANDARDISATION || f.kind == AX_FACT_CERTIFICATE || f.kind == AX_FACT_INSURANCE_POLICY ||
             f.kind == AX_FACT_LICENCE ||
             (f.kind == AX_FACT_LIST_ENTRY && f.list_entry.list == AX_LIST_KIND_COMMENDATION));
    if (f.kind == AX_FACT_ENFORCEMENT_PENALTY) {
        f.enforcement_penalty.document_number = AX_STR("new");
    } else if (f.kind == AX_FACT_ACCIDENT) {
        f.accident.accident_id = AX_STR("new");
    }
    f.reference = AX_STR("new");
    f.enterprise_name = AX_STR("");
    f.industry = AX_STR("");
    f.industry_edition = AX_STR("");
    return f;
}

static void adverse_facts_never_help(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= T_CASES(20000); seed++) {
        uint64_t way = seed * 13;
        fill(&stream, seed + 90000, 1 + world_below(&way, 14));
        struct ax_ledger l;
        ax_ledger_init(&l);
        merge_anyhow(&l, &stream, &way);
        int32_t day = random_day(&span, &way);
        struct ax_rate before;
        struct ax_rate after;
        ax_rate(&l, world_pack(), day, &before);
        stream.facts[0] = adverse_fact(&way);
        finish(&stream, 0);
        stream.count = 1;
        merge_anyhow(&l, &stream, &way);
        ax_rate(&l, world_pack(), day, &after);
        if (before.level != AX_LEVEL_UNRATED && (after.points > before.points || after.level < before.level)) {
            fail_msg("seed %llu: %s with %d became %s with %d", (unsigned long long)seed,
                    ax_level_name((int32_t)before.level), before.points, ax_level_name((int32_t)after.level),
                    after.points);
        }
        ax_ledger_deinit(&l);
    }
}

/* Looked at day by day: nothing changes before next_change_on, and nothing but at a boundary; afterwards the last change
 * stays where it was until there is another. */
static void check_days(const struct ax_ledger *l, int32_t day, int32_t days, uint64_t seed)
{
    struct ax_rate first;
    struct ax_rate then;
    struct ax_rate before;
    ax_rate(l, world_pack(), day, &first);
    int32_t changed_on;
    ax_rate_with_last_change(l, world_pack(), AX_DAY_NONE, day, &before, &changed_on);
    for (int32_t d = day + 1; d <= day + days; d++) {
        ax_rate(l, world_pack(), d, &then);
        bool same = ax_rate_same(&first, &then);
        bool foretold = first.next_change_on == AX_DAY_NONE || d < first.next_change_on;
        changed_on = ax_rate_same(&before, &then) ? changed_on : d;
        before = then;
        int32_t last;
        struct ax_rate with;
        ax_rate_with_last_change(l, world_pack(), AX_DAY_NONE, d, &with, &last);
        assert_true(ax_rate_same(&with, &then));
        assert_int_equal(with.last_boundary, then.last_boundary);
        assert_int_equal(with.next_boundary, then.next_boundary);
        if (l->count > FEW ? last < changed_on : last != changed_on) { /* of many it may be said too late */
            fail_msg("seed %llu: last change %d, not %d", (unsigned long long)seed, last, changed_on);
        }
        if (foretold != same) {
            char text[AX_DAY_TEXT_SIZE];
            fail_msg("seed %llu: %s on %s", (unsigned long long)seed, same ? "no change" : "a change",
                    ax_day_format(d, text));
        }
        bool boundary = d == first.next_boundary;
        assert_int_equal(then.last_boundary, boundary ? d : first.last_boundary);
        if (boundary || !same) {
            ax_rate(l, world_pack(), d, &first);
        }
    }
}

static void changes_are_foretold(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        uint64_t way = seed * 17;
        fill(&stream, seed + 200000, seed % 100 == 0 ? FACTS_MAX : 1 + world_below(&way, 20));
        struct ax_ledger l;
        ax_ledger_init(&l);
        merge_anyhow(&l, &stream, &way);
        check_days(&l, random_day(&span, &way), 200, seed);
        ax_ledger_deinit(&l);
    }
}

/* The history found by walking boundaries is the one found by looking at every day. */
static void history_is_complete(void **state)
{
    (void)state;
    enum { DAYS = 1500, CHANGES_MAX = 1500 };
    static int32_t days[CHANGES_MAX];
    for (uint64_t seed = 1; seed <= 60; seed++) {
        uint64_t way = seed * 19;
        fill(&stream, seed + 300000, 1 + world_below(&way, 20));
        struct ax_ledger l;
        ax_ledger_init(&l);
        merge_anyhow(&l, &stream, &way);
        int32_t until = random_day(&span, &way);
        size_t count = ax_rate_changes(&l, world_pack(), until - DAYS, until, days, CHANGES_MAX);
        size_t next = 0;
        struct ax_rate on;
        struct ax_rate before;
        ax_rate(&l, world_pack(), until, &on);
        for (int32_t d = until; d >= until - DAYS; d--) {
            ax_rate(&l, world_pack(), d - 1, &before);
            bool changed = !ax_rate_same(&on, &before);
            bool said = next < count && days[next] == d;
            if (changed != said) {
                fail_msg("seed %llu: day %d", (unsigned long long)seed, d);
            }
            next += said ? 1 : 0;
            on = before;
        }
        assert_int_equal(next, count);
        ax_ledger_deinit(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(order_does_not_matter), T(adding_many_is_merging), T(as_known_is_a_rebuild),
            T(explanations_add_up), T(adverse_facts_never_help), T(changes_are_foretold), T(history_is_complete)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
