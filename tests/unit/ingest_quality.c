/* SPDX-License-Identifier: Apache-2.0 */
/* What ingest counts of its sources: late reports by the law's days, codes on no list. */
#include "services/ingest/quality.h"
#include "tests/unit/scoring_world.h"
#include "tests/unit/t.h"

#include <stdio.h>

static struct ax_bundle *bundle;

static int setup(void **state)
{
    (void)state;
    return ax_ok(ax_bundle_load("scoring/packs", &bundle, NULL)) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    ax_bundle_free(bundle);
    return 0;
}

static void days_by_authority(void **state)
{
    (void)state;
    struct ax_fact p = world_penalty("p", "2026-02-13", AX_PENALTY_TIER_GENERAL);
    p.enforcement_penalty.authority = AX_STR("太原市应急管理局");
    assert_int_equal(ax_quality_due(&bundle->common, &p), world_day("2026-03-02"));
    p.enforcement_penalty.authority = AX_STR("太原市市场监督管理局");
    assert_int_equal(ax_quality_due(&bundle->common, &p), world_day("2026-03-19"));
    p.enforcement_penalty.count = 3; /* a total has no day of publication */
    assert_int_equal(ax_quality_due(&bundle->common, &p), AX_DAY_NONE);
    struct ax_fact l = world_fact(AX_FACT_LICENCE, "l");
    assert_int_equal(ax_quality_due(&bundle->common, &l), AX_DAY_NONE);
    l.licence.valid_from = world_day("2024-01-05");
    assert_int_equal(ax_quality_due(&bundle->common, &l), world_day("2024-01-16"));
}

static void counts_by_source(void **state)
{
    (void)state;
    struct ax_quality_source list[AX_QUALITY_SOURCES_MAX];
    struct ax_quality *q = ax_quality_new(&bundle->common);
    struct ax_fact p = world_penalty("p", "2026-02-13", AX_PENALTY_TIER_GENERAL);
    p.source = AX_STR("second");
    ax_quality_count(q, &p, true, world_day("2026-03-02"));
    ax_quality_count(q, &p, true, world_day("2026-03-03"));
    ax_quality_count(q, &p, false, world_day("2026-12-31")); /* a revision is no first report */
    struct ax_fact a = world_accident("a", "2024-01-01", AX_LIABILITY_MAIN, 1);
    a.source = AX_STR("first");
    a.region = AX_STR("149900");
    a.accident.category = AX_STR("10"); /* it is printed 010 */
    a.accident.category_edition = AX_STR("1986");
    ax_quality_count(q, &a, true, world_day("2024-01-02"));
    a.accident.report_minutes = 60;
    a.accident.forward_minutes = 120;
    ax_quality_count(q, &a, true, world_day("2024-01-02"));
    a.accident.forward_minutes = 121;
    ax_quality_count(q, &a, true, world_day("2024-01-02"));
    assert_int_equal(ax_quality_list(q, list), 2);
    assert_string_equal(list[0].source, "first");
    assert_int_equal(list[0].unknown_codes, 6);
    assert_int_equal(list[0].late, 1);
    assert_string_equal(list[1].source, "second");
    assert_int_equal(list[1].accepted, 3);
    assert_int_equal(list[1].late, 1);
    ax_quality_free(q);
}

static void a_category_of_no_edition(void **state)
{
    (void)state;
    const struct {
        const char *category;
        const char *edition;
        int unknown;
    } cases[] = {{"999", "1986", 1}, {"021", "1986", 1}, {"020", "1986", 0}, {"999", "", 1}, {"020", "", 0},
            {"", "", 0}, {"", "1986", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ax_fact a = world_accident("a", "2024-01-01", AX_LIABILITY_MAIN, 1);
        a.accident.category = ax_str_c(cases[i].category);
        a.accident.category_edition = ax_str_c(cases[i].edition);
        assert_int_equal(ax_quality_unknown_codes(&bundle->common, &a), cases[i].unknown);
    }
}

static void sources_have_a_limit(void **state)
{
    (void)state;
    struct ax_quality_source list[AX_QUALITY_SOURCES_MAX];
    struct ax_quality *q = ax_quality_new(&bundle->common);
    struct ax_fact e = world_fact(AX_FACT_EXPOSURE, "e");
    int64_t accepted = 0;
    for (int i = 0; i < 100; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "s%03d", i);
        e.source = ax_str_c(name);
        ax_quality_count(q, &e, true, world_day("2024-01-02"));
    }
    assert_int_equal(ax_quality_list(q, list), AX_QUALITY_SOURCES_MAX);
    for (size_t i = 0; i < AX_QUALITY_SOURCES_MAX; i++) {
        accepted += list[i].accepted;
    }
    assert_int_equal(accepted, 100);
    assert_string_equal(list[0].source, "other");
    assert_int_equal(list[0].accepted, 100 - AX_QUALITY_SOURCES_MAX + 1);
    ax_quality_free(q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(days_by_authority), cmocka_unit_test(counts_by_source),
            cmocka_unit_test(a_category_of_no_edition), cmocka_unit_test(sources_have_a_limit)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
