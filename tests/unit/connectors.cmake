# SPDX-License-Identifier: Apache-2.0
foreach(noun convert golden bad_input)
    ax_test(unit_connectors_${noun} SOURCES connectors_${noun}.c DEPS ax_connectors LABELS unit)
endforeach()
ax_test(unit_connectors_parties SOURCES connectors_parties.c DEPS ax_connectors ax_scoring_world LABELS unit)
