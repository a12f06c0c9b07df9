# SPDX-License-Identifier: Apache-2.0
ax_program(bench_rpc_echo SOURCES rpc_echo.c rpc_raw.c DEPS ax_grpc)
ax_program(bench_rpc_load SOURCES rpc_load.c rpc_raw.c DEPS ax_grpc)
ax_program(bench_rpc_serve SOURCES rpc_serve.c DEPS ax_rpc)
