# SPDX-License-Identifier: Apache-2.0
foreach(name wire_fact wire_submit wire_rating json_fact)
    ax_fuzz(${name} SOURCES ${name}.c DEPS ax_wire)
endforeach()
