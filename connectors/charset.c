/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/charset.h"

#include <errno.h>
#include <iconv.h>
#include <strings.h>

struct ax_charset_converter {
    iconv_t iconv;
};

/* Length of the well-formed character of more than one byte at `at`, 0 where there is none. */
static size_t wide_character(ax_str bytes, size_t at)
{
    for (size_t len = 2; len <= 4 && at + len <= bytes.len; len++) {
        if (ax_utf8_valid(ax_str_of(bytes.ptr + at, len))) {
            return len;
        }
    }
    return 0;
}

enum ax_charset ax_charset_detect(ax_str bytes)
{
    size_t good = 0;
    size_t bad = 0;
    bool ascii = true;
    for (size_t i = 0; i < bytes.len;) {
        if ((unsigned char)bytes.ptr[i] < 0x80) {
            i++;
            continue;
        }
        ascii = false;
        size_t len = wide_character(bytes, i);
        good += len > 2 ? 1 : 0; /* two hanzi bytes of GBK often look like one of two bytes */
        bad += len == 0 ? 1 : 0;
        i += len == 0 ? 1 : len;
    }
    if (ascii) {
        return AX_CHARSET_ASCII;
    }
    return bad > good && bad >= 3 ? AX_CHARSET_GB18030 : AX_CHARSET_UTF8;
}

ax_rc ax_charset_parse(const char *name, enum ax_charset *out, struct ax_err *err)
{
    static const struct {
        const char *name;
        enum ax_charset charset;
    } names[] = {{"utf-8", AX_CHARSET_UTF8}, {"utf8", AX_CHARSET_UTF8}, {"gb18030", AX_CHARSET_GB18030},
            {"gbk", AX_CHARSET_GB18030}, {"gb2312", AX_CHARSET_GB18030}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcasecmp(name, names[i].name) == 0) {
            *out = names[i].charset;
            return AX_RC(OK);
        }
    }
    return ax_fail_field(err, AX_INVALID, "encoding", name, strlen(name), "must be utf-8 or gb18030 (gbk, gb2312)");
}

struct ax_charset_converter *ax_charset_converter_new(void)
{
    struct ax_charset_converter *converter = ax_xcalloc(1, sizeof *converter);
    converter->iconv = iconv_open("UTF-8", "GB18030");
    AX_ASSERT(converter->iconv != (iconv_t)-1); /* part of glibc */
    return converter;
}

void ax_charset_converter_free(struct ax_charset_converter *converter)
{
    if (converter != NULL) {
        (void)iconv_close(converter->iconv);
        ax_xfree(converter);
    }
}

ax_rc ax_charset_convert(struct ax_charset_converter *converter, ax_str in, struct ax_arena *arena, ax_str *out)
{
    size_t size = in.len * 2 + 4; /* two bytes of GBK are at most three of UTF-8, four are at most four */
    char *text = ax_arena_alloc(arena, size);
    if (text == NULL) {
        return AX_RC(LIMIT);
    }
    union {
        const char *given;
        char *wanted; /* iconv's signature; it does not write there */
    } from = {.given = in.ptr};
    char *at = text;
    size_t from_left = in.len;
    size_t left = size;
    (void)iconv(converter->iconv, NULL, NULL, NULL, NULL);
    if (iconv(converter->iconv, &from.wanted, &from_left, &at, &left) == (size_t)-1) {
        return AX_RC(INVALID);
    }
    *out = ax_str_of(text, size - left);
    return AX_RC(OK);
}

/* U+FF01..U+FF5E are ASCII made wide; U+3000 is the wide blank. Returns its length, 0 where it is none of them. */
static size_t wide_ascii(ax_str s, size_t at, char *narrow)
{
    if (at + 3 > s.len) {
        return 0;
    }
    const unsigned char *c = (const unsigned char *)s.ptr + at;
    unsigned point = ((c[0] & 0x0Fu) << 12) | ((c[1] & 0x3Fu) << 6) | (c[2] & 0x3Fu);
    if ((c[0] & 0xF0) != 0xE0) {
        return 0;
    }
    if (point == 0x3000) {
        *narrow = ' ';
        return 3;
    }
    if (point < 0xFF01 || point > 0xFF5E) {
        return 0;
    }
    *narrow = (char)(point - 0xFF01 + 0x21);
    return 3;
}

ax_rc ax_charset_fold(ax_str name, struct ax_arena *arena, ax_str *out)
{
    char *text = ax_arena_alloc(arena, name.len + 1);
    if (text == NULL) {
        return AX_RC(LIMIT);
    }
    size_t len = 0;
    for (size_t i = 0; i < name.len;) {
        char c = name.ptr[i];
        size_t wide = wide_ascii(name, i, &c);
        i += wide == 0 ? 1 : wide;
        if (strchr(" \t\r\n_-\"", c) != NULL) {
            continue;
        }
        text[len++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    *out = ax_str_of(text, len);
    return AX_RC(OK);
}
