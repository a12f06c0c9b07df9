/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What is known of ledgers that are too large to be read from the store for every request: per enterprise its contents by
 * fact, as read last and as this process appended since. A reading is good for AX_LARGE_REST times as long as it took, so
 * that reading never takes more than a small part of the time however large a ledger is; what another process appended
 * meanwhile is not known. Holds at most so many bytes, the ledgers used longest ago going first; of one that does not fit
 * nothing is said in between. Any thread.
 */
#include "services/ingest/item.h"

enum {
    AX_LARGE_FACTS = 4096,         /* smaller ones are read every time */
    AX_LARGE_REST = 20,            /* of the time since a reading, what it may have taken: one part in so many */
    AX_LARGE_MAX_BYTES = 64 << 20, /* of all together */
    AX_LARGE_ENTERPRISES_MAX = 64, /* that something is kept of */
};

struct ax_large;

struct ax_large_content {
    uint8_t key[AX_KEY_SIZE];
    uint8_t digest[AX_DIGEST_SIZE];
    int64_t revision; /* at least 1 */
};

struct ax_large *ax_large_new(size_t max_bytes);
void ax_large_free(struct ax_large *large);
/* Marks items of one enterprise: `duplicate`, or the revision that is known. False: the caller is to read the
 * ledger; whoever asks meanwhile is answered by what is kept. */
bool ax_large_ask(struct ax_large *large, struct ax_item *const *items, size_t count, int64_t now_us);
/* It was read. Contents that are there already stay: what is on the log is never taken back. */
void ax_large_read(struct ax_large *large, ax_str enterprise, const struct ax_large_content *contents, size_t count,
        int64_t now_us, int64_t took_us);
/* It was appended; kept where something of the enterprise is. */
void ax_large_appended(struct ax_large *large, ax_str enterprise, const struct ax_large_content *content);
