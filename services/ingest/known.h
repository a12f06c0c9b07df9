/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What the store already knows of facts that are being submitted. Advice only: where the store is far behind the log, or
 * does not answer, nothing is said. Any thread.
 */
#include "services/ingest/large.h"
#include "services/lib/eventlog/eventlog.h"
#include "services/lib/store/store.h"

enum {
    AX_KNOWN_LAG_MAX = 20000,     /* records that a partition may be behind for its advice to be worth a read */
    AX_KNOWN_LOOK_AGAIN_MS = 100, /* how often a partition that is behind is looked at */
    AX_KNOWN_DOWN_MS = 1000,      /* how long a store that failed is left alone */
};

struct ax_known {
    struct ax_store *store;
    struct ax_large *large;
    _Atomic int64_t ends[AX_LOG_PARTITIONS_MAX];  /* next offset, as far as this process appended */
    _Atomic int64_t nexts[AX_LOG_PARTITIONS_MAX]; /* the store's, as seen last */
    _Atomic int64_t looked_us[AX_LOG_PARTITIONS_MAX];
    _Atomic int64_t down_until_us;
};

/* What was appended: the store has to come so far to know it. */
void ax_known_appended(struct ax_known *known, int32_t partition, int64_t offset, const struct ax_fact *fact,
        const uint8_t key[AX_KEY_SIZE], const uint8_t digest[AX_DIGEST_SIZE]);
/* Marks the items that are known: `duplicate`, or the revision that is known. The order of the items changes. */
void ax_known_ask(struct ax_known *known, struct ax_item **items, size_t count);
/* The head of (source, reference) in an enterprise's ledger. AX_NOT_FOUND. */
ax_rc ax_known_head(struct ax_known *known, ax_str enterprise, int32_t partition, ax_str source, ax_str reference,
        struct ax_arena *arena, struct ax_fact *out, struct ax_err *err) AX_MUST_CHECK;
/* The same in the chunks of one read; *found. */
ax_rc ax_known_head_in(const struct ax_store_read *read, ax_str source, ax_str reference, struct ax_arena *arena,
        bool *found, struct ax_fact *out, struct ax_err *err) AX_MUST_CHECK;
