/* SPDX-License-Identifier: Apache-2.0 */
/* Attacks decimals, UTF-8, hex, varints and splitting; what is accepted must survive the way back. */
#include "base/bytes.h"

#include <inttypes.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BUF_CAP = 1 << 16 };

static void decimal(ax_str s, struct ax_buf *b)
{
    int64_t value = 0;
    int64_t again = 0;
    if (ax_ok(ax_str_to_i64(s, &value))) {
        ax_buf_clear(b);
        ax_buf_printf(b, "%" PRId64, value);
        AX_ASSERT(ax_ok(ax_str_to_i64(ax_buf_str(b), &again)) && again == value);
    }
}

static void hex(ax_str s)
{
    uint8_t bytes[64];
    char text[sizeof bytes * 2 + 1];
    size_t len = s.len / 2;
    if (len <= sizeof bytes && ax_unhex(s, bytes, len)) {
        uint8_t again[sizeof bytes];
        ax_hex(bytes, len, text);
        AX_ASSERT(ax_unhex(ax_str_c(text), again, len) && memcmp(bytes, again, len) == 0);
    }
}

static void varints(ax_str s, struct ax_buf *b)
{
    struct ax_cursor c = ax_cursor_of(s);
    uint64_t value = 0;
    ax_buf_clear(b);
    while (ax_cursor_varint(&c, &value)) {
        ax_buf_put_varint(b, value);
    }
    if (!b->failed) { /* only one form: what was read is what is written */
        AX_ASSERT(ax_str_starts(s, ax_buf_str(b)) && b->len + ax_cursor_left(&c) == s.len);
    }
}

static void pieces(ax_str s)
{
    ax_str rest = s;
    size_t total = 0;
    while (rest.len > 0) {
        ax_str piece = ax_str_split(&rest, ',');
        total += piece.len + 1;
        AX_ASSERT(ax_str_trim(piece).len <= piece.len);
        AX_ASSERT(!ax_utf8_valid(s) || ax_utf8_valid(piece));
    }
    AX_ASSERT(s.len == 0 || total == s.len + 1 || total == s.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ax_str s = ax_str_of(data, size);
    struct ax_buf b;
    ax_buf_init(&b, BUF_CAP);
    decimal(s, &b);
    hex(s);
    varints(s, &b);
    pieces(s);
    ax_buf_deinit(&b);
    return 0;
}
