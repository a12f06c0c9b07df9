/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/uscc.h"

static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY"; /* GB 32100: no I O S V Z */
enum { ALPHABET_SIZE = sizeof alphabet - 1, ORGANISATION_AT = 8 };

static int value_of(char c)
{
    for (int i = 0; i < ALPHABET_SIZE; i++) {
        if (alphabet[i] == c) {
            return i;
        }
    }
    return -1;
}

/* GB 11714: A = 10 … Z = 35, with the letters that GB 32100 leaves out. */
char ax_uscc_organisation_check(const char subject[8])
{
    static const int weights[] = {3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 8; i++) {
        int value = subject[i] >= '0' && subject[i] <= '9' ? subject[i] - '0' : subject[i] - 'A' + 10;
        sum += value * weights[i];
    }
    int check = 11 - sum % 11;
    return check == 10 ? 'X' : check == 11 ? '0' : (char)('0' + check);
}

char ax_uscc_check_character(const char first[17])
{
    static const int weights[] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
    int sum = 0;
    for (int i = 0; i < AX_USCC_LEN - 1; i++) {
        int value = value_of(first[i]);
        AX_ASSERT(value >= 0);
        sum += value * weights[i];
    }
    return alphabet[(ALPHABET_SIZE - sum % ALPHABET_SIZE) % ALPHABET_SIZE];
}

ax_rc ax_uscc_check(ax_str code, struct ax_err *err)
{
    if (code.len != AX_USCC_LEN) {
        return ax_fail_field(err, AX_INVALID, "enterprise", code.ptr, code.len,
                "GB 32100: 统一社会信用代码 has 18 characters, this has %zu", code.len);
    }
    if (ax_str_eq(code, AX_STR("00000000000000000X"))) {
        return ax_fail_field(err, AX_INVALID, "enterprise", code.ptr, code.len,
                "the official placeholder for an unknown code cannot name an enterprise");
    }
    for (size_t i = 0; i < AX_USCC_LEN; i++) {
        if (value_of(code.ptr[i]) < 0) {
            return ax_fail_field(err, AX_INVALID, "enterprise", code.ptr, code.len,
                    "GB 32100: character %zu is not one of %s", i + 1, alphabet);
        }
    }
    char organisation = ax_uscc_organisation_check(code.ptr + ORGANISATION_AT);
    if (code.ptr[AX_USCC_LEN - 2] != organisation) {
        return ax_fail_field(err, AX_INVALID, "enterprise", code.ptr, code.len,
                "GB 11714: the organisation check, character 17, must be %c", organisation);
    }
    char check = ax_uscc_check_character(code.ptr);
    if (code.ptr[AX_USCC_LEN - 1] != check) {
        return ax_fail_field(err, AX_INVALID, "enterprise", code.ptr, code.len,
                "GB 32100: the check, character 18, must be %c", check);
    }
    return AX_RC(OK);
}

/* The code point at *at, folded from full width (U+FF01 … U+FF5E, U+3000) to ASCII; 0 where it is none of these. */
static char take_folded(ax_str raw, size_t *at)
{
    unsigned char lead = (unsigned char)raw.ptr[*at];
    if (lead < 0x80) {
        *at += 1;
        return (char)lead;
    }
    if (raw.len - *at < 3) {
        return 0;
    }
    unsigned point = (unsigned)(lead & 0x0F) << 12 | (unsigned)(raw.ptr[*at + 1] & 0x3F) << 6 |
                     (unsigned)(raw.ptr[*at + 2] & 0x3F);
    *at += 3;
    if ((lead & 0xF0) != 0xE0) {
        return 0;
    }
    return point == 0x3000 ? ' ' : point >= 0xFF01 && point <= 0xFF5E ? (char)(point - 0xFF01 + 0x21) : 0;
}

bool ax_uscc_normalise(ax_str raw, char out[AX_USCC_LEN + 1])
{
    size_t n = 0;
    size_t at = 0;
    while (at < raw.len) {
        char c = take_folded(raw, &at);
        if (c == 0) {
            return false;
        }
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            continue;
        }
        if (n == AX_USCC_LEN) {
            return false;
        }
        out[n++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    out[n] = '\0';
    return n == AX_USCC_LEN;
}
