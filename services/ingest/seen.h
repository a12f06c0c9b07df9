/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The newest content of each fact that this process made durable lately: a table of fixed size in which a later fact may
 * displace an earlier one. Exact in what it says, silent about what it forgot. Any thread.
 */
#include "scoring/fact.h"

struct ax_seen;

struct ax_seen_head {
    char enterprise[AX_USCC_LEN];
    uint8_t key[AX_KEY_SIZE];
    int64_t revision; /* 0: nothing */
    uint8_t digest[AX_DIGEST_SIZE];
    bool withdrawn;
};

struct ax_seen *ax_seen_new(size_t max);
void ax_seen_free(struct ax_seen *seen);
bool ax_seen_get(struct ax_seen *seen, ax_str enterprise, const uint8_t key[AX_KEY_SIZE], struct ax_seen_head *out);
/* Only what is durable. */
void ax_seen_put(struct ax_seen *seen, const struct ax_fact *fact, const uint8_t key[AX_KEY_SIZE],
        const uint8_t digest[AX_DIGEST_SIZE]);
