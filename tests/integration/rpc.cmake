# SPDX-License-Identifier: Apache-2.0
# services/lib/rpc with real gRPC over real mutual TLS, in process.
foreach(what unary fault stream tls storm)
    ax_test(rpc_${what}_test SOURCES rpc_${what}_test.c rpc_bed.c rpc_raw.c DEPS ax_rpc ax_trust LABELS integration)
endforeach()
