/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Code lists (GB 6441, GB/T 4754, GB/T 2260 …) by edition, and tables from one edition to another, as plain data. A code is
 * text: "01" and "010" are two codes, and leading zeros stand. Text is borrowed. Immutable after ax_codes_check; any
 * thread. Pure.
 */
#include "base/bytes.h"
#include "scoring/provenance.h"

enum { AX_CODE_LISTS_MAX = 32, AX_CODES_MAX = 1024, AX_CODE_MAPS_MAX = 16, AX_CODE_PAIRS_MAX = 512 };

struct ax_code_entry {
    ax_str code; /* empty where the edition's own code is not known: then the name stands for it */
    ax_str name_zh;
    ax_str name_en;
    ax_str group; /* e.g. the high-risk sector of an industry prefix; may be empty */
    enum ax_provenance provenance;
};

struct ax_code_list {
    ax_str id;      /* e.g. "gb6441" */
    ax_str edition; /* e.g. "1986" */
    ax_str title_zh;
    ax_str title_en;
    bool prefixes; /* a code belongs to the longest entry that it begins with */
    bool whole;    /* all of the edition, or all of `within`: a code that is not on it is none */
    ax_str within; /* only codes that begin so are looked at; may be empty */
    ax_str legal_basis;
    ax_str note;
    enum ax_provenance provenance;
    int32_t effective_from; /* days; AX_DAY_NONE: open */
    int32_t effective_to;
    struct ax_code_entry *codes;
    size_t count;
};

struct ax_code_pair {
    ax_str from; /* code, or name where there is no code */
    ax_str to;
};

struct ax_code_map {
    ax_str list;
    ax_str from_edition;
    ax_str to_edition;
    ax_str note;
    enum ax_provenance provenance;
    struct ax_code_pair *pairs; /* several of one `from`: it is one of them, which is not known */
    size_t count;
};

struct ax_codes {
    ax_str id;
    struct ax_code_list *lists;
    size_t list_count;
    struct ax_code_map *maps;
    size_t map_count;
};

enum ax_code_known { AX_CODE_KNOWN, AX_CODE_UNKNOWN, AX_CODE_NOT_LISTED /* no list, or one that cannot tell */ };

ax_rc ax_codes_check(const struct ax_codes *codes, struct ax_err *err) AX_MUST_CHECK;
/* `edition` empty: the latest that is there. NULL: none. */
const struct ax_code_list *ax_codes_list(const struct ax_codes *codes, ax_str id, ax_str edition);
/* By code, else by Chinese name; by the longest prefix where the list is one of prefixes. NULL: not on it. */
const struct ax_code_entry *ax_codes_find(const struct ax_code_list *list, ax_str code);
/* Whether a code that a fact states is one. */
enum ax_code_known ax_codes_known(const struct ax_codes *codes, ax_str id, ax_str edition, ax_str code);
/* What a code of one edition is in another: at most `max`, returns how many there are; 0: none, or no table. */
size_t ax_codes_map(const struct ax_codes *codes, ax_str id, ax_str from_edition, ax_str to_edition, ax_str code,
        ax_str *out, size_t max);
