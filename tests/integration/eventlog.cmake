# SPDX-License-Identifier: Apache-2.0
add_library(ax_eventlog_fixture STATIC eventlog_fixture.c)
target_link_libraries(ax_eventlog_fixture PUBLIC ax_flags ax_eventlog PkgConfig::CMOCKA)

ax_test(eventlog_conformance_sim SOURCES eventlog_conformance.c DEPS ax_eventlog_fixture LABELS integration ARGS sim)
ax_test(eventlog_conformance_sqlite SOURCES eventlog_conformance.c DEPS ax_eventlog_fixture LABELS integration ARGS sqlite)
