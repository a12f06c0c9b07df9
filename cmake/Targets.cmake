# SPDX-License-Identifier: Apache-2.0
# The few kinds of target that there are.

# ax_library(name SOURCES a.c … DEPS other …)
function(ax_library name)
    cmake_parse_arguments(A "" "" "SOURCES;DEPS" ${ARGN})
    add_library(${name} STATIC ${A_SOURCES})
    target_link_libraries(${name} PUBLIC ax_flags ${A_DEPS})
endfunction()

# Generated code: compiled without our warnings.
function(ax_generated_library name)
    cmake_parse_arguments(A "" "" "SOURCES;DEPS;INCLUDES" ${ARGN})
    add_library(${name} STATIC ${A_SOURCES})
    target_include_directories(${name} SYSTEM PUBLIC ${A_INCLUDES})
    target_compile_options(${name} PRIVATE -w)
    target_link_libraries(${name} PUBLIC ${A_DEPS})
endfunction()

# ax_program(name SOURCES … DEPS …): lands in bin/.
function(ax_program name)
    cmake_parse_arguments(A "" "" "SOURCES;DEPS" ${ARGN})
    add_executable(${name} ${A_SOURCES})
    target_link_libraries(${name} PRIVATE ax_flags ${A_DEPS})
endfunction()

# ax_test(name SOURCES … DEPS … LABELS unit|property|sim|integration|chaos|fuzz|e2e [TIMEOUT seconds]): a cmocka binary
# and its ctest entry. Exit code 77 is "skipped".
function(ax_test name)
    if(NOT AX_TESTS)
        return()
    endif()
    cmake_parse_arguments(A "" "TIMEOUT" "SOURCES;DEPS;LABELS;ARGS" ${ARGN})
    add_executable(${name} ${A_SOURCES})
    target_link_libraries(${name} PRIVATE ax_flags ${A_DEPS} PkgConfig::CMOCKA)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    add_test(NAME ${name} COMMAND ${name} ${A_ARGS} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    if(NOT A_TIMEOUT)
        set(A_TIMEOUT 300)
    endif()
    set_tests_properties(${name} PROPERTIES LABELS "${A_LABELS}" SKIP_RETURN_CODE 77 TIMEOUT ${A_TIMEOUT})
endfunction()

# ax_script_test(name COMMAND … LABELS … [TIMEOUT seconds])
function(ax_script_test name)
    if(NOT AX_TESTS)
        return()
    endif()
    cmake_parse_arguments(A "" "TIMEOUT" "COMMAND;LABELS" ${ARGN})
    add_test(NAME ${name} COMMAND ${A_COMMAND} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    if(NOT A_TIMEOUT)
        set(A_TIMEOUT 300)
    endif()
    set_tests_properties(${name} PROPERTIES LABELS "${A_LABELS}" SKIP_RETURN_CODE 77 TIMEOUT ${A_TIMEOUT}
        ENVIRONMENT "AX_BUILD=${CMAKE_BINARY_DIR}")
endfunction()

# ax_fuzz(name SOURCES target.c DEPS … ): target.c defines LLVMFuzzerTestOneInput. With AX_FUZZ a libFuzzer program; in
# every build a test that replays tests/fuzz/corpus/<name>/.
function(ax_fuzz name)
    if(NOT AX_TESTS)
        return()
    endif()
    cmake_parse_arguments(A "" "" "SOURCES;DEPS" ${ARGN})
    if(AX_FUZZ)
        add_executable(fuzz_${name} ${A_SOURCES})
        target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
        target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    else()
        add_executable(fuzz_${name} ${A_SOURCES} ${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.c)
        add_test(NAME fuzz_${name} COMMAND fuzz_${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
        set_tests_properties(fuzz_${name} PROPERTIES LABELS fuzz TIMEOUT 300)
    endif()
    target_link_libraries(fuzz_${name} PRIVATE ax_flags ${A_DEPS})
    set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
endfunction()
