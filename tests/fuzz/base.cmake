# SPDX-License-Identifier: Apache-2.0
ax_fuzz(base_config SOURCES base_config.c DEPS ax_base)
ax_fuzz(base_bytes SOURCES base_bytes.c DEPS ax_core)
