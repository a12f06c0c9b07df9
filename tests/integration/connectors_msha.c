/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The real data of the msha panels, read in place from AX_SHARED_DATA or ../shared/data; skipped where they are not there.
 * Every row is taken, and the sums of the facts are the sums of the columns.
 */
#include "connectors/connector.h"

#include "base/clock.h"
#include "base/file.h"
#include "tests/unit/t.h"

#include <stdio.h>
#include <stdlib.h>

struct sums {
    uint64_t rows;
    uint64_t facts;
    uint64_t penalties;
    uint64_t violations;
    uint64_t deaths;
    uint64_t lost_workdays;
    uint64_t employees;
    uint64_t names;
    bool upper_big_branch;
};

static void path_of(const char *name, char *out, size_t size)
{
    const char *root = getenv("AX_SHARED_DATA");
    (void)snprintf(out, size, "%s/msha/%s", root == NULL ? "../shared/data" : root, name);
}

static void add(struct sums *sums, const struct ax_fact *f)
{
    sums->facts++;
    sums->names += f->enterprise_name.len > 0 ? 1 : 0;
    if (ax_str_eq(f->enterprise, AX_STR("91990000M46084369Y"))) {
        sums->upper_big_branch = true;
    }
    assert_true(ax_str_eq(f->jurisdiction, AX_STR("1499")));
    switch (f->kind) {
    case AX_FACT_ENFORCEMENT_PENALTY:
        sums->penalties++;
        sums->violations += f->enforcement_penalty.count;
        break;
    case AX_FACT_ACCIDENT:
        assert_true(f->accident.aggregate);
        assert_int_equal(ax_accident_grade_counted(&f->accident), 0);
        sums->deaths += f->accident.deaths;
        sums->lost_workdays += f->accident.lost_workdays;
        break;
    default:
        assert_int_equal(f->kind, AX_FACT_EXPOSURE);
        sums->employees += f->exposure.employees;
        break;
    }
}

static struct sums read_file(const char *name)
{
    char path[512];
    path_of(name, path, sizeof path);
    struct sums sums = {0};
    struct ax_source_options options = {.path = path, .today = AX_DAY_NONE};
    struct ax_source_reader *reader;
    struct ax_err err;
    struct ax_arena arena;
    int64_t begun = ax_mono_us();
    ax_arena_init(&arena, 64 << 10, 4 << 20);
    assert_true(ax_ok(ax_source_open(&options, &reader, &err)));
    assert_string_equal(ax_source_system(reader), "msha");
    for (;;) {
        struct ax_source_item item;
        ax_arena_reset(&arena);
        assert_true(ax_ok(ax_source_next(reader, &arena, &item, &err)));
        if (item.kind == AX_SOURCE_END) {
            break;
        }
        assert_int_equal(item.kind, AX_SOURCE_FACTS);
        sums.rows++;
        for (size_t i = 0; i < item.fact_count; i++) {
            add(&sums, &item.facts[i]);
        }
    }
    int64_t read_bytes;
    int64_t total_bytes;
    ax_source_progress(reader, &read_bytes, &total_bytes);
    assert_int_equal(read_bytes, total_bytes);
    ax_source_close(reader);
    ax_arena_deinit(&arena);
    print_message("%s: %llu rows, %llu facts, %lld ms\n", name, (unsigned long long)sums.rows,
            (unsigned long long)sums.facts, (long long)(ax_mono_us() - begun) / 1000);
    return sums;
}

static void mine_quarter(void **state)
{
    (void)state;
    struct sums s = read_file("mine_quarter.csv");
    assert_int_equal(s.rows, 246166);
    assert_int_equal(s.penalties, 225194);
    assert_int_equal(s.facts, 280526);
    assert_int_equal(s.violations, 1793061);
    assert_int_equal(s.deaths, 768);
    assert_int_equal(s.lost_workdays, 3927020);
    assert_true(s.upper_big_branch);
}

static void coal_mine_year(void **state)
{
    (void)state;
    struct sums s = read_file("coal_mine_year.csv");
    assert_int_equal(s.rows, 18460);
    assert_int_equal(s.facts, 18460);
    assert_int_equal(s.names, 18460);
    assert_true(s.employees > 0);
    assert_true(s.upper_big_branch);
}

static void mines(void **state)
{
    (void)state;
    struct sums s = read_file("mines.csv");
    assert_int_equal(s.rows, 26941);
    assert_int_equal(s.facts, 10377); /* those that have a name */
    assert_int_equal(s.names, s.facts);
}

int main(void)
{
    char path[512];
    path_of("mine_quarter.csv", path, sizeof path);
    if (!ax_file_exists(path)) {
        (void)printf("skipped: %s is not there\n", path);
        return 77;
    }
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(mine_quarter),
            cmocka_unit_test(coal_mine_year),
            cmocka_unit_test(mines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
