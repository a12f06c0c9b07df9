/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/act.h"

/* Folding shortens: whatever a fact may say fits (255 characters of at most four bytes). What is longer is cut. */
enum { FOLDED_MAX = 1024, YEAR_BYTES = 6, AUTHORITY_LETTERS_MIN = 2, HAN_BYTES = 3, OFFICIAL = 1 << 8 };

/* FNV-1a's multiplication on eight bytes at a time, with a shift so that high bits reach low ones. The length goes in, too,
 * so that parts cannot run into each other. Nothing outside the ledger's memory depends on it. */
static uint64_t hash_part(uint64_t hash, ax_str part)
{
    const uint64_t prime = UINT64_C(0x100000001B3);
    hash = (hash ^ part.len) * prime;
    size_t at = 0;
    uint64_t word;
    for (; part.len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, part.ptr + at, sizeof word);
        hash = (hash ^ word) * prime;
        hash ^= hash >> 32;
    }
    if (at < part.len) {
        word = 0;
        memcpy(&word, part.ptr + at, part.len - at);
        hash = (hash ^ word) * prime;
        hash ^= hash >> 32;
    }
    return hash;
}

static uint64_t hash_both(uint64_t seed, ax_str a, ax_str b)
{
    uint64_t hash = (UINT64_C(0xCBF29CE484222325) ^ seed) * UINT64_C(0x100000001B3);
    hash = hash_part(hash_part(hash, a), b);
    return hash == 0 ? 1 : hash;
}

uint64_t ax_act_of(uint64_t seed, ax_str whose, ax_str number)
{
    return whose.len == 0 || number.len == 0 ? 0 : hash_both(seed, whose, number);
}

/* What characters of three bytes are folded to; 0: left out, -1: stays. Kept short: what Chinese input methods and office
 * software write for brackets, dashes and blanks. */
static int folded_wide(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E) { /* full-width ASCII */
        return (int)(c - 0xFF01 + '!');
    }
    switch (c) {
    case 0x3014: /* 〔 */
    case 0x3010: /* 【 */
    case 0x3016: /* 〖 */
    case 0x3008: /* 〈 */
    case 0xFE5D: /* ﹝ */
    case 0xFE59: /* ﹙ */
        return '(';
    case 0x3015:
    case 0x3011:
    case 0x3017:
    case 0x3009:
    case 0xFE5E:
    case 0xFE5A:
        return ')';
    case 0x2010: /* hyphens, dashes, minus */
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2212:
        return '-';
    case 0x3000: /* blanks, among them those without width */
    case 0x2003:
    case 0x2002:
    case 0x2009:
    case 0x200B:
    case 0xFEFF:
        return 0;
    default:
        return -1;
    }
}

#define NUL8 "\0\0\0\0\0\0\0\0"

