/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Bonus-malus tables as they are published. Percent in integers. Pure.
 *
 * 淮南 (Huainan, notice of 2011): work-injury insurance, multiple of the industry's base rate by the fund's pay-out ratio,
 *     http://www.wnpump.cn/wap/content.asp?id=3042&lid=145 ; that a bound belongs to the upper band is ours.
 * 阜阳 (Fuyang): safety-production liability insurance, by the gravest accident of the year before, less 5 % for a
 *     municipal and 10 % for a provincial safety award, http://fsou.com/html/text/lar/172172/17217274_1.html .
 * 人社部发〔2015〕71号: the eight industry classes of work-injury insurance, 0.2 % to 1.9 % of payroll.
 * France, AT/MP before 2018: weight (n − 19) / 131 of the own rate between 20 and 149 employees.
 */
#include "base/rc.h"

enum ax_accident_year {
    AX_ACCIDENT_YEAR_NONE,
    AX_ACCIDENT_YEAR_GENERAL, /* 一般 */
    AX_ACCIDENT_YEAR_LARGER,  /* 较大 */
    AX_ACCIDENT_YEAR_MAJOR,   /* 重大 or worse */
};

enum ax_safety_award {
    AX_SAFETY_AWARD_NONE,
    AX_SAFETY_AWARD_MUNICIPAL,
    AX_SAFETY_AWARD_PROVINCIAL,
};

int ax_huainan_percent(double payout_ratio);
int ax_fuyang_percent(enum ax_accident_year worst, enum ax_safety_award award);
/* Base rate in thousandths of payroll for class 1..8; 0 for another. */
int ax_work_injury_base_permille(int industry_class);
double ax_france_own_weight(double employees);
