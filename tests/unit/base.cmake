# SPDX-License-Identifier: Apache-2.0
foreach(noun bytes arena rc)
    ax_test(unit_base_${noun} SOURCES base_${noun}.c DEPS ax_core LABELS unit)
endforeach()
foreach(noun digest clock log pool file config metrics net)
    ax_test(unit_base_${noun} SOURCES base_${noun}.c DEPS ax_base LABELS unit)
endforeach()
if(AX_TESTS)
    # Allocations of ours that fail on command.
    target_link_options(unit_base_arena PRIVATE -Wl,--wrap=malloc,--wrap=realloc)
    # The key list of docs/OPERATIONS.md, for tests/checks/run.
    ax_program(config_keys SOURCES base_config_keys.c DEPS ax_base)
    set_target_properties(config_keys PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
endif()
