/* SPDX-License-Identifier: Apache-2.0 */
/* What the reference cases leave open: published examples, ties, edges, and that a seed gives the same interval. */
#include "base/random.h"
#include "services/lib/actuary/bonus_malus.h"
#include "services/lib/actuary/bootstrap.h"
#include "services/lib/actuary/calibration.h"
#include "services/lib/actuary/decay.h"
#include "services/lib/actuary/discrimination.h"
#include "services/lib/actuary/exposure_rate.h"
#include "services/lib/actuary/gamma_dist.h"
#include "services/lib/actuary/jewell.h"
#include "services/lib/actuary/lorenz.h"
#include "services/lib/actuary/ncci.h"
#include "services/lib/actuary/poisson_gamma.h"
#include "services/lib/actuary/stability.h"
#include "services/lib/actuary/transition.h"
#include "tests/unit/t.h"

#include <math.h>

#define assert_near(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

static const double ratio[5][12] = {{1738, 1642, 1794, 2051, 2079, 2234, 2032, 2035, 2115, 2262, 2267, 2517},
        {1364, 1408, 1597, 1444, 1342, 1675, 1470, 1448, 1464, 1831, 1612, 1471},
        {1759, 1685, 1479, 1763, 1674, 2103, 1502, 1622, 1828, 2155, 2233, 2059},
        {1223, 1146, 1010, 1257, 1426, 1532, 1953, 1123, 1343, 1243, 1762, 1306},
        {1456, 1499, 1609, 1741, 1482, 1572, 1606, 1735, 1607, 1573, 1613, 1690}};
static const double weight[5][12] = {{7861, 9251, 8706, 8575, 7917, 8263, 9456, 8003, 7365, 7832, 7849, 9077},
        {1622, 1742, 1523, 1515, 1622, 1602, 1964, 1515, 1527, 1748, 1654, 1861},
        {1147, 1357, 1329, 1204, 998, 1077, 1277, 1218, 896, 1003, 1108, 1121},
        {407, 396, 348, 341, 315, 328, 352, 331, 287, 384, 321, 342},
        {2902, 3172, 3046, 3068, 2693, 2910, 3275, 2697, 2663, 3017, 3242, 3425}};

/* The hierarchical example (method "iterative") of the documentation of R's actuar, states in cohorts 1, 2, 1, 2, 2. */
static void jewell_gives_the_published_example(void **state)
{
    (void)state;
    static const size_t cohort[5] = {0, 1, 0, 1, 1};
    static const double premium[5] = {2048, 1524, 1875, 1497, 1585}, z[5] = {0.8874, 0.6103, 0.5195, 0.2463, 0.7398};
    struct ax_credibility_data data = {ratio[0], weight[0], 5, 12};
    struct ax_jewell j;
    struct ax_credibility_contract contract[5];
    struct ax_jewell_sector sector[2];
    assert_true(ax_ok(ax_jewell_fit(&data, cohort, 2, AX_JEWELL_ITERATIVE, &j, contract, sector, NULL)));
    assert_near(j.collective, 1746, 0.5);
    assert_near(j.between_sector, 88981, 0.5);
    assert_near(j.between_leaf, 10952, 0.5);
    assert_near(j.within, 139120026, 0.5);
    for (size_t i = 0; i < 5; i++) {
        assert_near(contract[i].premium, premium[i], 0.5);
        assert_near(contract[i].credibility, z[i], 5e-5);
    }
    assert_near(sector[0].premium, 1949, 0.5);
    assert_near(sector[1].premium, 1543, 0.5);
    assert_near(sector[0].credibility, 0.9196, 5e-5);
    assert_near(sector[1].credibility, 0.9284, 5e-5);
}

static void credibility_refuses_what_it_cannot_compute(void **state)
{
    (void)state;
    double x[4] = {1, 2, 3, 4}, w[4] = {1, 1, 0, 0}, negative[4] = {1, -1, 1, 1};
    struct ax_credibility fit;
    struct ax_credibility_contract contract[4];
    struct ax_err err;
    assert_int_equal(
            ax_buhlmann_straub(&(struct ax_credibility_data){x, w, 2, 2}, AX_BETWEEN_UNBIASED, &fit, contract, &err)
                    .code,
            AX_INVALID);
    assert_int_equal(ax_buhlmann_straub(&(struct ax_credibility_data){x, negative, 2, 2}, AX_BETWEEN_UNBIASED, &fit,
                             contract, &err)
                             .code,
            AX_INVALID);
    assert_int_equal(
            ax_buhlmann_straub(&(struct ax_credibility_data){x, NULL, 4, 1}, AX_BETWEEN_UNBIASED, &fit, contract, &err)
                    .code,
            AX_INVALID);
    assert_int_equal(
            ax_buhlmann_straub(&(struct ax_credibility_data){x, NULL, 0, 0}, AX_BETWEEN_UNBIASED, &fit, contract, &err)
                    .code,
            AX_INVALID);
}

