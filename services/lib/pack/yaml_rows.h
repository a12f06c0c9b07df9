/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Rows of a schema in libcyaml's own macros, shared by the files of a bundle. Private to this folder. */
#include "scoring/pack.h"

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

static const cyaml_schema_value_t ax_yaml_word = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, 256)};
static const cyaml_strval_t ax_yaml_provenances[] = {
        {"T", AX_PROVENANCE_T}, {"S", AX_PROVENANCE_S}, {"K", AX_PROVENANCE_K}, {"ours", AX_PROVENANCE_OURS}};

/* Rows of a rule and of a use_until of pack.yaml, for files that hold the same. */
extern const cyaml_schema_field_t ax_pack_rule_fields[];
extern const cyaml_schema_value_t ax_pack_use_value;
