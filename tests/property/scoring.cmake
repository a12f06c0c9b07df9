# SPDX-License-Identifier: Apache-2.0
ax_test(property_scoring SOURCES ${CMAKE_CURRENT_LIST_DIR}/scoring_property.c DEPS ax_scoring_world LABELS property
    TIMEOUT 600)
ax_test(property_scoring_packs SOURCES ${CMAKE_CURRENT_LIST_DIR}/scoring_packs_property.c DEPS ax_scoring_world
    LABELS property TIMEOUT 1200)
ax_test(property_scoring_tariff SOURCES ${CMAKE_CURRENT_LIST_DIR}/scoring_tariff_property.c DEPS ax_scoring_world
    LABELS property TIMEOUT 600)
ax_test(property_scoring_risk SOURCES ${CMAKE_CURRENT_LIST_DIR}/scoring_risk_property.c DEPS ax_scoring_world m
    LABELS property TIMEOUT 600)
if(NOT AX_SANITIZE) # it builds its own
    ax_script_test(property_scoring_risk_builds COMMAND ${CMAKE_CURRENT_LIST_DIR}/scoring_risk_builds LABELS property)
endif()
