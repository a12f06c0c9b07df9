# SPDX-License-Identifier: Apache-2.0
ax_test(property_connectors_synth SOURCES connectors_synth.c DEPS ax_connectors ax_pack LABELS property)
