# SPDX-License-Identifier: Apache-2.0
ax_script_test(wire_google COMMAND ${CMAKE_SOURCE_DIR}/tests/e2e/with_venv ${CMAKE_CURRENT_LIST_DIR}/wire_google.py
    LABELS integration)