/* Of ASCII; blanks and what does not print are left out: 0. */
static inline uint8_t folded_narrow(uint8_t c)
{
    static const char folded[0x80] = NUL8 NUL8 NUL8 NUL8 "\0!\"#$%&'()*+,-./0123456789:;(=)?@"
                                                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ(\\)^_`"
                                                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ(|)~";
    return (uint8_t)folded[c];
}

/* Beyond ASCII: how many bytes of the text the next character takes, and what it becomes: -1 is itself, 0 nothing. */
static inline size_t next_folded(ax_str text, size_t at, int *to)
{
    const uint8_t *c = (const uint8_t *)text.ptr + at;
    *to = -1;
    if (c[0] == 0xC2 && text.len - at >= 2 && c[1] == 0xA0) { /* no-break space */
        *to = 0;
        return 2;
    }
    if ((c[0] & 0xF0) != 0xE0 || text.len - at < HAN_BYTES) {
        return 1;
    }
    *to = folded_wide((uint32_t)(c[0] & 0x0F) << 12 | (uint32_t)(c[1] & 0x3F) << 6 | (uint32_t)(c[2] & 0x3F));
    *to = *to > 0 ? folded_narrow((uint8_t)*to) : *to;
    return HAN_BYTES;
}

static inline bool is_han(uint8_t first)
{
    return first >= 0xE4 && first <= 0xE9; /* U+4000 to U+9FFF */
}

static ax_str fold(ax_str text, uint8_t room[FOLDED_MAX])
{
    size_t end = text.len < FOLDED_MAX ? text.len : FOLDED_MAX;
    size_t len = 0;
    for (size_t at = 0; at < end;) {
        uint8_t first = (uint8_t)text.ptr[at];
        if (first < 0x80) {
            room[len] = folded_narrow(first);
            len += room[len] != 0 ? 1 : 0;
            at++;
            continue;
        }
        if (is_han(first) && end - at >= HAN_BYTES) { /* most are, and stay */
            memcpy(room + len, text.ptr + at, HAN_BYTES);
            len += HAN_BYTES;
            at += HAN_BYTES;
            continue;
        }
        int to;
        size_t bytes = next_folded(ax_str_of(text.ptr, end), at, &to);
        if (to < 0) {
            memcpy(room + len, text.ptr + at, bytes);
            len += bytes;
        } else if (to > 0) {
            room[len++] = (uint8_t)to;
        }
        at += bytes;
    }
    return ax_str_of(room, len);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Behind an opening bracket: a year from 1900 on and the closing one. */
static bool is_year(const char *c)
{
    bool century = (c[1] == '1' && c[2] == '9') || (c[1] == '2' && c[2] == '0');
    return century && is_digit(c[3]) && is_digit(c[4]) && c[5] == ')';
}

/* Whether it has as many Chinese characters as an authority's short name at least. */
static bool names_authority(ax_str text)
{
    size_t letters = 0;
    for (size_t i = 0; i < text.len && letters < AUTHORITY_LETTERS_MIN; i++) {
        letters += is_han((uint8_t)text.ptr[i]) ? 1 : 0;
    }
    return letters == AUTHORITY_LETTERS_MIN;
}

static bool has_digit(ax_str text)
{
    size_t i = 0;
    while (i < text.len && !is_digit(text.ptr[i])) {
        i++;
    }
    return i < text.len;
}

/* The serial has neither 第 before it nor zeros (art. 9 forbids both, sources write them) nor 号 behind it. */
static ax_str bare_serial(ax_str serial)
{
    const ax_str before = AX_STR("第");
    const ax_str after = AX_STR("号");
    if (ax_str_starts(serial, before)) {
        serial = ax_str_of(serial.ptr + before.len, serial.len - before.len);
    }
    if (ax_str_ends(serial, after)) {
        serial.len -= after.len;
    }
    while (serial.len > 1 && serial.ptr[0] == '0' && is_digit(serial.ptr[1])) {
        serial = ax_str_of(serial.ptr + 1, serial.len - 1);
    }
    return serial;
}

/* Splits a folded number behind its year; false: it is no official one. */
static bool is_official(ax_str number, ax_str *head, ax_str *serial)
{
    for (size_t at = 0; at + YEAR_BYTES < number.len; at++) {
        if (number.ptr[at] == '(' && is_year(number.ptr + at)) {
            *head = ax_str_of(number.ptr, at + YEAR_BYTES);
            *serial = bare_serial(ax_str_of(number.ptr + at + YEAR_BYTES, number.len - at - YEAR_BYTES));
            return has_digit(*serial) && names_authority(*head);
        }
    }
    return false;
}

uint64_t ax_act_number(uint64_t seed, ax_str whose, ax_str number)
{
    uint8_t whose_room[FOLDED_MAX] AX_UNSET;
    uint8_t number_room[FOLDED_MAX] AX_UNSET;
    return number.len == 0 ? 0 : ax_act_of(seed, fold(whose, whose_room), fold(number, number_room));
}

uint64_t ax_act_document(uint64_t seed, ax_str code, ax_str name, ax_str number)
{
    uint8_t number_room[FOLDED_MAX] AX_UNSET;
    uint8_t name_room[FOLDED_MAX] AX_UNSET;
    ax_str head;
    ax_str serial;
    ax_str folded = fold(number, number_room);
    if (is_official(folded, &head, &serial)) {
        return hash_both(seed | OFFICIAL, head, serial);
    }
    return ax_act_of(seed, fold(code.len > 0 ? code : name, name_room), folded);
}
