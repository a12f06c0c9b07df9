# SPDX-License-Identifier: Apache-2.0
ax_test(unit_ingest_reject_index SOURCES ingest_reject_index.c DEPS ax_ingest LABELS unit)
ax_test(unit_ingest_quality SOURCES ingest_quality.c DEPS ax_ingest ax_scoring_world LABELS unit)
ax_test(unit_ingest_large SOURCES ingest_large.c DEPS ax_ingest LABELS unit)
