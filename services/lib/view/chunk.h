/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A chunk: what one commit added to the ledger of one enterprise, as the store keeps it.
 *
 *     version (1), varint first offset, then items:
 *     varint (offset - first) * 4 + mark, and for ADDED and EARLIER: varint known_at_us, varint length, canonical fact
 *
 * Which records become items, and with which mark, depends on the log alone and not on where commits were cut: joined in
 * the order of their offsets the items of all chunks are always the same. Pure; any thread.
 */
#include "base/bytes.h"

enum ax_chunk_mark {
    AX_CHUNK_ADDED = 0,      /* a content that was not in the ledger */
    AX_CHUNK_EARLIER = 1,    /* one that was, known earlier than had been thought */
    AX_CHUNK_UNREADABLE = 2, /* a record of this enterprise that could not be read; kept in rejects */
};

struct ax_chunk_item {
    enum ax_chunk_mark mark;
    int64_t offset;
    int64_t known_at_us;
    ax_str canonical; /* borrowed from the chunk */
};

/* The first item of a chunk passes its own offset as `first`. */
void ax_chunk_put(struct ax_buf *out, bool begin, int64_t first, const struct ax_chunk_item *item);

struct ax_chunk_reader {
    struct ax_cursor at;
    int64_t first;
};

ax_rc ax_chunk_open(struct ax_chunk_reader *reader, ax_str chunk, struct ax_err *err) AX_MUST_CHECK;
/* *end instead of an item. */
ax_rc ax_chunk_next(
        struct ax_chunk_reader *reader, struct ax_chunk_item *item, bool *end, struct ax_err *err) AX_MUST_CHECK;
