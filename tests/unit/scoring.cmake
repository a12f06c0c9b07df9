# SPDX-License-Identifier: Apache-2.0
add_library(ax_scoring_world STATIC ${CMAKE_CURRENT_LIST_DIR}/scoring_world.c)
target_link_libraries(ax_scoring_world PUBLIC ax_flags ax_pack)
foreach(what codes codec fact ledger rate explain pack packs lint common rating risk_pack gate tariff)
    ax_test(unit_scoring_${what} SOURCES ${CMAKE_CURRENT_LIST_DIR}/scoring_${what}_test.c DEPS ax_scoring_world LABELS unit)
endforeach()
# docs/CANONICAL.md holds what this prints.
add_executable(vectors ${CMAKE_CURRENT_LIST_DIR}/vectors.c)
target_link_libraries(vectors PRIVATE ax_scoring_world)
set_target_properties(vectors PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
ax_script_test(unit_scoring_vectors COMMAND vectors docs/CANONICAL.md LABELS unit)
ax_script_test(unit_scoring_rules_doc COMMAND ${CMAKE_CURRENT_LIST_DIR}/scoring_rules_doc LABELS unit)
ax_test(unit_scoring_risk_math SOURCES ${CMAKE_CURRENT_LIST_DIR}/scoring_risk_math_test.c DEPS ax_scoring_world m LABELS unit)
ax_test(unit_scoring_risk SOURCES ${CMAKE_CURRENT_LIST_DIR}/scoring_risk_test.c DEPS ax_scoring_world m LABELS unit)
