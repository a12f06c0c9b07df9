/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The made-up province: the same from the same seed, every fact one that ingest would take, its penalties the same facts
 * when they went through the 双公示 layout or the table of facts, and its ratings spread as they should be.
 */
#include "connectors/connector.h"
#include "connectors/synth.h"
#include "connectors/table.h"

#include "base/digest.h"
#include "base/file.h"
#include "scoring/rate.h"
#include "services/lib/pack/bundle.h"
#include "tests/unit/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SMALL = 200, LARGE = 4000 };

static int32_t until(void)
{
    return ax_day_of(2025, 6, 30);
}

static struct ax_synth *open_synth(uint32_t enterprises, uint64_t seed)
{
    struct ax_synth_options options = {.enterprises = enterprises, .seed = seed, .until = until()};
    struct ax_synth *synth;
    assert_true(ax_ok(ax_synth_open(&options, &synth, NULL)));
    return synth;
}

static void digest_of(uint32_t enterprises, uint64_t seed, uint8_t digest[AX_DIGEST_SIZE])
{
    struct ax_synth *synth = open_synth(enterprises, seed);
    struct ax_sha256_run *run = ax_sha256_new();
    struct ax_buf canonical;
    ax_buf_init(&canonical, 1 << 20);
    for (const struct ax_fact *fact = ax_synth_next(synth); fact != NULL; fact = ax_synth_next(synth)) {
        ax_buf_clear(&canonical);
        ax_fact_canonical(fact, &canonical);
        ax_sha256_add(run, ax_buf_str(&canonical));
    }
    ax_sha256_end(run, digest);
    ax_buf_deinit(&canonical);
    ax_synth_close(synth);
}

static void same_from_the_same_seed(void **state)
{
    (void)state;
    uint8_t one[AX_DIGEST_SIZE];
    uint8_t two[AX_DIGEST_SIZE];
    uint8_t other[AX_DIGEST_SIZE];
    digest_of(SMALL, 7, one);
    digest_of(SMALL, 7, two);
    digest_of(SMALL, 8, other);
    assert_memory_equal(one, two, AX_DIGEST_SIZE);
    assert_memory_not_equal(one, other, AX_DIGEST_SIZE);
}

static void every_fact_is_in_order(void **state)
{
    (void)state;
    struct ax_synth *synth = open_synth(1000, 3);
    size_t kinds[64] = {0};
    for (const struct ax_fact *fact = ax_synth_next(synth); fact != NULL; fact = ax_synth_next(synth)) {
        struct ax_err err;
        if (!ax_ok(ax_fact_check(fact, until(), &err))) {
            fail_msg("%.*s: %s: %s (%s)", AX_ARG(fact->reference), err.field, err.text, err.value);
        }
        assert_true(fact->synthetic);
        assert_true(ax_str_starts(fact->enterprise_name, AX_STR("晋示例")));
        kinds[fact->kind]++;
    }
    for (int32_t kind = AX_FACT_ENFORCEMENT_PENALTY; kind <= AX_FACT_EXPOSURE; kind++) {
        assert_true(kinds[kind] > 0 || kind == AX_FACT_MONITORING_ALARM);
    }
    assert_true(kinds[AX_FACT_INDICATOR] > 0);
    ax_synth_close(synth);
}

