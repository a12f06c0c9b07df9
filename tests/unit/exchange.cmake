# SPDX-License-Identifier: Apache-2.0
ax_test(unit_exchange_explain SOURCES ${CMAKE_CURRENT_LIST_DIR}/exchange_explain_test.c DEPS ax_scoring_world ax_exchange
    LABELS unit)
ax_test(unit_exchange_kept SOURCES ${CMAKE_CURRENT_LIST_DIR}/exchange_kept_test.c DEPS ax_exchange LABELS unit)
ax_test(unit_exchange_gate_ends SOURCES ${CMAKE_CURRENT_LIST_DIR}/exchange_gate_ends_test.c DEPS ax_scoring_world ax_exchange
    LABELS unit)
ax_test(unit_exchange_question SOURCES ${CMAKE_CURRENT_LIST_DIR}/exchange_question_test.c DEPS ax_exchange LABELS unit)
