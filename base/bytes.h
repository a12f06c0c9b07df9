/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Bytes: views, cursors and buffers.
 *
 * `ax_str` borrows: pointer and length, by value, no terminator promised. `struct ax_cursor` reads from a view and never
 * past it. `struct ax_buf` owns a growing block with a hard cap; a write that would pass the cap (or memory) turns the
 * buffer `failed` and later writes do nothing, so a long encoder checks once at its end. All are plain values for one
 * thread at a time.
 */
#include "base/rc.h"

#include <string.h>

typedef struct {
    const char *ptr;
    size_t len;
} ax_str;

/* For string literals, e.g. AX_STR("penalty"). */
#define AX_STR(literal) ((ax_str){"" literal, sizeof(literal) - 1})
/* For printf: "%.*s", AX_ARG(s). */
#define AX_ARG(s) (int)(s).len, (s).ptr == NULL ? "" : (s).ptr

static inline ax_str ax_str_of(const void *ptr, size_t len)
{
    return (ax_str){(const char *)ptr, len};
}

static inline ax_str ax_str_c(const char *text)
{
    return (ax_str){text, text == NULL ? 0 : strlen(text)};
}

static inline bool ax_str_eq(ax_str a, ax_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Byte order, shorter first where one is the other's beginning: < 0, 0, > 0. */
int ax_str_cmp(ax_str a, ax_str b);
ax_str ax_str_trim(ax_str s); /* ASCII blanks off both ends */
bool ax_str_starts(ax_str s, ax_str prefix);
bool ax_str_ends(ax_str s, ax_str suffix);
bool ax_str_find(ax_str s, ax_str needle, size_t *at); /* `at` may be NULL */
/* Cuts *s after its first `separator`: returns what stood before it and leaves the rest. At the end: all, rest empty. */
ax_str ax_str_split(ax_str *s, char separator);
ax_rc ax_str_to_i64(ax_str s, int64_t *out) AX_MUST_CHECK; /* decimal, optional '-', nothing else */
bool ax_utf8_valid(ax_str s);                              /* RFC 3629; NUL is not valid here */
/* Cuts half a character off the end of a C string, as snprintf may have left one. */
void ax_utf8_trim(char *text);
/* Copies into a C string of `size` bytes; false where it does not fit or holds a NUL. */
bool ax_str_to_c(ax_str s, char *out, size_t size);

struct ax_cursor {
    const uint8_t *at;
    const uint8_t *end;
};

static inline struct ax_cursor ax_cursor_of(ax_str s)
{
    const uint8_t *at = (const uint8_t *)s.ptr;
    return (struct ax_cursor){at, s.len == 0 ? at : at + s.len};
}

static inline size_t ax_cursor_left(const struct ax_cursor *c)
{
    return (size_t)(c->end - c->at);
}

/* Each returns false, and leaves the cursor as it was, where too little is left or the form is wrong. */
bool ax_cursor_take(struct ax_cursor *c, size_t len, ax_str *out);
bool ax_cursor_varint(struct ax_cursor *c, uint64_t *out); /* minimal LEB128 only, at most 10 bytes */
bool ax_cursor_u8(struct ax_cursor *c, uint8_t *out);
bool ax_cursor_u32be(struct ax_cursor *c, uint32_t *out);
bool ax_cursor_u64be(struct ax_cursor *c, uint64_t *out);

struct ax_buf {
    uint8_t *ptr;
    size_t len;
    size_t size; /* allocated */
    size_t cap;  /* never more than this */
    bool failed;
};

void ax_buf_init(struct ax_buf *b, size_t cap_bytes);
void ax_buf_deinit(struct ax_buf *b);
void ax_buf_clear(struct ax_buf *b); /* len = 0, failed = false, the block stays */
/* Makes room and returns where to write `len` bytes (then counted as written), or NULL with `failed` set. */
uint8_t *ax_buf_grow(struct ax_buf *b, size_t len);
void ax_buf_put(struct ax_buf *b, const void *bytes, size_t len);
void ax_buf_put_str(struct ax_buf *b, ax_str s);
void ax_buf_put_u8(struct ax_buf *b, uint8_t value);
void ax_buf_put_varint(struct ax_buf *b, uint64_t value);
void ax_buf_put_u32be(struct ax_buf *b, uint32_t value);
void ax_buf_put_u64be(struct ax_buf *b, uint64_t value);
void ax_buf_printf(struct ax_buf *b, const char *format, ...) AX_PRINTF(2, 3);

static inline ax_str ax_buf_str(const struct ax_buf *b)
{
    return (ax_str){(const char *)b->ptr, b->len};
}

enum { AX_DIGEST_SIZE = 32, AX_DIGEST_HEX_SIZE = 65 };

/* Lower-case hex with a NUL; `out` has 2 * len + 1 bytes. */
void ax_hex(const void *bytes, size_t len, char *out);
bool ax_unhex(ax_str hex, uint8_t *out, size_t out_len);
