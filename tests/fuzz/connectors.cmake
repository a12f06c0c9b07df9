# SPDX-License-Identifier: Apache-2.0
ax_fuzz(connectors_csv SOURCES connectors_csv.c DEPS ax_connectors)
ax_fuzz(connectors_mapping SOURCES connectors_mapping.c DEPS ax_connectors)
ax_fuzz(connectors_object SOURCES connectors_object.c DEPS ax_connectors)
