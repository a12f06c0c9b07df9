# SPDX-License-Identifier: Apache-2.0
ax_test(integration_connectors_msha SOURCES connectors_msha.c DEPS ax_connectors LABELS integration)
