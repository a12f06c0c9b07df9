# SPDX-License-Identifier: Apache-2.0
ax_test(property_connectors_synth SOURCES connectors_synth.c DEPS ax_connectors ax_pack LABELS property)
ax_test(property_scoring_province SOURCES ${CMAKE_CURRENT_LIST_DIR}/scoring_province.c DEPS ax_connectors ax_scoring_world
    LABELS property)
ax_test(property_scoring_gist SOURCES ${CMAKE_CURRENT_LIST_DIR}/scoring_gist.c DEPS ax_connectors ax_scoring_world
    LABELS property)
