# SPDX-License-Identifier: Apache-2.0
ax_test(unit_ingest_reject_index SOURCES ingest_reject_index.c DEPS ax_ingest LABELS unit)