static void equal_contracts_have_no_credibility(void **state)
{
    (void)state;
    double x[4] = {1, 3, 3, 1};
    struct ax_credibility fit;
    struct ax_credibility_contract contract[2];
    assert_true(ax_ok(ax_buhlmann_straub(
            &(struct ax_credibility_data){x, NULL, 2, 2}, AX_BETWEEN_UNBIASED, &fit, contract, NULL)));
    assert_near(fit.between, 0, 0);
    assert_near(contract[0].credibility, 0, 0);
    assert_near(contract[0].premium, 2, 1e-15);
}

static void the_gamma_distribution_meets_printed_tables(void **state)
{
    (void)state;
    assert_near(ax_chi2_tail(3.841458820694124, 1), 0.05, 1e-12);
    assert_near(ax_chi2_tail(18.307038053275146, 10), 0.05, 1e-12);
    assert_near(ax_gamma_quantile(0.95, 1, 1), -log(0.05), 1e-12);
    double low, high;
    ax_oe_interval(10, 10, &low, &high); /* Garwood: 5.425 and 16.962 for 10 at 90 % */
    assert_near(low * 10, 5.4254, 1e-4);
    assert_near(high * 10, 16.9622, 1e-4);
    ax_exposure_rate_interval(1, 200000, AX_RATE_BASE_OSHA, 1.96, &low, &high); /* as printed: 0.18 to 5.66 */
    assert_near(low, 0.18, 0.005);
    assert_near(high, 5.66, 0.01);
}

static void ties_count_half_and_no_order_of_rows_matters(void **state)
{
    (void)state;
    double p[6] = {0.5, 0.5, 0.5, 0.5, 0.1, 0.1}, y[6] = {1, 0, 1, 0, 0, 1}, q[6], z[6];
    struct ax_discrimination d = ax_discrimination_of(p, y, 6);
    assert_near(d.auc, (2 * (2 * 0.5 + 1) + 0.5) / 9, 1e-15);
    for (size_t i = 0; i < 6; i++) {
        q[i] = p[5 - i];
        z[i] = y[5 - i];
    }
    assert_true(ax_discrimination_of(q, z, 6).auc == d.auc);
    assert_near(ax_capture(p, y, 6, 1.0 / 3), 2 / 3.0 / 2, 1e-15); /* 2 of 4 tied rows, which hold 2 of 3 events */
    assert_near(ax_discrimination_of(p, (double[]){0, 0, 0, 0, 0, 0}, 6).auc, 0.5, 0);
}

static void the_lorenz_curve_is_straight_where_rates_are_equal(void **state)
{
    (void)state;
    double rate[4] = {1, 1, 1, 1}, loss[4] = {4, 0, 0, 0}, exposure[4] = {1, 1, 1, 1};
    struct ax_lorenz_point point[5];
    assert_near(ax_lorenz(rate, loss, exposure, 4, point, 4), 0, 1e-15);
    for (size_t i = 0; i < 5; i++) {
        assert_near(point[i].loss, point[i].exposure, 1e-15);
    }
    assert_near(ax_exposure_gini(loss, loss, exposure, 4), 1, 1e-15);
    double reversed[4] = {0, 1, 1, 1};
    assert_near(ax_exposure_gini(reversed, loss, exposure, 4), -1, 1e-15);
}

static void deviance_is_zero_for_what_happened_and_infinite_for_no_chance(void **state)
{
    (void)state;
    double y[3] = {0, 1, 3}, none[3] = {0, 0, 3};
    assert_near(ax_poisson_deviance(y, y, 3), 0, 0);
    assert_true(isinf(ax_poisson_deviance(none, y, 3)));
    assert_near(ax_d2((double[]){4 / 3.0, 4 / 3.0, 4 / 3.0}, y, NULL, 3), 0, 1e-15);
    assert_near(ax_d2(y, y, NULL, 3), 1, 0);
}

static void a_transition_matrix_has_a_column_for_the_withdrawn(void **state)
{
    (void)state;
    struct ax_transition t;
    ax_transition_init(&t, 3);
    ax_transition_add(&t, 0, 0);
    ax_transition_add(&t, 0, 2);
    ax_transition_add(&t, 0, 3);
    ax_transition_add(&t, 1, 1);
    assert_near(ax_transition_share(&t, 0, 3), 1 / 3.0, 0);
    assert_near(ax_transition_kept(&t), 2 / 3.0, 0);
    assert_near(ax_transition_far(&t), 1 / 3.0, 1e-15);
    assert_near(ax_transition_share(&t, 2, 0), 0, 0);
}

/* The mean of the rows, each as often as drawn. */
static void weighted_mean(const uint32_t *drawn, size_t rows, double *value, void *state)
{
    const double *x = state;
    double sum = 0, n = 0;
    for (size_t i = 0; i < rows; i++) {
        sum += drawn[i] * x[i];
        n += drawn[i];
    }
    value[0] = sum / n;
}

