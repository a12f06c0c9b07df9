# SPDX-License-Identifier: Apache-2.0
ax_program(bench_store SOURCES store_bench.c store_load.c store_redis_probe.c DEPS ax_store)
ax_program(bench_redis_blind SOURCES store_redis_blind.c store_load.c store_redis_probe.c DEPS ax_store)
