# SPDX-License-Identifier: Apache-2.0
ax_test(exchange_test SOURCES exchange_wire.c spine_bed.c DEPS ax_scorer ax_ingest ax_exchange ax_host LABELS integration)
ax_test(exchange_first SOURCES exchange_first.c spine_bed.c DEPS ax_scorer ax_ingest ax_exchange ax_host LABELS integration)
