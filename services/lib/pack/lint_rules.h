/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Between pack_lint.c and lint_*.c. File and pack are borrowed, what is found is copied. One thread at a
 * time. Private to this folder. */
#include "services/lib/pack/pack_lint.h"
#include "services/lib/pack/pack_text.h"

struct ax_linting {
    const char *name; /* of the file */
    ax_str yaml;
    struct ax_lint *out;
};

/* `rule` names what stands in the file as "id: …". */
void ax_lint_add(const struct ax_linting *l, enum ax_lint_check check, ax_str rule, const char *reason, ...)
        AX_PRINTF(4, 5);
void ax_lint_rules(const struct ax_linting *l, const struct ax_pack *pack);
void ax_lint_gate(const struct ax_linting *l, const struct ax_gate *gate);
void ax_lint_risk(const struct ax_linting *l, const struct ax_risk_edition *edition);
void ax_lint_tariff(const struct ax_linting *l, const struct ax_tariff *tariff);
/* A graver accident that counts less than a milder one. */
void ax_lint_grades(const struct ax_linting *l, const struct ax_pack *pack);
