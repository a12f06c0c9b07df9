# SPDX-License-Identifier: Apache-2.0
if(AX_TESTS AND AX_FAULTS)
    add_executable(naive_consumer naive_consumer.c)
    target_link_libraries(naive_consumer PRIVATE ax_flags ax_store PkgConfig::RDKAFKA)
    set_target_properties(naive_consumer PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
endif()
ax_script_test(chaos_kill9 COMMAND python3 ${CMAKE_CURRENT_LIST_DIR}/kill9.py LABELS chaos TIMEOUT 600)
ax_script_test(chaos_fault_points COMMAND python3 ${CMAKE_CURRENT_LIST_DIR}/fault_points.py LABELS chaos TIMEOUT 300)
ax_script_test(chaos_full_disk COMMAND python3 ${CMAKE_CURRENT_LIST_DIR}/full_disk.py LABELS chaos TIMEOUT 120)
