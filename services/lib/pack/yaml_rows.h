/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Rows of a schema in libcyaml's own macros, shared by the files of a bundle: constants alone. Private to this folder. */
#include "scoring/rate.h"

#include <cyaml/cyaml.h>

enum { AX_YAML_MUST = CYAML_FLAG_DEFAULT, AX_YAML_MAY = CYAML_FLAG_OPTIONAL, AX_YAML_WORDS_MAX = 64 };

#define AX_YAML_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define AX_YAML_TEXT(key, flags, owner, member) CYAML_FIELD_STRING_PTR(key, flags, struct owner, member, 0, 4096)
#define AX_YAML_WORDS(key, flags, owner, member) \
    CYAML_FIELD_SEQUENCE(key, (flags) | CYAML_FLAG_POINTER, struct owner, member, &ax_yaml_word, 0, AX_YAML_WORDS_MAX)
#define AX_YAML_CHOICE(key, flags, owner, member, table) \
    CYAML_FIELD_ENUM(key, (flags) | CYAML_FLAG_STRICT, struct owner, member, table, AX_YAML_COUNT(table))
#define AX_YAML_NUMBER(key, flags, owner, member) CYAML_FIELD_INT(key, flags, struct owner, member)
#define AX_YAML_AMOUNT(key, flags, owner, member) CYAML_FIELD_UINT(key, flags, struct owner, member)
#define AX_YAML_ROWS(key, flags, owner, member, value, least, most) \
    CYAML_FIELD_SEQUENCE(key, (flags) | CYAML_FLAG_POINTER, struct owner, member, value, least, most)
/* A mapping whose fields are read at the owner's own offsets. */
#define AX_YAML_INNER(key_name, flags, owner, fields) \
    { \
        .key = (key_name), .data_offset = 0, .value = { CYAML_VALUE_MAPPING(flags, struct owner, fields) } \
    }
/* The rows of an owner's `head`, a struct ax_pack_head. */
#define AX_YAML_HEAD(owner, basis_key) \
    AX_YAML_TEXT("id", AX_YAML_MUST, owner, head.id), AX_YAML_TEXT("title_zh", AX_YAML_MUST, owner, head.title_zh), \
            AX_YAML_TEXT("title_en", AX_YAML_MUST, owner, head.title_en), \
            AX_YAML_TEXT(basis_key, AX_YAML_MAY, owner, head.basis), \
            AX_YAML_CHOICE("provenance", AX_YAML_MUST, owner, head.provenance, ax_yaml_provenances), \
            AX_YAML_WORDS("jurisdictions", AX_YAML_MUST, owner, head.jurisdictions), \
            AX_YAML_WORDS("industries", AX_YAML_MAY, owner, head.industries), \
            AX_YAML_TEXT("effective_from", AX_YAML_MAY, owner, head.effective_from), \
            AX_YAML_TEXT("effective_to", AX_YAML_MAY, owner, head.effective_to)

static const cyaml_schema_value_t ax_yaml_word = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, 256)};
static const cyaml_strval_t ax_yaml_provenances[] = {
        {"T", AX_PROVENANCE_T}, {"S", AX_PROVENANCE_S}, {"K", AX_PROVENANCE_K}, {"ours", AX_PROVENANCE_OURS}};
static const cyaml_strval_t ax_yaml_levels[] = {{"A1", AX_LEVEL_A1}, {"A2", AX_LEVEL_A2}, {"B1", AX_LEVEL_B1},
        {"B2", AX_LEVEL_B2}, {"B3", AX_LEVEL_B3}, {"C1", AX_LEVEL_C1}, {"C2", AX_LEVEL_C2}, {"C3", AX_LEVEL_C3},
        {"D", AX_LEVEL_D}};

/* Rows of a rule and of a use_until of pack.yaml, for files that hold the same. */
extern const cyaml_schema_field_t ax_pack_rule_fields[];
extern const cyaml_schema_value_t ax_pack_use_value;
