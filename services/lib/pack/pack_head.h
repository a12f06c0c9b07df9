/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The head with which pack.yaml, risk.yaml, tariff.yaml and gate.yaml begin, as libcyaml reads it (AX_YAML_HEAD), and what
 * all files of a bundle are built with; memory is that of the struct ax_pack_text. One thread. Private to this folder. */
#include "scoring/pack.h"

struct ax_pack_text;

struct ax_pack_head {
    char *id;
    char *title_zh;
    char *title_en;
    char *basis; /* key legal_basis; of a risk.yaml: sources */
    int32_t provenance;
    char **jurisdictions;
    uint32_t jurisdictions_count;
    char **industries;
    uint32_t industries_count;
    char *effective_from;
    char *effective_to;
};

/* What the head covers. Of a date that is none the error has the key and what it says; the caller adds file and line. */
ax_rc ax_pack_head_scope(struct ax_pack_text *text, const struct ax_pack_head *head, struct ax_scope *out,
        struct ax_err *err) AX_MUST_CHECK;
/* Views of words in the text's own memory. */
struct ax_strs ax_pack_strs(struct ax_pack_text *text, char **words, uint32_t count);
/* AX_DAY_NONE where there are no words (NULL); false: they are no YYYY-MM-DD. */
bool ax_pack_day(const char *words, int32_t *day);
/* Hands a text over where `rc` is AX_OK and frees it otherwise; gives `rc` back. */
ax_rc ax_pack_settle(ax_rc rc, struct ax_pack_text *text, struct ax_pack_text **out) AX_MUST_CHECK;
