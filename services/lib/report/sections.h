/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The sections of the report, each with its tables and plots. Inside this room only. */
#include "services/lib/report/doc.h"
#include "services/lib/report/vectors.h"

void ax_section_summary(struct ax_doc *doc, const struct ax_report_input *in);     /* section_summary.c */
void ax_section_rivals(struct ax_doc *doc, const struct ax_report_input *in);      /* section_rivals.c */
void ax_section_lift(struct ax_doc *doc, const struct ax_report_input *in);        /* section_lift.c */
void ax_section_calibration(struct ax_doc *doc, const struct ax_report_input *in); /* section_calibration.c */
void ax_section_lorenz(struct ax_doc *doc, const struct ax_report_input *in);      /* section_lift.c */
void ax_section_grades(struct ax_doc *doc, const struct ax_report_input *in);      /* section_grades.c */
void ax_section_transition(struct ax_doc *doc, const struct ax_report_input *in);  /* section_grades.c */
void ax_section_audit(struct ax_doc *doc, const struct ax_report_input *in);       /* section_calibration.c */
void ax_section_stability(struct ax_doc *doc, const struct ax_report_input *in);   /* section_stability.c */
void ax_section_reasons(struct ax_doc *doc, const struct ax_report_input *in);     /* section_stability.c */
void ax_section_sensitivity(struct ax_doc *doc, const struct ax_report_input *in); /* section_rivals.c */
void ax_section_intervals(struct ax_doc *doc, const struct ax_report_input *in);   /* section_intervals.c */
void ax_section_disasters(struct ax_doc *doc, const struct ax_report_input *in);   /* section_intervals.c */
void ax_section_claims(struct ax_doc *doc, const struct ax_report_input *in);      /* section_claims.c */

extern const char *const ax_report_heads_en[AX_REPORT_HEADS];
extern const char *const ax_report_heads_zh[AX_REPORT_HEADS];
extern const char *const ax_report_grades[AX_REPORT_GRADES];
const char *ax_report_date(const struct ax_report_input *in, int date); /* "all" for AX_ALL_DATES */
