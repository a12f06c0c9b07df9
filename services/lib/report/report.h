/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The back-test report of a risk model: discrimination, calibration, Lorenz curves, grades, transitions, stability, audit by
 * size, region, ownership and industry, comparators, sensitivity, reasons, disasters and simulated claims. The same input
 * gives the same document; docs/BACKTEST.md says what each table means. The document is the caller's and owns its text. One
 * thread a report, which is also the one that is told of progress.
 */
#include "services/lib/report/doc.h"
#include "services/lib/report/rows.h"

/* Told before each section. */
typedef void ax_report_progress(const char *section_en, const char *section_zh, void *state);

struct ax_doc *ax_report_make(const struct ax_report_input *in, ax_report_progress *progress, void *state);
/* backtest.json, backtest.html, a CSV file for each table, and rows_all.csv and rows_hours.csv to recompute it all from. */
ax_rc ax_report_write(const struct ax_report_input *in, const struct ax_doc *doc, const char *folder,
        struct ax_err *err) AX_MUST_CHECK;
