/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The whole facts behind entries of a ledger: entries know digests, texts are in the chunks that the ledger was read from.
 * Any thread. */
#include "services/exchange/answer.h"

/* facts[i] is that of ledger entry entries[i], in arena memory; NULL for UINT32_MAX. Linear in the chunks. */
ax_rc ax_facts_find(const struct ax_store_read *read, const struct ax_ledger *ledger, const uint32_t *entries,
        size_t count, struct ax_arena *arena, struct ax_fact **facts, struct ax_err *err) AX_MUST_CHECK;
