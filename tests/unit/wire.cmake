# SPDX-License-Identifier: Apache-2.0
foreach(noun json submit tables unpack)
    ax_test(unit_wire_${noun} SOURCES wire_${noun}.c DEPS ax_wire ax_exchange LABELS unit)
endforeach()
