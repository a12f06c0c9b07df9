# SPDX-License-Identifier: Apache-2.0
ax_test(unit_report SOURCES report_test.c DEPS ax_report LABELS unit)
