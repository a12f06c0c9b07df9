# SPDX-License-Identifier: Apache-2.0
ax_test(model_acceptance SOURCES ${CMAKE_CURRENT_LIST_DIR}/model_acceptance.c DEPS ax_model ax_actuary m LABELS integration TIMEOUT 600)
