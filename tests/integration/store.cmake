# SPDX-License-Identifier: Apache-2.0
ax_test(store_conformance SOURCES store_conformance.c store_fixture.c DEPS ax_store LABELS integration ARGS sim)
foreach(backend sqlite redis redis-tls)
    add_test(NAME store_conformance_${backend} COMMAND store_conformance ${backend} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(store_conformance_${backend} PROPERTIES LABELS integration TIMEOUT 600)
endforeach()
ax_test(store_faults SOURCES store_faults.c store_fixture.c store_proxy.c DEPS ax_store LABELS integration)
