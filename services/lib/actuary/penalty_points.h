/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Two published scales of points for breaches. Integers; pure.
 *
 * MSHA, 30 CFR 100.3 as of the rule of 2007 (http://www.laws9.com/cfr/text/30/100/3): points of likelihood, severity,
 * negligence, persons, size, history and repetition; the amount in US dollars from 60 points or fewer to 140.
 * Environment Agency of England, compliance points per breach by category 60 / 31 / 4 / 0.1, summed over a calendar year
 * into bands A to F (https://www.crownofficechambers.com/2025/10/17/appealing-compliance-assessment-reports/).
 */
#include "base/rc.h"

enum ax_msha_likelihood {
    AX_MSHA_LIKELIHOOD_NONE,
    AX_MSHA_LIKELIHOOD_UNLIKELY,
    AX_MSHA_LIKELIHOOD_REASONABLY,
    AX_MSHA_LIKELIHOOD_HIGHLY,
    AX_MSHA_LIKELIHOOD_OCCURRED,
};

enum ax_msha_severity {
    AX_MSHA_SEVERITY_NO_LOST_DAYS,
    AX_MSHA_SEVERITY_LOST_DAYS,
    AX_MSHA_SEVERITY_PERMANENT,
    AX_MSHA_SEVERITY_FATAL,
};

enum ax_msha_negligence {
    AX_MSHA_NEGLIGENCE_NONE,
    AX_MSHA_NEGLIGENCE_LOW,
    AX_MSHA_NEGLIGENCE_MODERATE,
    AX_MSHA_NEGLIGENCE_HIGH,
    AX_MSHA_NEGLIGENCE_RECKLESS,
};

enum { AX_MSHA_POINTS_LEAST = 60, AX_MSHA_POINTS_MOST = 140 };

int ax_msha_likelihood_points(enum ax_msha_likelihood likelihood);
int ax_msha_severity_points(enum ax_msha_severity severity);
int ax_msha_negligence_points(enum ax_msha_negligence negligence);
int ax_msha_persons_points(int persons);
int ax_msha_amount_usd(int points);
/* Less 10 % for prompt good faith, rounded down. */
int ax_msha_amount_good_faith_usd(int points);

enum { AX_EA_CATEGORIES = 4 };

/* Tenths of a point, so that category 4 is whole; category 1..4. */
int ax_ea_tenths(int category);
/* 'A' for none up to 'F'. */
char ax_ea_band(int64_t tenths);
/* Of the yearly charge, in percent. A, D and F are published; B, C and E as known to the author. */
int ax_ea_charge_percent(char band);
