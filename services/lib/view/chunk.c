/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/view/chunk.h"

enum { CHUNK_VERSION = 1, MARK_BITS = 2, MARK_MASK = 3 };

void ax_chunk_put(struct ax_buf *out, bool begin, int64_t first, const struct ax_chunk_item *item)
{
    AX_ASSERT(item->offset >= first && first >= 0);
    if (begin) {
        ax_buf_put_u8(out, CHUNK_VERSION);
        ax_buf_put_varint(out, (uint64_t)first);
    }
    ax_buf_put_varint(out, (uint64_t)(item->offset - first) << MARK_BITS | (uint64_t)item->mark);
    if (item->mark != AX_CHUNK_UNREADABLE) {
        ax_buf_put_varint(out, (uint64_t)item->known_at_us);
        ax_buf_put_varint(out, item->canonical.len);
        ax_buf_put_str(out, item->canonical);
    }
}

static ax_rc broken(struct ax_err *err, const char *field)
{
    return ax_fail_field(err, AX_CORRUPT, field, NULL, 0, "a chunk in the store is not in its form");
}

ax_rc ax_chunk_open(struct ax_chunk_reader *reader, ax_str chunk, struct ax_err *err)
{
    reader->at = ax_cursor_of(chunk);
    uint8_t version = 0;
    uint64_t first = 0;
    if (!ax_cursor_u8(&reader->at, &version) || version != CHUNK_VERSION || !ax_cursor_varint(&reader->at, &first) ||
            first > INT64_MAX) {
        return broken(err, "chunk.head");
    }
    reader->first = (int64_t)first;
    return AX_RC(OK);
}

ax_rc ax_chunk_next(struct ax_chunk_reader *reader, struct ax_chunk_item *item, bool *end, struct ax_err *err)
{
    *end = ax_cursor_left(&reader->at) == 0;
    if (*end) {
        return AX_RC(OK);
    }
    uint64_t head = 0;
    if (!ax_cursor_varint(&reader->at, &head) || (head & MARK_MASK) > AX_CHUNK_UNREADABLE ||
            head >> MARK_BITS > (uint64_t)(INT64_MAX - reader->first)) {
        return broken(err, "chunk.item");
    }
    *item = (struct ax_chunk_item){
            .mark = (enum ax_chunk_mark)(head & MARK_MASK),
            .offset = reader->first + (int64_t)(head >> MARK_BITS),
    };
    if (item->mark == AX_CHUNK_UNREADABLE) {
        return AX_RC(OK);
    }
    uint64_t known_at_us = 0;
    uint64_t len = 0;
    if (!ax_cursor_varint(&reader->at, &known_at_us) || known_at_us > INT64_MAX ||
            !ax_cursor_varint(&reader->at, &len) || len > SIZE_MAX ||
            !ax_cursor_take(&reader->at, (size_t)len, &item->canonical)) {
        return broken(err, "chunk.fact");
    }
    item->known_at_us = (int64_t)known_at_us;
    return AX_RC(OK);
}
