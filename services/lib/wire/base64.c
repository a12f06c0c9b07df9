/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/wire/base64.h"

#include <limits.h>
#include <openssl/evp.h>

static const ax_str none = {NULL, 0};

ax_str ax_base64_encode(ax_str bytes, struct ax_arena *arena)
{
    if (bytes.len > INT_MAX / 2) {
        return none;
    }
    unsigned char *out = ax_arena_alloc(arena, (bytes.len + 2) / 3 * 4 + 1);
    if (out == NULL) {
        return none;
    }
    int len = EVP_EncodeBlock(out, (const unsigned char *)bytes.ptr, (int)bytes.len);
    return ax_str_of(out, (size_t)len);
}

static int digit_value(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

/* Not EVP_DecodeBlock: it skips blanks, takes '=' anywhere and knows neither the URL-safe digits nor missing padding. */
bool ax_base64_decode(ax_str text, uint8_t *out, size_t *len)
{
    size_t padding = 0;
    while (padding < 2 && text.len != 0 && text.ptr[text.len - 1] == '=') {
        text.len--;
        padding++;
    }
    size_t missing = (4 - text.len % 4) % 4;
    if (missing == 3 || (padding != 0 && padding != missing)) {
        return false;
    }
    uint32_t bits = 0;
    *len = 0;
    for (size_t i = 0; i < text.len; i++) {
        int value = digit_value(text.ptr[i]);
        if (value < 0) {
            return false;
        }
        bits = bits << 6 | (uint32_t)value;
        if (i % 4 != 0) {
            out[(*len)++] = (uint8_t)(bits >> (6 - 2 * (i % 4)));
        }
    }
    return true;
}
