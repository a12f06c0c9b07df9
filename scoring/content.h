/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The contents of one fact, and which of them counts. Borrows. Pure; any thread. */
#include "scoring/fact.h"

/* A state that this program does not know is none, and withdraws nothing. */
static inline bool ax_fact_withdraws(const struct ax_fact *fact)
{
    return fact->state == AX_FACT_STATE_WITHDRAWN;
}

struct ax_content {
    int64_t revision;
    bool withdrawn;
    const uint8_t *digest;
};

/* The last of them counts. Whoever withdraws may not know the source's next number: 行政处罚法 art. 48. */
static inline int ax_content_order(struct ax_content a, struct ax_content b)
{
    if (a.revision != b.revision) {
        return a.revision < b.revision ? -1 : 1;
    }
    if (a.withdrawn != b.withdrawn) {
        return a.withdrawn ? 1 : -1;
    }
    return memcmp(a.digest, b.digest, AX_DIGEST_SIZE);
}