/* Of the places and the trades that are asked for, and of none where nothing of the kind can be made. */
static void made_of_what_is_asked_for(void **state)
{
    (void)state;
    ax_str builders[] = {AX_STR("47"), AX_STR("48")};
    ax_str places[] = {AX_STR("43")};
    ax_str nowhere[] = {AX_STR("65")};
    struct ax_synth_options options = {
            .enterprises = 300, .seed = 5, .until = until(), .industries = {builders, 2}, .regions = {places, 1}};
    struct ax_synth *synth;
    struct ax_err err;
    size_t trades[2] = {0};
    assert_true(ax_ok(ax_synth_open(&options, &synth, &err)));
    for (const struct ax_fact *fact = ax_synth_next(synth); fact != NULL; fact = ax_synth_next(synth)) {
        assert_true(ax_ok(ax_fact_check(fact, until(), &err)));
        assert_true(ax_str_starts(fact->enterprise, AX_STR("9143")));
        assert_true(ax_str_starts(fact->enterprise_name, AX_STR("湘示例")));
        assert_true(fact->industry.len == 0 || ax_str_starts(fact->industry, builders[0]) ||
                    ax_str_starts(fact->industry, builders[1]));
        trades[0] += ax_str_starts(fact->industry, builders[0]) ? 1 : 0;
        trades[1] += ax_str_starts(fact->industry, builders[1]) ? 1 : 0;
    }
    assert_true(trades[0] > trades[1] && trades[1] > 0);
    ax_synth_close(synth);
    options.regions.items = nowhere;
    assert_false(ax_ok(ax_synth_open(&options, &synth, &err)));
    assert_string_equal(err.field, "regions");
    options.industries.items = nowhere;
    options.industries.count = 1;
    assert_false(ax_ok(ax_synth_open(&options, &synth, &err)));
    assert_string_equal(err.field, "industries");
}

/* What is paid and reserved of a claim grows from one look at it to the next, until it is closed. */
static void claims_develop(void **state)
{
    (void)state;
    struct ax_synth *synth = open_synth(2000, 9);
    struct ax_insurance_claim before = {.paid_fen = 0};
    char number[64] = "";
    int64_t revision = 0;
    size_t looks = 0;
    size_t most = 0;
    size_t closed = 0;
    size_t open = 0;
    for (const struct ax_fact *fact = ax_synth_next(synth); fact != NULL; fact = ax_synth_next(synth)) {
        if (fact->kind != AX_FACT_INSURANCE_CLAIM) {
            continue;
        }
        const struct ax_insurance_claim *c = &fact->insurance_claim;
        bool same = ax_str_eq(fact->reference, ax_str_c(number));
        looks = same ? looks + 1 : 1;
        most = looks > most ? looks : most;
        if (same) {
            assert_true(fact->revision > revision && before.claim_state == AX_CLAIM_STATE_OPEN);
            assert_true(c->paid_fen >= before.paid_fen);
            assert_true(c->claim_state == AX_CLAIM_STATE_REFUSED ||
                        c->paid_fen + c->reserved_fen >= before.paid_fen + before.reserved_fen);
        }
        closed += c->claim_state == AX_CLAIM_STATE_PAID ? 1 : 0;
        open += c->claim_state == AX_CLAIM_STATE_OPEN ? 1 : 0;
        assert_true((c->claim_state == AX_CLAIM_STATE_OPEN) == (c->closed_on == AX_DAY_NONE));
        assert_true(c->policy_number.len > 0 && c->reported_on >= fact->occurred_on);
        (void)ax_str_to_c(fact->reference, number, sizeof number);
        revision = fact->revision;
        before = *c;
    }
    assert_true(most >= 4 && closed > 100 && open > 100);
    ax_synth_close(synth);
}

/* Facts of a file in memory terms: their canonical bytes, each behind the other. */
static void canonical_of_file(const char *path, struct ax_buf *out)
{
    struct ax_source_options options = {.path = path, .today = until()};
    struct ax_source_reader *reader;
    struct ax_err err;
    struct ax_arena arena;
    ax_arena_init(&arena, 64 << 10, 4 << 20);
    assert_true(ax_ok(ax_source_open(&options, &reader, &err)));
    for (;;) {
        struct ax_source_item item;
        ax_arena_reset(&arena);
        assert_true(ax_ok(ax_source_next(reader, &arena, &item, &err)));
        if (item.kind == AX_SOURCE_END) {
            break;
        }
        if (item.kind == AX_SOURCE_REJECT) {
            fail_msg("row %llu: %s: %s", (unsigned long long)item.row, item.error.field, item.error.text);
        }
        ax_fact_canonical(&item.facts[0], out);
    }
    ax_source_close(reader);
    ax_arena_deinit(&arena);
}

