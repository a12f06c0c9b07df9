# SPDX-License-Identifier: Apache-2.0
ax_script_test(chaos_kill9 COMMAND python3 ${CMAKE_CURRENT_LIST_DIR}/kill9.py LABELS chaos TIMEOUT 600)
