# SPDX-License-Identifier: Apache-2.0
ax_test(property_scoring SOURCES ${CMAKE_CURRENT_LIST_DIR}/scoring_property.c DEPS ax_scoring_world LABELS property
    TIMEOUT 600)
