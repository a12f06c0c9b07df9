# SPDX-License-Identifier: Apache-2.0
# What scoring costs, in nanoseconds and bytes.
ax_program(bench_rate SOURCES ${CMAKE_CURRENT_LIST_DIR}/rate_bench.c DEPS ax_pack)
