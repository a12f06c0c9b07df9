# SPDX-License-Identifier: Apache-2.0
ax_test(rpc_status_test SOURCES rpc_status_test.c DEPS ax_rpc LABELS unit)