static void through_a_file(bool publicity)
{
    char path[] = "/tmp/ax_synth_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    struct ax_buf text;
    struct ax_buf wanted;
    struct ax_buf got;
    ax_buf_init(&text, 64 << 20);
    ax_buf_init(&wanted, 64 << 20);
    ax_buf_init(&got, 64 << 20);
    if (publicity) {
        ax_synth_put_publicity_header(&text);
    } else {
        ax_table_put_header(&text);
    }
    struct ax_synth *synth = open_synth(SMALL, 11);
    for (const struct ax_fact *fact = ax_synth_next(synth); fact != NULL; fact = ax_synth_next(synth)) {
        if (publicity && !ax_synth_is_publicity(fact)) {
            continue;
        }
        ax_fact_canonical(fact, &wanted);
        if (publicity) {
            ax_synth_put_publicity(fact, &text);
        } else {
            ax_table_put_fact(fact, &text);
        }
    }
    ax_synth_close(synth);
    assert_false(text.failed || wanted.failed);
    assert_true(ax_ok(ax_file_write(path, ax_buf_str(&text), 0600, NULL)));
    canonical_of_file(path, &got);
    (void)unlink(path);
    assert_int_equal(got.len, wanted.len);
    assert_memory_equal(got.ptr, wanted.ptr, got.len);
    ax_buf_deinit(&text);
    ax_buf_deinit(&wanted);
    ax_buf_deinit(&got);
}

static void same_through_the_public_layout(void **state)
{
    (void)state;
    through_a_file(true);
}

static void same_through_the_table_of_facts(void **state)
{
    (void)state;
    through_a_file(false);
}

static void merge(struct ax_ledger *ledger, const struct ax_fact *fact, struct ax_buf *scratch, struct ax_arena *arena)
{
    uint8_t digest[AX_DIGEST_SIZE];
    uint8_t key[AX_DIGEST_SIZE];
    ax_buf_clear(scratch);
    ax_fact_canonical(fact, scratch);
    ax_sha256(ax_buf_str(scratch), digest);
    ax_buf_clear(scratch);
    ax_fact_key_bytes(fact, scratch);
    ax_sha256(ax_buf_str(scratch), key);
    struct ax_ledger_item item = {.fact = fact, .digest = digest, .key = key};
    ax_arena_reset(arena);
    ax_ledger_merge(ledger, &item, 1, arena);
}

static void rate_all(uint32_t enterprises, uint64_t seed, size_t levels[AX_LEVEL_UNRATED + 1])
{
    struct ax_bundle *bundle;
    struct ax_err err;
    struct ax_buf scratch;
    struct ax_arena arena;
    struct ax_ledger ledger;
    assert_true(ax_ok(ax_bundle_load("scoring/packs", &bundle, &err)));
    const struct ax_pack *pack = ax_bundle_choose(bundle, AX_STR(""), AX_STR("140100"), AX_STR("0610"), until());
    assert_non_null(pack);
    ax_buf_init(&scratch, 1 << 20);
    ax_arena_init(&arena, 64 << 10, 8 << 20);
    ax_ledger_init(&ledger);
    struct ax_synth *synth = open_synth(enterprises, seed);
    uint32_t begun = 0;
    struct ax_rate rate;
    for (const struct ax_fact *fact = ax_synth_next(synth); fact != NULL; fact = ax_synth_next(synth)) {
        if (ax_synth_progress(synth) != begun && begun > 0) {
            ax_rate(&ledger, pack, until(), &rate);
            levels[rate.level]++;
            ax_ledger_deinit(&ledger);
            ax_ledger_init(&ledger);
        }
        begun = ax_synth_progress(synth);
        merge(&ledger, fact, &scratch, &arena);
    }
    ax_rate(&ledger, pack, until(), &rate);
    levels[rate.level]++;
    ax_synth_close(synth);
    ax_ledger_deinit(&ledger);
    ax_buf_deinit(&scratch);
    ax_arena_deinit(&arena);
    ax_bundle_free(bundle);
}

