# SPDX-License-Identifier: Apache-2.0
ax_fuzz(model_sheet SOURCES ${CMAKE_CURRENT_LIST_DIR}/model_sheet.c DEPS ax_model)
