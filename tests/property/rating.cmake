# SPDX-License-Identifier: Apache-2.0
ax_test(property_rating_as_of SOURCES rating_as_of.c DEPS ax_sim_world ax_exchange ax_connectors LABELS property
    TIMEOUT 600)
