# SPDX-License-Identifier: Apache-2.0
if(AX_TESTS)
    ax_library(ax_sim_world SOURCES world.c DEPS ax_scorer PkgConfig::CMOCKA)
endif()
ax_test(scorer_sim SOURCES scorer_sim.c DEPS ax_sim_world LABELS sim TIMEOUT 300)
ax_test(scorer_poison SOURCES scorer_poison.c DEPS ax_sim_world LABELS sim)
ax_test(scorer_control SOURCES scorer_control.c DEPS ax_sim_world LABELS sim)
ax_test(scorer_midnight SOURCES scorer_midnight.c DEPS ax_sim_world LABELS sim)
ax_test(scorer_feed SOURCES scorer_feed.c DEPS ax_sim_world LABELS sim)