static void print_levels(const size_t levels[AX_LEVEL_UNRATED + 1])
{
    static const char *const names[] = {"-", "A1", "A2", "B1", "B2", "B3", "C1", "C2", "C3", "D", "unrated"};
    for (size_t i = AX_LEVEL_A1; i <= AX_LEVEL_UNRATED; i++) {
        print_message("%s %zu  ", names[i], levels[i]);
    }
    print_message("\n");
}

/* Per mille, within `tolerance`. */
static void assert_share(size_t count, size_t all, size_t wanted, size_t tolerance)
{
    size_t share = count * 1000 / all;
    assert_in_range(share, wanted > tolerance ? wanted - tolerance : 0, wanted + tolerance);
}

static void classes_come_out_as_in_the_coal_round(void **state)
{
    (void)state;
    size_t l[AX_LEVEL_UNRATED + 1] = {0};
    rate_all(LARGE, 1, l);
    print_levels(l);
    assert_int_equal(l[AX_LEVEL_NONE] + l[AX_LEVEL_UNRATED], 0);
    assert_share(l[AX_LEVEL_A1] + l[AX_LEVEL_A2], LARGE, 5, 5);
    assert_share(l[AX_LEVEL_B1] + l[AX_LEVEL_B2] + l[AX_LEVEL_B3], LARGE, 330, 30);
    assert_share(l[AX_LEVEL_C1] + l[AX_LEVEL_C2] + l[AX_LEVEL_C3], LARGE, 570, 30);
    assert_share(l[AX_LEVEL_D], LARGE, 90, 20);
}

static void all_nine_levels_in_a_small_province(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        size_t l[AX_LEVEL_UNRATED + 1] = {0};
        rate_all(SMALL, seed, l);
        print_levels(l);
        for (size_t i = AX_LEVEL_A1; i <= AX_LEVEL_D; i++) {
            assert_true(l[i] > 0);
        }
    }
}

static void load_repeats_and_revises(void **state)
{
    (void)state;
    struct ax_synth_load load;
    struct ax_synth_load_options options = {.facts = 200000,
            .enterprises = 5000,
            .duplicates_ppm = 50000,
            .revisions_ppm = 20000,
            .seed = 5,
            .until = until()};
    struct ax_synth_load_text text;
    struct ax_fact fact;
    struct ax_buf canonical;
    size_t bytes = 0;
    size_t revised = 0;
    ax_buf_init(&canonical, 1 << 20);
    ax_synth_load_init(&load, &options);
    while (ax_synth_load_next(&load, &text, &fact)) {
        struct ax_err err;
        assert_true(ax_ok(ax_fact_check(&fact, until(), &err)));
        ax_buf_clear(&canonical);
        ax_fact_canonical(&fact, &canonical);
        bytes += canonical.len;
        revised += fact.revision > 1 ? 1 : 0;
    }
    print_message("%zu bytes a fact, %zu revised\n", bytes / 200000, revised);
    assert_in_range(bytes / 200000, 250, 350);
    assert_share(revised, 200000, 20, 2);
    ax_buf_deinit(&canonical);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(same_from_the_same_seed),
            cmocka_unit_test(every_fact_is_in_order),
            cmocka_unit_test(made_of_what_is_asked_for),
            cmocka_unit_test(claims_develop),
            cmocka_unit_test(same_through_the_public_layout),
            cmocka_unit_test(same_through_the_table_of_facts),
            cmocka_unit_test(classes_come_out_as_in_the_coal_round),
            cmocka_unit_test(all_nine_levels_in_a_small_province),
            cmocka_unit_test(load_repeats_and_revises),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
