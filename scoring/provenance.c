/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/provenance.h"

const char *ax_provenance_name(enum ax_provenance provenance)
{
    static const char *const names[] = {"", "T", "S", "K", "ours"};
    return names[provenance];
}

static bool is_letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Bytes of a sign or blank that is no ASCII: general punctuation, and that of Chinese with its wide blank. */
static size_t sign_bytes(ax_str text)
{
    const uint8_t *b = (const uint8_t *)text.ptr;
    bool three = text.len >= 3 && ((b[0] == 0xE2 && b[1] == 0x80) || (b[0] == 0xE3 && b[1] == 0x80));
    bool two = text.len >= 2 && b[0] == 0xC2 && b[1] < 0xC0;
    return three ? 3 : two ? 2 : 0;
}

static bool names_something(ax_str source)
{
    static const char ours[] = "ours";
    size_t same = 0; /* letters so far, all those of the word */
    while (source.len > 0) {
        char c = source.ptr[0];
        size_t skip = sign_bytes(source);
        bool other = (c & 0x80) != 0 && skip == 0;
        bool word = is_letter_or_digit(c) && ours[same] != '\0' && (c | 0x20) == ours[same];
        if (other || (is_letter_or_digit(c) && !word)) {
            return true;
        }
        same += word ? 1 : 0;
        skip = skip == 0 ? 1 : skip;
        source = ax_str_of(source.ptr + skip, source.len - skip);
    }
    return same != 0 && ours[same] != '\0';
}

bool ax_provenance_holds(enum ax_provenance provenance, ax_str source)
{
    return provenance == AX_PROVENANCE_OURS || (provenance != AX_PROVENANCE_NONE && names_something(source));
}
