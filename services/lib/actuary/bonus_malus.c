/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/actuary/bonus_malus.h"

int ax_huainan_percent(double payout_ratio)
{
    static const struct {
        double below;
        int percent;
    } bands[] = {{0.2, 50}, {0.6, 80}, {0.8, 100}, {1.2, 120}};
    for (size_t i = 0; i < sizeof bands / sizeof bands[0]; i++) {
        if (payout_ratio < bands[i].below) {
            return bands[i].percent;
        }
    }
    return 150;
}

int ax_fuyang_percent(enum ax_accident_year worst, enum ax_safety_award award)
{
    static const int accident[] = {-10, 10, 20, 30}, awarded[] = {0, -5, -10};
    return 100 + accident[worst] + awarded[award];
}

int ax_work_injury_base_permille(int industry_class)
{
    static const int rate[] = {0, 2, 4, 7, 9, 11, 13, 16, 19};
    return industry_class < 1 || industry_class > 8 ? 0 : rate[industry_class];
}

double ax_france_own_weight(double employees)
{
    return employees <= 19 ? 0 : employees >= 150 ? 1 : (employees - 19) / 131;
}
