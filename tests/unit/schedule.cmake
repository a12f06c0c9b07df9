# SPDX-License-Identifier: Apache-2.0
ax_test(unit_schedule SOURCES schedule_test.c DEPS ax_schedule LABELS unit)
ax_test(unit_schedule_approved SOURCES schedule_approved_test.c DEPS ax_scoring_world ax_schedule LABELS unit)
