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

/* EVP_DecodeBlock skips blanks and takes '=' anywhere, so what it is given is looked at before. */
static bool standard(ax_str text, unsigned char *out)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool known = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
                     c == '/' || c == '-' || c == '_';
        if (!known) {
            return false;
        }
        out[i] = (unsigned char)(c == '-' ? '+' : c == '_' ? '/' : c);
    }
    return true;
}

ax_str ax_base64_decode(ax_str text, struct ax_arena *arena)
{
    size_t padding = 0;
    while (padding < 2 && text.len != 0 && text.ptr[text.len - 1] == '=') {
        text.len--;
        padding++;
    }
    size_t missing = (4 - text.len % 4) % 4;
    if (missing == 3 || (padding != 0 && padding != missing) || text.len > INT_MAX / 2) {
        return none;
    }
    unsigned char *in = ax_arena_alloc(arena, text.len + missing + 1);
    unsigned char *out = ax_arena_alloc(arena, (text.len + missing) / 4 * 3 + 1);
    if (in == NULL || out == NULL || !standard(text, in)) {
        return none;
    }
    for (size_t i = 0; i < missing; i++) {
        in[text.len + i] = '=';
    }
    int len = EVP_DecodeBlock(out, in, (int)(text.len + missing));
    return len < 0 ? none : ax_str_of(out, (size_t)len - missing);
}
