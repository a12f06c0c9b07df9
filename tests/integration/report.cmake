# SPDX-License-Identifier: Apache-2.0
if(AX_TESTS)
    add_executable(report_made_up ${CMAKE_CURRENT_LIST_DIR}/report_made_up.c)
    target_link_libraries(report_made_up PRIVATE ax_flags ax_report)
    set_target_properties(report_made_up PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
endif()
ax_script_test(integration_report COMMAND python3 ${CMAKE_CURRENT_LIST_DIR}/report_test.py LABELS integration)
ax_script_test(integration_backtest COMMAND python3 ${CMAKE_CURRENT_LIST_DIR}/backtest_test.py LABELS integration TIMEOUT 600)
