# SPDX-License-Identifier: Apache-2.0
ax_test(property_model_past_only SOURCES ${CMAKE_CURRENT_LIST_DIR}/model_past_only.c DEPS ax_model LABELS property)
