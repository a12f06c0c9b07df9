/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The Safety Measurement System of US FMCSA, as before the revision of 2024: methodology v3.12,
 * https://docslib.org/download/4615478/sms-methodology . Time weights 3, 2, 1 below 6, 12 and up to 24 months; severities
 * of one inspection, 2 more for out of service, are capped at 30 before the time weight. Pure.
 */
#include "base/rc.h"

enum { AX_FMCSA_INSPECTION_CAP = 30, AX_FMCSA_OUT_OF_SERVICE = 2, AX_FMCSA_WINDOW_MONTHS = 24 };

enum ax_fmcsa_fleet {
    AX_FMCSA_COMBINATION, /* at least 70 % combination units */
    AX_FMCSA_STRAIGHT,
};

int ax_fmcsa_time_weight(double age_months); /* 0 outside of the window */
/* min(30, severities + out-of-service weights) */
double ax_fmcsa_inspection(const double *severity, const double *out_of_service, size_t n);
/* 1 tow-away, 2 injury or death, 1 more where hazardous material was released. */
int ax_fmcsa_crash_severity(bool injury_or_death, bool release);
/* By vehicle miles a power unit; miles not known: below 0. */
double ax_fmcsa_utilization(enum ax_fmcsa_fleet fleet, double miles_per_unit);
/* Unsafe driving and crashes: Σ T S / (average power units × utilisation). */
double ax_fmcsa_exposure_measure(double weighted_sum, double power_units, double utilization);
/* The others: Σ T S / Σ T of the relevant inspections; 0 where there are none. */
double ax_fmcsa_inspection_measure(double weighted_sum, double time_weights);
/* (rank − 1) / (N − 1) · 100 within the safety event group, 100 the worst; equal measures share the mean rank. */
double ax_fmcsa_percentile(const double *measure, size_t n, size_t of);