static void the_bootstrap_repeats_and_knows_the_error_of_a_mean(void **state)
{
    (void)state;
    enum { ROWS = 400 };
    double x[ROWS], mean = 0, squares = 0;
    uint32_t cluster[ROWS];
    struct ax_random random;
    ax_random_init(&random, 7);
    for (size_t i = 0; i < ROWS; i++) {
        x[i] = ax_random_below(&random, 1000);
        cluster[i] = (uint32_t)i;
        mean += x[i] / ROWS;
        squares += x[i] * x[i] / ROWS;
    }
    struct ax_bootstrap b = {ROWS, cluster, ROWS, 1, 2000, 0.9, 42};
    struct ax_interval one, same, other;
    ax_bootstrap_run(&b, weighted_mean, x, &one);
    ax_bootstrap_run(&b, weighted_mean, x, &same);
    b.seed = 43;
    ax_bootstrap_run(&b, weighted_mean, x, &other);
    assert_memory_equal(&one, &same, sizeof one);
    assert_true(one.low != other.low);
    double error = sqrt((squares - mean * mean) / ROWS);
    assert_near(one.low, mean - 1.645 * error, 0.15 * error);
    assert_near(one.high, mean + 1.645 * error, 0.15 * error);
}

static void decay_does_not_know_the_order_of_arrival(void **state)
{
    (void)state;
    struct ax_decay a = ax_decay_new(100, 0), b = ax_decay_new(100, 0);
    ax_decay_add(&a, 10, 1);
    ax_decay_add(&a, 50, 2);
    ax_decay_add(&b, 50, 2);
    ax_decay_add(&b, 10, 1);
    assert_near(ax_decay_at(&a, 90), ax_decay_at(&b, 90), 1e-14);
    ax_decay_add(&b, 10, -1); /* taken back */
    assert_near(ax_decay_at(&b, 150), 1, 1e-14);
    struct ax_decay span = ax_decay_new(100, 0);
    ax_decay_add_span(&span, 0, 100, 1);
    assert_near(ax_decay_at(&span, 100), 100 / log(2) / 2, 1e-12);
}

static void kappa_is_found_again(void **state)
{
    (void)state;
    enum { ROWS = 20000 };
    static double count[ROWS], expected[ROWS];
    struct ax_random random;
    ax_random_init(&random, 11);
    for (size_t i = 0; i < ROWS; i++) { /* θ = 2 or 0, as often: variance 1, κ = 1 by moments */
        double theta = ax_random_below(&random, 2) * 2.0, u = ax_random_below(&random, 1u << 30) / (double)(1u << 30);
        double p = exp(-theta), sum = p;
        expected[i] = 1;
        while (u > sum && count[i] < 100) {
            count[i]++;
            p *= theta / count[i];
            sum += p;
        }
    }
    double moments, likely;
    assert_true(ax_ok(ax_kappa_by_moments(count, expected, ROWS, &moments, NULL)));
    assert_near(moments, 1, 0.05);
    assert_true(ax_ok(ax_kappa_by_likelihood(count, expected, ROWS, 0.01, 100, &likely, NULL)));
    assert_true(likely > 0.5 && likely < 1.5);
    assert_int_equal(ax_kappa_by_moments(count, (double[]){0}, 1, &moments, NULL).code, AX_INVALID);
}

static void published_floors_and_caps_hold(void **state)
{
    (void)state;
    double j;
    struct ax_ncci_plan small = ax_ncci_plan_gillam(1000, 1, &j);
    assert_near(small.b, 7500, 0);
    assert_near(j, 150000, 0);
    struct ax_ncci_losses l = ax_ncci_actual(&(struct ax_ncci_claim){300000, false}, 5000, 100000);
    assert_near(l.primary, 5000, 0);
    assert_near(l.excess, 95000, 0);
    l = ax_ncci_actual(&(struct ax_ncci_claim){1000, true}, 5000, 0);
    assert_near(l.primary, 300, 1e-12);
    assert_int_equal(ax_fuyang_percent(AX_ACCIDENT_YEAR_NONE, AX_SAFETY_AWARD_PROVINCIAL), 80);
    assert_int_equal(ax_work_injury_base_permille(8), 19);
    assert_near(ax_psi((double[]){1, 1}, (double[]){10, 10}, 2), 0, 0); /* counts are shares of their sum */
    assert_true(isfinite(ax_psi((double[]){1, 0}, (double[]){1, 1}, 2)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(jewell_gives_the_published_example),
            cmocka_unit_test(credibility_refuses_what_it_cannot_compute),
            cmocka_unit_test(equal_contracts_have_no_credibility),
            cmocka_unit_test(the_gamma_distribution_meets_printed_tables),
            cmocka_unit_test(ties_count_half_and_no_order_of_rows_matters),
            cmocka_unit_test(the_lorenz_curve_is_straight_where_rates_are_equal),
            cmocka_unit_test(deviance_is_zero_for_what_happened_and_infinite_for_no_chance),
            cmocka_unit_test(a_transition_matrix_has_a_column_for_the_withdrawn),
            cmocka_unit_test(the_bootstrap_repeats_and_knows_the_error_of_a_mean),
            cmocka_unit_test(decay_does_not_know_the_order_of_arrival),
            cmocka_unit_test(kappa_is_found_again),
            cmocka_unit_test(published_floors_and_caps_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
