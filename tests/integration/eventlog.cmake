# SPDX-License-Identifier: Apache-2.0
if(AX_TESTS)
    add_library(ax_eventlog_fixture STATIC eventlog_fixture.c)
    target_link_libraries(ax_eventlog_fixture PUBLIC ax_flags ax_eventlog PkgConfig::CMOCKA)
endif()

ax_test(eventlog_conformance SOURCES eventlog_conformance.c DEPS ax_eventlog_fixture LABELS integration ARGS sim sqlite)
ax_script_test(eventlog_conformance_kafka LABELS integration
    COMMAND tests/integration/with_kafka ${CMAKE_BINARY_DIR}/tests/eventlog_conformance kafka)
ax_test(eventlog_sqlite_faults SOURCES eventlog_sqlite_faults.c DEPS ax_eventlog_fixture LABELS integration)
ax_test(eventlog_sim_faults SOURCES eventlog_sim_faults.c DEPS ax_eventlog_fixture LABELS sim)
ax_test(eventlog_kafka_faults SOURCES eventlog_kafka_faults.c DEPS ax_eventlog_fixture LABELS integration TIMEOUT 600)
ax_script_test(eventlog_tls LABELS integration
    COMMAND tests/integration/eventlog_tls ${CMAKE_BINARY_DIR}/tests/eventlog_conformance)
