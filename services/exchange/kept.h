/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Answers made from a ledger, kept so that the next one who asks does not wait for the ledger to be read again. What is
 * kept holds for one day and for the very bytes of the stored rating that it was made beside (they contain the digests of
 * ledger and packs): whoever asks reads those first, so nobody gets an answer of yesterday or of other facts. Where nothing
 * at all was written to the partition since, they need not be read, and the whole answer is as it was. What was used
 * longest ago goes first when there are too many bytes. Any thread.
 */
#include "services/lib/store/store.h"

struct ax_kept;

/* What an answer was made of, as far as it shows without reading the rating. */
struct ax_kept_of {
    int32_t day;
    const void *rater; /* the very one */
    struct ax_store_mark mark;
    int64_t next_offset;
};

struct ax_kept *ax_kept_new(size_t max_bytes);
void ax_kept_free(struct ax_kept *kept);
bool ax_kept_has(struct ax_kept *kept, ax_str key);
/* Appends what is kept under the key to `out`; false where nothing is, or where it was made on another day or of others. */
bool ax_kept_get(struct ax_kept *kept, ax_str key, int32_t day, ax_str rating, struct ax_buf *out);
/* The same with its rest behind it, where it is of just that. */
bool ax_kept_get_whole(struct ax_kept *kept, ax_str key, const struct ax_kept_of *of, struct ax_buf *out);
/* Takes the place of what was there. The rest is what belongs to the position as well. */
void ax_kept_put(
        struct ax_kept *kept, ax_str key, const struct ax_kept_of *of, ax_str rating, ax_str answer, ax_str rest);
