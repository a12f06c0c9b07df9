# SPDX-License-Identifier: Apache-2.0
ax_test(unit_view SOURCES ${CMAKE_CURRENT_LIST_DIR}/view_test.c DEPS ax_scoring_world ax_view ax_wire LABELS unit TIMEOUT 600)
