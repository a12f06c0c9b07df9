# SPDX-License-Identifier: Apache-2.0
ax_fuzz(rpc_status SOURCES rpc_status.c DEPS ax_rpc)
ax_fuzz(rpc_reflection SOURCES rpc_reflection.c DEPS ax_rpc)
