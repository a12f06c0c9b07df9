# SPDX-License-Identifier: Apache-2.0
ax_test(unit_model_panel SOURCES ${CMAKE_CURRENT_LIST_DIR}/model_panel_test.c DEPS ax_model LABELS unit)
