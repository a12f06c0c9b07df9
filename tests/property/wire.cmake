# SPDX-License-Identifier: Apache-2.0
ax_test(property_wire_canonical SOURCES wire_canonical.c wire_random.c DEPS ax_wire LABELS property)
