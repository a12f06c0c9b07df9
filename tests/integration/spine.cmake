# SPDX-License-Identifier: Apache-2.0
ax_test(spine_test SOURCES spine_test.c spine_bed.c DEPS ax_scorer ax_ingest ax_exchange ax_host LABELS integration)
if(AX_TESTS)
    add_executable(spine_cluster spine_cluster.c store_fixture.c ../sim/world.c)
    target_link_libraries(spine_cluster PRIVATE ax_flags ax_scorer PkgConfig::CMOCKA)
    set_target_properties(spine_cluster PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
endif()
ax_script_test(spine_cluster LABELS integration
    COMMAND tests/integration/with_kafka ${CMAKE_BINARY_DIR}/tests/spine_cluster)
