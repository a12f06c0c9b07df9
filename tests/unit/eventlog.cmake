# SPDX-License-Identifier: Apache-2.0
ax_test(unit_eventlog_murmur2 SOURCES eventlog_murmur2.c DEPS ax_eventlog LABELS unit)
