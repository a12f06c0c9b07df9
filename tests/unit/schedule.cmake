# SPDX-License-Identifier: Apache-2.0
ax_test(unit_schedule SOURCES schedule_test.c DEPS ax_schedule LABELS unit)
