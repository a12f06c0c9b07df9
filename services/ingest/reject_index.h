/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What is known of the rejects in memory: when each came, whether it is resolved, and a digest of what it is about. The
 * oldest are forgotten. One thread at a time.
 */
#include "scoring/fact.h"

enum {
    AX_REJECTS_MAX = 1 << 20, /* in the index; older ones are not listed any more */
    AX_REJECT_DIGEST_SIZE = 16,
};

struct ax_reject_id {
    int32_t partition;
    int64_t offset;
};

struct ax_reject_entry {
    struct ax_reject_id id;
    bool resolved;
};

struct ax_reject_index;

struct ax_reject_index *ax_reject_index_new(void);
void ax_reject_index_free(struct ax_reject_index *index);
/* In the order of offsets within a partition. */
void ax_reject_index_add(struct ax_reject_index *index, struct ax_reject_id id, int64_t at_us,
        const uint8_t digest[AX_REJECT_DIGEST_SIZE]);
void ax_reject_index_resolve(struct ax_reject_index *index, struct ax_reject_id id);
bool ax_reject_index_find(const struct ax_reject_index *index, struct ax_reject_id id, struct ax_reject_entry *out);
/* One about the same that stands unresolved. */
bool ax_reject_index_same(
        const struct ax_reject_index *index, const uint8_t digest[AX_REJECT_DIGEST_SIZE], struct ax_reject_id *out);
/* The newest first, from behind `after` on (offset < 0: from the newest), resolved ones only if `all`. */
size_t ax_reject_index_page(const struct ax_reject_index *index, struct ax_reject_id after, bool all,
        struct ax_reject_entry *out, size_t max);
int64_t ax_reject_index_unresolved(const struct ax_reject_index *index);
