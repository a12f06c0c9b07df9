/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every system's samples give exactly the facts that are written beside them, one proto3 JSON a line. With AX_GOLDEN_WRITE
 * set, they are written anew.
 */
#include "connectors/connector.h"

#include "base/file.h"
#include "services/lib/wire/fact_wire.h"
#include "tests/unit/t.h"

#include <stdio.h>
#include <stdlib.h>

enum { LATER = 20500 /* 2026-02-16 */ };

static void read_facts(const char *path, const char *system, struct ax_buf *out)
{
    struct ax_source_options options = {.path = path, .system = system, .today = LATER};
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
            print_error("%s row %llu: %s: %s (%s)\n", path, (unsigned long long)item.row, item.error.field,
                    item.error.text, item.error.value);
        }
        assert_int_equal(item.kind, AX_SOURCE_FACTS);
        for (size_t i = 0; i < item.fact_count; i++) {
            assert_true(ax_ok(ax_fact_to_json(&item.facts[i], &arena, out, &err)));
            ax_buf_put_u8(out, '\n');
        }
    }
    ax_source_close(reader);
    ax_arena_deinit(&arena);
}

static void check(const char *sample)
{
    char path[256];
    char expected_path[256];
    (void)snprintf(path, sizeof path, "connectors/systems/%s.csv", sample);
    (void)snprintf(expected_path, sizeof expected_path, "connectors/systems/%s.expected.jsonl", sample);
    struct ax_buf facts;
    struct ax_buf expected;
    struct ax_err err;
    ax_buf_init(&facts, 1 << 20);
    ax_buf_init(&expected, 1 << 20);
    read_facts(path, NULL, &facts);
    if (getenv("AX_GOLDEN_WRITE") != NULL) {
        assert_true(ax_ok(ax_file_write(expected_path, ax_buf_str(&facts), 0644, &err)));
    }
    assert_true(ax_ok(ax_file_read(expected_path, &expected, &err)));
    assert_int_equal(facts.len, expected.len);
    assert_memory_equal(facts.ptr, expected.ptr, facts.len);
    /* The expected facts, read as JSON lines, are themselves. */
    ax_buf_clear(&facts);
    read_facts(expected_path, NULL, &facts);
    assert_int_equal(facts.len, expected.len);
    assert_memory_equal(facts.ptr, expected.ptr, facts.len);
    ax_buf_deinit(&facts);
    ax_buf_deinit(&expected);
}

/* The same rows as JSON objects give the same facts. */
static void check_objects(const char *system, const char *sample)
{
    char path[256];
    char expected_path[256];
    (void)snprintf(path, sizeof path, "connectors/systems/%s/sample/%s.json", system, sample);
    (void)snprintf(
            expected_path, sizeof expected_path, "connectors/systems/%s/sample/%s.expected.jsonl", system, sample);
    struct ax_buf facts;
    struct ax_buf expected;
    struct ax_err err;
    ax_buf_init(&facts, 1 << 20);
    ax_buf_init(&expected, 1 << 20);
    read_facts(path, system, &facts);
    assert_true(ax_ok(ax_file_read(expected_path, &expected, &err)));
    assert_int_equal(facts.len, expected.len);
    assert_memory_equal(facts.ptr, expected.ptr, facts.len);
    ax_buf_deinit(&facts);
    ax_buf_deinit(&expected);
}

#define SAMPLE(name, file) \
    static void name(void **state) \
    { \
        (void)state; \
        check(file); \
    }
SAMPLE(creditchina_2018, "creditchina/sample/layout-2018")
SAMPLE(creditchina_2018_codes, "creditchina/sample/layout-2018-codes")
SAMPLE(creditchina_2016_gbk, "creditchina/sample/layout-2016")
SAMPLE(msha_mine_quarter, "msha/sample/mine_quarter")
SAMPLE(msha_coal_mine_year, "msha/sample/coal_mine_year")
SAMPLE(msha_mines, "msha/sample/mines")
SAMPLE(accident_report, "accident-report/sample/accidents")
SAMPLE(claims, "claims/sample/claims")
SAMPLE(policies, "policies/sample/policies")
SAMPLE(exposure, "exposure/sample/exposure")
SAMPLE(indicators, "indicators/sample/indicators")

static void accident_report_objects(void **state)
{
    (void)state;
    check_objects("accident-report", "accidents");
}

static void claims_objects(void **state)
{
    (void)state;
    check_objects("claims", "claims");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(creditchina_2018),
            cmocka_unit_test(creditchina_2018_codes),
            cmocka_unit_test(creditchina_2016_gbk),
            cmocka_unit_test(msha_mine_quarter),
            cmocka_unit_test(msha_coal_mine_year),
            cmocka_unit_test(msha_mines),
            cmocka_unit_test(accident_report),
            cmocka_unit_test(accident_report_objects),
            cmocka_unit_test(claims),
            cmocka_unit_test(claims_objects),
            cmocka_unit_test(policies),
            cmocka_unit_test(exposure),
            cmocka_unit_test(indicators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
