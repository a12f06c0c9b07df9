/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A YAML file of a pack as JSON, whatever its keys: for showing packs, which the loader has checked before. One thread. */
#include "services/anxin/pack_side.h"

#include <jansson.h>

/* Of one pack: its pack.yaml (none: only "id", from the folder's name), and under "files" what else stands in the folder. */
ax_rc ax_pack_yaml_pack(const struct ax_pack_side *side, json_t **out, struct ax_err *err) AX_MUST_CHECK;
/* What differs between two sides, pack by pack, where two single packs are compared whatever they are called: an array of
 * {pack, file, ruleId, what: added | changed | removed, titleZh, titleEn, head, members: [{key, before, after}]}; what belongs to
 * no rule is `head` and has its key, its file or the names of its rows ("model/peer") as ruleId. A gate's rules are rules. Where a side was named as a file, that file alone is compared. */
ax_rc ax_pack_yaml_changes(
        const struct ax_pack_side *from, const struct ax_pack_side *to, json_t **out, struct ax_err *err) AX_MUST_CHECK;
/* Maps, lists, whole numbers, true and false; everything else is text. A new reference. */
ax_rc ax_pack_yaml_read(const char *file, json_t **out, struct ax_err *err) AX_MUST_CHECK;
/* A value in one line, as YAML's flow style has it. */
void ax_pack_yaml_put(const json_t *value, FILE *out);
/* "key: value" on stdout, indented: in one line where it fits, else a line for each member. */
void ax_pack_yaml_put_key(const char *key, const json_t *value, int indent);
