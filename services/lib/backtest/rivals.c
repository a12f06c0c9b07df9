/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/backtest/rivals.h"

#include "scoring/day.h"

#include <math.h>

enum { COHORT_MONTHS = 36, WINDOW_MONTHS = 24, PEER_YEARS = 3, HALF_LIFE_DAYS = 548 };

static const double kappa = 1;
static const double least_share = 1e-3; /* of the peers' rate, so that a deviance is there */

bool ax_backtest_in_cohort(const struct ax_panel *panel, const struct ax_panel_mine *mine, int32_t day)
{
    const struct ax_panel_quarter *first;
    return ax_panel_quarters(panel, mine, ax_day_add_months(day, -COHORT_MONTHS), day, &first) > 0;
}

size_t ax_backtest_type(const struct ax_panel *panel, const struct ax_panel_mine *mine, int32_t day)
{
    const struct ax_panel_year *year = ax_panel_year_before(panel, mine, day);
    return year == NULL ? AX_MINE_TYPE_UNKNOWN : (size_t)year->type;
}

static int year_of(int32_t day)
{
    int year, month, of_month;
    ax_day_split(day, &year, &month, &of_month);
    return year;
}

/* Lost-time quarters and violations with from <= day < until. */
static struct ax_rival_rate count(
        const struct ax_panel *panel, const struct ax_panel_mine *mine, int32_t from, int32_t until)
{
    struct ax_rival_rate sum = {0, 0};
    const struct ax_panel_quarter *q;
    size_t n = ax_panel_quarters(panel, mine, from, until, &q);
    for (size_t i = 0; i < n; i++) {
        sum.lost += q[i].days_lost > 0;
        sum.violations += q[i].violations;
    }
    return sum;
}

static void prepare_time(struct ax_rivals *r)
{
    double mines[2] = {0, 0};
    for (size_t m = 0; m < r->panel->mine_count; m++) {
        const struct ax_panel_mine *mine = &r->panel->mines[m];
        if (ax_backtest_in_cohort(r->panel, mine, r->day)) {
            struct ax_rival_rate own = count(r->panel, mine, ax_day_add_months(r->day, -12), r->day);
            size_t coal = mine->coal_from <= r->day;
            mines[coal]++;
            r->by_time[coal].lost += own.lost;
            r->by_time[coal].violations += own.violations;
        }
    }
    for (size_t g = 0; g < 2; g++) {
        r->by_time[g].lost /= mines[g] > 0 ? mines[g] : 1;
        r->by_time[g].violations /= mines[g] > 0 ? mines[g] : 1;
    }
}

static void prepare_hours(struct ax_rivals *r)
{
    double hours[AX_RIVAL_TYPES] = {0};
    int last = year_of(r->day) - 1;
    for (size_t y = 0; y < r->panel->year_count; y++) {
        const struct ax_panel_year *year = &r->panel->years[y];
        if (year->year > last || year->year <= last - PEER_YEARS || !(year->hours > 0)) {
            continue;
        }
        struct ax_rival_rate own = count(
                r->panel, &r->panel->mines[year->mine], ax_day_of(year->year, 1, 1), ax_day_of(year->year + 1, 1, 1));
        hours[year->type] += year->hours;
        r->by_hours[year->type].lost += own.lost;
        r->by_hours[year->type].violations += own.violations;
    }
    for (size_t g = 0; g < AX_RIVAL_TYPES; g++) {
        r->by_hours[g].lost /= hours[g] > 0 ? hours[g] : 1;
        r->by_hours[g].violations /= hours[g] > 0 ? hours[g] : 1;
    }
}

void ax_rivals_prepare(struct ax_rivals *r, const struct ax_panel *panel, int32_t day)
{
    *r = (struct ax_rivals){.panel = panel, .day = day};
    prepare_time(r);
    prepare_hours(r);
}

static double time_weight(double age_days)
{
    return age_days < 365.25 / 2 ? 3 : age_days < 365.25 ? 2 : 1;
}

static double decayed(double age_days)
{
    return exp2(-age_days / HALF_LIFE_DAYS);
}

