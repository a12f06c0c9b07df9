# SPDX-License-Identifier: Apache-2.0
if(AX_TESTS)
    add_executable(reference_cases reference_cases.c reference_compare.c reference_data.c reference_credibility.c
        reference_measures.c reference_schemes.c reference_fmcsa.c)
    target_link_libraries(reference_cases PRIVATE ax_flags ax_actuary ax_base PkgConfig::JANSSON)
    target_compile_definitions(reference_cases PRIVATE AX_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    set_target_properties(reference_cases PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
endif()
ax_script_test(reference_cases COMMAND ${CMAKE_BINARY_DIR}/tests/reference_cases LABELS unit)
ax_script_test(unit_reference_variations COMMAND ${CMAKE_CURRENT_LIST_DIR}/reference_variations LABELS unit)
ax_test(unit_actuary SOURCES actuary_test.c DEPS ax_actuary LABELS unit)
