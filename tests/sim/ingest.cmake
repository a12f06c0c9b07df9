# SPDX-License-Identifier: Apache-2.0
ax_test(ingest_moves SOURCES ingest_moves.c DEPS ax_sim_world ax_ingest LABELS sim)