/* Sums over the quarters of a mine before the day; `hours` of those quarters, where exposure is hours. */
struct own {
    double weighted_lost, weighted_violations, weighted_hours; /* 3, 2, 1 */
    double decayed_lost, decayed_hours;
};

static struct own sum_quarters(const struct ax_rivals *r, const struct ax_panel_mine *mine, bool by_hours)
{
    struct own s = {0};
    for (size_t i = mine->quarter_begin; i < mine->quarter_end && r->panel->quarters[i].day < r->day; i++) {
        const struct ax_panel_quarter *q = &r->panel->quarters[i];
        const struct ax_panel_year *year = by_hours ? ax_panel_year_of(r->panel, mine, year_of(q->day)) : NULL;
        if (by_hours && (year == NULL || !(year->hours > 0))) {
            continue;
        }
        double age = r->day - q->day, t = q->day >= ax_day_add_months(r->day, -WINDOW_MONTHS) ? time_weight(age) : 0;
        s.weighted_lost += t * (q->days_lost > 0);
        s.weighted_violations += t * q->violations;
        s.decayed_lost += decayed(age) * (q->days_lost > 0);
    }
    for (size_t y = mine->year_begin; by_hours && y < mine->year_end; y++) {
        const struct ax_panel_year *year = &r->panel->years[y];
        for (int k = 0; k < 4 && ax_day_of(year->year + 1, 1, 1) <= r->day; k++) {
            int32_t day = ax_day_of(year->year, 3 * k + 2, 15);
            double age = r->day - day, t = day >= ax_day_add_months(r->day, -WINDOW_MONTHS) ? time_weight(age) : 0;
            s.weighted_hours += t * year->hours / 4;
            s.decayed_hours += decayed(age) * year->hours / 4;
        }
    }
    return s;
}

void ax_rivals_by_time(const struct ax_rivals *r, const struct ax_panel_mine *mine, double out[AX_REPORT_RIVALS])
{
    struct own s = sum_quarters(r, mine, false);
    double rate = r->by_time[mine->coal_from <= r->day].lost;
    int32_t since = mine->quarter_end > mine->quarter_begin ? r->panel->quarters[mine->quarter_begin].day : r->day;
    double years = HALF_LIFE_DAYS / log(2) * (1 - decayed(r->day - since)) / 365.25;
    out[AX_REPORT_PEER] = rate;
    out[AX_REPORT_RAW] = count(r->panel, mine, ax_day_add_months(r->day, -12), r->day).lost;
    out[AX_REPORT_FMCSA_LOST_TIME] = s.weighted_lost;
    out[AX_REPORT_FMCSA_VIOLATIONS] = s.weighted_violations;
    out[AX_REPORT_SHRINKAGE] = rate * (s.decayed_lost + kappa) / (rate * years + kappa);
}

static double at_least(double value, double least)
{
    return value > least ? value : least; /* also where value is not a number */
}

void ax_rivals_by_hours(
        const struct ax_rivals *r, const struct ax_panel_mine *mine, double hours, double out[AX_REPORT_RIVALS])
{
    struct own s = sum_quarters(r, mine, true);
    const struct ax_rival_rate *peers = &r->by_hours[ax_backtest_type(r->panel, mine, r->day)];
    const struct ax_panel_year *last = ax_panel_year_before(r->panel, mine, r->day);
    double least = least_share * peers->lost, raw = 0;
    if (last != NULL && last->hours > 0) {
        raw = count(r->panel, mine, ax_day_of(last->year, 1, 1), ax_day_of(last->year + 1, 1, 1)).lost / last->hours;
    }
    out[AX_REPORT_PEER] = hours * peers->lost;
    out[AX_REPORT_RAW] = hours * at_least(raw, least);
    out[AX_REPORT_FMCSA_LOST_TIME] = hours * at_least(s.weighted_lost / s.weighted_hours, least);
    out[AX_REPORT_FMCSA_VIOLATIONS] =
            hours * at_least(s.weighted_violations / s.weighted_hours * peers->lost / peers->violations, least);
    out[AX_REPORT_SHRINKAGE] = hours * peers->lost * (s.decayed_lost + kappa) / (peers->lost * s.decayed_hours + kappa);
}
