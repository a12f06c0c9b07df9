# SPDX-License-Identifier: Apache-2.0
ax_fuzz(scoring_codec SOURCES ${CMAKE_CURRENT_LIST_DIR}/scoring_codec.c DEPS ax_scoring)
ax_fuzz(scoring_pack SOURCES ${CMAKE_CURRENT_LIST_DIR}/scoring_pack.c DEPS ax_pack)
ax_fuzz(scoring_common SOURCES ${CMAKE_CURRENT_LIST_DIR}/scoring_common.c DEPS ax_pack)
ax_fuzz(scoring_risk SOURCES ${CMAKE_CURRENT_LIST_DIR}/scoring_risk.c DEPS ax_pack)
ax_fuzz(scoring_gate SOURCES ${CMAKE_CURRENT_LIST_DIR}/scoring_gate.c DEPS ax_pack)
ax_fuzz(scoring_tariff SOURCES ${CMAKE_CURRENT_LIST_DIR}/scoring_tariff.c DEPS ax_pack)
