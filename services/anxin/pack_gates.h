/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Whose answers of the gate two bundles differ in, from which to which and by which rules, for `pack diff`. One thread. */
#include "services/anxin/cli.h"
#include "services/lib/view/rater.h"

#include <jansson.h>

enum { AX_PACK_DECISIONS = AX_DECISION_UNRATED + 1 };

/* All zero: nothing seen yet. */
struct ax_pack_gates {
    long long enterprises; /* with another answer for some purpose */
    long long moved[AX_PURPOSE_COUNT][AX_PACK_DECISIONS][AX_PACK_DECISIONS];
};

/* Counts one enterprise; *changes is NULL where its answers are the same, else an array of {purpose, from, to, rules: [{ruleId,
 * titleZh, titleEn, what: added | removed}]}. DECISION_UNSPECIFIED: no gate covers it. `arena` is the caller's to reset. */
ax_rc ax_pack_gates_look(struct ax_pack_gates *gates, const struct ax_rater *const by[2], ax_str enterprise,
        const struct ax_view *view, int32_t day, struct ax_arena *arena, json_t **changes,
        struct ax_err *err) AX_MUST_CHECK;
/* [{purpose, from, to, enterprises}], what differs alone. A new reference. */
json_t *ax_pack_gates_json(const struct ax_pack_gates *gates);
/* The same for people, and the changes of one enterprise. */
void ax_pack_gates_show(const struct ax_cli *cli, const struct ax_pack_gates *gates);
void ax_pack_gates_show_changes(const struct ax_cli *cli, const json_t *changes);
