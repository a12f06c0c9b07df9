/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Whose flags two bundles differ in, and which flags, for `pack diff`. One thread. */
#include "services/anxin/cli.h"
#include "services/lib/view/rater.h"

#include <jansson.h>

/* All zero: nothing seen yet; ax_pack_flags_free. */
struct ax_pack_flags {
    long long enterprises; /* with other flags */
    json_t *totals;        /* by rule id: {ruleId, titleZh, titleEn, added, removed} */
};

void ax_pack_flags_free(struct ax_pack_flags *flags);
/* Counts one enterprise; NULL where its flags are the same, else an array of {ruleId, titleZh, titleEn, what: added | removed},
 * a new reference. */
json_t *ax_pack_flags_look(struct ax_pack_flags *flags, const struct ax_rated rated[2]);
/* The totals in the order of the ids. A new reference. */
json_t *ax_pack_flags_json(const struct ax_pack_flags *flags);
void ax_pack_flags_show(const struct ax_cli *cli, const struct ax_pack_flags *flags);
