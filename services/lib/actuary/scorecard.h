/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Points-to-double scorecards: score = offset + factor · ln(odds good : bad), factor = PDO / ln 2. Weight of evidence of
 * an attribute = ln(share of the good / share of the bad). Source: Siddiqi, Credit Risk Scorecards (2006), ch. 6. Pure.
 */
#include "base/rc.h"

struct ax_scorecard {
    double factor;
    double offset;
};

/* `score` stands for odds good : bad of `odds`; `pdo` points more double them. */
struct ax_scorecard ax_scorecard_new(double score, double odds, double pdo);
double ax_scorecard_at_odds(struct ax_scorecard s, double odds);
double ax_scorecard_at_pd(struct ax_scorecard s, double pd);
double ax_scorecard_odds(struct ax_scorecard s, double score);
double ax_scorecard_pd(struct ax_scorecard s, double score);
/* Points of one of n attributes: −(β · WoE + α / n) · factor + offset / n; they add up to the score. */
double ax_scorecard_points(struct ax_scorecard s, double beta, double woe, double alpha, size_t n);
/* A relative cost rate on the scale where 1 is `base`: base − PDO / ln 2 · ln(relative). */
double ax_scorecard_relative(double base, double pdo, double relative);
double ax_weight_of_evidence(double good, double all_good, double bad, double all_bad);
