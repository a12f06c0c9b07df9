# SPDX-License-Identifier: Apache-2.0
# How everything of ours is compiled. Generated code is not (Targets.cmake, ax_generated_library).
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g1") # without NDEBUG: asserts stay on

add_library(ax_flags INTERFACE)
target_compile_definitions(ax_flags INTERFACE _GNU_SOURCE)
target_include_directories(ax_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(ax_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
    -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Wundef -Wswitch-enum -ffp-contract=off -fno-math-errno
    -fno-omit-frame-pointer -fstack-protector-strong -fstack-clash-protection)
if(AX_FAULTS)
    target_compile_definitions(ax_flags INTERFACE AX_FAULTS)
endif()
if(AX_WERROR)
    target_compile_options(ax_flags INTERFACE -Werror)
endif()
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    target_compile_options(ax_flags INTERFACE -fcf-protection)
endif()
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    # clang also looks into protobuf-c's macros, which cast const away.
    target_compile_options(ax_flags INTERFACE -Wcast-qual -ftrivial-auto-var-init=zero)
    if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
        # Small memory is cleared by plain stores: `rep stos`, which gcc takes, takes longer to begin.
        target_compile_options(ax_flags INTERFACE -mmemset-strategy=unrolled_loop:512:noalign,libcall:-1:noalign)
    endif()
endif()
if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
    target_compile_definitions(ax_flags INTERFACE _FORTIFY_SOURCE=3)
endif()
target_link_options(ax_flags INTERFACE -Wl,-z,relro,-z,now)
set(THREADS_PREFER_PTHREAD_FLAG ON)

if(AX_SANITIZE STREQUAL "address")
    add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all)
    add_link_options(-fsanitize=address,undefined)
elseif(AX_SANITIZE STREQUAL "thread")
    add_compile_options(-fsanitize=thread)
    add_link_options(-fsanitize=thread)
elseif(AX_SANITIZE)
    message(FATAL_ERROR "AX_SANITIZE: address, thread or empty, not ${AX_SANITIZE}")
endif()
if(AX_SANITIZE OR AX_COVERAGE) # which look for faults of memory and for lines, not for rare cases
    add_compile_definitions(AX_ONE_CASE_IN=8)
endif()
if(AX_FUZZ) # or libFuzzer is blind in our libraries
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(AX_COVERAGE)
    add_compile_options(--coverage -O0)
    add_link_options(--coverage)
endif()
