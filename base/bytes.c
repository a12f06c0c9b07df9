/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUF_FIRST_SIZE = 64, VARINT_MAX = 10 };

int ax_str_cmp(ax_str a, ax_str b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common == 0 ? 0 : memcmp(a.ptr, b.ptr, common);
    if (order != 0) {
        return order;
    }
    return (a.len > b.len) - (a.len < b.len);
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

ax_str ax_str_trim(ax_str s)
{
    while (s.len > 0 && is_blank(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len > 0 && is_blank(s.ptr[s.len - 1])) {
        s.len--;
    }
    return s;
}

bool ax_str_starts(ax_str s, ax_str prefix)
{
    return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

bool ax_str_ends(ax_str s, ax_str suffix)
{
    return s.len >= suffix.len &&
           (suffix.len == 0 || memcmp(s.ptr + (s.len - suffix.len), suffix.ptr, suffix.len) == 0);
}

bool ax_str_find(ax_str s, ax_str needle, size_t *at)
{
    size_t found = 0;
    if (needle.len != 0) {
        const char *hit = s.len == 0 ? NULL : memmem(s.ptr, s.len, needle.ptr, needle.len);
        if (hit == NULL) {
            return false;
        }
        found = (size_t)(hit - s.ptr);
    }
    if (at != NULL) {
        *at = found;
    }
    return true;
}

ax_str ax_str_split(ax_str *s, char separator)
{
    const char *hit = s->len == 0 ? NULL : memchr(s->ptr, separator, s->len);
    ax_str head = *s;
    if (hit == NULL) {
        *s = (ax_str){s->len == 0 ? s->ptr : s->ptr + s->len, 0};
        return head;
    }
    head.len = (size_t)(hit - s->ptr);
    *s = (ax_str){hit + 1, s->len - head.len - 1};
    return head;
}

ax_rc ax_str_to_i64(ax_str s, int64_t *out)
{
    bool negative = s.len > 0 && s.ptr[0] == '-';
    size_t i = negative ? 1 : 0;
    if (i == s.len) {
        return AX_RC(INVALID);
    }
    int64_t value = 0; /* built on the negative side, which reaches one further */
    for (; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') {
            return AX_RC(INVALID);
        }
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_sub_overflow(value, s.ptr[i] - '0', &value)) {
            return AX_RC(RANGE);
        }
    }
    if (!negative && __builtin_sub_overflow(0, value, &value)) {
        return AX_RC(RANGE);
    }
    *out = value;
    return AX_RC(OK);
}

/* The length of the character at the beginning, 0 where it is not one (RFC 3629 §4: no overlong form, no surrogate). */
static size_t utf8_char(const unsigned char *p, size_t left)
{
    unsigned lead = p[0];
    if (lead < 0x80) {
        return lead != 0 ? 1 : 0;
    }
    size_t len = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || left < len) {
        return 0;
    }
    unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < low || p[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return len;
}

bool ax_utf8_valid(ax_str s)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t at = 0;
    while (at < s.len) {
        size_t len = utf8_char(p + at, s.len - at);
        if (len == 0) {
            return false;
        }
        at += len;
    }
    return true;
}

void ax_utf8_trim(char *text)
{
    size_t len = strlen(text);
    size_t back = 0;
    while (back < len && back < 4 && ((unsigned char)text[len - 1 - back] & 0xC0) == 0x80) {
        back++;
    }
    if (back >= len) {
        return;
    }
    unsigned char lead = (unsigned char)text[len - 1 - back];
    size_t want = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    if (back < want) {
        text[len - 1 - back] = '\0';
    }
}

bool ax_str_to_c(ax_str s, char *out, size_t size)
{
    if (s.len >= size || (s.len != 0 && memchr(s.ptr, '\0', s.len) != NULL)) {
        return false;
    }
    if (s.len != 0) {
        memcpy(out, s.ptr, s.len);
    }
    out[s.len] = '\0';
    return true;
}

bool ax_cursor_take(struct ax_cursor *c, size_t len, ax_str *out)
{
    if (ax_cursor_left(c) < len) {
        return false;
    }
    *out = ax_str_of(c->at, len);
    if (len != 0) {
        c->at += len;
    }
    return true;
}

bool ax_cursor_varint(struct ax_cursor *c, uint64_t *out)
{
    uint64_t value = 0;
    size_t left = ax_cursor_left(c);
    for (size_t i = 0; i < left && i < VARINT_MAX; i++) {
        uint8_t byte = c->at[i];
        if (i == VARINT_MAX - 1 && byte > 1) {
            return false; /* past 64 bits */
        }
        value |= (uint64_t)(byte & 0x7F) << (7 * i);
        if ((byte & 0x80) == 0) {
            if (byte == 0 && i != 0) {
                return false; /* a shorter form exists */
            }
            c->at += i + 1;
            *out = value;
            return true;
        }
    }
    return false;
}

