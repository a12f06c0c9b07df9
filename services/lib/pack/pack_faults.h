/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * All that is wrong with one file of a bundle, where libcyaml and the loader stop at the first: each fault with its
 * line. The schema is looked at before libcyaml reads a file, since that takes 010, 12x or 1.9 for whole numbers. One
 * thread at a time. Private to this folder.
 */
#include "base/bytes.h"

enum { AX_PACK_FAULTS_MAX = 100 }; /* of one file */

struct ax_pack_fault {
    size_t line;       /* from 1; 0: of the whole file */
    struct ax_err err; /* field: the key; value: what was there; text: the rule */
    bool of_new;       /* refused of a new file: one that was approved keeps it */
    bool rewards;      /* an adverse fact would help; the value is the id of the rule or the pack */
};

struct ax_pack_faults {
    struct ax_pack_fault items[AX_PACK_FAULTS_MAX];
    size_t count;
    bool is_cut; /* there are more */
};

struct ax_pack_root;
struct ax_pack_text;
struct cyaml_schema_value;

/* `value` may be NULL. */
void ax_pack_fault_add(struct ax_pack_faults *faults, size_t line, const char *key, const char *value, const char *rule,
        ...) AX_PRINTF(5, 6);
/* What of the schema (its top value a pointer) the file breaks, or why it is not looked at; none where it is empty. */
void ax_pack_schema_faults(ax_str yaml, const struct cyaml_schema_value *schema, struct ax_pack_faults *out);
/* What a pack.yaml that the schema takes has wrong beside it, every rule looked at for itself. What is wrong with the pack as
 * a whole hides what only compiling shows of its rules, and of one rule the first is told. */
void ax_pack_rule_faults(ax_str yaml, struct ax_pack_faults *out);
/* The same of a gate.yaml. */
void ax_gate_rule_faults(ax_str yaml, struct ax_pack_faults *out);
/* The same of a root that was read or put together. */
void ax_pack_root_faults(
        ax_str yaml, struct ax_pack_text *text, const struct ax_pack_root *root, struct ax_pack_faults *out);
/* Of a file, which is what its name says: what the schema refuses; where that is nothing, what is known beside it. */
void ax_pack_file_faults(const char *path, ax_str yaml, struct ax_pack_faults *out);
