/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Answers made from a ledger, kept so that the next one who asks does not wait for the ledger to be read again. What is
 * kept holds for one day and for the very bytes of the stored rating that it was made beside (they contain the digests of
 * ledger and packs): whoever asks reads those first, so nobody gets an answer of yesterday or of other facts. What was used
 * longest ago goes first when there are too many bytes. Any thread.
 */
#include "base/bytes.h"

struct ax_kept;

struct ax_kept *ax_kept_new(size_t max_bytes);
void ax_kept_free(struct ax_kept *kept);
/* Appends what is kept under the key to `out`; false where nothing is, or where it was made on another day or of others. */
bool ax_kept_get(struct ax_kept *kept, ax_str key, int32_t day, ax_str made_of, struct ax_buf *out);
/* Takes the place of what was there. */
void ax_kept_put(struct ax_kept *kept, ax_str key, int32_t day, ax_str made_of, ax_str answer);
