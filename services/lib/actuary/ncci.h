/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Experience rating of NCCI, workers' compensation in the United States: expected losses by class, actual losses split
 * into primary and excess, the modification in its two published forms, and the parametric ballast and weight of Gillam
 * (1992), PCAS 79. Forms: Variance, "D-ratios and credibility in experience rating",
 * https://variancejournal.org/article/57686-d-ratios-and-credibility-in-experience-rating . Pure; money in one currency.
 */
#include "base/rc.h"

struct ax_ncci_class {
    double payroll; /* of the experience period */
    double elr;     /* expected loss rate per 100 of payroll */
    double d_ratio; /* primary share of expected losses */
};

struct ax_ncci_losses {
    double primary;
    double excess;
};

struct ax_ncci_losses ax_ncci_expected(const struct ax_ncci_class *c);

struct ax_ncci_claim {
    double amount;
    bool medical_only; /* counts 30 % */
};

/* primary = min(amount, split); excess = the rest, the claim capped at `limit` (0: no cap). */
struct ax_ncci_losses ax_ncci_actual(const struct ax_ncci_claim *c, double split, double limit);

struct ax_ncci_plan {
    double b; /* ballast */
    double w; /* weight of excess losses */
};

/* From credibilities: B = E (1 − Zp) / Zp, W = Ze / Zp. */
struct ax_ncci_plan ax_ncci_plan_of(double expected, double zp, double ze);
/* Gillam 1992: B and J in E and the state's claim cost index g, W = (E + B) / (E + J). */
struct ax_ncci_plan ax_ncci_plan_gillam(double expected, double g, double *j);
/* M = [Ap + W Ae + (1 − W) Ee + B] / (E + B) */
double ax_ncci_mod(struct ax_ncci_losses actual, struct ax_ncci_losses expected, struct ax_ncci_plan plan);
/* M = [Zp Ap + (1 − Zp) Ep + Ze Ae + (1 − Ze) Ee] / E */
double ax_ncci_mod_credibility(struct ax_ncci_losses actual, struct ax_ncci_losses expected, double zp, double ze);
