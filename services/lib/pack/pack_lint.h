/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What is wrong with packs before anyone rates with them (`anxin pack check`): what the schema refuses; level rules that can
 * never hold or never decide; rules that contradict each other. The findings own their text. One thread at a time.
 */
#include "services/lib/pack/bundle.h"

enum {
    AX_LINT_FINDINGS_MAX = 500,
    AX_LINT_FILE_SIZE = 256,
    AX_LINT_REASON_SIZE = 512,
};

enum ax_lint_check {
    AX_LINT_SCHEMA,        /* not read: an unknown key, a value out of range, a missing source … */
    AX_LINT_UNREACHABLE,   /* can never hold, never reach its threshold, or never decide */
    AX_LINT_CONTRADICTION, /* against another rule on the same condition */
    AX_LINT_MONOTONY,      /* an adverse fact would help */
    AX_LINT_SUSPECT,       /* may be meant; not an error */
    AX_LINT_NOTE,          /* nothing is wrong with it as it stands */
};

struct ax_lint_finding {
    enum ax_lint_check check;
    char file[AX_LINT_FILE_SIZE];
    size_t line;                /* from 1; 0: of the whole file */
    char key[AX_ERR_FIELD_MAX]; /* of what the schema refuses; may be empty */
    char rule
            [AX_ERR_VALUE_MAX]; /* id of the rule or the pack; of what the schema refuses: what was there; may be empty */
    char reason[AX_LINT_REASON_SIZE];
};

struct ax_lint {
    struct ax_lint_finding findings[AX_LINT_FINDINGS_MAX];
    size_t count;
    size_t errors;    /* of these, what ax_lint_is_error */
    bool is_cut;      /* there are more, in all or in one file */
    size_t folders;   /* of packs, looked at */
    size_t files;     /* looked at */
    size_t rule_sets; /* pack.yaml among them that could be read */
};

const char *ax_lint_check_name(enum ax_lint_check check); /* "schema", "unreachable" … */
bool ax_lint_is_error(enum ax_lint_check check);
/* `path`: a folder of packs, one pack's folder, or one file of a pack (ax_bundle_load_file). What is wrong inside is a
 * finding; the result is an error where nothing could be looked at. */
ax_rc ax_pack_lint(const char *path, struct ax_lint *out, struct ax_err *err) AX_MUST_CHECK;
/* The rules of one pack that was read; `name` and `yaml` give the findings file and line. */
void ax_pack_lint_rules(const char *name, ax_str yaml, const struct ax_pack *pack, struct ax_lint *out);
/* Days between two editions of the bundle on which nobody is covered; `dir` gives the findings their file. */
void ax_pack_lint_editions(const char *dir, const struct ax_bundle *bundle, struct ax_lint *out);
/* The first that is wrong with the rules of a bundle that was read, or is refused of a new one; what is suspect alone is taken. */
ax_rc ax_pack_lint_bundle(const struct ax_bundle *bundle, struct ax_err *err) AX_MUST_CHECK;