bool ax_cursor_u8(struct ax_cursor *c, uint8_t *out)
{
    if (ax_cursor_left(c) < 1) {
        return false;
    }
    *out = *c->at++;
    return true;
}

static bool cursor_be(struct ax_cursor *c, size_t bytes, uint64_t *out)
{
    if (ax_cursor_left(c) < bytes) {
        return false;
    }
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++) {
        value = value << 8 | c->at[i];
    }
    c->at += bytes;
    *out = value;
    return true;
}

bool ax_cursor_u32be(struct ax_cursor *c, uint32_t *out)
{
    uint64_t value = 0;
    if (!cursor_be(c, sizeof *out, &value)) {
        return false;
    }
    *out = (uint32_t)value;
    return true;
}

bool ax_cursor_u64be(struct ax_cursor *c, uint64_t *out)
{
    return cursor_be(c, sizeof *out, out);
}

void ax_buf_init(struct ax_buf *b, size_t cap_bytes)
{
    *b = (struct ax_buf){.cap = cap_bytes};
}

void ax_buf_deinit(struct ax_buf *b)
{
    free(b->ptr);
    *b = (struct ax_buf){.cap = b->cap};
}

void ax_buf_clear(struct ax_buf *b)
{
    b->len = 0;
    b->failed = false;
}

/* Makes the block at least `want` bytes big; `want` is within the cap. */
static bool buf_reserve(struct ax_buf *b, size_t want)
{
    if (want <= b->size && b->ptr != NULL) {
        return true;
    }
    size_t size = b->size < BUF_FIRST_SIZE ? BUF_FIRST_SIZE : b->size;
    while (size < want) {
        size = size > SIZE_MAX / 2 ? want : size * 2;
    }
    if (size > b->cap && b->cap >= want) {
        size = b->cap == 0 ? 1 : b->cap;
    }
    uint8_t *block = realloc(b->ptr, size);
    if (block == NULL) {
        return false;
    }
    b->ptr = block;
    b->size = size;
    return true;
}

uint8_t *ax_buf_grow(struct ax_buf *b, size_t len)
{
    if (b->failed || len > b->cap - b->len || !buf_reserve(b, b->len + len)) {
        b->failed = true;
        return NULL;
    }
    uint8_t *at = b->ptr + b->len;
    b->len += len;
    return at;
}

void ax_buf_put(struct ax_buf *b, const void *bytes, size_t len)
{
    uint8_t *at = ax_buf_grow(b, len);
    if (at != NULL && len != 0) {
        memcpy(at, bytes, len);
    }
}

void ax_buf_put_str(struct ax_buf *b, ax_str s)
{
    ax_buf_put(b, s.ptr, s.len);
}

void ax_buf_put_u8(struct ax_buf *b, uint8_t value)
{
    uint8_t *at = ax_buf_grow(b, 1);
    if (at != NULL) {
        *at = value;
    }
}

void ax_buf_put_varint(struct ax_buf *b, uint64_t value)
{
    uint8_t bytes[VARINT_MAX];
    size_t len = 0;
    while (value >= 0x80) {
        bytes[len++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    bytes[len++] = (uint8_t)value;
    ax_buf_put(b, bytes, len);
}

static void buf_put_be(struct ax_buf *b, uint64_t value, size_t bytes)
{
    uint8_t *at = ax_buf_grow(b, bytes);
    for (size_t i = bytes; at != NULL && i > 0; i--) {
        at[i - 1] = (uint8_t)value;
        value >>= 8;
    }
}

void ax_buf_put_u32be(struct ax_buf *b, uint32_t value)
{
    buf_put_be(b, value, sizeof value);
}

void ax_buf_put_u64be(struct ax_buf *b, uint64_t value)
{
    buf_put_be(b, value, sizeof value);
}

void ax_buf_printf(struct ax_buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    /* One byte more for the NUL that vsnprintf insists on; it is given back. */
    uint8_t *at = len < 0 ? NULL : ax_buf_grow(b, (size_t)len + 1);
    if (at == NULL) {
        b->failed = true;
        return;
    }
    va_start(args, format);
    (void)vsnprintf((char *)at, (size_t)len + 1, format, args);
    va_end(args);
    b->len--;
}

void ax_hex(const void *bytes, size_t len, char *out)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *in = bytes;
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[in[i] >> 4];
        out[2 * i + 1] = digits[in[i] & 0x0F];
    }
    out[2 * len] = '\0';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool ax_unhex(ax_str hex, uint8_t *out, size_t out_len)
{
    if (hex.len % 2 != 0 || hex.len / 2 != out_len) {
        return false;
    }
    for (size_t i = 0; i < out_len; i++) {
        int high = hex_digit(hex.ptr[2 * i]);
        int low = hex_digit(hex.ptr[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}
