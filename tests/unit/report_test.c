/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/report/doc.h"
#include "services/lib/report/sim_claims.h"
#include "services/lib/report/vectors.h"
#include "tests/unit/t.h"

#include <math.h>

static const struct ax_sim_accident accident = {4608436, 2010, 2, 1000, 3, 2, 400};

static void claims_are_one_for_each_death_and_disability_and_one_for_lost_days(void **state)
{
    (void)state;
    struct ax_sim_claim claims[AX_SIM_CLAIMS_MAX];
    assert_int_equal(ax_sim_claims(1, &accident, claims), 6);
    int kinds[3] = {0};
    for (size_t i = 0; i < 6; i++) {
        kinds[claims[i].kind]++;
        assert_true(claims[i].ultimate_fen > 0 && claims[i].reported >= claims[i].occurred);
        for (size_t k = 0; k < i; k++) {
            assert_true(claims[k].ultimate_fen != claims[i].ultimate_fen);
        }
    }
    assert_int_equal(kinds[AX_SIM_DEATH], 3);
    assert_int_equal(kinds[AX_SIM_DISABILITY], 2);
    assert_int_equal(kinds[AX_SIM_INJURY], 1);
    struct ax_sim_accident none = {1, 2010, 1, 0, 0, 0, 0};
    assert_int_equal(ax_sim_claims(1, &none, claims), 0);
    struct ax_sim_accident many = {1, 2010, 1, 0, 1000, 1000, 1};
    assert_int_equal(ax_sim_claims(1, &many, claims), AX_SIM_CLAIMS_MAX);
}

static void a_claim_depends_on_nothing_but_its_own_accident_and_seed(void **state)
{
    (void)state;
    struct ax_sim_claim one[AX_SIM_CLAIMS_MAX], again[AX_SIM_CLAIMS_MAX], other[AX_SIM_CLAIMS_MAX];
    struct ax_sim_accident fewer = accident;
    fewer.deaths = 1;
    ax_sim_claims(1, &accident, one);
    ax_sim_claims(1, &fewer, again);
    ax_sim_claims(2, &accident, other);
    assert_true(one[0].ultimate_fen == again[0].ultimate_fen && one[0].reported == again[0].reported);
    assert_true(one[0].ultimate_fen != other[0].ultimate_fen);
}

static void paid_and_incurred_grow_to_the_ultimate_amount(void **state)
{
    (void)state;
    struct ax_sim_claim claims[AX_SIM_CLAIMS_MAX];
    size_t n = ax_sim_claims(7, &accident, claims);
    for (size_t i = 0; i < n; i++) {
        int64_t paid = 0, incurred = 0;
        assert_int_equal(ax_sim_claim_incurred_fen(&claims[i], claims[i].reported - 1), 0);
        for (int32_t day = accident.day; day <= accident.day + AX_SIM_CLOSED_DAYS; day += 10) {
            int64_t p = ax_sim_claim_paid_fen(&claims[i], day), in = ax_sim_claim_incurred_fen(&claims[i], day);
            assert_true(p >= paid && in >= incurred && p <= in && in <= claims[i].ultimate_fen);
            paid = p;
            incurred = in;
        }
        assert_true(ax_sim_claim_paid_fen(&claims[i], accident.day + AX_SIM_CLOSED_DAYS) == claims[i].ultimate_fen);
    }
}

static void means_are_those_that_the_header_says(void **state)
{
    (void)state;
    enum { MINES = 4000 };
    double sum[3] = {0};
    struct ax_sim_claim claims[AX_SIM_CLAIMS_MAX];
    for (uint64_t mine = 0; mine < MINES; mine++) {
        struct ax_sim_accident a = {mine, 2010, 1, 0, 1, 1, 100};
        size_t n = ax_sim_claims(3, &a, claims);
        for (size_t i = 0; i < n; i++) {
            sum[claims[i].kind] += (double)claims[i].ultimate_fen / MINES;
        }
    }
    assert_true(fabs(sum[AX_SIM_DEATH] / 120e6 - 1) < 0.03);
    assert_true(fabs(sum[AX_SIM_DISABILITY] / 40e6 - 1) < 0.05);
    assert_true(fabs(sum[AX_SIM_INJURY] / 4.5e6 - 1) < 0.06);
}

static void a_count_saturates_at_four_quarters(void **state)
{
    (void)state;
    assert_true(fabs(ax_report_saturated(0.01) - 0.01) < 2e-5);
    assert_true(ax_report_saturated(1000) == AX_REPORT_QUARTERS);
    struct ax_report_row row = {.exposure = 2, .actual = 1, .expected = {8, 0}};
    assert_true(ax_report_mu(&row) == ax_report_saturated(4));
}

static struct ax_doc *small_doc(void)
{
    static const struct ax_doc_column columns[] = {{"a", "a & b", "甲", AX_DOC_TEXT}, {"n", "n", "数", AX_DOC_NUMBER}};
    double y[2] = {1, (double)NAN};
    struct ax_doc *doc = ax_doc_new("T", "题");
    struct ax_doc_section *s = ax_doc_section(doc, "s", "S", "节", "x < y", "文");
    struct ax_doc_table *t = ax_doc_table(s, "t", "T", "表", columns, 2);
    s->simulated = true;
    ax_doc_put_text(t, "say \"hi\", <b>");
    ax_doc_put(t, (double)NAN);
    struct ax_doc_plot *p = ax_doc_plot(s, "p", "P", "图", AX_DOC_LINES);
    ax_doc_series(p, "y", "值", NULL, y, 2, false);
    return doc;
}

static void texts_are_escaped_and_what_is_no_number_is_nothing(void **state)
{
    (void)state;
    struct ax_doc *doc = small_doc();
    struct ax_buf out;
    ax_buf_init(&out, 1 << 20);
    ax_doc_write_csv(doc->sections[0], &doc->sections[0]->tables[0], &out);
    assert_true(ax_str_eq(ax_buf_str(&out), AX_STR("simulated,a,n\nsimulated,\"say \"\"hi\"\", <b>\",\n")));
    ax_buf_clear(&out);
    ax_doc_write_json(doc, &out);
    assert_true(ax_str_find(ax_buf_str(&out), AX_STR("{\"a\":\"say \\\"hi\\\", <b>\",\"n\":null}"), NULL));
    assert_true(ax_str_find(ax_buf_str(&out), AX_STR("\"simulated\":true"), NULL));
    ax_buf_clear(&out);
    ax_doc_write_html(doc, &out);
    assert_true(ax_str_find(ax_buf_str(&out), AX_STR("say &quot;hi&quot;, &lt;b&gt;"), NULL));
    assert_true(ax_str_find(ax_buf_str(&out), AX_STR("a &amp; b"), NULL));
    assert_true(ax_str_find(ax_buf_str(&out), AX_STR("simulated / 模拟"), NULL));
    assert_false(ax_str_find(ax_buf_str(&out), AX_STR("nan"), NULL));
    ax_buf_deinit(&out);
    ax_doc_free(doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(claims_are_one_for_each_death_and_disability_and_one_for_lost_days),
            cmocka_unit_test(a_claim_depends_on_nothing_but_its_own_accident_and_seed),
            cmocka_unit_test(paid_and_incurred_grow_to_the_ultimate_amount),
            cmocka_unit_test(means_are_those_that_the_header_says),
            cmocka_unit_test(a_count_saturates_at_four_quarters),
            cmocka_unit_test(texts_are_escaped_and_what_is_no_number_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
