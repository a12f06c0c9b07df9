/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* calendar.yaml, deadlines.yaml and codes.yaml as libcyaml reads them: all of it is the memory of one struct ax_pack_text.
 * One thread until it is built from. Private to this folder. */
#include "services/lib/pack/pack_text.h"

struct ax_calendar_year_text {
    int32_t year;
    char *notice;
    int32_t provenance;
    char **off; /* "2026-01-01" or "2026-01-01..2026-01-03" */
    uint32_t off_count;
    char **work;
    uint32_t work_count;
};

struct ax_calendar_root {
    char *id;
    char *title_zh;
    char *title_en;
    struct ax_calendar_year_text *years;
    uint32_t years_count;
};

struct ax_deadline_text {
    char *id;
    char *topic;
    char *title_zh;
    char *title_en;
    char *counts_from;
    char **jurisdictions;
    uint32_t jurisdictions_count;
    char **authorities;
    uint32_t authorities_count;
    int32_t amount;
    int32_t extension;
    int32_t unit;
    char *legal_basis;
    int32_t provenance;
    char *effective_from;
    char *effective_to;
};

struct ax_clock_text {
    char *id;
    int32_t kind;
    char **grades;
    uint32_t grades_count;
    char **categories;
    uint32_t categories_count;
    char **jurisdictions;
    uint32_t jurisdictions_count;
    int32_t repair_months;
    int32_t publish_months;
    int32_t use_months;
    int32_t archive_months;
    char *legal_basis;
    int32_t provenance;
    char *effective_from;
    char *effective_to;
};

struct ax_deadlines_root {
    char *id;
    char *title_zh;
    char *title_en;
    struct ax_deadline_text *deadlines;
    uint32_t deadlines_count;
    struct ax_clock_text *clocks;
    uint32_t clocks_count;
};

struct ax_code_text {
    char *code;
    char *zh;
    char *en;
    char *group;
    int32_t provenance; /* AX_PROVENANCE_NONE: the list's */
};

struct ax_code_list_text {
    char *id;
    char *edition;
    char *title_zh;
    char *title_en;
    bool prefixes;
    bool whole;
    char *within;
    char *legal_basis;
    char *note;
    int32_t provenance;
    char *effective_from;
    char *effective_to;
    struct ax_code_text *codes;
    uint32_t codes_count;
};

struct ax_code_pair_text {
    char *from;
    char **to;
    uint32_t to_count;
};

struct ax_code_map_text {
    char *list;
    char *from_edition;
    char *to_edition;
    char *note;
    int32_t provenance;
    struct ax_code_pair_text *pairs;
    uint32_t pairs_count;
};

struct ax_codes_root {
    char *id;
    char *title_zh;
    char *title_en;
    struct ax_code_list_text *lists;
    uint32_t lists_count;
    struct ax_code_map_text *maps;
    uint32_t maps_count;
};
